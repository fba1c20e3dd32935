"""Whose spans an attribution gets that the rules and the trained parser both found.

The rules cut exactly where the parse of the sentence is right, the parser also where it is not. A logistic regression
over plain features of the two says which of them is the likelier; its weights are fitted with the network and stand
in the manifest beside it (``training/choose.py``; measured in ``docs/decisions/0004-attributions.md``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg.extract.attribution import Attribution
from kg.records import Spans

_CLAUSE_END: Final = re.compile(r"[\s”\"’')\]]*(?:[.?!;:\n—]|$)|[”\"’']*,")
"""What follows a content that ends where its clause does."""
_ENOUGH: Final = 4
"""Code points after a content that are looked at."""
_TYPICAL: Final = 40
"""Code points of a content of middling length."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice between two readings of one attribution. ``weights`` by the names of :func:`features`."""

    weights: Mapping[str, float]
    above: float = 0.65
    """Chance of the parser's being the better from which it is taken: its spans stray more in other kinds of text."""

    def between(self, by_rule: Attribution, by_model: Attribution, text: str) -> Attribution:
        """Choose one of the two. The rule's name stays, because it determines how the words are read.

        Args:
            by_rule: What a rule found.
            by_model: What the network found in its place.
            text: The text.
        """
        if self.chance(by_rule, by_model, text) < self.above:
            return by_rule
        return replace(by_model, rule=by_rule.rule, confidence=max(by_rule.confidence, by_model.confidence))

    def chance(self, by_rule: Attribution, by_model: Attribution, text: str) -> float:
        """Return the probability, 0 to 1, that the parser's spans are better.

        Args:
            by_rule: What a rule found.
            by_model: What the network found in its place.
            text: The text.
        """
        named = features(by_rule, by_model, text)
        return 1 / (1 + math.exp(-sum(self.weights.get(name, 0.0) * value for name, value in named.items())))


def features(by_rule: Attribution, by_model: Attribution, text: str) -> dict[str, float]:
    """Return the features of the choice by name; booleans are 1.0 and 0.0.

    Args:
        by_rule: What a rule found.
        by_model: What the network found in its place.
        text: The text.
    """
    ours, theirs = points(by_rule.content), points(by_model.content)
    common = len(ours & theirs)
    return {
        "constant": 1.0,
        "confidence": by_model.confidence,
        "shared": common / len(ours | theirs),
        "rule inside": float(common == len(ours) < len(theirs)),
        "model inside": float(common == len(theirs) < len(ours)),
        "same source": float(meet(by_rule.source, by_model.source)),
        "rule without source": float(not by_rule.source),
        "model without source": float(not by_model.source),
        "same cue": float(meet(by_rule.cue, by_model.cue)),
        "same start": float(by_rule.extent.start == by_model.extent.start),
        "same end": float(abs(by_rule.extent.end - by_model.extent.end) <= 2),  # a closing mark and a stop
        "rule ends a clause": float(_ends_clause(by_rule, text)),
        "model ends a clause": float(_ends_clause(by_model, text)),
        "rule in pieces": float(len(by_rule.content) > 1),
        "model in pieces": float(len(by_model.content) > 1),
        "quote": float(by_rule.rule.startswith("quote")),
        "clause": float(by_rule.rule == "verb.clause"),
        "rule length": math.log(len(ours) / _TYPICAL),
        "model length": math.log(len(theirs) / _TYPICAL),
    }


def points(spans: Spans) -> set[int]:
    """Return the offsets in the spans."""
    return {offset for span in spans for offset in range(span.start, span.end)}


def meet(one: Spans, other: Spans) -> bool:
    """Return True if the two share an offset.

    Args:
        one: Spans of the text.
        other: Other spans of it.
    """
    return any(a.overlaps(b) for a in one for b in other)


def _ends_clause(attribution: Attribution, text: str) -> bool:
    end = attribution.extent.end
    return _CLAUSE_END.match(text[end : end + _ENOUGH]) is not None
