"""The likelihood that two statements concern the same thing, with weights learned from marked pairs.

The result is a log-odds: above 0 means likely. ``training/match.py`` writes the weights.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from kg.link.pair import ComparedPair

_MOST_NAMES: Final = 3
_MOST_WORDS: Final = 4
_MOST_DAYS: Final = 10
_ASKING: Final = frozenset(["demand", "urge", "request", "ask", "propose", "expressWillingness"])
_ACCUSING: Final = frozenset(["accuse", "criticize", "condemn"])


def match(pair: ComparedPair) -> float:
    """Return the log-odds that both statements of a pair concern the same thing."""
    total, weights = _weights()
    for part in _PARTS:
        for name, value in part(pair):
            if value:
                total += weights[name] * value
    return total


class Pair(ComparedPair):
    """Two statements with the likelihood that they concern the same thing."""

    @cached_property
    def match(self) -> float:
        """The log-odds that both concern the same thing."""
        return match(self)


@cache
def _weights() -> tuple[float, Mapping[str, float]]:
    data = tomllib.loads(files("kg.link").joinpath("match.toml").read_text("utf-8"))
    return float(data["constant"]), MappingProxyType({name: float(value) for name, value in data["weights"].items()})


def features(pair: ComparedPair) -> dict[str, float]:
    """Return the features of a pair by name, each between -1 and 4."""
    return {name: float(value) for part in _PARTS for name, value in part(pair)}


Values = Iterator[tuple[str, float | bool]]


def _of_words(pair: ComparedPair) -> Values:
    later, earlier = pair.later, pair.earlier
    yield "likeness", pair.likeness
    yield "containment", pair.containment
    yield "words", min(_MOST_WORDS, len(later.content & earlier.content))
    yield "concepts", min(_MOST_NAMES, len(later.concepts & earlier.concepts))
    yield "short", later.is_short or earlier.is_short
    yield "one quote", later.is_direct != earlier.is_direct
    yield "sentence", _share(later.capitals, earlier.capitals)


def _of_names(pair: ComparedPair) -> Values:
    one, other = pair.later.entities, pair.earlier.entities
    yield "names", min(_MOST_NAMES, len(one & other))
    yield "full name", any(" " in name for name in one & other)
    yield "no names", not one or not other
    yield "share of names", _share(one, other)
    here, there = (said.places for said in (pair.later, pair.earlier))
    yield "place", bool(here & there)
    yield "places apart", bool(here and there and not here & there)


def _of_happenings(pair: ComparedPair) -> Values:
    one, other = pair.later.main_deeds, pair.earlier.main_deeds
    yield "deeds", len(one & other) / max(1, len(one | other))
    yield "deeds apart", bool(one and other and not one & other)
    yield "types", _share(pair.later.event_types, pair.earlier.event_types)
    here, there = pair.later.all_agents, pair.earlier.all_agents
    yield "agents", bool(here & there)
    yield "agents apart", bool(here and there and not here & there)


def _of_numbers(pair: ComparedPair) -> Values:
    found = pair.comparable
    yield "same number", found is not None and found[0].value == found[1].value
    yield "other number", found is not None and found[0].value != found[1].value
    one, other = pair.later.values, pair.earlier.values
    yield "a number", bool(one & other)
    yield "number in one", bool(one) != bool(other)


def _of_time(pair: ComparedPair) -> Values:
    yield "earlier time", pair.is_background
    yield "another", pair.later.tells_of_another != pair.earlier.tells_of_another
    yield "days", min(_MOST_DAYS, abs(pair.days)) / _MOST_DAYS
    yield "same article", pair.same_document
    yield "future", pair.later.is_future != pair.earlier.is_future


def _of_voices(pair: ComparedPair) -> Values:
    later, earlier = pair.later, pair.earlier
    yield "speaker", bool(later.speakers & earlier.speakers)
    yield "about the later", bool((earlier.targets | earlier.entities) & later.sides)
    yield "about the earlier", bool((later.targets | later.entities) & earlier.sides)
    yield "charge denied", later.is_denial and earlier.act in _ACCUSING
    yield "one asks", (earlier.act in _ASKING) != (later.act in _ASKING)
    yield "facts", later.is_fact and earlier.is_fact


_PARTS: Final[tuple[Callable[[ComparedPair], Values], ...]] = (
    _of_words,
    _of_names,
    _of_happenings,
    _of_numbers,
    _of_time,
    _of_voices,
)


def _share(one: set[str] | frozenset[str], other: set[str] | frozenset[str]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))
