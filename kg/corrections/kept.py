"""The extracted record of each document version, kept beside a store, so that corrections can be applied again.

Corrections always apply to the extracted record, so that an undone correction leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg import recordfile, wholefile
from kg.corrections import log
from kg.errors import InputError, RecordError, StoreError
from kg.records import Record

FOLDER: Final = "records"


class KeptRecords:
    """The files of one store: a record for each version, and the log of corrections."""

    def __init__(self, store: Path) -> None:
        self._folder = store / FOLDER
        self.log = store / log.FILE_NAME

    def keep(self, record: Record) -> None:
        """Write an extracted record, before corrections.

        Raises:
            StoreError: The file cannot be written.
        """
        path = self._path(record.document.sha256)
        try:
            path.parent.mkdir(exist_ok=True)
            wholefile.write(path, recordfile.dumps(record).encode())
        except OSError as error:
            raise StoreError(f"{path}: the record cannot be kept: {error.strerror or error}") from error

    def read(self, digits: str) -> Record | None:
        """Return the record of a version by the first 16 digits of its hash, or None.

        Raises:
            RecordError: The file was changed.
        """
        path = self._path(digits)
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise RecordError(str(path), "$", f"cannot be read: {error}") from error
        return recordfile.loads(text, str(path))

    def all(self) -> Iterator[Record]:
        """Yield the records of all versions, by the names of their files.

        Raises:
            InputError: The folder cannot be read.
            RecordError: A file was changed.
        """
        for name in sorted(self.digits()):
            record = self.read(name)
            if record is not None:
                yield record

    def digits(self) -> frozenset[str]:
        """Return the versions of which there is a record, by the first 16 digits of their hashes.

        Raises:
            InputError: The folder cannot be read.
        """
        try:
            return frozenset(path.stem for path in self._folder.iterdir() if path.suffix == ".json")
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise InputError(f"{self._folder}: cannot be read: {error.strerror or error}") from error

    def forget(self, digits: str) -> None:
        """Delete the record of a withdrawn version, if it exists."""
        self._path(digits).unlink(missing_ok=True)

    def _path(self, digits: str) -> Path:
        return self._folder / f"{digits[:16]}.json"
