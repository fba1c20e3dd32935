"""claimgraph: reads news about diplomacy into a graph of facts and claims, and never makes a fact of a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import telemetry
from kg.version import __version__

if TYPE_CHECKING:
    from os import PathLike

    from kg.session import Session

telemetry.switch_off()  # before onnxruntime can be imported, here or in any process started from here

__all__ = ["__version__", "open"]


def open(place: str | PathLike[str]) -> Session:
    """A read-only session over a graph: the folder of a store, a dump (TriG, N-Quads, ...), or the URL of an endpoint.

    Raises StoreError or StoreLocked when the store cannot be opened, InputError for a file that is no RDF.
    """
    from importlib import import_module  # by name: what every module may import must import none of them

    session: Session = import_module("kg.session").open_session(place)
    return session
