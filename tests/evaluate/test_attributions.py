"""Tokens, spans and relations, each on a case that can be worked out by hand."""

from __future__ import annotations

import pytest

from kg.evaluate import ScoredAttribution
from kg.evaluate.attributions import Read, attribution_counts, form_by_marks, pairs
from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import code_points
from kg.records import Span
from tests.evaluate.build import ADDED, SAID, TEXT, at, attribution


def counts(predicted: list[ScoredAttribution], gold: list[ScoredAttribution]) -> dict[str, Counts]:
    """Counts of every measure on ``TEXT``."""
    return attribution_counts(TEXT, Read(TEXT, predicted), Read(TEXT, gold))


def test_the_gold_itself_is_right_in_every_measure() -> None:
    """Two attributions, found exactly."""
    found = counts([SAID, ADDED], [SAID, ADDED])
    assert found["relation.exact"] == found["relation"] == Counts(2, 2, 2)
    assert found["token.content"] == Counts(9, 9, 9)
    assert found["exact.source"] == Counts(1, 1, 1)


def test_tokens_are_words_and_not_marks() -> None:
    """“We never met,” is three tokens; one word too many makes the precision three of four."""
    longer = attribution("", "added", "“We never met,” he")
    assert counts([longer], [ADDED])["token.content"] == Counts(3, 4, 3)


def test_quotation_marks_at_the_edge_do_not_matter() -> None:
    """With or without marks, the content is the same set of words."""
    bare = attribution("", "added", "We never met")
    assert counts([bare], [ADDED])["relation.exact"] == Counts(1, 1, 1)


def test_half_of_the_content_is_enough_and_less_is_not() -> None:
    """“that talks in Maren” is 16 of 24 word characters, “that talks” 9."""
    long, short = (
        attribution("The envoy", "said", "that talks in Maren"),
        attribution("The envoy", "said", "that talks"),
    )
    assert counts([long], [SAID])["iou50.content"].hit == 1
    assert counts([long], [SAID])["exact.content"].hit == 0
    assert counts([short], [SAID])["iou50.content"].hit == 0


def test_a_relation_needs_the_sources_to_share_a_word_or_both_to_be_absent() -> None:
    """The right content from the wrong mouth is a miss."""
    wrong = attribution("Nobody", "said", "that talks in Maren will fail")
    none = attribution("", "said", "that talks in Maren will fail")
    part = attribution("envoy", "said", "that talks in Maren will fail")
    assert [counts([one], [SAID])["relation"].hit for one in (wrong, none, part)] == [0, 0, 1]
    assert counts([none], [none])["relation"].hit == 1


def test_a_strict_relation_needs_the_cue_too() -> None:
    """Another cue is allowed in a relation and not in a strict one."""
    other = attribution("The envoy", "added", "that talks in Maren will fail")
    found = counts([other], [SAID])
    assert (found["relation"].hit, found["relation.strict"].hit) == (1, 0)


def test_pairs_are_one_to_one_and_the_best_first() -> None:
    """The second prediction is closer and takes the gold; the first is left over."""
    gold = [frozenset(range(10))]
    assert pairs([frozenset(range(6)), frozenset(range(9))], gold, 0.5) == [(1, 0)]


def test_of_equal_pairs_the_first_is_taken_unless_another_is_preferred() -> None:
    """The same content twice: order decides, or the preference."""
    same = [frozenset({1, 2}), frozenset({1, 2})]
    assert pairs(same, same[:1], 0.5) == [(0, 0)]
    assert pairs(same, same[:1], 0.5, prefer=lambda i, _: i == 1) == [(1, 0)]


def test_a_cue_without_words_stands_for_itself() -> None:
    """A colon is a cue; two different ones do not match."""
    text = "A: no. B: yes."
    first, second = (ScoredAttribution(cue=at(cue, text)) for cue in ("A:", "B:"))
    colons = [ScoredAttribution(cue=tuple(type(s)(s.end - 1, s.end) for s in one.cue)) for one in (first, second)]
    found = attribution_counts(text, Read(text, colons[:1]), Read(text, colons))
    assert found["exact.cue"] == Counts(1, 1, 2)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("“We never met,”", "direct"),
        ("We never met,", "direct"),
        ("fail. “We never met,” he", "mixed"),
        ("to town", "indirect"),
    ],
)
def test_the_form_is_read_off_the_marks(content: str, form: str) -> None:
    """Marks inside or just outside of the content count."""
    assert form_by_marks(TEXT, at(content)) == form


def test_recall_is_counted_by_the_form_of_the_gold() -> None:
    """The direct one is found, the indirect one is not."""
    found = counts([ADDED], [SAID, ADDED])
    assert (found["recall.direct"], found["recall.indirect"]) == (Counts(1, 0, 1), Counts(0, 0, 1))


def test_an_exact_relation_allows_no_word_more() -> None:
    """A content that is one word short is a relation and not an exact one."""
    short = attribution("The envoy", "said", "talks in Maren will fail")
    found = counts([short], [SAID])
    assert (found["relation"].hit, found["relation.exact"].hit) == (1, 0)


def test_a_span_ends_before_its_end() -> None:
    """Ends are exclusive: two neighbours have nothing in common."""
    assert code_points((Span(0, 2),)) & code_points((Span(2, 4),)) == frozenset()
    assert code_points((Span(0, 2), Span(3, 4))) == {0, 1, 3}


def test_what_stands_inside_another_content_is_left_out_of_the_outermost_figures() -> None:
    """A claim inside the claim is one too many among all, and nothing among the outermost."""
    inner = attribution("talks", "in", "Maren will fail")
    found = counts([SAID, inner], [SAID])
    assert found["relation"] == Counts(1, 2, 1)
    assert found["outermost.relation"] == found["outermost.exact"] == Counts(1, 1, 1)
