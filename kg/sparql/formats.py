"""The formats an answer can be written in, in the server's order of preference.

A type that is only another name (``application/json`` for JSON results) is an offer of its own, so that the answer's
``Content-Type`` is always one the client named. What can be written is what the engine writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.http.negotiation import Offer, negotiate
from kg.http.problems import Refusal, not_acceptable

_UTF8: Final = MappingProxyType({"charset": "utf-8"})
_CSV: Final = MappingProxyType({"charset": "utf-8", "header": "present"})
_NONE: Final[MappingProxyType[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ResponseFormat(Offer):
    """An offer with the name that ``?format=`` knows it by, and the engine's format; None is the page for people."""

    name: str = ""
    engine: QueryResultsFormat | RdfFormat | None = None


HTML: Final = ResponseFormat("text/html", _UTF8, "html")

RESULT_FORMATS: Final = (
    ResponseFormat("application/sparql-results+json", _NONE, "json", QueryResultsFormat.JSON),
    ResponseFormat("application/sparql-results+xml", _NONE, "xml", QueryResultsFormat.XML),
    ResponseFormat("text/csv", _CSV, "csv", QueryResultsFormat.CSV),
    ResponseFormat("text/tab-separated-values", _UTF8, "tsv", QueryResultsFormat.TSV),
    ResponseFormat("application/json", _NONE, "json", QueryResultsFormat.JSON),
    ResponseFormat("application/xml", _NONE, "xml", QueryResultsFormat.XML),
    ResponseFormat("text/xml", _UTF8, "xml", QueryResultsFormat.XML),
)
"""For SELECT and ASK."""

GRAPH_FORMATS: Final = (
    ResponseFormat("text/turtle", _UTF8, "turtle", RdfFormat.TURTLE),
    ResponseFormat("application/n-triples", _NONE, "ntriples", RdfFormat.N_TRIPLES),
    ResponseFormat("application/ld+json", _NONE, "jsonld", RdfFormat.JSON_LD),
    ResponseFormat("application/rdf+xml", _NONE, "rdfxml", RdfFormat.RDF_XML),
    ResponseFormat("application/trig", _NONE, "trig", RdfFormat.TRIG),
    ResponseFormat("application/n-quads", _NONE, "nquads", RdfFormat.N_QUADS),
    ResponseFormat("text/n3", _UTF8, "n3", RdfFormat.N3),
    ResponseFormat("application/x-turtle", _NONE, "turtle", RdfFormat.TURTLE),
    ResponseFormat("application/json", _NONE, "jsonld", RdfFormat.JSON_LD),
    ResponseFormat("application/xml", _NONE, "rdfxml", RdfFormat.RDF_XML),
    ResponseFormat("text/xml", _UTF8, "rdfxml", RdfFormat.RDF_XML),
    ResponseFormat("text/plain", _UTF8, "ntriples", RdfFormat.N_TRIPLES),
)
"""For CONSTRUCT and DESCRIBE, and for descriptions of things."""

ROW_OFFERS: Final = (*RESULT_FORMATS, HTML)
GRAPH_OFFERS: Final = (*GRAPH_FORMATS, HTML)

_OTHER_NAMES_OF_ROWS: Final = MappingProxyType({"text": "tsv", "srj": "json", "srx": "xml"})
_OTHER_NAMES_OF_GRAPHS: Final = MappingProxyType(
    {
        "xml": "rdfxml",
        "rdf": "rdfxml",
        "rdf+xml": "rdfxml",
        "rdf/xml": "rdfxml",
        "json": "jsonld",
        "json-ld": "jsonld",
        "ld+json": "jsonld",
        "ttl": "turtle",
        "nt": "ntriples",
        "n-triples": "ntriples",
        "text": "ntriples",
        "nq": "nquads",
        "n-quads": "nquads",
    }
)
"""Other names that clients know a format by, for each kind of results."""

FORMAT_NAMES: Final = tuple(dict.fromkeys(offer.name for offer in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)))
"""What ``?format=`` understands, besides media types."""


def named(name: str, offers: tuple[ResponseFormat, ...]) -> ResponseFormat | None:
    """The first offer of that name or media type; None when there is none."""
    wanted = name.strip().lower()
    return next((offer for offer in offers if wanted in (offer.name, offer.media_type)), None)


def choose_format(offers: tuple[ResponseFormat, ...], name: str | None, accept: str | None) -> ResponseFormat:
    """``?format=`` before ``Accept``. Raises Refusal: 400 for a name nobody knows, 406 for one that does not fit."""
    chosen = _choose(offers, name, accept)
    if chosen is None:
        raise not_acceptable(offers)
    return chosen


def choose_formats(name: str | None, accept: str | None) -> tuple[ResponseFormat | None, ResponseFormat | None]:
    """What rows and what a graph would be written in: what a query gives is known only when it is parsed.

    A name that is unknown, or does not fit, gives way to ``Accept``: clients send one that they use for both, or one
    of another server's. None where the client takes none for that kind. Raises Refusal (406) where there is none for
    either.
    """
    rows, graph = (
        (name and named(_usual_name(name, others), offers)) or negotiate(accept, offers)
        for offers, others in ((ROW_OFFERS, _OTHER_NAMES_OF_ROWS), (GRAPH_OFFERS, _OTHER_NAMES_OF_GRAPHS))
    )
    if rows is None and graph is None:
        raise not_acceptable((*RESULT_FORMATS, *GRAPH_OFFERS))
    return rows, graph


def _usual_name(name: str, others: Mapping[str, str]) -> str:
    return others.get(name.strip().lower().replace(" ", "+"), name)  # an unescaped "+" has come as a space


def _choose(offers: tuple[ResponseFormat, ...], name: str | None, accept: str | None) -> ResponseFormat | None:
    if name is None:
        return negotiate(accept, offers)
    if not named(name, (*RESULT_FORMATS, *GRAPH_OFFERS)):
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "unknown-format",
            f"There is no format {name!r}. There are: {', '.join(FORMAT_NAMES)}.",
        )
    return named(name, offers)
