"""Two versions of an article compared: which statements fell away, which are new, which were kept.

A statement is kept where the other version has one of the same kind, words, speakers, act and target; nothing is
matched by its place, for places move, and nothing by likeness, for that would be a guess.
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
    """``gone`` are statements of the other version alone, ``new`` of this one alone; ``kept`` as they stand in this.

    ``status`` is what became of the other one. Where its statements are no longer served, ``is_served`` is False
    and nothing is compared, unless they were kept (``is_kept``).
    """

    status: str
    is_served: bool
    is_kept: bool = False
    gone: tuple[Card, ...] = ()
    new: tuple[Card, ...] = ()
    kept: tuple[Card, ...] = ()
    query: str = ""


def revision_scopes(version: str, other: str) -> dict[str, str]:
    """The statements of both versions, as scopes of :func:`kg.views.statement_rows.rows_query`."""
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
        base: What IRIs of data begin with.
        version: The IRI of the one.
        other: The IRI of the other.
        kept: What the other one said, where it was replaced and that was kept.

    Returns:
        The comparison, or None where the article has no such other version.
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
    """The cards that the others have as well, each as often as there, and those they have not."""
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
    """What makes two statements the same."""
    who, whom = (frozenset(_named(iri, row.document) for iri in iris) for iris in (row.speaker_iri, row.target_iri))
    return row.kind, row.quote, who, row.act, whom, row.polarity, row.event


def _named(iri: str, version: str) -> str:
    """One who is named in this version alone, such as an unnamed source, goes by the end of the IRI."""
    return iri.removeprefix(version)


def in_force(versions: Iterable[Mapping[str, str]]) -> list[str]:
    """Which of an article's versions are served."""
    return [record["version"] for record in versions if record["status"] == "current"]
