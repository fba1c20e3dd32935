"""Time expressions of a text, with the first and last day that each can mean.

Never guesses: without a publication date a relative time ("Thursday", "last month") keeps its words and no days, and a
day of the month without a year does too. Days are ISO 8601 (``YYYY-MM-DD``), both ends included.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from kg.records import Span, TimeExpression

Tense = Literal["past", "present", "future"]
"""Of the verb that the time goes with: it decides on which side of the publication day "Thursday" lies."""

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Timed:
    """A time expression and where its words stand, in code points of the text."""

    span: Span
    time: TimeExpression


@dataclass(frozen=True, slots=True)
class Anchor:
    """The publication date as first and last possible day; one day where it is known to the day."""

    first: date
    last: date

    @property
    def day(self) -> date | None:
        """The day itself, where the date is known that well."""
        return self.first if self.first == self.last else None

    @property
    def month(self) -> tuple[int, int] | None:
        """(year, month), where the date is known that well."""
        same = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        return (self.first.year, self.first.month) if same else None


_MONTH_NAMES = tuple(calendar.month_name)[1:]
_WEEKDAYS = tuple(calendar.day_name)
_MONTHS: Mapping[str, int] = MappingProxyType(
    {name[:k].lower(): i + 1 for i, name in enumerate(_MONTH_NAMES) for k in (3, len(name))} | {"sept": 9}
)
_NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        word: i
        for i, word in enumerate(
            [
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
                "thirteen",
                "fourteen",
                "fifteen",
            ]
        )
    }
    | {"a": 1, "an": 1, "twenty": 20, "thirty": 30}
)

_MONTH = "(?:" + "|".join(_MONTH_NAMES) + r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
_DAY = "(?:" + "|".join(_WEEKDAYS) + ")"
_YEAR = r"(?:1[5-9]|20)\d\d"
_NUMBER = r"(?:\d{1,3}|" + "|".join(_NUMBERS) + ")"
_UNIT = "(?:day|week|month|year|decade)"
_MONTH_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)(?:st|nd|rd|th)?"


def _after(words: str) -> str:
    return "(?:" + "|".join(rf"(?<=\b{word}\s)|(?<=\b{word.title()}\s)" for word in words.split()) + ")"


_MONTH_AFTER = _after("in since until by during from")

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("then", r"(?i:since then|until then|by then)"),
    ("iso", rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"),
    ("dmy", rf"(?:{_DAY},?\s)?(?P<d1>{_MONTH_DAY})(?:\sof)?\s(?P<m1>{_MONTH})(?:,?\s(?P<y1>{_YEAR}))?"),
    ("mdy", rf"(?:{_DAY},?\s)?(?P<m2>{_MONTH})\s(?P<d2>{_MONTH_DAY})(?:,?\s(?P<y2>{_YEAR}))?"),
    ("my", rf"(?P<m3>{_MONTH})(?:,|\sof)?\s(?P<y3>{_YEAR})"),
    ("ago", rf"(?P<n1>(?i:{_NUMBER}))\s(?P<u1>{_UNIT})s?\s(?i:ago)"),
    ("span", rf"(?i:(?P<w1>last|past|next|coming)\s(?P<n2>{_NUMBER}))\s(?P<u2>{_UNIT})s?"),
    ("unit", r"(?i:(?P<w2>last|this|next|past|coming)\s(?P<u3>week|weekend|month|year|decade|century))"),
    ("days", rf"(?P<wd1>{_DAY})(?:,|,?\s(?:and|or|through|to))\s(?P<wd2>{_DAY})"),
    ("day", rf"(?i:(?P<w3>last|this|next)\s)?(?P<wd3>{_DAY})"),
    ("near", r"(?i:the\sday\sbefore\syesterday|the\sday\safter\stomorrow|today|tonight|yesterday|tomorrow)"),
    (
        "month",
        rf"(?:(?i:(?P<w4>last|this|next|early|late|mid)[\s-])|{_MONTH_AFTER})(?P<m4>{_MONTH})",
    ),
    ("decade", r"(?i:the\s)?(?P<y5>(?:1[5-9]|20)\d)0s"),
    ("year", rf"{_after('in since until during early late by of from')}(?P<y4>{_YEAR})(?![\d,.]\d)"),
)
_TIMES = re.compile("|".join(rf"(?P<{kind}>(?<![\w-]){pattern}(?!\w))" for kind, pattern in _PATTERNS))


def anchor_of(published: str | None) -> Anchor | None:
    """What a publication date (``2025``, ``2025-04``, ``2025-04-03``, with or without a time of day) pins down."""
    if published is None:
        return None
    parts = [int(part) for part in re.split("[T ]", published)[0].split("-")]
    try:
        match parts:
            case [year]:
                return Anchor(date(year, 1, 1), date(year, 12, 31))
            case [year, month]:
                return Anchor(*_month_days(year, month))
            case [year, month, day]:
                return Anchor(date(year, month, day), date(year, month, day))
    except ValueError:
        return None
    return None


def times_in(text: str, span: Span, published: str | None, tense: Tense = "past") -> list[Timed]:
    """The time expressions inside ``span`` of ``text``, in text order, as far as they can be known."""
    anchor = anchor_of(published)
    found = []
    for match in _TIMES.finditer(text, span.start, span.end):
        start, end = match.span()
        days = _resolved(match, anchor, tense)
        if text[max(span.start, start - 6) : start].lower() == "since ":
            start -= len("since ")
            days = _until_publication(days, anchor)
        found.append(Timed(Span(start, end), _expression(text[start:end], days)))
    return found


def _until_publication(days: Days | None, anchor: Anchor | None) -> Days | None:
    if days is None or anchor is None or anchor.day is None or anchor.day < days[0]:
        return None
    return days[0], anchor.day


def _expression(words: str, days: Days | None) -> TimeExpression:
    if days is None:
        return TimeExpression(text=words)
    return TimeExpression(text=words, earliest=days[0].isoformat(), latest=days[1].isoformat())


def _resolved(match: re.Match[str], anchor: Anchor | None, tense: Tense) -> Days | None:
    kind = next(kind for kind, _ in _PATTERNS if match.group(kind) is not None)
    try:
        return _RESOLVERS[kind](match, anchor, tense)
    except (ValueError, OverflowError):  # 31 April, the year 0: such a day does not exist
        return None


def _then(_match: re.Match[str], _anchor: Anchor | None, _tense: Tense) -> Days | None:
    return None


def _iso(match: re.Match[str], _anchor: Anchor | None, _tense: Tense) -> Days | None:
    day = date.fromisoformat(match.group("iso"))
    return day, day


def _calendar_day(match: re.Match[str], anchor: Anchor | None, tense: Tense) -> Days | None:
    k = "1" if match.group("dmy") else "2"
    number = int(re.sub(r"\D", "", match.group("d" + k)))
    month = _month_number(match.group("m" + k))
    year = match.group("y" + k)
    if year:
        day = date(int(year), month, number)
        return day, day
    if anchor is None or anchor.day is None:
        return None
    best = _nearest_year(anchor.day, month, number, tense)
    return (best, best) if best else None


def _nearest_year(day: date, month: int, number: int, tense: Tense) -> date | None:
    candidates = []
    for year in (day.year - 1, day.year, day.year + 1):
        if number <= calendar.monthrange(year, month)[1]:
            candidates.append(date(year, month, number))
    allowed = [c for c in candidates if (c <= day or tense != "past") and (c >= day or tense != "future")]
    return min(allowed, key=lambda c: abs((c - day).days), default=None)


def _month_of_year(match: re.Match[str], _anchor: Anchor | None, _tense: Tense) -> Days | None:
    return _month_days(int(match.group("y3")), _month_number(match.group("m3")))


def _ago(match: re.Match[str], anchor: Anchor | None, _tense: Tense) -> Days | None:
    count, unit = _count(match.group("n1")), match.group("u1")
    if anchor is None:
        return None
    if unit == "day" and anchor.day:
        day = anchor.day - timedelta(days=count)
        return day, day
    if unit == "week" and anchor.day:
        return _week(anchor.day - timedelta(weeks=count))
    return _stepped(unit, -count, anchor)


def _span_of_units(match: re.Match[str], anchor: Anchor | None, _tense: Tense) -> Days | None:
    if anchor is None or anchor.day is None:
        return None
    count, unit = _count(match.group("n2")), match.group("u2")
    days = count * {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}[unit]
    if unit not in {"day", "week"}:
        return None  # "the past three months" has no first day
    if match.group("w1").lower() in {"last", "past"}:
        return anchor.day - timedelta(days=days), anchor.day
    return anchor.day, anchor.day + timedelta(days=days)


def _unit(match: re.Match[str], anchor: Anchor | None, _tense: Tense) -> Days | None:
    if anchor is None:
        return None
    step = {"last": -1, "past": -1, "this": 0, "next": 1, "coming": 1}[match.group("w2").lower()]
    unit = match.group("u3").lower()
    if unit in {"week", "weekend"}:
        if anchor.day is None or (unit == "weekend" and step == 0):
            return None
        monday, sunday = _week(anchor.day + timedelta(weeks=step))
        return (monday if unit == "week" else sunday - timedelta(days=1)), sunday
    return _stepped(unit, step, anchor)


def _stepped(unit: str, step: int, anchor: Anchor) -> Days | None:
    if unit == "month" and anchor.month:
        months = anchor.month[0] * 12 + anchor.month[1] - 1 + step
        return _month_days(months // 12, months % 12 + 1)
    if unit == "year" and anchor.first.year == anchor.last.year:
        return date(anchor.first.year + step, 1, 1), date(anchor.first.year + step, 12, 31)
    return None


def _two_weekdays(match: re.Match[str], anchor: Anchor | None, tense: Tense) -> Days | None:
    first = _weekday(match.group("wd1"), None, anchor, tense)
    second = _weekday(match.group("wd2"), None, anchor, tense)
    if first is None or second is None:
        return None
    if first > second:  # "Wednesday and Thursday", published on a Wednesday: the pair lies wholly on one side
        first, second = (
            (first - timedelta(weeks=1), second) if tense == "past" else (first, second + timedelta(weeks=1))
        )
    return first, second


def _one_weekday(match: re.Match[str], anchor: Anchor | None, tense: Tense) -> Days | None:
    day = _weekday(match.group("wd3"), match.group("w3"), anchor, tense)
    return (day, day) if day else None


def _weekday(name: str, lead: str | None, anchor: Anchor | None, tense: Tense) -> date | None:
    if anchor is None or anchor.day is None or (tense == "present" and lead is None):
        return None
    back = (anchor.day.weekday() - _WEEKDAYS.index(name)) % 7
    ahead = (-back) % 7
    match (lead or "").lower():
        case "this":
            return None  # either side of the publication day
        case "last":
            return anchor.day - timedelta(days=back or 7)
        case "next":
            return anchor.day + timedelta(days=ahead or 7)
        case _:
            return anchor.day + timedelta(days=-back if tense == "past" else ahead)


def _near(match: re.Match[str], anchor: Anchor | None, _tense: Tense) -> Days | None:
    if anchor is None or anchor.day is None:
        return None
    words = match.group("near").lower()
    step = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}.get(words, -2 if "yesterday" in words else 2)
    day = anchor.day + timedelta(days=step)
    return day, day


def _bare_month(match: re.Match[str], anchor: Anchor | None, tense: Tense) -> Days | None:
    month, lead = _month_number(match.group("m4")), (match.group("w4") or "").lower()
    if anchor is None or anchor.month is None or tense == "present":
        return None
    year, now = anchor.month
    if lead == "this":
        return _month_days(year, month)
    before = lead == "last" or (lead != "next" and tense == "past")
    if before:
        return _month_days(year if month < now or (month == now and lead != "last") else year - 1, month)
    return _month_days(year if month > now or (month == now and lead != "next") else year + 1, month)


def _decade(match: re.Match[str], _anchor: Anchor | None, _tense: Tense) -> Days | None:
    first = int(match.group("y5")) * 10
    return date(first, 1, 1), date(first + 9, 12, 31)


def _year(match: re.Match[str], _anchor: Anchor | None, _tense: Tense) -> Days | None:
    year = int(match.group("y4"))
    return date(year, 1, 1), date(year, 12, 31)


def _month_days(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _week(day: date) -> Days:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _month_number(name: str) -> int:
    return _MONTHS[name.rstrip(".").lower()]


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


_RESOLVERS: Mapping[str, Callable[[re.Match[str], Anchor | None, Tense], Days | None]] = MappingProxyType(
    {
        "then": _then,
        "iso": _iso,
        "dmy": _calendar_day,
        "mdy": _calendar_day,
        "my": _month_of_year,
        "ago": _ago,
        "span": _span_of_units,
        "unit": _unit,
        "days": _two_weekdays,
        "day": _one_weekday,
        "near": _near,
        "month": _bare_month,
        "decade": _decade,
        "year": _year,
    }
)
