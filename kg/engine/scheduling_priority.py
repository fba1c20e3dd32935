"""Scheduling priority of a process."""

from __future__ import annotations

import os
from pathlib import Path


def give(pid: int, priority: int) -> None:
    """Set the priority of all threads of a process; on Linux each thread has its own.

    Args:
        pid: The process.
        priority: The priority, as ``nice`` counts.

    Raises:
        OSError: The change is not allowed, or the process has ended.
    """
    tasks = Path(f"/proc/{pid}/task")
    for thread in [int(task.name) for task in tasks.iterdir()] if tasks.exists() else [pid]:
        os.setpriority(os.PRIO_PROCESS, thread, priority)
