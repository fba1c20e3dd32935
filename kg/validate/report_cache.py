"""The last report on a store, saved in the store's folder as JSON with its origin.

``kg validate`` and ``kg build`` write it, the app's ``/validation`` page shows it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.errors import InputError
from kg.validate.report import Finding, Term, TextLocation, ValidationReport
from kg.validate.reports.json import as_data

FILE_NAME = "claimgraph.validation.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedReport:
    """A report on a ``revision`` of the store, made by ``maker`` (the command's name).

    ``failure`` is the reason for a missing report, or empty. A ``build`` reports on the refused documents, each checked
    alone; ``validate`` reports on the whole store.
    """

    report: ValidationReport
    revision: int
    maker: str
    failure: str = ""


def file_of(store: str) -> Path | None:
    """Return the file of the report on a store; None for a store behind a URL."""
    return None if "://" in store else Path(store) / FILE_NAME


def dumps(kept: CachedReport) -> bytes:
    """Serialize a report with its origin."""
    made = kept.report.made
    about = {
        "revision": kept.revision,
        "maker": kept.maker,
        "made": None if made is None else made.isoformat(timespec="seconds"),
        "failure": kept.failure,
    }
    return json.dumps({"store": about, **as_data(kept.report)}, ensure_ascii=False, indent=1).encode()


def read(path: Path) -> CachedReport | None:
    """Read a saved report; None if there is none.

    Raises:
        InputError: The file is not such a report.
    """
    if not path.exists():
        return None
    try:
        data = json.loads(path.read_bytes())
        about = data["store"]
        report = ValidationReport(
            findings=tuple(_finding(finding) for finding in data["findings"]),
            triples=(),
            files={f["place"]["sha256"]: f["place"]["file"] for f in data["findings"] if _has_file(f)},
            made=None if about["made"] is None else datetime.fromisoformat(about["made"]),
        )
        return CachedReport(report=report, revision=about["revision"], maker=about["maker"], failure=about["failure"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: this is no report that kg validate left: {error}; validate again") from error


def _has_file(data: dict[str, Any]) -> bool:
    return data["place"] is not None and data["place"]["file"] is not None


def _finding(data: dict[str, Any]) -> Finding:
    place = data["place"]
    return Finding(
        shape=data["shape"],
        focus=_term(data["focus"]),
        path=data["path"],
        value=None if data["value"] is None else _term(data["value"]),
        message=data["message"],
        severity=data["severity"],
        component=data["constraint"],
        place=None
        if place is None
        else TextLocation(**{name: value for name, value in place.items() if name != "file"}),
    )


def _term(data: dict[str, str]) -> Term:
    match data:
        case {"type": "uri", "value": value}:
            return NamedNode(value)
        case {"type": "bnode", "value": value}:
            return BlankNode(value)
        case {"type": "literal", "value": value, "xml:lang": language}:
            return Literal(value, language=language)
        case {"type": "literal", "value": value, "datatype": datatype}:
            return Literal(value, datatype=NamedNode(datatype))
    raise ValueError(f"no term: {data}")
