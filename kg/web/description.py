"""What this endpoint and its data are, in RDF: the service description and VoID.

Sources: https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox
from flask import Flask, Response, request, url_for

from kg import vocab
from kg.web.dumpforms import FORMS
from kg.web.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, choose_format
from kg.web.holdings import Holdings

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
TITLE: Final = "What articles say, and what they pass on"
ABOUT: Final = (
    "Facts are what an article says in its own voice: reported, not checked. Claims are what someone said; their "
    "content stands in named graphs, in terms of its own, and is asserted nowhere."
)
_SIMPLE_ENTAILMENT: Final = "http://www.w3.org/ns/entailment/Simple"
_PREFIXES: Final = {**vocab.PREFIXES, "sd": SD}
_COUNTED_CLASSES: Final = {"facts": vocab.REPORTED_FACT, "claims": vocab.CLAIM, "unclear": vocab.UNCLEAR_PASSAGE}


def install(app: Flask, holdings: Holdings, base: str, quads: Callable[[], int | None]) -> None:
    """``/.well-known/void``: the description of the data; ``quads`` counts them, where that can be done in time."""

    def void() -> Response:
        offer = choose_format(GRAPH_FORMATS, request.args.get("format") or None, request.headers.get("Accept"))
        address, endpoint = url_for("void", _external=True), url_for("sparql", _external=True)
        dumps = [url_for("dump", name=form.name, _external=True) for form in FORMS]
        body = write(dataset(address, endpoint, base, holdings.counts(), dumps, quads()), offer)
        return Response(body, content_type=offer.content_type, headers={"Vary": "Accept"})

    app.add_url_rule("/.well-known/void", "void", void)


def write(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad], offer: Format, prefixes: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Triples or quads in the offered graph format, with the vocabulary's prefixes where the format has prefixes, and
    these.
    """
    if not isinstance(offer.engine, ox.RdfFormat):
        raise TypeError(f"{offer.media_type} holds no graph")
    return ox.serialize(triples, format=offer.engine, prefixes={**_PREFIXES, **prefixes}) or b""


def service(endpoint: str, *, is_writable: bool, is_federated: bool = False) -> Iterator[ox.Triple]:
    """The service description of the endpoint at that URL, where whoever may can update or nobody; and where SERVICE
    asks others or nobody.
    """
    subject = ox.NamedNode(endpoint)
    dataset, default_graph = ox.NamedNode(f"{endpoint}#dataset"), ox.NamedNode(f"{endpoint}#default-graph")
    yield _link(subject, vocab.RDF_TYPE, SD + "Service")
    yield ox.Triple(subject, ox.NamedNode(SD + "endpoint"), subject)
    yield _link(subject, SD + "supportedLanguage", SD + "SPARQL10Query")
    yield _link(subject, SD + "supportedLanguage", SD + "SPARQL11Query")
    if is_writable:
        yield _link(subject, SD + "supportedLanguage", SD + "SPARQL11Update")
    if is_federated:
        yield _link(subject, SD + "feature", SD + "BasicFederatedQuery")
    yield _link(subject, SD + "defaultEntailmentRegime", _SIMPLE_ENTAILMENT)
    for iri in dict.fromkeys(_format_iri(offer) for offer in (*RESULT_FORMATS, *GRAPH_FORMATS)):
        yield _link(subject, SD + "resultFormat", iri)
    yield ox.Triple(subject, ox.NamedNode(SD + "defaultDataset"), dataset)
    yield _link(dataset, vocab.RDF_TYPE, SD + "Dataset")
    yield ox.Triple(dataset, ox.NamedNode(SD + "defaultGraph"), default_graph)
    yield _link(default_graph, vocab.RDF_TYPE, SD + "Graph")


def dataset(
    address: str, endpoint: str, base: str, counts: dict[str, int], dumps: Iterable[str] = (), quads: int | None = None
) -> Iterator[ox.Triple]:
    """The VoID description, at ``address``, of the data served at ``endpoint`` and in the files ``dumps``; ``base``
    begins every IRI of ours.
    """
    subject = ox.NamedNode(f"{address}#dataset")
    yield _link(subject, vocab.RDF_TYPE, vocab.VOID_DATASET)
    yield _text(subject, vocab.DCTERMS_TITLE, TITLE)
    yield _text(subject, vocab.DCTERMS_DESCRIPTION, ABOUT)
    yield _link(subject, vocab.VOID_SPARQL_ENDPOINT, endpoint)
    for dump in dumps:
        yield _link(subject, vocab.VOID_DATA_DUMP, dump)
    yield _text(subject, vocab.VOID_URI_SPACE, base)
    if quads is not None:
        yield _number(subject, vocab.VOID + "triples", quads)
    yield _number(subject, vocab.VOID + "documents", counts["articles"])
    for namespace in vocab.PREFIXES.values():
        yield _link(subject, vocab.VOID_VOCABULARY, namespace)
    for name, iri in _COUNTED_CLASSES.items():
        part = ox.NamedNode(f"{address}#{name}")
        yield ox.Triple(subject, ox.NamedNode(vocab.VOID_CLASS_PARTITION), part)
        yield _link(part, vocab.VOID + "class", iri)
        yield _number(part, vocab.VOID_ENTITIES, counts[name])


def _format_iri(offer: Format) -> str:
    if offer.engine is None:
        raise TypeError(f"{offer.media_type} has no IRI")
    return offer.engine.iri


def _link(subject: ox.NamedNode, predicate: str, object_: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(object_))


def _text(subject: ox.NamedNode, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(text))


def _number(subject: ox.NamedNode, predicate: str, number: int) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(number))
