"""HTTP/1.1 on one connection: reads requests, sends complete responses, and limits slow clients.

llhttp parses the requests (by ``httptools``). This module adds limits of heads and bodies, persistent connections, and
sending at the client's pace. It runs in the event loop's thread. ``kg/http/dispatch.py`` handles the requests.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import IO, Final, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from kg.http.head_cache import KnownHeads
from kg.http.request import Fields, Request
from kg.http.wsgi import encoded

_log = logging.getLogger(__name__)
ADDRESS_LIMIT: Final = 1 << 16
FIELD_LIMIT: Final = 1 << 13
FIELDS_LIMIT: Final = 1 << 16
"""Largest size of the address, of one header field, and of all header fields together, in bytes."""
FIELDS_MOST: Final = 100
"""Largest number of header fields."""
HEAD_LIMIT: Final = ADDRESS_LIMIT + FIELDS_LIMIT
"""Largest size of a request head, in bytes."""
HEAD_SECONDS: Final = 20.0
"""Longest time to send a head, and longest idle time of a connection."""
SLOWEST: Final = 10_000
"""Bytes a second that a client must send or read after ``GRACE_SECONDS``.

A slower client is disconnected.
"""
GRACE_SECONDS: Final = 10.0
LINGER_SECONDS: Final = 2.0
"""Time to keep reading from a refused client, so that it receives the response before the connection breaks."""
_AHEAD: Final = 1 << 16
_DROPPED: Final = 1 << 16
"""Bytes of an unwanted body that are read and dropped, so that the connection stays usable."""
_IN_MEMORY: Final = 1 << 20
_PIECE: Final = 1 << 18
_FIELD_MARKS: Final = len(": \r\n")
_CHUNK_MARKS: Final = 8
"""Overhead of chunks, as a multiple of the body: a chunk of one byte has six bytes around it."""
_SHOWN: Final = 64
"""Length of a name in an error message."""


class Connection(asyncio.Protocol):
    """One client's connection.

    ``handle`` receives each request and must call :meth:`answer` or :meth:`abort` once for it. ``body_limit`` returns
    from a request's head the number of wanted bytes of its body. Up to twice as many are read, so that the handler can
    detect an oversized body. An unwanted body is dropped. The owner calls :meth:`watch` about once a second. ``known``
    caches the heads of all connections.
    """

    def __init__(
        self,
        handle: Callable[[Connection, Request], None],
        body_limit: Callable[[Request], int],
        others: set[Connection],
        most: int,
        known: KnownHeads,
    ) -> None:
        self._handle = handle
        self._body_limit = body_limit
        self._others = others
        self._most = most
        self._known = known
        self._parser = HttpRequestParser(self)
        self._reading: Request | None = None
        self._fields: list[tuple[bytes, bytes]] = []
        self._fields_size = 0
        self._head_size = 0
        self._around_body = 0
        """Bytes since the head. For a chunked body these are more than the body."""
        self._head_is_read = False
        self._offering: Request | None = None
        """The request that offers another protocol, until it is parsed again without the offer."""
        self._offers_frames = False
        """Whether the current request made an offer after which proxies may take the next bytes for frames."""
        self._waiting: deque[Request] = deque()
        self._answering: Request | None = None
        self._unread = bytearray()
        self._sending: IO[bytes] | None = None
        self._sent = 0
        self._may_write = True
        self._is_deaf = False
        self._is_handing_on = False
        self._closing_since: float | None = None
        self._since = time.monotonic()

    # -- asyncio's side -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register a new client."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's transport does not declare its type
        self._client: tuple[str, int] = (transport.get_extra_info("peername") or ("", 0))[:2]
        self._server: tuple[str, int] = (transport.get_extra_info("sockname") or ("", 0))[:2]
        self._others.add(self)
        if len(self._others) > self._most:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many connections; try again in a moment.")

    def connection_lost(self, _error: Exception | None) -> None:
        """Release the resources of a closed connection."""
        self._others.discard(self)
        for request in (self._reading, self._answering, *self._waiting):
            if request is not None:
                request.gone = True
        for request in (self._reading, *self._waiting):
            if request is not None:
                request.close()
        self._waiting.clear()
        if self._sending is not None:
            self._sending.close()
            self._sending = None

    def data_received(self, data: bytes) -> None:
        """Parse data. While a request is being answered, the data waits."""
        if self._is_deaf:
            return
        if self._answering is not None:
            self._unread += data
            if len(self._unread) > _AHEAD:
                self._transport.pause_reading()
            return
        self._read(data)

    def pause_writing(self) -> None:
        """Pause sending, because the client reads too slowly."""
        self._may_write = False

    def resume_writing(self) -> None:
        """Resume sending."""
        self._may_write = True
        self._send_on()

    # -- reading: what begins with "on" is called by the parser ---------------------------------------------------

    def _read(self, data: bytes) -> None:
        is_first = self._reading is None
        if is_first:
            self._since = time.monotonic()
            known = self._known.find(data)
            if known is not None:
                self._waiting.append(self._request_of(*known))
                self._next()
                return
        if self._head_is_read:
            self._around_body += len(data)
        else:
            self._head_size += len(data)
        try:
            self._parse(memoryview(data))
        except HttpParserError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, f"This is no request: {error}.")
        if self._reading is not None and not self._head_is_read and self._head_size > HEAD_LIMIT:
            self._refuse_head(f"The head is longer than {HEAD_LIMIT:,} bytes.")
        elif self._reading is not None and self._around_body > HEAD_LIMIT + _CHUNK_MARKS * (self._reading.size or 0):
            self._refuse(HTTPStatus.BAD_REQUEST, "The chunk extensions or trailers are too long.")
        if is_first and self._waiting:
            self._known.learn(data, self._waiting[0])
        self._next()

    def _parse(self, data: memoryview) -> None:
        """Parse data until its end.

        The parser assumes that a request with a protocol offer has no body, and stops after its head. This server
        speaks no other protocol. It parses the head again without the offer, so that the body belongs to the request.
        Raises HttpParserError.
        """
        while data:
            try:
                self._parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
                request, self._offering = self._offering, None
                if request is None:  # the request was refused
                    return
                self._parser = HttpRequestParser(self)
                self._offers_frames = _offers_frames(request)
                self._parser.feed_data(_without_offer(request))
            else:
                return

    def _request_of(self, target: bytes, headers: Fields) -> Request:
        """Create a request from a cached head."""
        request = Request(self._client, self._server)
        request.method, request.target, request.headers = "GET", target, headers
        return request

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._is_deaf:  # this request follows a refused one
            return
        self._reading = Request(self._client, self._server)
        self._fields = []
        self._fields_size = 0
        self._head_is_read = False

    def on_url(self, part: bytes) -> None:
        """Append a part of the address."""
        if self._reading is None:
            return
        self._reading.target += part
        if len(self._reading.target) > ADDRESS_LIMIT:
            detail = f"The address is longer than {ADDRESS_LIMIT:,} bytes. Send a long query by POST."
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG, detail)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Append a header field.

        Args:
            name: The name of the field.
            value: The value of the field.
        """
        if self._reading is None or self._head_is_read:  # trailers of a chunked body are ignored
            return
        self._fields.append((name, value))
        size = len(name) + len(value) + _FIELD_MARKS
        self._fields_size += size
        if size > FIELD_LIMIT:
            shown = name[:_SHOWN].decode("latin-1")
            self._refuse_head(f"The header field {shown!r} is longer than {FIELD_LIMIT:,} bytes.")
        elif self._fields_size > FIELDS_LIMIT:
            self._refuse_head(f"The header fields are longer than {FIELDS_LIMIT:,} bytes together.")
        elif len(self._fields) > FIELDS_MOST:
            self._refuse_head(f"There are more than {FIELDS_MOST} header fields.")

    def on_headers_complete(self) -> None:
        """Check a complete head, and decide about the body."""
        request = self._reading
        if request is None:
            return
        self._head_is_read = True
        self._head_size = self._around_body = 0
        self._since = time.monotonic()
        request.method = self._parser.get_method().decode("latin-1")
        request.version = self._parser.get_http_version()
        request.headers, request.fields_size = tuple(self._fields), self._fields_size
        if request.method == "CONNECT":
            self._refuse(HTTPStatus.NOT_IMPLEMENTED, "This server is no proxy.")
            return
        if self._parser.should_upgrade():
            self._offering = request
            return
        hosts, is_expecting, coding, length = _of_interest(request.headers)
        fault = _fault(request.version, hosts, coding)
        if fault is not None:
            self._refuse(*fault)
        elif coding or length:
            self._await_body(request, length, is_expecting=is_expecting)

    def _await_body(self, request: Request, length: int, *, is_expecting: bool) -> None:
        """Decide from the head whether to read the body. ``length`` is 0 if the head has none."""
        request.body_limit = limit = self._body_limit(request)
        request.size = 0
        if not limit and (is_expecting or length > _DROPPED):
            self._give_up(None)
        elif limit and length > 2 * limit:
            self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif limit and is_expecting and not self._waiting:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, data: bytes) -> None:
        """Append a part of the body."""
        request = self._reading
        if request is None:
            return
        request.size = (request.size or 0) + len(data)
        if not request.body_limit:
            if request.size > _DROPPED:
                self._give_up(None)
            return
        if request.body is None:
            request.body = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed with the response
        try:
            request.body.write(data)
        # TMPDIR is full; raised through the parser, this error would end the connection silently.
        except OSError as error:
            _log.warning("a request's body has no room: %s", error)
            self._give_up(HTTPStatus.INSUFFICIENT_STORAGE)
            return
        if request.size > 2 * request.body_limit:
            self._give_up(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def on_message_complete(self) -> None:
        """Queue a complete request."""
        if self._offering is not None:
            return
        request, self._reading = self._reading, None
        self._head_is_read = False
        if request is not None:
            request.is_kept = self._parser.should_keep_alive() and not self._offers_frames
            self._offers_frames = False
            self._waiting.append(request)

    def _give_up(self, status: HTTPStatus | None) -> None:
        """Answer a request with an error before its body is complete, and stop reading.

        ``status`` is None if the head alone is an error.
        """
        request, self._reading = self._reading, None
        self._is_deaf = True
        if request is not None:
            request.trouble, request.is_kept, request.is_whole = status, False, False
            self._waiting.append(request)
            self._next()

    def _next(self) -> None:
        """Handle the queued requests. A request that is answered at once leads back here, hence the loop."""
        if self._is_handing_on:
            return
        self._is_handing_on = True
        while self._answering is None and self._waiting:
            request = self._answering = self._waiting.popleft()
            request.begun = time.perf_counter()
            if request.body is None and request.size is not None:
                request.size = 0
            if request.body is not None:
                request.body.seek(0)
            self._handle(self, request)
        self._is_handing_on = False

    def _refuse_head(self, detail: str) -> None:
        self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, detail)

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer unparseable input with an error, and stop reading.

        If an earlier request waits, that is answered and the error is not sent.
        """
        self._is_deaf, self._reading = True, None
        if self._waiting:
            self._waiting[-1].is_kept = False
            return
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        body = json.dumps({**problem, "reason": status.phrase.lower().replace(" ", "-")}).encode()
        headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
        head = encoded(f"{status.value} {status.phrase}", headers) + b"\r\nConnection: close"
        self._transport.write(b"".join((head, _date(int(time.time())), b"\r\n\r\n", body)))
        self._close(is_read=False)

    # -- answering ------------------------------------------------------------------------------------------------

    def answer(self, head: bytes, body: bytes | IO[bytes]) -> None:
        """Send a response.

        Args:
            head: The head as :func:`encoded` returns it, without the headers of the connection.
            body: The body.
        """
        request = self._answering
        if request is not None:
            request.close()
        if request is None or request.gone:
            if not isinstance(body, bytes):
                body.close()
            return
        whole = b"".join((head, _kept(request), _date(int(time.time())), b"\r\n\r\n"))
        self._since, self._sent = time.monotonic(), len(whole)
        if isinstance(body, bytes):
            whole += body if request.method != "HEAD" else b""
            self._sent = len(whole)
            self._transport.write(whole)
            self._finish(request)
            return
        self._transport.write(whole)
        self._sending = body
        self._send_on()

    def abort(self) -> None:
        """Close the connection without a response."""
        self._transport.abort()

    def stop(self) -> None:
        """Accept no further request, and close the connection after the current response."""
        self._is_deaf = True
        if self._answering is not None:
            (self._waiting[-1] if self._waiting else self._answering).is_kept = False
        else:
            self._close(is_read=self._reading is None)

    def watch(self, now: float) -> None:
        """Disconnect an idle or slow client.

        Answer a slow body with 408. ``now`` is on the clock of ``time.monotonic``.
        """
        waited = now - self._since
        if self._sending is not None or self._transport.get_write_buffer_size():
            if waited > GRACE_SECONDS + (self._sent - self._transport.get_write_buffer_size()) / SLOWEST:
                self._transport.abort()
        elif self._closing_since is not None:
            if now - self._closing_since > LINGER_SECONDS:
                self._transport.abort()
        elif self._answering is not None:
            return
        elif self._reading is None:
            if waited > HEAD_SECONDS:
                self._close(is_read=True)
        elif not self._head_is_read:
            if waited > HEAD_SECONDS:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"The head did not come within {HEAD_SECONDS:.0f} s.")
        elif waited > GRACE_SECONDS + (self._reading.size or 0) / SLOWEST:
            self._give_up(HTTPStatus.REQUEST_TIMEOUT)

    def _send_on(self) -> None:
        """Send as much of a long body as the client accepts now."""
        while self._sending is not None and self._may_write and not self._transport.is_closing():
            piece = self._sending.read(_PIECE)
            self._sent += len(piece)
            if piece:
                self._transport.write(piece)
                continue
            self._sending.close()
            self._sending = None
            if self._answering is not None:
                self._finish(self._answering)

    def _finish(self, request: Request) -> None:
        """Continue with the requests that came meanwhile."""
        self._answering = None
        if not request.is_kept:
            self._close(is_read=request.is_whole)
        elif self._waiting:
            self._next()
        elif self._unread:
            data, self._unread = bytes(self._unread), bytearray()
            self._transport.resume_reading()
            self._read(data)

    def _close(self, *, is_read: bool) -> None:
        """Close the connection after all data is sent.

        Data that the client still sends is read for a moment and dropped. Otherwise the connection would break before
        the client has read the response.
        """
        self._is_deaf = True
        self._waiting.clear()
        if self._transport.is_closing():
            return
        self._closing_since = time.monotonic()
        if is_read:
            self._transport.close()
        else:
            self._transport.write_eof()


def _of_interest(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, bool, bytes, int]:
    """Return the number of Host fields, whether 100-continue is expected, the coding and the length.

    Each field's length is compared first: most fields are none of these.
    """
    hosts, is_expecting, coding, length = 0, False, b"", 0
    for name, value in headers:
        if len(name) == len(b"host"):
            hosts += name.lower() == b"host"
        elif len(name) == len(b"expect"):
            is_expecting = is_expecting or (name.lower() == b"expect" and b"100-continue" in value.lower())
        elif len(name) == len(b"transfer-encoding") and name.lower() == b"transfer-encoding":
            coding = value.lower()
        elif len(name) == len(b"content-length") and name.lower() == b"content-length":
            length = int(value)
    return hosts, is_expecting, coding, length


def _fault(version: str, hosts: int, coding: bytes) -> tuple[HTTPStatus, str] | None:
    """Return the reason to refuse a parsed head, because proxies might read it differently; else None."""
    if version not in ("1.0", "1.1"):
        return HTTPStatus.BAD_REQUEST, "A request is of HTTP/1.1 or HTTP/1.0, and says so."
    if version == "1.1" and hosts != 1:
        return HTTPStatus.BAD_REQUEST, "A request has one Host header (RFC 9112, section 3.2)."
    if coding and version == "1.0":
        return HTTPStatus.BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding (RFC 9112, section 6.1)."
    if coding and coding != b"chunked":
        return HTTPStatus.NOT_IMPLEMENTED, "The only Transfer-Encoding that is read here is chunked."
    return None


def _offers_frames(request: Request) -> bool:
    """Return whether a request offers a protocol other than HTTP/2.

    A proxy may take the bytes after such an offer for websocket frames without waiting for the response. Therefore none
    of them is read as a request.
    """
    offers = b",".join(value for name, value in request.headers if name.lower() == b"upgrade")
    return any(offer.strip().lower() != b"h2c" for offer in offers.split(b","))


def _without_offer(request: Request) -> bytes:
    """Return the head of a request without the header that offers another protocol."""
    line = b"%b %b HTTP/%b\r\n" % (request.method.encode(), request.target, request.version.encode())
    fields = (b"%b: %b\r\n" % field for field in request.headers if field[0].lower() != b"upgrade")
    return b"".join((line, *fields, b"\r\n"))


def _kept(request: Request) -> bytes:
    """Return the Connection header, if the default of the HTTP version does not apply."""
    if request.is_kept:
        return b"\r\nConnection: keep-alive" if request.version == "1.0" else b""
    return b"\r\nConnection: close"


@lru_cache(1)
def _date(second: int) -> bytes:
    return f"\r\nDate: {formatdate(second, usegmt=True)}".encode()
