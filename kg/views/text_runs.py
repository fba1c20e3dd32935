"""The text of an article cut into runs, each with the lines of its statements.

The line of a claim is never dropped. With too many lines the inner ones are dropped, and an assumption inside a claim
has a badge without a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kg.views.statement_card import Card
from kg.views.terms import Mark

MOST_LINES: Final = 3
_WORDS: Final = frozenset({"fact", "claim", "unclear"})


@dataclass(frozen=True, slots=True)
class Layer:
    """A range of the text in code points, end exclusive: words of a statement, its speaker, cue or adjuncts.

    ``context`` belongs to no statement, so its ``statement`` is empty.
    """

    start: int
    end: int
    kind: str
    statement: str


@dataclass(frozen=True, slots=True)
class Line:
    """The line of one statement under a run.

    ``level`` 0 is nearest to the text; without a mark there is only a badge.
    """

    number: str
    mark: Mark
    level: int = 0
    is_role: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
    """A piece of text under the same lines, the outermost first.

    ``begins`` are the statements that start here.

    ``goes_on`` are those of which a later part starts here. ``spans`` are the fragments of the span IRIs that start
    here, such as ``char=255,310``, which work in a browser. ``offset`` counts code points of the whole text.
    """

    text: str
    offset: int
    lines: tuple[Line, ...] = ()
    is_source: bool = False
    is_cue: bool = False
    is_adjunct: bool = False
    is_context: bool = False
    begins: tuple[Card, ...] = ()
    goes_on: tuple[Card, ...] = ()
    spans: tuple[str, ...] = ()

    @property
    def is_read(self) -> bool:
        """Whether the words belong to a statement or are known context."""
        return bool(self.lines) or self.is_source or self.is_cue or self.is_adjunct or self.is_context


def overlapping(layers: Sequence[Layer], start: int, end: int) -> list[Layer]:
    """Return the layers with a code point in a stretch of the text.

    Args:
        layers: The layers; their order is kept.
        start: The first code point of the stretch.
        end: Its end, exclusive.
    """
    return [layer for layer in layers if layer.start < end and start < layer.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Cutter of lines into runs. ``layers`` are all of the version, ``cards`` the shown ones by IRI."""

    text: str
    layers: Sequence[Layer]
    cards: Mapping[str, Card]
    first_starts: Mapping[str, int]

    def runs(self, start: int, end: int) -> tuple[TextRun, ...]:
        """Return the runs of a range.

        Args:
            start: The start of the range.
            end: The end of the range, exclusive.
        """
        here = overlapping(self.layers, start, end)
        cuts = sorted({start, end, *(at for layer in here for at in (layer.start, layer.end) if start < at < end)})
        return tuple(self._run(a, b, here) for a, b in pairwise(cuts))

    def _run(self, start: int, end: int, here: Sequence[Layer]) -> TextRun:
        over = [layer for layer in here if layer.start <= start and end <= layer.end]
        shown = [layer for layer in over if layer.statement in self.cards]
        kinds = {layer.kind for layer in shown}
        words = [layer for layer in shown if layer.kind in _WORDS]
        begins, goes_on = self._cards_from(start, words)
        return TextRun(
            text=self.text[start:end],
            offset=start,
            lines=tuple(self._lines(dict.fromkeys(layer.statement for layer in words))),
            is_source="source" in kinds,
            is_cue="cue" in kinds,
            is_adjunct="adjunct" in kinds,
            is_context=not words and any(layer.kind == "context" for layer in over),
            begins=begins,
            goes_on=goes_on,
            spans=tuple(dict.fromkeys(f"char={layer.start},{layer.end}" for layer in over if layer.start == start)),
        )

    def _cards_from(self, start: int, words: Sequence[Layer]) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
        """Return the cards of the statements whose words begin at an offset, and of those that go on there."""
        starting = dict.fromkeys(layer.statement for layer in words if layer.start == start)
        begins = tuple(self.cards[iri] for iri in starting if self.first_starts[iri] == start)
        return begins, tuple(self.cards[iri] for iri in starting if self.first_starts[iri] < start)

    def _lines(self, statements: Mapping[str, None]) -> Iterator[Line]:
        """Yield claims first, and outer statements before inner ones."""
        cards = sorted((self.cards[iri] for iri in statements), key=lambda card: (card.mark != "claim", card.depth))
        is_claimed = any(card.mark == "claim" for card in cards)
        lined = [card for card in cards if card.mark == "claim" or not is_claimed][:MOST_LINES]
        for level, card in zip(range(len(lined) - 1, -1, -1), lined, strict=True):
            yield Line(card.number, card.mark, level, card.is_role)
        for card in cards:
            if card not in lined:
                yield Line(card.number, "")


def starts_of(layers: Sequence[Layer]) -> dict[str, int]:
    """Return the first position of each statement's words."""
    starts: dict[str, int] = {}
    for layer in layers:
        if layer.kind in _WORDS:
            starts[layer.statement] = min(layer.start, starts.get(layer.statement, layer.start))
    return starts
