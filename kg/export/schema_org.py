"""schema.org: articles and their claims as JSON-LD, without ratings.

A ``schema:Claim`` asserts that something is true. Denials, demands, hearsay and facts of the article do not fit and are
left out.
"""

from __future__ import annotations

import json

from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection
from kg.export.options import Options
from kg.views.citation import is_factual_claim, schema_claim


def as_schema_org(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return articles and claims as one JSON-LD document.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    found: list[dict[str, object]] = []
    for article in collection.articles.values():
        known = {
            "headline": article.headline,
            "publisher": {"@type": "Organization", "name": article.outlet} if article.outlet else "",
            "datePublished": article.published,
            "url": article.web_address,
            "inLanguage": article.language,
            "license": article.licence,
        }
        kept = {name: value for name, value in known.items() if value}
        found.append({"@type": "NewsArticle", "@id": article.version, **kept})
    for card in collection.cards:
        if is_factual_claim(card):
            article = collection.article_of(card.row)
            found.append(schema_claim(card, {"headline": article.headline, "url": article.url}))
    document = {"@context": "https://schema.org", "@graph": found}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
