"""Where a command's data goes: stdout, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.cli import talk
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.validate.report_cache import CachedReport


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
    """A binary stream to write to. A file takes its name only when everything is written.

    A link stays one, and what it leads to is written. What is there and is no file (a device, a pipe) is written into:
    a file in its place would be a loss to the whole machine. Raises InputError naming the file when it or its folder
    cannot be written.
    """
    if path is None:
        if sys.stdout is None:  # kg ... >&-
            raise InputError("stdout is closed: there is nowhere to write to; name a file with -o")
        yield sys.stdout.buffer
        return
    if path.exists() and not path.is_file():
        with _written_into(path) as file:
            yield file
        return
    path = Path(os.path.realpath(path))
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _written_into(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def keep(store: str, kept: CachedReport) -> None:
    """Leave the last report on a store in its folder, whole; a store behind a URL has none.

    A folder that cannot be written keeps nothing, and says so: the report itself is not lost for that.
    """
    from kg.validate.report_cache import dumps, file_of

    path = file_of(store)
    if path is None:
        return
    try:
        with opened(path) as out:
            out.write(dumps(kept))
    except InputError as error:
        talk.say(f"kg: note: the report is not kept for the pages: {error}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
