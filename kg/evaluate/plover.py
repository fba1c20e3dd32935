"""Sentences coded by hand after PLOVER: one event type a sentence, and the words that name its actors.

A line of JSON Lines is one sentence: ``id``, ``text``, ``event`` (the type), ``spans`` with ``label`` (``SRC``,
``TAR``, ``SRC/TAR`` are actors), ``start`` and ``end``. The coding says what one event of the sentence is, not what
else it tells.

- event types: the answer's type is that of its first event or speech act that has a PLOVER code at all, in the order of
  the text, outer statements before inner ones; ``plover.types`` is the mean F1 over the types that the gold has. An
  event that a statement sets in the future is AGREE or THREATEN, as such intents are coded.
- actors: everyone in a role of that event but its places, or that act's speakers, addressees and targets; where nothing
  has a type, of all events and acts. One of them and a coded span match, one to one, when any mention shares a code
  point with the span.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kg import resources, vocab
from kg.errors import InputError
from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import Coded, Gold
from kg.recordfile import numbered_lines
from kg.records import Claim, Entity, Fact, Record, Span, Spans

TYPES: Final = "plover.type."
MACRO: Final = "plover.types"
ACTORS: Final = "plover.actors"
_ACTOR_LABELS: Final = frozenset({"SRC", "TAR", "SRC/TAR"})
_FORMER: Final = MappingProxyType({"ACCUSE": "DISAPPROVE", "REQUEST": "DEMAND"})
_BY_NUMBER: Final = MappingProxyType(
    {
        **dict.fromkeys(("18", "20"), "ASSAULT"),
        **dict.fromkeys(("19",), "FIGHT"),
        **dict.fromkeys(("081", "082", "083"), "CONCEDE"),
        **dict.fromkeys(("084", "085", "086", "087"), "RETREAT"),
    }
)
_INTENDED: Final = MappingProxyType(
    {
        **dict.fromkeys(("CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT"), "AGREE"),
        **dict.fromkeys(("SANCTION", "COERCE", "ASSAULT", "FIGHT"), "THREATEN"),
    }
)
"""The intended category of future events: cooperation (CAMEO 03), or a threat (13)."""
_SCHEMES: Final = ("event-types.ttl", "speech-acts.ttl")


def is_coded(path: Path) -> bool:
    """Return True for JSON Lines whose first line is a coded sentence."""
    first = next(numbered_lines(path), None)
    try:
        data = json.loads(first[1]) if first else None
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and {"event", "spans", "text"} <= set(data)


def read(path: Path) -> Iterator[Gold]:
    """Yield the coded sentences.

    Raises:
        InputError: A line is no coded sentence; the message names it.
    """
    for where, line in numbered_lines(path):
        try:
            data: dict[str, Any] = json.loads(line)
            actors = [Span(s["start"], s["end"]) for s in data["spans"] if s["label"] in _ACTOR_LABELS]
            coded = Coded(type=str(data["event"]), actors=tuple(sorted(actors)))
            yield Gold(id=str(data["id"]), text=str(data["text"]), annotations=(), coded=coded)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InputError(f"{where}: no coded sentence: {error!r}") from error


def coded_counts(answer: Record | None, gold: Coded) -> dict[str, Counts]:
    """Count one sentence: each type in gold or answer, and the actors.

    Args:
        answer: The record of the sentence; None if there is none.
        gold: The coded sentence.
    """
    told = [] if answer is None else list(_told(answer))
    found, actors = next((one for one in told if one[0]), (None, frozenset().union(*(ids for _, ids in told))))
    counts = {f"{TYPES}{gold.type}": Counts(found == gold.type, found == gold.type, 1)}
    if found is not None and found != gold.type:
        counts[f"{TYPES}{found}"] = Counts(0, 1, 0)
    entities = [entity for entity in answer.entities if entity.id in actors] if answer else []
    counts[ACTORS] = Counts(_matched(entities, gold.actors), len(entities), len(gold.actors))
    return counts


def _matched(entities: list[Entity], spans: Spans) -> int:
    """Count the spans that match an entity, one to one, in text order."""
    left = list(entities)
    for span in spans:
        match = next((one for one in left if any(mention.overlaps(span) for mention in one.mentions)), None)
        if match is not None:
            left.remove(match)
    return len(entities) - len(left)


def macro_f1(total: Mapping[str, Counts]) -> float | None:
    """Return the mean F1 over the gold's types, 0 to 1; None if nothing is coded."""
    each = [counts.f1 for measure, counts in total.items() if measure.startswith(TYPES) and counts.gold]
    return sum(each) / len(each) if each else None


def _told(record: Record) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Yield PLOVER type and actors of each act and event, in text order, outer statements first."""
    statements: list[tuple[int, int, Fact | Claim]] = [(fact.anchor[0].start, 0, fact) for fact in record.facts]
    for claim in record.claims:
        start = min(span.start for span in (*claim.source, *claim.cue, *claim.content))
        statements.append((start, 1 + (claim.parent is not None), claim))
    for _, _, statement in sorted(statements, key=lambda one: one[:2]):
        events = statement.stated_events if isinstance(statement, Claim) else statement.events
        if isinstance(statement, Claim):
            people = frozenset((*statement.speakers, *statement.addressees, *statement.targets))
            yield _codes().get(vocab.ACT + statement.speech_act), people
        for event in events:
            people = frozenset(entity for role, entity in event.roles() if role != "places")
            code = _codes().get(vocab.EVT + event.type)
            yield _INTENDED.get(code or "", code) if statement.frame == "future" else code, people


@cache
def _codes() -> Mapping[str, str]:
    """Return the PLOVER type by IRI of an event type or act: its own, else the nearest broader one.

    Of the names of two coding rules the later one counts (DISAPPROVE, not ACCUSE). If one concept covers two types,
    CAMEO's number of the narrower concept decides: 18 and 20 are ASSAULT, 19 is FIGHT. Concessions to protest or reform
    (081 to 083) are CONCEDE; releases, admissions and withdrawals (084 to 087) are RETREAT.
    """
    from pyoxigraph import NamedNode, RdfFormat, parse

    notations: dict[str, set[str]] = {}
    broader: dict[str, str] = {}
    for name in _SCHEMES:
        for triple in parse(path=str(resources.folder("ontology") / "schemes" / name), format=RdfFormat.TURTLE):
            subject, value = triple.subject, triple.object
            if not isinstance(subject, NamedNode):
                continue
            if triple.predicate.value == vocab.SKOS + "broader" and isinstance(value, NamedNode):
                broader[subject.value] = value.value
            elif triple.predicate.value == vocab.SKOS + "notation":
                notations.setdefault(subject.value, set()).add(str(value).split('"')[1])
    concepts = {*notations, *broader}
    return MappingProxyType({iri: code for iri in concepts if (code := _nearest(iri, notations, broader))})


def _nearest(concept: str, notations: Mapping[str, set[str]], broader: Mapping[str, str]) -> str | None:
    at: str | None = concept
    while at is not None:
        names = {_FORMER.get(name, name) for name in notations.get(at, ()) if name.isalpha()}
        digits = {n[:length] for n in notations.get(concept, ()) for length in (2, 3)}
        numbered = {_BY_NUMBER[number] for number in digits if number in _BY_NUMBER}
        if names:
            return min(names & numbered or names)
        at = broader.get(at)
    return None
