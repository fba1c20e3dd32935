"""Who holds which position according to the text: "X, an adviser to Y", "Russian President X", "X, who leads Z".

These are the roles by which the text later speaks of a person ("Y's envoy"), and facts or stated events of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kg.extract.cast import Cast, TokenMention
from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_LONGEST = 18
_IN_ROLE = frozenset(["NN", "NNS", "NNP", "NNPS", "JJ", "JJR", "JJS", "DT", "POS", "HYPH", "CD", "PRP$", "VBN"])
_LEADING = frozenset({"lead", "head", "chair", "run", "direct", "command", "co-chair"})
_STOPS = frozenset(',.;:()—–"“”?!')
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_ABBREVIATIONS: Final = MappingProxyType(
    {
        "amb.": "ambassador",
        "gen.": "general",
        "gov.": "governor",
        "pres.": "president",
        "rep.": "representative",
        "sen.": "senator",
    }
)
_LINKS = frozenset({"to", "of", "for", "at", "in", "from"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """``holder`` has the role of ``words``, a token range, at or to ``targets``; told by the tokens ``start`` to
    ``end``.
    """

    holder: str
    targets: tuple[str, ...]
    noun: str
    words: tuple[int, int]
    start: int
    end: int


def find_positions(doc: Doc, cast: Cast) -> list[Position]:
    """Return every position beside a person's name, in text order.

    Args:
        doc: The parsed text.
        cast: Its entities.
    """
    out: list[Position] = []
    for mention in sorted(set(cast.mentions), key=lambda m: (m.start, m.end, m.entity)):
        if cast.type_of(mention.entity) != "person":
            continue
        title = _title_before(doc, cast, mention)
        if title is not None:
            out.append(title)
        before = _apposition_before(doc, cast, mention)
        for found in (before, _apposition_after(doc, cast, mention), _leading_clause(doc, cast, mention)):
            if found is not None:
                out.append(found)
    return out


def is_role(token: Token) -> bool:
    """Return True for a noun of a position: "envoy", "minister"."""
    roles = word_lists()["roles"]
    return token.lemma_.lower() in roles or token.lower_ in roles or token.lower_ in _ABBREVIATIONS


def office_of(noun: Token) -> str:
    """Return the lemma of the noun, in full where a title is abbreviated: "governor" for "Gov."."""
    return _ABBREVIATIONS.get(noun.lower_, noun.lemma_.lower())


def _title_before(doc: Doc, cast: Cast, person: TokenMention) -> Position | None:
    """ "Russian President X": the words before a name, back to the state they name."""
    last = person.start - 1
    if last < 0 or not _ends_title(doc[last]):
        return None
    start = last
    while start > 0 and last - start < 8 and _in_title(doc, start - 1):
        start -= 1
    while start < last and _is_before_title(doc[start]):
        start += 1
    states = [
        m
        for i in range(start, last + 1)
        for m in cast.at(i)
        if m.start == i and m.end <= last + 1 and _may_own(doc, cast, m, last)
    ]
    targets = tuple(dict.fromkeys(m.entity for m in states))[:1]
    first = max((m.end for m in states if m.entity in targets), default=start)
    while first <= last and doc[first].tag_ in {"POS", "HYPH"}:
        first += 1
    noun = next((doc[i] for i in range(last, first - 1, -1) if is_role(doc[i])), None)
    targets = targets or _state_after(doc, cast, person)
    if noun is None or first > last or any(cast.type_of(m.entity) == "person" for m in cast.at(last)):
        return None
    return Position(
        holder=person.entity,
        targets=targets,
        noun=office_of(noun),
        words=(first, last + 1),
        start=start,
        end=person.end,
    )


def _is_before_title(token: Token) -> bool:
    """Return True for an article, "of", or the verb before its object: "backed Senator X"."""
    is_verb = token.pos_ == "VERB" and token.dep_ not in {"amod", "compound", "nmod"}
    return is_verb or token.tag_ in {"POS", "HYPH", "DT"} or token.lower_ == "of"


def _state_after(doc: Doc, cast: Cast, person: TokenMention) -> tuple[str, ...]:
    """ "President X of Y": the state after the name."""
    if person.end + 1 < len(doc) and doc[person.end].lower_ == "of":
        at = person.end + 1 + (doc[person.end + 1].lower_ == "the")
        return tuple(m.entity for m in cast.at(at)[:1] if cast.type_of(m.entity) in {"political_actor", "organization"})
    return ()


def _ends_title(token: Token) -> bool:
    return is_role(token) or (
        token.text[:1].isupper()
        and token.tag_ in {"NNP", "NNPS"}
        and token.i > 1
        and token.nbor(-1).lower_ == "of"
        and is_role(token.nbor(-2))
    )


def _in_title(doc: Doc, i: int) -> bool:
    token = doc[i]
    if (
        token.tag_ in _IN_ROLE
        and token.text[0] not in _STOPS
        and not token.is_space
        and token.tag_ not in {"DT", "PRP$", "CD"}
    ):
        return token.pos_ != "VERB" or token.tag_ == "VBN"
    return token.lower_ == "of" and i > 0 and is_role(doc[i - 1])


def _apposition_after(doc: Doc, cast: Cast, person: TokenMention) -> Position | None:
    """ "X, an economic adviser to Y,": the noun phrase between commas after a name."""
    if person.end + 1 >= len(doc) or doc[person.end].text != ",":
        return None
    start, noun = person.end + 1, None
    for i in range(start, min(start + _LONGEST, len(doc))):
        token = doc[i]
        if (token.tag_ not in _IN_ROLE and not _broken_role(token)) or token.text in _STOPS or token.is_space:
            break
        if _is_possessed(doc, i):
            continue
        if is_role(token) and not (i + 1 < len(doc) and (is_role(doc[i + 1]) or doc[i + 1].text == "-")):
            noun = token
            break
    if noun is None or _names_another(doc, cast, noun):
        return None
    end = _phrase_end(doc, noun.i + 1)
    if end < len(doc) and doc[end].tag_ in _FINITE:
        return None  # "bridges, a diplomat told me, are": what is said without a comma is said of the role itself
    return _position(doc, cast, person, noun, start, end)


def _apposition_before(doc: Doc, cast: Cast, person: TokenMention) -> Position | None:
    """ "Y's prime minister, X,": the role before the name, a comma between."""
    comma = person.start - 1
    if comma < 1 or doc[comma].text != ",":
        return None
    start = comma
    while start > 0 and comma - start < _LONGEST and _in_title(doc, start - 1) | _joins_title(doc, start - 1):
        start -= 1
    noun = next((doc[i] for i in range(start, comma) if is_role(doc[i])), None)
    if noun is None or (person.end < len(doc) and doc[person.end].text in {"and", "or"}):
        return None
    found = _position(doc, cast, person, noun, start, comma)
    return replace(found, start=start, end=person.end)


def _joins_title(doc: Doc, i: int) -> bool:
    return doc[i].lower_ in {"of", "to", "for", "the", "its", "his", "her", "their", "a", "an"}


def _may_own(doc: Doc, cast: Cast, mention: TokenMention, last: int) -> bool:
    """Return True for a state, or an organization that can have the role: not the "Justice" of "Justice Minister"."""
    kind = cast.type_of(mention.entity)
    if kind == "organization":
        return doc[last].lemma_.lower() not in {"minister", "secretary"} and mention.end - mention.start > 1
    return kind in {"political_actor", "place"}


def _broken_role(token: Token) -> bool:
    """Return a role noun that the tagger misread."""
    return is_role(token)


def _is_possessed(doc: Doc, i: int) -> bool:
    """Return True for "President" in "President X's representative": the noun belongs to the owner."""
    for k in range(i + 1, min(i + 5, len(doc))):
        if doc[k].tag_ == "POS":
            return True
        if doc[k].tag_ not in {"NNP", "NNPS"}:
            return False
    return False


def _names_another(doc: Doc, cast: Cast, noun: Token) -> bool:
    """Return True if the noun is the title of the next person: "X, President Y and Z"."""
    following = noun.i + 1
    return following < len(doc) and any(
        m.start == following and cast.type_of(m.entity) == "person" for m in cast.at(following)
    )


def _phrase_end(doc: Doc, start: int) -> int:
    end = start
    while end < len(doc) and end - start < _LONGEST:
        token = doc[end]
        if token.text in _STOPS or token.is_space or token.tag_ in _FINITE | {"WP", "WDT"}:
            break
        end += 1
    while end > start and doc[end - 1].tag_ in {"CC", "IN", "TO"}:
        end -= 1
    return end


def _position(doc: Doc, cast: Cast, person: TokenMention, noun: Token, start: int, end: int) -> Position:
    owners = [m for i in range(start, noun.i) for m in cast.at(i) if m.start >= start and m.end <= noun.i]
    if owners:
        owner = max(owners, key=lambda m: (m.end, m.end - m.start))
        first = owner.end
        while first < noun.i and doc[first].tag_ in {"POS", "HYPH"}:
            first += 1
        return Position(
            holder=person.entity,
            targets=(owner.entity,),
            noun=office_of(noun),
            words=(first, end),
            start=person.start,
            end=end,
        )
    first = start
    while first < noun.i and doc[first].tag_ in {"DT", "PRP$"}:
        first += 1
    targets, last = _linked(doc, cast, noun.i + 1, end)
    return Position(
        holder=person.entity,
        targets=targets,
        noun=office_of(noun),
        words=(first, last),
        start=person.start,
        end=end,
    )


def _linked(doc: Doc, cast: Cast, start: int, end: int) -> tuple[tuple[str, ...], int]:
    """Whom or what the role is tied to by "to", "of", and the end of the role's own words; persons before their
    states.
    """
    if start >= end or doc[start].lower_ not in _LINKS:
        return (), end
    found = [m for i in range(start + 1, end) for m in cast.at(i) if m.start == i and m.end <= end]
    people = [m for m in found if cast.type_of(m.entity) == "person"]
    chosen = people or found[:1]
    if not chosen:
        return (), end
    longest = max((m for m in found if m.start == chosen[0].start), key=lambda m: m.end)
    return (chosen[0].entity if people else longest.entity,), start


def _leading_clause(doc: Doc, cast: Cast, person: TokenMention) -> Position | None:
    """Return the position in "X, who leads Z,"."""
    verb = next((c for c in doc[person.end - 1].rights if c.dep_ == "relcl" and c.lemma_.lower() in _LEADING), None)
    if verb is None or verb.tag_ == "VBG" or any(c.dep_ in {"neg", "aux"} for c in verb.lefts):
        return None
    thing = next((c for c in verb.rights if c.dep_ == "dobj"), None)
    mentions = cast.at(thing.i) if thing is not None else []
    if thing is None or not mentions:
        return None
    return Position(
        holder=person.entity,
        targets=(mentions[0].entity,),
        noun="leader",
        words=(verb.i, verb.i + 1),
        start=person.start,
        end=max(thing.i + 1, mentions[0].end),
    )


def role_phrases(doc: Doc, cast: Cast) -> Iterator[tuple[Token, str | None]]:
    """Return (noun, owner) for each role noun that refers to a person alone: "Y's envoy", "the envoy".

    Args:
        doc: The parsed text.
        cast: Its entities.
    """
    for token in doc:
        if (
            not is_role(token)
            or token.pos_ not in {"NOUN", "PROPN", "ADJ"}
            or token.dep_ in {"compound", "amod", "appos"}
        ):
            continue
        if token.tag_ in {"NNS", "NNPS"} or any(
            m.start == token.i + 1 and cast.type_of(m.entity) == "person" for m in cast.at(token.i + 1)
        ):
            continue
        owner = next((m.entity for c in token.lefts if c.dep_ == "poss" for m in cast.at(c.i)[:1]), None)
        definite = any(c.lower_ in {"the", "this", "that"} for c in token.lefts)
        if owner is not None or definite:
            yield token, owner
