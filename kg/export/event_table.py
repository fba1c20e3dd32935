"""Events with codes of CAMEO and PLOVER, for users of GDELT or POLECAT.

Claimed events are left out by default; with the option, the column ``voice`` distinguishes them in every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from kg.engine.queryable import QueryableStore
from kg.export import codes
from kg.export.collection import Collection, ExportedEvent
from kg.export.lists import statement_row
from kg.export.options import Options
from kg.export.tables import ExportTable, csv_file

_COLUMNS: Final = (
    *("event_id", "voice", "speaker", "act", "denied", "event_type", "cameo", "plover"),
    *("actor1", "actor1_iri", "actor2", "actor2_iri", "date_start", "date_end", "date_words", "place", "topic"),
    *("headline", "outlet", "published", "source_url", "quote", "span", "statement"),
)


def as_event_table(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return the events as CSV; claimed ones only with ``options.claimed``.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    return csv_file(table(collection, claimed=options.claimed), bom=options.bom)


def table(collection: Collection, *, claimed: bool = False) -> ExportTable:
    """Return one row for each event.

    Args:
        collection: The content of the store.
        claimed: Whether to include events that only a claim contains, with the ``voice`` ``claimed``.
    """
    known = codes.read()
    statements = {card.row.statement: statement_row(collection, card) for card in collection.cards}
    rows = [
        _row(collection, event, statements.get(event.statement, {}), known)
        for event in collection.events
        if claimed or not event.is_stated
    ]
    return ExportTable(name="events", columns=_COLUMNS, rows=rows)


def _row(
    collection: Collection, event: ExportedEvent, statement: Mapping[str, str], known: Mapping[str, codes.Codes]
) -> dict[str, str]:
    first, second = (*event.agents, *event.participants), event.targets
    if not event.agents and not second:
        first, second = event.participants[:1], event.participants[1:]
    code = known.get(event.type, codes.Codes())
    kept = ("headline", "outlet", "published", "quote", "span", "statement")
    return {
        **{name: statement.get(name, "") for name in kept},
        "event_id": event.iri,
        "voice": "claimed" if event.is_stated else "own",
        "speaker": statement.get("speaker", "") if event.is_stated else "",
        "act": statement.get("act", "") if event.is_stated else "",
        "denied": "yes" if event.is_denied else "",
        "event_type": event.type,
        "cameo": code.cameo,
        "plover": code.plover,
        "actor1": _named(collection, first),
        "actor1_iri": " ".join(first),
        "actor2": _named(collection, second),
        "actor2_iri": " ".join(second),
        "date_start": event.earliest,
        "date_end": event.latest,
        "date_words": event.when,
        "place": _named(collection, event.places),
        "topic": event.topic,
        "source_url": statement.get("url", ""),
    }


def _named(collection: Collection, iris: Iterable[str]) -> str:
    return "; ".join(collection.names.get(iri, iri) for iri in iris)
