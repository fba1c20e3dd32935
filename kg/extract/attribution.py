"""One attribution found in a text: who says or thinks, by which words, and what."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kg.records import Impossible, Span, Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Source, cue and content as spans of one text, each maybe in several pieces, in text order and apart.

    ``source`` may be empty ("was expected to"), ``cue`` too, ``content`` never is. ``confidence`` is from 0 to 1,
    ``rule`` is the name of the rule that found it, or ``model:`` and the version of the model.
    """

    source: Spans = ()
    cue: Spans = ()
    content: Spans
    confidence: float = 1.0
    rule: str

    def __post_init__(self) -> None:
        if not self.content:
            raise Impossible("content", "an attribution needs content: the words that are attributed")
        if not 0 <= self.confidence <= 1:
            raise Impossible("confidence", f"{self.confidence} is not between 0 and 1")
        for role in ("source", "cue", "content"):
            for before, after in pairwise(getattr(self, role)):
                if before.end > after.start:
                    raise Impossible(role, f"{before} and {after} overlap or are out of order")

    @property
    def extent(self) -> Span:
        """From the first code point of the content to the last one, gaps included."""
        return Span(self.content[0].start, self.content[-1].end)
