"""Merges of entities of different documents: by names, acronyms, transliterations and offices, each with a reason.

Two people of one surname stay two. A bare surname identifies a person only if the document, its offices or its story
leave one candidate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from kg.linking import Mention, Merge
from kg.records import Entity, Record

_TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "sir",
        "president",
        "minister",
        "prime",
        "foreign",
        "defence",
        "defense",
        "interior",
        "finance",
        "general",
        "gen",
        "col",
        "colonel",
        "commodore",
        "admiral",
        "captain",
        "governor",
        "mayor",
        "chief",
        "spokesman",
        "spokeswoman",
        "premier",
        "chancellor",
        "king",
        "queen",
        "prince",
        "senator",
        "secretary",
        "judge",
        "ambassador",
        "professor",
        "pope",
        "sheikh",
        "leader",
        "deputy",
        "former",
        "the",
        "water",
        "irrigation",
        "health",
    ]
)
_PARTICLES: Final = frozenset(["al", "el", "bin", "ibn", "von", "van", "de", "da", "di", "abu", "ben"])
_ROLE: Final = re.compile(
    r"\b(?P<field>(?:prime|foreign|defen[cs]e|interior|finance|health|justice|water|irrigation|energy|transport|trade"
    r"|economy|culture|education|information|oil)\s+minister|president|premier|governor|mayor|union chief|union"
    r"|opposition leader|opposition politician|lawmaker|spokes(?:man|woman|person)|director|ambassador|chancellor"
    r"|mediator|general|commander|police chief|chief|king|queen|judge|engineer|doctor|minister)\b",
    re.IGNORECASE,
)
_SAME_ROLE: Final = {
    "premier": "prime minister",
    "spokeswoman": "spokesman",
    "spokesperson": "spokesman",
    "union chief": "union",
}
_NEAR_ROLE: Final = 60
_LEAST_RATIO: Final = 86.0
_LEAST_LONG: Final = 5
_ACRONYM: Final = re.compile(
    r"\b(?P<name>(?:[A-Z][\w&’'-]*\s+)(?:(?:of|the|for|and|in|de|du|la|[A-Z][\w&’'-]*)\s+){0,7}?[A-Z][\w&’'-]*)"
    r"(?:\s*\(\s*|,\s+(?:also\s+)?known as\s+)(?P<short>[A-Z][A-Za-z]{1,9})\b"
)
_STOP: Final = frozenset(["of", "the", "for", "and", "in", "de", "du", "la", "on"])
_PEOPLE: Final = "person"
_BODIES: Final = frozenset(["organization", "political_actor", "medium", "agreement"])


def folded(name: str) -> str:
    """Return a name in plain lower-case Latin letters, without article, possessive and punctuation."""
    plain = re.sub(r"[’']s\b", "", anyascii(name))
    words = re.findall(r"[a-z0-9]+", plain.lower().replace("-", " "))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@dataclass(slots=True)
class _Known:
    """An entity of a document with its compared fields."""

    mention: Mention
    entity: Entity
    names: frozenset[str]
    roles: frozenset[str]
    kind: str
    published: str

    @property
    def best(self) -> tuple[str, ...]:
        """The words of the longest name without titles."""
        return max((_person_words(name) for name in self.names), key=lambda words: (len(words), words), default=())


def _person_words(name: str) -> tuple[str, ...]:
    words = name.split()
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return tuple(words)


@dataclass(slots=True)
class Directory:
    """All entities that are known so far, by their names; tells with whom of them a new document's entities are one."""

    _by_name: dict[tuple[str, str], list[_Known]] = field(default_factory=lambda: defaultdict(list))
    _by_surname: dict[str, dict[tuple[str, ...], _Known]] = field(default_factory=lambda: defaultdict(dict))
    """The latest person of each full name, with all offices of that name, so that the time stays linear."""
    _shorts: dict[str, str] = field(default_factory=dict)
    _longs: dict[str, str] = field(default_factory=dict)
    _above: dict[Mention, Mention] = field(default_factory=dict)
    _ids: dict[Mention, set[str]] = field(default_factory=dict)
    apart: frozenset[frozenset[str]] = frozenset()
    """Pairs of ids that a person keeps apart, regardless of their names."""
    merges: list[Merge] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Add a document's entities, merged with known ones."""
        known = list(_entities(record))
        self._learn_acronyms(record)
        for one in sorted(known, key=lambda k: -len(k.best)):
            found = self._within(one, known) or self._same_person(one) or self._same_body(one)
            if found is not None:
                other, reason, method, confidence = found
                self._merge(one, other, reason, method, confidence)
            self._learn(one)

    def canonical(self, mention: Mention) -> Mention:
        """Return the representative of all merged mentions."""
        while mention in self._above:
            mention = self._above[mention]
        return mention

    def _learn(self, one: _Known) -> None:
        for name in one.names:
            self._by_name[one.kind, name].append(one)
        if one.kind == _PEOPLE and one.best:
            for key in (one.best[-1], _initials(one.best)):
                same_key = self._by_surname[key]
                earlier = same_key.pop(one.best, None)
                roles = one.roles | earlier.roles if earlier is not None else one.roles
                same_key[one.best] = replace(one, roles=roles)

    def _learn_acronyms(self, record: Record) -> None:
        for match in _ACRONYM.finditer(record.document.text):
            name, short = folded(match["name"]), folded(match["short"])
            if _initials_of(name).startswith(short[:1]) and (_is_acronym(short, name) or "known as" in match[0]):
                self._longs.setdefault(self._shorts.setdefault(short, name), short)

    def _merge(self, one: _Known, other: _Known, reason: str, method: str, confidence: float) -> None:
        a, b = self.canonical(one.mention), self.canonical(other.mention)
        if a == b:
            return
        ids, others = (
            self._ids.get(top, set()) | {top.entity, known.entity.id} for top, known in ((a, one), (b, other))
        )
        if any(frozenset([i, j]) in self.apart for i in ids for j in others):
            return
        self._ids[b] = ids | others
        self._above[a] = b
        self.merges.append(
            Merge(one=one.mention, other=other.mention, reason=reason, method=method, confidence=confidence)
        )

    def _within(self, one: _Known, known: list[_Known]) -> tuple[_Known, str, str, float] | None:
        """Find the entity in the same document that has this description or part of its name."""
        if one.kind == "body" and _has_short_names(one):
            long = [body for body in known if body.kind == "body" and _has_long_name_of(body, one)]
            if len(long) == 1:
                return long[0], f"“{one.entity.name}” in the same text", "name.part", 0.8
        if one.entity.type == "unnamed_source" or (one.kind == _PEOPLE and len(one.best) == 1):
            fit = [k for k in known if k is not one and k.kind != "unnamed" and _is_head_of(one, k)]
            if len(fit) == 1:
                return fit[0], f"“{one.entity.name}” in the same text", "name.part", 0.85
        return None

    def _same_person(self, one: _Known) -> tuple[_Known, str, str, float] | None:
        if one.kind != _PEOPLE or not one.best:
            return None
        if len(one.best) == 1:
            return self._by_bare_surname(one)
        same = self._by_surname[one.best[-1]].get(one.best)
        if same is not None:
            return same, f"“{one.entity.name}” and “{same.entity.name}”", "name.same", 0.95
        for key in (_initials(one.best), one.best[-1]):
            for other in reversed(self._by_surname[key].values()):
                if len(other.best) > 1 and _same_full_name(one.best, other.best):
                    return other, f"“{one.entity.name}” and “{other.entity.name}”", "name.variant", 0.85
        return None

    def _by_bare_surname(self, one: _Known) -> tuple[_Known, str, str, float] | None:
        fit = [k for k in self._by_surname[one.best[0]].values() if len(k.best) > 1 and k.best[-1] == one.best[0]]
        people = {self.canonical(k.mention) for k in fit}
        if len(people) > 1:
            fit = [k for k in fit if one.roles & k.roles]
            people = {self.canonical(k.mention) for k in fit}
        if len(people) != 1:
            return None
        return fit[-1], f"the only {one.entity.name} of that office or story", "name.surname", 0.7

    def _same_body(self, one: _Known) -> tuple[_Known, str, str, float] | None:
        if one.kind == _PEOPLE or one.entity.type == "unnamed_source":
            return None
        for name in sorted(one.names):
            long = self._shorts.get(name, name)
            for other in reversed(self._by_name.get((one.kind, long), ())):
                if other.mention != one.mention:
                    method = "name.same" if long == name else "name.acronym"
                    return other, f"“{one.entity.name}” and “{other.entity.name}”", method, 0.95
        return self._long_of_short(one)

    def _long_of_short(self, one: _Known) -> tuple[_Known, str, str, float] | None:
        """Find the entity with this long form, known so far by its acronym."""
        for long in sorted(one.names):
            short = self._longs.get(long)
            for other in reversed(self._by_name.get((one.kind, short), ())) if short is not None else ():
                return other, f"“{other.entity.name}” is short for “{one.entity.name}”", "name.acronym", 0.95
        return None


def _entities(record: Record) -> Iterator[_Known]:
    text = record.document.text
    for entity in record.entities:
        if entity.type == "stated_participant":
            continue
        names = frozenset(folded(name) for name in (entity.name, *entity.aliases)) - {""}
        kind = entity.type if entity.type != "unnamed_source" else "unnamed"
        if kind == "unnamed" and _looks_like_person(entity.name):
            kind = _PEOPLE
        yield _Known(
            mention=Mention(document=record.document.id, entity=entity.id),
            entity=entity,
            names=names,
            roles=frozenset(_roles(entity, text)) if kind == _PEOPLE else frozenset(),
            kind="body" if kind in _BODIES else kind,
            published=record.document.published or "",
        )


def _looks_like_person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 3 and all(word[:1].isupper() and word.isalpha() for word in words)


def _roles(entity: Entity, text: str) -> Iterator[str]:
    for span in entity.mentions:
        before = re.split(r"[.;:!?\n”\"]\s*", text[max(0, span.start - _NEAR_ROLE) : span.start])[-1]
        after = re.split(r"[.;:!?\n]", text[span.end : span.end + _NEAR_ROLE])[0]
        found = list(_ROLE.finditer(before))
        if found and len(before) - found[-1].end() <= 12:
            yield _role(found[-1]["field"])
        appositive = _ROLE.search(after) if after.startswith(",") else None
        if appositive is not None:
            yield _role(appositive["field"])


def _role(words: str) -> str:
    low = re.sub(r"\s+", " ", words.lower()).replace("defence", "defense")
    return _SAME_ROLE.get(low, low)


def _has_short_names(one: _Known) -> bool:
    return all(len(name.split()) == 1 for name in one.names)


def _has_long_name_of(body: _Known, one: _Known) -> bool:
    """Return whether a body has a further name that ends with a name of the other."""
    return any(name.split()[-1] in one.names for name in body.names - one.names)


def _is_head_of(one: _Known, other: _Known) -> bool:
    """Return whether a short name refers to the other: "the authority", "Makame", "the finance minister"."""
    for name in one.names:
        words = _person_words(name)
        if other.kind == _PEOPLE and len(other.best) > 1:
            if words == other.best[-1:] or (one.kind == _PEOPLE and words == other.best):
                return True
            if one.kind == "unnamed" and _roles_in(name) & other.roles:
                return True
        if other.kind == "body" and one.kind == "unnamed":
            return any(len(n.split()) > 1 and n.split()[-1] == name for n in other.names)
    return False


def _ends_with(body: _Known, names: frozenset[str]) -> bool:
    """Return whether a body's longer name ends with one of the names: "Ansar Front" and "the Front"."""
    return any(name.split()[-1] in names for name in body.names - names)


def _roles_in(name: str) -> set[str]:
    return {_role(match["field"]) for match in _ROLE.finditer(name)}


def _same_full_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one == other:
        return True
    a = [word for word in one if word not in _PARTICLES]
    b = [word for word in other if word not in _PARTICLES]
    if len(a) < 2 or len(b) < 2 or not _same_word(a[-1], b[-1]):
        return False
    return _same_first(a[0], b[0])


def _same_first(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return _same_word(one, other)


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < _LEAST_LONG or one[0] != other[0]:
        return False
    return fuzz.ratio(one, other) >= _LEAST_RATIO and Levenshtein.distance(one, other) <= 1 + len(one) // 8


def _initials(words: tuple[str, ...]) -> str:
    """Return a key that transliterations of a name share.

    The key is the first letters, and up to three consonants of the surname.
    """
    return "".join(word[0] for word in (words[0], words[-1])) + "*"


def _initials_of(name: str) -> str:
    return "".join(word[0] for word in name.split() if word not in _STOP)


def _is_acronym(short: str, name: str) -> bool:
    letters = "".join(word[0] for word in name.split())
    return short in (letters, _initials_of(name))


def surfaces(record: Record) -> Iterable[tuple[Mention, str]]:
    """Yield each name of a document's entities."""
    for entity in record.entities:
        for name in (entity.name, *entity.aliases):
            yield Mention(document=record.document.id, entity=entity.id), name
