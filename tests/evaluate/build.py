"""Attributions and records written with the words of a text instead of offsets."""

from __future__ import annotations

from kg.evaluate import ScoredAttribution
from kg.records import Document, Entity, Event, Fact, Record, Run, Span, Spans

TEXT = (
    "Veloria closed the port. The envoy said that talks in Maren will fail. “We never met,” he added. "
    "Nobody came to town."
)


def at(words: str, text: str = TEXT) -> Spans:
    """The one place of ``words``, or of each of the pieces between `` | ``."""
    found = []
    for piece in filter(None, words.split(" | ")):
        assert text.count(piece) == 1, piece
        found.append(Span(text.index(piece), text.index(piece) + len(piece)))
    return tuple(found)


def attribution(source: str, cue: str, content: str) -> ScoredAttribution:
    """An attribution of words of ``TEXT``."""
    return ScoredAttribution(source=at(source), cue=at(cue), content=at(content))


SAID = attribution("The envoy", "said", "that talks in Maren will fail")
ADDED = attribution("", "added", "“We never met,”")
"""Its source, *he*, is left out: no source on either side counts as the same source."""


def record(**parts: object) -> Record:
    """A record of ``TEXT`` with the entities that the tests use."""
    entities = (
        Entity(id="envoy", type="unnamed_source", name="the envoy", mentions=at("The envoy")),
        Entity(id="veloria", type="political_actor", name="Veloria", mentions=at("Veloria")),
        Entity(id="maren", type="place", name="Maren", mentions=at("Maren")),
    )
    defaults: dict[str, object] = {
        "document": Document(id="d", text=TEXT),
        "entities": entities,
        "run": Run(extractor="test", version="1"),
    }
    return Record(**(defaults | parts))  # type: ignore[arg-type]


def fact(words: str, event: str, **parts: str) -> Fact:
    """A fact at ``words`` with one event of that type."""
    return Fact(id=f"f{words}", anchor=at(words), rule="test", events=(Event(type=event),), **parts)  # type: ignore[arg-type]
