"""Waiting for an engine process: as long as it works, up to a limit, and not while it is stopped."""

from __future__ import annotations

import io
import os
import select
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

T = TypeVar("T")

_CLOCKS: Final = slice(11, 13)
"""Position of the user and system time in the state of a process, counted after its name."""
_LONGEST_STAT: Final = 4_096
_LONG_TICKS: Final = 2
"""Clock ticks; a tick is a hundredth of a second on most systems."""
_BLIND_WAITS: Final = 20
"""Number of waits for a process whose processor time the system does not report."""


class Loading:
    """Waiting for a process with a limit on its idle time.

    The wait ends when the process has used no processor time for ``patience`` seconds, or works longer than
    ``longest``. The first check only records the processor time.
    """

    def __init__(self, pid: int, patience: float, *, longest: float = float("inf")) -> None:
        self._pid = pid
        self._patience = patience
        self._longest = longest

    def wait(self, attempt: Callable[[float], T]) -> T:
        """Call ``attempt`` until it succeeds, and return its result.

        Args:
            attempt: Receives a number of seconds, after which it raises TimeoutError.

        Raises:
            TimeoutError: The process does no work, or works too long.
        """
        before, waits = None, 0
        while True:
            try:
                return attempt(self._patience)
            except TimeoutError:
                waits += 1
                now = worked(self._pid)
                is_idle = waits >= _BLIND_WAITS if now is None else now == before
                if is_idle or waits * self._patience > self._longest:
                    raise
                before = now


class Effort:
    """Distinguishes a long query from one that waits for a processor, as any query does on a busy machine."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = worked(pid)

    def is_long(self) -> bool:
        """Return whether the worker has used much processor time since this object was created."""
        now = worked(self._pid)
        return now is None or self._before is None or now - self._before >= _LONG_TICKS


class PatientPipe(io.RawIOBase):
    """The writing end of a pipe to a process. Closing this file closes the pipe."""

    def __init__(self, number: int, loading: Loading) -> None:
        super().__init__()
        os.set_blocking(number, False)
        self._number = number
        self._loading = loading
        self._room = select.poll()
        self._room.register(number, select.POLLOUT)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write as much as the pipe accepts, and return the number of bytes.

        Raises:
            TimeoutError: The process does no work.
            BrokenPipeError: The process has ended.
        """
        return self._loading.wait(lambda seconds: self._write_within(data, seconds))

    def close(self) -> None:
        """Close the pipe."""
        if not self.closed:
            try:
                super().close()
            finally:
                os.close(self._number)

    def _write_within(self, data: ReadableBuffer, seconds: float) -> int:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._room.poll(1_000 * left):
                try:
                    return os.write(self._number, data)
                except BlockingIOError:
                    continue
        raise TimeoutError


class LineCounter(io.BufferedIOBase):
    """A file that passes on what is written and says after each piece how many lines that makes."""

    def __init__(self, output: IO[bytes], tell: Callable[[int], None]) -> None:
        super().__init__()
        self._output = output
        self._tell = tell
        self._lines = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Pass it on, and return how many bytes that is. Raises what the file and the teller raise."""
        piece = bytes(data)
        self._output.write(piece)
        self._lines += piece.count(b"\n")
        self._tell(self._lines)
        return len(piece)


def worked(pid: int) -> int | None:
    """Return the processor time of a process in ticks; None if the system does not report it."""
    try:
        # The event loop asks often, and `Path` takes three times as long.
        number = os.open(f"/proc/{pid}/stat", os.O_RDONLY)
        try:
            said = os.read(number, _LONGEST_STAT)
        finally:
            os.close(number)
    except OSError:
        return None
    return sum(map(int, said.rpartition(b")")[2].split()[_CLOCKS]))
