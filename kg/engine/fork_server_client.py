"""Client of the image process: starts it, requests forks and ends of workers, and sends writes."""

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

from kg.engine.framing import CHANGE, DROP, END, FORK, OPEN, PING, Channel, frame
from kg.engine.limits import EngineLimits
from kg.engine.loading import Loading, PatientPipe
from kg.engine.quad_diff import Effect
from kg.engine.schedule import Slot
from kg.engine.snapshots import Snapshot
from kg.errors import EngineBusy

_MODULE: Final = "kg.engine.fork_server"
_BYTES_AT_ONCE: Final = 1 << 20
"""Bytes of a change that are sent at a time."""
_LATE_SHARE: Final = 2
"""A request counts as late after this part of the patience; the server is then not ready."""
_LONGEST: Final = 120
"""Longest processing time of one request, as a multiple of the patience."""


class Worker:
    """One query worker and its socket. It belongs to the caller that took it from the engine."""

    def __init__(
        self, image: Image, pid: int, channel: Channel, revision: int, snapshot: Snapshot | None = None
    ) -> None:
        self.image = image
        self.pid = pid
        self.channel = channel
        self.revision = revision
        self._snapshot = snapshot
        self.slot: Slot | None = None
        """Slot of the query that uses the worker; None while the worker is idle."""
        self._died_of: int | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the worker died while it was idle. Does not block."""
        return self.channel.is_over

    def kill(self) -> None:
        """Kill the worker and close its socket. Its process id stays reserved until :meth:`drop`."""
        self.channel.close()
        if self._died_of is None and not self.image.is_closed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def drop(self) -> None:
        """End the worker without waiting for it. Freeing its memory may take a while."""
        self.channel.close()
        if self._died_of is None:
            with contextlib.suppress(EngineBusy):  # the parent process has ended, and the worker with it
                self._died_of = signal.SIGKILL
                self.image.drop(self.pid)
            self._let_snapshot_go()

    def end(self) -> int:
        """Kill the worker and wait for it. Returns the signal that terminated it."""
        self.channel.close()
        if self._died_of is None:
            try:
                self._died_of = self.image.end(self.pid)
            except EngineBusy:  # the parent process has ended and cannot kill the worker
                self.kill()
                self._died_of = signal.SIGKILL
            self._let_snapshot_go()
        return self._died_of

    def _let_snapshot_go(self) -> None:
        """Release the snapshot. A worker that is being killed may miss a file; its answer is discarded."""
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            snapshot.release()


class Image:
    """A running image process. Every method raises EngineBusy after the process has ended.

    A process that does not answer in time and does no work is killed together with its workers. It may be stopped, and
    a write would wait for it without end.
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
        self._snapshot: Snapshot | None = None
        self.is_closed = False
        self.revision = revision

    @classmethod
    def start_on(cls, snapshot: Snapshot, limits: EngineLimits) -> Image:
        """Start an image process whose workers read a snapshot.

        Args:
            snapshot: The snapshot. The image releases it, also if the start fails.
            limits: Limits of the queries, and the longest idle time of the process.

        Raises:
            EngineBusy: The process has ended, or does no work.
        """
        try:
            image = cls._started(str(snapshot.folder), (), snapshot.revision, limits)
        except BaseException:
            snapshot.release()
            raise
        image._snapshot = snapshot
        image._await_ready(limits)
        return image

    @classmethod
    def start(cls, dump: Callable[[IO[bytes]], None], revision: int, limits: EngineLimits) -> Image:
        """Start an image process and load the N-Quads that ``dump`` writes.

        Args:
            dump: Writes the graph into a file.
            revision: Revision of the graph.
            limits: Limits of the queries, and the longest idle time of the process.

        Raises:
            EngineBusy: The process has ended, or does no work.
        """
        reading, writing = os.pipe()
        image = cls._started(str(reading), (reading,), revision, limits)
        os.close(reading)
        try:
            with BufferedWriter(PatientPipe(writing, Loading(image._process.pid, limits.patience))) as output:
                dump(output)
        except (EOFError, TimeoutError, ConnectionError) as error:
            image.abandon()
            raise engine_gone() from error
        except BaseException:
            image.abandon()  # what it has read is not the whole graph
            raise
        image._await_ready(limits)
        return image

    @classmethod
    def _started(cls, source: str, files: tuple[int, ...], revision: int, limits: EngineLimits) -> Image:
        """Start the process with the open ``files``. It then loads the graph from ``source``."""
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-m", _MODULE, str(theirs.fileno()), source, json.dumps(asdict(limits))],
            pass_fds=(theirs.fileno(), *files),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": _with_this_package(os.environ.get("PYTHONPATH")),
                "GLIBC_TUNABLES": _with_large_pages(os.environ.get("GLIBC_TUNABLES")),
            },
        )
        theirs.close()
        return cls(process, Channel(ours), revision, limits.patience)

    def _await_ready(self, limits: EngineLimits) -> None:
        loading = Loading(self._process.pid, limits.patience)
        try:
            loading.wait(lambda seconds: self._channel.receive(time.monotonic() + seconds))
        except (EOFError, TimeoutError, ConnectionError) as error:
            self.abandon()
            raise engine_gone() from error
        except BaseException:
            self.abandon()
            raise

    @property
    def is_answering(self) -> bool:
        """Whether the process runs and no request is late. Does not block."""
        late = self._late
        return not self.is_closed and (late is None or time.monotonic() < late)

    def ping(self) -> None:
        """Check that the process answers."""
        with self._lock:
            self._ask(PING, b"")

    def fork(self) -> Worker:
        """Fork a worker at the image's revision."""
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
            snapshot = None if self._snapshot is None else self._snapshot.hold()
            return Worker(self, pid, Channel(ours), self.revision, snapshot)

    def drop(self, pid: int) -> None:
        """End a worker without waiting: freeing 300 MB takes 30 ms, and other forks go on meanwhile."""
        self._part_with(DROP, pid)

    def end(self, pid: int) -> int:
        """End a worker and return the signal that terminated it."""
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
        """Close the image when its last worker has ended."""
        with self._lock:
            self._retired = True
            is_over = not self._workers or self._process.poll() is not None
        if is_over:
            self.close()

    def change(self, effect: Effect, revision: int) -> bool:
        """Bring the image to a new revision; existing workers keep the old one.

        Args:
            effect: The change.
            revision: The new revision.

        Returns:
            Whether so much was removed that another image should replace this one.
        """
        with self._lock:
            is_worn = self._ask(CHANGE, effect.to_bytes()) != b"0"
            self.revision = revision
        return is_worn

    def open(self, snapshot: Snapshot) -> None:
        """Open another snapshot for new workers.

        Running workers keep the old one. The image releases the snapshot.
        """
        with self._lock:
            try:
                self._ask(OPEN, os.fsencode(snapshot.folder))
            except BaseException:
                snapshot.release()
                raise
            before, self._snapshot = self._snapshot, snapshot
            self.revision = snapshot.revision
        if before is not None:
            before.release()

    def close(self) -> None:
        """End the process and all its workers."""
        self._let_snapshot_go()
        self.is_closed = True
        self._channel.close()
        try:
            self._process.wait(2 * self._patience)
        except subprocess.TimeoutExpired:
            self.abandon()

    def abandon(self) -> None:
        """Kill the process; its workers end with it."""
        self._let_snapshot_go()
        self.is_closed = True
        self._process.kill()  # a stopped process does not notice the closed channel
        self._channel.close()
        self._process.wait()

    def _let_snapshot_go(self) -> None:
        snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            snapshot.release()

    def _ask(self, letter: bytes, payload: bytes) -> bytes:
        with self._in_time(len(payload)):
            self._send(frame(letter, payload))
            return self._reply()

    def _send(self, data: bytes) -> None:
        """Send data piece by piece, so that the timeout of a piece does not depend on the total size."""
        for begin in range(0, len(data), _BYTES_AT_ONCE):
            piece = data[begin : begin + _BYTES_AT_ONCE]
            self._channel.send(piece, time.monotonic() + self._patience)

    def _reply(self) -> bytes:
        return self._working.wait(lambda seconds: self._channel.receive(time.monotonic() + seconds))[1]

    @contextlib.contextmanager
    def _in_time(self, size: int = 0) -> Iterator[None]:
        """Mark a request of ``size`` bytes as late after a while, and kill the process if the request fails."""
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
    """Return the error for a request to an image process that has ended."""
    return EngineBusy("the query engine has stopped and is being started again; try again in a moment")


def _with_this_package(path: str | None) -> str:
    """Return a module path on which a child process finds this package, also in a checkout."""
    return os.pathsep.join([str(Path(__file__).parents[2]), *([path] if path else [])])


def _with_large_pages(tunables: str | None) -> str:
    """Return the C library's tunables with large pages of 2 MB turned on.

    A fork copies the table of all pages. With large pages a fork over a million quads takes a quarter of the time, and
    so does the end of a worker. C libraries other than glibc ignore this setting.
    """
    own = "glibc.malloc.hugetlb"
    if tunables and own in tunables:
        return tunables
    return ":".join(filter(None, (tunables, f"{own}=1")))
