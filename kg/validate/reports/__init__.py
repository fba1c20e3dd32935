"""What a validation report is written as: one format a file, each a function from the report to its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from kg.validate.report import ValidationReport

_NAMES = ("human", "json", "csv", "turtle", "jsonld", "sarif", "junit", "github", "markdown", "html")

Writer = Callable[[ValidationReport], str]


def _writer(name: str) -> Writer:
    """The ``write`` of one module of this package, imported when it is first called."""

    def write(report: ValidationReport) -> str:
        text: str = import_module(f"kg.validate.reports.{name}").write(report)
        return text

    return write


REPORTS: Mapping[str, Writer] = MappingProxyType({name: _writer(name) for name in _NAMES})
"""The formats by the name that ``--format`` takes."""

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "human",
        ".json": "json",
        ".csv": "csv",
        ".ttl": "turtle",
        ".jsonld": "jsonld",
        ".sarif": "sarif",
        ".xml": "junit",
        ".md": "markdown",
        ".html": "html",
    }
)
"""The format that the ending of a report file's name stands for."""
