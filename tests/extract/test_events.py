"""Events: the type that words tell of, and who stands in which role."""

import pytest

from kg.extract.events import Told, told_events
from kg.extract.lexicon import event_lexicon
from kg.vocab import EVENT_TYPES
from tests.extract.reading import parsed


def told(sentence: str, *, loose: bool = False) -> list[Told]:
    """The events of a sentence under a neutral headline."""
    doc = parsed("Notes\n\n" + sentence)
    return told_events(doc, loose=loose)


def roles(event: Told) -> dict[str, list[str]]:
    """The words in each role."""
    names = ("agents", "targets", "participants", "places")
    return {n: [t.text for t in getattr(event, n)] for n in names if getattr(event, n)}


TOLD = [
    (
        "Russia and Iran held talks in Geneva.",
        "negotiation",
        {"participants": ["Russia", "Iran"], "places": ["Geneva"]},
    ),
    ("Talks between Russia and Iran began.", "negotiation", {"participants": ["Russia", "Iran"]}),
    ("Keller participated in Russia-Iran talks.", "negotiation", {"participants": ["Keller", "Russia", "Iran"]}),
    ("Macron met Scholz in Paris.", "meeting", {"participants": ["Macron", "Scholz"], "places": ["Paris"]}),
    ("The prisoners were freed by Israel.", "release", {"agents": ["Israel"], "targets": ["prisoners"]}),
    ("Iran, accused by Israel, rejected the proposal.", "reject", {"agents": ["Iran"]}),
    ("Russia bombed Kharkiv.", "airstrike", {"agents": ["Russia"], "places": ["Kharkiv"]}),
    ("Moscow met Tehran, agreeing to a truce.", "ceasefire", {"participants": ["Moscow"]}),
    (
        "Israel, which invaded Lebanon, signed a treaty with Egypt.",
        "offensive",
        {"agents": ["Israel"], "places": ["Lebanon"]},
    ),
    ("Egypt signed a treaty with Israel.", "signAgreement", {"participants": ["Egypt", "Israel"]}),
    ("China imposed sanctions on Japan.", "imposeSanctions", {"agents": ["China"], "targets": ["Japan"]}),
    ("Poland expelled two diplomats.", "expelDiplomats", {"agents": ["Poland"], "targets": ["diplomats"]}),
    ("Ukraine broke the truce.", "breachTruce", {"agents": ["Ukraine"], "targets": ["truce"]}),
    ("Germany sent tanks to Ukraine.", "militaryAid", {"agents": ["Germany"], "targets": ["tanks", "Ukraine"]}),
    ("Drones attacked the depot.", "droneAttack", {"agents": ["Drones"], "targets": ["depot"]}),
    ("Macron visited Berlin and met Merz.", "visit", {"agents": ["Macron"], "places": ["Berlin"]}),
]


@pytest.mark.parametrize(("sentence", "kind", "expected"), TOLD)
def test_event_type_and_roles(sentence: str, kind: str, expected: dict[str, list[str]]) -> None:
    """Actives, passives, participles, relative clauses, joined subjects, light verbs."""
    found = [roles(event) for event in told(sentence) if event.type == kind]
    assert found == [expected]


def test_joined_verb_shares_its_subject() -> None:
    """ "X visited Y and met Z": X met Z."""
    (_, second) = told("Macron visited Berlin and met Merz.")
    assert (second.type, roles(second)) == ("meeting", {"participants": ["Macron", "Merz"]})


def test_possessive_visit_has_a_visitor_and_a_destination() -> None:
    """A noun alone tells of a visit where it has a doer."""
    (event,) = told("Keller’s visit to Ankara surprised everyone.")
    assert event.nominal
    assert roles(event) == {"agents": ["Keller"], "places": ["Ankara"]}


def test_noun_without_anybody_is_no_event_outside_of_claims() -> None:
    """ "A meeting" in passing is not told as having taken place."""
    assert told("He likes a meeting.") == []
    assert [e.type for e in told("He likes a meeting.", loose=True)] == ["meeting"]


def test_met_a_deadline_is_no_meeting() -> None:
    """Only people and bodies are met."""
    assert told("The company met the deadline.") == []


def test_complement_of_agreeing_is_not_a_second_event() -> None:
    """ "Agreed to start normalizing relations" is one event."""
    assert [e.type for e in told("Both countries agreed to start normalizing relations.")] == ["normalize"]


def test_every_type_of_the_lexicon_is_in_the_scheme() -> None:
    """The data file uses no event type that the ontology lacks."""
    lexicon = event_lexicon()
    types = {*lexicon.verbs.values(), *lexicon.nouns.values(), *lexicon.compounds.values()}
    types |= {c.type for rows in lexicon.by_verb.values() for c in rows}
    types |= lexicon.symmetric | lexicon.place_object | lexicon.topic_object
    assert types
    assert types <= EVENT_TYPES
