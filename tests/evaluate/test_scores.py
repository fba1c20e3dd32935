"""Averages over annotators, missing answers, intervals, phenomena, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.errors import InputError
from kg.evaluate import Gold, Prediction, evaluate
from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import PHENOMENA
from kg.evaluate.report import table
from kg.records import Document, Run
from tests.evaluate.build import ADDED, SAID, TEXT, fact, record
from tests.gold.load import load_gold


def gold(name: str, *annotations: tuple[object, ...]) -> Gold:
    """Gold of ``TEXT`` by as many annotators as are given."""
    return Gold(id=name, text=TEXT, annotations=annotations)  # type: ignore[arg-type]


def test_several_annotators_are_averaged() -> None:
    """Right against one, half right against the other: one and a half hits of one and a half gold."""
    figures = evaluate([gold("d", (SAID,), (SAID, ADDED))], {"d": Prediction(attributions=(SAID,))})
    assert figures.total()["relation"] == Counts(1, 1, 1.5)


def test_a_document_without_an_answer_counts_as_empty_and_is_named() -> None:
    """Silence is not left out of the recall."""
    figures = evaluate([gold("a", (SAID,)), gold("b", (SAID,))], {"a": Prediction(attributions=(SAID,))})
    assert figures.total()["relation"] == Counts(1, 1, 2)
    assert figures.missing == ("b",)
    assert "1 of them without an answer (scored as empty): b" in table(figures, resamples=10)


def test_rates_follow_from_counts() -> None:
    """Two of four predicted, two of three gold; nothing is 0, not an error."""
    counts = Counts(2, 4, 3)
    assert counts.precision == 0.5
    assert counts.recall == pytest.approx(2 / 3)
    assert counts.f1 == pytest.approx(4 / 7)
    assert Counts().f1 == 0


def test_intervals_are_repeatable_and_hold_the_figure() -> None:
    """Same seed, same interval; another seed, another one; the figure lies inside."""
    names = [f"{number}" for number in range(9)]
    answers = {name: Prediction(attributions=(SAID,)) for name in names[:5]}
    figures = evaluate([gold(name, (SAID,)) for name in names], answers)
    once, again = figures.intervals(200), figures.intervals(200)
    assert once == again
    low, high = once["relation"]["recall"]
    assert low < 5 / 9 < high
    assert all(figures.intervals(5, seed) == figures.intervals(5, seed) for seed in range(9))
    assert len({figures.intervals(5, seed)["relation"]["f1"] for seed in range(9)}) > 1


def test_answers_to_another_text_are_refused() -> None:
    """Offsets into another text would be scored as if they meant something."""
    other = record(document=Document(id="d", text=TEXT + " "))
    with pytest.raises(InputError, match="d: the text of the record is not the gold's text"):
        evaluate([Gold.of(record())], {"d": Prediction.of(other)})


def test_no_gold_and_the_same_id_twice_are_refused() -> None:
    """Neither gives a figure that means anything."""
    with pytest.raises(InputError, match="no documents"):
        evaluate([], {})
    with pytest.raises(InputError, match="two documents with the id 'a'"):
        evaluate([gold("a", (SAID,)), gold("a", (SAID,))], {})


def test_figures_by_phenomenon_are_those_of_its_documents() -> None:
    """The phenomena stand in the run's settings of a gold record."""
    run = Run(extractor="gold", version="1", settings=((PHENOMENA, "denial hearsay"),))
    tested = Gold.of(record(run=run))
    assert tested.phenomena == {"denial", "hearsay"}
    figures = evaluate([replace(tested, annotations=((SAID,),)), gold("other", (ADDED,))], {})
    assert figures.total("denial")["relation"].gold == 1
    assert figures.total()["relation"].gold == 2
    assert figures.total("unheard of") == {}


def test_false_events_are_listed_in_the_report() -> None:
    """A false event is printed with its words: it is what must never happen."""
    wrong = record(facts=(fact("Nobody came to town", "visit"),))
    right = record(facts=(fact("Nobody came to town", "visit", polarity="negative"),))
    printed = table(evaluate([Gold.of(right)], {"d": Prediction.of(wrong)}), resamples=10)
    assert "d: visit (negative, certain, nonFuture): Nobody came to town" in printed


def test_the_own_gold_scores_full_against_itself() -> None:
    """Every rate 100 %, nothing laundered, swallowed or falsely asserted."""
    articles = [Gold.of(article.record) for article in load_gold()]
    answers = {article.record.document.id: Prediction.of(article.record) for article in load_gold()}
    total = evaluate(articles, answers).total()
    nothing = {"laundered", "swallowed", "misattributed", "false events"}
    assert {measure for measure in nothing if total[measure].hit} == set()
    full = set(total) - nothing - {"unclear", "uncovered"}
    assert {measure for measure in full if total[measure].recall < 1} == set()
    assert total["nested"].gold > 50


def test_the_barrier_is_measured_on_the_first_annotator() -> None:
    """Only the second annotator sees content: for the barrier all is own voice."""
    total = evaluate([gold("d", (), (SAID, ADDED))], {}).total()
    assert total["laundered"] == Counts(0, 0, 0)
    assert total["swallowed"].gold == 4
