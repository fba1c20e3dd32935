"""What the rules for verbs share: who speaks, the clause that is the object, and the step to an attribution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.cues import load_cues
from kg.extract.phrases import (
    child,
    is_finite,
    is_infinitive,
    noun_phrase,
    subject,
    without,
)
from kg.extract.reading import Range, Reading

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_COMPLEMENTIZERS = frozenset({"that", "whether", "if", "how", "why", "what", "where", "when", "who", "like", "as"})
NOBODY = frozenset({"there", "you", "this", "what"})
"""Words that are never a speaker."""


def made(
    reading: Reading,
    rule: str,
    confidence: float,
    *,
    source: list[Range],
    cue: list[Range],
    content: list[Range],
) -> Iterator[Attribution]:
    """Return the attribution of token ranges without source and cue in its content; empty without words.

    Args:
        reading: The text.
        rule: Name of the rule.
        confidence: Its confidence, 0 to 1.
        source: Tokens of the source.
        cue: Tokens of the cue.
        content: Tokens of the content.
    """
    pieces = [part for whole in content for part in without(whole, *source, *cue)]
    spans = reading.spans(pieces)
    cues = reading.spans(cue)
    if spans and cues:
        yield Attribution(source=reading.spans(source), cue=cues, content=spans, confidence=confidence, rule=rule)


def speaker(verb: Token) -> list[Range] | None:
    """Return the ranges of the speaker; None without one, or for an expletive."""
    who = subject(verb)
    if who is None or who.lower_ in NOBODY or (who.lower_ in ("which", "that") and who.dep_ in ("det", "mark")):
        return None
    if who.lower_ == "that" and verb.dep_ != "relcl":
        return None
    return noun_phrase(who, verb)


def complement(verb: Token) -> Token | None:
    """Return the finite object clause of the verb, also if the parser attached it to the addressee."""
    for c in verb.children:
        if c.dep_ != "ccomp" or is_infinitive(c):
            continue
        mark = child(c, "mark")
        if mark is not None and mark.lower_ not in _COMPLEMENTIZERS:
            continue
        if is_finite(c) or mark is not None or _asks(c):
            return c
    return _astray(verb)


def _astray(verb: Token) -> Token | None:
    """Return a clause that the parser attached elsewhere.

    Examples are "told a meeting of leaders that few understood"; "said after the vote he would go".
    """
    for c in verb.children:
        if c.i < verb.i:
            continue
        if c.dep_ == "advcl" and is_finite(c) and child(c, "mark", "advmod") is None and child(c, "nsubj") is not None:
            return c if c.left_edge.pos_ in ("ADP", "PRON", "DET", "PROPN") and c.left_edge.tag_ != "WRB" else None
        if c.dep_ in ("dobj", "dative") and c.lemma_.lower() not in load_cues().nouns:
            for told in c.subtree:
                mark = child(told, "mark") if told.dep_ in ("relcl", "acl") else None
                if mark is not None and mark.lower_ == "that" and is_finite(told) and child(told, "nsubj") is not None:
                    return told
    return None


def _asks(clause: Token) -> bool:
    return clause.left_edge.lower_ in ("what", "how", "why", "where", "when", "who", "whether", "if")


def last_word(reading: Reading, start: int, end: int) -> str:
    """Return the last word or mark of the token range that is not blank; "" if there is none.

    Args:
        reading: The text.
        start: The first token.
        end: The token after the last one.
    """
    for i in range(end - 1, start - 1, -1):
        if not reading.doc[i].is_space:
            return reading.doc[i].text
    return ""
