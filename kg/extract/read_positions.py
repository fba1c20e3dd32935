"""Positions that the network read: who holds which office, where the rules beside a name found none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from kg.extract.cast import Cast
from kg.extract.events import Told, held_positions
from kg.extract.positions import Position
from kg.extract.speakers import Identifier

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

HOLDING: Final = "holdPosition"
_IN_TITLE: Final = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "HYPH"})
_LONGEST: Final = 8
_FARTHEST: Final = 30
"""Tokens between holder and office beyond which the words of the one do not tell of the other."""
_BODIES: Final = frozenset({"political_actor", "organization"})


def read_positions(
    doc: Doc, cast: Cast, who: Identifier, told: Sequence[Told], known: Sequence[Position]
) -> Iterator[Position]:
    """Yield a position for each event of holding one whose holder is one person with a name.

    Its words reach from the holder to the office, or from the beginning of the sentence where the holder is named in
    another one: the office alone would be no proposition.

    Args:
        doc: The parsed text.
        cast: Its entities.
        who: Resolves words to entities.
        told: What the network read; events of other types are passed over.
        known: Positions that were found; what tells one of them again is left out.
    """
    taken = {(p.holder, i) for p in known for i in range(p.start, p.end)}
    stated = {i for held in held_positions(doc) if held.topic for i in range(*held.topic)}
    holders_of_noun = {(p.holder, p.noun) for p in known}
    for one in told:
        if one.type != HOLDING or one.status != "happened" or one.trigger.i in stated or not one.nominal:
            continue
        holders = [e for e in who.entities(one.agents) if cast.type_of(e) == "person"]
        if len(set(holders)) != 1 or (holders[0], one.trigger.i) in taken:
            continue
        noun = one.trigger.lemma_.lower()
        targets = tuple(e for e in who.entities(one.targets) if cast.type_of(e) in _BODIES)
        if not targets and (holders[0], noun) in holders_of_noun:
            continue
        words = (_first(doc, cast, one.trigger), one.trigger.i + 1)
        sentence = one.trigger.sent
        holder = [i for agent in one.agents for i in _mention(cast, agent) if sentence.start <= i < sentence.end]
        beside = holder or [sentence.start]
        start, end = min((words[0], *beside)), max((words[1], *(i + 1 for i in beside)))
        if end - start <= _FARTHEST:
            yield Position(holder=holders[0], targets=targets[:1], noun=noun, words=words, start=start, end=end)


def _mention(cast: Cast, agent: Token) -> Iterable[int]:
    """Return the tokens of the holder's mention."""
    found = cast.at(agent.i)
    return range(found[0].start, found[0].end) if found else (agent.i,)


def _first(doc: Doc, cast: Cast, noun: Token) -> int:
    """Return the first word of the office, with qualifiers and without the owner."""
    start = noun.i
    while start > 0 and noun.i - start < _LONGEST:
        before = doc[start - 1]
        if before.tag_ not in _IN_TITLE or before.is_space or cast.at(before.i):
            break
        start -= 1
    while start < noun.i and doc[start].tag_ == "HYPH":
        start += 1
    return start
