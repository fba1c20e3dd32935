"""Removal of files that a killed process has left in a store's folder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

SNAPSHOTS: Final = "claimgraph.snapshots"
"""The folder of the snapshots that query workers read, inside that of the store."""
_PATTERNS: Final = ("bulk-*.sst", "claimgraph.draft", "claimgraph.revision-draft", ".claimgraph.*")
_BULK: Final = re.compile(r"bulk-\d+\.sst")


def remove(folder: Path) -> None:
    """Remove the tables of an interrupted bulk load, unfinished drafts of files, and snapshots.

    Call this while the store is held for writing, because no other process can be loading then.

    Raises:
        OSError: A file cannot be removed.
    """
    for pattern in _PATTERNS:
        for file in folder.glob(pattern):
            if not file.name.startswith("bulk-") or _BULK.fullmatch(file.name):
                file.unlink(missing_ok=True)
    shutil.rmtree(folder / SNAPSHOTS, ignore_errors=True)
