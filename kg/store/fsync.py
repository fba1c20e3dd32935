"""Having a write on the disk before it is acknowledged.

RocksDB, in which the engine keeps a store, hands each write to the system as it is made, in a log: from there it
survives the end of this process, however it comes, and with the log synchronised the end of the machine's power too.
The engine's own ``flush`` writes a new file for each of its tables instead: ten times the work for one quad, and the
memory of each is held for long (20 kB a write were seen, without end in sight).
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
"""A log of more bytes than this is put into the tables: what it holds is held in memory as well, and read again when
the store is opened.
"""


def synchronise(store: Store, folder: Path | None) -> None:
    """Return when all that was written to the store, which is in that folder (None: in memory), is on the disk. Raises
    OSError when it cannot be.
    """
    if folder is None:
        return
    logs = list(folder.glob(_LOGS))
    length = sum(map(_synchronise, logs))
    if not logs:  # an engine that keeps its log elsewhere
        store.flush()
    elif length > _LONGEST:
        try:
            store.flush()
        except OSError as error:  # what was written is in the log, and on the disk
            _log.warning("%s: the log cannot be put into tables: %s", folder, str(error))


def _synchronise(file: Path) -> int:
    """Gives its length."""
    try:
        number = os.open(file, os.O_RDWR)  # Windows synchronises no other
    except FileNotFoundError:
        return 0  # what was in it is in the tables meanwhile
    try:
        os.fsync(number)
        return os.fstat(number).st_size
    finally:
        os.close(number)
