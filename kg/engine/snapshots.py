"""Snapshots of a store on disk: folders of hard links with a fixed revision, which query workers read.

A snapshot takes no room while the store has the same tables. Its last reader removes it: the image process, or a worker
that was forked while the image process had the snapshot.
"""

from __future__ import annotations

import itertools
import shutil
import threading
from pathlib import Path
from typing import Protocol


class LinkedStore(Protocol):
    """A store on disk that can be linked elsewhere on the same disk."""

    def link_snapshot(self, folder: Path) -> int:
        """Make ``folder`` a snapshot of the store, and return the revision that it has."""


class Snapshot:
    """A folder with the graph at ``revision``. It starts with one holder."""

    def __init__(self, folder: Path, revision: int) -> None:
        self.folder = folder
        self.revision = revision
        self._lock = threading.Lock()
        self._holders = 1

    def hold(self) -> Snapshot:
        """Add a holder, and return the snapshot."""
        with self._lock:
            self._holders += 1
        return self

    def release(self) -> None:
        """Remove a holder. The last one removes the folder."""
        with self._lock:
            self._holders -= 1
            is_over = self._holders == 0
        if is_over:
            shutil.rmtree(self.folder, ignore_errors=True)  # what is left goes when the store is opened again


class Snapshots:
    """Makes snapshots of one store, in folders of their own inside ``folder``, on the disk of the store."""

    def __init__(self, store: LinkedStore, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._numbers = itertools.count(1)

    def take(self) -> Snapshot:
        """Return a snapshot of the store as it is now.

        Raises:
            StoreError: The disk is full, or cannot be written.
        """
        folder = self._folder / str(next(self._numbers))
        return Snapshot(folder, self._store.link_snapshot(folder))

    def close(self) -> None:
        """Remove all remaining snapshots. No process may read them."""
        shutil.rmtree(self._folder, ignore_errors=True)
