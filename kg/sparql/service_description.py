"""The service description of the endpoint (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg import vocab
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, ResponseFormat
from kg.sparql.serialize import SD, link

_SIMPLE_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/Simple"


def service(endpoint: str, *, is_writable: bool, is_federated: bool = False) -> Iterator[ox.Triple]:
    """Yield the service description of the endpoint.

    Args:
        endpoint: The URL of the endpoint.
        is_writable: Whether the endpoint accepts updates.
        is_federated: Whether the endpoint supports SERVICE.
    """
    subject = ox.NamedNode(endpoint)
    dataset, default_graph = ox.NamedNode(f"{endpoint}#dataset"), ox.NamedNode(f"{endpoint}#default-graph")
    yield link(subject, vocab.RDF_TYPE, SD + "Service")
    yield ox.Triple(subject, ox.NamedNode(SD + "endpoint"), subject)
    yield link(subject, SD + "supportedLanguage", SD + "SPARQL10Query")
    yield link(subject, SD + "supportedLanguage", SD + "SPARQL11Query")
    if is_writable:
        yield link(subject, SD + "supportedLanguage", SD + "SPARQL11Update")
    if is_federated:
        yield link(subject, SD + "feature", SD + "BasicFederatedQuery")
    yield link(subject, SD + "defaultEntailmentRegime", _SIMPLE_ENTAILMENT)
    for iri in dict.fromkeys(_format_iri(offer) for offer in (*RESULT_FORMATS, *GRAPH_FORMATS)):
        yield link(subject, SD + "resultFormat", iri)
    yield ox.Triple(subject, ox.NamedNode(SD + "defaultDataset"), dataset)
    yield link(dataset, vocab.RDF_TYPE, SD + "Dataset")
    yield ox.Triple(dataset, ox.NamedNode(SD + "defaultGraph"), default_graph)
    yield link(default_graph, vocab.RDF_TYPE, SD + "Graph")


def _format_iri(offer: ResponseFormat) -> str:
    if offer.engine is None:
        raise TypeError(f"{offer.media_type} has no IRI")
    return offer.engine.iri
