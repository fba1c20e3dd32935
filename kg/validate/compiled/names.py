"""Names of SHACL, RDF and RDFS that the engine uses."""

from __future__ import annotations

from pyoxigraph import NamedNode

SHACL = "http://www.w3.org/ns/shacl#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
FIRST = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
REST = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
NIL = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
SUB_CLASS_OF = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
CLASS = NamedNode("http://www.w3.org/2000/01/rdf-schema#Class")
OWL_CLASS = NamedNode("http://www.w3.org/2002/07/owl#Class")
XSD = "http://www.w3.org/2001/XMLSchema#"


def sh(name: str) -> NamedNode:
    """Return the IRI of ``sh:NAME``."""
    return NamedNode(SHACL + name)
