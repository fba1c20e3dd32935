"""Answers given before, kept by the revision they were made of: the shortest way there is.

Nothing here knows what a request means. What may be kept is what the app itself has tagged (:mod:`kg.http.etag`),
and a kept answer is sent again byte for byte, or as 304 to whoever has it already.
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
"""How many bytes are kept."""
_SHARE: Final = 16
"""No answer takes more than this part of the room."""
_OVERHEAD: Final = 3_000
"""About what Python needs for one answer besides its key, its body and both heads, in bytes."""
_KEY: Final = "claimgraph.remembered"
"""Where in the WSGI environment stands what an answer is kept by, once it was looked for."""
_ASKED: Final = 4_096
"""How many requests are known again, of which nothing else is kept."""
_CODE: Final = slice(len("HTTP/1.1 "), len("HTTP/1.1 200"))
_NOT_MODIFIED: Final = "304 Not Modified"


@dataclass(slots=True)
class CachedResponse:
    """One answer; ``tag`` is the quoted part of its ETag, ``head`` as it goes over the wire. So is that of a 304,
    ``bare_head``, made when the first asks again.
    """

    revision: int
    head: bytes
    body: bytes
    tag: str
    route: str
    bare_head: bytes | None = None

    @property
    def status(self) -> str:
        """Its code and words."""
        return decoded(self.head)[0]

    @property
    def code(self) -> str:
        """The three digits."""
        return self.head[_CODE].decode("latin-1")

    def headers(self) -> Headers:
        """Those of the answer."""
        return decoded(self.head)[1]

    def bare_headers(self) -> Headers:
        """Those of a 304: what is said of the body goes."""
        return [
            (name, value)
            for name, value in self.headers()
            if not name.lower().startswith("content-") or _is_policy(name)
        ]


class ResponseCache:
    """A WSGI app in front of another. ``revision`` is that of the graph; two equal ones are the same graph."""

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
        """The kept answer, or the inner app's."""
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
        """Head and body of a kept answer as they go over the wire: a look into a dictionary, so no thread need wait."""
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
        """A kept answer, and whether its client has it already."""
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
        """Count an answer that was made past the app, and keep it where it is asked for again: most are not, and to
        keep all takes the room of those that are, and more time than to look at which they were.
        """
        if kept.revision == self._revision():
            key = environ[_KEY]
            if self._is_asked_again(key):
                self._keep(key, kept)
        taken = time.perf_counter() - environ[BEGUN]
        self._requests.answered(kept.route, environ["REQUEST_METHOD"], kept.code, taken, len(kept.body))

    def ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The inner app's answer, which is kept for the next who asks."""
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
            if head.status[:3] == "200" and revision == self._revision():  # else nobody knows what it was made of
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
            if kept.revision > self._newest:  # nobody is given one of the revision before any more
                self._kept.clear()
                self._used, self._newest = 0, kept.revision
            before = self._kept.pop(key, None)
            self._kept[key] = kept
            self._used += _size(key, kept) - (0 if before is None else _size(key, before))
            while self._used > self._room:
                self._used -= _size(*self._kept.popitem(last=False))


def _key(environ: WSGIEnvironment) -> tuple[str, ...]:
    """All of a request that an answer depends on, besides the tags its client has."""
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
    """Bytes of an entry. An address can be longer than its answer."""
    return sum(map(len, key)) + 2 * len(kept.head) + len(kept.body) + _OVERHEAD
