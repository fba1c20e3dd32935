"""Where the data that a command is given comes from: RDF files as they are, articles and records as they are mapped."""

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
    from kg.extract.workers import Reading
    from kg.validate.validation_unit import Unit

_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class InputSource:
    """One file. What of it cannot be used goes on the list of the ``refused``."""

    path: Path
    settings: Settings
    reading: Reading
    refused: list[KgError]

    @property
    def is_rdf(self) -> bool:
        """True for a file that holds a graph."""
        return rdffiles.is_rdf(self.path)

    def quads(self, held: Container[str] = frozenset()) -> Iterator[Quad]:
        """The quads of the file; not those of a text that is ``held`` (see :func:`held_texts`) by a graph beside it."""
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
        """Raises InputError for a file that says nothing: it would conform for want of anything to check."""
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
        """The file as a unit of incremental validation: its bytes, and what decides how they are read."""
        from kg.validate.validation_unit import Unit

        settings = f"{self.settings.base}\n{self.settings.extractor}\n{self.settings.any_language}\n"
        if not self.is_rdf:
            settings += "".join(f"{text}\n" for text in sorted(held))
        digest = hashlib.sha256(settings.encode() + self._bytes())
        # What is known of articles (dates, titles) stands beside them.
        for sidecar in sorted(self.path.parent.glob("*.toml")):
            digest.update(sidecar.read_bytes())
        return Unit(name=str(self.path), digest=digest.hexdigest(), read=lambda: self.quads(held))

    def sha256(self) -> str:
        """Of the bytes of the file: an article that is this very text has the same."""
        return hashlib.sha256(self._bytes()).hexdigest()

    def _bytes(self) -> bytes:
        with inputfile.opened(self.path) as file:
            return file.read()


def quads_of(found: Sequence[InputSource]) -> list[Quad]:
    """The quads of all files. A text that a graph among them holds is not read again: it says where the words stand,
    and must not put back what the graph lacks.
    """
    graphs = [quad for source in found if source.is_rdf for quad in source.quads()]
    held = held_texts(graphs) if len(found) > 1 else frozenset()
    return graphs + [quad for source in found if not source.is_rdf for quad in source.quads(held)]


def units_of(found: Sequence[InputSource]) -> list[Unit]:
    """The same for incremental validation: a unit for each file."""
    held: frozenset[str] = frozenset()
    if len({source.is_rdf for source in found}) > 1:
        held = held_texts(quad for source in found if source.is_rdf for quad in source.quads())
    return [source.unit(held) for source in found]


def held_texts(quads: Iterable[Quad]) -> frozenset[str]:
    """The texts that a graph says anything of, as the IRIs of their versions name them: by how their hash begins."""
    from pyoxigraph import NamedNode

    nodes = {node.value for quad in quads for node in (quad.subject, quad.graph_name) if isinstance(node, NamedNode)}
    versions = {version for node in nodes if (version := version_of(node))}
    return frozenset(version[-_LENGTH:] for version in versions)


def _short(sha256: str) -> str:
    return sha256[:_LENGTH]


def of_paths(paths: Sequence[Path], settings: Settings, refused: list[KgError]) -> Iterator[InputSource]:
    """The files that are named, and in folders those of a known ending; nothing is read yet.

    Raises InputError for a path that does not exist, a file of unknown ending, and a folder without any file of use.
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
