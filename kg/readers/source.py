"""Where the bytes of a file come from: the disk, an address, an archive, standard input."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kg import inputfile
from kg.errors import InputError
from kg.readers.article import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read, on disk or held in memory.

    Attributes:
        name: How messages name it: a path, an address, ``archive.warc.gz#17``.
        path: Where it lies on disk, None if it does not.
        data: Its bytes, None if they are on disk.
        url: The address that it came from, None if not known.
        media_type: As the sender gave it, without parameters and in lower case.
        charset: As the sender gave it.
        retrieved: When it was fetched, ISO 8601.
        format_name: The format that it was said to have, None to tell it by name and content.
        columns: Which column of a table is which field of an article, as (field, column).
        ready: What was read of it already; None if it is to be read.
    """

    name: str
    path: Path | None = None
    data: bytes | None = None
    url: str | None = None
    media_type: str | None = None
    charset: str | None = None
    retrieved: str | None = None
    format_name: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    ready: tuple[Item, ...] | None = None

    @classmethod
    def of_path(cls, path: Path) -> Source:
        """Return a file on disk as a source, with what is said beside it of where it was fetched from."""
        said = _fetched(path)
        return cls(
            name=str(path),
            path=path,
            url=said.get("url"),
            media_type=said.get("media_type"),
            charset=said.get("charset"),
            retrieved=said.get("retrieved"),
        )

    @property
    def filename(self) -> str:
        """Return the last part of the name, in lower case: what suffixes are compared with."""
        return (self.path.name if self.path is not None else self.name).lower()

    @property
    def stem(self) -> str:
        """Return the name of the file without its last suffix: the id of an article that has no better one."""
        return (self.path if self.path is not None else Path(self.name)).stem

    def opened(self) -> BinaryIO:
        """Return the bytes as a file opened for reading.

        Raises:
            InputError: It cannot be read, or is a folder, a device or a pipe.
        """
        if self.data is not None:
            return io.BytesIO(self.data)
        if self.path is None:
            raise InputError(f"{self.name}: there is nothing to read")
        return inputfile.opened(self.path)

    def read(self, most: int, what: str) -> bytes:
        """Return the bytes.

        Args:
            most: How many there may be.
            what: What is read, for the message of a longer one, as in "an article".

        Raises:
            InputError: There are more, or what :meth:`opened` raises.
        """
        if self.path is not None and self.data is None:
            return inputfile.read(self.path, most, what)
        data = self.data or b""
        if len(data) > most:
            raise InputError(f"{self.name}: is longer than {most:,} bytes, the most that {what} may have")
        return data

    def head(self, most: int = 1 << 16) -> bytes:
        """Return the first bytes, to tell the format by.

        Raises:
            InputError: What :meth:`opened` raises.
        """
        with self.opened() as file:
            return file.read(most)


def _fetched(path: Path) -> Mapping[str, str]:
    """Return what ``NAME.SUFFIX.toml`` says of a file that was fetched; empty if there is no such file."""
    try:
        said = tomllib.loads(path.with_name(path.name + ".toml").read_text("utf-8")).get("fetched")
    except (OSError, ValueError):
        return {}
    return {key: value for key, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}
