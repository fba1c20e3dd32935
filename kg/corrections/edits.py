"""Single changes to a record: a statement removed, changed, added, or moved across the barrier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TypeVar

from kg import recordfile
from kg.corrections.entities import Entities
from kg.corrections.place import passage_located
from kg.corrections.values import EventByName, NewValues, Passage
from kg.records import Claim, Context, Event, Fact, Record, Span, Spans, Unclear, first_overlap, merged, without

Statement = Fact | Claim
_Same = TypeVar("_Same", Fact, Claim)
RULE: Final = "correction"
"""The rule of statements that a person added."""
_PLAIN: Final = ("speech_act", "quote_form", "polarity", "certainty", "frame")
_FEATURES: Final = {"speech_act": "act", "polarity": "polarity", "certainty": "certainty", "frame": "frame"}
_IN_JSON: Final = {"words": "content", "events": "stated_events"}


class Orphaned(Exception):
    """A correction does not fit the current record. The message has the reason."""


def words_of(statement: Statement) -> Spans:
    """Return the words of a statement: a fact's anchor, a claim's content."""
    return statement.anchor if isinstance(statement, Fact) else statement.content


def statements_of(record: Record) -> Iterator[Statement]:
    """Yield the facts and then the claims of a record."""
    yield from record.facts
    yield from record.claims


def as_json(record: Record, statement: Statement, settings: NewValues | None = None) -> dict[str, Any]:
    """Return a statement as extracted, in the form of a records file with people by name.

    Args:
        record: The record before the change.
        statement: A statement of the record.
        settings: Limits the result to the fields that these set; without them all fields are returned.
    """
    data = recordfile.statement_json(statement)
    names = {entity.id: entity.name for entity in record.entities}
    for key in ("speakers", "addressees", "targets"):
        if key in data:
            data[key] = [names[one] for one in data[key]]
    if settings is None:
        return data
    kept = {_IN_JSON.get(name, name) for name in settings.given()}
    if isinstance(statement, Fact):
        kept = {{"content": "anchor", "stated_events": "events"}.get(name, name) for name in kept}
    return {key: value for key, value in data.items() if key in kept}


def removed(record: Record, statement: Statement, reason: str) -> Record:
    """Return the record without a statement, the claims inside it, and the links of both.

    Words that no other statement covers become unclear, because a removal does not make them the article's own voice.

    Args:
        record: The record.
        statement: One of its statements.
        reason: Why the words are unclear.
    """
    gone = {statement.id} | _inside(record, statement.id)
    leaving = [words_of(one) for one in statements_of(record) if one.id in gone]
    kept = replace(
        record,
        facts=tuple(fact for fact in record.facts if fact.id not in gone),
        claims=tuple(claim for claim in record.claims if claim.id not in gone),
        links=tuple(link for link in record.links if not {link.source, link.target} & gone),
        reviews=tuple(replace(r, statement=None) if r.statement in gone else r for r in record.reviews),
    )
    return _left(kept, [span for spans in leaving for span in spans], reason)


def changed(record: Record, statement: Statement, settings: NewValues, *, same_text: bool) -> Record:
    """Return the record with the new values of a statement.

    Args:
        record: The record.
        statement: A statement of the record.
        settings: The fields to set.
        same_text: Whether the words of the settings are from this text.

    Raises:
        Lost: Words of the settings are not found in this text.
        Orphaned: The change overlaps a fact that a person confirmed.
    """
    text = record.document.text
    known = Entities(record)
    values: dict[str, Any] = {name: value for name in _PLAIN if (value := getattr(settings, name)) is not None}
    if isinstance(statement, Fact):
        values = {name: value for name, value in values.items() if name in ("polarity", "certainty", "frame")}
    else:
        values |= _claim_values(settings, known, text, same_text)
    if settings.words is not None:
        place = "anchor" if isinstance(statement, Fact) else "content"
        values[place] = passage_located(settings.words, text, same_text=same_text)
    if settings.events is not None:
        values["events" if isinstance(statement, Fact) else "stated_events"] = _events(settings.events, known)
    decided = {_FEATURES[name] for name in values if name in _FEATURES}
    values["evidence"] = tuple(one for one in statement.evidence if one.feature not in decided)
    return _put(record, statement, replace(statement, **values), known)


def added(record: Record, side: str, spans: Spans, settings: NewValues, *, same_text: bool) -> tuple[Record, str]:
    """Return the record with one more statement, and the id of that statement.

    Args:
        record: The record.
        side: ``fact`` or ``claim``.
        spans: The words of the statement.
        settings: The fields of the statement.
        same_text: Whether the words of the settings are from this text.

    Raises:
        Lost: Words of the settings are not found in this text.
        Orphaned: The statement overlaps a fact that a person confirmed.
    """
    known = Entities(record)
    name = _unused(record)
    plain = {key: value for key in _PLAIN if (value := getattr(settings, key)) is not None}
    events = _events(settings.events or (), known)
    if side == "fact":
        return _put(record, None, Fact(id=name, anchor=spans, rule=RULE, events=events, **plain), known), name
    values = {"speech_act": "say", "quote_form": "indirect"} | plain
    values |= _claim_values(settings, known, record.document.text, same_text)
    claim = Claim(id=name, content=spans, rule=RULE, stated_events=events, **values)
    return _put(record, None, claim, known), name


def as_fact(record: Record, claim: Claim, settings: NewValues, *, same_text: bool) -> tuple[Record, str]:
    """Return the record with a claim changed to a fact, and the id of the fact.

    Participants that exist only in the claim are removed from its events.

    Args:
        record: The record.
        claim: A claim that is inside no other claim.
        settings: The fields in which the fact differs from the claim.
        same_text: Whether the words of the settings are from this text.

    Raises:
        Lost: Words of the settings are not found in this text.
        Orphaned: The claim is inside another claim.
    """
    if claim.parent is not None:
        raise Orphaned("it is inside another claim: first correct the outer claim")
    without_claim = replace(
        removed(record, claim, ""), unclear=record.unclear
    )  # its words stay in a statement, so nothing becomes unclear
    only_stated = {entity.id for entity in record.entities if entity.type == "stated_participant"}
    name = _unused(without_claim)
    fact = Fact(
        id=name,
        anchor=claim.content,
        polarity=claim.polarity,
        certainty=claim.certainty,
        frame=claim.frame,
        rule=RULE,
        events=tuple(_without_participants(event, only_stated) for event in claim.stated_events),
    )
    known = Entities(without_claim)
    made = _put(without_claim, None, fact, known)
    return changed(made, fact, settings, same_text=same_text), name


def as_claim(record: Record, fact: Fact, settings: NewValues, *, same_text: bool) -> tuple[Record, str]:
    """Return the record with a fact changed to a claim, and the id of the claim.

    Args:
        record: The record.
        fact: A fact of the record.
        settings: The speaker, and the other fields in which the claim differs.
        same_text: Whether the words of the settings are from this text.

    Raises:
        Lost: Words of the settings are not found in this text.
        Orphaned: The claim overlaps a fact that a person confirmed.
    """
    spans = fact.anchor
    if settings.words is not None:
        spans = passage_located(settings.words, record.document.text, same_text=same_text)
    kept = {name: getattr(fact, name) for name in ("polarity", "certainty", "frame")}
    full = replace(settings, **{name: getattr(settings, name) or value for name, value in kept.items()}, words=None)
    rest = replace(removed(record, fact, ""), unclear=record.unclear)
    made, name = added(rest, "claim", spans, full, same_text=same_text)
    if settings.events is None and fact.events:
        claims = tuple(replace(c, stated_events=fact.events) if c.id == name else c for c in made.claims)
        made = replace(made, claims=claims)
    left = _outside(fact.anchor, made)
    return _left(made, left, "left out of a correction"), name


def _claim_values(settings: NewValues, known: Entities, text: str, same_text: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("speakers", "addressees", "targets"):
        named = getattr(settings, name)
        if named is not None:
            values[name] = tuple(dict.fromkeys(known.id_of(one) for one in named))
    for name in ("source", "cue"):
        passage: Passage | None = getattr(settings, name)
        if passage is not None:
            values[name] = passage_located(passage, text, same_text=same_text)
    return values


def _events(events: Iterable[EventByName], known: Entities) -> tuple[Event, ...]:
    return tuple(
        Event(
            type=event.type,
            agents=tuple(map(known.id_of, event.agents)),
            targets=tuple(map(known.id_of, event.targets)),
            participants=tuple(map(known.id_of, event.participants)),
            places=tuple(map(known.id_of, event.places)),
            when=event.when,
            topic=event.topic,
        )
        for event in events
    )


def _without_participants(event: Event, gone: set[str]) -> Event:
    def left(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in ids if one not in gone)

    return replace(
        event,
        agents=left(event.agents),
        targets=left(event.targets),
        participants=left(event.participants),
        places=left(event.places),
    )


def _put(record: Record, old: Statement | None, new: Statement, known: Entities) -> Record:
    """Replace ``old`` by ``new``; remove facts that it covers, and make words unclear that it uncovers."""
    facts, claims = record.facts, record.claims
    if isinstance(new, Fact):
        facts = _with(facts, new)
    else:
        claims = _with(claims, new)
    content = merged(span for claim in claims for span in claim.content) if isinstance(new, Claim) else []
    gone = _covered(facts, content)
    if gone & {review.statement for review in record.reviews}:
        raise Orphaned("a fact that a person has reviewed has these words: correct that first")
    said = merged((*content, *words_of(new)))
    made = replace(
        record,
        entities=known.entities,
        facts=tuple(_with_evidence_outside(fact, content) for fact in facts if fact.id not in gone),
        claims=claims,
        links=tuple(link for link in record.links if not {link.source, link.target} & gone),
        context=_context_outside(record, content),
        unclear=_unclear_outside(record, said),
    )
    leaving = [span for fact in facts if fact.id in gone for span in fact.anchor]
    uncovered = [] if old is None else list(words_of(old))
    return _left(made, _outside((*uncovered, *leaving), made), "left out of a correction")


def _covered(facts: Iterable[Fact], content: list[Span]) -> set[str]:
    """Return the ids of the facts with words in the content of a claim."""
    return {fact.id for fact in facts if any(first_overlap(span, content) for span in fact.anchor)}


def _with(statements: tuple[_Same, ...], new: _Same) -> tuple[_Same, ...]:
    """Return the statements with one replaced by its new form, or with one more."""
    kept: list[_Same] = [new if one.id == new.id else one for one in statements]
    if new not in kept:
        kept.append(new)
    return tuple(kept)


def _context_outside(record: Record, content: list[Span]) -> tuple[Context, ...]:
    return tuple(Context(span=piece, kind=one.kind) for one in record.context for piece in without(one.span, content))


def _unclear_outside(record: Record, said: list[Span]) -> tuple[Unclear, ...]:
    text = record.document.text
    return tuple(
        Unclear(span=piece, reason=one.reason)
        for one in record.unclear
        for piece in without(one.span, said)
        if piece.of(text).strip()
    )


def _with_evidence_outside(fact: Fact, content: list[Span]) -> Fact:
    """Remove a fact's evidence in claim content, which proves nothing about the article's own voice."""
    kept = tuple(e for e in fact.evidence if not any(first_overlap(span, content) for span in e.spans))
    return fact if len(kept) == len(fact.evidence) else replace(fact, evidence=kept)


def _left(record: Record, spans: Iterable[Span], reason: str) -> Record:
    """Return the record with those words as unclear that no other statement covers."""
    text = record.document.text
    pieces = [piece for piece in _outside(spans, record) if piece.of(text).strip()]
    if not pieces:
        return record
    unclear = (*record.unclear, *(Unclear(span=_stripped(piece, text), reason=reason) for piece in pieces))
    return replace(record, unclear=tuple(sorted(unclear, key=lambda one: one.span)))


def _outside(spans: Iterable[Span], record: Record) -> list[Span]:
    covered = merged(record.places())
    return [piece for span in merged(spans) for piece in without(span, covered)]


def _stripped(span: Span, text: str) -> Span:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def _inside(record: Record, claim: str) -> set[str]:
    """Return the ids of the claims inside a claim, at any depth."""
    gone: set[str] = set()
    waiting = {claim}
    while waiting:
        waiting = {one.id for one in record.claims if one.parent in waiting}
        gone |= waiting
    return gone


def _unused(record: Record) -> str:
    taken = {statement.id for statement in statements_of(record)}
    number = 1
    while f"added{number}" in taken:
        number += 1
    return f"added{number}"
