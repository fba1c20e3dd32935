"""Which name in the words of a source is the speaker's: "the head of X, Y", "X's Y", "Y, an envoy to X".

Read from left to right without the parse, which takes long titles for other things. A name inside what completes the
title is somebody else's: "a spokesman for President X", "supporters of opposition leader X".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.extract.cast import Cast, TokenMention
from kg.extract.positions import is_role
from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_JOINS = frozenset({"and", "or"})
_LEFT_OUT = frozenset({"the", "and", "but", "while", "as"})
_WIDEST_BEFORE, _WIDEST_AFTER = 10, 20
_ARTICLES = frozenset({"a", "an", "the"})
_COMMON = frozenset({"CC", "HYPH", "JJ", "NN", "NNP"})
_RELATIVES = frozenset({"who", "whom", "whose", "which", "that"})


def person_in_title(tokens: Sequence[Token], cast: Cast) -> TokenMention | None:
    """Return the person whom the title in a source's words leads to, the last that they name; None if it leads to
    none.

    Args:
        tokens: The words of the source, without quotation marks, in text order.
        cast: The entities of the text.

    Returns:
        The mention of the person.
    """
    people = [m for m in _mentions(tokens, cast) if cast.type_of(m.entity) == "person"]
    if not people:
        return None
    if people[0].start == tokens[0].i:
        return people[0] if len(people) == 1 and _is_described(people[0], tokens) else None
    title = [token for token in tokens if token.i < people[-1].start]
    parted = any(map(_parts, title)) and not _is_one_title(title)
    return people[-1] if not parted and _leads_to_name(title) else None


def _is_one_title(title: Sequence[Token]) -> bool:
    """Return True for two occupations of one person: "farmer and author X"."""
    plain = all(not token.ent_type_ and token.tag_ in _COMMON for token in title)
    ends = [title[n - 1] for n, token in enumerate(title) if token.lower_ in _JOINS and n] + [title[-1]]
    return plain and all(token.tag_ == "NN" for token in ends)


def _parts(token: Token) -> bool:
    """Return True for a word that introduces another person."""
    return token.lower_ in _RELATIVES or (token.lower_ in _JOINS and not token.ent_type_)


def phrase_words(head: Token) -> list[Token]:
    """Return the words of the noun phrase of a source: up to a comma or to what "and" joins, without a day at its end.

    Args:
        head: The noun.

    Returns:
        Tokens in text order, at most thirty.
    """
    doc = head.doc
    end = min(head.right_edge.i + 1, head.i + _WIDEST_AFTER)
    for i in range(head.i + 1, end):
        if doc[i].text in {",", ";", "("} or (doc[i].dep_ == "cc" and doc[i].head.i == head.i):
            end = i
            break
    last = end
    while last > head.i + 1 and doc[last - 1].ent_type_ in {"DATE", "TIME"}:
        last -= 1
    return list(doc[max(head.left_edge.i, head.i - _WIDEST_BEFORE) : last])


def words_of(phrase: Sequence[Token]) -> str:
    """Return a source's words without article, conjunction, marks, and dangling preposition."""
    first, last = 0, len(phrase)
    while first < last and (phrase[first].is_punct or phrase[first].is_quote or phrase[first].lower_ in _LEFT_OUT):
        first += 1
    while last > first + 1 and _dangles(phrase[last - 1]):
        last -= 1
    if first == last:
        return ""
    return " ".join(phrase[0].doc[phrase[first].i : phrase[last - 1].i + 1].text.split())


def _dangles(token: Token) -> bool:
    """Return True for a mark, a preposition or a relative pronoun, which end no name: "anybody who"."""
    return token.is_punct or token.is_quote or token.pos_ == "ADP" or token.tag_ in {"WDT", "WP"}


def _mentions(tokens: Sequence[Token], cast: Cast) -> list[TokenMention]:
    """Return the mentions that begin in the words, the longest at each place."""
    found: list[TokenMention] = []
    for token in tokens:
        here = [m for m in cast.at(token.i) if m.start == token.i]
        if here and (not found or here[0].start >= found[-1].end):
            found.append(here[0])
    return found


def _is_described(name: TokenMention, tokens: Sequence[Token]) -> bool:
    """Return True for "X, a president of the caucus": the words after the comma describe X."""
    after = [token for token in tokens if token.i >= name.end][:2]
    return len(after) == 2 and after[0].text == "," and (after[1].lower_ in _ARTICLES or is_role(after[1]))


def _leads_to_name(title: Sequence[Token]) -> bool:
    own = _without_honorifics(title)
    if not own or own[-1].tag_ == "POS":
        return True
    prepositions = [n for n, token in enumerate(own) if token.pos_ == "ADP" or token.tag_ in {"IN", "TO"}]
    if not prepositions:
        return own[-1].text == "," or own[-1].tag_ == "NN" or is_role(own[-1])
    head, between = own[: prepositions[0]], own[prepositions[-1] + 1 :]
    is_titled = any(map(is_role, head)) or (own[-1].text == "," and _is_one(head))
    return is_titled and _names_a_body(between)


def _names_a_body(between: Sequence[Token]) -> bool:
    """Return True for words that name only the body that a person heads."""
    return any(token.pos_ in {"NOUN", "PROPN"} for token in between) and not any(map(is_role, between))


def _without_honorifics(title: Sequence[Token]) -> Sequence[Token]:
    """Return the title without honorifics before a name: "Ms.", "Maître"."""
    end = len(title)
    while end and title[end - 1].text != "," and _is_honorific(title[end - 1]):
        end -= 1
    return title[:end]


def _is_honorific(token: Token) -> bool:
    return token.text in word_lists()["honorifics"] or (
        token.tag_ == "NNP"
        and token.dep_ == "compound"
        and not (is_role(token) or token.ent_type_)
        and token.nbor(-1).text == ","
    )


def _is_one(head: Sequence[Token]) -> bool:
    """Return True for words that are of one person or body: "counsel", no "friends"."""
    nouns = [token for token in head if token.pos_ in {"NOUN", "PROPN"}]
    return bool(nouns) and nouns[-1].tag_ in {"NN", "NNP"}
