"""Whenever the process that keeps a correction is killed, log and graph agree after the next start."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final
from unittest.mock import patch

import pytest
from pyoxigraph import NamedNode, Store, Triple

from kg import vocab
from kg.corrections import lines, log, reapply
from kg.corrections.kept import KeptRecords
from kg.corrections.place import passage_at
from kg.corrections.values import Correction, EntityName, NewValues, StatementAnchor
from kg.mapper import map_record
from kg.pages.review_desk import ReviewDesk
from kg.records import Record
from kg.store import EmbeddedStore
from kg.validate import our_shapes, validate
from tests.samples import sample

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
Append = Callable[[Path, list[Correction]], list[Correction]]
BASE = "https://data.test/id/"
_DURABLE: Final = frozenset({"open", "pwrite", "write", "fsync", "ftruncate", "replace", "rename", "unlink", "link"})
_WRITES: Final = frozenset({"update", "extend", "add", "remove", "flush", "add_graph", "remove_graph", "bulk_extend"})
"""What of ``os`` changes a file, and what of the engine's store changes the graph."""


class _Killed:
    """Counts what changes the disk, and kills its own process before or after one of these calls."""

    def __init__(self, at: int) -> None:
        self._at = at
        self.count = 0

    def __call__(self, _frame: FrameType, event: str, function: object) -> None:
        if event not in ("c_call", "c_return"):
            return
        owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
        if (owner is sys.modules["posix"] and name in _DURABLE) or (isinstance(owner, Store) and name in _WRITES):
            if self.count == self._at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.count += 1


@pytest.fixture(scope="module")
def shapes() -> list[Triple]:
    """The shapes, read once and compiled, so that no child has to."""
    found = list(our_shapes())
    validate(map_record(sample(), BASE).quads, found)
    return found


def _anchored(record: Record, kind: str, at: str, **values: object) -> Correction:
    claim = record.claims[0]
    text = record.document.text
    target = StatementAnchor(side="claim", words=passage_at(text, claim.content), source=passage_at(text, claim.source))
    about = {"document": record.document.id, "sha256": record.document.sha256, "target": target}
    made = Correction(id=lines.NO_ID, at=f"2026-11-30T12:00:{at}Z", by="Ana", kind=kind, **about, **values)  # type: ignore[arg-type]
    return lines.named(made)


def _undo(one: Correction, at: str) -> Correction:
    return lines.named(Correction(id=lines.NO_ID, at=f"2026-11-30T12:00:{at}Z", by="Ben", kind="undo", undoes=one.id))


@contextmanager
def _desk(folder: Path, shapes: list[Triple]) -> Iterator[tuple[EmbeddedStore, ReviewDesk]]:
    with EmbeddedStore.open(folder, create=True) as store:
        yield store, ReviewDesk(store, store, KeptRecords(folder), BASE, shapes)


def _made(folder: Path, shapes: list[Triple], record: Record, *decided: Correction) -> Path:
    """A store with the record as the extractor read it, and these decisions."""
    with _desk(folder, shapes) as (store, desk):
        store.replace([map_record(record, BASE)])
        KeptRecords(folder).keep(record)
        digits = record.document.sha256[:16]
        for one in decided:
            desk.decide(digits, desk.sheet(digits).state, [one])
    return folder


def _in_the_graph(store: EmbeddedStore) -> set[str]:
    found = store.matching([(None, NamedNode(vocab.RDF_TYPE), NamedNode(vocab.CORRECTION), None)])
    return {str(quad.subject.value).rpartition("/")[2] for quad in found}  # type: ignore[union-attr]


def _decided_and_killed(folder: Path, shapes: list[Triple], correction: Correction, digits: str, at: int) -> int | None:
    """Decide in a process that is killed at that step; the number of steps where it lived on, None where it did not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with _desk(folder, shapes) as (_, desk):
                state = desk.sheet(digits).state
                killed = _Killed(at)
                with patch.object(log, "append", partial(_watched, killed, log.append)):
                    desk.decide(digits, state, [correction])
                sys.setprofile(None)
                os.write(writing, str(killed.count).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return int(said) if said else None


def _watched(killed: _Killed, append: Append, path: Path, corrections: list[Correction]) -> list[Correction]:
    """Add to the log; from here on the disk is changed, and steps are counted."""
    sys.setprofile(killed)
    return append(path, corrections)


def _demand_agreement(folder: Path, shapes: list[Triple], correction: Correction, *, kept: bool | None) -> bool:
    """After a start the graph has the corrections of the log, and a second start changes nothing."""
    with _desk(folder, shapes) as (store, desk):
        desk.catch_up()
        decided = log.read_log(folder / log.FILE_NAME)
        assert _in_the_graph(store) == {one.id for one in reapply.in_force(decided)}
        revision = store.revision
        assert desk.catch_up() == 0
        assert store.revision == revision
    is_kept = correction.id in {one.id for one in decided}
    assert kept is None or is_kept is kept
    return is_kept


@pytest.mark.parametrize("kind", ["change", "undo"])
def test_killed_at_any_step_log_and_graph_agree_after_the_next_start(
    tmp_path: Path, shapes: list[Triple], kind: str
) -> None:
    """SIGKILL before and after calls that change the disk: what was acknowledged is there, and nothing by half."""
    record = sample()
    digits = record.document.sha256[:16]
    speaker = NewValues(speakers=(EntityName(type="person", name="Cem Ozan"),))
    first = _anchored(record, "change", "01", settings=speaker)
    correction = first if kind == "change" else _undo(first, "02")
    whole = _made(tmp_path / "whole", shapes, record, *(() if kind == "change" else (first,)))
    steps = _decided_and_killed(shutil.copytree(whole, tmp_path / "lives"), shapes, correction, digits, -1)
    assert steps is not None
    assert steps > 10
    _demand_agreement(tmp_path / "lives", shapes, correction, kept=True)
    outcomes = []
    for at in range(0, steps, max(1, steps // (8 if kind == "change" else 4))):
        folder = shutil.copytree(whole, tmp_path / f"killed-{at}")
        assert _decided_and_killed(folder, shapes, correction, digits, at) is None
        outcomes.append(_demand_agreement(folder, shapes, correction, kept=None))
    assert outcomes == sorted(outcomes), "what was on the disk at an earlier step is there at a later one"
    assert {False, True} == set(outcomes)


def test_undo_of_what_was_decided_on_an_earlier_text_is_caught_up(tmp_path: Path, shapes: list[Triple]) -> None:
    """The correction was made on a text that is replaced by now: its undo in the log is put into the graph."""
    first = sample()
    again = replace(first, document=replace(first.document, text=first.document.text + "One line more."))
    correction = _anchored(first, "accept", "01")
    folder = _made(tmp_path / "store", shapes, again, correction)
    with _desk(folder, shapes) as (store, desk):
        assert _in_the_graph(store) == {correction.id}
        log.append(folder / log.FILE_NAME, [_undo(correction, "02")])
        assert desk.catch_up() == 1
        assert _in_the_graph(store) == set()
