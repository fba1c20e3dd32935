"""What a literal means: its value, whether it is well-formed, which of two is greater. rdflib judges, as in pySHACL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pyoxigraph import Literal

from kg.validate.compiled.names import XSD

_ALWAYS_WELL_TYPED = frozenset({XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})


def is_well_typed(literal: Literal) -> bool:
    """False for ``"2025-02-30"^^xsd:date``: the words are no value of the datatype."""
    if literal.datatype.value in _ALWAYS_WELL_TYPED:
        return True
    read = judged(literal)
    return read.ill_typed is not True and _is_of(read.value, literal.datatype.value.removeprefix(XSD))


@lru_cache(maxsize=1 << 17)
def judged(literal: Literal) -> Any:
    """The rdflib literal. Remembered: the same offsets and dates come again and again."""
    from kg.validate.rdflib_terms import node_of

    return node_of(literal)


def _is_of(value: object, datatype: str) -> bool:
    """As pySHACL 0.40 has it: of the datatypes it knows, the value is of the fitting Python class."""
    from datetime import date, datetime, time
    from decimal import Decimal

    classes: dict[str, type] = {
        "integer": int,
        "float": float,
        "decimal": Decimal,
        "boolean": bool,
        "date": date,
        "time": time,
        "dateTime": datetime,
    }
    return datatype not in classes or isinstance(value, classes[datatype])
