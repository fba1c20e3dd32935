"""What an update changes is found exactly, whatever happened to the graph before."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.engine.fork_server import _change
from kg.engine.quad_diff import Effect, Past, effect_of

PREFIX = "PREFIX x: <http://x.test/> "
NODES = st.sampled_from(["x:a", "x:b", "<http://x.test/c>", "x:d"])
OBJECTS = st.one_of(NODES, st.sampled_from(['"1"', "2", "3.50", "_:b", '"delete"']))
TRIPLES = st.tuples(NODES, NODES, OBJECTS).map(" ".join)
GRAPHS = st.sampled_from(["x:g", "<http://x.test/h>", "x:i"])
BLOCKS = st.one_of(TRIPLES, st.tuples(GRAPHS, TRIPLES).map(lambda t: f"GRAPH {t[0]} {{ {t[1]} }}"))
DATA = st.lists(BLOCKS, min_size=1, max_size=4).map(" . ".join)
OPERATIONS = st.one_of(
    DATA.map(lambda data: f"INSERT DATA {{ {data} }}"),
    DATA.map(lambda data: f"DELETE DATA {{ {data.replace('_:b', '1')} }}"),
    st.tuples(NODES, GRAPHS).map(lambda t: f"DELETE WHERE {{ GRAPH {t[1]} {{ {t[0]} ?p ?o }} }}"),
    NODES.map(lambda node: f"DELETE {{ ?s ?p {node} }} INSERT {{ {node} ?p ?s }} WHERE {{ ?s ?p {node} }}"),
    NODES.map(lambda node: f"DELETE {{ ?s {node} ?o }} INSERT {{ ?s {node} ?o }} WHERE {{ ?s {node} ?o }}"),
    NODES.map(lambda node: f"INSERT {{ GRAPH x:new {{ ?s ?p {node} }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
    st.tuples(st.sampled_from(["COPY", "MOVE", "ADD"]), GRAPHS, GRAPHS).map("{0[0]} SILENT {0[1]} TO {0[2]}".format),
    GRAPHS.map(lambda graph: f"CREATE SILENT GRAPH {graph}"),
    st.tuples(
        st.sampled_from(["CLEAR SILENT", "DROP SILENT"]),
        st.one_of(GRAPHS.map("GRAPH {}".format), st.sampled_from(["ALL", "NAMED", "DEFAULT"])),
    ).map(" ".join),
)
REQUESTS = st.lists(OPERATIONS, min_size=1, max_size=3).map(
    # Two operations of one request may not share a blank node.
    lambda operations: PREFIX + " ; ".join(text.replace("_:b", f"_:b{n}") for n, text in enumerate(operations))
)


def state(store: Store) -> tuple[set[Quad], set[object]]:
    """All that is in a store."""
    return set(store), set(store.named_graphs())


@settings(max_examples=150, deadline=None)
@given(requests=st.lists(REQUESTS, min_size=1, max_size=5))
def test_effect_is_the_difference_of_before_and_after(requests: list[str]) -> None:
    """Quads and named graphs that go and come, in a graph that has seen other changes: told of them, the image is what
    the worker's copy of it became."""
    effects: list[Effect] = []
    for text in requests:
        copy, past = told(effects)
        quads, graphs = state(copy)
        effect = effect_of(copy, text, lambda copy=copy, text=text: copy.update(text), past)  # type: ignore[misc]
        after, graphs_after = state(copy)
        assert effect.removed == quads - after
        assert effect.added == after - quads
        assert {NamedNode(name) for name in effect.dropped} == graphs - graphs_after
        effects.append(Effect.from_bytes(effect.to_bytes()))
        assert state(told(effects)[0]) == (after, graphs_after)


def told(effects: list[Effect]) -> tuple[Store, Past]:
    """The store of an image process that was told of these effects, and its past."""
    store, past = Store(), Past(held=0)
    for effect in effects:
        _change(store, effect, past)
    return store, past


@pytest.mark.parametrize(
    ("text", "removed", "added"),
    [
        ("INSERT DATA { <x:new> <x:p> 1 }", 0, 1),
        ("DELETE DATA { <http://x.test/7> <http://x.test/p> 7 }", 1, 0),
        ("PREFIX x: <http://x.test/> DELETE WHERE { x:7 ?p ?o }", 1, 0),
        ("DELETE { ?s ?p ?o } INSERT { ?s <x:q> ?o } WHERE { BIND(<http://x.test/7> AS ?s) ?s ?p ?o }", 1, 1),
    ],
)
def test_small_change_of_a_large_graph_is_found_quickly(text: str, removed: int, added: int) -> None:
    """Not every quad is looked at: it takes a small part of the work that going through 30,000 quads is."""
    store, predicate = Store(), NamedNode("http://x.test/p")
    store.bulk_extend(Quad(NamedNode(f"http://x.test/{i}"), predicate, Literal(i)) for i in range(30_000))
    begin = time.process_time()
    assert sum(quad in store for quad in store) == 30_000
    every = time.process_time() - begin
    begin = time.process_time()
    effect = effect_of(store, text, lambda: store.update(text), Past(held=30_000))
    assert (len(effect.removed), len(effect.added)) == (removed, added)
    assert time.process_time() - begin < every / 2
