"""For a person at a terminal: each finding with the words of the article that it is about."""

from __future__ import annotations

from kg.validate.report import Finding, Place, ValidationReport
from kg.validate.reports.wording import counted, local_name, readable

_WIDTH = 100


def write(report: ValidationReport) -> str:
    """The findings, worst first, and a last line that counts them."""
    blocks = [_block(finding, report) for finding in report.findings]
    return "\n".join([*blocks, _summary(report)]) + "\n"


def _block(finding: Finding, report: ValidationReport) -> str:
    where = readable(finding.focus) if finding.place is None else _where(finding.place, report)
    lines = [f"{finding.severity}: {where}", f"  {finding.message}"]
    if finding.place is not None:
        lines += [f"  {line}" for line in _caret(finding.place)]
    details = [("shape", local_name(finding.shape)), ("constraint", local_name(finding.component))]
    details += [("on", readable(finding.focus))]
    if finding.path is not None:
        details.append(("path", finding.path))
    if finding.value is not None and finding.value != finding.focus:
        details.append(("value", readable(finding.value)))
    return "\n".join([*lines, *(f"    {name}: {value}" for name, value in details)]) + "\n"


def _where(place: Place, report: ValidationReport) -> str:
    return f"{report.files.get(place.document, place.document)}:{place.line}:{place.column}"


def _caret(place: Place) -> list[str]:
    """The line of the article, cut to a window, with the words marked below it."""
    column = place.start - (place.start - _before(place))
    length = max(1, min(place.end - place.start, len(place.line_text) - column))
    left = max(0, min(column - _WIDTH // 4, len(place.line_text) - _WIDTH))
    window = place.line_text[left : left + _WIDTH]
    shown = "".join(c if c.isprintable() else " " for c in window)
    if not shown.strip():
        return []
    mark = " " * (column - left) + "^" * min(length, max(1, len(window) - (column - left)))
    return [f"| {shown}", f"| {mark}"]


def _before(place: Place) -> int:
    """Code points of the line before the place; its column counts UTF-16 code units."""
    units = place.column - 1
    for count, character in enumerate(place.line_text):
        if units <= 0:
            return count
        units -= 1 if ord(character) <= 0xFFFF else 2
    return len(place.line_text)


def _summary(report: ValidationReport) -> str:
    return f"{'conforms' if report.conforms else 'does not conform'}: {counted(report)}"
