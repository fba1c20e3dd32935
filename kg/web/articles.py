"""An article's text with its statements marked: what it says itself, what it passes on, what is unclear.

The text of a paragraph on the page is the text of the article, code point for code point: badges are empty links that
the style sheet fills. Where lines meet, the line of a claim is the one that stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
_LETTER: Final[Mapping[str, str]] = {"fact": "F", "claim": "C", "unclear": "U"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which statements are shown; what is empty leaves all."""

    kinds: frozenset[str] = frozenset()
    speaker: str = ""
    act: str = ""

    def keeps(self, card: Card) -> bool:
        """True for a statement that is shown."""
        return (
            (not self.kinds or card.mark in self.kinds)
            and (not self.speaker or card.row.speaker == self.speaker)
            and (not self.act or card.row.act == self.act)
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
    cards = numbered_cards(store, base, read_rows(store, rows_query(article_scopes(version))))
    shown = {iri: card for iri, card in cards.items() if chosen is None or chosen.keeps(card)}
    marking = Marking(text=text, layers=layers, cards=shown, first_starts=starts_of(layers))
    lines = list(lines_of(text))
    if at is not None:
        first = next((number for number, (_, end) in enumerate(lines) if at < end), first)
    paragraphs, following = _page(marking, lines, first)
    return Article(
        headline=about.get("headline", ""),
        publisher=about.get("publisher", ""),
        published=about.get("published", ""),
        url=about.get("url", ""),
        counts=Counter(card.mark for card in cards.values()),
        shown=len(shown),
        speakers=Counter(sorted(card.row.speaker for card in cards.values() if card.row.speaker)),
        acts=Counter(sorted(card.row.act for card in cards.values() if card.row.act)),
        paragraphs=paragraphs,
        paragraph_count=len(lines),
        first_paragraph=first,
        next_paragraph=following,
        versions=tuple(records(store.query(_query("versions", version)))),
    )


def _query(name: str, version: str) -> str:
    return own_query(name).replace("urn:version", version)


def numbered_cards(store: QueryableStore, base: str, rows: Sequence[Row]) -> dict[str, Card]:
    """The cards by IRI, numbered in text order for each kind; an outer statement comes before what is in it."""
    names = names_of(store, rows)
    numbers: dict[str, str] = {}
    counted: Counter[str] = Counter()
    ordered = sorted((row for row in rows if row.start >= 0), key=lambda row: (row.start, -row.end, row.statement))
    for row in ordered:
        letter = _LETTER[row.mark]
        counted[letter] += 1
        numbers[row.statement] = f"{letter}{counted[letter]}"
    outer = {row.statement: row.inside for row in ordered}
    return {
        row.statement: card_of(
            row,
            base,
            names,
            number=numbers[row.statement],
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


def _page(marking: Marking, lines: Sequence[tuple[int, int]], first: int) -> tuple[tuple[Paragraph, ...], int | None]:
    """The paragraphs from ``first`` until a limit is reached, and the number of the next one."""
    paragraphs: list[Paragraph] = []
    seen = characters = 0
    for number in range(first, len(lines)):
        if seen >= STATEMENT_LIMIT or characters >= CHARACTER_LIMIT:
            return tuple(paragraphs), number
        start, end = lines[number]
        runs = marking.runs(start, end)
        cards = tuple(card for run in runs for card in run.begins)
        paragraphs.append(Paragraph(start=start, runs=runs, is_headline=number == 0, cards=cards))
        seen += len(cards)
        characters += end - start
    return tuple(paragraphs), None
