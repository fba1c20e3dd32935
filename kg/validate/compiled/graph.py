"""A graph in memory, indexed by predicate and node, with literals exactly as written."""

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
    """A set of triples. It is no RDF store, because a store would turn ``2.50`` into ``2.5``.

    ``verdicts`` caches, for each shape, whether a node conforms to it.
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
        """Yield all triples."""
        for predicate, by_subject in self._forwards.items():
            for subject, values in by_subject.items():
                for value in values:
                    yield Triple(subject, predicate, value)  # type: ignore[arg-type]

    @cached_property
    def store(self) -> Store:
        """An in-memory Oxigraph store for SPARQL; :meth:`load` fills it on demand."""
        return Store()

    def load(self, predicates: Iterable[NamedNode] | None, values: set[Term]) -> Store:
        """Return the store with at least the triples that have one of the predicates or values.

        Args:
            predicates: The predicates; None for all.
            values: The values.
        """
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
        """The nodes with a value that Oxigraph may misread, by predicate."""
        from kg.validate.compiled.literals import is_odd

        found: dict[str, set[NamedNode | BlankNode]] = {}
        for predicate, by_subject in self._forwards.items():
            for subject, values in by_subject.items():
                if any(map(is_odd, values)):
                    assert not isinstance(subject, Literal)
                    found.setdefault(predicate.value, set()).add(subject)
        return found

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """Return the values of a property at a node, each once.

        Args:
            subject: The node.
            predicate: The property.
        """
        return self._forwards.get(predicate, _NOTHING).get(subject, [])

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """Return the nodes with a value of a property.

        Args:
            predicate: The property.
            value: The value.
        """
        by_value = self._backwards.get(predicate)
        if by_value is None:
            by_value = self._backwards[predicate] = {}
            for subject, values in self._forwards.get(predicate, _NOTHING).items():
                for node in values:
                    by_value.setdefault(node, []).append(subject)
        return by_value.get(value, [])

    def with_property(self, predicate: Term) -> Iterator[tuple[Term, list[Term]]]:
        """Yield each node that has the property, with its values."""
        yield from self._forwards.get(predicate, _NOTHING).items()

    def about(self, subject: Term) -> Iterator[tuple[NamedNode, Term]]:
        """Yield the predicate and the value of each triple about a node."""
        for predicate, by_subject in self._forwards.items():
            for value in by_subject.get(subject, ()):
                yield predicate, value  # type: ignore[misc]

    def value(self, subject: Term, predicate: Term) -> Term | None:
        """Return the only value of a property; None if there is none or several.

        Args:
            subject: The node.
            predicate: The property.
        """
        values = self.objects(subject, predicate)
        return values[0] if len(values) == 1 else None

    def items(self, head: Term) -> list[Term] | None:
        """Return the members of an RDF list in order; None for a malformed list."""
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
        """Return a node and the nodes that it reaches along a property, for example its superclasses.

        Args:
            node: The node.
            predicate: The property.
        """
        return self._reached(node, lambda n: self.objects(n, predicate))

    def downwards(self, node: Term, predicate: Term) -> set[Term]:
        """Return a node and the nodes that reach it along a property, for example its subclasses.

        Args:
            node: The node.
            predicate: The property.
        """
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
