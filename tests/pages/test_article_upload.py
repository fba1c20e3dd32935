"""Articles sent to a running server: who may, what is read, what the answer says, what the graph then holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.app import create_app
from kg.cli.extraction_process import ProcessReader
from kg.config import Settings
from kg.engine import Engine
from kg.http.admission import Admission
from kg.pages.article_upload import BODY_LIMIT
from kg.sparql.auth import BearerToken
from kg.sparql.writer import Writer
from kg.store import EmbeddedStore, ownership

SETTINGS = Settings(extractor="rules", base="https://data.test/id/")
TOKEN = {"Authorization": "Bearer a-word-that-is-long-enough"}
TEXT = (
    "Talks in Vienna\n\nFrance signed the agreement with Norway in Vienna on Tuesday.\n\n"
    "“We will not accept another delay,” the French minister Anna Weber said after the meeting with negotiators."
)
PAGE = (
    "<html lang='en'><head><title>Talks in Vienna</title>{head}</head><body><article><h1>Talks in Vienna</h1>"
    + "".join(f"<p>{part}</p>" for part in TEXT.split("\n\n")[1:])
    + "</article></body></html>"
)


@pytest.fixture(scope="module")
def reader() -> Iterator[ProcessReader]:
    """One reading process for all tests."""
    with ProcessReader(SETTINGS) as opened:
        yield opened


@pytest.fixture
def store() -> EmbeddedStore:
    """An empty store."""
    return EmbeddedStore.in_memory()


@pytest.fixture
def client(reader: ProcessReader, store: EmbeddedStore) -> FlaskClient:
    """A client of an app with a writer."""
    engine = cast("Engine", SimpleNamespace(deadline=5.0))
    writer = Writer(store, engine, BearerToken.of("a-word-that-is-long-enough"), SETTINGS.base)
    return create_app(SETTINGS, store, writer=writer, articles=reader).test_client()


def send(client: FlaskClient, data: str, kind: str, query: str = "", **headers: str) -> TestResponse:
    """Send articles with the token."""
    return client.post(f"/articles{query}", data=data.encode(), content_type=kind, headers=TOKEN | headers)


def line(name: str, text: str = TEXT, **more: Any) -> str:
    """An article as kg read prints it."""
    return json.dumps({"id": name, "text": text, "language": "en", **more})


def test_lines_are_added_replaced_and_left_as_they_are(client: FlaskClient, store: EmbeddedStore) -> None:
    """The answer says it for each; what kg read prints is taken; a correction takes the place of the first version."""
    first = line("https://a.test/1", authors=["Ann"], context=[], cut=[])
    sent = send(client, f"{first}\n{line('https://a.test/2', TEXT + ' More.')}\n", "application/x-ndjson")
    assert (sent.status_code, [one["status"] for one in sent.get_json()["articles"]]) == (200, ["added", "added"])
    assert all(one["facts"] + one["claims"] > 0 for one in sent.get_json()["articles"])
    again = send(client, f"{first}\n{line('https://a.test/2', TEXT + ' Less.')}", "application/x-ndjson").get_json()
    assert [one["status"] for one in again["articles"]] == ["unchanged", "replaced"]
    assert sorted(ownership.versions(store).values()) == ["current", "current", "superseded"]


@pytest.mark.parametrize(
    ("head", "query"),
    [("<link rel='canonical' href='https://a.test/talks'>", ""), ("", "?url=https://a.test/talks&publisher=Courier")],
)
def test_page_is_read_as_kg_build_reads_it(client: FlaskClient, head: str, query: str) -> None:
    """Its address is its own, or the one that the client says."""
    sent = send(client, PAGE.format(head=head), "text/html; charset=utf-8", query)
    assert [(one["article"], one["status"]) for one in sent.get_json()["articles"]] == [
        ("https://a.test/talks", "added")
    ]
    assert "Talks in Vienna" in client.get("/articles").text


def test_text_needs_an_address(client: FlaskClient) -> None:
    """Without one there is no name for the article."""
    assert send(client, TEXT, "text/plain", "?url=https://a.test/t&published=2026-03-05").status_code == 200
    for query in ("", "?url=talks", "?url=http://["):
        refused = send(client, TEXT, "text/plain", query)
        assert (refused.status_code, refused.get_json()["reason"]) == (400, "no-url")
    assert send(client, PAGE.format(head=""), "text/html").status_code == 422


def test_articles_that_cannot_be_used_are_named_and_the_others_go_in(client: FlaskClient) -> None:
    """As kg build does: another language is refused; where nothing is left, so is the whole."""
    german = "Der Minister sagte am Dienstag in Wien, dass die Verhandlungen gescheitert seien und dass man gehe. " * 3
    sent = send(
        client, f"{line('https://a.test/1')}\n{line('https://a.test/2', german, language='de')}", "application/jsonl"
    )
    assert (len(sent.get_json()["articles"]), sent.get_json()["refused"][0]["article"]) == (1, "https://a.test/2")
    alone = send(client, line("https://a.test/2", german, language="de"), "application/jsonl")
    assert (alone.status_code, alone.content_type) == (422, "application/problem+json")
    assert "https://a.test/2" in alone.get_json()["detail"]


@pytest.mark.parametrize(
    ("data", "kind", "query", "status", "reason"),
    [
        ("{", "application/x-ndjson", "", 422, "unreadable"),
        ('{"id": "x"}', "application/x-ndjson", "", 422, "refused"),
        ("", "application/x-ndjson", "", 400, "empty"),
        (TEXT, "application/pdf", "", 415, "unknown-format"),
        (TEXT, "text/plain", "?url=https://a.test/t&colour=red", 400, "unknown-parameter"),
        (line("x"), "application/jsonl", "?title=x", 400, "unknown-parameter"),
        (TEXT, "text/plain", "?url=https://a.test/t&published=soon", 422, "refused"),
        ("\n".join(line(f"a{n}", "Short.") for n in range(51)), "application/jsonl", "", 422, "unreadable"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_stored(
    client: FlaskClient, store: EmbeddedStore, data: str, kind: str, query: str, status: int, reason: str
) -> None:
    """With a problem document that names it."""
    refused = send(client, data, kind, query)
    assert (refused.status_code, refused.get_json()["reason"]) == (status, reason)
    assert store.is_empty()


def test_only_those_with_the_token_may(client: FlaskClient, reader: ProcessReader, store: EmbeddedStore) -> None:
    """Their body is not even taken; a server without a token is read-only, one without a reader says so."""
    assert client.post("/articles", data=line("x"), content_type="application/jsonl").status_code == 401
    wrong = client.post("/articles", data="x", content_type="text/plain", headers={"Authorization": "Bearer other"})
    assert wrong.status_code == 401
    closed = create_app(SETTINGS, store, articles=reader).test_client()
    assert send(closed, line("x"), "application/jsonl").status_code == 403
    admission = Admission(client.application)
    head = {"REQUEST_METHOD": "POST", "PATH_INFO": "/articles", "SERVER_NAME": "a.test", "SERVER_PORT": "80"}
    head |= {"wsgi.url_scheme": "http"}
    assert admission.limit(head) == 0
    assert admission.limit(head | {"HTTP_AUTHORIZATION": TOKEN["Authorization"]}) == BODY_LIMIT
    switched_off = create_app(SETTINGS, store, writer=cast("Any", SimpleNamespace(token=BearerToken.of("w" * 20))))
    sent = switched_off.test_client().post("/articles", headers={"Authorization": f"Bearer {'w' * 20}"})
    assert sent.status_code == 404
