"""LOAD from a host that the operator has named: fetched by the server, and part of its update like what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.served.elsewhere import answering, replying
from tests.served.serving import Reply, Server, serving

DOCUMENTS = {
    "/a.ttl": ("text/turtle", "<#s> <x:p> 'one', <b> . _:n <x:p> _:n ."),
    "/a.nt": ("text/plain; charset=utf-8", '<x:s> <x:p> "a \\"b\\" \\\\ \\n\\u00E9"@en .'),
    "/a.jsonld": ("application/octet-stream", '{"@id": "x:s", "x:p": {"@value": 2.5}}'),
    "/a.rdf": (
        "application/rdf+xml",
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">
        <rdf:Description rdf:about="x:s"><x:p>one</x:p></rdf:Description></rdf:RDF>""",
    ),
    "/query?graph=1": ("application/n-triples", "<x:s> <x:p> <x:o> ."),
    "/empty.ttl": ("text/turtle", ""),
    "/same.ttl": ("text/turtle", "_:n <x:q> 1 ."),
    "/bad.ttl": ("text/turtle", "<x:s> <x:p> ."),
    "/deep.jsonld": ("application/ld+json", '{"x:p":' * 30_000 + "1" + "}" * 30_000),
    "/many.trig": ("application/trig", "<x:g> { <x:s> <x:p> 1 }"),
    "/one.trig": ("application/trig", "<x:s> <x:p> 1 ."),
    "/page": ("text/html", "<html>"),
    "/claim.ttl": (
        "text/turtle",
        "<https://w3id.org/claimgraph/id/doc/0123456789abcdef/claim/1-2> a <https://w3id.org/claimgraph/ns#Claim> .",
    ),
    "/ends.ttl": ("text/turtle", '<x:s> <x:p> "} } ; DROP ALL ; INSERT DATA { <x:evil> <x:p> 1" .'),
}


def documents(request: BaseHTTPRequestHandler) -> None:
    """One of these, or 404."""
    if request.path not in DOCUMENTS:
        replying(b"", "text/plain", 404)(request)
        return
    media_type, text = DOCUMENTS[request.path]
    replying(text.encode(), media_type)(request)


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """HOST:PORT of a server of these documents."""
    with answering(documents) as host:
        yield host


@pytest.fixture(scope="module")
def running(host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may fetch them, and takes changes unchecked."""
    store = tmp_path_factory.mktemp("loading") / "store"
    with serving(store, "--writes", "unchecked", "--timeout", "5", "--allow-host", host) as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """The same, empty."""
    assert running.update("DROP ALL").status == 204
    return running


ALL = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("/a.nt", ['\t<x:s>\t<x:p>\t"a \\"b\\" \\\\ \\né"@en']),
        ("/a.jsonld", ['\t<x:s>\t<x:p>\t"2.5"^^<http://www.w3.org/2001/XMLSchema#double>']),
        ("/a.rdf", ['\t<x:s>\t<x:p>\t"one"']),
        ("/query?graph=1", ["\t<x:s>\t<x:p>\t<x:o>"]),
        ("/a.rdf#part", ['\t<x:s>\t<x:p>\t"one"']),
        ("/one.trig", ["\t<x:s>\t<x:p>\t1"]),
        ("/empty.ttl", []),
        ("/ends.ttl", ['\t<x:s>\t<x:p>\t"} } ; DROP ALL ; INSERT DATA { <x:evil> <x:p> 1"']),
    ],
)
def test_document_is_loaded_whatever_its_format(server: Server, host: str, path: str, rows: list[str]) -> None:
    """By its type, or where that says nothing by its ending."""
    assert server.update(f"LOAD <http://{host}{path}>").status == 204
    assert server.rows(ALL) == rows


def test_document_goes_into_the_graph_that_is_named(server: Server, host: str) -> None:
    """Relative IRIs stand on its address; a blank node stays one."""
    text = f"PREFIX d: <http://{host}/> PREFIX g: <x:g/> load d:a.ttl into graph g:1"
    assert server.update(text).status == 204
    named = server.rows("SELECT ?o { GRAPH <x:g/1> { ?s ?p ?o FILTER(!isBlank(?s)) } }")
    assert named == ['"one"', f"<http://{host}/b>"]
    assert server.rows("SELECT ?s { GRAPH ?g { ?s ?p ?o FILTER(isIRI(?s)) } }") == [f"<http://{host}/a.ttl#s>"] * 2
    assert server.ask("GRAPH <x:g/1> { ?n <x:p> ?n FILTER(isBlank(?n)) }")
    assert not server.ask("?s ?p ?o")


def test_operations_keep_their_order(server: Server, host: str) -> None:
    """What comes before a LOAD does not see its quads, and what comes after does."""
    text = f"""
        INSERT DATA {{ <x:a> <x:p> 'LOAD <x:y>' }} ; # LOAD <x:z>
        DELETE WHERE {{ <x:s> <x:p> ?o }} ;
        LOAD <http://{host}/a.rdf> ;
        INSERT {{ ?s <x:seen> ?o }} WHERE {{ ?s <x:p> ?o }} ;
        DELETE {{ ?s <x:p> ?o }} WHERE {{ ?s <x:p> ?o }} ;
        LOAD <http://{host}/query?graph=1> ;
    """
    assert server.update(text).status == 204
    assert server.rows("SELECT ?s ?p ?o { ?s ?p ?o }") == [
        '<x:a>\t<x:seen>\t"LOAD <x:y>"',
        "<x:s>\t<x:p>\t<x:o>",
        '<x:s>\t<x:seen>\t"one"',
    ]


def test_blank_nodes_of_two_documents_are_others(server: Server, host: str) -> None:
    """Though both call theirs the same; of one that is loaded twice, too."""
    assert server.update(f"LOAD <http://{host}/a.ttl> ; LOAD <http://{host}/same.ttl>").status == 204
    assert server.update(f"LOAD <http://{host}/same.ttl>").status == 204
    assert not server.ask("?n <x:p> ?n ; <x:q> ?one")
    assert len(server.rows("SELECT ?n { ?n <x:q> ?one }")) == 2


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/bad.ttl", "cannot be read"),
        ("/deep.jsonld", "cannot be read"),
        ("/many.trig", "graphs of its own"),
        ("/page", "text/html"),
        ("/nothing", "404"),
    ],
)
def test_document_that_cannot_be_loaded_leaves_everything_as_it_was(
    server: Server, host: str, path: str, word: str
) -> None:
    """The whole update: one transaction. With SILENT only this operation does nothing."""
    begin, end = "INSERT DATA { <x:a> <x:p> 1 } ; LOAD", f"<http://{host}{path}> ; INSERT DATA {{ <x:b> <x:p> 2 }}"
    reply = server.update(f"{begin} {end}")
    assert (reply.status, reply.reason) == (502, "outside-failed")
    assert word in _detail(reply)
    assert host in _detail(reply)
    assert server.rows(ALL) == []
    assert server.update(f"{begin} SILENT {end}").status == 204
    assert len(server.rows(ALL)) == 2


def test_later_operation_that_fails_takes_the_loaded_back(server: Server, host: str) -> None:
    """An update is made as a whole or not at all."""
    assert server.update(f"LOAD <http://{host}/a.rdf> ; DROP GRAPH <x:not-there>").status == 409
    assert server.rows(ALL) == []


def test_service_in_an_update_is_asked(tmp_path: Path) -> None:
    """Its rows are what is written, and the dataset that the request names is not theirs."""
    rows = {"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal", "value": "} ; DROP ALL #"}}]}}
    reply = replying(json.dumps(rows).encode(), "application/sparql-results+json")
    with answering(reply) as other, serving(tmp_path / "store", "--writes", "unchecked", "--allow-host", other) as here:
        assert here.update("INSERT DATA { GRAPH <x:g> { <x:s> <x:p> 1 } }").status == 204
        text = f"INSERT {{ ?s <x:q> ?o }} WHERE {{ ?s <x:p> 1 . SERVICE <http://{other}/> {{ ?a ?b ?o }} }}"
        assert here.update(text, path="/sparql?using-graph-uri=x:g").status == 204
        assert here.rows("SELECT ?s ?o { ?s <x:q> ?o }") == ['<x:s>\t"} ; DROP ALL #"']
        assert here.ask("GRAPH <x:g> { <x:s> <x:p> 1 }")


def test_nothing_is_fetched_without_the_token(running: Server, host: str) -> None:
    """401 comes first."""
    before = _answered(running)
    assert running.update(f"LOAD <http://{host}/a.ttl>", token=None).status == 401
    assert _answered(running) == before
    assert running.update(f"LOAD <http://{host}/a.ttl>").status == 204
    assert _answered(running) == before + 1


def test_loaded_graph_is_checked_like_any_write(host: str, tmp_path: Path) -> None:
    """What breaks the shapes is a 422 with the report, and blank nodes get IRIs."""
    with serving(tmp_path / "store", "--allow-host", host) as server:
        reply = server.update(f"LOAD <http://{host}/claim.ttl>")
        assert (reply.status, reply.reason) == (422, "breaks-the-shapes")
        assert server.rows(ALL) == []
        assert server.update(f"LOAD <http://{host}/a.ttl>").status == 204
        assert not server.ask("?n <x:p> ?n FILTER(isBlank(?n))")
        assert server.ask("?n <x:p> ?n")


def _answered(server: Server) -> int:
    lines = server.send("GET", "/metrics", token=None).body.decode().splitlines()
    name = 'kg_outside_requests_total{end="answered"} '
    return sum(int(float(line.removeprefix(name))) for line in lines if line.startswith(name))


def _detail(reply: Reply) -> str:
    return str(json.loads(reply.body)["detail"])
