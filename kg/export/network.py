"""A property graph as nodes.csv and edges.csv, for Gephi, Neo4j and networkx.

A statement is a node, and the path between two actors leads over it. No edge joins two actors. Without the column
``kind`` a claim therefore still cannot be read as an act.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection, ExportedEvent
from kg.export.options import Options
from kg.export.tables import ExportTable, archive, csv_file

_NODES: Final = (
    "Id",
    "Label",
    "kind",
    "type",
    "speaker",
    "negation",
    "quote",
    "headline",
    "outlet",
    "published",
    "url",
)
_EDGES: Final = ("Source", "Target", "Type", "Label", "kind", "statement")
_ROLES: Final = ("agents", "targets", "participants", "places")


def as_network(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return an archive with ``nodes.csv`` and ``edges.csv``.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    nodes, edges = tables(collection)
    return archive({"nodes.csv": csv_file(nodes, bom=options.bom), "edges.csv": csv_file(edges, bom=options.bom)})


def tables(collection: Collection) -> tuple[ExportTable, ExportTable]:
    """Return nodes and edges. The ``kind`` of an edge is ``fact`` or ``claim``; of a node also ``entity``."""
    nodes = {row["Id"]: row for row in _nodes(collection)}
    edges = list(_edges(collection))
    for edge in edges:
        for end in (edge["Source"], edge["Target"]):
            if end not in nodes:  # an entity that exists only in claim content, or has no name
                kind = "claim" if edge["kind"] == "claim" else "entity"
                nodes[end] = {"Id": end, "Label": collection.names.get(end, end), "kind": kind, "type": "unnamed"}
    return (
        ExportTable(name="nodes", columns=_NODES, rows=sorted(nodes.values(), key=lambda row: row["Id"])),
        ExportTable(name="edges", columns=_EDGES, rows=edges),
    )


def _nodes(collection: Collection) -> Iterator[dict[str, str]]:
    for entity in collection.entities:
        yield {"Id": entity.iri, "Label": entity.name, "kind": "entity", "type": entity.type}
    for card in collection.cards:
        row, article = card.row, collection.article_of(card.row)
        if row.kind == "unclear":
            continue
        yield {
            "Id": row.statement,
            "Label": card.whole_sentence,
            "kind": card.mark,
            "type": row.event if row.kind == "fact" else row.act,
            "speaker": "" if row.kind == "fact" else row.speaker,
            "negation": row.negation,
            "quote": row.quote,
            "headline": article.headline,
            "outlet": article.outlet,
            "published": article.published,
            "url": article.url,
        }


def _edges(collection: Collection) -> Iterator[dict[str, str]]:
    for row in collection.rows:
        if row.kind in ("claim", "inner"):
            for speaker in row.speaker_iri:
                yield _edge(speaker, row.statement, "says", "claim", row.statement)
            for target in row.target_iri:
                yield _edge(row.statement, target, "is directed at", "claim", row.statement)
            if row.inside:
                yield _edge(row.inside, row.statement, "passes on", "claim", row.statement)
    for event in collection.events:
        yield from _of_event(event)


def _of_event(event: ExportedEvent) -> Iterator[dict[str, str]]:
    kind = "claim" if event.is_stated else "fact"
    said = "says that not: " if event.is_denied else "says: "
    for role in _ROLES:
        for one in dict.fromkeys(getattr(event, role)):
            label = f"{event.type} {role.removesuffix('s')}"
            yield _edge(event.statement, one, (said if event.is_stated else "") + label, kind, event.statement)


def _edge(source: str, target: str, label: str, kind: str, statement: str) -> dict[str, str]:
    return {
        "Source": source,
        "Target": target,
        "Type": "Directed",
        "Label": label,
        "kind": kind,
        "statement": statement,
    }
