"""What visitors come for, each in a real browser, from the first click to the sentence they leave with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas
import pytest
from owlrl import DeductiveClosure, RDFS_Semantics
from pyoxigraph import RdfFormat, serialize
from rdflib import Dataset, Graph
from rdflib.query import ResultRow

import kg
from kg import resources, vocab
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.validate import report_cache, validate
from kg.views.statement_rows import prefixes_of
from tests.cli.running import kg as command
from tests.samples import TEXT, sample
from tests.served.browsing import Site, chromium, follow, lit, seed, site
from tests.served.browsing import served as running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
BASE = "https://data.test/id/"
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The one browser of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(browser: Browser) -> Iterator[Site]:
    """The seed and the small sample."""
    assert browser.is_connected()
    with site(seed(), sample()) as opened:
        yield opened


def test_journalist_finds_who_said_it(browser: Browser, served: Site) -> None:
    """Finally the quote, the speaker and the place in the text in one link."""
    page = browser.new_page()
    page.goto(served.address)
    page.locator("header").get_by_role("searchbox").fill('"completely destroyed"')
    follow(page.locator("header").get_by_role("button", name="Search"))
    hit = page.locator("#hits ~ .statements li").filter(has_text="completely destroyed").first
    assert hit.locator(".tag").inner_text() == "claim"
    assert hit.locator(".claim .hit").inner_text() == "completely destroyed"
    assert "Kirill Dmitriev accuses Biden administration" in hit.inner_text()
    assert "direct quote" in hit.inner_text()
    follow(hit.locator("a.quote"))
    assert page.locator("h1 .claim:not(.tag)").count() == 1
    cited = page.locator("h2:has-text('Cite this') + p").inner_text()
    assert cited.startswith("“")
    assert "completely destroyed" in cited
    assert "said by Kirill Dmitriev, as the article passes it on" in cited
    iri, start, end = re.search(r"(https://data\.test/\S+) \(characters (\d+) to (\d+)\)", cited).groups()  # type: ignore[union-attr]
    assert page.url == served.address + "/" + iri.removeprefix(BASE)
    follow(page.get_by_role("link", name=re.compile("in the text|Putin")).first)
    path, text = next(iter(served.texts.items()))
    assert page.url == f"{served.address}{path}#char={start},{end}"
    assert lit(page) == text[int(start) : int(end)]
    assert "completely destroyed" in lit(page)
    page.close()


def test_analyst_takes_accusations_into_a_notebook(browser: Browser, served: Site, tmp_path: Path) -> None:
    """Finally offsets and IRIs in the CSV, and dates that say when they are unknown."""
    page = browser.new_page()
    page.goto(served.address)
    follow(page.locator("main").get_by_role("link", name="Who accuses whom"))
    assert "what was said, not what happened" in page.locator("main").inner_text()
    count = int(page.locator("tfoot td.total").last.inner_text())
    link = page.get_by_role("link", name="CSV of the statements").get_attribute("href")
    answer = page.request.get(served.address + str(link))
    (tmp_path / "accusations.csv").write_bytes(answer.body())
    frame = pandas.read_csv(tmp_path / "accusations.csv")
    assert len(frame) == count > 2
    wanted = {
        "speaker",
        "speaker_iri",
        "target",
        "quote",
        "form",
        "day_earliest",
        "day_latest",
        "document",
        "start",
        "end",
    }
    assert wanted | {"confidence", "act", "kind"} <= set(frame.columns)
    assert set(frame["act"]) == {"accuse"}
    for row in frame.to_dict("records"):
        text = served.texts["/" + row["document"].removeprefix(BASE)]
        assert text[row["start"] : row["end"]] == row["quote"] or "…" in row["quote"]
        assert row["speaker_iri"].startswith(BASE)
    unknown = frame[frame["when"].notna() & frame["day_earliest"].isna()] if "when" in frame else frame[:0]
    assert (frame["day_earliest"].isna() | frame["day_earliest"].astype(str).str.match(r"\d{4}-\d\d-\d\d$")).all()
    assert unknown["when"].notna().all()
    query = page.get_by_role("link", name="The query that made this page").get_attribute("href")
    page.goto(served.address + str(query))
    assert f"{count} row" in page.locator("main").inner_text()
    page.close()
    with kg.open(served.address + "/sparql") as session:
        words = "?claim a cg:Claim ; cg:speechAct act:accuse"
        assert len(session.query(f"{prefixes_of(words)}SELECT ?claim {{ {words} }}").to_dataframe()) == count


def test_linked_data_engineer_takes_the_files_away(browser: Browser, served: Site, tmp_path: Path) -> None:
    """Finally a flat Turtle in which a claim is still not a fact."""
    page = browser.new_page()
    page.goto(served.address)
    follow(page.get_by_role("link", name="Dumps"))
    assert "Licence: not stated" in page.locator("main").inner_text()
    described = page.get_by_role("link", name="VoID").get_attribute("href")
    assert "dataDump" in page.request.get(f"{served.address}{described}?format=turtle").text()
    told = {term: page.locator(f"dl div:has(dt:has-text('{term}')) dd").inner_text() for term in ("Protégé", "GraphDB")}
    assert [len(how.splitlines()) for how in told.values()] == [2, 2]
    flat = Graph().parse(downloaded(page, _file_in(told["Protégé"]), tmp_path), format="turtle")
    whole = Dataset(default_union=False).parse(downloaded(page, _file_in(told["GraphDB"]), tmp_path), format="trig")
    page.close()
    prefixes = prefixes_of("cg:")
    events = f"{prefixes}SELECT ?event {{ ?event a cg:Event }}"
    stated = f"{prefixes}SELECT ?event {{ ?event a cg:StatedEvent ; cg:accordingTo ?claim }}"
    facts = {row[0] for row in whole.query(events) if isinstance(row, ResultRow)}
    assert len(facts) > 5
    assert len(set(flat.query(stated))) > 5  # it was said, and by whom
    assert not set(whole.query(stated))  # each in the graph of its claim, not among the facts
    flat.parse(resources.folder("ontology") / "claimgraph.ttl", format="turtle")
    DeductiveClosure(RDFS_Semantics).expand(flat)
    assert {row[0] for row in flat.query(events) if isinstance(row, ResultRow)} == facts


def downloaded(page: Page, name: str, folder: Path) -> Path:
    """The file as the browser saved it; its size and checksum are those that the page tells."""
    row = page.locator("tr").filter(has=page.get_by_role("link", name=name, exact=True))
    with page.expect_download() as waiting:
        row.get_by_role("link").click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    size, checksum = row.locator("td").nth(1).inner_text(), row.locator("td").nth(2).inner_text()
    assert f"{target.stat().st_size:,}" == size
    assert hashlib.sha256(target.read_bytes()).hexdigest() == checksum
    return target


def _file_in(how: str) -> str:
    found = re.search(r"Download (\S+):|Download (\S+)\.\n", how)
    assert found, how
    return found[1] or found[2]


def test_student_reads_an_article_on_a_phone(browser: Browser, served: Site) -> None:
    """Finally I see what the paper knows and what it was told."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(served.address + next(iter(served.texts)))
    lead = page.locator(".sum .lead").inner_text()
    told = re.search(
        r"reports (\d+) events? itself .*passes on (\d+) claims? by others(?: and (\d+) inside)?", lead, re.S
    )
    assert told
    legend = page.locator(".sum .legend").inner_text()
    assert "solid line: the article says it itself" in legend
    assert "dashed line: someone said it" in legend
    besides = page.locator(".sum").get_by_text("In its own voice, too").inner_text()  # named, but counted as no event
    others = [int(number) for number in re.findall(r"(\d+) (?:office|passage)", besides)]
    assert 0 < page.locator(".fact-card").count() <= int(told[1]) + sum(others)  # a fact may tell of two events
    assert page.locator(".claim-card").count() == int(told[2]) + int(told[3] or 0)
    card = page.locator("li.claim-card").first
    card.locator("summary").tap()
    opened = card.inner_text()
    assert "Said by" in opened
    assert card.locator("blockquote").inner_text()
    box = card.locator("summary").bounding_box()
    assert box
    assert box["height"] >= 44
    fact = page.locator("li.fact-card").first
    fact.locator("summary").tap()
    assert "the article itself: reported, not checked" in fact.inner_text()
    assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    context.close()


def test_fact_checker_follows_a_denial(browser: Browser, served: Site) -> None:
    """Finally the denial does not repeat the accusation as the denier's words."""
    page = browser.new_page()
    page.goto(served.address + "/search?q=shelling border")
    follow(page.locator("a.quote").first)
    accusation = page.url
    assert "Arvonia accuses Belmark" in page.locator(".statement").inner_text()
    reply = page.locator(".replies div")
    assert reply.locator("dt").inner_text() == "⊘ Denied by"
    assert "Belmark denies" in reply.inner_text()
    follow(page.get_by_role("link", name="Compare accounts of this event"))
    sides = page.locator("h2:has-text('Disputed') ~ .sides").first.locator("section")
    assert sides.count() == 2
    assert "Belmark of shelling the border" in sides.nth(0).inner_text()
    assert "⊘ denies it" in sides.nth(1).inner_text()
    assert "that it shelled the border" in sides.nth(1).inner_text()
    follow(sides.nth(1).locator("a.quote"))
    page.locator("summary:has-text('What was said')").click()
    content = page.locator("details:has(summary:has-text('What was said')) table").inner_text()
    assert "cg:DeniedEvent" in content
    assert "cg:StatedEvent" not in content
    assert page.url != accusation
    answer = page.request.get(page.url.replace("/doc/", "/cite/doc/") + "?as=schema")
    assert answer.status == 404  # no claim of schema.org: what is denied is not put forward
    assert json.loads(answer.text())["reason"] == "no-factual-claim"
    page.close()


def test_ci_engineer_sees_where_the_build_broke(browser: Browser, tmp_path: Path) -> None:
    """Finally SHACL tells me where."""
    whole = map_record(sample(document_id="sample.txt"), BASE).quads
    quads = [quad for quad in whole if quad.predicate.value != vocab.SPEECH_ACT]
    (tmp_path / "graph.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    (tmp_path / "sample.txt").write_text(TEXT, "utf-8")
    done = command("validate", "graph.nq", "--format", "github", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    noted = next(line for line in done.stdout.splitlines() if "title=ClaimShape-speechAct" in line and ",col=" in line)
    properties, message = annotation(noted)
    line = (tmp_path / properties["file"]).read_text("utf-8").splitlines()[int(properties["line"]) - 1]
    words = line[int(properties["col"]) - 1 : int(properties["endColumn"])]
    assert "cg:speechAct" in message
    quoted, iri = re.search(r"“(.*)”: (\S+)$", message).groups()  # type: ignore[union-attr]
    assert quoted == words

    store = EmbeddedStore.in_memory()
    store.change(set(), set(quads))
    state = report_cache.CachedReport(report=validate(quads), revision=store.revision, maker="validate")
    (tmp_path / report_cache.FILE_NAME).write_bytes(report_cache.dumps(state))
    app = create_app(Settings(base=BASE), store, questions=(), index=tmp_path / "words")
    page = browser.new_page()
    with running(app) as address:
        page.goto(iri.replace(BASE, f"{address}/"))
        assert lit(page) == words
        note = page.locator(".row", has=page.locator(".on")).locator(".finding").filter(has_text=properties["title"])
        assert note.count() >= 1
        page.close()


def annotation(line: str) -> tuple[dict[str, str], str]:
    """Properties and message of a workflow command, as the runner reads it."""
    told, message = re.fullmatch(r"::error (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
    pairs = (pair.partition("=")[::2] for pair in told.split(","))
    return {name: _unescaped(value) for name, value in pairs}, _unescaped(message)


def _unescaped(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text
