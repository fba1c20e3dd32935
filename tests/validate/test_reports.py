"""The reports: each finding in words, in JSON and as a SHACL graph, pointing at the article."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pyoxigraph import Dataset, Quad, RdfFormat, parse

from kg.validate import Finding, TextLocation, ValidationReport, validate
from kg.validate.reports import REPORTS
from tests.shapes.spoil import Edit, also, instead, renamed, world
from tests.shapes.spoil import iri as iri_of
from tests.shapes.table import CLAIM, FACT

CONFORMS = ValidationReport(findings=(), triples=())


def spoiled(*edits: Edit) -> ValidationReport:
    """The report on the good graph after some edits."""
    graph = world()
    for edit in edits:
        graph = edit(graph, iri_of("V"))
    return validate(graph)


@pytest.fixture(scope="module")
def broken() -> ValidationReport:
    """One violation, on words of the article."""
    return validate(world_with_a_fact_in_a_claim())


def world_with_a_fact_in_a_claim() -> set[Quad]:
    """The good graph, spoiled."""
    graph = also("cg:anchor", "<V#char=61,70>", of=FACT)(world(), iri_of("V"))
    return also("cg:text", '"it rained"', of=FACT)(graph, iri_of("V"))


def test_the_human_report_shows_the_words_with_a_caret() -> None:
    """File, line and column, what is wrong and what would be right, and the words themselves."""
    report = spoiled(instead("cg:rule", of=CLAIM))
    assert report.findings[0].place
    text = REPORTS["human"](replace(report, files={report.findings[0].place.sha256: "seeds/synthetic.txt"}))
    lines = text.splitlines()
    assert lines[0] == "violation: seeds/synthetic.txt:1:62"
    assert lines[1] == "  A statement names exactly one cg:rule that found it."
    shown, mark = lines[2].removeprefix("  | "), lines[3].removeprefix("  | ")
    assert shown[mark.index("^") : mark.rindex("^") + 1] == "it rained"
    assert lines[4:7] == [
        "    shape: StatementShape-rule",
        "    constraint: MinCountConstraintComponent",
        f"    on: {iri_of(CLAIM).value}",
    ]
    assert lines[-1] == "does not conform: 1 violation, 0 warnings, 0 infos"


def test_the_human_report_says_that_nothing_is_wrong() -> None:
    """One line, so that silence never stands for success."""
    assert REPORTS["human"](CONFORMS) == "conforms: 0 violations, 0 warnings, 0 infos\n"


def test_the_json_report_has_every_field(broken: ValidationReport) -> None:
    """Terms as in SPARQL JSON results; place with offsets in code points."""
    data = json.loads(REPORTS["json"](broken))
    assert data["conforms"] is False
    assert data["counts"]["violation"] == len(data["findings"]) == len(broken.findings)
    spans = [finding for finding in data["findings"] if finding["shape"].endswith("#FactShape-outsideClaims")]
    assert [finding["value"] for finding in spans] == [{"type": "uri", "value": iri_of("V#char=61,70").value}]
    assert (spans[0]["place"]["start"], spans[0]["place"]["end"]) == (61, 70)
    assert json.loads(REPORTS["json"](CONFORMS)) == {
        "conforms": True,
        "counts": {"violation": 0, "warning": 0, "info": 0},
        "findings": [],
    }


def test_the_turtle_report_is_the_shacl_report(broken: ValidationReport) -> None:
    """The same graph as the engine's, and the same text each time."""
    text = REPORTS["turtle"](broken)
    assert canonical(parse(text.encode(), format=RdfFormat.TURTLE)) == canonical(Quad(*t) for t in broken.triples)
    assert text == REPORTS["turtle"](validate(world_with_a_fact_in_a_claim()))
    assert text.count("sh:result ") == 1


def canonical(quads: object) -> Dataset:
    """With canonical blank nodes."""
    from pyoxigraph import CanonicalizationAlgorithm

    dataset = Dataset(quads)  # type: ignore[arg-type]
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("name", REPORTS)
def test_every_format_writes_a_report_without_findings(name: str) -> None:
    """Also where there is nothing to say."""
    assert REPORTS[name](CONFORMS) or name == "turtle"


def place_of(report: ValidationReport, shape: str) -> TextLocation:
    """The place of the one finding of a shape."""
    [place] = {f.place for f in report.findings if f.shape.endswith(f"#{shape}")}
    assert place is not None
    return place


@pytest.mark.parametrize(
    ("shape", "edit", "words"),
    [
        ("StatementShape-rule", instead("cg:rule", of=CLAIM), "it rained"),
        ("SpanShape-exact", instead("cg:exact", of="V#char=108,111"), "Tia"),
        ("EventShape-type", instead("cg:eventType", of="V/event/20-47"), "Talks in Porto ended in May"),
        ("StatedEventShape-type", instead("cg:statedEventType", of="V/claim/84-96/content/event/1"), "Norland paid"),
        ("EntityShape-label", instead("skos:prefLabel", of="entity/political_actor/norland"), "Norland"),
        ("LinkShape-rule", instead("cg:rule", of="V/link/1"), "Sudria had won"),
        ("TimeShape-words", instead("skos:prefLabel", of="V/time/1"), "Talks in Porto ended in May"),
        ("RunShape-extractor", instead("cg:extractor", of="V/run"), ""),
    ],
)
def test_a_finding_points_at_the_nearest_words(shape: str, edit: Edit, words: str) -> None:
    """A statement at its anchor, an event at the fact that describes it, stated things at their claim."""
    place = place_of(spoiled(edit), shape)
    assert place.line_text[place.column - 1 : place.end_column - 1] == words
    assert place.document == "synthetic"


def test_columns_are_utf16_code_units() -> None:
    """As SARIF and editors have it: an emoji is two."""
    text = "One\r\n\N{GRINNING FACE}\N{GRINNING FACE} said"
    version, sha = "https://example.org/doc/0", "0" * 64
    cg, xsd = "https://w3id.org/claimgraph/ns#", "http://www.w3.org/2001/XMLSchema#"
    quoted = json.dumps(text, ensure_ascii=False)
    data = f'''<{version}> <{cg}fullText> {quoted} ; <https://schema.org/sha256> "{sha}" .
        <{version}#char=7,12> a <{cg}TextSpan> ; <{cg}inVersion> <{version}> ;
          <{cg}start> "7"^^<{xsd}integer> ; <{cg}end> "12"^^<{xsd}integer> .'''
    place = place_of(validate(parse(data.encode(), format=RdfFormat.TURTLE)), "SpanShape-exact")
    assert place == TextLocation(
        document=version,
        version=version,
        sha256=sha,
        start=7,
        end=12,
        line=2,
        column=5,
        end_line=2,
        end_column=10,
        line_text="\N{GRINNING FACE}\N{GRINNING FACE} said",
    )


def test_a_span_past_the_end_of_the_text_points_at_its_end() -> None:
    """A shifted span does not break the report on it."""
    report = spoiled(instead("cg:end", "9999", of="V#char=215,217"), renamed("V#char=215,217", "V#char=215,9999"))
    place = place_of(report, "SpanShape-reread")
    assert (place.start, place.end) == (215, 217)
    assert "“`" in REPORTS["human"](report)


def test_a_finding_without_an_article_has_no_place() -> None:
    """It is still told, by its focus."""
    data = parse(b"<https://example.org/x> a <https://w3id.org/claimgraph/ns#Event> .", format=RdfFormat.TURTLE)
    report = validate(data)
    assert {finding.place for finding in report.findings} == {None}
    assert REPORTS["human"](report).startswith("violation: https://example.org/x\n")


def test_findings_are_values() -> None:
    """Two equal findings are one."""
    [first, *_] = spoiled(instead("cg:rule", of=CLAIM)).findings
    assert isinstance(first, Finding)
    assert first == replace(first)
