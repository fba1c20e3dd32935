"""An article's text with its statements marked: what it says itself, what it passes on, what is unclear.

The text of a paragraph on the page is the text of the article, code point for code point: badges are empty links that
the style sheet fills. Where lines meet, the line of a claim is the one that stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kg.web.cells import Mark, mark_of, shorten
from kg.web.holdings import own_query, records
from kg.web.queryable import QueryableStore

STATEMENT_LIMIT: Final = 300
"""How many statements one page shows, to the end of the paragraph that reaches it."""
CHARACTER_LIMIT: Final = 200_000
"""How long the text of one page may be, to the end of the paragraph that reaches it."""
_LETTER: Final[Mapping[str, str]] = {"fact": "F", "claim": "C", "unclear": "U"}
_LINES: Final[tuple[Mark, ...]] = ("claim", "unclear", "fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement as its card shows it. ``number`` is ``F1`` or ``C2``, ``inside`` that of the claim around it."""

    number: str
    mark: Mark
    path: str
    who: str = ""
    how: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A stretch of the text, code points, end exclusive: a statement's words, its speaker's or its cue's."""

    start: int
    end: int
    kind: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A piece of text under the same lines. ``begins`` are the statements whose words start here.

    ``spans`` are the fragments of the span IRIs that start here, such as ``char=255,310``: they work in a browser.
    """

    text: str
    mark: Mark = ""
    deep: bool = False
    is_source: bool = False
    is_cue: bool = False
    begins: tuple[Statement, ...] = ()
    spans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A line of the text; ``statements`` are those that begin in it."""

    runs: tuple[Run, ...]
    is_headline: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page of a version's text. ``next_paragraph`` is where the following page begins, None on the last."""

    headline: str
    publisher: str
    published: str
    url: str
    counts: Mapping[Mark, int]
    paragraphs: tuple[Paragraph, ...]
    paragraph_count: int
    next_paragraph: int | None


def read_article(store: QueryableStore, base: str, version: str, first: int = 0) -> Article | None:
    """The version of that IRI from its ``first`` paragraph on; None where its text is not in the graph."""
    found = records(store.query(_query("version", version)))
    if not found:
        return None
    about = found[0]
    layers = [
        Layer(int(row["start"]), int(row["end"]), row["kind"], row["statement"])
        for row in records(store.query(_query("layers", version)))
    ]
    statements = _statements(layers, records(store.query(_query("statements", version))), base)
    lines = list(_lines(about["text"]))
    paragraphs, following = _page(about["text"], lines, layers, statements, first)
    return Article(
        headline=about.get("headline", ""),
        publisher=about.get("publisher", ""),
        published=about.get("published", ""),
        url=about.get("url", ""),
        counts=Counter(statement.mark for statement in statements.values()),
        paragraphs=paragraphs,
        paragraph_count=len(lines),
        next_paragraph=following,
    )


def _query(name: str, version: str) -> str:
    return own_query(name).replace("urn:version", version)


def _statements(layers: Sequence[Layer], told: Sequence[Mapping[str, str]], base: str) -> dict[str, Statement]:
    """The statements by IRI, numbered in text order for each kind."""
    numbers: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for layer in layers:
        letter = _LETTER.get(layer.kind)
        if letter and layer.statement not in numbers:
            counted[letter] += 1
            numbers[layer.statement] = f"{letter}{counted[letter]}"
    who: dict[str, dict[str, None]] = {iri: {} for iri in numbers}
    how: dict[str, dict[str, None]] = {iri: {} for iri in numbers}
    inside: dict[str, str] = {}
    for row in told:
        iri = row["statement"]
        if iri in numbers:
            who[iri] |= dict.fromkeys(filter(None, [row.get("who")]))
            how[iri] |= dict.fromkeys(filter(None, [row.get("how")]))
            inside[iri] = numbers.get(row.get("inside", ""), "")
    return {
        iri: Statement(
            number=number,
            mark=mark_of(iri.removeprefix(base)),
            path=iri.removeprefix(base),
            who=", ".join(who[iri]),
            how=", ".join(map(_words, how[iri])),
            inside=inside.get(iri, ""),
        )
        for iri, number in numbers.items()
    }


def _words(iri: str) -> str:
    """``express willingness`` for ``act:expressWillingness``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", shorten(iri).rpartition(":")[2]).lower()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line of the text that holds anything begins and ends."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _page(
    text: str,
    lines: Sequence[tuple[int, int]],
    layers: Sequence[Layer],
    statements: Mapping[str, Statement],
    first: int,
) -> tuple[tuple[Paragraph, ...], int | None]:
    """The paragraphs from ``first`` until a limit is reached, and the number of the next one."""
    paragraphs: list[Paragraph] = []
    seen = characters = 0
    for number in range(first, len(lines)):
        if seen >= STATEMENT_LIMIT or characters >= CHARACTER_LIMIT:
            return tuple(paragraphs), number
        paragraph = _paragraph(text, *lines[number], layers, statements, is_headline=number == 0)
        paragraphs.append(paragraph)
        seen += len(paragraph.statements)
        characters += lines[number][1] - lines[number][0]
    return tuple(paragraphs), None


def _paragraph(
    text: str,
    start: int,
    end: int,
    layers: Sequence[Layer],
    statements: Mapping[str, Statement],
    *,
    is_headline: bool,
) -> Paragraph:
    here = [layer for layer in layers if layer.start < end and start < layer.end]
    cuts = sorted({start, end, *(at for layer in here for at in (layer.start, layer.end) if start < at < end)})
    first_starts: dict[str, int] = {}
    for layer in layers if here else ():
        if layer.kind in _LETTER:
            first_starts.setdefault(layer.statement, layer.start)
    runs = tuple(_run(text, a, b, here, first_starts, statements) for a, b in pairwise(cuts))
    return Paragraph(
        runs=runs, is_headline=is_headline, statements=tuple(statement for run in runs for statement in run.begins)
    )


def _run(
    text: str,
    start: int,
    end: int,
    here: Sequence[Layer],
    first_starts: Mapping[str, int],
    statements: Mapping[str, Statement],
) -> Run:
    over = [layer for layer in here if layer.start <= start and end <= layer.end]
    kinds = {layer.kind for layer in over}
    claims = {layer.statement for layer in over if layer.kind == "claim"}
    beginning = dict.fromkeys(
        layer.statement for layer in over if layer.kind in _LETTER and first_starts[layer.statement] == start
    )
    return Run(
        text=text[start:end],
        mark=next((mark for mark in _LINES if mark in kinds), ""),
        deep=len(claims) > 1,
        is_source="source" in kinds,
        is_cue="cue" in kinds,
        begins=tuple(statements[iri] for iri in beginning),
        spans=tuple(dict.fromkeys(f"char={layer.start},{layer.end}" for layer in over if layer.start == start)),
    )
