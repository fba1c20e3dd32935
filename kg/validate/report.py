"""Findings and reports of validation as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal

SEVERITIES = ("violation", "warning", "info")
"""From worst to mildest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLocation:
    """A range of an article: code points ``start`` to ``end`` (exclusive) of the text with hash ``sha256``.

    ``document`` is the article's id. Lines and columns count from 1, columns in UTF-16 code units as in editors and
    SARIF. ``end_column`` is the column after the last one. ``line_text`` is the complete line of the start.
    """

    document: str
    version: str
    sha256: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    line_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result: ``focus`` violates the constraint ``component`` of ``shape``.

    ``shape`` and ``component`` are IRIs (``_:label`` for a shape without one). For a named SPARQL constraint, ``shape``
    is the IRI of the constraint. ``path`` is a SPARQL property path with full IRIs; None if the focus itself is wrong.
    ``value`` is the offending value, if any. ``message`` is the shape's message for the editor of the graph.
    ``severity`` is one of :data:`SEVERITIES`. ``place`` is the position in an article, if known.
    """

    shape: str
    focus: Term
    path: str | None
    value: Term | None
    message: str
    severity: str
    component: str
    place: TextLocation | None = None

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """Sort key of every report: severity, focus, shape, path, component, value."""
        rank = SEVERITIES.index(self.severity)
        return (rank, str(self.focus), self.shape, self.path or "", self.component, str(self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """The findings, worst first, and the engine's SHACL report graph (``triples``).

    ``files`` maps the sha256 of a text to its file. ``made`` is the time of the report. ``fail_on`` is the mildest
    severity that fails.
    """

    findings: tuple[Finding, ...]
    triples: tuple[Triple, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    made: datetime | None = None
    fail_on: str = "violation"

    @property
    def passes(self) -> bool:
        """Whether no finding is as severe as ``fail_on``.

        It decides the words of every report and the exit code.
        """
        return not self.at_least(self.fail_on)

    @property
    def conforms(self) -> bool:
        """Whether there is no finding at all, as SHACL defines it."""
        return not self.findings

    def at_least(self, severity: str) -> tuple[Finding, ...]:
        """Return the findings of ``severity`` or worse, in order."""
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return tuple(finding for finding in self.findings if finding.severity in worst)

    def counts(self) -> dict[str, int]:
        """Return the number of findings of each severity, including zero."""
        return {severity: sum(f.severity == severity for f in self.findings) for severity in SEVERITIES}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the distinct findings in the order of every report."""
    return tuple(sorted(set(findings), key=lambda finding: finding.order))
