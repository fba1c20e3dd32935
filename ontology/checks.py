"""What must hold of the ontology: ``python ontology/checks.py`` prints one complaint a line, and exits 1 on any.

Each check takes a graph and gives back complaints; ``CHECKS`` lists those that look at the graph of all files of this
folder. Where a rule comes from is said with it (ROBOT's report, qSKOS, OOPS!, or the model's own invariants).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

HERE = Path(__file__).parent
CG = Namespace("https://w3id.org/claimgraph/ns#")
SCHEMA = Namespace("https://schema.org/")
SPACES = (str(CG), *(f"https://w3id.org/claimgraph/{name}/" for name in ("act", "evt", "mod", "rel")))
CLASSES = frozenset({OWL.Class, RDFS.Datatype})
PROPERTIES = frozenset({OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty})
DESCRIBED = CLASSES | PROPERTIES | {SKOS.Concept, SKOS.Collection, SKOS.ConceptScheme}
OWN_PREFIXES = {"cg": SPACES[0], "act": SPACES[1], "evt": SPACES[2], "mod": SPACES[3], "rel": SPACES[4]}

# What may be said of a term for the content of claims, with the term as subject and as object: nothing that a reasoner
# could follow out of the content, or into it. owl:disjointWith can only ever refuse.
OF_CONTENT = frozenset(
    {
        *(RDFS.label, RDFS.isDefinedBy, SKOS.definition, SKOS.example, OWL.disjointWith),
        *(CG.barrierSide, CG.noAssertedForm, CG.recordTag, SCHEMA.domainIncludes, SCHEMA.rangeIncludes),
    }
)
TO_CONTENT = frozenset({CG.statedForm, SCHEMA.domainIncludes, OWL.disjointWith})
PLAIN_KINDS = frozenset({OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty})

# Codes that several speech acts share on purpose: CAMEO and PLOVER code what is done, and say less of what is said.
SHARED_CODES = {
    "010": "CAMEO's code for any statement without a code of its own",
    "020": "CAMEO does not tell a request from an appeal",
    "030": "CAMEO does not tell a promise from a readiness",
    "051": "CAMEO does not tell praise from a welcome",
    "111": "CAMEO does not tell a criticism from a condemnation",
    "130": "CAMEO's threats include warnings",
    "ACCUSE": "PLOVER's field for all disapproval",
    "AGREE": "PLOVER's field for all agreeing words",
    "DISAPPROVE": "the earlier name of a part of ACCUSE",
    "REQUEST": "PLOVER's field for all asking and demanding",
    "SUPPORT": "PLOVER's field for all diplomatic support",
    "THREATEN": "PLOVER's field for threats and warnings",
}
CAMEO = re.compile(r"\d{2,4}")
PLOVER = re.compile(
    "AGREE|CONSULT|SUPPORT|COOPERATE|AID|CONCEDE|RETREAT|INVESTIGATE|REQUEST|DEMAND|"
    "ACCUSE|DISAPPROVE|REJECT|THREATEN|PROTEST|MOBILIZE|SANCTION|COERCE|ASSAULT|FIGHT"
)

Complaints = Iterator[str]


def load() -> Graph:
    """Everything in this folder but the examples, in one graph."""
    graph = Graph()
    for path in sorted([*HERE.glob("*.ttl"), *HERE.glob("schemes/*.ttl")]):
        graph.parse(path)
    return graph


def examples() -> Graph:
    """The example data, its graphs merged into one."""
    merged = Graph()
    for path in sorted(HERE.glob("examples/*.trig")):
        for quad in Dataset().parse(path, format="trig").quads():
            merged.add(quad[:3])
    return merged


def ours(node: Node) -> bool:
    """True for an IRI in one of the namespaces of the ontology; versions of the files are not in them."""
    return any(str(node).startswith(space) and str(node)[len(space) : len(space) + 1].isalpha() for space in SPACES)


def short(node: Node) -> str:
    """The node as a reader knows it."""
    for prefix, space in OWN_PREFIXES.items():
        if str(node).startswith(space):
            return f"{prefix}:{str(node).removeprefix(space)}"
    return str(node)


def described(graph: Graph) -> dict[Node, Node]:
    """Each term of ours -> what kind of term it is."""
    return {s: kind for s, kind in graph.subject_objects(RDF.type) if kind in DESCRIBED and ours(s)}


def on_side(graph: Graph, side: str) -> set[Node]:
    """The terms on one side of the barrier."""
    return set(graph.subjects(CG.barrierSide, Literal(side)))


def label_missing(graph: Graph) -> Complaints:
    """ROBOT missing_label: one English label for each term."""
    for term, kind in described(graph).items():
        path = SKOS.prefLabel if kind in (SKOS.Concept, SKOS.Collection) else RDFS.label
        labels = [x for x in graph.objects(term, path) if isinstance(x, Literal) and x.language == "en" and x.strip()]
        if len(labels) != 1:
            yield f"{short(term)} has {len(labels)} English labels"


def _missing(graph: Graph, path: URIRef, kinds: Iterable[Node], what: str) -> Complaints:
    for term, kind in described(graph).items():
        if kind in kinds and not any(str(value).strip() for value in graph.objects(term, path)):
            yield f"{short(term)} has no {what}"


def definition_missing(graph: Graph) -> Complaints:
    """ROBOT missing_definition: a definition for each term."""
    yield from _missing(graph, SKOS.definition, DESCRIBED - {SKOS.ConceptScheme}, "definition")


def example_missing(graph: Graph) -> Complaints:
    """An example for each term, from an article's sentence where it can be."""
    yield from _missing(graph, SKOS.example, CLASSES | PROPERTIES | {SKOS.Concept}, "example")


def source_missing(graph: Graph) -> Complaints:
    """OOPS! P38 and its like: each term says which file defines it."""
    yield from _missing(graph, RDFS.isDefinedBy, DESCRIBED - {SKOS.ConceptScheme}, "rdfs:isDefinedBy")


def label_twice(graph: Graph) -> Complaints:
    """ROBOT duplicate_label: no two terms of the core under one label."""
    owners = defaultdict(set)
    for term, label in graph.subject_objects(RDFS.label):
        owners[str(label).casefold()].add(short(term))
    yield from (f"{sorted(terms)} share the label {label!r}" for label, terms in owners.items() if len(terms) > 1)


def definition_twice(graph: Graph) -> Complaints:
    """ROBOT duplicate_definition: two terms with one definition cannot be told apart."""
    owners = defaultdict(set)
    for term, text in graph.subject_objects(SKOS.definition):
        owners[str(text)].add(short(term))
    yield from (f"{sorted(terms)} share the definition {text!r}" for text, terms in owners.items() if len(terms) > 1)


def header_incomplete(graph: Graph) -> Complaints:
    """ROBOT missing_ontology_*: each file says what it is, in which version and under which licence."""
    wanted = (DCTERMS.title, DCTERMS.description, DCTERMS.license, OWL.versionIRI, OWL.versionInfo)
    for ontology in graph.subjects(RDF.type, OWL.Ontology):
        for path in wanted:
            if graph.value(ontology, path) is None:
                yield f"{ontology} has no {path.n3(graph.namespace_manager)}"


def something_imported(graph: Graph) -> Complaints:
    """The core imports nothing, and nothing imports into it."""
    yield from (f"{s} imports {o}" for s, o in graph.subject_objects(OWL.imports))


def domain_or_range(graph: Graph) -> Complaints:
    """No domain and no range on any term of ours: a reasoner must never type a stated thing."""
    for path in (RDFS.domain, RDFS.range):
        yield from (f"{short(s)} has a {path.n3()}: {short(o)}" for s, o in graph.subject_objects(path))


def barrier_crossed(graph: Graph) -> Complaints:
    """Nothing but what is listed as harmless is said of, or to, a term for the content of claims."""
    content = on_side(graph, "content")
    for s, p, o in graph:
        if s in content and p != RDF.type and p not in OF_CONTENT:
            yield f"{short(s)} {p.n3()} {short(o)}"
        if s in content and p == RDF.type and o not in PLAIN_KINDS:
            yield f"{short(s)} is a {o.n3()}"
        if o in content and p not in TO_CONTENT:
            yield f"{short(s)} {p.n3()} {short(o)}"


def side_unknown(graph: Graph) -> Complaints:
    """A term called stated or denied is on the content side; a side is one of two, and one only."""
    sides = defaultdict(set)
    for term, side in graph.subject_objects(CG.barrierSide):
        sides[term].add(str(side))
    for term, values in sides.items():
        if not (values == {"fact"} or values == {"content"}):
            yield f"{short(term)} is on the sides {sorted(values)}"
    for term, kind in described(graph).items():
        named = re.match(r"(stated|denied)(?!Form$)[A-Z]", str(term).removeprefix(CG), re.IGNORECASE)
        if named and kind in PLAIN_KINDS and sides[term] != {"content"}:
            yield f"{short(term)} is not on the content side"


def _needs_twin(graph: Graph) -> set[Node]:
    placed = {term for owner in (CG.Event, CG.Claim) for term in graph.subjects(SCHEMA.domainIncludes, owner)}
    return placed | on_side(graph, "fact")


def twin_missing(graph: Graph) -> Complaints:
    """Every term that speaks of an event or a claim has a stated form or says why not, and the other way."""
    for term in _needs_twin(graph):
        if (graph.value(term, CG.statedForm) is None) == (graph.value(term, CG.noStatedForm) is None):
            yield f"{short(term)} needs either a cg:statedForm or a cg:noStatedForm"
    twins = set(graph.objects(None, CG.statedForm))
    for term in on_side(graph, "content"):
        if (term in twins) == ((term, CG.noAssertedForm, None) in graph):
            yield f"{short(term)} needs either to be a cg:statedForm or a cg:noAssertedForm"


def twin_wrong(graph: Graph) -> Complaints:
    """Twins are one to one, of one kind, and stand on opposite sides."""
    content = on_side(graph, "content")
    pairs = list(graph.subject_objects(CG.statedForm))
    counted = Counter(term for pair in pairs for term in pair)
    yield from (f"{short(term)} is in {n} pairs of twins" for term, n in counted.items() if n > 1)
    kinds = described(graph)
    for asserted, stated in pairs:
        if asserted in content or stated not in content:
            yield f"{short(asserted)} and {short(stated)} are not on opposite sides"
        if asserted in kinds and kinds[asserted] != kinds.get(stated):
            yield f"{short(asserted)} and {short(stated)} are not of one kind"


def tag_twice(graph: Graph) -> Complaints:
    """A record tag means one class."""
    owners = Counter(str(tag) for tag in graph.objects(None, CG.recordTag))
    yield from (f"the record tag {tag!r} stands on {n} classes" for tag, n in owners.items() if n > 1)


def concept_orphaned(graph: Graph) -> Complaints:
    """QSKOS orphan concepts: each is in one scheme, and below another concept or at the top, not both."""
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        schemes = set(graph.objects(concept, SKOS.inScheme))
        if len(schemes) != 1:
            yield f"{short(concept)} is in {len(schemes)} schemes"
        top = (concept, SKOS.topConceptOf, None) in graph
        if top == ((concept, SKOS.broader, None) in graph):
            yield f"{short(concept)} must either have a broader concept or be at the top"
        for scheme in schemes:
            if top != ((scheme, SKOS.hasTopConcept, concept) in graph):
                yield f"{short(scheme)} and {short(concept)} disagree on whether it is at the top"
        for broader in graph.objects(concept, SKOS.broader):
            if set(graph.objects(broader, SKOS.inScheme)) != schemes:
                yield f"{short(concept)} stands below {short(broader)} of another scheme"


def concept_cycle(graph: Graph) -> Complaints:
    """QSKOS cyclic hierarchical relations: nothing stands below itself."""
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        above = set(graph.transitive_objects(concept, SKOS.broader)) - {concept}
        if any((wider, SKOS.broader, concept) in graph for wider in (*above, concept)):
            yield f"{short(concept)} stands below itself"


def label_ambiguous(graph: Graph) -> Complaints:
    """QSKOS ambiguous labels: within a scheme, a label or another name means one concept."""
    owners = defaultdict(set)
    for path in (SKOS.prefLabel, SKOS.altLabel):
        for concept, label in graph.subject_objects(path):
            for scheme in graph.objects(concept, SKOS.inScheme):
                owners[scheme, str(label).casefold()].add(short(concept))
    for (scheme, label), concepts in owners.items():
        if len(concepts) > 1:
            yield f"{sorted(concepts)} of {short(scheme)} share the name {label!r}"


def code_shared(graph: Graph) -> Complaints:
    """A code means one concept of a scheme, but for the named codes that speech acts share; and those are shared."""
    owners = defaultdict(set)
    for concept, code in graph.subject_objects(SKOS.notation):
        for scheme in graph.objects(concept, SKOS.inScheme):
            owners[scheme, str(code)].add(short(concept))
    allowed = {(URIRef("https://w3id.org/claimgraph/act/scheme"), code) for code in SHARED_CODES}
    for (scheme, code), concepts in owners.items():
        if len(concepts) > 1 and (scheme, code) not in allowed:
            yield f"{sorted(concepts)} of {short(scheme)} share the code {code}"
        if len(concepts) == 1 and (scheme, code) in allowed:
            yield f"the code {code} is on the list of shared codes, but only {min(concepts)} has it"


def code_unknown(graph: Graph) -> Complaints:
    """A notation is a code of CAMEO or a name of PLOVER, and says which."""
    for concept, code in graph.subject_objects(SKOS.notation):
        kind = getattr(code, "datatype", None)
        form = {CG.CAMEO: CAMEO, CG.PLOVER: PLOVER}.get(kind)
        if form is None or not form.fullmatch(code):
            yield f"{short(concept)} has the notation {code.n3()}"


def term_undefined(graph: Graph, defined: Graph | None = None) -> Complaints:
    """OOPS! and Brick: every term in our namespaces that a graph uses is defined."""
    known = set((defined if defined is not None else graph).subjects(RDF.type))
    used = {node for triple in graph for node in triple if isinstance(node, URIRef) and ours(node)}
    used |= {URIRef(x.datatype) for x in graph.objects() if isinstance(x, Literal) and x.datatype and ours(x.datatype)}
    yield from (f"{short(term)} is used and not defined" for term in sorted(used - known))


CHECKS: tuple[Callable[[Graph], Complaints], ...] = (
    barrier_crossed,
    code_shared,
    code_unknown,
    concept_cycle,
    concept_orphaned,
    definition_missing,
    definition_twice,
    domain_or_range,
    example_missing,
    header_incomplete,
    label_ambiguous,
    label_missing,
    label_twice,
    side_unknown,
    something_imported,
    source_missing,
    tag_twice,
    term_undefined,
    twin_missing,
    twin_wrong,
)

_PREFIXED = re.compile(r"(?<![\w:/@<-])(cg|act|evt|mod|rel):([A-Za-z]\w*)")
_FULL = re.compile("(" + "|".join(map(re.escape, SPACES)) + r")([A-Za-z]\w*)")


def terms_in(text: str) -> set[str]:
    """The terms of ours that a text names, as ``cg:speaker`` or as a full IRI."""
    full = {iri + local for iri, local in _FULL.findall(text)}
    return full | {OWN_PREFIXES[prefix] + local for prefix, local in _PREFIXED.findall(text)}


def complaints(graph: Graph) -> list[str]:
    """What all checks have to say, each line beginning with the check's name."""
    return [f"{check.__name__}: {line}" for check in CHECKS for line in sorted(check(graph))]


if __name__ == "__main__":
    ONTOLOGY = load()
    FOUND = complaints(ONTOLOGY) + [f"examples: {line}" for line in term_undefined(examples(), ONTOLOGY)]
    print("\n".join(FOUND) or f"{len(CHECKS)} checks, nothing to complain of in {len(ONTOLOGY)} triples")
    raise SystemExit(1 if FOUND else 0)
