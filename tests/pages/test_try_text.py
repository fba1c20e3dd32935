"""Try it: a pasted text is read, shown and forgotten; every state has its own words and its own status."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import recordfile
from kg.app import create_app
from kg.config import Settings
from kg.errors import InputError, KgError, ReadingStopped
from kg.extract import EXTRACTORS, Extractor
from kg.http.rate_limit import RateLimiter
from kg.mapper import map_record
from kg.pages import try_text
from kg.pages.try_text import READINGS, TEXT_LIMIT, Tried
from kg.readers.text import headline
from kg.records import Document
from kg.store import EmbeddedStore
from tests.pages.test_browser import MODES, POINTS, expected_lines, lines_of
from tests.pages.test_pages import BROWSER
from tests.pages.test_pages import Page as Markup
from tests.served.browsing import HOSTILE, SEEDS, Site, axe, chromium, follow, press_to_follow, served
from tests.served.small_app import BASE, QUESTIONS, small_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A browser that leaves a page drops connections; the development server's sockets are then closed by the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

TEXT = (
    "Ruritania reopens border post\n\n"
    "The ministers of Ruritania and Sylvania met on Monday. Foreign minister Anna Kovac said that Sylvania had "
    "attacked a border post.\n"
)


@cache
def _rules() -> Extractor:
    return EXTRACTORS["rules"](Settings())


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads in this process, by the rules."""

    def prepare(self) -> None:
        """Nothing is to be prepared."""

    def __call__(self, text: str, published: str | None = None) -> Tried:
        """The record and the graph."""
        document = Document(id="pasted", text=text, title=headline(text), published=published)
        record = _rules().extract(document)
        return Tried(record=recordfile.dumps(record), graph=map_record(record, BASE))


@dataclass(frozen=True, slots=True)
class Failing:
    """Reads nothing, and says why."""

    error: KgError

    def prepare(self) -> None:
        """Nothing is to be prepared."""

    def __call__(self, text: str, published: str | None = None) -> Tried:  # noqa: ARG002
        """Raises the error."""
        raise self.error


def app_of(reader: try_text.PastedTextReader | None, store: EmbeddedStore | None = None) -> Flask:
    """An app that reads texts with ``reader``."""
    return create_app(Settings(base=BASE), store or small_store(), questions=QUESTIONS, reader=reader)


RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture
def client() -> FlaskClient:
    """A client of an app of its own: readings are counted for each app."""
    return app_of(Reader()).test_client()


def send(client: FlaskClient, text: str, **values: str) -> Any:
    """What a browser sends for a pasted text."""
    return client.post("/try", data={"text": text.replace("\n", "\r\n"), **values}, headers=BROWSER)


def test_pasted_text_is_shown_with_its_claims_and_facts_marked(client: FlaskClient) -> None:
    """The article's words, marked as on an article's page, with the record and the Turtle under them."""
    response = send(client, TEXT)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    read = Markup(response.text)
    text = " ".join(read.text.split())
    assert "Nothing was saved" in text
    assert re.search(r'<span class="claim t0"[^>]*>(that )?Sylvania had attacked a border post', response.text)
    assert re.search(r'<span class="fact t0"[^>]*>', response.text)
    assert '"speech_act": "say"' in text
    assert "@prefix cg:" in text
    assert "a cg:Claim" in text


def test_what_is_pasted_reaches_neither_the_store_nor_another_page(client: FlaskClient) -> None:
    """The store has the same revision and the same quads, whatever was pasted, and no page has a word of it."""
    store = small_store()
    before = store.revision, set(store.quads())
    client = app_of(Reader(), store).test_client()
    for text in (TEXT, HOSTILE, "INSERT DATA { <urn:a> <urn:b> <urn:c> }", TEXT.replace("Monday", "Tuesday")):
        assert send(client, text).status_code == 200
        assert send(client, text, format="trig").status_code == 200
    assert (store.revision, set(store.quads())) == before
    for address in ("/", "/timeline", "/matrix", "/try"):
        assert "Kovac" not in client.get(address, headers=BROWSER).text
    rows = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }", "format": "csv"}).text
    assert "Kovac" not in rows


def test_page_of_a_tried_text_leads_to_nothing_that_is_not_there(client: FlaskClient) -> None:
    """What was only tried has no pages: no link of it is dead."""
    read = Markup(send(client, TEXT).text)
    assert any(link.startswith("#m-C") for link in read.links)
    for link in read.links:
        if link.startswith("#"):
            assert link[1:] in read.ids
        else:
            assert client.get(link, headers=BROWSER, follow_redirects=True).status_code == 200 or link == "/sparql", (
                link
            )


@pytest.mark.parametrize(
    ("name", "engine"),
    [("turtle", ox.RdfFormat.TURTLE), ("trig", ox.RdfFormat.TRIG), ("ntriples", ox.RdfFormat.N_TRIPLES)],
)
def test_graph_of_a_tried_text_is_that_of_the_mapper(client: FlaskClient, name: str, engine: ox.RdfFormat) -> None:
    """The file holds what the mapper makes; flat formats merge the graphs."""
    response = send(client, TEXT, format=name)
    assert response.headers["Content-Disposition"].startswith("attachment; filename=tried.")
    expected = Reader()(TEXT).graph.quads
    found = set(ox.parse(response.data, engine))
    if engine.supports_datasets:
        assert found == set(expected)
    else:
        beside = {quad.triple for quad in found} - {quad.triple for quad in expected}
        assert {quad.triple for quad in found} >= {quad.triple for quad in expected}
        assert {triple.predicate for triple in beside} == {RDF_TYPE}  # flat files declare their terms


def test_record_of_a_tried_text_is_a_record(client: FlaskClient) -> None:
    """What comes as a file goes through the door of records; offsets are into the text that was typed."""
    record = recordfile.loads(send(client, TEXT, format="record").text)
    assert record.document.text == TEXT
    assert record.claims


def test_programs_send_plain_text_and_choose_by_accept(client: FlaskClient) -> None:
    """No form is needed."""
    response = client.post("/try", data=TEXT.encode(), content_type="text/plain", headers={"Accept": "text/turtle"})
    assert response.mimetype == "text/turtle"
    assert b"cg:Claim" in response.data


def test_file_is_read_exactly_as_it_is(client: FlaskClient) -> None:
    """The line ends of a file stay: its offsets are into the file. A byte-order mark is no part of the text."""
    text = "\ufeff" + TEXT.replace("\n", "\r\n")
    response = client.post("/try", data={"file": (io.BytesIO(text.encode()), "a.txt"), "text": "", "format": "record"})
    assert recordfile.loads(response.text).document.text == text.removeprefix("\ufeff")


def test_day_of_publication_dates_the_words(client: FlaskClient) -> None:
    """With it, Monday is a day; without, it stays words."""
    assert "2025-03-31" not in send(client, TEXT, format="turtle").text
    assert "2025-03-31" in send(client, TEXT, published="2025-04-03", format="turtle").text


@pytest.mark.parametrize(
    ("sent", "status", "reason", "words"),
    [
        ({"text": "x" * (TEXT_LIMIT + 1)}, 413, "too-long", "longer than 20,000 characters"),
        ({"text": "x" * 400_000}, 413, "too-long", "longer than 20,000 characters"),
        ({"text": " \r\n "}, 400, "empty", "There is no text"),
        ({}, 400, "empty", "There is no text"),
        ({"text": "a\0b"}, 422, "binary", "NUL"),
        ({"text": TEXT, "format": "exe"}, 400, "unknown-format", "There are: html, turtle"),
        ({"file": (b"\xff\xfe", "a.txt")}, 422, "not-utf-8", "not UTF-8 at byte 0"),
    ],
)
def test_text_that_is_not_read_says_why(sent: dict[str, Any], status: int, reason: str, words: str) -> None:
    """Each state has its own status and its own words, as a page and as a problem document."""
    for accept, expected in ((BROWSER["Accept"], words), ("application/json", f'"reason": "{reason}"')):
        client = app_of(Failing(AssertionError("never asked"))).test_client()  # type: ignore[arg-type]
        data = {
            name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
            for name, value in sent.items()
        }
        response = client.post("/try", data=data, content_type="multipart/form-data", headers={"Accept": accept})
        assert response.status_code == status
        assert expected in response.text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (InputError("the text is not English"), 422, "The text cannot be read: the text is not English"),
        (ReadingStopped("30 seconds were not enough"), 503, "says nothing about what is in the text"),
    ],
)
def test_reader_that_reads_nothing_is_not_an_empty_article(error: KgError, status: int, words: str) -> None:
    """What stopped the reading is told, the text stays in the form, and nothing looks like a text without claims."""
    response = send(app_of(Failing(error)).test_client(), "Title\n\nSome words.")
    assert response.status_code == status
    assert words in response.text
    assert "Some words." in response.text
    assert "other people said" not in response.text
    assert ("Retry-After" in response.headers) == (status == 503)


def test_one_client_is_read_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too often is 429 with the seconds to wait, in words of its own; another client is not kept waiting."""
    monkeypatch.setattr(try_text, "READING_SECONDS", 3_600.0)
    client = app_of(Reader()).test_client()
    for _ in range(READINGS):
        assert send(client, TEXT).status_code == 200
    refused = send(client, TEXT)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 360
    assert "Too often." in refused.text
    assert "Anna Kovac" in refused.text  # what was pasted is not lost
    assert send(client, "").status_code == 400  # what is not read does not count
    other = client.post("/try", data={"text": TEXT}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_meter_gives_back_as_time_passes() -> None:
    """Two in ten seconds: then one each five."""
    now = 0.0
    meter = RateLimiter(2, 10, lambda: now)
    assert [meter.acquire("a"), meter.acquire("a"), meter.acquire("a")] == [0, 0, 5]
    assert meter.acquire("b") == 0
    now = 4.5
    assert meter.acquire("a") == 1
    now = 5.0
    assert [meter.acquire("a"), meter.acquire("a")] == [0, 5]
    now = 1_000.0
    assert [meter.acquire("a"), meter.acquire("a"), meter.acquire("a")] == [0, 0, 5]


def test_meter_takes_a_network_of_ipv6_for_one_client() -> None:
    """Whoever has one address has its 64 bits of neighbours too."""
    meter = RateLimiter(1, 10, lambda: 0.0)
    assert meter.acquire("2001:db8::1") == 0
    assert meter.acquire("2001:db8::ffff:1") == 10
    assert meter.acquire("2001:db8:0:1::1") == 0
    assert [meter.acquire("192.0.2.1"), meter.acquire("192.0.2.2"), meter.acquire("not an address")] == [0, 0, 0]


def test_page_that_is_switched_off_says_so() -> None:
    """404 with the reason, and no page links to it."""
    client = app_of(None).test_client()
    for response in (client.get("/try", headers=BROWSER), send(client, TEXT)):
        assert response.status_code == 404
        assert "--no-try" in response.text
    assert 'href="/try"' not in client.get("/", headers=BROWSER).text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(browser: Browser) -> Iterator[str]:
    """Where the app is served; a test's clients share the count of readings, so it is far away."""
    assert browser.is_connected()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(try_text, "READINGS", 1_000)
        app = app_of(Reader())
    with served(app) as opened:
        yield opened


@pytest.fixture(scope="module")
def stopped(browser: Browser) -> Iterator[str]:
    """An app whose reader is always out of time."""
    assert browser.is_connected()
    with served(app_of(Failing(ReadingStopped("30 seconds were not enough")))) as opened:
        yield opened


def seed_text() -> str:
    """The seed article's words."""
    (path,) = SEEDS.glob("*.txt")
    return path.read_text("utf-8")


def paste(page: Page, address: str, text: str) -> None:
    """Paste a text and have it read."""
    page.goto(f"{address}/try")
    page.get_by_label("Text of an article").fill(text)
    follow(page.get_by_role("button", name="Analyze"))


def watch(page: Page) -> list[str]:
    """What must not happen: errors on the console, dialogs, requests to other hosts."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("request", lambda request: None if "//127.0.0.1:" in request.url else wrong.append(request.url))
    return wrong


@pytest.mark.parametrize("mode", ["light", "dark", "phone", "no script"])
def test_tried_text_is_marked_line_by_line(browser: Browser, address: str, mode: str) -> None:
    """The words are those that were pasted, and each fact, claim and unclear passage has its line, hostile or not."""
    context = browser.new_context(**MODES[mode])
    page = context.new_page()
    wrong = watch(page)
    for text in (seed_text(), HOSTILE, "One", "قال الوزير إن المفاوضات مستمرة منذ أسبوع"):
        paste(page, address, text)
        assert page.evaluate("() => [...document.querySelectorAll('.text')].map((e) => e.textContent)") == lines_of(
            text
        )
        graph = Reader()(text).graph
        store = EmbeddedStore.in_memory()
        store.replace([graph])
        path = "/" + graph.version.removeprefix(BASE)
        assert page.evaluate(POINTS) == expected_lines(Site("", store, {path: text}), path)
        assert page.title() == "Your text, analyzed"
    context.close()
    assert wrong == []


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_no_rule_of_accessibility_is_broken_in_any_state(
    browser: Browser, address: str, stopped: str, mode: str
) -> None:
    """axe finds nothing on the form, the result (closed and open), too long, and out of time; nothing is too wide."""
    context = browser.new_context(**MODES[mode])
    page = context.new_page()
    broken: list[str] = []

    def check(state: str) -> None:
        for violation in axe(page, mode)["violations"]:
            broken.append(f"{state}: {violation['id']}: {violation['nodes'][0]['html'][:150]}")
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            broken.append(f"{state}: wider than the window")
        if page.evaluate("() => document.querySelectorAll('[style], [onclick], [onload], [onerror]').length"):
            broken.append(f"{state}: style or handler in the markup")

    page.goto(f"{address}/try")
    check("form")
    paste(page, address, HOSTILE)
    check("result")
    page.evaluate("() => document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    check("result, open")
    paste(page, address, "x" * (TEXT_LIMIT + 1))
    assert "Too long." in page.get_by_role("alert").inner_text()
    check("too long")
    paste(page, stopped, TEXT)
    assert "Stopped." in page.get_by_role("alert").inner_text()
    check("stopped")
    context.close()
    assert broken == []


def test_try_page_is_worked_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    """Type, Tab to the button, Enter; then from a badge to its card and back."""
    page = browser.new_page()
    page.goto(f"{address}/try")
    page.get_by_label("Text of an article").focus()
    page.keyboard.insert_text(TEXT)
    while page.evaluate("() => document.activeElement.textContent") != "Analyze":
        page.keyboard.press("Tab")
    press_to_follow(page)
    page.locator("#m-C1").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('li')?.id === 'C1'")
    page.keyboard.press("Escape")
    assert page.locator(".on").count() == 0
    page.close()


def test_file_of_the_graph_is_downloaded(browser: Browser, address: str) -> None:
    """The button under the result gives the Turtle of what is shown."""
    page = browser.new_page()
    paste(page, address, TEXT)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Turtle").click()
    assert coming.value.suggested_filename == "tried.ttl"
    page.close()
