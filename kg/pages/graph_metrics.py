"""Size of the graph for ``/metrics``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pyoxigraph import Literal, QuerySolutions

from kg.errors import KgError

if TYPE_CHECKING:
    from kg.engine.queryable import Results

_COUNT_QUADS: Final = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class CountedGraph(Protocol):
    """The graph, which is counted by a query."""

    @property
    def revision(self) -> int:
        """Identifies the state of the graph: equal revisions have equal graphs."""

    def query(self, text: str) -> Results:
        """Return the results of a query. Raises KgError."""


class Quads(Collector):
    """Number of quads in the graph, and its revision. Counted on demand, once for each revision."""

    def __init__(self, asked: CountedGraph) -> None:
        self._asked = asked
        self._lock = threading.Lock()
        self._known: tuple[int, int] | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges. If the graph does not answer in time, there is no count instead of an old one."""
        yield GaugeMetricFamily("kg_revision", "Of the graph that is asked now.", value=self._asked.revision)
        count = self.count()
        if count is not None:
            yield GaugeMetricFamily("kg_quads", "Quads in the graph.", value=count)

    def count(self) -> int | None:
        """Return the number of quads, or None if the graph does not answer in time."""
        with self._lock:
            revision = self._asked.revision
            if self._known is None or self._known[0] != revision:
                count = self._ask()
                self._known = None if count is None else (revision, count)
            return None if self._known is None else self._known[1]

    def _ask(self) -> int | None:
        try:
            results = self._asked.query(_COUNT_QUADS)
        except KgError:
            return None
        if not isinstance(results, QuerySolutions):
            raise TypeError("only a SELECT has rows")
        value = next(results)["n"]
        return int(value.value) if isinstance(value, Literal) else None
