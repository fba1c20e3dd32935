"""Formats of responses, in the server's order of preference.

An alias of a type (``application/json`` for JSON results) is an offer of its own, so that the ``Content-Type`` of a
response is always one that the client named. The engine's formats determine the list.
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
    """An offer with its name in ``?format=`` and the engine's format, which is None for the HTML page."""

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
"""Formats of SELECT and ASK results."""

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
"""Formats of CONSTRUCT and DESCRIBE results, and of descriptions of resources."""

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
"""Aliases of formats that clients use, for each kind of results."""

FORMAT_NAMES: Final = tuple(dict.fromkeys(offer.name for offer in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)))
"""Values of ``?format=``, besides media types."""


def named(name: str, offers: tuple[ResponseFormat, ...]) -> ResponseFormat | None:
    """Return the first offer with a name or media type, or None.

    Args:
        name: The name or media type.
        offers: The offers.
    """
    wanted = name.strip().lower()
    return next((offer for offer in offers if wanted in (offer.name, offer.media_type)), None)


def choose_format(offers: tuple[ResponseFormat, ...], name: str | None, accept: str | None) -> ResponseFormat:
    """Choose a format by ``?format=``, else by ``Accept``.

    Args:
        offers: The offers.
        name: The value of ``?format=``.
        accept: The value of ``Accept``.

    Raises:
        Refusal: 400 for an unknown name, 406 if no offer fits.
    """
    chosen = _choose(offers, name, accept)
    if chosen is None:
        raise not_acceptable(offers)
    return chosen


def choose_formats(name: str | None, accept: str | None) -> tuple[ResponseFormat | None, ResponseFormat | None]:
    """Choose a format for rows and one for graphs.

    The kind of results is known only after parsing. A name that is unknown or does not fit is ignored in favour of
    ``Accept``: clients send one name for both kinds, or another server's name.

    Args:
        name: The value of ``?format=``.
        accept: The value of ``Accept``.

    Returns:
        The two formats; None for a kind of which the client accepts no format.

    Raises:
        Refusal: 406 if the client accepts no format of either kind.
    """
    rows, graph = (
        (name and named(_usual_name(name, others), offers)) or negotiate(accept, offers)
        for offers, others in ((ROW_OFFERS, _OTHER_NAMES_OF_ROWS), (GRAPH_OFFERS, _OTHER_NAMES_OF_GRAPHS))
    )
    if rows is None and graph is None:
        raise not_acceptable((*RESULT_FORMATS, *GRAPH_OFFERS))
    return rows, graph


def _usual_name(name: str, others: Mapping[str, str]) -> str:
    return others.get(name.strip().lower().replace(" ", "+"), name)  # an unescaped "+" arrives as a space


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
