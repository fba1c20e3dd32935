"""Where the graph is kept: an embedded store on disk, each write all or nothing; or a SPARQL server elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from kg.store.embedded import EmbeddedStore
from kg.store.remote import RemoteStore

__all__ = ["AnyStore", "EmbeddedStore", "RemoteStore", "open_store"]

AnyStore: TypeAlias = EmbeddedStore | RemoteStore


def open_store(place: str, *, create: bool = False) -> AnyStore:
    """The store in a folder, or behind the ``http(s)://`` URL of a SPARQL endpoint.

    ``create`` makes an empty one in a folder where there is none. Raises StoreError when there is no store or it does
    not answer, StoreLocked when another process holds the folder, UsageError for another kind of URL.
    """
    if "://" in place:
        return RemoteStore.open(place)
    return EmbeddedStore.open(Path(place), create=create)
