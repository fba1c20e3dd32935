"""A piece of the data that is validated by itself, and what other pieces can see of it.

A unit holds one document version or several with everything under their IRIs (docs/model.md): its *own* nodes. What it
says of all other nodes (articles, entities) it *shares*: other units say things of them too.
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
    """Where a piece of data is found: ``digest`` changes whenever its quads might, ``read`` gives them."""

    name: str
    digest: str
    read: Callable[[], Iterable[Quad]]


class Content:
    """The triples of a unit, taken apart."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.triples = list(dict.fromkeys(placed(quads)))

    @cached_property
    def versions(self) -> frozenset[str]:
        """The IRIs of the versions whose text is here."""
        return frozenset(name_of(t.subject) for t in self.triples if t.predicate == _FULL_TEXT)

    def owns(self, node: object) -> bool:
        """True for a version whose text is here and for everything under its IRI."""
        return isinstance(node, NamedNode) and (node.value in self.versions or version_of(node) in self.versions)

    @cached_property
    def shared(self) -> tuple[Triple, ...]:
        """What others can see: all that is said of nodes that are not its own, and of its versions all but the text."""
        return tuple(
            t
            for t in self.triples
            if not self.owns(t.subject) or (name_of(t.subject) in self.versions and t.predicate != _FULL_TEXT)
        )

    @cached_property
    def named(self) -> frozenset[str]:
        """The nodes of others that its own nodes point to; classes are none."""
        objects = (t.object for t in self.triples if t.predicate != _TYPE and self.owns(t.subject))
        return frozenset(o.value for o in objects if isinstance(o, NamedNode) and not self.owns(o))

    @cached_property
    def is_tangled(self) -> bool:
        """True where documents reach into each other, so that none can be judged by itself."""
        return any(map(self._tangles, self.triples))

    def _tangles(self, triple: Triple) -> bool:
        if triple.predicate == _ONLY_IN:  # what the default graph says may be in another unit
            return True
        ends = (triple.subject, triple.object)
        if any(isinstance(end, BlankNode) for end in ends):
            return True
        inside = [end for end in ends if isinstance(end, NamedNode) and version_of(end) is not None]
        return bool(inside) and not all(map(self.owns, (triple.subject, *inside)))


def version_of(node: NamedNode) -> str | None:
    """The version under whose IRI a node's lies; ``None`` for all others, the version itself among them."""
    version = iri.version_of(node.value)
    return None if version == node.value else version


def name_of(node: object) -> str:
    """The IRI or label of a node."""
    return getattr(node, "value", "")
