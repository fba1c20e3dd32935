"""Other people's clients, reading and writing at ``kg serve``."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyoxigraph import QuerySolutions, Store
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper

from tests.served.serving import TOKEN, Server, serving

AUTHORIZED = {"Authorization": f"Bearer {TOKEN}"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o }"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes changes unchecked."""
    with serving(tmp_path_factory.mktemp("clients") / "store", "--writes", "unchecked") as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """The same, with two triples, one in a named graph."""
    assert running.update("DROP ALL ; INSERT DATA { <x:a> <x:p> 'één' . GRAPH <x:g> { <x:b> <x:p> 2 } }").status == 204
    return running


@pytest.mark.parametrize("way", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_writes_and_reads(server: Server, way: str) -> None:
    """An update in each way it has, then a query."""
    client = SPARQLWrapper(f"{server.address}/sparql", returnFormat=JSON)
    client.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    client.setMethod(POST)
    client.setRequestMethod(way)
    client.setQuery("INSERT DATA { <x:c> <x:p> 3 }")
    assert client.query().response.status == 204
    client.setQuery(COUNT)
    answer: Any = client.query().convert()
    assert answer["results"]["bindings"][0]["n"]["value"] == "2"


@pytest.mark.parametrize("way", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads(server: Server, way: str) -> None:
    """A graph over the endpoint, and one over a named graph of it."""
    store = SPARQLStore(f"{server.address}/sparql", method=way, returnFormat="json")
    assert [str(row.o) for row in rdflib.Graph(store).query("SELECT ?o { <x:a> <x:p> ?o }")] == ["één"]  # type: ignore[union-attr]
    named = rdflib.Graph(store, identifier=rdflib.URIRef("x:g"))
    assert [str(row.s) for row in named.query("SELECT ?s { ?s <x:p> ?o }")] == ["x:b"]  # type: ignore[union-attr]


def test_rdflib_dataset_is_asked_as_a_graph_is(server: Server) -> None:
    """It names the default graph in its own way; one that nobody knows is said in a header."""
    store = SPARQLStore(f"{server.address}/sparql", returnFormat="json")
    assert [str(row.o) for row in rdflib.Dataset(store).query("SELECT ?o { <x:a> <x:p> ?o }")] == ["één"]  # type: ignore[union-attr]
    reply = server.send("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=urn:nobody", token=None)
    assert reply.headers["claimgraph-notice"].startswith("no such graph: <urn:nobody>")


def test_a_graph_of_from_that_is_not_there_is_said_by_the_short_way_too(server: Server) -> None:
    """Small queries are answered without the web framework, which is where the header is added."""
    reply = server.send("GET", "/sparql?query=ASK%20FROM%20%3Curn:nobody%3E%20%7B%7D", token=None)
    assert reply.headers["claimgraph-notice"].startswith("no such graph: <urn:nobody>")


def test_rdflib_writes(server: Server) -> None:
    """Triples added to a graph and removed from it, as with any graph of rdflib."""
    store = SPARQLUpdateStore(f"{server.address}/sparql", f"{server.address}/sparql", headers=AUTHORIZED)
    graph = rdflib.Graph(store, identifier=rdflib.URIRef("x:g"))
    c, p = rdflib.URIRef("x:c"), rdflib.URIRef("x:p")
    graph.add((c, p, rdflib.Literal('3 "three"\n')))
    assert server.rows("SELECT ?o { GRAPH <x:g> { <x:c> <x:p> ?o } }") == ['"3 \\"three\\"\\n"']
    graph.remove((c, p, None))
    assert server.rows("SELECT ?s { GRAPH <x:g> { ?s <x:p> ?o } }") == ["<x:b>"]


def test_oxigraph_federates_into_it(server: Server) -> None:
    """SERVICE from a store elsewhere joins with what is here."""
    store = Store()
    store.update("INSERT DATA { <x:a> <x:name> 'A' }")
    rows = store.query(f"SELECT ?name ?o {{ ?s <x:name> ?name SERVICE <{server.address}/sparql> {{ ?s <x:p> ?o }} }}")
    assert isinstance(rows, QuerySolutions)
    assert [(row["name"].value, row["o"].value) for row in rows] == [("A", "één")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_puts_and_gets_a_graph(server: Server, tmp_path: Path) -> None:
    """A file sent with -T is the graph that is got."""
    (tmp_path / "g.ttl").write_text("<x:new> <x:p> 'é' .\n", "utf-8")
    curl = ["curl", "--silent", "--show-error", "--fail", "-H", f"Authorization: Bearer {TOKEN}"]
    url = f"{server.address}/store?graph=x:new"
    subprocess.run([*curl, "-T", tmp_path / "g.ttl", "-H", "Content-Type: text/turtle", url], check=True)
    got = subprocess.run([*curl, "-H", "Accept: text/turtle", url], check=True, capture_output=True).stdout
    assert got.decode() == '<x:new> <x:p> "é" .\n'
    subprocess.run([*curl, "--data-urlencode", "update=DROP GRAPH <x:new>", f"{server.address}/sparql"], check=True)
    assert subprocess.run([*curl, url], check=False, capture_output=True).returncode == 22  # 404
