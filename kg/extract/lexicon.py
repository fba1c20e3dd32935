"""The event lexicon of ``events.toml``: which words tell of which type of event."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """A verb or noun with one of ``words`` (and one of ``also``) in what depends on it, or under a modal verb.

    ``direct``: the word must hang on the verb itself. ``by`` are words of the subject that decide as well, as in
    "drones attacked".
    """

    type: str
    verbs: frozenset[str]
    nouns: frozenset[str]
    words: frozenset[str]
    also: frozenset[str]
    modal: frozenset[str]
    by: frozenset[str]
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The tables of the file, frozen; lemmas in lower case."""

    verbs: Mapping[str, str]
    nouns: Mapping[str, str]
    compounds: Mapping[str, str]
    weak: frozenset[str]
    light: frozenset[str]
    happen: frozenset[str]
    by_verb: Mapping[str, tuple[Combination, ...]]
    by_noun: Mapping[str, tuple[Combination, ...]]
    symmetric: frozenset[str]
    place_object: frozenset[str]
    topic_object: frozenset[str]


@cache
def event_lexicon() -> Lexicon:
    """Return the lexicon of the package."""
    table = tomllib.loads(files("kg.extract").joinpath("events.toml").read_text("utf-8"))
    nouns = {word: kind for kind, words in table["nouns"].items() for word in words}
    combinations = [_combination(row) for row in table["combination"]]
    return Lexicon(
        verbs=MappingProxyType({word: kind for kind, words in table["verbs"].items() for word in words}),
        nouns=MappingProxyType({word: kind for word, kind in nouns.items() if " " not in word}),
        compounds=MappingProxyType({word: kind for word, kind in nouns.items() if " " in word}),
        weak=frozenset(table["weak"]["nouns"]),
        light=frozenset(table["light"]["verbs"]),
        happen=frozenset(table["light"]["happen"]),
        by_verb=_indexed(combinations, "verbs"),
        by_noun=_indexed(combinations, "nouns"),
        symmetric=frozenset(table["symmetric"]["types"]),
        place_object=frozenset(table["place_object"]["types"]),
        topic_object=frozenset(table["topic_object"]["types"]),
    )


def _combination(row: Mapping[str, object]) -> Combination:
    def words(key: str) -> frozenset[str]:
        value = row.get(key, [])
        return frozenset(str(word) for word in value) if isinstance(value, list) else frozenset()

    return Combination(
        type=str(row["type"]),
        verbs=words("verbs"),
        nouns=words("nouns"),
        words=words("words"),
        also=words("also"),
        modal=words("modal"),
        by=words("by"),
        direct=bool(row.get("direct", False)),
    )


def _indexed(combinations: list[Combination], key: str) -> Mapping[str, tuple[Combination, ...]]:
    out: dict[str, tuple[Combination, ...]] = {}
    for combination in combinations:
        for word in sorted(getattr(combination, key)):
            out[word] = (*out.get(word, ()), combination)
    return MappingProxyType(out)
