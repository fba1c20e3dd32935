"""Ends a child process together with its parent, however the parent ends."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import wait
from typing import Final

_SET_DEATH_SIGNAL: Final = 1
"""``PR_SET_PDEATHSIG`` of Linux."""


def tie_fork(parent: int) -> None:
    """Make the system kill this forked process when its parent ends.

    This works only for a parent with one thread, because the end of the forking thread counts. Outside of Linux it has
    no effect.

    Args:
        parent: The id of the parent. If it has ended already, this process exits at once.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # a C library without the function
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def watch_parent() -> None:
    """End this ``multiprocessing`` process when its parent ends, even in the middle of its work."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), name="lifeline", daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
