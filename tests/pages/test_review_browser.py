"""Review in a real browser: how many interactions a correction takes, on a phone, by keyboard, without script.

``PICTURES=docs python -m pytest tests/pages/test_review_browser.py -k hour`` makes the pictures of docs/corrections.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from kg import mapper
from kg.app import create_app
from kg.config import Settings
from kg.corrections.kept import KeptRecords
from kg.corrections.log import read_log
from kg.sparql.auth import BearerToken
from kg.store import EmbeddedStore
from tests.gold.load import load_gold
from tests.samples import sample
from tests.served.browsing import BASE, axe, chromium, follow, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from kg.graph import VersionGraph
    from kg.sparql.writer import Writer

DIGITS = sample().document.sha256[:16]
WORD = "a-token-of-the-tests-0123456789"


class _Writer:
    """Puts versions in force past the engine, which these tests do without."""

    token = BearerToken.of(WORD)

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def replace(self, graphs: Sequence[VersionGraph]) -> None:
        self._store.replace(graphs)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the store: its log and the extractor's reading."""
    KeptRecords(tmp_path).keep(sample())
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The sample, served with the pages for review."""
    store = EmbeddedStore.in_memory()
    store.replace([mapper.map_record(sample(), BASE)])
    writer = cast("Writer", _Writer(store))
    with served(create_app(Settings(base=BASE), store, writer=writer, index=folder / "words")) as found:
        yield found


def _entered(browser: Browser, address: str, **options: object) -> BrowserContext:
    """A context whose person has given the token."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/review/doc/{DIGITS}")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Token").fill(WORD)
    follow(page.get_by_role("button", name="Begin"))
    return context


def _article(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/doc/{DIGITS}")
    return page


def test_wrong_speaker_takes_four_interactions(browser: Browser, address: str, folder: Path) -> None:
    """From the article: correct it, change, the name, save."""
    page = _article(_entered(browser, address), address)
    follow(page.get_by_role("link", name="Correct it"))
    card = page.locator("li.claim-card").first
    card.locator("summary").click()
    card.get_by_label("Speaker").fill("Ada Quill (person)")
    follow(card.get_by_role("button", name="Save", exact=True))
    assert "Kept." in page.locator("main").inner_text()
    assert "change by Ana" in page.locator("li.claim-card").first.inner_text()
    (made,) = read_log(folder / "corrections.jsonl")
    assert (made.kind, made.by) == ("change", "Ana")


def test_missed_claim_takes_four_interactions(browser: Browser, address: str, folder: Path) -> None:
    """From the article: correct it, select the words, the speaker, add."""
    page = _article(_entered(browser, address), address)
    follow(page.get_by_role("link", name="Correct it"))
    page.evaluate(
        """() => { const node = document.getElementById("reviewed").firstChild;
        const at = node.data.indexOf("a third round will follow");
        getSelection().setBaseAndExtent(node, at, node, at + "a third round will follow".length); }"""
    )
    page.wait_for_function('() => document.getElementById("words").value === "a third round will follow"')
    page.get_by_label("Who says it").fill("Arvonia (political actor)")
    follow(page.get_by_role("button", name="Add as a claim"))
    (made,) = read_log(folder / "corrections.jsonl")
    assert made.target is not None
    assert made.target.words[0].quote == "a third round will follow"


def test_keyboard_alone_accepts_rejects_changes_and_takes_back(browser: Browser, address: str, folder: Path) -> None:
    """On a statement: a accepts and goes on to the next, r rejects, c opens the change, u takes back, j and k move."""
    page = _entered(browser, address).pages[0]
    first = page.locator("li[data-statement]").first
    first.focus()
    with page.expect_navigation():
        page.keyboard.press("a")
    assert page.evaluate("document.activeElement.id") != first.get_attribute("id")  # the next one that waits
    with page.expect_navigation():
        page.keyboard.press("r")
    assert [one.kind for one in read_log(folder / "corrections.jsonl")] == ["accept", "reject"]
    at = page.evaluate("document.activeElement.id")
    page.keyboard.press("k")
    before = page.evaluate("document.activeElement.id")
    page.keyboard.press("j")
    assert before != at == page.evaluate("document.activeElement.id")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "speaker"
    page.keyboard.type("jakru")  # in a field these are letters
    assert len(read_log(folder / "corrections.jsonl")) == 2
    first.focus()
    with page.expect_navigation():
        page.keyboard.press("u")
    assert read_log(folder / "corrections.jsonl")[-1].kind == "undo"


def test_rule_is_accepted_at_once_without_script(browser: Browser, address: str, folder: Path) -> None:
    """From the queue: the rules, one of them, accept all; and back."""
    context = _entered(browser, address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/review")
    page.get_by_role("link", name="All of one rule at once").click()
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Accept all").click()
    assert "are accepted" in page.locator("main").inner_text()
    made = read_log(folder / "corrections.jsonl")
    page.get_by_role("button", name="Take back all").click()
    assert [one.kind for one in read_log(folder / "corrections.jsonl")] == [*(one.kind for one in made)] + [
        "undo"
    ] * len(made)


def test_phone_without_script_can_do_the_same(browser: Browser, address: str, folder: Path) -> None:
    """On 320 pixels nothing sticks out; without script the words are copied into the field."""
    context = _entered(browser, address, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}/review/doc/{DIGITS}")
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= 320
    page.get_by_label("Its words, exactly").fill("a third round will follow")
    page.get_by_label("Who says it").fill("Arvonia (political actor)")
    page.get_by_role("button", name="Add as a claim").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**done=*")
    assert len(read_log(folder / "corrections.jsonl")) == 1


def test_hour_of_an_editor(browser: Browser, tmp_path: Path) -> None:
    """The queue leads to the least certain statement; its speaker is changed; a rule is accepted: as the page shows."""
    pictures = Path(os.environ.get("PICTURES") or tmp_path)
    record = next(one.record for one in load_gold() if 4 <= len(one.record.claims) <= 8)
    sure = tuple(replace(one, confidence=round(0.55 + 0.07 * n, 2)) for n, one in enumerate(record.claims))
    record = replace(record, claims=sure)
    KeptRecords(tmp_path).keep(record)
    store = EmbeddedStore.in_memory()
    store.replace([mapper.map_record(record, BASE)])
    app = create_app(Settings(base=BASE), store, writer=cast("Writer", _Writer(store)), index=tmp_path / "words")
    with served(app) as address:
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.goto(f"{address}/review")
        page.get_by_label("Your name").fill("Ana")
        page.get_by_label("Token").fill(WORD)
        follow(page.get_by_role("button", name="Begin"))
        page.screenshot(path=pictures / "review-queue.png")
        follow(page.locator("ol.statements a.quote").first)
        card = page.locator("li[data-statement]:focus-within")
        page.keyboard.press("c")
        page.screenshot(path=pictures / "review-article.png")
        card.get_by_label("Speaker").fill("Ada Quill (person)")
        follow(card.get_by_role("button", name="Save", exact=True))
        assert "change by Ana" in page.locator("main").inner_text()
        page.goto(f"{address}/review/rules?rule={record.claims[0].rule}")
        page.screenshot(path=pictures / "review-rule.png")
        follow(page.get_by_role("button", name="Accept all"))
        assert "are accepted" in page.locator("main").inner_text()
        page.close()
    assert all(15_000 < path.stat().st_size < 400_000 for path in pictures.glob("review-*.png"))


def test_no_rule_of_accessibility_is_broken(browser: Browser, address: str) -> None:
    """axe finds nothing on the pages for review."""
    page = _entered(browser, address).new_page()
    broken = []
    for path in (f"/review/doc/{DIGITS}", "/review", "/review/rules", f"/review/rules?rule={sample().facts[0].rule}"):
        page.goto(address + path)
        broken += [(path, found["id"]) for found in axe(page)["violations"]]
    assert broken == []
