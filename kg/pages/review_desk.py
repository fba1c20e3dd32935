"""Decisions of reviewers: checked, written to disk, and then put into the graph, one at a time.

A decision applies to the extractor's original reading, which the store keeps; no text is extracted here.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kg import mapper, validate
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


class VersionWriter(Protocol):
    """Puts document versions in force, one change at a time."""

    def replace(self, graphs: Sequence[VersionGraph]) -> None:
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
            after = self._sheet(digits, [*decided, *corrections])
            self._demand_fitting(after, corrections)
            added = log.append(self._kept.log, corrections)
            try:
                self._writer.replace([mapper.map_record(after.record, self._base)])
            except BaseException:
                log.take_back(self._kept.log, added)  # a refused decision must not return at the next start
                raise
            return after

    def catch_up(self) -> int:
        """Put decisions of the log that a killed process left out into the graph.

        Return the number of versions.
        """
        with self._turn:
            decided = log.read_log(self._kept.log)
            names = {one.sha256[:16] for one in decided if one.sha256 is not None}
            done = 0
            for digits in sorted(names):
                try:
                    sheet = self._sheet(digits, decided)
                except NotOnDesk:
                    continue
                self._writer.replace([mapper.map_record(sheet.record, self._base)])
                done += 1
            return done

    def _sheet(self, digits: str, decided: Sequence[Correction]) -> Sheet:
        record = self._kept.read(digits)
        version = f"{self._base}doc/{digits}"
        if ownership.versions(self._store).get(version) != "current":
            raise NotOnDesk(f"{version} is not in force here")
        if record is None:
            raise NotOnDesk(f"{version}: what was extracted from it is not kept; build the article again to correct it")
        about = [one for one in decided if one.kind == "undo" or reapply.is_about(one, record)]
        outcome = reapply.within(record, about, self._broken)
        mine = {one.id for one in about if one.kind != "undo"}
        decisions = tuple(one for one in about if one.id in mine or one.undoes in mine)
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


def _state(decisions: Sequence[Correction]) -> str:
    """Return a name of the decisions so far. It contains their number, to find later ones."""
    digest = hashlib.sha256("".join(one.id for one in decisions).encode()).hexdigest()[:16]
    return f"{len(decisions)}-{digest}"


def _since(sheet: Sheet, state: str) -> Sequence[Correction]:
    number = state.partition("-")[0]
    return sheet.decisions[int(number) :] if number.isdigit() else sheet.decisions
