"""``/metrics`` for Prometheus: requests, their duration, the outcomes of queries, and the content of the store.

Each app has a registry of its own, so the module has no counters.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from kg.errors import KgError
from kg.http.request_metrics import RequestCounters
from kg.http.wsgi import BEGUN, REPEATS, close

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


ROUTE: Final = "claimgraph.route"
"""Key in the WSGI environment for the route of a request: a rule of the app, not an address."""
NO_ROUTE: Final = "none"
_NOT_ENDS: Final = frozenset({"replaced", "rows"})


class Metrics:
    """The metrics of one app.

    ``counts`` returns the number of queries by outcome (:meth:`kg.engine.Engine.counts`), ``outside`` the number of
    requests to other servers by outcome.
    """

    def __init__(
        self,
        held: Collector,
        counts: Callable[[], dict[str, int]],
        outside: Callable[[], dict[str, int]] | None = None,
    ) -> None:
        self.registry = CollectorRegistry()
        self.requests = RequestCounters()
        """The counters of HTTP requests."""
        self.registry.register(self.requests)
        self.registry.register(_Engine(counts))
        self.registry.register(held)
        if outside is not None:
            self.registry.register(_Outside(outside))


class Measured:
    """WSGI app that counts every request, also those that are answered without Flask."""

    def __init__(self, inner: WSGIApplication, metrics: Metrics) -> None:
        self._inner = inner
        self._requests = metrics.requests

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the inner app's response, unchanged.

        Args:
            environ: The request.
            start_response: Receives the status and the headers.
        """
        begin = environ.get(BEGUN) or time.perf_counter()
        status = ""

        def start(line: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            nonlocal status
            status = line[:3]
            if REPEATS not in environ:
                self._requests.count(environ.get(ROUTE, NO_ROUTE), _method(environ), status)
            return start_response(line, headers, *failure)

        def sent(size: int) -> None:
            if REPEATS in environ:  # only now it is certain that the app is not called again
                self._requests.count(route, _method(environ), status)
            self._requests.sent(route, time.perf_counter() - begin, size)

        body = self._inner(environ, start)
        route = environ.get(ROUTE, NO_ROUTE)
        if isinstance(body, list):
            sent(sum(map(len, body)))
            return body
        return _Counted(body, sent, is_repeated=REPEATS in environ)


class _Counted:
    """A body that reports its length when it is closed, unless it breaks off and ``is_repeated``."""

    def __init__(self, body: Iterable[bytes], say: Callable[[int], None], *, is_repeated: bool) -> None:
        self._body = body
        self._pieces = iter(body)
        self._size = 0
        self._say: Callable[[int], None] | None = say
        self._is_repeated = is_repeated

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece = next(self._pieces)
        except (KgError, OSError):
            if self._is_repeated:
                self._say = None
            raise
        self._size += len(piece)
        return piece

    def close(self) -> None:
        close(self._body)
        say, self._say = self._say, None
        if say is not None:
            say(self._size)


class _Engine(Collector):
    """The outcomes of queries, read from the engine on demand."""

    def __init__(self, counts: Callable[[], dict[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        counts = self._counts()
        ends = CounterMetricFamily("kg_queries", "Queries by how they ended: an error's name, or well.", labels=["end"])
        for end, number in sorted(counts.items()):
            if end not in _NOT_ENDS:
                ends.add_metric([end], number)
        yield ends
        yield CounterMetricFamily("kg_cache_hits", "Queries answered without a worker.", value=counts.get("cached", 0))
        yield CounterMetricFamily("kg_rows", "Rows that query workers have written.", value=counts.get("rows", 0))
        yield CounterMetricFamily(
            "kg_workers_killed", "Workers ended for what a query did.", value=counts.get("replaced", 0)
        )


class _Outside(Collector):
    """The outcomes of requests to other servers."""

    def __init__(self, counts: Callable[[], dict[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        ends = CounterMetricFamily(
            "kg_outside_requests", "Requests to other servers, for SERVICE and LOAD, by how they ended.", labels=["end"]
        )
        for end, number in sorted(self._counts().items()):
            ends.add_metric([end], number)
        yield ends


def install(app: Flask, metrics: Metrics) -> None:
    """Serve ``/metrics``, and record the route of every request.

    Args:
        app: The app.
        metrics: The metrics.
    """

    def answer() -> Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(metrics.registry), content_type=content_type)

    def say_route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else NO_ROUTE

    app.before_request_funcs.setdefault(None, []).insert(0, say_route)  # before any handler that may answer
    app.add_url_rule("/metrics", "metrics", answer)


def _method(environ: WSGIEnvironment) -> str:
    """Return the method, or ``other``: arbitrary methods would let a client create any number of labels."""
    method: str = environ["REQUEST_METHOD"]
    return method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS") else "other"
