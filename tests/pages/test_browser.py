"""The pages in a real browser: the text, the lines, the rules of accessibility, the policy, the keyboard.

``SCREENSHOT=docs/article.png python -m pytest tests/pages/test_browser.py -k picture`` makes the picture of the README.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from kg import vocab
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.records import Document, Fact, Record, Run, Span
from kg.store import EmbeddedStore
from kg.views.text_runs import MOST_LINES
from tests.samples import sample
from tests.served.browsing import BASE, Site, axe, chromium, follow, hostile, lit, many, press_to_follow, seed, site
from tests.served.browsing import served as running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A browser that leaves a page drops connections; the development server's sockets are then closed by the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

POINTS = """() => {
  const shown = new Map();
  const line = (span) => {
    if (!shown.has(span)) {
      const style = getComputedStyle(span);
      const visible = parseFloat(style.borderBottomWidth) >= 1 && !/^rgba.*, 0\\)$/.test(style.borderBottomColor)
        && style.borderBottomColor !== 'transparent' && style.visibility === 'visible';
      shown.set(span, visible ? style.borderBottomStyle : 'none');
    }
    return shown.get(span);
  };
  return [...document.querySelectorAll('.text')].map((paragraph) => {
    const points = [], walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const lines = [];
      for (let e = walker.currentNode.parentElement; e !== paragraph; e = e.parentElement) {
        const style = line(e);
        if (style !== 'none') lines.push(style);
      }
      for (const _ of walker.currentNode.data) points.push(lines.sort().join(' '));
    }
    return points;
  });
}"""
LINE = {"fact": "solid", "claim": "dashed", "unclear": "dotted"}
LOOKED_AT = {
    "color-contrast": "axe cannot tell the ground under lines and drawings; the palette's contrasts are computed",
}
"""Rules of which axe leaves some places to a person: why each is no fault here."""
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "phone": {"viewport": {"width": 320, "height": 640}},
    "no script": {"java_script_enabled": False},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def articles(browser: Browser) -> Iterator[Site]:
    """The seed, the small sample and the hostile article; the browser first, so that without one nothing is read."""
    assert browser.is_connected()
    with site(seed(), sample(), hostile()) as opened:
        yield opened


def pages_of(articles: Site) -> list[str]:
    """One page of each kind, and those of the hostile article."""
    rows = articles.store.query(
        "PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT ?c ?who { ?c a cg:Claim ; cg:speaker ?who }"
    )
    assert isinstance(rows, ox.QuerySolutions)
    named = {term.value.removeprefix("https://data.test/id/") for row in rows for term in row}
    claims = sorted(name for name in named if "/claim/" in name)[::4]
    speakers = sorted(name for name in named if name.startswith("entity/"))[::3]
    return [
        *("/", "/query", "/questions/CQ1", "/matrix", "/matrix?act=say", "/timeline", "/nowhere", "/ns", "/search"),
        *("/search?q=th*", "/search?q=words*&kind=claim", "/search?q=zyzzyva", "/search?q=th*&kind=fact&act=say"),
        *("/articles", "/speakers", "/places", "/events", "/events?type=holdPosition", "/questions/", "/compare"),
        *("/dumps", "/graph", "/graph?depth=2", *(f"/compare?about={speaker}" for speaker in speakers[:2])),
        *articles.texts,
        *(f"/{claim}" for claim in claims),
        *(f"/about/{speaker}" for speaker in speakers),
    ]


def data_pages_of(articles: Site) -> list[str]:
    """Those of them whose markup depends on what the articles hold; test_golden looks at one page of every kind."""
    paths = ("/search?q=", "/questions", "/ns", "/query", "/dumps", "/nowhere", "/compare")
    return [path for path in pages_of(articles) if not path.startswith(paths)]


def artifacts() -> Path:
    """The folder of what is kept of a run."""
    folder = Path(__file__).parents[2] / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder


def lines_of(text: str) -> list[str]:
    """The lines that hold anything."""
    return [line for line in text.split("\n") if line.strip()]


def expected_lines(articles: Site, path: str) -> list[list[str]]:
    """The lines that each code point should have, from the graph: those of claims before all others."""
    rows = articles.store.query(
        "PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT DISTINCT ?s ?kind ?start ?end { "
        f"?span cg:inVersion <https://data.test/id{path}> ; cg:start ?start ; cg:end ?end . "
        '{ ?s cg:anchor ?span ; a cg:ReportedFact BIND("fact" AS ?kind) } UNION '
        '{ ?s cg:anchor ?span ; a cg:Claim BIND("claim" AS ?kind) } UNION '
        '{ ?s cg:anchor ?span ; a cg:UnclearPassage BIND("unclear" AS ?kind) } UNION '
        '{ GRAPH ?g { ?s cg:statedAnchor ?span } BIND("claim" AS ?kind) } }'
    )
    assert isinstance(rows, ox.QuerySolutions)
    text = articles.texts[path]
    kinds: list[Counter[str]] = [Counter() for _ in text]
    for row in rows:
        for at in range(int(row["start"].value), int(row["end"].value)):
            kinds[at][row["kind"].value] += 1
    points, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            points.append([_lines(kinds[at]) for at in range(start, start + len(line))])
        start += len(line) + 1
    return points


def _lines(kinds: Counter[str]) -> str:
    kept = ["claim"] * kinds["claim"] or [kind for kind in ("fact", "unclear") for _ in range(kinds[kind])]
    return " ".join(sorted(LINE[kind] for kind in kept[:MOST_LINES]))


def test_text_and_what_is_copied_are_the_source(browser: Browser, articles: Site) -> None:
    """Each paragraph's text is the article's, code point for code point; so is what a reader selects and copies."""
    page = browser.new_page()
    for path, text in articles.texts.items():
        page.goto(articles.address + path)
        found = page.evaluate("() => [...document.querySelectorAll('.text')].map((e) => e.textContent)")
        assert found == lines_of(text)
        copied = page.evaluate(
            "() => [...document.querySelectorAll('.text')].map((e) => {"
            " getSelection().selectAllChildren(e); return getSelection().toString(); })"
        )
        assert copied == lines_of(text)
    page.close()


@pytest.mark.parametrize("mode", [*MODES, "print"])
def test_every_code_point_has_the_lines_of_its_statements(browser: Browser, articles: Site, mode: str) -> None:
    """A claim's words are dashed, a fact's solid, in every mode of display, and nothing else has a line."""
    context = browser.new_context(**MODES.get(mode, {}))
    page = context.new_page()
    if mode == "print":
        page.emulate_media(media="print")
    for path in articles.texts:
        page.goto(articles.address + path)
        found, expected = page.evaluate(POINTS), expected_lines(articles, path)
        assert sum(point != "" for line in expected for point in line) > 30
        assert found == expected
    context.close()


def test_a_line_that_is_hidden_would_be_noticed(browser: Browser, articles: Site) -> None:
    """The test above can fail: with the inner lines taken away it does."""
    page = browser.new_page()
    path = next(iter(articles.texts))
    page.goto(articles.address + path)
    page.evaluate("() => document.querySelectorAll('.claim .claim').forEach((e) => { e.className = ''; })")
    assert page.evaluate(POINTS) != expected_lines(articles, path)
    page.close()


@pytest.mark.parametrize("modes", [("light", "dark"), ("phone",)], ids=["light and dark", "phone"])
def test_no_rule_of_accessibility_is_broken(browser: Browser, articles: Site, modes: tuple[str, ...]) -> None:
    """axe finds nothing on any page, with the cards open, and closed on articles."""
    context = browser.new_context(**MODES[modes[0]])
    page = context.new_page()
    broken: list[str] = []
    unsure: dict[str, Counter[str]] = {mode: Counter() for mode in modes}
    for path in data_pages_of(articles):
        page.goto(articles.address + path)
        for is_open, mode in states_of(page, modes, is_article=path in articles.texts):
            found = axe(page, mode)
            for violation in found["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"]]
                broken.append(f"{path} {mode} {is_open} {violation['id']} x{len(nodes)}: {nodes[0]}")
            for question in found["incomplete"]:
                unsure[mode].update({f"{question['id']}: {node['html'][:100]}": 1 for node in question["nodes"]})
    context.close()
    for mode, questions in unsure.items():
        listed = "".join(f"{count:4} {question}\n" for question, count in sorted(questions.items()))
        (artifacts() / f"axe-incomplete-{mode}.txt").write_text(listed, "utf-8")
        assert {question.partition(":")[0] for question in questions} <= set(LOOKED_AT)
    assert broken == []


def states_of(page: Page, modes: tuple[str, ...], *, is_article: bool) -> Iterator[tuple[bool, str]]:
    """Bring the page into each state that is looked at; yield whether its cards are open, and the mode of display."""
    for mode in modes:
        page.emulate_media(color_scheme=MODES[mode].get("color_scheme", "light"))
        for is_open in (False, True) if mode == "light" and is_article else (True,):
            page.evaluate(
                f"() => document.querySelectorAll('details').forEach((e) => {{ e.open = {str(is_open).lower()}; }})"
            )
            yield is_open, mode


@pytest.mark.parametrize(
    ("mode", "style"),
    [
        ("light", "color: #888"),
        ("dark", "color: #888"),
        ("phone", "display: inline-block; width: 8px; height: 6px; overflow: hidden; line-height: 6px"),
    ],
)
def test_broken_rule_would_be_noticed(browser: Browser, mode: str, style: str) -> None:
    """The rules that each mode looks at do find: too little contrast, a target that is too small."""
    page = browser.new_page()
    link = f'<a href="#x" style="{style}">words</a>'
    page.set_content(f"<html lang=en><title>t</title><main><h1>T</h1><p>{link} {link}</p></main></html>")
    assert axe(page, mode)["violations"]
    page.close()


def test_pages_keep_to_the_strict_policy(browser: Browser, articles: Site) -> None:
    """No error on the console, no request to another host, no style or handler in the markup; nothing was run."""
    page = browser.new_page()
    errors: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: errors.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: errors.append(f"{page.url}: {dialog.message}"))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    for path in pages_of(articles):
        page.goto(articles.address + path)
        found = page.evaluate(
            "() => [...document.querySelectorAll(':not(#editor *)')].flatMap((e) => [...e.attributes])"
            ".filter((a) => a.name === 'style' || a.name.startsWith('on')).map((a) => a.name)"
        )
        assert found == []
        assert page.title() != "pwned"
    page.close()
    assert [error for error in errors if "404" not in error] == []  # /nowhere is one
    assert hosts == {articles.address.removeprefix("http://")}


def test_badge_opens_its_card_and_leads_back_by_keyboard(browser: Browser, articles: Site) -> None:
    """Enter on a badge opens the card and moves the focus there; its link goes back; Escape puts the light out."""
    page = browser.new_page()
    page.goto(articles.address + next(iter(articles.texts)))
    page.locator("#m-C2").focus()
    assert page.locator(".text .on").count() >= 1
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.closest('li')?.id === 'C2'")
    assert page.locator("#C2 details").evaluate("(e) => e.open")
    page.keyboard.press("Tab")
    while page.evaluate("() => document.activeElement.getAttribute('href')") != "#m-C2":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'm-C2'")
    page.keyboard.press("Escape")
    assert page.locator(".on").count() == 0
    page.close()


def test_iri_of_a_span_lights_its_words(browser: Browser, articles: Site) -> None:
    """``#char=s,e`` shows the place; the words that are lit are the statement's."""
    page = browser.new_page()
    path, text = next(iter(articles.texts.items()))
    rows = articles.store.query(
        "PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT ?span ?start ?end { ?c a cg:Claim ; "
        f"cg:inVersion <https://data.test/id{path}> ; cg:anchor ?span . ?span cg:start ?start ; cg:end ?end }} "
        "ORDER BY DESC(?start) LIMIT 1"
    )
    assert isinstance(rows, ox.QuerySolutions)
    (row,) = rows
    page.goto(articles.address + path + "#" + row["span"].value.partition("#")[2])
    assert lit(page) == text[int(row["start"].value) : int(row["end"].value)]
    assert page.locator(".text .on").first.evaluate(
        "(e) => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; }"
    )
    page.close()


def test_any_words_can_be_lit(browser: Browser, articles: Site) -> None:
    """Not only those of a statement; and the text stays the article's."""
    page = browser.new_page()
    for path, text in articles.texts.items():
        words = [line for line in lines_of(text) if len(line) > 8][-1]
        start = text.index(words) + 3
        page.goto(f"{articles.address}{path}#char={start},{start + 5}")
        assert lit(page) == text[start : start + 5]
        assert page.evaluate("() => [...document.querySelectorAll('.text')].map((e) => e.textContent)") == lines_of(
            text
        )
        page.goto("about:blank")
    page.close()


def test_matrix_leads_to_its_statements_by_keyboard(browser: Browser, articles: Site) -> None:
    """Past everything by the skip link, from a number to the statements that it counts, from one to its page."""
    page = browser.new_page()
    page.goto(f"{articles.address}/matrix?act=accuse")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    press_to_follow(page)
    assert page.evaluate("() => location.hash") == "#main"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => !!document.activeElement.closest('.matrix td')"):
            break
    count = int(page.evaluate("() => document.activeElement.textContent").split()[0])
    press_to_follow(page)
    assert "from=" in page.url
    assert page.locator(".statements li").count() == count
    page.locator(".statements a.quote").first.focus()
    press_to_follow(page)
    assert "/claim/" in page.url
    page.close()


def test_filter_works_with_and_without_script(browser: Browser, articles: Site) -> None:
    """Only facts are left; with script what is at its default stays out of the address."""
    for scripted in (True, False):
        context = browser.new_context(java_script_enabled=scripted)
        page = context.new_page()
        page.goto(articles.address + next(iter(articles.texts)))
        page.locator("input[value=claim]").uncheck()
        page.locator("input[value=unclear]").uncheck()
        follow(page.locator(".filters button"))
        assert page.url.partition("?")[2] == ("kind=fact" if scripted else "kind=fact&speaker=&act=")
        assert page.locator(".claim-card").count() == 0
        assert page.locator(".fact-card").count() > 5
        context.close()


def test_no_page_is_wider_than_a_phone(browser: Browser, articles: Site) -> None:
    """At 320 px nothing has to be scrolled sideways but tables in their own region."""
    page = browser.new_page(viewport={"width": 320, "height": 640})
    wide = []
    for path in pages_of(articles):
        page.goto(articles.address + path)
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    page.close()
    assert wide == []


@pytest.mark.parametrize("text", ["", "\n \n", "Resigned"])
def test_text_of_nothing_or_of_one_word_is_a_page(browser: Browser, text: str) -> None:
    """It says what is in it and breaks no rule; the one word has its line and its card.

    No record can be without a text; a graph of somebody else's can.
    """
    count = len(text.split())
    word = Fact(id="f", anchor=(Span(0, 8),), rule="r")
    record = Record(
        document=Document(id="short", text="Resigned"), facts=(word,) * count, run=Run(extractor="hand", version="1")
    )
    graph = map_record(record, BASE)
    whole = ox.NamedNode(vocab.FULL_TEXT)
    quads = {ox.Quad(q.subject, whole, ox.Literal(text)) if q.predicate == whole else q for q in graph.quads}
    store = EmbeddedStore.in_memory()
    store.change(set(), quads)
    with running(create_app(Settings(base=BASE), store, questions=())) as address:
        page = browser.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        page.goto(f"{address}/{graph.version.removeprefix(BASE)}")
        assert page.evaluate("() => [...document.querySelectorAll('.text')].map((e) => e.textContent)") == text.split()
        assert page.locator(".text .fact:not(.badge)").count() == page.locator(".card").count() == count
        assert "reports 0 events itself" in page.locator(".sum").inner_text()  # a word alone reports none
        assert axe(page)["violations"] == []
        assert errors == []
        page.close()


def test_article_of_many_statements_is_cut_into_pages(browser: Browser) -> None:
    """Thousands of statements come a page at a time, and the browser is not drowned."""
    with site(many(4_000)) as opened:
        page = browser.new_page()
        page.goto(opened.address + next(iter(opened.texts)), timeout=60_000)
        assert page.locator(".card").count() == 100
        assert "Cut off:" in page.locator(".state.cut").inner_text()
        path, text = next(iter(opened.texts.items()))
        start = text.index("Something 3500 took")
        page.goto(f"{opened.address}{path}#char={start},{start + 9}", timeout=60_000)
        page.wait_for_url("**/doc/*?at=*")
        assert lit(page) == "Something"
        assert page.locator(".text").first.inner_text().endswith("Something 3500 took place.")
        page.close()


def test_any_words_of_a_paragraph_longer_than_a_page_can_be_lit(browser: Browser) -> None:
    """The piece with the words is asked for; it is the article's text from where it begins."""
    with site(many(1_000, between=" ")) as opened:
        path, text = next(iter(opened.texts.items()))
        start = text.index("place. Something 750")
        page = browser.new_page()
        page.goto(f"{opened.address}{path}#char={start},{start + 20}")
        assert lit(page) == text[start : start + 20]
        piece = page.locator(".text").first
        at = int(piece.get_attribute("data-at") or "")
        assert piece.evaluate("(e) => e.textContent") == text[at : at + len(piece.text_content() or "")]
        page.close()


def test_picture_of_the_article_page(browser: Browser, articles: Site, tmp_path: Path) -> None:
    """The seed's page as a picture that is small enough to be kept."""
    target = Path(os.environ.get("SCREENSHOT") or tmp_path / "article.png")
    page = browser.new_page(viewport={"width": 1200, "height": 1500})
    page.goto(articles.address + next(iter(articles.texts)))
    page.screenshot(path=target)
    page.close()
    assert 20_000 < target.stat().st_size < 400_000


@pytest.mark.parametrize("mode", ["wide", "phone", "dark", "grey"])
def test_screenshots_are_kept(browser: Browser, articles: Site, mode: str) -> None:
    """Article, matrix, entity and the graph as they look in each mode, for the reviewer of a change."""
    context = browser.new_context(
        **{**MODES.get(mode, {}), "viewport": {"width": 320 if mode == "phone" else 1280, "height": 900}}
    )
    page = context.new_page()
    if mode == "grey":
        context.new_cdp_session(page).send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
    (speaker, *_) = (path for path in pages_of(articles) if path.startswith("/about/entity/"))
    shown = {"article": next(iter(articles.texts)), "matrix": "/matrix", "entity": speaker, "graph": "/graph"}
    for name, path in shown.items():
        page.goto(articles.address + path)
        target = artifacts() / f"{name}-{mode}.png"
        page.screenshot(path=target)
        assert target.stat().st_size > 10_000
    context.close()
