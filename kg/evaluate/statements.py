"""Measures of full gold records: nesting, acts, speakers, modality, events, participants, false events.

A gold claim is matched as in ``relation`` (content at a half, sources sharing a word or both empty). Of equal contents
the one with the common source is first. The share of right values is given for each property of matched claims.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.evaluate.alignment import UNNAMED, aligned
from kg.evaluate.attributions import HALF, Read, pairs, share_source
from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import ScoredAttribution, code_points
from kg.records import Claim, Event, Fact, Record, Spans

POSITION = "holdPosition"
PROPERTIES = ("speech_act", "quote_form", "polarity", "certainty", "frame")


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseEvent:
    """An asserted event that the text only attributes, denies or expects."""

    document: str
    type: str
    words: str
    reason: str


def statement_counts(predicted: Record, gold: Record) -> dict[str, Counts]:
    """Count one article; the shares (of matched claims, of nested ones) use ``hit`` and ``gold`` only.

    Args:
        predicted: The record of the extractor.
        gold: The gold record of the same article.
    """
    matched = _matched_claims(predicted, gold)
    counts = {"nested": _nested(matched, gold)}
    for name in PROPERTIES:
        right = sum(getattr(ours, name) == getattr(theirs, name) for ours, theirs in matched)
        counts[f"{name}"] = Counts(right, 0, len(matched))
    counts["speaker"] = Counts(_right_speakers(matched, predicted, gold), 0, len(matched))
    same = aligned(predicted, gold)
    counts["misattributed"] = Counts(_misattributed(matched, same, gold), 0, len(matched))
    counts["addressees"] = _addressees(matched, same)
    events = _same_events(predicted, gold)
    counts["events"] = Counts(len(events), len(_asserted(predicted)), len(_asserted(gold)))
    counts["roles"] = _roles(events, same)
    counts["positions"] = _positions(predicted, gold, same)
    counts["false events"] = Counts(len(list(false_events(predicted, gold))), 0, len(_asserted(predicted)))
    return counts


def _matched_claims(predicted: Record, gold: Record) -> list[tuple[Claim, Claim]]:
    text = gold.document.text
    ours = Read(text, [ScoredAttribution.of(claim) for claim in predicted.claims])
    theirs = Read(text, [ScoredAttribution.of(claim) for claim in gold.claims])

    def same_source(i: int, j: int) -> bool:
        return share_source(ours, theirs, i, j)

    found = pairs(ours.content, theirs.content, HALF, prefer=same_source)
    return [(predicted.claims[i], gold.claims[j]) for i, j in found if same_source(i, j)]


def _nested(matched: list[tuple[Claim, Claim]], gold: Record) -> Counts:
    """Count nested gold claims that a nested claim matches."""
    found = sum(theirs.parent is not None and ours.parent is not None for ours, theirs in matched)
    return Counts(found, 0, sum(claim.parent is not None for claim in gold.claims))


def _right_speakers(matched: list[tuple[Claim, Claim]], predicted: Record, gold: Record) -> int:
    """Count equal sets of speakers; unnamed sources are equal if the claims' sources are."""
    same = aligned(predicted, gold)
    our_types = {entity.id: entity.type for entity in predicted.entities}
    their_types = {entity.id: entity.type for entity in gold.entities}
    right = 0
    for ours, theirs in matched:
        both_unnamed = all(our_types[s] in UNNAMED for s in ours.speakers) and all(
            their_types[s] in UNNAMED for s in theirs.speakers
        )
        one_each = len(ours.speakers) == len(theirs.speakers) == 1
        right += {same.get(s) for s in ours.speakers} == set(theirs.speakers) or (both_unnamed and one_each)
    return right


def _asserted(record: Record) -> list[tuple[Fact, Event]]:
    return [(fact, event) for fact in record.facts if fact.asserts_events for event in fact.events]


def _misattributed(matched: list[tuple[Claim, Claim]], same: dict[str, str], gold: Record) -> int:
    """Count matched claims with a wrong speaker whom the gold names too."""
    named = {entity.id for entity in gold.entities if entity.type not in UNNAMED}
    wrong = 0
    for ours, theirs in matched:
        told = {same.get(speaker) for speaker in ours.speakers} & named
        wrong += bool(told) and not told & set(theirs.speakers)
    return wrong


def _addressees(matched: list[tuple[Claim, Claim]], same: dict[str, str]) -> Counts:
    """Count the equal addressees of matched claims."""
    hit = sum(len({same.get(e) for e in ours.addressees} & set(theirs.addressees)) for ours, theirs in matched)
    return Counts(
        hit, sum(len(ours.addressees) for ours, _ in matched), sum(len(theirs.addressees) for _, theirs in matched)
    )


def _same_events(predicted: Record, gold: Record) -> list[tuple[Event, Event]]:
    """Pair asserted events of the same type whose facts share words, one to one in text order."""
    theirs = _asserted(gold)
    taken: set[int] = set()
    found = []
    for fact, event in _asserted(predicted):
        points = code_points(fact.anchor)
        for k, (other_fact, other) in enumerate(theirs):
            if k not in taken and event.type == other.type and points & code_points(other_fact.anchor):
                taken.add(k)
                found.append((event, other))
                break
    return found


def _roles(matched: list[tuple[Event, Event]], same: dict[str, str]) -> Counts:
    """Count the equal entities in equal roles of matched events."""
    counts = Counts()
    for ours, theirs in matched:
        told = {(role, same.get(entity)) for role, entity in ours.roles() if role != "places"}
        right = {(role, entity) for role, entity in theirs.roles() if role != "places"}
        predicted = sum(role != "places" for role, _ in ours.roles())
        counts += Counts(len(told & right), predicted, len(right))
    return counts


def _positions(predicted: Record, gold: Record, same: dict[str, str]) -> Counts:
    """Count equal asserted positions: the same holder in facts that share words.

    Each holder counts once for each place of the text.
    """
    theirs = [(f, e) for f, e in _asserted(gold) if e.type == POSITION]
    ours = [(f, e) for f, e in _asserted(predicted) if e.type == POSITION]
    taken: set[int] = set()
    for fact, event in ours:
        points = code_points(fact.anchor)
        for k, (other_fact, other) in enumerate(theirs):
            holders = {same.get(entity) for entity in event.agents} & set(other.agents)
            if k not in taken and holders and points & code_points(other_fact.anchor):
                taken.add(k)
                break
    return Counts(len(taken), len(ours), len(theirs))


def false_events(predicted: Record, gold: Record) -> Iterator[FalseEvent]:
    """Yield asserted events that are not the article's own.

    At least half of the anchor is in gold content, or in a gold fact that asserts nothing.

    Args:
        predicted: The record of the extractor.
        gold: The gold record of the same article.
    """
    text = gold.document.text
    content = code_points([span for claim in gold.claims for span in claim.content])
    asserted = code_points([span for fact in gold.facts if fact.asserts_events for span in fact.anchor])
    for fact, event in _asserted(predicted):
        reason = "said by somebody" if _share(fact.anchor, content) >= HALF else None
        for other in gold.facts:
            if not other.asserts_events and _share(fact.anchor, code_points(other.anchor) - asserted) >= HALF:
                reason = f"{other.polarity}, {other.certainty}, {other.frame}"
        if reason:
            words = " … ".join(span.of(text) for span in fact.anchor)
            yield FalseEvent(document=gold.document.id, type=event.type, words=words, reason=reason)


def _share(spans: Spans, points: frozenset[int]) -> float:
    own = code_points(spans)
    return len(own & points) / len(own)
