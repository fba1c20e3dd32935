"""SPARQL queries of this package, terms for their placeholders, and their rows as plain texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.engine.queryable import Results

Value: TypeAlias = str | NamedNode | Literal | Iterable[str | NamedNode]
"""The value of a placeholder: one IRI, a literal, or several IRIs."""
_QUERIES: Final = Path(__file__).parent / "queries"
_PLACEHOLDER: Final = re.compile(r"IN \(<urn:(?P<listed>\w+)>\)|<urn:(?P<iri>\w+)>|\"urn:(?P<literal>\w+)\"")


def own_query(name: str, /, **values: Value) -> str:
    """Return a query of this package.

    Args:
        name: The name of its file, without ``.rq``.
        **values: See :func:`bind`.
    """
    text = _read(name)
    return bind(text, **values) if values else text


def bind(query: str, /, **values: Value) -> str:
    """Replace the placeholders of a query by terms. No other function writes a term into a query of ours.

    Args:
        query: A SPARQL query. ``<urn:NAME>`` is the placeholder of one IRI or, after VALUES and IN, of several;
            ``"urn:NAME"`` is that of a literal.
        **values: The terms by the names of the placeholders.

    Raises:
        ValueError: A text is not an IRI, or a value has no placeholder.
        TypeError: A literal is given for an IRI, or an IRI for a literal.
        KeyError: A placeholder has no value.
    """
    left = set(values)

    def term(found: re.Match[str]) -> str:
        name = found.group(found.lastgroup or 0)
        left.discard(name)
        value = values[name]
        if found.lastgroup == "literal":
            if not isinstance(value, Literal):
                raise TypeError(f"{name} is a literal")
            return str(value)
        if isinstance(value, Literal):
            raise TypeError(f"{name} is an IRI")
        iris = [value] if isinstance(value, str | NamedNode) else value
        return f"IN ({terms(iris, ', ')})" if found.lastgroup == "listed" else terms(iris)

    bound = _PLACEHOLDER.sub(term, query)
    if left:
        raise ValueError(f"the query has no placeholder for {', '.join(sorted(left))}")
    return bound


def terms(iris: Iterable[str | NamedNode], separator: str = " ") -> str:
    """Return IRIs as terms of a query.

    Args:
        iris: The IRIs, without angle brackets.
        separator: The text between them.

    Raises:
        ValueError: A text is not an IRI.
    """
    return separator.join(str(NamedNode(iri) if isinstance(iri, str) else iri) for iri in iris)


def records(results: Results) -> list[dict[str, str]]:
    """Return the rows as plain texts by variable; unbound ones are left out.

    Raises:
        TypeError: The query was no SELECT.
    """
    if not isinstance(results, QuerySolutions):
        raise TypeError("only a SELECT has rows")
    names = [variable.value for variable in results.variables]
    return [
        {name: term.value for name, term in zip(names, row, strict=True) if isinstance(term, NamedNode | Literal)}
        for row in results
    ]


@cache
def _read(name: str) -> str:
    return (_QUERIES / f"{name}.rq").read_text("utf-8")
