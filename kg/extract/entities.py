"""The named people, states, organizations, places, agreements and conflicts of a parsed text, with their mentions.

Known names come from the gazetteer, others from the model's entity recogniser, the rest from general patterns
(``patterns.py``). A capital is an actor where it acts ("Moscow insists") and a place where it is one ("talks in
Moscow").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.cast import Cast
from kg.extract.cues import load_cues
from kg.extract.layout.voices import in_title_case
from kg.extract.patterns import add_patterns
from kg.extract.people import Named, with_people
from kg.extract.places import is_place
from kg.extract.unknown_states import unknown_states
from kg.extract.wordlists import word_lists
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.gazetteer import Gazetteer, Hit
    from kg.extract.parsed import Doc, Token

_ENTITY_TYPES = {"ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place"}
_CLOSED = frozenset(["DT", "IN", "CC", "PRP", "PRP$", "TO", "MD", "WDT", "WP", "EX"])
_LONG_ENOUGH = 5
"""Letters of a surname that may be mistaken for a common noun: "Delors assured me", no "Price rises"."""
_LONGEST_NAME = 12
"""Tokens: what the recogniser gives beyond that is not a name."""


def name_entities(
    doc: Doc,
    gazetteer: Gazetteer,
    said: Callable[[Token], bool] = lambda _: False,
    labels: Sequence[tuple[int, int]] = (),
) -> Cast:
    """The cast of the text: every entity found by name, with its mentions. In time proportional to the text.

    ``said`` tells the words that are somebody's claim: an agreement that only they speak of makes no entity. ``labels``
    are tokens that name a person by the layout, as the label of a turn does.
    """
    cast = Cast()
    hits = gazetteer.hits(doc)
    labelled = {i for start, end in labels for i in range(start, end)}
    found = [n for n in _named(doc, gazetteer) if labelled.isdisjoint(range(n.start, n.end))]
    found += [Named(start, end, "PERSON") for start, end in labels if start < end]
    named = with_people(doc, sorted(found, key=lambda n: (n.start, n.end)))
    people = [n for n in named if n.label == "PERSON"]
    taken = {i for n in people for i in range(n.start, n.end) if n.end - n.start > 1}
    hits = [h for h in hits if not _is_somebody_else(doc, h, people, taken)]
    states = unknown_states(doc, {i for h in hits for i in range(h.start, h.end)}, taken)
    people = [n for n in people if doc[n.start : n.end].text not in states]
    _add_people(doc, cast, gazetteer, people, hits)
    for hit in hits:
        _add_hit(doc, cast, hit)
    _add_states(doc, cast, states)
    add_patterns(doc, cast, said)
    known = {i for m in cast.mentions for i in range(m.start, m.end)}
    body = _headline_end(doc)
    for n in named:
        if n.label in _ENTITY_TYPES and n.start >= body and _is_new(doc, n, known):
            _add_name(doc, cast, n)
    return cast


def _headline_end(doc: Doc) -> int:
    """Return the token after the first line: names that occur only there are not trusted."""
    for token in doc:
        if "\n" in token.text and token.i:
            return int(token.i)
    return 0


def _named(doc: Doc, gazetteer: Gazetteer) -> Iterator[Named]:
    for ent in doc.ents:
        start, end = _cleaned(doc, ent.start, ent.end, person=ent.label_ == "PERSON")
        if 0 < end - start <= _LONGEST_NAME and doc[start].text[:1].isupper() and doc[end - 1].text[:1].isalnum():
            text = doc[start:end].text
            label = ent.label_
            if label == "PERSON" and any(entry.type != "person" for entry, _ in gazetteer.owners(text)):
                label = "OTHER"
            yield Named(start, end, label)


def _ends_name(token: Token, *, first: bool, person: bool) -> bool:
    if "\n" in token.text or (token.tag_ == "POS" and not first):
        return True
    return person and token.text in {",", "(", "—", "–"}


def _precedes_name(token: Token, *, person: bool) -> bool:
    if token.tag_ in _CLOSED or not token.text[0].isalnum():
        return True
    lists = word_lists()
    return person and (token.lower_ in lists["roles"] or token.text in lists["honorifics"])


def _cleaned(doc: Doc, start: int, end: int, *, person: bool) -> tuple[int, int]:
    """Return the name without articles, possessive endings, line breaks and, for a person, titles."""
    end = next((i for i in range(start, end) if _ends_name(doc[i], first=i == start, person=person)), end)
    while start < end and _precedes_name(doc[start], person=person):
        start += 1
    if person and end - start > 1 and _hands_on(doc[start]):
        start += 1
    while end > start and not doc[end - 1].text[-1].isalnum() and doc[end - 1].text[-1] != ".":
        end -= 1
    return start, end


def _hands_on(token: Token) -> bool:
    """Return True for a verb of speech at the start of a sentence: "Continued X:", "Echoing X"."""
    before = token.nbor(-1).text if token.i else "\n"
    word = token.lower_
    if not (token.is_sent_start or "\n" in before) or not word.endswith(("ed", "ing")):
        return False
    stem = word[:-3] if word.endswith("ing") else word[:-2]
    forms = {stem, stem + "e", stem[:-1], stem[:-1] + "y"}
    return any(form in load_cues().verbs for form in forms)


def _is_somebody_else(doc: Doc, hit: Hit, people: Sequence[Named], taken: set[int]) -> bool:
    """Return True for a state's form in a person's name, or an ambiguous form with another reading of the model."""
    if hit.entry.type == "person":
        return False
    if any(i in taken for i in range(hit.start, hit.end)) and hit.end - hit.start == 1:
        return not (hit.kind == "demonym" and hit.start in {n.start for n in people})
    form = doc[hit.start : hit.end].text
    if form in hit.entry.ambiguous:
        return not any(doc[i].ent_type_ in {"GPE", "NORP", "ORG"} for i in range(hit.start, hit.end))
    before = doc[hit.start - 1].text if hit.start else ""
    return form == "American" and before.rstrip("-").lower() in {
        "latin",
        "south",
        "north",
        "central",
        "african",
        "native",
        "asian",
    }


@dataclass(slots=True)
class _People:
    """Full names seen so far by surname, in order of text, for joining a surname to the nearest full name.

    ``given`` has for each given name the full names with it: one alone is meant where there is only one.
    """

    full: dict[str, list[tuple[int, str]]]
    given: dict[str, set[str]]

    def only(self, given: str) -> str | None:
        names = self.given.get(given, set())
        return next(iter(names)) if len(names) == 1 else None

    def owner(self, surname: str, at: int) -> str | None:
        seen = self.full.get(surname)
        if not seen:
            return None
        before = bisect_right(seen, at, key=lambda named: named[0])
        return seen[max(before - 1, 0)][1]


def _add_people(doc: Doc, cast: Cast, gazetteer: Gazetteer, people: list[Named], hits: Sequence[Hit]) -> None:
    """Add every person; a surname alone joins the nearest full name before it."""
    spans = {(n.start, n.end) for n in people} | {(h.start, h.end) for h in hits if h.entry.type == "person"}
    spans = {
        (s, e) for s, e in spans if not any((s2 <= s and e <= e2) and (s2, e2) != (s, e) for s2, e2 in _near(spans, s))
    }
    spans = {(s, e) for s, e in spans if doc[s:e].text not in word_lists()["not_names"]}
    full: dict[str, list[tuple[int, str]]] = {}
    canonical: dict[str, str] = {}
    for start, end in sorted(spans):
        if end - start > 1:
            name = _person_name(doc, start, end, gazetteer)
            words = name.split()
            name = canonical.setdefault(f"{words[0]} {words[-1]}", name)
            seen = full.setdefault(_surname(doc[end - 1]), [])
            if not seen or seen[-1][1] != name:  # only where it changes: a long text stays linear
                seen.append((start, name))
    given: dict[str, set[str]] = {}
    for name in canonical.values():
        given.setdefault(name.split()[0], set()).add(name)
    directory = _People(full, given)
    for start, end in sorted(spans):
        _mention_person(doc, cast, gazetteer, directory, start, end)
    covered = {i for s, e in spans for i in range(s, e)}
    alone = {doc[e - 1].text for s, e in spans if e - s == 1} | set(full)
    for token in doc:
        if token.text in alone and token.i not in covered and _is_surname(token, full) and not _inside_name(token):
            _mention_person(doc, cast, gazetteer, directory, token.i, token.i + 1)


def _near(spans: set[tuple[int, int]], start: int) -> list[tuple[int, int]]:
    return [
        (s, e)
        for s in range(max(0, start - _LONGEST_NAME), start + 1)
        for e in range(s + 1, s + _LONGEST_NAME + 1)
        if (s, e) in spans
    ]


def _inside_name(token: Token) -> bool:
    """Return True for a surname inside another name, as in "Lincoln Center".

    Administrations are handled later.
    """
    head = token.head
    follows = bool(
        head.i == token.i + 1
        and head.text[:1].isupper()
        and token.dep_ == "compound"
        and head.ent_type_ in {"ORG", "FAC"}
    )
    return follows and head.lower_ not in word_lists()["administrations"]


def _is_surname(token: Token, full: Mapping[str, object]) -> bool:
    """Return True for a proper noun, and for an apparent plural that the text uses as a surname."""
    is_taken = (
        token.tag_ in {"NNS", "NN"} and token.text in full and len(token) >= _LONG_ENOUGH and token.text.istitle()
    )
    return token.tag_ in {"NNP", "NNPS"} or (is_taken and token.dep_ in {"nsubj", "nsubjpass"})


def _surname(token: Token) -> str:
    """Return the last word of a name; in a label of capitals as it is spelled elsewhere."""
    return in_title_case(token.text) if token.is_upper and len(token) > 1 else token.text


def _person_name(doc: Doc, start: int, end: int, gazetteer: Gazetteer) -> str:
    text: str = doc[start:end].text
    for entry, _ in gazetteer.owners(text):
        if entry.type == "person":
            return entry.name
    return in_title_case(text) if text.isupper() else " ".join(text.split())


def _mention_person(doc: Doc, cast: Cast, gazetteer: Gazetteer, directory: _People, start: int, end: int) -> None:
    text = _person_name(doc, start, end, gazetteer)
    surname = _surname(doc[end - 1])
    owner = directory.owner(surname, start) or directory.only(surname) if end - start == 1 else None
    if end - start > 1:
        first_name = text.split()[0]
        owner = next((name for _, name in directory.full[surname] if name.split()[0] == first_name), text)
    name = owner or text
    entry = gazetteer.by_name.get(name)
    known = entry if entry is not None and entry.type == "person" else None
    entity = cast.add("person", name, wikidata=known.wikidata if known else None)
    first = start
    if end - start == 1 and start and _is_title(doc[start - 1]):
        first = start - 1
    written = doc[start:end].text
    cast.mention(entity, Span(doc[first].idx, _end(doc, end)), (start, end), alias=written)


def _is_title(token: Token) -> bool:
    lists = word_lists()
    return (
        token.text[:1].isupper()
        and (token.text in lists["honorifics"] or token.lower_ in lists["roles"])
        and token.ent_type_ != "ORG"
    )


def _add_hit(doc: Doc, cast: Cast, hit: Hit) -> None:
    entry, start = hit.entry, hit.start
    if entry.type == "person":
        return
    if hit.kind == "town" and is_place(doc, hit.start, hit.end):
        town = entry.town(doc[hit.start : hit.end].text)
        entity = cast.add("place", town.name, wikidata=town.wikidata)
        cast.mention(entity, Span(doc[start].idx, _end(doc, hit.end)), (start, hit.end))
        return
    if entry.type == "medium" and not _is_medium(doc, hit):
        return
    entity = cast.add(entry.type, entry.name, wikidata=entry.wikidata)
    first = _article(doc, start, hit.end) if hit.kind in {"name", "metonym"} else start
    cast.mention(entity, Span(doc[first].idx, _end(doc, hit.end)), (start, hit.end), alias=doc[start : hit.end].text)


def _add_states(doc: Doc, cast: Cast, states: Mapping[str, str]) -> None:
    for token in doc:
        name = states.get(token.text)
        if name is not None and not cast.at(token.i):
            first = _article(doc, token.i, token.i + 1) if token.text == name else token.i
            entity = cast.add("political_actor", name)
            cast.mention(entity, Span(doc[first].idx, _end(doc, token.i + 1)), (token.i, token.i + 1), alias=token.text)


def _is_medium(doc: Doc, hit: Hit) -> bool:
    """Return True unless the medium has one letter, such as X, and "on" is missing before it."""
    return len(doc[hit.start : hit.end].text) > 1 or (hit.start > 0 and doc[hit.start - 1].lower_ == "on")


def _article(doc: Doc, start: int, end: int) -> int:
    """Return the first token with the article, if it belongs to the name instead of a later noun."""
    own = start and doc[start - 1].lower_ == "the" and doc[end - 1].dep_ not in {"compound", "amod", "nmod"}
    return start - 1 if own else start


def _end(doc: Doc, end: int) -> int:
    last = doc[end - 1]
    return int(last.idx) + len(last.text)


def _is_new(doc: Doc, named: Named, known: set[int]) -> bool:
    inside = [i for i in range(named.start, named.end) if i in known]
    if inside and (named.label != "ORG" or len(inside) == named.end - named.start):
        return False
    text = doc[named.start : named.end].text
    return text not in word_lists()["not_names"] and not all(
        doc[i].lower_ in word_lists()["roles"] for i in range(named.start, named.end)
    )


def _add_name(doc: Doc, cast: Cast, named: Named) -> None:
    if named.label == "ORG" and any(
        cast.type_of(m.entity) == "person" for i in range(named.start, named.end) for m in cast.at(i)
    ):
        return  # "Putin's Economic Council": told apart by the patterns, where it is an organization at all
    name = " ".join(doc[named.start : named.end].text.split())
    entity = cast.add(_ENTITY_TYPES[named.label], name)
    first = _article(doc, named.start, named.end)
    cast.mention(entity, Span(doc[first].idx, _end(doc, named.end)), (named.start, named.end))
