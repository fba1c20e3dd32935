"""Dates of news formats as ISO 8601. A date that is not understood is None: none is ever guessed."""

from __future__ import annotations

import datetime
import re
from typing import Final

_BASIC: Final = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?\Z"
)
_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d\d))?\Z")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MESSAGE: Final = re.compile(
    r"\b(\d\d)(\d\d)(\d\d)\s*(?:(GMT|UTC|Z|[+-]\d{4})\s*)?([A-Za-z]{3})[a-z]*\.?\s*,?\s*(\d{4}|\d\d)\b"
)


def iso(text: str | None) -> str | None:
    """Return a date in ISO 8601, ``2021-05-16T08:06:25+00:00``, as exact as it was given.

    Args:
        text: In ISO 8601, extended or basic (``20210516T080625Z``), whole or a year or month.
    """
    text = (text or "").strip()
    partial = _PARTIAL.match(text)
    if partial:
        return text if partial[2] is None or 1 <= int(partial[2]) <= 12 else None
    found = _BASIC.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    date = f"{year}-{month}-{day}"
    if hour is not None:
        date += f"T{hour}:{minute}:{second or '00'}{_zone(zone)}"
    return date if moment(date) is not None else None


def of_message(text: str) -> str | None:
    """Return the date in the trailer of an IPTC 7901 message.

    The trailer has day, hour and minute first: ``161420 GMT MAY 21``.
    """
    found = _MESSAGE.search(text)
    if found is None or found[5].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(found[5].lower()) + 1
    year = found[6] if len(found[6]) == 4 else f"20{found[6]}"
    return iso(f"{year}-{month:02}-{found[1]}T{found[2]}:{found[3]}:00{_zone(found[4])}")


def moment(date: str | None) -> datetime.datetime | None:
    """Return a date in ISO 8601 as a moment, in UTC where it has no zone; None for no date."""
    try:
        found = datetime.datetime.fromisoformat(date or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=datetime.UTC)


def _zone(zone: str | None) -> str:
    if zone is None:
        return ""
    if zone in ("Z", "UTC", "GMT"):
        return "+00:00"
    return f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"


_LONG_MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH: Final = r"(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?P<rest>[a-z]*)\.?"
_IN_WORDS: Final = re.compile(
    r"(?:(?:Published|Updated|Posted|Issued|Released|Date)(?: on)?:? )?"
    r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,? )?"
    rf"(?:{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)? "
    rf"{_MONTH.replace('month', 'month2').replace('rest', 'rest2')},? (?P<year2>\d{{4}})"
    r"|(?P<iso>\d{4}-\d\d-\d\d))"
    r"(?:,? (?:at )?\d{1,2}[:.]\d\d ?(?:[ap]\.?m\.?)?(?: [A-Z]{2,4})?)?\.?"
)


def of_words(line: str) -> str | None:
    """Return the day that a line names if it says nothing else: ``Published: October 14, 1998``."""
    found = _IN_WORDS.fullmatch(line.strip())
    if found is None:
        return None
    if found["iso"]:
        return iso(found["iso"])
    short = (found["month"] or found["month2"]).lower()
    name = short + (found["rest"] or found["rest2"] or "")
    number = _MONTHS.index(short) + 1
    if not (_LONG_MONTHS[number - 1].startswith(name)) and name != "sept":
        return None
    return iso(f"{found['year'] or found['year2']}-{number:02}-{int(found['day'] or found['day2']):02}")
