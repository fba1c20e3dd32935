"""The vocabulary's page, and the start page's ways into the graph."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from kg import vocab
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.store import EmbeddedStore
from tests.pages.test_overviews import text_of
from tests.pages.test_pages import Page
from tests.samples import sample
from tests.served.small_app import BASE


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    """The sample record."""
    filled = EmbeddedStore.in_memory()
    filled.replace([map_record(sample(), BASE)])
    return filled


@pytest.fixture(scope="module")
def sampled(store: EmbeddedStore) -> FlaskClient:
    """A client of the app over it."""
    return create_app(Settings(base=BASE), store, questions=()).test_client()


def term(page: str, anchor: str) -> str:
    """What the page says of a term."""
    found = re.search(rf'<div id="{anchor}">(.*?)</dd></div>', page)
    assert found, anchor
    return found[1]


def test_every_term_of_ours_is_told_once(sampled: FlaskClient) -> None:
    """Each tag that a record can have and each class and property of the core."""
    page = text_of(sampled, "/ns")
    for tag in vocab.SPEECH_ACTS:
        assert "Where used:" in term(page, f"act-{tag}")
    for tag in vocab.EVENT_TYPES:
        assert "Where used:" in term(page, f"evt-{tag}")
    named = {value for value in vars(vocab).values() if isinstance(value, str) and value.startswith(vocab.CG)}
    core = {value.removeprefix(vocab.CG) for value in named} - {""}
    assert len(core) > 90
    for name in core:
        assert "Where used:" in term(page, name)
    Page(page)  # no id twice


def test_term_shows_its_side_of_the_barrier(sampled: FlaskClient) -> None:
    """One of what was said is never marked as one of facts."""
    page = text_of(sampled, "/ns")
    assert '<span class="tag fact">facts</span>' in term(page, "describes")
    assert '<span class="tag claim">what was said</span>' in term(page, "StatedEvent")
    assert "tag" not in term(page, "start").partition("Where used")[0]


def test_use_is_of_this_graph(sampled: FlaskClient) -> None:
    """A real thing, marked as what it is, and a query that finds it; none is made up for what is not used."""
    page = text_of(sampled, "/ns")
    assert re.search(r'class="claim" href="/doc/[0-9a-f]{16}/claim/', term(page, "act-accuse"))
    assert re.search(r'class="claim" href="/doc/[0-9a-f]{16}/claim/[^"]*/content', term(page, "StatedEvent"))
    assert "nowhere in this graph" in term(
        page, "act-congratulate" if "congratulate" in vocab.SPEECH_ACTS else "act-praise"
    )
    used = [link for link in Page(page).links if link.startswith("/query?query=")]
    assert len(used) > 60
    for link in used[::12]:
        assert "Nothing found" not in sampled.get(link, headers={"Accept": "text/html"}).text


def test_use_follows_the_store() -> None:
    """What was withdrawn is used nowhere."""
    version = map_record(sample(), BASE).version
    fresh = EmbeddedStore.in_memory()
    fresh.replace([map_record(sample(), BASE)])
    client = create_app(Settings(base=BASE), fresh, questions=()).test_client()
    assert "nowhere in this graph" not in term(text_of(client, "/ns"), "act-accuse")
    fresh.withdraw(version)
    assert "nowhere in this graph" in term(text_of(client, "/ns"), "act-accuse")


def test_vocabulary_comes_as_data(sampled: FlaskClient) -> None:
    """RDF with every definition, and the terms of the page as CSV."""
    rows = list(csv.DictReader(io.StringIO(sampled.get("/ns?format=csv").text)))
    assert len(rows) == text_of(sampled, "/ns").count("Where used:")
    response = sampled.get("/ns", headers={"Accept": "text/turtle"})
    defined = {
        quad.subject.value for quad in parse(response.data, RdfFormat.TURTLE) if "definition" in quad.predicate.value
    }
    assert {row["iri"] for row in rows} <= defined


def test_start_page_has_questions_to_click(sampled: FlaskClient) -> None:
    """Each leads to an answer on this graph, and the page has its data."""
    page = text_of(sampled, "/")
    asked = re.findall(r'<li><a href="([^"]*)">', page.partition('<ul class="ask">')[2].partition("</ul>")[0])
    assert len(asked) == 5
    for address in asked:
        assert "Nothing found" not in text_of(sampled, address.replace("&amp;", "&"))
    (link,) = [link for link in Page(page).links if link.endswith("&format=csv")]
    assert len(list(csv.DictReader(io.StringIO(sampled.get(link).text)))) == 1
