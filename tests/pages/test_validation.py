"""The page of the last validation, and the notes beside the words it is about."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from pyoxigraph import NamedNode, Quad

from kg import vocab
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.pages.validation import PAGE_LIMIT
from kg.records import Document, Record
from kg.store import EmbeddedStore
from kg.validate import ValidationReport, report_cache, validate
from tests.samples import TEXT, sample
from tests.served.small_app import BASE

HTML = {"Accept": "text/html"}
NASTY = (
    "Title <b>\n\nHe said \u202ethat <script>alert(1)</script> \N{GRINNING FACE} rain\x07 fell.\r\nMore {{ 7*7 }}.\n"
)


def spoilt(record: Record, *predicates: str) -> list[Quad]:
    """The graph of a record without these properties."""
    return [quad for quad in map_record(record, BASE).quads if quad.predicate.value not in predicates]


def opened(folder: Path, quads: Iterable[Quad], report: ValidationReport | None, **about: object) -> FlaskClient:
    """The app over these quads, and beside it the report, if any."""
    store = EmbeddedStore.in_memory()
    store.change(set(), set(quads))
    if report is not None:
        found = {"revision": store.revision, "maker": "validate"} | about
        last = report_cache.CachedReport(report=replace(report, made=datetime(2025, 4, 3, 12, 30, tzinfo=UTC)), **found)  # type: ignore[arg-type]
        (folder / report_cache.FILE_NAME).write_bytes(report_cache.dumps(last))
    app = create_app(Settings(base=BASE), store, questions=(), index=folder / "words")
    return app.test_client()


def text(client: FlaskClient, path: str = "/validation", status: int = 200) -> str:
    """The page, white space made one."""
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text
    return " ".join(response.text.split())


@pytest.fixture
def found(tmp_path: Path) -> tuple[FlaskClient, ValidationReport]:
    """The sample without the acts of its claims, and the report on it."""
    quads = spoilt(sample(), vocab.SPEECH_ACT)
    report = validate(quads)
    assert report.findings
    return opened(tmp_path, quads, report), report


def test_without_a_report_it_says_how_to_make_one(tmp_path: Path) -> None:
    """Never validated is not the same as nothing found."""
    page = text(opened(tmp_path, spoilt(sample()), None))
    assert "Never validated." in page
    assert "kg validate --store" in page
    assert "Nothing found" not in page


def test_a_report_without_findings_says_so(tmp_path: Path) -> None:
    """With what it is of."""
    quads = spoilt(sample())
    page = text(opened(tmp_path, quads, validate(quads)))
    assert "Nothing found." in page
    assert "2025-04-03 12:30 UTC" in page
    assert "Of an older revision" not in page


def test_findings_are_counted_and_lead_to_their_words(found: tuple[FlaskClient, ValidationReport]) -> None:
    """By shape, by document; each with a link to the article with the span marked."""
    client, report = found
    page = text(client)
    assert f"<strong>{len(report.findings)}</strong>" in page
    assert page.count('<li class="finding">') == len(report.findings)
    for finding in report.findings:
        assert finding.place is not None
        path = "/" + finding.place.version.removeprefix(BASE)
        assert f'href="{path}#char={finding.place.start},{finding.place.end}"' in page
        assert client.get(path, headers=HTML).status_code == 200
        assert f'<span class="words">{escape(TEXT[finding.place.start : finding.place.end])}</span>' in page
    assert "/validation?shape=ClaimShape-speechAct" in page
    assert "/validation?document=sample" in page


def test_filters_leave_the_others_out(tmp_path: Path) -> None:
    """By shape, document and severity; a filter that leaves nothing says so."""
    quads = spoilt(sample(), vocab.SPEECH_ACT, vocab.CERTAINTY)
    report = validate(quads)
    client = opened(tmp_path, quads, report)
    shapes = {finding.shape.rpartition("/")[2].rpartition("#")[2] for finding in report.findings}
    assert len(shapes) > 1
    for shape in shapes:
        expected = sum(finding.shape.endswith(shape) for finding in report.findings)
        assert text(client, f"/validation?shape={shape}").count('<li class="finding">') == expected
    assert text(client, "/validation?document=sample&severity=violation").count('<li class="finding">') == len(
        report.findings
    )
    assert "Nothing found.</strong> Drop a filter" in text(client, "/validation?document=other")


def test_many_findings_come_a_page_at_a_time(tmp_path: Path) -> None:
    """Cut off, with the way on, and all of them in the data."""
    quads = spoilt(sample())
    [one, *_] = validate(spoilt(sample(), vocab.SPEECH_ACT)).findings
    many = tuple(replace(one, focus=NamedNode(f"https://example.org/{n}")) for n in range(PAGE_LIMIT + 5))
    client = opened(tmp_path, quads, ValidationReport(findings=many, triples=()))
    page = text(client)
    assert page.count('<li class="finding">') == PAGE_LIMIT
    assert "Cut off:" in page
    assert f"/validation?first={PAGE_LIMIT}" in page
    assert text(client, f"/validation?first={PAGE_LIMIT}").count('<li class="finding">') == 5
    assert len(list(csv.DictReader(io.StringIO(client.get("/validation.csv").text)))) == len(many)


def test_a_report_of_an_older_revision_says_so(tmp_path: Path) -> None:
    """And its notes are not shown beside words that may be others."""
    quads = spoilt(sample(), vocab.SPEECH_ACT)
    client = opened(tmp_path, quads, validate(quads), revision=0)
    assert "Of an older revision." in text(client)
    version = "/doc/" + sample().document.sha256[:16]
    assert 'class="finding"' not in text(client, version)


def test_a_validation_that_failed_says_why(tmp_path: Path) -> None:
    """It is no report without findings, and has no data."""
    nothing = ValidationReport(findings=(), triples=())
    client = opened(tmp_path, spoilt(sample()), nothing, failure="the shapes were stopped <after> 5 seconds")
    page = text(client)
    assert "The last validation failed." in page
    assert "stopped &lt;after&gt; 5 seconds" in page
    assert "Nothing found" not in page
    assert client.get("/validation.csv").status_code == 404


def test_a_report_that_cannot_be_read_is_no_page(tmp_path: Path) -> None:
    """503, never "nothing found"; the articles can still be read."""
    client = opened(tmp_path, spoilt(sample()), None)
    for content in (b"{", b"[]", b'{"store": {}}', b"\xff"):
        (tmp_path / report_cache.FILE_NAME).write_bytes(content)
        assert report_cache.FILE_NAME in text(client, status=503)
        assert client.get("/doc/" + sample().document.sha256[:16], headers=HTML).status_code == 200


def test_article_has_a_note_beside_the_words(found: tuple[FlaskClient, ValidationReport]) -> None:
    """In the paragraph where they begin, with a link to the report."""
    client, report = found
    page = text(client, "/doc/" + sample().document.sha256[:16])
    assert page.count('<li class="finding">') == len(report.findings)
    assert 'href="/validation?shape=ClaimShape-speechAct&amp;document=sample"' in page
    starts = [finding.place.start for finding in report.findings if finding.place is not None]
    rows = page.split('<div class="row">')[1:]
    lines = [line for line in TEXT.split("\n") if line.strip()]
    for row, line in zip(rows, lines, strict=True):
        begin = TEXT.index(line)
        expected = sum(begin <= start < begin + len(line) for start in starts)
        assert row.count('<li class="finding">') == expected
    assert len(rows) > 1


def test_document_that_was_kept_out_is_not_linked(tmp_path: Path) -> None:
    """What `kg build` refused is reported, and its article is not there."""
    report = validate(spoilt(sample(), vocab.SPEECH_ACT))
    page = text(opened(tmp_path, spoilt(sample("Another text.\n\n" + TEXT)), report, maker="build"))
    assert "not in the graph" in page
    assert "#char=" not in page
    assert "kg build" in page


def test_data_of_the_page_is_the_report(found: tuple[FlaskClient, ValidationReport]) -> None:
    """CSV, JSON and SARIF hold all findings."""
    client, report = found
    page = text(client)
    for name in ("csv", "json", "sarif"):
        assert f'href="/validation.{name}"' in page
    rows = list(csv.DictReader(io.StringIO(client.get("/validation.csv").text)))
    assert [row["words"] for row in rows] == [TEXT[int(row["start"]) : int(row["end"])] for row in rows]
    assert len(rows) == len(report.findings)
    assert len(json.loads(client.get("/validation.json").text)["findings"]) == len(report.findings)
    assert json.loads(client.get("/validation.sarif").text)["version"] == "2.1.0"
    assert client.get("/validation.xml").status_code == 404


def test_nothing_of_an_article_acts_as_markup(tmp_path: Path) -> None:
    """Tags, templates, control characters and bidi overrides are shown, not obeyed."""
    record = Record(document=replace(sample().document, id="<i>x</i>", text=NASTY), run=sample().run)
    assert isinstance(record.document, Document)
    quads = spoilt(record, vocab.SCHEMA_SHA256, vocab.STATUS)
    report = validate(quads)
    assert any(finding.place is not None for finding in report.findings)
    page = text(opened(tmp_path, quads, report))
    for sign in ("<script", "\u202e", "<i>x", "49"):
        assert sign not in page.replace('<span class="ctl" title="U+202E">\u202e</span>', "").partition("<main")[2]


def test_what_is_kept_survives_the_file(tmp_path: Path) -> None:
    """Every kind of term, and places."""
    quads = spoilt(sample(), vocab.SPEECH_ACT, vocab.CERTAINTY)
    report = validate(quads)
    last = report_cache.CachedReport(report=replace(report, triples=()), revision=7, maker="validate")
    path = tmp_path / report_cache.FILE_NAME
    path.write_bytes(report_cache.dumps(last))
    assert report_cache.read(path) == last
    assert report_cache.read(tmp_path / "none.json") is None
