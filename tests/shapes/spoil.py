"""Pieces of the article in ``world.trig`` and the edits that spoil them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from tests.shapes.turtle_text import BASE, PREFIXES

HERE = Path(__file__).resolve().parent

VERSION = "doc/27d3d423d41b7f34"
_HEAD = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())

Graph = set[Quad]
Edit = Callable[[Graph, NamedNode], Graph]


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad example: what is wrong, which constraints must fire (``1 ClaimShape-speaker MinCount``), the edits."""

    name: str
    fires: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of one shape.

    ``good`` by name: the things each shows, and edits that add to them; ``base`` is the thing that the bad ones spoil.
    """

    good: dict[str, list[str | Edit]]
    base: str
    bad: tuple[Bad, ...] = field(default=())


def iri(text: str) -> NamedNode:
    """``V/run`` and ``entity/place/porto`` as full IRIs."""
    path = VERSION + text[1:] if text[:1] == "V" and text[1:2] in ("", "/", "#") else text
    return NamedNode(BASE + path)


def quads(text: str) -> Graph:
    """The quads of a piece of TriG; ``<V/run>`` is the run of the version."""
    return set(parse((_HEAD + text.replace("<V", f"<{VERSION}")).encode(), format=RdfFormat.TRIG))


def world() -> Graph:
    """Everything in ``world.trig``."""
    return set(parse(path=HERE / "world.trig", format=RdfFormat.TRIG))


def piece(everything: Graph, things: Iterable[str]) -> Graph:
    """``things`` and all that they point to, directly or not; an event with the fact that describes it."""
    waiting, seen, out = [iri(t) for t in things], set(), set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for quad in everything:
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.endswith("/entities"):
                continue
            if node in (quad.subject, quad.graph_name):
                out.add(quad)
                waiting += [t for t in (quad.subject, quad.object, quad.graph_name) if isinstance(t, NamedNode)]
            if quad.object == node and quad.predicate.value.endswith("#describes"):
                assert isinstance(quad.subject, NamedNode)
                waiting.append(quad.subject)
    return out


def _graph_of(graph: Graph, node: NamedNode) -> NamedNode | DefaultGraph:
    name = next(quad.graph_name for quad in graph if quad.subject == node)
    assert isinstance(name, NamedNode | DefaultGraph)
    return name


def _predicate(short: str) -> NamedNode:
    prefix, _, local = short.partition(":")
    return (
        NamedNode(PREFIXES[prefix] + local)
        if short != "a"
        else NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    )


def without(predicate: str, *values: str, of: str = "") -> Edit:
    """Takes the values of ``predicate`` away (only ``values`` where given) from the focus, or from ``of``."""

    def edit(graph: Graph, focus: NamedNode) -> Graph:
        node = iri(of) if of else focus
        gone = _predicate(predicate)
        only = {quad.object for value in values for quad in quads(f"<s> <p> {value} .")}
        return {q for q in graph if not (q.subject == node and q.predicate == gone and (not only or q.object in only))}

    return edit


def also(predicate: str, *values: str, of: str = "") -> Edit:
    """Adds values, written as in Turtle, to the focus, or to ``of``, in the graph where it stands."""

    def edit(graph: Graph, focus: NamedNode) -> Graph:
        node = iri(of) if of else focus
        place = _graph_of(graph, node)
        new = {quad.object for value in values for quad in quads(f"<s> <p> {value} .")}
        return graph | {Quad(node, _predicate(predicate), value, place) for value in new}

    return edit


def instead(predicate: str, *values: str, of: str = "") -> Edit:
    """The focus, or ``of``, has these values of ``predicate`` and no others."""

    def edit(graph: Graph, focus: NamedNode) -> Graph:
        node, place = iri(of) if of else focus, _graph_of(graph, iri(of) if of else focus)
        new = {quad.object for value in values for quad in quads(f"<s> <p> {value} .")}
        return without(predicate, of=of)(graph, focus) | {Quad(node, _predicate(predicate), v, place) for v in new}

    return edit


def and_(text: str) -> Edit:
    """Adds a piece of TriG."""
    return lambda graph, _: graph | quads(text)


def only(text: str) -> Edit:
    """Nothing but a piece of TriG."""
    return lambda _graph, _focus: quads(text)


def renamed(old: str, new: str) -> Edit:
    """One IRI becomes another everywhere."""

    def edit(graph: Graph, _: NamedNode) -> Graph:
        before, after = iri(old), iri(new)
        return {Quad(*(after if term == before else term for term in quad)) for quad in graph}

    return edit


def with_(*things: str) -> Edit:
    """Adds another piece of the world."""
    return lambda graph, _: graph | piece(world(), things)


def moved(thing: str, graph: str | None) -> Edit:
    """Everything said of a thing stands in another graph, or in none."""

    def edit(before: Graph, _: NamedNode) -> Graph:
        node, place = iri(thing), DefaultGraph() if graph is None else iri(graph)
        return {Quad(q.subject, q.predicate, q.object, place) if q.subject == node else q for q in before}

    return edit
