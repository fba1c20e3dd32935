"""The questions that a reader asks."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.pages import reader_questions
from kg.pages.reader_questions import QUESTIONS
from kg.store import EmbeddedStore
from tests.pages.test_overviews import rows_of, text_of
from tests.pages.test_pages import BROWSER
from tests.samples import sample
from tests.served.small_app import BASE

VALUES = {"name": "Belmark", "place": "Port Sella", "outlet": "The Sample Herald", "day": "2025-04-04"}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the app over the sample record."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(sample(published="2025-04-04", publisher="The Sample Herald"), BASE)])
    return create_app(Settings(base=BASE), store).test_client()


def test_list_has_questions_and_no_fixtures_of_tests(client: FlaskClient) -> None:
    """No codes and no instructions to a developer; each leads to a page of its own."""
    page = text_of(client, "/questions/")
    assert not re.search(r"CQ\d|Must be empty|Change the name", page)
    for name, question in QUESTIONS.items():
        assert f'<a href="/questions/{name}">{question.title}</a>' in page


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_answered_by_statements_of_its_value(client: FlaskClient, name: str) -> None:
    """The rows of its data are those on the page, of the kind that it asks for."""
    question = QUESTIONS[name]
    page = text_of(client, f"/questions/{name}?value={VALUES[question.field]}")
    if "Nothing found" not in page:
        rows = rows_of(client, f"/questions/{name}?value={VALUES[question.field]}")
        assert {row["kind"] for row in rows} == {question.kind}
        assert page.count('<a class="quote"') == len(rows) > 0
    else:
        assert name in ("who-demands-what", "who-promises-or-threatens", "who-holds-which-office")


def test_answer_is_of_who_was_asked_about(client: FlaskClient) -> None:
    """By any of the names, in any case; a question that is open lists all before."""
    assert {row["speaker"] for row in rows_of(client, "/questions/what-somebody-said?value=BELMARK")} == {"Belmark"}
    assert len(rows_of(client, "/questions/what-was-denied")) == 1
    assert "statement" not in text_of(client, "/questions/what-somebody-said").partition('role="status"')[2]
    assert "The graph names nobody and nothing “Nobody”" in text_of(client, "/questions/what-was-denied?value=Nobody")


def test_answer_comes_in_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each statement once; past the last it is said."""
    whole = {row["statement"] for row in rows_of(client, "/questions/what-was-said-on-a-day?value=2025-04-04")}
    monkeypatch.setattr(reader_questions, "PAGE_SIZE", 1)
    client.get("/questions/what-was-said-on-a-day?value=2025-04-04&page=1")
    shown = []
    for page in range(1, len(whole) + 1):
        address = f"/questions/what-was-said-on-a-day?page={page}&value=2025-04-04"
        shown += re.findall(r'<a class="quote" href="/([^"]*)"', text_of(client, address))
    assert {BASE + path for path in shown} == whole
    assert "Past the last page." in text_of(client, "/questions/what-was-said-on-a-day?page=99&value=2025-04-04")


@pytest.mark.parametrize("value", ['"', "\\", "} } #", "<x>", "'; DROP", "é" * 300, "\u202e", "%00", "a" * 301])
def test_value_of_any_characters_is_text(client: FlaskClient, value: str) -> None:
    """It is found, not found, or refused in words."""
    for name in QUESTIONS:
        response = client.get(
            f"/questions/{name}", query_string={"value": value.replace("%00", "\x00")}, headers=BROWSER
        )
        assert response.status_code in (200, 400)


def test_name_has_no_badge_of_a_statement() -> None:
    """Also where the same word alone was somebody's words."""
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    query = f"SELECT ?name {{ <{BASE}entity/political_actor/belmark> <{label}> ?name }}"
    record = sample()
    store = EmbeddedStore.in_memory()
    store.replace([map_record(record, BASE)])
    text = "https://w3id.org/claimgraph/ns#text"
    claim = NamedNode(f"{BASE}doc/{record.document.sha256[:16]}/claim/0-1")
    type_ = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    store.change(
        set(),
        {
            Quad(claim, type_, NamedNode("https://w3id.org/claimgraph/ns#Claim")),
            Quad(claim, NamedNode(text), Literal("Belmark")),
        },
    )
    app = create_app(Settings(base=BASE), store, questions=())
    table = app.test_client().get("/query", query_string={"query": query}, headers=BROWSER).text.partition("<tbody>")[2]
    assert "Belmark" in table
    assert 'class="tag' not in table.partition("</tbody>")[0]
