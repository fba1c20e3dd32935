"""The shared lock of readers on a store's folder, which blocks writers."""

from __future__ import annotations

import contextlib
import importlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kg.errors import StoreError, StoreLocked

_LOCK_FILE: Final = "LOCK"


@contextlib.contextmanager
def shared_lock(path: Path) -> Iterator[None]:
    """Hold RocksDB's lock, shared, until the context ends.

    Raises:
        StoreLocked: A process has the store open for writing.
        StoreError: The folder cannot be read.
    """
    try:
        file = os.open(path / _LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        yield  # the store was never opened: it may be a copy on a read-only medium
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
        return  # Windows: an open store cannot be opened again, and reports it itself
    # Use a lock of the open file, not of the process: closing another file of the same store must not release it.
    command = getattr(fcntl, "F_OFD_SETLK", None)
    try:
        if command is None:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        else:  # struct flock, as on every 64-bit Linux
            fcntl.fcntl(file, command, struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0))
    except OSError as error:
        raise StoreLocked(
            f"{path}: another process has this store open for writing, or serves it; ask a running kg serve instead, "
            "at its address (http://127.0.0.1:8000/sparql, unless it has another), or stop it"
        ) from error
