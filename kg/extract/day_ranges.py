"""Ranges of days: months, weeks, seasons, and the early, middle and late part of a range. Both ends are included."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Final

Days = tuple[date, date]
Bounds = tuple[date | None, date | None]
"""First and last day; None for a side that nothing decides."""

NOTHING: Final[Bounds] = (None, None)
_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""First month, as north of the equator. A season lasts three months."""


def month_days(year: int, month: int) -> Days:
    """Return the days of a month.

    Args:
        year: The year.
        month: The month, 1 to 12.
    """
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def year_days(year: int, last: int | None = None) -> Days:
    """Return the days of a year, or of the years up to and including ``last``.

    Args:
        year: The first year.
        last: The last one; the same without it.
    """
    return date(year, 1, 1), date(year if last is None else last, 12, 31)


def week_of(day: date) -> Days:
    """Return Monday to Sunday of the week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def months_after(day: date, count: int) -> date:
    """Return the same day ``count`` months later, or the last one of a shorter month.

    Args:
        day: A day.
        count: Number of months.
    """
    months = day.year * 12 + day.month - 1 + count
    first, last = month_days(months // 12, months % 12 + 1)
    return first.replace(day=min(day.day, last.day))


def month_number_days(months: int) -> Days:
    """Return the days of a month that is counted from the year 0."""
    return month_days(months // 12, months % 12 + 1)


def quarter_days(year: int, quarter: int) -> Days:
    """Return the days of a quarter, 1 to 4, of a calendar year.

    Args:
        year: The year.
        quarter: The quarter, 1 to 4.
    """
    return month_days(year, quarter * 3 - 2)[0], month_days(year, quarter * 3)[1]


def season_days(name: str, year: int) -> Days:
    """Return the days of a season that begins in ``year``.

    Args:
        name: Name of the season.
        year: The year of its first day.
    """
    first = _SEASONS[name]
    start = date(year, first, 1)
    return start, months_after(start, 3) - timedelta(days=1)


def named_season(name: str, year: int) -> Days:
    """Return the possible days of "the winter of 2008": the winter before or after that summer.

    Args:
        name: Name of the season.
        year: The year that is named.
    """
    days = season_days(name, year)
    return (season_days(name, year - 1)[0], days[1]) if name == "winter" else days


def part_of(days: Days, part: str) -> Days:
    """Return the first half ("early"), the second ("late") or the middle half ("mid") of a range.

    Args:
        days: The range.
        part: The word for the part.

    Returns:
        The days that the word leaves possible.
    """
    length = (days[1] - days[0]).days + 1
    half, quarter = timedelta(days=length // 2), timedelta(days=length // 4)
    match part:
        case "early" | "start" | "beginning":
            return days[0], days[0] + half
        case "late" | "end" | "close":
            return days[1] - half, days[1]
        case _:
            return days[0] + quarter, days[1] - quarter
