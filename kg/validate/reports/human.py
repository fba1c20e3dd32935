"""Report for a terminal: each finding with its words of the article."""

from __future__ import annotations

from kg.validate.report import Finding, TextLocation, ValidationReport
from kg.validate.reports.wording import counted, local_name, offset_in_line, readable, where

_WIDTH = 100


def write(report: ValidationReport) -> str:
    """Return the findings, worst first, and a last line with their counts."""
    blocks = [_block(finding, report) for finding in report.findings]
    return "\n".join([*blocks, _summary(report)]) + "\n"


def _block(finding: Finding, report: ValidationReport) -> str:
    heading = readable(finding.focus) if finding.place is None else where(finding.place, report)
    lines = [f"{finding.severity}: {heading}", f"  {finding.message}"]
    if finding.place is not None:
        lines += [f"  {line}" for line in _caret(finding.place)]
    details = [("shape", local_name(finding.shape)), ("constraint", local_name(finding.component))]
    details += [("on", readable(finding.focus))]
    if finding.path is not None:
        details.append(("path", finding.path))
    if finding.value is not None and finding.value != finding.focus:
        details.append(("value", readable(finding.value)))
    return "\n".join([*lines, *(f"    {name}: {value}" for name, value in details)]) + "\n"


def _caret(place: TextLocation) -> list[str]:
    """Return a part of the article's line, with the words marked below it."""
    column = offset_in_line(place)
    length = max(1, min(place.end - place.start, len(place.line_text) - column))
    left = max(0, min(column - _WIDTH // 4, len(place.line_text) - _WIDTH))
    window = place.line_text[left : left + _WIDTH]
    shown = "".join(c if c.isprintable() else " " for c in window)
    if not shown.strip():
        return []
    mark = " " * (column - left) + "^" * min(length, max(1, len(window) - (column - left)))
    return [f"| {shown}", f"| {mark}"]


def _summary(report: ValidationReport) -> str:
    return f"{'conforms' if report.passes else 'does not conform'}: {counted(report)}"
