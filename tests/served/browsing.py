"""What the tests in a real browser share: Debian's Chromium, and articles served to it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from flask import Flask
from werkzeug.serving import make_server

from kg import readers
from kg.app import create_app
from kg.config import Settings
from kg.extract import EXTRACTORS
from kg.mapper import map_record
from kg.records import Claim, Document, Entity, Fact, Record, Run, Span, Unclear
from kg.store import EmbeddedStore
from tests.samples import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

BASE = "https://data.test/id/"
SEEDS = Path(__file__).parents[2] / "seeds"
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
HOSTILE = (
    "<script>document.title='pwned'</script> & \"quotes\"\n\n"
    "He said \u202ethis turns round\u202c and zero\u200bwidth \u0007bell, <img src=x onerror=alert(1)> and went on.\n\n"
    "قال الوزير إن المفاوضات مستمرة منذ أسبوع\n\n"
    "One\n\n"
    "First words that cross the second words and the third words of many pieces.\n"
)


SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
OF_WIDTH: Final = ("scrollable-region-focusable", "meta-viewport", "css-orientation-lock", "target-size")
"""Rules of axe that the colour scheme or the width of the window may break; all others depend on the markup alone."""


AXE = """(rules) => axe.run({
  resultTypes: ['violations', 'incomplete'], ...(rules && {runOnly: {type: 'rule', values: rules}}),
}).then(({violations, incomplete}) => ({violations, incomplete}))"""
"""Of what is in order axe describes no places: on a page of many elements that takes nearly all of its time."""


def axe(page: Page, mode: str = "light") -> Any:
    """Return what axe says of the page: violations and what it leaves to a person.

    Args:
        page: The page as it is shown.
        mode: "light" for all rules; "dark" for those of colours, "phone" for those of the width, since the markup is
            the same in every mode and has been looked at once.
    """
    from axe_playwright_python.base import AXE_SCRIPT

    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(AXE, {"dark": OF_COLOURS, "phone": OF_WIDTH}.get(mode))


@dataclass(frozen=True, slots=True)
class Site:
    """Where the app is served, and the texts it serves by path."""

    address: str
    store: EmbeddedStore
    texts: dict[str, str]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; skips with one line where there is none. In CI there is one: see ``.ci/run``."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def site(*records: Record) -> Iterator[Site]:
    """The records served for real, on a port of this machine."""
    store = EmbeddedStore.in_memory()
    graphs = [map_record(record, BASE) for record in records]
    store.replace(graphs)
    texts = {
        "/" + graph.version.removeprefix(BASE): record.document.text
        for graph, record in zip(graphs, records, strict=True)
    }
    with served(create_app(Settings(base=BASE), store)) as address:
        yield Site(address, store, texts)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def follow(link: Locator) -> None:
    """Click what leads elsewhere, and wait for the page to be there with its script."""
    with link.page.expect_navigation():
        link.click()


def press_to_follow(page: Page, key: str = "Enter") -> None:
    """The same with the keyboard."""
    with page.expect_navigation():
        page.keyboard.press(key)


def lit(page: Page) -> str:
    """The words that are lit in the text, as soon as any are."""
    words = page.locator(".text .on")
    words.first.wait_for()
    return "".join(words.all_text_contents())


@cache
def seed() -> Record:
    """The seed article as the rules read it."""
    (path,) = SEEDS.glob("*.txt")
    (document,) = readers.read(path)
    return EXTRACTORS["rules"](Settings()).extract(document)


def hostile() -> Record:
    """A text with markup, control characters, another script, and statements that cross and come in pieces."""
    text = HOSTILE

    def at(words: str) -> Span:
        start = text.index(words)
        return Span(start, start + len(words))

    def claim(name: str, *words: str, parent: str | None = None) -> Claim:
        content = tuple(at(piece) for piece in words)
        return Claim(
            id=name, content=content, speakers=("x",), speech_act="say", quote_form="indirect", rule="r", parent=parent
        )

    return Record(
        document=Document(id="hostile", title="<b>hostile</b>", text=text),
        entities=(Entity(id="x", type="person", name='"><script>alert(2)</script>\u202e'),),
        facts=(
            Fact(id="f1", anchor=(at("One"),), rule="r"),
            Fact(id="f2", anchor=(at("went on"),), rule="r"),
            Fact(id="f3", anchor=(at("on."),), rule="r"),
        ),
        claims=(
            claim("c1", "\u202ethis turns round\u202c and zero\u200bwidth \u0007bell"),
            claim("c2", "إن المفاوضات مستمرة منذ أسبوع"),
            claim("c3", "First words that cross the second words"),
            claim("c4", "second words and the third words", parent="c3"),
            claim("c5", "the second", "third", parent="c4"),
            claim("c6", "words and", parent="c5"),
            claim("c7", "<script>document.title='pwned'</script>"),
        ),
        unclear=(Unclear(span=at("many"), reason="<i>no</i>"), Unclear(span=at("cross"), reason="inside of a claim")),
        run=Run(extractor="hand", version="1"),
    )


def many(count: int, between: str = "\n") -> Record:
    """A text of ``count`` facts, one a paragraph, or with something else between them."""
    text = "Title\n" + between.join(f"Something {number} took place." for number in range(count))
    starts = [text.index(f"Something {number} took") for number in range(count)]
    facts = tuple(Fact(id=f"f{i}", anchor=(Span(start, start + 9),), rule="r") for i, start in enumerate(starts))
    return replace(
        sample(),
        document=Document(id="many", title="many", text=text),
        entities=(),
        facts=facts,
        claims=(),
        unclear=(),
        links=(),
    )
