"""Full-text index of the store (SQLite's FTS5), kept at the store's revision and rebuilt if missing.

The index holds quotes with the names of their speakers, headlines with their outlets, names, and statements by the
first day they name. Table ``words`` has the words as written, ``stems`` their English stems (Porter's), so that "drone"
finds "drones". Both have the content of ``words``.

All details of a hit come from the store. For a store that reports its writes only the changed parts are indexed again;
other stores are indexed again when their revision differs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from pyoxigraph import Literal, NamedNode

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.errors import EngineBusy
from kg.graph import Change
from kg.iri import version_of
from kg.views.query_files import own_query, records, terms
from kg.views.search.normalize import folded
from kg.views.statement_rows import is_unnamed

FILE_NAME: Final = "claimgraph.words"
"""Name of the index in the folder of a store."""
WAIT_SECONDS: Final = 2.0
"""Time that a search waits for the index to reach the store's revision."""
_UNWATCHED_SECONDS: Final = 60.0
_FORMAT: Final = 4
_AT_ONCE: Final = 100
_KINDS: Final = {vocab.REPORTED_FACT: "fact", vocab.CLAIM: "claim", vocab.UNCLEAR_PASSAGE: "unclear"}
_SCHEMA: Final = """
CREATE TABLE state (revision INTEGER NOT NULL, base TEXT NOT NULL);
CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, part TEXT NOT NULL, kind TEXT NOT NULL,
    act TEXT NOT NULL DEFAULT '', publisher TEXT NOT NULL DEFAULT '', day TEXT NOT NULL DEFAULT '', told TEXT,
    written TEXT, reports INTEGER NOT NULL DEFAULT 1);
CREATE INDEX entry_part ON entry (part);
CREATE INDEX entry_told ON entry (told, iri) WHERE told IS NOT NULL;
CREATE TABLE speaker (entry INTEGER NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (entry, iri)) WITHOUT ROWID;
CREATE INDEX speaker_iri ON speaker (iri);
CREATE VIRTUAL TABLE words USING fts5(text, who, tokenize = "unicode61 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE stems USING fts5(text, who, content = 'words', content_rowid = 'rowid',
    tokenize = "porter unicode61 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE terms USING fts5vocab(words, row);
"""


@runtime_checkable
class Watched(Protocol):
    """A store that reports its writes."""

    def watch(self, listener: Callable[[Change], None]) -> None:
        """Call ``listener`` after every write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry. ``part`` is the version or entity by which it is indexed again.

    ``who`` are the names of the speakers, or the outlet. ``reports`` is False for a fact without an event. ``told`` is
    the first known day of the time that it names: empty for an unknown date, None without a time.
    """

    iri: str
    part: str
    kind: str
    text: str
    act: str = ""
    publisher: str = ""
    day: str = ""
    speakers: tuple[str, ...] = ()
    told: str | None = None
    who: str = ""
    reports: bool = True


class _Touched:
    """The nodes touched by writes since the index was read.

    The size does not depend on the number of writes.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self.count = 0
        self.is_known = True
        """Whether each write has reported its quads."""
        self.versions: set[str] = set()
        self.entities: set[str] = set()
        self.articles: set[str] = set()
        self.renamed: set[str] = set()
        """Entities with a new name, whose statements must be indexed again."""

    def note(self, change: Change) -> None:
        """Record one write."""
        self.count += 1
        if change.removed is None or change.added is None:
            self.is_known = False
            return
        for quad in (*change.removed, *change.added):
            if quad.predicate.value == vocab.SKOS_PREF_LABEL and isinstance(quad.subject, NamedNode):
                self.renamed.add(quad.subject.value)
            for node in (quad.subject, quad.graph_name):
                if isinstance(node, NamedNode):
                    self._note_node(node.value)

    def _note_node(self, node: str) -> None:
        if version := version_of(node):
            self.versions.add(version)
        if node.startswith(f"{self._base}entity/"):
            self.entities.add(node)
        if node.startswith(f"{self._base}article/"):
            self.articles.add(node)

    def join(self, others: _Touched) -> None:
        """Add the writes of another record."""
        self.count += others.count
        self.is_known = self.is_known and others.is_known
        self.versions |= others.versions
        self.entities |= others.entities
        self.articles |= others.articles
        self.renamed |= others.renamed


class WordIndex:
    """The index of one store. ``revision`` is the indexed revision of the store; None without one.

    The index is in the file ``path``, or in a temporary file.
    """

    def __init__(self, store: QueryableStore, base: str, path: Path | None = None) -> None:
        self._store = store
        self._base = base
        is_kept = path is not None and os.access(path.parent, os.W_OK)
        self._path = path if path is not None and is_kept else _own_path(self)
        self._lock = threading.Lock()
        self._reader: ThreadPoolExecutor | None = None
        self._touched = _Touched(base)
        self._is_watched = isinstance(store, Watched)
        self._written = store.revision
        self._read_at = 0.0
        self.revision = _revision_of(self._path, base) if is_kept else None
        if isinstance(store, Watched):
            store.watch(self._note)
        if is_kept:
            self._begin()  # the first search after the start need not wait

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Open the index for reading at the store's revision.

        Raises:
            EngineBusy: The index is being built.
        """
        self._catch_up()
        try:
            with _connected(self._path) as connection:
                yield connection
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:
                raise
            self.revision = None
            raise EngineBusy(
                f"{self._path}: the index is damaged ({error}) and is being rebuilt; search again"
            ) from error

    def _note(self, change: Change) -> None:
        with self._lock:
            self._touched.note(change)
            self._written = change.revision

    def _is_current(self) -> bool:
        if self.revision is None:
            return False
        if self._is_watched:
            return not self._touched.count and self.revision == self._written
        return time.monotonic() - self._read_at < _UNWATCHED_SECONDS or self._store.revision == self.revision

    def _begin(self) -> Future[None]:
        """Start to update the index in a thread of its own."""
        with self._lock:
            if self._reader is None:
                self._reader = ThreadPoolExecutor(1, "words")
            return self._reader.submit(self._read)

    def _catch_up(self) -> None:
        if self._is_current():
            return
        try:
            self._begin().result(WAIT_SECONDS)
        except TimeoutError:
            raise EngineBusy("the words of the store are being read; search again in a few seconds") from None

    def _read(self) -> None:
        """Update the index to the store's revision in one transaction."""
        if self._is_current():
            return
        with self._lock:
            touched, self._touched = self._touched, _Touched(self._base)
            # A revision is incremented before its write: a watched store has not reported the newest write yet.
            revision = self._written if self._is_watched else self._store.revision
        try:
            if touched.is_known and self.revision is not None and self.revision + touched.count == revision:
                self._read_parts(revision, touched)
            else:
                self._read_all(revision)
        except BaseException:
            with self._lock:
                self._touched.join(touched)
            raise
        with self._lock:
            self.revision = revision
            self._read_at = time.monotonic()

    def _read_all(self, revision: int) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        with _connected(self._path) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
            versions = [record["version"] for record in records(self._store.query(own_query("index-versions")))]
            for entries in (*map(self._entries, _batches(versions)), self._names()):
                _add(connection, entries)
            _finish(connection, revision, self._base)

    def _read_parts(self, revision: int, touched: _Touched) -> None:
        versions, entities = touched.versions, touched.entities
        if touched.articles:
            values = terms(sorted(touched.articles))
            query = f"SELECT ?v {{ VALUES ?a {{ {values} }} ?v <{vocab.PROV_SPECIALIZATION_OF}> ?a }}"
            versions = versions | {record["v"] for record in records(self._store.query(query))}
        if touched.renamed:
            values = terms(sorted(touched.renamed))
            said = f"VALUES ?who {{ {values} }} ?claim <{vocab.SPEAKER}> ?who ; <{vocab.IN_VERSION}> ?v"
            query = f"SELECT DISTINCT ?v {{ {said} }}"
            versions = versions | {record["v"] for record in records(self._store.query(query))}
        current = {record["version"] for record in records(self._store.query(_only_current(versions)))}
        read = [self._entries(batch) for batch in _batches(sorted(current))]
        read.append(self._names(sorted(entities)) if entities else [])
        with _connected(self._path) as connection:
            for part in sorted(versions | entities):
                _remove(connection, part)
            for entries in read:
                _add(connection, entries)
            _finish(connection, revision, self._base)

    def _entries(self, versions: Sequence[str]) -> list[_Entry]:
        """Return the statements and headlines of versions."""
        about: dict[str, tuple[str, str]] = {}
        entries = []
        for record in self._about(versions, "index-articles"):
            version = record["version"]
            about.setdefault(version, (record.get("publisher", ""), record.get("day", "")))
            if record.get("text"):
                publisher, day = about[version]
                entries.append(
                    _Entry(
                        iri=version,
                        part=version,
                        kind="article",
                        text=record["text"],
                        publisher=publisher,
                        day=day,
                        who=publisher,
                    )
                )
        found: dict[str, dict[str, str]] = {}
        speakers: dict[str, list[str]] = {}
        names: dict[str, dict[str, None]] = {}
        for record in (*self._about(versions, "index-statements"), *self._about(versions, "index-inner")):
            kind = _KINDS.get(record["type"]) if "type" in record else "inner"
            if kind:
                found.setdefault(record["statement"], {**record, "kind": kind})
                speakers.setdefault(record["statement"], []).append(record.get("speaker", ""))
                names.setdefault(record["statement"], {})[record.get("who", "")] = None
        told: dict[str, str] = {}
        for record in self._about(versions, "index-days"):
            day, known = record.get("first", ""), told.get(record["statement"])
            told[record["statement"]] = min(filter(None, (day, known)), default="")
        for iri, record in found.items():
            publisher, day = about.get(record["version"], ("", ""))
            entries.append(
                _Entry(
                    iri=iri,
                    part=record["version"],
                    kind=record["kind"],
                    text=record["text"],
                    act=record.get("act", "").removeprefix(vocab.ACT),
                    publisher=publisher,
                    day=day,
                    speakers=tuple(dict.fromkeys(map(speaker_key, filter(None, speakers[iri])))),
                    told=told.get(iri),
                    who="; ".join(filter(None, names[iri])),
                    reports=record["kind"] != "fact" or "event" in record,
                )
            )
        return entries

    def _about(self, versions: Sequence[str], name: str) -> list[dict[str, str]]:
        return records(self._store.query(own_query(name, versions=sorted(versions))))

    def _names(self, entities: Sequence[str] = ()) -> list[_Entry]:
        """Return the names of these entities, or of all."""
        query = own_query("index-names", entities=Literal(f"{self._base}entity/"))
        if entities:
            query = query.replace("WHERE {", f"WHERE {{ VALUES ?entity {{ {terms(sorted(entities))} }}")
        found = records(self._store.query(query))
        return [
            _Entry(iri=record["entity"], part=record["entity"], kind="name", text=record["text"]) for record in found
        ]


def speaker_key(iri: str) -> str:
    """Return the index's key of a speaker: its IRI, or one key for all sources without a description.

    Args:
        iri: The speaker's IRI.
    """
    return vocab.UNNAMED_SOURCE if is_unnamed(iri) else iri


def _batches(versions: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(versions), _AT_ONCE):
        yield versions[start : start + _AT_ONCE]


def _only_current(versions: set[str]) -> str:
    return own_query("index-versions").replace("WHERE {", f"WHERE {{ VALUES ?version {{ {terms(sorted(versions))} }}")


# -- the file ------------------------------------------------------------------------------------------------


def _own_path(index: WordIndex) -> Path:
    """Return a file in a temporary folder that is removed together with the index."""
    folder = tempfile.mkdtemp(prefix="kg-words-")
    weakref.finalize(index, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / FILE_NAME


@contextlib.contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        yield connection
    finally:
        connection.close()


def _revision_of(path: Path, base: str) -> int | None:
    """Return the revision of an index file; None for a missing file and for another format or base."""
    if not path.is_file():
        return None
    try:
        with _connected(path) as connection:
            (held,) = connection.execute("PRAGMA user_version").fetchone()
            if held != _FORMAT:
                return None
            revision, held_base = connection.execute("SELECT revision, base FROM state").fetchone()
    except (sqlite3.DatabaseError, TypeError):
        return None
    return int(revision) if held_base == base else None


def _add(connection: sqlite3.Connection, entries: Sequence[_Entry]) -> None:
    for entry in entries:
        text, _ = folded(entry.text)
        who, _ = folded(entry.who)
        written = None if text == entry.text else entry.text
        values = (entry.iri, entry.part, entry.kind, entry.act, entry.publisher, entry.day, entry.told, written)
        cursor = connection.execute(
            "INSERT INTO entry (iri, part, kind, act, publisher, day, told, written, reports) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, entry.reports),
        )
        number = cursor.lastrowid
        for table in ("words", "stems"):
            connection.execute(f"INSERT INTO {table} (rowid, text, who) VALUES (?, ?, ?)", (number, text, who))
        connection.executemany("INSERT INTO speaker VALUES (?, ?)", [(number, iri) for iri in entry.speakers])


def _remove(connection: sqlite3.Connection, part: str) -> None:
    for (number,) in connection.execute("SELECT id FROM entry WHERE part = ?", (part,)).fetchall():
        connection.execute(
            "INSERT INTO stems (stems, rowid, text, who) SELECT 'delete', rowid, text, who FROM words WHERE rowid = ?",
            (number,),
        )
        connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
        connection.execute("DELETE FROM speaker WHERE entry = ?", (number,))
        connection.execute("DELETE FROM entry WHERE id = ?", (number,))


def _finish(connection: sqlite3.Connection, revision: int, base: str) -> None:
    connection.execute("DELETE FROM state")
    connection.execute("INSERT INTO state VALUES (?, ?)", (revision, base))
    connection.execute(f"PRAGMA user_version = {_FORMAT}")
    connection.commit()
