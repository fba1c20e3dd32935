"""The engine's SHACL report graph in JSON-LD."""

from __future__ import annotations

from pyoxigraph import RdfFormat

from kg.validate.report import ValidationReport
from kg.validate.reports.turtle import serialized


def write(report: ValidationReport) -> str:
    """Return a ``sh:ValidationReport`` as expanded JSON-LD with full IRIs. Equal reports have equal texts."""
    return serialized(report, RdfFormat.JSON_LD) + "\n"
