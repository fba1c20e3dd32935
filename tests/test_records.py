"""Records refuse to be built wrong."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.records import (
    Claim,
    Document,
    Entity,
    Event,
    Evidence,
    Fact,
    Impossible,
    Link,
    Record,
    Span,
    first_overlap,
    merged,
    without,
)
from tests.samples import TEXT, at, sample


def test_fact_has_no_speaker_field() -> None:
    """The type itself leaves no place for a speaker in a fact."""
    assert "speakers" not in {field.name for field in fields(Fact)}


def test_claim_without_speaker_is_refused() -> None:
    """A claim nobody makes cannot be built."""
    claim = sample().claims[0]
    with pytest.raises(Impossible, match="needs a speaker"):
        replace(claim, speakers=())


def test_claim_without_content_is_refused() -> None:
    """A claim that says nothing cannot be built."""
    with pytest.raises(Impossible, match="needs content"):
        replace(sample().claims[0], content=())


@pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2)])
def test_empty_or_negative_span_is_refused(start: int, end: int) -> None:
    """A span holds at least one code point of the text."""
    with pytest.raises(Impossible):
        Span(start, end)


def test_span_after_the_text_is_refused() -> None:
    """A span must lie in the document's text."""
    record = sample()
    far = Entity(id="far", type="place", name="Far", mentions=(Span(0, len(TEXT) + 1),))
    with pytest.raises(Impossible, match="ends after the text"):
        replace(record, entities=(*record.entities, far))


def test_fact_inside_what_somebody_said_is_refused() -> None:
    """No fact can stand in the content of a claim, not by a single code point."""
    record = sample()
    content = record.claims[0].content[0]
    for span in (content, Span(content.start - 4, content.start + 1), Span(content.end - 1, content.end + 3)):
        with pytest.raises(Impossible, match="a claim is not a fact"):
            replace(record, facts=(*record.facts, Fact(id="x", anchor=(span,), rule="test")))


def test_what_decided_a_fact_stands_outside_of_what_somebody_said() -> None:
    """A word of somebody's content decides nothing that the article says itself."""
    record = sample()
    decided = Evidence(feature="polarity", spans=record.claims[0].content)
    facts = (replace(record.facts[0], evidence=(decided,)), *record.facts[1:])
    with pytest.raises(Impossible, match=r"facts\[0\].evidence\[0\].spans: .*a claim is not a fact"):
        replace(record, facts=facts)
    claims = (replace(record.claims[0], evidence=(decided,)), *record.claims[1:])
    assert replace(record, claims=claims).claims[0].evidence == (decided,)


def test_evidence_is_words_for_one_feature() -> None:
    """No evidence without words, none twice for one thing, and a fact is no act of speech."""
    fact, claim = sample().facts[0], sample().claims[0]
    with pytest.raises(Impossible, match="needs the words"):
        Evidence(feature="act", spans=())
    with pytest.raises(Impossible, match="unknown value 'mood'"):
        Evidence(feature="mood", spans=fact.anchor)
    act = Evidence(feature="act", spans=claim.cue)
    with pytest.raises(Impossible, match="'act' is used twice"):
        replace(claim, evidence=(act, act))
    with pytest.raises(Impossible, match="no act of speech"):
        replace(fact, evidence=(act,))


def test_fact_beside_what_somebody_said_is_accepted() -> None:
    """A fact may touch a claim's content and may overlap its source and cue."""
    record = sample()
    claim = record.claims[0]
    beside = Span(claim.source[0].start, claim.content[0].start)
    assert replace(record, facts=(*record.facts, Fact(id="x", anchor=(beside,), rule="test")))


@pytest.mark.parametrize(
    ("polarity", "certainty", "frame"),
    [
        ("negative", "certain", "nonFuture"),
        ("positive", "probable", "nonFuture"),
        ("positive", "possible", "nonFuture"),
        ("positive", "unspecified", "nonFuture"),
        ("positive", "certain", "future"),
        ("positive", "certain", "hypothetical"),
    ],
)
def test_only_positive_certain_nonfuture_facts_assert_events(polarity: str, certainty: str, frame: str) -> None:
    """'No meeting took place' and 'will travel' make no event."""
    fact = sample().facts[0]
    assert fact.asserts_events
    assert not replace(fact, polarity=polarity, certainty=certainty, frame=frame).asserts_events


def test_stated_participant_cannot_take_part_in_a_fact() -> None:
    """Who exists only in what a claim says cannot do anything in the document's own voice."""
    record = sample()
    fact = replace(record.facts[0], events=(Event(type="assault", agents=("forces",)),))
    with pytest.raises(Impossible, match="exists only in what a claim says"):
        replace(record, facts=(fact,))


def test_stated_participant_cannot_speak_at_top_level() -> None:
    """Who exists only in what a claim says cannot make a claim of the graph."""
    record = sample()
    claim = replace(record.claims[0], speakers=("forces",))
    with pytest.raises(Impossible, match="exists only in what a claim says"):
        replace(record, claims=(claim, *record.claims[1:]))


def test_actor_is_no_place() -> None:
    """'Moscow insists' and 'talks in Moscow' are two things: an event happens at a place."""
    record = sample()
    fact = replace(record.facts[0], events=(Event(type="meeting", places=("belmark",)),))
    with pytest.raises(Impossible, match="is no place"):
        replace(record, facts=(fact,))


def test_nesting_in_a_circle_is_refused() -> None:
    """A claim cannot stand inside itself, directly or round about."""
    record = sample()
    outer = replace(record.claims[1], parent="c3")
    with pytest.raises(Impossible, match="stands inside itself"):
        replace(record, claims=(record.claims[0], outer, *record.claims[2:]))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"speakers": ("nobody",)}, "claims[0].speakers[0]"),
        ({"targets": ("nobody",)}, "claims[0].targets[0]"),
        ({"medium": "nobody"}, "claims[0].medium"),
        ({"parent": "nothing"}, "claims[0].parent"),
        ({"stated_events": (Event(type="visit", agents=("nobody",)),)}, "claims[0].stated_events[0].agents"),
    ],
)
def test_reference_to_nothing_is_refused_with_its_path(change: dict[str, Any], path: str) -> None:
    """Every id that is named must exist, and the error says where it does not."""
    record = sample()
    with pytest.raises(Impossible) as caught:
        replace(record, claims=(replace(record.claims[0], **change), *record.claims[1:]))
    assert caught.value.path == path


@pytest.mark.parametrize("text", ["", " \n\t", "a\ud800b"])
def test_document_without_usable_text_is_refused(text: str) -> None:
    """A document has words, and every one of them is a Unicode scalar value."""
    with pytest.raises(Impossible):
        Document(id="d", text=text)


@pytest.mark.parametrize("date", ["yesterday", "2025-13", "2025-04-40", "03/04/2025", ""])
def test_date_that_is_none_is_refused(date: str) -> None:
    """A publication date is ISO 8601, as precise as known."""
    with pytest.raises(Impossible, match="is not a date"):
        Document(id="d", text="t", published=date)


@pytest.mark.parametrize("wikidata", ["159", "Q", "q159", "Q१२"])
def test_wrong_wikidata_id_is_refused(wikidata: str) -> None:
    """A Wikidata id is a Q and digits."""
    with pytest.raises(Impossible, match="is not an id"):
        Entity(id="e", type="place", name="E", wikidata=wikidata)


def test_unknown_tags_are_refused() -> None:
    """Types, acts and links come from the schemes."""
    with pytest.raises(Impossible, match="unknown value 'party'"):
        Event(type="party")
    with pytest.raises(Impossible, match="unknown value 'mumble'"):
        replace(sample().claims[0], speech_act="mumble")
    with pytest.raises(Impossible, match="unknown value 'likes'"):
        Link(source="c1", target="c2", type="likes", rule="test")


def test_statement_ids_are_used_once() -> None:
    """A fact and a claim cannot share an id."""
    record = sample()
    with pytest.raises(Impossible, match="used twice"):
        replace(record, facts=(replace(record.facts[0], id="c1"),))


def test_spans_of_one_thing_are_in_order_and_apart() -> None:
    """Pieces that overlap or stand in the wrong order are refused."""
    with pytest.raises(Impossible, match="text order"):
        Fact(id="f", anchor=(Span(5, 9), Span(2, 4)), rule="test")
    with pytest.raises(Impossible, match="text order"):
        Fact(id="f", anchor=(Span(2, 6), Span(5, 9)), rule="test")


_SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda p: Span(p[0], p[0] + p[1])))


@given(_SPANS, st.integers(0, 80), st.integers(1, 10))
def test_overlap_with_merged_spans_agrees_with_code_points(spans: list[Span], start: int, length: int) -> None:
    """The search by bisection finds an overlap exactly where the code points meet."""
    span = Span(start, start + length)
    points = {i for s in spans for i in range(s.start, s.end)}
    found = first_overlap(span, merged(spans))
    assert (found is not None) == bool(points & set(range(span.start, span.end)))


@given(_SPANS, st.integers(0, 80), st.integers(1, 10))
def test_what_is_left_of_a_span_agrees_with_code_points(spans: list[Span], start: int, length: int) -> None:
    """Taking spans out of a span leaves exactly the other code points."""
    points = {i for s in spans for i in range(s.start, s.end)}
    left = list(without(Span(start, start + length), merged(spans)))
    assert {i for s in left for i in range(s.start, s.end)} == set(range(start, start + length)) - points


def test_sample_reads_as_it_should() -> None:
    """The record other tests start from says what its text says."""
    record: Record = sample()
    claims: dict[str, Claim] = {claim.id: claim for claim in record.claims}
    assert at("shadowy forces attacked a bridge")[0] in claims["c2"].content[0]
    assert claims["c3"].parent == "c2"
