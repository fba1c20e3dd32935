"""The W3C SHACL test suite, wherever it lies: its cases, and whether a report is the one that a case expects.

Nothing of the suite is here: ``make conformance SHACL_SUITE=FOLDER`` names the folder that holds it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from kg.validate.compiled.graph import Graph
from kg.validate.compiled.names import FIRST, REST, TYPE, sh
from kg.validate.engines import Engine
from kg.validate.files import read_quads
from kg.validate.merged_graph import placed
from kg.validate.report import Term

VARIABLE = "SHACL_SUITE"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
FAILURE = NamedNode(SHT + "Failure")

# What a report must agree in (data-shapes-test-suite, "Validation test"): messages and details are each engine's own.
_COMPARED = tuple(
    map(sh, ("focusNode", "resultPath", "resultSeverity", "sourceConstraintComponent", "sourceShape", "value"))
)
_OF_PATHS = (
    FIRST,
    REST,
    *map(sh, ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One test: the data, the shapes, and the report it expects (``None``: an error)."""

    name: str
    data: Path
    shapes: Path
    expected: frozenset[Triple] | None

    def __str__(self) -> str:
        return self.name


def suite() -> Path | None:
    """The folder that holds the suite; ``None`` where the variable names none. Raises where it holds no suite."""
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    found = sorted(Path(name).rglob("core/manifest.ttl"))
    if not found:
        raise FileNotFoundError(f"{VARIABLE}={name}: no SHACL test suite here (core/manifest.ttl)")
    return found[0].parent.parent


def cases(manifest: Path) -> Iterator[Case]:
    """The cases of a manifest and of those that it includes, in order."""
    graph = Graph(quad.triple for quad in read_quads(manifest))
    here = NamedNode(manifest.resolve().as_uri())
    for included in sorted(graph.objects(here, NamedNode(MF + "include")), key=str):
        yield from cases(_path(included))
    for entries in graph.objects(here, NamedNode(MF + "entries")):
        for entry in graph.items(entries) or ():
            yield _case(graph, entry, manifest)


def _case(graph: Graph, entry: Term, manifest: Path) -> Case:
    action, result = graph.value(entry, NamedNode(MF + "action")), graph.value(entry, NamedNode(MF + "result"))
    assert action is not None
    assert result is not None
    data, shapes = (graph.value(action, NamedNode(SHT + kind)) for kind in ("dataGraph", "shapesGraph"))
    return Case(
        name=f"{manifest.parent.name}/{manifest.stem}",
        data=_path(data),
        shapes=_path(shapes),
        expected=None if result == FAILURE else compared(graph, result),
    )


def _path(node: Term | None) -> Path:
    assert isinstance(node, NamedNode)
    return Path(node.value.removeprefix("file://"))


def report_of(case: Case, engine: Engine) -> frozenset[Triple]:
    """What the engine reports, as far as it is compared. Raises InputError where it gives an error."""
    data = placed(read_quads(case.data))
    return _compared(engine(data, [quad.triple for quad in read_quads(case.shapes)]).triples)


def read_report(path: Path) -> frozenset[Triple]:
    """The report in a file, as far as it is compared."""
    return _compared(quad.triple for quad in read_quads(path))


def _compared(triples: Iterable[Triple]) -> frozenset[Triple]:
    graph = Graph(triples)
    (node,) = graph.subjects(TYPE, sh("ValidationReport"))
    return compared(graph, node)


def compared(graph: Graph, report: Term) -> frozenset[Triple]:
    """The part of a report that is compared, its blank nodes named canonically."""
    assert not isinstance(report, Literal)
    kept = [Triple(report, sh("conforms"), value) for value in graph.objects(report, sh("conforms"))]
    for result in graph.objects(report, sh("result")):
        assert not isinstance(result, Literal)
        kept.append(Triple(report, sh("result"), result))
        for predicate in _COMPARED:
            for value in graph.objects(result, predicate):
                own, path = _own_copy(graph, value) if predicate == sh("resultPath") else (value, [])
                kept += [Triple(result, predicate, own), *path]
    dataset = Dataset(Quad(*triple) for triple in kept)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(quad.triple for quad in dataset)


def _own_copy(graph: Graph, path: Term) -> tuple[Term, list[Triple]]:
    """The suite writes a path anew for each result, engines write it once for all: each result gets a copy."""
    if not isinstance(path, BlankNode):
        return path, []
    node, triples = BlankNode(), []
    for predicate in _OF_PATHS:
        for value in graph.objects(path, predicate):
            copy, more = _own_copy(graph, value)
            triples += [Triple(node, predicate, copy), *more]
    return node, triples
