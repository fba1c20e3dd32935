"""/metrics, /healthz and /readyz."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from pyoxigraph import RdfFormat

from kg.app import create_app
from kg.config import Settings
from kg.engine import Engine, EngineLimits
from kg.engine.queryable import Results
from kg.errors import QueryTimeout
from kg.store import EmbeddedStore
from tests.served.small_app import BASE, GRAPH, small_store


def samples(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """What ``/metrics`` says, by name and the values of the labels."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert "ETag" not in response.headers
    families = text_string_to_metric_families(response.text)
    return {
        (s.name, *(s.labels[name] for name in sorted(s.labels))): s.value for family in families for s in family.samples
    }


def client_of(store: EmbeddedStore) -> FlaskClient:
    """A client of an app of its own."""
    return create_app(Settings(base=BASE), store, questions=()).test_client()


def test_requests_are_counted_by_route_method_and_status() -> None:
    """Each once; an address is no label, nor is a method that nobody knows."""
    client = client_of(small_store())
    for _ in range(3):
        client.get("/sparql?query=ASK+{}")
    client.post("/sparql", data="ASK {}", content_type="application/sparql-query")
    client.head("/sparql?query=ASK+{}")
    client.get("/sparql?query=nonsense").close()
    client.get("/no/such/page")
    client.open("/sparql", method="BREW")
    client.get("/doc/0123456789abcdef")
    found = samples(client)
    assert found["kg_http_requests_total", "GET", "/sparql", "200"] == 3
    assert found["kg_http_requests_total", "POST", "/sparql", "200"] == 1
    assert found["kg_http_requests_total", "HEAD", "/sparql", "200"] == 1
    assert found["kg_http_requests_total", "GET", "/sparql", "400"] == 1
    assert found["kg_http_requests_total", "GET", "none", "404"] == 1
    assert found["kg_http_requests_total", "other", "none", "405"] == 1
    assert found["kg_http_request_seconds_count", "/sparql"] == 6
    assert found["kg_http_sent_bytes_total", "/sparql"] > 100


def test_known_answer_is_counted_too() -> None:
    """A 304 is a request like any other."""
    client = client_of(small_store())
    tag = client.get("/").headers["ETag"]
    client.get("/", headers={"If-None-Match": tag})
    assert samples(client)["kg_http_requests_total", "GET", "/", "304"] == 1


def test_graph_is_counted_in_all_its_graphs_and_again_after_a_write() -> None:
    """Quads, not triples of the default graph; and the revision they are of."""
    store = small_store()
    client = client_of(store)
    found = samples(client)
    assert found[("kg_quads",)] == len(list(store.quads())) > 0
    assert found[("kg_revision",)] == store.revision
    store.load(GRAPH.parent.parent.parent / "ontology" / "claimgraph.ttl", RdfFormat.TURTLE, BASE)
    again = samples(client)
    assert again[("kg_quads",)] == len(list(store.quads())) > found[("kg_quads",)]
    assert again[("kg_revision",)] == store.revision


def test_ends_of_queries_come_from_the_engine() -> None:
    """Answered, cached, refused and killed: what the engine counts is what is shown."""
    store = small_store()
    with Engine(store, EngineLimits(deadline=3.0, workers=2, spares=1)) as engine:
        client = create_app(Settings(base=BASE), store, questions=(), engine=engine).test_client()
        for _ in range(2):
            client.post("/sparql", data="ASK {}", content_type="application/sparql-query")
        client.get("/sparql?query=nonsense")
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
        assert client.get("/sparql", query_string={"query": endless}).status_code == 503
        found = samples(client)
    assert found["kg_queries_total", "QueryError"] == 1
    assert found["kg_queries_total", "QueryTimeout"] == 1
    assert found["kg_queries_total", "cached"] == found[("kg_cache_hits_total",)] == 1
    assert found[("kg_workers_killed_total",)] == 1
    assert ("kg_queries_total", "replaced") not in found


def test_each_app_counts_for_itself() -> None:
    """No counter is shared by two apps of one process."""
    one, two = client_of(small_store()), client_of(small_store())
    one.get("/healthz")
    assert samples(one)["kg_http_requests_total", "GET", "/healthz", "200"] == 1
    assert ("kg_http_requests_total", "GET", "/healthz", "200") not in samples(two)


def test_openmetrics_is_written_for_who_asks() -> None:
    """Prometheus itself asks for it."""
    response = client_of(small_store()).get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    assert response.text.endswith("# EOF\n")


def test_graph_that_does_not_answer_has_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live, not ready; what is not known is left out of the metrics, not shown as nothing."""
    client = client_of(small_store())

    def fail(*_: object, **__: object) -> Results:
        raise QueryTimeout("too late")

    monkeypatch.setattr(EmbeddedStore, "query", fail)
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").status_code == 503
    assert ("kg_quads",) not in samples(client)


def test_ready_says_the_revision() -> None:
    """So that a deployment sees when a new one is served."""
    store = small_store()
    assert client_of(store).get("/readyz").text == f"ready, revision {store.revision}\n"
