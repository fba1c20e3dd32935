"""Serializations of a validation report: one module for each format, with a function from the report to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from kg.validate.report import ValidationReport
from kg.workflow import defused, defused_json, defused_markup, defused_own, printable

_NAMES = ("human", "json", "csv", "turtle", "jsonld", "sarif", "junit", "github", "markdown", "html")

_DEFUSED: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "human": defused,
        "github": defused_own,
        **dict.fromkeys(("junit", "markdown", "html"), defused_markup),
        **dict.fromkeys(("json", "jsonld", "sarif"), defused_json),
    }
)
"""Functions that keep article text from acting as commands of a CI service.

Other formats cannot begin a line with one.
"""

_FOR_TERMINALS = ("human", "github", "markdown")
"""Formats in which a control character of a message would reach a terminal. JSON, XML and HTML escape or drop it."""

Writer = Callable[[ValidationReport], str]


def _as_it_is(text: str) -> str:
    return text


def _writer(name: str) -> Writer:
    """Return the ``write`` function of a module, which is imported on the first call."""

    def write(report: ValidationReport) -> str:
        text: str = import_module(f"kg.validate.reports.{name}").write(report)
        return _DEFUSED.get(name, _as_it_is)(printable(text) if name in _FOR_TERMINALS else text)

    return write


REPORTS: Mapping[str, Writer] = MappingProxyType({name: _writer(name) for name in _NAMES})
"""The formats by their name in ``--format``."""

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
"""The format of a report file by the ending of its name."""
