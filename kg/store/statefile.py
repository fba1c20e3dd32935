"""Record of a store's state outside of the engine: its revision, its number of quads, and a sign of its last write.

The engine does not report lost data. RocksDB opens with the data up to the first damaged byte of its log, and a store
without its log opens empty. This file is compared with the store at each opening.

A write is announced before it is made and confirmed after it. A process that is killed between the two leaves an
announcement, and the store is then in either the earlier or the announced state. Two slots are written in turn, each
with a checksum, so that the earlier record survives a crash. Both slots exist from the start, so that a full disk
accepts a record. The announcement is on disk before the engine receives the write. The confirmation is synchronized
with the next announcement or at the end, because it adds no information.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from kg.graph import Change

FILE_NAME: Final = "claimgraph.revision"
_SLOT: Final = 4096
_SLOTS: Final = 2
_LONGEST_SIGN: Final = 700
"""Largest quad in bytes that serves as the sign of a write."""
_TRIED: Final = 20
"""Number of quads of a write that are examined for a short one."""
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a store. ``quads`` is None after a load of unknown size.

    ``present`` and ``absent`` are signs of the last write: an added and a removed quad as N-Quads. A sign is empty if
    no quad is short enough.
    """

    revision: int
    quads: int | None
    present: str = ""
    absent: str = ""


@dataclass(frozen=True, slots=True)
class StateRecord:
    """Content of the file: the last state and, if the write to it is not confirmed, the state ``before``."""

    state: State
    before: State | None = None

    @property
    def possible(self) -> tuple[State, ...]:
        """The states that the store may be in."""
        return (self.state,) if self.before is None else (self.state, self.before)

    @property
    def is_old(self) -> bool:
        """Whether the file is from an earlier version of this program and has no number of quads."""
        return self.before is None and self.state.quads is None


def after_write(before: State, change: Change) -> State:
    """Return the state after a write.

    Args:
        before: The state before the write.
        change: The write. Its removed quads are in the store, its added ones are not.
    """
    if change.removed is None or change.added is None or before.quads is None:
        return State(revision=change.revision, quads=None)
    quads = before.quads - count(change.removed) + count(change.added)
    return State(revision=change.revision, quads=quads, present=_sign(change.added), absent=_sign(change.removed))


def count(quads: AbstractSet[Quad]) -> int:
    """Return the number of quads in the engine, for which 1.0 and 1.00 are one value."""
    valued = {quad for quad in quads if not _is_plain(quad)}
    if len(valued) < 2:
        return len(quads)
    store = Store()
    store.extend(valued)
    return len(quads) - len(valued) + len(store)


def _is_plain(quad: Quad) -> bool:
    """Return whether the engine compares a quad exactly as Python does."""
    term = quad.object
    if isinstance(quad.subject, BlankNode) or isinstance(quad.graph_name, BlankNode):
        return False
    if isinstance(term, Literal):
        return term.datatype.value == _STRING
    return isinstance(term, NamedNode)


def _sign(quads: Iterable[Quad]) -> str:
    for quad, _ in zip(quads, range(_TRIED), strict=False):
        if isinstance(quad.object, Triple) or "_:" in str(quad):
            continue
        text = (serialize([quad], format=RdfFormat.N_QUADS) or b"").decode()
        if len(json.dumps(text)) <= _LONGEST_SIGN:
            return text.strip()
    return ""


def state_of(store: Store, record: StateRecord) -> State | None:
    """Return the state of the store with its number of quads; None if no possible state fits.

    Args:
        store: The store.
        record: The record in its folder.
    """
    quads = len(store)
    for state in record.possible:
        if _is_in(store, quads, state, record.before):
            return State(revision=record.state.revision, quads=quads, present=state.present, absent=state.absent)
    return None


def _is_in(store: Store, quads: int, state: State, before: State | None) -> bool:
    if state.quads is None:  # a load, which only adds quads
        return before is None or before.quads is None or quads >= before.quads
    if quads != state.quads:
        return False
    is_present = not state.present or _quad(state.present) in store
    return is_present and not (state.absent and _quad(state.absent) in store)


def _quad(sign: str) -> Quad:
    quad: Quad = next(iter(parse(sign.encode(), RdfFormat.N_QUADS)))
    return quad


def read(folder: Path) -> StateRecord | None:
    """Return the last complete record in a store's folder, or None.

    Raises:
        OSError: The file exists but cannot be read.
    """
    try:
        data = (folder / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    found = _last(data)
    if found is not None:
        return found[1]
    try:
        return StateRecord(State(revision=int(data), quads=None))
    except ValueError:
        return None


class StateFile:
    """The record of a store that is open for writing."""

    def __init__(self, folder: Path, state: State) -> None:
        """Open or create the file, and record the current state.

        Args:
            folder: The folder of the store.
            state: The current state.

        Raises:
            OSError: The file cannot be written.
        """
        self._path = folder / FILE_NAME
        self._serial = 0
        found = _last(self._path.read_bytes()) if self._path.is_file() else None
        self._serial = 0 if found is None else found[0]
        if found is None:
            self._make(state)
        self._file = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        self.state = state
        if found is not None and found[1] != StateRecord(state):
            self._write(StateRecord(state))

    def announce(self, state: State) -> None:
        """Record on disk that a write to a state begins.

        Raises:
            OSError: The file cannot be written; the write must not be made.
        """
        self._write(StateRecord(state, self.state))
        self._synchronise()

    def confirm(self, state: State) -> None:
        """Record that the store is in a state.

        Raises:
            OSError: The file cannot be written.
        """
        self._write(StateRecord(state))
        self.state = state

    def close(self) -> None:
        """Synchronize the file to disk and close it."""
        try:
            self._synchronise()
        finally:
            os.close(self._file)

    def _make(self, state: State) -> None:
        draft = self._path.with_suffix(".revision-draft")
        with draft.open("wb") as file:
            file.write(_packed(1, StateRecord(state)).ljust(_SLOT * _SLOTS))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        self._serial = 1

    def _write(self, record: StateRecord) -> None:
        serial = self._serial + 1
        os.lseek(self._file, (serial + 1) % _SLOTS * _SLOT, os.SEEK_SET)
        if os.write(self._file, _packed(serial, record)) != _SLOT:
            raise OSError(f"{self._path}: was not written whole")
        self._serial = serial

    def _synchronise(self) -> None:
        getattr(os, "fdatasync", os.fsync)(self._file)


def _packed(serial: int, record: StateRecord) -> bytes:
    """Return a slot: checksum, number and record on one line, padded with blanks."""
    content = json.dumps([serial, asdict(record)]).encode()
    return f"{zlib.crc32(content):08x} ".encode().__add__(content).ljust(_SLOT - 1) + b"\n"


def _last(data: bytes) -> tuple[int, StateRecord] | None:
    """Return the number and the record of the slot that was written last."""
    found = [slot for slot in map(_unpacked, _slots(data)) if slot is not None]
    return max(found, key=lambda slot: slot[0], default=None)


def _slots(data: bytes) -> Iterator[bytes]:
    return (data[start : start + _SLOT] for start in range(0, len(data), _SLOT))


def _unpacked(slot: bytes) -> tuple[int, StateRecord] | None:
    """Parse a slot; None if it was not written completely."""
    checksum, _, content = slot.strip().partition(b" ")
    if checksum != f"{zlib.crc32(content):08x}".encode():
        return None
    serial, record = json.loads(content)
    before = record["before"]
    return serial, StateRecord(_state(record["state"]), None if before is None else _state(before))


def _state(fields: dict[str, Any]) -> State:
    return State(**fields)
