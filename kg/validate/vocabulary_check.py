"""Check that the data uses our vocabulary correctly: no shape targets a misspelt property."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.errors import InputError
from kg.validate.lint.terms import is_defined

_TYPE = NamedNode(vocab.RDF_TYPE)
_MOST = 10


def demand_known_terms(triples: Iterable[Triple]) -> None:
    """Check that the ontology has every property and class of ours in the data.

    Raises:
        InputError: The message lists unknown terms, each with a node that uses it.
    """
    triples = list(triples)
    used = {triple.predicate for triple in triples} | {triple.object for triple in triples if triple.predicate == _TYPE}
    unknown = {term for term in used if isinstance(term, NamedNode) and not is_defined(term.value)}
    if not unknown:
        return
    where: dict[str, str] = {}
    for triple in triples:
        for term in unknown & {triple.predicate, triple.object}:
            where.setdefault(term.value, str(triple.subject))
    lines = [f"\n  {iri}, on {where[iri]}" for iri in sorted(where)[:_MOST]]
    if len(where) > _MOST:
        lines.append(f"\n  and {len(where) - _MOST} more")
    raise InputError("the data uses terms of ours that the ontology does not have; are they misspelt?" + "".join(lines))
