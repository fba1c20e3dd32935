"""File format of the state of incremental validation: JSON, which the caller writes atomically."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from kg.errors import InputError
from kg.validate.incremental import LastTime, Remembered
from kg.validate.report import Finding, Term, TextLocation

_FORMAT = 1
_KEYS = frozenset({"format", "key", "units"})


def read(path: Path) -> LastTime:
    """Read the state from a file; return an empty state if the file is missing.

    Raises:
        InputError: The file is not such a state.
    """
    if not path.exists():
        return LastTime()
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != _FORMAT and set(data) == _KEYS:  # the file of an earlier release
            return LastTime()
        return LastTime(key=data["key"], units={name: _unit(unit) for name, unit in data["units"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        raise InputError(f"{path}: this is not what an earlier validation left; remove it: {error}") from error


def dumps(last: LastTime) -> bytes:
    """Serialize the state."""
    units = {name: _json_of_unit(unit) for name, unit in last.units.items()}
    return json.dumps({"format": _FORMAT, "key": last.key, "units": units}, ensure_ascii=False).encode()


def _unit(data: dict[str, Any]) -> Remembered:
    return Remembered(
        digest=data["digest"],
        versions=frozenset(data["versions"]),
        shared=tuple(quad.triple for quad in parse(data["shared"], format=RdfFormat.N_TRIPLES)),
        named=frozenset(data["named"]),
        findings=tuple(map(_finding, data["findings"])),
    )


def _json_of_unit(unit: Remembered) -> dict[str, Any]:
    return {
        "digest": unit.digest,
        "versions": sorted(unit.versions),
        "shared": (serialize(unit.shared, format=RdfFormat.N_TRIPLES) or b"").decode(),
        "named": sorted(unit.named),
        "findings": [_json_of_finding(finding) for finding in unit.findings],
    }


def _finding(data: dict[str, Any]) -> Finding:
    place = None if data["place"] is None else TextLocation(**data["place"])
    value = None if data["value"] is None else _term(data["value"])
    return Finding(**{**data, "focus": _term(data["focus"]), "value": value, "place": place})


def _json_of_finding(finding: Finding) -> dict[str, Any]:
    return {
        "shape": finding.shape,
        "focus": _json_of_term(finding.focus),
        "path": finding.path,
        "value": None if finding.value is None else _json_of_term(finding.value),
        "message": finding.message,
        "severity": finding.severity,
        "component": finding.component,
        "place": None if finding.place is None else asdict(finding.place),
    }


def _term(data: list[str]) -> Term:
    match data:
        case ["iri", value]:
            return NamedNode(value)
        case ["blank", value]:
            return BlankNode(value)
        case ["literal", value, datatype, ""]:
            return Literal(value, datatype=NamedNode(datatype))
        case ["literal", value, _, language]:
            return Literal(value, language=language)
    raise ValueError(f"no term: {data}")


def _json_of_term(term: Term) -> list[str]:
    match term:
        case NamedNode():
            return ["iri", term.value]
        case BlankNode():
            return ["blank", term.value]
        case _:
            return ["literal", term.value, term.datatype.value, term.language or ""]
