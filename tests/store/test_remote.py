"""A store behind another server: the same operations, the same graph."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse,
)

from kg import vocab
from kg.errors import InputError, QueryError, StoreError, UsageError
from kg.graph import VersionGraph
from kg.mapper import map_record
from kg.store import EmbeddedStore, RemoteStore, open_store
from kg.store.protocol import Endpoint
from tests.samples import TEXT, sample
from tests.store.conftest import DEFAULT_GRAPH, free_port
from tests.terms import rows_of, value_of

BASE = "https://data.test/id/"


def graph(text: str = TEXT, document_id: str = "sample", **about: str) -> VersionGraph:
    """The sample, mapped."""
    return map_record(sample(text, document_id, **about), BASE)


def quads(store: RemoteStore | EmbeddedStore) -> set[Quad]:
    """Everything of ours in the store, with numbers by value: servers may write 0.80 as 0.8."""
    return {by_value(quad) for quad in store.quads() if "virt" not in str(quad.graph_name) and ours(quad)}


def ours(quad: Quad) -> bool:
    """False for what a server keeps about itself."""
    return value_of(quad.subject).startswith(("https://data.test/", "http://a/", "https://w3id.org/claimgraph"))


def by_value(quad: Quad) -> Quad:
    """The quad with the one way of writing its number."""
    value = quad.object
    if isinstance(value, Literal) and value.datatype.value.endswith("#decimal"):
        value = Literal(f"{float(value.value):g}", datatype=value.datatype)
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)


@pytest.fixture(params=["oxigraph", "virtuoso"])
def store(request: pytest.FixtureRequest) -> Iterator[RemoteStore]:
    """A store behind each server, without anything of ours in it."""
    opened = open_store(request.getfixturevalue(f"{request.param}_url"))
    assert isinstance(opened, RemoteStore)
    yield opened
    opened.change({quad for quad in opened.quads() if ours(quad) and "virt" not in str(quad.graph_name)}, set())
    assert quads(opened) == set()


def test_same_writes_give_the_same_graph_as_in_a_folder(store: RemoteStore) -> None:
    """Put in, superseded, put in force again, withdrawn: after each the graph is the one of an embedded store."""
    here = EmbeddedStore.in_memory()
    old, new, other = graph(), graph(TEXT + "\n\nCorrected."), graph(TEXT + "\n\nMore.", "other")
    for versions in ([old, other], [new], [old], [old]):
        here.replace(versions)
        store.replace(versions)
        assert quads(store) == quads(here)
    here.withdraw(old.version)
    store.withdraw(old.version)
    assert quads(store) == quads(here)


def test_withdrawing_what_is_not_there_is_an_error(store: RemoteStore) -> None:
    """An unknown version is named."""
    with pytest.raises(StoreError, match="no such document version"):
        store.withdraw(f"{BASE}doc/0000000000000000")


def test_file_of_more_than_one_request_is_loaded_whole(store: RemoteStore, tmp_path: Path) -> None:
    """A thousand quads, in graphs and not, blank nodes named."""
    lines = [f'<http://a/s{i}> <http://a/p> "text {i}\\n\\"é\\"" <http://a/g{i % 3}> .' for i in range(1_000)]
    path = tmp_path / "x.nq"
    path.write_text("\n".join([*lines, "<http://a/s> <http://a/p> _:b ."]), "utf-8")
    assert store.load(path, RdfFormat.N_QUADS, BASE) == 1_001
    found = quads(store)
    assert len(found) == 1_001
    assert not any("_:" in str(quad) for quad in found)
    assert (
        Quad(NamedNode("http://a/s1"), NamedNode("http://a/p"), Literal('text 1\n"é"'), NamedNode("http://a/g1"))
        in found
    )
    assert not store.is_empty()


def test_broken_file_adds_nothing(store: RemoteStore, tmp_path: Path) -> None:
    """It is read to its end before anything is sent."""
    path = tmp_path / "x.nt"
    path.write_text("<http://a/s> <http://a/p> <http://a/o> .\n<http://a/s> <http://a\n")
    with pytest.raises(InputError, match=r"x\.nt"):
        store.load(path, RdfFormat.N_TRIPLES, BASE)
    assert quads(store) == set()


def test_every_kind_of_query_is_answered(store: RemoteStore) -> None:
    """Rows, truth values and triples come back as what they are."""
    store.replace([graph()])
    rows = store.query(f"PREFIX x: <{BASE}> # a comment\nSELECT ?d {{ ?d a <{vocab.DOCUMENT_VERSION}> }}")
    assert isinstance(rows, QuerySolutions)
    assert [row["d"].value for row in rows] == [graph().version]
    for text, truth in ((f"ASK {{ <{graph().version}> ?p ?o }}", True), (f"ASK {{ <{BASE}none> ?p ?o }}", False)):
        answer = store.query(text)
        assert isinstance(answer, QueryBoolean)
        assert bool(answer) is truth
    triples = store.query(f"CONSTRUCT {{ ?s a ?o }} WHERE {{ ?s a ?o . FILTER (?o = <{vocab.DOCUMENT_VERSION}>) }}")
    assert isinstance(triples, QueryTriples)
    assert [triple.subject.value for triple in triples] == [graph().version]


def test_facts_are_asked_without_what_was_said(store: RemoteStore) -> None:
    """A query without GRAPH never sees the content of a claim; one that names its dataset sees that."""
    store.replace([graph()])
    assert not store.query(f"ASK {{ ?x <{vocab.STATED_AGENT}> ?y }}")
    assert store.query(f"ASK {{ GRAPH ?g {{ ?x <{vocab.STATED_AGENT}> ?y }} }}")
    content = next(value_of(q.graph_name) for q in graph().quads if "/content" in str(q.graph_name))
    assert store.query("ASK { ?s ?p ?o }", default_graphs=[content])


def test_wrong_query_is_an_error_with_the_servers_message(store: RemoteStore) -> None:
    """The server's own parser says what is wrong."""
    with pytest.raises(QueryError, match=r"nonsense|expected"):
        store.query("SELECT nonsense")


def test_relative_iris_stand_on_the_base(store: RemoteStore) -> None:
    """The base is sent along."""
    store.change(set(), {Quad(NamedNode(f"{BASE}x"), NamedNode("http://a/p"), Literal("y"), DefaultGraph())})
    assert store.query("ASK { <x> ?p ?o }", base=BASE)


def test_commands_take_a_url_for_a_store(oxigraph_url: str, tmp_path: Path) -> None:
    """What `kg load` puts in, `kg query` finds and `kg dump` writes."""
    path = tmp_path / "x.nt"
    path.write_text("<http://a/cli> <http://a/p> <http://a/o> .\n")

    def kg(*arguments: str) -> str:
        run = [sys.executable, "-m", "kg", *arguments, "--store", oxigraph_url]
        return subprocess.run(run, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True).stdout

    kg("load", str(path))
    assert kg("query", "ASK { <http://a/cli> ?p ?o }") == "yes\n"
    assert "<http://a/cli>" in kg("dump", "--format", "nquads")
    RemoteStore.open(oxigraph_url).change({*parse(path=str(path))}, set())


# -- places --


def test_url_says_where_updates_go() -> None:
    """By convention, or after the '#'; a password is for the requests and not part of the URL."""
    plain = Endpoint.of("http://example.org/sparql")
    assert (plain.query_url, plain.update_url, plain.default_graph) == ("http://example.org/sparql",) * 2 + (None,)
    assert Endpoint.of("http://example.org/ds/query").update_url == "http://example.org/ds/update"
    full = Endpoint.of(f"https://me:p%40ss@example.org:1/q#update=https://example.org/u&default-graph={DEFAULT_GRAPH}")
    assert (full.query_url, full.update_url) == ("https://example.org:1/q", "https://example.org/u")
    assert (full.user, full.password, full.default_graph) == ("me", "p@ss", DEFAULT_GRAPH)


@pytest.mark.parametrize("url", ["ftp://example.org/x", "http://", "http://example.org/q#updates=x"])
def test_other_urls_are_refused(url: str) -> None:
    """With what would be right."""
    with pytest.raises(UsageError, match=r"http|known are"):
        open_store(url)


def test_folder_is_opened_as_a_folder(tmp_path: Path) -> None:
    """And made only when asked for."""
    with pytest.raises(StoreError, match="no store here"):
        open_store(str(tmp_path / "s"))
    with open_store(str(tmp_path / "s"), create=True) as opened:
        assert isinstance(opened, EmbeddedStore)


def test_server_that_does_not_answer_is_named() -> None:
    """Nobody listens: the error has the URL."""
    url = f"http://127.0.0.1:{free_port()}/sparql"
    with pytest.raises(StoreError, match=url):
        open_store(url)


class _Liar(http.server.BaseHTTPRequestHandler):
    """A server that answers every query with the body and type of its class."""

    status, media_type, body = 200, "text/html", b"<p>welcome"

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.send_header("Content-Type", self.media_type)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    ("status", "media_type", "body", "message"),
    [
        (200, "text/html", b"<p>welcome", "text/html"),
        (200, "application/sparql-results+json", b'{"head":{"vars":["s"]},"results":{"bindings":[', "cut off"),
        (401, "text/plain", b"who are you", "USER:PASSWORD@"),
        (503, "text/plain", b"come back later", "come back later"),
    ],
)
def test_server_that_answers_otherwise_is_an_error(status: int, media_type: str, body: bytes, message: str) -> None:
    """Not results, cut results, or a refusal: never an empty answer."""
    handler = type("Handler", (_Liar,), {"status": status, "media_type": media_type, "body": body})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(StoreError, match=message):
                rows_of(
                    RemoteStore(Endpoint.of(f"http://127.0.0.1:{server.server_port}/q")).query("SELECT * {?s ?p ?o}")
                )
        finally:
            server.shutdown()
            thread.join()


def test_server_that_is_silent_is_waited_for_no_longer_than_it_may_be() -> None:
    """It takes the connection and says nothing: an error that names it, soon."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        begin = time.monotonic()
        with pytest.raises(StoreError, match=url):
            open_store(url, patience=0.3)
        assert time.monotonic() - begin < 5
