"""Compared terms of words: stems, news concepts, numbers with their units."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

WORD: Final = re.compile(r"\w+(?:[’']\w+)?")
_SUFFIXES: Final = ("ingly", "edly", "ings", "ing", "ied", "ies", "ed", "ers", "er", "es", "ly", "s", "e")
_LONGEST_STEM: Final = 7
_SHORTEST_STEM: Final = 3
_NUMBER: Final = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w-]|[.:]\d)\s*(million|billion|percent|%)?", re.I
)
_SMALL_NUMBERS: Final = MappingProxyType(
    {
        word: value
        for value, words in enumerate(
            ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
        )
        for word in [words]
    }
    | {"no one": 0, "nobody": 0, "dozens": 36, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60}
    | {"seventy": 70, "eighty": 80, "ninety": 90, "thirteen": 13, "fourteen": 14, "fifteen": 15}
)
_SCALE: Final = MappingProxyType({"million": 1e6, "billion": 1e9})
_NUMBER_WORD: Final = re.compile(rf"\b({'|'.join(_SMALL_NUMBERS)})\b\s*(million|billion|percent|%)?", re.I)
_MONTH: Final = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s+\Z|(?:\bin|since|of|by|until|A|The)\s+\Z"
)
_NOT_COUNTED: Final = re.compile(
    r"\s*(?:-|hours?\b|days?\b|weeks?\b|months?\b|years?\b|minutes?\b|a\.?m\b|p\.?m\b|of\s)", re.I
)
_SUBORDINATE: Final = re.compile(
    r"\b(?:who|which|that)\s+(?:was|were|had|have|has|is|are|went|\w+ed)\b.*?"
    r"(?=\s(?:were|was|have|has|had|is|are|will)\b|,|\Z)"
    r"|\b(?:after|before|since|when|as)\s+[^,]*(?=,|\Z)"
    r"|(?<=\w)\s(?:abducted|kidnapped|seized|held|taken|killed|arrested)\s(?:at|in|near|from|by|off)\b.*?"
    r"(?=\s(?:were|was|have|has|had)\b|,|\Z)",
    re.IGNORECASE,
)
_IS_A_TOTAL: Final = re.compile(
    r"\b(?:to|at|reached|reaches|hit|passed|was|is|stood at|now)\s+(?:\w+ (?:least|than) |about |nearly )?\Z", re.I
)
_IS_A_PART: Final = re.compile(r"\b(?:including|among them|of them|of whom|another|(?:a )?further)\s+\Z", re.I)
_UNIT_END: Final = re.compile(
    r"[.;,:()]|\b(?:on|in|at|as|after|before|from|when|by|to|of|near|while|and|against|for)\b"
)
_YEARS: Final = range(1900, 2100)
_UNIT_WORDS: Final = 4
_BEFORE_WORDS: Final = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a statement, with the stems of the next words and the kinds of heads that it can count.

    ``noun`` is the first of these terms, ``before`` are the terms just before the number: "killed at least seven".
    ``is_part`` marks a part of another number: "including two children".
    """

    value: float
    scale: str
    unit: frozenset[str]
    noun: str = ""
    before: frozenset[str] = frozenset()
    is_part: bool = False


@cache
def _data() -> Mapping[str, Mapping[str, object]]:
    return MappingProxyType(tomllib.loads(files("kg.link").joinpath("words.toml").read_text("utf-8")))


@cache
def _shares() -> Mapping[str, float]:
    data = tomllib.loads(files("kg.link").joinpath("frequencies.toml").read_text("utf-8"))
    return MappingProxyType({str(term): float(share) for term, share in data["terms"].items()})


def background_share(term: str) -> float:
    """Return the share of all news texts that contain a term; 0 for a rare one."""
    return _shares().get(term, 0.0)


@cache
def _listed(table: str, key: str = "words") -> tuple[str, ...]:
    words = _data()[table][key]
    assert isinstance(words, list)
    return tuple(str(word) for word in words)


def cues(name: str) -> tuple[str, ...]:
    """Return the phrases of a list of cues, such as ``correction``, ``growth`` or ``called_off``."""
    return _listed("cues", name)


def has_cue(name: str, words: str) -> bool:
    """Return whether the words contain a phrase of the cue.

    Args:
        name: The name of the cue in the table.
        words: The words of a statement.
    """
    return _cue(name).search(words) is not None


@cache
def _cue(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(re.escape(c) for c in cues(name))})", re.IGNORECASE)


@cache
def counting() -> frozenset[str]:
    """Return the concepts that are counted separately: the dead, the wounded, the missing."""
    return frozenset(_listed("counts"))


@cache
def heads() -> frozenset[str]:
    """Return the stems and concepts that count people."""
    return frozenset(stem(word) for word in _listed("people")) | frozenset(_listed("people"))


@cache
def opposites() -> frozenset[tuple[str, str]]:
    """Return pairs of concepts; the second ends the first."""
    pairs = _data()["opposites"]["pairs"]
    assert isinstance(pairs, list)
    return frozenset((concept(str(a)), concept(str(b))) for a, b in pairs)


@cache
def _concepts() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for name, words in _data()["concepts"].items():
        assert isinstance(words, list)
        for word in words:
            table[_stemmed(str(word))] = name
    return MappingProxyType(table)


@cache
def deeds() -> frozenset[str]:
    """Return the concepts that denote events."""
    return frozenset(_listed("deeds"))


@cache
def of_event(kind: str) -> str | None:
    """Return the concept of an event type, or None."""
    found = _data()["events"].get(kind)
    return None if found is None else str(found)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{phrase})\b", re.I), str(name)) for phrase, name in _data()["phrases"].items())


@cache
def _small() -> frozenset[str]:
    return frozenset(_listed("small"))


@cache
def _plain() -> frozenset[str]:
    return frozenset(_listed("plain"))


@cache
def _irregular() -> Mapping[str, str]:
    return MappingProxyType({key: str(value) for key, value in _data()["irregular"].items()})


def _stemmed(word: str) -> str:
    word = word.lower().removesuffix("'s").removesuffix("’s")
    word = _irregular().get(word, word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeious":
        word = word[:-1]
    return word[:_LONGEST_STEM]


@cache
def stem(word: str) -> str:
    """Return a word without its endings."""
    return _stemmed(word)


@cache
def concept(word: str) -> str:
    """Return the concept of a word, else its stem."""
    found = _stemmed(word)
    return found if word.lower() in _plain() else _concepts().get(found, found)


def is_concept(term: str) -> bool:
    """Return whether a term is a news concept instead of a stem."""
    return term in _data()["concepts"] or term in deeds()


def content_terms(words: str) -> Iterator[str]:
    """Yield the concept or stem of each content word: phrases first, then words in order."""
    for phrase, name in _phrases():
        rest = phrase.sub(" ", words)
        if rest != words:
            yield name
            words = rest
    for match in WORD.finditer(words):
        word = match[0]
        low = word.lower()
        if low not in _small() and not word[0].isdigit() and len(low) > 1:
            yield concept(word)


def main_words(words: str) -> str:
    """Return the words without relative and adverbial clauses: "miners [who were kidnapped] were freed"."""
    return _SUBORDINATE.sub(" ", words)


def quantities(words: str) -> tuple[Quantity, ...]:
    """Return the numbers that count or measure, without dates and times."""
    return tuple(dict.fromkeys([*_digits(words), *_spelled(words)]))


def _digits(words: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(words):
        value = float(match[1].replace(",", ""))
        scale = (match[2] or "").lower()
        is_year = value in _YEARS and "," not in match[1] and not scale
        before, after = words[: match.start()], words[match.end() :]
        if is_year or (_MONTH.search(before) and value < 32 and not scale) or _is_measure(scale, after):
            continue
        yield _quantity(value, scale, before, after)


def _is_measure(scale: str, after: str) -> bool:
    """Return whether a number without a scale is a duration, a time or a part of something."""
    return not scale and _NOT_COUNTED.match(after) is not None


def _spelled(words: str) -> Iterator[Quantity]:
    for match in _NUMBER_WORD.finditer(words):
        after = words[match.end() :]
        if match[1].lower() == "one" and not match[2]:
            continue
        if not _is_measure((match[2] or "").lower(), after):
            value = float(_SMALL_NUMBERS[match[1].lower()])
            yield _quantity(value, (match[2] or "").lower(), words[: match.start()], after)


def _quantity(value: float, scale: str, before: str, after: str) -> Quantity:
    unit = list(content_terms(_UNIT_END.split(after, maxsplit=1)[0]))[:_UNIT_WORDS]
    if not set(unit) & heads() and _IS_A_TOTAL.search(before):
        unit = []  # in "rose to 31 overnight" the counted thing comes before the number
    scale = "percent" if scale == "%" else scale
    return Quantity(
        value * _SCALE.get(scale, 1.0),
        "percent" if scale == "percent" else "",
        frozenset(unit),
        unit[0] if unit else "",
        frozenset(content_terms(" ".join(before.split()[-_BEFORE_WORDS:]))),
        _IS_A_PART.search(before) is not None,
    )
