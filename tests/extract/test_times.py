"""Time expressions: found as they are written, resolved only as far as the publication date allows."""

import time
from itertools import pairwise

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
    ("in May 12 people died", DAY, "past", "May", "2024-05-01", "2024-05-31"),
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
    ("two months ago", YEAR, "past", "two months ago"),
]

ABSOLUTE = [
    # words in the text, words kept, earliest, latest: decided by the text alone
    ("It was signed on 2025-04-03.", "2025-04-03", "2025-04-03", "2025-04-03"),
    ("Logged at 2025-04-03T09:15Z.", "2025-04-03T09:15Z", "2025-04-03", "2025-04-03"),
    ("Filed on 23/04/2025.", "23/04/2025", "2025-04-23", "2025-04-23"),
    ("Filed on 04/23/2025.", "04/23/2025", "2025-04-23", "2025-04-23"),
    ("Filed on 03/04/2025.", "03/04/2025", None, None),
    ("on 03 April 2025", "03 April 2025", "2025-04-03", "2025-04-03"),
    ("the 3rd of April 2025", "3rd of April 2025", "2025-04-03", "2025-04-03"),
    ("on the third of April, 2025", "third of April, 2025", "2025-04-03", "2025-04-03"),
    ("on April 3rd, 2025", "April 3rd, 2025", "2025-04-03", "2025-04-03"),
    ("on Apr. 3, 2025", "Apr. 3, 2025", "2025-04-03", "2025-04-03"),
    ("on Thurs., Apr. 3, 2025", "Thurs., Apr. 3, 2025", "2025-04-03", "2025-04-03"),
    ("On 12 November 1918 the guns", "12 November 1918", "1918-11-12", "1918-11-12"),
    ("from July 1-3, 2024", "July 1-3, 2024", "2024-07-01", "2024-07-03"),
    ("from 12 to 14 May 2024", "12 to 14 May 2024", "2024-05-12", "2024-05-14"),
    ("from 30 June to 2 July 2024", "30 June to 2 July 2024", "2024-06-30", "2024-07-02"),
    ("in April 2025", "April 2025", "2025-04-01", "2025-04-30"),
    ("in April of 2025", "April of 2025", "2025-04-01", "2025-04-30"),
    ("in early April 2025", "early April 2025", "2025-04-01", "2025-04-16"),
    ("in mid-June 2024", "mid-June 2024", "2024-06-08", "2024-06-23"),
    ("in late June 2024", "late June 2024", "2024-06-15", "2024-06-30"),
    ("at the end of June 2024", "the end of June 2024", "2024-06-15", "2024-06-30"),
    ("in early 2024", "early 2024", "2024-01-01", "2024-07-02"),
    ("in late 2024", "late 2024", "2024-07-01", "2024-12-31"),
    ("between March and May 2024", "March and May 2024", "2024-03-01", "2024-05-31"),
    ("from March to May 2024", "March to May 2024", "2024-03-01", "2024-05-31"),
    ("from November to February 2024", "November to February 2024", "2023-11-01", "2024-02-29"),
    ("from March 2023 to May 2024", "March 2023 to May 2024", "2023-03-01", "2024-05-31"),
    ("between 2011 and 2015", "between 2011 and 2015", "2011-01-01", "2015-12-31"),
    ("from 2011 to 2015", "2011 to 2015", "2011-01-01", "2015-12-31"),
    ("the war (1992–1995)", "1992–1995", "1992-01-01", "1995-12-31"),
    ("the season of 2011-12", "2011-12", "2011-01-01", "2012-12-31"),
    ("Relations resumed, 1954.", "1954", "1954-01-01", "1954-12-31"),
    ("Sofia (1919)", "1919", "1919-01-01", "1919-12-31"),
    ("the 2018 killings", "2018", "2018-01-01", "2018-12-31"),
    ("its February 2022 invasion", "February 2022", "2022-02-01", "2022-02-28"),
    ("in the summer of 2008", "the summer of 2008", "2008-06-01", "2008-08-31"),
    ("in spring 2024", "spring 2024", "2024-03-01", "2024-05-31"),
    ("in the winter of 2008", "the winter of 2008", "2007-12-01", "2009-02-28"),
    ("in the first quarter of 2023", "the first quarter of 2023", "2023-01-01", "2023-03-31"),
    ("in Q4 2023", "Q4 2023", "2023-10-01", "2023-12-31"),
    ("in the second half of 2023", "the second half of 2023", "2023-07-01", "2023-12-31"),
    ("in the early 1990s", "the early 1990s", "1990-01-01", "1995-01-01"),
    ("in the ’80s", "the ’80s", "1980-01-01", "1989-12-31"),
    ("in the 19th century", "the 19th century", "1800-01-01", "1900-12-31"),
    ("in the nineteenth century", "the nineteenth century", "1800-01-01", "1900-12-31"),
    ("in the fifth century BC", "the fifth century BC", None, None),
    ("since 2014", "since 2014", "2014-01-01", None),
    ("since the summer of 2008", "since the summer of 2008", "2008-06-01", None),
    ("until May 2024", "until May 2024", None, "2024-05-31"),
    ("before 2009", "before 2009", None, "2008-12-31"),
    ("after 2009", "after 2009", "2009-01-01", None),
    ("by the end of 2030", "by the end of 2030", None, "2030-12-31"),
    ("in FY2024", "FY2024", None, None),
    ("in fiscal year 2024", "fiscal year 2024", None, None),
    ("the 9/11 attacks", "9/11", None, None),
    ("on Christmas Day 2019", "Christmas Day 2019", "2019-12-25", "2019-12-25"),
    ("at 9 a.m. on 3 April 2025", "9 a.m. on 3 April 2025", "2025-04-03", "2025-04-03"),
]

RELATIVE = [
    # words in the text, tense, words kept, earliest, latest: published on Thursday 3 April 2025
    ("today", "past", "today", "2025-04-03", "2025-04-03"),
    ("this morning", "past", "this morning", "2025-04-03", "2025-04-03"),
    ("last night", "past", "last night", "2025-04-02", "2025-04-03"),
    ("overnight", "past", "overnight", "2025-04-02", "2025-04-03"),
    ("yesterday evening", "past", "yesterday evening", "2025-04-02", "2025-04-02"),
    ("the day before yesterday", "past", "the day before yesterday", "2025-04-01", "2025-04-01"),
    ("on Monday night", "past", "Monday night", "2025-03-31", "2025-03-31"),
    ("late on Monday", "past", "late on Monday", "2025-03-31", "2025-03-31"),
    ("on Monday at 9:30 p.m.", "past", "Monday at 9:30 p.m.", "2025-03-31", "2025-03-31"),
    ("at noon on Monday", "past", "noon on Monday", "2025-03-31", "2025-03-31"),
    ("this past Monday", "past", "this past Monday", "2025-03-31", "2025-03-31"),
    ("on Friday last week", "past", "Friday last week", "2025-03-28", "2025-03-28"),
    ("last week on Friday", "past", "last week on Friday", "2025-03-28", "2025-03-28"),
    ("last Friday", "past", "last Friday", "2025-03-28", "2025-03-28"),
    ("last Tuesday", "past", "last Tuesday", "2025-03-25", "2025-04-01"),
    ("next Monday", "future", "next Monday", "2025-04-07", "2025-04-07"),
    ("next Friday", "future", "next Friday", "2025-04-04", "2025-04-11"),
    ("this Friday", "future", "this Friday", "2025-04-04", "2025-04-04"),
    ("from Monday through Wednesday", "past", "Monday through Wednesday", "2025-03-31", "2025-04-02"),
    ("over the weekend", "past", "over the weekend", "2025-03-29", "2025-03-30"),
    ("over the weekend", "future", "over the weekend", "2025-04-05", "2025-04-06"),
    ("this weekend", "future", "this weekend", "2025-04-05", "2025-04-06"),
    ("last weekend", "past", "last weekend", "2025-03-29", "2025-03-30"),
    ("earlier this month", "past", "earlier this month", "2025-04-01", "2025-04-03"),
    ("later this year", "future", "later this year", "2025-04-03", "2025-12-31"),
    ("earlier in the week", "past", "earlier in the week", "2025-03-31", "2025-04-03"),
    ("early next month", "future", "early next month", "2025-05-01", "2025-05-16"),
    ("late last year", "past", "late last year", "2024-07-01", "2024-12-31"),
    ("at the end of last year", "past", "the end of last year", "2024-07-01", "2024-12-31"),
    ("by the end of the month", "future", "by the end of the month", "2025-04-03", "2025-04-30"),
    ("before the end of the year", "future", "before the end of the year", "2025-04-03", "2025-12-31"),
    ("until Friday", "future", "until Friday", None, "2025-04-04"),
    ("by Friday", "future", "by Friday", "2025-04-03", "2025-04-04"),
    ("since Monday", "past", "since Monday", "2025-03-31", "2025-04-03"),
    ("since the end of January", "past", "since the end of January", "2025-01-16", "2025-04-03"),
    ("in January", "past", "January", "2025-01-01", "2025-01-31"),
    ("in mid-June", "future", "mid-June", "2025-06-08", "2025-06-23"),
    ("in June last year", "past", "June last year", "2024-06-01", "2024-06-30"),
    ("on 16 June of last year", "past", "16 June of last year", "2024-06-16", "2024-06-16"),
    ("between March and May", "future", "March and May", "2025-03-01", "2025-05-31"),
    ("from 12 to 14 May", "future", "12 to 14 May", "2025-05-12", "2025-05-14"),
    ("the July 1 vote", "past", "July 1", "2025-07-01", "2025-07-01"),
    ("on Thursday, Jan. 2", "past", "Thursday, Jan. 2", "2025-01-02", "2025-01-02"),
    ("next spring", "future", "next spring", "2026-03-01", "2026-05-31"),
    ("this summer", "future", "this summer", "2025-06-01", "2025-08-31"),
    ("last summer", "past", "last summer", "2024-06-01", "2024-08-31"),
    ("by summer", "future", "by summer", "2025-04-03", "2025-08-31"),
    ("in the spring", "past", "spring", "2025-03-01", "2025-05-31"),
    ("in the first half of this year", "past", "the first half of this year", "2025-01-01", "2025-06-30"),
    ("a year ago", "past", "a year ago", "2024-01-01", "2024-12-31"),
    ("seventy-four years ago", "past", "seventy-four years ago", "1951-01-01", "1951-12-31"),
    ("a fortnight ago", "past", "a fortnight ago", "2025-03-17", "2025-03-23"),
    ("two hours ago", "past", "two hours ago", "2025-04-02", "2025-04-03"),
    ("in the past decade", "past", "past decade", "2015-04-03", "2025-04-03"),
    ("over the past week", "past", "past week", "2025-03-27", "2025-04-03"),
    ("in the last three months", "past", "last three months", "2025-01-03", "2025-04-03"),
    ("over the next four years", "future", "next four years", "2025-04-03", "2029-04-03"),
    ("within 30 days", "future", "within 30 days", "2025-04-03", "2025-05-03"),
    ("two weeks from now", "future", "two weeks from now", "2025-04-14", "2025-04-20"),
    ("on New Year’s Eve", "past", "New Year’s Eve", "2024-12-31", "2024-12-31"),
]

VAGUE = [
    # words in the text, words kept: no day even where the publication day is known
    ("at 9 a.m.", "9 a.m."),
    ("at 14:30 GMT", "14:30 GMT"),
    ("a few days ago", "a few days ago"),
    ("nearly two years ago", "nearly two years ago"),
    ("two and a half years ago", "two and a half years ago"),
    ("in recent weeks", "recent weeks"),
    ("in the coming days", "coming days"),
    ("within 30 days of the vote", "within 30 days of"),
    ("two days later", "two days later"),
    ("the following day", "the following day"),
    ("that year", "that year"),
    ("in the last decade", "last decade"),
]

COUNTED_FROM = [
    # text, days of the last expression in it
    ("They met on 3 May 2024. Two days later they signed.", "2024-05-05", "2024-05-05"),
    ("They met on 3 May 2024. The following day they signed.", "2024-05-04", "2024-05-04"),
    ("They met on 3 May 2024. They had signed the day before.", "2024-05-02", "2024-05-02"),
    ("They met on 3 May 2024. A week later they signed.", "2024-05-06", "2024-05-12"),
    ("They met in May 2024. Two months later they signed.", "2024-07-01", "2024-07-31"),
    ("They met in May 2024. Two days later they signed.", None, None),
    ("They met in 2012. The following year they signed.", "2013-01-01", "2013-12-31"),
    ("They met in June 2012. That month they signed.", "2012-06-01", "2012-06-30"),
    ("They met on 3 May 2024, then in 2015. Two days later they signed.", None, None),
]

NONE = [
    "It may fall.",
    "They march on.",
    "in 2,014 cases",
    "Sunday’s-best",
    "a 30-day cessation",
    "the second of four",
    "They fall.",
    "the fall of Rome",
    "Prices fall 2000 points.",
]
PIECES = [
    *("from", "between", "to", "and", "until", "since", "by", "early", "late", "mid", "the", "end of", "last", "this"),
    *("next", "week", "month", "year", "Monday", "Friday", "May", "June", "3", "12", "31", "2024", "1999", "1990s"),
    *("century", "19th", "ago", "two", "days", "later", "the following day", "spring", "winter", "quarter", "first"),
    *("overnight", "noon", "9 a.m.", "00", "within 30", "before", "after", "weekend", "Feb. 29", "Q3", "12-14"),
    *("2011-12", "2024-04-31", "99/99/2024", "thousand", "zero"),
]
NONE += [
    "by 2000 troops",
    "a 1500 page report",
    "even today",
]


@pytest.mark.parametrize(("text", "words", "earliest", "latest"), ABSOLUTE)
@pytest.mark.parametrize("published", [None, DAY])
def test_date_that_the_text_alone_decides_needs_no_publication_date(
    text: str, words: str, earliest: str | None, latest: str | None, published: str | None
) -> None:
    """Every written form has its bounds; the publication day only closes "since", and opens "by"."""
    (found,) = times_in(text, Span(0, len(text)), published)
    assert found.time.text == words
    if published is None or not words.startswith(("since", "by")):
        assert (found.time.earliest, found.time.latest) == (earliest, latest)


@pytest.mark.parametrize(("text", "tense", "words", "earliest", "latest"), RELATIVE)
def test_relative_date_is_counted_from_the_publication_day(
    text: str, tense: Tense, words: str, earliest: str | None, latest: str | None
) -> None:
    """Words, first and last day where the day of publication is known; its words alone where nothing is known."""
    (found,) = times_in(text, Span(0, len(text)), DAY, tense)
    assert (found.time.text, found.time.earliest, found.time.latest) == (words, earliest, latest)
    (found,) = times_in(text, Span(0, len(text)), None, tense)
    assert (found.time.text, found.time.earliest, found.time.latest) == (words, None, None)


@pytest.mark.parametrize(("text", "words"), VAGUE)
def test_time_that_pins_no_day_keeps_its_words_only(text: str, words: str) -> None:
    """A time of day, a vague number or a missing base gives no days."""
    (found,) = times_in(text, Span(0, len(text)), DAY, "future")
    assert (found.time.text, found.time.earliest, found.time.latest) == (words, None, None)


@pytest.mark.parametrize(("text", "earliest", "latest"), COUNTED_FROM)
def test_two_days_later_is_counted_from_the_date_before(text: str, earliest: str | None, latest: str | None) -> None:
    """It counts from the nearest date only, and only as far as that is known."""
    found = times_in(text, Span(0, len(text)), None)[-1].time
    assert (found.earliest, found.latest) == (earliest, latest)
    start = text.index(". ") + 1
    alone = times_in(text, Span(start, len(text)), None)[-1].time
    assert (alone.earliest, alone.latest) == (earliest, latest)


def test_two_days_later_is_not_counted_from_what_somebody_else_says() -> None:
    """The article's own date does not rest on a date in somebody's words."""
    text = "He said it fell on 3 May 2024. Two days later they signed."
    said = [Span(8, 29)]
    assert times_in(text, Span(0, len(text)), None, said=said)[-1].time.earliest is None
    assert times_in(text, Span(0, len(text)), None, said=said, own=said)[-1].time.earliest == "2024-05-05"


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
    for timed in found:
        assert (timed.time.earliest or "") <= (timed.time.latest or "9999")
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


@given(
    st.lists(st.sampled_from(PIECES), max_size=14),
    st.sampled_from([" ", ", ", "-", " – ", "\n", "  "]),
    st.sampled_from([None, DAY, MONTH, YEAR, "2024-02-29", "0001-01-01", "9999-12-31"]),
    st.sampled_from(["past", "present", "future"]),
)
def test_pieces_of_dates_in_any_order_give_ordered_bounds(
    pieces: list[str], gap: str, published: str | None, tense: Tense
) -> None:
    """No order of date words breaks the reading or turns bounds round; the words are those of the text."""
    text = gap.join(pieces)
    found = times_in(text, Span(0, len(text) + 1), published, tense)
    for timed in found:
        assert timed.span.of(text) == timed.time.text
        assert (timed.time.earliest or "") <= (timed.time.latest or "9999-12-31")
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    "piece",
    [
        "May ",
        "the ",
        "1 ",
        "12:",
        "early ",
        "last past ",
        "2000-",
        "Monday, ",
        " ",
        "two days later ",
        "between 2000 and ",
    ],
)
def test_reading_takes_time_proportional_to_the_text(piece: str) -> None:
    """Four times the text takes far less than sixteen times as long."""

    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        times_in(text, Span(0, len(text)), DAY)
        return time.process_time() - start

    seconds(1_000)
    assert seconds(80_000) < 9 * seconds(20_000) + 0.5
