"""A graph in memory, looked up by predicate and node: the literals exactly as they were written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from kg.validate.compiled.names import FIRST, NIL, REST
from kg.validate.report import Term

if TYPE_CHECKING:
    import rdflib

_NOTHING: Mapping[Term, list[Term]] = MappingProxyType({})


class Graph:
    """Triples, each once. No store stands behind it: a store would make ``2.5`` of ``2.50``.

    ``verdicts`` remembers, for each shape, which nodes conform to it.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._forwards: dict[Term, dict[Term, list[Term]]] = {}
        self._backwards: dict[Term, dict[Term, list[Term]]] = {}
        self.verdicts: defaultdict[Term, dict[Term, bool]] = defaultdict(dict)
        self._loaded: set[Term] = set()
        same: dict[Term, Term] = {}
        once = same.setdefault
        for subject, predicate, value in dict.fromkeys(triples):
            by_subject = self._forwards.setdefault(predicate, {})
            by_subject.setdefault(once(subject, subject), []).append(once(value, value))

    def triples(self) -> Iterator[Triple]:
        """All triples."""
        for predicate, by_subject in self._forwards.items():
            for subject, values in by_subject.items():
                for value in values:
                    yield Triple(subject, predicate, value)  # type: ignore[arg-type]

    @cached_property
    def store(self) -> Store:
        """An Oxigraph store in memory, for SPARQL; what a query needs is put there by :meth:`load`."""
        return Store()

    def load(self, predicates: Iterable[NamedNode] | None, values: set[Term]) -> Store:
        """The store, with at least the triples of these predicates (``None``: all), or with one of these values."""
        wanted = set(self._forwards if predicates is None else predicates) - self._loaded
        self._loaded |= wanted
        self.store.bulk_extend(
            Quad(subject, predicate, value)  # type: ignore[arg-type]
            for predicate, by_subject in self._forwards.items()
            if predicate in wanted or values
            for subject, ends in by_subject.items()
            for value in ends
            if predicate in wanted or value in values
        )
        return self.store

    @cached_property
    def in_rdflib(self) -> rdflib.Graph:
        """The triples in rdflib, for the few queries that Oxigraph would misread."""
        from kg.validate.rdflib_terms import graph_of

        return graph_of(self.triples())

    @cached_property
    def odd_predicates(self) -> dict[str, set[NamedNode | BlankNode]]:
        """By predicate, the nodes that have a value which Oxigraph may misread."""
        from kg.validate.compiled.literals import is_odd

        found: dict[str, set[NamedNode | BlankNode]] = {}
        for predicate, by_subject in self._forwards.items():
            for subject, values in by_subject.items():
                if any(map(is_odd, values)):
                    assert not isinstance(subject, Literal)
                    found.setdefault(predicate.value, set()).add(subject)
        return found

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """The values of a property at a node, each once."""
        return self._forwards.get(predicate, _NOTHING).get(subject, [])

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """The nodes that have this value of a property."""
        by_value = self._backwards.get(predicate)
        if by_value is None:
            by_value = self._backwards[predicate] = {}
            for subject, values in self._forwards.get(predicate, _NOTHING).items():
                for node in values:
                    by_value.setdefault(node, []).append(subject)
        return by_value.get(value, [])

    def with_property(self, predicate: Term) -> Iterator[tuple[Term, list[Term]]]:
        """Each node that has the property, with its values."""
        yield from self._forwards.get(predicate, _NOTHING).items()

    def about(self, subject: Term) -> Iterator[tuple[NamedNode, Term]]:
        """What is said of a node: predicate and value."""
        for predicate, by_subject in self._forwards.items():
            for value in by_subject.get(subject, ()):
                yield predicate, value  # type: ignore[misc]

    def value(self, subject: Term, predicate: Term) -> Term | None:
        """The one value of a property; ``None`` where there is none or more than one."""
        values = self.objects(subject, predicate)
        return values[0] if len(values) == 1 else None

    def items(self, head: Term) -> list[Term] | None:
        """The members of an RDF list in order; ``None`` where it is no well-formed list."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head != NIL:
            first, rest = self.value(head, FIRST), self.value(head, REST)
            if first is None or rest is None or head in seen:
                return None
            seen.add(head)
            members.append(first)
            head = rest
        return members

    def upwards(self, node: Term, predicate: Term) -> set[Term]:
        """The node and all that it reaches along a property: itself and its super-classes."""
        return self._reached(node, lambda n: self.objects(n, predicate))

    def downwards(self, node: Term, predicate: Term) -> set[Term]:
        """The node and all that reach it along a property: itself and its sub-classes."""
        return self._reached(node, lambda n: self.subjects(predicate, n))

    @staticmethod
    def _reached(node: Term, step: Callable[[Term], list[Term]]) -> set[Term]:
        seen, waiting = {node}, [node]
        while waiting:
            for other in step(waiting.pop()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen
