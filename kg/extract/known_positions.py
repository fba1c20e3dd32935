"""Selection of the positions to report, and positions repeated by a role that refers to a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.cast import Cast
from kg.extract.coreference import References
from kg.extract.positions import Position, role_phrases

if TYPE_CHECKING:
    from kg.extract.parsed import Doc


def worth_telling(positions: list[Position]) -> list[Position]:
    """Return the positions without bare titles of holders whose full position is known, and without repeats."""
    full = {p.holder for p in positions if p.targets}
    seen: set[tuple[str, str]] = set()
    out = []
    for p in positions:
        key = (p.holder, p.noun)
        if p.targets or (p.holder not in full and key not in seen):
            out.append(p)
        seen.add(key)
    return out


def positions_by_role(doc: Doc, cast: Cast, references: References) -> Iterator[Position]:
    """Yield the position again for a resolved "Y's envoy".

    Args:
        doc: The parsed text.
        cast: Its entities.
        references: What its words refer to.
    """
    for noun, owner in role_phrases(doc, cast):
        holder = references.get(noun.i)
        if not holder or owner is None or any(c.dep_ == "appos" for c in noun.rights):
            continue
        start = noun.left_edge.i
        first = max((c.i + 1 for c in noun.lefts if c.dep_ in {"poss"}), default=start)
        while first < noun.i and doc[first].tag_ in {"POS"}:
            first += 1
        yield Position(
            holder=holder[0],
            targets=(owner,),
            noun=noun.lemma_.lower(),
            words=(first, noun.i + 1),
            start=start,
            end=noun.i + 1,
        )
