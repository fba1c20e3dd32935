"""States that the gazetteer does not know, told by their adjective: where a text has both "Xland" and "Xlandian", X is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from collections.abc import Container

    from spacy.tokens import Doc, Token

_SUFFIXES = ("nian", "ian", "ean", "an", "n", "ese", "ish")
_SHORTEST_STEM = 4
_LONGEST_ENDING = 2
"""Letters of the name that its adjective may drop: Norway, Norwegian is beyond this rule, Finland, Finnish too."""


def unknown_states(doc: Doc, known: Container[int], names: Container[int]) -> dict[str, str]:
    """Form -> name of the state, for each name with its adjective, singular and plural.

    ``known`` are tokens of the gazetteer, ``names`` those of people's full names: neither counts. An adjective counts where
    it stands before a noun.
    """
    nouns = {t.text for t in doc if t.i not in known and t.i not in names and _is_name(t)}
    adjectives = {t.text for t in doc if t.i not in known and t.i not in names and _is_adjective(t)}
    out: dict[str, str] = {}
    for adjective in sorted(adjectives):
        name = _named_by(adjective, nouns - adjectives)
        if name is not None:
            out |= {name: name, adjective: name, adjective + "s": name}
    return out


def _is_name(token: Token) -> bool:
    return token.is_title and token.is_alpha and len(token) >= _SHORTEST_STEM and token.pos_ in {"PROPN", "NOUN", "ADJ"}


def _is_adjective(token: Token) -> bool:
    if not (token.is_title and token.is_alpha and token.text.endswith(_SUFFIXES)):
        return False
    given = word_lists()
    return (
        token.text not in given["male_names"]
        and token.i + 1 < len(token.doc)
        and token.nbor(1).pos_ in {"NOUN", "PROPN", "ADJ"}
    )


def _named_by(adjective: str, names: set[str]) -> str | None:
    for suffix in _SUFFIXES:
        stem = adjective.removesuffix(suffix)
        if stem != adjective and len(stem) >= _SHORTEST_STEM:
            fitting = [n for n in names if n.startswith(stem) and len(n) - len(stem) <= _LONGEST_ENDING]
            if fitting:
                return min(fitting, key=lambda n: (len(n), n))
    return None
