"""Output files: only files that an earlier run wrote are replaced.

A written file carries the hash of its bytes as an extended attribute. A file with matching bytes may be replaced. No
list of files exists elsewhere. On a file system without such attributes, each file counts as the user's, and
``--force`` replaces it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from kg import rdffiles
from kg.cli import write
from kg.errors import InputError, UsageError
from kg.readers import formats

_ATTRIBUTE: Final = "user.claimgraph.sha256"
_STORE_FILE: Final = re.compile(
    r"CURRENT|LOCK|IDENTITY|LOG(\..*)?|MANIFEST-.*|OPTIONS-.*|.*\.(sst|log|dbtmp)|\.?claimgraph\.(?!toml$).*"
)
"""File names that the engine and we use in a store's folder."""
_READ_IN_FOLDERS: Final = (*formats.suffixes(), ".toml")


def demand_free(outputs: Sequence[Path | None], inputs: Iterable[Path | None] = (), *, force: bool = False) -> None:
    """Refuse to replace files other than earlier outputs. Call this before the work begins.

    Args:
        outputs: The files to write; None is stdout.
        inputs: The files and folders that the command reads.
        force: Whether the user allows the replacement of any file except a store's.

    Raises:
        UsageError: An output is an input, a store's file, a file that kg did not write or that was changed since, or
            occurs twice.
    """
    read = [path for path in inputs if path is not None]
    seen: set[str] = set()
    for path in outputs:
        if path is None or _is_no_file(path):
            continue
        real = Path(os.path.realpath(path))
        if str(real) in seen:
            raise UsageError(f"{path}: is named twice to be written; give each output a name of its own")
        seen.add(str(real))
        if (folder := _store_of(real)) is not None:
            raise UsageError(f"{path}: belongs to the store {folder}; name a file elsewhere")
        if not force and _exists(real):
            _demand_ours(path, real, read)


def demand_memory_apart(memory: Path, inputs: Iterable[Path | None]) -> None:
    """Refuse a file of ``--since`` that belongs to a store or is an input.

    The file itself shows whether kg wrote it.

    Args:
        memory: The file.
        inputs: The files and folders that the command reads.

    Raises:
        UsageError: It is one of these.
    """
    real = Path(os.path.realpath(memory))
    if (folder := _store_of(real)) is not None:
        raise UsageError(f"{memory}: belongs to the store {folder}; name a file elsewhere")
    if _exists(real) and any(_reads(path, real) for path in inputs if path is not None):
        raise UsageError(f"{memory}: is read by this command; name another file for --since")


@contextmanager
def opened(path: Path | None) -> Iterator[BinaryIO]:
    """Yield a binary stream to write to, and mark the file as ours at the end.

    Raises:
        InputError: The file cannot be written.
    """
    with write.opened(path) as out:
        yield out
    if path is not None and not _is_no_file(path):
        _mark(path)


def _demand_ours(path: Path, real: Path, inputs: Sequence[Path]) -> None:
    if any(_reads(read, real) for read in inputs):
        raise UsageError(f"{path}: is read by this command; name another file, or replace it with --force")
    try:
        is_ours = real.stat().st_size == 0 or _is_marked(real)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not is_ours:
        raise UsageError(
            f"{path}: is there already, and is not as kg wrote it; name another file, or replace it with --force"
        )


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False  # an impossible file name; writing it will fail


def _is_no_file(path: Path) -> bool:
    """Return whether a path is a device, a pipe or a folder."""
    try:
        return path.exists() and not path.is_file()
    except (OSError, ValueError):
        return False


def _reads(read: Path, output: Path) -> bool:
    """Return whether a command with the input ``read`` reads the file ``output``."""
    try:
        if read.is_dir():
            below = output.is_relative_to(os.path.realpath(read))
            return below and (rdffiles.is_rdf(output) or output.name.lower().endswith(_READ_IN_FOLDERS))
        return read.samefile(output)
    except (OSError, ValueError):
        return False  # the input is missing; reading it will fail


def _store_of(path: Path) -> Path | None:
    """Return the folder of the store that owns a file of this name."""
    if _STORE_FILE.fullmatch(path.name) and _is_store(path.parent):
        return path.parent
    above = next((folder for folder in path.parents if folder.name == "versions"), None)
    return above.parent if above is not None and _is_store(above.parent) else None


def _is_store(folder: Path) -> bool:
    return _exists(folder / "CURRENT") and (_exists(folder / "IDENTITY") or _exists(folder / "claimgraph.revision"))


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().encode()


def _is_marked(path: Path) -> bool:
    try:
        return os.getxattr(path, _ATTRIBUTE) == _digest(path)
    except (OSError, AttributeError):
        return False  # the file has no mark, or the system has no attributes


def _mark(path: Path) -> None:
    with contextlib.suppress(OSError, AttributeError):
        os.setxattr(path, _ATTRIBUTE, _digest(path))
