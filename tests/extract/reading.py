"""Parsed texts and finished records for the tests of extraction; the model is loaded once."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.extract.assemble import Manners, assemble
from kg.extract.cast import Cast
from kg.extract.entities import name_entities
from kg.extract.gazetteer import Gazetteer, read_gazetteer
from kg.extract.language import load_model, parse
from kg.extract.parsed import Doc
from kg.extract.quotes import find_quotes
from kg.extract.rules import RulesExtractor
from kg.records import Document, Entity, Event, Fact, Record, Run, Span, Spans

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.extract.attribution import Attribution

SEED = Path(__file__).parents[2] / "seeds" / "000_068e5d5fd9c3841e.txt"

_STATES = [
    ("United States", "Q30", ["U.S.", "US"], ["American"], "Washington", ["White House"]),
    ("Russia", "Q159", [], ["Russian"], "Moscow", ["Kremlin"]),
    ("Ukraine", "Q212", [], ["Ukrainian"], "Kyiv", []),
    ("Saudi Arabia", "Q851", [], ["Saudi"], "Riyadh", []),
    ("Iran", "Q794", [], ["Iranian"], "Tehran", []),
    ("Jordan", "Q810", [], ["Jordanian"], "Amman", []),
]


@cache
def small_gazetteer() -> Gazetteer:
    """A few states and one medium: what a test relies on stands in the test's own folder."""
    rows: list[dict[str, object]] = [
        {
            "name": name,
            "type": "political_actor",
            "wikidata": wikidata,
            "aliases": aliases,
            "demonyms": demonyms,
            "capital": {"name": capital, "wikidata": None, "aliases": []},
            "metonyms": metonyms,
            "ambiguous": ["Jordan"] if name == "Jordan" else [],
        }
        for name, wikidata, aliases, demonyms, capital, metonyms in _STATES
    ]
    rows.append({"name": "Telegram", "type": "medium", "wikidata": None})
    return read_gazetteer(json.dumps(rows))


@cache
def model() -> Language:
    """The language model, loaded once for all tests."""
    return load_model()


def parsed(text: str) -> Doc:
    """The text parsed as the extractors parse it."""
    return Doc(parse(model(), text))


def cast_of(text: str) -> Cast:
    """The entities found by name, before anybody is resolved."""
    return name_entities(parsed(text), small_gazetteer())


def assembled(
    text: str,
    *attributions: Attribution,
    published: str | None = None,
    heard: Callable[[Spans], bool] | None = None,
    manners: Manners | None = None,
) -> Record:
    """The record for hand-made attributions: independent of what any finder finds."""
    return assemble(
        Document(id="test", text=text, published=published),
        parsed(text),
        find_quotes(text),
        attributions,
        gazetteer=small_gazetteer(),
        run=Run(extractor="test", version="0"),
        heard=heard,
        manners=manners,
    )


@cache
def _extractor() -> RulesExtractor:
    return RulesExtractor()


def extracted(text: str, published: str | None = None) -> Record:
    """The record that the rules extractor makes."""
    return _extractor().extract(Document(id="test", text=text, published=published))


def span(text: str, words: str, nth: int = 1) -> Span:
    """Where ``words`` stand in ``text`` for the nth time."""
    at = -1
    for _ in range(nth):
        at = text.index(words, at + 1)
    return Span(at, at + len(words))


def named(record: Record, *ids: str) -> list[str]:
    """The names of the entities."""
    names = {entity.id: entity.name for entity in record.entities}
    return [names[i] for i in ids]


def entity(record: Record, name: str, kind: str | None = None) -> Entity:
    """The one entity of this name (and type)."""
    (found,) = [e for e in record.entities if e.name == name and kind in (None, e.type)]
    return found


def asserted(record: Record) -> list[Event]:
    """Every event that the record's facts assert."""
    return [event for fact in record.facts if fact.asserts_events for event in fact.events]


def fact_over(record: Record, words: str) -> Fact:
    """The fact whose anchor begins nearest to where ``words`` stand and holds them."""
    where = span(record.document.text, words)
    (found, *_) = [f for f in record.facts if any(where in piece for piece in f.anchor)]
    return found
