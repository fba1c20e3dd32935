"""A story: the statements that are linked with one statement, across articles.

It shows which articles assert, report, deny and update the statement. Nothing is judged: a link states the relation of
two statements, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records, terms
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import graph_query, names_of, read_rows, rows_query

MOST: Final = 100
"""Number of statements in a story."""
_STEPS: Final = 4
"""Largest number of links between the first statement and another."""


@dataclass(frozen=True, slots=True)
class StorySource:
    """An article: its outlet and date, and the origin of its words if it is a copy."""

    outlet: str
    published: str
    headline: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class StoryPart:
    """A statement of the story with its article."""

    card: Card
    source: StorySource


@dataclass(frozen=True, slots=True)
class Joined:
    """The link from a later statement to an earlier one, and its reason.

    ``how`` is a concept of the scheme of links.
    """

    how: str
    later: StoryPart
    earlier: StoryPart
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The statements by their role, each once. ``updates`` are in order of time; ``count`` covers all.

    ``origins`` is the number of articles that the words come from; copies count once.
    """

    asserted: tuple[StoryPart, ...]
    attributed: tuple[StoryPart, ...]
    denied: tuple[Joined, ...]
    contradicted: tuple[Joined, ...]
    updates: tuple[Joined, ...]
    others: tuple[Joined, ...]
    count: int
    documents: int
    origins: int
    query: str
    graph: str


def read_story(store: QueryableStore, base: str, statement: str) -> Story | None:
    """Return the story around a statement; None if the graph has no such statement.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        statement: The IRI of a fact or a claim.
    """
    found, links = _reached(store, statement)
    shown = sorted(found)[:MOST]
    parts = _parts(store, base, shown)
    if statement not in parts:
        return None
    joined = [_joined(link, parts) for link in links]
    linked = [one for one in joined if one is not None]
    denying = {one.later.card.row.statement for one in linked if one.how == "denies"}
    ordered = sorted(parts.values(), key=lambda part: (part.source.published, part.card.row.statement))
    scopes = _scopes(shown)
    documents = {part.card.row.document for part in ordered}
    copies = {part.card.row.document for part in ordered if part.source.original in documents}
    return Story(
        asserted=tuple(part for part in ordered if part.card.row.kind == "fact"),
        attributed=tuple(p for p in ordered if p.card.row.kind == "claim" and p.card.row.statement not in denying),
        denied=_of(linked, "denies"),
        contradicted=_of(linked, "contradicts"),
        updates=_of(linked, "updates", "corrects"),
        others=_of(linked, "corroborates", "repeats", "answers"),
        count=len(found),
        documents=len(documents),
        origins=len(documents - copies),
        query=rows_query(scopes),
        graph=graph_query(scopes),
    )


def read_disputes(store: QueryableStore, base: str) -> tuple[Joined, ...]:
    """Return the pairs of statements of which one denies or contradicts the other.

    Args:
        store: The graph.
        base: The base of our own IRIs.
    """
    links = records(store.query(own_query("all-disputes")))
    parts = _parts(store, base, sorted({iri for link in links for iri in (link["later"], link["earlier"])}))
    joined = (_joined(link, parts) for link in links)
    return tuple(one for one in joined if one is not None)


def _reached(store: QueryableStore, statement: str) -> tuple[set[str], list[dict[str, str]]]:
    """Return the statements that links lead to, and the links between them."""
    seen, waiting = {statement}, {statement}
    links: dict[tuple[str, str, str], dict[str, str]] = {}
    for _ in range(_STEPS):
        if not waiting or len(seen) > MOST:
            break
        for link in records(store.query(own_query("story-links", statements=sorted(waiting)))):
            links.setdefault((link["later"], link["how"], link["earlier"]), link)
        ends = {iri for later, _, earlier in links for iri in (later, earlier)}
        waiting, seen = ends - seen, seen | ends
    return seen, [link for _, link in sorted(links.items())]


def _parts(store: QueryableStore, base: str, statements: Sequence[str]) -> dict[str, StoryPart]:
    if not statements:
        return {}
    rows = read_rows(store, rows_query(_scopes(statements)))
    names = names_of(store, rows)
    sources = _sources(store, sorted({row.document for row in rows if row.document}))
    nowhere = StorySource("", "", "")
    return {row.statement: StoryPart(card_of(row, base, names), sources.get(row.document, nowhere)) for row in rows}


def _scopes(statements: Iterable[str]) -> dict[str, str]:
    values = f"VALUES ?statement {{ {terms(statements)} }}"
    return {"fact": values, "claim": values}


def _sources(store: QueryableStore, versions: Sequence[str]) -> dict[str, StorySource]:
    found: dict[str, StorySource] = {}
    if not versions:
        return found
    for row in records(store.query(own_query("origins", versions=versions))):
        source = StorySource(
            row.get("publisher", ""), row.get("published", ""), row.get("headline", ""), row.get("original", "")
        )
        found.setdefault(row["version"], source)
    return found


def _joined(link: dict[str, str], parts: dict[str, StoryPart]) -> Joined | None:
    later, earlier = parts.get(link["later"]), parts.get(link["earlier"])
    if later is None or earlier is None:
        return None
    return Joined(link["how"].removeprefix(vocab.REL), later, earlier, link.get("reason", ""))


def _of(linked: Iterable[Joined], *kinds: str) -> tuple[Joined, ...]:
    return tuple(sorted((one for one in linked if one.how in kinds), key=_when))


def _when(one: Joined) -> tuple[str, str, str]:
    return one.later.source.published, one.later.card.row.statement, one.earlier.card.row.statement
