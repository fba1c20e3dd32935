"""Workflow commands of GitHub Actions: an annotation for each finding, at its line of the article."""

from __future__ import annotations

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports.wording import counted, local_name, readable, words_of

_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def write(report: ValidationReport) -> str:
    """Return ``::error file=...,line=...::message`` lines, and a last line with the counts."""
    lines = [_command(finding, report) for finding in report.findings]
    # The last line has only our text, so it cannot be a command. Article text is in escaped data.
    return "\n".join([*lines, f"claimgraph: {counted(report)}"]) + "\n"


def _command(finding: Finding, report: ValidationReport) -> str:
    properties = {"title": local_name(finding.shape)}
    place = finding.place
    if place is not None:
        properties["file"] = report.files.get(place.sha256, place.document)
        properties["line"], properties["endLine"] = str(place.line), str(place.end_line)
        if place.line == place.end_line and place.end > place.start:
            # GitHub refuses columns of a range over several lines; endColumn is the last column, not the one after it.
            properties["col"], properties["endColumn"] = str(place.column), str(place.end_column - 1)
    told = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    message = f"{finding.message}\non {readable(finding.focus)}"
    if place is not None and place.end > place.start:
        # In a served graph, the IRI of the span leads to the highlighted words.
        message += f"\n“{words_of(place)}”: {place.version}#char={place.start},{place.end}"
    return f"::{_COMMANDS[finding.severity]} {told}::{message.translate(_DATA)}"
