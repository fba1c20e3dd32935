"""HTML left in a text: read past at the same offsets."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.markup import without_markup


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("<p>Talks <b>failed</b>.</p><p>He left.</p>", ["Talks", "failed", ".", "He", "left."]),
        ("&quot;No,&quot; he said.", ['"', "No,", '"', "he", "said."]),
        ("Russia&rsquo;s envoy", ["Russia", "’s", "envoy"]),
        ("a&nbsp;b &#8212; c &#x2014; d", ["a", "b", "—", "c", "—", "d"]),
        ("before<script>if (a<b) say('<p>no</p>')</SCRIPT >after", ["before", "after"]),
        ("before<style>p {color: red}</style><!-- the <b>note</b> -->after", ["before", "after"]),
        ("before<!-- never closed", ["before", "never", "closed"]),
        ("<script>never closed <script>", ["never", "closed"]),
    ],
)
def test_markup_is_blank_and_what_it_shows_stays(marked: str, words: list[str]) -> None:
    """What a reader of the page would see, in the same number of code points."""
    unmarked = without_markup(marked)
    assert unmarked.text.split() == words
    assert len(unmarked.text) == len(marked)
    for span in (*unmarked.tags, *unmarked.references):
        assert span.of(marked)[0] in "<&"


@pytest.mark.parametrize(
    "text", ["a < b and c > d", "AT&T; R&D", "<3", "<<quoted>>", "1<2", "&; &x; &bogusreference;", "<NATO> said", ""]
)
def test_a_text_without_markup_is_as_it_was(text: str) -> None:
    """An arrow or an ampersand is none."""
    assert without_markup(text).text is text


def test_a_tag_that_ends_a_line_breaks_it() -> None:
    """Two paragraphs of a page are two, though the file has them in one line; bold words are in theirs."""
    lines = without_markup("<h1>Head</h1><p>One <i>and</i> more.<br>Two.</p>").text.split("\n")
    assert [line.split() for line in lines if line.strip()] == [["Head"], ["One", "and", "more."], ["Two."]]


def test_a_reference_lies_wholly_in_what_it_marks() -> None:
    """An opening mark stands where its reference begins, a closing one where it ends."""
    text = "x &quot;No,&quot; y"
    unmarked = without_markup(text).text
    quoted = text[unmarked.index('"') : unmarked.rindex('"') + 1]
    assert quoted == "&quot;No,&quot;"


@given(st.lists(st.sampled_from(["<p>", "<b", ">", "&amp;", "&", ";", "<!--", "-->", "<script>", "</script>", "a"])))
def test_any_markup_keeps_the_length(pieces: list[str]) -> None:
    """Whatever is left open."""
    text = "".join(pieces)
    unmarked = without_markup(text)
    assert len(unmarked.text) == len(text)
    starts = [span.start for span in unmarked.tags]
    assert starts == sorted(starts)


@pytest.mark.parametrize("piece", ["<", "<p ", "<!--", "<script>", "&a", "<p><b>&amp;", "</script"])
def test_hostile_markup_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    """Eight times the text in less than forty times the time: a square would be sixty-four.

    The least of three runs: in a process with many objects, a collection of garbage may take as long as one.
    """

    def seconds(repeats: int) -> float:
        begin = time.process_time()
        without_markup(piece * repeats)
        return time.process_time() - begin

    short, long = (min(seconds(repeats) for _ in range(3)) for repeats in (8_000, 64_000))
    assert long < 40 * max(short, 0.002)
