"""Attributions whose cue is a verb with its content as clause, infinitive, object or prepositional phrase."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import (
    child,
    is_passive,
    lemma,
)
from kg.extract.reading import Reading
from kg.extract.rule_clauses import clause, gapped, intrusion
from kg.extract.rule_objects import intended, of_somebody, plain_object, prepositional, urged
from kg.extract.rule_passives import passive
from kg.extract.rule_relatives import relative

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_NOT_VERBAL = frozenset({"amod", "compound", "aux", "auxpass", "nmod"})


def verb_attributions(reading: Reading) -> Iterator[Attribution]:
    """Return at most one attribution for each verb, in text order."""
    for token in reading.doc:
        if token.pos_ not in ("VERB", "AUX") or token.dep_ in _NOT_VERBAL:
            continue
        found = next(_of_verb(reading, token), None)
        if found is not None:
            yield found


def _of_verb(reading: Reading, verb: Token) -> Iterator[Attribution]:
    """Return the content of the verb, by the most certain pattern first."""
    word = lemma(verb)
    if verb.lower_ in ("let", "let's") or word in ("be", "have", "do"):
        return
    yield from passive(reading, verb, word)
    if is_passive(verb) or (verb.tag_ == "VBN" and verb.dep_ in ("advcl", "acl") and child(verb, "aux") is None):
        return
    yield from gapped(reading, verb, word)
    yield from clause(reading, verb, word)
    yield from intrusion(reading, verb, word)
    yield from urged(reading, verb, word)
    yield from intended(reading, verb, word)
    yield from of_somebody(reading, verb, word)
    yield from prepositional(reading, verb, word)
    yield from relative(reading, verb, word)
    yield from plain_object(reading, verb, word)
