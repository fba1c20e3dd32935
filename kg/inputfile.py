"""Opening what a user has named: a file, and not a device or a pipe that gives bytes for ever or never."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import BinaryIO

from kg.errors import InputError


def opened(path: Path) -> BinaryIO:
    """Return a file opened for reading; a link is followed.

    Raises:
        InputError: It is not there, cannot be read, or is a folder, a device, a pipe or a socket.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise InputError(f"{path}: is {_kind(mode)}, not a file; save what it gives in a file and name that")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def read(path: Path, most: int, what: str) -> bytes:
    """Return the bytes of a file.

    Args:
        path: Where it lies.
        most: How many bytes it may have.
        what: What is read from it, for the message of one that is longer.

    Raises:
        InputError: It is longer, or what :func:`opened` raises.
    """
    with opened(path) as file:
        try:
            data = file.read(most + 1)
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > most:
        raise InputError(f"{path}: is longer than {most:,} bytes, the most that {what} may have")
    return data


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
