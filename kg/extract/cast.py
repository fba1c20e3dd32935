"""Who and what a document names, gathered while it is read: entities in the making and where they are mentioned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.records import Entity, Span

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Draft:
    """One entity in the making."""

    id: str
    type: str
    name: str
    wikidata: str | None = None
    aliases: dict[str, None] = field(default_factory=dict)
    mentions: set[Span] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class TokenMention:
    """Tokens ``start`` up to ``end`` that name the entity; ``place`` where a capital is meant as a place."""

    start: int
    end: int
    entity: str


class Cast:
    """The entities of one document. At most one for each type and name; ids are made of both."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._at: dict[int, list[TokenMention]] = {}
        self.mentions: list[TokenMention] = []
        self.located: dict[str, tuple[str, ...]] = {}
        """Conflict -> the states and places where it is fought."""

    def add(self, kind: str, name: str, *, wikidata: str | None = None, aliases: Iterable[str] = ()) -> str:
        """Return the id of the entity of this type and name, created if it is new.

        Args:
            kind: Type of the entity.
            name: Its name.
            wikidata: Its Wikidata id, if known.
            aliases: Other names of it.
        """
        key = (kind, name)
        if key not in self._by_name:
            self._by_name[key] = self._new_id(kind, name)
            self._drafts[self._by_name[key]] = Draft(self._by_name[key], kind, name, wikidata)
        draft = self._drafts[self._by_name[key]]
        draft.wikidata = draft.wikidata or wikidata
        draft.aliases.update(dict.fromkeys(alias for alias in aliases if alias != name))
        return draft.id

    def _new_id(self, kind: str, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = f"{kind}-{_NOT_SLUG.sub('-', plain).strip('-') or 'unnamed'}".replace("_", "-")
        count = 2
        unique = slug
        while unique in self._drafts:
            unique, count = f"{slug}-{count}", count + 1
        return unique

    def land(self, entity: str) -> str:
        """Return the place with an entity's name: itself, or the land of a state, a separate entity.

        The land has no Wikidata id, because a common id would merge both.
        """
        return entity if self.type_of(entity) == "place" else self.add("place", self._drafts[entity].name)

    def mention(self, entity: str, span: Span, tokens: tuple[int, int] | None = None, alias: str | None = None) -> None:
        """Notes that ``span`` names the entity; ``tokens`` where the words stand in the doc, for looking up by
        token.
        """
        draft = self._drafts[entity]
        draft.mentions.add(span)
        if alias and alias != draft.name:
            draft.aliases[alias] = None
        if tokens:
            found = TokenMention(tokens[0], tokens[1], entity)
            self.mentions.append(found)
            for i in range(*tokens):
                self._at.setdefault(i, []).append(found)

    def at(self, token: int) -> list[TokenMention]:
        """Return the mentions that include this token, the longest first."""
        return sorted(self._at.get(token, ()), key=lambda m: (m.start - m.end, m.entity))

    def draft(self, entity: str) -> Draft:
        """Return the draft of this entity."""
        return self._drafts[entity]

    def type_of(self, entity: str) -> str:
        """Return the type of an entity."""
        return self._drafts[entity].type

    def drafts(self) -> Iterable[Draft]:
        """Return all drafts, in the order of first naming."""
        return self._drafts.values()

    def entities(self, used: Iterable[str] = ()) -> tuple[Entity, ...]:
        """Return the finished entities that are mentioned or used, in the order of first mention."""
        needed = set(used)
        kept = [d for d in self._drafts.values() if d.mentions or d.id in needed]
        kept.sort(key=lambda d: (min(d.mentions, default=Span(10**9, 10**9 + 1)), d.id))
        return tuple(
            Entity(
                id=d.id,
                type=d.type,
                name=d.name,
                aliases=tuple(sorted(d.aliases)),
                mentions=tuple(sorted(d.mentions)),
                wikidata=d.wikidata,
            )
            for d in kept
        )
