"""The statements of one version in outline: where each begins, what it is, who says it; and the pages that it makes.

This much is read of all statements of a version, however long, to number and count them; of the rest only what stands
on the page that is asked for. A paragraph with more than a page holds is cut between two of its statements.
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
"""The most statements of an article that is shown on one page."""
PAGE_LIMIT: Final = 100
"""How many statements a page of a longer one shows, to the end of the paragraph that reaches it."""
CHARACTER_LIMIT: Final = 200_000
"""How long the text of one page may be, to the end of the paragraph that reaches it."""
OFFICE: Final = "holdPosition"
"""The type of an event that is none to a reader: somebody holds an office."""
_KEPT: Final = 8
_LETTER: Final[Mapping[str, str]] = {"fact": "F", "claim": "C", "unclear": "U"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A statement as far as a page without it needs to know: its number, where its words begin, what it is told by.

    ``reports`` is the type of the event that a fact describes, empty where it describes none.
    """

    number: str
    mark: Mark
    start: int
    speaker: str = ""
    act: str = ""
    reports: str = ""

    @property
    def counted_as(self) -> str:
        """What a count takes it for: a fact is an ``event``, an ``office`` that is held, or ``other`` words."""
        if self.mark != "fact":
            return self.mark
        return {"": "other", OFFICE: "office"}.get(self.reports, "event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """``layers`` are the words of the statements in text order; ``placed`` the statements by IRI, in that order too.

    ``context`` are the words that frame the article and belong to no statement.
    """

    layers: tuple[Layer, ...]
    placed: Mapping[str, Placed]
    context: tuple[Layer, ...] = ()


class Outlines:
    """Outlines of the versions that were read last, those too long for one page; ``of`` reads what is not kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], Outline] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, store: QueryableStore, version: str) -> Outline:
        """The outline of the version as the store has it now."""
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
    """The outline of the version of that IRI. Where a span's IRI does not tell its place, the graph is asked for it."""
    spans: dict[tuple[str, str], None] = {}
    speakers: dict[str, dict[str, None]] = defaultdict(dict)
    acts: dict[str, str] = {}
    reported: dict[str, str] = {}
    for row in records(store.query(own_query("outline", version=version))):
        statement = row["statement"]
        spans[statement, row["anchor"]] = None
        if "speaker" in row:
            speakers[statement][row["speaker"]] = None
        if "act" in row:
            acts[statement] = row["act"].removeprefix(vocab.ACT)
        event = row.get("type", "").removeprefix(vocab.EVT)
        if event and reported.get(statement, OFFICE) == OFFICE:
            reported[statement] = event
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
    # an IRI that does not say what it names is taken for a claim's: never for a fact's
    layers = [
        Layer(*places[anchor], mark_of(statement) or "claim", statement)
        for statement, anchor in spans
        if anchor in places
    ]
    return sorted(layers, key=lambda layer: (layer.start, -layer.end, layer.statement))


def _placed(
    layers: Sequence[Layer], tellers: Mapping[str, str], acts: Mapping[str, str], reported: Mapping[str, str]
) -> dict[str, Placed]:
    """The statements by IRI, numbered in text order for each kind; an outer statement comes before what is in it."""
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
            reports=reported.get(iri, ""),
        )
    return placed


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """Where each line of the text that holds anything begins and ends."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def pieces_of(text: str, layers: Sequence[Layer], most: int) -> Iterator[tuple[int, int]]:
    """The lines of the text, each cut where it holds more than ``most`` of these words of statements, or is very long.

    A cut is between two statements, where there is such a place. The pieces of a line are all of it, in order.
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
    """Where the piece that begins at ``start`` ends, at most at ``end``."""
    first = bisect_left(starts, start)
    last = bisect_left(starts, min(end, start + CHARACTER_LIMIT))
    if last - first > most:
        for at in range(first + most, first, -1):
            if starts[at] > start and reached[at - 1] <= starts[at]:
                return starts[at]
        # all are entangled: the next place at which any begins
        after = bisect_right(starts, max(start, starts[first + most] - 1))
        return starts[after] if after < last else end
    if end - start <= CHARACTER_LIMIT:
        return end
    space = text.rfind(" ", start + 1, start + CHARACTER_LIMIT)
    return space + 1 if space > 0 else start + CHARACTER_LIMIT


def end_of_page(pieces: Sequence[tuple[int, int]], first: int, starts: Sequence[int], most: int) -> int:
    """The number of the piece with which the next page begins: the one after ``most`` statements, or many characters.

    ``starts`` are those of the statements that are shown, in order.
    """
    seen = characters = 0
    for number in range(first, len(pieces)):
        if seen >= most or characters >= CHARACTER_LIMIT:
            return number
        start, end = pieces[number]
        seen += bisect_left(starts, end) - bisect_left(starts, start)
        characters += end - start
    return len(pieces)
