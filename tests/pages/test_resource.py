"""Our IRIs lead to descriptions."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.records import Document, Record
from kg.sparql.formats import GRAPH_FORMATS, ResponseFormat
from kg.store import EmbeddedStore
from tests.samples import sample
from tests.served.small_app import BASE, small_store
from tests.terms import value_of

VERSION = "/doc/0123456789abcdef"
CLAIM = f"{VERSION}/claim/66-85"
FACT = f"{VERSION}/fact/0-34"
ACTOR = "/entity/political_actor/ruritania"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def quads(client: FlaskClient, path: str, offer: str = "application/n-quads") -> set[ox.Quad]:
    """What is said at that path, redirects followed."""
    response = client.get(path, headers={"Accept": offer}, follow_redirects=True)
    assert response.status_code == 200, response.text
    rdf_format = ox.RdfFormat.from_media_type(offer)
    assert rdf_format
    return set(ox.parse(input=response.data, format=rdf_format))


def subjects_of_version() -> list[str]:
    """Every IRI of ours that is a subject or a graph in the small graph."""
    store = small_store()
    nodes = {quad.subject.value for quad in store.quads() if isinstance(quad.subject, ox.NamedNode)}
    nodes |= {quad.graph_name.value for quad in store.quads() if isinstance(quad.graph_name, ox.NamedNode)}
    return sorted(nodes)


@pytest.mark.parametrize("iri", subjects_of_version())
def test_every_iri_leads_to_what_the_graph_says_of_it(client: FlaskClient, iri: str) -> None:
    """Each subject's own triples are in its description; each graph's quads are in the graph's."""
    path = "/" + iri.removeprefix(BASE)
    described = quads(client, path)
    assert described
    expected = {
        q for q in small_store().quads() if value_of(q.subject) == iri or getattr(q.graph_name, "value", "") == iri
    }
    assert expected <= described
    page = client.get(path, headers=BROWSER, follow_redirects=True)
    assert page.status_code == 200
    assert iri in page.text


@pytest.mark.parametrize("offer", GRAPH_FORMATS, ids=lambda offer: offer.media_type)
def test_description_comes_in_every_graph_format(client: FlaskClient, offer: ResponseFormat) -> None:
    """The type is the one asked for, and the graph is the same."""
    response = client.get(FACT, headers={"Accept": offer.media_type})
    assert (response.status_code, response.content_type) == (200, offer.content_type)
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert isinstance(offer.engine, ox.RdfFormat)
    assert {quad.triple for quad in ox.parse(input=response.data, format=offer.engine)} == {
        quad.triple for quad in quads(client, FACT)
    }


def test_what_was_said_stays_in_the_graph_of_its_claim(client: FlaskClient) -> None:
    """With graphs, the content is in its own; without, it is in stated terms only."""
    described = quads(client, CLAIM)
    content = {quad for quad in described if quad.graph_name == ox.NamedNode(f"{BASE}{CLAIM[1:]}/content")}
    assert {value_of(quad.subject).rpartition("/content/")[2] for quad in content} == {"proposition", "event/1"}
    flat = client.get(CLAIM, headers={"Accept": "text/turtle"}).text
    assert "cg:StatedEvent" in flat
    assert "cg:statedAgent" in flat
    assert "cg:Event" not in flat
    assert "cg:agent" not in flat


def test_description_of_a_version_has_its_statements(client: FlaskClient) -> None:
    """A fragment cannot be asked for by itself: what lies in the version is described with it."""
    subjects = {value_of(quad.subject) for quad in quads(client, VERSION)}
    assert {BASE + FACT[1:], BASE + CLAIM[1:]} <= subjects


@pytest.mark.parametrize("path", [ACTOR, f"{VERSION}/event/0-34", f"{CLAIM}/content/event/1"])
def test_what_is_no_document_is_described_elsewhere(client: FlaskClient, path: str) -> None:
    """303 to the document about it."""
    for accept in ("text/turtle", "text/html"):
        response = client.get(path, headers={"Accept": accept})
        assert response.status_code == 303
        assert urlsplit(response.headers["Location"]).path == f"/about{path}"


@pytest.mark.parametrize(
    "path",
    [
        "/entity/person/nobody",
        "/doc/ffffffffffffffff",
        f"{VERSION}/claim/1-2",
        "/article/x y",
        "/doc/a%3E%20%7D%20%3Cb",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/about"])
def test_what_the_graph_does_not_know_is_not_found(client: FlaskClient, prefix: str, path: str) -> None:
    """404, for programs and for people."""
    response = client.get(prefix + path)
    assert (response.status_code, json.loads(response.text)["reason"]) == (404, "no-such-thing")
    assert client.get(prefix + path, headers=BROWSER).status_code == 404


def test_unacceptable_type_is_refused(client: FlaskClient) -> None:
    """406 with what could be had."""
    response = client.get(FACT, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in json.loads(response.text)["offers"]


def test_page_of_a_claim_says_that_it_was_said(client: FlaskClient) -> None:
    """The title, the sentence and the content carry the claim's mark."""
    text = client.get(CLAIM, headers=BROWSER).text
    heading = '<h1><span class="tag claim">claim</span> <span class="claim">Ruritania accuses Freedonia</span></h1>'
    assert heading in text
    assert "what was said, not what happened" in text
    assert "What was said" in text
    fact = client.get(FACT, headers=BROWSER).text
    assert '<h1><span class="tag fact">fact</span>' in fact
    assert "reported, not checked" in fact


def test_page_of_a_nested_claim_is_named_by_its_words() -> None:
    """What is inside a claim has its words as its title, and its own content under it."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(sample(), BASE)])
    rows = store.query("SELECT ?c { GRAPH ?g { ?c a <https://w3id.org/claimgraph/ns#StatedClaim> } }")
    assert isinstance(rows, ox.QuerySolutions)
    path = "/" + next(rows)["c"].value.removeprefix(BASE)
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    text = client.get(path, headers=BROWSER, follow_redirects=True).text
    assert '<span class="claim">Ada Quill accuses “shadowy forces”</span></h1>' in text
    assert "<h2>What was said</h2>" in text


def test_page_links_to_its_own_data(client: FlaskClient) -> None:
    """The links at the foot give the description in the named format."""
    for path in (CLAIM, ACTOR):
        response = client.get(f"/about{path}?format=ntriples")
        assert response.content_type == "application/n-triples"
        page = client.get(path, headers=BROWSER, follow_redirects=True).text
        assert page.count(f'href="/about{path}?format=ntriples"') == 2  # at the foot, and for programs in the head
        assert f'<link rel="alternate" type="text/turtle" href="/about{path}?format=turtle">' in page


@pytest.fixture
def versions() -> tuple[EmbeddedStore, FlaskClient, list[str]]:
    """Two versions of an article, and the app; the paths of the versions' claims."""
    settings = Settings(base=BASE)
    store = EmbeddedStore.in_memory()
    first = map_record(sample(), BASE)
    store.replace([first])
    return store, create_app(settings, store, questions=()).test_client(), [_claim_of(store)]


def _claim_of(store: EmbeddedStore) -> str:
    rows = store.query("SELECT ?c { ?c a <https://w3id.org/claimgraph/ns#Claim> } ORDER BY ?c LIMIT 1")
    assert isinstance(rows, ox.QuerySolutions)
    return "/" + value_of(next(rows)["c"]).removeprefix(BASE)


def test_every_iri_of_a_mapped_article_leads_somewhere(versions: tuple[EmbeddedStore, FlaskClient, list[str]]) -> None:
    """What the mapper mints dereferences: no 404 among all subjects of ours."""
    store, client, _ = versions
    paths = {value_of(q.subject).partition("#")[0].removeprefix(BASE) for q in store.quads()}
    assert len(paths) > 10
    for path in paths:
        assert client.get("/" + path, follow_redirects=True).status_code == 200, path


def test_long_list_of_references_is_cut_and_says_so(tmp_path: Path) -> None:
    """Nobody takes the first two hundred for all."""
    store = small_store()
    more = tmp_path / "more.nt"
    more.write_text("".join(f"<x:{i}> <x:p> <{BASE}{ACTOR[1:]}> .\n" for i in range(201)))
    store.load(more, ox.RdfFormat.N_TRIPLES, BASE)
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    text = client.get(f"/about{ACTOR}", headers=BROWSER).text
    assert "<strong>Cut off:</strong> the first 200 rows" in text
    assert "Ask for the others on the query page" in text


@pytest.mark.parametrize("name", ["a/b", "50% of it", "статья 7", "x#y?z"])
def test_article_with_any_name_leads_somewhere(name: str) -> None:
    """The escapes in an article's IRI come back as they were minted."""
    store = EmbeddedStore.in_memory()
    graph = map_record(sample(document_id=name), BASE)
    store.replace([graph])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    path = "/" + graph.article.removeprefix(BASE)
    assert client.get(path).status_code == 200
    assert graph.article in client.get(path, headers=BROWSER).text


def test_withdrawn_version_is_gone(versions: tuple[EmbeddedStore, FlaskClient, list[str]]) -> None:
    """410 for the version and for every statement that stood in it."""
    store, client, (claim,) = versions
    version = "/".join(claim.split("/")[:3])
    assert client.get(claim).status_code == 200
    store.withdraw(BASE + version[1:])
    for path in (version, claim):
        response = client.get(path)
        assert (response.status_code, json.loads(response.text)["reason"]) == (410, "withdrawn")


def test_statement_of_a_superseded_version_is_gone(versions: tuple[EmbeddedStore, FlaskClient, list[str]]) -> None:
    """The old version says what became of it; its statements are 410."""
    store, client, (claim,) = versions
    old = sample().document
    new = Document(id=old.id, title=old.title, text=old.text + " More.")
    store.replace([map_record(Record(document=new, run=sample().run), BASE)])
    response = client.get(claim)
    assert (response.status_code, json.loads(response.text)["reason"]) == (410, "superseded")
    assert "mod:superseded" in client.get("/".join(claim.split("/")[:3])).text


def test_base_with_a_path_is_served_at_that_path() -> None:
    """A server that lives at its base answers the IRIs as they stand; the short paths work as well."""
    client = create_app(Settings(base=BASE), small_store(), questions=()).test_client()
    assert client.get(urlsplit(BASE).path + FACT[1:]).status_code == 200
    assert client.get(FACT).status_code == 200
