"""``/.well-known/void``: description of the data in VoID (https://www.w3.org/TR/void/)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from flask import Flask, Response, request, url_for

from kg import vocab
from kg.pages.dump_formats import FORMS
from kg.sparql.formats import GRAPH_FORMATS, choose_format
from kg.sparql.serialize import link, write
from kg.views.counts import Holdings

TITLE: Final = "What articles say, and what they pass on"
ABOUT: Final = (
    "Facts are what an article says in its own voice: reported, not checked. Claims are what someone said; their "
    "content stands in named graphs, in terms of its own, and is asserted nowhere."
)
_COUNTED_CLASSES: Final = {"facts": vocab.REPORTED_FACT, "claims": vocab.CLAIM, "unclear": vocab.UNCLEAR_PASSAGE}


def install(app: Flask, holdings: Holdings, base: str, quads: Callable[[], int | None]) -> None:
    """Serve ``/.well-known/void``.

    Args:
        app: The app.
        holdings: The counts of the graph's content.
        base: The base of our own IRIs.
        quads: Returns the number of quads, or None if counting takes too long.
    """

    def void() -> Response:
        offer = choose_format(GRAPH_FORMATS, request.args.get("format") or None, request.headers.get("Accept"))
        address, endpoint = url_for("void", _external=True), url_for("sparql", _external=True)
        dumps = [url_for("dump", name=form.name, _external=True) for form in FORMS]
        body = write(dataset(address, endpoint, base, holdings.counts(), dumps, quads()), offer)
        return Response(body, content_type=offer.content_type, headers={"Vary": "Accept"})

    app.add_url_rule("/.well-known/void", "void", void)


def dataset(
    address: str, endpoint: str, base: str, counts: dict[str, int], dumps: Iterable[str] = (), quads: int | None = None
) -> Iterator[ox.Triple]:
    """Yield the VoID description of the data.

    Args:
        address: The address of the description.
        endpoint: The address of the endpoint.
        base: The base of our own IRIs.
        counts: The counts of the graph's content.
        dumps: The addresses of the files.
        quads: The number of quads, if known.
    """
    subject = ox.NamedNode(f"{address}#dataset")
    yield link(subject, vocab.RDF_TYPE, vocab.VOID_DATASET)
    yield _text(subject, vocab.DCTERMS_TITLE, TITLE)
    yield _text(subject, vocab.DCTERMS_DESCRIPTION, ABOUT)
    yield link(subject, vocab.VOID_SPARQL_ENDPOINT, endpoint)
    for dump in dumps:
        yield link(subject, vocab.VOID_DATA_DUMP, dump)
    yield _text(subject, vocab.VOID_URI_SPACE, base)
    if quads is not None:
        yield _number(subject, vocab.VOID + "triples", quads)
    yield _number(subject, vocab.VOID + "documents", counts["articles"])
    for namespace in vocab.PREFIXES.values():
        yield link(subject, vocab.VOID_VOCABULARY, namespace)
    for name, iri in _COUNTED_CLASSES.items():
        part = ox.NamedNode(f"{address}#{name}")
        yield ox.Triple(subject, ox.NamedNode(vocab.VOID_CLASS_PARTITION), part)
        yield link(part, vocab.VOID + "class", iri)
        yield _number(part, vocab.VOID_ENTITIES, counts[name])


def _text(subject: ox.NamedNode, predicate: str, text: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(text))


def _number(subject: ox.NamedNode, predicate: str, number: int) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(number))
