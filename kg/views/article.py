"""The text of an article with its statements marked: own statements, reported ones, and unclear passages.

The text of a paragraph on the page equals the text of the article in every code point: badges are empty links that the
style sheet fills. Where lines overlap, the line of a claim is drawn.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.engine.queryable import QueryableStore
from kg.views.article_outline import (
    INSIDE,
    PAGE_LIMIT,
    WHOLE_LIMIT,
    Outline,
    Outlines,
    Placed,
    end_of_page,
    pieces_of,
    read_outline,
)
from kg.views.query_files import own_query, records
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import Row, names_of, read_rows, rows_query
from kg.views.terms import Mark
from kg.views.text_runs import Layer, Marking, TextRun, overlapping, starts_of

MARKS: Final[tuple[Mark, ...]] = ("fact", "claim", "unclear")


_BETWEEN: Final = " \t\n\r.,;:!?…-–—()[]'\"‘’“”„«»*•·"
"""White space, and punctuation between statements."""
_JOINING: Final = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Selection of statements. An empty field selects all."""

    kinds: frozenset[str] = frozenset()
    speaker: str = ""
    act: str = ""

    def keeps(self, statement: Placed) -> bool:
        """Return whether a statement is selected."""
        return (
            (not self.kinds or statement.mark in self.kinds)
            and (not self.speaker or statement.speaker == self.speaker)
            and (not self.act or statement.act == self.act)
        )

    @property
    def is_on(self) -> bool:
        """Whether the filter can exclude a statement."""
        return bool((self.kinds and self.kinds != frozenset(MARKS)) or self.speaker or self.act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A line of the text that begins at the code point ``start``, or a part of a line that is too long for a page.

    ``cards`` are the statements that begin in it. ``goes_on`` if the line continues on the next page.
    """

    start: int
    runs: tuple[TextRun, ...]
    cards: tuple[Card, ...]
    is_headline: bool = False
    goes_on: bool = False

    @property
    def unread(self) -> tuple[str, ...]:
        """Stray text outside of all statements and their attributions.

        White space, punctuation between sentences and a word that joins two (", and") are not counted. The value is
        valid only without a filter, because a filter hides lines.
        """
        bare = (run.text.strip() for run in self.runs if not run.is_read)
        return tuple(text for text in bare if (rest := text.strip(_BETWEEN)) and not _JOINING.fullmatch(rest))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleView:
    """One page of a version's text, from its ``first_paragraph``.

    ``next_paragraph`` begins the following page.

    ``counts`` cover the whole version without filters, by :attr:`kg.views.article_outline.Placed.counts`: a fact
    without an event is not counted as one. ``shown`` is the number of selected statements. ``versions`` are the other
    versions of the article with their status. ``copies`` are other articles with its words: ``relation`` is ``origin``
    for the one that it copies, and ``copy`` for one that copies it.
    """

    headline: str
    publisher: str
    published: str
    url: str
    counts: Mapping[str, int]
    shown: int
    speakers: Mapping[str, int]
    acts: Mapping[str, int]
    paragraphs: tuple[Paragraph, ...]
    paragraph_count: int
    first_paragraph: int = 0
    next_paragraph: int | None
    versions: tuple[Mapping[str, str], ...]
    copies: tuple[Mapping[str, str], ...] = ()

    @property
    def origins(self) -> tuple[Mapping[str, str], ...]:
        """The articles that it copies."""
        return tuple(one for one in self.copies if one["relation"] == "origin")

    @property
    def copied_by(self) -> tuple[Mapping[str, str], ...]:
        """The articles that copy it."""
        return tuple(one for one in self.copies if one["relation"] == "copy")


def article_scopes(version: str) -> dict[str, str]:
    """Return the statements of a version, as scopes of :func:`kg.views.statement_rows.rows_query`."""
    own = f"?statement cg:inVersion <{version}> ."
    inner = f"?anchor cg:inVersion <{version}> . GRAPH ?said {{ ?statement cg:statedAnchor ?anchor }}"
    return {"fact": own, "claim": own, "unclear": own, "inner": inner}


def read_article(
    store: QueryableStore,
    base: str,
    version: str,
    first: int = 0,
    chosen: Filter | None = None,
    at: int | None = None,
    outlines: Outlines | None = None,
) -> ArticleView | None:
    """Read one page of a version's text.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        version: The IRI of the version.
        first: The first paragraph of the page.
        chosen: The selection of statements.
        at: A code point; the page then begins with its paragraph.
        outlines: A cache of outlines.

    Returns:
        The page; None if the graph has no text of the version.
    """
    found = records(store.query(_query("version", version)))
    if not found:
        return None
    about, text = found[0], found[0]["text"]
    outline = read_outline(store, version) if outlines is None else outlines.of(store, version)
    placed = outline.placed
    shown = placed if chosen is None else {iri: one for iri, one in placed.items() if chosen.keeps(one)}
    most = WHOLE_LIMIT if len(placed) <= WHOLE_LIMIT else PAGE_LIMIT
    pieces = list(pieces_of(text, outline.layers, most))
    if at is not None:
        first = _piece_with(pieces, at, first)
    last = end_of_page(pieces, first, [one.start for one in shown.values()], most)
    paragraphs = _paragraphs(store, base, version, text, pieces[first:last], outline, shown)
    return ArticleView(
        headline=about.get("headline", ""),
        publisher=about.get("publisher", ""),
        published=about.get("published", ""),
        url=about.get("url", ""),
        counts=sum((one.counts for one in placed.values()), Counter()),
        shown=len(shown),
        speakers=_tally(one.speaker for one in placed.values()),
        acts=_tally(one.act for one in placed.values()),
        paragraphs=tuple(replace(one, is_headline=first == number == 0) for number, one in enumerate(paragraphs)),
        paragraph_count=len(pieces),
        first_paragraph=first,
        next_paragraph=last if last < len(pieces) else None,
        versions=tuple(records(store.query(_query("versions", version)))),
        copies=tuple(records(store.query(_query("copies", version)))),
    )


def _query(name: str, version: str) -> str:
    return own_query(name, version=version)


def _tally(values: Iterable[str]) -> Counter[str]:
    """Count the values, in the order of their names, without the empty ones."""
    return Counter(sorted(filter(None, values)))


def _piece_with(pieces: Sequence[tuple[int, int]], at: int, default: int) -> int:
    return next((number for number, (_, end) in enumerate(pieces) if at < end), default)


def _paragraphs(
    store: QueryableStore,
    base: str,
    version: str,
    text: str,
    pieces: Sequence[tuple[int, int]],
    outline: Outline,
    shown: Mapping[str, Placed],
) -> list[Paragraph]:
    """Mark pieces of the text. Of a long article only the statements in them are read."""
    if not pieces:
        return []
    placed = outline.placed
    here = overlapping(outline.layers, pieces[0][0], pieces[-1][1])
    wanted = {iri for layer in here for iri in (layer.statement, *_around(layer.statement)) if iri in placed}
    is_whole = len(placed) <= WHOLE_LIMIT
    scopes = article_scopes(version) if is_whole else _scopes_of(wanted, placed)
    rows = read_rows(store, rows_query(scopes)) if placed else []
    numbers = {iri: one.number for iri, one in placed.items()}
    cards = {iri: card for iri, card in numbered_cards(store, base, rows, numbers).items() if iri in shown}
    layers = [*here, *outline.context, *_edges(store, placed if is_whole else wanted)]
    marking = Marking(text=text, layers=layers, cards=cards, first_starts=starts_of(outline.layers))
    return [_paragraph(marking, start, end) for start, end in pieces]


def _paragraph(marking: Marking, start: int, end: int) -> Paragraph:
    runs = marking.runs(start, end)
    begin = tuple(card for run in runs for card in run.begins)
    goes_on = end < len(marking.text) and marking.text[end] != "\n"
    return Paragraph(start=start, runs=runs, cards=begin, goes_on=goes_on)


def _edges(store: QueryableStore, statements: Iterable[str]) -> list[Layer]:
    """Return the spans of a statement's speaker, cue, time and addressee."""
    listed = sorted(statements)
    if not listed:
        return []
    found = records(store.query(own_query("edges", statements=listed)))
    return [Layer(int(row["start"]), int(row["end"]), row["kind"], row["statement"]) for row in found if "end" in row]


def _around(statement: str) -> Iterator[str]:
    """Yield the claims around a statement."""
    while INSIDE in statement:
        statement = statement.rpartition(INSIDE)[0]
        yield statement


def _scopes_of(statements: Iterable[str], placed: Mapping[str, Placed]) -> dict[str, str]:
    """Return statements as scopes of :func:`kg.views.statement_rows.rows_query`."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(statements):
        kinds["inner" if INSIDE in iri else placed[iri].mark].append(f"<{iri}>")
    return {kind: f"VALUES ?statement {{ {' '.join(iris)} }}" for kind, iris in kinds.items()}


def numbered_cards(
    store: QueryableStore, base: str, rows: Sequence[Row], numbers: Mapping[str, str] | None = None
) -> dict[str, Card]:
    """Return the cards by IRI in text order.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        rows: The statements.
        numbers: The number of each statement, if they are numbered.
    """
    names = names_of(store, rows)
    numbers = numbers or {}
    ordered = sorted((row for row in rows if row.start >= 0), key=lambda row: (row.start, -row.end, row.statement))
    outer = {row.statement: row.inside for row in ordered}
    return {
        row.statement: card_of(
            row,
            base,
            names,
            number=numbers.get(row.statement, ""),
            inside=numbers.get(row.inside, ""),
            depth=_depth(row.statement, outer),
        )
        for row in ordered
    }


def _depth(statement: str, outer: Mapping[str, str]) -> int:
    depth = 0
    while (statement := outer.get(statement, "")) and depth < len(outer):
        depth += 1
    return depth
