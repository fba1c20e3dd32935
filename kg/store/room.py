"""Check of free disk space before a write."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, Quad

from kg.errors import StoreError, StoreFull

RESERVE: Final = 16 << 20
"""Bytes that must stay free: the engine needs space for its log and tables, and otherwise fails permanently."""
_COPIES: Final = 3
"""Copies of a write on disk in the worst case: in the log, in a table, and in the table that replaces it."""
_NAMES: Final = 200
"""Bytes of a quad without its literal."""
_SIGNS: Final = ("No space left", "File too large", "Disk quota", "disk full")
_NUMBERS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def size_of(quads: Iterable[Quad]) -> int:
    """Return the approximate size of quads in bytes."""
    return sum(_NAMES + (len(q.object.value) if isinstance(q.object, Literal) else 0) for q in quads)


def demand(folder: Path, size: int) -> None:
    """Refuse a write for which the disk has too little space.

    Args:
        folder: The folder of the store.
        size: The approximate size of the write in bytes.

    Raises:
        StoreFull: The message gives the free and the required space.
    """
    needed = RESERVE + _COPIES * size
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreFull(
            f"{folder}: the disk is full: {free / 1e6:,.0f} MB are free, and this write needs {needed / 1e6:,.0f}. "
            "Nothing was changed; make room, and write again"
        )


def is_no_room(error: OSError) -> bool:
    """Return whether an error means a full disk. The engine reports that only in words."""
    return error.errno in _NUMBERS or any(sign in str(error) for sign in _SIGNS)


def error_of(folder: Path, error: OSError) -> StoreError:
    """Return the store error for an error of the engine or the system during a write.

    Args:
        folder: The folder of the store.
        error: The error.
    """
    if is_no_room(error):
        return StoreFull(f"{folder}: the disk is full: {error}. Nothing was changed; make room, and write again")
    return StoreError(f"{folder}: cannot be written: {error}")
