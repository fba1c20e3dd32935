"""The formats an answer can be written in, in the server's order of preference.

A type that is only another name (``application/json`` for JSON results) is an offer of its own, so that the answer's
``Content-Type`` is always one the client named. What can be written is what the engine writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

from kg.web.negotiation import Offer, negotiate
from kg.web.problems import Refusal, not_acceptable
from kg.web.queryable import Results

_UTF8: Final = MappingProxyType({"charset": "utf-8"})
_CSV: Final = MappingProxyType({"charset": "utf-8", "header": "present"})
_NONE: Final[MappingProxyType[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Format(Offer):
    """An offer with the name that ``?format=`` knows it by, and the engine's format; None is the page for people."""

    name: str = ""
    engine: QueryResultsFormat | RdfFormat | None = None

    def write(self, results: Results) -> bytes:
        """The whole answer in this format; only for an offer that fits the kind of results."""
        return results.serialize(format=self.engine) or b""  # type: ignore[arg-type]


HTML: Final = Format("text/html", _UTF8, "html")

RESULT_FORMATS: Final = (
    Format("application/sparql-results+json", _NONE, "json", QueryResultsFormat.JSON),
    Format("application/sparql-results+xml", _NONE, "xml", QueryResultsFormat.XML),
    Format("text/csv", _CSV, "csv", QueryResultsFormat.CSV),
    Format("text/tab-separated-values", _UTF8, "tsv", QueryResultsFormat.TSV),
    Format("application/json", _NONE, "json", QueryResultsFormat.JSON),
    Format("application/xml", _NONE, "xml", QueryResultsFormat.XML),
    Format("text/xml", _UTF8, "xml", QueryResultsFormat.XML),
)
"""For SELECT and ASK."""

GRAPH_FORMATS: Final = (
    Format("text/turtle", _UTF8, "turtle", RdfFormat.TURTLE),
    Format("application/n-triples", _NONE, "ntriples", RdfFormat.N_TRIPLES),
    Format("application/ld+json", _NONE, "jsonld", RdfFormat.JSON_LD),
    Format("application/rdf+xml", _NONE, "rdfxml", RdfFormat.RDF_XML),
    Format("application/trig", _NONE, "trig", RdfFormat.TRIG),
    Format("application/n-quads", _NONE, "nquads", RdfFormat.N_QUADS),
    Format("text/n3", _UTF8, "n3", RdfFormat.N3),
    Format("application/x-turtle", _NONE, "turtle", RdfFormat.TURTLE),
    Format("application/json", _NONE, "jsonld", RdfFormat.JSON_LD),
    Format("application/xml", _NONE, "rdfxml", RdfFormat.RDF_XML),
    Format("text/xml", _UTF8, "rdfxml", RdfFormat.RDF_XML),
    Format("text/plain", _UTF8, "ntriples", RdfFormat.N_TRIPLES),
)
"""For CONSTRUCT and DESCRIBE, and for descriptions of things."""

FORMAT_NAMES: Final = tuple(dict.fromkeys(offer.name for offer in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)))
"""What ``?format=`` understands, besides media types."""


def offers_for(results: Results) -> tuple[Format, ...]:
    """The formats these results can be written in."""
    return (*(GRAPH_FORMATS if isinstance(results, QueryTriples) else RESULT_FORMATS), HTML)


def named(name: str, offers: tuple[Format, ...]) -> Format | None:
    """The first offer of that name or media type; None when there is none."""
    wanted = name.strip().lower()
    return next((offer for offer in offers if wanted in (offer.name, offer.media_type)), None)


def choose_format(offers: tuple[Format, ...], name: str | None, accept: str | None) -> Format:
    """``?format=`` before ``Accept``. Raises Refusal: 400 for a name nobody knows, 406 for one that does not fit."""
    if name is None:
        chosen = negotiate(accept, offers)
    elif named(name, (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)):
        chosen = named(name, offers)
    else:
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "unknown-format",
            f"There is no format {name!r}. There are: {', '.join(FORMAT_NAMES)}.",
        )
    if chosen is None:
        raise not_acceptable(offers)
    return chosen
