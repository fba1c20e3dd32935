"""Values of literals: well-formedness and comparison. rdflib decides, as in pySHACL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from kg.validate.compiled.names import XSD
from kg.validate.report import Term

_ALWAYS_WELL_TYPED = frozenset({XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})


def is_well_typed(literal: Literal) -> bool:
    """Return whether a literal is valid for its datatype; ``"2025-02-30"^^xsd:date`` is not."""
    if literal.datatype.value in _ALWAYS_WELL_TYPED:
        return True
    read = judged(literal)
    return read.ill_typed is not True and _is_of(read.value, literal.datatype.value.removeprefix(XSD))


@lru_cache(maxsize=1 << 17)
def judged(literal: Literal) -> Any:
    """Return the rdflib literal. The result is cached, because the same offsets and dates recur."""
    from kg.validate.rdflib_terms import node_of

    return node_of(literal)


def _is_of(value: object, datatype: str) -> bool:
    """Return whether a value has the Python class of its datatype, for the datatypes of pySHACL 0.40."""
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


# Both engines read these datatypes alike in their canonical form.
_READ_ALIKE = frozenset(XSD + name for name in ("integer", "decimal", "boolean", "date"))
_LONGEST_NUMBER = 15


def is_odd(term: Term) -> bool:
    """Return whether the two engines may read a term differently.

    These are literals that are not canonical, are ill-typed, have a language or a rare datatype, and blank nodes (for
    which rdflib's STR returns a text).
    """
    if not isinstance(term, Literal):
        return isinstance(term, BlankNode)
    return term.language is not None or (term.datatype.value != XSD + "string" and _is_odd_number(term))


@lru_cache(maxsize=1 << 16)
def _is_odd_number(literal: Literal) -> bool:
    return (
        literal.datatype.value not in _READ_ALIKE
        or len(literal.value) > _LONGEST_NUMBER
        or not is_well_typed(literal)
        or _kept(literal) != literal
    )


def _kept(literal: Literal) -> Term:
    """Return a literal as the store changes it."""
    store = Store()
    node = NamedNode("urn:x-kg:literal")
    store.add(Quad(node, node, literal))
    kept: Term = next(iter(store)).object
    return kept
