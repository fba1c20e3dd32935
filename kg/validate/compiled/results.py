"""Results of validation, as findings and as triples of a SHACL report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.validate.compiled import paths
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.names import TYPE, XSD, sh
from kg.validate.compiled.shape import Constraint, Offence, Shape
from kg.validate.report import Finding, Term

_SEVERITIES: dict[Term, str] = {sh("Violation"): "violation", sh("Warning"): "warning", sh("Info"): "info"}
_VARIABLE = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class ShapeResult:
    """One offence with its shape, constraint and focus node."""

    shape: Shape
    constraint: Constraint
    focus: Term
    offence: Offence

    @property
    def finding(self) -> Finding:
        """The result as a finding."""
        source = self.constraint.node if isinstance(self.constraint.node, NamedNode) else self.shape.node
        return Finding(
            shape=source.value if isinstance(source, NamedNode) else str(source),
            focus=self.focus,
            path=f"<{self.offence.path.value}>" if self.offence.path is not None else self.shape.path_text,
            value=self.offence.value,
            message=" ".join(sorted(self.messages)),
            # SHACL allows custom severities: an unknown one counts as a violation.
            severity=_SEVERITIES.get(self.shape.severity, "violation"),
            component=self.component.value,
        )

    @property
    def component(self) -> NamedNode:
        """The IRI of the constraint component."""
        return sh(f"{self.constraint.component}ConstraintComponent")

    @property
    def messages(self) -> set[str]:
        """The texts of the shape and of its SPARQL constraint, with variables replaced."""
        texts = {text.value for text in (*self.constraint.messages, *self.shape.messages)}
        if self.constraint.node is None:
            return texts or {f"This breaks the sh:{_parameter(self.constraint.component)} of the shape."}
        bindings = {name: term.value for name, term in self.offence.bindings}
        return {_VARIABLE.sub(lambda m: bindings.get(m[1], m[0]), text) for text in texts}

    def triples(self, shapes: Graph) -> Iterator[Triple]:
        """Yield the triples of a ``sh:ValidationResult`` in the report ``REPORT``."""
        return _triples(
            shapes,
            {
                "focusNode": self.focus,
                "value": self.offence.value,
                "resultPath": self.offence.path or self.shape.path_node,
                "resultSeverity": self.shape.severity,
                "sourceConstraintComponent": self.component,
                "sourceShape": self.shape.node,
                "sourceConstraint": self.constraint.node,
            },
            self.messages,
        )


def _triples(shapes: Graph, about: dict[str, Term | None], messages: Iterable[str]) -> Iterator[Triple]:
    node = BlankNode()
    yield Triple(REPORT, sh("result"), node)
    yield Triple(node, TYPE, sh("ValidationResult"))
    for name, value in about.items():
        if value is not None:
            copy, more = paths.copied(shapes, value) if name == "resultPath" else (value, iter(()))
            yield Triple(node, sh(name), copy)
            yield from more
    for text in messages:
        yield Triple(node, sh("resultMessage"), Literal(text))


REPORT = BlankNode("report")


def report(conforms: bool) -> Iterator[Triple]:
    """Yield the triples of a SHACL report besides its results."""
    yield Triple(REPORT, TYPE, sh("ValidationReport"))
    yield Triple(REPORT, sh("conforms"), Literal(str(conforms).lower(), datatype=NamedNode(XSD + "boolean")))


def _parameter(component: str) -> str:
    return component[0].lower() + component[1:]


def triples_of(results: Iterable[ShapeResult], shapes: Graph) -> tuple[Triple, ...]:
    """Return the triples of the complete SHACL report.

    Args:
        results: The results.
        shapes: The shapes graph.
    """
    found = [triple for result in results for triple in result.triples(shapes)]
    return (*report(not found), *found)


def merged(one: tuple[Triple, ...], other: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """Merge two reports.

    Args:
        one: The triples of our report.
        other: The triples of the reference engine's report.
    """
    own = {*report(True), *report(False)}
    results = [t for t in one if t not in own]
    conforms, found = _taken_apart(other)
    return (*report(not results and conforms), *results, *found)


def _taken_apart(other: tuple[Triple, ...]) -> tuple[bool, list[Triple]]:
    """Return whether a report conforms, and its other triples on the node of our own report."""
    root = next(t.subject for t in other if t.predicate == TYPE and t.object == sh("ValidationReport"))
    conforms = [t.object for t in other if t.subject == root and t.predicate == sh("conforms")]
    fresh = [Triple(REPORT, t.predicate, t.object) if t.subject == root else t for t in other]
    found = [t for t in fresh if not (t.subject == REPORT and t.predicate in (TYPE, sh("conforms")))]
    return all(getattr(value, "value", "") in ("true", "1") for value in conforms), found


def report_of(findings: Iterable[Finding], shapes: Graph) -> tuple[Triple, ...]:
    """Return the triples of the SHACL report for findings of shapes with names.

    Args:
        findings: The findings.
        shapes: The shapes graph.
    """
    found = [triple for finding in findings for triple in _of_finding(finding, shapes)]
    return (*report(not found), *found)


def _of_finding(finding: Finding, shapes: Graph) -> Iterator[Triple]:
    named = NamedNode(finding.shape)
    holders = shapes.subjects(sh("sparql"), named)
    source = holders[0] if holders else named
    path = shapes.value(source, sh("path"))
    if path is None and finding.path is not None:
        path = NamedNode(finding.path.strip("<>"))
    about: dict[str, Term | None] = {
        "focusNode": finding.focus,
        "value": finding.value,
        "resultPath": path,
        "resultSeverity": next(iri for iri, name in _SEVERITIES.items() if name == finding.severity),
        "sourceConstraintComponent": NamedNode(finding.component),
        "sourceShape": source,
        "sourceConstraint": named if holders else None,
    }
    return _triples(shapes, about, [finding.message])
