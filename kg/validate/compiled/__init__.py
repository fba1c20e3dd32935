"""The fast engine: constraints compiled to functions over a graph in memory, queries compiled for Oxigraph.

It returns the same findings as pySHACL, which runs the unsupported constraints (``errors.NotCoveredError``).
docs/decisions/0003-validation-engine.md explains why it does not use SPARQL alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyoxigraph import Triple

from kg.validate.compiled import results, targets
from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.read import Reader
from kg.validate.compiled.results import ShapeResult
from kg.validate.compiled.shape import Shape
from kg.validate.report import Finding, Term, ValidationReport, in_order

__all__ = ["Compiled", "report_of", "run"]


def run(data: Iterable[Triple], shapes: Iterable[Triple]) -> ValidationReport:
    """Return the violations of ``shapes`` in ``data``. Raises the errors of the reference engine.

    Args:
        data: The triples of the data.
        shapes: The triples of the shapes.
    """
    return _compiled(tuple(shapes)).run(data)


@lru_cache(maxsize=8)
def _compiled(shapes: tuple[Triple, ...]) -> Compiled:
    """Compile shapes.

    The result is cached, because the same shapes run on many documents and their queries parse slowly.
    """
    return Compiled(shapes)


def report_of(findings: Iterable[Finding], shapes: Iterable[Triple]) -> tuple[Triple, ...]:
    """Return the SHACL report for findings of shapes with names, as ours have.

    Args:
        findings: The findings.
        shapes: The triples of the shapes.
    """
    return results.report_of(findings, _compiled(tuple(shapes)).graph)


class Compiled:
    """Compiled shapes for any number of graphs.

    ``covered`` are the compiled shapes with a target. ``left`` are the other ones, each with its unsupported part.
    """

    def __init__(self, shapes: Iterable[Triple]) -> None:
        self.triples = tuple(shapes)
        self.graph = Graph(self.triples)
        self.covered: dict[Term, Shape] = {}
        self.left: dict[Term, str] = {}
        reader = Reader(self.graph)
        for node in targets.targeting(self.graph):
            try:
                self.covered[node] = reader.shape(node, in_sets=True)
            except NotCoveredError as error:
                self.left[node] = str(error)

    def run(self, data: Iterable[Triple]) -> ValidationReport:
        """Return the violations of the shapes in ``data``. Raises the errors of the reference engine."""
        from kg.validate import pyshacl_engine
        from kg.validate.rdflib_terms import quiet_literals

        graph = Graph(data)
        found: list[ShapeResult] = []
        left = list(self.left)
        with quiet_literals():
            for node, shape in self.covered.items():
                try:
                    found += list(_results(shape, graph, targets.focus_nodes(self.graph, node, graph)))
                except NotCoveredError:
                    left.append(node)
        triples = results.triples_of(found, self.graph)
        findings = [result.finding for result in found]
        if left:
            rest = pyshacl_engine.run(graph.triples(), self._without_targets(set(self.covered) - set(left)))
            findings += rest.findings
            triples = results.merged(triples, rest.triples)
        return ValidationReport(findings=in_order(findings), triples=triples)

    def _without_targets(self, done: set[Term]) -> Iterator[Triple]:
        """Yield the triples of the shapes without the targets of shapes that have run."""
        classes = targets.implicit_class_types(self.graph)
        for triple in self.triples:
            is_target = triple.predicate in targets.DECLARATIONS or triple.object in classes
            if not (is_target and triple.subject in done):
                yield triple


def _results(shape: Shape, graph: Graph, foci: list[Term]) -> Iterator[ShapeResult]:
    """Yield the violations of a shape at nodes, and those of its property shapes at their values."""
    if not shape.active:
        return
    path, checks = shape.path, [(c, c.check) for c in shape.constraints if c.check is not None]
    inner: list[Term] = []
    for focus in foci:
        values = [focus] if path is None else path(graph, focus)
        for constraint, check in checks:
            for offence in check(graph, focus, values):
                yield ShapeResult(shape, constraint, focus, offence)
        if shape.properties:
            inner += values
    for constraint in shape.constraints:
        if constraint.set_check is not None:
            for focus, offence in constraint.set_check(graph, foci):
                yield ShapeResult(shape, constraint, focus, offence)
    for property_shape in shape.properties:
        yield from _results(property_shape, graph, inner)
