"""All statements that one rule of the extractor made, accepted at once after a look at some of them, and taken back."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kg.corrections import reapply
from kg.corrections.edits import Statement, statements_of
from kg.pages import review_forms
from kg.records import Claim

if TYPE_CHECKING:
    from kg.corrections.values import Correction
    from kg.pages.review_desk import ReviewDesk, Sheet
    from kg.views.review_queue import ReviewQueue, Waiting

SAMPLE: Final = 10
"""How many statements of a rule are looked at before all of it is accepted."""
AT_A_TIME: Final = 200
"""The most statements that are accepted in one write."""
_NOTE: Final = "all of rule "


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Statements that one person accepted at one moment. ``count`` of them are still in force."""

    at: str
    by: str
    note: str
    count: int


class BulkReview:
    """Accepts what a rule made.

    Args:
        desk: Keeps the decisions.
        queue: Knows what waits.
    """

    def __init__(self, desk: ReviewDesk, queue: ReviewQueue) -> None:
        self._desk = desk
        self._queue = queue

    def waiting(self, rule: str, at_least: float = 0.0) -> list[Waiting]:
        """Return the statements of a rule that nobody has reviewed.

        Args:
            rule: The rule's name.
            at_least: Leave out what is less certain.
        """
        return self._queue.of_rule(self._desk.versions(), rule, at_least)

    def accept(self, rule: str, by: str, *, at_least: float = 0.0, looked_at: int = 0) -> int:
        """Accept the statements of a rule, at most so many as go into one write; return how many.

        Args:
            rule: The rule's name.
            by: The name of the person.
            at_least: Leave out what is less certain.
            looked_at: How many of them the person was shown.

        Raises:
            KgError: It cannot be written; then nothing of it is kept.
        """
        at = review_forms.now()
        note = f"{_NOTE}{rule}, confidence at least {at_least:g}, after a look at {looked_at}"

        def make(sheet: Sheet) -> Sequence[Correction]:
            record = sheet.record
            decided = {review.statement for review in record.reviews}
            chosen = [one for one in statements_of(record) if one.id not in decided and _is_of(one, rule, at_least)]
            return [review_forms.accepted(one, record, by, at, note) for one in chosen]

        digits = dict.fromkeys(one.digits for one in self.waiting(rule, at_least))
        return len(self._desk.decide_each(list(digits), make, AT_A_TIME))

    def batches(self, most: int = 10) -> list[Batch]:
        """Return what was accepted at once and is in force, the latest first.

        Args:
            most: How many are returned.
        """
        found: dict[tuple[str, str, str], int] = {}
        for one in reapply.in_force(self._desk.decided()):
            if one.kind == "accept" and one.note is not None and one.note.startswith(_NOTE):
                key = (one.at, one.by, one.note)
                found[key] = found.get(key, 0) + 1
        latest = sorted(found.items(), reverse=True)[:most]
        return [Batch(at=at, by=name, note=note, count=count) for (at, name, note), count in latest]

    def take_back(self, at: str, accepted_by: str, by: str) -> int:
        """Take back what one person accepted at one moment; return how many decisions that were.

        Args:
            at: The moment, as a batch has it.
            accepted_by: Whose batch it is.
            by: Who takes it back.

        Raises:
            KgError: It cannot be written; then nothing of it is taken back.
        """
        batch: dict[str, list[Correction]] = {}
        for one in reapply.in_force(self._desk.decided()):
            is_of = (one.at, one.by, one.kind) == (at, accepted_by, "accept") and (one.note or "").startswith(_NOTE)
            if is_of and one.sha256 is not None:
                batch.setdefault(one.sha256[:16], []).append(one)
        moment = review_forms.now()

        def make(sheet: Sheet) -> Sequence[Correction]:
            digits = sheet.record.document.sha256[:16]
            return [review_forms.taken_back(one, by, moment) for one in batch[digits]]

        return len(self._desk.decide_each(list(batch), make, AT_A_TIME))


def sample(waiting: Sequence[Waiting], number: int = SAMPLE) -> list[Waiting]:
    """Return some statements by chance, those of one article together.

    Args:
        waiting: What waits.
        number: How many at most.
    """
    chosen = random.SystemRandom().sample(waiting, min(number, len(waiting)))
    return sorted(chosen, key=lambda one: one.statement)


def _is_of(statement: Statement, rule: str, at_least: float) -> bool:
    is_inside = isinstance(statement, Claim) and statement.parent is not None
    return statement.rule == rule and statement.confidence >= at_least and not is_inside
