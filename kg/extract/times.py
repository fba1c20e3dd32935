"""Time expressions of a text, with the first and last day that each can mean.

Nothing is guessed. Without a publication date a relative time ("Thursday", "last month") keeps its words and has no
days, and so does a day of the month without a year. "Two days later" is counted from the date named before it. Days are
ISO 8601 (``YYYY-MM-DD``), both ends included; a side that nothing decides is missing ("until Friday" has no first day).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from kg.extract.day_ranges import NOTHING, Days
from kg.extract.time_limits import FoundDate, in_context, is_time, joins, names_a_noun
from kg.extract.time_values import Anchor, Setting, Tense, resolved
from kg.extract.time_words import ANY, FORMS
from kg.records import Span, TimeExpression, first_overlap

__all__ = ["Anchor", "Days", "Tense", "Timed", "anchor_of", "times_in"]

_BASE_WITHIN: Final = 500
"""Code points before "two days later" in which the date that it counts from is named."""
_COUNTED: Final = frozenset({"later", "following"})
_CALENDAR_DAYS: Final = frozenset({"dmy", "mdy"})
_BORROWING: Final = frozenset({"dmy", "mdy", "month"})


@dataclass(frozen=True, slots=True)
class Timed:
    """A time expression and where its words stand, in code points of the text.

    ``is_clock`` is true for a time of day alone, which says nothing about the day.
    """

    span: Span
    time: TimeExpression
    is_clock: bool = False


def anchor_of(published: str | None) -> Anchor | None:
    """Return the anchor of a publication date (``2025``, ``2025-04``, ``2025-04-03``, perhaps with time)."""
    return Anchor.of(published)


def times_in(
    text: str,
    span: Span,
    published: str | None,
    tense: Tense = "past",
    *,
    said: Sequence[Span] = (),
    own: Sequence[Span] = (),
) -> list[Timed]:
    """Return the time expressions inside a part of a text, in text order, as far as they can be known.

    Args:
        text: The whole text.
        span: The part that is read.
        published: The publication date of the text, as precise as it is known.
        tense: The tense of the verb that the times go with.
        said: What anybody says, merged and in text order: "two days later" counts from no date of theirs.
        own: Of that, what the same one says: it counts from these.

    Returns:
        The expressions, which do not overlap.
    """
    reader = _Reader(text, Anchor.of(published), tense, said, own)
    return [_timed(text, found) for found in reader.dates(span, look_back=True)]


@dataclass(frozen=True, slots=True)
class _Reader:
    text: str
    anchor: Anchor | None
    tense: Tense
    said: Sequence[Span]
    own: Sequence[Span]

    def dates(self, span: Span, *, look_back: bool) -> Iterator[FoundDate]:
        """Yield the dates with the words around them that belong to them."""
        before: FoundDate | None = None
        waiting: FoundDate | None = None
        for found in self._written(span):
            if found.kind in _COUNTED:
                base = self._base(waiting or before, span, found, look_back=look_back)
                found = replace(found, bounds=resolved(found.kind, found.match, self._setting(base)))
            how = joins(self.text, waiting, found) if waiting is not None else None
            if waiting is not None and how is not None:
                waiting = self._joined(waiting, found, how)
                continue
            if waiting is not None:
                before = in_context(self.text, waiting, span, self.anchor)
                yield before
            waiting = found
        if waiting is not None:
            yield in_context(self.text, waiting, span, self.anchor)

    def _written(self, span: Span) -> Iterator[FoundDate]:
        last: FoundDate | None = None
        for hit in ANY.finditer(self.text, span.start, span.end):
            kind = str(hit.lastgroup)
            match = FORMS[kind].match(self.text, hit.start(), span.end)
            if match is not None and is_time(self.text, kind, match, span.start, last):
                setting = self._setting(None)
                if kind in _CALENDAR_DAYS and names_a_noun(self.text, match):
                    setting = replace(setting, tense="present")  # "the May 3 vote": no verb tells its year
                bounds = NOTHING if kind in _COUNTED else resolved(kind, match, setting)
                last = FoundDate(kind, match, match.start(), match.end(), bounds)
                yield last

    def _setting(self, base: Days | None) -> Setting:
        return Setting(self.anchor, self.tense, base)

    def _base(self, before: FoundDate | None, span: Span, found: FoundDate, *, look_back: bool) -> Days | None:
        """Return the days of the nearest date before, where it is known and in nobody else's words."""
        if before is None and look_back and span.start > 0:
            start = Span(max(0, span.start - _BASE_WITHIN), span.start)
            earlier = _Reader(self.text, self.anchor, "past", self.said, self.own)
            before = next(reversed(list(earlier.dates(start, look_back=False))), None)
        if before is None or found.start - before.start > _BASE_WITHIN:
            return None
        where = Span(before.start, before.end)
        first, last = before.bounds
        is_theirs = first_overlap(where, self.said) is not None and not any(where in span for span in self.own)
        return None if first is None or last is None or is_theirs else (first, last)

    def _joined(self, first: FoundDate, second: FoundDate, how: Literal["range", "clock"]) -> FoundDate:
        if how == "clock":
            day = second if first.kind == "instant" else first
            return replace(day, start=first.start, end=second.end, is_joined=True)
        begin, end = first.bounds[0], second.bounds[1]
        if end is not None and first.kind in _BORROWING:  # "between March and May 2024": the year stands once
            begin = resolved(first.kind, first.match, Setting(Anchor(end, end), "past", None))[0]
        known = begin is not None and end is not None and begin <= end
        return replace(first, end=second.end, bounds=(begin, end) if known else NOTHING, is_joined=True)


def _timed(text: str, found: FoundDate) -> Timed:
    first, last = found.bounds
    time = TimeExpression(
        text=text[found.start : found.end],
        earliest=first.isoformat() if first is not None else None,
        latest=last.isoformat() if last is not None else None,
    )
    return Timed(Span(found.start, found.end), time, is_clock=found.kind == "instant")
