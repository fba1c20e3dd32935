"""Opening what a user has named: a file, and not a device or a pipe that gives bytes for ever or never."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

from kg.errors import InputError

_STORE_FILE: Final = "claimgraph.revision"
"""A file that every store has."""
_ENCODINGS: Final = MappingProxyType(
    {
        "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
        "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    }
)
"""How texts in other encodings begin; the marks of UTF-16 begin those of UTF-32."""
CORRECTIONS: Final = "corrections.jsonl"
"""The name of the file of corrections: beside articles, where it is no article, and in a store."""


ADDRESS: Final = "is an address; save what is there in a file and name that"
"""Said where only files can be read."""


def is_address(path: Path) -> bool:
    """Return True for an address of the web that was given as a path, in which two slashes have become one."""
    return str(path).lower().startswith(("http:/", "https:/"))


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
        why = ADDRESS if is_address(path) else f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise InputError(f"{path}: {why}") from error


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


def files_in(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder and the folders in it, but for the files of stores: they are nobody's input."""
    for place, folders, names in os.walk(folder):
        if _STORE_FILE in names:
            folders.clear()
        else:
            yield from (Path(place) / name for name in names)


def utf8(data: bytes, name: str) -> str:
    """Return text in UTF-8, without a byte-order mark.

    Args:
        data: The bytes of a whole file, or of its beginning to some line end.
        name: How messages name the file.

    Raises:
        InputError: It is in another encoding; one that a byte-order mark tells is named.
    """
    demand_utf8(data[:4], name)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8 at byte {error.start}; convert the file to UTF-8") from error


def demand_utf8(begin: bytes, name: str) -> None:
    """Refuse a text whose first four bytes say that it is in another encoding than UTF-8.

    Args:
        begin: These bytes, or fewer where it has fewer.
        name: How the message names the file.

    Raises:
        InputError: They do.
    """
    for encoding, marks in _ENCODINGS.items():
        if begin.startswith(marks):
            raise InputError(f"{name}: is in {encoding}; save it as UTF-8")
    if len(begin) > 1 and begin.count(b"\0") == len(begin) // 2 and begin[:2].count(b"\0") == 1:
        raise InputError(f"{name}: is in UTF-16, it seems; save it as UTF-8")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
