"""The image process: holds the whole graph in memory and forks query workers that share its pages.

It has one thread, because a fork copies only the thread that forks, and it never sees a query: nothing from outside can
crash it. Run as ``python -m kg.engine.fork_server CONTROL DATA LIMITS``: the numbers of two open files and the limits
as JSON. It ends, and its workers with it, when the control socket is closed.
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
"""Of workers that are dropped: to give back what they had of their own, up to 300 MB, takes 30 ms of a processor."""
_MOST_BURIED: Final = 5_000
_SHARE_BURIED: Final = 20
"""Quads taken out of one image, or this part of those it holds if that is more; then it says that another should take
its place, because each takes room for good, and time of every update that is tried.
"""


def main(control: int, data: int, limits: EngineLimits) -> None:
    """Load the graph that comes in at ``data`` as N-Quads, then do what ``control`` says until it is closed."""
    # Ctrl-C and a stop of the service reach the whole group; when to end is the server's to say, by hanging up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    store = Store()
    with os.fdopen(data, "rb") as source:
        nquads.load(source, store)
    gc.collect()
    gc.freeze()  # so that no worker's collection writes on the shared pages
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
                _bury(dropped)  # it may have been dead before
                children.discard(int(payload))
            elif letter == PING:
                answer = 0
            else:
                _change(store, Effect.from_bytes(payload), past)
                answer = int(len(past.buried) >= max(_MOST_BURIED, past.held // _SHARE_BURIED))
            channel.send(frame(letter, str(answer).encode()))
    except (EOFError, ConnectionError):
        pass
    finally:  # whatever it was: a worker that is at work sees no end of its socket
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
    """Kill a worker if it still runs. Gives the signal it died of, 0 when it left by itself."""
    _kill(pid)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _kill(pid: int, priority: int | None = None) -> int:
    if priority is not None:
        with contextlib.suppress(OSError):  # it was dead before, and buried meanwhile
            scheduling_priority.give(pid, priority)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return signal.SIGKILL.value


def _bury(dropped: set[int]) -> None:
    """Ask after those that were dropped: who is gone is forgotten, and its number free. May interrupt itself."""
    for pid in tuple(dropped):
        try:
            is_gone = os.waitpid(pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            is_gone = True
        if is_gone:
            dropped.discard(pid)


def _change(store: Store, effect: Effect, past: Past) -> None:
    """Make it, and take account of what of it was not there yet: an image that was loaded meanwhile may have some."""
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
