"""What the engine must do, whatever the shapes: SHACL's rules, and none of the traps below it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import InputError
from kg.validate import Finding, ValidationReport, read_shapes, validate
from kg.validate.engines import ENGINES

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
SH = "http://www.w3.org/ns/shacl#"
E = "https://example.org/"


def quads(text: str) -> list[Quad]:
    """A piece of TriG."""
    return list(parse((HEAD + text).encode(), format=RdfFormat.TRIG))


def report(shapes: str, data: str) -> ValidationReport:
    """What ``data`` breaks of ``shapes``: every engine must find the same."""
    reports = {name: validate(quads(data), [quad.triple for quad in quads(shapes)], engine=name) for name in ENGINES}
    assert len({comparable(found) for found in reports.values()}) == 1, reports
    return reports["pyshacl"]


def comparable(found: ValidationReport) -> tuple[Finding, ...]:
    """The findings without what an engine may choose: the words for a shape without a message, blank node labels."""
    named = (f if not f.shape.startswith("_:") else replace(f, shape="_:") for f in found.findings)
    return tuple(sorted((replace(f, message="") for f in named), key=lambda finding: finding.order))


def fired(shapes: str, data: str) -> list[str]:
    """The components that fire, by their short names."""
    findings = report(shapes, data).findings
    return [f.component.removeprefix(SH).removesuffix("ConstraintComponent") for f in findings]


def test_a_finding_says_everything() -> None:
    """Shape, focus, path, value, message, severity and component, as plain values."""
    found = report(
        """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:S-p .
        e:S-p sh:path e:p ; sh:datatype xsd:date ; sh:severity sh:Warning ; sh:message "A day, please." .""",
        'e:x a e:C ; e:p "soon" .',
    )
    assert found.findings == (
        Finding(
            shape=E + "S-p",
            focus=NamedNode(E + "x"),
            path=f"<{E}p>",
            value=Literal("soon"),
            message="A day, please.",
            severity="warning",
            component=SH + "DatatypeConstraintComponent",
        ),
    )
    assert not found.conforms
    assert found.counts() == {"violation": 0, "warning": 1, "info": 0}
    assert found.at_least("violation") == ()
    assert found.at_least("warning") == found.findings


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("[ sh:inversePath e:p ]", "^<{0}p>"),
        ("( e:p e:q )", "<{0}p>/<{0}q>"),
        ("[ sh:alternativePath ( e:p [ sh:inversePath e:q ] ) ]", "<{0}p>|(^<{0}q>)"),
        ("[ sh:zeroOrMorePath e:p ]", "<{0}p>*"),
        ("[ sh:oneOrMorePath ( e:p e:q ) ]", "(<{0}p>/<{0}q>)+"),
        ("[ sh:zeroOrOnePath e:p ]", "<{0}p>?"),
    ],
)
def test_paths_are_told_as_sparql_has_them(path: str, text: str) -> None:
    """Full IRIs, so that the path can be pasted into a query."""
    found = report(
        f"e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:P . e:P sh:path {path} ; sh:minCount 9 .",
        "e:x a e:C .",
    )
    assert [finding.path for finding in found.findings] == [text.format(E)]


def test_findings_come_worst_first_and_always_in_the_same_order() -> None:
    """By severity, then by what they are on; the order of the data plays no part."""
    shapes = """e:A a sh:NodeShape ; sh:targetClass e:C ; sh:severity sh:Info ; sh:nodeKind sh:Literal .
        e:B a sh:NodeShape ; sh:targetClass e:C ; sh:nodeKind sh:Literal ."""
    names = "qzhbtymcaw"
    findings = report(shapes, " ".join(f"e:{name} a e:C ." for name in names)).findings
    assert [(f.severity, f.focus.value) for f in findings] == [
        (severity, E + name) for severity in ("violation", "info") for name in sorted(names)
    ]


def test_what_made_a_node_fail_is_no_finding_of_its_own() -> None:
    """``sh:node`` gives one result; what lies below it is detail."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property e:P . e:P sh:path e:p ; sh:node e:N .
        e:N a sh:NodeShape ; sh:property e:Q . e:Q sh:path e:q ; sh:minCount 1 ."""
    assert fired(shapes, "e:x a e:C ; e:p e:y .") == ["Node"]


def test_plain_strings_and_xsd_strings_are_the_same() -> None:
    """RDF 1.1 has it so; with a store behind rdflib, ``sh:in`` told them apart."""
    shapes = 'e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:in ( "a" ) ] .'
    assert fired(shapes, 'e:x e:p "a"^^xsd:string .') == []
    assert fired(shapes, 'e:x e:p "b"^^xsd:string .') == ["In"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ('"2025-05-01"^^xsd:date', '"2025"^^xsd:gYear'),
        ('"2025-06-31"^^xsd:date', '"2025-07-01"^^xsd:date'),
        ('"2025-05-01"^^xsd:date', '"2025-05-02T00:00:00Z"^^xsd:dateTime'),
        ("1", '"2025-05-01"^^xsd:date'),
        ("1", '"2"'),
    ],
)
def test_values_that_cannot_be_compared_are_a_violation(first: str, second: str) -> None:
    """SHACL 4.5.3; the engine must not stumble over one bad date."""
    shapes = "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:{} e:q ] ."
    for word, component in (("lessThan", "LessThan"), ("lessThanOrEquals", "LessThanOrEquals")):
        assert fired(shapes.format(word), f"e:x e:p {first} ; e:q {second} .") == [component]


@pytest.mark.parametrize("smaller", ["1", "1.0", "1e0"])
def test_numbers_of_different_kinds_are_compared(smaller: str) -> None:
    """An integer is smaller than a greater decimal."""
    shapes = "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:lessThan e:q ] ."
    assert fired(shapes, f"e:x e:p {smaller} ; e:q 1.5 .") == []
    assert fired(shapes, f"e:x e:p 2 ; e:q {smaller} .") == ["LessThan"]


def test_the_talk_below_does_not_reach_the_user(caplog: pytest.LogCaptureFixture) -> None:
    """rdflib logs a traceback for each ill-typed literal; a finding is enough."""
    shapes = "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property [ sh:path e:p ; sh:datatype xsd:date ] ."
    assert fired(shapes, 'e:x e:p "2025-02-30"^^xsd:date .') == ["Datatype"]
    assert [record.name for record in caplog.records if record.name.startswith("rdflib")] == []


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "shapes",
    [
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:minCount 1 ] .",
        "e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:minCount 1 , 2 ] .",
        'e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [ sh:select "SELECT no query" ] .',
        """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:sparql [
            sh:select "SELECT $this WHERE { $this a ?c . SERVICE <http://127.0.0.1/> { ?s ?p ?o } }" ] .""",
    ],
)
def test_shapes_that_cannot_be_used_are_an_error(shapes: str, engine: str) -> None:
    """Never a report, and never "conforms"."""
    with pytest.raises(InputError, match="shapes cannot be used"):
        validate(quads("e:x a e:C ."), [quad.triple for quad in quads(shapes)], engine=engine)


def test_nothing_is_imported() -> None:
    """``owl:imports`` of a file or of the network is not followed."""
    here = Path(__file__).resolve().as_uri()
    shapes = f"""<https://example.org/shapes> a owl:Ontology ; owl:imports <{here}> , <https://127.0.0.1:9/x.ttl> .
        e:S a sh:NodeShape ; sh:targetClass e:C ; sh:nodeKind sh:IRI ."""
    assert fired(shapes, f"<https://example.org/data> owl:imports <{here}> . e:x a e:C .") == []


def test_rules_and_targets_by_query_are_off() -> None:
    """SHACL-AF can reach the network from a shape: it does nothing here."""
    shapes = """e:S a sh:NodeShape ; sh:targetClass e:C ; sh:property [ sh:path e:p ; sh:maxCount 0 ] ;
        sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate e:p ; sh:object e:y ] ."""
    assert fired(shapes, "e:x a e:C .") == []


def test_all_graphs_are_merged_and_content_is_marked() -> None:
    """A thing of a content graph carries ``cg:inGraph``; a thing of another named graph does not."""
    shapes = (
        "e:S a sh:NodeShape ; sh:targetSubjectsOf <https://w3id.org/claimgraph/ns#inGraph> ; sh:nodeKind sh:Literal ."
    )
    data = (
        """e:x e:p 1 . <https://example.org/g/content> { e:y e:p 1 } <https://example.org/g/entities> { e:z e:p 1 }"""
    )
    assert [finding.focus for finding in report(shapes, data).findings] == [NamedNode(E + "y")]
    count = "e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:nodeKind sh:Literal ."
    assert len(report(count, data).findings) == 3


def test_shapes_are_read_from_files_and_folders(tmp_path: Path) -> None:
    """A folder gives all its Turtle files; one without any is an error, not an empty set of shapes."""
    (tmp_path / "a.ttl").write_text(HEAD + "e:S sh:targetClass e:C ; sh:class e:D .", encoding="utf-8")
    (tmp_path / "b.ttl").write_text(HEAD + "e:T sh:targetClass e:C ; sh:class e:D .", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    said = ((NamedNode(SH + "targetClass"), NamedNode(E + "C")), (NamedNode(SH + "class"), NamedNode(E + "D")))
    both = {Triple(NamedNode(E + name), *each) for name in ("S", "T") for each in said}
    assert set(read_shapes(tmp_path)) == both
    assert set(read_shapes(tmp_path / "a.ttl", tmp_path / "b.ttl")) == both
    with pytest.raises(InputError, match="no shapes here"):
        read_shapes(tmp_path / "empty")
