"""Whom the text shows to be a person, or not one, whatever the entity recogniser makes of an unknown name.

The label of a turn ("MINISTER HALVANE: ...") names who speaks; who has a role beside the name ("Raake, an engineer")
is a person and no organization; what a bridge or a river is called is nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.positions import is_role
from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_TURN = re.compile(r"^[ \t]*((?:[A-Z][\w.’'-]*[ \t]+){0,4}[A-Z][\w.’'-]*)[ \t]*:(?=\s+\S)", re.MULTILINE)
_LONGEST_NAME = 3
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
    """The names with those that the text shows to be a person's, and without those that it shows to be nobody's."""
    labels = list(_labels(doc))
    taken = {i for n in labels for i in range(n.start, n.end)}
    kept = [n for n in named if not any(i in taken for i in range(n.start, n.end))]
    surnames = {name for token in doc if token.dep_ == "appos" for name in _beside_role(token)}
    out = [_person(doc, n, surnames) for n in kept if not (n.label == "PERSON" and _is_named_after(doc, n))]
    return sorted([*out, *labels], key=lambda n: (n.start, n.end))


def _labels(doc: Doc) -> Iterator[Named]:
    """The names in the labels of turns: of those that come back, or that give a role with the name."""
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


def _person(doc: Doc, name: Named, surnames: set[str]) -> Named:
    """An "organization" of a given name and a surname, where the text gives that surname a role."""
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
    """True for the Ost of "the Ost bridge": one word before what has the name."""
    word = doc[name.start]
    single = name.end - name.start == 1 and word.dep_ == "compound"
    return single and word.head.lemma_.lower() in _NAMED_AFTER
