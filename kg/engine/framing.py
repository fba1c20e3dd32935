"""Framing of the sockets between the engine and its processes: one letter, a length, and the payload."""

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
"""From a worker: the kind of results and their format. Data frames follow."""
DATA: Final = b"D"
"""A piece of the serialized results."""
DONE: Final = b"K"
"""End of the data: 1 if the worker has grown and should be replaced, else 0; then the number of rows."""
REFUSED: Final = b"E"
"""The query failed, before or during the results: the name of the error, and the message."""
QUERY: Final = b"Q"
UPDATE: Final = b"U"
UPLOAD: Final = b"T"
TABLE: Final = b"V"
FORK: Final = b"F"
END: Final = b"X"
DROP: Final = b"Y"
CHANGE: Final = b"C"
OPEN: Final = b"O"
"""Has the image process read another snapshot from now on; the payload is its folder."""
PING: Final = b"P"
"""Checks that the image process answers."""
READY: Final = b"R"

Frames: TypeAlias = list[tuple[bytes, bytes]]
"""Letter and payload of each frame."""

_HEADER: Final = struct.Struct("!cI")
_PIECE: Final = 1 << 18
_SMALL_PIECE: Final = 1 << 14
"""Size of the receive buffer.

A larger one costs more than a small answer: the system allocates it by pages.
"""
_POLL_SECONDS: Final = 0.1


class ClientDisconnected(Exception):
    """The client no longer waits for the answer."""


def frame(letter: bytes, payload: bytes = b"") -> bytes:
    """Return one frame, ready to be sent.

    Args:
        letter: The kind of frame.
        payload: The content.
    """
    return _HEADER.pack(letter, len(payload)) + payload


class Channel:
    """One end of a stream socket that carries frames and, with ``with_files``, open files (``passed``).

    The socket never has a timeout: with one, Python blocks even if a call forbids blocking.
    """

    def __init__(self, end: socket.socket, *, with_files: bool = False) -> None:
        self._socket = end
        self._with_files = with_files
        self._read = bytearray()
        self._room = _SMALL_PIECE
        self.number = end.fileno()
        self.passed: list[int] = []

    def send(self, data: bytes, until: float | None = None) -> None:
        """Send complete frames; block while the other side does not read.

        Args:
            data: The frames.
            until: Time to give up, on the clock of ``time.monotonic``; None to wait without limit.

        Raises:
            TimeoutError: The data was not sent in time.
            OSError: The other side has closed the socket.
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
        """Send data without blocking.

        Raises:
            BlockingIOError: The buffer has no room for all of the data.
            OSError: The other side has closed the socket.
        """
        if self._socket.send(data, socket.MSG_DONTWAIT) != len(data):
            raise BlockingIOError

    def pass_file(self, letter: bytes, number: int, until: float) -> None:
        """Send an empty frame together with an open file.

        Args:
            letter: The letter of the frame.
            number: The number of the open file.
            until: Time to give up, on the clock of ``time.monotonic``.

        Raises:
            TimeoutError: The buffer had no room in time.
            OSError: The other side has closed the socket.
        """
        if not self._is_ready(select.POLLOUT, until - time.monotonic()):
            raise TimeoutError
        socket.send_fds(self._socket, [frame(letter)], [number])

    @property
    def is_over(self) -> bool:
        """Whether the other side has closed the socket and left no unread data. Does not block."""
        try:
            return not self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    @property
    def waiting(self) -> bytearray:
        """Data that was read but not yet received as a frame. It begins with the letter of a frame."""
        return self._read

    def arrived(self, last: bytes) -> list[Frames]:
        """Read the available data without blocking, and return the groups of frames that are complete.

        Args:
            last: The letter that ends a group.

        Raises:
            EOFError: The other side has closed the socket.
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
        """Return the letter and payload of the next frame.

        Args:
            until: Time to give up, on the clock of ``time.monotonic``.
            gone: Returns whether the client has disconnected; it is called ten times a second.

        Raises:
            EOFError: The other side has closed the socket.
            TimeoutError: No frame came in time.
            ClientDisconnected: The client has disconnected.
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
        """Close the socket. A thread that waits for the other side sees an end."""
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
        """Wait until the socket is readable, writable or closed. Return False on a timeout."""
        number = self._socket.fileno()
        if number < 0:
            raise OSError(EBADF, "this end was closed")
        poll = select.poll()
        poll.register(number, event)
        return bool(poll.poll(max(0.0, 1_000 * seconds)))

    def _take(self, flags: int = 0) -> bytes:
        """Read the available data. The next read gets a larger buffer if this one was filled."""
        data = self._socket.recv(self._room, flags)
        self._room = _PIECE if len(data) == self._room else _SMALL_PIECE
        return data

    def _receive_with_files(self) -> bytes:
        data, files, _, _ = socket.recv_fds(self._socket, _PIECE, 1)
        self.passed += files
        return data
