"""Read-only access to a store on disk, shared by several processes and exclusive of writers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.store import integrity, journal
from kg.store.embedded import EmbeddedStore
from kg.store.locking import shared_lock

_ROCKSDB_FILE: Final = "CURRENT"


@contextlib.contextmanager
def opened_for_reading(path: Path) -> Iterator[EmbeddedStore]:
    """Open the store in a folder for reading, and block writers until the context ends.

    RocksDB does not protect readers from a writer (files vanish), so this takes the writer's lock, shared.

    Raises:
        StoreLocked: A process has the store open for writing.
        StoreDamaged: The store has lost data.
        StoreError: The folder has no store.
    """
    if not (path / _ROCKSDB_FILE).is_file():
        integrity.demand_present(path)
        raise StoreError(f"{path}: no store here; make one with: kg build PATH... --store {path}")
    if journal.is_unfinished(path):  # only a writer can complete the journal
        EmbeddedStore.open(path).close()
    with shared_lock(path):
        store, revision = integrity.opened(path)
        with EmbeddedStore(store, path, revision=revision) as opened:
            yield opened
