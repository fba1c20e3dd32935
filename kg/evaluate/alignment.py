"""Alignment of entities between answer and gold, one to one, by names and places of mention.

The alignment is one to one, so that an answer that merges two speakers is right about at most one of them.
"""

from __future__ import annotations

from kg.evaluate.attributions import HALF
from kg.records import Entity, Record, Span

_SAME_NAME = 2.0
UNNAMED = frozenset({"unnamed_source", "stated_participant"})


def aligned(predicted: Record, gold: Record) -> dict[str, str]:
    """Map predicted entity ids to gold entity ids, the pairs with the most in common first.

    A common name or alias counts two, each mention in the same place one. A place is never an actor: Moscow that
    insists and Moscow in which people meet are two entities.

    Args:
        predicted: The record of the extractor.
        gold: The gold record of the same text.
    """
    candidates = []
    for i, ours in enumerate(predicted.entities):
        for j, theirs in enumerate(gold.entities):
            if (ours.type == "place") == (theirs.type == "place"):
                common = _SAME_NAME * bool(_names(ours) & _names(theirs)) + _shared_mentions(ours, theirs)
                if common:
                    candidates.append((-common, i, j))
    found: dict[str, str] = {}
    for _, i, j in sorted(candidates):
        ours, theirs = predicted.entities[i], gold.entities[j]
        if ours.id not in found and theirs.id not in found.values():
            found[ours.id] = theirs.id
    return found


def _names(entity: Entity) -> set[str]:
    return {_folded(name) for name in (entity.name, *entity.aliases)}


def _folded(name: str) -> str:
    words = name.casefold().replace("'", "’").removesuffix("’s").split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in {"the", "a", "an"} else words)


def _shared_mentions(ours: Entity, theirs: Entity) -> int:
    return sum(any(_same_place(mention, other) for other in theirs.mentions) for mention in ours.mentions)


def _same_place(one: Span, other: Span) -> bool:
    common = min(one.end, other.end) - max(one.start, other.start)
    union = max(one.end, other.end) - min(one.start, other.start)
    return common > 0 and common / union >= HALF
