"""The shapes themselves: named, with one message and one severity each, over terms that exist."""

from __future__ import annotations

import re
import runpy
from collections import Counter
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg import vocab
from kg.resources import folder
from kg.validate import read_shapes, shapes_folder, validate
from kg.validate.merged_graph import placed
from tests.shapes.examples import DSH, HERE, SH, untargeted
from tests.shapes.spoil import world
from tests.shapes.table import TABLE
from tests.shapes.write_examples import write
from tests.terms import value_of


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


def _subjects(shapes: tuple[Triple, ...], *kinds: str) -> list[str]:
    classes = {NamedNode(SH + kind) for kind in kinds}
    return [value_of(t.subject) for t in shapes if t.predicate.value == vocab.RDF_TYPE and t.object in classes]


def test_every_shape_has_a_name(shapes: tuple[Triple, ...]) -> None:
    """A finding names its shape, so a shape is never a blank node."""
    kinds = {NamedNode(SH + kind) for kind in ("NodeShape", "PropertyShape", "SPARQLConstraint")}
    typed = [t.subject for t in shapes if t.object in kinds]
    assert typed
    assert [s for s in typed if isinstance(s, BlankNode) or not value_of(s).startswith(DSH)] == []


def test_every_property_shape_of_a_target_has_one_message_and_one_severity(shapes: tuple[Triple, ...]) -> None:
    """The message is for whoever mends the graph: a whole sentence, what is wrong and what would be right."""
    listed = [
        value_of(t.object) for t in shapes if t.predicate.value == SH + "property" and "Shape" in value_of(t.subject)
    ]
    messages = {value_of(t.subject): value_of(t.object) for t in shapes if t.predicate.value == SH + "message"}
    count = Counter((value_of(t.subject), t.predicate.value) for t in shapes)
    assert listed
    for shape in listed:
        assert (count[shape, SH + "message"], count[shape, SH + "severity"]) == (1, 1), shape
        assert re.fullmatch(r"[A-Z].{20,}[.]", messages[shape]), shape


def test_the_shapes_are_well_formed_by_the_shapes_of_shacl_itself(shapes: tuple[Triple, ...]) -> None:
    """SHACL-SHACL, appendix C of the recommendation, as pySHACL carries it."""
    file = Path(pyshacl.__file__).parent / "assets" / "shacl-shacl.ttl"
    shacl_shacl = [quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE)]
    ill_formed = Quad(NamedNode(DSH + "ClaimShape-speaker"), NamedNode(SH + "minCount"), Literal("one"))
    quads = [Quad(*triple) for triple in shapes]
    assert validate(quads, shacl_shacl).findings == ()
    assert [f.focus for f in validate([*quads, ill_formed], shacl_shacl).findings] != []


def test_no_two_shapes_share_a_file(shapes: tuple[Triple, ...]) -> None:
    """Nothing of one shape stands in the file of another: a shape is read in one place."""
    place: dict[str, set[str]] = {}
    for file in sorted(shapes_folder().glob("*.ttl")):
        for quad in parse(path=file, format=RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode):
                place.setdefault(quad.subject.value, set()).add(file.name)
    assert len(place) >= len(_subjects(shapes, "PropertyShape"))
    assert {name: files for name, files in place.items() if len(files) > 1} == {}


def test_the_shapes_use_only_terms_that_the_ontology_has(shapes: tuple[Triple, ...]) -> None:
    """A misspelt term in a shape would make it silent."""
    ours = ("https://w3id.org/claimgraph/ns#", vocab.ACT, vocab.EVT, vocab.MOD, vocab.REL)
    used = {t.object.value for t in shapes if isinstance(t.object, NamedNode) and t.object.value.startswith(ours)}
    queries = [t.object.value for t in shapes if t.predicate.value == SH + "select" and isinstance(t.object, Literal)]
    used |= {vocab.CG + name for query in queries for name in re.findall(r"\bcg:(\w+)", query)}
    defined = {
        quad.subject.value
        for file in sorted(folder("ontology").rglob("*.ttl"))
        for quad in parse(path=file, format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    }
    assert used
    assert used - defined == set()


def test_the_schemes_are_those_of_the_ontology() -> None:
    """``schemes.ttl`` is generated: run ``python shapes/generate_schemes.py`` and commit the file."""
    schemes = runpy.run_path(str(shapes_folder() / "generate_schemes.py"))["schemes"]
    assert (shapes_folder() / "schemes.ttl").read_text(encoding="utf-8") == schemes()


def test_the_examples_are_those_of_the_table(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Run ``python -m tests.shapes.write_examples`` after a change of table or world, and commit the files."""
    fresh = tmp_path_factory.mktemp("examples")
    write(fresh, TABLE)
    written = {path.relative_to(fresh): path.read_text(encoding="utf-8") for path in fresh.rglob("*.trig")}
    here = {path.relative_to(HERE): path.read_text(encoding="utf-8") for path in HERE.glob("*/*.trig")}
    assert written == here


def test_the_world_has_something_for_every_shape(shapes: tuple[Triple, ...]) -> None:
    """No shape is silent for want of anything to look at."""
    missing = untargeted(shapes, set(placed(world())))
    # Of a good graph nothing is in a named graph alone.
    assert missing <= {vocab.AGREEMENT, vocab.CONFLICT, vocab.FOAF + "Person", vocab.ONLY_IN}
