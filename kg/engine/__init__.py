"""Queries that cannot hang or crash the server: the engine behind the endpoint.

SPARQL's engine has no deadline and no cancel, some texts crash its parser, and it would fetch from other servers. So no
process that must live hands it a text from outside. Three kinds of processes take part::

    server ── control ──> image process ── fork ──> query worker, query worker, ...
       └────────── one socket to each worker ──────────┘

The *image process* holds the graph in memory. *Query workers* are forked from it and share its pages, so a new one is
there in milliseconds and sees exactly one revision; each has a memory limit and cannot open a file or a socket. The
*server* sends a worker a query and reads the answer; what does not end in time is killed and replaced. After a write
the image is changed and new workers are forked: readers under way keep their revision. Small queries that an event
loop waits for share a worker while they are answered quickly, see :mod:`kg.engine.pipelining`.

Where there is no ``fork`` (Windows) queries run in the server itself, see :mod:`kg.engine.inprocess`.
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
    "Stream",
    "Tell",
    "Update",
    "Upload",
]
