"""What goes over the sockets between the engine and its processes: frames of one letter, a length and bytes."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import time
from collections.abc import Callable
from errno import EBADF
from typing import Final, TypeAlias

ANSWER: Final = b"A"
"""From a worker: the kind of results and their format, then come data."""
DATA: Final = b"D"
"""A piece of the written results."""
DONE: Final = b"K"
"""All data were sent: 1 from a worker that has grown and should be replaced, else 0; and how many rows."""
REFUSED: Final = b"E"
"""The query was not answered, or not to its end: which error, and the message."""
QUERY: Final = b"Q"
UPDATE: Final = b"U"
UPLOAD: Final = b"T"
TABLE: Final = b"V"
FORK: Final = b"F"
END: Final = b"X"
DROP: Final = b"Y"
CHANGE: Final = b"C"
PING: Final = b"P"
"""Asks the image process for a sign of life."""
READY: Final = b"R"

Frames: TypeAlias = list[tuple[bytes, bytes]]
"""Letter and payload of each."""

_HEADER: Final = struct.Struct("!cI")
_PIECE: Final = 1 << 18
_SMALL_PIECE: Final = 1 << 14
"""Room for more than is there costs more than a small answer: the system has to make it, page by page."""
_POLL_SECONDS: Final = 0.1


class ClientDisconnected(Exception):
    """The client no longer waits for the answer."""


def frame(letter: bytes, payload: bytes = b"") -> bytes:
    """One frame, ready to be sent."""
    return _HEADER.pack(letter, len(payload)) + payload


class Channel:
    """One end of a stream socket that carries frames; ``with_files`` now and then an open file, too (``passed``).

    The socket never has a timeout: with one, Python waits for it even where a call says that it must not wait.
    """

    def __init__(self, end: socket.socket, *, with_files: bool = False) -> None:
        self._socket = end
        self._with_files = with_files
        self._read = bytearray()
        self._room = _SMALL_PIECE
        self.number = end.fileno()
        self.passed: list[int] = []

    def send(self, data: bytes, until: float | None = None) -> None:
        """Send whole frames; wait while the other side does not read.

        Args:
            data: The frames.
            until: When to give up, of ``time.monotonic``; None to wait for ever.

        Raises:
            TimeoutError: Not all was sent in time.
            OSError: The other side is gone.
        """
        if until is None:
            self._socket.sendall(data)
            return
        left = memoryview(data)
        while left:
            try:
                left = left[self._socket.send(left, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                if not self._is_ready(select.POLLOUT, until - time.monotonic()):
                    raise TimeoutError from None

    def send_now(self, data: bytes) -> None:
        """The same without waiting. Raises OSError also where there is no room for all of it."""
        if self._socket.send(data, socket.MSG_DONTWAIT) != len(data):
            raise BlockingIOError

    def pass_file(self, letter: bytes, number: int, until: float) -> None:
        """Send an empty frame together with an open file.

        Raises:
            TimeoutError: There was no room for it until then (of ``time.monotonic``).
            OSError: The other side is gone.
        """
        if not self._is_ready(select.POLLOUT, until - time.monotonic()):
            raise TimeoutError
        socket.send_fds(self._socket, [frame(letter)], [number])

    @property
    def is_over(self) -> bool:
        """Whether the other side is gone and has left nothing to be read; never waits."""
        try:
            return not self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    @property
    def waiting(self) -> bytearray:
        """What has been read and not yet received; it begins with the letter of a frame."""
        return self._read

    def arrived(self, last: bytes) -> list[Frames]:
        """Read what is there, without waiting for more. Gives, in order, all that is whole up to a frame with that
        letter. Raises EOFError when the other side is gone.
        """
        try:
            data = self._take(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return []
        if not data:
            raise EOFError
        if self._read:
            self._read += data
            data = bytes(self._read)
        found: list[Frames] = []
        frames: Frames = []
        at, end, size = 0, 0, len(data)
        while at + _HEADER.size <= size:
            letter, length = _HEADER.unpack_from(data, at)
            at += _HEADER.size + length
            if at > size:
                break
            frames.append((letter, data[at - length : at]))
            if letter == last:
                found.append(frames)
                frames, end = [], at
        self._read[:] = data[end:]
        return found

    def receive(self, until: float | None = None, gone: Callable[[], bool] | None = None) -> tuple[bytes, bytes]:
        """The next frame: letter and payload.

        Raises EOFError when the other side is gone, TimeoutError at ``until`` (of ``time.monotonic``), and Gone when
        ``gone`` says so, which is asked ten times a second.
        """
        if len(self._read) < _HEADER.size:
            self._fill(_HEADER.size, until, gone)
        letter, length = _HEADER.unpack_from(self._read)
        end = _HEADER.size + length
        if len(self._read) < end:
            self._fill(end, until, gone)
        payload = bytes(memoryview(self._read)[_HEADER.size : end])
        del self._read[:end]
        return letter, payload

    def close(self) -> None:
        """Hang up. A thread that waits for the other side sees an end."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _fill(self, size: int, until: float | None, gone: Callable[[], bool] | None) -> None:
        while len(self._read) < size:
            data = self._receive(until, gone)
            if not data:
                raise EOFError
            self._read += data

    def _receive(self, until: float | None, gone: Callable[[], bool] | None) -> bytes:
        if until is None:
            return self._receive_with_files() if self._with_files else self._take()
        while (left := until - time.monotonic()) > 0:
            if self._is_ready(select.POLLIN, left if gone is None else min(left, _POLL_SECONDS)):
                with contextlib.suppress(BlockingIOError):
                    return self._take(socket.MSG_DONTWAIT)
            elif gone is not None and gone():
                raise ClientDisconnected
        raise TimeoutError

    def _is_ready(self, event: int, seconds: float) -> bool:
        """Wait until the socket can be read or written, or is over. Return False where it is not in that time."""
        number = self._socket.fileno()
        if number < 0:
            raise OSError(EBADF, "this end was closed")
        poll = select.poll()
        poll.register(number, event)
        return bool(poll.poll(max(0.0, 1_000 * seconds)))

    def _take(self, flags: int = 0) -> bytes:
        """What is there, with more room where the room was filled the last time."""
        data = self._socket.recv(self._room, flags)
        self._room = _PIECE if len(data) == self._room else _SMALL_PIECE
        return data

    def _receive_with_files(self) -> bytes:
        data, files, _, _ = socket.recv_fds(self._socket, _PIECE, 1)
        self.passed += files
        return data
