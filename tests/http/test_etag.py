"""ETag and 304."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat

from kg.app import create_app
from kg.config import Settings
from kg.engine.queryable import Results
from kg.store import EmbeddedStore
from tests.served.small_app import BASE, GRAPH, small_store

PATHS = (
    "/",
    "/query",
    "/questions/CQ1",
    "/sparql",
    "/sparql?query=ASK+{}",
    "/.well-known/void",
    "/doc/0123456789abcdef",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_known_answer_is_not_sent_again(client: FlaskClient, path: str, method: str) -> None:
    """304 without a body, with the tag and what a cache needs."""
    first = client.open(path, method=method)
    assert first.status_code == 200
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.open(path, method=method, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert set(first.headers["Vary"].split(", ")) <= set(again.headers["Vary"].split(", "))
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_known_answer_costs_no_query() -> None:
    """The store is not asked at all for a 304."""

    class Counting(EmbeddedStore):
        asked = 0

        def query(self, *text: str, **dataset: Any) -> Results:
            self.asked += 1
            return super().query(*text, **dataset)

    store = Counting.in_memory()
    assert isinstance(store, Counting)
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    tag = client.get("/sparql?query=ASK+{}").headers["ETag"]
    assert store.asked == 1
    assert client.get("/sparql?query=ASK+{}", headers={"If-None-Match": tag}).status_code == 304
    assert store.asked == 1


def test_tag_changes_with_the_graph() -> None:
    """After a write the old tag is worth nothing."""
    store = EmbeddedStore.in_memory()
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    tag = client.get("/").headers["ETag"]
    store.load(GRAPH, RdfFormat.TRIG, BASE)
    response = client.get("/", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert response.headers["ETag"] != tag


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/sparql?query=ASK+{}", "text/csv"),
        ("/sparql?query=ASK+{}&format=csv", "*/*"),
        ("/sparql?query=ASK+{?s+?p+?o}", "*/*"),
        ("/sparql?query=ASK+{}&default-graph-uri=x:y", "*/*"),
    ],
)
def test_tag_changes_with_the_request(client: FlaskClient, path: str, accept: str) -> None:
    """Another format, query or dataset is another answer."""
    tag = client.get("/sparql?query=ASK+{}", headers={"Accept": "*/*"}).headers["ETag"]
    assert client.get(path, headers={"Accept": accept, "If-None-Match": tag}).status_code == 200


def test_tag_is_worth_nothing_to_another_start() -> None:
    """Another store may have the same revision."""
    one, two = (create_app(Settings(base=BASE), small_store(), questions=()).test_client() for _ in range(2))
    tag = one.get("/sparql?query=ASK+{}").headers["ETag"]
    assert two.get("/sparql?query=ASK+{}", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("function", ["NOW()", "rand()", "UUID()", "STRUUID()", "%42NODE()"])
def test_answer_that_changes_every_time_has_no_tag(client: FlaskClient, function: str) -> None:
    """The clock and chance are not in the revision."""
    response = client.get(f"/sparql?query=SELECT+({function}+AS+?x)+{{}}")
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sparql?query=ASK", "/nowhere", "/questions/none"])
def test_error_has_no_tag(client: FlaskClient, path: str) -> None:
    """What failed may work next time."""
    response = client.get(path)
    assert response.status_code >= 400
    assert "ETag" not in response.headers


def test_post_has_no_tag(client: FlaskClient) -> None:
    """Only what can be asked again by its address is tagged."""
    response = client.post("/sparql", data="ASK {}", content_type="application/sparql-query")
    assert "ETag" not in response.headers


def test_style_sheet_keeps_the_tag_of_its_file(client: FlaskClient) -> None:
    """What does not come from the store is not tagged by its revision."""
    with client.get("/static/style.css") as response:
        assert response.content_type == "text/css; charset=utf-8"
        tag = response.headers["ETag"]
    assert not tag.startswith("W/")
    with client.get("/static/style.css", headers={"If-None-Match": tag}) as response:
        assert response.status_code == 304
