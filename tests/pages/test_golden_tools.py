"""What a screen reader is told of the pages that one works on: the query page and ``/try`` in each of their states, the
dumps and the last validation.

``python -m tests.pages.test_golden_tools`` writes the files anew.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from kg import recordfile, vocab
from kg.app import create_app
from kg.iri import SEED_BASE
from kg.mapper import map_record
from kg.pages import query_editor
from kg.pages.try_text import Tried
from kg.store import EmbeddedStore
from kg.validate import report_cache, validate
from tests.pages.test_try_text import TEXT, paste
from tests.samples import sample
from tests.served.browsing import chromium, served
from tests.served.every_page import ASKED, SETTINGS, filled

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOLDEN = Path(__file__).parent / "golden" / "tools"
QUERY: Final = "SELECT ?s { ?s a <https://w3id.org/claimgraph/ns%23Claim> } ORDER BY ?s LIMIT 2"
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


class SampleReader:
    """Reads the same out of every text, so that no change of an extractor changes a page."""

    def prepare(self) -> None:
        """Nothing is to be prepared."""

    def __call__(self, text: str, published: str | None = None) -> Tried:  # noqa: ARG002
        """The record made by hand."""
        return Tried(record=recordfile.dumps(sample()), graph=map_record(sample(), SEED_BASE))


def _at(path: str) -> Callable[[Page, str], None]:
    def show(page: Page, address: str) -> None:
        page.goto(address + path)

    return show


def _query(text: str = "") -> Callable[[Page, str], None]:
    def show(page: Page, address: str) -> None:
        page.goto(f"{address}/query" + (f"?query={text}" if text else ""))
        page.locator(".yasqe:visible").wait_for()

    return show


def _plain(page: Page, address: str) -> None:
    # as in a browser without script, or where the editor was not fetched
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{address}/query?query={QUERY}")
    page.unroute("**/*.js")


STATES: Final[Mapping[str, Callable[[Page, str], None]]] = {
    "query": _query(),
    "query-rows": _query(QUERY),
    "query-failed": _query("SELECT"),
    "query-plain": _plain,
    "try": _at("/try"),
    "try-empty": lambda page, address: paste(page, address, ""),
    "tried": lambda page, address: paste(page, address, TEXT),
    "dumps": _at("/dumps"),
    "validation": _at("/validation"),
    "validation-filtered": _at("/validation?shape=ClaimShape-speechAct"),
}


@contextmanager
def opened() -> Iterator[tuple[Page, str]]:
    """A page of the browser, and the address of the app."""
    store = filled()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / report_cache.FILE_NAME).write_bytes(report_cache.dumps(_report(store)))
        app = create_app(SETTINGS, store, questions=ASKED, reader=SampleReader(), index=Path(folder) / "words")
        with chromium() as browser, served(app) as address:
            yield browser.new_page(), address


def _report(store: EmbeddedStore) -> report_cache.CachedReport:
    """What would be found if no claim of the graph had an act."""
    without = [quad for quad in store.quads() if quad.predicate.value != vocab.SPEECH_ACT]
    report = replace(validate(without), made=datetime(2025, 4, 5, tzinfo=UTC))
    return report_cache.CachedReport(report=report, revision=store.revision, maker="validate")


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Page, str]]:
    """One page for all states. In CI the editor was fetched."""
    if not query_editor.is_here():
        assert not os.environ.get("CI"), "make test fetches the editor, and it is not there"
        pytest.skip("the editor was not fetched: python -m kg.pages.fetch_editor")
    with opened() as both:
        yield both


def snapshot(page: Page, address: str, name: str) -> str:
    """The accessibility tree of the page's content in that state, without what every change of the graph changes."""
    STATES[name](page, address)
    told = page.locator("main").aria_snapshot().replace(address, "http://site.test") + "\n"
    return re.sub(r"\d+,\d{3}(?= SHA-256|\"\n)", "SIZE", re.sub(r"[0-9a-f]{64}", "SHA-256", told))


@pytest.mark.parametrize("name", STATES)
def test_structure_of_the_page_is_the_one_that_was_looked_at(told: tuple[Page, str], name: str) -> None:
    """Tabs, fields, buttons, tables and their names: as in the file."""
    page, address = told
    expected = (GOLDEN / f"{name}.yaml").read_text("utf-8")
    found = snapshot(page, address, name)
    assert found == expected, f"{name} changed; look at it, then: python -m tests.pages.test_golden_tools"


def test_no_file_is_of_a_state_that_is_gone() -> None:
    """Each file has its state."""
    assert {path.stem for path in GOLDEN.glob("*.yaml")} == set(STATES)


def write() -> None:
    """Write every file anew."""
    GOLDEN.mkdir(exist_ok=True)
    for path in GOLDEN.glob("*.yaml"):
        path.unlink()
    with opened() as (page, address):
        for name in STATES:
            (GOLDEN / f"{name}.yaml").write_text(snapshot(page, address, name), "utf-8")


if __name__ == "__main__":
    write()
