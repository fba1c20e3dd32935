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

_COUNTING = """
const note = (what) => sessionStorage.setItem("done", (sessionStorage.getItem("done") || "") + what + "\\n");
let filled = null, selecting = false;
addEventListener("click", (event) => {
  if (!event.isTrusted || event.target.closest("#reviewed")) return;
  note("click " + event.target.textContent.trim().slice(0, 30));
  filled = null;
}, true);
addEventListener("input", (event) => {
  if (event.target !== filled) note("fill " + event.target.name);
  filled = event.target;
}, true);
document.addEventListener("selectionchange", () => {
  const is = !document.getSelection().isCollapsed && document.activeElement.tagName !== "INPUT";
  if (is && !selecting) note("select");
  selecting = is;
}, true);
"""
"""Notes what a person does: a click, a field that is filled in, words that are selected."""

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


def _entered(browser: Browser, address: str, *, name: str = "Ana", **options: object) -> BrowserContext:
    """A context whose person has given the token."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/review/doc/{DIGITS}")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Token").fill(WORD)
    follow(page.get_by_role("button", name="Begin"))
    return context


def _article(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/doc/{DIGITS}")
    return page


def _counted(context: BrowserContext, address: str) -> Page:
    """The article's page in a tab that notes what is done from here on."""
    context.add_init_script(_COUNTING)
    return _article(context, address)


def _done(page: Page) -> list[str]:
    return str(page.evaluate("sessionStorage.getItem('done')")).split("\n")[:-1]


def _drag_over(page: Page, words: str) -> None:
    """Select words of the text with the mouse."""
    box = page.evaluate(
        """(words) => { const node = document.getElementById("reviewed").firstChild, range = document.createRange();
        const at = node.data.indexOf(words);
        range.setStart(node, at); range.setEnd(node, at + 1); document.getElementById("reviewed").scrollIntoView();
        const first = range.getBoundingClientRect();
        range.setStart(node, at + words.length - 1); range.setEnd(node, at + words.length);
        const last = range.getBoundingClientRect();
        return [first.left, first.top + first.height / 2, last.right, last.top + last.height / 2]; }""",
        words,
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move(box[2], box[3], steps=8)
    page.mouse.up()
    page.wait_for_function("(words) => document.getElementById('words').value === words", arg=words)


def test_wrong_speaker_takes_at_most_four_interactions(browser: Browser, address: str, folder: Path) -> None:
    """From the article, counted by the browser: correct it, change, the name, save."""
    page = _counted(_entered(browser, address), address)
    follow(page.get_by_role("link", name="Correct it"))
    card = page.locator("li.claim-card").first
    card.locator("summary").click()
    card.get_by_label("Speaker").fill("Ada Quill (person)")
    follow(card.get_by_role("button", name="Save", exact=True))
    assert "Kept." in page.locator("main").inner_text()
    assert "change by Ana" in page.locator("li.claim-card").first.inner_text()
    (made,) = read_log(folder / "corrections.jsonl")
    assert (made.kind, made.by) == ("change", "Ana")
    assert len(_done(page)) == 4, _done(page)


def test_missed_claim_takes_at_most_six_interactions(browser: Browser, address: str, folder: Path) -> None:
    """From the article, counted by the browser: correct it, select the words, the speaker, add."""
    page = _counted(_entered(browser, address), address)
    follow(page.get_by_role("link", name="Correct it"))
    _drag_over(page, "a third round will follow")
    page.get_by_label("Who says it").fill("Arvonia (political actor)")
    follow(page.get_by_role("button", name="Add as a claim"))
    (made,) = read_log(folder / "corrections.jsonl")
    assert made.target is not None
    assert made.target.words[0].quote == "a third round will follow"
    assert 4 <= len(_done(page)) <= 6, _done(page)
    assert "select" in _done(page)


def test_second_of_two_people_sees_what_changed_and_loses_nothing(browser: Browser, address: str, folder: Path) -> None:
    """Both open the article; the later one is told what the other decided and what was sent, and decides again."""
    ana, ben = (_entered(browser, address, name=name).pages[0] for name in ("Ana", "Ben"))
    for page in (ana, ben):
        page.goto(f"{address}/review/doc/{DIGITS}")
    quote = ana.locator("li.claim-card q").first.inner_text()
    follow(ana.locator("li.claim-card").first.get_by_role("button", name="Reject"))
    card = ben.locator("li.claim-card").last
    card.locator("summary").click()
    card.get_by_label("Speaker").fill("Ada Quill (person)")
    follow(card.get_by_role("button", name="Save", exact=True))
    told = ben.get_by_role("alert").inner_text()
    assert "was corrected since you opened this page" in told
    assert f"Ana: reject “{quote}”" in told
    assert "speaker: Ada Quill (person)" in told
    assert [one.by for one in read_log(folder / "corrections.jsonl")] == ["Ana"]
    card = ben.locator("li.claim-card").last
    assert card.get_by_label("Speaker").input_value() == "Ada Quill (person)"  # open, as it was filled in
    follow(card.get_by_role("button", name="Save", exact=True))
    assert [(one.by, one.kind) for one in read_log(folder / "corrections.jsonl")] == [
        ("Ana", "reject"),
        ("Ben", "change"),
    ]


def test_refused_correction_names_the_shape_and_keeps_what_was_typed(
    browser: Browser, address: str, folder: Path
) -> None:
    """A place says nothing: the page names the shape and its reason, and the form has what was filled in."""
    page = _entered(browser, address).pages[0]
    card = page.locator("li.claim-card").first
    card.locator("summary").click()
    card.get_by_label("Speaker").fill("Port Sella (place)")
    card.get_by_label("Certainty").select_option("possible")
    follow(card.get_by_role("button", name="Save all"))
    told = page.get_by_role("alert").inner_text()
    assert "ClaimShape-speaker" in told
    assert "a person, political actor, organization" in told
    assert read_log(folder / "corrections.jsonl") == []
    card = page.locator("li.claim-card").first
    assert card.get_by_label("Speaker").input_value() == "Port Sella (place)"
    assert card.get_by_label("Certainty").input_value() == "possible"


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
