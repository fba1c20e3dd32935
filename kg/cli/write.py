"""Output of a command: stdout, or a file that is written atomically."""

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
    """Yield a binary stream to write to. A file gets its name only when it is complete.

    A symbolic link is followed. An existing device or pipe is written into, because replacing it could harm the whole
    machine.

    Raises:
        InputError: The file or its folder cannot be written; the message names it.
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
    """Save the last report on a store atomically in its folder; a store behind a URL has none.

    If the folder cannot be written, a message reports it. The report itself is not lost.

    Args:
        store: The store.
        kept: The report.
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
