"""Stores of the graph: an embedded store on disk with atomic writes, or a SPARQL server elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from kg import oldterms
from kg.errors import StoreError
from kg.store.embedded import EmbeddedStore
from kg.store.leftovers import SNAPSHOTS
from kg.store.remote import RemoteStore
from kg.store.replaced import ReplacedVersions
from kg.store.shared import opened_for_reading

__all__ = ["SNAPSHOTS", "AnyStore", "EmbeddedStore", "RemoteStore", "ReplacedVersions", "open_store", "reading"]

AnyStore: TypeAlias = EmbeddedStore | RemoteStore


def open_store(place: str, *, create: bool = False, patience: float = 60.0, token: str | None = None) -> AnyStore:
    """Open the store in a folder, or behind the ``http(s)://`` URL of a SPARQL endpoint.

    Args:
        place: The folder or the URL.
        create: Whether to create an empty store in a folder without one.
        patience: Seconds that another server may be silent.
        token: The token that is sent with changes to a server.

    Raises:
        StoreError: There is no store, it does not answer, or it uses the terms of an earlier release.
        StoreLocked: Another process holds the folder.
        UsageError: The URL is of another kind.
    """
    if "://" in place:
        return RemoteStore.open(place, patience, token)
    opened = EmbeddedStore.open(Path(place), create=create)
    try:
        oldterms.demand_current(opened, place)
    except StoreError:
        opened.close()
        raise
    return opened


@contextmanager
def reading(place: str, *, old: bool = False) -> Iterator[AnyStore]:
    """Open a store for reading, beside other readers and without a writer.

    Args:
        place: The folder or the URL.
        old: Whether to accept a store with the terms of an earlier release.

    Raises:
        StoreError: There is no store, or it does not answer.
        StoreLocked: A process has the store open for writing.
    """
    if "://" in place:
        with RemoteStore.open(place) as remote:
            yield remote
    else:
        with opened_for_reading(Path(place)) as embedded:
            if not old:
                oldterms.demand_current(embedded, place)
            yield embedded
