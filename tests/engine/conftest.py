"""An engine over a small graph that is connected well enough to make bad queries bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.engine import Engine, EngineLimits
from kg.store import EmbeddedStore

NODES = 300
SPACE = "http://x.test/"
Start: TypeAlias = Callable[[EmbeddedStore, EngineLimits], Engine]


def ring() -> list[Quad]:
    """Nodes in a ring, each with a label; half of it again in a named graph."""
    quads = []
    for i in range(NODES):
        node, after = NamedNode(f"{SPACE}n{i}"), NamedNode(f"{SPACE}n{(i + 1) % NODES}")
        for graph in (DefaultGraph(), NamedNode(f"{SPACE}g{i % 10}")):
            quads.append(Quad(node, NamedNode(f"{SPACE}next"), after, graph))
            quads.append(Quad(node, NamedNode(f"{SPACE}label"), Literal(f'node {i}\n"}}}},{{"second line'), graph))
    return quads


@pytest.fixture
def start() -> Start:
    """How a test starts an engine of its own; in ``test_disk_image.py`` over a snapshot."""
    return Engine


@pytest.fixture
def store() -> EmbeddedStore:
    """The ring, in memory."""
    store = EmbeddedStore.in_memory()
    store.change(set(), set(ring()))
    return store


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine over the ring, with a short deadline. No test may leave it other than it was."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    with Engine(source, EngineLimits(deadline=2.0, memory=128 << 20, rows=1 << 40)) as started:
        yield started
