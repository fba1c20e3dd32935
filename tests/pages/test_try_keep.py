"""Keeping a text of the trial page: who may, what is written, what the page says, and how the form comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.app import create_app
from kg.cli.extraction_process import ProcessReader
from kg.config import Settings
from kg.engine import Engine
from kg.pages import try_keep
from kg.sparql.auth import BearerToken
from kg.sparql.writer import Writer
from kg.store import EmbeddedStore, ownership
from tests.pages.test_pages import BROWSER
from tests.served.browsing import axe, chromium, follow, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

# A browser that leaves a page drops connections; the development server's sockets are then closed by the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

SETTINGS = Settings(extractor="rules", base="https://data.test/id/")
TOKEN = "a-word-that-is-long-enough"
ADDRESS = "https://a.test/talks"
TEXT = (
    "Talks in Vienna\n\nFrance signed the agreement with Norway in Vienna on Tuesday.\n\n"
    "“We will not accept another delay,” the French minister Anna Weber said after the meeting with negotiators."
)


@pytest.fixture(scope="module")
def reader() -> Iterator[ProcessReader]:
    """One reading process for all tests."""
    with ProcessReader(SETTINGS) as opened:
        yield opened


def app_of(reader: ProcessReader, store: EmbeddedStore, *, writes: bool = True) -> Flask:
    """An app that tries texts; with ``writes`` it keeps them too."""
    engine = cast("Engine", SimpleNamespace(deadline=5.0))
    writer = Writer(store, engine, BearerToken.of(TOKEN), SETTINGS.base) if writes else None
    return create_app(SETTINGS, store, writer=writer, reader=reader, articles=reader)


@pytest.fixture
def store() -> EmbeddedStore:
    """An empty store."""
    return EmbeddedStore.in_memory()


@pytest.fixture
def client(reader: ProcessReader, store: EmbeddedStore) -> FlaskClient:
    """A client of an app of its own: attempts are counted for each app."""
    return app_of(reader, store).test_client()


def keep(client: FlaskClient, text: str = TEXT, **values: str) -> TestResponse:
    """What a browser sends from the form."""
    form = {"text": text.replace("\n", "\r\n"), "url": ADDRESS, "token": TOKEN, "publisher": "", "published": ""}
    return client.post("/try/keep", data=form | values, headers=BROWSER)


def said(response: TestResponse) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


def test_text_that_is_kept_is_an_article_of_the_graph(client: FlaskClient, store: EmbeddedStore) -> None:
    """The page says what it wrote and links the article, which is the one that POST /articles makes."""
    kept = keep(client, publisher="Courier", published="2026-03-05")
    assert (kept.status_code, kept.headers["Cache-Control"]) == (200, "no-store")
    assert re.search(r"Saved: https://a\.test/talks , with \d+ facts? and \d+ claims?\. The article is new", said(kept))
    page = client.get(re.findall(r'<strong>Saved:</strong> <a href="([^"]+)"', kept.text)[0], headers=BROWSER)
    assert (page.status_code, "Courier" in page.text, "2026-03-05" in page.text) == (200, True, True)
    before = set(store.quads())
    sent = client.post(
        f"/articles?url={ADDRESS}&publisher=Courier&published=2026-03-05",
        data=TEXT.encode(),
        content_type="text/plain",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert [one["status"] for one in sent.get_json()["articles"]] == ["unchanged"]
    assert set(store.quads()) == before


def test_text_that_is_kept_again_changes_nothing_and_another_one_replaces_it(
    client: FlaskClient, store: EmbeddedStore
) -> None:
    """A reload of the page sends the form again."""
    assert "nothing has changed" in said([keep(client), keep(client)][1])
    assert "It replaces the version" in said(keep(client, TEXT + " More talks follow."))
    assert sorted(ownership.versions(store).values()) == ["current", "superseded"]


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"token": ""}, 401, "--token-file"),
        ({"token": "another-word-that-is-long"}, 401, "--token-file"),
        ({"url": ""}, 400, "Give the address"),
        ({"url": "talks"}, 400, "Give the address"),
        ({"url": "javascript:alert(1)"}, 400, "Give the address"),
        ({"text": " \n "}, 400, "paste the words"),
        ({"text": "a\0b"}, 422, "NUL"),
        ({"text": "word " * 4_001}, 413, "longer than"),
        ({"text": "word " * 80_000}, 413, "larger than"),
        ({"published": "soon"}, 422, "soon"),
        ({"text": "Der Minister sagte am Dienstag in Wien, dass die Verhandlungen scheitern. " * 4}, 422, "stored"),
    ],
)
def test_refused_text_comes_back_in_its_form_and_the_graph_is_as_it_was(
    client: FlaskClient, store: EmbeddedStore, values: dict[str, str], status: int, words: str
) -> None:
    """The page says why and what to do; the token is not sent back."""
    refused = keep(client, **values)
    assert refused.status_code == status
    assert words in said(refused)
    assert 'action="/try/keep"' in refused.text
    assert TOKEN not in refused.text
    assert store.is_empty()


def test_tokens_cannot_be_guessed_quickly(client: FlaskClient) -> None:
    """A client has ten attempts a minute, and the right token counts as well as a wrong one."""
    for _ in range(try_keep.ATTEMPTS):
        assert keep(client, token="wrong-word-of-some-length").status_code == 401
    late = keep(client)
    assert (late.status_code, "Retry-After" in late.headers) == (429, True)


def test_page_offers_to_keep_only_where_it_can(reader: ProcessReader, client: FlaskClient) -> None:
    """A server without a token says what does it instead."""
    assert "Keep it in the graph" in client.post("/try", data={"text": TEXT}, headers=BROWSER).text
    closed = app_of(reader, EmbeddedStore.in_memory(), writes=False).test_client()
    assert "/try/keep" not in closed.post("/try", data={"text": TEXT}, headers=BROWSER).text
    refused = closed.post("/try/keep", headers=BROWSER)
    assert refused.status_code == 403
    assert "kg build FILE --store DIR" in refused.text


def test_file_is_tried_and_kept_in_a_browser(reader: ProcessReader, store: EmbeddedStore) -> None:
    """Upload, look, keep with the token, follow the link to the article; no page of it hinders a screen reader."""
    with chromium() as browser, served(app_of(reader, store)) as address:
        page: Page = browser.new_page()
        page.set_default_timeout(120_000)  # the machine can be busy
        page.goto(f"{address}/try")
        payload: Any = {"name": "talks.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}
        page.set_input_files("#file", payload)
        follow(page.get_by_role("button", name="Analyze"))
        page.get_by_label("Address of the article").fill(ADDRESS)
        page.get_by_label("Token").fill("not-the-right-word-at-all")
        assert axe(page)["violations"] == []
        follow(page.get_by_role("button", name="Keep it"))
        assert "That is not the token" in page.locator("#problem").inner_text()
        assert page.get_by_label("Address of the article").input_value() == ADDRESS
        assert axe(page)["violations"] == []
        page.get_by_label("Token").fill(TOKEN)
        follow(page.get_by_role("button", name="Keep it"))
        assert axe(page)["violations"] == []
        follow(page.get_by_role("link", name=ADDRESS))
        assert "Talks in Vienna" in page.locator("h1").inner_text()
        assert page.locator("main").inner_text().count("We will not accept another delay")
    assert not store.is_empty()
