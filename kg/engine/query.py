"""What a worker is asked: a query, or to try an update or an upload before it is written."""

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
    """One query as it was asked; the same to the same revision has the same answer."""

    text: str
    rows: RowFormat | None = "json"
    """How to write what a SELECT or ASK gives; None when the client takes none of the formats for that."""
    graph: GraphFormat | None = "turtle"
    """The same for a CONSTRUCT or DESCRIBE."""
    default_graphs: tuple[str, ...] = ()
    """Where any graph is named here or below, the two together are the whole dataset (SPARQL 1.1 Protocol, 2.1.4)."""
    named_graphs: tuple[str, ...] = ()
    base: str | None = None
    """What relative IRIs in the text are resolved against."""
    encoding: Encoding | None = None
    """How to compress the answer."""

    def to_bytes(self) -> bytes:
        """For the way to a worker, which is of the same Python; nothing is ever read in this form from a worker."""
        return marshal.dumps(
            (self.text, self.rows, self.graph, self.default_graphs, self.named_graphs, self.base, self.encoding)
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Query:
        """The query that :meth:`to_bytes` wrote."""
        text, rows, graph, default_graphs, named_graphs, base, encoding = marshal.loads(data)  # written by the parent
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
    """A SPARQL update that is to be tried."""

    text: str
    base: str | None = None

    def to_bytes(self) -> bytes:
        """For the way to a worker."""
        return json.dumps([self.text, self.base]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Update:
        """The update that :meth:`to_bytes` wrote."""
        text, base = json.loads(data)
        return cls(text=text, base=base)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteResults:
    """Results of another server, in SPARQL JSON, that are to be joined."""

    data: bytes
    names: str
    """What the IRIs begin with that stand for its blank nodes; no two answers may have the same."""

    def to_bytes(self) -> bytes:
        """For the way to a worker: a line about the results, and the results."""
        return json.dumps(self.names).encode() + b"\n" + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> RemoteResults:
        """The results that :meth:`to_bytes` wrote."""
        names, _, results = data.partition(b"\n")
        return cls(data=results, names=json.loads(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An RDF text that is to be read."""

    data: bytes
    format: GraphFormat
    base: str | None = None

    def to_bytes(self) -> bytes:
        """For the way to a worker: a line about the text, and the text."""
        return json.dumps([self.format, self.base]).encode() + b"\n" + self.data

    @classmethod
    def from_bytes(cls, data: bytes) -> Upload:
        """The upload that :meth:`to_bytes` wrote."""
        about, _, text = data.partition(b"\n")
        name, base = json.loads(about)
        return cls(data=text, format=name, base=base)
