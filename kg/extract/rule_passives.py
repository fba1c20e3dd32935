"""Attributions whose cue is in the passive: is expected to, was accused of, it was reported that, asked whether."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import (
    child,
    is_infinitive,
    noun_phrase,
    subject,
    subtree,
    verb_group,
    without,
)
from kg.extract.reading import Range, Reading
from kg.extract.rule_objects import what_of
from kg.extract.told_of import reduced
from kg.extract.verb_content import complement, made

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_SPEAKING = frozenset({"ORG", "PERSON", "GPE", "NORP"})
_NAMING = frozenset({"call", "name", "dub"})
_WHITHER = frozenset({"to", "in", "out"})
_ASKED = frozenset({"ask", "press", "question"})


def passive(reading: Reading, verb: Token, word: str) -> Iterator[Attribution]:
    """Attribute passives: is expected to meet.

    Accused of fraud by the court; it was reported that; asked whether.

    Args:
        reading: The text.
        verb: The verb that may be a cue.
        word: Its lemma, with a particle.
    """
    clause = complement(verb)
    takes = reading.cues.takes
    cue = [verb_group(verb)]
    if (
        word in _ASKED
        and verb.tag_ == "VBN"
        and clause is not None
        and clause.i > verb.i
        and child(verb, "nsubj") is None
    ):
        yield from made(reading, "verb.asked", 0.7, source=[], cue=cue, content=[subtree(clause)])
        return
    about = child(verb, "nsubjpass", "csubjpass")
    if about is None and verb.tag_ == "VBN" and child(verb, "auxpass") is not None:
        about = subject(verb, passive=True)
    if about is None and takes(word, "of") and word not in _NAMING:
        about = reduced(verb)  # but not of "an explosive called TATP"
    if about is None:
        return
    rest = child(verb, "xcomp")
    source = _by_whom(verb, far=rest is None)
    by = [(a - 1, b) for a, b in source[:1]]
    whom = noun_phrase(about, verb)[-1:]  # of "those who are expected to", only who
    if clause is not None and clause.i > verb.i and about.lower_ == "it" and takes(word, "passive", "clause"):
        yield from made(reading, "verb.passive", 0.8, source=source, cue=cue, content=[subtree(clause)])
    elif rest is not None and is_infinitive(rest) and rest.i > verb.i and takes(word, "passive"):
        content = [*whom, *without(subtree(rest), *by)]
        yield from made(reading, "verb.passive", 0.8, source=source, cue=cue, content=content)
    elif (phrase := what_of(verb)) is not None and takes(word, "of") and not _is_summons(verb, word):
        content = [*whom, *without(phrase, *by)]
        yield from made(reading, "verb.passive-of", 0.6, source=source, cue=cue, content=content)


def _is_summons(verb: Token, word: str) -> bool:
    """Return True for "police were called to the area"."""
    return (
        word in _NAMING
        and child(verb, "oprd") is None
        and any(c.dep_ == "prep" and c.lower_ in _WHITHER for c in verb.children)
    )


def _by_whom(verb: Token, *, far: bool) -> list[Range]:
    """Return the agent after by; ``far`` includes one that the parser attached to a later word."""
    for word in verb.subtree if far else verb.children:
        if word.i > verb.i and (word.dep_ == "agent" or (word.dep_ == "prep" and word.lower_ == "by")):
            pobj = child(word, "pobj")
            if pobj is not None and (word.head == verb or pobj.ent_type_ in _SPEAKING or pobj.tag_ == "NNS"):
                return noun_phrase(pobj)
    return []
