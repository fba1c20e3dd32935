"""A query worker: a fork of the image process that answers requests until it is killed.

It owns no data that matters. Parser crashes, endless memory use and hours of work end with this process alone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from pyoxigraph import Store

from kg.engine import disk_dry_run, dry_run, values_clause
from kg.engine.confinement import OpenSnapshot, confine
from kg.engine.evaluate import Kind, evaluate
from kg.engine.framing import ANSWER, DATA, DONE, REFUSED, TABLE, UPDATE, UPLOAD, Channel, frame
from kg.engine.limits import EngineLimits
from kg.engine.quad_diff import Past, effect_of
from kg.engine.query import Query, RemoteResults, Update, Upload
from kg.errors import KgError

_TOGETHER: Final = 1 << 16
_STACK_BYTES: Final = 8 << 20
"""The usual stack size of a process, so that queries may be nested as deep as elsewhere."""
_HOLDS: Final = 1.0
"""Seconds between two settings of the limit on processor time: a system call takes longer than a look at the clock."""
_TIME_TO_GROW: Final = 0.001
"""Seconds in which no query can use an eighth of its memory: the system allocates some megabytes in that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGraph:
    """The graph of a worker: in memory with its history ``past``, or in a ``snapshot`` on disk."""

    store: Store
    past: Past
    snapshot: OpenSnapshot | None = None


def serve(graph: HeldGraph, end: socket.socket, limits: EngineLimits) -> NoReturn:
    """Answer the requests at ``end`` until it is closed.

    Never returns, so that the parent's work is not repeated.

    The requests run in a second thread, because glibc gives it a memory arena of its own. In the first arena the free
    memory is scattered over the graph. Over a million quads, a small query there waited 40 µs for memory, and 70 MB of
    shared pages were copied; now 4 MB are.

    Args:
        graph: The graph.
        end: The socket to the engine.
        limits: The limits of the engine.
    """
    threading.stack_size(_STACK_BYTES)
    try:
        threading.Thread(target=_serve, args=(graph, end, limits)).start()
        while True:
            signal.pause()
    finally:
        os._exit(0)


def _serve(graph: HeldGraph, end: socket.socket, limits: EngineLimits) -> NoReturn:
    try:
        channel = confine(end, limits.memory, graph.snapshot)
        lean, holds_until = _peak() + limits.memory // 8, 0.0
        while True:
            letter, payload = channel.receive()
            if time.monotonic() > holds_until:
                holds_until = _limit_time(limits.deadline)
            _answer(graph, letter, payload, channel, limits, lean)
    finally:
        os._exit(0)


def _limit_time(seconds: float) -> float:
    """Set the processor time limit, the last resort if no process is left to kill this one.

    Returns:
        Time (on the clock of ``time.monotonic``) until which a new query has its full time: processor time is never
        faster.
    """
    until = int(time.process_time() + _HOLDS + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    return time.monotonic() + _HOLDS


def _answer(graph: HeldGraph, letter: bytes, payload: bytes, channel: Channel, limits: EngineLimits, lean: int) -> None:
    """Answer one request.

    ``lean`` is the peak memory of a reusable worker: freed memory is not always returned.
    """
    reply, begin, rows = _Reply(channel), time.monotonic(), 0
    try:
        if letter == UPDATE:
            reply.piece(dry_run.rehearse(_effect(graph), Update.from_bytes(payload)))
        elif letter == UPLOAD:
            reply.piece(dry_run.read(Upload.from_bytes(payload)))
        elif letter == TABLE:
            reply.piece(values_clause.as_values(RemoteResults.from_bytes(payload), limits.rows).encode())
        else:
            rows = evaluate(graph.store, Query.from_bytes(payload), reply, max_rows=limits.rows, max_bytes=limits.size)
    except KgError as error:
        reply.refuse(error)
    # An update changes the copy, so the worker cannot be reused. A quick request cannot have used much memory.
    has_grown = time.monotonic() - begin > _TIME_TO_GROW and _peak() > lean
    reply.done(spent=letter == UPDATE or has_grown, rows=rows)


def _effect(graph: HeldGraph) -> dry_run.FindEffect:
    """Return the function that finds the effect of an update on the graph."""
    if graph.snapshot is not None:
        return lambda update: disk_dry_run.effect_of(graph.store, update)
    return lambda update: effect_of(
        graph.store, update.text, lambda: graph.store.update(update.text, base_iri=update.base), graph.past
    )


class _Reply:
    """Collects the frames of a short answer into one message; streams a long answer."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._waiting = b""

    def begin(self, kind: Kind, format_name: str | None) -> None:
        self._waiting = _begun(kind, format_name)

    def piece(self, data: bytes) -> None:
        if len(self._waiting) > _TOGETHER:
            self._channel.send(self._waiting)
            self._waiting = b""
        self._waiting += frame(DATA, data)

    def refuse(self, error: KgError) -> None:
        self._waiting += frame(REFUSED, json.dumps([type(error).__name__, str(error)]).encode())

    def done(self, *, spent: bool, rows: int) -> None:
        self._channel.send(self._waiting + frame(DONE, b"%d %d" % (spent, rows)))


@lru_cache(64)
def _begun(kind: Kind, format_name: str | None) -> bytes:
    return frame(ANSWER, json.dumps([kind, format_name]).encode())


def _peak() -> int:
    """Return the peak memory of this process in bytes (the system counts in units of 1,024)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
