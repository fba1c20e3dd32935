"""The web process's hold on an image process: starting it, having it fork and end workers, telling it of writes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from io import BufferedWriter
from pathlib import Path
from typing import IO, Final

from kg.engine.framing import CHANGE, DROP, END, FORK, PING, Channel, frame
from kg.engine.limits import EngineLimits
from kg.engine.loading import Loading, PatientPipe
from kg.engine.quad_diff import Effect
from kg.engine.schedule import Slot
from kg.errors import EngineBusy

_MODULE: Final = "kg.engine.fork_server"
_BYTES_AT_ONCE: Final = 1 << 20
"""Of a change that are sent at a time."""
_LATE_SHARE: Final = 2
"""After this part of its patience a request counts as late, and the server as not ready."""
_LONGEST: Final = 120
"""How many times its patience the process may work on one request."""


class Worker:
    """One query worker and the socket to it. It belongs to whoever took it from the engine."""

    def __init__(self, image: Image, pid: int, channel: Channel, revision: int) -> None:
        self.image = image
        self.pid = pid
        self.channel = channel
        self.revision = revision
        self.slot: Slot | None = None
        """The slot of the query that has it; None while it is idle."""
        self._died_of: int | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it has died while nothing was asked of it; never waits."""
        return self.channel.is_over

    def kill(self) -> None:
        """Stop it at once, and hang up. Until :meth:`drop` its process number is not given to another process."""
        self.channel.close()
        if self._died_of is None and not self.image.is_closed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def drop(self) -> None:
        """Have it ended. It may be there for some time yet: what memory it had of its own has to be given back."""
        self.channel.close()
        if self._died_of is None:
            with contextlib.suppress(EngineBusy):  # its parent is gone, and it goes with it
                self._died_of = signal.SIGKILL
                self.image.drop(self.pid)

    def end(self) -> int:
        """Have it ended and gone. Gives the signal it had already died of, else SIGKILL."""
        self.channel.close()
        if self._died_of is None:
            try:
                self._died_of = self.image.end(self.pid)
            except EngineBusy:  # its parent is gone, and so cannot end it
                self.kill()
                self._died_of = signal.SIGKILL
        return self._died_of


class Image:
    """A running image process. Every method raises EngineBusy when it is gone.

    One that does not answer in time and does nothing is killed: it may be stopped, and a write would wait for it for
    ever. Its workers end with it.
    """

    def __init__(self, process: subprocess.Popen[bytes], channel: Channel, revision: int, patience: float) -> None:
        self._process = process
        self._channel = channel
        self._patience = patience
        self._working = Loading(process.pid, patience / 2, longest=_LONGEST * patience)
        self._late: float | None = None
        self._lock = threading.Lock()
        self._workers = 0
        self._retired = False
        self.is_closed = False
        self.revision = revision

    @classmethod
    def start(cls, dump: Callable[[IO[bytes]], None], revision: int, limits: EngineLimits) -> Image:
        """Return an image of what ``dump`` writes as N-Quads, once it is loaded.

        Args:
            dump: Writes the graph into a file.
            revision: Of the graph.
            limits: Of the queries; and how long the process may do nothing.

        Raises:
            EngineBusy: The process was ended, or does nothing.
        """
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        numbers = (theirs.fileno(), reading)
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, *map(str, numbers), json.dumps(asdict(limits))],
            pass_fds=numbers,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": _with_this_package(os.environ.get("PYTHONPATH")),
                "GLIBC_TUNABLES": _with_large_pages(os.environ.get("GLIBC_TUNABLES")),
            },
        )
        theirs.close()
        os.close(reading)
        image = cls(process, Channel(ours), revision, limits.patience)
        loading = Loading(process.pid, limits.patience)
        try:
            with BufferedWriter(PatientPipe(writing, loading)) as output:
                dump(output)
            loading.wait(lambda seconds: image._channel.receive(time.monotonic() + seconds))
        except (EOFError, TimeoutError, ConnectionError) as error:
            image.abandon()
            raise engine_gone() from error
        except BaseException:
            image.abandon()  # what it has read is not the whole graph
            raise
        return image

    @property
    def is_answering(self) -> bool:
        """Whether it is there, and late with no answer; never waits."""
        late = self._late
        return not self.is_closed and (late is None or time.monotonic() < late)

    def ping(self) -> None:
        """Ask for a sign of life."""
        with self._lock:
            self._ask(PING, b"")

    def fork(self) -> Worker:
        """A new worker, at the image's revision."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                with self._in_time():
                    self._channel.pass_file(FORK, theirs.fileno(), time.monotonic() + self._patience)
                    pid = int(self._reply())
            except EngineBusy:
                ours.close()
                raise
            self._workers += 1
            return Worker(self, pid, Channel(ours), self.revision)

    def drop(self, pid: int) -> None:
        """End a worker, and let others be forked before it is gone: with 300 MB of its own that takes 30 ms."""
        self._part_with(DROP, pid)

    def end(self, pid: int) -> int:
        """End a worker and give the signal that it died of."""
        return self._part_with(END, pid)

    def _part_with(self, letter: bytes, pid: int) -> int:
        with self._lock:
            self._workers -= 1
            died_of = int(self._ask(letter, str(pid).encode()))
            is_over = self._retired and not self._workers
        if is_over:
            self.close()
        return died_of

    def retire(self) -> None:
        """Close it when its last worker has ended."""
        with self._lock:
            self._retired = True
            is_over = not self._workers or self._process.poll() is not None
        if is_over:
            self.close()

    def change(self, effect: Effect, revision: int) -> bool:
        """Bring the image to a new revision; workers forked before keep the old one. Gives True where so much was taken
        out of it that another should take its place.
        """
        with self._lock:
            is_worn = self._ask(CHANGE, effect.to_bytes()) != b"0"
            self.revision = revision
        return is_worn

    def close(self) -> None:
        """End the process and all its workers."""
        self.is_closed = True
        self._channel.close()
        try:
            self._process.wait(2 * self._patience)
        except subprocess.TimeoutExpired:
            self.abandon()

    def abandon(self) -> None:
        """Kill the process; its workers end with it."""
        self.is_closed = True
        self._process.kill()  # a stopped one does not see that the channel is closed
        self._channel.close()
        self._process.wait()

    def _ask(self, letter: bytes, payload: bytes) -> bytes:
        with self._in_time(len(payload)):
            self._send(frame(letter, payload))
            return self._reply()

    def _send(self, data: bytes) -> None:
        """Send it piece by piece, so that the time for a piece does not depend on how much there is."""
        for begin in range(0, len(data), _BYTES_AT_ONCE):
            piece = data[begin : begin + _BYTES_AT_ONCE]
            self._channel.send(piece, time.monotonic() + self._patience)

    def _reply(self) -> bytes:
        return self._working.wait(lambda seconds: self._channel.receive(time.monotonic() + seconds))[1]

    @contextlib.contextmanager
    def _in_time(self, size: int = 0) -> Iterator[None]:
        """Have what is asked with so many bytes noted as late after a time, and the process killed where it fails."""
        shares = 1 + size / _BYTES_AT_ONCE
        self._late = time.monotonic() + shares * self._patience / _LATE_SHARE
        try:
            yield
        except (EOFError, OSError) as error:
            self.abandon()
            raise engine_gone() from error
        finally:
            self._late = None


def engine_gone() -> EngineBusy:
    """Return the error for who asks an image process that is no longer there."""
    return EngineBusy("the query engine has stopped and is being started again; try again in a moment")


def _with_this_package(path: str | None) -> str:
    """A module path on which the child finds this package as we did, also when it is run from a checkout."""
    return os.pathsep.join([str(Path(__file__).parents[2]), *([path] if path else [])])


def _with_large_pages(tunables: str | None) -> str:
    """What the C library is told: to ask for pages of 2 MB, where the system gives them to whoever asks.

    A fork copies the list of all pages: over a million quads in a quarter of the time then; its end is as much shorter.
    Another C library does not look here.
    """
    own = "glibc.malloc.hugetlb"
    if tunables and own in tunables:
        return tunables
    return ":".join(filter(None, (tunables, f"{own}=1")))
