"""Response cache keyed by graph revision.

The cache knows nothing of the meaning of a request. It stores the responses that the app has tagged
(:mod:`kg.http.etag`). A cached response is sent byte for byte, or as 304 if the client has it already.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.http.etag import REPEATABLE, names_tag
from kg.http.metrics import NO_ROUTE, ROUTE, Metrics
from kg.http.wsgi import AT_LEAST, BEGUN, Head, Headers, decoded, encoded, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM: Final = 64 << 20
"""Size of the cache in bytes."""
_SHARE: Final = 16
"""Largest share of the cache for one response, as a divisor."""
_OVERHEAD: Final = 3_000
"""Approximate size of one entry besides its key, body and heads, in bytes."""
_KEY: Final = "claimgraph.remembered"
"""Key in the WSGI environment for the cache key of a request, after its lookup."""
_ASKED: Final = 4_096
"""Number of requests that are recognized when they are repeated."""
_CODE: Final = slice(len("HTTP/1.1 "), len("HTTP/1.1 200"))
_NOT_MODIFIED: Final = "304 Not Modified"


@dataclass(slots=True)
class CachedResponse:
    """One response.

    ``tag`` is the quoted part of its ETag, ``head`` the serialized head. ``bare_head`` is the head of a 304 response,
    made on first use.
    """

    revision: int
    head: bytes
    body: bytes
    tag: str
    route: str
    bare_head: bytes | None = None

    @property
    def status(self) -> str:
        """Status code and phrase."""
        return decoded(self.head)[0]

    @property
    def code(self) -> str:
        """The three digits of the status."""
        return self.head[_CODE].decode("latin-1")

    def headers(self) -> Headers:
        """Return the headers of the response."""
        return decoded(self.head)[1]

    def bare_headers(self) -> Headers:
        """Return the headers of a 304 response, without those that describe the body."""
        return [
            (name, value)
            for name, value in self.headers()
            if not name.lower().startswith("content-") or _is_policy(name)
        ]


class ResponseCache:
    """WSGI app that caches the responses of another. ``revision`` returns the graph revision."""

    def __init__(
        self, inner: WSGIApplication, revision: Callable[[], int], metrics: Metrics, *, room: int = ROOM
    ) -> None:
        self._inner = inner
        self._revision = revision
        self._requests = metrics.requests
        self._room = room
        self._used = 0
        self._newest = -1
        self._kept: OrderedDict[tuple[str, ...], CachedResponse] = OrderedDict()
        self._asked: set[int] = set()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the cached response, or the inner app's.

        Args:
            environ: The request.
            start_response: Receives the status and the headers.
        """
        found = self._find(environ)
        if found is None:
            return self.ask(environ, start_response)
        kept, is_known = found
        if is_known:
            start_response(_NOT_MODIFIED, kept.bare_headers())
            return [b""]
        start_response(kept.status, kept.headers())
        return [kept.body]

    def find(self, environ: WSGIEnvironment) -> tuple[bytes, bytes] | None:
        """Return the serialized head and body of a cached response, or None. Fast enough for the event loop."""
        found = self._find(environ)
        if found is None:
            return None
        kept, is_known = found
        if is_known:
            if kept.bare_head is None:
                kept.bare_head = encoded(_NOT_MODIFIED, kept.bare_headers())
            return kept.bare_head, b""
        return kept.head, kept.body

    def _find(self, environ: WSGIEnvironment) -> tuple[CachedResponse, bool] | None:
        """Return a cached response, and whether the client has it already."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        environ[_KEY] = key = _key(environ)
        kept = self._kept.get(key)
        if kept is None or kept.revision != self._revision():
            return None
        has = environ.get("HTTP_IF_NONE_MATCH")
        if has is not None and has.strip() == "*":
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        is_known = names_tag(has, kept.tag)
        status, size = ("304", 0) if is_known else (kept.code, len(kept.body))
        self._requests.answered(kept.route, environ["REQUEST_METHOD"], status, 0.0, size)
        return kept, is_known

    def made(self, environ: WSGIEnvironment, kept: CachedResponse) -> None:
        """Count a response that was made without the app, and cache it if it is requested repeatedly.

        Most requests are not repeated. Caching all of them would displace the others and take longer than this check.

        Args:
            environ: The request.
            kept: The response.
        """
        if kept.revision == self._revision():
            key = environ[_KEY]
            if self._is_asked_again(key):
                self._keep(key, kept)
        taken = time.perf_counter() - environ[BEGUN]
        self._requests.answered(kept.route, environ["REQUEST_METHOD"], kept.code, taken, len(kept.body))

    def ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the inner app's response, and cache it.

        Args:
            environ: The request.
            start_response: Receives the status and the headers.
        """
        revision = environ.get(AT_LEAST, self._revision())
        head = Head()
        body = self._inner(environ, head)
        if environ["REQUEST_METHOD"] == "HEAD":
            length: int | None = 0
        else:
            length = head.length()
        if REPEATABLE in environ and length is not None and length <= self._room // _SHARE:
            data = whole(body)
            body = [data]
            # Otherwise the revision of the response is unknown.
            if head.status[:3] == "200" and revision == self._revision():
                self._keep(_key(environ), _kept(revision, head, data, environ))
        start_response(head.status, head.headers)
        return body

    def _is_asked_again(self, key: tuple[str, ...]) -> bool:
        asked = hash(key)
        if asked in self._asked:
            return True
        if len(self._asked) >= _ASKED:
            self._asked.clear()
        self._asked.add(asked)
        return False

    def _keep(self, key: tuple[str, ...], kept: CachedResponse) -> None:
        with self._lock:
            if kept.revision > self._newest:  # responses of the earlier revision are never sent again
                self._kept.clear()
                self._used, self._newest = 0, kept.revision
            before = self._kept.pop(key, None)
            self._kept[key] = kept
            self._used += _size(key, kept) - (0 if before is None else _size(key, before))
            while self._used > self._room:
                self._used -= _size(*self._kept.popitem(last=False))


def _key(environ: WSGIEnvironment) -> tuple[str, ...]:
    """Return all parts of a request that a response depends on, except the client's tags."""
    get = environ.get
    return (
        environ["REQUEST_METHOD"],
        get("PATH_INFO", ""),
        get("QUERY_STRING", ""),
        get("HTTP_ACCEPT", ""),
        get("HTTP_ACCEPT_ENCODING", ""),
        get("HTTP_HOST", ""),
        get("SCRIPT_NAME", ""),
        environ["wsgi.url_scheme"],
    )


def _kept(revision: int, head: Head, data: bytes, environ: WSGIEnvironment) -> CachedResponse:
    tag = (head.value("etag") or "").removeprefix("W/")
    return CachedResponse(revision, encoded(head.status, head.headers), data, tag, environ.get(ROUTE, NO_ROUTE))


def _is_policy(name: str) -> bool:
    return name.lower() == "content-security-policy"


def _size(key: tuple[str, ...], kept: CachedResponse) -> int:
    """Return the size of an entry in bytes. An address can be longer than its response."""
    return sum(map(len, key)) + 2 * len(kept.head) + len(kept.body) + _OVERHEAD
