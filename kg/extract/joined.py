"""Attributions of the rules and of the trained parser made one list.

The rules are exact where they apply (their spans end where one speaker's words end) and find claims inside of claims;
the trained parser finds cues that no list of words has. So a rule's attribution stands, and the parser's is added
where the rules saw none. Measured on PolNeAR dev and on the own gold (``docs/decisions/0004-attributions.md``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kg.extract.attribution import Attribution
from kg.extract.events import told_events
from kg.records import Spans

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SAME: Final = 0.5
"""Two contents that share this much (intersection over union) are one attribution, whatever their cues."""
SAID: Final = frozenset(
    {
        "accuse",
        "criticize",
        "complain",
        "condemn",
        "threaten",
        "warn",
        "reject",
        "request",
        "demand",
        "promise",
        "state",
    }
)
"""Types of events that are speech: a cue that tells of one is a cue. Any other event is a deed."""


def parted(by_model: Sequence[Attribution], doc: Doc) -> tuple[list[Attribution], list[Attribution]]:
    """The parser's attributions proper, and those whose cue tells of a deed.

    What tells of a deed is no cue, though the corpus the parser learned from often marks it: "both countries agreed to
    start", "voted to keep", "recalled its consul" say what happened (annotation guide, "Hard cases").
    """
    at = [token.idx for token in _deeds(doc)]
    deeds = [_tells_of(a, at) for a in by_model]
    pairs = list(zip(by_model, deeds, strict=True))
    return [a for a, deed in pairs if not deed], [a for a, deed in pairs if deed]


def joined(by_rule: Sequence[Attribution], by_model: Sequence[Attribution]) -> list[Attribution]:
    """All of ``by_rule`` and what ``by_model`` adds to them, in text order of their contents.

    In time proportional to the attributions where each meets few others.
    """
    at: dict[int, list[Attribution]] = {}
    for attribution in by_rule:
        for offset in _offsets(attribution):
            at.setdefault(offset, []).append(attribution)
    added = [a for a in by_model if not _known(a, at)]
    return sorted((*by_rule, *added), key=lambda a: (a.content, a.cue, a.source))


def _known(attribution: Attribution, at: dict[int, list[Attribution]]) -> bool:
    met = {id(other): other for offset in _offsets(attribution) for other in at.get(offset, ())}
    return any(_meet(attribution.cue, o.cue) or _share(attribution.content, o.content) >= SAME for o in met.values())


def _deeds(doc: Doc) -> Iterator[Token]:
    """The words that tell of an event which is no speech, in text order."""
    return (told.trigger for told in told_events(doc) if told.type not in SAID)


def _tells_of(attribution: Attribution, deeds: Sequence[int]) -> bool:
    """True where a word of the cue begins at one of ``deeds`` (sorted)."""
    for span in attribution.cue:
        i = bisect_left(deeds, span.start)
        if i < len(deeds) and deeds[i] < span.end:
            return True
    return False


def _offsets(attribution: Attribution) -> set[int]:
    return _points(attribution.cue) | _points(attribution.content)


def _points(spans: Spans) -> set[int]:
    return {offset for span in spans for offset in range(span.start, span.end)}


def _meet(one: Spans, other: Spans) -> bool:
    return any(a.overlaps(b) for a in one for b in other)


def _share(one: Spans, other: Spans) -> float:
    a, b = _points(one), _points(other)
    return len(a & b) / len(a | b)
