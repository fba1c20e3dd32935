"""The SHACL report graph, as the engine gave it, in JSON-LD."""

from __future__ import annotations

from pyoxigraph import RdfFormat

from kg.validate.report import ValidationReport
from kg.validate.reports.turtle import serialized


def write(report: ValidationReport) -> str:
    """A ``sh:ValidationReport`` as expanded JSON-LD with full IRIs, the same text each time."""
    return serialized(report, RdfFormat.JSON_LD) + "\n"
