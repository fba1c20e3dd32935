"""The file of corrections: only ever added to, and on the disk before a correction is acknowledged."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from kg.corrections import lines
from kg.corrections.values import Correction
from kg.errors import InputError, RecordError
from kg.inputfile import CORRECTIONS

FILE_NAME: Final = CORRECTIONS
"""The name of the file beside the articles, and of the one in a store's folder."""


def read_log(path: Path) -> list[Correction]:
    """Return the corrections of a log, or none where there is no log.

    A last line without its line feed is what a killed process left of a correction that nobody was told was kept: it
    is left out where it is no correction.

    Raises:
        InputError: The file cannot be read.
        RecordError: Any other line is no correction.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    whole, _, rest = data.rpartition(b"\n")
    try:
        found = [
            lines.loads(text, f"{path}:{n}") for n, text in enumerate(whole.decode().split("\n"), 1) if text.strip()
        ]
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}") from error
    if rest.strip():
        with contextlib.suppress(RecordError, UnicodeDecodeError):
            found.append(lines.loads(rest.decode(), f"{path}: last line"))
    return lines.in_order(found)


def append(path: Path, corrections: Iterable[Correction]) -> list[Correction]:
    """Add the corrections that the log does not have, and return them when they are on the disk.

    Args:
        path: The log; made where there is none.
        corrections: What to add.

    Raises:
        InputError: The file cannot be read or written; then none of it is in the log.
    """
    try:
        with _alone(path):
            known = {correction.id for correction in read_log(path)}
            new = [correction for correction in lines.in_order(corrections) if correction.id not in known]
            if new:
                _append(path, "".join(f"{lines.dumps(correction)}\n" for correction in new).encode())
            return new
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


def take_back(path: Path, corrections: Sequence[Correction]) -> bool:
    """Take out of the log what was added last and could not be done; nobody was told that it was kept.

    Args:
        path: The log.
        corrections: What :func:`append` returned.

    Returns:
        False where somebody has added another correction since: then all of it stays.

    Raises:
        InputError: The file cannot be read or written.
    """
    added = "".join(f"{lines.dumps(correction)}\n" for correction in corrections).encode()
    try:
        with _alone(path), path.open("r+b") as file:
            end = file.seek(0, os.SEEK_END) - len(added)
            file.seek(max(0, end))
            if end < 0 or file.read() != added:
                return False
            file.truncate(end)
            file.flush()
            os.fsync(file.fileno())
            return True
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """From the look into the log to the line that is added, no other process adds one: kg serve and an import, say."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    number = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _append(path: Path, data: bytes) -> None:
    existed = path.exists()
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        end = _end_of_whole_lines(number)
        os.ftruncate(number, end)
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(number, data[written:], end + written)
            os.fsync(number)
        except OSError:
            os.ftruncate(number, end)
            raise
    finally:
        os.close(number)
    if not existed:
        _synchronise_folder(path.parent)


def _end_of_whole_lines(number: int) -> int:
    """Return where the last line ends that is whole; a correction that only lacks its line feed is given it."""
    length = os.fstat(number).st_size
    if not length:
        return 0
    data = os.pread(number, length, 0)
    end = data.rfind(b"\n") + 1
    rest = data[end:]
    if not rest.strip():
        return end
    try:
        lines.loads(rest.decode())
    except (RecordError, UnicodeDecodeError):
        return end
    os.pwrite(number, b"\n", length)
    return length + 1


def _synchronise_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
