"""A process that was started for another one ends with it, however that one ends."""

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
    """Have the system kill this process, which has just been forked, when its parent is gone.

    Only for a parent with one thread: it is the end of the thread that forked that counts. Elsewhere than on Linux
    nothing is done, and the process has to notice by itself.

    Args:
        parent: The number of the process that forked it; where that is gone already, this one ends at once.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):  # a C library without it
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def watch_parent() -> None:
    """Have this process, which ``multiprocessing`` has started, end when the one that started it is gone.

    Whatever it is doing: who waits for the answer is no longer there.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), name="lifeline", daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
