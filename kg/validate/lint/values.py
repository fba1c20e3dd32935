"""Faults of parameter values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kg import vocab
from kg.validate.lint.shapes_graph import TO_SHAPE_LISTS, Node, ShapesGraph, Value

_NUMBERS = ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
_IRIS = (
    *("class", "datatype", "nodeKind", "severity", "targetClass", "targetSubjectsOf", "targetObjectsOf"),
    *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
)
_SHAPES = ("node", "not", "property", "qualifiedValueShape", "path", "sparql")
_BOOLEANS = ("closed", "deactivated", "uniqueLang", "qualifiedValueShapesDisjoint")
_STRINGS = ("pattern", "flags", "message")
_LITERALS = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_ONCE = (*_NUMBERS, *_BOOLEANS, "nodeKind", "datatype", "in", "languageIn", "severity", "path", "flags")
_TEXT = frozenset({vocab.XSD + "string", vocab.RDF + "langString"})
_XML_SCHEMA = vocab.XSD.rstrip("#")


def _bad_lists(graph: ShapesGraph, shape: Node) -> Iterator[str]:
    for name in TO_SHAPE_LISTS:
        for value in graph.objects(shape, name):
            for member in graph.members(value) or ():
                if not _is_node(member):
                    yield f"{graph.name(shape)} has {member} in sh:{name.removeprefix(vocab.SH)}: it is no shape"


def bad(graph: ShapesGraph) -> Iterator[str]:
    """Yield each value that its parameter does not accept, with the accepted kind."""
    for shape in graph.shapes:
        for names, fits, wanted in (
            (_NUMBERS, _is_count, "a whole number from 0"),
            (_IRIS, _is_iri, "an IRI"),
            (_SHAPES, _is_node, "an IRI or a blank node"),
            (_BOOLEANS, _is_boolean, "true or false, without quotes"),
            (_STRINGS, _is_text, "a string"),
            (_LITERALS, _is_literal, "a literal"),
        ):
            for name in names:
                for value in graph.values(shape, name):
                    if not fits(value):
                        yield f"{graph.name(shape)} has sh:{name} {value}: it must be {wanted}"
        yield from _bad_lists(graph, shape)
        for name in _ONCE:
            if len(graph.values(shape, name)) > 1:
                yield f"{graph.name(shape)} has several values of sh:{name}: there may be one"
        for name in ("minCount", "maxCount", "uniqueLang"):
            if graph.values(shape, name) and not graph.values(shape, "path"):
                yield f"{graph.name(shape)} has sh:{name} and no sh:path: there is nothing to count"
        yield from _bad_patterns(graph, shape)
        yield from _bad_datatypes(graph, shape)


def _is_count(value: Value) -> bool:
    return isinstance(value, Literal) and re.fullmatch(r"\+?[0-9]+", value.value) is not None


def _is_iri(value: Value) -> bool:
    return isinstance(value, NamedNode)


def _is_node(value: Value) -> bool:
    return isinstance(value, Node)


def _is_boolean(value: Value) -> bool:
    """Return whether a value is a boolean. ``"1"`` is one in RDF, although the engine ignores it."""
    if not isinstance(value, Literal) or value.datatype.value != vocab.XSD + "boolean":
        return False
    return value.value in ("true", "false", "1", "0")


def _is_text(value: Value) -> bool:
    return isinstance(value, Literal) and value.datatype.value in _TEXT


def _is_literal(value: Value) -> bool:
    return isinstance(value, Literal)


def _bad_patterns(graph: ShapesGraph, shape: Node) -> Iterator[str]:
    for pattern in graph.values(shape, "pattern"):
        if isinstance(pattern, Literal) and (problem := _regex_problem(pattern.value)):
            yield f"{graph.name(shape)} has a sh:pattern that is no regular expression: {problem}"
    for flags in graph.values(shape, "flags"):
        if isinstance(flags, Literal) and not set(flags.value) <= set("smixq"):
            yield f"{graph.name(shape)} has sh:flags {flags}: of the letters s, m, i, x and q at most"


def _regex_problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None


def _bad_datatypes(graph: ShapesGraph, shape: Node) -> Iterator[str]:
    from rdflib import XSD

    for datatype in graph.values(shape, "datatype"):
        if not isinstance(datatype, NamedNode) or not datatype.value.startswith(_XML_SCHEMA):
            continue
        if not datatype.value.startswith(vocab.XSD) or datatype.value.removeprefix(vocab.XSD) not in XSD:
            yield f"{graph.name(shape)} has sh:datatype {graph.name(datatype)}, which XML Schema does not have"
