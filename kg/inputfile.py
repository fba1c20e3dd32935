"""Opening of the user's files: regular files only, because a device or a pipe may never end."""

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
"""A file in every store."""
_ENCODINGS: Final = MappingProxyType(
    {
        "UTF-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
        "UTF-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    }
)
"""First bytes of texts in other encodings; the marks of UTF-16 also begin those of UTF-32."""
CORRECTIONS: Final = "corrections.jsonl"
"""Name of the file of corrections, beside articles and in a store."""


ADDRESS: Final = "is an address; save what is there in a file and name that"
"""Said where only files can be read."""


def is_address(path: Path) -> bool:
    """Return True for a web address that was given as a path, where two slashes become one."""
    return str(path).lower().startswith(("http:/", "https:/"))


def opened(path: Path) -> BinaryIO:
    """Open a file for reading; a link is followed.

    Raises:
        InputError: The file is missing, cannot be read, or is a folder, a device, a pipe or a socket.
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
        path: The file.
        most: The largest size in bytes.
        what: The kind of content, for the message.

    Raises:
        InputError: The file is too long, or cannot be opened.
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
    """Yield the files in a folder and its subfolders, except those of stores."""
    for place, folders, names in os.walk(folder):
        if _STORE_FILE in names:
            folders.clear()
        else:
            yield from (Path(place) / name for name in names)


def utf8(data: bytes, name: str) -> str:
    """Decode text from UTF-8, without a byte-order mark.

    Args:
        data: The bytes of a whole file, or of its beginning up to a line end.
        name: The name of the file in messages.

    Raises:
        InputError: The text has another encoding, which is named if a byte-order mark reveals it.
    """
    demand_utf8(data[:4], name)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8 at byte {error.start}; convert the file to UTF-8") from error


def demand_utf8(begin: bytes, name: str) -> None:
    """Refuse a text whose first four bytes reveal an encoding other than UTF-8.

    Args:
        begin: The first bytes.
        name: The name of the file in messages.

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
