"""Writes the known names for the extractor, which may not read RDF: ``python ontology/gazetteer.py``.

``actors.ttl`` is the truth, ``kg/extract/gazetteer.json`` a list with one actor a line::

    {"name": "Russia", "type": "political_actor", "wikidata": "Q159", "aliases": ["Russian Federation"],
     "demonyms": ["Russian", "Russians"], "capital": {"name": "Moscow", "wikidata": "Q649", "aliases": []},
     "seats": [], "metonyms": ["Kremlin"], "ambiguous": []}

``type`` is one of ENTITY_TYPES. ``capital`` (null where there is none, or where it has the actor's own name) and
``seats`` are towns that stand for the actor and are places as well; ``metonyms`` are buildings and offices that do.
``ambiguous`` lists those forms of the entry that often mean something else. Lists are sorted; the order of actors is by
type and name.
"""

import json
from pathlib import Path

from rdflib import RDF, SKOS, Graph, Namespace, URIRef

HERE = Path(__file__).parent
TARGET = HERE.parent / "kg" / "extract" / "gazetteer.json"
CG = Namespace("https://w3id.org/claimgraph/ns#")
ACTOR = "https://w3id.org/claimgraph/actor/"
WIKIDATA = "http://www.wikidata.org/entity/"

Row = dict[str, object]


def load() -> Graph:
    """The known actors, with the core for the names that the records give each class."""
    return Graph().parse(HERE / "claimgraph.ttl").parse(HERE / "actors.ttl")


def words(graph: Graph, node: URIRef, term: URIRef) -> list[str]:
    """The texts that a node has for a property, sorted."""
    return sorted(str(value) for value in graph.objects(node, term))


def wikidata(graph: Graph, node: URIRef) -> str | None:
    """The id of the node's Wikidata item, or nothing."""
    match = graph.value(node, SKOS.exactMatch, any=False)
    return None if match is None else str(match).removeprefix(WIKIDATA)


def town(graph: Graph, node: URIRef) -> Row:
    """A town that stands for an actor."""
    return {
        "name": str(graph.value(node, SKOS.prefLabel, any=False)),
        "wikidata": wikidata(graph, node),
        "aliases": words(graph, node, SKOS.altLabel),
    }


def row(graph: Graph, node: URIRef, kind: str) -> Row:
    """One actor as the extractor reads it."""
    capitals = [town(graph, place) for place in graph.objects(node, CG.capital)]
    seats = sorted((town(graph, place) for place in graph.objects(node, CG.seat)), key=lambda seat: str(seat["name"]))
    return {
        "name": str(graph.value(node, SKOS.prefLabel, any=False)),
        "type": kind,
        "wikidata": wikidata(graph, node),
        "aliases": words(graph, node, SKOS.altLabel),
        "demonyms": words(graph, node, CG.demonym),
        "capital": capitals[0] if capitals else None,
        "seats": seats,
        "metonyms": words(graph, node, CG.metonym),
        "ambiguous": words(graph, node, CG.ambiguousName),
    }


def is_actor(node: URIRef) -> bool:
    """True for an actor; false for the towns, which have a folder of their own, and for anything else."""
    return str(node).startswith(ACTOR) and "/" not in str(node).removeprefix(ACTOR)


def rows(graph: Graph) -> list[Row]:
    """All actors, by type and name."""
    kinds = {cls: str(tag) for cls, tag in graph.subject_objects(CG.recordTag)}
    found = [
        row(graph, node, kinds[cls])
        for node, cls in graph.subject_objects(RDF.type)
        if cls in kinds and isinstance(node, URIRef) and is_actor(node)
    ]
    return sorted(found, key=lambda entry: (str(entry["type"]), str(entry["name"])))


def text(graph: Graph) -> str:
    """The whole file."""
    lines = (json.dumps(entry, ensure_ascii=False) for entry in rows(graph))
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    TARGET.write_text(text(load()), encoding="utf-8")
    print(f"{len(json.loads(TARGET.read_text(encoding='utf-8')))} actors in {TARGET.relative_to(HERE.parent)}")
