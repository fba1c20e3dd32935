"""Data for a command: RDF files, and articles and records after mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg import inputfile, rdffiles, rdfinput
from kg.cli import progress
from kg.errors import InputError, KgError
from kg.iri import EXAMPLE_BASE, SEED_BASE, version_of

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.config import Settings
    from kg.extract.workers import RecordReader
    from kg.validate.validation_unit import Unit

_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class InputSource:
    """One file. Unusable parts are added to ``refused``."""

    path: Path
    settings: Settings
    reading: RecordReader
    refused: list[KgError]

    @property
    def is_rdf(self) -> bool:
        """Whether the file contains a graph."""
        return rdffiles.is_rdf(self.path)

    def quads(self, held: Container[str] = frozenset()) -> Iterator[Quad]:
        """Yield the quads of the file.

        Texts that are ``held`` (see :func:`held_texts`) by a graph beside it are skipped.
        """
        from kg import mapper, pipeline

        if self.is_rdf:
            yield from self._of_rdf()
        elif _short(self.sha256()) not in held:
            base = self.settings.base or (SEED_BASE if pipeline.is_bundled_seed([self.path]) else EXAMPLE_BASE)
            for outcome in pipeline.read_records([self.path], self.reading):
                self.refused.extend(outcome.refused)
                for record in outcome.records:
                    if _short(record.document.sha256) not in held:
                        yield from mapper.map_record(record, base).quads

    def _of_rdf(self) -> Iterator[Quad]:
        """Yield the quads of an RDF file.

        Raises InputError for an empty file, which would conform without any check.
        """
        from kg import oldterms
        from kg.validate.files import read_quads

        with rdfinput.plain(self.path) as plain:
            is_old = oldterms.is_mentioned(plain) and oldterms.are_in(read_quads(self.path))
        if is_old:
            raise InputError(f"{self.path}: is in the terms of an earlier release; kg load maps them into a store")
        quads = read_quads(self.path)
        first = next(quads, None)
        if first is None:
            raise InputError(f"{self.path}: says nothing: there is no triple in it to check")
        yield first
        yield from quads

    def unit(self, held: AbstractSet[str] = frozenset()) -> Unit:
        """Return the file as a unit of incremental validation: its bytes, and the settings for reading them."""
        from kg.validate.validation_unit import Unit

        settings = f"{self.settings.base}\n{self.settings.extractor}\n{self.settings.any_language}\n"
        if not self.is_rdf:
            settings += "".join(f"{text}\n" for text in sorted(held))
        digest = hashlib.sha256(settings.encode() + self._bytes())
        # Sidecar files have the dates and titles of articles.
        for sidecar in sorted(self.path.parent.glob("*.toml")):
            digest.update(sidecar.read_bytes())
        return Unit(name=str(self.path), digest=digest.hexdigest(), read=lambda: self.quads(held))

    def sha256(self) -> str:
        """Return the hash of the file's bytes, which equals that of an article with this exact text."""
        return hashlib.sha256(self._bytes()).hexdigest()

    def _bytes(self) -> bytes:
        with inputfile.opened(self.path) as file:
            return file.read()


def quads_of(found: Sequence[InputSource]) -> list[Quad]:
    """Return the quads of all files.

    A text that a graph among them holds is not extracted again. The text only locates words, and must not restore what
    the graph lacks.
    """
    graphs = [quad for source in found if source.is_rdf for quad in source.quads()]
    held = held_texts(graphs) if len(found) > 1 else frozenset()
    return graphs + [quad for source in found if not source.is_rdf for quad in source.quads(held)]


def units_of(found: Sequence[InputSource]) -> list[Unit]:
    """Return a unit of incremental validation for each file."""
    held: frozenset[str] = frozenset()
    if len({source.is_rdf for source in found}) > 1:
        held = held_texts(quad for source in found if source.is_rdf for quad in source.quads())
    return [source.unit(held) for source in found]


def held_texts(quads: Iterable[Quad]) -> frozenset[str]:
    """Return the texts with statements in a graph.

    A text is named by the beginning of its hash, as version IRIs have it.
    """
    from pyoxigraph import NamedNode

    nodes = {node.value for quad in quads for node in (quad.subject, quad.graph_name) if isinstance(node, NamedNode)}
    versions = {version for node in nodes if (version := version_of(node))}
    return frozenset(version[-_LENGTH:] for version in versions)


def _short(sha256: str) -> str:
    return sha256[:_LENGTH]


def of_paths(paths: Sequence[Path], settings: Settings, refused: list[KgError]) -> Iterator[InputSource]:
    """Yield the named files, and files with known endings in folders. No file is read yet.

    Args:
        paths: The files and folders.
        settings: The settings.
        refused: Receives errors.

    Raises:
        InputError: A path is missing, has an unknown ending, or has no usable file.
    """
    from kg.extract.workers import InThisProcess

    reading = InThisProcess(progress.extractor(settings))
    for path in dict.fromkeys(_files(paths)):
        yield InputSource(path, settings, reading, refused)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    from kg import readers
    from kg.readers import formats

    for path in paths:
        if path.is_dir():
            rdf = sorted(p for p in inputfile.files_in(path) if rdffiles.is_rdf(p) and p.is_file())
            yield from rdf
            if rdf and not any(formats.has_known_suffix(p.name) for p in inputfile.files_in(path)):
                continue
        if rdffiles.is_rdf(path) and not path.is_dir():
            yield path
        else:
            yield from readers.find([path])
