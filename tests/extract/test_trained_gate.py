"""The gate before facts of the trained extractor."""

from dataclasses import dataclass
from typing import cast

from kg.extract import trained
from kg.extract.attribution_model import Parse
from kg.records import Span


def test_a_finding_without_words_ends_no_extraction() -> None:
    """All of its words went to claims: nothing is left to doubt, and no article is lost for it."""
    assert trained._chance(cast("Parse", None), (), []) == 0.0


def test_words_of_a_faint_attribution_are_no_fact() -> None:
    """What the parser attributes with too little confidence for a claim stays unclear."""
    parse = cast("Parse", FixedParse(0.01))
    inside, outside = (Span(3, 9),), (Span(20, 30),)
    assert trained.is_doubted(parse, inside, [], [Span(0, 12)], gate=0.4)
    assert not trained.is_doubted(parse, outside, [], [Span(0, 12)], gate=0.4)


@dataclass(frozen=True)
class FixedParse:
    """A parse in which each word has the same probability of attribution."""

    chance: float

    def attributed_probability(self, start: int, end: int) -> float:
        """Return the probability for any words."""
        return self.chance if end > start else 0.0
