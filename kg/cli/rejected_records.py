"""Refused records as findings, at their words in the article if possible."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyoxigraph import Literal

from kg.errors import KgError, RecordError, printable
from kg.validate.report import Finding, TextLocation
from kg.validate.text_locations import place_in

CONTRACT = "https://w3id.org/claimgraph/records#RecordContract"
"""In place of a shape: the contract of records (docs/records.schema.json) and of readable input."""

_LINE = re.compile(r"(?P<file>.*):(?P<line>\d+): document ")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def findings(refused: Iterable[KgError]) -> Iterator[Finding]:
    """Yield a violation for each error."""
    for error in refused:
        about = error.document if isinstance(error, RecordError) else "input"
        yield Finding(
            shape=CONTRACT,
            focus=Literal(about),
            path=None,
            value=None,
            message=str(error),
            severity="violation",
            component=CONTRACT,
            place=_place(error) if isinstance(error, RecordError) else None,
        )


def _place(error: RecordError) -> TextLocation | None:
    """Return the words of the statement at the JSON path, or the beginning of the text."""
    found = _LINE.match(error.document)
    if found is None:
        return None
    try:
        line = Path(found["file"]).read_bytes().split(b"\n")[int(found["line"]) - 1]
        data = json.loads(line)
        document, text = data["document"], data["document"]["text"]
        sha256 = hashlib.sha256(text.encode()).hexdigest()  # independent of the hash in the record
        return place_in(text, printable(document["id"]), sha256, *_words(data, error.path))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # such a broken record has no words


def _words(data: Any, path: str) -> tuple[int, int]:
    """Return start and end of the innermost span along the path; zeros if there is none."""
    words = (0, 0)
    for name, number in _STEP.findall(path):
        data = data.get(name) if name and isinstance(data, dict) else data[int(number)] if number else None
        words = next(_spans(data), words)
        if data is None:
            return words
    return words


def _spans(data: Any) -> Iterator[tuple[int, int]]:
    if isinstance(data, dict):
        for name in ("content", "anchor", "span"):
            yield from _spans(data.get(name))
    elif isinstance(data, list) and data:
        if isinstance(data[0], list):
            yield from _spans(data[0])
        elif len(data) == 2 and all(isinstance(end, int) for end in data):
            yield data[0], data[1]
