"""The append-only file of corrections. A correction is on the disk before it is acknowledged."""

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
    """Read the corrections of a log; a missing log is empty.

    An incomplete last line without a line feed is ignored: the process was killed before it acknowledged the
    correction.

    Raises:
        InputError: The file cannot be read.
        RecordError: Another line is no correction.
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
    """Append the corrections that are new in the log, and return them once they are on the disk.

    Args:
        path: The log; created if it is missing.
        corrections: The corrections to add.

    Raises:
        InputError: The file cannot be read or written; the log is then unchanged.
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
    """Remove the last added corrections, which failed to apply and were not acknowledged.

    Args:
        path: The log.
        corrections: The result of :func:`append`.

    Returns:
        False if another correction was added since; the log is then unchanged.

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
    """Lock the log from its reading to the writing of a line, against other processes such as an import."""
    try:
        import fcntl
    except ImportError:  # on Windows
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
    """Return the end of the last whole line; add the line feed that a whole correction lacks."""
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
