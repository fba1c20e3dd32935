"""What an event is about: the words of its infinitive, object or "on"-phrase, one clause at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.lexicon import Lexicon

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_TOPIC_LIMIT = 200
"""Code points."""


def event_topic(lexicon: Lexicon, kind: str, verb: Token) -> tuple[int, int] | None:
    """Tokens of what the event is about: the infinitive or object after the verb, "about X", "on X".

    Args:
        lexicon: The words of events.
        kind: Type of the event.
        verb: Its verb.
    """
    for child in verb.rights:
        if child.dep_ == "xcomp":
            return _extent(child, after=verb.i)
        if child.dep_ in {"dobj", "attr"} and kind in lexicon.topic_object and not child.ent_type_:
            return _extent(child)
        if (
            child.dep_ == "prep"
            and child.lower_ in {"to", "on", "about", "over", "toward", "towards", "for"}
            and kind in lexicon.topic_object
        ):
            inner = [c for c in child.rights if c.dep_ in {"pobj", "pcomp"}]
            if inner and inner[0].ent_type_ not in {"GPE", "ORG", "PERSON", "DATE"}:
                return _extent(inner[0])
    return None


def noun_topic(noun: Token) -> tuple[int, int] | None:
    """Tokens of what an event noun is about: "talks on X", "efforts to X"."""
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ in {"on", "about", "over", "regarding", "concerning"}:
            inner = [c for c in child.rights if c.dep_ in {"pobj", "pcomp"}]
            if inner and inner[0].ent_type_ not in {"DATE", "TIME"}:
                return _extent(inner[0])
        if child.dep_ in {"acl", "relcl"} and child.tag_ == "VB":
            return _extent(child)
    return None


def _extent(head: Token, *, after: int = -1) -> tuple[int, int]:
    """First and last token of what hangs on ``head``, up to the first comma after it: one clause at most."""
    start, end = max(head.left_edge.i, after + 1), head.right_edge.i + 1
    for i in range(head.i + 1, end):
        if (
            head.doc[i].text in {",", ";", "—", "–"}
            or _begins_circumstance(head.doc[i])
            or "\n" in head.doc[i].text
            or head.doc[i].is_quote
        ):
            end = i
            break
    while start < head.i and (head.doc[start].is_punct or head.doc[start].lower_ in {"to", "the", "a", "an"}):
        start += 1
    while end > head.i + 1 and (head.doc[end - 1].is_punct or head.doc[end - 1].is_space):
        end -= 1
    while end > head.i + 1 and head.doc[end - 1].idx - head.doc[start].idx > _TOPIC_LIMIT:
        end -= 1
    return start, end


def _begins_circumstance(token: Token) -> bool:
    """Return True for the preposition of a place or time, which is not what the event is about."""
    if token.dep_ != "prep" or token.lower_ not in {"in", "on", "at", "with"}:
        return False
    return any(c.dep_ == "pobj" and c.ent_type_ in {"GPE", "DATE", "TIME", "LOC", "PERSON"} for c in token.rights)
