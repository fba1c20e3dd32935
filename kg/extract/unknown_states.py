"""States that the gazetteer does not know, told by their adjective: where a text has both "Xland" and "Xlandian", X is
one.

So it is where it has a president, a government or an ambassador, or where a place does something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Container

    from kg.extract.parsed import Doc, Token

_SUFFIXES = ("nian", "ian", "ean", "an", "n", "ese", "ish")
_SHORTEST_STEM = 4
_LONGEST_ENDING = 2
"""Letters of the name that its adjective may drop: Norway, Norwegian is beyond this rule, Finland, Finnish too."""


def unknown_states(doc: Doc, known: Container[int], names: Container[int]) -> dict[str, str]:
    """Return form and name of each state that is named with its adjective, singular and plural.

    An adjective counts before a noun only.

    Args:
        doc: The parsed text.
        known: Tokens that the gazetteer knows, which do not count.
        names: Tokens of full names of people, which do not count.
    """
    free = [t for t in doc if t.i not in known and t.i not in names]
    nouns = {t.text for t in free if _is_name(t)}
    adjectives = {t.text for t in free if _is_adjective(t)}
    out: dict[str, str] = {}
    for adjective in sorted(adjectives):
        name = _named_by(adjective, nouns - adjectives)
        if name is not None:
            out |= {name: name, adjective: name, adjective + "s": name}
    governed = {t.text for t in free if _is_name(t) and (_is_governed(t) or _acts(t))}
    return {name: name for name in governed} | out


def _is_governed(token: Token) -> bool:
    """Return True for the name in "X's president", "the government of X", "ambassador to X"."""
    if token.ent_type_ == "PERSON" and token.i and token.nbor(-1).ent_type_ == "PERSON":
        return False
    offices = word_lists()["state_offices"]
    if token.i + 1 < len(token.doc) and token.nbor(1).tag_ == "POS":
        following = token.doc[token.i + 2 : token.i + 5]
        return any(t.lemma_.lower() in offices for t in following)
    if token.i > 1 and token.nbor(-1).lower_ in {"of", "to"}:
        return token.nbor(-2).lemma_.lower() in offices and token.dep_ == "pobj"
    return False


def _is_name(token: Token) -> bool:
    return token.is_title and token.is_alpha and len(token) >= _SHORTEST_STEM and token.pos_ in {"PROPN", "NOUN", "ADJ"}


def _is_adjective(token: Token) -> bool:
    if not (token.is_title and token.is_alpha and token.text.endswith(_SUFFIXES)):
        return False
    if token.text in word_lists()["male_names"] or token.i + 1 == len(token.doc):
        return False
    return token.nbor(1).pos_ in {"NOUN", "PROPN", "ADJ"} or token.nbor(1).lower_ in {"and", "-", "or"}


def _acts(token: Token) -> bool:
    """Return True for a place's name, as the model sees it, that does something: "Xland rejected"."""
    alone = (
        token.ent_type_ == "GPE"
        and token.ent_iob_ == "B"
        and (token.i + 1 == len(token.doc) or token.nbor(1).ent_iob_ != "I")
    )
    verb = token.head
    return alone and token.dep_ == "nsubj" and verb.pos_ == "VERB" and not any(c.dep_ == "auxpass" for c in verb.lefts)


def _named_by(adjective: str, names: set[str]) -> str | None:
    for suffix in _SUFFIXES:
        stem = adjective.removesuffix(suffix)
        if stem != adjective and len(stem) >= _SHORTEST_STEM:
            fitting = [n for n in names if n.startswith(stem) and len(n) - len(stem) <= _LONGEST_ENDING]
            if fitting:
                return min(fitting, key=lambda n: (len(n), n))
    return None
