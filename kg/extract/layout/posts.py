"""Posts of social media that a page has as text: ``... — Name (@handle) Date``, or a name and handle over the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from kg.extract.attribution import Attribution
from kg.extract.layout.lines import lines
from kg.records import Context, Span

RULE: Final = "layout.post"
_NAME: Final = r"[^\s()@|—–\d][^()@|\n—–]{0,50}"
_DATE: Final = r"[^()\n]{4,40}"
_SIGNED: Final = re.compile(
    rf"(?:(?P<words>.*?\S)\s*)?(?:[—–]|--?) ?(?P<who>{_NAME} \(@\w{{1,30}}\))(?:,? (?P<date>{_DATE}))?\Z"
)
_HEAD: Final = re.compile(
    rf"(?P<who>{_NAME} (?:\(@\w{{1,30}}\)|@\w{{1,30}})|@\w{{2,30}})(?P<date> ?[·•|-] ?{_DATE})?\Z"
)
_DAY: Final = r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?),? ?(?:\d{4})?"
_STAMP: Final = re.compile(
    r"\d{1,2}[:.]\d{2}(?: ?[AaPp]\.?[Mm]\.?)?(?: ?[·•,|-] ?.{3,40})?\Z"
    rf"|{_DAY}\Z|\d+(?:\.\d)?[smhdKk]?\Z"
    r"|\d[\d,.]*[KkMm]? (?:[Rr]etweets|[Ll]ikes|[Rr]eposts|[Vv]iews|[Rr]eplies)\b.{0,60}\Z"
)
_MOST_LINES: Final = 6


def posts(text: str) -> tuple[list[Attribution], list[Context]]:
    """Return the posts, and the time stamps and counts beside them that state nothing, both in text order."""
    rows = list(lines(text))
    attributions: list[Attribution] = []
    context: list[Context] = []
    for before, row in pairwise([None, *rows]):
        assert row is not None
        signed = _SIGNED.match(text, row.start, row.end)
        if signed is None:
            continue
        words = Span(*signed.span("words")) if signed["words"] else before
        if words is not None:
            who = Span(*signed.span("who"))
            attributions.append(Attribution(source=(who,), content=(words,), confidence=0.9, rule=RULE))
            context += _stamp(text, signed)
    for number, row in enumerate(rows):
        head = _HEAD.match(text, row.start, row.end)
        if head is not None and _SIGNED.match(text, row.start, row.end) is None:
            content, stamps = _body(text, rows[number + 1 :])
            if content:
                who = Span(*head.span("who"))
                attributions.append(Attribution(source=(who,), content=content, confidence=0.9, rule=RULE))
                context += [*_stamp(text, head), *stamps]
    return attributions, sorted(context, key=lambda one: one.span)


def _stamp(text: str, match: re.Match[str]) -> list[Context]:
    """Return the date beside the name."""
    if not match["date"]:
        return []
    start, end = match.span("date")
    while start < end and not text[start].isalnum():
        start += 1
    return [Context(span=Span(start, end), kind="adjunct")] if start < end else []


def _body(text: str, rows: Sequence[Span]) -> tuple[tuple[Span, ...], list[Context]]:
    """Return the words under a name and handle: up to the time stamp, or one paragraph without a stamp."""
    stamps: list[Context] = []
    for row in rows:
        if not _STAMP.match(text, row.start, row.end):
            break
        stamps.append(Context(span=row, kind="heading"))
    rows = rows[len(stamps) :]
    ends = [n for n, row in enumerate(rows[: _MOST_LINES + 1]) if _STAMP.match(text, row.start, row.end)]
    if not ends:
        return tuple(rows[:1]), stamps
    last = ends[0]
    while last < len(rows) and _STAMP.match(text, rows[last].start, rows[last].end):
        stamps.append(Context(span=rows[last], kind="heading"))
        last += 1
    return tuple(rows[: ends[0]]), stamps
