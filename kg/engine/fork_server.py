"""The image process: has the graph in memory, or a snapshot of it open, and forks query workers that share it.

Python runs one thread in it, because a fork copies only the forking thread. It never sees a query, so no outside text
can crash it. Run it as ``python -m kg.engine.fork_server CONTROL SOURCE LIMITS``: the number of the open control
socket, the number of another open file or the folder of a snapshot, and the limits as JSON. It ends together with its
workers when the control socket is closed.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Store

from kg import lifeline, nquads
from kg.engine import scheduling_priority, worker
from kg.engine.confinement import OpenSnapshot
from kg.engine.framing import DROP, END, FORK, OPEN, PING, READY, Channel, frame
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


def main(control: int, source: str, limits: EngineLimits) -> None:
    """Load the graph, then execute the commands at ``control`` until it is closed.

    Args:
        control: Number of the open control socket.
        source: Number of the open pipe with the graph as N-Quads, or the folder of a snapshot.
        limits: The limits of the engine.
    """
    # Ctrl-C and a service stop signal the whole process group; only the server decides when this process ends.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    graph = _loaded(int(source)) if source.isdecimal() else _opened(Path(source))
    gc.collect()
    gc.freeze()  # so that no worker's garbage collection writes to the shared pages
    channel = Channel(socket.socket(fileno=control), with_files=True)
    channel.send(frame(READY))
    _obey(graph, channel, control, limits)


def _loaded(data: int) -> worker.HeldGraph:
    store = Store()
    with os.fdopen(data, "rb") as quads:
        nquads.load(quads, store)
    return worker.HeldGraph(store=store, past=Past(held=len(store)))


def _opened(folder: Path) -> worker.HeldGraph:
    """Open a snapshot once for all workers.

    They share the open files and the indexes that were read. A fork copies no thread of the engine, and a worker needs
    none: all of them only open files or write.
    """
    # Python 3.12 and later warn of every fork beside other threads, here those of the store's engine.
    warnings.filterwarnings("ignore", r"This process .* is multi-threaded", DeprecationWarning)
    store = Store.read_only(str(folder))
    return worker.HeldGraph(store=store, past=Past(held=0), snapshot=OpenSnapshot.look(folder))


def _obey(graph: worker.HeldGraph, channel: Channel, control: int, limits: EngineLimits) -> None:
    children: set[int] = set()
    dropped: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _bury(dropped))
    try:
        while True:
            letter, payload = channel.receive()
            if letter == FORK:
                answer = _fork(graph, channel.passed.pop(), control, limits)
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
            elif letter == OPEN:
                graph = _opened(Path(os.fsdecode(payload)))
                answer = 0
            else:
                past = graph.past
                _change(graph.store, Effect.from_bytes(payload), past)
                answer = int(len(past.buried) >= max(_MOST_BURIED, past.held // _SHARE_BURIED))
            channel.send(frame(letter, str(answer).encode()))
    except (EOFError, ConnectionError):
        pass
    finally:  # after any error, because a busy worker does not notice the end of its socket
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for pid in children | dropped:
            with contextlib.suppress(ChildProcessError):
                _end(pid)


def _fork(graph: worker.HeldGraph, end: int, control: int, limits: EngineLimits) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        lifeline.tie_fork(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(control)
        worker.serve(graph, socket.socket(fileno=end), limits)
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
    main(int(sys.argv[1]), sys.argv[2], EngineLimits(**json.loads(sys.argv[3])))
