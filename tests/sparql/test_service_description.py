"""The service description, VoID, and the health of the server."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, VOID, Graph, Literal, URIRef

from kg.app import create_app
from kg.config import Settings
from kg.engine import Engine, EngineLimits
from kg.errors import StoreError
from kg.sparql.auth import BearerToken
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, ResponseFormat
from kg.sparql.serialize import SD
from kg.sparql.writer import Writer
from kg.store import EmbeddedStore
from tests.served.small_app import BASE

ENDPOINT = URIRef("http://localhost/sparql")


def test_endpoint_without_a_query_describes_itself(client: FlaskClient) -> None:
    """GET /sparql: a service with its own address, language and every format that it writes."""
    response = client.get("/sparql")
    assert response.content_type == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=response.text, format="turtle")
    assert (ENDPOINT, RDF.type, URIRef(SD + "Service")) in graph
    assert (ENDPOINT, URIRef(SD + "endpoint"), ENDPOINT) in graph
    assert (ENDPOINT, URIRef(SD + "supportedLanguage"), URIRef(SD + "SPARQL11Query")) in graph
    formats = {str(iri) for iri in graph.objects(ENDPOINT, URIRef(SD + "resultFormat"))}
    assert formats == {offer.engine.iri for offer in (*RESULT_FORMATS, *GRAPH_FORMATS) if offer.engine}


@pytest.mark.parametrize("is_writable", [True, False])
def test_update_is_a_language_where_writing_is_on(is_writable: bool) -> None:
    """A client learns from the description whether it need try."""
    store = EmbeddedStore.in_memory()
    with Engine(store, EngineLimits(workers=1, spares=0)) as engine:
        writer = Writer(store, engine, BearerToken.of(16 * "a"), BASE) if is_writable else None
        client = create_app(Settings(base=BASE), store, questions=(), engine=engine, writer=writer).test_client()
        graph = Graph().parse(data=client.get("/sparql").text, format="turtle")
    assert ((ENDPOINT, URIRef(SD + "supportedLanguage"), URIRef(SD + "SPARQL11Update")) in graph) is is_writable


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize("offer", GRAPH_FORMATS, ids=lambda offer: offer.media_type)
def test_descriptions_come_in_every_graph_format(client: FlaskClient, path: str, offer: ResponseFormat) -> None:
    """Each format holds the same graph, and no blank node."""
    response = client.get(path, headers={"Accept": offer.media_type})
    assert (response.status_code, response.content_type) == (200, offer.content_type)
    assert isinstance(offer.engine, ox.RdfFormat)
    triples = {quad.triple for quad in ox.parse(input=response.data, format=offer.engine)}
    plain = client.get(path, headers={"Accept": "application/n-triples"})
    assert triples == {quad.triple for quad in ox.parse(input=plain.data, format=ox.RdfFormat.N_TRIPLES)}
    assert not [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]


def test_person_at_the_endpoint_is_led_to_the_query_form(client: FlaskClient) -> None:
    """A browser gets the form, not Turtle."""
    response = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["Location"]) == (303, "/query")


def test_endpoint_with_a_dataset_but_no_query_is_a_bad_request(client: FlaskClient) -> None:
    """Who names graphs meant to ask something."""
    response = client.get("/sparql?default-graph-uri=x:y")
    assert (response.status_code, json.loads(response.text)["reason"]) == (400, "missing-query")


def test_data_is_described_with_its_numbers(client: FlaskClient) -> None:
    """VoID: where it can be queried, where its IRIs begin, how many facts and claims."""
    address = "http://localhost/.well-known/void"
    graph = Graph().parse(data=client.get(address).text, format="turtle")
    dataset = URIRef(f"{address}#dataset")
    assert (dataset, RDF.type, VOID.Dataset) in graph
    assert (dataset, VOID.sparqlEndpoint, ENDPOINT) in graph
    assert (dataset, VOID.uriSpace, Literal(BASE)) in graph
    counted = {
        str(graph.value(part, VOID["class"])).rpartition("#")[2]: int(str(graph.value(part, VOID.entities)))
        for part in graph.objects(dataset, VOID.classPartition)
    }
    assert counted == {"ReportedFact": 1, "Claim": 2, "UnclearPassage": 1}


def test_healthy_server_says_so(client: FlaskClient) -> None:
    """Both answer 200 and are never cached."""
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"


def test_server_with_a_broken_store_lives_but_is_not_ready() -> None:
    """503 with the store's message."""

    class Broken(EmbeddedStore):
        def query(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise StoreError("store/: the disk is gone")

    client = create_app(Settings(base=BASE), Broken.in_memory(), questions=()).test_client()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, json.loads(response.text)["reason"]) == (503, "store-not-ready")
    assert "the disk is gone" in response.text
