"""Synchronization of writes to disk before they are acknowledged.

RocksDB, the engine's storage, writes each change to a log. The log survives the end of this process and, once it is
synchronized, a power failure. The engine's own ``flush`` writes a new file for each table instead. That costs ten times
the work for one quad and holds much memory for long (20 kB a write were seen, without limit).
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

from pyoxigraph import Store

_log = logging.getLogger(__name__)
_LOGS: Final = "[0-9]*.log"
_LONGEST: Final = 4 << 20
"""Largest log in bytes.

The content of a larger log goes into the tables, because it is also held in memory and read again when the store is
opened.
"""


def synchronise(store: Store, folder: Path | None) -> None:
    """Synchronize all writes to disk.

    Args:
        store: The store.
        folder: The folder of the store; None for a store in memory.

    Raises:
        OSError: The synchronization failed.
    """
    if folder is None:
        return
    logs = list(folder.glob(_LOGS))
    length = sum(map(_synchronise, logs))
    if not logs:  # the engine keeps its log elsewhere
        store.flush()
    elif length > _LONGEST:
        try:
            store.flush()
        except OSError as error:  # the data is in the log and on disk
            _log.warning("%s: the log cannot be put into tables: %s", folder, str(error))


def _synchronise(file: Path) -> int:
    """Synchronize a file and return its length."""
    try:
        number = os.open(file, os.O_RDWR)  # Windows synchronizes no other mode
    except FileNotFoundError:
        return 0  # the content has moved into the tables
    try:
        os.fsync(number)
        return os.fstat(number).st_size
    finally:
        os.close(number)
