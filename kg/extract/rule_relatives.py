"""What a relative clause hands on: "which Lisbon says was never warned", "which Islamabad denies"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kg.extract.attribution import Attribution
from kg.extract.phrases import FINITE, SUBJECTS, verb_group
from kg.extract.reading import Reading
from kg.extract.verb_content import made

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_STANCES: Final = frozenset({"deny", "dispute", "reject", "refute", "contest", "confirm", "acknowledge", "admit"})
_STOPS: Final = frozenset({",", ";", ".", ":", "—", "–", ")", "!", "?"})
_LONGEST: Final = 30
_SPEAKER: Final = 8


def relative(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Yield the content of a reporting relative clause: the rest of the clause, or the pronoun for it.

    Args:
        reading: The text.
        verb: The head of a relative clause; other verbs give nothing.
        word: Its lemma.
    """
    pronoun = _pronoun(verb)
    if verb.dep_ != "relcl" or pronoun is None or pronoun.i + 1 >= verb.i:
        return
    source = [(pronoun.i + 1, verb.i)]
    after = reading.doc[verb.i + 1 : verb.i + 1 + _LONGEST]
    if reading.cues.takes(word, "clause") and len(after) and after[0].tag_ in FINITE:
        content = [(verb.i + 1, _end(list(after)))]
        yield from made(reading, "verb.relative", 0.7, source=source, cue=[verb_group(verb)], content=content)
    elif word in _STANCES and (not len(after) or after[0].text in _STOPS or after[0].is_space):
        content = [(pronoun.i, pronoun.i + 1)]
        yield from made(reading, "verb.relative", 0.7, source=source, cue=[verb_group(verb)], content=content)


def _pronoun(verb: Token) -> Token | None:
    """Return the relative pronoun before the subject of the verb."""
    who = next((c for c in verb.lefts if c.dep_ in SUBJECTS and c.tag_ not in {"WDT", "WP"}), None)
    if who is None or verb.i - who.left_edge.i > _SPEAKER or who.left_edge.i == 0:
        return None
    before = verb.doc[who.left_edge.i - 1]
    return before if before.tag_ in {"WDT", "WP"} else None


def _end(after: list[Token]) -> int:
    """Return the end of the clause: at a stop, or before the verb of the outer sentence."""
    for word in after[1:]:
        if word.text in _STOPS or word.is_space or (word.tag_ in FINITE and after[0].tag_ != "MD"):
            return word.i
    return after[-1].i + 1
