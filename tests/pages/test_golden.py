"""What a screen reader is told of each page, kept as files: a change of structure is seen in review.

``python -m tests.pages.test_golden`` writes the files anew; with names after it only those of these pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.app import create_app
from tests.served.browsing import SCHEMES, axe, chromium, served
from tests.served.every_page import ASKED, EVERY_PAGE, SETTINGS, filled

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOLDEN = Path(__file__).parent / "golden"
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


def snapshot(page: Page, address: str, path: str) -> str:
    """The accessibility tree of the page's content, without the port that it was served on."""
    page.goto(address + path)
    return page.locator("main").aria_snapshot().replace(address, "http://site.test") + "\n"


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Page, str]]:
    """A page of the browser, and the address of the app over the graph of every page."""
    with chromium() as browser, served(create_app(SETTINGS, filled(), questions=ASKED)) as address:
        yield browser.new_page(), address


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_structure_of_the_page_is_the_one_that_was_looked_at(told: tuple[Page, str], name: str) -> None:
    """Headings, lists, links and their names, states: as in the file."""
    page, address = told
    expected = (GOLDEN / f"{name}.yaml").read_text("utf-8")
    found = snapshot(page, address, EVERY_PAGE[name])
    assert found == expected, f"{name} changed; look at it, then: python -m tests.pages.test_golden"


def test_no_rule_of_accessibility_is_broken_on_any_of_them(told: tuple[Page, str]) -> None:
    """axe finds nothing, with all cards open, in light and dark: also where versions are compared and where one is
    gone.
    """
    page, address = told
    broken = []
    for name, path in EVERY_PAGE.items():
        page.goto(address + path)
        page.evaluate("() => document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for violation in axe(page, scheme)["violations"]:
                broken.append(f"{name} {scheme} {violation['id']}: {violation['nodes'][0]['html'][:200]}")
    page.emulate_media(color_scheme=None)
    assert broken == []


def test_no_file_is_of_a_page_that_is_gone() -> None:
    """Each file has its page."""
    assert {path.stem for path in GOLDEN.glob("*.yaml")} == set(EVERY_PAGE)


def write(names: Sequence[str]) -> None:
    """Write the files of these pages anew, or of all, and drop those of pages that are gone."""
    for file in GOLDEN.glob("*.yaml"):
        if file.stem not in EVERY_PAGE:
            file.unlink()
    with chromium() as browser, served(create_app(SETTINGS, filled(), questions=ASKED)) as address:
        page = browser.new_page()
        for name in names or EVERY_PAGE:
            (GOLDEN / f"{name}.yaml").write_text(snapshot(page, address, EVERY_PAGE[name]), "utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])
