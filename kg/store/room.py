"""Whether there is room for a write on the disk that a store lies on."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, Quad

from kg.errors import StoreError, StoreFull

RESERVE: Final = 16 << 20
"""Bytes that stay free: the engine needs room of its own for its log and for tables, and fails for good without it."""
_COPIES: Final = 3
"""How often a write is on the disk at its worst: in the log, in a table, and in the one that takes that one's place."""
_NAMES: Final = 200
"""Bytes of a quad without its literal."""
_SIGNS: Final = ("No space left", "File too large", "Disk quota", "disk full")
_NUMBERS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def size_of(quads: Iterable[Quad]) -> int:
    """Return about how many bytes these are."""
    return sum(_NAMES + (len(q.object.value) if isinstance(q.object, Literal) else 0) for q in quads)


def demand(folder: Path, size: int) -> None:
    """Refuse a write for which there is no room.

    Args:
        folder: The store.
        size: About how many bytes are written.

    Raises:
        StoreFull: Too little is free; the message names how much, and how much is needed.
    """
    needed = RESERVE + _COPIES * size
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreFull(
            f"{folder}: the disk is full: {free / 1e6:,.0f} MB are free, and this write needs {needed / 1e6:,.0f}. "
            "Nothing was changed; make room, and write again"
        )


def is_no_room(error: OSError) -> bool:
    """Return whether an error of the system, or of the engine, which only tells it in words, is of a full disk."""
    return error.errno in _NUMBERS or any(sign in str(error) for sign in _SIGNS)


def error_of(folder: Path, error: OSError) -> StoreError:
    """Return what to raise for an error of the engine or the system in the middle of a write."""
    if is_no_room(error):
        return StoreFull(f"{folder}: the disk is full: {error}. Nothing was changed; make room, and write again")
    return StoreError(f"{folder}: cannot be written: {error}")
