"""The seed article from text to record: every event of its own voice, every speaker, nothing from a claim in a fact."""

from functools import cache

import pytest

from kg.records import Event, Record
from tests.extract.reading import SEED, entity, extracted, fact_over, named

TEXT = SEED.read_text("utf-8")


@cache
def record() -> Record:
    """The record of the seed."""
    return extracted(TEXT)


def described(event: Event) -> dict[str, object]:
    """The event with names for ids, empty roles left out."""
    seed = record()
    out: dict[str, object] = {
        role: named(seed, *getattr(event, role)) for role in ("agents", "targets", "participants", "places")
    }
    out |= {"when": event.when.text if event.when else None, "topic": event.topic}
    return {k: v for k, v in out.items() if v} | {"type": event.type}


FACTS: list[tuple[str, dict[str, object]]] = [
    (
        "Kirill Dmitriev, an economic advisor to",
        {
            "type": "holdPosition",
            "agents": ["Kirill Dmitriev"],
            "targets": ["Vladimir Putin"],
            "topic": "economic advisor",
        },
    ),
    (
        "Russian President Vladimir Putin",
        {"type": "holdPosition", "agents": ["Vladimir Putin"], "targets": ["Russia"], "topic": "President"},
    ),
    ("Dmitriev’s visit", {"type": "visit", "agents": ["Kirill Dmitriev"], "places": ["United States"]}),
    (
        "the Ukraine conflict escalated",
        {"type": "escalation", "participants": ["Ukraine conflict"], "places": ["Ukraine"], "when": "February 2022"},
    ),
    (
        "ongoing efforts to reach a diplomatic resolution",
        {"type": "negotiation", "topic": "reach a diplomatic resolution"},
    ),
    (
        "who leads Russia’s sovereign wealth fund",
        {
            "type": "holdPosition",
            "agents": ["Kirill Dmitriev"],
            "targets": ["Russia’s sovereign wealth fund"],
            "topic": "leads",
        },
    ),
    (
        "Putin’s envoy",
        {"type": "holdPosition", "agents": ["Kirill Dmitriev"], "targets": ["Vladimir Putin"], "topic": "envoy"},
    ),
    (
        "Dmitriev participated in Russia-U.S. discussions",
        {
            "type": "negotiation",
            "participants": ["Kirill Dmitriev", "Russia", "United States"],
            "places": ["Saudi Arabia"],
            "when": "last month",
        },
    ),
    (
        "both countries agreed",
        {
            "type": "normalize",
            "participants": ["Russia", "United States"],
            "when": "last month",
            "topic": "start normalizing relations",
        },
    ),
    (
        "have been working toward",
        {
            "type": "negotiation",
            "participants": ["Russia", "United States"],
            "when": "Since then",
            "topic": "possible diplomatic resolution to the Ukraine conflict",
        },
    ),
    (
        "agreeing to a 30-day cessation",
        {
            "type": "ceasefire",
            "participants": ["Russia", "United States"],
            "when": "Since then",
            "topic": "30-day cessation of infrastructure strikes",
        },
    ),
    ("Russia has accused", {"type": "accuse", "agents": ["Russia"], "targets": ["Ukraine"], "when": "Since then"}),
]


@pytest.mark.parametrize(("words", "expected"), FACTS, ids=[words for words, _ in FACTS])
def test_fact_with_its_event(words: str, expected: dict[str, object]) -> None:
    """Type, roles, place, time and topic of each event the article tells itself, asserted as so."""
    facts = [f for f in record().facts if any(words in piece.of(TEXT) for piece in f.anchor)]
    assert expected in [described(event) for fact in facts if fact.asserts_events for event in fact.events]


STATED: list[tuple[str, dict[str, object]]] = [
    ("Visit to the United States", {"type": "visit", "agents": ["Kirill Dmitriev"], "places": ["United States"]}),
    ("his arrival in Washington", {"type": "visit", "agents": ["Kirill Dmitriev"], "places": ["Washington"]}),
    ("to meet with Steve Witkoff", {"type": "meeting", "participants": ["Kirill Dmitriev", "Steve Witkoff"]}),
    (
        "to meet with Steve Witkoff",
        {
            "type": "holdPosition",
            "agents": ["Steve Witkoff"],
            "targets": ["Trump"],
            "topic": "representative overseeing engagement with Russia",
        },
    ),
    ("to meet with Steve Witkoff", {"type": "holdPosition", "agents": ["Trump"], "topic": "President"}),
    (
        "holding meetings in Washington",
        {
            "type": "meeting",
            "participants": ["Kirill Dmitriev", "Trump administration"],
            "places": ["Washington"],
            "when": "Wednesday and Thursday",
        },
    ),
    ("completely destroyed", {"type": "breakOffDialogue", "participants": ["Russia", "United States"]}),
    (
        "completely destroyed",
        {"type": "holdPosition", "agents": ["Joe Biden"], "targets": ["United States"], "topic": "President"},
    ),
    (
        "to revive the Black Sea",
        {"type": "revive", "agents": ["Russia", "United States"], "targets": ["Black Sea Grain Initiative"]},
    ),
    (
        "continually breaking the truce",
        {"type": "breachTruce", "agents": ["Ukraine"], "targets": ["30-day cessation of infrastructure strikes"]},
    ),
    ("Ukrainian drones attack", {"type": "droneAttack", "agents": ["Ukraine"]}),
]


@pytest.mark.parametrize(("words", "expected"), STATED, ids=[f"{words}-{e['type']}" for words, e in STATED])
def test_claim_with_its_stated_event(words: str, expected: dict[str, object]) -> None:
    """What stands in content stays there, as stated events of the claim or of the one nested in it."""
    claims = [c for c in record().claims if any(words in piece.of(TEXT) for piece in c.content)]
    assert expected in [described(event) for claim in claims for event in claim.stated_events]


SPEAKERS = [
    ("Visit to the United States", ["Kirill Dmitriev"]),
    ("the critical global importance", ["Kirill Dmitriev"]),
    ("that Dmitriev was expected", ["U.S. media"]),
    ("that he would provide", ["Kirill Dmitriev"]),
    ("“restoring dialogue", ["Kirill Dmitriev"]),
    ("each meeting, each frank", ["Kirill Dmitriev"]),
    ("to take steps to revive", ["Russia", "United States"]),
    ("that Ukrainian drones", ["Russia"]),
    ("that any resolution", ["Russia"]),
    ("this would require", ["Russia"]),
]


@pytest.mark.parametrize(("words", "names"), SPEAKERS)
def test_speaker_of_a_claim(words: str, names: list[str]) -> None:
    """Headline role, name, media, pronoun, "Putin's envoy", joint, "They" for Moscow."""
    claims = [c for c in record().claims if c.parent is None and any(words in piece.of(TEXT) for piece in c.content)]
    assert [named(record(), *claim.speakers) for claim in claims] == [names]


ENTITIES = [
    ("Kirill Dmitriev", "person", 16),
    ("Vladimir Putin", "person", 4),
    ("Steve Witkoff", "person", 1),
    ("Trump", "person", 2),
    ("Joe Biden", "person", 1),
    ("Trump administration", "organization", 1),
    ("Biden administration", "organization", 1),
    ("U.S. media", "unnamed_source", 1),
    ("Russia", "political_actor", 14),
    ("United States", "political_actor", 12),
    ("Ukraine", "political_actor", 5),
    ("Saudi Arabia", "political_actor", 1),
    ("Washington", "place", 2),
    ("Russia’s sovereign wealth fund", "organization", 1),
    ("Ukraine conflict", "conflict", 3),
    ("Black Sea Grain Initiative", "agreement", 1),
    ("30-day cessation of infrastructure strikes", "agreement", 3),
    ("Telegram", "medium", 1),
]


@pytest.mark.parametrize(("name", "kind", "mentions"), ENTITIES)
def test_entity_with_its_mentions(name: str, kind: str, mentions: int) -> None:
    """Type and number of mentions of everyone and everything named."""
    assert len(entity(record(), name, kind).mentions) == mentions


def test_no_other_entities_than_these() -> None:
    """NATO, the lands where something happens, the sources without a name and supposed participants; nothing else."""
    others = {(e.type, e.name) for e in record().entities} - {(kind, name) for name, kind, _ in ENTITIES}
    others = {(kind, name) for kind, name in others if kind not in {"unnamed_source", "stated_participant"}}
    lands = {("place", name) for name in ("Saudi Arabia", "United States", "Ukraine")}
    assert others == {("political_actor", "NATO")} | lands


def test_evaluation_is_a_fact_without_an_event() -> None:
    """ "Marks the highest-level contact" is told, and is no event."""
    assert fact_over(record(), "marks the highest-level contact").events == ()


def test_supposed_participants_stand_in_no_fact() -> None:
    """ "Numerous forces" exist in what is said only."""
    stated = {e.id for e in record().entities if e.type == "stated_participant"}
    assert "numerous forces" in {e.name for e in record().entities if e.id in stated}
    assert not stated & {i for f in record().facts for event in f.events for _, i in event.roles()}


def test_stray_characters_at_the_end_start_nothing() -> None:
    """No statement and no unclear passage stands after the last full stop."""
    last = TEXT.rindex(".")
    ends = [s.end for f in record().facts for s in f.anchor] + [u.span.end for u in record().unclear]
    ends += [s.end for c in record().claims for s in (*c.source, *c.cue, *c.content)]
    assert max(ends) <= last


def test_relative_times_stay_unresolved_without_a_date() -> None:
    """The article has no publication date: only February 2022 is known."""
    times = [e.when for f in record().facts for e in f.events if e.when]
    assert {t.text for t in times if t.earliest} == {"February 2022"}
