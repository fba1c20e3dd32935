"""Answers given before, kept by the revision they were made of: the shortest way there is.

Nothing here knows what a request means. What may be kept is what the app itself has tagged (:mod:`kg.web.conditional`),
and a kept answer is sent again byte for byte, or as 304 to whoever has it already.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.web.conditional import REPEATABLE
from kg.web.metrics import NO_ROUTE, ROUTE, Metrics
from kg.web.wsgi import OUTCOME, Head, Headers, whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM: Final = 64 << 20
"""How many bytes are kept."""
_SHARE: Final = 16
"""No answer takes more than this part of the room."""
_OVERHEAD: Final = 2_500
"""About what Python needs for one answer besides its body: the key, the headers twice, the entry. In bytes."""
_NOT_MODIFIED: Final = "304 Not Modified"


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer; ``tag`` is the quoted part of its ETag."""

    revision: int
    status: str
    headers: Headers
    body: bytes
    tag: str
    route: str
    bare_headers: Headers
    """Those of a 304."""


class Remembered:
    """A WSGI app in front of another. ``revision`` is that of the graph; two equal ones are the same graph."""

    def __init__(
        self, inner: WSGIApplication, revision: Callable[[], int], metrics: Metrics, *, room: int = ROOM
    ) -> None:
        self._inner = inner
        self._revision = revision
        self._metrics = metrics
        self._room = room
        self._used = 0
        self._newest = -1
        self._kept: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The kept answer, or the inner app's."""
        found = self.find(environ)
        if found is not None:
            status, headers, body = found
            start_response(status, headers.copy())
            return [body]
        return self.ask(environ, start_response)

    def find(self, environ: WSGIEnvironment) -> tuple[str, Headers, bytes] | None:
        """Status, headers and body of a kept answer: a look into a dictionary, so no thread need wait for it."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or OUTCOME in environ:
            return None
        key = _key(environ)
        kept = self._kept.get(key)
        if kept is None or kept.revision != self._revision():
            return None
        has = environ.get("HTTP_IF_NONE_MATCH")
        if has is not None and has.strip() == "*":
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        if has is not None and kept.tag in has:
            self._count(kept, environ, "304", 0)
            return _NOT_MODIFIED, kept.bare_headers, b""
        self._count(kept, environ, kept.status[:3], len(kept.body))
        return kept.status, kept.headers, kept.body

    def ask(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The inner app's answer, which is kept for the next who asks."""
        revision = self._revision()
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

    def _count(self, kept: Kept, environ: WSGIEnvironment, status: str, size: int) -> None:
        self._metrics.count(kept.route, environ["REQUEST_METHOD"], status)
        self._metrics.sent(kept.route, 0.0, size)

    def _keep(self, key: tuple[str, ...], kept: Kept) -> None:
        with self._lock:
            if kept.revision > self._newest:  # nobody is given one of the revision before any more
                self._kept.clear()
                self._used, self._newest = 0, kept.revision
            before = self._kept.pop(key, None)
            self._kept[key] = kept
            self._used += _size(kept) - (0 if before is None else _size(before))
            while self._used > self._room:
                _, oldest = self._kept.popitem(last=False)
                self._used -= _size(oldest)


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


def _kept(revision: int, head: Head, data: bytes, environ: WSGIEnvironment) -> Kept:
    tag = (head.value("etag") or "").removeprefix("W/")
    bare = [
        (name, value) for name, value in head.headers if not name.lower().startswith("content-") or _is_policy(name)
    ]
    return Kept(revision, head.status, head.headers.copy(), data, tag, environ.get(ROUTE, NO_ROUTE), bare)


def _is_policy(name: str) -> bool:
    return name.lower() == "content-security-policy"


def _size(kept: Kept) -> int:
    return len(kept.body) + _OVERHEAD
