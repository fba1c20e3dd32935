"""Whom a passive tells of is not who says it: "groups accused of the attack", "he is expected to resign".

Nor is who only seems to be something: "Britain appeared set for a row".

The trained parser takes the noun before the verb for its source; in the passive that noun is the one accused. Seen in
broadcast news, where the groups accused of an attack came out as those who accuse.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.cues import load_cues
from kg.extract.phrases import child, lemma

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_SEEMING = frozenset({"seem", "seems", "seemed", "appear", "appears", "appeared"})
_AUXILIARIES = ("aux", "auxpass")


def without_the_told_of(by_model: Sequence[Attribution], doc: Doc) -> list[Attribution]:
    """Return the attributions; a source that is only the subject of a passive cue is removed.

    Args:
        by_model: Attributions of the network.
        doc: The parsed text.
    """
    told = [(verb.idx, noun.idx) for verb, noun in _passives(doc)]  # in text order
    return [_corrected(attribution, told) for attribution in by_model]


def reduced(verb: Token) -> Token | None:
    """Return the noun before a participle: the groups of "groups accused of", or None for another verb."""
    is_participle = verb.tag_ == "VBN" and verb.dep_ == "acl" and child(verb, *_AUXILIARIES) is None
    return verb.head if is_participle and verb.head.i < verb.i else None


def _passives(doc: Doc) -> Iterator[tuple[Token, Token]]:
    """Return the verbs of accusation, expectation, report or seeming, each with its subject."""
    takes = load_cues().takes
    for verb in doc:
        if verb.lower_ in _SEEMING and (seeming := _who_seems(verb)) is not None:
            yield verb, seeming
        if verb.tag_ != "VBN" or not takes(lemma(verb), "of", "passive"):
            continue
        noun = reduced(verb) or child(verb, "nsubjpass")
        if noun is not None:
            yield verb, noun


def _who_seems(verb: Token) -> Token | None:
    """The subject, also where the parse takes the verb for an auxiliary: "appeared set for"."""
    return child(verb, "nsubj") or (child(verb.head, "nsubj", "nsubjpass") if verb.dep_ in _AUXILIARIES else None)


def _corrected(attribution: Attribution, told: Sequence[tuple[int, int]]) -> Attribution:
    nouns = [noun for span in attribution.cue for _, noun in told[_at(told, span.start) : _at(told, span.end)]]
    source = tuple(s for s in attribution.source if not any(s.start <= noun < s.end for noun in nouns))
    return attribution if source == attribution.source else replace(attribution, source=source)


def _at(told: Sequence[tuple[int, int]], offset: int) -> int:
    """Return the number of the first verb from the offset on."""
    return bisect_left(told, offset, key=itemgetter(0))
