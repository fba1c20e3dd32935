"""The sample as a graph, at hand in a session."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat

import kg
from kg import dump
from kg.mapper import map_record
from kg.records import Record
from kg.session import Session
from kg.store import EmbeddedStore
from tests.samples import sample


def store_of(folder: Path, *records: Record) -> Path:
    """A store of the records on disk, let go again; of the sample where none is given."""
    with EmbeddedStore.open(folder / "store", create=True) as store:
        store.replace([map_record(record) for record in records or (sample(),)])
    return folder / "store"


def dump_of(folder: Path, *records: Record) -> Path:
    """The same as a TriG file."""
    quads = [quad for record in records or (sample(),) for quad in map_record(record).quads]
    path = folder / "graph.trig"
    path.write_bytes(dump.dump(quads, RdfFormat.TRIG))
    return path


def session_of(folder: Path, *records: Record) -> Session:
    """A session on a dump of the records."""
    return kg.open(dump_of(folder, *records))
