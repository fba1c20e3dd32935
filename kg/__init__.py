"""claimgraph: reads news about diplomacy into a graph of facts and claims.

A claim never becomes a fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import telemetry
from kg.version import __version__

if TYPE_CHECKING:
    from os import PathLike

    from kg.session import Session

telemetry.switch_off()  # before onnxruntime can be imported, in this process or in one started by it

__all__ = ["__version__", "open"]


def open(place: str | PathLike[str]) -> Session:
    """Open a read-only session on a graph.

    Args:
        place: The folder of a store, a dump (TriG, N-Quads, ...), or the URL of an endpoint.

    Raises:
        StoreError: The store cannot be opened.
        StoreLocked: Another process holds the store.
        InputError: The file is no RDF.
    """
    from importlib import import_module  # by name, because every module may import this one

    session: Session = import_module("kg.session").open_session(place)
    return session
