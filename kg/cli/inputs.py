"""Inputs of a command: files, folders, web addresses, and ``-`` for standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg import inputfile
from kg.errors import InputError, KgError, UsageError
from kg.wording import slip_in_address

if TYPE_CHECKING:
    from kg.readers import Source

STDIN: Final = Path("-")
MAX_BYTES: Final = 256 << 20
"""Largest size of standard input in bytes; it is held in memory."""
_NAMED: Final = 10
"""Number of files that a message names; of more it gives the number."""


class WebAddress(str):
    """A web address in place of a path."""

    __slots__ = ()


Given = Path | WebAddress
"""An argument that names an input."""


def paths_of(given: Iterable[Given]) -> list[Path]:
    """Return the paths among the inputs."""
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
    """Return the inputs as sources. Addresses, also those in ``.urls`` files, are fetched.

    Args:
        given: The inputs.
        format_name: The format of named files and of standard input; None to detect it.
        columns: The columns of a table for its fields, as ``text=body,title=head``.
        refused: Receives an error for each address that cannot be fetched.
        keep: The folder for fetched pages; None to save nothing.
        allow_private: Whether to fetch from this machine and its networks too.

    Raises:
        UsageError: The format or a field is unknown, or standard input has no format.
        InputError: A path has no articles, or standard input is too long.
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
    """Return the addresses of an input: itself, or those in a file, one a line, with ``#`` for remarks.

    Raises:
        InputError: The file cannot be read, or a line is not an address.
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
            elif slip := slip_in_address(address):
                raise InputError(f"{where}: {slip}")
            elif not address.startswith("#"):
                raise InputError(f"{where}: {address[:80]!r} is not an address; each line has one, # begins a remark")
    if not out:
        raise InputError(f"{one}: has no address in it")
    return out


def _described(paths: Sequence[Path], format_name: str | None, columns: str | None) -> list[Path | Source]:
    """Return sources with their format and columns."""
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
    """Return an error that lists the unread files in folders, if there are any."""
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
