"""Web Annotations (JSON-LD): each statement as a note on its words, for annotation tools.

An annotation names the voice of words. It does not assert their content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection, ExportedArticle
from kg.export.options import Options
from kg.views.statement_card import Card

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
_PLACE: Final = re.compile(r"#char=(\d+),(\d+)$")
_AROUND: Final = 32
_CLASSES: Final = {
    "fact": vocab.REPORTED_FACT,
    "claim": vocab.CLAIM,
    "inner": vocab.STATED_CLAIM,
    "unclear": vocab.UNCLEAR_PASSAGE,
}


def as_annotations(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return an annotation for each statement with a place in the text, as an ``AnnotationCollection``.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    items = [found for card in collection.cards if (found := _annotation(collection, card)) is not None]
    document = {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "label": "Statements in news articles: whose words they are",
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _annotation(collection: Collection, card: Card) -> dict[str, Any] | None:
    targets = list(_targets(collection.article_of(card.row), card.row.spans))
    if not targets:
        return None
    kind = card.row.kind
    return {
        "id": f"{card.row.statement}#annotation",
        "type": "Annotation",
        "motivation": "classifying",
        "via": card.row.statement,
        "body": [
            {"type": "SpecificResource", "purpose": "classifying", "source": _CLASSES[kind]},
            {"type": "TextualBody", "purpose": "tagging", "value": "claim in a claim" if kind == "inner" else kind},
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": _words(card)},
        ],
        "target": targets,
    }


def _words(card: Card) -> str:
    if card.row.kind == "fact":
        return f"The article says this itself: reported, not checked. {card.whole_sentence}".strip()
    return card.whole_sentence


def _targets(article: ExportedArticle, spans: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the targets: position and words in the exact text, and words alone on a web page."""
    places = sorted((int(found[1]), int(found[2])) for span in spans if (found := _PLACE.search(span)))
    for start, end in places:
        words = {
            "type": "TextQuoteSelector",
            "exact": article.text[start:end],
            "prefix": article.text[max(0, start - _AROUND) : start],
            "suffix": article.text[end : end + _AROUND],
        }
        if article.web_address:
            yield {"source": article.web_address, "selector": words}
        else:
            position = {"type": "TextPositionSelector", "start": start, "end": end}
            yield {"source": article.version, "selector": [position, words]}
