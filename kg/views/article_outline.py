"""Outline of a version: position, kind and speaker of each statement, and the division into pages.

The outline is read for all statements of a version, to number and count them. Further details are read only for the
statements of the requested page. A paragraph that exceeds a page is cut between two statements.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.iri import parse
from kg.views.query_files import own_query, records, terms
from kg.views.statement_rows import labels
from kg.views.terms import Mark, mark_of
from kg.views.text_runs import Layer, starts_of

WHOLE_LIMIT: Final = 300
"""Largest number of statements of an article on one page."""
PAGE_LIMIT: Final = 100
"""Number of statements on a page of a longer article.

The page ends with the paragraph that reaches it.
"""
CHARACTER_LIMIT: Final = 200_000
"""Length of the text on one page. The page ends with the paragraph that reaches it."""
OFFICE: Final = "holdPosition"
"""Type of event that readers do not count as one: a person holds an office."""
INSIDE: Final = "/content/claim/"
"""Part of the IRI of a claim inside of another one."""
_KEPT: Final = 8
_LETTER: Final[Mapping[str, str]] = {"fact": "F", "claim": "C", "unclear": "U"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A statement in outline: its number, position, speaker and act.

    ``reports`` has the types of the events that a fact describes. ``is_inner`` tells whether the claim is inside of
    another one.
    """

    number: str
    mark: Mark
    start: int
    speaker: str = ""
    act: str = ""
    reports: tuple[str, ...] = ()
    is_inner: bool = False

    @property
    def counts(self) -> Counter[str]:
        """What the statement adds to the counts of its article.

        A fact adds each ``event`` and ``office`` that it describes, or ``other`` words without any. A claim is
        ``inner`` inside of another one, so that ``claim`` has the same number on every page.
        """
        if self.mark == "fact":
            return Counter("office" if kind == OFFICE else "event" for kind in self.reports) or Counter(other=1)
        return Counter(["inner" if self.is_inner else self.mark])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The statements of a version in outline.

    ``layers`` are the spans of the statements in text order, ``placed`` the statements by IRI in the same order.
    ``context`` are the spans that frame the article and belong to no statement.
    """

    layers: tuple[Layer, ...]
    placed: Mapping[str, Placed]
    context: tuple[Layer, ...] = ()


class Outlines:
    """Cache of outlines of long versions, for the most recently read ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], Outline] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, store: QueryableStore, version: str) -> Outline:
        """Return the outline of a version at the store's revision.

        Args:
            store: The graph.
            version: The IRI of the version.
        """
        key = store.revision, version
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        outline = read_outline(store, version)
        if len(outline.placed) > WHOLE_LIMIT and store.revision == key[0]:
            with self._lock:
                self._kept[key] = outline
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return outline


def read_outline(store: QueryableStore, version: str) -> Outline:
    """Read the outline of a version. Spans whose IRI contains no position are looked up in the graph.

    Args:
        store: The graph.
        version: The IRI of the version.
    """
    spans: dict[tuple[str, str], None] = {}
    speakers: dict[str, dict[str, None]] = defaultdict(dict)
    acts: dict[str, str] = {}
    reported: dict[str, dict[str, str]] = defaultdict(dict)
    for row in records(store.query(own_query("outline", version=version))):
        statement = row["statement"]
        spans[statement, row["anchor"]] = None
        if "speaker" in row:
            speakers[statement][row["speaker"]] = None
        if "act" in row:
            acts[statement] = row["act"].removeprefix(vocab.ACT)
        if "type" in row:
            reported[statement][row["event"]] = row["type"].removeprefix(vocab.EVT)
    names = labels(store, sorted({iri for iris in speakers.values() for iri in iris}))
    tellers = {
        statement: "; ".join(sorted({names[iri] for iri in iris if iri in names}))
        for statement, iris in speakers.items()
    }
    layers = tuple(_layers(store, list(spans)))
    context = records(store.query(own_query("context", version=version)))
    return Outline(
        layers=layers,
        placed=_placed(layers, tellers, acts, reported),
        context=tuple(Layer(int(row["start"]), int(row["end"]), "context", "") for row in context),
    )


def _layers(store: QueryableStore, spans: Sequence[tuple[str, str]]) -> list[Layer]:
    refs = {anchor: parse(anchor) for _, anchor in spans}
    places = {anchor: ref.spans[0] for anchor, ref in refs.items() if ref and ref.kind == "span"}
    others = sorted({anchor for _, anchor in spans} - set(places))
    if others:
        query = f"SELECT ?a ?b ?e {{ VALUES ?a {{ {terms(others)} }} ?a <{vocab.START}> ?b ; <{vocab.END}> ?e }}"
        places |= {row["a"]: (int(row["b"]), int(row["e"])) for row in records(store.query(query))}
    # An IRI without a kind counts as a claim's, never as a fact's.
    layers = [
        Layer(*places[anchor], mark_of(statement) or "claim", statement)
        for statement, anchor in spans
        if anchor in places
    ]
    return sorted(layers, key=lambda layer: (layer.start, -layer.end, layer.statement))


def _placed(
    layers: Sequence[Layer],
    tellers: Mapping[str, str],
    acts: Mapping[str, str],
    reported: Mapping[str, Mapping[str, str]],
) -> dict[str, Placed]:
    """Number the statements of each kind in text order; an outer statement comes before its inner ones."""
    marks: dict[str, Mark] = {layer.statement: layer.kind for layer in layers}  # type: ignore[misc]
    starts, ends = starts_of(layers), dict[str, int]()
    for layer in layers:
        ends[layer.statement] = max(layer.end, ends.get(layer.statement, 0))
    counted: Counter[str] = Counter()
    placed = {}
    for iri in sorted(marks, key=lambda iri: (starts[iri], -ends[iri], iri)):
        letter = _LETTER[marks[iri]]
        counted[letter] += 1
        placed[iri] = Placed(
            number=f"{letter}{counted[letter]}",
            mark=marks[iri],
            start=starts[iri],
            speaker=tellers.get(iri, ""),
            act=acts.get(iri, ""),
            reports=tuple(reported.get(iri, {}).values()),
            is_inner=INSIDE in iri,
        )
    return placed


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each line that is not blank."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def pieces_of(text: str, layers: Sequence[Layer], most: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of the text, cut where one has more than ``most`` statements or is very long.

    A cut is between two statements if possible. The pieces of a line cover it in order.

    Args:
        text: The text.
        layers: The spans of the statements, in text order.
        most: The largest number of statements in a piece.
    """
    starts = [layer.start for layer in layers]
    reached = list(accumulate((layer.end for layer in layers), max))
    for begin, end in lines_of(text):
        start = begin
        while (cut := _cut(text, start, end, starts, reached, most)) < end:
            yield start, cut
            start = cut
        yield start, end


def _cut(text: str, start: int, end: int, starts: Sequence[int], reached: Sequence[int], most: int) -> int:
    """Return the end of the piece that begins at ``start``, at most ``end``."""
    first = bisect_left(starts, start)
    last = bisect_left(starts, min(end, start + CHARACTER_LIMIT))
    if last - first > most:
        for at in range(first + most, first, -1):
            if starts[at] > start and reached[at - 1] <= starts[at]:
                return starts[at]
        # All statements overlap: cut at the next start of one.
        after = bisect_right(starts, max(start, starts[first + most] - 1))
        return starts[after] if after < last else end
    if end - start <= CHARACTER_LIMIT:
        return end
    space = text.rfind(" ", start + 1, start + CHARACTER_LIMIT)
    return space + 1 if space > 0 else start + CHARACTER_LIMIT


def end_of_page(pieces: Sequence[tuple[int, int]], first: int, starts: Sequence[int], most: int) -> int:
    """Return the number of the piece that begins the next page.

    Args:
        pieces: The pieces of the text.
        first: The first piece of the page.
        starts: The starts of the selected statements, in order.
        most: The largest number of statements on a page.
    """
    seen = characters = 0
    for number in range(first, len(pieces)):
        if seen >= most or characters >= CHARACTER_LIMIT:
            return number
        start, end = pieces[number]
        seen += bisect_left(starts, end) - bisect_left(starts, start)
        characters += end - start
    return len(pieces)
