"""RDF formats by name and by file suffix: the one table that ``load``, ``dump``, ``query`` and ``validate`` share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import RdfFormat

from kg.errors import InputError

FORMATS: Mapping[str, RdfFormat] = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "trig": RdfFormat.TRIG,
        "nquads": RdfFormat.N_QUADS,
        "ntriples": RdfFormat.N_TRIPLES,
        "jsonld": RdfFormat.JSON_LD,
        "rdfxml": RdfFormat.RDF_XML,
    }
)
SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".ttl": "turtle",
        ".trig": "trig",
        ".nq": "nquads",
        ".nt": "ntriples",
        ".jsonld": "jsonld",
        ".rdf": "rdfxml",
        ".owl": "rdfxml",
    }
)


def format_of(path: Path) -> RdfFormat:
    """The RDF format that a file's suffix names. Raises InputError for another suffix, listing those it knows."""
    name = SUFFIXES.get(path.suffix.lower())
    if name is None:
        raise InputError(f"{path}: unknown kind of RDF file {path.suffix!r}; known are {', '.join(SUFFIXES)}")
    return FORMATS[name]
