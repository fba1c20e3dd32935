"""A polite client for one page at a time, within limits and from public addresses only."""

from __future__ import annotations

import hashlib
import ssl
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from typing import TYPE_CHECKING, Final

import certifi

from kg.errors import InputError
from kg.fetch import address, robots
from kg.version import __version__

if TYPE_CHECKING:
    from types import TracebackType

    import httpcore

    from kg.fetch.network import Deadline

USER_AGENT: Final = f"claimgraph/{__version__} (+https://w3id.org/claimgraph/)"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})


class Unreachable(InputError):
    """An address gave no page: no answer, another status than 200, too long, too slow, or refused by robots.txt."""


class Gone(Unreachable):
    """The server reports a missing or deleted page: ``status`` is 404 or 410."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a page.

    Attributes:
        bytes: Size of a page, both as sent and unpacked.
        seconds: Time of one request, from connecting to the last byte.
        silence: Seconds without a byte, also while connecting.
        redirects: Number of redirects.
        pause: Seconds between the starts of two requests to a host.
    """

    bytes: int = 16 << 20
    seconds: float = 60.0
    silence: float = 15.0
    redirects: int = 8
    pause: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The response of a server.

    Attributes:
        url: The requested URL.
        final_url: The URL after redirects.
        status: 200, or 304 for an unchanged page.
        headers: In lower case; of repeated ones the last.
        data: The bytes, unpacked.
        retrieved: The time, ISO 8601 in UTC.
        permanent: Whether all redirects were permanent.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    data: bytes
    retrieved: str
    permanent: bool = True

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def media_type(self) -> str | None:
        """Return the media type from the server, without parameters, in lower case."""
        value = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return value or None

    @property
    def charset(self) -> str | None:
        """Return the encoding from the server."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        found = message.get_param("charset")
        return found if isinstance(found, str) else None


@dataclass(slots=True)
class Fetcher:
    """Fetches pages, one at a time. Close it, for example as a context manager.

    Attributes:
        limits: The limits of a page.
        allow_private: Whether this machine and its networks are allowed.
        resolve: The resolver of names.
        sleep: Waits between two requests to a host.
        clock: Seconds, for waits and deadlines.
    """

    limits: Limits = field(default_factory=Limits)
    allow_private: bool = False
    resolve: address.Resolve = address.resolve
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _pool: httpcore.ConnectionPool | None = None
    _deadline: Deadline | None = None
    _asked: dict[str, float] = field(default_factory=dict)
    _rules: dict[str, robots.HeldRules] = field(default_factory=dict)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Reply:
        """Fetch a page and follow redirects.

        Args:
            url: The address. The fragment after ``#`` is not sent.
            etag: The tag of the known version; the server answers 304 if it is current.
            modified: The date of that version in the server's spelling.

        Raises:
            Gone: The page is missing or deleted.
            Unreachable: The page is unavailable for another reason, which is in the message.
            InputError: The address is not valid, or private.
        """
        known = {"if-none-match": etag, "if-modified-since": modified}
        asked, permanent = url, True
        for _ in range(self.limits.redirects + 1):
            parts = address.checked_url(asked)
            self._demand_allowed(parts, asked)
            headers = {name: value for name, value in known.items() if value}
            status, fields, data = self._ask(parts, headers, self.limits.bytes, url)
            if status in _REDIRECTS and fields.get("location"):
                permanent = permanent and status in (301, 308)
                asked = urllib.parse.urljoin(asked, fields["location"])
                continue
            self._demand_page(url, status, fields, known=any(known.values()))
            return Reply(
                url=url,
                final_url=urllib.parse.urldefrag(asked).url,
                status=status,
                headers=fields,
                data=data,
                retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
                permanent=permanent,
            )
        raise Unreachable(f"{url}: leads on to other addresses more than {self.limits.redirects} times")

    def _demand_page(self, url: str, status: int, fields: Mapping[str, str], *, known: bool) -> None:
        if status in _GONE:
            raise Gone(f"{url}: there is no such page{' any more' if status == 410 else ''} (status {status})", status)
        if status == 304 and known:
            return
        if status != 200:
            later = fields.get("retry-after", "")
            hint = f"; its server asks for a pause of {later[:40]} s" if status in (429, 503) and later else ""
            raise Unreachable(f"{url}: its server answered with status {status}{hint}")

    def _demand_allowed(self, parts: urllib.parse.SplitResult, url: str) -> None:
        """Raise Unreachable for an address that robots.txt refuses, and learn the host's pause."""
        origin = f"{parts.scheme}://{parts.netloc}"
        held = self._rules.get(origin)
        if held is None or self.clock() >= held.again_at:
            held = self._rules[origin] = robots.HeldRules.of(self._rules_of(origin), self.clock(), held)
        if not held.rules.allows(url, USER_AGENT):
            raise Unreachable(f"{url}: {held.rules.reason}")

    def _rules_of(self, origin: str) -> robots.Rules:
        asked = f"{origin}/robots.txt"
        try:
            for _ in range(6):
                parts = address.checked_url(asked)
                status, fields, data = self._ask(parts, {}, robots.MAX_BYTES, asked)
                if status not in _REDIRECTS or not fields.get("location"):
                    return robots.Rules.of_answer(status, data)
                asked = urllib.parse.urljoin(asked, fields["location"])
        except Unreachable as error:
            return robots.Rules.closed(f"its robots.txt cannot be read: {error}")
        return robots.Rules.closed("its robots.txt leads on to other addresses for ever")

    def _ask(
        self, parts: urllib.parse.SplitResult, headers: Mapping[str, str], most: int, name: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and bytes of one request, after the pause of its host."""
        import httpcore

        self._wait_for(parts)
        sent = {
            "user-agent": USER_AGENT,
            "accept": "text/html, application/xhtml+xml, application/xml;q=0.9, application/feed+json;q=0.9, */*;q=0.5",
            "accept-encoding": "gzip",
            **headers,
        }
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self.limits.silence)
        try:
            target = _as_sent(parts)
            fields_sent = [("host", urllib.parse.urlsplit(target).netloc), *sent.items()]
            with self._opened().stream("GET", target, headers=fields_sent, extensions={"timeout": timeouts}) as answer:
                fields = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in answer.headers}
                data = b"".join(self._read(answer, fields, most, name)) if answer.status == 200 else b""
                return answer.status, fields, data
        except httpcore.TimeoutException as error:
            raise Unreachable(f"{name}: {self._too_slow()}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError) as error:
            what = str(error) or type(error).__name__
            raise Unreachable(f"{name}: cannot be fetched: {' '.join(what.split())[:300]}") from error

    def _too_slow(self) -> str:
        if self._deadline is not None and self._deadline.is_over():
            return f"was not whole after {self.limits.seconds:g} s"
        return f"no answer within {self.limits.silence:g} s"

    def _read(self, answer: httpcore.Response, fields: Mapping[str, str], most: int, name: str) -> Iterator[bytes]:
        """Yield the unpacked bytes of an answer, up to the limit."""
        packing = fields.get("content-encoding", "identity").strip().lower() or "identity"
        if packing not in ("gzip", "x-gzip", "identity"):
            raise Unreachable(f"{name}: its server packed it as {packing[:40]!r}, which was not asked for")
        unpacker = zlib.decompressobj(wbits=31) if packing != "identity" else None
        sent = got = 0
        for chunk in answer.iter_stream():
            sent += len(chunk)
            try:
                data = chunk if unpacker is None else unpacker.decompress(chunk, most - got + 1)
            except zlib.error as error:
                raise Unreachable(f"{name}: is damaged gzip: {error}") from error
            got += len(data)
            if got > most or sent > most:
                raise Unreachable(f"{name}: is longer than {most:,} bytes, the most that is fetched")
            yield data
        if unpacker is not None and not unpacker.eof:
            raise Unreachable(f"{name}: was cut off")

    def _wait_for(self, parts: urllib.parse.SplitResult) -> None:
        """Wait until the pause since the last request to the host is over."""
        host = parts.hostname or ""
        held = self._rules.get(f"{parts.scheme}://{parts.netloc}")
        pause = max(self.limits.pause, held.rules.pause(USER_AGENT) if held is not None else 0.0)
        before = self._asked.get(host)
        if before is not None:
            left = before + pause - self.clock()
            if left > 0:
                self.sleep(left)
        self._asked[host] = self.clock()
        self._begun().start(self.limits.seconds)

    def _begun(self) -> Deadline:
        from kg.fetch.network import Deadline

        if self._deadline is None:
            self._deadline = Deadline(self.clock)
        return self._deadline

    def _opened(self) -> httpcore.ConnectionPool:
        import httpcore

        from kg.fetch.network import CheckedBackend

        if self._pool is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(cafile=certifi.where()),
                max_connections=4,
                # A page has a connection of its own, so that its address is always checked.
                max_keepalive_connections=0,
                network_backend=CheckedBackend(self.resolve, self._begun(), allow_private=self.allow_private),
            )
        return self._pool


def _as_sent(parts: urllib.parse.SplitResult) -> str:
    """Return an address in ASCII without its fragment: IDNA for the host, percent-encoding for the rest."""
    host = (
        (parts.hostname or "").encode("idna").decode("ascii") if not (parts.hostname or "").isascii() else parts.netloc
    )
    netloc = host if parts.port is None or host == parts.netloc else f"{host}:{parts.port}"
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|{}")
    return urllib.parse.urlunsplit((parts.scheme, netloc, path, query, ""))
