"""Query engine: runs queries in processes that can be killed.

SPARQL has no deadline and no cancellation, some texts crash the parser, and some queries fetch from other servers.
Therefore the server never parses a query text itself. Three kinds of processes take part::
      server ── control ──> image process ── fork ──> query worker, query worker, ...
         └────────── one socket to each worker ──────────┘

The *image process* holds the graph in memory or has a snapshot of it open (:mod:`kg.engine.snapshots`). It forks
*query workers*, which share what it has. A new worker is ready in milliseconds and sees exactly one revision. A worker
has a memory limit and cannot open a file or a socket (:mod:`kg.engine.confinement`).

The *server* sends a worker a query and reads the answer. It kills and replaces a worker that exceeds the deadline.
After a write, the image process applies the change, or opens another snapshot, and forks new workers; running queries
keep their revision. Small queries from an event loop share a worker while they are answered quickly, see
:mod:`kg.engine.pipelining`.

Systems without ``fork`` (Windows) run queries in the server itself, see :mod:`kg.engine.inprocess`.
"""

from __future__ import annotations

from kg.engine.answer import Answer, Stream
from kg.engine.engine import Engine, GraphSource
from kg.engine.framing import ClientDisconnected
from kg.engine.inprocess import InProcess
from kg.engine.limits import EngineLimits
from kg.engine.pending_query import Asked
from kg.engine.pipelining import Lanes, Loop, Outcome, Tell
from kg.engine.quad_diff import Effect
from kg.engine.query import Query, RemoteResults, Update, Upload
from kg.engine.queryable import QueryableStore, Results
from kg.engine.snapshots import Snapshots

__all__ = [
    "Answer",
    "Asked",
    "ClientDisconnected",
    "Effect",
    "Engine",
    "EngineLimits",
    "GraphSource",
    "InProcess",
    "Lanes",
    "Loop",
    "Outcome",
    "Query",
    "QueryableStore",
    "RemoteResults",
    "Results",
    "Snapshots",
    "Stream",
    "Tell",
    "Update",
    "Upload",
]
