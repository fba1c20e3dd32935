"""The ontology: described, consistent, and without a way from what is said to what is so."""

import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics, RDFS_Semantics
from rdflib import OWL, RDF, Dataset, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from kg import vocab
from ontology import checks

ROOT = Path(__file__).parents[1]
HERE = ROOT / "ontology"
TURTLE = sorted([*HERE.glob("*.ttl"), *HERE.glob("schemes/*.ttl")])
EXAMPLES = sorted(HERE.glob("examples/*.trig"))
DFC = Namespace(vocab.DFC)
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
def ontology():
    """All files of the ontology in one graph."""
    return checks.load()


@pytest.fixture(scope="module")
def axioms():
    """What a reasoner has to go by: the core and the alignments."""
    return Graph().parse(HERE / "dfc.ttl").parse(HERE / "alignments.ttl")


def turtle(text):
    """A graph from Turtle that may use our prefixes."""
    return Graph().parse(data=PREFIXES + text, format="turtle")


def closed(graph, semantics):
    """The graph with all that follows from it."""
    copy = Graph() + graph
    DeductiveClosure(semantics).expand(copy)
    return copy


@pytest.mark.parametrize("check", checks.CHECKS, ids=lambda check: check.__name__)
def test_ontology_passes(check, ontology):
    """No check has anything to complain of."""
    assert sorted(check(ontology)) == []


HEADER = 'dfc:x a owl:Ontology ; dcterms:title "t" ; dcterms:description "d" ; owl:versionInfo "1"'
CODED = 'skos:inScheme {}:scheme ; skos:notation "{}"^^dfc:CAMEO'
CONCEPT = 'a skos:Concept ; skos:inScheme evt:scheme ; skos:topConceptOf evt:scheme ; skos:prefLabel "{}"@en'
BROKEN = {
    "label_missing": [
        "dfc:a a owl:Class .",
        'dfc:a a owl:Class ; rdfs:label "a" .',
        'dfc:a a owl:Class ; rdfs:label "a"@en , "b"@en .',
        'evt:a a skos:Concept ; rdfs:label "a"@en .',
    ],
    "definition_missing": ["dfc:a a owl:ObjectProperty .", 'evt:a a skos:Concept ; skos:definition " " .'],
    "example_missing": ["dfc:a a owl:DatatypeProperty .", "evt:a a skos:Concept ."],
    "source_missing": ["dfc:a a owl:AnnotationProperty ."],
    "label_twice": ['dfc:a rdfs:label "one"@en . dfc:b rdfs:label "One"@en .'],
    "definition_twice": ['evt:a skos:definition "Same." . evt:b skos:definition "Same." .'],
    "header_incomplete": [
        "dfc:x a owl:Ontology .",
        f"{HEADER} ; owl:versionIRI dfc:y .",
        f"{HEADER} ; dcterms:license dfc:y .",
    ],
    "something_imported": ["dfc:x owl:imports <http://www.w3.org/ns/prov#> ."],
    "domain_or_range": ["dfc:agent rdfs:domain dfc:Event .", "dfc:speaker rdfs:range foaf:Agent ."],
    "barrier_crossed": [
        'dfc:StatedA dfc:barrierSide "content" ; rdfs:subClassOf dfc:Event .',
        'dfc:Event rdfs:subClassOf dfc:StatedA . dfc:StatedA dfc:barrierSide "content" .',
        'dfc:statedA dfc:barrierSide "content" ; rdfs:subPropertyOf <http://example.org/hasActor> .',
        'dfc:statedA dfc:barrierSide "content" . dfc:agent owl:equivalentProperty dfc:statedA .',
        'dfc:statedA dfc:barrierSide "content" . dfc:agent owl:inverseOf dfc:statedA .',
        'dfc:statedA dfc:barrierSide "content" . dfc:agent owl:propertyChainAxiom ( dfc:statedA ) .',
        'dfc:statedA dfc:barrierSide "content" . [] owl:onProperty dfc:statedA ; rdfs:subClassOf dfc:Event .',
        'dfc:StatedA dfc:barrierSide "content" . dfc:Event owl:unionOf ( dfc:StatedA ) .',
        'dfc:statedA dfc:barrierSide "content" ; rdfs:domain dfc:Event .',
        'dfc:statedA dfc:barrierSide "content" ; a owl:SymmetricProperty .',
        'dfc:StatedA dfc:barrierSide "content" ; owl:sameAs dfc:Event .',
    ],
    "side_unknown": [
        "dfc:statedA a owl:ObjectProperty .",
        "dfc:DeniedA a owl:Class .",
        'dfc:a dfc:barrierSide "middle" .',
        'dfc:a dfc:barrierSide "fact" , "content" .',
    ],
    "twin_missing": [
        'dfc:a dfc:barrierSide "fact" .',
        "dfc:a schema:domainIncludes dfc:Claim .",
        "dfc:a schema:domainIncludes dfc:Event .",
        'dfc:a dfc:barrierSide "fact" ; dfc:statedForm dfc:statedA ; dfc:noStatedForm "but it has" .',
        'dfc:statedA dfc:barrierSide "content" .',
        'dfc:statedA dfc:barrierSide "content" ; dfc:noAssertedForm "but it has" . dfc:a dfc:statedForm dfc:statedA .',
    ],
    "twin_wrong": [
        'dfc:statedA dfc:barrierSide "content" . dfc:a dfc:statedForm dfc:statedA . dfc:b dfc:statedForm dfc:statedA .',
        'dfc:statedA dfc:barrierSide "content" . dfc:statedB dfc:barrierSide "content" ; dfc:statedForm dfc:statedA .',
        "dfc:a dfc:statedForm dfc:b .",
        """dfc:a a owl:DatatypeProperty ; dfc:statedForm dfc:statedA .
        dfc:statedA a owl:ObjectProperty ; dfc:barrierSide "content" .""",
    ],
    "tag_twice": ['dfc:A dfc:recordTag "person" . dfc:B dfc:recordTag "person" .'],
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
        'evt:a skos:notation "CONSULT"^^dfc:CAMEO .',
        'evt:a skos:notation "CONSULTING"^^dfc:PLOVER .',
        'evt:a skos:notation "04"^^xsd:string .',
    ],
    "term_undefined": [
        "dfc:A a owl:Class ; rdfs:subClassOf dfc:B .",
        "dfc:A a owl:Class . dfc:A dfc:b dfc:A .",
        'dfc:A a owl:Class ; rdfs:comment "04"^^dfc:CODE .',
        "dfc:A a owl:Class , evt:nothing .",
    ],
}


def test_every_check_has_something_broken_to_find():
    """A check that was never seen to fail proves nothing."""
    assert set(BROKEN) == {check.__name__ for check in checks.CHECKS}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in BROKEN.items() for text in texts], ids=lambda value: value[:60]
)
def test_broken_ontology_is_found(name, text):
    """Each check complains of each graph that was broken for it."""
    assert list(getattr(checks, name)(turtle(text)))


def test_barrier_check_sees_the_real_terms(ontology):
    """One added sub-property between real twins is enough, wherever it stands."""
    bent = ontology + turtle("dfc:statedAgent rdfs:subPropertyOf dfc:agent .")
    assert any("statedAgent" in line for line in checks.barrier_crossed(bent))


def test_example_data_uses_defined_terms_only(ontology):
    """The written-out example is data as the mapper writes it."""
    assert list(checks.term_undefined(checks.examples(), ontology)) == []


def test_every_term_that_data_can_use_is_in_an_example(ontology):
    """A class or property without a written-out example is one that nobody has tried."""
    used = {node for triple in checks.examples() for node in triple}
    meta = {DFC.statedForm, DFC.noStatedForm, DFC.noAssertedForm, DFC.barrierSide, DFC.recordTag, DFC.inGraph}
    names = {DFC.demonym, DFC.metonym, DFC.ambiguousName, DFC.capital, DFC.seat}  # ontology/actors.ttl
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if checks.ours(term)}
    assert terms - used == meta | names | {DFC.Statement}


def test_every_span_of_the_example_re_reads():
    """The words at each span are those of the text."""
    merged = checks.examples()
    texts = dict(merged.subject_objects(DFC.fullText))
    spans = list(merged.subjects(RDF.type, DFC.TextSpan))
    assert len(spans) > 10
    for span in spans:
        start, end = (int(merged.value(span, path)) for path in (DFC.start, DFC.end))
        version = merged.value(span, DFC.inVersion)
        assert str(texts[version])[start:end] == str(merged.value(span, DFC.exact))
        assert str(span) == f"{version}#char={start},{end}"


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.stem)
def test_both_parsers_read_the_same(path):
    """The rdflib and the Oxigraph readings of a file are one graph."""
    by_oxigraph = Graph()
    for triple in pyoxigraph.parse(path=str(path)):
        by_oxigraph.parse(data=f"{triple.subject} {triple.predicate} {triple.object} .", format="nt")
    by_rdflib = Graph().parse(path)
    assert len(by_rdflib) > 20
    assert isomorphic(by_rdflib, by_oxigraph)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_term_that_is_written_is_defined(path, ontology):
    """Code, shapes, queries and docs name no term that the ontology does not have."""
    defined = {str(term) for term in ontology.subjects(RDF.type)}
    named = checks.terms_in(path.read_text(encoding="utf-8"))
    assert named - defined == set()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a `dfc:Clam` here", {DFC.Clam}),
        ('"https://w3id.org/dfc/ns#Clam"', {DFC.Clam}),
        ("<https://w3id.org/dfc/evt/vissit>", {URIRef(vocab.EVT + "vissit")}),
        ("mod:current|superseded", {URIRef(vocab.MOD + "current")}),
        ("https://w3id.org/dfc/act/0.1.0 and https://w3id.org/dfc/id/entity", set()),
        ("PREFIX dfc: <https://w3id.org/dfc/ns#>", set()),
    ],
)
def test_terms_are_found_in_a_text(text, terms):
    """Prefixed names and full IRIs count; prefixes, versions and data do not."""
    assert checks.terms_in(text) == {str(term) for term in terms}


def test_graph_document_and_ontology_name_the_same_terms(ontology):
    """What docs/model.md says of the graph is all that the core can say, and the other way round."""
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    named = {URIRef(term) for term in checks.terms_in(text) if term.startswith(vocab.DFC)}
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    core = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if term.startswith(DFC)}
    assert core - named == {DFC.Statement, DFC.capital, DFC.seat}


def content_with_every_stated_term():
    """Two nodes joined by every property of the content side, and one of each of its classes."""
    lines = []
    for term in sorted(vocab.STATED_TERMS):
        local = term.removeprefix(vocab.DFC)
        is_class = local[0].isupper()
        lines.append(f"wd:{local} a dfc:{local} ." if is_class else f"wd:subject dfc:{local} wd:object{local} .")
    return turtle("\n".join(lines))


def types_of(graph, nodes):
    """The classes that a graph puts the nodes into, but for those that hold everything."""
    everything = {OWL.Thing, URIRef(vocab.RDFS + "Resource")}
    return {kind for node in nodes for kind in graph.objects(node, RDF.type)} - everything


@pytest.mark.parametrize("reasoner", REASONERS)
def test_reasoning_leaves_content_where_it_is(reasoner, axioms):
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


def test_reasoning_does_reach_the_side_of_facts(axioms):
    """The same look at an asserted event finds what the alignments give it, so the test above can fail."""
    facts = turtle("wd:fact a dfc:ReportedFact ; dfc:describes wd:event . wd:event a dfc:Event ; dfc:agent wd:actor .")
    reasoned = closed(axioms + facts, OWLRL_Semantics)
    assert (URIRef(vocab.WD + "event"), RDF.type, SEM.Event) in reasoned
    assert (URIRef(vocab.WD + "event"), SEM.hasActor, URIRef(vocab.WD + "actor")) in reasoned


@pytest.mark.parametrize(
    "axiom",
    [
        "dfc:StatedEvent rdfs:subClassOf dfc:Event .",
        "dfc:statedAgent rdfs:subPropertyOf dfc:agent .",
        "dfc:statedAgent rdfs:domain dfc:Event .",
        "dfc:statedSpeaker rdfs:range foaf:Agent .",
    ],
)
def test_a_bent_ontology_would_carry_content_over(axiom, axioms):
    """Each axiom that the checks forbid changes what a reasoner says of the content."""
    content = content_with_every_stated_term()
    nodes = {node for node in content.all_nodes() if str(node).startswith(vocab.WD)}
    reasoned = closed(axioms + content + turtle(axiom), OWLRL_Semantics)
    crossed = {p for node in nodes for p in reasoned.predicates(node)} & {DFC.agent}
    assert crossed or types_of(reasoned, nodes) != types_of(content, nodes)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_consistent(path, axioms):
    """Core, alignments and example data together contradict nothing."""
    assert len(Dataset().parse(path, format="trig")) > 100
    assert (None, RDF.type, CONTRADICTION) not in closed(axioms + checks.examples(), OWLRL_Semantics)


@pytest.mark.parametrize(
    "text",
    [
        "wd:x a dfc:Event , dfc:StatedEvent .",
        "wd:x a dfc:StatedEvent , dfc:DeniedEvent .",
        "wd:x a dfc:ReportedFact , dfc:Claim .",
        "wd:x a dfc:StatedClaim , dfc:Claim .",
        "wd:x a dfc:StatedParticipantOnly , foaf:Person .",
        "wd:x a dfc:TimeExpression , dfc:StatedTime .",
    ],
)
def test_nothing_is_on_both_sides(text, axioms):
    """A thing that is asserted and only stated, or fact and claim, is a contradiction."""
    assert (None, RDF.type, CONTRADICTION) in closed(axioms + turtle(text), OWLRL_Semantics)


def test_pages_show_every_class_property_and_concept(tmp_path, ontology):
    """The web pages have every term, under its own name, once."""
    # In a process of its own: pyLODE 3.2.2 leaves a file open, which here would be an error.
    subprocess.run([sys.executable, HERE / "pages.py", tmp_path], check=True, capture_output=True)
    written = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind) if term.startswith(DFC)}
    assert len(terms) > 80
    for term in terms:
        assert written["dfc"].count(f'id="{term.removeprefix(DFC)}"') == 1, term
        assert f"<code>{term}</code>" in written["dfc"]
    for prefix, scheme in (("act", "speech-acts"), ("evt", "event-types"), ("mod", "modality"), ("rel", "links")):
        rows = re.findall(r'<tr id="(\w+)">', written[scheme])
        concepts = ontology.subjects(URIRef(vocab.SKOS_IN_SCHEME), URIRef(vocab.PREFIXES[prefix] + "scheme"))
        assert sorted(rows) == sorted(str(concept).removeprefix(vocab.PREFIXES[prefix]) for concept in concepts)
        assert f'href="{scheme}.html"' in written["index"]
