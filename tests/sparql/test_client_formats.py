"""Formats as other people's clients ask for them, by their own defaults."""

from __future__ import annotations

import io
import json
import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from kg.sparql.formats import choose_formats
from tests.served.serving import Server, serving

QUERIES = {
    "SELECT": "SELECT ?s ?o { ?s <x:p> ?o }",
    "ASK": "ASK { ?s <x:p> ?o }",
    "CONSTRUCT": "CONSTRUCT WHERE { ?s <x:p> ?o }",
    "DESCRIBE": "DESCRIBE <x:a>",
}
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
"""What Java's HttpURLConnection accepts by default."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one triple in its default graph."""
    with serving(tmp_path_factory.mktemp("formats") / "store", "--writes", "unchecked") as started:
        assert started.update("INSERT DATA { <x:a> <x:p> 'é' }").status == 204
        yield started


@pytest.mark.filterwarnings("ignore:Sending Accept header:RuntimeWarning", "ignore:unknown response:RuntimeWarning")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "format_name", [None, "xml", "json", "csv", "tsv", "turtle", "n3", "rdf", "rdf+xml", "json-ld"]
)
@pytest.mark.parametrize("form", QUERIES)
def test_sparqlwrapper_gets_every_kind_in_every_format(
    server: Server, form: str, format_name: str | None, method: str
) -> None:
    """It sends its format three times over, also where it means nothing for the query."""
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(QUERIES[form])
    client.setMethod(method)
    if format_name is not None:
        client.setReturnFormat(format_name)
    response = client.query().response
    assert response.status == 200
    assert response.read()


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("form", ["CONSTRUCT", "DESCRIBE"])
def test_sparqlwrapper_makes_a_graph_of_triples(server: Server, form: str) -> None:
    """With its defaults."""
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{server.address}/sparql")
    client.setQuery(QUERIES[form])
    assert len(client.query().convert()) == 1


def test_rdflib_dataset_reads_the_default_graph(server: Server) -> None:
    """It names the default graph ``urn:x-rdflib:default``, which is no graph of anybody's."""
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed")
    stores = pytest.importorskip("rdflib.plugins.stores.sparqlstore")
    dataset = rdflib.Dataset(stores.SPARQLStore(f"{server.address}/sparql", returnFormat="json"))
    assert [str(row.o) for row in dataset.query(QUERIES["SELECT"])] == ["é"]


@pytest.mark.parametrize("way", ["", "&format=csv"])
def test_pandas_reads_rows(server: Server, way: str) -> None:
    """From the address itself where the format is named in it."""
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    address = f"{server.address}/sparql?query={quote(QUERIES['SELECT'])}{way}"
    if way:
        frame = pandas.read_csv(address)
    else:
        request = urllib.request.Request(address, headers={"Accept": "text/csv"})
        with urllib.request.urlopen(request, timeout=30) as response:
            frame = pandas.read_csv(io.BytesIO(response.read()))
    assert frame.to_dict("records") == [{"s": "x:a", "o": "é"}]


@pytest.mark.parametrize("form", QUERIES)
@pytest.mark.parametrize(
    "accept",
    [JAVA.replace("text/html, ", ""), "application/json; charset=utf-8", "application/n-triples;q=.5, */*;q=.1", "*"],
)
def test_lenient_accept_is_understood(server: Server, form: str, accept: str) -> None:
    """As Java, and many scripts, write it."""
    reply = server.send("GET", f"/sparql?query={quote(QUERIES[form])}", token=None, Accept=accept)
    assert reply.status == 200
    assert not reply.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("name", "rows", "graph"),
    [
        ("xml", "application/sparql-results+xml", "application/rdf+xml"),
        ("rdf+xml", "application/sparql-results+json", "application/rdf+xml"),
        ("rdf/xml", "application/sparql-results+json", "application/rdf+xml"),
        ("rdf", "application/sparql-results+json", "application/rdf+xml"),
        ("JSON-LD", "application/sparql-results+json", "application/ld+json"),
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("ttl", "application/sparql-results+json", "text/turtle; charset=utf-8"),
        ("nt", "application/sparql-results+json", "application/n-triples"),
        ("nq", "application/sparql-results+json", "application/n-quads"),
        ("n3", "application/sparql-results+json", "text/n3; charset=utf-8"),
        ("text", "text/tab-separated-values; charset=utf-8", "application/n-triples"),
        ("srx", "application/sparql-results+xml", "text/turtle; charset=utf-8"),
        ("csv", "text/csv; charset=utf-8; header=present", "text/turtle; charset=utf-8"),
        ("nonsense", "application/sparql-results+json", "text/turtle; charset=utf-8"),
    ],
)
def test_a_name_of_a_format_is_understood_by_the_form_of_the_query(name: str, rows: str, graph: str) -> None:
    """One that does not fit gives way to what is accepted, which is anything here."""
    chosen = choose_formats(name, None)
    assert [one.content_type for one in chosen if one is not None] == [rows.partition("; header")[0], graph]


def header(server: Server, query: str, form: str) -> list[str]:
    """The columns of the rows, as the format tells them."""
    address = f"{server.address}/sparql?query={quote(query)}&format={form}"
    with urllib.request.urlopen(address, timeout=30) as response:
        text = response.read().decode()
    if form == "json":
        return [str(name) for name in json.loads(text)["head"]["vars"]]
    if form == "xml":
        return re.findall(r'<variable name="(\w+)"', text)
    return [name.lstrip("?") for name in re.split("[,\t]", text.splitlines()[0])]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT ?z ?b ?a { ?z ?b ?a }", "zba"),
        ("SELECT ?z (COUNT(?a) AS ?n) ?b { ?z ?b ?a } GROUP BY ?z ?b", "znb"),
        ("SELECT DISTINCT ?z ?none ?a { ?z ?b ?a }", "z none a"),
        ("SELECT * { ?z ?b ?a }", "abz"),  # documented in serving.md: alphabetical
    ],
)
def test_columns_come_in_the_order_that_the_query_names(server: Server, query: str, columns: str, form: str) -> None:
    """As written; where a star names none, in that of the alphabet."""
    assert header(server, query, form) == (columns.split() if " " in columns else list(columns))


@pytest.mark.parametrize(("written", "read"), [("36.100000", "36.1"), ("01", "1"), ("true", "true")])
def test_number_is_read_back_by_its_value(server: Server, written: str, read: str) -> None:
    """As serving.md says; a text that looks like a number stays as it is."""
    assert server.update(f"INSERT DATA {{ <x:n> <x:value> {written} , '{written}' }}").status == 204
    address = f"{server.address}/sparql?format=tsv&query={quote('SELECT ?o { <x:n> <x:value> ?o }')}"
    with urllib.request.urlopen(address, timeout=30) as response:
        found = set(response.read().decode().splitlines()[1:])
    assert found == {read, f'"{written}"'}
    assert server.update("DELETE WHERE { <x:n> ?p ?o }").status == 204


@pytest.mark.parametrize(
    "more", ["using-graph-uri=", "using-named-graph-uri=", "using-graph-uri=&using-named-graph-uri="]
)
def test_empty_dataset_of_an_update_is_as_absent(server: Server, more: str) -> None:
    """A form sends its empty fields too; the default graph is what is asked."""
    text = "INSERT { ?s <x:seen> true } WHERE { ?s <x:p> ?o }"
    assert server.update(text, path=f"/sparql?{more}").status == 204
    address = f"{server.address}/sparql?query={quote('ASK { <x:a> <x:seen> true }')}&format=json"
    with urllib.request.urlopen(address, timeout=30) as response:
        assert json.load(response)["boolean"] is True
    assert server.update("DELETE WHERE { ?s <x:seen> ?o }").status == 204
