"""Compilation of shapes from the shapes graph.

A shape with any triple that is not understood is not covered. The reference engine then runs it, or reports its fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from kg.validate.compiled import logic, order, paths, strings, values
from kg.validate.compiled.errors import NotCoveredError
from kg.validate.compiled.graph import Graph
from kg.validate.compiled.literals import is_well_typed
from kg.validate.compiled.names import SHACL, SUB_CLASS_OF, TYPE, XSD, sh
from kg.validate.compiled.shape import Check, Constraint, Shape
from kg.validate.report import Term

_VIOLATION = sh("Violation")
_INTEGER = XSD + "integer"
_BOOLEAN = XSD + "boolean"
_TRUE = Literal("true", datatype=NamedNode(_BOOLEAN))
# Properties of the shape itself, parts of other constraints, and texts for readers.
_NO_CONSTRAINTS = frozenset(
    SHACL + name
    for name in [
        "path",
        "severity",
        "message",
        "deactivated",
        "name",
        "description",
        "order",
        "group",
        "defaultValue",
        "property",
        "flags",
        "ignoredProperties",
        "targetClass",
        "targetNode",
        "targetSubjectsOf",
        "targetObjectsOf",
        "qualifiedMinCount",
        "qualifiedMaxCount",
        "qualifiedValueShapesDisjoint",
        "nodeValidator",
    ]
)
Maker = Callable[["Reader", Term, Term, Shape], Iterator[tuple[str, Check]]]
"""Yields components and their checks from the reader, a shape's node, the value of a parameter and the shape."""


class Reader:
    """Reader of shapes, which compiles each shape once."""

    def __init__(self, shapes: Graph) -> None:
        self.graph = shapes
        self._read: dict[Term, Shape] = {}
        self._reading: set[Term] = set()
        # Any shape may use a custom component under any name.
        kinds = shapes.downwards(sh("ConstraintComponent"), SUB_CLASS_OF)
        self._own_components = any(shapes.subjects(TYPE, kind) for kind in kinds)

    def shape(self, node: Term, *, in_sets: bool = False) -> Shape:
        """Return the compiled shape of a node.

        Args:
            node: The node.
            in_sets: Whether the shape runs only on all its focus nodes at once.

        Raises:
            NotCoveredError: The shape is not supported.
        """
        if self._own_components:
            raise NotCoveredError("constraint components of one's own")
        if node in self._reading:
            raise NotCoveredError(f"{node} refers to itself")
        if node not in self._read:
            self._reading.add(node)
            try:
                self._read[node] = self._compiled(node)
            finally:
                self._reading.discard(node)
        found = self._read[node]
        if not in_sets and _has_set_checks(found):
            raise NotCoveredError(f"{node}: a SPARQL constraint inside of a condition")
        return found

    def _compiled(self, node: Term) -> Shape:
        graph = self.graph
        path = self.only(node, "path")
        shape = Shape(
            node=node,
            path_node=path,
            path=None if path is None else paths.compiled(graph, path),
            path_text=None if path is None else paths.text(graph, path),
            severity=self.only(node, "severity") or _VIOLATION,
            messages=self.messages(node),
            active=not self.flag(node, "deactivated"),
        )
        kinds = graph.objects(node, TYPE)
        if (sh("PropertyShape") in kinds and path is None) or (sh("NodeShape") in kinds and path is not None):
            raise NotCoveredError(f"{node} is a shape of the other kind")
        for predicate, value in graph.about(node):
            if predicate.value.startswith(SHACL) and predicate.value not in _NO_CONSTRAINTS:
                self._add(shape, predicate.value.removeprefix(SHACL), value)
        shape.properties = [self._property(inner) for inner in graph.objects(node, sh("property"))]
        return shape

    def _add(self, shape: Shape, parameter: str, value: Term) -> None:
        if parameter == "sparql":
            from kg.validate.compiled import sparql

            shape.constraints += sparql.constraints(self, shape, value)
            return
        maker = _MAKERS.get(parameter)
        if maker is None:
            raise NotCoveredError(f"sh:{parameter}")
        shape.constraints += [
            Constraint(component=component, check=check) for component, check in maker(self, shape.node, value, shape)
        ]

    def _property(self, node: Term) -> Shape:
        shape = self.shape(node, in_sets=True)
        if shape.path is None:
            raise NotCoveredError(f"{node} is no property shape")
        return shape

    # -- values of a node, or NotCoveredError -----------------------------------------------------------------------

    def only(self, node: Term, name: str) -> Term | None:
        """Return the value of ``sh:NAME``, or None.

        Args:
            node: The node.
            name: The local name.

        Raises:
            NotCoveredError: There are several values.
        """
        found = self.graph.objects(node, sh(name))
        if len(found) > 1:
            raise NotCoveredError(f"{node}: several sh:{name}")
        return found[0] if found else None

    def flag(self, node: Term, name: str) -> bool:
        """Return whether ``sh:NAME`` is ``true``. By the W3C suite, ``"1"^^xsd:boolean`` does not count.

        Args:
            node: The node.
            name: The local name.

        Raises:
            NotCoveredError: The value is not a boolean.
        """
        value = self.only(node, name)
        if value is None:
            return False
        if not isinstance(value, Literal) or value.datatype.value != _BOOLEAN or not is_well_typed(value):
            raise NotCoveredError(f"{node}: sh:{name} {value}")
        return value == _TRUE

    def number(self, node: Term, name: str) -> int:
        """Return the only integer of ``sh:NAME``, which is not negative.

        Args:
            node: The node.
            name: The local name.

        Raises:
            NotCoveredError: The value is not such a number.
        """
        value = self.only(node, name)
        if not isinstance(value, Literal) or value.datatype.value != _INTEGER or not is_well_typed(value):
            raise NotCoveredError(f"{node}: sh:{name} {value}")
        if (number := int(value.value)) < 0:
            raise NotCoveredError(f"{node}: sh:{name} {value}")
        return number

    def messages(self, node: Term) -> tuple[Literal, ...]:
        """Return the texts of ``sh:message``."""
        return tuple(value for value in self.graph.objects(node, sh("message")) if isinstance(value, Literal))

    def conditions(self, node: Term) -> list[Shape]:
        """Return the shapes in the list of ``sh:and``, ``sh:or`` or ``sh:xone``."""
        return [self.shape(member) for member in paths.members(self.graph, node)]


def _has_set_checks(shape: Shape) -> bool:
    return any(constraint.check is None for constraint in shape.constraints) or any(
        map(_has_set_checks, shape.properties)
    )


# -- one maker for each parameter ------------------------------------------------------------------------------------


def _plain(component: str, make: Callable[[Term], Check], *, single: bool = False, path: bool = False) -> Maker:
    """Return the maker for a parameter with a simple value.

    ``single`` allows one value for a shape, ``path`` only property shapes.
    """

    def maker(reader: Reader, node: Term, value: Term, shape: Shape) -> Iterator[tuple[str, Check]]:
        if single:
            reader.only(node, component[0].lower() + component[1:])
        if path and shape.path is None:
            raise NotCoveredError(f"{node}: {component} of a node shape")
        yield component, make(value)

    return maker


def _number(component: str, make: Callable[[int], Check], *, path: bool = False) -> Maker:
    def maker(reader: Reader, node: Term, _: Term, shape: Shape) -> Iterator[tuple[str, Check]]:
        if path and shape.path is None:
            raise NotCoveredError(f"{node}: {component} of a node shape")
        yield component, make(reader.number(node, component[0].lower() + component[1:]))

    return maker


def _bound(name: str) -> Maker:
    return _plain(name[0].upper() + name[1:], lambda value: order.bounded(name, value))


def _condition(component: str, make: Callable[[Shape], Check]) -> Maker:
    def maker(reader: Reader, _: Term, value: Term, __: Shape) -> Iterator[tuple[str, Check]]:
        shape = reader.shape(value)
        if component == "Node" and shape.path is not None:
            raise NotCoveredError(f"{value} is no node shape")
        yield component, make(shape)

    return maker


def _among(component: str, enough: Callable[[int], Callable[[int], bool]]) -> Maker:
    def maker(reader: Reader, _: Term, value: Term, __: Shape) -> Iterator[tuple[str, Check]]:
        shapes = reader.conditions(value)
        yield component, logic.accepted_by(shapes, enough(len(shapes)))

    return maker


def _listed(component: str, make: Callable[[list[Term]], Check]) -> Maker:
    def maker(reader: Reader, node: Term, value: Term, _: Shape) -> Iterator[tuple[str, Check]]:
        reader.only(node, component[0].lower() + component[1:])
        yield component, make(paths.members(reader.graph, value))

    return maker


def _pattern(reader: Reader, node: Term, value: Term, _: Shape) -> Iterator[tuple[str, Check]]:
    flags = reader.only(node, "flags")
    if not isinstance(value, Literal) or not isinstance(flags, Literal | None):
        raise NotCoveredError(f"{node}: sh:pattern {value}")
    yield "Pattern", strings.matching(value.value, flags.value.lower() if flags else "")


def _unique(reader: Reader, node: Term, _: Term, shape: Shape) -> Iterator[tuple[str, Check]]:
    if shape.path is None:
        raise NotCoveredError(f"{node}: sh:uniqueLang of a node shape")
    if reader.flag(node, "uniqueLang"):
        yield "UniqueLang", strings.one_a_language


def _closed(reader: Reader, node: Term, _: Term, __: Shape) -> Iterator[tuple[str, Check]]:
    if reader.flag(node, "closed"):
        ignored = reader.only(node, "ignoredProperties")
        allowed = set() if ignored is None else set(reader.graph.items(ignored) or ())
        for inner in reader.graph.objects(node, sh("property")):
            allowed.update(p for p in reader.graph.objects(inner, sh("path")) if isinstance(p, NamedNode))
        yield "Closed", values.closed(frozenset(allowed))


def _qualified(reader: Reader, node: Term, value: Term, shape: Shape) -> Iterator[tuple[str, Check]]:
    if shape.path is None or len(reader.graph.objects(node, sh("qualifiedValueShape"))) > 1:
        raise NotCoveredError(f"{node}: sh:qualifiedValueShape")
    inner, siblings = reader.shape(value), _siblings(reader, node, value)
    if reader.only(node, "qualifiedMinCount") is not None:
        least = reader.number(node, "qualifiedMinCount")
        yield "QualifiedMinCount", logic.qualified(inner, siblings, lambda count: count >= least)
    if reader.only(node, "qualifiedMaxCount") is not None:
        most = reader.number(node, "qualifiedMaxCount")
        yield "QualifiedMaxCount", logic.qualified(inner, siblings, lambda count: count <= most)


def _siblings(reader: Reader, node: Term, value: Term) -> list[Shape]:
    """Return the qualified shapes of the sibling properties (SHACL 4.7.3)."""
    if not reader.flag(node, "qualifiedValueShapesDisjoint"):
        return []
    graph, found = reader.graph, set()
    for parent in graph.subjects(sh("property"), node):
        for sibling in graph.objects(parent, sh("property")):
            found.update(graph.objects(sibling, sh("qualifiedValueShape")))
    return [reader.shape(other) for other in found - {value}]


_MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "class": _plain("Class", values.of_class),
        "nodeKind": _plain("NodeKind", values.of_kind, single=True),
        "datatype": _plain("Datatype", values.of_datatype, single=True),
        "in": _listed("In", values.one_of),
        "hasValue": _plain("HasValue", values.having),
        "closed": _closed,
        "minLength": _number("MinLength", strings.at_least),
        "maxLength": _number("MaxLength", strings.at_most),
        "pattern": _pattern,
        "languageIn": _listed("LanguageIn", strings.in_languages),
        "uniqueLang": _unique,
        **{name: _bound(name) for name in order.BOUNDS},
        "lessThan": _plain("LessThan", lambda other: order.smaller_than(other, or_equal=False), path=True),
        "lessThanOrEquals": _plain(
            "LessThanOrEquals", lambda other: order.smaller_than(other, or_equal=True), path=True
        ),
        "equals": _plain("Equals", order.equal_to),
        "disjoint": _plain("Disjoint", order.apart_from),
        "node": _condition("Node", logic.node),
        "not": _condition("Not", logic.negated),
        "and": _among("And", lambda all_: lambda count: count == all_),
        "or": _among("Or", lambda _: lambda count: count > 0),
        "xone": _among("Xone", lambda _: lambda count: count == 1),
        "minCount": _number("MinCount", lambda least: logic.counted(lambda count: count >= least), path=True),
        "maxCount": _number("MaxCount", lambda most: logic.counted(lambda count: count <= most), path=True),
        "qualifiedValueShape": _qualified,
    }
)
