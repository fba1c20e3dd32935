"""How far a process stands behind others for a processor."""

from __future__ import annotations

import os
from pathlib import Path


def give(pid: int, priority: int) -> None:
    """Give all threads of a process that priority (as ``nice`` counts): on Linux each has its own. Raises OSError where
    one may not, or there is no such process.
    """
    tasks = Path(f"/proc/{pid}/task")
    for thread in [int(task.name) for task in tasks.iterdir()] if tasks.exists() else [pid]:
        os.setpriority(os.PRIO_PROCESS, thread, priority)
