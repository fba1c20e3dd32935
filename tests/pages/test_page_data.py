"""This page as data: the rows that a page links to are what it shows, and what its query gives."""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from jinja2 import Undefined, UndefinedError
from jinja2.utils import missing

from kg.app import create_app
from kg.engine import Answer, InProcess
from kg.errors import QueryTimeout
from tests.pages.test_pages import BROWSER, Page
from tests.served.every_page import ASKED, BASE, EVERY_PAGE, OTHERS, SETTINGS, WITH_ROWS, filled

NO_ROWS = {
    "about",
    "api",
    "help",
    "reader-questions",
    "reader-question-nothing",
    "search-empty",
    "vocabulary",
    "not-found",
    "gone",
    "event",
}
"""Pages that show no rows of the graph."""


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the app over the graph of every page."""
    return create_app(SETTINGS, filled(), questions=ASKED).test_client()


def html(client: FlaskClient, address: str) -> str:
    """The page there, whatever its status."""
    return client.get(address, headers=BROWSER, follow_redirects=True).text


def query_of(link: str) -> str:
    """The query in a link."""
    return parse_qs(urlsplit(link).query)["query"][0]


def csv_link(page: str) -> str:
    """The one link to the rows as CSV."""
    (link,) = [link for link in Page(page).links if link.startswith("/sparql?") and link.endswith("format=csv")]
    return link


@pytest.mark.parametrize("name", WITH_ROWS)
def test_csv_of_a_page_is_what_its_query_link_shows(client: FlaskClient, name: str) -> None:
    """Statement by statement, cell by cell: the file, and the table behind the link beside it."""
    page = html(client, WITH_ROWS[name])
    link = csv_link(page)
    (shown,) = [one for one in Page(page).links if one.startswith("/query?") and query_of(one) == query_of(link)]
    rows = list(csv.reader(io.StringIO(client.get(link).text)))
    assert len(rows) > 1
    asked = json.loads(client.get(link.removesuffix("csv") + "json").text)
    assert rows[0] == asked["head"]["vars"]
    cells = [[one.get(column, {}).get("value", "") for column in rows[0]] for one in asked["results"]["bindings"]]
    assert rows[1:] == cells
    table = html(client, shown)
    assert f"{len(rows) - 1} row{'' if len(rows) == 2 else 's'}" in table
    linked = re.findall(r'<tr><td>.*?href="/([^"]*)"', table.replace("\n", ""))
    assert [BASE + path for path in linked] == [row[0] for row in rows[1:]]


@pytest.mark.parametrize("name", WITH_ROWS)
def test_csv_of_a_page_has_the_statements_that_it_shows(client: FlaskClient, name: str) -> None:
    """None is only on the page, none only in the file; a filter hides marks, not rows, and says so."""
    page = html(client, WITH_ROWS[name])
    rows = list(csv.DictReader(io.StringIO(client.get(csv_link(page)).text)))
    main = page.partition("<main")[2].partition("</main>")[0].partition("<h2>Properties")[0]
    linked = re.findall(r'href="/(doc/[0-9a-f]{16}/(?:fact|claim|unclear)/[^"#]*)"', main)
    shown = {path for path in linked if "/participant/" not in path}
    statements = {row["statement"].removeprefix(BASE) for row in rows}
    if name in ("claim", "denial", "hearsay", "fact", "unclear"):
        assert statements == {WITH_ROWS[name][1:]}
    elif name == "article-filtered":
        assert shown < statements
    elif name == "versions":
        assert shown <= statements
    else:
        assert shown == statements


@pytest.mark.parametrize("name", sorted(set(OTHERS) - NO_ROWS))
def test_other_pages_have_the_rows_that_they_show(client: FlaskClient, name: str) -> None:
    """A list of articles, the answer to a question, nothing where nothing was found."""
    page = html(client, OTHERS[name])
    rows = list(csv.DictReader(io.StringIO(client.get(csv_link(page)).text)))
    main = page.partition("<main")[2].partition("</main>")[0]
    if name == "articles-past":
        assert "Past the last page" in main
        assert rows
    elif "nothing" in name or "drop" in name:
        assert "Nothing found" in main
        assert rows == []
    else:
        assert rows
        for row in rows:
            path = next(iter(row.values())).removeprefix(BASE)
            assert f'href="/{path}"' in main or f'?about={path}"' in main


@pytest.mark.parametrize("name", sorted(WITH_ROWS))
def test_page_gives_its_graph_and_its_address(client: FlaskClient, name: str) -> None:
    """JSON-LD and Turtle that can be fetched, and a permanent link that is the page."""
    links = Page(html(client, WITH_ROWS[name])).links
    for form in ("jsonld", "turtle"):
        found = [link for link in links if link.endswith(f"format={form}")]
        if name != "versions":
            assert found
        for link in found:
            assert client.get(link).status_code == 200
    path = urlsplit(WITH_ROWS[name])
    assert any(urlsplit(link).path in (path.path, f"/about{path.path}") and path.query in link for link in links)


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_every_page_shows_all_its_content_without_script(client: FlaskClient, name: str) -> None:
    """What the server writes is the page; nothing in it is hidden or left to be fetched."""
    page = html(client, EVERY_PAGE[name])
    read = Page(page)
    assert not [one for one in read.attributes if one.startswith("on") or one == "style"]
    assert "hidden" not in read.attributes
    assert "noscript" not in read.elements
    assert len(" ".join(read.text.split())) > 300


ASK_NOTHING = {"not-found", "search-empty", "about", "api", "help", "reader-questions"}
"""Pages that are the same whatever the graph holds."""


class Stopped(InProcess):
    """An engine that stops every query."""

    def answer(self, *_: object, **__: object) -> Answer:
        """Too late."""
        raise QueryTimeout("stopped at its deadline")


@pytest.mark.parametrize("name", sorted(set(EVERY_PAGE) - ASK_NOTHING))
def test_no_page_takes_a_stopped_query_for_nothing(name: str) -> None:
    """503, on every page that asks the graph for anything: what was stopped says nothing about what there is."""
    store = filled()
    response = (
        create_app(SETTINGS, store, questions=ASKED, engine=Stopped(store))
        .test_client()
        .get(EVERY_PAGE[name], headers=BROWSER, follow_redirects=True)
    )
    if name in ("search-nothing", "search-filter-to-drop"):
        assert response.status_code == 200  # its answer is in the index alone
    else:
        assert response.status_code == 503
        assert "Nothing found" not in response.text
        assert "this says nothing about what the graph holds" in response.text


class Unset(Undefined):
    """A name of a template that nobody gave: it may be asked for, and not be printed. A record may lack a column."""

    def __str__(self) -> str:
        if self._undefined_obj is not missing:
            return ""
        raise UndefinedError(f"{self._undefined_name!r} is printed and was never given")


def test_no_page_prints_a_value_that_nobody_gave() -> None:
    """A name that is wrong leaves no hole in a sentence."""
    app = create_app(SETTINGS, filled(), questions=ASKED)
    app.jinja_env.undefined = Unset
    client = app.test_client()
    for address in (*EVERY_PAGE.values(), "/try", "/query", "/dumps", "/validation", "/disputes"):
        assert client.get(address, headers=BROWSER, follow_redirects=True).status_code < 500, address
