"""Corrections are applied again at their place, or are orphans with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corrections import lines, reapply
from kg.corrections.place import passage_at, words_at
from kg.corrections.values import Correction, EntityName, EventByName, NewValues, StatementAnchor
from kg.errors import RecordError
from kg.records import Claim, Document, Entity, Fact, Impossible, Record, Run, Span, Unclear
from tests.corrections.world import check

TEXT = "Ana Ruiz said that the talks failed. The port was shut on Monday. Ben Okafor denied any delay.\n"
PERSON = "person"


def _record(text: str = TEXT, **values: object) -> Record:
    said, shut = text.index("the talks"), text.index("The port")
    plain = {
        "entities": (Entity(id="e1", type=PERSON, name="Ana Ruiz"), Entity(id="e2", type=PERSON, name="Ben Okafor")),
        "facts": (Fact(id="f1", anchor=(Span(shut, shut + 27),), rule="r"),),
        "claims": (
            Claim(
                id="c1",
                source=(Span(0, 8),),
                content=(Span(said, said + 16),),
                speakers=("e1",),
                speech_act="say",
                quote_form="indirect",
                rule="r",
            ),
        ),
    }
    return Record(document=Document(id="a", text=text), run=Run(extractor="x", version="1"), **{**plain, **values})  # type: ignore[arg-type]


def _correction(record: Record, kind: str, **values: object) -> Correction:
    made = Correction(
        id=lines.NO_ID,
        at="2026-11-30T12:00:00Z",
        by="Ana",
        kind=kind,
        document=record.document.id,
        sha256=record.document.sha256,
        **values,  # type: ignore[arg-type]
    )
    return lines.named(made)


def _on(record: Record, side: str) -> StatementAnchor:
    spans = record.facts[0].anchor if side == "fact" else record.claims[0].content
    return StatementAnchor(side=side, words=passage_at(record.document.text, spans))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32))
def test_every_correction_is_at_its_place_or_an_orphan(seed: int) -> None:
    """Articles are edited and read by a changed model: none is lost, none is applied twice, none elsewhere."""
    check(seed, articles=10, number=40)


def test_wrong_speaker_is_corrected_and_the_models_reading_kept() -> None:
    """The claim has the speaker that a person named, and the review says whom the model had."""
    record = _record()
    mine = NewValues(speakers=(EntityName(type=PERSON, name="Cem Ozan"),))
    outcome = reapply.apply(record, [_correction(record, "change", target=_on(record, "claim"), settings=mine)])
    (claim,) = outcome.record.claims
    assert [e.name for e in outcome.record.entities if e.id in claim.speakers] == ["Cem Ozan"]
    assert outcome.record.reviews[0].reading == '{"speakers": ["Ana Ruiz"]}'


def test_rejected_statement_is_gone_and_its_words_are_unclear() -> None:
    """What a person rejects is neither asserted nor attributed, and its words are still accounted for."""
    record = _record()
    outcome = reapply.apply(record, [_correction(record, "reject", target=_on(record, "claim"))])
    assert outcome.record.claims == ()
    assert outcome.record.unclear == (Unclear(span=Span(19, 35), reason="rejected by a person"),)


def test_claim_becomes_a_fact_only_by_the_kind_that_says_so() -> None:
    """A change cannot take the speaker away; own_voice makes a fact without one."""
    record = _record()
    with pytest.raises(Impossible, match="speaker"):
        NewValues(speakers=())
    own = _correction(record, "own_voice", target=_on(record, "claim"), settings=NewValues())
    outcome = reapply.apply(record, [own])
    assert outcome.record.claims == ()
    assert [fact.anchor for fact in outcome.record.facts][-1] == record.claims[0].content
    with pytest.raises(Impossible, match="nobody's words"):
        _correction(record, "add", target=_on(record, "fact"), settings=NewValues(speech_act="say"))


def test_fact_becomes_a_claim_of_somebody() -> None:
    """What the model took for the article's own voice is attributed, and asserts nothing any more."""
    record = _record()
    mine = NewValues(speakers=(EntityName(type=PERSON, name="Ben Okafor"),))
    outcome = reapply.apply(record, [_correction(record, "attribute", target=_on(record, "fact"), settings=mine)])
    assert outcome.record.facts == ()
    assert outcome.record.claims[-1].content == record.facts[0].anchor
    assert outcome.record.claims[-1].speakers == ("e2",)


def test_added_claim_takes_the_place_of_a_fact_in_its_words() -> None:
    """No fact stands in the content of a claim that a person added."""
    record = _record()
    target = StatementAnchor(side="claim", words=passage_at(TEXT, record.facts[0].anchor))
    mine = NewValues(speakers=(EntityName(type="unnamed_source", name="officials"),))
    outcome = reapply.apply(record, [_correction(record, "add", target=target, settings=mine)])
    assert outcome.record.facts == ()
    assert len(outcome.record.claims) == 2


def test_fact_cannot_be_added_to_what_somebody_said() -> None:
    """The words of a claim stay the speaker's: such an addition is an orphan with the reason."""
    record = _record()
    target = StatementAnchor(side="fact", words=passage_at(TEXT, record.claims[0].content))
    outcome = reapply.apply(record, [_correction(record, "add", target=target, settings=NewValues())])
    assert outcome.record == record
    assert "somebody said" in outcome.orphans[0].reason


def test_what_the_model_reads_by_now_is_not_added_again() -> None:
    """An added claim that a newer model reads too is one claim, with what the person said of it."""
    before = _record(claims=())
    after = _record()
    target = StatementAnchor(side="claim", words=passage_at(TEXT, after.claims[0].content))
    mine = NewValues(speakers=(EntityName(type=PERSON, name="Ben Okafor"),), polarity="negative")
    added = _correction(before, "add", target=target, settings=mine)
    for record in (before, after):
        (claim,) = reapply.apply(record, [added]).record.claims
        assert (claim.speakers, claim.polarity) == (("e2",), "negative")


def test_events_of_a_correction_are_of_entities_by_name() -> None:
    """Type and roles are set; somebody who is named for the first time becomes an entity."""
    record = _record()
    event = EventByName(type="consult", agents=(EntityName(type=PERSON, name="Cem Ozan"),))
    correction = _correction(record, "change", target=_on(record, "fact"), settings=NewValues(events=(event,)))
    outcome = reapply.apply(record, [correction])
    (made,) = outcome.record.facts[0].events
    assert made.type == "consult"
    assert [e.name for e in outcome.record.entities if e.id in made.agents] == ["Cem Ozan"]


def test_entities_are_merged_and_split() -> None:
    """Statements follow: all of them on a merge, those at the moved mentions on a split."""
    record = _record()
    ana, cem = EntityName(type=PERSON, name="Ana Ruiz"), EntityName(type=PERSON, name="Cem Ozan")
    merge = lines.named(
        Correction(id=lines.NO_ID, at="2026-11-30T12:00:00Z", by="Ana", kind="merge", entity=ana, into=cem)
    )
    (outcome,) = (reapply.apply(record, [merge]),)
    assert {e.name for e in outcome.record.entities} == {"Ben Okafor", "Cem Ozan"}
    split = _correction(record, "split", entity=ana, into=cem, mentions=passage_at(TEXT, (Span(0, 8),)))
    made = reapply.apply(record, [split]).record
    assert [e.name for e in made.entities if e.id in made.claims[0].speakers] == ["Cem Ozan"]


def test_statements_are_linked_and_unlinked() -> None:
    """A link that a person drew is there once, and gone when it is taken away."""
    record = _record()
    both = {"target": _on(record, "fact"), "other": _on(record, "claim"), "link": "contradicts"}
    link = _correction(record, "link", **both)
    linked = reapply.apply(record, [link, link]).record
    assert [(x.source, x.target, x.type) for x in linked.links] == [("f1", "c1", "contradicts")]
    unlink = replace(_correction(record, "unlink", **both), at="2026-11-30T12:00:01Z")
    assert reapply.apply(linked, [lines.named(unlink)]).record.links == ()


def test_undone_correction_is_not_applied() -> None:
    """An undo takes its correction out; undone itself, it is in force again."""
    record = _record()
    reject = _correction(record, "reject", target=_on(record, "claim"))
    undo = lines.named(Correction(id=lines.NO_ID, at="2026-11-30T13:00:00Z", by="Ana", kind="undo", undoes=reject.id))
    redo = lines.named(replace(undo, at="2026-11-30T14:00:00Z", undoes=undo.id))
    assert reapply.apply(record, [reject, undo]).record == record
    assert reapply.apply(record, [reject, undo, redo]).record.claims == ()


@pytest.mark.parametrize(
    ("edited", "fits"),
    [
        (TEXT.replace("Ana Ruiz", "Minister Ana Ruiz"), True),
        ("A new paragraph.\n\n" + TEXT, True),
        (TEXT.replace("the talks failed", "the talks in Rome failed"), True),
        (TEXT.replace("Ana Ruiz said that the talks failed. ", ""), False),
        (TEXT.replace("the talks failed", "the harvest was good this year"), False),
    ],
)
def test_correction_follows_its_words(edited: str, fits: bool) -> None:
    """QuotedWords that moved are found; words that are gone or became others are not."""
    record = _record()
    correction = _correction(record, "accept", target=_on(record, "claim"))
    if "the talks" in edited:
        start, end = edited.index("the talks"), edited.index("failed") + 6
    else:
        start, end = edited.index("delay") - 4, edited.index("delay") + 5
    claim = replace(record.claims[0], source=(), content=(Span(start, end),))
    after = Record(document=Document(id="a", text=edited), entities=record.entities, claims=(claim,), run=record.run)
    outcome = reapply.apply(after, [correction])
    assert bool(outcome.applied) is fits
    assert bool(outcome.orphans) is not fits


def test_repeated_words_are_told_apart_by_their_neighbours() -> None:
    """Of two sentences alike, the one that was corrected is found; with its neighbours gone, neither is."""
    text = "One fell. It rained. Two rose. It rained. Three sat."
    second = words_at(text, Span(31, 40))
    assert (second.quote, second.times) == ("It rained", 2)
    assert second.before.endswith("Two rose. ")


def test_published_schema_is_the_one_that_is_checked() -> None:
    """docs/corrections.schema.json is what ``kg schema corrections`` prints."""
    assert json.loads((Path(__file__).parents[2] / "docs" / "corrections.schema.json").read_text()) == lines.SCHEMA


def test_line_that_was_changed_by_hand_is_refused() -> None:
    """The id is made of the rest of the line: a changed line says so with its place."""
    record = _record()
    line = lines.dumps(_correction(record, "accept", target=_on(record, "claim")))
    assert lines.loads(line) == _correction(record, "accept", target=_on(record, "claim"))
    with pytest.raises(RecordError, match=r"f:3: \$\.id"):
        lines.loads(line.replace("Ana", "Bob", 1), "f:3")
    with pytest.raises(RecordError, match=r"\$: .*sudo"):
        lines.loads(line.replace('"by"', '"sudo":1,"by"'), "f:3")
