"""Types of result columns, from the datatypes of their values and never from their appearance.

A column is typed only if all its values have one datatype and can be parsed; otherwise it is text. An
``xsd:gYearMonth`` stays ``2025-04``, because a partial date is not a date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox

from kg import vocab

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Value: TypeAlias = str | int | float | bool | date | datetime | None
Kind: TypeAlias = Literal["integer", "number", "truth", "moment", "local", "date", "text"]

_INTEGERS: Final = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "nonPositiveInteger", "negativeInteger"),
    *("positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        **{vocab.XSD + name: "integer" for name in _INTEGERS},
        **{vocab.XSD + name: "number" for name in ("decimal", "double", "float")},
        vocab.XSD + "boolean": "truth",
        vocab.XSD + "dateTime": "moment",
        vocab.XSD + "dateTimeStamp": "moment",
        vocab.XSD + "date": "date",
    }
)
_LARGEST: Final = 2**63


def text_of(term: Term | None) -> str | None:
    """Return the IRI, the text of the literal, or ``_:b`` for a blank node; None for an unbound variable."""
    match term:
        case None:
            return None
        case ox.NamedNode() | ox.Literal():
            return term.value
        case _:
            return str(term)


def typed(terms: Sequence[Term | None]) -> tuple[Kind, list[Value]]:
    """Return the kind of a column and its values: int, float, bool, date, datetime or str.

    None if unbound.

    A ``moment`` has a time zone and is converted to UTC; ``local`` is a time without a zone.
    """
    kind = _common_kind({_kind_of(term) for term in terms if term is not None})
    try:
        values = [None if term is None else _READ[kind](text_of(term) or "") for term in terms]
    except (ValueError, OverflowError):
        kind = "text"
    if kind == "moment":
        kind, values = _zoned(values)
    return (kind, values) if kind != "text" else (kind, [text_of(term) for term in terms])


def _kind_of(term: Term) -> Kind:
    return _KINDS.get(term.datatype.value, "text") if isinstance(term, ox.Literal) else "text"


def _common_kind(kinds: set[Kind]) -> Kind:
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "text"


def _zoned(values: Sequence[Value]) -> tuple[Kind, list[Value]]:
    moments = [value for value in values if isinstance(value, datetime)]
    zones = {moment.tzinfo is not None for moment in moments}
    if zones == {True}:
        return "moment", [value.astimezone(UTC) if isinstance(value, datetime) else None for value in values]
    return ("local", list(values)) if zones == {False} else ("text", [])


def _integer(text: str) -> int:
    value = int(text)
    if not -_LARGEST <= value < _LARGEST:
        raise OverflowError
    return value


def _truth(text: str) -> bool:
    return {"true": True, "1": True}.get(text, False)


_READ: Final[Mapping[Kind, Callable[[str], Value]]] = MappingProxyType(
    {
        "integer": _integer,
        "number": float,
        "truth": _truth,
        "moment": datetime.fromisoformat,
        "date": date.fromisoformat,
        "text": str,
    }
)
