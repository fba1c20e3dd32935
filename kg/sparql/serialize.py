"""Serialization of triples and quads in a graph format, with the prefixes of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kg import vocab
from kg.sparql.formats import ResponseFormat

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_PREFIXES: Final = {**vocab.PREFIXES, "sd": SD}


def write(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad],
    offer: ResponseFormat,
    prefixes: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Serialize triples or quads in a graph format.

    Args:
        triples: The triples or quads.
        offer: The format.
        prefixes: Prefixes besides those of the vocabulary, for formats with prefixes.

    Raises:
        TypeError: The format holds no graph.
    """
    if not isinstance(offer.engine, ox.RdfFormat):
        raise TypeError(f"{offer.media_type} holds no graph")
    return ox.serialize(triples, format=offer.engine, prefixes={**_PREFIXES, **prefixes}) or b""


def link(subject: ox.NamedNode, predicate: str, object_: str) -> ox.Triple:
    """Return the triple that links two IRIs.

    Args:
        subject: The subject.
        predicate: The IRI of the predicate.
        object_: The IRI of the object.
    """
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(object_))
