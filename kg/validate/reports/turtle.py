"""The engine's SHACL report graph in Turtle."""

from __future__ import annotations

from io import BytesIO

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, serialize

from kg.validate.report import ValidationReport

# One prefix only: pyoxigraph writes several in random order.
_PREFIXES = {"sh": "http://www.w3.org/ns/shacl#"}


def write(report: ValidationReport) -> str:
    """Return a ``sh:ValidationReport``. Equal reports have equal texts."""
    return serialized(report, RdfFormat.TURTLE, _PREFIXES)


def serialized(report: ValidationReport, kind: RdfFormat, prefixes: dict[str, str] | None = None) -> str:
    """Serialize the report graph with canonical blank nodes, so that equal reports have equal texts.

    Args:
        report: The report.
        kind: The RDF format.
        prefixes: The prefixes, for formats with prefixes.
    """
    dataset = Dataset(Quad(*triple) for triple in report.triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    out = BytesIO()
    serialize(sorted((quad.triple for quad in dataset), key=str), out, format=kind, prefixes=prefixes)
    return out.getvalue().decode()
