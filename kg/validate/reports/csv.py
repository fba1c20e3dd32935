"""CSV report for spreadsheets and notebooks, one row for each finding."""

from __future__ import annotations

import csv
import io

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports.wording import readable, words_of

_COLUMNS = (
    *("severity", "shape", "constraint", "message", "focus", "path", "value", "document", "file", "version", "sha256"),
    *("start", "end", "line", "column", "end_line", "end_column", "words"),
)


def write(report: ValidationReport) -> str:
    """Return a header and a row for each finding (RFC 4180).

    Offsets are code points, columns UTF-16 code units from 1.
    """
    out = io.StringIO()
    rows = csv.DictWriter(out, _COLUMNS, restval="")
    rows.writeheader()
    rows.writerows(_row(finding, report) for finding in report.findings)
    return out.getvalue()


def _row(finding: Finding, report: ValidationReport) -> dict[str, object]:
    row: dict[str, object] = {
        "severity": finding.severity,
        "shape": finding.shape,
        "constraint": finding.component,
        "message": finding.message,
        "focus": readable(finding.focus),
        "path": finding.path or "",
        "value": "" if finding.value is None else readable(finding.value),
    }
    place = finding.place
    if place is None:
        return row
    return row | {
        "document": place.document,
        "file": report.files.get(place.sha256, ""),
        "version": place.version,
        "sha256": place.sha256,
        "start": place.start,
        "end": place.end,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "words": words_of(place),
    }
