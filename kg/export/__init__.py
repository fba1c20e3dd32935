"""The graph in other formats: one module for each format, with the distinctions that it can express."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from kg.bases import base_of
from kg.engine.queryable import QueryableStore
from kg.errors import UsageError
from kg.export.collection import Collection
from kg.export.options import Options

__all__ = ["FORMATS", "ExportFormat", "Options", "file_name", "media_type", "write", "written"]

Writer: TypeAlias = Callable[[Collection, QueryableStore, Options], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One format. ``module`` and ``function`` write it, and ``about`` describes it.

    ``barrier`` describes how claims stay apart, ``extra`` is the required extra, and ``choices`` are the options.
    """

    name: str
    file: str
    media_type: str
    module: str
    function: str
    about: str
    barrier: str
    extra: str = ""
    choices: frozenset[str] = frozenset()


_ALL: Final = (
    ExportFormat(
        name="csv",
        file="claimgraph-lists.zip",
        media_type="application/zip",
        module="spreadsheets",
        function="as_csv",
        about="Every list as CSV for a spreadsheet: statements, articles, speakers, places, events",
        barrier="a column says of each statement whether it is a fact or a claim; the list of events has no claim",
        choices=frozenset({"list", "bom"}),
    ),
    ExportFormat(
        name="excel",
        file="claimgraph-lists.xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        module="spreadsheets",
        function="as_excel",
        about="The same lists as sheets of one workbook",
        barrier="as in CSV",
        extra="excel",
        choices=frozenset({"list"}),
    ),
    ExportFormat(
        name="network",
        file="claimgraph-network.zip",
        media_type="application/zip",
        module="network",
        function="as_network",
        about="nodes.csv and edges.csv for Gephi, Neo4j and networkx",
        barrier="each edge has a kind, fact or claim; a statement is a node, so no edge joins two actors",
        choices=frozenset({"bom"}),
    ),
    ExportFormat(
        name="events",
        file="claimgraph-events.csv",
        media_type="text/csv; charset=utf-8; header=present",
        module="event_table",
        function="as_event_table",
        about="Events with CAMEO and PLOVER codes, for users of GDELT and POLECAT",
        barrier="claimed events are off by default; a column voice tells them apart, another one denials",
        choices=frozenset({"bom", "claimed"}),
    ),
    ExportFormat(
        name="nanopub",
        file="claimgraph-nanopublications.trig",
        media_type="application/trig",
        module="nanopublications",
        function="as_nanopublications",
        about="A nanopublication a statement, an index a version, a retraction for what was withdrawn; not signed",
        barrier="that a claim was made is asserted, its content is in stated terms; unclear passages are left out",
    ),
    ExportFormat(
        name="schema-org",
        file="claimgraph-schema-org.jsonld",
        media_type="application/ld+json",
        module="schema_org",
        function="as_schema_org",
        about="NewsArticle and Claim of schema.org, for search engines",
        barrier="a Claim has its author and no rating; denials, demands, hearsay and facts are left out",
    ),
    ExportFormat(
        name="annotations",
        file="claimgraph-annotations.jsonld",
        media_type='application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        module="annotations",
        function="as_annotations",
        about="Web Annotations: each statement as a note on its words",
        barrier="a note says whose words they are; events are left out",
    ),
    ExportFormat(
        name="rdf12",
        file="claimgraph-reified.ttl",
        media_type="text/turtle; charset=utf-8; version=1.2",
        module="reified",
        function="as_reified",
        about="RDF 1.2 with reifiers, Turtle 1.2",
        barrier="the content of a claim is asserted nowhere: triple terms that the claim reifies, in stated terms",
    ),
    ExportFormat(
        name="followthemoney",
        file="claimgraph-entities.ftm.json",
        media_type="application/x-ndjson",
        module="followthemoney",
        function="as_followthemoney",
        about="Entities for Aleph, a JSON object a line",
        barrier="a reported event is an Event; a claim is a Note, and no event or relation; stated events are left out",
    ),
    ExportFormat(
        name="parquet",
        file="claimgraph-statements.parquet",
        media_type="application/vnd.apache.parquet",
        module="parquet",
        function="as_parquet",
        about="All statements as Parquet",
        barrier="a column says of each statement whether it is a fact or a claim; events of claims are left out",
        extra="arrow",
    ),
    ExportFormat(
        name="dataset",
        file="claimgraph-dataset.zip",
        media_type="application/zip",
        module="parquet",
        function="as_dataset",
        about="The same with a card that documents every column",
        barrier="as in Parquet, and the card says it first",
        extra="arrow",
    ),
)
FORMATS: Final = MappingProxyType({one.name: one for one in _ALL})
"""The formats by name."""


def file_name(chosen: ExportFormat, options: Options) -> str:
    """Return a descriptive file name, such as ``claimgraph-events.csv``.

    Args:
        chosen: The format.
        options: The options.
    """
    if options.list_name:
        return f"claimgraph-{options.list_name}.{'csv' if chosen.name == 'csv' else 'xlsx'}"
    return chosen.file


def media_type(chosen: ExportFormat, options: Options) -> str:
    """Return the media type of the file of a format.

    Args:
        chosen: The format.
        options: The options.
    """
    return FORMATS["events"].media_type if options.list_name and chosen.name == "csv" else chosen.media_type


def write(name: str, store: QueryableStore, options: Options, base: str = "") -> bytes:
    """Export a whole store in a format.

    Args:
        name: One of :data:`FORMATS`.
        store: The graph.
        options: The options.
        base: The base of data IRIs; by default that of the store's data.

    Raises:
        UsageError: The format is unknown, or lacks the option.
        MissingExtra: The format needs an extra that is not installed.
    """
    chosen = FORMATS.get(name)
    if chosen is None:
        raise UsageError(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    given = {"list": options.list_name, "bom": options.bom, "claimed": options.claimed}
    for option, value in given.items():
        if value and option not in chosen.choices:
            able = ", ".join(one.name for one in _ALL if option in one.choices)
            raise UsageError(f"{name} has no --{option}; there is one for {able}")
    return written(chosen, Collection(store, base_of(store, base)), store, options)


def written(chosen: ExportFormat, collection: Collection, store: QueryableStore, options: Options) -> bytes:
    """Write a collection in a format.

    Args:
        chosen: The format.
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    writer: Writer = getattr(importlib.import_module(f"kg.export.{chosen.module}"), chosen.function)
    return writer(collection, store, options)
