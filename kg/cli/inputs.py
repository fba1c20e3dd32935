"""What a command is given to read: files, folders, addresses of the web, and ``-`` for standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg import inputfile
from kg.errors import InputError, KgError, UsageError

if TYPE_CHECKING:
    from kg.readers import Source

STDIN: Final = Path("-")
MAX_BYTES: Final = 256 << 20
"""Of standard input: it is held in memory."""
_NAMED: Final = 10
"""Files that are named; of more only the number is told."""


class WebAddress(str):
    """An address of the web, given where a path could be."""

    __slots__ = ()


Given = Path | WebAddress
"""What stands on a command line where something to read belongs."""


def paths_of(given: Iterable[Given]) -> list[Path]:
    """Return the paths among what is given."""
    return [one for one in given if isinstance(one, Path)]


def of(
    given: Sequence[Given],
    format_name: str | None = None,
    columns: str | None = None,
    *,
    refused: list[KgError],
    keep: Path | None = None,
    allow_private: bool = False,
) -> list[Path | Source]:
    """Return what is to be read. Addresses, those in ``.urls`` files too, are fetched.

    Args:
        given: As they were given.
        format_name: The format of the files that are named and of standard input, None to tell it by what they are.
        columns: Which column of a table is which field, as ``text=body,title=head``.
        refused: Gets an error for each address that cannot be fetched.
        keep: The folder where what is fetched is kept, None to keep nothing.
        allow_private: True to fetch from this machine and its networks too.

    Raises:
        UsageError: There is no such format or field, or standard input has none.
        InputError: A path is no file or folder of articles, or standard input is too long.
    """
    addresses = [address for one in given for address in _addresses(one)]
    paths = [one for one in paths_of(given) if not _is_list(one)]
    places: list[Path | Source] = list(paths)
    if format_name is not None or columns is not None or STDIN in paths:
        places = _described(paths, format_name, columns)
    if addresses:
        from kg.cli import fetching

        places += fetching.sources(dict.fromkeys(addresses), refused, keep=keep, allow_private=allow_private)
    return places


def _is_list(one: Given) -> bool:
    return isinstance(one, Path) and one.suffix.lower() == ".urls" and not one.is_dir()


def _addresses(one: Given) -> list[str]:
    """Return the addresses that are given: one itself, or those in a file, one a line, with ``#`` for remarks.

    Raises:
        InputError: The file cannot be read, or a line is no address.
    """
    if isinstance(one, WebAddress):
        return [str(one)]
    if not _is_list(one):
        return []
    from kg import recordfile

    out = []
    with inputfile.opened(one) as file:
        for where, line in recordfile.numbered(file, str(one)):
            address = line.strip().lstrip("\ufeff")
            if address.lower().startswith(("http://", "https://")):
                out.append(address)
            elif not address.startswith("#"):
                raise InputError(f"{where}: {address[:80]!r} is not an address; each line has one, # begins a remark")
    if not out:
        raise InputError(f"{one}: has no address in it")
    return out


def _described(paths: Sequence[Path], format_name: str | None, columns: str | None) -> list[Path | Source]:
    """Return sources that say their format and their columns."""
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


def unread(given: Sequence[Given]) -> list[InputError]:
    """Return an error that counts and names the files in folders that no reader reads, if there are any."""
    from kg import readers

    found = readers.unread(paths_of(given))
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
