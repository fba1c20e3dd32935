"""The words of dates and times in English: one pattern for each form, and one that finds all of them.

Every pattern is bounded in length and begins at the start of a word, so finding takes time proportional to the text.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WEEKDAYS: Final = tuple(calendar.day_name)
MONTHS: Final[Mapping[str, int]] = MappingProxyType(
    {name[:k].lower(): i + 1 for i, name in enumerate(tuple(calendar.month_name)[1:]) for k in (3, len(name))}
    | {"sept": 9}
)
_ONES: Final = [
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
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {word: i for i, word in enumerate(_ONES)}
    | {"a": 1, "an": 1}
    | _TENS
    | {f"{ten}-{_ONES[k]}": n + k for ten, n in _TENS.items() for k in range(1, 10)}
)
_FIRST: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
ORDINALS: Final[Mapping[str, int]] = MappingProxyType(
    {word: i for i, word in enumerate(_FIRST, 1)}
    | {f"twenty-{word}": 20 + i for i, word in enumerate(_FIRST[:9], 1)}
    | {"thirtieth": 30, "thirty-first": 31}
)
COUNTED: Final = (
    "people|persons|men|women|children|soldiers|troops|fighters|militants|protesters|demonstrators|workers|jobs|homes|"
    "houses|families|refugees|migrants|civilians|cases|deaths|dead|tons|tonnes|miles|kilometers|kilometres|km|meters|"
    "metres|feet|acres|hectares|barrels|dollars|euros|pounds|rubles|roubles|students|voters|seats|votes|members|"
    "companies|schools|villages|hours|days|weeks|months|years|times|others|percent|per\\scent|points|calories|"
    "police|officers|prisoners|hostages|tanks|drones|missiles|rockets|shells|million|billion|thousand|hundred"
)
"""What stands after a number that is a number, not a year or a day: "2000 troops", "in May 12 people"."""

_S: Final = r"(?:[^\S\n]{1,3}|[^\S\n]?\n)"
_TO: Final = rf"(?:\s?[-–—]\s?|{_S}(?:to|and|or|through|until|till){_S})"
_MONTH: Final = (
    "(?:" + "|".join(tuple(calendar.month_name)[1:]) + r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_FULL_DAY: Final = "(?:" + "|".join(WEEKDAYS) + ")"
_SHORT_DAY: Final = r"(?:Mon|Tues?|Wed|Thurs?|Thur|Fri|Sat|Sun)\b\.?"
_YEAR: Final = r"(?:1[5-9]|20)\d\d(?!\d|[.,]\d)"
_REL_YEAR: Final = rf",?{_S}(?:of{_S})?(?P<ry>last|this|next|that){_S}year"
_DATE_DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])(?!\d|[.,]\d)(?:st|nd|rd|th)?"
_ORDINAL: Final = "(?i:" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + ")"
_NUMBER: Final = r"(?:\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_VAGUE: Final = rf"(?:few|several|couple(?:{_S}of)?|many|some|recent|past|last|next|coming)"
_UNIT: Final = "(?:minute|hour|day|week|fortnight|month|year|decade|quarter)"
_ABOUT: Final = (
    rf"(?:nearly|almost|about|around|some|roughly|approximately|over|more{_S}than|less{_S}than|just{_S}over|"
    rf"just{_S}under|at{_S}least|up{_S}to|barely|as{_S}many{_S}as)"
)
_DAY_PART: Final = rf"(?:early{_S})?(?:morning|afternoon|evening|night|lunchtime|noon|midnight)"
_CLOCK: Final = (
    rf"(?:(?:[01]?\d|2[0-3])[:.][0-5]\d\s?(?i:a\.m\.|p\.m\.|am|pm)(?!\w)|(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])|"
    rf"(?:1[0-2]|0?[1-9])\s?(?i:a\.m\.|p\.m\.|am|pm|o[’']clock)(?!\w)|(?i:noon|midnight))"
    rf"(?:{_S}(?:(?:local|Eastern|Moscow|Central|Pacific){_S}time|GMT|UTC|EST|EDT|ET|BST|CET|CEST|PT|IST|JST)(?!\w))?"
)
_SEASON: Final = "(?:spring|summer|autumn|fall|winter)"
_RELATIVE: Final = "(?:last|this|next|coming|past|previous|current)"
_COUNT: Final = (
    rf"(?:(?P<about>{_ABOUT}){_S})?(?:(?P<n>{_NUMBER})(?P<half>{_S}and{_S}a{_S}half)?{_S}|"
    rf"(?:(?:a|the){_S})?(?P<vague>{_VAGUE}){_S}|half{_S}an?{_S})(?P<u>{_UNIT})s?"
)

PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("then", r"(?i:since then|until then|by then)"),
    ("known", rf"9/11|(?:Sept\.|September){_S}11(?={_S}(?:terror|attack|hijack|commission))"),
    ("fiscal", rf"(?:FY{_S}?|(?i:fiscal{_S}(?:year{_S})?))(?:(?:20|19)\d\d(?:[-/–]\d\d(?:\d\d)?)?|\d\d)"),
    (
        "iso",
        r"(?:1[5-9]|20)\d\d([-/])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:T\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d)?)?",
    ),
    ("slashed", rf"(?P<a>[0-3]?\d)/(?P<b>[0-3]?\d)/(?P<y>{_YEAR})"),
    ("instant", _CLOCK),
    (
        "dmy",
        (
            rf"(?:(?P<wd>{_FULL_DAY}|{_SHORT_DAY}),?{_S}(?:the{_S})?)?"
            rf"(?P<d>{_DATE_DAY}|{_ORDINAL}(?={_S}of))(?:{_TO}(?P<d2>{_DATE_DAY}))?(?:{_S}of)?{_S}(?P<m>{_MONTH})"
            rf"(?:,?{_S}(?P<y>{_YEAR})|{_REL_YEAR})?"
        ),
    ),
    (
        "mdy",
        (
            rf"(?:(?P<wd>{_FULL_DAY}|{_SHORT_DAY}),?{_S})?(?P<m>{_MONTH}){_S}(?:the{_S})?(?P<d>{_DATE_DAY})"
            rf"(?!{_S}(?:{COUNTED})\b)(?:{_TO}(?P<d2>{_DATE_DAY})(?!{_S}{_MONTH}))?(?:,?{_S}(?P<y>{_YEAR})|{_REL_YEAR})?"
        ),
    ),
    ("months", rf"(?P<m>{_MONTH}){_TO}(?P<m2>{_MONTH})(?:,?{_S}(?:of{_S})?(?P<y>{_YEAR})|{_REL_YEAR})"),
    ("my", rf"(?P<m>{_MONTH})(?:(?:,|{_S}of)?{_S}(?P<y>{_YEAR})|{_REL_YEAR})"),
    (
        "quarter",
        (
            rf"(?i:(?:the{_S})?(?P<q>first|second|third|fourth|last|final){_S}(?P<k>quarter|half){_S}(?:of{_S})?|"
            rf"(?P<k2>[QH])(?P<q2>[1-4]){_S}(?:of{_S})?)(?:(?P<y>{_YEAR})|(?i:(?P<ry>last|this|next|the){_S}year))"
        ),
    ),
    ("years", rf"(?P<y>{_YEAR})(?:\s?[-–—/]\s?|{_S}(?:to|through|until|till){_S})(?P<y2>{_YEAR}|\d\d(?!\d|-\d))"),
    ("between", rf"(?i:between){_S}(?P<y>{_YEAR}){_S}and{_S}(?P<y2>{_YEAR})"),
    ("season_year", rf"(?:the{_S})?(?i:(?P<s>{_SEASON}))(?:{_S}of)?,?{_S}(?P<y>{_YEAR})(?!{_S}(?:{COUNTED})\b)"),
    ("decade", r"(?i:the\s)?(?P<y>(?:1[5-9]|20)\d)0s"),
    ("short_decade", r"(?i:the\s)[’'‘](?P<y>[2-9])0s"),
    (
        "century",
        (
            rf"(?i:(?:the{_S})?(?:(?P<c>\d{{1,2}})(?:st|nd|rd|th)|(?P<cw>{_ORDINAL})))(?:{_S}|-)(?i:century|centuries)"
            rf"(?P<bc>{_S}(?:BC|BCE|B\.C\.))?"
        ),
    ),
    ("ago", rf"(?i:{_COUNT}{_S}ago)"),
    ("hence", rf"(?i:{_COUNT}(?:{_S}from{_S}now|[’']?{_S}time))"),
    ("within", rf"(?i:within(?:{_S}the{_S}(?:next|coming))?{_S}{_COUNT})(?P<of>{_S}(?:of|after|from)\b)?"),
    ("later", rf"(?i:{_COUNT}{_S}(?P<way>later|earlier|afterwards?))(?!{_S}(?:than|this|that|in)\b)"),
    (
        "following",
        (
            rf"(?i:the{_S}(?P<way>next|following|previous|same|preceding){_S}"
            rf"(?P<u>day|morning|afternoon|evening|night|week|weekend|month|year)|"
            rf"that{_S}(?:same{_S})?(?P<u2>day|week|month|year)|"
            rf"the{_S}(?P<u3>day|night|week|month|year){_S}(?P<way3>before|after)(?=[.,;:!?”\"\n]|\Z))"
        ),
    ),
    (
        "within_unit",
        (
            rf"(?i:(?P<way>earlier|later){_S}(?:(?P<lead>this|that){_S}|(?:on{_S})?in{_S}the{_S})"
            rf"(?P<u>day|morning|week|month|year|decade|century|spring|summer|autumn|fall|winter))"
        ),
    ),
    ("later_today", rf"(?i:(?:earlier|later|late|early){_S}(?:on{_S})?(?P<near>today|yesterday|tomorrow))"),
    (
        "edge",
        (
            rf"(?i:(?:the{_S})?(?:very{_S})?(?P<part>start|beginning|middle|end|close|early{_S}part|latter{_S}part){_S}of{_S}"
            rf"(?P<lead>this|the|last|next|that){_S}(?P<u>week|month|year|decade|century))"
        ),
    ),
    (
        "span",
        rf"(?i:(?P<way>last|past|next|coming|previous){_S}(?:(?P<n>{_NUMBER})|(?P<vague>{_VAGUE})){_S}(?P<u>{_UNIT})s?)",
    ),
    ("recent", rf"(?i:(?:recent|past|last|coming|next){_S}{_UNIT}s)"),
    (
        "unit",
        (
            rf"(?i:(?P<this>this{_S}(?=(?:past|coming){_S}))?(?P<way>{_RELATIVE}){_S}"
            rf"(?:(?P<week>week)(?:{_S}(?:on{_S})?(?P<wd>(?-i:{_FULL_DAY})))?|"
            rf"(?P<u>weekend|fortnight|month|year|decade|century|quarter|night|spring|summer|autumn|fall|winter|"
            rf"morning|afternoon|evening)))"
        ),
    ),
    ("season", rf"(?i:(?P<s>{_SEASON}))"),
    ("weekend", rf"(?i:(?:over|at|during|on){_S}the{_S}weekend)"),
    ("days", rf"(?P<wd>{_FULL_DAY})(?:,\s|,?{_S}(?:and|or|through|to|until|into){_S}|[-–])(?P<wd2>{_FULL_DAY})"),
    (
        "day",
        (
            rf"(?:(?i:(?P<lead>last|this(?:{_S}(?:past|coming))?|next|late|early)){_S}(?:on{_S})?)?"
            rf"(?P<wd>{_FULL_DAY}|(?:Mon|Tues?|Wed|Thurs?|Fri)\.)(?:{_S}(?i:{_DAY_PART}))?"
            rf"(?:{_S}(?:of{_S})?(?P<week>last|this|next){_S}week)?"
        ),
    ),
    (
        "near",
        (
            rf"(?i:(?P<near>the{_S}day{_S}before{_S}yesterday|the{_S}day{_S}after{_S}tomorrow|today|tonight|yesterday|tomorrow)"
            rf"(?:{_S}{_DAY_PART})?|overnight)"
        ),
    ),
    ("holiday", rf"(?P<h>Christmas{_S}(?:Day|Eve)|New{_S}Year[’']s{_S}(?:Day|Eve))(?:,?{_S}(?P<y>{_YEAR}))?"),
    ("month", rf"(?:(?i:(?P<way>last|this|next|past)){_S})?(?P<m>{_MONTH})"),
    ("year", rf"(?P<y>{_YEAR})(?!{_S}(?:{COUNTED})\b)"),
)
"""Form -> pattern; where two begin at one place the first in this order is taken."""
_END: Final = r"(?!\w)(?!-\w)"
_START: Final = r"(?<![\w$€£#@/])(?<!\d[.,])(?:(?<!\w-)|(?<=[Mm]id-)|(?<=[Ll]ate-)|(?<=[Ee]arly-))"
_NAMED_GROUP: Final = re.compile(r"\(\?P<\w+>")


def _plain(pattern: str) -> str:
    """Return the pattern without the groups that only itself needs."""
    return _NAMED_GROUP.sub("(?:", pattern).replace(r"([-/])", "[-/]").replace(r"\1", "[-/]")


FORMS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType({kind: re.compile(p + _END) for kind, p in PATTERNS})
ANY: Final = re.compile(
    _START + r"(?=[\w'’‘])(?:" + "|".join(f"(?P<{kind}>{_plain(p)}{_END})" for kind, p in PATTERNS) + ")"
)

BEFORE_MONTH: Final = re.compile(
    r"(?:\b(?:in|since|until|till|by|during|from|early|late|mid|end|start|beginning|middle|of|between|before|after|"
    r"through|throughout)\s{1,2}|\b(?:early|mid|late)-)\Z",
    re.IGNORECASE,
)
"""What stands before a month that is a date and no verb or name."""
BEFORE_YEAR: Final = re.compile(
    r"(?:\b(?:in|since|until|till|by|during|early|late|mid|of|from|between|before|after|through|throughout|circa|around|"
    r"year|as|to|begun|ended)\s{1,2}|\b(?:early|mid|late|pre|post)-)\Z",
    re.IGNORECASE,
)
"""What stands before a number that is a year."""
BEFORE_NOUN_OF_A_YEAR: Final = re.compile(r"(?:\b(?:the|an?|his|her|its|their|our|my|your)|[’']s)\s\Z", re.IGNORECASE)
"""What stands before the year of "the 2018 killings"."""
BEFORE_SEASON: Final = re.compile(
    r"\b(?:in|since|until|till|by|during|over|before|after|through|throughout|for|early|late|mid|of)"
    r"(?P<the>\s(?:the|early|late))?[\s-]\Z",
    re.IGNORECASE,
)
"""What stands before a season that is a time of the year."""
HEADED: Final = re.compile(r"(?:[,;:(&]|\A|\n)[”\"’]?\s?\Z")
ENDED: Final = re.compile(r"\s&|\s?[.;:,)](?:\s|\)|;|\.|\Z)|\n|\Z")
"""A number that stands alone between these two is a year: "Recognition, 1948."."""
PART: Final = re.compile(
    rf"\b(?:(?:the{_S})?(?:very{_S})?(?P<edge>start|beginning|middle|end|close){_S}of{_S}|"
    rf"(?:the{_S})?(?:very{_S})?(?P<part>early|mid|late)(?:{_S}|-))\Z",
    re.IGNORECASE,
)
"""The "early" of "early 2024", the "end of" of "the end of March"."""
LIMIT: Final = re.compile(
    rf"(?<![\w-])(?P<limit>since|until|till|by|before|after|no{_S}later{_S}than|up{_S}to)(?:{_S}(?:at{_S}least|about))?{_S}\Z",
    re.IGNORECASE,
)
RANGE_LEAD: Final = re.compile(rf"(?<![\w-])(?P<lead>from|between){_S}\Z", re.IGNORECASE)
RANGE_MIDDLE: Final = re.compile(rf"{_S}(?P<word>to|and|through|until|till){_S}|\s?[-–—]\s?", re.IGNORECASE)
CLOCK_THEN_DAY: Final = re.compile(rf",?{_S}(?:on{_S})?", re.IGNORECASE)
DAY_THEN_CLOCK: Final = re.compile(
    rf",?{_S}(?:(?:at|around|about|just{_S}before|just{_S}after|shortly{_S}after){_S})?", re.IGNORECASE
)
