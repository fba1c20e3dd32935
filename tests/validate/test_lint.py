"""Bad shapes and bad calls: every one is an error, none passes for conforming."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg.errors import InputError
from kg.validate import read_shapes, shapes_folder, validate
from kg.validate.files import read_quads
from kg.validate.lint import problems
from tests.shapes.examples import HERE as EXAMPLES
from tests.validate.test_engine import HEAD, quads

HEAD_OF_OURS = (
    HEAD
    + """
@prefix cg: <https://w3id.org/claimgraph/ns#> .
@prefix act: <https://w3id.org/claimgraph/act/> .
@prefix evt: <https://w3id.org/claimgraph/evt/> .
@prefix mod: <https://w3id.org/claimgraph/mod/> .
@prefix rel: <https://w3id.org/claimgraph/rel/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
)
S = "e:S a sh:NodeShape ; sh:targetClass e:C ; "
QUERY = (
    S + "sh:sparql e:Q . e:Q sh:prefixes e:P ; sh:select '{}' . e:P sh:declare [ sh:prefix 'cg' ; sh:namespace '{}' ] ."
)

BAD = {
    "misspelt constraint": (S + "sh:property [ sh:path e:p ; sh:minCounts 1 ] .", "sh:minCounts.*misspelt"),
    "misspelt target": ("e:S a sh:NodeShape ; sh:targetclass e:C .", "sh:targetclass"),
    "misspelt class of shapes": (S + "sh:property e:P . e:P a sh:PropertyShpe ; sh:path e:p .", "sh:PropertyShpe"),
    "misspelt kind of node": (S + "sh:nodeKind sh:Iri .", "sh:Iri"),
    "misspelt severity": (S + "sh:severity sh:Waring ; sh:nodeKind sh:IRI .", "sh:Waring"),
    "no target": ("e:S a sh:NodeShape ; sh:nodeKind sh:IRI .", "example.org/S.*looks at nothing"),
    "no target, property shape": ("e:S a sh:PropertyShape ; sh:path e:p ; sh:minCount 1 .", "looks at nothing"),
    "empty": ("", "no shapes here"),
    "no shapes in it": ("e:x a e:C ; e:p 1 .", "no shapes here"),
    "a shape that is not here": (S + "sh:property e:P .", "example.org/P.*is not here"),
    "a shape of a list that is not here": (S + "sh:or ( e:P e:Q ) . e:P sh:nodeKind sh:IRI .", "example.org/Q"),
    "a list that is none": (S + "sh:in e:list .", "has no list in sh:in"),
    "an empty list": (S + "sh:or ( ) .", "empty list in sh:or"),
    "rule": (S + "sh:rule [ a sh:TripleRule ] .", "sh:rule.*not run here"),
    "target by query": ("e:S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] ; sh:nodeKind sh:IRI .", "sh:target,"),
    "JavaScript": (S + "sh:js [ a sh:JSConstraint ] .", "sh:js,.*not run here"),
    "count that is no number": (S + "sh:property [ sh:path e:p ; sh:minCount 'one' ] .", "whole number"),
    "count below zero": (S + "sh:property [ sh:path e:p ; sh:maxCount -1 ] .", "whole number"),
    "length that is no number": (S + "sh:minLength 1.5 .", "sh:minLength.*whole number"),
    "pattern that is none": (S + "sh:pattern '(' .", "no regular expression"),
    "query that does not parse": (QUERY.format("SELECT WHERE", "https://w3id.org/claimgraph/ns#"), "does not parse"),
    "query with an unknown prefix": (S + "sh:sparql e:Q . e:Q sh:select 'SELECT $this { $this x:p 1 }' .", "parse"),
    "query with a term that is not ours": (
        QUERY.format("SELECT $this WHERE { $this cg:speeker ?x }", "https://w3id.org/claimgraph/ns#"),
        "cg:speeker, which the ontology does not have",
    ),
    "term in a condition inside": (
        S + "sh:property [ sh:path e:p ; sh:or ( [ sh:datatyp xsd:string ] ) ] .",
        "a blank node of .*S> uses sh:datatyp",
    ),
    "term of a path": (S + "sh:property [ sh:path [ sh:inversPath e:p ] ; sh:minCount 1 ] .", "sh:inversPath"),
    "https where there is none": (
        "e:S a <https://www.w3.org/ns/shacl#NodeShape> ; <https://www.w3.org/ns/shacl#targetClass> e:C .",
        "the namespace of SHACL is",
    ),
    "one term in another namespace": (
        S + "sh:nodeKind sh:IRI ; <http://www.w3.org/ns/shacl/minCount> 1 .",
        "the namespace of SHACL is",
    ),
    "no constraint": ("e:S a sh:NodeShape ; sh:targetClass e:C .", "asks for nothing"),
    "constraint of a vocabulary that nobody runs": (S + "e:closedByTypes true .", "asks for nothing"),
    "flags without a pattern": (S + "sh:nodeKind sh:IRI ; sh:flags 'i' .", "sh:flags without sh:pattern"),
    "flags that are none": (S + "sh:pattern 'a' ; sh:flags 'zz' .", "of the letters"),
    "qualified without a count": (
        S + "sh:property [ sh:path e:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ] .",
        "sh:qualifiedValueShape without sh:qualifiedMinCount",
    ),
    "property without a path": (S + "sh:property [ sh:minCount 1 ] .", "no sh:path"),
    "count without a path": (S + "sh:minCount 1 .", "no sh:path: there is nothing to count"),
    "two counts": (S + "sh:property [ sh:path e:p ; sh:minCount 1 , 2 ] .", "several values of sh:minCount"),
    "class that is a word": (S + "sh:class 'C' .", "sh:class.*must be an IRI"),
    "target that is a word": ("e:S a sh:NodeShape ; sh:targetClass 'C' ; sh:nodeKind sh:IRI .", "must be an IRI"),
    "shape that is a word": (S + "sh:node 'T' .", "sh:node.*must be an IRI or a blank node"),
    "shape of a list that is a word": (S + "sh:or ( 'T' ) .", "it is no shape"),
    "bound that is a node": (S + "sh:property [ sh:path e:p ; sh:minInclusive e:x ] .", "must be a literal"),
    "pattern that is a number": (S + "sh:pattern 5 .", "sh:pattern.*must be a string"),
    "switch that is a word": (S + "sh:nodeKind sh:IRI ; sh:deactivated 'true' .", "true or false"),
    "switch that is neither": (S + "sh:nodeKind sh:IRI ; sh:closed 'yes'^^xsd:boolean .", "true or false"),
    "datatype that is none": (S + "sh:property [ sh:path e:p ; sh:datatype xsd:strng ] .", "XML Schema does not have"),
    "list without an end": (S + "sh:in [ rdf:first 1 ] .", "no list in sh:in, or a broken one"),
    "list that runs in a circle": (S + "sh:in e:l . e:l rdf:first 1 ; rdf:rest e:l .", "or a broken one"),
    "shape that asks itself": (S + "sh:property [ sh:path e:p ; sh:node e:S ] .", "refers to itself"),
    "two shapes that ask each other": (S + "sh:node e:T . e:T sh:node e:S .", "refers to itself"),
    "shape that denies itself": (S + "sh:not e:S .", "refers to itself"),
    "shapes inside of shapes": (S + "sh:not [ " * 300 + "sh:nodeKind sh:IRI" + " ]" * 300 + " .", "100 levels deep"),
    "path that comes back": (
        S + "sh:property [ sh:path _:a ; sh:minCount 1 ] . _:a sh:inversePath _:a .",
        "sh:path that refers to itself",
    ),
    "path inside of paths": (
        S + "sh:property [ sh:path " + "[ sh:inversePath " * 300 + "e:p" + " ]" * 300 + " ; sh:minCount 1 ] .",
        "sh:path that goes more than 100 levels deep",
    ),
    "function": (S + "sh:nodeKind sh:IRI . e:f a sh:SPARQLFunction .", "sh:SPARQLFunction.*not run here"),
    "library of JavaScript": (S + "sh:nodeKind sh:IRI . e:l a sh:JSLibrary .", "sh:JSLibrary.*not run here"),
    "validator in JavaScript": (S + "e:need 3 . e:V a sh:JSValidator .", "sh:JSValidator.*not run here"),
    "entailment": (S + "sh:nodeKind sh:IRI . e:O sh:entailment e:RDFS .", "sh:entailment.*not run here"),
    "query that is not there": (S + "sh:sparql [ sh:ask 'ASK {}' ] .", "sh:sparql without sh:select"),
    "query on the shape itself": (S + "sh:select 'SELECT $this {}' .", "belongs in a node that sh:sparql names"),
    "query that builds": (S + "sh:sparql [ sh:select 'CONSTRUCT WHERE { ?s ?p ?o }' ] .", "is no SELECT"),
    "query that writes": (S + "sh:sparql [ sh:select 'DELETE WHERE { ?s ?p ?o }' ] .", "does not parse"),
    "query on nothing": (S + "sh:sparql [ sh:select 'SELECT ?x { ?x ?p ?o }' ] .", "does not select .this"),
    "query of another server": (
        S + "sh:sparql [ sh:select 'SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }' ] .",
        "uses SERVICE",
    ),
    "query of another graph": (
        S + "sh:sparql [ sh:select 'SELECT $this FROM <file:///etc/hostname> { $this ?p ?o }' ] .",
        "uses FROM",
    ),
    "query with an IRI that is not ours": (
        S + "sh:sparql [ sh:select 'SELECT $this { $this <https://w3id.org/claimgraph/ns#speeker> ?x }' ] .",
        "cg:speeker, which the ontology does not have",
    ),
    "query with a term of another prefix": (
        S
        + "sh:sparql [ sh:select 'PREFIX q: <https://w3id.org/claimgraph/act/> SELECT $this { $this ?p q:mumble }' ] .",
        "act:mumble, which the ontology does not have",
    ),
    "property that is not ours": (S + "sh:property [ sh:path cg:speeker ] .", "cg:speeker"),
    "class that is not ours": ("e:S a sh:NodeShape ; sh:targetClass cg:Clam .", "cg:Clam"),
    "speech act that is not ours": (S + "sh:in ( act:mumble ) .", "act:mumble"),
    "event type that is not ours": (S + "sh:in ( evt:tea ) .", "evt:tea"),
    "link that is not ours": (S + "sh:in ( rel:sortOf ) .", "rel:sortOf"),
    "polarity that is not ours": (S + "sh:hasValue mod:neutral .", "mod:neutral"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_shapes_are_refused(name: str, tmp_path: Path) -> None:
    """With the file, the shape, and what is wrong with it."""
    shapes, said = BAD[name]
    path = tmp_path / "bad.ttl"
    path.write_text(HEAD_OF_OURS + shapes, encoding="utf-8")
    with pytest.raises(InputError, match=rf"(?s)bad\.ttl: .*{said}"):
        read_shapes(path)


def test_there_are_enough_bad_shapes() -> None:
    """At least twenty-five."""
    assert len(BAD) >= 25


def test_all_problems_are_told_at_once() -> None:
    """Not one at a time, and always in the same order."""
    text = HEAD + "e:S a sh:NodeShape ; sh:minCounts 1 . e:T a sh:NodeShape ; sh:maxCounts 1 ."
    found = list(problems(quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)))
    assert len(found) == 4
    assert ["minCounts" in found[0], "maxCounts" in found[1]] in ([True, True], [False, False])


def test_our_own_shapes_are_sound() -> None:
    """They are read through the same door."""
    assert len(read_shapes()) > 1000


@pytest.mark.parametrize(
    "shapes",
    [
        S + "sh:sparql [ sh:select 'SELECT $this { $this e:from ?from FILTER (?from != \"SERVICE FROM\") } # FROM' ; "
        "sh:prefixes [ sh:declare [ sh:prefix 'e' ; sh:namespace 'https://example.org/' ] ] ] .",
        S + "sh:sparql e:S ; sh:select 'SELECT $this { $this ?p ?o }' .",
        S + "sh:closed true ; sh:property [ sh:path e:p ] .",
        S + "sh:seeAlso 1 .".replace("sh:seeAlso", "rdfs:seeAlso <http://www.w3.org/ns/shacl> ; sh:minLength"),
        S + "sh:nodeKind sh:IRI . e:x sh:shapesGraph e:shapes . e:shapes owl:imports <http://127.0.0.1:9/> .",
        "e:C a rdfs:Class , sh:NodeShape ; sh:nodeKind sh:IRI .",
        S + "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:nodeKind sh:Literal ] ) .",
        S + "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 0 .",
        S + "sh:property [ sh:path ( e:p [ sh:zeroOrMorePath e:q ] ) ; sh:not [ sh:in ( 1 'a' e:x ) ] ] .",
        S
        + "sh:property [ sh:path e:p ; sh:uniqueLang true ; sh:languageIn ( 'en' ) ; sh:pattern 'a' ; sh:flags 'i' ] .",
        S + "sh:deactivated true ; sh:name 'a name' ; sh:order 1 ; sh:nodeKind sh:IRI .",
    ],
)
def test_sound_shapes_pass(shapes: str) -> None:
    """The lint knows what SHACL has."""
    assert list(problems(quad.triple for quad in quads(shapes))) == []


@pytest.mark.parametrize("name", ["claim.ttl", "fact.ttl", "content.ttl"])
def test_data_and_shapes_swapped_is_an_error(name: str) -> None:
    """Shapes given as data have nothing that a shape looks at."""
    with pytest.raises(InputError, match="nothing was checked"):
        validate(read_quads(shapes_folder() / name))
    with pytest.raises(InputError, match="no shapes here"):
        read_shapes(EXAMPLES / "world.trig")


def test_data_in_another_vocabulary_is_an_error() -> None:
    """It would conform for want of a check."""
    with pytest.raises(InputError, match="nothing was checked"):
        validate(quads("e:x a e:C ; e:p 1 ."))


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("sh:targetClass e:C", "e:x a e:C ."),
        ("sh:targetClass e:C", "e:x a e:D . e:D rdfs:subClassOf e:C ."),
        ("sh:targetNode e:x", "e:y e:p 1 ."),
        ("sh:targetSubjectsOf e:p", "e:x e:p 1 ."),
        ("sh:targetObjectsOf e:p", "e:y e:p e:x ."),
        ("a rdfs:Class", "e:x a e:S ."),
    ],
)
def test_every_kind_of_target_counts(target: str, data: str) -> None:
    """As SHACL 2.1.3 has them."""
    shapes = [quad.triple for quad in quads(f"e:S a sh:NodeShape ; {target} ; sh:nodeKind sh:Literal .")]
    assert len(validate(quads(data), shapes).findings) == 1


def test_an_empty_graph_conforms() -> None:
    """A store without articles is in order."""
    assert validate([]).conforms
