"""Requests to a worker: a query, or the trial of an update or an upload."""

from __future__ import annotations

import json
import marshal
from dataclasses import dataclass
from typing import Literal, TypeAlias

RowFormat: TypeAlias = Literal["json", "xml", "csv", "tsv"]
GraphFormat: TypeAlias = Literal["turtle", "ntriples", "nquads", "trig", "n3", "jsonld", "rdfxml"]
Encoding: TypeAlias = Literal["gzip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query with its options. Equal queries at equal revisions have equal answers."""

    text: str
    rows: RowFormat | None = "json"
    """Format for SELECT and ASK results; None if the client accepts none of the formats."""
    graph: GraphFormat | None = "turtle"
    """Format for CONSTRUCT and DESCRIBE results; None if the client accepts none of the formats."""
    default_graphs: tuple[str, ...] = ()
    """If a graph is named here or in ``named_graphs``, the two are the whole dataset (SPARQL 1.1 Protocol, 2.1.4)."""
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    """Base for relative IRIs in the text."""
    encoding: Encoding | None = None
    """Compression of the answer."""

    def to_bytes(self) -> bytes:
        """Serialize the query for a worker of the same Python.

        The server never reads this format from a worker.
        """
        return marshal.dumps(
            (self.text, self.rows, self.graph, self.default_graphs, self.named_graphs, self.base, self.encoding)
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Query:
        """Parse a query that :meth:`to_bytes` wrote."""
        # The parent process wrote it.
        text, rows, graph, default_graphs, named_graphs, base, encoding = marshal.loads(data)
        return cls(
            text=text,
            rows=rows,
            graph=graph,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            base=base,
            encoding=encoding,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A SPARQL update to try."""

    text: str
    base: str | None = None

    def to_bytes(self) -> bytes:
        """Serialize the update for a worker."""
        return json.dumps([self.text, self.base]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Update:
        """Parse an update that :meth:`to_bytes` wrote."""
        text, base = json.loads(data)
        return cls(text=text, base=base)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteResults:
    """Another server's results in SPARQL JSON, to be joined."""

    data: bytes
    names: str
    """Prefix of the IRIs that replace blank nodes; it must differ for each answer."""

    def to_bytes(self) -> bytes:
        """Serialize the results for a worker: a line about them, and the data."""
        return json.dumps(self.names).encode() + b"\n" + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> RemoteResults:
        """Parse results that :meth:`to_bytes` wrote."""
        names, _, results = data.partition(b"\n")
        return cls(data=results, names=json.loads(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An RDF text to parse."""

    data: bytes
    format: GraphFormat
    base: str | None = None

    def to_bytes(self) -> bytes:
        """Serialize the upload for a worker: a line about the text, and the text."""
        return json.dumps([self.format, self.base]).encode() + b"\n" + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> Upload:
        """Parse an upload that :meth:`to_bytes` wrote."""
        about, _, text = data.partition(b"\n")
        name, base = json.loads(about)
        return cls(data=text, format=name, base=base)
