"""What a linking run finds, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from kg.records import Spans


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class StatementRef:
    """One statement of one document: the document's id, the statement's id in its record, and its words' spans."""

    document: str
    statement: str
    spans: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLink:
    """What ``source`` (the later or reacting statement) does to ``target``, and why.

    ``keys`` are what both speak of: entities, kinds of happening, places. ``method`` is the rule that found it. The
    origins are the documents from which the words come: their own, or those that they copy.
    """

    kind: str
    source: StatementRef
    target: StatementRef
    reason: str
    method: str
    confidence: float
    keys: tuple[str, ...] = ()
    source_origin: str = ""
    target_origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A document whose words are another's: ``share`` of its word shingles stand in the original, too."""

    document: str
    original: str
    share: float
    method: str
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mention:
    """An entity of a document: the document's id and the entity's id in its record."""

    document: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two entities that are one, and why: never silently, so that it can be undone."""

    one: Mention
    other: Mention
    reason: str
    method: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChain:
    """Statements of several documents that speak of one event."""

    name: str
    statements: tuple[StatementRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """All that one run found."""

    copies: tuple[Copy, ...] = ()
    merges: tuple[Merge, ...] = ()
    chains: tuple[EventChain, ...] = ()
    links: tuple[StatementLink, ...] = ()
