"""Markdown report for the summary of a CI run or a pull request."""

from __future__ import annotations

import html
import re

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports.wording import counted, local_name, readable, where, words_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~@])")


def write(report: ValidationReport) -> str:
    """Return a heading with the verdict, the counts, and a table of findings.

    Article text never acts as markup.
    """
    verdict = "The graph conforms" if report.passes else "The graph does not conform"
    lines = [f"## {verdict}", "", f"{counted(report)}.", ""]
    if report.findings:
        lines += ["| severity | where | words | what is wrong | shape |", "|---|---|---|---|---|"]
        lines += [_row(finding, report) for finding in report.findings]
        lines.append("")
    return "\n".join(lines)


def _row(finding: Finding, report: ValidationReport) -> str:
    place = finding.place
    cells = [
        finding.severity,
        readable(finding.focus) if place is None else where(place, report),
        "" if place is None else words_of(place),
        finding.message,
        local_name(finding.shape),
    ]
    return f"| {' | '.join(_plain(cell) for cell in cells)} |"


def _plain(text: str) -> str:
    """Return a text on one line with escaped markup."""
    return html.escape(_SPECIAL.sub(r"\\\1", " ".join(text.split())), quote=False)
