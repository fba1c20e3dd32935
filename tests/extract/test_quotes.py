"""Quotations told apart from apostrophes, in every style of mark."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.quotes import find_quotes


def quoted(text: str) -> list[str]:
    """The words between the marks, with the marks."""
    return [quote.span.of(text) for quote in find_quotes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "yes" and "no".', ['"yes"', '"no"']),
        ("“Not now,” she said.", ["“Not now,”"]),
        ("„Nicht jetzt“, sagte sie.", ["„Nicht jetzt“"]),
        ("«Pas maintenant», dit-elle.", ["«Pas maintenant»"]),
        ("»Nicht jetzt«, sagte sie.", ["»Nicht jetzt«"]),
        ("”Inte nu”, sa hon.", ["”Inte nu”"]),
        ("`` Not now, '' she said.", ["`` Not now, ''"]),
        ("''Not now,'' she said. ''Later.''", ["''Not now,''", "''Later.''"]),
        ("‘Not now,’ she said.", ["‘Not now,’"]),
        ("'We won't go,' the boys' teacher said.", ["'We won't go,'"]),
        ("‘The workers’ strike goes on,’ he said.", ["‘The workers’ strike goes on,’"]),
        ("“typed wrong“ he said", ["“typed wrong“"]),
    ],
)
def test_marks_of_every_style_are_paired(text: str, expected: list[str]) -> None:
    """Each style of quotation mark closes with its own partner."""
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It's the boys' idea.",
        "the '90s, rock 'n' roll and 'em",
        "He is 6'2\" tall.",
        "Moscow’s talks with the envoys’ staff",
        "“`",
        '""',
    ],
)
def test_apostrophes_and_stray_marks_quote_nothing(text: str) -> None:
    """Possessives, clipped words, inches and marks around no word are no quotations."""
    assert quoted(text) == []


def test_inner_quotation_has_depth_one() -> None:
    """A quotation inside a quotation stands after it and is deeper."""
    text = "“He said ‘go’ to us,” she said."
    assert [(q.depth, q.span.of(text)) for q in find_quotes(text)] == [(0, "“He said ‘go’ to us,”"), (1, "‘go’")]


def test_reopened_mark_continues_the_quotation_of_the_paragraph_before() -> None:
    """A paragraph that begins with the mark which the one before left open goes on with it."""
    text = "“First paragraph.\n\n“Second paragraph,” he said.\n\n“Third.”"
    assert [(q.closed, q.continues) for q in find_quotes(text)] == [(False, False), (True, True), (True, False)]


def test_unclosed_mark_ends_with_its_paragraph() -> None:
    """A mark that nobody closes does not swallow the rest of the article."""
    text = 'She said "we will go.\n\nThe market fell.'
    assert quoted(text) == ['"we will go.']


def test_inner_words_leave_the_marks_out() -> None:
    """The inner span is the quoted words alone, closed or not."""
    text = "“Yes,” he said. “No"
    assert [q.inner().of(text) for q in find_quotes(text)] == ["Yes,", "No"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab. ,\n\r\"'“”‘’«»„`\u200b\u202e\U0001f44d5s", max_size=60))
def test_any_text_gives_spans_inside_it_and_the_same_ones_again(text: str) -> None:
    """No text breaks the search; outer quotations never overlap."""
    quotes = find_quotes(text)
    assert quotes == find_quotes(text)
    assert all(0 <= q.start < q.end <= len(text) and q.inner().end <= q.end for q in quotes)
    outer = [q for q in quotes if q.depth == 0]
    assert all(a.end <= b.start for a, b in pairwise(outer))
