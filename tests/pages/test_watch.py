"""Each page that shows statements leads to an alert of its own query, and that query can be asked again and again."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kg.alerts.standing import read_rows
from kg.app import create_app
from kg.store import EmbeddedStore
from tests.served.every_page import ASKED, EVERY_PAGE, SETTINGS, filled

WATCHED = (
    *("article", "entity", "claim", "fact", "matrix", "timeline", "graph", "compare", "reader-question", "search"),
    *("questions", "articles", "speakers", "places", "events"),
)
NOT_WATCHED = (
    "start",
    "search-empty",
    "search-filtered",
    "reader-questions",
    "help",
    "about",
    "api",
    "vocabulary",
    "not-found",
)


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The graph of every page."""
    return filled()


@pytest.fixture(scope="module")
def client(store: EmbeddedStore) -> Iterator[FlaskClient]:
    """A client of the app over it."""
    with create_app(SETTINGS, store, questions=ASKED).test_client() as opened:
        yield opened


def watched(client: FlaskClient, path: str) -> dict[str, str] | None:
    """The name and the query that "Watch this" on a page leads to; None where it has no such link."""
    found = re.search(
        r'href="(/review/watch\?[^"]+)">Watch this', client.get(path, headers={"Accept": "text/html"}).text
    )
    if found is None:
        return None
    return {name: value for name, (value, *_) in parse_qs(urlsplit(html.unescape(found[1])).query).items()}


@pytest.mark.parametrize(
    "path", [*(EVERY_PAGE[name] for name in WATCHED), "/disputes", "/search?q=a&from=1990&to=2030"]
)
def test_page_can_be_watched(client: FlaskClient, store: EmbeddedStore, path: str) -> None:
    """The query is that of all its rows, not of one page of them, and has a name to begin with."""
    found = watched(client, path)
    assert found is not None
    assert re.fullmatch("[a-z][a-z-]*", found["name"])
    assert not re.search(r"\bOFFSET\b|VALUES \?statement \{ <[^>]*> <", found["query"])
    assert read_rows(store, found["query"]) == read_rows(store, found["query"])
    assert "Watch this" in client.get("/review/watch", query_string=found).text


@pytest.mark.parametrize("name", NOT_WATCHED)
def test_page_without_rows_is_not_watched(client: FlaskClient, name: str) -> None:
    """Where there is no query of rows there is no way to an alert."""
    assert watched(client, EVERY_PAGE[name]) is None


def test_answer_that_is_no_table_is_not_watched(client: FlaskClient) -> None:
    """ASK and CONSTRUCT give no rows; a SELECT of one's own can be watched."""
    for query in ("ASK {}", "CONSTRUCT { ?s ?p ?o } { SELECT * { ?s ?p ?o } LIMIT 1 }"):
        assert client.get("/query", query_string={"query": query}).status_code == 200
        found = re.search("Watch this", client.get("/query", query_string={"query": query}).text)
        assert found is None, query
    page = client.get("/query", query_string={"query": "SELECT ?s { ?s ?p ?o } LIMIT 1"}).text
    assert "Watch this" in page
