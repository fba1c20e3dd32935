"""Requests to other servers: only to hosts that the operator allows, and within the deadline of the query.

The engine's own client has no such limits: it contacts any server, follows redirects and waits without limit. This
client connects only to addresses on the allow-list and follows no redirects. The deadline covers name resolution,
connection and the complete response. Few requests run at a time, so that slow servers cannot occupy all threads.
Proxies of the environment are ignored.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, quote, urlsplit

from kg.engine import ClientDisconnected
from kg.errors import EngineBusy, OutsideFailed, OutsideTimeout, ServiceRefused
from kg.server_words import LONGEST_REFUSAL, words_of
from kg.version import __version__

if TYPE_CHECKING:
    from typing import Any

AT_ONCE: Final = 8
"""Number of simultaneous requests; each occupies a thread of the server while it waits."""
_PORTS: Final = MappingProxyType({"http": 80, "https": 443})
_PIECE: Final = 1 << 16
_POLL_SECONDS: Final = 0.25
_MESSAGE_LENGTH: Final = 300
_KEPT_IN_ADDRESS: Final = "%/:=&?~#+!$,;'@()*[]"
_NOT_ALLOWED: Final = "it is not on this server's list of hosts that may be asked (setting allow_host, --allow-host)"


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """A GET request, or a POST request with ``form``. ``most`` is the largest response in bytes."""

    address: str
    accept: str
    most: int
    form: bytes | None = None


@dataclass(frozen=True, slots=True)
class RemoteReply:
    """Body of a 200 response, and its media type in lower case."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class RequestDeadline:
    """Deadline of a request (on the clock of ``time.monotonic``), and a check whether the client has disconnected."""

    until: float
    gone: Callable[[], bool] | None = None

    def left(self) -> float:
        """Return the remaining seconds.

        Raises:
            TimeoutError: The deadline has passed.
            ClientDisconnected: The client has disconnected.
        """
        if self.gone is not None and self.gone():
            raise ClientDisconnected
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Outside:
    """Client for other servers.

    ``hosts`` are the allowed ones, as HOST (usual ports) or HOST:PORT in lower case.
    """

    def __init__(self, hosts: frozenset[str], at_once: int = AT_ONCE) -> None:
        self._hosts = hosts
        self._free = threading.BoundedSemaphore(at_once)
        self._counting = threading.Lock()
        self._counts: Counter[str] = Counter()

    def counts(self) -> dict[str, int]:
        """Return the number of requests by outcome: ``answered``, ``failed``, ``timeout``, ``busy``, ``gone``."""
        with self._counting:
            return dict(self._counts)

    def refusal(self, address: str) -> str | None:
        """Return the reason to refuse an address, or None if it is allowed."""
        parts = _split(address)
        if parts is None:
            return f"<{address}> is no address of http or https"
        if "@" in parts.netloc:
            return f"<{address}> has a user or password before its host, which is not sent"
        port, usual = parts.port, _PORTS[parts.scheme]
        names = {parts.netloc.lower(), f"{_host(parts)}:{port or usual}"}
        if port in (None, usual):
            names.add(_host(parts))
        return None if names & self._hosts else f"{parts.netloc}: {_NOT_ALLOWED}"

    def ask(self, request: RemoteRequest, patience: RequestDeadline) -> RemoteReply:
        """Send a request and return the response.

        Args:
            request: The request.
            patience: The deadline.

        Raises:
            ServiceRefused: The address is not allowed; no request was made.
            OutsideFailed: The server failed. The message names the host.
            OutsideTimeout: The server did not answer in time.
            ClientDisconnected: The client has disconnected.
            EngineBusy: Too many requests are running.
        """
        why = self.refusal(request.address)
        parts = _split(request.address)
        if why is not None or parts is None:
            raise ServiceRefused(f"no request was made: {why}")
        with self._counted(parts.netloc):
            return self._exchange(request, parts, patience)

    @contextmanager
    def _counted(self, host: str) -> Iterator[None]:
        """Count a request, and turn its failure into an error that names the host."""
        if not self._free.acquire(blocking=False):
            self._count("busy")
            raise EngineBusy("too many requests to other servers are under way; try again in a moment")
        try:
            yield
        except OutsideFailed:
            self._count("failed")
            raise
        except ClientDisconnected:
            self._count("gone")
            raise
        except TimeoutError as error:
            self._count("timeout")
            raise OutsideTimeout(f"{host} did not answer within the time that a query may take") from error
        except (OSError, HTTPException, UnicodeError, ValueError) as error:
            self._count("failed")
            raise OutsideFailed(f"{host} cannot be reached, or broke off: {error or type(error).__name__}") from error
        else:
            self._count("answered")
        finally:
            self._free.release()

    def _count(self, what: str) -> None:
        with self._counting:
            self._counts[what] += 1

    def _exchange(self, request: RemoteRequest, parts: SplitResult, patience: RequestDeadline) -> RemoteReply:
        line = self._connect(parts, patience)
        try:
            connection = _Connection(line, parts)
            target = quote(parts.path or "/", safe=_KEPT_IN_ADDRESS)
            target += f"?{quote(parts.query, safe=_KEPT_IN_ADDRESS)}" if parts.query else ""
            connection.request("GET" if request.form is None else "POST", target, request.form, _headers(request))
            response = connection.getresponse()
            _demand_ok(response, parts.netloc)
            return RemoteReply(_body(response, request.most, parts.netloc), response.headers.get_content_type())
        finally:
            line.end()

    def _connect(self, parts: SplitResult, patience: RequestDeadline) -> _ReplyLine:
        """Connect to the first address of the host that accepts the connection."""
        port = parts.port or _PORTS[parts.scheme]
        host = parts.hostname or ""
        failure: OSError = OSError("it has no address")
        for family, kind, protocol, _, address in _addresses(host, port, patience):
            end = socket.socket(family, kind, protocol)
            try:
                end.settimeout(patience.left())
                end.connect(address)
                if parts.scheme == "https":
                    end.settimeout(patience.left())
                    end = self._tls.wrap_socket(end, server_hostname=host, suppress_ragged_eofs=False)
                return _ReplyLine(end, patience)
            except TimeoutError:
                end.close()
                raise
            except OSError as error:
                end.close()
                failure = error
        raise failure

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """TLS settings that check certificates and host names."""
        return ssl.create_default_context()


def _addresses(host: str, port: int, patience: RequestDeadline) -> list[Any]:
    """Resolve a host name in a thread of its own, because the system call has no deadline."""
    found: SimpleQueue[list[Any] | OSError | UnicodeError] = SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look_up, name="resolver", daemon=True).start()
    try:
        outcome = found.get(timeout=patience.left())
    except Empty:
        raise TimeoutError from None
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


class _ReplyLine(io.RawIOBase):
    """A socket that is read and written until the deadline."""

    def __init__(self, end: socket.socket, patience: RequestDeadline) -> None:
        self._end = end
        self._patience = patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            self._end.settimeout(min(self._patience.left(), _POLL_SECONDS))
            try:
                return self._end.recv_into(buffer)
            except TimeoutError:
                continue  # the client waits, and time is left

    def sendall(self, data: Any) -> None:
        self._end.settimeout(self._patience.left())
        self._end.sendall(data)

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Do nothing: the sender closes the line while the reader still needs it. :meth:`end` closes it."""

    def end(self) -> None:
        """Close the socket."""
        self._end.close()


class _Connection(HTTPConnection):
    """HTTP over an existing connection."""

    def __init__(self, line: _ReplyLine, parts: SplitResult) -> None:
        super().__init__(_host(parts).strip("[]"), parts.port or _PORTS[parts.scheme])
        self.default_port = _PORTS[parts.scheme]
        self.sock: Any = line


def _split(address: str) -> SplitResult | None:
    """Return the parts of an http(s) address with a host; None for any other text."""
    try:
        parts = urlsplit(address)
        is_known = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_known else None


def _host(parts: SplitResult) -> str:
    """Return the host as written in an address, in lower case."""
    name = parts.hostname or ""
    return f"[{name}]" if ":" in name else name


def _headers(request: RemoteRequest) -> dict[str, str]:
    headers = {
        "Accept": request.accept,
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": f"claimgraph/{__version__}",
    }
    if request.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return headers


def _demand_ok(response: HTTPResponse, host: str) -> None:
    """Raise OutsideFailed for any response but a plain 200."""
    status = response.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        where = response.headers.get("Location", "nowhere")[:_MESSAGE_LENGTH]
        raise OutsideFailed(f"{host} redirects ({status}) to {where}: that is not followed; name that address itself")
    if status != HTTPStatus.OK:
        raise OutsideFailed(f"{host} answers with HTTP {status}{_message(response)}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise OutsideFailed(f"{host} sends its answer compressed, which it was not asked for")


def _message(response: HTTPResponse) -> str:
    """Return a server's message about a refused query. Pages are not repeated."""
    kind = response.headers.get_content_type()
    if response.status != HTTPStatus.BAD_REQUEST or not (kind == "text/plain" or kind.endswith("json")):
        return ""
    words = words_of(response.read(LONGEST_REFUSAL), "")[:_MESSAGE_LENGTH]
    return words and f": {words}"


def _body(response: HTTPResponse, most: int, host: str) -> bytes:
    """Return the body of a response.

    Raises OutsideFailed if the body has more than ``most`` bytes, or fewer than declared.
    """
    taken = bytearray()
    while len(taken) <= most and (piece := response.read(_PIECE)):
        taken += piece
    if len(taken) > most:
        raise OutsideFailed(f"{host} answers with more than {most:,} bytes; ask for less of it")
    if response.length:
        raise OutsideFailed(f"{host} broke off in the middle of its answer")
    return bytes(taken)
