"""One POST of an item: to the address that was checked, bounded in time, with no redirect followed."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from typing import Final

import certifi
import httpcore

from kg.alerts.webhooks import NotSent, Unanswered
from kg.errors import InputError
from kg.fetch.address import Resolve, resolve
from kg.fetch.client import USER_AGENT
from kg.fetch.network import CheckedBackend, Deadline

SECONDS: Final = 10.0
_CONNECTING: Final = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.UnsupportedProtocol, InputError)


class Poster:
    """Posts to public addresses.

    Args:
        resolve: How names are looked up.
        allow_private: True to post to addresses of this machine and its networks, too.
    """

    def __init__(self, resolve: Resolve = resolve, *, allow_private: bool = False) -> None:
        self._resolve = resolve
        self._allow_private = allow_private

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post, and return the status.

        Args:
            url: Where to.
            body: What is posted.
            headers: Its headers.

        Raises:
            NotSent: There was no connection.
            Unanswered: There was one, and no answer.
        """
        deadline = Deadline(time.monotonic)
        deadline.start(SECONDS)
        backend = _Backend(self._resolve, deadline, allow_private=self._allow_private)
        context = ssl.create_default_context(cafile=certifi.where())
        sent = [("User-Agent", USER_AGENT), ("Connection", "close"), *headers.items()]
        with httpcore.ConnectionPool(ssl_context=context, network_backend=backend, retries=0) as pool:
            try:
                with pool.stream("POST", url, headers=sent, content=body) as response:
                    return response.status
            except _CONNECTING as error:
                raise NotSent(str(error) or type(error).__name__) from error
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
                if not backend.is_connected:
                    raise NotSent(str(error) or type(error).__name__) from error
                raise Unanswered(str(error) or type(error).__name__) from error


class _Backend(CheckedBackend):
    """Knows whether a connection was made: before that, nothing can have arrived."""

    is_connected = False

    def connect_tcp(self, *arguments: object, **named: object) -> httpcore.NetworkStream:
        stream = super().connect_tcp(*arguments, **named)  # type: ignore[arg-type]
        self.is_connected = True
        return stream
