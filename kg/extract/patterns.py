"""Organizations, agreements and conflicts that have no name of their own: found by the way their names are made.

"the X administration", "Russia's wealth fund", "a 30-day cessation of strikes", "the war in X". A bare "the agreement"
is the one last spoken of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.extract.cast import Cast, TokenMention
from kg.extract.wordlists import word_lists
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_MODIFIERS = frozenset(["JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "CD", "HYPH", "POS", "VBN", "VBG"])
_LONGEST_PHRASE = 12
_TRUCES = frozenset({"truce", "ceasefire", "cease-fire", "cessation", "armistice"})
_IRREALIS = frozenset({"will", "would", "could", "may", "might", "should", "must", "can", "shall", "ca", "wo"})
_LOCATING = frozenset({"in", "on", "against", "of", "with"})


def add_patterns(doc: Doc, cast: Cast, said: Callable[[Token], bool]) -> None:
    """Adds to the cast what the patterns find, in text order."""
    lists = word_lists()
    agreements, conflicts = _Spoken(), _Spoken()
    for token in doc:
        if token.pos_ not in {"NOUN", "PROPN", "ADJ"}:
            continue
        lemma = token.lemma_.lower()
        if token.lower_ in lists["administrations"] and _add_administration(doc, cast, token):
            continue
        if lemma in lists["organizations"]:
            _add_organization(doc, cast, token)
        elif lemma in lists["agreements"] or token.text in lists["agreement_names"]:
            _add_agreement(doc, cast, token, said, agreements)
        elif lemma in lists["conflicts"]:
            _add_conflict(doc, cast, token, conflicts, said)


class _Spoken:
    """Entities of one kind in the order in which they were last spoken of."""

    def __init__(self) -> None:
        self._order: dict[str, str] = {}

    def note(self, entity: str, noun: str) -> None:
        self._order[entity] = self._order.pop(entity, noun)

    def last(self, fits: Callable[[str], bool]) -> str | None:
        return next((entity for entity, noun in reversed(self._order.items()) if fits(noun)), None)


def phrase_start(doc: Doc, head: Token) -> int:
    """First token of the noun phrase that ends in ``head``, its determiner left out.

    Args:
        doc: The parsed text.
        head: The last word of the phrase.
    """
    start = head.i
    while start > 0 and head.i - start < _LONGEST_PHRASE:
        before = doc[start - 1]
        if before.tag_ not in _MODIFIERS or before.text[0].isspace():
            break
        start -= 1
    while start < head.i and (doc[start].tag_ in {"POS", "HYPH"} or doc[start].dep_ in {"dobj", "ROOT", "nsubj"}):
        start += 1
    return start


def _determiner(doc: Doc, start: int) -> Token | None:
    return doc[start - 1] if start and doc[start - 1].tag_ in {"DT", "PRP$"} else None


def _inside(cast: Cast, start: int, end: int) -> list[TokenMention]:
    found = {m for i in range(start, end) for m in cast.at(i) if m.start >= start and m.end <= end}
    return sorted(found, key=lambda m: (m.start, m.end, m.entity))


def _note(doc: Doc, cast: Cast, entity: str, start: int, end: int, *, article: bool = True) -> None:
    determiner = _determiner(doc, start) if article else None
    first = determiner.idx if determiner is not None else doc[start].idx
    last = doc[end - 1]
    cast.mention(entity, Span(first, last.idx + len(last.text)), (start, end))


def _add_administration(doc: Doc, cast: Cast, token: Token) -> bool:
    start, end = phrase_start(doc, token), token.i + 1
    person = next((m for m in _inside(cast, start, token.i) if cast.type_of(m.entity) == "person"), None)
    if person is None and end < len(doc) and doc[end].lower_ == "of":
        person = next((m for m in _ahead(cast, doc, end + 1, 6) if cast.type_of(m.entity) == "person"), None)
        end = person.end if person else end
    if person is None:
        return False
    surname = cast.draft(person.entity).name.split()[-1]
    entity = cast.add("organization", f"{surname} {token.lower_}")
    _note(doc, cast, entity, start, end)
    return True


def _ahead(cast: Cast, doc: Doc, start: int, reach: int) -> list[TokenMention]:
    """Mentions in the next few tokens of the same noun phrase."""
    out: list[TokenMention] = []
    for i in range(start, min(start + reach, len(doc))):
        if doc[i].tag_ not in _MODIFIERS and doc[i].tag_ != "DT":
            break
        out += [m for m in cast.at(i) if m.start == i]
    return out


def _add_organization(doc: Doc, cast: Cast, token: Token) -> None:
    start = phrase_start(doc, token)
    states = [m for m in _inside(cast, start, token.i) if cast.type_of(m.entity) in {"political_actor", "place"}]
    if not states or any(m.end > token.i for m in cast.at(token.i)):
        return
    start = states[0].start
    if start and doc[start - 1].text == "-":
        return
    name = " ".join(doc[start : token.i + 1].text.split())
    _note(doc, cast, cast.add("organization", name), start, token.i + 1, article=doc[token.i].text[0].isupper())


def _add_agreement(doc: Doc, cast: Cast, token: Token, said: Callable[[Token], bool], spoken: _Spoken) -> None:
    start, noun = phrase_start(doc, token), token.lemma_.lower()
    determiner = _determiner(doc, start)
    article = determiner.lower_ if determiner is not None else ""
    plain = all(doc[i].pos_ != "PROPN" for i in range(start, token.i)) and not _inside(cast, start, token.i)
    titled = (
        token.text[0].isupper() and token.i > start and all(doc[i].text[0].isupper() for i in range(start, token.i))
    )
    if not titled and plain and article in {"the", "this", "that"} and token.i - start <= 1:
        known = spoken.last(lambda other: noun not in _TRUCES or other in _TRUCES)
        if known:
            _note(doc, cast, known, start, token.i + 1)
            spoken.note(known, noun)
        return
    if not (titled or (not plain and article != "a" and article != "an") or _made(token, said)) or article == "no":
        return
    end = _with_of_phrase(doc, token) if not titled else token.i + 1
    if end - start == 1:
        return  # "a treaty": too little of a name to be one
    name = " ".join(doc[start:end].text.split())
    entity = cast.add("agreement", name)
    _note(doc, cast, entity, start, end)
    spoken.note(entity, noun)


def _made(token: Token, said: Callable[[Token], bool]) -> bool:
    """Return True for the object of "agreed to", "signed", "reached" in the article's own voice, neither negated nor
    planned.
    """
    if said(token):
        return False
    verb = token.head.head if token.dep_ == "pobj" else token.head
    if token.dep_ not in {"dobj", "pobj"} or verb.lemma_.lower() not in word_lists()["makes_agreement"]:
        return False
    above = verb.head if verb.dep_ in {"xcomp", "conj"} else verb
    return not any(c.dep_ == "neg" or c.lower_ in _IRREALIS or c.lower_ == "to" for v in (verb, above) for c in v.lefts)


def _with_of_phrase(doc: Doc, token: Token) -> int:
    end = token.i + 1
    if end < len(doc) and doc[end].lower_ == "of":
        k = end + 1
        while k < len(doc) and k - end < 6 and (doc[k].tag_ in _MODIFIERS or doc[k].tag_ == "DT"):
            k += 1
        return k if k > end + 1 else end
    return end


def _add_conflict(doc: Doc, cast: Cast, token: Token, spoken: _Spoken, said: Callable[[Token], bool]) -> None:
    start, noun = phrase_start(doc, token), token.lemma_.lower()
    determiner = _determiner(doc, start)
    article = determiner.lower_ if determiner is not None else ""
    modifiers = [m for m in _inside(cast, start, token.i) if cast.type_of(m.entity) in {"political_actor", "place"}]
    end, where = _where(doc, cast, token)
    if not modifiers and not where:
        known = spoken.last(lambda _: True) if article in {"the", "this"} and noun != "crisis" else None
        if known:
            _note(doc, cast, known, start, token.i + 1)
            spoken.note(known, noun)
        return
    if article in {"a", "an", "no", "any"} or (said(token) and not article and not modifiers) or noun == "hostility":
        return
    located = tuple(dict.fromkeys(where or [m.entity for m in modifiers]))
    known = next((e for e, places in cast.located.items() if places == located), None) if noun != "crisis" else None
    entity = known or cast.add("conflict", " ".join(doc[start:end].text.split()))
    cast.located.setdefault(entity, located)
    _note(doc, cast, entity, start, end)
    spoken.note(entity, noun)


def _where(doc: Doc, cast: Cast, token: Token) -> tuple[int, list[str]]:
    """The end of "war in X" and the states or places X names; the noun's own end and nothing where it does not go
    on so.
    """
    end = token.i + 1
    if end < len(doc) and doc[end].lower_ in _LOCATING:
        found = [m for m in _ahead(cast, doc, end + 1, 4) if cast.type_of(m.entity) in {"political_actor", "place"}]
        if found and doc[found[-1].end - 1].dep_ in {"pobj", "conj"}:
            return found[-1].end, [m.entity for m in found]
    return end, []
