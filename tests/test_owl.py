"""What tools for OWL read: the ontology in OWL 2 DL, and every assertion of a dump."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef
from rdflib.term import Node

from kg import vocab
from kg.dump import dump
from kg.mapper import map_record
from kg.validate.vocabulary_check import demand_known_terms
from tests.samples import sample

ONTOLOGY = Path(__file__).parent.parent / "ontology"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Datatype, OWL.Ontology)
BUILT_IN = tuple(map(str, (RDF, RDFS, OWL, XSD)))


def declared(graph: Graph) -> dict[Node, set[URIRef]]:
    """Each declared term with its kinds."""
    return {term: {kind for kind in KINDS if (term, RDF.type, kind) in graph} for term in set(graph.subjects())}


@pytest.mark.parametrize("name", ["claimgraph.ttl", "alignments.ttl"])
def test_every_term_of_the_ontology_is_declared_once(name: str) -> None:
    """OWL 2 DL (structural specification, 5.8): no axiom or annotation with a term of unknown kind, or of two kinds."""
    graph = Graph().parse(ONTOLOGY / name)
    known = declared(graph)
    annotating = {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionIRI, OWL.versionInfo}
    used = set(graph.predicates())
    for s, p, o in graph:
        if str(p).startswith((str(RDFS), str(OWL))) and p not in annotating:
            used |= {term for term in (s, o) if isinstance(term, URIRef)}
    missing = {term for term in used if not str(term).startswith(BUILT_IN) and not known.get(term)}
    assert missing == set()
    properties = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
    assert {term for term, kinds in known.items() if len(kinds & properties) > 1} == set()


def flat(rdf_format: RdfFormat) -> bytes:
    """The sample as one dump without graphs."""
    return dump(map_record(sample(publisher="The Sample Herald")).quads, rdf_format)


@pytest.mark.parametrize("rdf_format", [RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML], ids=str)
def test_flat_dump_declares_all_its_terms(rdf_format: RdfFormat) -> None:
    """Each class and property in the file itself, as the ontology has it; and nothing else is new."""
    triples = {quad.triple for quad in parse(flat(rdf_format), rdf_format)}
    graph = Graph().parse(data=flat(RdfFormat.TURTLE), format="turtle")
    known = declared(graph)
    terms = set(graph.predicates()) | {o for _, o in graph.subject_objects(RDF.type)}
    assert {term for term in terms if not str(term).startswith(BUILT_IN) and len(known.get(term, ())) != 1} == set()
    ours = declared(Graph().parse(ONTOLOGY / "claimgraph.ttl"))
    properties = set(KINDS)
    for term in terms & set(ours):
        if str(term).startswith(vocab.CG):
            assert known[term] == ours[term] & properties, term
    said = {quad.triple for quad in map_record(sample(publisher="The Sample Herald")).quads}
    assert {t for t in triples - said if t.predicate.value != vocab.RDF_TYPE} == set()
    demand_known_terms(triples)


def test_owl_library_reads_the_assertions_of_a_dump(tmp_path: Path) -> None:
    """Owlready2, which like the OWL API keeps what is said with a declared property alone."""
    from owlready2 import World

    path = tmp_path / "graph.nt"
    path.write_bytes(flat(RdfFormat.N_TRIPLES))
    world = World()
    read = world.get_ontology(path.as_uri()).load()
    cg = read.get_namespace(vocab.CG)
    (event,) = cg.Event.instances()
    assert {one.name for one in event.participant} == {"arvonia", "belmark"}
    assert all(claim.speechAct for claim in cg.Claim.instances())
    assert {text for claim in cg.Claim.instances() for text in claim.text}
    names = {prop.iri for prop in [*world.object_properties(), *world.data_properties()]}
    assert {vocab.SPEAKER, vocab.AGENT if vocab.AGENT in names else vocab.PARTICIPANT, vocab.TEXT} <= names
    assert all(span.exact and span.start for span in cg.TextSpan.instances() if span.start != [0])
    assert len(cg.TextSpan.instances()) > 5


def test_declarations_are_the_same_however_often() -> None:
    """The same graph gives the same bytes; a dump that is loaded and dumped again declares nothing twice."""
    first = flat(RdfFormat.TURTLE)
    again = dump(parse(first, RdfFormat.TURTLE), RdfFormat.TURTLE)
    assert again == first
    assert isinstance(next(iter(parse(first, RdfFormat.TURTLE))).triple, Triple)
