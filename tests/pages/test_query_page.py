"""The query page: the editor in a real browser, the plain form under it, and the graph that each row comes from."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.app import create_app
from kg.config import Settings
from kg.errors import InputError
from kg.pages import fetch_editor, query_editor
from kg.store import EmbeddedStore
from kg.views.row_provenance import origin, stays_in_the_default_graph
from tests.served.browsing import Site, axe, chromium, follow, seed, site
from tests.served.small_app import BASE, QUESTIONS, small_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# A browser that leaves a page drops connections; the development server's sockets are then closed by the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

VERSION = f"{BASE}doc/0123456789abcdef"
CONTENT = f"{VERSION}/claim/10-20/content"
ADDRESS = "PREFIX cg: <https://w3id.org/claimgraph/ns#>\n"
CLAIMS = f"{ADDRESS}SELECT ?claim ?words {{ ?claim a cg:Claim ; cg:text ?words }} ORDER BY ?claim"
SAID = f"{ADDRESS}SELECT ?said ?words {{ GRAPH ?said {{ ?node cg:statedText ?words }} }} ORDER BY ?said"
MODES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file. In CI the editor was fetched: a run without it would have tested nothing."""
    if not query_editor.is_here():
        assert not os.environ.get("CI"), "make test fetches the editor, and it is not there"
        pytest.skip("the editor was not fetched: python -m kg.pages.fetch_editor")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(browser: Browser) -> Iterator[Site]:
    """The seed as the rules read it."""
    assert browser.is_connected()
    with site(seed()) as opened:
        yield opened


@contextmanager
def opened(browser: Browser, served: Site, query: str = "", **mode: Any) -> Iterator[Page]:
    """The query page, watched: no error on the console and no other host, whatever is done with it."""
    context = browser.new_context(**mode)
    page = context.new_page()
    errors: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{served.address}/query" + (f"?query={query}" if query else ""))
    page.wait_for_selector(".yasqe:visible")
    yield page
    context.close()
    # the browser itself tells the console of an answer that is 400 or 403: the page shows why
    assert [error for error in errors if "the server responded with a status of 40" not in error] == []
    assert hosts == {served.address.removeprefix("http://")}


def write(page: Page, query: str) -> None:
    """Type a query into the editor that is shown, in the place of what is there."""
    page.locator(".CodeMirror:visible").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def violations(page: Page, state: str, mode: str = "light") -> list[str]:
    """What axe finds, and markup that is wider than the window. The editor draws itself anew for a phone: there all
    rules are looked at, in the dark those of colours.
    """
    found = [
        f"{state}: {violation['id']}: {node['html'][:150]}"
        for violation in axe(page, "dark" if mode == "dark" else "light")["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{state}: wider than the window")
    return found


def rows(page: Page) -> list[list[str]]:
    """The rows that are shown, cell by cell."""
    return [
        [cell.strip() for cell in row.locator("td").all_inner_texts()]
        for row in page.locator(".scroll:visible tbody tr").all()
    ]


@pytest.mark.parametrize("mode", MODES)
def test_query_is_typed_run_and_read_in_every_state(browser: Browser, served: Site, mode: str) -> None:
    """Empty, a completion, rows, nothing found, an error: axe finds nothing, and the rows are the graph's."""
    broken: list[str] = []
    with opened(browser, served, **MODES[mode]) as page:
        broken += violations(page, "empty", mode)
        write(page, CLAIMS)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(".yasr_results table:visible")
        broken += violations(page, "rows", mode)
        found = served.store.query(CLAIMS)
        assert isinstance(found, ox.QuerySolutions)
        assert [row[1].removeprefix("claim ").strip() for row in rows(page)] == [row["words"].value for row in found]
        assert page.url.startswith(f"{served.address}/query?query=PREFIX")
        write(page, "SELECT * { <urn:no> ?p ?o }")
        page.get_by_role("button", name="Run").click()
        page.get_by_text("Nothing found.").wait_for()
        broken += violations(page, "nothing found", mode)
        write(page, f"{ADDRESS}SELECT * {{ ?c a cg:Cla")
        page.keyboard.press("Control+ ")
        page.wait_for_selector(".CodeMirror-hints")
        assert page.locator(".CodeMirror-hints li").all_inner_texts() == ["cg:Claim"]
        broken += violations(page, "completion", mode)
        page.keyboard.press("Escape")
        write(page, "SELECT * { ?s ?p } } }")
        page.get_by_text("Line 1 cannot be read as SPARQL.").wait_for()
        page.locator(".parseErrorIcon:visible").hover()
        page.keyboard.press("Control+Enter")
        page.get_by_text("Query failed. This says nothing about what the graph holds.").wait_for()
        broken += violations(page, "error", mode)
    assert broken == []


def test_editor_is_entered_and_left_with_the_keyboard(browser: Browser, served: Site) -> None:
    """Tab goes through the editor and not into it, both ways; arrows, Enter and Space work the tabs."""
    focused = "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
    with opened(browser, served) as page:
        page.get_by_role("tab", name="Query", exact=True).focus()
        before = page.locator(".CodeMirror:visible").inner_text()
        seen = []
        for _ in range(3):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(focused))
        assert seen == ["Add a new tab", "SPARQL query Query", "Run query"]
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(focused) == "Add a new tab"
        page.keyboard.press("Shift+Tab")
        assert page.locator(".CodeMirror:visible").inner_text() == before
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert page.get_by_role("tab", selected=True).inner_text() == "CQ1"
        page.keyboard.press("ArrowLeft")
        page.keyboard.press(" ")
        assert page.get_by_role("tab", selected=True).inner_text() == "Query"


def test_each_question_is_a_described_tab(browser: Browser, served: Site) -> None:
    """Every competency question has a tab named after it, with its words and its query, and gives rows or says none."""
    with opened(browser, served) as page:
        names = page.get_by_role("tab").all_inner_texts()
        assert names[:2] == ["Query", "CQ1"]
        assert len(names) > 10
        for name in names[1:]:
            page.get_by_role("tab", name=f"{name}: ").click()
            panel = page.locator(".tabPanel.active")
            assert len(panel.locator("h2").first.inner_text()) > 15
            assert panel.locator("> p").first.inner_text()
            page.keyboard.press("Tab")
            panel.get_by_role("button", name="Run").click()
            panel.locator(".yasr_results .state").first.wait_for()
            assert panel.locator(".failed").count() == 0


def test_tab_of_ones_own_is_added_and_closed(browser: Browser, served: Site) -> None:
    """The new tab has the prefixes filled in and the focus; closed, the focus is on a tab again."""
    with opened(browser, served) as page:
        page.get_by_role("button", name="Add a new tab").click()
        assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "SPARQL query Query 2"
        assert "PREFIX cg: <https://w3id.org/claimgraph/ns#>" in page.locator(".CodeMirror:visible").inner_text()
        assert violations(page, "own tab") == []
        page.get_by_role("button", name="Close Query 2").click()
        assert page.evaluate("() => document.activeElement.getAttribute('role')") == "tab"
        assert page.get_by_role("tab", name="Query 2").count() == 0


def test_rows_of_the_editor_are_those_of_the_form_without_script(browser: Browser, served: Site) -> None:
    """What was said is marked, and names the graph it comes from, with script and without."""
    with opened(browser, served) as page:
        write(page, SAID)
        page.get_by_role("button", name="Run").click()
        page.wait_for_selector(".yasr_results table:visible")
        shown, address = rows(page), page.url
        assert page.locator(".yasr_results .tag.claim").count() >= len(shown) > 5
    assert all("/claim/" in row[-1] and row[-1].endswith("/content") for row in shown)
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{served.address}/query")
    plain.get_by_label("SPARQL query").fill(SAID)
    follow(plain.get_by_role("button", name="Run"))
    assert rows(plain) == shown
    assert plain.url.replace("%0D", "") == address
    context.close()


def test_address_with_a_query_shows_its_rows_at_once(browser: Browser, served: Site) -> None:
    """A link to a query opens the editor with it, its rows under it, and runs nothing again."""
    asked: list[str] = []
    with opened(browser, served) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{served.address}/query?query=ASK+%7B%7D")
        page.get_by_text("Answer: yes").wait_for()
        assert page.locator(".CodeMirror:visible").inner_text().split() == ["1", "ASK", "{}"]
        assert violations(page, "answer") == []
        page.wait_for_timeout(200)
    assert [url for url in asked if "/query?" in url] == [f"{served.address}/query?query=ASK+%7B%7D"]


def test_stopped_query_is_not_an_empty_graph(browser: Browser, served: Site) -> None:
    """Where the answer is a problem, or none comes, the editor says that, and never that nothing was found."""
    with opened(browser, served) as page:
        page.route("**/query?*", lambda route: route.fulfill(status=200, content_type="text/html", body="half an ans"))
        page.get_by_role("button", name="Run").click()
        page.get_by_text("The query was not answered; this says nothing about what the graph holds.").wait_for()
        page.unroute("**/query?*")
        stopped = page.request.get(f"{served.address}/nowhere", headers={"Accept": "text/html"}).text()
        page.route("**/query?*", lambda route: route.fulfill(status=200, content_type="text/html", body=stopped))
        page.get_by_role("button", name="Run").click()
        page.locator(".yasr_results .state.failed", has_text="404").wait_for()
        assert page.get_by_text("Nothing found").count() == 0


def test_running_query_is_stopped_by_its_button(browser: Browser, served: Site) -> None:
    """While it runs the button stops it; then the page says that it was stopped, and runs it again."""
    with opened(browser, served) as page:
        page.route("**/query?*", lambda _: None)  # an answer that never comes
        page.get_by_role("button", name="Run query").click()
        page.get_by_role("button", name="Stop query").wait_for()
        assert violations(page, "running") == []
        page.get_by_role("button", name="Stop query").click()
        page.get_by_text("It was stopped.").wait_for()
        page.unroute("**/query?*")
        page.get_by_role("button", name="Run query").click()
        page.wait_for_selector(".yasr_results table:visible")


def test_long_query_is_posted(browser: Browser, served: Site) -> None:
    """A query too long for an address is answered all the same."""
    with opened(browser, served) as page:
        write(page, f"ASK {{}} # {'x' * 20_000}")
        page.keyboard.press("Control+Enter")
        page.get_by_text("Answer: yes").wait_for()
        assert page.url == f"{served.address}/query"


def test_page_without_the_editor_has_the_form_and_nothing_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A checkout that could not fetch it: no script, no dead address, the form and the questions. The app is one of its
    own: another has kept the page that it gave before.
    """
    with monkeypatch.context() as patch:
        patch.setattr(query_editor, "FOLDER", tmp_path)
        app = create_app(Settings(base=BASE), small_store(), questions=QUESTIONS)
    text = app.test_client().get("/query").text
    assert "<script" not in text
    assert "yasgui" not in text
    assert '<textarea id="text" name="query"' in text
    for question in QUESTIONS:
        assert question.title in text


def test_update_is_not_sent_from_the_page(client: FlaskClient) -> None:
    """It is refused, and the page says that nothing was changed."""
    response = client.post("/query", data={"update": "DELETE WHERE { ?s ?p ?o }"})
    assert response.status_code == 403
    assert "nothing was changed" in response.text


def test_other_archive_than_the_published_one_is_refused(tmp_path: Path) -> None:
    """Its hash is compared before anything of it is unpacked."""
    archive = tmp_path / "yasgui.tgz"
    (tmp_path / "evil.js").write_text("alert(1)", "utf-8")
    with tarfile.open(archive, "w:gz") as made:
        made.add(tmp_path / "evil.js", f"package/build/{query_editor.SCRIPT}")
    with pytest.raises(InputError, match="is not the package that was published"):
        fetch_editor.unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_editor_comes_with_its_licence() -> None:
    """The notice of the MIT licence stands beside the files it is for."""
    if not query_editor.is_here():
        pytest.skip("the editor was not fetched: python -m kg.pages.fetch_editor")
    notice = (query_editor.FOLDER / query_editor.LICENSE).read_text("utf-8")
    for words in (
        fetch_editor.PACKAGE,
        fetch_editor.VERSION,
        "MIT License",
        "The above copyright notice",
        "codemirror",
    ):
        assert words in notice


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([ox.NamedNode(f"{CONTENT}/event/1")], [CONTENT]),
        ([ox.NamedNode(CONTENT), ox.Literal("x")], [CONTENT]),
        ([ox.NamedNode(f"{CONTENT}/claim/12-18/content/time/1")], [f"{CONTENT}/claim/12-18/content"]),
        ([ox.NamedNode(f"{CONTENT}/claim/12-18")], [CONTENT]),
        ([ox.NamedNode(f"{VERSION}/claim/10-20"), None], []),
        ([ox.NamedNode(f"{VERSION}/fact/10-20")], []),
        ([ox.NamedNode(f"{BASE}entity/content"), ox.NamedNode(f"{BASE}entity/claim/content")], []),
    ],
)
def test_graph_of_a_row_is_that_of_its_iris(row: list[ox.NamedNode | None], expected: list[str]) -> None:
    """What was said names its graph, the innermost one; all else is of the default graph, where that is sure."""
    assert [cell.full for cell in origin(row, BASE, is_default=True) if cell.mark == "claim"] == expected
    if not expected:
        assert [cell.text for cell in origin(row, BASE, is_default=True)] == ["default graph"]
        (unsure,) = origin(row, BASE, is_default=False)
        assert unsure.note.startswith("default graph, or what was said")


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT ?n { GRAPH ?g { ?s ?p ?n } }", False),
        ("select ?n {graph<urn:g>{ ?s ?p ?n }}", False),
        ("SELECT * FROM <urn:g> { ?s ?p ?o }", False),
        ("SELECT * { \\u0047RAPH ?g { ?s ?p ?o } }", False),
    ],
)
def test_query_that_can_leave_the_default_graph_promises_nothing(text: str, sure: bool) -> None:
    """A number out of what was said has no IRI to tell by: such a row is never called one of the default graph."""
    assert stays_in_the_default_graph(text, has_own_dataset=False) is sure
    assert not stays_in_the_default_graph(text, has_own_dataset=True)


def test_page_without_the_editor_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And has the plain form; with it, nothing is said."""
    for is_here in (False, True):
        monkeypatch.setattr(query_editor, "is_here", lambda found=is_here: found)
        page = create_app(Settings(), EmbeddedStore.in_memory(), questions=()).test_client().get("/query").text
        assert ("python -m kg.pages.fetch_editor" in page) is not is_here
        assert '<textarea id="text"' in page
