"""Copies count by origin: on pages, for language models and in SPARQL."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kg import pipeline
from kg.app import create_app
from kg.config import Settings
from kg.engine import InProcess
from kg.iri import SEED_BASE as BASE
from kg.mapper import map_record
from kg.mcp import GraphAccess
from kg.records import Record
from kg.sparql.request_store import Asking
from kg.store import EmbeddedStore
from kg.views.article import read_article
from kg.views.counts import Holdings
from kg.views.search.index import WordIndex
from tests.link.build import record
from tests.mcp.asking import ask
from tests.test_questions import answer

WIRE = [
    ("At least 12 people were killed when a ferry sank in wind off the port of Mombasa late that evening", "Kenya"),
    ("the ferry had carried twice as many passengers as its licence allowed, and no life jackets at all", "Red Cross"),
]
OWN = [("Ministers of both countries will meet in Lusaka to speak about fishing rights on the lake", "Zambia")]


def article(name: str, day: str, said: list[tuple[str, str]] = WIRE) -> Record:
    """An article of an outlet of its own."""
    return record(name, day, [(words, who, "say") for words, who in said])


@pytest.fixture
def store() -> EmbeddedStore:
    """Three papers with one report, and one with its own."""
    found = [article("a", "2031-01-01"), article("b", "2031-01-02"), article("c", "2031-01-03")]
    opened = EmbeddedStore.in_memory()
    opened.replace([map_record(one, BASE) for one in [*found, article("d", "2031-01-02", OWN)]])
    pipeline.link_store(opened, BASE)
    return opened


def version(name: str) -> str:
    """The IRI of the version of a paper."""
    return map_record(article(name, f"2031-01-0{'abc'.index(name) + 1}"), BASE).version


def said(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def client_of(store: EmbeddedStore) -> FlaskClient:
    """A client of the pages."""
    return create_app(Settings(base=BASE), store).test_client()


def test_pages_count_origins_and_name_the_copies(store: EmbeddedStore) -> None:
    """The start page has both numbers; a copy names its origin, and the origin its copies."""
    client = client_of(store)
    assert "4 articles from 2 origins (copies of one text count once)" in said(client.get("/").text)
    path = {name: "/" + version(name).removeprefix(BASE) for name in "abc"}
    first, copy = (client.get(path[name], headers={"Accept": "text/html"}).text for name in "ab")
    assert "2 articles copy these words" in said(first)
    assert "Head of b (Paper b, 2031-01-02), Head of c (Paper c, 2031-01-03)" in said(first)
    assert "A copy: its words come from Head of a (Paper a, 2031-01-01)." in said(copy)
    assert f'href="{path["a"]}"' in copy
    assert all("A copy:" not in said(client.get(one).text) for one in (path["a"], "/"))


def test_question_counts_each_origin_once(store: EmbeddedStore) -> None:
    """SPARQL: one row an origin, with its articles and outlets."""
    rows = [line.split("\t") for line in answer(store, "CQ21").splitlines()[1:]]
    assert [(row[1], row[2], row[3]) for row in rows] == [('"Head of a"', "3", "3"), ('"Head of d"', "1", "1")]
    assert rows[0][0] == f"<{version('a')}>"


def test_language_models_learn_that_copies_are_no_further_evidence(store: EmbeddedStore) -> None:
    """The tool names origin and copies."""
    graph = Asking(InProcess(store))
    access = GraphAccess(graph, WordIndex(graph, BASE), BASE)
    assert ask(access, "get_article", article=version("b"))["copy_of"] == [version("a")]
    first = ask(access, "get_article", article=version("a"))
    assert (first["copy_of"], first["copies"]) == ([], [version("b"), version("c")])


def test_copies_of_a_withdrawn_article_have_the_next_one_as_origin(store: EmbeddedStore) -> None:
    """What is not in force is nobody's origin; without links, every article is its own."""
    store.withdraw(version("a"), "retracted")
    assert (Holdings(store).counts()["articles"], Holdings(store).counts()["origins"]) == (3, 2)
    view = read_article(store, BASE, version("c"))
    assert view is not None
    assert [one["version"] for one in view.origins] == [version("b")]
    pipeline.unlink_store(store, BASE)
    assert Holdings(store).counts()["origins"] == 3
