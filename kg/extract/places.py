"""Distinction of a capital as place ("talks in Moscow") and as government ("Moscow insists")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_DATELINE_END = frozenset("(—–-:")


def is_place(doc: Doc, start: int, end: int) -> bool:
    """Return True if the tokens, a capital's name, mean the town.

    Decided by the preposition before it, the verb of motion that governs it, the noun that it qualifies, a state's
    name in apposition, or its standing in a dateline; an actor otherwise.
    """
    lists = word_lists()
    last = doc[end - 1]
    if _in_dateline(doc, start, end) or _before_country(doc, end):
        return True
    if end + 1 < len(doc) and doc[end].text == "-" and doc[end + 1].lower_ in {"based", "bound", "born"}:
        return True
    head = _first_conjunct(last)
    governor = head.head
    if head.dep_ == "compound" and governor.i > head.i and governor.lower_ in lists["place_heads"]:
        return doc[end].text != "-"
    if head.dep_ in {"dobj", "obj"}:
        return governor.lemma_.lower() in lists["takes_place"]
    before = _preposition(doc, start, head)
    if before in lists["place_prepositions"]:
        return head.dep_ == "pobj" or doc[start - 1].lower_ == before
    if before in lists["way_prepositions"]:
        return _governed_by_travel(head)
    return False


def _first_conjunct(token: Token) -> Token:
    for _ in range(10):
        if token.dep_ != "conj":
            break
        token = token.head
    return token


def _preposition(doc: Doc, start: int, head: Token) -> str:
    if head.dep_ == "pobj":
        return str(head.head.lower_)
    return str(doc[start - 1].lower_) if start else ""


def _governed_by_travel(token: Token) -> bool:
    """Return True if the prepositional phrase belongs to a word of motion: "returned to", "a trip from"."""
    travel = word_lists()["travel"]
    for ancestor in _upwards(token, 4):
        if ancestor.lemma_.lower() in travel:
            return True
        if ancestor.pos_ == "VERB":
            return False
    return False


def _upwards(token: Token, steps: int) -> list[Token]:
    out = []
    for _ in range(steps):
        if token.head.i == token.i:
            break
        token = token.head
        out.append(token)
    return out


def _in_dateline(doc: Doc, start: int, end: int) -> bool:
    """Return True for "MOSCOW (Agency) -" and "Moscow, 3 April -" at the start of a paragraph."""
    opens = start == 0 or "\n" in doc[start - 1].text
    # In "Seoul: missile fell short" the label is the speaker.
    is_headline = start == 0 and end < len(doc) and doc[end].text == ":"
    return opens and end < len(doc) and doc[end].text[0] in _DATELINE_END and not is_headline


def _before_country(doc: Doc, end: int) -> bool:
    """Return True for "Moscow, Russia"."""
    return (
        end + 1 < len(doc)
        and doc[end].text == ","
        and doc[end + 1].ent_type_ == "GPE"
        and doc[end + 1].tag_ == "NNP"
        and (end + 2 >= len(doc) or doc[end + 2].text in {",", "."})
        and doc[end + 1].dep_ in {"appos", "npadvmod"}
    )
