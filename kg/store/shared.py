"""A store on disk opened for reading only: several processes may read it at once, and none may write it meanwhile."""

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
    """The store in that folder. Whoever would write it is told that it is in use, until the context ends.

    RocksDB keeps no reader safe from a writer (files vanish under it), so this takes the writer's lock, shared.
    Raises StoreLocked when a process has the store open for writing or serves it, StoreDamaged when it has lost
    something, StoreError when there is none.
    """
    if not (path / _ROCKSDB_FILE).is_file():
        integrity.demand_present(path)
        raise StoreError(f"{path}: no store here; make one with: kg build PATH... --store {path}")
    if journal.is_unfinished(path):  # only who may write can finish it
        EmbeddedStore.open(path).close()
    with shared_lock(path):
        store, revision = integrity.opened(path)
        with EmbeddedStore(store, path, revision=revision) as opened:
            yield opened
