"""What a command is given to read: files, folders, and ``-`` for standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from kg.readers import Source

STDIN: Final = Path("-")
MAX_BYTES: Final = 256 << 20
"""Of standard input: it is held in memory."""
_NAMED: Final = 10
"""Files that are named; of more only the number is told."""


def of(paths: Sequence[Path], format_name: str | None = None, columns: str | None = None) -> list[Path | Source]:
    """Return what is to be read.

    Args:
        paths: As they were given.
        format_name: The format of the files that are named and of standard input, None to tell it by what they are.
        columns: Which column of a table is which field, as ``text=body,title=head``.

    Raises:
        UsageError: There is no such format or field, or standard input has none.
        InputError: A path is no file or folder of articles, or standard input is too long.
    """
    if format_name is None and columns is None and STDIN not in paths:
        return list(paths)
    from kg import readers
    from kg.readers import formats
    from kg.readers.csvfile import columns_of

    if format_name is not None and format_name not in formats.names():
        raise UsageError(f"--format: no format {format_name!r}; there are {', '.join(formats.names())}")
    if STDIN in paths and format_name is None:
        raise UsageError(f"-: say with --format what standard input is: {', '.join(formats.names())}")
    pairs = tuple(columns_of(columns).items()) if columns is not None else ()
    found: list[Source] = []
    for path in dict.fromkeys(paths):
        if path == STDIN:
            found.append(_stdin())
        elif format_name is not None and not path.is_dir():
            found.append(readers.Source.of_path(path))
        else:
            found += readers.sources([path])
    return [replace(source, format_name=format_name, columns=pairs) for source in found]


def unread(paths: Sequence[Path]) -> list[InputError]:
    """Return an error that counts and names the files in folders that no reader reads, if there are any."""
    from kg import readers

    found = readers.unread(paths)
    if not found:
        return []
    names = ", ".join(map(str, found[:_NAMED])) + (f" and {len(found) - _NAMED} more" if found[_NAMED:] else "")
    were = "1 file of another kind was" if len(found) == 1 else f"{len(found):,} files of another kind were"
    return [InputError(f"{were} not read: {names}")]


def _stdin() -> Source:
    from kg.readers import Source

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"-: is longer than {MAX_BYTES:,} bytes; save it in a file and name that")
    return Source(name="stdin", data=data)
