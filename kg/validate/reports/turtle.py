"""The SHACL report graph, as the engine gave it, in Turtle."""

from __future__ import annotations

from io import BytesIO

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, serialize

from kg.validate.report import ValidationReport

# One only: pyoxigraph writes several in no fixed order.
_PREFIXES = {"sh": "http://www.w3.org/ns/shacl#"}


def write(report: ValidationReport) -> str:
    """A ``sh:ValidationReport``, the same text each time."""
    return serialized(report, RdfFormat.TURTLE, _PREFIXES)


def serialized(report: ValidationReport, kind: RdfFormat, prefixes: dict[str, str] | None = None) -> str:
    """The report graph in an RDF format; blank nodes have canonical names, so that equal reports are equal texts."""
    dataset = Dataset(Quad(*triple) for triple in report.triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    out = BytesIO()
    serialize(sorted((quad.triple for quad in dataset), key=str), out, format=kind, prefixes=prefixes)
    return out.getvalue().decode()
