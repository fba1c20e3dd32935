"""A store on disk opened for reading only: several processes may read it at once, and none may write it meanwhile."""

from __future__ import annotations

import contextlib
import importlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Store

from kg.errors import StoreError, StoreLocked
from kg.store import journal
from kg.store.embedded import EmbeddedStore

_LOCK_FILE: Final = "LOCK"
_ROCKSDB_FILE: Final = "CURRENT"


@contextlib.contextmanager
def opened_for_reading(path: Path) -> Iterator[EmbeddedStore]:
    """The store in that folder. Whoever would write it is told that it is in use, until the context ends.

    RocksDB keeps no reader safe from a writer (files vanish under it), so this takes the writer's lock, shared.
    Raises StoreLocked when a process has the store open for writing or serves it, StoreError when there is none.
    """
    if not (path / _ROCKSDB_FILE).is_file():
        raise StoreError(f"{path}: no store here; make one with: kg build PATH... --store {path}")
    if journal.is_unfinished(path):  # only who may write can finish it
        EmbeddedStore.open(path).close()
    with _shared_lock(path):
        try:
            opened = EmbeddedStore(Store.read_only(str(path)), path)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{path}: the store cannot be opened: {error}") from error
        with opened:
            yield opened


@contextlib.contextmanager
def _shared_lock(path: Path) -> Iterator[None]:
    try:
        file = os.open(path / _LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        yield  # nobody has ever opened it: a copy, say, on a medium that cannot be written
        return
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        _take(file, path)
        yield
    finally:
        os.close(file)


def _take(file: int, path: Path) -> None:
    try:
        fcntl: Any = importlib.import_module("fcntl")
    except ImportError:
        return  # Windows: an open store cannot be opened again, and says so itself
    # The lock of one opening, not of the whole process: closing another one of the same store must not end it.
    command = getattr(fcntl, "F_OFD_SETLK", None)
    try:
        if command is None:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        else:  # struct flock, as on every 64-bit Linux
            fcntl.fcntl(file, command, struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0))
    except OSError as error:
        raise StoreLocked(
            f"{path}: another process has this store open for writing, or serves it; ask a running kg serve instead, "
            "at its address (http://127.0.0.1:8000/sparql, unless it was told another), or stop it"
        ) from error
