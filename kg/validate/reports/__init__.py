"""What a validation report is written as: one format a file, each a function from the report to its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from kg.validate.report import ValidationReport

Writer = Callable[[ValidationReport], str]


def _writer(name: str) -> Writer:
    """The ``write`` of one module of this package, imported when it is first called."""

    def write(report: ValidationReport) -> str:
        text: str = import_module(f"kg.validate.reports.{name}").write(report)
        return text

    return write


REPORTS: Mapping[str, Writer] = MappingProxyType({name: _writer(name) for name in ("human", "json", "turtle")})
"""The formats by the name that ``--format`` takes."""
