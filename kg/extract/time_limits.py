"""The words around a date that decide whether it is one, and that widen or limit it: "since", "by the end of".

Each looks at a bounded stretch beside the date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from kg.extract.day_ranges import NOTHING, Bounds, part_of
from kg.extract.time_values import Anchor
from kg.extract.time_words import (
    BEFORE_MONTH,
    BEFORE_NOUN_OF_A_YEAR,
    BEFORE_SEASON,
    BEFORE_YEAR,
    CLOCK_THEN_DAY,
    DAY_THEN_CLOCK,
    ENDED,
    HEADED,
    LIMIT,
    PART,
    RANGE_LEAD,
    RANGE_MIDDLE,
)
from kg.records import Span

_LOOK_BACK: Final = 40
_PERIODS: Final = frozenset(
    {"my", "year", "decade", "short_decade", "century", "month", "unit", "season", "season_year"}
)
_DAYS: Final = frozenset({"day", "near", "dmy", "mdy", "iso", "slashed"})
_NOT_LIMITED: Final = frozenset({"instant", "then", "fiscal", "known", "ago"})
_FIRST_YEAR_OF_A_NOUN: Final = 1900
"""From here on "a 1998 report" has a year; "a 1500 page report" has none."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """One date as written. ``match`` is that of its own form; a joined one has two ends."""

    kind: str
    match: re.Match[str]
    start: int
    end: int
    bounds: Bounds
    is_joined: bool = False


def is_time(text: str, kind: str, match: re.Match[str], floor: int, last: FoundDate | None) -> bool:
    """Return whether the words beside a month, year or season make it a date.

    Args:
        text: The whole text.
        kind: The form of the date.
        match: The date as written.
        floor: The first code point that may be looked at.
        last: The date before it.
    """
    before = _before(text, match.start(), floor)
    follows = last is not None and RANGE_MIDDLE.fullmatch(text, last.end, match.start()) is not None
    match kind:
        case "month":
            return match["way"] is not None or follows or BEFORE_MONTH.search(before) is not None
        case "year":
            return follows or _is_year(text, match, before)
        case "season":
            return _is_season(text, match, before)
        case "years":
            return len(match["y2"]) > 2 or int(match["y2"]) > int(match["y"][2:])
        case "near":
            return not before.lower().endswith("even ")
        case _:
            return True


def _is_season(text: str, match: re.Match[str], before: str) -> bool:
    """ "By summer" is a time; "they fall" and "the fall of Rome" are none."""
    led = BEFORE_SEASON.search(before)
    if led is None or match["s"].lower() != "fall":
        return led is not None
    return led["the"] is not None and not text.startswith(" of", match.end())


def _is_year(text: str, match: re.Match[str], before: str) -> bool:
    after = text[match.end() : match.end() + 3]
    if BEFORE_YEAR.search(before) is not None:
        return True
    if HEADED.search(before) is not None and ENDED.match(after) is not None:
        return True
    of_a_noun = after[:1] == " " and after[1:2].isalpha() and int(match["y"]) >= _FIRST_YEAR_OF_A_NOUN
    return of_a_noun and BEFORE_NOUN_OF_A_YEAR.search(before) is not None


def names_a_noun(text: str, match: re.Match[str]) -> bool:
    """Return whether a date stands before the noun that it names: "the May 3 vote".

    Args:
        text: The text.
        match: The date in it.
    """
    led = BEFORE_NOUN_OF_A_YEAR.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    return led is not None and re.match(r"\s[a-z]", text[match.end() : match.end() + 2]) is not None


def joins(text: str, first: FoundDate, second: FoundDate) -> Literal["range", "clock"] | None:
    """Return how two dates are one: "from March 2023 to May 2024", "9 a.m. on Sunday".

    Args:
        text: The text.
        first: The earlier date.
        second: The later one.
    """
    if first.is_joined:
        return None
    if first.kind == "instant" and second.kind in _DAYS:
        return "clock" if CLOCK_THEN_DAY.fullmatch(text, first.end, second.start) else None
    if second.kind == "instant":
        return "clock" if first.kind in _DAYS and DAY_THEN_CLOCK.fullmatch(text, first.end, second.start) else None
    middle = RANGE_MIDDLE.fullmatch(text, first.end, second.start)
    if middle is None:
        return None
    lead = RANGE_LEAD.search(text, max(0, first.start - _LOOK_BACK), first.start)
    led, word = lead["lead"].lower() if lead else None, (middle["word"] or "-").lower()
    ranges = {("from", "to"), ("from", "until"), ("from", "till"), ("from", "through"), ("between", "and")}
    return "range" if (led, word) in ranges or word == "-" else None


def in_context(text: str, found: FoundDate, span: Span, anchor: Anchor | None) -> FoundDate:
    """Return the date with the words before it that widen or limit it.

    Args:
        text: The whole text.
        found: The date.
        span: The part of the text that is read.
        anchor: The publication date.
    """
    part = PART.search(_before(text, found.start, span.start))
    at_its_end = False
    if part is not None and found.kind in _PERIODS and not found.is_joined:
        word = (part["edge"] or part["part"]).lower()
        at_its_end = word in {"end", "close"}
        found = replace(found, start=found.start - len(part[0]), bounds=_cut(found.bounds, word))
    at_its_end = at_its_end or (found.kind == "edge" and found.match["part"].lower() in {"end", "close"})
    limit = LIMIT.search(_before(text, found.start, span.start))
    if limit is None or found.kind in _NOT_LIMITED or text[found.end : found.end + 1] in {"'", "’"}:
        return found
    word = " ".join(limit["limit"].lower().split())
    if word in {"before", "after"} and re.match(r"\s[^\W\d]", text[found.end : found.end + 2]):
        return found  # "after Friday prayers": not the day, but something on it
    bounds = _limited(word, found.bounds, anchor, at_its_end=at_its_end)
    return replace(found, start=found.start - len(limit[0]), bounds=bounds)


def _before(text: str, start: int, floor: int) -> str:
    return text[max(floor, start - _LOOK_BACK) : start]


def _cut(bounds: Bounds, word: str) -> Bounds:
    first, last = bounds
    return part_of((first, last), word) if first is not None and last is not None else NOTHING


def _limited(word: str, bounds: Bounds, anchor: Anchor | None, *, at_its_end: bool) -> Bounds:
    first, last = bounds
    day = anchor.day if anchor is not None else None
    match word:
        case "since":
            return NOTHING if first is None or (day is not None and day < first) else (first, day)
        case "after":
            return first, None
        case "until" | "till" | "up to":
            return None, last
        case "before" if not at_its_end:
            return None, first - timedelta(days=1) if first is not None and first > date.min else None
        case _:  # what is to be done by a day that has not come yet is done from now on
            return day if day is not None and last is not None and day <= last else None, last
