"""Nesting, acts, speakers and false events, on records of one short text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kg.evaluate.counts import Counts
from kg.evaluate.statements import false_events, statement_counts
from kg.records import Claim, Entity, Event, Record
from tests.evaluate.build import TEXT, at, fact, record

SAID = Claim(
    id="c1",
    source=at("The envoy"),
    cue=at("said"),
    content=at("that talks in Maren will fail"),
    speakers=("envoy",),
    speech_act="predict",
    quote_form="indirect",
    frame="future",
    rule="test",
)
INNER = replace(SAID, id="c2", source=at("Maren"), cue=(), content=at("talks in Maren will fail"), parent="c1")


def test_properties_are_counted_on_matched_claims() -> None:
    """The act is wrong, the frame is right, and the missing claim is not counted."""
    found = statement_counts(record(claims=(replace(SAID, speech_act="say"),)), record(claims=(SAID,)))
    assert found["speech_act"] == Counts(0, 0, 1)
    assert found["frame"] == found["speaker"] == Counts(1, 0, 1)
    assert statement_counts(record(), record(claims=(SAID,)))["speech_act"] == Counts(0, 0, 0)


def test_a_nested_claim_counts_as_found_only_when_it_is_nested() -> None:
    """The same words as a claim of their own are not the nested one."""
    gold = record(claims=(SAID, INNER))
    flat = record(claims=(SAID, replace(INNER, parent=None)))
    assert statement_counts(gold, gold)["nested"] == Counts(1, 0, 1)
    assert statement_counts(flat, gold)["nested"] == Counts(0, 0, 1)


def test_a_speaker_is_the_same_by_name_or_by_place_of_mention() -> None:
    """Another id does not matter, another entity does."""
    person = Entity(id="p7", type="person", name="Somebody", mentions=at("The envoy"))
    gold = record(claims=(SAID,))
    renamed = record(entities=(person,), claims=(replace(SAID, speakers=("p7",)),))
    wrong = record(claims=(replace(SAID, speakers=("veloria",)),))
    assert statement_counts(renamed, gold)["speaker"].hit == 1
    assert statement_counts(wrong, gold)["speaker"].hit == 0


def test_a_city_as_place_is_not_the_government_of_that_name() -> None:
    """Maren that speaks is an actor; an answer with the place is wrong."""
    actor = Entity(id="gov", type="political_actor", name="Maren", mentions=at("Maren"))
    gold = record(entities=(actor,), claims=(replace(SAID, speakers=("gov",)),))
    place = record(claims=(replace(SAID, speakers=("maren",)),))
    assert statement_counts(place, gold)["speaker"].hit == 0


def test_one_entity_for_two_speakers_is_right_about_one_at_most() -> None:
    """Throwing everybody together does not pay."""
    gold = record(claims=(SAID, replace(INNER, speakers=("veloria",), parent=None)))
    mixed = Entity(id="all", type="person", name="X", aliases=("Veloria", "the envoy"))
    answer = record(
        entities=(mixed,),
        claims=(replace(SAID, speakers=("all",)), replace(INNER, speakers=("all",), parent=None)),
    )
    assert statement_counts(answer, gold)["speaker"] == Counts(1, 0, 2)


def test_two_unnamed_sources_are_the_same_where_the_source_is() -> None:
    """Nothing names them: the source span, which matched, is all there is."""
    nobody = Entity(id="u", type="unnamed_source", name="unnamed")
    answer = record(entities=(nobody,), claims=(replace(SAID, source=(), speakers=("u",)),))
    gold = record(claims=(replace(SAID, source=()),))
    assert statement_counts(answer, gold)["speaker"].hit == 1


@pytest.mark.parametrize(
    ("words", "parts", "reason"),
    [
        ("talks in Maren will fail", {}, "said by somebody"),
        ("Nobody came to town", {"polarity": "negative"}, "negative"),
        ("Nobody came to town", {"frame": "future"}, "future"),
        ("Nobody came to town", {"certainty": "possible"}, "possible"),
    ],
)
def test_an_event_asserted_from_content_or_from_what_is_not_so_is_false(
    words: str, parts: dict[str, str], reason: str
) -> None:
    """The four ways in which a claim or a non-event becomes an event."""
    gold = record(claims=(SAID,), facts=(fact("Nobody came to town", "visit", **parts),) if parts else ())
    answer = record(facts=(fact(words, "visit"),))
    (event,) = false_events(answer, gold)
    assert reason in event.reason
    assert event.words == words
    assert statement_counts(answer, gold)["false events"] == Counts(1, 0, 1)


def test_an_event_of_own_voice_is_not_false_and_one_that_is_not_asserted_neither() -> None:
    """The port was closed; that talks will fail is in the answer's future and asserts nothing."""
    gold = record(claims=(SAID,), facts=(fact("Veloria closed the port", "blockade"),))
    answer = record(
        facts=(
            fact("Veloria closed the port", "blockade"),
            fact("talks in Maren will fail", "negotiation", frame="future"),
        )
    )
    assert list(false_events(answer, gold)) == []
    assert statement_counts(answer, gold)["events"] == Counts(1, 1, 1)


def test_an_event_of_another_type_is_not_found() -> None:
    """Place alone is not enough."""
    gold = record(facts=(fact("Veloria closed the port", "blockade"),))
    answer = record(facts=(fact("Veloria closed the port", "visit"), fact("Nobody came to town", "blockade")))
    assert statement_counts(answer, gold)["events"] == Counts(0, 2, 1)
    assert "port" in TEXT


def test_two_entities_for_one_speaker_are_right_once() -> None:
    """Splitting a speaker in two does not pay either."""
    split = (
        Entity(id="a", type="person", name="the envoy"),
        Entity(id="b", type="person", name="Envoy", mentions=at("The envoy")),
    )
    gold = record(claims=(SAID, replace(INNER, parent=None)))
    answer = record(
        entities=split, claims=(replace(SAID, speakers=("a",)), replace(INNER, speakers=("b",), parent=None))
    )
    assert statement_counts(answer, gold)["speaker"] == Counts(1, 0, 2)


def test_the_right_content_from_another_source_is_not_matched() -> None:
    """Its act may be right; it is not the claim that was looked for."""
    answer = record(claims=(replace(SAID, source=at("Nobody")),))
    assert statement_counts(answer, record(claims=(SAID,)))["speech_act"] == Counts(0, 0, 0)


def test_of_two_claims_with_one_content_the_one_with_the_source_is_matched() -> None:
    """“Citing a minister, television reported that”: two claims, one content."""
    other = replace(SAID, id="c3", source=at("Veloria"), speakers=("veloria",), speech_act="report")
    found = statement_counts(record(claims=(other, SAID)), record(claims=(SAID, other)))
    assert found["speech_act"] == Counts(2, 0, 2)


def test_an_asserted_fact_inside_a_negative_one_is_not_false() -> None:
    """Where the gold asserts the very words, what stands around them does not matter."""
    around = replace(fact("The envoy said that talks in Maren will fail", "state", polarity="negative"), id="around")
    gold = record(facts=(around, fact("talks in Maren", "negotiation")))
    assert list(false_events(record(facts=(fact("talks in Maren", "negotiation"),)), gold)) == []


def test_claim_given_to_another_named_speaker_is_misattributed() -> None:
    """Somebody else whom the text names is worse than nobody."""
    person = Entity(id="p", type="person", name="Ann Reed", mentions=at("The envoy"))
    gold = record(entities=(*record().entities[1:], person), claims=(replace(SAID, speakers=("p",)),))
    wrong = record(claims=(replace(SAID, speakers=("veloria",)),))
    nobody = record(claims=(SAID,))
    assert statement_counts(wrong, gold)["misattributed"] == Counts(1, 0, 1)
    assert statement_counts(nobody, gold)["misattributed"] == Counts(0, 0, 1)
    assert statement_counts(gold, gold)["misattributed"] == Counts(0, 0, 1)


def test_addressees_are_counted_both_ways() -> None:
    """One found too many and one missed."""
    gold = record(claims=(replace(SAID, addressees=("veloria",)),))
    assert statement_counts(record(claims=(SAID,)), gold)["addressees"] == Counts(0, 0, 1)
    assert statement_counts(gold, record(claims=(SAID,)))["addressees"] == Counts(0, 1, 0)
    assert statement_counts(gold, gold)["addressees"] == Counts(1, 1, 1)


def test_role_is_right_for_the_same_entity_in_the_same_role() -> None:
    """Places are not counted; a doer taken for the one it was done to is wrong."""
    closed = fact("Veloria closed the port", "blockade")

    def answer(**roles: Any) -> Record:
        return record(facts=(replace(closed, events=(Event(type="blockade", **roles),)),))

    gold = answer(agents=("veloria",), places=("maren",))
    assert statement_counts(answer(agents=("veloria",)), gold)["roles"] == Counts(1, 1, 1)
    assert statement_counts(answer(targets=("veloria",)), gold)["roles"] == Counts(0, 1, 1)
    assert statement_counts(answer(places=("maren",)), gold)["roles"] == Counts(0, 0, 1)


def test_position_needs_the_holder() -> None:
    """An office of somebody else is not the one that the text tells of."""
    held = fact("The envoy", "holdPosition")

    def answer(holder: str) -> Record:
        return record(facts=(replace(held, events=(Event(type="holdPosition", agents=(holder,)),)),))

    assert statement_counts(answer("envoy"), answer("envoy"))["positions"] == Counts(1, 1, 1)
    assert statement_counts(answer("veloria"), answer("envoy"))["positions"] == Counts(0, 1, 1)
