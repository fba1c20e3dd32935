"""The fast engine: each constraint compiled to a function over a graph in memory, queries to one each for Oxigraph.

It gives the findings that pySHACL gives; what it does not cover pySHACL does (``errors.NotCoveredError``).
docs/decisions/0003-validation-engine.md says why it is not SPARQL all the way.
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
    """Everything in ``data`` that breaks ``shapes``. Raises as the reference engine does."""
    return _compiled(tuple(shapes)).run(data)


@lru_cache(maxsize=8)
def _compiled(shapes: tuple[Triple, ...]) -> Compiled:
    """Kept, since the same shapes are run on document after document, and their queries take long to parse."""
    return Compiled(shapes)


def report_of(findings: Iterable[Finding], shapes: Iterable[Triple]) -> tuple[Triple, ...]:
    """The SHACL report that says what the findings say. The shapes have names, as ours do."""
    return results.report_of(findings, _compiled(tuple(shapes)).graph)


class Compiled:
    """Shapes, ready to be run on any number of graphs.

    ``covered`` are the shapes with a target that are compiled, ``left`` the others, each with what is not covered.
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
        """Everything in ``data`` that breaks the shapes. Raises as the reference engine does."""
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
        """The shapes as they are, but those that are done have no target any more."""
        classes = targets.implicit_class_types(self.graph)
        for triple in self.triples:
            is_target = triple.predicate in targets.DECLARATIONS or triple.object in classes
            if not (is_target and triple.subject in done):
                yield triple


def _results(shape: Shape, graph: Graph, foci: list[Term]) -> Iterator[ShapeResult]:
    """What breaks a shape at these nodes, and at their values what breaks its property shapes."""
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
