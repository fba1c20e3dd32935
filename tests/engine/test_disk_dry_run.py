"""What an update changes is worked out over a graph that can only be read, as if it had been made."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from kg.engine import Effect, Update
from kg.engine.disk_dry_run import effect_of
from kg.engine.update_operations import operations
from kg.errors import UpdateFailed
from tests.engine.test_quad_diff import OPERATIONS, PREFIX, REQUESTS, state, told

DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
SPACE = "http://x.test/"
ONE_OPERATION = OPERATIONS.map(lambda text: PREFIX + text)


def x(name: str) -> NamedNode:
    """A name in the space of the tests."""
    return NamedNode(SPACE + name)


def made(store: Store, text: str) -> None:
    """Have an update made by the engine itself, and compare with what was worked out before."""
    quads, graphs = state(store)
    effect = effect_of(store, Update(text=text))
    assert state(store) == (quads, graphs)
    store.update(text)
    after, graphs_after = state(store)
    assert effect.removed == quads - after
    assert without_labels(effect.added) == without_labels(after - quads)
    assert {NamedNode(name) for name in effect.dropped} == graphs - graphs_after
    assert {NamedNode(name) for name in effect.created} == graphs_after - graphs


def without_labels(quads: frozenset[Quad] | set[Quad]) -> list[str]:
    """Quads, whatever blank nodes are called."""

    def name(term: object) -> str:
        return "_" if isinstance(term, BlankNode) else str(term)

    return sorted(" ".join(map(name, (q.subject, q.predicate, q.object, q.graph_name))) for q in quads)


@settings(max_examples=100, deadline=None)
@given(before=st.lists(ONE_OPERATION, max_size=4), text=REQUESTS)
def test_effect_is_what_the_engine_does(before: list[str], text: str) -> None:
    """For any update; only one with WHERE after a change of the same request is refused."""
    store = Store()
    for earlier in before:
        store.update(earlier)
    try:
        made(store, text)
    except UpdateFailed:
        assert "WHERE" in text
        assert ";" in text


@pytest.mark.parametrize(
    "text",
    [
        "DELETE { ?s ?p ?o } INSERT { ?s <x:q> ?o , ?o } WHERE { ?s ?p ?o FILTER(?o < 2 && '}' != \"{\") } # {",
        "WITH x:g DELETE { ?s ?p ?o } INSERT { ?s ?p 'new' . GRAPH x:h { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "INSERT { ?s x:from ?g } USING NAMED x:g WHERE { GRAPH ?g { ?s ?p ?o } }",
        "INSERT { GRAPH ?g { ?s x:seen true } } USING x:g USING NAMED x:h WHERE { ?s ?p ?o GRAPH ?g { ?s ?q ?o } }",
        "WITH x:g INSERT { ?s x:all ?g } USING x:h WHERE { ?s ?p ?o . BIND(1 AS ?g) }",
        "INSERT { ?s x:note [ x:of ?o ] } WHERE { ?s ?p ?o }",
        "INSERT { x:a x:b x:c } WHERE {}",
        "INSERT { x:a x:b ?nothing . x:a x:c 01 } WHERE { ?s ?p ?o }",
        "DELETE WHERE { GRAPH ?g { x:a ?p ?o } ?s ?q x:b }",
        "DELETE { ?s ?p ?o } WHERE { { SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?o LIMIT 1 } }",
        'insert data{x:a x:b """}{""" , \'\\\'}\' . graph x:new {x:a x:b <<(x:a x:b 1.0)>>}}',
        "DELETE DATA { x:a x:b 1.0 }; INSERT DATA { x:a x:b 1 }; DELETE DATA { x:a x:b 1 }",
        "BASE <http://x.test/> PREFIX y: <h#> INSERT { <rel> y:p ?o } WHERE { ?s ?p ?o }",
        "CREATE GRAPH x:new; DROP GRAPH x:g; INSERT DATA { GRAPH x:g { x:a x:b x:c } }; CLEAR SILENT GRAPH x:no",
        "MOVE x:g TO DEFAULT; COPY DEFAULT TO x:h; ADD SILENT x:no TO x:h; DROP ALL",
        "LOAD SILENT <http://x.test/file> INTO GRAPH x:g",
        "INSERT { ?b x:named ?l . ?l ?b ?l } WHERE { ?b x:label ?l }",
    ],
)
def test_each_form_is_taken_apart(text: str) -> None:
    """Templates, datasets, blank nodes, triple terms, strings with braces, whole graphs."""
    store = Store()
    for graph in (DefaultGraph(), x("g"), x("h")):
        store.add(
            Quad(x("a"), x("b"), Literal("1.0", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")), graph)
        )
        store.add(Quad(x("a"), x("b"), x("b"), graph))
        store.add(Quad(BlankNode("n"), x("label"), Literal('}{ "\\ \n'), graph))
        store.add(Quad(x("c"), x("b"), Literal(1), graph))
    try:
        made(store, PREFIX + text)
    except OSError:
        assert "LOAD" in text  # the engine itself tries to reach the server


@pytest.mark.parametrize("text", ["CREATE GRAPH x:g", "DROP GRAPH x:no", "CLEAR GRAPH x:no", "MOVE x:no TO x:h"])
def test_what_cannot_be_made_is_refused(text: str) -> None:
    """As by the engine itself, which says why."""
    store = Store()
    store.add(Quad(x("a"), x("b"), x("c"), x("g")))
    with pytest.raises(UpdateFailed, match=r"already exists|does not exist"):
        effect_of(store, Update(text=PREFIX + text))
    with pytest.raises((OSError, RuntimeError)):
        store.update(PREFIX + text)


def test_where_after_a_change_is_refused_by_name() -> None:
    """It would have to see the change; the way out is named."""
    with pytest.raises(UpdateFailed, match="a request of its own"):
        effect_of(Store(), Update(text="INSERT DATA { <x:a> <x:b> 1 }; INSERT { ?s <x:c> 2 } WHERE { ?s ?p 1 }"))


def test_wrong_text_has_the_parsers_message() -> None:
    """It is parsed as a whole first."""
    with pytest.raises((SyntaxError, ValueError), match="error at"):
        effect_of(Store(), Update(text="INSERT DATA { <x:a> }"))


def test_effect_can_be_told() -> None:
    """What was worked out leads the image of another engine to the same graph."""
    store = Store()
    store.add(Quad(x("a"), x("b"), x("c"), x("g")))
    effect = effect_of(store, Update(text=PREFIX + "MOVE x:g TO x:h"))
    assert state(told([Effect(added=frozenset(store)), effect])[0])[0] == {Quad(x("a"), x("b"), x("c"), x("h"))}


def test_operations_keep_their_prologue() -> None:
    """A declaration holds for all that come after it, and for none before."""
    text = "INSERT DATA { <x:a> <x:b> 1 } ; PREFIX x: <x:> DELETE WHERE { x:a ?p ?o } ; PREFIX y: <y:> CLEAR GRAPH y:g"
    found = [(what.name, what.prologue) for what in operations(text)]
    assert found == [
        ("INSERT DATA", ""),
        ("DELETE WHERE", "PREFIX x: <x:>\n"),
        ("CLEAR", "PREFIX x: <x:>\nPREFIX y: <y:>\n"),
    ]
