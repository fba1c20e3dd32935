"""Somebody who knows nothing of the graph or of SPARQL finds things from the start page, in a few clicks.

``PICTURES=docs python -m pytest tests/pages/test_newcomer.py -k pictures`` makes the pictures of the documentation.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.gold.load import load_gold
from tests.samples import sample
from tests.served.browsing import Site, chromium, follow, press_to_follow, site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
MOST_CLICKS = 3
DAY = "2025-04-04"
_FOCUSED = """() => {
  const e = document.activeElement;
  return e.closest('main') ? (e.getAttribute('aria-label') || e.innerText || '').trim() : '';
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def articles(browser: Browser) -> Iterator[Site]:
    """Some fifty articles: the annotated ones, and two outlets that report the same event."""
    assert browser.is_connected()
    outlets = [sample(document_id=name, publisher=name, published=DAY) for name in ("The Herald", "The Post")]
    outlets[1] = sample(
        text=outlets[1].document.text + " And on.", document_id="post", publisher="The Post", published=DAY
    )
    with site(*(article.record for article in load_gold()), *outlets) as opened:
        _wait_for_words(opened)
        yield opened


def _wait_for_words(articles: Site) -> None:
    """Search until the index of words is made: until then a search is answered by 503."""
    for _ in range(100):
        try:
            urlopen(f"{articles.address}/search?q=envoys").close()
        except HTTPError as error:
            error.close()
        else:
            return
    pytest.fail("the index of words was never made")


class Newcomer:
    """Counts the clicks from the start page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.clicks = 0
        page.goto(address)

    def click(self, link: Locator) -> None:
        """Follow what leads elsewhere."""
        follow(link)
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS

    def link(self, name: str | re.Pattern[str]) -> Locator:
        """The first link of the page's content with that name."""
        return self.page.locator("main").get_by_role("link", name=name).first

    def told(self) -> str:
        """The words of the page's content."""
        return self.page.locator("main").inner_text()


@pytest.fixture
def newcomer(browser: Browser, articles: Site) -> Iterator[Newcomer]:
    """Somebody on the start page."""
    page = browser.new_page()
    yield Newcomer(page, articles.address)
    page.close()


def test_who_accuses_whom_is_within_three_clicks(newcomer: Newcomer) -> None:
    """The matrix, and the accusations of one of another."""
    newcomer.click(newcomer.link("Who accuses whom"))
    newcomer.click(newcomer.link("Arvonia about Belmark: 2"))
    assert newcomer.told().count("Arvonia accuses Belmark") == 2


def test_what_a_named_person_said_is_within_three_clicks(newcomer: Newcomer) -> None:
    """By the search, and by the list of speakers."""
    newcomer.page.locator("header").get_by_role("searchbox").fill("castrin odell")
    newcomer.click(newcomer.page.locator("header").get_by_role("button", name="Search"))
    newcomer.click(newcomer.link("Castrin Odell"))
    assert re.search(r"Statements by Castrin Odell\s+\d", newcomer.told())


def test_person_of_the_list_of_speakers_is_within_three_clicks(newcomer: Newcomer) -> None:
    """Whoever says most stands first."""
    newcomer.click(newcomer.link(re.compile(r"\d+ speakers")))
    name = newcomer.page.locator("table.list tbody a").first.inner_text()
    newcomer.click(newcomer.link(name))
    assert f"Statements by {name}" in newcomer.told()


def test_what_one_outlet_asserts_about_an_event_is_within_three_clicks(newcomer: Newcomer) -> None:
    """The accounts of the outlets stand side by side, each under its name."""
    newcomer.click(newcomer.link(re.compile(r"\d+ events")))
    row = newcomer.page.locator("table.list tbody tr").filter(has_text="The Herald").first
    newcomer.click(row.get_by_role("link", name=re.compile("compare outlets")))
    common = newcomer.page.locator("h2:has-text('Reported by several') ~ .sides").first
    assert {"The Herald", "The Post"} <= set(common.locator("h4").all_inner_texts())
    assert "Delegations of Arvonia and Belmark met" in common.inner_text()


def test_all_articles_of_one_day_are_within_three_clicks(newcomer: Newcomer) -> None:
    """By the day beside an article."""
    newcomer.click(newcomer.link(re.compile(r"\d+ articles")))
    newcomer.click(newcomer.link(f"Articles of {DAY}"))
    assert newcomer.page.locator("table.list tbody tr").count() == 2


def test_search_is_reached_by_three_tabs_on_every_page(newcomer: Newcomer, articles: Site) -> None:
    """The link that skips the header, the name, the search; a word and Enter find something."""
    for path in ("/", "/matrix", "/articles", next(iter(articles.texts))):
        newcomer.page.goto(articles.address + path)
        for _ in range(3):
            newcomer.page.keyboard.press("Tab")
        assert newcomer.page.evaluate("() => document.activeElement.name") == "q"
    newcomer.page.keyboard.type("envoys")
    with newcomer.page.expect_navigation():
        newcomer.page.keyboard.press("Enter")
    assert "Headlines" in newcomer.told()


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (("^Who accuses whom$", "^Arvonia about Belmark: 2"), "Arvonia accuses Belmark"),
        ((r"^\d+ speakers$", "^[A-Z][a-z]+ [A-Z][a-z]+$"), r"Statements by \w+"),
        ((r"^\d+ events$", "^compare outlets"), "Accounts of"),
        ((r"^\d+ articles$", f"^Articles of {DAY}$"), DAY),
    ],
)
def test_what_is_within_three_clicks_is_reached_by_keyboard(
    newcomer: Newcomer, steps: tuple[str, ...], found: str
) -> None:
    """Tab to each link of the content, and Enter: no mouse."""
    for name in steps:
        _tab_to(newcomer.page, name)
        press_to_follow(newcomer.page)
    assert re.search(found, newcomer.told())


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until a link of the content with that name has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(_FOCUSED)):
            return
    pytest.fail(f"no Tab leads to {name}")


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_of_a_page_reaches_beyond_the_window(browser: Browser, articles: Site, width: int) -> None:
    """What is wider than the page scrolls in a region of its own; no word of a list is broken on a phone."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    addresses = ("/", "/articles", "/speakers", "/places", "/events", "/matrix?act=say", "/matrix?act=accuse")
    for path in (*addresses, "/graph", "/graph?depth=2", "/timeline", "/compare", "/questions/", "/search?q=talks"):
        page.goto(articles.address + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path
    page.goto(f"{articles.address}/speakers")
    broken = page.evaluate(
        "() => [...document.querySelectorAll('table.list td')].filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert broken == 0
    page.close()


def test_pictures_of_the_documentation(browser: Browser, articles: Site, tmp_path: Path) -> None:
    """The start page, a search and the matrix as a newcomer sees them, small enough to be kept."""
    folder = Path(os.environ.get("PICTURES") or tmp_path)
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    for name, path in {"home": "/", "search": "/search?q=tariff", "matrix": "/matrix?act=accuse"}.items():
        response = page.goto(articles.address + path)
        assert response
        assert response.status == 200
        page.screenshot(path=folder / f"{name}.png")
        assert 15_000 < (folder / f"{name}.png").stat().st_size < 400_000
    page.close()
