"""The main clauses of what is said, whose they are, and the word that negates one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.phrases import child, is_first_person, subject
from kg.extract.saying import Saying

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_THIRD_PERSON = frozenset({"he", "she", "they", "its", "their", "his", "her"})
_NOBODY = frozenset({"nobody", "nothing", "none", "neither", "noone"})
_NO = frozenset({"no", "neither"})
_COMPLEMENTS = frozenset({"dobj", "attr", "nsubj", "nsubjpass", "pobj", "npadvmod"})


def main_clauses(saying: Saying) -> list[Token]:
    """Return the main verbs of the content by sentence, with coordinated ones that have a subject."""
    out: list[Token] = []
    for word in saying.content_words():
        if word.pos_ not in ("VERB", "AUX") or word.dep_ in ("aux", "auxpass"):
            continue
        outside = word.head.i == word.i or not saying.in_content(word.head)
        joined = word.dep_ in ("conj", "ccomp") and word.head in out and child(word, "nsubj", "nsubjpass") is not None
        side = joined and (word.dep_ == "conj" or (child(word, "mark") is None and word.i < word.head.i))
        if outside or side:
            out.append(word)
    return out


def own_side(saying: Saying, verb: Token) -> bool:
    """Return True if the subject of the clause is the speaker or the speaker's own people.

    Args:
        saying: The attribution.
        verb: The verb of the clause.
    """
    who = subject(verb, passive=True)
    if who is None:
        return False
    words = [who, *(w for w in who.subtree if w.dep_ in ("poss", "pobj") or w.tag_ == "PRP$")]
    if any(saying.is_speaker(w) for w in words):
        return True
    if who.lower_ == "it":
        return _is_it(saying, who) and child(verb, "expl") is None
    return any(is_first_person(w) or (w.lower_ in _THIRD_PERSON and not _own_words(saying, w)) for w in words)


def _own_words(saying: Saying, word: Token) -> bool:
    """Return True if the speaker's pronoun is I: in quotation marks and in the turn of a transcript."""
    return saying.is_turn or saying.reading.quoted(word)


def _is_it(saying: Saying, pronoun: Token) -> bool:
    """Return True if it can refer to the speaker: a single state or body, outside of its own words."""
    source = list(saying.source_words())
    several = any(w.tag_ in ("NNS", "NNPS") or w.lower_ in ("and", "he", "she", "they") for w in source)
    return bool(source) and not several and not _own_words(saying, pronoun)


def negation(verb: Token) -> Token | None:
    """Return the word that negates the clause of ``verb``: not, never, nobody, or a no of its subject or object."""
    for word in verb.children:
        if word.dep_ == "neg" or word.lower_ == "never":
            return None if _only(word) else word
        if word.lower_ in _NOBODY and (word.i < verb.i or word.dep_ in _COMPLEMENTS or word.dep_ == "advmod"):
            return word
        if word.dep_ in _COMPLEMENTS and (no := _no(word)) is not None:
            return no
    return None


def _only(word: Token) -> bool:
    """Return True for not only, not just: no negation."""
    after = word.doc[word.i + 1] if word.i + 1 < len(word.doc) else word
    return after.lower_ in ("only", "just", "merely", "simply")


def _no(noun: Token) -> Token | None:
    """Return the no of no troops, no one; also below not a single."""
    if noun.lower_ in _NOBODY or noun.lower_ == "no":
        return noun
    for word in noun.children:
        if word.i < noun.i and (word.lower_ in _NO or word.dep_ == "neg"):
            return word
    return None


def content_negation(saying: Saying) -> Token | None:
    """Return the word that negates the main clause of the content, or None."""
    head = saying.head
    if head is None:
        return None
    if head.pos_ in ("VERB", "AUX"):
        return None if _but(head) else negation(head) or _negative_opening(saying, head)
    is_told = head.dep_ not in ("dobj", "pobj") or head.head == saying.cue  # promised no concessions
    return _no(head) if head.pos_ in ("NOUN", "PROPN", "PRON") and is_told else None


def _but(verb: Token) -> bool:
    """Return True for not this but that: what is said is that."""
    but = any(c.dep_ == "cc" and c.lower_ == "but" for c in verb.children)
    return but and any(c.dep_ == "conj" and negation(c) is None for c in verb.children)


def _negative_opening(saying: Saying, head: Token) -> Token | None:
    """Neither should we: the first word of the content negates."""
    first = next((w for w in saying.content_words() if w.is_alpha), None)
    return first if first is not None and first.lower_ == "neither" and first.head == head else None


def helpers(verb: Token) -> Iterator[Token]:
    """Yield the auxiliaries of ``verb``."""
    return (w for w in verb.children if w.dep_ in ("aux", "auxpass"))


def is_past(verb: Token) -> bool:
    """Return True for the past and the perfect: did not, was, has never, had been."""
    return verb.tag_ == "VBD" or any(
        w.lower_ in ("did", "was", "were", "has", "have", "had", "'ve", "’ve", "'d") for w in helpers(verb)
    )


def future_word(verb: Token) -> Token | None:
    """Return the will or would of the clause; None without one, or for unreal past."""
    words = list(helpers(verb)) or [verb]
    if any(w.lower_ == "have" for w in words):
        return None
    return next(
        (w for w in words if w.lower_ in ("will", "would", "shall", "'ll", "’ll", "wo", "won")),
        None,
    )


def condition(verb: Token) -> Token | None:
    """Return the if or unless of a clause below ``verb``, its complements or its parents."""
    for holder in (verb, *(c for c in verb.children if c.dep_ in ("xcomp", "ccomp", "conj"))):
        for clause in holder.children:
            if clause.dep_ != "advcl":
                continue
            mark = next((w for w in clause.children if w.dep_ == "mark" and w.lower_ in ("if", "unless")), None)
            if mark is not None:
                return mark
    return None
