"""A client that asks for one page at a time: politely, within limits, and only public addresses."""

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
    """An address did not give a page: no answer, another status than 200, too long, too slow, refused by robots.txt."""


class Gone(Unreachable):
    """The server says that there is no such page, or not any more (404, 410). ``status`` is which."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a page may cost.

    Attributes:
        bytes: Of a page, unpacked, and of what is sent of it.
        seconds: For one request, from connecting to the last byte, however slowly they come.
        silence: Seconds without a byte, and to connect.
        redirects: How many are followed.
        pause: Seconds between the beginnings of two requests to a host.
    """

    bytes: int = 16 << 20
    seconds: float = 60.0
    silence: float = 15.0
    redirects: int = 8
    pause: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server gave.

    Attributes:
        url: As it was asked for.
        final_url: Where it was found, after redirects.
        status: 200, or 304 where it is what was asked for as known.
        headers: In lower case, the last of those that come twice.
        data: The bytes, unpacked.
        retrieved: When, ISO 8601 in UTC.
        permanent: True where every redirect was a permanent one.
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
        """Return the type that the server says, without parameters, in lower case."""
        value = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return value or None

    @property
    def charset(self) -> str | None:
        """Return the encoding that the server says."""
        message = Message()
        message["content-type"] = self.headers.get("content-type", "")
        found = message.get_param("charset")
        return found if isinstance(found, str) else None


@dataclass(slots=True)
class Fetcher:
    """Fetches pages, one at a time; to be closed, as a context manager.

    Attributes:
        limits: What a page may cost.
        allow_private: True to fetch from this machine and its networks too.
        resolve: How names are looked up.
        sleep: How to wait between two requests to a host.
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
        """Return the page at an address, following redirects.

        Args:
            url: The address. What is after a ``#`` is not sent.
            etag: The tag of the version that is known, to be told "304" where it is still the one.
            modified: The date of that version, as its server wrote it.

        Raises:
            Gone: There is no such page, or not any more.
            Unreachable: There is no page for another reason, which the message tells.
            InputError: It is no address, or a private one.
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
        """Raise Unreachable for an address that its host's robots.txt keeps us from; learn its pause too."""
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
        """Return status, headers and bytes of one request, after the pause that its host is owed."""
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
        """Yield the bytes of an answer, unpacked, as long as they are few enough."""
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
                # A page comes on a connection of its own, so that its address was checked for it.
                max_keepalive_connections=0,
                network_backend=CheckedBackend(self.resolve, self._begun(), allow_private=self.allow_private),
            )
        return self._pool


def _as_sent(parts: urllib.parse.SplitResult) -> str:
    """Return an address in ASCII, without its fragment: IDNA for the host, per cent for the rest."""
    host = (
        (parts.hostname or "").encode("idna").decode("ascii") if not (parts.hostname or "").isascii() else parts.netloc
    )
    netloc = host if parts.port is None or host == parts.netloc else f"{host}:{parts.port}"
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|{}")
    return urllib.parse.urlunsplit((parts.scheme, netloc, path, query, ""))
