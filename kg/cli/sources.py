"""Where the data that a command is given comes from: RDF files as they are, articles and records as they are mapped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg import rdffiles
from kg.cli import progress
from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.config import Settings
    from kg.extract.workers import Reading
    from kg.validate.units import Unit


@dataclass(frozen=True, slots=True)
class Source:
    """One file. What of it cannot be used goes on the list of the ``refused``."""

    path: Path
    settings: Settings
    reading: Reading
    refused: list[KgError]

    def quads(self) -> Iterator[Quad]:
        """The quads of the file."""
        from kg import mapper, pipeline

        if self.path.suffix.lower() in rdffiles.SUFFIXES:
            yield from self._of_rdf()
            return
        for outcome in pipeline.read_records([self.path], self.reading):
            self.refused.extend(outcome.refused)
            for record in outcome.records:
                yield from mapper.map_record(record, self.settings.base).quads

    def _of_rdf(self) -> Iterator[Quad]:
        """Raises InputError for a file that says nothing: it would conform for want of anything to check."""
        from kg.validate.files import read_quads

        quads = read_quads(self.path)
        first = next(quads, None)
        if first is None:
            raise InputError(f"{self.path}: says nothing: there is no triple in it to check")
        yield first
        yield from quads

    def unit(self) -> Unit:
        """The file as a unit of incremental validation: its bytes, and what decides how they are read."""
        from kg.validate.units import Unit

        settings = f"{self.settings.base}\n{self.settings.extractor}\n{self.settings.any_language}\n"
        digest = hashlib.sha256(settings.encode() + self._bytes())
        # What is known of articles (dates, titles) stands beside them.
        for sidecar in sorted(self.path.parent.glob("*.toml")):
            digest.update(sidecar.read_bytes())
        return Unit(name=str(self.path), digest=digest.hexdigest(), read=self.quads)

    def sha256(self) -> str:
        """Of the bytes of the file: an article that is this very text has the same."""
        return hashlib.sha256(self._bytes()).hexdigest()

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise InputError(f"{self.path}: cannot be read: {error.strerror or error}") from error


def of_paths(paths: Sequence[Path], settings: Settings, refused: list[KgError]) -> Iterator[Source]:
    """The files that are named, and in folders those of a known ending; nothing is read yet.

    Raises InputError for a path that does not exist, a file of unknown ending, and a folder without any file of use.
    """
    from kg.extract.workers import InThisProcess

    reading = InThisProcess(progress.extractor(settings))
    for path in dict.fromkeys(_files(paths)):
        yield Source(path, settings, reading, refused)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    from kg import readers

    for path in paths:
        if path.is_dir():
            rdf = sorted(p for p in path.rglob("*") if p.suffix.lower() in rdffiles.SUFFIXES and p.is_file())
            yield from rdf
            if rdf and not any(p.suffix in readers.READERS for p in path.rglob("*")):
                continue
        if path.suffix.lower() in rdffiles.SUFFIXES and not path.is_dir():
            yield path
        else:
            yield from readers.find([path])
