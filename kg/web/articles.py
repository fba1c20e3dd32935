"""An article's text with its statements marked: what it says itself, what it passes on, what is unclear.

The text of a paragraph on the page is the text of the article, code point for code point: badges are empty links that
the style sheet fills. Where lines meet, the line of a claim is the one that stays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.web.cards import Card, card_of
from kg.web.cells import Mark
from kg.web.holdings import own_query, records
from kg.web.marking import Layer, Marking, Run, starts_of
from kg.web.queryable import QueryableStore
from kg.web.rows import Row, names_of, read_rows, rows_query

STATEMENT_LIMIT: Final = 300
"""How many statements one page shows, to the end of the paragraph that reaches it."""
CHARACTER_LIMIT: Final = 200_000
"""How long the text of one page may be, to the end of the paragraph that reaches it."""
MARKS: Final[tuple[Mark, ...]] = ("fact", "claim", "unclear")
_INSIDE: Final = "/content/claim/"
_LETTER: Final[Mapping[str, str]] = {"fact": "F", "claim": "C", "unclear": "U"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A statement as far as a page without it needs to know: its number, where its words begin, what it is told by."""

    number: str
    mark: Mark
    start: int
    speaker: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which statements are shown; what is empty leaves all."""

    kinds: frozenset[str] = frozenset()
    speaker: str = ""
    act: str = ""

    def keeps(self, statement: Placed) -> bool:
        """True for a statement that is shown."""
        return (
            (not self.kinds or statement.mark in self.kinds)
            and (not self.speaker or statement.speaker == self.speaker)
            and (not self.act or statement.act == self.act)
        )

    @property
    def is_on(self) -> bool:
        """True where it could leave anything out."""
        return bool((self.kinds and self.kinds != frozenset(MARKS)) or self.speaker or self.act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A line of the text that begins at the code point ``start``; ``cards`` are of the statements that begin in it."""

    start: int
    runs: tuple[Run, ...]
    is_headline: bool
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page of a version's text, from its ``first_paragraph``; ``next_paragraph`` begins the following page.

    ``counts`` are of the whole version, whatever is filtered; ``shown`` is how many the filter leaves. ``versions``
    are the others of the same article, each with its status.
    """

    headline: str
    publisher: str
    published: str
    url: str
    counts: Mapping[Mark, int]
    shown: int
    speakers: Mapping[str, int]
    acts: Mapping[str, int]
    paragraphs: tuple[Paragraph, ...]
    paragraph_count: int
    first_paragraph: int = 0
    next_paragraph: int | None
    versions: tuple[Mapping[str, str], ...]


def article_scopes(version: str) -> dict[str, str]:
    """The statements of a version, as scopes of :func:`kg.web.rows.rows_query`."""
    own = f"?statement dfc:inVersion <{version}> ."
    inner = f"?anchor dfc:inVersion <{version}> . GRAPH ?said {{ ?statement dfc:statedAnchor ?anchor }}"
    return {"fact": own, "claim": own, "unclear": own, "inner": inner}


def read_article(
    store: QueryableStore, base: str, version: str, first: int = 0, chosen: Filter | None = None, at: int | None = None
) -> Article | None:
    """The version of that IRI from its ``first`` paragraph on, or from that with the code point ``at``.

    None where its text is not in the graph.
    """
    found = records(store.query(_query("version", version)))
    if not found:
        return None
    about, text = found[0], found[0]["text"]
    layers = [
        Layer(int(row["start"]), int(row["end"]), row["kind"], row["statement"])
        for row in records(store.query(_query("layers", version)))
    ]
    placed = _placed(layers, {row["statement"]: row for row in records(store.query(_query("tellers", version)))})
    shown = {iri: one for iri, one in placed.items() if chosen is None or chosen.keeps(one)}
    lines = list(lines_of(text))
    if at is not None:
        first = next((number for number, (_, end) in enumerate(lines) if at < end), first)
    last = _end_of_page(lines, first, sorted(one.start for one in shown.values()))
    paragraphs = _paragraphs(store, base, version, text, lines[first:last], layers, placed, shown)
    return Article(
        headline=about.get("headline", ""),
        publisher=about.get("publisher", ""),
        published=about.get("published", ""),
        url=about.get("url", ""),
        counts=Counter(one.mark for one in placed.values()),
        shown=len(shown),
        speakers=Counter(sorted(one.speaker for one in placed.values() if one.speaker)),
        acts=Counter(sorted(one.act for one in placed.values() if one.act)),
        paragraphs=tuple(replace(one, is_headline=first == number == 0) for number, one in enumerate(paragraphs)),
        paragraph_count=len(lines),
        first_paragraph=first,
        next_paragraph=last if last < len(lines) else None,
        versions=tuple(records(store.query(_query("versions", version)))),
    )


def _query(name: str, version: str) -> str:
    return own_query(name).replace("urn:version", version)


def _placed(layers: Sequence[Layer], tellers: Mapping[str, Mapping[str, str]]) -> dict[str, Placed]:
    """The statements by IRI, numbered in text order for each kind; an outer statement comes before what is in it."""
    marks: dict[str, Mark] = {layer.statement: layer.kind for layer in layers if layer.kind in _LETTER}  # type: ignore[misc]
    starts, ends = starts_of(layers), dict[str, int]()
    for layer in layers:
        if layer.kind in _LETTER:
            ends[layer.statement] = max(layer.end, ends.get(layer.statement, 0))
    counted: Counter[str] = Counter()
    placed = {}
    for iri in sorted(marks, key=lambda iri: (starts[iri], -ends[iri], iri)):
        letter = _LETTER[marks[iri]]
        counted[letter] += 1
        teller = tellers.get(iri, {})
        placed[iri] = Placed(
            number=f"{letter}{counted[letter]}",
            mark=marks[iri],
            start=starts[iri],
            speaker=teller.get("speaker", ""),
            act=teller.get("act", ""),
        )
    return placed


def _paragraphs(
    store: QueryableStore,
    base: str,
    version: str,
    text: str,
    lines: Sequence[tuple[int, int]],
    layers: Sequence[Layer],
    placed: Mapping[str, Placed],
    shown: Mapping[str, Placed],
) -> list[Paragraph]:
    """These lines of the text, marked. Of a long article only the statements in them are read."""
    if not lines:
        return []
    here = [layer for layer in layers if layer.start < lines[-1][1] and lines[0][0] < layer.end]
    wanted = {iri for layer in here for iri in (layer.statement, *_around(layer.statement)) if iri in placed}
    scopes = article_scopes(version) if len(placed) <= STATEMENT_LIMIT else _scopes_of(wanted, placed)
    rows = read_rows(store, rows_query(scopes)) if placed else []
    numbers = {iri: one.number for iri, one in placed.items()}
    cards = {iri: card for iri, card in numbered_cards(store, base, rows, numbers).items() if iri in shown}
    marking = Marking(text=text, layers=here, cards=cards, first_starts=starts_of(layers))
    paragraphs = []
    for start, end in lines:
        runs = marking.runs(start, end)
        begin = tuple(card for run in runs for card in run.begins)
        paragraphs.append(Paragraph(start=start, runs=runs, is_headline=False, cards=begin))
    return paragraphs


def _around(statement: str) -> Iterator[str]:
    """The claims that a statement is passed on in."""
    while _INSIDE in statement:
        statement = statement.rpartition(_INSIDE)[0]
        yield statement


def _scopes_of(statements: Iterable[str], placed: Mapping[str, Placed]) -> dict[str, str]:
    """These statements, as scopes of :func:`kg.web.rows.rows_query`."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(statements):
        kinds["inner" if _INSIDE in iri else placed[iri].mark].append(f"<{iri}>")
    return {kind: f"VALUES ?statement {{ {' '.join(iris)} }}" for kind, iris in kinds.items()}


def numbered_cards(
    store: QueryableStore, base: str, rows: Sequence[Row], numbers: Mapping[str, str] | None = None
) -> dict[str, Card]:
    """The cards by IRI, in text order, with these numbers; without any they have none."""
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


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each line of the text that holds anything begins and ends."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _end_of_page(lines: Sequence[tuple[int, int]], first: int, starts: Sequence[int]) -> int:
    """The number of the paragraph with which the next page begins: the one after a limit is reached."""
    seen = characters = 0
    for number in range(first, len(lines)):
        if seen >= STATEMENT_LIMIT or characters >= CHARACTER_LIMIT:
            return number
        start, end = lines[number]
        seen += bisect_left(starts, end) - bisect_left(starts, start)
        characters += end - start
    return len(lines)
