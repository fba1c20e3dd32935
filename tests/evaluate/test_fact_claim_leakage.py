"""Laundered, swallowed, unclear, uncovered on four sentences."""

from __future__ import annotations

from kg.evaluate import Prediction
from kg.evaluate.counts import Counts
from kg.evaluate.fact_claim_leakage import barrier_counts
from tests.evaluate.build import ADDED, SAID, TEXT, at, attribution

EVERYTHING = attribution("", "", TEXT)


def test_without_a_fact_side_all_that_is_not_claimed_counts_as_asserted() -> None:
    """Nothing found: the one sentence that is mostly content is laundered, no own-voice sentence is swallowed."""
    found = barrier_counts(TEXT, [SAID, ADDED], Prediction())
    assert found["laundered"] == Counts(2, 0, 2)
    assert found["swallowed"] == Counts(0, 0, 2)


def test_what_is_claimed_or_unclear_is_not_laundered() -> None:
    """One content found, the other one marked unclear."""
    answer = Prediction(attributions=(SAID,), unclear=at("“We never met,” he added."))
    found = barrier_counts(TEXT, [SAID, ADDED], answer)
    assert found["laundered"] == Counts(0, 0, 2)
    assert found["unclear"] == Counts(1, 0, 4)


def test_context_is_neither_asserted_nor_uncovered() -> None:
    """A dateline is in its place: it launders nothing, and is not missing."""
    answer = Prediction(attributions=(SAID,), facts=(), context=at("Veloria closed the port."))
    found = barrier_counts(TEXT, [SAID, ADDED], answer)
    assert found["uncovered"] == Counts(2, 0, 4)
    everything = Prediction(context=(attribution("", "", TEXT).content))
    assert barrier_counts(TEXT, [SAID, ADDED], everything)["laundered"].hit == 0


def test_own_voice_inside_predicted_content_is_swallowed() -> None:
    """A claim over the whole text takes both own-voice sentences."""
    found = barrier_counts(TEXT, [SAID, ADDED], Prediction(attributions=(EVERYTHING,)))
    assert found["swallowed"] == Counts(2, 0, 2)


def test_with_a_fact_side_only_facts_are_asserted_and_the_rest_is_uncovered() -> None:
    """One fact over own voice: nothing laundered, three of four sentences in no span at all."""
    found = barrier_counts(TEXT, [SAID, ADDED], Prediction(facts=at("Veloria closed the port.")))
    assert found["laundered"].hit == 0
    assert found["uncovered"] == Counts(3, 0, 4)


def test_a_fact_over_content_is_laundered_unless_the_same_words_are_claimed() -> None:
    """Claim before fact: what is also content is not counted as asserted."""
    both = Prediction(attributions=(SAID,), facts=SAID.content)
    assert barrier_counts(TEXT, [SAID], both)["laundered"].hit == 0
    assert barrier_counts(TEXT, [SAID], Prediction(facts=SAID.content))["laundered"].hit == 1


def test_short_sentences_and_sentences_with_a_little_content_do_not_count() -> None:
    """“We never met,” he added: one word of five attributed is neither attributed nor own voice."""
    little = attribution("", "", "never")
    found = barrier_counts(TEXT, [little], Prediction())
    assert found["laundered"].gold + found["swallowed"].gold == 3
    assert barrier_counts("It did not.", [], Prediction())["swallowed"].gold == 0
