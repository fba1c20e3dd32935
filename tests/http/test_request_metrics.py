"""Requests are counted as Prometheus' own client counts them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from kg.http.request_metrics import SECONDS, RequestCounters

ROUTES = st.sampled_from(["/sparql", "/matrix", 'none "\\\n'])
TIMES = st.one_of(st.sampled_from([0.0, *SECONDS]), st.floats(0, 100))
ANSWERS = st.lists(
    st.tuples(ROUTES, st.sampled_from(["GET", "POST"]), st.sampled_from(["200", "404"]), TIMES, st.integers(0, 9))
)


def samples(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """All figures but the times at which counting began."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(generate_latest(registry).decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


@given(ANSWERS)
def test_figures_are_those_of_the_counters_of_the_client_library(
    answers: list[tuple[str, str, str, float, int]],
) -> None:
    """Also for a time that is just one of the bounds, and for a route that has to be escaped."""
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    tally = RequestCounters()
    ours.register(tally)
    counter = Counter("kg_http_requests", "x", ("route", "method", "status"), registry=theirs)
    seconds = Histogram("kg_http_request_seconds", "x", ("route",), buckets=SECONDS, registry=theirs)
    sizes = Counter("kg_http_sent_bytes", "x", ("route",), registry=theirs)
    for number, (route, method, status, taken, size) in enumerate(answers):
        counter.labels(route, method, status).inc()
        seconds.labels(route).observe(taken)
        sizes.labels(route).inc(size)
        if number % 2:
            tally.answered(route, method, status, taken, size)
        else:
            tally.count(route, method, status)
            tally.sent(route, taken, size)
    assert samples(ours) == samples(theirs)


def count_many(tally: RequestCounters) -> None:
    """Count 2,000 answers."""
    for _ in range(2_000):
        tally.answered("/", "GET", "200", 0.1, 1)


def test_no_request_is_lost_among_threads() -> None:
    """Adding is not atomic; a lock makes it so."""
    tally = RequestCounters()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_many, [tally] * 8))
    registry = CollectorRegistry()
    registry.register(tally)
    assert (
        registry.get_sample_value("kg_http_requests_total", {"route": "/", "method": "GET", "status": "200"}) == 16_000
    )
    assert registry.get_sample_value("kg_http_request_seconds_count", {"route": "/"}) == 16_000
