"""The image process: holds the graph in memory and forks query workers that share its pages.

It has one thread, because a fork copies only the forking thread. It never sees a query, so no outside text can crash
it. Run it as ``python -m kg.engine.fork_server CONTROL DATA LIMITS``, with the numbers of two open files and the limits
as JSON. It ends together with its workers when the control socket is closed.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from dataclasses import replace
from typing import Final

from pyoxigraph import NamedNode, Store

from kg import lifeline, nquads
from kg.engine import scheduling_priority, worker
from kg.engine.framing import DROP, END, FORK, PING, READY, Channel, frame
from kg.engine.limits import EngineLimits
from kg.engine.quad_diff import Effect, Past

_LOWEST_PRIORITY: Final = 19
"""Priority of dropped workers.

Freeing a worker's own memory, up to 300 MB, takes 30 ms of processor time.
"""
_MOST_BURIED: Final = 5_000
_SHARE_BURIED: Final = 20
"""Limits of the quads removed from one image, as a number and as a share of the held quads.

The larger one counts.

Beyond it the image asks for a replacement, because each removed quad occupies memory for good and slows down every
trial of an update.
"""


def main(control: int, data: int, limits: EngineLimits) -> None:
    """Load the N-Quads at ``data``, then execute the commands at ``control`` until it is closed.

    Args:
        control: Number of the open control socket.
        data: Number of the open pipe with the graph.
        limits: The limits of the engine.
    """
    # Ctrl-C and a service stop signal the whole process group; only the server decides when this process ends.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    store = Store()
    with os.fdopen(data, "rb") as source:
        nquads.load(source, store)
    gc.collect()
    gc.freeze()  # so that no worker's garbage collection writes to the shared pages
    channel = Channel(socket.socket(fileno=control), with_files=True)
    channel.send(frame(READY))
    _obey(store, channel, control, limits)


def _obey(store: Store, channel: Channel, control: int, limits: EngineLimits) -> None:
    children: set[int] = set()
    dropped: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _bury(dropped))
    past = Past(held=len(store))
    try:
        while True:
            letter, payload = channel.receive()
            if letter == FORK:
                answer = _fork(store, past, channel.passed.pop(), control, limits)
                children.add(answer)
            elif letter == END:
                answer = _end(int(payload))
                children.discard(int(payload))
            elif letter == DROP:
                dropped.add(int(payload))
                answer = _kill(int(payload), _LOWEST_PRIORITY)
                _bury(dropped)  # the worker may have died before
                children.discard(int(payload))
            elif letter == PING:
                answer = 0
            else:
                _change(store, Effect.from_bytes(payload), past)
                answer = int(len(past.buried) >= max(_MOST_BURIED, past.held // _SHARE_BURIED))
            channel.send(frame(letter, str(answer).encode()))
    except (EOFError, ConnectionError):
        pass
    finally:  # after any error, because a busy worker does not notice the end of its socket
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for pid in children | dropped:
            with contextlib.suppress(ChildProcessError):
                _end(pid)


def _fork(store: Store, past: Past, end: int, control: int, limits: EngineLimits) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        lifeline.tie_fork(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(control)
        worker.serve(store, past, socket.socket(fileno=end), limits)
    os.close(end)
    return pid


def _end(pid: int) -> int:
    """Kill a worker and wait for it. Returns the signal that terminated it, or 0 if it exited by itself."""
    _kill(pid)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _kill(pid: int, priority: int | None = None) -> int:
    if priority is not None:
        with contextlib.suppress(OSError):  # the worker has died and was reaped in the meantime
            scheduling_priority.give(pid, priority)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return signal.SIGKILL.value


def _bury(dropped: set[int]) -> None:
    """Reap the dropped workers that have ended. A signal can interrupt this function and call it again."""
    for pid in tuple(dropped):
        try:
            is_gone = os.waitpid(pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            is_gone = True
        if is_gone:
            dropped.discard(pid)


def _change(store: Store, effect: Effect, past: Past) -> None:
    """Apply a change, and record the effective part.

    An image that was loaded meanwhile may contain some of the change already.
    """
    removed = frozenset(quad for quad in effect.removed if quad in store)
    for quad in removed:
        store.remove(quad)
    for name in effect.dropped:
        store.remove_graph(NamedNode(name))
    for name in effect.created:
        store.add_graph(NamedNode(name))
    added = frozenset(quad for quad in effect.added if quad not in store)
    store.extend(added)
    past.note(replace(effect, removed=removed, added=added))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), EngineLimits(**json.loads(sys.argv[3])))
