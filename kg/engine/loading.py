"""Waiting for a process of the engine's own: as long as it works, up to a limit, and not while it is stopped."""

from __future__ import annotations

import io
import os
import select
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

T = TypeVar("T")

_CLOCKS: Final = slice(11, 13)
"""Where the state of a process, after its name, has the time that it has worked: as itself, and in the system."""
_LONG_TICKS: Final = 2
"""Of a hundredth of a second, on most systems."""
_BLIND_WAITS: Final = 20
"""How many times as long a process is waited for where the system does not say whether it works."""


class Loading:
    """A process that is waited for. It is given up when it has used no processor time for ``patience`` seconds, twice
    in a row where it had not been watched before, or when it works longer than ``longest``.
    """

    def __init__(self, pid: int, patience: float, *, longest: float = float("inf")) -> None:
        self._pid = pid
        self._patience = patience
        self._longest = longest

    def wait(self, attempt: Callable[[float], T]) -> T:
        """Return what ``attempt`` returns; it is called with seconds, after which it raises TimeoutError.

        Raises:
            TimeoutError: The process does nothing, or works for too long.
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
    """Tells a query that takes long from one that waits for a processor, which on a busy machine any query does."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = worked(pid)

    def is_long(self) -> bool:
        """Return whether the worker has worked for a while since this was made."""
        now = worked(self._pid)
        return now is None or self._before is None or now - self._before >= _LONG_TICKS


class PatientPipe(io.RawIOBase):
    """The writing end of a pipe to such a process. It is closed with this file."""

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
        """Write what there is room for, and return how many bytes that is.

        Raises:
            TimeoutError: The process does nothing.
            BrokenPipeError: It is gone.
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


def worked(pid: int) -> int | None:
    """Return the processor time of a process, in ticks; None where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return sum(map(int, fields[_CLOCKS]))
