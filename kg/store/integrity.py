"""Integrity check of a store on disk against the record of its last write, see :mod:`kg.store.statefile`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Store

from kg.errors import StoreDamaged, StoreError
from kg.store import journal, statefile
from kg.store.locking import shared_lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The condition of a store's folder.

    ``known`` is the record in the folder, None for a store of an earlier version of this program. ``quads`` is the
    number of quads, None if the store cannot be opened or read. ``problem`` describes the damage, and is empty without
    any.
    """

    known: statefile.StateRecord | None
    quads: int | None
    problem: str = ""


def check(path: Path) -> Condition:
    """Read all quads of a store and compare them with its record. Changes nothing.

    Raises:
        StoreLocked: A process has the store open for writing.
        StoreError: The folder cannot be read.
    """
    with shared_lock(path):
        try:
            known = _known(path)
        except StoreDamaged as error:
            return Condition(known=None, quads=_counted(path), problem=str(error))
        try:
            store = _read_only(path, known)
            quads = sum(1 for _ in store.quads_for_pattern(None, None, None, None))
            _state(path, store, known)
        except StoreDamaged as error:
            return Condition(known=known, quads=_counted(path), problem=str(error))
        except (OSError, RuntimeError) as error:
            return Condition(known=known, quads=None, problem=_unreadable(path, known, error))
        return Condition(known=known, quads=quads)


def opened(path: Path) -> tuple[Store, int]:
    """Return the store opened for reading, and its revision. The caller must hold the lock.

    Raises:
        StoreDamaged: The store cannot be opened, or has lost data.
    """
    store, seen = _seen(path)
    return store, seen.state.revision


def _seen(path: Path) -> tuple[Store, StoreFinding]:
    known = _known(path)
    store = _read_only(path, known)
    return store, StoreFinding(known, _state(path, store, known))


@dataclass(frozen=True, slots=True)
class StoreFinding:
    """The record of a store when it was checked, and the state that the store was in."""

    record: statefile.StateRecord | None
    state: statefile.State


def demand_sound(path: Path) -> StoreFinding | None:
    """Refuse a damaged store before it is opened for writing, which would make the damage final.

    The lock is taken only if the store seems damaged, because another process may be writing.

    Returns:
        The finding; None if an unfinished change has to be completed first.

    Raises:
        StoreDamaged: The store cannot be opened, or has lost data.
        StoreLocked: A process has the store open for writing.
    """
    if journal.is_unfinished(path):
        return None  # the journal is completed first, and the check follows
    try:
        return _seen(path)[1]
    except StoreError:
        with shared_lock(path):
            return _seen(path)[1]


def settled(path: Path, store: Store, seen: StoreFinding | None = None) -> statefile.StateFile:
    """Return the updated state file of a store that was just opened for writing.

    Args:
        path: The folder.
        store: The store.
        seen: The finding before the store was opened. If nobody has written since, the quads are not counted again:
            counting 10 million quads takes three seconds.

    Raises:
        StoreDamaged: The store has lost data.
        OSError: The file cannot be written.
    """
    known = _known(path)
    state = seen.state if seen is not None and seen.record == known else _state(path, store, known)
    return statefile.StateFile(path, state)


def accept(path: Path) -> int:
    """Accept the present content of a damaged store as complete, and return the number of quads.

    Raises:
        StoreError: The store cannot be opened or written.
    """
    try:
        store = Store(str(path))
        known = _known_if_whole(path)
        revision = 0 if known is None else known.state.revision
        state = statefile.State(revision=revision + 1, quads=len(store))
        statefile.StateFile(path, state).close()
    except OSError as error:
        raise StoreError(f"{path}: the store cannot be opened: {error}") from error
    return len(store)


def demand_present(path: Path) -> None:
    """Raise StoreDamaged if a folder has the record of a store, but RocksDB's first file is missing.

    Raises:
        StoreDamaged: The store has lost files.
    """
    known = _known(path) if path.is_dir() else None
    if known is not None:
        raise StoreDamaged(_unreadable(path, known, "its file CURRENT is missing"))


def _read_only(path: Path, known: statefile.StateRecord | None) -> Store:
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreDamaged(_unreadable(path, known, error)) from error


def _known(path: Path) -> statefile.StateRecord | None:
    try:
        known = statefile.read(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror or error}") from error
    if known is None and (path / statefile.FILE_NAME).is_file() and (path / statefile.FILE_NAME).stat().st_size:
        raise StoreDamaged(
            f"{path}: {statefile.FILE_NAME}, which has the store's revision and its number of quads, is damaged. "
            f"See how much is there, and accept it if it is all: kg store check {path}"
        )
    return known


def _known_if_whole(path: Path) -> statefile.StateRecord | None:
    try:
        return _known(path)
    except StoreDamaged:
        return None


def _state(path: Path, store: Store, known: statefile.StateRecord | None) -> statefile.State:
    """Return the state of the store. Raises StoreDamaged."""
    if known is None or known.is_old:
        revision = 0 if known is None else known.state.revision
        return statefile.State(revision=revision, quads=len(store))
    found = statefile.state_of(store, known)
    if found is None:
        raise StoreDamaged(_lost(path, known, len(store)))
    return found


def _lost(path: Path, known: statefile.StateRecord, quads: int) -> str:
    seen = f"has {quads:,}" if quads not in (state.quads for state in known.possible) else "lacks its last write"
    return (
        f"{path}: the store is damaged: {_expected(known)}, now it {seen}. Nothing was changed. "
        f"Load your last dump into a new store (kg load DUMP --store NEW), or look at what is left: "
        f"kg store check {path}"
    )


def _unreadable(path: Path, known: statefile.StateRecord | None, error: Exception | str) -> str:
    expected = "" if known is None or known.is_old else f"; {_expected(known)}"
    return (
        f"{path}: the store cannot be opened: {str(error).rstrip('.')}{expected}. "
        f"If its files are damaged, load your last dump into a new store: kg load DUMP --store NEW"
    )


def _expected(known: statefile.StateRecord) -> str:
    quads = " or ".join(f"{state.quads:,}" for state in known.possible if state.quads is not None)
    return f"at revision {known.state.revision:,} it had {quads} quads"


def _counted(path: Path) -> int | None:
    try:
        return len(Store.read_only(str(path)))
    except (OSError, RuntimeError):
        return None
