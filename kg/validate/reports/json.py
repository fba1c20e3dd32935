"""JSON report for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from pyoxigraph import BlankNode, Literal

from kg.validate.report import Finding, Term, ValidationReport


def write(report: ValidationReport) -> str:
    """Return ``conforms``, ``counts`` by severity, and ``findings``.

    Terms are written as in SPARQL 1.1 JSON results.
    """
    return json.dumps(as_data(report), ensure_ascii=False, indent=2) + "\n"


def as_data(report: ValidationReport) -> dict[str, object]:
    """Return the report as JSON data."""
    return {
        "conforms": report.passes,
        "counts": report.counts(),
        "findings": [_finding(finding, report) for finding in report.findings],
    }


def _finding(finding: Finding, report: ValidationReport) -> dict[str, object]:
    out: dict[str, object] = {
        "severity": finding.severity,
        "message": finding.message,
        "shape": finding.shape,
        "constraint": finding.component,
        "focus": _term(finding.focus),
        "path": finding.path,
        "value": None if finding.value is None else _term(finding.value),
        "place": None,
    }
    if finding.place is not None:
        out["place"] = {"file": report.files.get(finding.place.sha256), **asdict(finding.place)}
    return out


def _term(term: Term) -> dict[str, str]:
    match term:
        case Literal() if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        case Literal():
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case _:
            return {"type": "uri", "value": term.value}
