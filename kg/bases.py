"""The base of data IRIs if none is configured (docs/decisions/0010-namespace.md)."""

from __future__ import annotations

from typing import Any, Final, Protocol

from kg import vocab
from kg.errors import UsageError
from kg.iri import EXAMPLE_BASE, SEED_BASE, parse

NOTE: Final = (
    f"no base is set, so IRIs begin with {EXAMPLE_BASE}, a reserved host that leads nowhere. Before you publish, set "
    'one of yours: --base IRI, KG_BASE, or base = "IRI" in claimgraph.toml'
)
_ANY_VERSION: Final = f"SELECT ?version {{ ?version a <{vocab.DOCUMENT_VERSION}> }} LIMIT 1"


class QueriedGraph(Protocol):
    """A graph that answers SPARQL."""

    def query(self, text: str) -> Any:
        """Return the rows of a SELECT."""


def held_base(graph: QueriedGraph) -> str | None:
    """Return the base of the document versions in ``graph``, or None if it has none."""
    for row in graph.query(_ANY_VERSION):
        ref = parse(row["version"].value)
        if ref is not None and ref.kind == "version" and ref.base:
            return ref.base
    return None


def base_of(graph: QueriedGraph, configured: str) -> str:
    """Return the base for ``graph``: the configured one, else that of its data, else the example's.

    Args:
        graph: The graph.
        configured: The setting ``base``; empty if it is not set.
    """
    return configured or held_base(graph) or EXAMPLE_BASE


def base_for_building(graph: QueriedGraph, configured: str, *, bundled: bool) -> str:
    """Return the base for new IRIs.

    Args:
        graph: The graph of the store.
        configured: The setting ``base``; empty if it is not set.
        bundled: Whether only the bundled seed is built.

    Raises:
        UsageError: Other articles would go into a store of the bundled seed, and no base is configured.
    """
    held = None if configured else held_base(graph)
    if held == SEED_BASE and not bundled:
        raise UsageError(
            f"this store's IRIs begin with {SEED_BASE}, which is for the bundled seed alone: build your own articles "
            "into another store (--store DIR), or set a base of yours (--base IRI)"
        )
    return configured or held or (SEED_BASE if bundled else EXAMPLE_BASE)
