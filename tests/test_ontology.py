"""The ontology: described, consistent, and without a way from what is said to what is so."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics, RDFS_Semantics
from rdflib import OWL, RDF, Dataset, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

from kg import vocab
from ontology import checks

ROOT = Path(__file__).parents[1]
HERE = ROOT / "ontology"
TURTLE = sorted([*HERE.glob("*.ttl"), *HERE.glob("schemes/*.ttl")])
EXAMPLES = sorted(HERE.glob("examples/*.trig"))
CG = Namespace(vocab.CG)
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
FOAF = Namespace(vocab.FOAF)
CONTRADICTION = URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")  # as owlrl says it
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
REASONERS = {"RDFS": RDFS_Semantics, "OWL RL": OWLRL_Semantics}

# Files in which people write our terms; examples made to be wrong are the shapes' own business.
WRITTEN = sorted(
    path
    for pattern in ("ontology/**/*.py", "shapes/*.ttl", "tests/cq/*.rq", "docs/**/*.md", "README.md", "kg/**/*.py")
    for path in ROOT.glob(pattern)
)


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """All files of the ontology in one graph."""
    return checks.load()


@pytest.fixture(scope="module")
def axioms() -> Graph:
    """What a reasoner has to go by: the core and the alignments."""
    return Graph().parse(HERE / "claimgraph.ttl").parse(HERE / "alignments.ttl")


def turtle(text: str) -> Graph:
    """A graph from Turtle that may use our prefixes."""
    return Graph().parse(data=PREFIXES + text, format="turtle")


def closed(graph: Graph, semantics: type[RDFS_Semantics]) -> Graph:
    """The graph with all that follows from it."""
    copy = Graph() + graph
    DeductiveClosure(semantics).expand(copy)
    return copy


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_ontology_passes(check: Callable[[Graph], Iterator[str]], ontology: Graph) -> None:
    """No check has anything to complain of."""
    assert sorted(check(ontology)) == []


HEADER = 'cg:x a owl:Ontology ; dcterms:title "t" ; dcterms:description "d" ; owl:versionInfo "1"'
CODED = 'skos:inScheme {}:scheme ; skos:notation "{}"^^cg:CAMEO'
CONCEPT = 'a skos:Concept ; skos:inScheme evt:scheme ; skos:topConceptOf evt:scheme ; skos:prefLabel "{}"@en'
BROKEN = {
    "label_missing": [
        "cg:a a owl:Class .",
        'cg:a a owl:Class ; rdfs:label "a" .',
        'cg:a a owl:Class ; rdfs:label "a"@en , "b"@en .',
        'evt:a a skos:Concept ; rdfs:label "a"@en .',
    ],
    "definition_missing": ["cg:a a owl:ObjectProperty .", 'evt:a a skos:Concept ; skos:definition " " .'],
    "example_missing": ["cg:a a owl:DatatypeProperty .", "evt:a a skos:Concept ."],
    "source_missing": ["cg:a a owl:AnnotationProperty ."],
    "label_twice": ['cg:a rdfs:label "one"@en . cg:b rdfs:label "One"@en .'],
    "definition_twice": ['evt:a skos:definition "Same." . evt:b skos:definition "Same." .'],
    "header_incomplete": [
        "cg:x a owl:Ontology .",
        f"{HEADER} ; owl:versionIRI cg:y .",
        f"{HEADER} ; dcterms:license cg:y .",
    ],
    "something_imported": ["cg:x owl:imports <http://www.w3.org/ns/prov#> ."],
    "domain_or_range": ["cg:agent rdfs:domain cg:Event .", "cg:speaker rdfs:range foaf:Agent ."],
    "barrier_crossed": [
        'cg:StatedA cg:barrierSide "content" ; rdfs:subClassOf cg:Event .',
        'cg:Event rdfs:subClassOf cg:StatedA . cg:StatedA cg:barrierSide "content" .',
        'cg:statedA cg:barrierSide "content" ; rdfs:subPropertyOf <http://example.org/hasActor> .',
        'cg:statedA cg:barrierSide "content" . cg:agent owl:equivalentProperty cg:statedA .',
        'cg:statedA cg:barrierSide "content" . cg:agent owl:inverseOf cg:statedA .',
        'cg:statedA cg:barrierSide "content" . cg:agent owl:propertyChainAxiom ( cg:statedA ) .',
        'cg:statedA cg:barrierSide "content" . [] owl:onProperty cg:statedA ; rdfs:subClassOf cg:Event .',
        'cg:StatedA cg:barrierSide "content" . cg:Event owl:unionOf ( cg:StatedA ) .',
        'cg:statedA cg:barrierSide "content" ; rdfs:domain cg:Event .',
        'cg:statedA cg:barrierSide "content" ; a owl:SymmetricProperty .',
        'cg:StatedA cg:barrierSide "content" ; owl:sameAs cg:Event .',
    ],
    "side_unknown": [
        "cg:statedA a owl:ObjectProperty .",
        "cg:DeniedA a owl:Class .",
        'cg:a cg:barrierSide "middle" .',
        'cg:a cg:barrierSide "fact" , "content" .',
    ],
    "twin_missing": [
        'cg:a cg:barrierSide "fact" .',
        "cg:a schema:domainIncludes cg:Claim .",
        "cg:a schema:domainIncludes cg:Event .",
        'cg:a cg:barrierSide "fact" ; cg:statedForm cg:statedA ; cg:noStatedForm "but it has" .',
        'cg:statedA cg:barrierSide "content" .',
        'cg:statedA cg:barrierSide "content" ; cg:noAssertedForm "but it has" . cg:a cg:statedForm cg:statedA .',
    ],
    "twin_wrong": [
        'cg:statedA cg:barrierSide "content" . cg:a cg:statedForm cg:statedA . cg:b cg:statedForm cg:statedA .',
        'cg:statedA cg:barrierSide "content" . cg:statedB cg:barrierSide "content" ; cg:statedForm cg:statedA .',
        "cg:a cg:statedForm cg:b .",
        """cg:a a owl:DatatypeProperty ; cg:statedForm cg:statedA .
        cg:statedA a owl:ObjectProperty ; cg:barrierSide "content" .""",
    ],
    "tag_twice": ['cg:A cg:recordTag "person" . cg:B cg:recordTag "person" .'],
    "concept_orphaned": [
        "evt:a a skos:Concept ; skos:topConceptOf evt:scheme .",
        "evt:a a skos:Concept ; skos:inScheme evt:scheme .",
        "evt:a a skos:Concept ; skos:inScheme evt:scheme ; skos:topConceptOf evt:scheme .",
        "evt:scheme skos:hasTopConcept evt:a . evt:a a skos:Concept ; skos:inScheme evt:scheme ; skos:broader evt:b .",
        "evt:a a skos:Concept ; skos:inScheme evt:scheme ; skos:broader act:b . act:b skos:inScheme act:scheme .",
    ],
    "concept_cycle": [
        "evt:a a skos:Concept ; skos:broader evt:a .",
        "evt:a a skos:Concept ; skos:broader evt:b . evt:b skos:broader evt:c . evt:c skos:broader evt:a .",
    ],
    "label_ambiguous": [
        f"evt:a {CONCEPT.format('one')} . evt:b {CONCEPT.format('one')} .",
        f'evt:a {CONCEPT.format("one")} . evt:b {CONCEPT.format("two")} ; skos:altLabel "One"@en .',
    ],
    "code_shared": [
        f"evt:a {CODED.format('evt', '010')} . evt:b {CODED.format('evt', '010')} .",
        f"act:a {CODED.format('act', '05')} . act:b {CODED.format('act', '05')} .",
        f"act:a {CODED.format('act', '010')} .",
    ],
    "code_unknown": [
        'evt:a skos:notation "04" .',
        'evt:a skos:notation "CONSULT"^^cg:CAMEO .',
        'evt:a skos:notation "CONSULTING"^^cg:PLOVER .',
        'evt:a skos:notation "04"^^xsd:string .',
    ],
    "term_undefined": [
        "cg:A a owl:Class ; rdfs:subClassOf cg:B .",
        "cg:A a owl:Class . cg:A cg:b cg:A .",
        'cg:A a owl:Class ; rdfs:comment "04"^^cg:CODE .',
        "cg:A a owl:Class , evt:nothing .",
    ],
}


def test_every_check_has_something_broken_to_find() -> None:
    """A check that was never seen to fail proves nothing."""
    assert set(BROKEN) == {check.__name__ for check in checks.CHECKS}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in BROKEN.items() for text in texts], ids=lambda value: value[:60]
)
def test_broken_ontology_is_found(name: str, text: str) -> None:
    """Each check complains of each graph that was broken for it."""
    assert list(getattr(checks, name)(turtle(text)))


def test_barrier_check_sees_the_real_terms(ontology: Graph) -> None:
    """One added sub-property between real twins is enough, wherever it stands."""
    bent = ontology + turtle("cg:statedAgent rdfs:subPropertyOf cg:agent .")
    assert any("statedAgent" in line for line in checks.barrier_crossed(bent))


def test_example_data_uses_defined_terms_only(ontology: Graph) -> None:
    """The written-out example is data as the mapper writes it."""
    assert list(checks.term_undefined(checks.examples(), ontology)) == []


def test_every_term_that_data_can_use_is_in_an_example(ontology: Graph) -> None:
    """A class or property without a written-out example is one that nobody has tried."""
    used = {node for triple in checks.examples() for node in triple}
    meta = {CG.statedForm, CG.noStatedForm, CG.noAssertedForm, CG.barrierSide, CG.recordTag}
    meta |= {CG.inGraph, CG.onlyIn, CG.anchorText}  # added while validating
    names = {CG.demonym, CG.metonym, CG.ambiguousName, CG.capital, CG.seat}  # ontology/actors.ttl
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if checks.ours(term)}
    assert terms - used == meta | names | {CG.Statement}


def test_every_span_of_the_example_re_reads() -> None:
    """The words at each span are those of the text."""
    merged = checks.examples()
    texts = dict(merged.subject_objects(CG.fullText))
    spans = list(merged.subjects(RDF.type, CG.TextSpan))
    assert len(spans) > 10
    for span in spans:
        start, end = (int(str(merged.value(span, path))) for path in (CG.start, CG.end))
        version = merged.value(span, CG.inVersion)
        assert version is not None
        assert str(texts[version])[start:end] == str(merged.value(span, CG.exact))
        assert str(span) == f"{version}#char={start},{end}"


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.stem)
def test_both_parsers_read_the_same(path: Path) -> None:
    """The rdflib and the Oxigraph readings of a file are one graph."""
    by_oxigraph = Graph()
    for triple in pyoxigraph.parse(path=str(path)):
        by_oxigraph.parse(data=f"{triple.subject} {triple.predicate} {triple.object} .", format="nt")
    by_rdflib = Graph().parse(path)
    assert len(by_rdflib) > 20
    assert isomorphic(by_rdflib, by_oxigraph)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_term_that_is_written_is_defined(path: Path, ontology: Graph) -> None:
    """Code, shapes, queries and docs name no term that the ontology does not have."""
    defined = {str(term) for term in ontology.subjects(RDF.type)}
    named = checks.terms_in(path.read_text(encoding="utf-8"))
    assert named - defined == set()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a `cg:Clam` here", {CG.Clam}),
        ('"https://w3id.org/claimgraph/ns#Clam"', {CG.Clam}),
        ("<https://w3id.org/claimgraph/evt/vissit>", {URIRef(vocab.EVT + "vissit")}),
        ("mod:current|superseded", {URIRef(vocab.MOD + "current")}),
        ("https://w3id.org/claimgraph/act/0.1.0 and https://w3id.org/claimgraph/id/entity", set()),
        ("PREFIX cg: <https://w3id.org/claimgraph/ns#>", set()),
    ],
)
def test_terms_are_found_in_a_text(text: str, terms: set[URIRef]) -> None:
    """Prefixed names and full IRIs count; prefixes, versions and data do not."""
    assert checks.terms_in(text) == {str(term) for term in terms}


def test_graph_document_and_ontology_name_the_same_terms(ontology: Graph) -> None:
    """What docs/model.md says of the graph is all that the core can say, and the other way round."""
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    named = {URIRef(term) for term in checks.terms_in(text) if term.startswith(vocab.CG)}
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    core = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if str(term).startswith(str(CG))}
    assert core - named == {CG.Statement, CG.capital, CG.seat}


def content_with_every_stated_term() -> Graph:
    """Two nodes joined by every property of the content side, and one of each of its classes."""
    lines = []
    for term in sorted(vocab.STATED_TERMS):
        local = term.removeprefix(vocab.CG)
        is_class = local[0].isupper()
        lines.append(f"wd:{local} a cg:{local} ." if is_class else f"wd:subject cg:{local} wd:object{local} .")
    return turtle("\n".join(lines))


def types_of(graph: Graph, nodes: Iterable[Node]) -> set[Node]:
    """The classes that a graph puts the nodes into, but for those that hold everything."""
    everything = {OWL.Thing, URIRef(vocab.RDFS + "Resource")}
    return {kind for node in nodes for kind in graph.objects(node, RDF.type)} - everything


@pytest.mark.parametrize("reasoner", REASONERS)
def test_reasoning_leaves_content_where_it_is(reasoner: str, axioms: Graph) -> None:
    """From a claim's content, with core and alignments, no reasoner concludes anything about the world."""
    content = content_with_every_stated_term()
    nodes = {node for node in content.all_nodes() if str(node).startswith(vocab.WD)}
    reasoned = closed(axioms + content, REASONERS[reasoner])
    assert len(nodes) == len(vocab.STATED_TERMS) + 1
    assert types_of(reasoned, nodes) == types_of(content, nodes)
    asserted = {URIRef(term) for term in vocab.ASSERTED_TERMS}
    sem = {p for node in nodes for p in reasoned.predicates(node) if str(p).startswith(str(SEM))}
    assert not sem
    assert not {p for node in nodes for p in reasoned.predicates(node)} & asserted


def test_reasoning_does_reach_the_side_of_facts(axioms: Graph) -> None:
    """The same look at an asserted event finds what the alignments give it, so the test above can fail."""
    facts = turtle("wd:fact a cg:ReportedFact ; cg:describes wd:event . wd:event a cg:Event ; cg:agent wd:actor .")
    reasoned = closed(axioms + facts, OWLRL_Semantics)
    assert (URIRef(vocab.WD + "event"), RDF.type, SEM.Event) in reasoned
    assert (URIRef(vocab.WD + "event"), SEM.hasActor, URIRef(vocab.WD + "actor")) in reasoned


@pytest.mark.parametrize(
    "axiom",
    [
        "cg:StatedEvent rdfs:subClassOf cg:Event .",
        "cg:statedAgent rdfs:subPropertyOf cg:agent .",
        "cg:statedAgent rdfs:domain cg:Event .",
        "cg:statedSpeaker rdfs:range foaf:Agent .",
    ],
)
def test_a_bent_ontology_would_carry_content_over(axiom: str, axioms: Graph) -> None:
    """Each axiom that the checks forbid changes what a reasoner says of the content."""
    content = content_with_every_stated_term()
    nodes = {node for node in content.all_nodes() if str(node).startswith(vocab.WD)}
    reasoned = closed(axioms + content + turtle(axiom), OWLRL_Semantics)
    crossed = {p for node in nodes for p in reasoned.predicates(node)} & {CG.agent}
    assert crossed or types_of(reasoned, nodes) != types_of(content, nodes)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_consistent(path: Path, axioms: Graph) -> None:
    """Core, alignments and example data together contradict nothing."""
    assert len(Dataset().parse(path, format="trig")) > 100
    assert (None, RDF.type, CONTRADICTION) not in closed(axioms + checks.examples(), OWLRL_Semantics)


@pytest.mark.parametrize(
    "text",
    [
        "wd:x a cg:Event , cg:StatedEvent .",
        "wd:x a cg:StatedEvent , cg:DeniedEvent .",
        "wd:x a cg:ReportedFact , cg:Claim .",
        "wd:x a cg:StatedClaim , cg:Claim .",
        "wd:x a cg:StatedParticipantOnly , foaf:Person .",
        "wd:x a cg:TimeExpression , cg:StatedTime .",
    ],
)
def test_nothing_is_on_both_sides(text: str, axioms: Graph) -> None:
    """A thing that is asserted and only stated, or fact and claim, is a contradiction."""
    assert (None, RDF.type, CONTRADICTION) in closed(axioms + turtle(text), OWLRL_Semantics)


def test_pages_show_every_class_property_and_concept(tmp_path: Path, ontology: Graph) -> None:
    """The web pages have every term, under its own name, once."""
    # In a process of its own: pyLODE 3.2.2 leaves a file open, which here would be an error.
    subprocess.run([sys.executable, HERE / "pages.py", tmp_path], check=True, capture_output=True)
    written = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if str(term).startswith(str(CG))}
    assert len(terms) > 80
    for term in terms:
        assert written["cg"].count(f'id="{str(term).removeprefix(str(CG))}"') == 1, term
        assert f"<code>{term}</code>" in written["cg"]
    for prefix, scheme in (("act", "speech-acts"), ("evt", "event-types"), ("mod", "modality"), ("rel", "links")):
        rows = re.findall(r'<tr id="(\w+)">', written[scheme])
        concepts = ontology.subjects(URIRef(vocab.SKOS_IN_SCHEME), URIRef(vocab.PREFIXES[prefix] + "scheme"))
        assert sorted(rows) == sorted(str(concept).removeprefix(vocab.PREFIXES[prefix]) for concept in concepts)
        assert f'href="{scheme}.html"' in written["index"]
