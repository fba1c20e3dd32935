"""followthemoney: entities for Aleph and related tools, one JSON object a line.

A reported event is an ``Event`` with the article as its proof. A claim is a ``Note`` with speaker and words; it creates
no ``Event`` and no relation between the parties.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection, ExportedArticle, ExportedEvent
from kg.export.options import Options
from kg.views.statement_card import Card, in_words

Properties: TypeAlias = dict[str, list[str]]
_SCHEMATA: Final = {"Person": "Person", "Organization": "Organization", "PoliticalActor": "PublicBody"}
_DAY: Final = re.compile(r"\d{4}(-\d\d){0,2}")
_LANGUAGES: Final = {"en": "eng", "fr": "fra", "de": "deu", "es": "spa", "ru": "rus", "ar": "ara", "uk": "ukr"}


def as_followthemoney(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return entities as lines of JSON.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    lines = [json.dumps(entity, ensure_ascii=False, sort_keys=True) for entity in entities(collection)]
    return ("\n".join(lines) + "\n" if lines else "").encode()


def entities(collection: Collection) -> Iterator[dict[str, object]]:
    """Yield articles, actors, reported events, and notes of claims."""
    actors = {entity.iri for entity in collection.entities if entity.type in _SCHEMATA}
    for article in collection.articles.values():
        yield _entity("Article", article.version, _of_article(article))
    for entity in collection.entities:
        if entity.iri in actors:
            about = {"name": [entity.name], "alias": list(entity.aliases)}
            about["wikidataId"] = [entity.wikidata] if entity.wikidata else []
            yield _entity(_SCHEMATA[entity.type], entity.iri, about)
    cards = {card.row.statement: card for card in collection.cards}
    for event in collection.events:
        if not event.is_stated and event.statement in cards:
            yield _entity("Event", event.iri, _of_event(collection, event, cards[event.statement], actors))
    for card in collection.cards:
        if card.row.kind in ("claim", "inner"):
            yield _entity("Note", card.row.statement, _of_claim(collection, card, actors))


def _of_article(article: ExportedArticle) -> Properties:
    return {
        "title": [article.headline] if article.headline else [],
        "publisher": [article.outlet] if article.outlet else [],
        "publishedAt": _days(article.published),
        "sourceUrl": [article.web_address] if article.web_address else [],
        "language": [_LANGUAGES[article.language]] if article.language in _LANGUAGES else [],
        "bodyText": [article.text] if article.text else [],
    }


def _of_event(collection: Collection, event: ExportedEvent, card: Card, actors: set[str]) -> Properties:
    involved = (*event.agents, *event.participants, *event.targets)
    name = f"{in_words(event.type)}: {event.topic}" if event.topic else in_words(event.type)
    return {
        "name": [name],
        "summary": ["The article says this itself: reported, not checked."],
        "description": [card.row.quote],
        "involved": _ids(involved, actors),
        "location": [collection.names[place] for place in event.places if place in collection.names],
        "startDate": _days(event.earliest),
        "endDate": _days(event.latest),
        "proof": [_id(card.row.document)],
        **_source(collection.article_of(card.row)),
    }


def _of_claim(collection: Collection, card: Card, actors: set[str]) -> Properties:
    return {
        "name": [f"Claim, not a fact: {card.sentence}"],
        "description": [card.whole_sentence],
        "entity": _ids((*card.row.speaker_iri, *card.row.target_iri), actors),
        "proof": [_id(card.row.document)],
        **_source(collection.article_of(card.row)),
    }


def _source(article: ExportedArticle) -> Properties:
    return {"sourceUrl": [article.web_address] if article.web_address else [], "publisher": [article.outlet]}


def _entity(schema: str, iri: str, properties: Properties) -> dict[str, object]:
    kept = {name: sorted(set(filter(None, values))) for name, values in properties.items()}
    return {"id": _id(iri), "schema": schema, "properties": {name: values for name, values in kept.items() if values}}


def _ids(iris: Iterable[str], actors: set[str]) -> list[str]:
    return [_id(iri) for iri in iris if iri in actors]


def _id(iri: str) -> str:
    return "cg-" + hashlib.sha256(iri.encode()).hexdigest()[:40]


def _days(text: str) -> list[str]:
    found = _DAY.match(text)
    return [found[0]] if found else []
