"""The first and last day that each form of date can mean, by the publication date, tense and date before it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Literal

from kg.extract.day_ranges import (
    NOTHING,
    Bounds,
    Days,
    month_days,
    month_number_days,
    months_after,
    named_season,
    part_of,
    quarter_days,
    season_days,
    week_of,
    year_days,
)
from kg.extract.time_words import MONTHS, NUMBERS, ORDINALS, WEEKDAYS

Tense = Literal["past", "present", "future"]
"""Of the verb that the time goes with: it decides on which side of the publication day "Thursday" lies."""

_STEPS: Final = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "the": 0, "next": 1, "coming": 1}
_SEASON_NAMES: Final = frozenset({"spring", "summer", "autumn", "fall", "winter"})
_PARTS_OF_A_DAY: Final = frozenset({"day", "morning", "afternoon", "evening", "night"})
_MONTHS_OF: Final = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_DAYS_OF: Final = {"day": 1, "week": 7, "fortnight": 14}
_EARLIER_CENTURY: Final = 30


@dataclass(frozen=True, slots=True)
class Anchor:
    """The publication date as first and last possible day; one day where it is known to the day."""

    first: date
    last: date

    @staticmethod
    def of(published: str | None) -> Anchor | None:
        """Return the anchor of a publication date (``2025``, ``2025-04``, ``2025-04-03``, perhaps with time)."""
        if published is None:
            return None
        parts = [int(part) for part in re.split("[T ]", published)[0].split("-")]
        try:
            match parts:
                case [year]:
                    return Anchor(*year_days(year))
                case [year, month]:
                    return Anchor(*month_days(year, month))
                case [year, month, day]:
                    return Anchor(date(year, month, day), date(year, month, day))
        except ValueError:
            return None
        return None

    @property
    def day(self) -> date | None:
        """The day itself, where the date is known that well."""
        return self.first if self.first == self.last else None

    @property
    def month(self) -> tuple[int, int] | None:
        """(year, month), where the date is known that well."""
        same = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        return (self.first.year, self.first.month) if same else None

    @property
    def year(self) -> int | None:
        """The year, where the date is known that well."""
        return self.first.year if self.first.year == self.last.year else None


@dataclass(frozen=True, slots=True)
class Setting:
    """All that a date is counted from. ``base`` is the date named before it in the text."""

    anchor: Anchor | None
    tense: Tense
    base: Days | None

    @property
    def day(self) -> date | None:
        """The publication day, where it is known to the day."""
        return self.anchor.day if self.anchor is not None else None


def resolved(kind: str, match: re.Match[str], setting: Setting) -> Bounds:
    """Return the first and last day that a date can mean, None if nothing decides it.

    Args:
        kind: The form of the date.
        match: The date as written, in the groups of its form.
        setting: What it is counted from.
    """
    value = _VALUES.get(kind)
    if value is None:
        return NOTHING
    try:
        return value(match, setting) or NOTHING
    except (ValueError, OverflowError):  # 31 April, the year 0: such a day does not exist
        return NOTHING


def _iso(match: re.Match[str], _setting: Setting) -> Days:
    day = date.fromisoformat(match[0][:10].replace("/", "-"))
    return day, day


def _slashed(match: re.Match[str], _setting: Setting) -> Days | None:
    """Month and day stand in either order: only a number over twelve says which is which."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    if a != b and max(a, b) <= 12:
        return None
    day = date(year, min(a, b), max(a, b)) if max(a, b) > 12 else date(year, a, b)
    return day, day


def _calendar_day(match: re.Match[str], setting: Setting) -> Days | None:
    month = MONTHS[match["m"].rstrip(".").lower()]
    first = _day_number(match["d"])
    last = _day_number(match["d2"]) if match["d2"] else first
    if first > last:
        return None
    year = _year_of(match, setting)
    if year is None:
        return None if match["ry"] else _without_year(match, month, (first, last), setting)
    return date(year, month, first), date(year, month, last)


def _without_year(match: re.Match[str], month: int, days: tuple[int, int], setting: Setting) -> Days | None:
    day = setting.day
    if day is None:
        return None
    found = [date(y, month, days[0]) for y in (day.year - 1, day.year, day.year + 1) if _exists(y, month, days[1])]
    if match["wd"]:
        found = [c for c in found if WEEKDAYS[c.weekday()].startswith(match["wd"].rstrip(".")[:3])]
    allowed = [c for c in found if (c <= day or setting.tense != "past") and (c >= day or setting.tense != "future")]
    best = min(allowed, key=lambda c: abs((c - day).days), default=None)
    return None if best is None else (best, best.replace(day=days[1]))


def _exists(year: int, month: int, day: int) -> bool:
    return 0 < year < 10000 and day <= calendar.monthrange(year, month)[1]


def _day_number(word: str) -> int:
    return ORDINALS[word.lower()] if word[0].isalpha() else int(re.sub(r"\D", "", word))


def _year_of(match: re.Match[str], setting: Setting) -> int | None:
    """Return the year as written, or that of "last year"; "that year" is the one named before."""
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    word = (groups.get("ry") or "").lower()
    if not word or word == "that" or setting.anchor is None or setting.anchor.year is None:
        return None
    return setting.anchor.year + _STEPS[word]


def _months(match: re.Match[str], setting: Setting) -> Days | None:
    year = _year_of(match, setting)
    first, last = (MONTHS[match[g].rstrip(".").lower()] for g in ("m", "m2"))
    if year is None:
        return None
    return month_days(year if first <= last else year - 1, first)[0], month_days(year, last)[1]


def _month_of_year(match: re.Match[str], setting: Setting) -> Days | None:
    year = _year_of(match, setting)
    return None if year is None else month_days(year, MONTHS[match["m"].rstrip(".").lower()])


def _bare_month(match: re.Match[str], setting: Setting) -> Days | None:
    month, way, tense = MONTHS[match["m"].rstrip(".").lower()], (match["way"] or "").lower(), setting.tense
    if setting.anchor is None or setting.anchor.month is None or tense == "present":
        return None
    year, now = setting.anchor.month
    if way == "this":
        return month_days(year, month)
    if way in {"last", "past"} or (way != "next" and tense == "past"):
        return month_days(year if month < now or (month == now and not way) else year - 1, month)
    return month_days(year if month > now or (month == now and not way) else year + 1, month)


def _quarter(match: re.Match[str], setting: Setting) -> Days | None:
    year = _year_of(match, setting)
    word = (match["q"] or match["q2"]).lower()
    number = int(word) if word.isdigit() else {"last": 0, "final": 0}.get(word, ORDINALS.get(word, 0))
    kind = (match["k"] or match["k2"])[0].lower()
    count = 4 if kind == "q" else 2
    number = number or count
    if year is None or number > count:
        return None
    if kind == "q":
        return quarter_days(year, number)
    return quarter_days(year, number * 2 - 1)[0], quarter_days(year, number * 2)[1]


def _years(match: re.Match[str], _setting: Setting) -> Days | None:
    first, second = match["y"], match["y2"]
    last = int(second if len(second) > 2 else first[:2] + second)
    return year_days(int(first), last) if int(first) <= last else None


def _year(match: re.Match[str], _setting: Setting) -> Days:
    return year_days(int(match["y"]))


def _season_of_year(match: re.Match[str], _setting: Setting) -> Days:
    return named_season(match["s"].lower(), int(match["y"]))


def _season(match: re.Match[str], setting: Setting) -> Days | None:
    """Return the season nearest to the publication day on the side of the tense; none in the present."""
    if setting.tense == "present":
        return None
    return _season_by_step(match["s"].lower(), 0 if setting.tense == "past" else 1, setting)


def _season_by_step(name: str, step: int, setting: Setting) -> Days | None:
    """Return the last season that began (0), the one before it (-1) or the next that has not ended (1)."""
    day = setting.day
    if day is None:
        return None
    seasons = [season_days(name, year) for year in range(day.year - 2, day.year + 3)]
    if step > 0:
        return next(days for days in seasons if days[1] >= day)
    return [days for days in seasons if days[0] <= day][-1 + step]


def _decade(match: re.Match[str], _setting: Setting) -> Days:
    return year_days(int(match["y"]) * 10, int(match["y"]) * 10 + 9)


def _short_decade(match: re.Match[str], _setting: Setting) -> Days | None:
    first = 1900 + int(match["y"]) * 10
    return year_days(first, first + 9) if int(match["y"]) * 10 >= _EARLIER_CENTURY else None


def _century(match: re.Match[str], _setting: Setting) -> Days | None:
    """Return the hundred years, and the round year at either end: the 19th century is 1800 to 1899 or 1801 to 1900."""
    if match["bc"]:
        return None
    number = int(match["c"]) if match["c"] else ORDINALS[match["cw"].lower()]
    return year_days(max(1, number * 100 - 100), number * 100)


def _ago(match: re.Match[str], setting: Setting) -> Days | None:
    return _counted(match, -1, setting)


def _hence(match: re.Match[str], setting: Setting) -> Days | None:
    return _counted(match, 1, setting)


def _number(match: re.Match[str]) -> int | None:
    """Return the number of units, None if it is vague ("nearly two", "several", "two and a half")."""
    groups = match.groupdict()
    if groups.get("about") or groups.get("half") or not groups.get("n"):
        return None
    word = groups["n"].lower()
    return int(word) if word.isdigit() else NUMBERS[word]


def _counted(match: re.Match[str], way: int, setting: Setting) -> Days | None:
    count, unit = _number(match), match["u"].lower()
    if count is None or setting.anchor is None:
        return None
    if unit in {"hour", "minute"}:
        return None if setting.day is None or way > 0 or count > 24 else (setting.day - timedelta(days=1), setting.day)
    return _moved((setting.anchor.first, setting.anchor.last), way * count, unit)


def _moved(base: Days, count: int, unit: str) -> Days | None:
    """Return the unit that lies ``count`` units from a date, as precise as the date and the unit are."""
    first, last = base
    if unit in _DAYS_OF:
        step = timedelta(days=count * _DAYS_OF[unit])
        if first != last:
            return None
        return (first + step, first + step) if unit == "day" else week_of(first + step)
    if unit == "month":
        same = (first.year, first.month) == (last.year, last.month)
        return month_number_days(first.year * 12 + first.month - 1 + count) if same else None
    if unit == "year" and first.year == last.year:
        return year_days(first.year + count)
    return None


def _trailing(day: date, count: int, unit: str, *, ahead: bool) -> Days | None:
    """Return the days from a day back over ``count`` units, or ahead."""
    way = 1 if ahead else -1
    if unit in _DAYS_OF:
        end = day + timedelta(days=way * count * _DAYS_OF[unit])
    elif unit in _MONTHS_OF:
        end = months_after(day, way * count * _MONTHS_OF[unit])
    else:
        return None
    return (day, end) if ahead else (end, day)


def _span(match: re.Match[str], setting: Setting) -> Days | None:
    count = _number(match)
    if setting.day is None or count is None:
        return None
    return _trailing(setting.day, count, match["u"].lower(), ahead=match["way"].lower() in {"next", "coming"})


def _within(match: re.Match[str], setting: Setting) -> Days | None:
    """Return the days ahead; "within 30 days of the vote" counts from something else."""
    count = _number(match)
    if setting.day is None or count is None or match["of"] or setting.tense != "future":
        return None
    return _trailing(setting.day, count, match["u"].lower(), ahead=True)


def _later(match: re.Match[str], setting: Setting) -> Days | None:
    count, way = _number(match), -1 if match["way"].lower() == "earlier" else 1
    return None if count is None or setting.base is None else _moved(setting.base, way * count, match["u"].lower())


def _following(match: re.Match[str], setting: Setting) -> Days | None:
    if setting.base is None:
        return None
    word = (match["way"] or match["way3"] or "same").lower()
    step = {"next": 1, "following": 1, "after": 1, "same": 0}.get(word, -1)
    unit = (match["u"] or match["u2"] or match["u3"]).lower()
    unit = "day" if unit in _PARTS_OF_A_DAY else unit
    return None if unit == "weekend" else _moved(setting.base, step, unit)


def _unit_days(unit: str, step: int, setting: Setting) -> Days | None:
    """Return the week, month, season, year or century of the publication day, or one beside it."""
    if setting.anchor is None:
        return None
    if unit in _SEASON_NAMES:
        return _season_unit(unit, step, setting)
    if unit in {"week", "weekend"}:
        return _week_unit(unit, step, setting)
    if unit in _PARTS_OF_A_DAY:
        return _day_unit(unit, step, setting.day)
    if unit == "century" and setting.anchor.year is not None:
        first = (setting.anchor.year // 100 + step) * 100
        return (year_days(first, first + 100)) if setting.anchor.year % 100 else None
    return _moved((setting.anchor.first, setting.anchor.last), step, unit) if unit in {"month", "year"} else None


def _season_unit(name: str, step: int, setting: Setting) -> Days | None:
    """ "This summer" is that of the year, "next spring" the one that has not begun; "last" can be either."""
    day = setting.day
    if day is None:
        return None
    running = [days for days in (season_days(name, day.year + k) for k in (-1, 0)) if days[0] <= day <= days[1]]
    if step == 0:
        return running[0] if running else season_days(name, day.year) if name != "winter" else None
    if step > 0:
        return next(days for days in (season_days(name, day.year + k) for k in (0, 1)) if days[0] > day)
    return [days for days in (season_days(name, day.year + k) for k in (-2, -1, 0)) if days[1] < day][-1]


def _week_unit(unit: str, step: int, setting: Setting) -> Days | None:
    day = setting.day
    if day is None:
        return None
    monday, sunday = week_of(day + timedelta(weeks=step))
    if unit == "week":
        return monday, sunday
    saturday = sunday - timedelta(days=1)
    ahead = step == 0 and (setting.tense == "future" or day >= saturday)
    return (saturday, sunday) if step or ahead else None


def _day_unit(unit: str, step: int, day: date | None) -> Days | None:
    if day is None or step > 0:
        return None
    return (day - timedelta(days=1), day) if unit == "night" and step < 0 else (day, day) if step == 0 else None


def _unit(match: re.Match[str], setting: Setting) -> Days | None:
    way, unit = match["way"].lower(), (match["week"] or match["u"]).lower()
    if match["wd"]:
        week = _unit_days("week", _STEPS[way], setting)
        return None if week is None else _weekday_in(week, match["wd"])
    if way == "past" and unit in {"week", "month", "year", "decade", "century"} and not match["this"]:
        return None if setting.day is None else _trailing(setting.day, 1, unit, ahead=False)
    if way == "coming" and unit in {"week", "month", "year", "decade"} and not match["this"]:
        return None if setting.day is None else _trailing(setting.day, 1, unit, ahead=True)
    return _unit_days(unit, _STEPS[way], setting)


def _weekday_in(week: Days, name: str) -> Days:
    day = week[0] + timedelta(days=WEEKDAYS.index(name))
    return day, day


def _within_unit(match: re.Match[str], setting: Setting) -> Days | None:
    """ "Earlier this month": from its first day to the publication day; "later this month": from there on."""
    if (match["lead"] or "this").lower() == "that" or setting.day is None:
        return None
    unit = match["u"].lower()
    days = _unit_days(unit, 0, setting)
    if days is None or not days[0] <= setting.day <= days[1]:
        return days
    return (days[0], setting.day) if match["way"].lower() == "earlier" else (setting.day, days[1])


def _edge(match: re.Match[str], setting: Setting) -> Days | None:
    lead, unit = match["lead"].lower(), match["u"].lower()
    days = None if lead == "that" else _unit_days(unit, _STEPS[lead], setting)
    if days is None:
        return None
    return part_of(
        days, {"early part": "early", "latter part": "late"}.get(match["part"].lower(), match["part"].lower())
    )


def _weekend(_match: re.Match[str], setting: Setting) -> Days | None:
    """ "Over the weekend": the last one that has begun, or for what is to come the next that has not ended."""
    day = setting.day
    if day is None or setting.tense == "present":
        return None
    saturday = week_of(day)[1] - timedelta(days=1)
    if setting.tense == "past" and saturday > day:
        saturday -= timedelta(weeks=1)
    return saturday, saturday + timedelta(days=1)


def _two_weekdays(match: re.Match[str], setting: Setting) -> Days | None:
    first, second = (_weekday(match[g], "", setting) for g in ("wd", "wd2"))
    if first is None or second is None:
        return None
    if first > second:  # "Wednesday and Thursday", published on a Wednesday: the pair lies wholly on one side
        week = timedelta(weeks=1)
        return (first[0] - week, second[1]) if setting.tense == "past" else (first[0], second[1] + week)
    return first[0], second[1]


def _one_weekday(match: re.Match[str], setting: Setting) -> Days | None:
    name = next(day for day in WEEKDAYS if day.startswith(match["wd"].rstrip(".")[:3]))
    if match["week"]:
        week = _unit_days("week", _STEPS[match["week"].lower()], setting)
        return None if week is None else _weekday_in(week, name)
    return _weekday(name, " ".join((match["lead"] or "").lower().split()), setting)


def _weekday(name: str, lead: str, setting: Setting) -> Days | None:
    """Return the day that the tense or "last", "next" picks. "Last Tuesday" on a Friday can be two: that is both."""
    day = setting.day
    lead = "" if lead in {"late", "early"} else lead
    if day is None or (setting.tense == "present" and not lead):
        return None
    back = (day.weekday() - WEEKDAYS.index(name)) % 7
    ahead = (-back) % 7
    before, after = day - timedelta(days=back), day + timedelta(days=ahead)
    week = timedelta(weeks=1)
    match lead:
        case "this":
            return None if setting.tense != "future" else (after, after)
        case "last":
            first = before - week if back == 0 or before >= week_of(day)[0] else before
            return first, (before if back else first)
        case "next":
            last = after + week if ahead == 0 or after <= week_of(day)[1] else after
            return (after if ahead else last), last
        case "this past":
            return before, before
        case "this coming":
            return after, after
        case _:
            return (before, before) if setting.tense == "past" else (after, after)


def _near(match: re.Match[str], setting: Setting) -> Days | None:
    day = setting.day
    if day is None:
        return None
    words = (match["near"] or "").lower()
    if not words:  # overnight
        return (day - timedelta(days=1), day) if setting.tense == "past" else (day, day + timedelta(days=1))
    step = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}.get(words, -2 if "yesterday" in words else 2)
    return day + timedelta(days=step), day + timedelta(days=step)


def _holiday(match: re.Match[str], setting: Setting) -> Days | None:
    words = match["h"].lower()
    number = (24 if "eve" in words else 25) if "christmas" in words else 31 if "eve" in words else 1
    month = 1 if number == 1 else 12
    if match["y"]:
        return date(int(match["y"]), month, number), date(int(match["y"]), month, number)
    day = setting.day
    if day is None or setting.tense == "present":
        return None
    days = [date(y, month, number) for y in (day.year - 1, day.year, day.year + 1)]
    found = [d for d in days if (d <= day if setting.tense == "past" else d >= day)]
    best = found[-1] if setting.tense == "past" else found[0]
    return best, best


_VALUES: Final[Mapping[str, Callable[[re.Match[str], Setting], Bounds | None]]] = MappingProxyType(
    {
        "iso": _iso,
        "slashed": _slashed,
        "dmy": _calendar_day,
        "mdy": _calendar_day,
        "months": _months,
        "my": _month_of_year,
        "month": _bare_month,
        "quarter": _quarter,
        "years": _years,
        "between": _years,
        "year": _year,
        "season_year": _season_of_year,
        "season": _season,
        "decade": _decade,
        "short_decade": _short_decade,
        "century": _century,
        "ago": _ago,
        "hence": _hence,
        "within": _within,
        "later": _later,
        "following": _following,
        "within_unit": _within_unit,
        "later_today": _near,
        "edge": _edge,
        "span": _span,
        "unit": _unit,
        "weekend": _weekend,
        "days": _two_weekdays,
        "day": _one_weekday,
        "near": _near,
        "holiday": _holiday,
    }
)
"""A form that is not here has no days: "since then", a fiscal year, a time of day alone."""
