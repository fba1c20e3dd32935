"""/dumps: the graph as files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import FOAF, RDF, VOID, Dataset, Graph, URIRef

from kg import vocab
from kg.app import create_app
from kg.config import Settings
from kg.dump import Declarations, facts_only
from kg.pages.dump_formats import FORMS, Form
from kg.pages.dumps import DCAT, SPDX, Dumps
from kg.store import EmbeddedStore
from tests.served.small_app import BASE, QUESTIONS, small_store

FORM = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@pytest.fixture
def store() -> EmbeddedStore:
    """The small graph, to write to."""
    return small_store()


@pytest.fixture
def client(store: EmbeddedStore) -> FlaskClient:
    """A client of an app over it."""
    return create_app(Settings(base=BASE), store, questions=QUESTIONS).test_client()


def expected(store: EmbeddedStore, form: Form) -> set[ox.Quad] | set[ox.Triple]:
    """What the file has to hold."""
    quads = set(facts_only(store.quads())) if form.facts_only else set(store.quads())
    if form.format.supports_datasets:
        return quads
    declared = Declarations()
    return {quad.triple for quad in declared.seen(quads)} | set(declared.triples())


@FORM
def test_file_holds_the_graph(client: FlaskClient, store: EmbeddedStore, form: Form) -> None:
    """Every quad, or every triple where there are no graphs; and no more."""
    with client.get(f"/dumps/{form.name}") as response:
        assert response.content_type == form.media_type
        assert response.headers["Content-Disposition"] == f'attachment; filename="{form.name}"'
        assert int(response.headers["Content-Length"]) == len(response.data)
        found = set(ox.parse(response.data, format=form.format))
    if not form.format.supports_datasets:
        assert {quad.triple for quad in found} == expected(store, form)
    else:
        assert found == expected(store, form)


@FORM
def test_description_has_size_and_checksum_of_each_file(client: FlaskClient, form: Form) -> None:
    """In DCAT, of the very bytes that are sent; and in the header of the download."""
    graph = ox.Store()
    graph.bulk_load(client.get("/dumps", headers={"Accept": "text/turtle"}).data, ox.RdfFormat.TURTLE)
    url = ox.NamedNode(f"http://localhost/dumps/{form.name}")
    ((distribution),) = [q.subject for q in graph.quads_for_pattern(None, ox.NamedNode(DCAT + "downloadURL"), url)]
    with client.get(f"/dumps/{form.name}") as response:
        data, digest = response.data, response.headers["Repr-Digest"]
    assert [v.value for v in values(graph, distribution, DCAT + "byteSize")] == [str(len(data))]
    (checksum,) = values(graph, distribution, SPDX + "checksum")
    assert [v.value for v in values(graph, checksum, SPDX + "checksumValue")] == [hashlib.sha256(data).hexdigest()]
    assert digest == f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def values(graph: ox.Store, subject: object, predicate: str) -> Iterator[ox.Literal]:
    """The objects of a property."""
    for quad in graph.quads_for_pattern(subject, ox.NamedNode(predicate), None):  # type: ignore[arg-type]
        yield quad.object  # type: ignore[misc]


def test_page_names_each_file_and_how_to_use_it(client: FlaskClient) -> None:
    """With its size and checksum, and what a file without graphs does not do."""
    page = client.get("/dumps", headers={"Accept": "text/html"}).text
    for form in FORMS:
        with client.get(f"/dumps/{form.name}") as response:
            assert f'href="/dumps/{form.name}"' in page
            assert f"<td>{len(response.data):,}</td>" in page
            assert hashlib.sha256(response.data).hexdigest() in page
    assert "Protégé reads no TriG" in page
    assert "do not\nconform to the shapes" in page
    assert "style=" not in page


def test_how_tos_name_files_that_other_libraries_read(client: FlaskClient, store: EmbeddedStore) -> None:
    """Turtle for an editor of one graph, TriG for a store of many; read by rdflib."""
    with client.get("/dumps/graph.ttl") as response:
        flat = Graph().parse(data=response.data, format="turtle")
    with client.get("/dumps/graph.trig") as response:
        graphs = Dataset(default_union=False).parse(data=response.data, format="trig")
    (form,) = (form for form in FORMS if form.name == "graph.ttl")
    assert len(flat) == len(expected(store, form))  # with the declarations of its terms
    assert sum(len(graph) for graph in graphs.graphs()) == len(set(store.quads()))


def test_claim_is_no_fact_in_a_file_without_graphs(client: FlaskClient) -> None:
    """What was said is in terms of its own; a file of facts has no claim."""
    with client.get("/dumps/graph.ttl") as response:
        flat = Graph().parse(data=response.data, format="turtle")
    events = list(flat.query(f"SELECT ?e {{ ?e a <{vocab.CG}Event> ; <{vocab.ACCORDING_TO}> ?claim }}"))
    assert not events
    assert list(flat.query(f"SELECT ?c {{ ?c a <{vocab.CLAIM}> }}"))
    with client.get("/dumps/facts.ttl") as response:
        assert f"{vocab.CLAIM.rpartition('#')[2]} " not in response.get_data(as_text=True).replace("cg:", "")


def test_files_are_of_the_present_revision(client: FlaskClient, store: EmbeddedStore) -> None:
    """After a write the file and what is said of it are made anew; the old tag is worth nothing."""
    with client.get("/dumps/graph.nq") as response:
        before, tag = response.data, response.headers["ETag"]
    page = client.get("/dumps", headers={"Accept": "text/html"}).text
    store.change(set(), {ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal("new"))})
    with client.get("/dumps/graph.nq", headers={"If-None-Match": tag}) as response:
        assert response.status_code == 200
        assert response.data.count(b"\n") == before.count(b"\n") + 1
        assert hashlib.sha256(response.data).hexdigest() not in page
        assert hashlib.sha256(response.data).hexdigest() in client.get("/dumps", headers={"Accept": "text/html"}).text


def test_void_names_the_files(client: FlaskClient) -> None:
    """So that a program that knows no page finds them."""
    void = client.get("/.well-known/void?format=ntriples").text
    for form in FORMS:
        assert f"<{vocab.VOID_DATA_DUMP}> <http://localhost/dumps/{form.name}>" in void


def test_unknown_file_is_not_found(client: FlaskClient) -> None:
    """404 with those there are."""
    response = client.get("/dumps/graph.zip")
    assert response.status_code == 404
    assert "graph.trig" in response.json["detail"]  # type: ignore[index]


def test_file_is_compressed_on_the_way(client: FlaskClient) -> None:
    """Its checksum is of what is unpacked."""
    with client.get("/dumps/graph.trig", headers={"Accept-Encoding": "gzip"}) as packed:
        data = gzip.decompress(packed.data)
    with client.get("/dumps/graph.trig") as plain:
        assert data == plain.data


def test_licences_that_sources_state_are_named(client: FlaskClient, store: EmbeddedStore) -> None:
    """On the page and in the description; without any, the page says so."""
    assert "Licence: not stated" in client.get("/dumps", headers={"Accept": "text/html"}).text
    article, licence = ox.NamedNode(f"{BASE}article/1"), ox.NamedNode("https://licence.test/by")
    store.change(set(), {ox.Quad(article, ox.NamedNode(vocab.DCTERMS_LICENSE), licence)})
    assert "https://licence.test/by" in client.get("/dumps", headers={"Accept": "text/html"}).text
    assert f"<{vocab.DCTERMS_LICENSE}> {licence}" in client.get("/dumps?format=ntriples").text


def test_file_is_of_one_revision_and_made_once_while_others_write(tmp_path: Path) -> None:
    """A write in the middle of it makes no difference: neither to what is in it nor to how often it is made."""
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        store.change(set(), {quad_of(number) for number in range(200)})
        begun = 0
        real = store.snapshot

        def snapshot() -> tuple[int, Iterator[ox.Quad]]:
            nonlocal begun
            begun += 1
            revision, quads = real()

            def slowly() -> Iterator[ox.Quad]:
                for number, quad in enumerate(quads):
                    if number % 20 == 0:
                        store.change({quad_of(number)}, {quad_of(1000 * begun + number)})
                    yield quad

            return revision, slowly()

        store.snapshot = snapshot  # type: ignore[method-assign]
        client = create_app(Settings(base=BASE), store, questions=QUESTIONS).test_client()
        with client.get("/dumps/graph.nq") as response:
            found = set(ox.parse(response.data, format=ox.RdfFormat.N_QUADS))
        assert begun == 1
        assert found == {quad_of(number) for number in range(200)}
        with client.get("/dumps/graph.nq") as response:
            assert set(ox.parse(response.data, format=ox.RdfFormat.N_QUADS)) != found
        assert begun == 2


def test_those_who_come_while_it_is_made_get_the_same_file(store: EmbeddedStore) -> None:
    """Eight threads, one file: nobody makes another one of the same revision."""
    dumps, begun, many = Dumps(store), [], threading.Barrier(8)
    real = store.snapshot

    def snapshot() -> tuple[int, Iterator[ox.Quad]]:
        begun.append(store.revision)
        return real()

    store.snapshot = snapshot  # type: ignore[method-assign]

    def ask() -> bytes:
        many.wait()
        made, file = dumps.file(FORMS[0])
        with file:
            data = file.read()
        assert hashlib.sha256(data).hexdigest() == made.sha256
        return data

    with ThreadPoolExecutor(8) as pool:
        found = {future.result() for future in [pool.submit(ask) for _ in range(8)]}
    assert len(found) == len(begun) == 1


def test_file_can_be_read_to_its_end_when_the_next_one_takes_its_place(store: EmbeddedStore) -> None:
    """A download that has begun is of its own revision."""
    dumps = Dumps(store)
    made, file = dumps.file(FORMS[0])
    store.change(set(), {quad_of(1)})
    newer, other = dumps.file(FORMS[0])
    other.close()
    assert newer.revision > made.revision
    with file:
        assert hashlib.sha256(file.read()).hexdigest() == made.sha256


def quad_of(number: int) -> ox.Quad:
    """A quad like no other."""
    name = ox.NamedNode(f"http://x.test/{number}")
    return ox.Quad(name, name, ox.Literal(str(number)))


def test_description_is_complete_by_dcat_ap(client: FlaskClient) -> None:
    """What DCAT-AP 3 makes mandatory of each class, and licence or rights: no tool has to guess."""
    dcat, dct = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
    mandatory = {
        dcat + "Catalog": [dct + "title", dct + "description", dct + "publisher", dcat + "dataset"],
        dcat + "Dataset": [
            dct + "title",
            dct + "description",
            dcat + "distribution",
            dct + "publisher",
            dct + "rights",
        ],
        dcat + "Distribution": [dcat + "accessURL", dcat + "downloadURL", dct + "description", dct + "rights"],
        "http://xmlns.com/foaf/0.1/Agent": ["http://xmlns.com/foaf/0.1/name"],
    }
    client.get("/dumps")
    graph = Graph().parse(data=client.get("/dumps", headers={"Accept": "text/turtle"}).text, format="turtle")
    for kind, properties in mandatory.items():
        found = list(graph.subjects(RDF.type, URIRef(kind)))
        assert found, kind
        for node in found:
            assert [p for p in properties if (node, URIRef(p), None) not in graph] == [], node
    assert set(graph.objects(None, URIRef(dct + "publisher"))) <= set(graph.subjects(RDF.type, FOAF.Agent))


def test_void_counts_the_triples(client: FlaskClient, store: EmbeddedStore) -> None:
    """As many as the graph holds, now and after a write."""
    for _ in range(2):
        void = Graph().parse(
            data=client.get("/.well-known/void", headers={"Accept": "text/turtle"}).text, format="turtle"
        )
        assert [int(str(n)) for n in void.objects(None, VOID.triples)] == [len(list(store.quads()))]
        node = ox.NamedNode("http://data.test/x")
        store.change(set(), {ox.Quad(node, node, node)})
