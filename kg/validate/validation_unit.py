"""A part of the data that is validated separately, and the part of it that other units see.

A unit has one or several document versions with all nodes under their IRIs (docs/model.md): its *own* nodes. Its
statements about all other nodes (articles, entities) are *shared*, because other units have statements about them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg import iri, vocab
from kg.validate.merged_graph import placed

_FULL_TEXT = NamedNode(vocab.FULL_TEXT)
_ONLY_IN = NamedNode(vocab.ONLY_IN)
_TYPE = NamedNode(vocab.RDF_TYPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A part of the data. ``digest`` changes whenever its quads may have changed; ``read`` returns them."""

    name: str
    digest: str
    read: Callable[[], Iterable[Quad]]


class Content:
    """The triples of a unit, separated into own and shared ones."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.triples = list(dict.fromkeys(placed(quads)))

    @cached_property
    def versions(self) -> frozenset[str]:
        """The IRIs of the versions with their text in the unit."""
        return frozenset(name_of(t.subject) for t in self.triples if t.predicate == _FULL_TEXT)

    def owns(self, node: object) -> bool:
        """Return whether a node is a version with its text in the unit, or under the IRI of one."""
        return isinstance(node, NamedNode) and (node.value in self.versions or version_of(node) in self.versions)

    @cached_property
    def shared(self) -> tuple[Triple, ...]:
        """The triples that other units see: those about other nodes, and those about its versions except the text."""
        return tuple(
            t
            for t in self.triples
            if not self.owns(t.subject) or (name_of(t.subject) in self.versions and t.predicate != _FULL_TEXT)
        )

    @cached_property
    def named(self) -> frozenset[str]:
        """Nodes of other units to which nodes of this unit refer, except classes."""
        objects = (t.object for t in self.triples if t.predicate != _TYPE and self.owns(t.subject))
        return frozenset(o.value for o in objects if isinstance(o, NamedNode) and not self.owns(o))

    @cached_property
    def is_tangled(self) -> bool:
        """Whether documents refer into each other, so that none can be validated alone."""
        return any(map(self._tangles, self.triples))

    def _tangles(self, triple: Triple) -> bool:
        if triple.predicate == _ONLY_IN:  # the default graph's triple may be in another unit
            return True
        ends = (triple.subject, triple.object)
        if any(isinstance(end, BlankNode) for end in ends):
            return True
        inside = [end for end in ends if isinstance(end, NamedNode) and version_of(end) is not None]
        return bool(inside) and not all(map(self.owns, (triple.subject, *inside)))


def version_of(node: NamedNode) -> str | None:
    """Return the version that owns a node; None for other nodes and for the version itself."""
    version = iri.version_of(node.value)
    return None if version == node.value else version


def name_of(node: object) -> str:
    """Return the IRI or label of a node."""
    return getattr(node, "value", "")
