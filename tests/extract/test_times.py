"""Time expressions: found as they are written, resolved only as far as the publication date allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.times import Tense, times_in
from kg.records import Span

DAY, MONTH, YEAR = "2025-04-03", "2025-04", "2025"  # 3 April 2025 was a Thursday

RESOLVED = [
    # words in the text, publication date, tense, words kept, earliest, latest
    ("They met on Thursday.", DAY, "past", "Thursday", "2025-04-03", "2025-04-03"),
    ("They met on Friday.", DAY, "past", "Friday", "2025-03-28", "2025-03-28"),
    ("They will meet on Friday.", DAY, "future", "Friday", "2025-04-04", "2025-04-04"),
    ("last Thursday", DAY, "past", "last Thursday", "2025-03-27", "2025-03-27"),
    ("next Thursday", DAY, "future", "next Thursday", "2025-04-10", "2025-04-10"),
    ("on Wednesday and Thursday", DAY, "past", "Wednesday and Thursday", "2025-04-02", "2025-04-03"),
    ("last month", DAY, "past", "last month", "2025-03-01", "2025-03-31"),
    ("last month", MONTH, "past", "last month", "2025-03-01", "2025-03-31"),
    ("last year", YEAR, "past", "last year", "2024-01-01", "2024-12-31"),
    ("next week", DAY, "future", "next week", "2025-04-07", "2025-04-13"),
    ("two days ago", DAY, "past", "two days ago", "2025-04-01", "2025-04-01"),
    ("yesterday", DAY, "past", "yesterday", "2025-04-02", "2025-04-02"),
    ("tomorrow", DAY, "future", "tomorrow", "2025-04-04", "2025-04-04"),
    ("escalated in February 2022", None, "past", "February 2022", "2022-02-01", "2022-02-28"),
    ("on 19 April 2025", None, "past", "19 April 2025", "2025-04-19", "2025-04-19"),
    ("on April 19, 2025", None, "past", "April 19, 2025", "2025-04-19", "2025-04-19"),
    ("on Thursday, April 3, 2025", None, "past", "Thursday, April 3, 2025", "2025-04-03", "2025-04-03"),
    ("in 2014", None, "past", "2014", "2014-01-01", "2014-12-31"),
    ("in the 1990s", None, "past", "the 1990s", "1990-01-01", "1999-12-31"),
    ("on April 3", DAY, "past", "April 3", "2025-04-03", "2025-04-03"),
    ("on Sept. 5", DAY, "past", "Sept. 5", "2024-09-05", "2024-09-05"),
    ("on 29 February", "2025-04-03", "past", "29 February", "2024-02-29", "2024-02-29"),
    ("in May", DAY, "past", "May", "2024-05-01", "2024-05-31"),
    ("in May", DAY, "future", "May", "2025-05-01", "2025-05-31"),
    ("since 2014", DAY, "past", "since 2014", "2014-01-01", "2025-04-03"),
    ("the past two weeks", DAY, "past", "past two weeks", "2025-03-20", "2025-04-03"),
]

UNRESOLVED = [
    ("on Thursday", None, "past", "Thursday"),
    ("on Thursday", MONTH, "past", "Thursday"),
    ("meets on Thursday", DAY, "present", "Thursday"),
    ("last month", None, "past", "last month"),
    ("last month", YEAR, "past", "last month"),
    ("Since then", DAY, "past", "Since then"),
    ("on April 3", None, "past", "April 3"),
    ("on April 3", YEAR, "past", "April 3"),
    ("on 31 April 2025", DAY, "past", "31 April 2025"),
    ("since 2014", None, "past", "since 2014"),
    ("two months ago", YEAR, "past", "two months ago"),
]

NONE = ["It may fall.", "They march on.", "in 2,014 cases", "Sunday’s-best", "a 30-day cessation", "the second of four"]


@pytest.mark.parametrize(("text", "published", "tense", "words", "earliest", "latest"), RESOLVED)
def test_time_is_resolved_against_the_publication_date(
    text: str, published: str | None, tense: Tense, words: str, earliest: str, latest: str
) -> None:
    """Words, first and last day of each expression of the table."""
    (found,) = times_in(text, Span(0, len(text)), published, tense)
    assert (found.time.text, found.time.earliest, found.time.latest) == (words, earliest, latest)
    assert found.span.of(text) == words


@pytest.mark.parametrize(("text", "published", "tense", "words"), UNRESOLVED)
def test_time_without_enough_to_go_by_keeps_its_words_only(
    text: str, published: str | None, tense: Tense, words: str
) -> None:
    """No day is guessed: the words stand alone."""
    (found,) = times_in(text, Span(0, len(text)), published, tense)
    assert (found.time.text, found.time.earliest, found.time.latest) == (words, None, None)


@pytest.mark.parametrize("text", NONE)
def test_words_that_look_like_a_time_are_left_alone(text: str) -> None:
    """Verbs, numbers and durations are no dates."""
    assert [t.time.text for t in times_in(text, Span(0, len(text)), DAY) if t.time.text != "Sunday"] == []


@given(st.text(max_size=200), st.sampled_from([None, DAY, MONTH, YEAR]), st.sampled_from(["past", "present", "future"]))
def test_times_of_any_text_stand_in_it_in_order(text: str, published: str | None, tense: Tense) -> None:
    """Spans slice back to the words, in text order, earliest never after latest."""
    found = times_in(text, Span(0, len(text) + 1), published, tense)
    for timed in found:
        assert timed.span.of(text) == timed.time.text
    assert [t.span for t in found] == sorted(t.span for t in found)
