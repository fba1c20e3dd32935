"""SARIF 2.1.0 report for code scanning, with each finding at its line and column of the article."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from urllib.parse import quote

from kg.validate.report import Finding, TextLocation, ValidationReport
from kg.validate.reports.wording import local_name, readable, words_of
from kg.version import __version__

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def write(report: ValidationReport) -> str:
    """Return one run. Columns are UTF-16 code units; each article has the SHA-256 of the checked text."""
    rules = list(dict.fromkeys(finding.shape for finding in report.findings))
    run = {
        "tool": {"driver": {"name": "claimgraph", "version": __version__, "rules": _rules(rules, report)}},
        "columnKind": "utf16CodeUnits",
        "artifacts": _artifacts(report),
        "results": [
            _result(finding, fingerprint, rules, report)
            for finding, fingerprint in zip(report.findings, _fingerprints(report), strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules(shapes: list[str], report: ValidationReport) -> list[dict[str, object]]:
    first = {finding.shape: finding for finding in reversed(report.findings)}
    return [
        {
            "id": local_name(shape),
            "shortDescription": {"text": first[shape].message or local_name(shape)},
            "defaultConfiguration": {"level": _LEVELS[first[shape].severity]},
            "properties": {"shape": shape},
        }
        for shape in shapes
    ]


def _artifacts(report: ValidationReport) -> list[dict[str, object]]:
    """Return the articles with the hash of their text; without a hash if two texts have one name."""
    hashes: dict[str, set[str]] = {}
    for finding in report.findings:
        if finding.place is not None:
            hashes.setdefault(_uri(finding.place, report), set()).add(finding.place.sha256)
    out = []
    for uri in sorted(hashes):
        artifact: dict[str, object] = {"location": {"uri": uri}}
        if len(hashes[uri]) == 1 and (known := next(iter(hashes[uri]))):
            artifact["hashes"] = {"sha-256": known}
        out.append(artifact)
    return out


def _uri(place: TextLocation, report: ValidationReport) -> str:
    return quote(report.files.get(place.sha256, place.document), safe="/:~")


def _result(finding: Finding, fingerprint: str, rules: list[str], report: ValidationReport) -> dict[str, object]:
    return {
        "ruleId": local_name(finding.shape),
        "ruleIndex": rules.index(finding.shape),
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message or local_name(finding.component)},
        "locations": [_location(finding, report)],
        "partialFingerprints": {"claimgraph/v1": fingerprint},
        "properties": {
            "focus": readable(finding.focus),
            "path": finding.path,
            "value": None if finding.value is None else readable(finding.value),
            "constraint": finding.component,
        },
    }


def _location(finding: Finding, report: ValidationReport) -> dict[str, object]:
    location: dict[str, object] = {"logicalLocations": [{"fullyQualifiedName": readable(finding.focus)}]}
    if finding.place is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": _uri(finding.place, report)},
            "region": _region(finding.place),
        }
    return location


def _region(place: TextLocation) -> dict[str, object]:
    """Return the region. ``endColumn`` is the column after the last one (SARIF 2.1.0, 3.30.8)."""
    region: dict[str, object] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    if place.end > place.start:
        region["snippet"] = {"text": words_of(place)}
    return region


def _fingerprints(report: ValidationReport) -> list[str]:
    """Return a stable fingerprint for each finding, independent of offsets.

    Equal fingerprints are numbered in report order.
    """
    seen: Counter[str] = Counter()
    out = []
    for finding in report.findings:
        place = finding.place
        where = [readable(finding.focus)] if place is None else [place.document, words_of(place)]
        parts = [finding.shape, finding.component, finding.path or "", *where]
        base = json.dumps(parts, ensure_ascii=False)
        seen[base] += 1
        out.append(hashlib.sha256(f"{base}{seen[base]}".encode()).hexdigest()[:32])
    return out
