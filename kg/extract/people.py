"""Whom the text shows to be a person, or not one, whatever the entity recogniser makes of an unknown name.

The label of a turn ("MINISTER HALVANE: ...") names who speaks; who has a role beside the name ("Raake, an engineer")
is a person and no organization; what a bridge or a river is called is nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.positions import is_role
from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_TURN = re.compile(r"^[ \t]*((?:[A-Z][\w.’'-]*[ \t]+){0,4}[A-Z][\w.’'-]*)[ \t]*:(?=\s+\S)", re.MULTILINE)
_LONGEST_NAME = 3
_LEAST_NAMES = 2
_SHORTEST = 2
"""Tokens before a name, for one to be its given name and one a comma."""
_TRUSTED = frozenset({"PERSON", "GPE", "LOC", "NORP", "FAC"})
"""Kinds of names that a role before them does not make a person's."""
_ACTING = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "appos", "conj"})
_NAMED_AFTER = frozenset(
    {"airport", "border", "bridge", "canal", "coast", "crossing", "dam", "district", "forest", "island", "lake"}
    | {"mountain", "pass", "port", "province", "reef", "region", "river", "road", "sea", "strait", "street", "tunnel"}
    | {"valley", "village"}
)


@dataclass(frozen=True, slots=True)
class Named:
    """Tokens that the model takes for a name, cleaned of titles, articles and possessive endings."""

    start: int
    end: int
    label: str


def with_people(doc: Doc, named: Sequence[Named]) -> list[Named]:
    """Return the names with those of persons, and without those that are no persons.

    Args:
        doc: The parsed text.
        named: The names that were found.
    """
    labels = list(_labels(doc))
    kept = _apart(named, labels)
    surnames = {name for token in doc if token.dep_ == "appos" for name in _beside_role(token)}
    read = [one for n in kept for one in _parted(doc, _whole(doc, n))]
    out = [_person(doc, n, surnames) for n in read if not (n.label == "PERSON" and _is_named_after(doc, n))]
    titled = _apart(_titled(doc), [*labels, *(n for n in out if n.label in _TRUSTED)])
    return sorted([*_apart(out, titled), *labels, *titled], key=lambda n: (n.start, n.end))


def _apart(names: Iterable[Named], taken: Sequence[Named]) -> list[Named]:
    """Return the names without tokens in common with others."""
    tokens = {i for n in taken for i in range(n.start, n.end)}
    return [n for n in names if tokens.isdisjoint(range(n.start, n.end))]


def _labels(doc: Doc) -> Iterator[Named]:
    """Return the names in turn labels that repeat, or that have a role with the name."""
    found = list(_TURN.finditer(doc.text))
    if len(found) < 2:
        return
    often = Counter(match[1] for match in found)
    starts = [token.idx for token in doc]
    lists = word_lists()
    for match in found:
        words = list(doc[bisect_left(starts, match.start(1)) : bisect_left(starts, match.end(1))])
        name = [
            w
            for w in words
            if w.lower_ not in lists["roles"] and w.text not in lists["honorifics"] and w.lower_ != "the"
        ]
        titled = 0 < len(name) < len(words) and name == words[-len(name) :]
        if (
            titled
            and len(name) <= _LONGEST_NAME
            and (often[match[1]] > 1 or match[1].isupper())
            and len(name[-1].text) > 1
        ):
            yield Named(name[0].i, name[-1].i + 1, "PERSON")


def _whole(doc: Doc, name: Named) -> Named:
    """Return a person's name with the given name that the model omits: "A teacher there, Orly Ben-Haim"."""
    before = doc[name.start - 1] if name.start else None
    if (
        name.label != "PERSON"
        or " " in doc[name.start : name.end].text
        or before is None
        or name.start < _SHORTEST
        or before.nbor(-1).text != ","
    ):
        return name
    last = doc[name.end - 1]
    is_beside = last.dep_ == "appos" and last.head.pos_ == "NOUN"
    return replace(name, start=before.i) if is_beside and _is_name_word(before) else name


def _parted(doc: Doc, name: Named) -> Iterator[Named]:
    """Yield organization and person of a merged name: "the Organisation for Y Edward Streator"."""
    given = name.end - 2
    is_long = name.label == "ORG" and given - name.start > 1 and doc[given - 1].pos_ not in {"ADP", "CCONJ"}
    if is_long and _is_name_word(doc[given + 1]) and _is_given(doc[given]):
        yield replace(name, end=given)
        yield Named(given, name.end, "PERSON")
    else:
        yield name


def _is_given(token: Token) -> bool:
    return token.text in word_lists()["male_names"] or token.text in word_lists()["female_names"]


def _is_name_word(token: Token) -> bool:
    """Return True for a capitalized word that is no role, title or known name of something else."""
    lists = word_lists()
    is_plain = token.text.istitle() and token.text.isalpha() and token.tag_ == "NNP"
    return (
        is_plain
        and not is_role(token)
        and token.text not in lists["honorifics"]
        and not (token.lower_ in lists["organizations"] or token.lower_ in lists["state_bodies"])
    )


def _titled(doc: Doc) -> Iterator[Named]:
    """Yield two or three names after a role of the last one: "Governor Anatoly Rebrov"."""
    for token in doc:
        if not (token.text.istitle() and is_role(token) and token.dep_ in {"compound", "nmod"}):
            continue
        end = token.i + 1
        while end < len(doc) and end - token.i <= _LONGEST_NAME and _is_name_word(doc[end]):
            end += 1
        last = doc[end - 1]
        is_whole = end == len(doc) or doc[end].tag_ not in {"NNP", "NNPS", "POS"}
        if end - token.i > _LEAST_NAMES and is_whole and token.head.i == last.i and last.dep_ in _ACTING:
            yield Named(token.i + 1, end, "PERSON")


def _person(doc: Doc, name: Named, surnames: set[str]) -> Named:
    """Return an "organization" of given name and surname, if the text gives that surname a role."""
    last = doc[name.end - 1]
    words = doc[name.start : name.end]
    if name.label != "ORG" or len(words) > _LONGEST_NAME or last.text not in surnames:
        return name
    plain = all(w.is_title and w.is_alpha and w.lower_ not in word_lists()["organizations"] for w in words)
    return replace(name, label="PERSON") if plain and (not name.start or doc[name.start - 1].lower_ != "the") else name


def _beside_role(token: Token) -> Iterator[str]:
    """Raake in "Raake, an engineer" and "the engineer, Raake"."""
    for name, role in ((token.head, token), (token, token.head)):
        if name.text.istitle() and role.pos_ == "NOUN" and is_role(role):
            yield name.text


def _is_named_after(doc: Doc, name: Named) -> bool:
    """Return True for the Ost of "the Ost bridge": one word before what has the name."""
    word = doc[name.start]
    single = name.end - name.start == 1 and word.dep_ == "compound"
    return single and word.head.lemma_.lower() in _NAMED_AFTER
