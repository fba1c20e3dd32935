"""The page of the last validation in a real browser: accessibility, policy, and the way to the words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import vocab
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.validate import ValidationReport, report_cache, validate
from tests.samples import TEXT, sample
from tests.served.browsing import BASE, SCHEMES, axe, chromium, follow, hostile, lit, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def addresses(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Every state of the page: findings on an ordinary and a hostile text, none, never, failed, an older one."""
    assert browser.is_connected()
    quads = [
        quad
        for record in (sample(), hostile())
        for quad in map_record(record, BASE).quads
        if quad.predicate.value != vocab.SPEECH_ACT
    ]
    store = EmbeddedStore.in_memory()
    store.change(set(), set(quads))
    report = replace(validate(quads), made=datetime(2025, 4, 3, tzinfo=UTC))
    nothing = ValidationReport(findings=(), triples=())
    states = [
        report_cache.CachedReport(report=report, revision=store.revision, maker="validate"),
        report_cache.CachedReport(report=nothing, revision=store.revision, maker="build"),
        report_cache.CachedReport(report=report, revision=0, maker="validate"),
        report_cache.CachedReport(report=nothing, revision=store.revision, maker="validate", failure="stopped"),
        None,
    ]
    folder = tmp_path_factory.mktemp("reports")
    found = []
    opened = []
    for number, state in enumerate(states):
        place: Path = folder / str(number)
        place.mkdir()
        if state is not None:
            (place / report_cache.FILE_NAME).write_bytes(report_cache.dumps(state))
        site = served(create_app(Settings(base=BASE), store, questions=(), index=place / "words"))
        found.append(site.__enter__())
        opened.append(site)
    yield found
    for site in opened:
        site.__exit__(None, None, None)


@pytest.mark.parametrize("width", [1200, 320])
def test_no_rule_of_accessibility_is_broken(browser: Browser, addresses: list[str], width: int) -> None:
    """axe finds nothing in any state of the page, nor on an article with notes, wide and on a phone, light and dark."""
    article = addresses[0] + "/doc/" + sample().document.sha256[:16]
    broken = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    for address in (*(f"{address}/validation" for address in addresses), article):
        page.goto(address)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found = axe(page, "phone" if scheme == "light" and width == 320 else scheme)
            broken += [f"{address} {scheme} {v['id']}: {v['nodes'][0]['html']}" for v in found["violations"]]
        assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth"), address
    page.close()
    assert broken == []


def test_pages_keep_to_the_strict_policy(browser: Browser, addresses: list[str]) -> None:
    """No error on the console, no style or handler in the markup, whatever stands in the text."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    for address in addresses:
        page.goto(f"{address}/validation")
        assert page.title() == "Validation"
        assert page.locator("main [style], main [onclick], main script").count() == 0
    page.close()
    assert errors == []


def test_finding_leads_to_its_words(browser: Browser, addresses: list[str]) -> None:
    """A click, and the very words are lit in the article; the note beside them leads back to the report."""
    page = browser.new_page()
    page.goto(f"{addresses[0]}/validation?document=sample")
    item = page.locator("ol.found > li").first
    words = item.locator(".words").inner_text()
    follow(item.locator("a", has_text="in the text"))
    assert "/doc/" in page.url
    assert lit(page) == words
    assert words in TEXT
    follow(page.locator(".finding a").first)
    assert "/validation?" in page.url
    assert page.locator("ol.found > li").count() >= 1
    page.close()


def test_note_is_no_line_in_the_text(browser: Browser, addresses: list[str]) -> None:
    """What validation says is beside the text: the text is the article's, and its lines are those of statements."""
    page = browser.new_page()
    page.goto(addresses[0] + "/doc/" + sample().document.sha256[:16])
    assert page.locator(".finding").count() >= 1
    assert page.locator(".text .finding").count() == 0
    found = page.evaluate("() => [...document.querySelectorAll('.text')].map((e) => e.textContent)")
    assert found == [line for line in TEXT.split("\n") if line.strip()]
    page.close()
