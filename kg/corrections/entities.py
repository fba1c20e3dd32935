"""Entities of a record, found by type and name: they can be added, merged and split."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from kg.corrections.values import EntityName
from kg.records import Claim, Entity, Event, Fact, Record, Span, Spans

_Renamed = Callable[[str], str]


class NoSuchEntity(Exception):
    """The record has no entity of this type and name."""


class Entities:
    """The entities of a record, with the new ones of a correction."""

    def __init__(self, record: Record) -> None:
        self.entities = record.entities

    def id_of(self, name: EntityName) -> str:
        """Return the id of an entity, which is added if the type and name are new."""
        found = _named(self.entities, name)
        if found is not None:
            return found.id
        made = Entity(id=_unused(self.entities), type=name.type, name=name.name.strip())
        self.entities = (*self.entities, made)
        return made.id


def named(record: Record, name: EntityName) -> Entity | None:
    """Return the entity of a type and name, else one with this alias, else None.

    Args:
        record: The extracted record.
        name: The type and name.
    """
    return _named(record.entities, name)


def merged_into(record: Record, gone: EntityName, into: EntityName) -> Record:
    """Merge one entity into another, with its statements, mentions and names.

    Args:
        record: The extracted record.
        gone: The entity that disappears.
        into: The entity that replaces it; added if the record does not name it.

    Raises:
        NoSuchEntity: The record does not name the first entity.
    """
    old = named(record, gone)
    if old is None or (old.type, old.name) == (into.type, into.name):
        raise NoSuchEntity(f"the record names no {gone.type.replace('_', ' ')} {gone.name!r}")
    known = Entities(record)
    new = known.id_of(into)
    if new == old.id:  # the other name is an alias of the same entity, so only the name changes
        renamed = replace(old, name=into.name, aliases=_names((old.name, *old.aliases), into.name))
        return replace(record, entities=tuple(renamed if e.id == old.id else e for e in record.entities))
    entities = tuple(
        replace(
            one,
            aliases=_names((*one.aliases, old.name, *old.aliases), one.name),
            mentions=tuple(sorted({*one.mentions, *old.mentions})),
            wikidata=one.wikidata or old.wikidata,
        )
        if one.id == new
        else one
        for one in known.entities
        if one.id != old.id
    )
    return _renamed(record, entities, lambda one, _: new if one == old.id else one)


def split_off(record: Record, gone: EntityName, into: EntityName, mentions: Spans) -> Record:
    """Move some mentions of an entity to another entity.

    A statement follows if it overlaps one of these mentions and no other mention of the entity.

    Args:
        record: The extracted record.
        gone: The entity of the mentions so far.
        into: The new entity of the mentions.
        mentions: The words of the mentions.

    Raises:
        NoSuchEntity: The record does not name the first entity.
    """
    old = named(record, gone)
    if old is None:
        raise NoSuchEntity(f"the record names no {gone.type.replace('_', ' ')} {gone.name!r}")
    known = Entities(record)
    new = known.id_of(into)
    if new == old.id:
        raise NoSuchEntity(f"{into.name!r} is a name of the same entity")
    moved = {mention for mention in old.mentions if any(mention.overlaps(span) for span in mentions)} | set(mentions)
    stay = tuple(mention for mention in old.mentions if mention not in moved)
    entities = tuple(_moved(one, old.id, new, moved, stay) for one in known.entities)

    def renamed(one: str, spans: Spans) -> str:
        here = one == old.id and _touch(spans, moved) and not _touch(spans, stay)
        return new if here else one

    return _renamed(record, entities, renamed)


def _moved(one: Entity, old: str, new: str, moved: set[Span], stay: Spans) -> Entity:
    if one.id == old:
        return replace(one, mentions=stay)
    return replace(one, mentions=tuple(sorted({*one.mentions, *moved}))) if one.id == new else one


def _touch(spans: Spans, mentions: Iterable[Span]) -> bool:
    return any(span.overlaps(mention) for span in spans for mention in mentions)


def _named(entities: tuple[Entity, ...], name: EntityName) -> Entity | None:
    wanted = name.name.strip()
    same = [entity for entity in entities if entity.type == name.type]
    exact = [entity for entity in same if entity.name == wanted]
    found = exact or [entity for entity in same if wanted in entity.aliases]
    return found[0] if found else None


def _names(names: Iterable[str], without: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name != without))


def _unused(entities: tuple[Entity, ...]) -> str:
    taken = {entity.id for entity in entities}
    number = 1
    while f"named{number}" in taken:
        number += 1
    return f"named{number}"


def _renamed(record: Record, entities: tuple[Entity, ...], new: Callable[[str, Spans], str]) -> Record:
    """Return the record with these entities.

    ``new`` maps each reference, given the words of its statement.
    """
    return replace(
        record,
        entities=entities,
        facts=tuple(_fact(fact, lambda one, spans=fact.anchor: new(one, spans)) for fact in record.facts),  # type: ignore[misc]
        claims=tuple(_claim(claim, new) for claim in record.claims),
    )


def _fact(fact: Fact, new: _Renamed) -> Fact:
    return replace(fact, events=tuple(_event(event, new) for event in fact.events))


def _claim(claim: Claim, new: Callable[[str, Spans], str]) -> Claim:
    def in_saying(one: str) -> str:
        return new(one, (*claim.source, *claim.cue, *(span for a in claim.adjuncts for span in a.spans)))

    def in_content(one: str) -> str:
        return new(one, claim.content)

    return replace(
        claim,
        speakers=_each(claim.speakers, in_saying),
        addressees=_each(claim.addressees, in_saying),
        targets=_each(claim.targets, in_content),
        medium=None if claim.medium is None else in_saying(claim.medium),
        stated_events=tuple(_event(event, in_content) for event in claim.stated_events),
    )


def _event(event: Event, new: _Renamed) -> Event:
    return replace(
        event,
        agents=_each(event.agents, new),
        targets=_each(event.targets, new),
        participants=_each(event.participants, new),
        places=_each(event.places, new),
    )


def _each(ids: tuple[str, ...], new: _Renamed) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(new, ids)))
