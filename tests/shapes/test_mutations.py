"""Takes every constraint of every shape away in turn: some example must then give another result.

That is how we know that each constraint is tested at all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import BlankNode, NamedNode, Triple

from kg.validate import compiled, read_shapes
from tests.shapes.examples import DSH, HERE, SH, Example, Fired, examples, fired
from tests.terms import value_of

_TARGETS = {SH + "targetClass", SH + "targetSubjectsOf", SH + "targetObjectsOf", SH + "targetNode"}
_NO_CONSTRAINT = {
    SH + name
    for name in (
        "alternativePath",
        "declare",
        "inversePath",
        "message",
        "namespace",
        "path",
        "prefix",
        "prefixes",
        "select",
        "severity",
    )
}
_NEEDS = {
    SH + "closed": SH + "ignoredProperties",
    SH + "qualifiedMaxCount": SH + "qualifiedValueShape",
    SH + "qualifiedValueShape": SH + "qualifiedMaxCount",
}


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


def closure(shapes: tuple[Triple, ...], shape: NamedNode) -> list[Triple]:
    """The triples of one shape and of everything that it points to."""
    waiting: list[NamedNode | BlankNode] = [shape]
    seen: set[NamedNode | BlankNode] = set()
    out: list[Triple] = []
    by_subject: dict[object, list[Triple]] = {}
    for triple in shapes:
        by_subject.setdefault(triple.subject, []).append(triple)
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for triple in by_subject.get(node, ()):
            out.append(triple)
            if isinstance(triple.object, NamedNode | BlankNode):
                waiting.append(triple.object)
    return out


def constraints(triples: list[Triple]) -> Iterator[Triple]:
    """The triples that say what must hold, or of what."""
    for triple in triples:
        predicate = triple.predicate.value
        if predicate.startswith(SH) and predicate not in _NO_CONSTRAINT:
            yield triple


def without(triples: list[Triple], removed: Triple) -> tuple[Triple, ...]:
    """The shapes without one constraint, and without the parameters that are ill-formed alone."""
    alone = _NEEDS.get(removed.predicate.value)
    return tuple(
        t for t in triples if t != removed and not (t.subject == removed.subject and t.predicate.value == alone)
    )


class Bench:
    """The examples of one shape, run against pieces of the shapes; by the fast engine, of which other tests show that
    it finds what the one finds that decides.
    """

    def __init__(self, shape: str, whole: list[Triple]) -> None:
        self._graphs = [(example, example.quads) for example in examples() if example.shape == shape]
        self._before = {str(example): fired(quads, tuple(whole), compiled.run) for example, quads in self._graphs}

    def notices(self, removed: Triple, rest: tuple[Triple, ...]) -> bool:
        """True when some example gives another result than before; those that name the shape are tried first."""
        name = value_of(removed.subject).removeprefix(DSH)
        ordered = sorted(self._graphs, key=lambda pair: _unlikely(pair[0], name, removed))
        return any(fired(quads, rest, compiled.run) != self._before[str(example)] for example, quads in ordered)


def _unlikely(example: Example, shape: str, removed: Triple) -> tuple[bool, bool]:
    wanted = removed.predicate.value.removeprefix(SH).lower()
    named: Fired = example.expected
    return (
        not any(name == shape and component.lower().startswith(wanted) for name, component, _ in named),
        not any(name == shape for name, _, _ in named),
    )


def node_shapes() -> list[str]:
    """The shapes that have targets: each has a folder of examples."""
    return sorted({value_of(t.subject).removeprefix(DSH) for t in read_shapes() if t.predicate.value in _TARGETS})


@pytest.mark.parametrize("shape", node_shapes())
def test_no_constraint_can_be_removed_unnoticed(shape: str, shapes: tuple[Triple, ...]) -> None:
    """For every constraint of the shape there is an example that needs it."""
    whole = closure(shapes, NamedNode(DSH + shape))
    bench = Bench(shape, whole)
    unnoticed = [
        f"{removed.subject} {removed.predicate} {removed.object}"
        for removed in constraints(whole)
        if not _belongs_elsewhere(removed, shape) and not bench.notices(removed, without(whole, removed))
    ]
    assert unnoticed == []


_SHARED = {
    "isEntity": "EventShape",
    "isAgent": "ClaimShape",
    "isClaim": "ContentShape",
    "isStatement": "LinkShape",
    "isEntityOrStated": "StatedEventShape",
    "isPlaceOrStated": "StatedEventShape",
    "isAgentOrStated": "StatedClaimShape",
    "isPlace": "StatedEventShape",
    "isStatedOnly": "StatedEventShape",
}
"""The shapes that others share, and in whose folder each is tested."""


def _belongs_elsewhere(removed: Triple, shape: str) -> bool:
    name = value_of(removed.subject).removeprefix(DSH).partition("-")[0]
    return _SHARED.get(name, shape) != shape


def test_every_shape_with_a_target_has_examples() -> None:
    """One folder a shape, with a good and a bad example, and no folder of a shape that is gone."""
    kinds: dict[str, set[bool]] = {}
    for example in examples():
        kinds.setdefault(example.shape, set()).add(example.is_good)
    assert sorted(kinds) == node_shapes()
    assert all(kind == {True, False} for kind in kinds.values())
    assert {path.parent for path in HERE.glob("*/*.trig")} == {HERE / shape for shape in node_shapes()}


def test_a_removed_constraint_is_noticed(shapes: tuple[Triple, ...]) -> None:
    """The bench can tell: without minCount, a claim without speaker passes."""
    whole = closure(shapes, NamedNode(DSH + "ClaimShape"))
    removed = next(
        t for t in whole if value_of(t.subject) == DSH + "ClaimShape-speaker" and t.predicate.value == SH + "minCount"
    )
    bench = Bench("ClaimShape", whole)
    assert bench.notices(removed, without(whole, removed))
    assert not bench.notices(removed, tuple(whole))
