"""The short way past Flask, and answers remembered: the same answers as the long way, sooner."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from werkzeug.test import Client, TestResponse

from kg.app import create_app
from kg.config import Settings
from kg.engine import Engine, EngineLimits
from kg.sparql.fast_path import ShortPath
from kg.sparql.formats import FORMAT_NAMES
from tests.served.small_app import BASE, GRAPH, QUESTIONS, small_store

QUERIES = (
    "ASK {}",
    "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3",
    "SELECT * { <relative> ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2",
    "DESCRIBE <https://data.test/id/doc/0123456789abcdef>",
    "SELECT (RAND() * 0 AS ?zero) {}",
    "SELECT",
    "",
    "SELECT * { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }",
    "SELECT (<http://x.test/f>(1) AS ?x) {}",
    'SELECT ("é\u202e" AS ?x) {}',
    QUESTIONS[0].query,
)
ACCEPTS = (
    None,
    "*/*",
    "text/html,*/*;q=0.8",
    "text/csv",
    "application/sparql-results+json;q=0.5, text/turtle",
    "text/turtle",
    "image/png",
    "application/json",
    "nonsense",
)
CONTENT_TYPES = (
    "application/sparql-query",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=latin-1",
    "application/sparql-update",
    "text/plain",
    "",
)


@pytest.fixture(scope="module")
def ways() -> Iterator[tuple[Client, Client]]:
    """A client that may take the short way, and one of Flask alone; both over one engine and with one start's tags."""
    store = small_store()
    with Engine(store, EngineLimits(deadline=5, workers=2, spares=1)) as engine:
        app = create_app(Settings(base=BASE), store, questions=QUESTIONS, engine=engine)
        short = _short_path(app)
        yield Client(short), Client(short._flask)


def _short_path(app: Flask) -> ShortPath:
    inner: Any = app.wsgi_app
    while not isinstance(inner, ShortPath):
        inner = inner._inner
    return inner


def seen(response: TestResponse) -> tuple[int, dict[str, str], bytes]:
    """All that a client can tell apart. Rows have no order of their own."""
    body = (
        response.data if "RAND" in response.request.query_string.decode() else b"\n".join(sorted(response.data.split()))
    )
    return response.status_code, dict(sorted(response.headers.items())), body


parameters = st.lists(
    st.one_of(
        st.tuples(st.just("query"), st.sampled_from(QUERIES)),
        st.tuples(st.just("format"), st.sampled_from(("", "nothing", *FORMAT_NAMES))),
        st.tuples(st.sampled_from(("default-graph-uri", "named-graph-uri")), st.sampled_from((BASE, "no iri", ""))),
        st.tuples(st.sampled_from(("update", "using-graph-uri", "other")), st.sampled_from(("", "CLEAR ALL"))),
    ),
    max_size=3,
)


@given(
    method=st.sampled_from(("GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "OPTIONS")),
    address=parameters,
    body=st.one_of(parameters, st.sampled_from(QUERIES)),
    content_type=st.sampled_from(CONTENT_TYPES),
    accept=st.sampled_from(ACCEPTS),
    known=st.sampled_from((None, "*", '"other"')),
    path=st.sampled_from(("/sparql", "/sparql", "/sparql", "/sparql/", "/query")),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_short_way_answers_as_the_long_way(
    ways: tuple[Client, Client],
    method: str,
    address: list[tuple[str, str]],
    body: list[tuple[str, str]] | str,
    content_type: str,
    accept: str | None,
    known: str | None,
    path: str,
) -> None:
    """Status, headers and body, whatever is asked and however."""
    headers = {name: value for name, value in (("Accept", accept), ("If-None-Match", known)) if value is not None}
    data = (body if isinstance(body, str) else urlencode(body)).encode() if method in ("POST", "PUT") else None
    asked: dict[str, Any] = {"query_string": urlencode(address), "headers": headers, "data": data}
    if data is not None:
        asked["content_type"] = content_type
    short, long = (seen(way.open(path, method=method, **asked)) for way in ways)
    assert short == long


def test_plain_query_does_not_come_to_flask(ways: tuple[Client, Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the comparison above compares nothing."""
    short: Any = ways[0].application
    with monkeypatch.context() as patch:
        patch.setattr(short, "_flask", None)
        assert ways[0].get("/sparql?query=ASK+{}").status_code == 200
        assert ways[0].post("/sparql", data={"query": "ASK {}"}).status_code == 200
        assert ways[0].post("/sparql", data="ASK {}", content_type="application/sparql-query").status_code == 200


def test_long_answer_and_stopped_query_are_asked_once() -> None:
    """Flask writes what the short way has found out; it does not ask again."""
    store = small_store()
    with Engine(store, EngineLimits(deadline=300, workers=2, spares=1)) as engine:
        client = create_app(Settings(base=BASE), store, questions=(), engine=engine).test_client()
        numbers = " ".join(map(str, range(12)))
        product = " ".join(f"VALUES ?{name} {{ {numbers} }}" for name in "abcde")
        long = client.get("/sparql", query_string={"query": f"SELECT * {{ {product} }}", "format": "csv"})
        assert (long.status_code, long.data.count(b"\n")) == (200, 12**5 + 1)
        assert engine.counts()["answered"] == 1
    with Engine(store, EngineLimits(deadline=1, workers=2, spares=1)) as engine:
        client = create_app(Settings(base=BASE), store, questions=(), engine=engine).test_client()
        endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"
        stopped = client.get("/sparql", query_string={"query": endless})
        assert (stopped.status_code, stopped.json["reason"]) == (503, "timeout")  # type: ignore[index]
        assert engine.counts()["QueryTimeout"] == 1


# -- remembered --


@pytest.fixture
def counting() -> Iterator[tuple[Any, Engine, Any]]:
    """A client, the engine behind it, and its store."""
    store = small_store()
    with Engine(store, EngineLimits(workers=2, spares=1)) as engine:
        yield create_app(Settings(base=BASE), store, questions=QUESTIONS, engine=engine).test_client(), engine, store


@pytest.mark.parametrize("path", ["/sparql?query=ASK+{}", "/", "/questions/CQ1", "/doc/0123456789abcdef?format=turtle"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_answer_given_again_is_the_same(
    counting: tuple[Any, Engine, Any], path: str, method: str, encoding: str
) -> None:
    """Every header and byte, and no query is asked for it."""
    client, engine, _ = counting
    first = client.open(path, method=method, headers={"Accept-Encoding": encoding})
    asked = sum(engine.counts().values())
    again = client.open(path, method=method, headers={"Accept-Encoding": encoding})
    assert (again.status, list(again.headers), again.data) == (first.status, list(first.headers), first.data)
    assert sum(engine.counts().values()) == asked
    bare = client.open(
        path, method=method, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
    )
    assert (bare.status_code, bare.data) == (304, b"")
    assert {"Content-Type", "Content-Length", "Content-Encoding"}.isdisjoint(bare.headers.keys())
    for name in ("ETag", "Vary", "Cache-Control", "Content-Security-Policy", "Access-Control-Allow-Origin"):
        assert bare.headers[name] == first.headers[name]


def test_answer_is_forgotten_with_its_revision(counting: tuple[Any, Engine, Any]) -> None:
    """What was written is there for the very next who asks."""
    client, _, store = counting
    path = "/sparql?format=csv&query=SELECT+(COUNT(*)+AS+%3Fn)+{+%3Fs+%3Fp+%3Fo+}"
    before = client.get(path).data
    assert client.get(path).data == before
    store.load(GRAPH.parent.parent.parent / "ontology" / "claimgraph.ttl", RdfFormat.TURTLE, BASE)
    assert client.get(path).data != before


def test_answers_of_an_old_revision_take_no_room(counting: tuple[Any, Engine, Any]) -> None:
    """With the first answer of the new one they are gone."""
    client, _, store = counting
    kept: Any = client.application.wsgi_app
    for number in range(5):
        client.get(f"/sparql?query=SELECT+({number}+AS+%3Fn)+{{}}")
    before = kept._used
    store.load(GRAPH.parent.parent.parent / "ontology" / "claimgraph.ttl", RdfFormat.TURTLE, BASE)
    client.get("/sparql?query=SELECT+(1+AS+%3Fn)+{}")
    assert len(kept._kept) == 1
    assert kept._used < before / 4


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("Accept", "text/csv", "text/turtle, */*;q=0.1"),
        ("Accept-Encoding", "gzip", "identity"),
        ("Host", "one.test", "other.test"),
    ],
)
def test_answer_is_not_given_to_who_asked_otherwise(
    counting: tuple[Any, Engine, Any], name: str, one: str, other: str
) -> None:
    """Another type, encoding or host is another answer."""
    client = counting[0]
    path = "/.well-known/void" if name == "Host" else f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o }'})}"
    first, second = (client.get(path, headers={name: value}) for value in (one, other))
    assert first.data != second.data
    assert client.get(path, headers={name: one}).data == first.data
    assert client.get(path, headers={name: other}).data == second.data


def test_chance_clock_and_errors_are_not_remembered(counting: tuple[Any, Engine, Any]) -> None:
    """Nor is what asks whether the server lives."""
    client, _, _ = counting
    path = f"/sparql?{urlencode({'query': 'SELECT (STRUUID() AS ?x) {}', 'format': 'csv'})}"
    assert client.get(path).data != client.get(path).data
    assert client.get("/sparql?query=nonsense").status_code == 400
    first, second = client.get("/metrics").text, client.get("/metrics").text
    assert first != second


def test_remembered_answers_stay_within_their_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one not asked for longest goes first."""
    import kg.http.response_cache as remembered

    monkeypatch.setattr(remembered.ResponseCache.__init__, "__kwdefaults__", {"room": 60_000})
    app = create_app(Settings(base=BASE), small_store(), questions=())
    kept: Any = app.wsgi_app
    client = app.test_client()
    for number in range(100):
        client.get(f"/sparql?query=SELECT+({number}+AS+%3Fn)+{{}}")
        client.get("/sparql?query=ASK+{}")
    assert 0 < kept._used <= 60_000
    assert 5 < len(kept._kept) < 100
    assert any("ASK" in key[2] for key in kept._kept)


def test_remembering_withstands_many_threads(counting: tuple[Any, Engine, Any]) -> None:
    """The same and different requests at once: everybody gets the answer to what they asked."""
    client, _, _ = counting
    app = client.application
    wrong: list[str] = []

    def ask() -> None:
        mine = app.test_client()
        for number in range(40):
            text = mine.get(f"/sparql?format=csv&query=SELECT+({number}+AS+%3Fn)+{{}}").text
            if text != f"n\r\n{number}\r\n":
                wrong.append(text)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
