"""A query worker: forked from the image process, it answers one question after the other until it is killed.

It owns nothing that matters. Whatever a query does to it (a crash of the engine's parser, memory without end, hours of
work) ends with this process and nothing else.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Final, NoReturn

from pyoxigraph import Store

from kg.engine import dry_run, values_clause
from kg.engine.evaluate import Kind, evaluate
from kg.engine.framing import ANSWER, DATA, DONE, REFUSED, TABLE, UPDATE, UPLOAD, Channel, frame
from kg.engine.limits import EngineLimits
from kg.engine.quad_diff import Past
from kg.engine.query import Query, RemoteResults, Update, Upload
from kg.errors import KgError

_OWN_FILE: Final = 3
"""0, 1 and 2 lead nowhere; this one to the engine. No other file can be open."""
_FILES: Final = 1 << 16
_TOGETHER: Final = 1 << 16
_STACK_BYTES: Final = 8 << 20
"""What a process usually has: a query is not refused for being nested as deep as it may be elsewhere."""
_HOLDS: Final = 1.0
"""Seconds for which the limit of a worker's time is not set again: that takes longer than to look at the clock."""
_TIME_TO_GROW: Final = 0.001
"""Seconds in which no query can take an eighth of its memory: the system gives some megabytes in one."""


def serve(store: Store, past: Past, end: socket.socket, limits: EngineLimits) -> NoReturn:
    """Answer what comes in at ``end`` until it is closed. Never returns: the parent's work is not done twice.

    ``past`` is that of the store. It is done in a second thread, because with glibc that has a second place to take
    memory from. In the first, what is free lies in pieces all over the graph: over a million quads a small query waited
    40 µs until all its memory was found there, and 70 MB of the pages it shared became its own, of which now 4 do.
    """
    threading.stack_size(_STACK_BYTES)
    try:
        threading.Thread(target=_serve, args=(store, past, end, limits)).start()
        while True:
            signal.pause()
    finally:
        os._exit(0)


def _serve(store: Store, past: Past, end: socket.socket, limits: EngineLimits) -> NoReturn:
    try:
        channel = confine(end, limits.memory)
        lean, holds_until = _peak() + limits.memory // 8, 0.0
        while True:
            letter, payload = channel.receive()
            if time.monotonic() > holds_until:
                holds_until = _limit_time(limits.deadline)
            _answer(store, past, letter, payload, channel, limits, lean)
    finally:
        os._exit(0)


def confine(end: socket.socket, memory: int) -> Channel:
    """Give up all that a query has no need of.

    With every file number that is allowed already taken, none can be opened: no file, no pipe, and no socket. That
    needs no privilege and no kernel feature, and the engine's own HTTP client is under it like everything else.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    own = os.dup(end.detach())
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.dup2(own, _OWN_FILE)
    os.closerange(_OWN_FILE + 1, _FILES)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if size := _address_space():
        resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OWN_FILE + 1, _OWN_FILE + 1))
    return Channel(socket.socket(fileno=_OWN_FILE))


def _limit_time(seconds: float) -> float:
    """The last resort for when nobody is left to kill this process: the system does, some time after the deadline.

    Gives until when, of ``time.monotonic``, a query that begins has all of its time: in a second no more than a second
    of this process's own can pass.
    """
    until = int(time.process_time() + _HOLDS + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
    return time.monotonic() + _HOLDS


def _answer(
    store: Store, past: Past, letter: bytes, payload: bytes, channel: Channel, limits: EngineLimits, lean: int
) -> None:
    """``lean``: the most memory a worker may have had and go on, because what was freed is not always given back."""
    reply, begin, rows = _Reply(channel), time.monotonic(), 0
    try:
        if letter == UPDATE:
            reply.piece(dry_run.rehearse(store, Update.from_bytes(payload), past))
        elif letter == UPLOAD:
            reply.piece(dry_run.read(Upload.from_bytes(payload)))
        elif letter == TABLE:
            reply.piece(values_clause.as_values(RemoteResults.from_bytes(payload), limits.rows).encode())
        else:
            rows = evaluate(store, Query.from_bytes(payload), reply, max_rows=limits.rows, max_bytes=limits.size)
    except KgError as error:
        reply.refuse(error)
    # After an update the copy is another graph: nobody may ask it. And who took no time took no memory.
    has_grown = time.monotonic() - begin > _TIME_TO_GROW and _peak() > lean
    reply.done(spent=letter == UPDATE or has_grown, rows=rows)


class _Reply:
    """Collects the frames of a short answer, so that it goes out as one message; a long one as it comes."""

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


def _address_space() -> int:
    """Bytes of address space in use now; 0 where the system does not say, and then there is no limit."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError):
        return 0
    return pages * resource.getpagesize()


def _peak() -> int:
    """The most memory this process has held, in bytes (the system counts in units of 1,024)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
