"""The SPARQL 1.1 Protocol's query operation: methods, parameters, types, status codes, formats."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from kg.http.problems import Refusal
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, ResponseFormat
from kg.sparql.request import BODY_LIMIT, QUERY_LIMIT, read_address

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
SELECT = (
    "SELECT ?text WHERE { ?fact a <https://w3id.org/claimgraph/ns#ReportedFact> ;"
    " <https://w3id.org/claimgraph/ns#text> ?text }"
)
FACT = "Ruritania reopened the border post"
ASK = "ASK { ?fact a <https://w3id.org/claimgraph/ns#ReportedFact> }"
CONSTRUCT = "CONSTRUCT WHERE { ?fact <https://w3id.org/claimgraph/ns#describes> ?event }"
DESCRIBE = "DESCRIBE <https://data.test/id/entity/political_actor/ruritania>"
CONTENT = "https://data.test/id/doc/0123456789abcdef/claim/66-85/content"
DENIED = "https://data.test/id/doc/0123456789abcdef/claim/104-106/content"


def send(client: FlaskClient, how: str, query: str, **headers: str) -> TestResponse:
    """The query sent in one of the protocol's ways."""
    match how:
        case "get":
            return client.get("/sparql", query_string={"query": query}, headers=headers)
        case "form":
            return client.post("/sparql", data=urlencode({"query": query}), content_type=FORM, headers=headers)
        case "direct":
            return client.post("/sparql", data=query.encode(), content_type=DIRECT, headers=headers)
    raise ValueError(how)


def reason(response: TestResponse) -> str:
    """The word for programs in a problem document."""
    assert response.content_type == "application/problem+json", response.text
    problem = json.loads(response.text)
    assert problem["status"] == response.status_code
    assert problem["detail"]
    return str(problem["reason"])


WAYS = ("get", "form", "direct")


@pytest.mark.parametrize("how", ["get", "post"])
@pytest.mark.parametrize(
    ("fields", "notice"),
    [
        ({"default-graph-uri": "urn:x-none"}, "no such graph: <urn:x-none>; leave the parameter out"),
        ({"named-graph-uri": "http://x.test/é"}, "no such graph: <http://x.test/%C3%A9>; "),
        ({"default-graph-uri": ["urn:a", "urn:b", CONTENT, "urn:c", "urn:d"]}, "<urn:a>, <urn:b>, <urn:c> and 1 more;"),
        ({"default-graph-uri": CONTENT}, None),
        ({"default-graph-uri": "urn:x-rdflib:default"}, None),
        ({"default-graph-uri": "urn:x-arq:DefaultGraph"}, None),
        ({"default-graph-uri": ""}, None),
        ({}, None),
    ],
)
def test_a_graph_that_is_not_there_is_said_in_a_header(
    client: FlaskClient, how: str, fields: dict[str, str | list[str]], notice: str | None
) -> None:
    """A query of it finds nothing, and the client would never know why."""
    asked = urlencode({"query": ASK, **fields}, doseq=True)
    sent: dict[str, Any] = {"query_string": asked} if how == "get" else {"data": asked, "content_type": FORM}
    response = client.open("/sparql", method=how.upper(), **sent)
    said = response.headers.get("Claimgraph-Notice")
    assert response.status_code == 200
    assert said is None if notice is None else notice in str(said)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize(
    ("head", "notice"),
    [
        ("SELECT * FROM <urn:x-none>", "no such graph: <urn:x-none>; "),
        (f"SELECT * FROM <{CONTENT}> FROM NAMED <urn:a> from named <urn:b>", "no such graph: <urn:a>, <urn:b>; "),
        (
            "PREFIX : <http://y.test/> PREFIX x: <http://x.test/>\nSELECT * FROM :a FROM NAMED x:b",
            "<http://x.test/b>, <http://y.test/a>; ",
        ),
        ("BASE <http://b.test/c/> SELECT * FROM <d>", "<http://b.test/c/d>; "),
        ("SELECT * FROM<urn:near>", "<urn:near>; "),
        (f"SELECT * FROM <{CONTENT}> FROM NAMED <{DENIED}>", None),
        ("PREFIX from: <urn:p> SELECT ?from", None),
        ('# SELECT * FROM <urn:x-none>\nSELECT ("FROM <urn:y>" AS ?from)', None),
    ],
)
def test_a_graph_that_from_names_and_is_not_there_is_said(
    client: FlaskClient, how: str, head: str, notice: str | None
) -> None:
    """As one that a parameter names: with full names, prefixes, a base, and in any case."""
    response = send(client, how, f"{head} {{ ?s ?p ?o }} LIMIT 1")
    said = response.headers.get("Claimgraph-Notice")
    assert response.status_code == 200, response.text
    assert said is None if notice is None else notice in str(said)


def test_a_parameter_takes_the_place_of_from(client: FlaskClient) -> None:
    """The protocol says so: what FROM names is not asked then, and nothing is said of it."""
    query = "SELECT * FROM <urn:x-none> { ?s ?p ?o } LIMIT 1"
    response = client.get("/sparql", query_string={"query": query, "default-graph-uri": CONTENT})
    assert "Claimgraph-Notice" not in response.headers


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("offer", RESULT_FORMATS, ids=lambda offer: offer.media_type)
def test_rows_come_in_every_result_format(client: FlaskClient, how: str, offer: ResponseFormat) -> None:
    """Asked for by ``Accept`` and sent in each way, the rows come with exactly that type."""
    response = send(client, how, SELECT, Accept=offer.media_type)
    assert response.status_code == 200
    assert response.content_type == offer.content_type
    assert response.headers["Vary"] == "Accept, Accept-Encoding"
    assert rows(response.data, offer.name) == [FACT]


def rows(data: bytes, name: str) -> list[str]:
    """The values of the only column, read by the engine's own parsers or, for CSV, the standard library's."""
    if name == "csv":
        return [row["text"] for row in csv.DictReader(io.StringIO(data.decode()))]
    parsed = ox.parse_query_results(
        input=data,
        format={"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}[
            name
        ],
    )
    assert isinstance(parsed, ox.QuerySolutions)
    return [row["text"].value for row in parsed]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("offer", RESULT_FORMATS, ids=lambda offer: offer.media_type)
def test_yes_or_no_comes_in_every_result_format(client: FlaskClient, how: str, offer: ResponseFormat) -> None:
    """ASK answers true in each format."""
    response = send(client, how, ASK, Accept=offer.media_type)
    assert response.content_type == offer.content_type
    assert b"true" in response.data


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("offer", GRAPH_FORMATS, ids=lambda offer: offer.media_type)
def test_triples_come_in_every_graph_format(client: FlaskClient, how: str, offer: ResponseFormat, query: str) -> None:
    """CONSTRUCT and DESCRIBE answer the same graph in each format."""
    response = send(client, how, query, Accept=offer.media_type)
    assert response.status_code == 200
    assert response.content_type == offer.content_type
    wanted = set(
        client.application.test_client()
        .get("/sparql", query_string={"query": query}, headers={"Accept": "application/n-triples"})
        .text.splitlines()
    )
    assert isinstance(offer.engine, ox.RdfFormat)
    found = {
        str(ox.Triple(q.subject, q.predicate, q.object)) + " ."
        for q in ox.parse(input=response.data, format=offer.engine)
    }
    assert found == wanted
    assert found


@pytest.mark.parametrize(
    "offer", [*RESULT_FORMATS, *GRAPH_FORMATS], ids=lambda offer: f"{offer.name} {offer.media_type}"
)
def test_people_can_name_the_format(client: FlaskClient, offer: ResponseFormat) -> None:
    """``?format=`` takes a name, and goes before ``Accept``."""
    query = SELECT if offer in RESULT_FORMATS else CONSTRUCT
    response = client.get(
        "/sparql", query_string={"query": query, "format": offer.name}, headers={"Accept": "image/png"}
    )
    assert response.status_code == 200
    assert response.content_type == next(
        o.content_type for o in (RESULT_FORMATS if query is SELECT else GRAPH_FORMATS) if o.name == offer.name
    )


def test_format_can_be_named_by_media_type(client: FlaskClient) -> None:
    """``?format=text/csv`` works as ``?format=csv`` does."""
    assert (
        client.get("/sparql", query_string={"query": SELECT, "format": "text/csv"}).content_type
        == "text/csv; charset=utf-8"
    )


def test_unknown_format_of_a_description_is_a_bad_request(client: FlaskClient) -> None:
    """The answer lists the names that are known."""
    response = client.get("/.well-known/void", query_string={"format": "docx"})
    assert (response.status_code, reason(response)) == (400, "unknown-format")
    assert "csv" in response.json["detail"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "name", "accept", "media_type"),
    [
        (SELECT, "docx", "text/csv", "text/csv"),
        (SELECT, "turtle", "text/csv", "text/csv"),
        (SELECT, "rdf+xml", "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "json-ld", None, "application/sparql-results+json"),
        (SELECT, "text", None, "text/tab-separated-values"),
        (CONSTRUCT, "csv", "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "csv", None, "text/turtle"),
        (CONSTRUCT, "xml", "text/turtle", "application/rdf+xml"),
        (CONSTRUCT, "rdf", None, "application/rdf+xml"),
        (CONSTRUCT, "rdf xml", None, "application/rdf+xml"),
        (CONSTRUCT, "JSON-LD", None, "application/ld+json"),
        (CONSTRUCT, "json", None, "application/ld+json"),
        (CONSTRUCT, "n3", None, "text/n3"),
        (CONSTRUCT, "text", None, "text/plain"),
    ],
)
def test_format_is_understood_by_what_the_query_gives(
    client: FlaskClient, query: str, name: str, accept: str | None, media_type: str
) -> None:
    """A name may mean one format of rows and another of graphs; one that means none gives way to ``Accept``."""
    for parameter in ("format", "output", "results"):
        response = client.get(
            "/sparql", query_string={"query": query, parameter: name}, headers={"Accept": accept} if accept else {}
        )
        assert response.status_code == 200
        assert response.mimetype == media_type or (name, response.mimetype) == ("text", "application/n-triples")


@pytest.mark.parametrize(
    "dataset",
    [
        "default-graph-uri=",
        "named-graph-uri=",
        "default-graph-uri=&named-graph-uri=",
        "default-graph-uri=urn:x-rdflib:default",
    ],
)
def test_empty_default_graph_uri_is_as_absent(client: FlaskClient, dataset: str) -> None:
    """Empty as a form sends it, or by the name that rdflib has for it."""
    plain, named = (client.get(f"/sparql?{urlencode({'query': SELECT})}&{more}") for more in ("", dataset))
    assert (named.status_code, named.data) == (200, plain.data)
    assert FACT in named.text


@pytest.mark.parametrize("more", ["using-graph-uri=", "using-named-graph-uri=&default-graph-uri=", "update="])
def test_empty_field_of_the_other_operation_is_as_absent(client: FlaskClient, more: str) -> None:
    """A form has fields for queries and updates, and sends the empty ones too."""
    by_form = client.post("/sparql", data=f"{urlencode({'query': ASK})}&{more}", content_type=FORM)
    assert (by_form.status_code, by_form.json) == (200, {"head": {}, "boolean": True})
    by_address = client.get(f"/sparql?{urlencode({'query': ASK})}&{more}")
    assert (by_address.status_code, by_address.json) == (200, {"head": {}, "boolean": True})
    update = "query=&default-graph-uri=&update=INSERT+DATA+%7B%7D"
    assert reason(client.post("/sparql", data=update, content_type=FORM)) == "read-only"


def test_dataset_without_a_query_that_is_empty_is_as_absent(client: FlaskClient) -> None:
    """The description of the service comes, as without any parameter."""
    plain, empty = (
        client.get(f"/sparql{more}", headers={"Accept": "text/turtle"}) for more in ("", "?named-graph-uri=")
    )
    assert (empty.status_code, empty.data) == (200, plain.data)


@pytest.mark.parametrize("how", WAYS)
def test_byte_order_mark_before_a_query_is_no_part_of_it(client: FlaskClient, how: str) -> None:
    """An editor has put it there."""
    assert FACT in send(client, how, "\ufeff" + SELECT).text


@pytest.mark.parametrize("how", WAYS)
def test_not_acceptable_lists_what_is_offered(client: FlaskClient, how: str) -> None:
    """406 names every type that can be had."""
    response = send(client, how, SELECT, Accept="image/png")
    assert (response.status_code, reason(response)) == (406, "not-acceptable")
    offers = [offer.media_type for offer in (*RESULT_FORMATS, *GRAPH_FORMATS)]
    assert response.json["offers"] == [*dict.fromkeys(offers), "text/html"]  # type: ignore[index]


@pytest.mark.parametrize(("query", "accept"), [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv")])
def test_type_of_the_other_kind_of_results_is_not_acceptable(client: FlaskClient, query: str, accept: str) -> None:
    """Only when the query is understood is it known that a graph was wanted of rows: 406 then, too."""
    response = send(client, "get", query, Accept=accept)
    assert (response.status_code, reason(response)) == (406, "not-acceptable")
    assert accept not in response.json["offers"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "type_"), [(SELECT, "text/html; charset=utf-8"), (CONSTRUCT, "text/turtle; charset=utf-8")]
)
def test_page_is_for_the_kind_that_asks_for_it(client: FlaskClient, query: str, type_: str) -> None:
    """Who takes Turtle before pages gets a page only where there is no graph."""
    assert send(client, "get", query, Accept="text/turtle, text/html;q=0.5").content_type == type_


@pytest.mark.parametrize("how", WAYS)
def test_browser_gets_a_page(client: FlaskClient, how: str) -> None:
    """A browser's ``Accept`` gets the rows as a table."""
    response = send(client, how, SELECT, Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert response.content_type == "text/html; charset=utf-8"
    assert FACT in response.text


# -- the dataset -----------------------------------------------------------------------------------------

WHERE = "SELECT ?s ?g WHERE { { ?s a ?type } UNION { GRAPH ?g { ?s a ?type } } }"


def found(client: FlaskClient, how: str, parameters: list[tuple[str, str]]) -> set[tuple[str, str | None]]:
    """Subject and graph of what is found in the dataset that the request names."""
    if how == "get":
        response = client.get("/sparql", query_string=urlencode([("query", WHERE), *parameters]))
    elif how == "form":
        response = client.post("/sparql", data=urlencode([("query", WHERE), *parameters]), content_type=FORM)
    else:
        response = client.post("/sparql?" + urlencode(parameters), data=WHERE, content_type=DIRECT)
    assert response.status_code == 200, response.text
    bindings = json.loads(response.text)["results"]["bindings"]
    return {(row["s"]["value"], row["g"]["value"] if "g" in row else None) for row in bindings}


@pytest.mark.parametrize("how", WAYS)
def test_named_default_graphs_are_merged_and_nothing_else_is_seen(client: FlaskClient, how: str) -> None:
    """With only ``default-graph-uri`` there is no named graph."""
    one = found(client, how, [("default-graph-uri", CONTENT)])
    assert one == {(f"{CONTENT}/proposition", None), (f"{CONTENT}/event/1", None)}
    both = found(client, how, [("default-graph-uri", CONTENT), ("default-graph-uri", DENIED)])
    assert both == one | {(f"{DENIED}/event/1", None)}


@pytest.mark.parametrize("how", WAYS)
def test_named_graphs_alone_leave_the_default_graph_empty(client: FlaskClient, how: str) -> None:
    """With only ``named-graph-uri`` no fact is seen."""
    assert found(client, how, [("named-graph-uri", DENIED)]) == {(f"{DENIED}/event/1", DENIED)}


@pytest.mark.parametrize("how", WAYS)
def test_dataset_of_the_request_goes_before_the_dataset_of_the_query(client: FlaskClient, how: str) -> None:
    """Protocol 2.1.4: FROM is ignored where the request names graphs."""
    query = f"ASK FROM <{CONTENT}> {{ <{CONTENT}/event/1> a ?type }}"
    assert send(client, how, query).json == {"head": {}, "boolean": True}
    if how == "direct":
        response = client.post("/sparql?" + urlencode({"default-graph-uri": DENIED}), data=query, content_type=DIRECT)
    else:
        response = client.get("/sparql", query_string={"query": query, "default-graph-uri": DENIED})
    assert response.json == {"head": {}, "boolean": False}


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_graph_that_is_no_iri_is_a_bad_request(client: FlaskClient, name: str) -> None:
    """A relative or broken IRI names no graph."""
    response = client.get("/sparql", query_string={"query": ASK, name: "not an iri"})
    assert (response.status_code, reason(response)) == (400, "bad-graph")


def test_content_of_claims_is_not_in_the_default_graph(client: FlaskClient) -> None:
    """A plain query never sees what was only said."""
    response = send(client, "get", "ASK { ?event <https://w3id.org/claimgraph/ns#statedAgent> ?agent }")
    assert response.json["boolean"] is False  # type: ignore[index]


# -- what a request can get wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "content_type", "status", "word"),
    [
        ("", FORM, 400, "missing-query"),
        ("format=json", FORM, 400, "missing-query"),
        (urlencode([("query", ASK), ("query", ASK)]), FORM, 400, "repeated-query"),
        (ASK, None, 415, "unsupported-media-type"),
        (ASK, "text/plain", 415, "unsupported-media-type"),
        ("{}", "application/json", 415, "unsupported-media-type"),
        (urlencode({"query": ASK}), None, 415, "unsupported-media-type"),
        (ASK, f"{DIRECT}; charset=utf-16", 415, "unsupported-charset"),
        (urlencode({"query": ASK}), f"{FORM}; charset=latin-1", 415, "unsupported-charset"),
        (b"ASK { ?s ?p '\xff' }", DIRECT, 400, "not-utf-8"),
        (ASK.encode("utf-16"), DIRECT, 400, "not-utf-8"),
        (b"query=ASK+%7B+%3Fs+%3Fp+%27%FF%27+%7D", FORM, 400, "not-utf-8"),
        ("INSERT DATA { <x:s> <x:p> 1 }", "application/sparql-update", 403, "read-only"),
        ("update=INSERT+DATA+%7B%7D", FORM, 403, "read-only"),
        (urlencode({"query": ASK, "update": "CLEAR ALL"}), FORM, 400, "query-parameter"),
        (urlencode({"query": ASK, "using-graph-uri": CONTENT}), FORM, 400, "update-parameter"),
        (urlencode({"query": ASK, "using-named-graph-uri": CONTENT}), FORM, 400, "update-parameter"),
        ("INSERT DATA { <x:s> <x:p> 1 }", DIRECT, 400, "bad-query"),
        ("&".join(f"a{i}=1" for i in range(1001)), FORM, 400, "too-many-parameters"),
        ("ASK {}" + " " * QUERY_LIMIT, DIRECT, 413, "query-too-long"),
        (urlencode({"query": "ASK {}" + " " * QUERY_LIMIT}), FORM, 413, "query-too-long"),
        ("#" * (BODY_LIMIT + 1), DIRECT, 413, "body-too-long"),
    ],
)
def test_wrong_post_is_refused(
    client: FlaskClient, data: str | bytes, content_type: str | None, status: int, word: str
) -> None:
    """Each mistake has its status and its word."""
    response = client.post("/sparql", data=data, content_type=content_type)
    assert (response.status_code, reason(response)) == (status, word)


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/sparql?query=ASK+{}&query=ASK+{}", 400, "repeated-query"),
        ("/sparql?update=CLEAR+ALL", 400, "update-by-get"),
        ("/sparql?query=ASK+{}&using-graph-uri=x:y", 400, "update-parameter"),
        ("/sparql?query=ASK+%7B+?s+?p+%27%C3%28%27+%7D", 400, "not-utf-8"),
        ("/sparql?query=", 400, "bad-query"),
        ("/sparql?query=ASK", 400, "bad-query"),
        ("/sparql?query=SELECT+*+{?x+foo:bar+1}", 400, "bad-query"),
    ],
)
def test_wrong_get_is_refused(client: FlaskClient, address: str, status: int, word: str) -> None:
    """Each mistake has its status and its word."""
    response = client.get(address)
    assert (response.status_code, reason(response)) == (status, word)


def test_query_may_stand_in_only_one_place(client: FlaskClient) -> None:
    """A query in the address and another in the body are two."""
    response = client.post("/sparql?query=ASK+{}", data=ASK, content_type=DIRECT)
    assert (response.status_code, reason(response)) == (400, "repeated-query")


def test_bad_query_is_answered_with_the_parsers_message(client: FlaskClient) -> None:
    """The line and column of the mistake are in the answer."""
    response = send(client, "get", "SELECT ?x WHERE {\n ?x ?y }")
    assert response.status_code == 400
    assert "line 2, " in response.json["detail"]  # type: ignore[index]


def test_relative_iris_stand_on_the_base_of_our_data(client: FlaskClient) -> None:
    """``<entity/...>`` in a query is one of our entities, with or without the word that the guard looks for."""
    for comment in ("", "# service"):
        response = send(client, "get", f"ASK {{ <entity/political_actor/ruritania> ?p ?o }} {comment}")
        assert response.json == {"head": {}, "boolean": True}


def test_unknown_function_is_not_implemented(client: FlaskClient) -> None:
    """A well-formed query that calls a function nobody defined is no syntax error."""
    response = send(client, "get", "SELECT * { ?s ?p ?o FILTER(<x:near>(?s, ?o)) }")
    assert (response.status_code, reason(response)) == (501, "unknown-function")
    assert "x:near" in response.text


def test_query_beyond_ascii_is_read_exactly(client: FlaskClient) -> None:
    """Any code point of a query comes through each way of sending unharmed."""
    query = "SELECT ('Київ – 🕊 + % é' AS ?x) {}"
    for how in WAYS:
        assert send(client, how, query, Accept="text/csv").text == "x\r\nКиїв – 🕊 + % é\r\n"
    raw = client.get(
        "/sparql", environ_overrides={"QUERY_STRING": urlencode({"query": query}), "HTTP_ACCEPT": "text/csv"}
    )
    assert "Київ" in raw.text


def test_largest_query_is_read(client: FlaskClient) -> None:
    """A query of exactly the limit is answered, percent-encoded too."""
    query = "ASK {}" + "\n" * (QUERY_LIMIT - 6)
    assert len(query.encode()) == QUERY_LIMIT
    assert send(client, "direct", query).status_code == 200
    assert send(client, "form", query).status_code == 200


def test_charset_that_is_utf_8_is_accepted(client: FlaskClient) -> None:
    """Clients that say the charset are served."""
    assert client.post("/sparql", data=ASK, content_type=f"{DIRECT}; charset=UTF-8").status_code == 200
    assert (
        client.post("/sparql", data=urlencode({"query": ASK}), content_type=f"{FORM};charset=utf-8").status_code == 200
    )


# -- methods and other sites -----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(client: FlaskClient, method: str) -> None:
    """405 says which are."""
    response = client.open("/sparql?query=ASK+{}", method=method)
    assert (response.status_code, reason(response)) == (405, "method-not-allowed")
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(response.headers["Allow"].split(", "))


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    """HEAD answers as GET would."""
    get = client.get("/sparql", query_string={"query": SELECT})
    head = client.head("/sparql", query_string={"query": SELECT})
    assert head.status_code == 200
    assert head.data == b""
    assert {**head.headers} == {**get.headers}


def test_options_tell_the_methods(client: FlaskClient) -> None:
    """A preflight request is answered without a body."""
    response = client.options(
        "/sparql", headers={"Origin": "https://notebook.test", "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("query", [ASK, "ASK"])
def test_scripts_of_other_sites_may_read_answers_and_errors(client: FlaskClient, query: str) -> None:
    """A web page elsewhere sees why its query failed, too."""
    response = client.get("/sparql", query_string={"query": query}, headers={"Origin": "https://notebook.test"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_turtle_answer_is_the_same_graph_to_another_library(client: FlaskClient) -> None:
    """rdflib reads what the engine wrote."""
    response = send(client, "get", CONSTRUCT, Accept="text/turtle")
    assert len(rdflib.Graph().parse(data=response.text, format="turtle")) == 1


ESCAPES = ("%41", "%3d", "%3D41", "%C3%A9", "%0D%0A", "=41", "=", "=\r\n", " \n", "_", "+", ".")


@given(st.lists(st.sampled_from(ESCAPES)), st.sampled_from(("", "%", "%4", "%zz", "%C3")))
def test_escapes_of_an_address_are_read_as_the_standard_library_reads_them(pieces: list[str], end: str) -> None:
    """Also malformed ones, line ends and what quoted-printable gives a meaning of its own."""
    escaped = ("".join(pieces) + end).encode()
    try:
        text = unquote_to_bytes(b"ASK {} # " + escaped.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        with pytest.raises(Refusal, match="not UTF-8"):
            read_address(b"query=ASK {} # " + escaped)
        return
    alone, among_others = (read_address(b"query=ASK {} # " + escaped + rest) for rest in (b"", b"&other=1"))
    assert alone == among_others
    assert alone is not None
    assert alone.text == text
