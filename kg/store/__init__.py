"""Where the graph is kept: an embedded store on disk, each write all or nothing; or a SPARQL server elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from kg import oldterms
from kg.errors import StoreError
from kg.store.embedded import EmbeddedStore
from kg.store.remote import RemoteStore
from kg.store.replaced import ReplacedVersions
from kg.store.shared import opened_for_reading

__all__ = ["AnyStore", "EmbeddedStore", "RemoteStore", "ReplacedVersions", "open_store", "reading"]

AnyStore: TypeAlias = EmbeddedStore | RemoteStore


def open_store(place: str, *, create: bool = False, patience: float = 60.0, token: str | None = None) -> AnyStore:
    """The store in a folder, or behind the ``http(s)://`` URL of a SPARQL endpoint.

    ``create`` makes an empty one in a folder where there is none; another server may be silent for ``patience``
    seconds. ``token`` is sent with changes to a server. Raises StoreError when there is no store or it does
    not answer or is in the terms of an earlier release, StoreLocked when another process holds the folder, UsageError
    for another kind of URL.
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
    """The same store for reading only: beside others that read it, and with no writer meanwhile.

    ``old`` takes one in the terms of an earlier release, too.
    Raises StoreError when there is no store or it does not answer, StoreLocked when a process has it open for writing.
    """
    if "://" in place:
        with RemoteStore.open(place) as remote:
            yield remote
    else:
        with opened_for_reading(Path(place)) as embedded:
            if not old:
                oldterms.demand_current(embedded, place)
            yield embedded
