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
@prefix dfc: <https://w3id.org/dfc/ns#> .
@prefix act: <https://w3id.org/dfc/act/> .
@prefix evt: <https://w3id.org/dfc/evt/> .
@prefix mod: <https://w3id.org/dfc/mod/> .
@prefix rel: <https://w3id.org/dfc/rel/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
)
S = "e:S a sh:NodeShape ; sh:targetClass e:C ; "
QUERY = (
    S
    + "sh:sparql e:Q . e:Q sh:prefixes e:P ; sh:select '{}' . e:P sh:declare [ sh:prefix 'dfc' ; sh:namespace '{}' ] ."
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
    "query that does not parse": (QUERY.format("SELECT WHERE", "https://w3id.org/dfc/ns#"), "does not parse"),
    "query with an unknown prefix": (S + "sh:sparql e:Q . e:Q sh:select 'SELECT $this { $this x:p 1 }' .", "parse"),
    "query with a term that is not ours": (
        QUERY.format("SELECT $this WHERE { $this dfc:speeker ?x }", "https://w3id.org/dfc/ns#"),
        "dfc:speeker, which the ontology does not have",
    ),
    "property that is not ours": (S + "sh:property [ sh:path dfc:speeker ] .", "dfc:speeker"),
    "class that is not ours": ("e:S a sh:NodeShape ; sh:targetClass dfc:Clam .", "dfc:Clam"),
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
        "e:C a rdfs:Class , sh:NodeShape ; sh:nodeKind sh:IRI .",
        S + "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:nodeKind sh:Literal ] ) .",
        S + "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 0 .",
        S + "sh:property [ sh:path ( e:p [ sh:zeroOrMorePath e:q ] ) ; sh:not [ sh:in ( 1 'a' e:x ) ] ] .",
        S + "sh:property [ sh:path e:p ; sh:uniqueLang true ; sh:languageIn ( 'en' ) ; sh:flags 'i' ] .",
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
