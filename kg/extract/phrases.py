"""Phrases around a word: its subject, the verb group, a clause without the words that hand it on.

Dependency labels are those of spaCy's English models (ClearNLP scheme).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.extract.reading import Range

if TYPE_CHECKING:
    from kg.extract.parsed import Token

SUBJECTS = frozenset({"nsubj", "csubj"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_ISSUING = frozenset({"issue", "release", "publish", "send", "post"})
_SHORT = re.compile("[^aeiou]*[aeiou][^aeiouwxy]")
RELATIVE = frozenset({"who", "which", "that", "whom"})
MEDIUM = frozenset(
    [
        "interview",
        "statement",
        "post",
        "tweet",
        "speech",
        "letter",
        "email",
        "e-mail",
        "address",
        "conference",
        "briefing",
        "blog",
        "article",
        "interviews",
        "statements",
        "memo",
        "message",
        "press",
        "note",
        "column",
        "program",
        "programme",
        "podcast",
        "broadcast",
        "video",
        "channel",
    ]
)

_FIRST_PERSON = frozenset({"i", "we", "us", "our", "my", "me", "ours", "mine"})


def child(token: Token, *deps: str) -> Token | None:
    """Return the first child of ``token`` with one of the labels."""
    return next((c for c in token.children if c.dep_ in deps), None)


def children(token: Token, *deps: str) -> list[Token]:
    """Return all children of ``token`` with one of the labels, in text order."""
    return [c for c in token.children if c.dep_ in deps]


def subtree(token: Token) -> Range:
    """Return the range of all words under ``token``."""
    return token.left_edge.i, token.right_edge.i + 1


def is_passive(verb: Token) -> bool:
    """Return True for a verb in the passive voice."""
    return child(verb, "auxpass", *PASSIVE_SUBJECTS) is not None


def is_finite(clause: Token) -> bool:
    """Return True if the clause headed by ``clause`` has a finite verb."""
    return clause.tag_ in FINITE or any(
        c.tag_ in FINITE for c in clause.children if c.dep_ in ("aux", "auxpass", "cop")
    )


def is_infinitive(clause: Token) -> bool:
    """Return True if the clause is a to-infinitive."""
    return any(c.tag_ == "TO" for c in clause.children if c.dep_ == "aux")


def subject(verb: Token, *, passive: bool = False) -> Token | None:
    """Return the head word of the agent, through coordination, participles and control.

    None without an agent.
    """
    wanted = SUBJECTS | PASSIVE_SUBJECTS if passive else SUBJECTS
    for _ in range(6):
        own = child(verb, *wanted)
        if own is not None:
            return own
        if verb.dep_ == "acl" and verb.head.dep_ == "dobj" and verb.head.head.lemma_.lower() in _ISSUING:
            verb = verb.head.head  # issued a statement calling it ...: who issued it speaks
            continue
        if verb.dep_ == "acl":
            return verb.head if verb.tag_ == "VBG" or passive else None
        if verb.dep_ in ("conj", "xcomp", "advcl", "pcomp", "dep"):
            if (
                verb.dep_ in ("xcomp", "advcl")
                and is_infinitive(verb)
                and (ruled := child(verb.head, "dobj")) is not None
            ):
                return ruled if verb.dep_ == "xcomp" else None
            verb = verb.head
            while verb.pos_ == "ADP" or verb.dep_ == "prep":
                if verb.head is verb or verb.head == verb:
                    return None
                verb = verb.head
            if verb.pos_ not in ("VERB", "AUX"):
                return verb if verb.pos_ in ("NOUN", "PROPN") and verb.dep_ in SUBJECTS else None
            wanted = SUBJECTS | PASSIVE_SUBJECTS
            continue
        return None
    return None


def noun_phrase(head: Token, verb: Token | None = None) -> list[Range]:
    """Return the noun phrase of ``head`` with its apposition; a relative pronoun adds its antecedent.

    ``verb`` and the words beyond it are never part of the phrase.
    """
    first, end = subtree(head)
    if verb is not None and first <= verb.i < end:
        first, end = (first, verb.i) if head.i < verb.i else (verb.i + 1, end)
        if verb.dep_ == "acl":
            first, end = head.left_edge.i, verb.i
    own = (first, end)
    if head.lower_ in RELATIVE and verb is not None:
        clause = next((a for a in (verb, *verb.ancestors) if a.dep_ == "relcl"), None)
        if clause is not None and clause.head.left_edge.i < head.i:
            return [(clause.head.left_edge.i, min(head.i, clause.left_edge.i)), own]
    return [own]


def verb_group(verb: Token) -> Range:
    """Return the verb with its adjacent auxiliaries, negation and particle."""
    first = last = verb.i
    helpers = [c for c in verb.children if c.dep_ in ("aux", "auxpass", "neg") and c.i < verb.i]
    if helpers:
        start = min(c.i for c in helpers)
        between = verb.doc[start : verb.i]
        if all(t.dep_ in ("aux", "auxpass", "neg", "advmod") or t.head.dep_ == "advmod" for t in between):
            first = start
    particle = child(verb, "prt")
    if particle is not None and particle.i == verb.i + 1:
        last = particle.i
    return first, last + 1


def lemma(verb: Token) -> str:
    """Return the lemma of a verb with its particle, if any: point out."""
    particle = child(verb, "prt")
    word = verb.lemma_.lower()
    if word == "like" and any(c.lower_ in ("would", "'d", "’d") for c in verb.children if c.dep_ == "aux"):
        return "would like"
    if _SHORT.fullmatch(word) and verb.lower_ in (word + "ed", word + "ing", word + "es"):
        word += "e"  # the model makes hop of hoped: the past of hop is hopped
    return f"{word} {particle.lower_}" if particle is not None else word


def without(whole: Range, *holes: Range) -> list[Range]:
    """Return the parts of ``whole`` outside of the ``holes``."""
    parts = [whole]
    for start, end in holes:
        cut = []
        for first, last in parts:
            if end <= first or last <= start:
                cut.append((first, last))
                continue
            cut += [(a, b) for a, b in ((first, start), (end, last)) if a < b]
        parts = cut
    return parts


def is_circumstance(prep: Token) -> bool:
    """Return True for a phrase about when or through what something was said: on Monday, in an interview."""
    pobj = child(prep, "pobj")
    if pobj is None:
        return prep.dep_ == "npadvmod"
    if pobj.ent_type_ in ("DATE", "TIME"):
        return True
    return pobj.lemma_.lower() in MEDIUM


def is_first_person(word: Token) -> bool:
    """Return True for "we", "our" and the like, not for "US" in capitals or the "I" of "(I-Vt.)"."""
    if word.text == "I":
        return word.doc.text[word.idx + 1 : word.idx + 2] != "-"
    return word.lower_ in _FIRST_PERSON and word.text != "US"
