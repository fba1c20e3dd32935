"""Requests to other servers: only to hosts that the operator has named, and none that lasts longer than its query.

The engine's own client is not used: it asks whoever a query names, goes wherever it is sent on to, and waits as long as
it likes. Here the address that is connected to is the one that was looked up in the list; nobody is sent on; the
deadline covers the name, the connection and the whole answer, however slowly it comes; and of many requests at a time
only a few are made, so that slow servers cannot take all threads of this one. No proxy is taken from the environment.
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
"""How many requests are made at a time; each holds one of the server's threads while it waits."""
_PORTS: Final = MappingProxyType({"http": 80, "https": 443})
_PIECE: Final = 1 << 16
_POLL_SECONDS: Final = 0.25
_MESSAGE_LENGTH: Final = 300
_KEPT_IN_ADDRESS: Final = "%/:=&?~#+!$,;'@()*[]"
_NOT_ALLOWED: Final = "it is not on this server's list of hosts that may be asked (setting allow_host, --allow-host)"


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """What is asked: a GET, or a POST of ``form``. ``most`` is the longest answer in bytes."""

    address: str
    accept: str
    most: int
    form: bytes | None = None


@dataclass(frozen=True, slots=True)
class RemoteReply:
    """The whole body of a 200, and its media type in lower case."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class RequestDeadline:
    """Until when (``time.monotonic``) somebody waits, and what says that he has left."""

    until: float
    gone: Callable[[], bool] | None = None

    def left(self) -> float:
        """Seconds. Raises TimeoutError when there are none, Gone when nobody waits."""
        if self.gone is not None and self.gone():
            raise ClientDisconnected
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Outside:
    """The other servers that may be asked: ``hosts``, each HOST for the usual ports or HOST:PORT, in lower case."""

    def __init__(self, hosts: frozenset[str], at_once: int = AT_ONCE) -> None:
        self._hosts = hosts
        self._free = threading.BoundedSemaphore(at_once)
        self._counting = threading.Lock()
        self._counts: Counter[str] = Counter()

    def counts(self) -> dict[str, int]:
        """How many requests ended how: ``answered``, ``failed``, ``timeout``, ``busy``, ``gone``."""
        with self._counting:
            return dict(self._counts)

    def refusal(self, address: str) -> str | None:
        """Why that address may not be asked; None where it may."""
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
        """The answer. Raises ServiceRefused without a request where it may not be asked; OutsideFailed naming the host,
        OutsideTimeout, Gone; EngineBusy where too many are being asked.
        """
        why = self.refusal(request.address)
        parts = _split(request.address)
        if why is not None or parts is None:
            raise ServiceRefused(f"no request was made: {why}")
        with self._counted(parts.netloc):
            return self._exchange(request, parts, patience)

    @contextmanager
    def _counted(self, host: str) -> Iterator[None]:
        """Makes of whatever goes wrong an error that names the host."""
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
        """A connection to the first address of that name that takes one."""
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
        """Certificates and names are checked."""
        return ssl.create_default_context()


def _addresses(host: str, port: int, patience: RequestDeadline) -> list[Any]:
    """Of that name. The system looks it up without a deadline: in a thread that nobody has to wait for."""
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
    """A socket that is read and written as long as there is patience, and not a byte longer."""

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
                continue  # nobody has left, and there is time

    def sendall(self, data: Any) -> None:
        self._end.settimeout(self._patience.left())
        self._end.sendall(data)

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Nothing: who sends is done before who reads, and both say so."""

    def end(self) -> None:
        """Hang up."""
        self._end.close()


class _Connection(HTTPConnection):
    """HTTP over a line that is there already."""

    def __init__(self, line: _ReplyLine, parts: SplitResult) -> None:
        super().__init__(_host(parts).strip("[]"), parts.port or _PORTS[parts.scheme])
        self.default_port = _PORTS[parts.scheme]
        self.sock: Any = line


def _split(address: str) -> SplitResult | None:
    """The parts of an http(s) address with a host; None for any other."""
    try:
        parts = urlsplit(address)
        is_known = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if is_known else None


def _host(parts: SplitResult) -> str:
    """The host as it stands in an address, in lower case."""
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
    """Raises OutsideFailed for anything but a plain 200."""
    status = response.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        where = response.headers.get("Location", "nowhere")[:_MESSAGE_LENGTH]
        raise OutsideFailed(f"{host} redirects ({status}) to {where}: that is not followed; name that address itself")
    if status != HTTPStatus.OK:
        raise OutsideFailed(f"{host} answers with HTTP {status}{_message(response)}")
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise OutsideFailed(f"{host} sends its answer compressed, which it was not asked for")


def _message(response: HTTPResponse) -> str:
    """What a server says about a query that it does not take; a page of it is nobody's business."""
    kind = response.headers.get_content_type()
    if response.status != HTTPStatus.BAD_REQUEST or not (kind == "text/plain" or kind.endswith("json")):
        return ""
    words = words_of(response.read(LONGEST_REFUSAL), "")[:_MESSAGE_LENGTH]
    return words and f": {words}"


def _body(response: HTTPResponse, most: int, host: str) -> bytes:
    """All of it. Raises OutsideFailed for more than ``most`` bytes, and for less than it says."""
    taken = bytearray()
    while len(taken) <= most and (piece := response.read(_PIECE)):
        taken += piece
    if len(taken) > most:
        raise OutsideFailed(f"{host} answers with more than {most:,} bytes; ask for less of it")
    if response.length:
        raise OutsideFailed(f"{host} broke off in the middle of its answer")
    return bytes(taken)
