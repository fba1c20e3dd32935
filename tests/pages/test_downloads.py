"""What is downloaded says what it is."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from tests.pages.test_pages import BROWSER, Page
from tests.served.small_app import BASE, small_app

PAGES = ("/articles", "/speakers", "/places", "/events", "/timeline", "/matrix?act=accuse", "/search?words=talks", "/")
ROWS = "SELECT * { ?s ?p ?o } LIMIT 3"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the app over the small graph."""
    return small_app().test_client()


def file_name(client: FlaskClient, address: str, **fields: str) -> str:
    """What a browser calls what is there."""
    response = client.get(address, query_string=fields or None)
    assert response.status_code == 200, response.text
    return parse_options_header(response.headers.get("Content-Disposition", ""))[1].get("filename", "")


@pytest.mark.parametrize("page", PAGES)
def test_every_data_link_of_a_page_has_a_name_that_says_what_it_is(client: FlaskClient, page: str) -> None:
    """CSV, JSON and graphs alike; all were called sparql.csv, or nothing."""
    links = Page(client.get(page, headers=BROWSER, follow_redirects=True).text).links
    data = [link for link in links if link.startswith("/sparql?") and "format=" in link]
    assert data or page == "/search?words=talks"
    wanted = re.sub(r"\?\w+=", "-", page).strip("/") or "claimgraph"
    for link in data:
        name = file_name(client, link)
        assert name.partition(".")[0] == wanted
        assert "." in name


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/ns?format=csv", "claimgraph-vocabulary.csv"),
        ("/ns?format=turtle", "claimgraph-vocabulary.ttl"),
        ("/.well-known/void?format=turtle", "well-known-void.ttl"),
        ("/store?default", "default-graph.ttl"),
        ("/dumps?format=jsonld", "dumps.jsonld"),
        ("/openapi.json", "openapi.json"),
    ],
)
def test_other_downloads_have_their_ending(client: FlaskClient, address: str, name: str) -> None:
    """By their format."""
    assert file_name(client, address) == name


def test_the_description_of_a_thing_is_called_by_it(client: FlaskClient) -> None:
    """In every format that its page links to."""
    (claim,) = client.get(
        "/sparql",
        query_string={
            "query": "SELECT (MIN(?c) AS ?m) { ?c a <https://w3id.org/claimgraph/ns#Claim> }",
            "format": "json",
        },
    ).get_json()["results"]["bindings"]
    path = claim["m"]["value"].removeprefix(BASE)
    for name, ending in (("turtle", "ttl"), ("jsonld", "jsonld"), ("trig", "trig"), ("rdfxml", "rdf")):
        assert file_name(client, f"/about/{path}", format=name) == f"{path.replace('/', '-')}.{ending}"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("claims of March", "claims-of-March.csv"),
        ("rows.csv", "rows.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a"b\r\nX: y', "a-b-X-y.csv"),
        ("Überblick", "Überblick.csv"),
        ("x" * 500, "x" * 100 + ".csv"),
        ("///", ""),
    ],
)
def test_a_name_that_is_asked_for_is_taken_without_what_no_name_has(client: FlaskClient, asked: str, name: str) -> None:
    """Nothing of it gets into another header or another folder."""
    assert file_name(client, "/sparql", query=ROWS, format="csv", name=asked) == name


def test_a_query_without_a_name_has_none(client: FlaskClient) -> None:
    """Programs want none."""
    assert file_name(client, "/sparql", query=ROWS, format="csv") == ""


def test_csv_begins_with_a_byte_order_mark_on_request(client: FlaskClient) -> None:
    """Excel takes UTF-8 for something else without it. JSON never has one."""
    for fields in ({"query": ROWS, "format": "csv"}, {"query": ROWS, "format": "json"}):
        plain = client.get("/sparql", query_string=fields).data
        marked = client.get("/sparql", query_string=fields | {"bom": "1"})
        assert marked.data == (BOM_UTF8 if fields["format"] == "csv" else b"") + plain
        assert marked.content_length == len(marked.data)
        assert client.get("/sparql", query_string=fields | {"bom": "0"}).data == plain
        head = client.head("/sparql", query_string=fields | {"bom": "1"})
        assert (head.data, head.content_length) == (b"", len(marked.data))
    assert client.get("/ns?format=csv&bom=1").data.startswith(BOM_UTF8)


def test_the_lists_link_to_csv_for_excel(client: FlaskClient) -> None:
    """Beside the plain one."""
    links = Page(client.get("/articles", headers=BROWSER).text).links
    (link,) = [link for link in links if parse_qs(urlsplit(link).query).get("bom")]
    assert client.get(link).data.startswith(BOM_UTF8)


@pytest.mark.parametrize("name", ["٣", "é", "名簿"])
def test_name_that_is_not_ascii_is_written_for_a_header(client: FlaskClient, name: str) -> None:
    """By RFC 8187; every header is ASCII."""
    response = client.get("/sparql", query_string={"query": "SELECT * {}", "format": "csv", "name": name})
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote(name)}.csv"
