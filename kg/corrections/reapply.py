"""Apply corrections to extracted records: a pure function of a record and corrections.

Each correction is applied once at its place, or is an orphan with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from kg.corrections import edits, entities
from kg.corrections.edits import Orphaned, Statement
from kg.corrections.place import Lost, passage_located, share
from kg.corrections.values import Correction, StatementAnchor
from kg.records import Claim, Fact, Impossible, Link, Record, Review, Spans

LEAST_SHARE: Final = 0.5
"""The least share of code points that a statement and the words of a correction have in common.

Two statements that do not overlap cannot both have more than half.
"""
RULE: Final = edits.RULE


@dataclass(frozen=True, slots=True)
class Orphan:
    """A correction that was not applied, with the reason."""

    correction: Correction
    reason: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A correction that was applied. ``statement`` is the id of its statement; None if that was removed."""

    correction: Correction
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectedRecord:
    """The corrected record, and the outcome of each correction of it."""

    record: Record
    applied: tuple[Applied, ...] = ()
    orphans: tuple[Orphan, ...] = ()


def apply(record: Record, corrections: Iterable[Correction]) -> CorrectedRecord:
    """Apply corrections to a record, one after the other in the given order.

    Args:
        record: The extracted record.
        corrections: The corrections; those of other articles are ignored. An ``undo`` cancels its correction.

    Returns:
        The record, and each correction of this article as applied or as an orphan.
    """
    applied: list[Applied] = []
    orphans: list[Orphan] = []
    for correction in in_force(corrections):
        if not is_about(correction, record):
            continue
        if any(review.correction == correction.id for review in record.reviews):
            applied.append(Applied(correction))
            continue
        try:
            record, statement = _apply(record, correction)
        except (Orphaned, Lost, entities.NoSuchEntity) as error:
            orphans.append(Orphan(correction, str(error)))
        except Impossible as error:
            orphans.append(Orphan(correction, f"the record would contradict itself: {error.problem}"))
        else:
            applied.append(Applied(correction, statement))
    return CorrectedRecord(record, tuple(applied), tuple(orphans))


def within(
    record: Record, corrections: Sequence[Correction], broken: Callable[[Record], str | None]
) -> CorrectedRecord:
    """Apply corrections, except those after which the record has a new fault.

    Args:
        record: The extracted record.
        corrections: As in :func:`apply`.
        broken: Describes a fault of a record; None for a valid record.

    Returns:
        As in :func:`apply`; a correction that would cause a fault is an orphan with the fault as its reason.
    """
    outcome = apply(record, corrections)
    if not outcome.applied or broken(outcome.record) is None:
        return outcome
    applied: list[Applied] = []
    orphans = list(outcome.orphans)
    sound = record
    for one in outcome.applied:
        step = apply(sound, [one.correction])
        problem = broken(step.record) if step.applied else None
        if problem is not None:
            orphans.append(Orphan(one.correction, problem))
            continue
        applied += step.applied
        orphans += step.orphans
        sound = step.record
    return CorrectedRecord(sound, tuple(applied), tuple(orphans))


def applied_in(outcomes: Sequence[CorrectedRecord]) -> int:
    """Return the number of corrections that were applied to any of these records."""
    return len({one.correction.id for outcome in outcomes for one in outcome.applied})


def orphans(corrections: Sequence[Correction], outcomes: Sequence[CorrectedRecord]) -> tuple[Orphan, ...]:
    """Return the effective corrections that were applied to no record, each once with its reason.

    Args:
        corrections: All corrections.
        outcomes: The outcomes in each record.
    """
    applied = {one.correction.id for outcome in outcomes for one in outcome.applied}
    reasons = {one.correction.id: one.reason for outcome in outcomes for one in outcome.orphans}
    return tuple(
        Orphan(one, reasons.get(one.id, "none of these articles is the one that it is about"))
        for one in in_force(corrections)
        if one.id not in applied
    )


def in_force(corrections: Iterable[Correction]) -> list[Correction]:
    """Return the corrections that no later one undoes, each once, without the undos."""
    once = {correction.id: correction for correction in corrections}
    undone = taken_back(once.values())
    return [one for one in once.values() if one.kind != "undo" and one.id not in undone]


def taken_back(corrections: Iterable[Correction]) -> frozenset[str]:
    """Return the ids of the corrections, undos among them, that a later undo in force takes back."""
    undone: set[str] = set()
    for correction in reversed(list(corrections)):
        if correction.undoes is not None and correction.id not in undone:
            undone.add(correction.undoes)
    return frozenset(undone)


def is_about(correction: Correction, record: Record) -> bool:
    """Return True for a correction of this text, of another version of it, or of all articles.

    Args:
        correction: The correction.
        record: What an extractor read.
    """
    if correction.document is None:
        return _names(correction, record)
    document = record.document
    return correction.sha256 == document.sha256 or correction.document == document.id


def found(record: Record, anchor: StatementAnchor, *, same_text: bool) -> Statement:
    """Return the statement of an anchor.

    Args:
        record: The extracted record of this text.
        anchor: The words of the statement, in this text or an earlier version of it.
        same_text: Whether the words are from this text.

    Raises:
        Lost: The words are missing, or are found in several places.
        Orphaned: No statement of that side matches, or several match equally well.
    """
    spans = passage_located(anchor.words, record.document.text, same_text=same_text)
    return _standing(record, anchor, spans, same_text=same_text)


def _standing(record: Record, anchor: StatementAnchor, spans: Spans, *, same_text: bool) -> Statement:
    statements: Sequence[Statement] = record.facts if anchor.side == "fact" else record.claims
    shares = [(share(edits.words_of(statement), spans), statement) for statement in statements]
    best = max((value for value, _ in shares), default=0.0)
    if best <= LEAST_SHARE:
        other: Sequence[Statement] = record.claims if anchor.side == "fact" else record.facts
        if any(share(edits.words_of(statement), spans) > LEAST_SHARE for statement in other):
            raise Orphaned(f"the words are read as a {'claim' if anchor.side == 'fact' else 'fact'} now")
        raise Orphaned(f"no {anchor.side} is read there now")
    fitting = [statement for value, statement in shares if value == best]
    if len(fitting) > 1:
        fitting = _of_the_same_source(record, anchor, fitting, same_text=same_text)
    if len(fitting) > 1:
        raise Orphaned(f"{len(fitting)} {anchor.side}s are read there that fit alike")
    return fitting[0]


def _of_the_same_source(
    record: Record, anchor: StatementAnchor, fitting: list[Statement], *, same_text: bool
) -> list[Statement]:
    if not anchor.source:
        return [one for one in fitting if isinstance(one, Fact) or not one.source] or fitting
    source = passage_located(anchor.source, record.document.text, same_text=same_text)
    shares = [(share(one.source, source), one) for one in fitting if isinstance(one, Claim)]
    best = max((value for value, _ in shares), default=0.0)
    return [one for value, one in shares if value == best > 0] or fitting


def _apply(record: Record, correction: Correction) -> tuple[Record, str | None]:
    same_text = correction.sha256 == record.document.sha256
    applied, statement, reading = _APPLY[correction.kind](record, correction, same_text)
    review = Review(
        correction=correction.id,
        kind=correction.kind,
        by=correction.by,
        at=correction.at,
        statement=statement,
        note=correction.note,
        reading=None if reading is None else json.dumps(reading, ensure_ascii=False, sort_keys=True),
    )
    return replace(applied, reviews=(*_without_statement(applied), review)), statement


def _without_statement(record: Record) -> tuple[Review, ...]:
    """Return the reviews; those of a removed statement lose their reference."""
    known = {statement.id for statement in edits.statements_of(record)}
    return tuple(
        r if r.statement is None or r.statement in known else replace(r, statement=None) for r in record.reviews
    )


Reading = Mapping[str, object] | None
_Apply = Callable[[Record, Correction, bool], tuple[Record, str | None, Reading]]


def _anchored(correction: Correction) -> StatementAnchor:
    assert correction.target is not None
    return correction.target


def _reject(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    statement = found(record, _anchored(correction), same_text=same_text)
    return edits.removed(record, statement, "rejected by a person"), None, edits.as_json(record, statement)


def _accept(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    return record, found(record, _anchored(correction), same_text=same_text).id, None


def _change(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    statement = found(record, _anchored(correction), same_text=same_text)
    assert correction.settings is not None
    return (
        edits.changed(record, statement, correction.settings, same_text=same_text),
        statement.id,
        edits.as_json(record, statement, correction.settings),
    )


def _own_voice(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    claim = found(record, _anchored(correction), same_text=same_text)
    assert isinstance(claim, Claim)
    assert correction.settings is not None
    made, name = edits.as_fact(record, claim, correction.settings, same_text=same_text)
    return made, name, edits.as_json(record, claim)


def _attribute(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    fact = found(record, _anchored(correction), same_text=same_text)
    assert isinstance(fact, Fact)
    assert correction.settings is not None
    made, name = edits.as_claim(record, fact, correction.settings, same_text=same_text)
    return made, name, edits.as_json(record, fact)


def _add(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    anchor, settings = _anchored(correction), correction.settings
    assert settings is not None
    spans = passage_located(anchor.words, record.document.text, same_text=same_text)
    try:
        there = _standing(record, anchor, spans, same_text=same_text)
    except Orphaned:
        made, name = edits.added(record, anchor.side, spans, settings, same_text=same_text)
        return made, name, {}
    # The extractor now reads the statement itself: its fields are set to those of the person.
    changed = edits.changed(record, there, replace(settings, words=None), same_text=same_text)
    return changed, there.id, edits.as_json(record, there, settings)


def _merge(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:  # noqa: ARG001
    assert correction.entity is not None
    assert correction.into is not None
    return entities.merged_into(record, correction.entity, correction.into), None, {"name": correction.entity.name}


def _split(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    assert correction.entity is not None
    assert correction.into is not None
    spans = passage_located(correction.mentions, record.document.text, same_text=same_text)
    return entities.split_off(record, correction.entity, correction.into, spans), None, {"name": correction.entity.name}


def _link(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    source, target = _both(record, correction, same_text)
    link = Link(source=source.id, target=target.id, type=str(correction.link), rule=RULE)
    if any(_is_same(one, link) for one in record.links):
        return record, source.id, None
    return replace(record, links=(*record.links, link)), source.id, {}


def _unlink(record: Record, correction: Correction, same_text: bool) -> tuple[Record, str | None, Reading]:
    source, target = _both(record, correction, same_text)
    gone = Link(source=source.id, target=target.id, type=str(correction.link), rule=RULE)
    kept = tuple(one for one in record.links if not _is_same(one, gone))
    if len(kept) == len(record.links):
        raise Orphaned("the two are not linked so")
    (link,) = (one for one in record.links if _is_same(one, gone))
    return replace(record, links=kept), source.id, {"link": link.type, "rule": link.rule}


def _both(record: Record, correction: Correction, same_text: bool) -> tuple[Statement, Statement]:
    assert correction.other is not None
    source = found(record, _anchored(correction), same_text=same_text)
    return source, found(record, correction.other, same_text=same_text)


def _is_same(one: Link, other: Link) -> bool:
    return (one.source, one.target, one.type) == (other.source, other.target, other.type)


def _names(correction: Correction, record: Record) -> bool:
    return correction.entity is not None and entities.named(record, correction.entity) is not None


_APPLY: Final[Mapping[str, _Apply]] = MappingProxyType(
    {
        "reject": _reject,
        "accept": _accept,
        "change": _change,
        "own_voice": _own_voice,
        "attribute": _attribute,
        "add": _add,
        "merge": _merge,
        "split": _split,
        "link": _link,
        "unlink": _unlink,
    }
)
