"""Connections to checked addresses that end with the deadline of the page."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any, Final

import httpcore

from kg.fetch import address

_SHORTEST: Final = 0.001


class Deadline:
    """The deadline of a page in the clock's seconds; restarted for each page."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = 0.0

    def start(self, seconds: float) -> None:
        """Restart the deadline."""
        self._until = self._clock() + seconds

    def is_over(self) -> bool:
        """Return True if no time is left."""
        return self._clock() >= self._until

    def bounded(self, timeout: float | None) -> float:
        """Return a timeout that ends with the deadline at the latest.

        Raises:
            httpcore.ReadTimeout: No time is left.
        """
        left = self._until - self._clock()
        if left <= 0:
            raise httpcore.ReadTimeout("no time is left")
        return max(_SHORTEST, left if timeout is None else min(timeout, left))


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves a host once and connects to that address; refuses private ones."""

    def __init__(self, resolve: address.Resolve, deadline: Deadline, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._deadline = deadline
        self._allow_private = allow_private
        self._sync = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a public address of the host, within the deadline.

        The certificate and the request keep the name of the host.

        Args:
            host: The name of the host.
            port: The port.
            timeout: Seconds for the connection; None for the rest of the deadline.
            local_address: The address to connect from.
            socket_options: Options for the socket.
        """
        place = address.public_address(host, port, self._resolve, allow_private=self._allow_private)
        stream = self._sync.connect_tcp(place, port, self._deadline.bounded(timeout), local_address, socket_options)
        return _Stream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        """Wait, as the base class requires."""
        self._sync.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.bounded(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.bounded(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._deadline.bounded(timeout))
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
