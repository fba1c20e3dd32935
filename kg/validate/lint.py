"""What is wrong with shapes before they are run: all that a SHACL engine passes over in silence.

A misspelt ``sh:minCounts``, a shape without a target, a name that stands for nothing: the engine finds no violation,
and says that the graph conforms. Each is an error here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from kg import vocab
from kg.errors import InputError

Node = NamedNode | BlankNode

_TARGETS = frozenset(vocab.SH + name for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf"))
_TO_SHAPES = frozenset(vocab.SH + name for name in ("node", "not", "property", "qualifiedValueShape"))
_TO_SHAPE_LISTS = frozenset(vocab.SH + name for name in ("and", "or", "xone"))
_TO_LISTS = _TO_SHAPE_LISTS | {vocab.SH + name for name in ("ignoredProperties", "in", "languageIn")}
# SHACL-AF and SHACL-JS are off (they run code and reach the network): without them these would do nothing.
_OFF = frozenset(vocab.SH + name for name in ("expression", "js", "rule", "target", "values"))
_SHAPE_CLASSES = frozenset({vocab.SH + "NodeShape", vocab.SH + "PropertyShape"})
_CLASSES = frozenset({vocab.RDFS + "Class", vocab.OWL + "Class"})
_OURS = {vocab.ACT: vocab.SPEECH_ACTS, vocab.EVT: vocab.EVENT_TYPES, vocab.REL: vocab.LINK_TYPES}


def demand_sound(shapes: Iterable[Triple], source: str = "the shapes") -> None:
    """Returns where :func:`problems` finds none; raises :class:`~kg.errors.InputError` naming all of them."""
    found = list(problems(shapes))
    if found:
        raise InputError(f"{source}: " + "".join(f"\n  {problem}" for problem in found))


def problems(shapes: Iterable[Triple]) -> Iterator[str]:
    """All that is wrong with ``shapes``, each in a sentence that names the shape and the way out."""
    graph = _Shapes(shapes)
    if not graph.shapes:
        yield "there are no shapes here: a shape is a sh:NodeShape or sh:PropertyShape, or has a target"
        return
    for check in (_unknown_terms, _switched_off, _untargeted, _dangling, _bad_values, _bad_queries, _not_ours):
        yield from sorted(set(check(graph)))


class _Shapes:
    """The triples by subject, and which subjects are shapes."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = list(triples)
        self.of: dict[Node, list[Triple]] = {}
        for triple in self.triples:
            if isinstance(triple.subject, Node):
                self.of.setdefault(triple.subject, []).append(triple)
        self.referenced = set(self._referenced())
        self.shapes = self.referenced | {node for node, about in self.of.items() if any(map(_makes_a_shape, about))}

    def values(self, node: Node, name: str) -> list[NamedNode | BlankNode | Literal | Triple]:
        """What the shape says of itself with ``sh:name``."""
        return [t.object for t in self.of.get(node, ()) if t.predicate.value == vocab.SH + name]

    def members(self, head: object) -> Iterator[object]:
        """The members of an RDF list; none where it is none. A list that runs in a circle ends where it began."""
        seen = set()
        while isinstance(head, Node) and head not in seen:
            seen.add(head)
            about = {t.predicate.value: t.object for t in self.of.get(head, ())}
            if vocab.RDF + "first" in about:
                yield about[vocab.RDF + "first"]
            head = about.get(vocab.RDF + "rest")

    def _referenced(self) -> Iterator[Node]:
        for triple in self.triples:
            values: Iterable[object] = ()
            if triple.predicate.value in _TO_SHAPES:
                values = (triple.object,)
            elif triple.predicate.value in _TO_SHAPE_LISTS:
                values = self.members(triple.object)
            yield from (value for value in values if isinstance(value, Node))


def _makes_a_shape(triple: Triple) -> bool:
    if triple.predicate.value == vocab.RDF_TYPE:
        return isinstance(triple.object, NamedNode) and triple.object.value in _SHAPE_CLASSES
    return triple.predicate.value in _TARGETS


def _name(node: object) -> str:
    """An IRI with the prefix that it usually has."""
    if not isinstance(node, NamedNode):
        return str(node)
    for prefix, namespace in vocab.PREFIXES.items():
        if node.value.startswith(namespace):
            return f"{prefix}:{node.value.removeprefix(namespace)}"
    return str(node)


def _is_shacl(iri: str) -> bool:
    from rdflib import SH

    return iri.removeprefix(vocab.SH) in SH


def _unknown_terms(graph: _Shapes) -> Iterator[str]:
    for triple in graph.triples:
        for term in (triple.predicate, triple.object):
            if isinstance(term, NamedNode) and term.value.startswith(vocab.SH) and not _is_shacl(term.value):
                yield f"{_name(triple.subject)} uses {_name(term)}, which SHACL does not have: is it misspelt?"


def _switched_off(graph: _Shapes) -> Iterator[str]:
    for triple in graph.triples:
        if triple.predicate.value in _OFF:
            yield f"{_name(triple.subject)} uses {_name(triple.predicate)}, which is not run here: say it in SHACL core"


def _untargeted(graph: _Shapes) -> Iterator[str]:
    for shape in graph.shapes - graph.referenced:
        about = graph.of.get(shape, ())
        targeted = any(triple.predicate.value in _TARGETS for triple in about)
        is_class = any(isinstance(t.object, NamedNode) and t.object.value in _CLASSES for t in about)
        if not targeted and not is_class:
            yield f"{_name(shape)} looks at nothing: it has no target, and no other shape uses it"


def _dangling(graph: _Shapes) -> Iterator[str]:
    for shape in graph.referenced:
        if shape not in graph.of:
            yield f"{_name(shape)} is used as a shape and is not here: is its name misspelt, or its file missing?"
    for triple in graph.triples:
        if triple.predicate.value in _TO_LISTS:
            if isinstance(triple.object, Node) and triple.object.value == vocab.RDF + "nil":
                yield f"{_name(triple.subject)} has an empty list in {_name(triple.predicate)}: nothing can ever fit it"
            elif not list(graph.members(triple.object)):
                yield f"{_name(triple.subject)} has no list in {_name(triple.predicate)}"


def _bad_values(graph: _Shapes) -> Iterator[str]:
    for shape in graph.shapes:
        for name in ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"):
            for value in graph.values(shape, name):
                if not (isinstance(value, Literal) and re.fullmatch(r"\+?\d+", value.value)):
                    yield f"{_name(shape)} has sh:{name} {value}: it must be a whole number from 0"
        for pattern in graph.values(shape, "pattern"):
            if isinstance(pattern, Literal) and (problem := _regex_problem(pattern.value)):
                yield f"{_name(shape)} has a sh:pattern that is no regular expression: {problem}"


def _regex_problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _bad_queries(graph: _Shapes) -> Iterator[str]:
    """An engine parses a query only when something is there to run it on."""
    empty = Store()
    for shape in graph.shapes:
        for constraint in graph.values(shape, "sparql"):
            if not isinstance(constraint, Node):
                continue
            for select in graph.values(constraint, "select"):
                try:
                    empty.query(_prefixes(graph, constraint) + str(getattr(select, "value", select)))
                except SyntaxError as error:
                    yield f"{_name(constraint)} of {_name(shape)} has a query that does not parse: {error}"


def _prefixes(graph: _Shapes, constraint: Node) -> str:
    out = ""
    for source in graph.values(constraint, "prefixes"):
        for declaration in graph.values(source, "declare") if isinstance(source, Node) else ():
            if isinstance(declaration, Node):
                about = {t.predicate.value: t.object for t in graph.of.get(declaration, ())}
                prefix, namespace = about.get(vocab.SH + "prefix"), about.get(vocab.SH + "namespace")
                if isinstance(prefix, Literal) and isinstance(namespace, Literal):
                    out += f"PREFIX {prefix.value}: <{namespace.value}>\n"
    return out


def _not_ours(graph: _Shapes) -> Iterator[str]:
    """Terms in our namespaces that the ontology does not have, in the shapes and in their queries."""
    for triple in graph.triples:
        if isinstance(triple.object, NamedNode) and not _is_defined(triple.object.value):
            yield f"{_name(triple.subject)} uses {_name(triple.object)}, which the ontology does not have"
        elif isinstance(triple.object, Literal) and triple.predicate.value == vocab.SH + "select":
            for local in re.findall(r"(?<![\w:])dfc:(\w+)", triple.object.value):
                if not _is_defined(vocab.DFC + local):
                    yield f"{_name(triple.subject)} asks for dfc:{local}, which the ontology does not have"


def _is_defined(iri: str) -> bool:
    for namespace, tags in _OURS.items():
        if iri.startswith(namespace):
            return iri.removeprefix(namespace) in tags
    return not iri.startswith((vocab.DFC, vocab.MOD)) or iri in _constants()


@cache
def _constants() -> frozenset[str]:
    return frozenset(value for value in vars(vocab).values() if isinstance(value, str))
