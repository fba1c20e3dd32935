"""Compiled shapes: a function for the value nodes, and one for each constraint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from kg.validate.report import Term

if TYPE_CHECKING:
    from kg.validate.compiled.graph import Graph
    from kg.validate.compiled.paths import Path


@dataclass(frozen=True, slots=True)
class Offence:
    """A violation at a focus node: a value, or None if one is missing.

    ``path`` is set if it differs from the shape's (``sh:closed``, SPARQL). ``bindings`` replace variables in messages
    of SPARQL constraints.
    """

    value: Term | None
    path: Term | None = None
    bindings: tuple[tuple[str, Term], ...] = ()


Check = Callable[["Graph", Term, "list[Term] | set[Term]"], Iterable[Offence]]
"""Returns the offences for the data, a focus node and its value nodes."""
SetCheck = Callable[["Graph", list[Term]], Iterator[tuple[Term, Offence]]]
"""Yields the offences of many focus nodes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A constraint.

    ``component`` is the local name of its SHACL component, ``node`` that of a SPARQL constraint.
    """

    component: str
    check: Check | None = None
    set_check: SetCheck | None = None
    node: Term | None = None
    messages: tuple[Literal, ...] = ()


@dataclass(slots=True, kw_only=True)
class Shape:
    """A compiled shape. ``properties`` are the shapes of ``sh:property``."""

    node: Term
    path_node: Term | None
    path: Path | None
    path_text: str | None
    severity: Term
    messages: tuple[Literal, ...]
    active: bool
    constraints: list[Constraint] = field(default_factory=list)
    properties: list[Shape] = field(default_factory=list)

    def values(self, graph: Graph, focus: Term) -> list[Term] | set[Term]:
        """Return the value nodes of a focus node: the end of the path, or the focus node itself.

        Args:
            graph: The data.
            focus: The focus node.
        """
        return [focus] if self.path is None else self.path(graph, focus)

    def accepts(self, graph: Graph, focus: Term) -> bool:
        """Return whether a node conforms. The result is cached: a speaker is checked once, not for each claim.

        Args:
            graph: The data.
            focus: The focus node.
        """
        verdicts = graph.verdicts[self.node]
        verdict = verdicts.get(focus)
        if verdict is None:
            verdict = verdicts[focus] = not self.active or self._conforms(graph, focus)
        return verdict

    def _conforms(self, graph: Graph, focus: Term) -> bool:
        values = self.values(graph, focus)
        for constraint in self.constraints:
            assert constraint.check is not None, "what is checked in sets is never asked of one node"
            for _ in constraint.check(graph, focus, values):
                return False
        return all(inner.accepts(graph, value) for inner in self.properties for value in values)
