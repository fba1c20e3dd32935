"""Resolution of names to exactly one thing in the graph, or to an error with the choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.errors import AmbiguousName, UnknownName, UsageError
from kg.views.query_files import records

MOST: Final = 200
"""Number of things with similar names that are examined."""
_SHOWN: Final = 20
_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        vocab.FOAF_PERSON: "person",
        vocab.POLITICAL_ACTOR: "political actor",
        vocab.ORG_ORGANIZATION: "organization",
        vocab.SCHEMA_PLACE: "place",
        vocab.UNNAMED_SOURCE: "unnamed source",
        vocab.MEDIUM_CLASS: "medium",
        vocab.AGREEMENT: "agreement",
        vocab.CONFLICT: "conflict",
    }
)
Scopes: TypeAlias = Mapping[str, str]
"""Graph patterns for ``?statement`` by kind, as in :mod:`kg.views.statement_rows`.

Each binds ``?thing``.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A named thing in the graph. ``type`` is ``person``, ``place``, ``political actor`` and so on."""

    iri: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """The name with type and aliases: ``Moscow (place), also Moskva``."""
        also = f", also {', '.join(self.aliases)}" if self.aliases else ""
        return f"{self.name} ({self.type}){also}"


def find(store: QueryableStore, name: str, most: int = MOST) -> list[Candidate]:
    """Find things whose name or alias has these words, exact names first.

    Args:
        store: The graph.
        name: The words.
        most: The largest number of things.

    Raises:
        UsageError: The name is empty.
    """
    words = _plain(name).split()
    if not words:
        raise UsageError("give a name or an IRI")
    found = _read(store, words, most)
    wanted = " ".join(words)
    return sorted(found, key=lambda one: (not _is_called(one, wanted), one.name, one.iri))


def resolve(store: QueryableStore, name: str, roles: Sequence[str]) -> str:
    """Return the IRI that a name means.

    An exact name or alias precedes a partial one ("Dmitriev"). If several things share the name, the one with one of
    the ``roles`` in any statement is chosen. For speakers, Moscow is therefore the actor and not the place.

    Args:
        store: The graph.
        name: A name or an IRI, ours or an equivalent one (for example of Wikidata).
        roles: Graph patterns about ``?thing``.

    Raises:
        AmbiguousName: The name has several meanings; the error has the choices.
        UnknownName: The name is unknown.
    """
    if is_iri(name):
        return _known(store, name)
    found = find(store, name)
    wanted = " ".join(_plain(name).split())
    exact = [one for one in found if _is_called(one, wanted)]
    candidates = exact or [one for one in found if _has_words(one, wanted.split())] or found
    if len(candidates) > 1:
        candidates = _with_a_role(store, candidates, roles) or candidates
    if not candidates:
        raise UnknownName(f"nobody and nothing in this graph is called {name!r}; a part of the name is enough")
    if len(candidates) > 1:
        raise AmbiguousName(name, {one.iri: one.description for one in candidates[:_SHOWN]})
    return candidates[0].iri


def _known(store: QueryableStore, iri: str) -> str:
    """Return the IRI, or that of the equivalent thing. A misspelt IRI must not look like an empty result."""
    there = f"BIND(<{iri}> AS ?thing) FILTER(EXISTS {{ <{iri}> ?p ?o }} || EXISTS {{ GRAPH ?g {{ <{iri}> ?p ?o }} }})"
    same = f"?thing <{vocab.SKOS_EXACT_MATCH}> <{iri}>"
    found = records(store.query(f"SELECT DISTINCT ?thing {{ {{ {there} }} UNION {{ {same} }} }} ORDER BY ?thing"))
    if not found:
        raise UnknownName(f"there is no <{iri}> in this graph; look for a name instead")
    if len(found) > 1:
        raise AmbiguousName(iri, {row["thing"]: "has this IRI elsewhere" for row in found})
    return found[0]["thing"]


def is_iri(name: str) -> bool:
    """Return whether a text is an absolute IRI, which is safe in a query."""
    if "://" not in name and not name.startswith("urn:"):
        return False
    try:
        ox.NamedNode(name)
    except ValueError:
        return False
    return True


def _plain(name: str) -> str:
    return name.casefold().replace("’", "'")


def _is_called(one: Candidate, wanted: str) -> bool:
    return any(" ".join(_plain(name).split()) == wanted for name in (one.name, *one.aliases))


def _has_words(one: Candidate, words: Sequence[str]) -> bool:
    return any(set(words) <= set(_plain(name).split()) for name in (one.name, *one.aliases))


def _read(store: QueryableStore, words: Sequence[str], most: int) -> list[Candidate]:
    like = " && ".join(f"CONTAINS(?plain, {ox.Literal(word)})" for word in words)
    types = " ".join(f"<{iri}>" for iri in _TYPES)
    named = f"<{vocab.SKOS_PREF_LABEL}>|<{vocab.SKOS_ALT_LABEL}>"
    rows = records(
        store.query(
            f"SELECT ?thing ?type ?name ?alias {{ {{ SELECT DISTINCT ?thing ?type {{ VALUES ?type {{ {types} }} "
            f"?thing a ?type ; {named} ?any BIND(REPLACE(LCASE(STR(?any)), '’', \"'\") AS ?plain) FILTER({like}) }} "
            f"ORDER BY ?thing LIMIT {most} }} "
            f"?thing <{vocab.SKOS_PREF_LABEL}> ?name OPTIONAL {{ ?thing <{vocab.SKOS_ALT_LABEL}> ?alias }} }}"
        )
    )
    aliases: dict[str, set[str]] = {}
    for row in rows:
        aliases.setdefault(row["thing"], set()).update(filter(None, [row.get("alias")]))
    return [
        Candidate(iri=iri, name=row["name"], type=_TYPES[row["type"]], aliases=tuple(sorted(aliases[iri])))
        for iri, row in {row["thing"]: row for row in rows}.items()
    ]


def _with_a_role(store: QueryableStore, candidates: Sequence[Candidate], roles: Sequence[str]) -> list[Candidate]:
    values = " ".join(f"<{one.iri}>" for one in candidates)
    played = " UNION ".join(f"{{ VALUES ?thing {{ {values} }} {role} }}" for role in roles)
    playing = {row["thing"] for row in records(store.query(f"SELECT DISTINCT ?thing {{ {played} }}"))}
    return [one for one in candidates if one.iri in playing]
