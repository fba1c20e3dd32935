"""Every list as a table: statements, articles, speakers, places and events, each with its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection
from kg.export.tables import ExportTable
from kg.views.query_files import own_query, records
from kg.views.statement_card import Card

NAMES: Final = ("statements", "articles", "speakers", "places", "events")
STATEMENTS: Final[Mapping[str, str]] = {
    "kind": "fact: the article says it itself, reported, not checked; claim: somebody says it; inner: somebody says "
    "that somebody says it; unclear: it is not clear who says it",
    "sentence": "The statement in a sentence, the right way round where it is a denial",
    "headline": "Headline of the article",
    "outlet": "Who published it",
    "published": "When, as precise as it is given",
    "url": "Where it stands on the web",
    "quote": "The exact words of the article; pieces are joined by an ellipsis",
    "span": "First and last character of the words in the text, the last one exclusive; several with blanks between",
    "speaker": "Whose words they are; for a fact, nobody's but the article's own",
    "act": "What the speaker does: say, accuse, deny",
    "target": "At whom the act is directed",
    "negation": "in the words: the quoted words are negative; of the words: the speaker says that they are not so",
    "polarity": "positive or negative",
    "certainty": "How sure the source presents itself",
    "frame": "Whether it is about the future, a condition or a question",
    "event": "Types of the events that a fact asserts; empty for a claim",
    "agent": "Who acts in them",
    "about": "Whom they reach; for a claim, who exists only in its words",
    "place": "Where",
    "when": "The words for the time",
    "day_earliest": "The first day that they can mean",
    "day_latest": "The last one",
    "reason": "Why it is unclear who says it",
    "inside": "The claim that passes it on",
    "confidence": "The extractor's own, 0 to 1",
    "rule": "What found it",
    "statement": "IRI of the statement",
    "document": "IRI of the version of the article",
}
"""The columns of statements, each with a description."""
_FROM_ARTICLE: Final = ("headline", "outlet", "published", "url")
_COLUMNS: Final = {
    "articles": ("name", "outlet", "published", "url", "events", "claims", "version"),
    "speakers": ("name", "claims", "articles", "first", "last", "speaker"),
    "places": ("name", "events", "claims", "articles", "place"),
    "events": (
        *("event", "by", "to", "at", "about", "date", "dated_by", *_FROM_ARTICLE, "quote", "span", "fact", "version"),
    ),
}


def statement_row(collection: Collection, card: Card) -> dict[str, str]:
    """Return one statement as texts, keyed by the names of :data:`STATEMENTS`.

    Args:
        collection: The content of the store.
        card: The statement.
    """
    row, article = card.row, collection.article_of(card.row)
    values = {name: str(getattr(row, name)) for name in STATEMENTS if hasattr(row, name)}
    if row.kind != "claim" and row.kind != "inner":
        values["speaker"] = ""
    places = " ".join(sorted((span.rpartition("#char=")[2] for span in row.spans), key=_start))
    from_article = {name: str(getattr(article, name)) for name in _FROM_ARTICLE}
    return {**values, **from_article, "sentence": card.whole_sentence, "span": places}


def read(name: str, collection: Collection, store: QueryableStore) -> ExportTable:
    """Read a list of :data:`NAMES` as a table.

    Args:
        name: The name of the list.
        collection: The content of the store.
        store: The graph, for the lists that have a query of their own.
    """
    if name == "statements":
        rows = [statement_row(collection, card) for card in collection.cards]
        return ExportTable(name=name, columns=tuple(STATEMENTS), rows=rows)
    rows = records(store.query(own_query(f"list-{name}")))
    if name == "events":
        statements = {row.statement: row for row in collection.rows}
        for record in rows:
            row = statements[record["fact"]]
            article = collection.article_of(row)
            record.update({one: str(getattr(article, one)) for one in _FROM_ARTICLE}, quote=row.quote)
            record["span"] = " ".join(sorted((span.rpartition("#char=")[2] for span in row.spans), key=_start))
    columns = _COLUMNS[name]
    return ExportTable(
        name=name, columns=columns, rows=sorted(rows, key=lambda row: [row.get(one, "") for one in columns])
    )


def _start(span: str) -> int:
    start = span.partition(",")[0]
    return int(start) if start.isdecimal() else 0
