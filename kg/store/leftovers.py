"""What a process that was killed has left in a store's folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_PATTERNS: Final = ("bulk-*.sst", "claimgraph.draft", "claimgraph.revision-draft", ".claimgraph.*")
_BULK: Final = re.compile(r"bulk-\d+\.sst")


def remove(folder: Path) -> None:
    """Remove the tables of a bulk load that was cut off, and files that never took their name.

    To be called while the store is held for writing: nobody else is in the middle of such a load then.

    Raises:
        OSError: One cannot be removed.
    """
    for pattern in _PATTERNS:
        for file in folder.glob(pattern):
            if not file.name.startswith("bulk-") or _BULK.fullmatch(file.name):
                file.unlink(missing_ok=True)
