"""Repairs one mistake of the parser's that moves words between speakers: what a verb after "and" is joined to.

"He assured him that deliveries would continue and stressed that ...": the small model joins "stressed" to "continue",
and so makes the deliveries stress something and puts it all into what was assured. The forms of the verbs tell: a past
tense does not go on after "would continue" or "were lying", it goes on with the "assured" that stands over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_FINITE: Final = frozenset({"VBD", "VBZ", "VBP"})
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "expl"})
_CLAUSES: Final = frozenset({"ccomp", "xcomp", "advcl", "conj"})


def rejoin(doc: Doc) -> Doc:
    """Return the document with each coordinated finite verb attached to one of its own form."""
    for verb in doc:
        above = _like_it(verb) if _goes_on(verb) else None
        if above is not None:
            for word in _between(verb):
                word.head = above
            verb.head = above
    return doc


def _goes_on(verb: Token) -> bool:
    """Return True for a finite verb that wrongly continues an infinitive or a progressive.

    It has no subject of its own.
    """
    before = verb.head
    return (
        verb.dep_ == "conj"
        and verb.tag_ in _FINITE
        and not any(child.dep_ in _SUBJECTS for child in verb.lefts)
        and any(child.dep_ == "aux" and _makes_unlike(child, before) for child in before.lefts)
        and not any(child.dep_ in {"aux", "auxpass"} for child in verb.lefts)
    )


def _makes_unlike(auxiliary: Token, verb: Token) -> bool:
    """Return True for a form that no finite verb continues: "would continue", "were lying".

    "Did not attack but bombed" is correct.
    """
    return auxiliary.tag_ == "MD" if verb.tag_ == "VB" else verb.tag_ == "VBG"


def _like_it(verb: Token) -> Token | None:
    """Return the nearest verb of its form above the wrong one."""
    above = verb.head
    while above.dep_ in _CLAUSES and above.head.i != above.i:
        above = above.head
        if above.tag_ == verb.tag_ and above.i < verb.i:
            return above
    return None


def _between(verb: Token) -> list[Token]:
    """Return the "and" and the comma before the verb, which are attached to the wrong verb."""
    return [word for word in verb.head.rights if word.i < verb.i and word.dep_ in {"cc", "punct"} and _near(word, verb)]


def _near(word: Token, verb: Token) -> bool:
    return verb.left_edge.i - word.i <= 2  # "and", or ", and"
