"""Decisions of reviewers: checked, written to disk, and then put into the graph, one at a time.

A decision applies to the extractor's original reading, which the store keeps; no text is extracted here.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from pyoxigraph import DefaultGraph, NamedNode

from kg import iri, mapper, validate, vocab
from kg.corrections import log, reapply
from kg.errors import KgError
from kg.store import ownership

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kg.corrections.kept import KeptRecords
    from kg.corrections.reapply import CorrectedRecord
    from kg.corrections.values import Correction
    from kg.graph import VersionGraph
    from kg.records import Record


_NUMBER: Final = re.compile(r"[0-9]{1,9}(?=-)")
_TYPE: Final = NamedNode(vocab.RDF_TYPE)
_STATUS: Final = NamedNode(vocab.STATUS)
_CURRENT: Final = NamedNode(vocab.MOD + "current")
_CORRECTION: Final = NamedNode(vocab.CORRECTION)


class VersionWriter(Protocol):
    """Puts document versions in force, one change at a time."""

    def replace(self, graphs: Sequence[VersionGraph]) -> object:
        """Put versions in force, and return when they are on disk."""


class NotOnDesk(KgError):
    """The version is not in force, or its record was not saved."""


class Stale(KgError):
    """Another person has decided about this version in the meantime. ``since`` are the new decisions."""

    def __init__(self, sheet: Sheet, since: Sequence[Correction]) -> None:
        super().__init__("somebody else has corrected this article meanwhile")
        self.sheet = sheet
        self.since = tuple(since)


class RefusedCorrection(KgError):
    """The decision does not fit the text, or violates a shape; the message names it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version in its current state, with corrections and the name of the state."""

    outcome: CorrectedRecord
    decisions: tuple[Correction, ...]
    state: str

    @property
    def record(self) -> Record:
        """The corrected record."""
        return self.outcome.record


class ReviewDesk:
    """Records decisions about the versions of one store."""

    def __init__(
        self, store: ownership.Matcher, writer: VersionWriter, kept: KeptRecords, base: str, shapes: Sequence[Triple]
    ) -> None:
        self._store = store
        self._writer = writer
        self._kept = kept
        self._base = base
        self._shapes = shapes
        self._turn = threading.Lock()

    def sheet(self, digits: str) -> Sheet:
        """Return a version by the first 16 digits of its hash.

        Raises:
            NotOnDesk: The version is not in force here, or its record was not saved.
        """
        return self._sheet(digits, log.read_log(self._kept.log))

    def decide(self, digits: str, state: str, corrections: Sequence[Correction]) -> Sheet:
        """Record decisions and put the corrected version in force; return when both are on disk.

        Args:
            digits: The first 16 digits of the version's hash.
            state: The state of the sheet that the person saw.
            corrections: The decisions. They are recorded together or not at all.

        Raises:
            NotOnDesk: The version is unknown.
            Stale: Others have made decisions since.
            RefusedCorrection: A decision does not fit, or violates a shape.
            KgError: A file cannot be written.
        """
        with self._turn:
            decided = log.read_log(self._kept.log)
            sheet = self._sheet(digits, decided)
            if sheet.state != state:
                raise Stale(sheet, _since(sheet, state))
            _demand_undoable(sheet, corrections)
            after = self._sheet(digits, [*decided, *corrections])
            self._demand_fitting(after, corrections)
            self._write(corrections, [after])
            return after

    def decide_each(
        self, digits: Sequence[str], make: Callable[[Sheet], Sequence[Correction]], most: int
    ) -> tuple[Correction, ...]:
        """Decide about several versions as they are now: all of it is kept in one write, or nothing.

        Args:
            digits: The versions. One that is not on the desk is left out, and so is a decision that does not fit.
            make: What is decided about a version.
            most: After so many decisions no further version is looked into.

        Returns:
            What is kept.

        Raises:
            KgError: It cannot be written.
        """
        with self._turn:
            decided = log.read_log(self._kept.log)
            made: list[Correction] = []
            sheets: list[Sheet] = []
            for one in digits:
                try:
                    new = make(self._sheet(one, decided))[: most - len(made)]
                    after = self._sheet(one, [*decided, *new])
                except NotOnDesk:
                    continue
                orphans = {orphan.correction.id for orphan in after.outcome.orphans}
                fitting = [correction for correction in new if correction.id not in orphans]
                if fitting:
                    made += fitting
                    sheets.append(after)
                if len(made) >= most:
                    break
            if made:
                self._write(made, sheets)
            return tuple(made)

    def decided(self) -> list[Correction]:
        """Return every decision, in the order of time."""
        return log.read_log(self._kept.log)

    def versions(self) -> frozenset[str]:
        """Return the versions of which the extractor's reading is kept, by the digits of their hashes."""
        return self._kept.digits()

    def _write(self, corrections: Sequence[Correction], sheets: Sequence[Sheet]) -> None:
        added = log.append(self._kept.log, corrections)
        try:
            self._writer.replace([mapper.map_record(sheet.record, self._base) for sheet in sheets])
        except BaseException:
            log.take_back(self._kept.log, added)  # what is refused must not come back at the next start
            raise

    def catch_up(self) -> int:
        """Put decisions of the log that a killed process left out into the graph.

        Versions whose graph has the corrections in force already are skipped. Return the number of changed versions.
        """
        with self._turn:
            decided = log.read_log(self._kept.log)
            written = self._written()
            done = 0
            for digits, wanted in sorted(self._wanted(decided).items()):
                if wanted == written.get(digits, set()):
                    continue
                try:
                    sheet = self._sheet(digits, decided)
                except NotOnDesk:
                    continue
                if {one.correction.id for one in sheet.outcome.applied} != written.get(digits, set()):
                    self._writer.replace([mapper.map_record(sheet.record, self._base)])
                    done += 1
            return done

    def _written(self) -> dict[str, set[str]]:
        """Return the ids of the corrections in the graph, by version."""
        found: dict[str, set[str]] = {}
        for quad in self._store.matching([(None, _TYPE, _CORRECTION, None)]):
            version, _, name = getattr(quad.subject, "value", "").partition("/correction/")
            if name and version.startswith(f"{self._base}doc/"):
                found.setdefault(version.rpartition("/")[2], set()).add(name)
        return found

    def _wanted(self, decided: Sequence[Correction]) -> dict[str, set[str]]:
        """Return the ids of the corrections in force about each version of a corrected article."""
        force = reapply.in_force(decided)
        wanted: dict[str, set[str]] = {}
        if any(one.document is None and one.kind != "undo" for one in decided):
            everywhere = [one for one in force if one.document is None]
            wanted = {record.document.sha256[:16]: _about(record, everywhere) for record in self._kept.all()}
        ids = {one.id for one in force}
        current: dict[str, set[str]] = {}
        for one in decided:
            if one.document is None or one.sha256 is None:
                continue
            if one.document not in current:
                current[one.document] = self._current(one.document)
            for digits in {one.sha256[:16]} | current[one.document]:
                wanted.setdefault(digits, set()).update({one.id} & ids)
        return wanted

    def _current(self, document: str) -> set[str]:
        """Return the versions of an article that are in force, by the digits of their hashes."""
        found = ownership.current_versions(self._store, iri.article(self._base, document))
        return {version.rpartition("/")[2] for version in found}

    def _sheet(self, digits: str, decided: Sequence[Correction]) -> Sheet:
        record = self._kept.read(digits)
        version = f"{self._base}doc/{digits}"
        if not any(self._store.matching([(NamedNode(version), _STATUS, _CURRENT, DefaultGraph())])):
            raise NotOnDesk(f"{version} is not in force here")
        if record is None:
            raise NotOnDesk(f"{version}: what was extracted from it is not kept; build the article again to correct it")
        about = [one for one in decided if one.kind == "undo" or reapply.is_about(one, record)]
        outcome = reapply.within(record, about, self._broken)
        decisions = _with_undos(about)
        return Sheet(outcome, decisions, _state(decisions))

    def _broken(self, record: Record) -> str | None:
        found = validate.validate(mapper.map_record(record, self._base).quads, self._shapes).at_least("violation")
        return f"it would break {found[0].shape}: {found[0].message}" if found else None

    @staticmethod
    def _demand_fitting(after: Sheet, corrections: Sequence[Correction]) -> None:
        new = {one.id for one in corrections}
        for orphan in after.outcome.orphans:
            if orphan.correction.id in new:
                raise RefusedCorrection(orphan.reason)


def _with_undos(about: Sequence[Correction]) -> tuple[Correction, ...]:
    """Return the decisions about a version with the undos of them, and the undos of those.

    Args:
        about: The decisions about the version, and every undo, in the order of time.
    """
    known = {one.id for one in about if one.kind != "undo"}
    found = []
    for one in about:
        if one.kind != "undo" or one.undoes in known:
            known.add(one.id)
            found.append(one)
    return tuple(found)


def _demand_undoable(sheet: Sheet, corrections: Sequence[Correction]) -> None:
    """Refuse an undo of an unknown decision, and of one that is taken back already.

    Args:
        sheet: The version with its decisions.
        corrections: The new decisions.

    Raises:
        RefusedCorrection: Nothing would be taken back. Nothing writes the graph of another article.
    """
    for one in corrections:
        if one.kind != "undo":
            continue
        if one.undoes not in {decided.id for decided in sheet.decisions}:
            raise RefusedCorrection("there is no such decision about this article")
        if one.undoes in reapply.taken_back(sheet.decisions):
            raise RefusedCorrection("that decision is taken back already")


def _about(record: Record, corrections: Sequence[Correction]) -> set[str]:
    return {one.id for one in corrections if reapply.is_about(one, record)}


def _state(decisions: Sequence[Correction]) -> str:
    """Return a name of the decisions so far. It contains their number, to find later ones."""
    digest = hashlib.sha256("".join(one.id for one in decisions).encode()).hexdigest()[:16]
    return f"{len(decisions)}-{digest}"


def _since(sheet: Sheet, state: str) -> Sequence[Correction]:
    number = _NUMBER.match(state)
    return sheet.decisions[int(number[0]) :] if number else sheet.decisions
