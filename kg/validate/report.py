"""What validation found, as plain values."""

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
    """Where in an article: code points ``start`` up to ``end`` (exclusive) of the text that ``sha256`` names.

    ``document`` is the article's id. Lines and columns count from 1, columns in UTF-16 code units as editors and SARIF
    count them; ``end_column`` is the one after the last. ``line_text`` is all of the line where the place begins.
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
    """One result: ``focus`` breaks the constraint ``component`` of ``shape``.

    ``shape`` and ``component`` are IRIs (``_:label`` where a shape has none); of a named SPARQL constraint, of which a
    shape may have several, ``shape`` is that constraint's own. ``path`` is a SPARQL property path
    with full IRIs, ``None`` where the focus itself is wrong; ``value`` is the offending value where there is one;
    ``message`` is the shape's own, written for whoever must mend the graph; ``severity`` is one of
    :data:`SEVERITIES`; ``place`` is where in an article it stands, where that is known.
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
        """By severity, then focus, shape, path, component, value: the order of every report."""
        rank = SEVERITIES.index(self.severity)
        return (rank, str(self.focus), self.shape, self.path or "", self.component, str(self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """The findings, worst first, and the same as the engine's own SHACL report graph (``triples``).

    ``files`` says in which file a text stands (its sha256 to a path), for reports that point at files; ``made`` when it
    was made, for those that tell the time; ``fail_on`` is the mildest severity that is a failure.
    """

    findings: tuple[Finding, ...]
    triples: tuple[Triple, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    made: datetime | None = None
    fail_on: str = "violation"

    @property
    def passes(self) -> bool:
        """True where nothing is as bad as ``fail_on``: what the words of every report and the exit code say."""
        return not self.at_least(self.fail_on)

    @property
    def conforms(self) -> bool:
        """As SHACL has it: nothing was found, not even a warning."""
        return not self.findings

    def at_least(self, severity: str) -> tuple[Finding, ...]:
        """The findings as bad as ``severity`` or worse, in order."""
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return tuple(finding for finding in self.findings if finding.severity in worst)

    def counts(self) -> dict[str, int]:
        """How many findings of each severity, zero included."""
        return {severity: sum(f.severity == severity for f in self.findings) for severity in SEVERITIES}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each once, in the order of every report."""
    return tuple(sorted(set(findings), key=lambda finding: finding.order))
