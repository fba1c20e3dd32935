"""Figures on sentences coded by hand after PLOVER."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.evaluate import Gold, Prediction, evaluate, report
from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import Coded
from kg.evaluate.plover import ACTORS, MACRO, TYPES, coded_counts, macro_f1
from kg.evaluate.sources import read_gold
from kg.records import Event
from tests.evaluate.build import TEXT, at, fact, record
from tests.evaluate.test_statements import SAID

LINE = {
    "id": "s1",
    "text": TEXT,
    "event": "COERCE",
    "spans": [
        {"label": "SRC", "start": 0, "end": 7, "text": "Veloria"},
        {"label": "EVT", "start": 8, "end": 14, "text": "closed"},
        {"label": "LOC", "start": 59, "end": 64, "text": "Maren"},
    ],
}
CLOSED = replace(
    fact("Veloria closed the port", "seize"),
    events=(Event(type="seize", agents=("veloria",), places=("maren",)),),
)


def coded(type_: str, *actors: str) -> Coded:
    """A coding with these words as actors."""
    return Coded(type=type_, actors=tuple(span for words in actors for span in at(words)))


def test_a_file_of_coded_sentences_is_read_as_gold(tmp_path: Path) -> None:
    """Text, type and the spans of actors; events and places are no actors."""
    path = tmp_path / "coded.jsonl"
    path.write_text(json.dumps(LINE) + "\n", "utf-8")
    (gold,) = read_gold(path)
    assert gold == Gold(id="s1", text=TEXT, annotations=(), coded=coded("COERCE", "Veloria"))


def test_a_line_that_is_no_coded_sentence_is_named(tmp_path: Path) -> None:
    """File and line."""
    path = tmp_path / "coded.jsonl"
    path.write_text(json.dumps(LINE) + "\n" + json.dumps({**LINE, "spans": [{"label": "SRC"}]}) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"coded.jsonl:2: no coded sentence"):
        read_gold(path)


def test_a_narrow_event_type_has_the_code_of_the_broader_one() -> None:
    """A seizure is COERCE, as our own scheme says, and its agent is found."""
    counts = coded_counts(record(facts=(CLOSED,)), coded("COERCE", "Veloria"))
    assert counts == {f"{TYPES}COERCE": Counts(1, 1, 1), ACTORS: Counts(1, 1, 1)}


def test_an_act_of_speech_counts_and_comes_before_what_it_says() -> None:
    """Threatening to fight is THREATEN, by the one who speaks."""
    claim = replace(
        SAID, speech_act="threaten", speakers=("envoy",), stated_events=(Event(type="occupy", agents=("veloria",)),)
    )
    counts = coded_counts(record(claims=(claim,)), coded("THREATEN", "The envoy"))
    assert counts == {f"{TYPES}THREATEN": Counts(1, 1, 1), ACTORS: Counts(1, 1, 1)}


def test_an_act_without_a_code_leaves_it_to_what_is_said() -> None:
    """That somebody said something is no event of the coding."""
    taken = Event(type="seize", agents=("veloria",))
    claim = replace(SAID, speech_act="say", frame="nonFuture", stated_events=(taken,))
    counts = coded_counts(record(claims=(claim,)), coded("COERCE", "Veloria"))
    assert counts[f"{TYPES}COERCE"] == Counts(1, 1, 1)


def test_a_wrong_type_is_missed_once_and_wrong_once() -> None:
    """In the types of the gold and of the answer."""
    counts = coded_counts(record(facts=(CLOSED,)), coded("AID", "The envoy"))
    assert counts == {f"{TYPES}AID": Counts(0, 0, 1), f"{TYPES}COERCE": Counts(0, 1, 0), ACTORS: Counts(0, 1, 1)}


def test_no_answer_misses_everything() -> None:
    """The whole sentence."""
    assert coded_counts(None, coded("AID", "The envoy")) == {f"{TYPES}AID": Counts(0, 0, 1), ACTORS: Counts(0, 0, 1)}


def test_the_macro_f1_is_the_mean_over_the_types_of_the_gold() -> None:
    """A type that only answers have lowers nothing but the type it was taken for."""
    total = {f"{TYPES}A": Counts(1, 1, 1), f"{TYPES}B": Counts(0, 0, 3), f"{TYPES}C": Counts(0, 2, 0)}
    assert macro_f1(total) == 0.5
    assert macro_f1({"relation": Counts(1, 1, 1)}) is None


def test_the_table_has_both_figures_with_intervals() -> None:
    """And none of the attribution rows."""
    gold = [
        Gold(id=f"s{n}", text=TEXT, annotations=(), coded=coded(t, "Veloria"))
        for n, t in enumerate(["COERCE", "AID"] * 4)
    ]
    figures = evaluate(gold, {one.id: Prediction.of(record(facts=(CLOSED,))) for one in gold})
    table = report.table(figures, resamples=50)
    assert "mean of 2 types" in table
    assert "relation" not in table
    assert {MACRO, ACTORS} <= {line.split(" ")[0] for line in table.splitlines()}
    low, high = figures.intervals(50)[MACRO]["f1"]
    assert 0 <= low < high <= 1


@pytest.mark.parametrize(
    ("event", "code"),
    [
        *(
            ("kill", "ASSAULT"),
            ("clash", "FIGHT"),
            ("shelling", "FIGHT"),
            ("concede", "CONCEDE"),
            ("reform", "CONCEDE"),
        ),
        *(("release", "RETREAT"), ("withdraw", "RETREAT"), ("retreat", "RETREAT"), ("allowAccess", "RETREAT")),
    ],
)
def test_of_two_codes_of_one_concept_the_number_in_cameo_decides(event: str, code: str) -> None:
    """One concept of ours covers both."""
    told = replace(CLOSED, events=(Event(type=event),))
    assert coded_counts(record(facts=(told,)), coded(code))[f"{TYPES}{code}"] == Counts(1, 1, 1)


@pytest.mark.parametrize(("event", "code"), [("visit", "AGREE"), ("release", "AGREE"), ("seize", "THREATEN")])
def test_what_is_still_to_come_is_an_intent(event: str, code: str) -> None:
    """A visit that will be made is agreed to, a seizure that will be made is threatened."""
    told = replace(CLOSED, frame="future", events=(Event(type=event, agents=("veloria",)),))
    assert coded_counts(record(facts=(told,)), coded(code))[f"{TYPES}{code}"] == Counts(1, 1, 1)
