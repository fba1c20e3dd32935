"""Every single term that a shape bars by a list is barred: none of the list is there for show."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from kg import vocab
from kg.validate import read_shapes
from tests.shapes.examples import Fired, fired
from tests.shapes.spoil import iri, piece, world
from tests.shapes.table import FACT, STATING

ASSERTED = sorted(
    {vocab.SPEAKER, vocab.DESCRIBES, vocab.AGENT, vocab.TARGET, vocab.PARTICIPANT, vocab.PLACE, vocab.WHEN, vocab.TOPIC}
    | {vocab.EVENT_TYPE, vocab.CONTENT, vocab.POLARITY, vocab.SKOS_PREF_LABEL, vocab.IN_VERSION, vocab.ANCHOR}
)
STATED_THINGS = [
    f"{STATING}/content/proposition",
    f"{STATING}/content/event/1",
    "V/claim/148-162/content/event/1",
    "V/claim/179-213/content/claim/192-213",
    "V/claim/179-213/content/claim/192-213/content/event/1/time",
    "V/claim/179-213/content/claim/192-213/content/participant/many",
]


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


def with_term(thing: str, term: str, shapes: tuple[Triple, ...]) -> Fired:
    """What fires when one term is put on one good thing."""
    good = piece(world(), [thing])
    graph = next(quad.graph_name for quad in good if quad.subject == iri(thing))
    return fired([*good, Quad(iri(thing), NamedNode(term), iri("V"), graph)], shapes)


@pytest.mark.parametrize(
    "term",
    [
        vocab.SPEAKER,
        vocab.CUE,
        vocab.SOURCE_SPAN,
        vocab.SPEECH_ACT,
        vocab.ACT_EVIDENCE,
        vocab.QUOTE_FORM,
        vocab.ADDRESSEE,
        vocab.ACT_TARGET,
        vocab.MEDIUM,
        vocab.SAID_AT,
        vocab.CONTENT,
    ],
)
def test_a_fact_carries_nothing_of_a_claim(term: str, shapes: tuple[Triple, ...]) -> None:
    """With any of it, it is what somebody said."""
    assert "FactShape-ownVoice" in {shape for shape, _, _ in with_term(FACT, term, shapes)}


@pytest.mark.parametrize("term", [vocab.SPEAKER, vocab.DESCRIBES, vocab.CONTENT])
def test_an_unclear_passage_is_nobodys(term: str, shapes: tuple[Triple, ...]) -> None:
    """Neither asserted nor attributed."""
    assert "UnclearShape-nobodys" in {shape for shape, _, _ in with_term("V/unclear/215-217", term, shapes)}


@pytest.mark.parametrize("term", [vocab.AGENT, vocab.TARGET, vocab.PARTICIPANT])
def test_whoever_takes_part_in_an_event_is_an_entity(term: str, shapes: tuple[Triple, ...]) -> None:
    """A version is none."""
    assert "EventShape-roles" in {shape for shape, _, _ in with_term("V/event/0-18", term, shapes)}


@pytest.mark.parametrize("thing", STATED_THINGS)
@pytest.mark.parametrize("term", ASSERTED, ids=lambda term: term.rpartition("#")[2])
def test_no_stated_thing_carries_an_asserted_term(term: str, thing: str, shapes: tuple[Triple, ...]) -> None:
    """It would answer a question about facts."""
    assert "ClosedConstraintComponent" in {component for _, component, _ in with_term(thing, term, shapes)}
