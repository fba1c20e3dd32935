"""Writes the constants of kg/vocab.py from the ontology: ``python ontology/vocab.py > kg/vocab.py``.

The Turtle files are the truth. Code, queries and shapes take a term by its constant, so a misspelt term is an
unknown name to the type checker and never an IRI that matches nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from rdflib import OWL, RDF, SKOS, Graph, Namespace, URIRef

HERE = Path(__file__).parent
CG = Namespace("https://w3id.org/claimgraph/ns#")
OWN = {"act": "speech-acts", "evt": "event-types", "mod": "modality", "rel": "links"}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

PREFIXES = {
    "cg": str(CG),
    **{prefix: f"https://w3id.org/claimgraph/{prefix}/" for prefix in OWN},
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# What the code needs of vocabularies that are not ours.
BORROWED = {
    "dcterms": "available created description identifier license modified title",
    "foaf": "Person",
    "org": "Organization",
    "owl": "sameAs versionIRI",
    "prov": "Agent invalidatedAtTime specializationOf used wasAssociatedWith wasAttributedTo wasGeneratedBy "
    "wasRevisionOf",
    "rdf": "type langString",
    "rdfs": "label subClassOf",
    "schema": "Place datePublished headline inLanguage publisher sha256 url",
    "skos": "altLabel broader definition exactMatch example inScheme notation prefLabel",
    "void": "Dataset classPartition dataDump distinctSubjects entities feature inDataset propertyPartition "
    "sparqlEndpoint subset triples uriSpace vocabulary",
    "xsd": "boolean date dateTime decimal double gYear gYearMonth integer string",
}

# Constant -> the collection of mod:scheme that lists its values.
FACETS = {
    "QUOTE_FORMS": "quoteForms",
    "POLARITIES": "polarities",
    "CERTAINTIES": "certainties",
    "FRAMES": "frames",
    "VERSION_STATUSES": "versionStatuses",
    "STATEMENT_STATUSES": "statementStatuses",
    "CONTEXT_KINDS": "contextKinds",
}

WIDTH = 120


def load() -> Graph:
    """The core and its four schemes in one graph."""
    graph = Graph().parse(HERE / "claimgraph.ttl")
    for name in OWN.values():
        graph.parse(HERE / "schemes" / f"{name}.ttl")
    return graph


def constant(local: str) -> str:
    """The constant's name for a local name: ``statedAgent`` gives ``STATED_AGENT``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", local).upper()


def local(term: URIRef, namespace: str) -> str:
    """What follows the namespace."""
    return str(term).removeprefix(namespace)


def core_constants(graph: Graph) -> dict[str, str]:
    """Constant -> IRI for each term of the core; a class that shares its name with a property ends in ``_CLASS``."""
    terms = {term for kind in KINDS for term in graph.subjects(RDF.type, kind) if str(term).startswith(CG)}
    names: dict[str, str] = {}
    for term in sorted(terms, key=lambda t: (local(t, CG)[0].isupper(), t)):
        name = constant(local(term, CG))
        name = f"{name}_CLASS" if name in names else name
        if name in names:
            raise SystemExit(f"{term}: {name} is taken by {names[name]}; rename one of them")
        names[name] = str(term)
    return names


def concepts(graph: Graph, prefix: str) -> list[str]:
    """Local names of all concepts of a scheme, sorted."""
    namespace = PREFIXES[prefix]
    return sorted(local(c, namespace) for c in graph.subjects(SKOS.inScheme, URIRef(f"{namespace}scheme")))


def acts(graph: Graph) -> list[str]:
    """Local names of the speech acts, without the five groups they stand under."""
    namespace = PREFIXES["act"]
    return sorted(local(c, namespace) for c in graph.subjects(SKOS.broader) if str(c).startswith(namespace))


def side(graph: Graph, name: str) -> list[URIRef]:
    """Terms on one side of the barrier, sorted."""
    return sorted(t for t, value in graph.subject_objects(CG.barrierSide) if str(value) == name)


def quoted(value: str) -> str:
    """A Python string in double quotes, as the formatter writes it."""
    return json.dumps(value, ensure_ascii=False)


def block(opening: str, items: Iterable[str], closing: str) -> Iterator[str]:
    """A call over several lines, one item a line, with the trailing comma that the formatter keeps."""
    yield opening
    yield from (f"        {item}," for item in items)
    yield closing


def strings(name: str, values: Iterable[str]) -> Iterator[str]:
    """A frozenset of strings."""
    yield from block(f"{name} = frozenset(\n    {{", map(quoted, values), "    }\n)")


def names(name: str, constants: Iterable[str]) -> Iterator[str]:
    """A frozenset of other constants."""
    yield from block(f"{name} = frozenset(\n    {{", constants, "    }\n)")


def mapping(name: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A read-only mapping from a string to an expression."""
    rows = (f"{quoted(key)}: {value}" for key, value in pairs)
    yield from block(f"{name} = MappingProxyType(\n    {{", rows, "    }\n)")


HEADER = '''"""Generated from ontology/ by ``python ontology/vocab.py > kg/vocab.py``: do not edit.

IRIs as plain strings, so that a misspelt one is an unknown name. A class that shares its name with a property ends
in ``_CLASS``. Tags (``SPEECH_ACTS`` and the like) are local names: the IRI is namespace + tag, as in ``ACT + "say"``.
"""

from types import MappingProxyType
'''


def namespaces() -> Iterator[str]:
    """The namespaces and the mapping from prefix to namespace."""
    for prefix, iri in PREFIXES.items():
        yield f"{prefix.upper()} = {quoted(iri)}"
    yield from mapping("PREFIXES", ((prefix, prefix.upper()) for prefix in PREFIXES))
    yield '"""Prefix -> namespace, in the order of the constants above."""'


def entity_types(graph: Graph, iris: dict[str, str]) -> Iterator[str]:
    """What the records call each class of entities."""
    rows = sorted((str(tag), iris[str(term)]) for term, tag in graph.subject_objects(CG.recordTag))
    yield from mapping("ENTITY_CLASSES", rows)
    yield '"""Type of an entity in the records -> its class."""'
    yield ""
    yield "ENTITY_TYPES = frozenset(ENTITY_CLASSES)"


def tags(graph: Graph) -> Iterator[str]:
    """The closed lists that the records take their tags from."""
    yield from strings("SPEECH_ACTS", acts(graph))
    yield ""
    yield from strings("EVENT_TYPES", concepts(graph, "evt"))
    yield ""
    yield from strings("LINK_TYPES", concepts(graph, "rel"))
    for name, collection in FACETS.items():
        members = graph.objects(URIRef(PREFIXES["mod"] + collection), SKOS.member)
        yield ""
        yield from strings(name, sorted(local(m, PREFIXES["mod"]) for m in members))
    yield ""
    yield "STATUSES = VERSION_STATUSES | STATEMENT_STATUSES"


def broader_event_types(graph: Graph) -> Iterator[str]:
    """The hierarchy of event types, for those who may not read RDF."""
    namespace = PREFIXES["evt"]
    pairs = sorted(
        (local(narrow, namespace), quoted(local(broad, namespace)))
        for narrow, broad in graph.subject_objects(SKOS.broader)
        if str(narrow).startswith(namespace)
    )
    yield from mapping("BROADER_EVENT_TYPE", pairs)
    yield '"""Event type -> the wider one it stands under; the widest ones are not in it."""'


def module(graph: Graph) -> str:
    """The whole text of kg/vocab.py."""
    core = core_constants(graph)
    borrowed = {f"{p.upper()}_{constant(n)}": PREFIXES[p] + n for p, ns in BORROWED.items() for n in ns.split()}
    statuses = {f"MOD_{constant(name)}": PREFIXES["mod"] + name for name in concepts(graph, "mod")}
    iris = {iri: name for name, iri in (core | borrowed).items()}
    lines = [HEADER, *namespaces()]
    for title, constants in (("The core", core), ("Borrowed terms", borrowed), ("Values", statuses)):
        lines += ["", f"# {title}", *(f"{name} = {quoted(iri)}" for name, iri in sorted(constants.items()))]
    lines += ["", *entity_types(graph, iris), "", *tags(graph), "", *broader_event_types(graph)]
    for name, where, what in (
        ("STATED_TERMS", "content", "Classes and properties for the content of claims; they stand nowhere else."),
        ("ASSERTED_TERMS", "fact", "Classes and properties that only the document's own voice may use."),
    ):
        lines += ["", *names(name, (iris[str(term)] for term in side(graph, where))), f'"""{what}"""']
    twins = sorted((iris[str(a)], iris[str(b)]) for a, b in graph.subject_objects(CG.statedForm))
    lines += ["", *block("STATED_TWINS = MappingProxyType(\n    {", (f"{a}: {b}" for a, b in twins), "    }\n)")]
    lines += ['"""Term -> its twin for the content of claims."""']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(module(load()), end="")
