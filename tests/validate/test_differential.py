"""The fast engine against pySHACL, the one that decides: the same findings, to the last field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from benchmarks.articles import graphs, spoilt
from kg.mapper import map_record
from kg.validate import compiled, pyshacl_engine, read_shapes
from kg.validate.merged_graph import placed
from kg.validate.report import Finding, ValidationReport, in_order
from tests.gold.load import load_gold
from tests.shapes.examples import DSH, SH, Example, examples
from tests.terms import value_of

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
BASE = "https://w3id.org/claimgraph/id/"


def triples(text: str) -> list[Triple]:
    """A piece of Turtle."""
    return [quad.triple for quad in parse((HEAD + text).encode(), format=RdfFormat.TURTLE)]


def both(data: list[Triple], shapes: list[Triple] | tuple[Triple, ...]) -> tuple[ValidationReport, ValidationReport]:
    """What the fast engine finds, and what pySHACL finds."""
    return compiled.run(data, shapes), pyshacl_engine.run(data, shapes)


# -- our shapes ----------------------------------------------------------------------------------------------------


def pairs(example: Example) -> set[tuple[str, str]]:
    """The shapes and components that an example says must fire."""
    return {(key[0], key[1]) for key in example.expected}


def chosen() -> list[Example]:
    """Bad examples that between them violate every constraint that any example violates."""
    out: list[Example] = []
    seen: set[tuple[str, str]] = set()
    for example in sorted(examples(), key=lambda example: -len(example.expected)):
        if pairs(example) - seen:
            seen |= pairs(example)
            out.append(example)
    return out


def elsewhere(quads: list[Quad], base: str) -> Iterator[Quad]:
    """The same quads under another base, so that many examples fit into one graph."""

    def moved(term: object) -> object:
        return NamedNode(term.value.replace(BASE, base)) if isinstance(term, NamedNode) else term

    for quad in quads:
        yield Quad(*map(moved, quad))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def reports() -> tuple[ValidationReport, ValidationReport]:
    """Both engines on one graph: a made-up article, spoilt, some gold articles, and a bad example of everything."""
    data = spoilt(graphs(2_000), share=0.05)
    for gold in load_gold()[:3]:
        data += map_record(gold.record).quads
    for number, example in enumerate(chosen()):
        data += elsewhere(example.quads, f"https://w3id.org/claimgraph/{number}/")
    all_triples = list(placed(data))
    assert len(all_triples) > 10_000
    return both(all_triples, read_shapes())


def test_our_shapes_give_the_same_findings(reports: tuple[ValidationReport, ValidationReport]) -> None:
    """Shape, focus, path, value, message, severity and component of each."""
    ours, reference = reports
    assert set(ours.findings) == set(reference.findings)
    assert ours.findings == reference.findings


def test_every_constraint_was_violated(reports: tuple[ValidationReport, ValidationReport]) -> None:
    """The comparison is of everything that our shapes say, not of what happened to be wrong."""
    fired = {(f.shape.removeprefix(DSH), f.component.removeprefix(SH)) for f in reports[0].findings}
    expected = set().union(*map(pairs, examples()))
    assert len(expected) > 100
    assert expected - fired == set()


def test_the_fast_engine_covers_all_our_shapes() -> None:
    """A shape of ours that falls back to pySHACL makes validation forty times slower: write it otherwise."""
    assert compiled.Compiled(read_shapes()).left == {}


# -- every component, on values that engines like to misread ---------------------------------------------------------

VALUES = """
1 01 1.0 2.50 2.5 1e0 "1" "1"@en "1"@EN-gb "" "a b" "line\\nline" "😀" "x"^^xsd:integer "2025-02-30"^^xsd:date
"2025-05-01"^^xsd:date "2025-05-01Z"^^xsd:date "2025"^^xsd:gYear "2025-05-01T00:00:00"^^xsd:dateTime true
"1"^^xsd:boolean "2025-05-01T00:00:00Z"^^xsd:dateTime "a"^^xsd:anyURI "z"^^e:own 99999999999999999999
-5 e:a e:b e:sub rdf:nil _:blank
"""

COMPONENTS = [
    *(f"sh:datatype xsd:{name}" for name in ("string", "integer", "decimal", "date", "boolean", "gYear", "dateTime")),
    "sh:datatype rdf:langString",
    *(f"sh:nodeKind sh:{name}" for name in ("IRI", "Literal", "BlankNode", "BlankNodeOrIRI", "IRIOrLiteral")),
    "sh:class e:C",
    "sh:in ( 1 2.50 e:a 'a b' '1'@en true )",
    "sh:hasValue 2.5",
    "sh:hasValue 7",
    *(f"sh:{name} {bound}" for name in ("minInclusive", "maxExclusive") for bound in ("1", "2.5", "'a'")),
    "sh:minExclusive 1.0 ; sh:maxInclusive 1",
    'sh:minInclusive "2025-05-01"^^xsd:date',
    'sh:maxInclusive "2025-05-01T00:00:00Z"^^xsd:dateTime',
    "sh:minLength 2 ; sh:maxLength 4",
    "sh:minLength 0",
    "sh:pattern '^[a1]'",
    "sh:pattern 'LINE$' ; sh:flags 'im'",
    "sh:languageIn ( 'en' )",
    "sh:uniqueLang true",
    "sh:minCount 2 ; sh:maxCount 3",
    "sh:equals e:q",
    "sh:disjoint e:q",
    "sh:node e:Short",
    "sh:not e:Short",
    "sh:and ( e:Short e:Plain )",
    "sh:or ( e:Short e:Plain )",
    "sh:xone ( e:Short e:Plain e:Short )",
    "sh:qualifiedValueShape e:Short ; sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 3",
    "sh:property [ sh:path rdf:type ; sh:minCount 1 ; sh:message 'inner' ]",
    "sh:deactivated true ; sh:minCount 99",
]
INNER = """
e:Short a sh:NodeShape ; sh:maxLength 2 .
e:Plain a sh:NodeShape ; sh:datatype xsd:string .
e:sub a e:Sub . e:Sub rdfs:subClassOf e:C . e:a a e:C . e:b a e:D .
"""
PATHS = ["e:p", "[ sh:alternativePath ( e:p [ sh:inversePath e:r ] ) ]", "( [ sh:zeroOrOnePath e:r ] e:p )"]


def odd_data() -> list[Triple]:
    """Foci with each odd value alone, and one with all of them."""
    words = re.findall(r'"[^"]*"\S*|\S+', VALUES)
    lines = [f"e:f{i} a e:T ; e:p {word} ; e:q 1 , {words[i - 1]} ; e:r e:f{i // 2} ." for i, word in enumerate(words)]
    lines.append(f"e:all a e:T ; e:p {' , '.join(words)} .")
    return triples(INNER + "\n".join(lines))


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_component_judges_odd_values_alike(component: str) -> None:
    """Ill-typed, not canonical, of a language, of a rare datatype: each value alone and all at once, on three paths."""
    data = odd_data()
    shapes = INNER + "".join(
        f"e:S{i} a sh:NodeShape ; sh:targetClass e:T ; sh:property e:P{i} . "
        f"e:P{i} a sh:PropertyShape ; sh:path {path} ; sh:message 'wrong' ; sh:severity sh:Warning ; {component} ."
        for i, path in enumerate(PATHS)
    )
    ours, reference = both(data, triples(shapes))
    assert ours.findings == reference.findings
    assert compiled.Compiled(triples(shapes)).left == {}


@pytest.mark.parametrize("word", ["lessThan", "lessThanOrEquals"])
def test_each_pair_of_odd_values_is_compared_alike(word: str) -> None:
    """Numbers, words, dates and what cannot be compared at all."""
    shapes = triples(
        f"e:S a sh:PropertyShape ; sh:targetClass e:T ; sh:path e:p ; sh:{word} e:q ; sh:message 'wrong' ."
    )
    data = [t for t in odd_data() if "_:" not in str(t)]
    ours, reference = both(data, shapes)
    assert ours.findings == reference.findings
    assert ours.findings


@pytest.mark.parametrize(
    "target",
    [
        "sh:targetNode e:a , e:nowhere , 'words' , 1",
        "sh:targetClass e:C",
        "sh:targetSubjectsOf e:r",
        "sh:targetObjectsOf e:p",
        "a rdfs:Class",
        "a owl:Class",
    ],
)
def test_targets_are_the_same(target: str) -> None:
    """Explicit ones, a class with its sub-classes, and a shape that is itself the class."""
    shapes = triples(
        f"e:C a sh:NodeShape ; {target} ; sh:closed true ; sh:nodeKind sh:BlankNode ; sh:message 'wrong' ."
    )
    ours, reference = both(odd_data(), shapes)
    assert ours.findings == reference.findings
    assert ours.findings


QUERIES = [
    "SELECT $this ?value WHERE { $this e:p ?value FILTER (?value > 1) }",
    "SELECT DISTINCT $this WHERE { $this e:p ?value ; e:q ?other FILTER (STR(?value) != STR(?other)) }",
    "SELECT $this ?value ?path WHERE { $this ?path ?value . FILTER (isLiteral(?value)) }",
    "SELECT $this ?value WHERE { $this e:p ?v BIND (STRLEN(STR(?v)) AS ?value) FILTER (?value > 3) }",
    "SELECT $this ?value WHERE { $this e:r+ ?value . ?value e:q|e:p ?n FILTER (?n = 1) }",
    "SELECT $this WHERE { $this a e:T . FILTER NOT EXISTS { $this e:r ?x } }",
    "SELECT $this WHERE { $this a e:T . OPTIONAL { $this e:r ?x } FILTER (!bound(?x)) }",
    "SELECT $this WHERE { { $this e:p 1 } UNION { $this e:p 2.5 } }",
    "SELECT $this WHERE { { SELECT $this (COUNT(?v) AS ?n) WHERE { $this e:p ?v } GROUP BY $this } FILTER (?n > 1) }",
    "SELECT $this WHERE { ?x e:r $this } LIMIT 1",
    "SELECT $this WHERE { $this e:p ?v . { FILTER (isIRI($this)) } }",
    "SELECT $this ?value WHERE { ?value ?role $this ; e:p ?n . FILTER (isNumeric(?n)) }",
]


@pytest.mark.parametrize("query", QUERIES)
def test_queries_give_the_same_rows(query: str) -> None:
    """Run for all focus nodes at once, or left to pySHACL where that would not be the same."""
    shapes = triples(
        f"""<https://example.org/> a owl:Ontology ; sh:declare [ sh:prefix "e" ;
              sh:namespace "https://example.org/"^^xsd:anyURI ] .
        e:S a sh:NodeShape ; sh:targetClass e:T ; sh:sparql e:Q ; sh:message "Of the shape." .
        e:Q sh:prefixes <https://example.org/> ; sh:message "{{$this}} has {{?value}}." ; sh:select "{query}" ."""
    )
    ours, reference = both(odd_data(), shapes)
    assert ours.findings == reference.findings
    assert ours.findings


@pytest.mark.parametrize(
    ("shapes", "left"),
    [
        ("e:S sh:targetClass e:T ; sh:property [ sh:path e:p ; sh:node e:S ] .", "refers to itself"),
        (
            "e:S sh:targetClass e:T ; sh:node [ sh:sparql [ sh:select 'SELECT $this WHERE { $this ?p ?o }' ] ] .",
            "SPARQL",
        ),
        ("e:S sh:targetClass e:T ; sh:pattern 'a' ; sh:flags 'q' .", "flags"),
        ("e:S sh:targetClass e:T ; sh:js e:code .", "sh:js"),
    ],
)
def test_what_is_not_covered_says_why(shapes: str, left: str) -> None:
    """Such a shape is left to pySHACL, the others are not."""
    engine = compiled.Compiled(triples(shapes + " e:Other sh:targetClass e:T ; sh:nodeKind sh:IRI ."))
    assert [left in reason for reason in engine.left.values()] == [True]
    assert list(engine.covered) == [NamedNode("https://example.org/Other")]


def test_a_covered_and_an_uncovered_shape_make_one_report() -> None:
    """Findings of both engines, in one order; the SHACL report has one root and all results."""
    shapes = """e:A sh:targetClass e:T ; sh:pattern 'zzz' ; sh:flags 'x' ; sh:message "A." .
        e:B sh:targetClass e:T ; sh:pattern 'zzz' ; sh:message "B." ."""
    ours, reference = both(odd_data(), triples(shapes))
    assert ours.findings == reference.findings == in_order(reversed(ours.findings))
    assert Counter(map(shape_of, ours.findings)) == {"https://example.org/A": 32, "https://example.org/B": 32}
    results = [t for t in ours.triples if t.predicate.value == SH + "result"]
    assert len({t.subject for t in results}) == 1
    assert len(results) == len(ours.findings)
    assert [value_of(t.object) for t in ours.triples if t.predicate.value == SH + "conforms"] == ["false"]


def shape_of(finding: Finding) -> str:
    """Its shape."""
    return finding.shape
