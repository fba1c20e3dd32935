"""Comparison of two versions of an article: removed, new and unchanged statements.

A statement is unchanged if the other version has one of the same kind, words, speakers, act and target. Positions are
ignored because they move, and similar statements are not matched because that would be a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Quad

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.store import EmbeddedStore
from kg.views.article import numbered_cards
from kg.views.query_files import own_query, records, terms
from kg.views.statement_card import Card
from kg.views.statement_rows import Row, read_rows, rows_query


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A comparison. ``gone`` are only in the other version, ``new`` only in this one, ``kept`` in both.

    ``status`` is that of the other version. If its statements are no longer served, ``is_served`` is False and nothing
    is compared, unless they were saved (``is_kept``).
    """

    status: str
    is_served: bool
    is_kept: bool = False
    gone: tuple[Card, ...] = ()
    new: tuple[Card, ...] = ()
    kept: tuple[Card, ...] = ()
    query: str = ""


def revision_scopes(version: str, other: str) -> dict[str, str]:
    """Return the statements of both versions, as scopes of :func:`kg.views.statement_rows.rows_query`.

    Args:
        version: The IRI of the one.
        other: The IRI of the other.
    """
    both = f"VALUES ?version {{ {terms((version, other))} }}"
    own = f"{both} ?statement cg:inVersion ?version ."
    inner = f"{both} ?anchor cg:inVersion ?version . GRAPH ?said {{ ?statement cg:statedAnchor ?anchor }}"
    return {"fact": own, "claim": own, "unclear": own, "inner": inner}


def compare_versions(
    store: QueryableStore, base: str, version: str, other: str, kept: Sequence[Quad] | None = None
) -> Revision | None:
    """Compare a version with another one of the same article.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        version: The IRI of the one.
        other: The IRI of the other.
        kept: The saved statements of the other version, if it was replaced.

    Returns:
        The comparison; None if the article has no such other version.
    """
    versions = records(store.query(own_query("versions", version=version)))
    status = next((record["status"] for record in versions if record["version"] == other), None)
    if status is None:
        return None
    if not store.query(f"ASK {{ <{other}> <{vocab.FULL_TEXT}> ?text }}"):
        if kept is None:
            return Revision(status=status, is_served=False)
        memory = EmbeddedStore.in_memory()
        memory.change(set(), set(kept))
        query = rows_query(revision_scopes(version, version))
        here = _cards(store, base, query, version)
        there = _cards(memory, base, rows_query(revision_scopes(other, other)), other)
    else:
        query = rows_query(revision_scopes(version, other))
        here, there = (_cards(store, base, query, one) for one in (version, other))
    both, new = _matched(here, there)
    _, gone = _matched(there, here)
    return Revision(status=status, is_served=True, gone=gone, new=new, kept=both, query=query, is_kept=kept is not None)


def _cards(store: QueryableStore, base: str, query: str, version: str) -> list[Card]:
    cards = numbered_cards(store, base, read_rows(store, query))
    return [card for card in cards.values() if card.row.document == version]


def _matched(cards: Iterable[Card], others: Iterable[Card]) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """Return the cards that the others have too, each as often as there, and the remaining ones."""
    waiting: dict[tuple[object, ...], int] = defaultdict(int)
    for other in others:
        waiting[_told(other.row)] += 1
    both: list[Card] = []
    alone: list[Card] = []
    for card in cards:
        told = _told(card.row)
        (both if waiting[told] > 0 else alone).append(card)
        waiting[told] -= 1
    return tuple(both), tuple(alone)


def _told(row: Row) -> tuple[object, ...]:
    """Return the properties by which two statements are equal."""
    who, whom = (frozenset(_named(iri, row.document) for iri in iris) for iris in (row.speaker_iri, row.target_iri))
    return row.kind, row.quote, who, row.act, whom, row.polarity, row.event


def _named(iri: str, version: str) -> str:
    """Return the end of the IRI for a node of this version alone, such as an unnamed source."""
    return iri.removeprefix(version)


def in_force(versions: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the current versions of an article."""
    return [record["version"] for record in versions if record["status"] == "current"]
