"""Coverage: no word of a text is lost between facts, claims and unclear passages."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.coverage import left_over, uncovered_words
from kg.records import Record, Span
from tests.extract.reading import SEED, extracted

_NEWSY = st.lists(
    st.sampled_from(
        [
            "Russia",
            "said",
            "that",
            "the envoy",
            "“",
            "”",
            '"',
            "attacked",
            "Ukraine",
            ".",
            "\n\n",
            "on Thursday,",
            "has accused",
            "of",
            "allegedly",
            "He",
            "will",
            "not",
            "meet",
            "'",
            "’s",
            "U.S.",
            "(",
            ")",
            "—",
            "if",
            "?",
            "Moscow and Washington",
            "agreed to",
            "a truce",
            "according to",
            "officials",
            "\u200b",
            "\r\n",
            "é",
            "_",
            "30-day",
            "who",
            "and",
            "x\ud7ff",
        ]
    ),
    min_size=1,
    max_size=60,
).map(" ".join)


def uncovered(record: Record) -> list[str]:
    """The words of the text in no statement, context or unclear passage."""
    return [word.of(record.document.text) for word in uncovered_words(record.document.text, record.places())]


def test_every_word_of_the_seed_is_covered() -> None:
    """The real article, its stray last characters included."""
    assert uncovered(extracted(SEED.read_text("utf-8"))) == []


@settings(max_examples=60, deadline=None)
@given(st.one_of(_NEWSY, st.text(min_size=1, max_size=300)).filter(lambda text: bool(text.strip())))
def test_every_word_of_any_text_is_covered(text: str) -> None:
    """Whatever the text, each word is in a fact, a claim, context or an unclear passage."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        return
    assert uncovered(extracted(text)) == []


def test_left_over_words_of_one_line_make_one_passage() -> None:
    """Neighbours join over stops, not over a line break nor over a covered word."""
    text = "one, two\nthree covered four"
    passages = [u.span.of(text) for u in left_over(text, [Span(15, 22)])]
    assert passages == ["one, two", "three", "four"]


def test_word_half_covered_is_left_over_whole() -> None:
    """A span that ends inside a word does not cover it."""
    assert [w.of("Black Sea") for w in uncovered_words("Black Sea", [Span(0, 3)])] == ["Black", "Sea"]


def test_touching_spans_cover_a_word_together() -> None:
    """Two spans that meet inside a word hold it as one would."""
    assert list(uncovered_words("together", [Span(0, 2), Span(2, 8)])) == []


def test_words_are_what_the_expression_w_plus_finds() -> None:
    """The measure of coverage is the plain regular expression."""
    text = "U.S. — 30-day é_1 “`"
    assert [w.of(text) for w in uncovered_words(text, [])] == re.findall(r"\w+", text)
