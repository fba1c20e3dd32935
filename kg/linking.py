"""Results of a linking run as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from kg.records import Spans


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class StatementRef:
    """One statement: its document's id, its id in the record, and the spans of its words."""

    document: str
    statement: str
    spans: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLink:
    """The relation of ``source`` (the later or reacting statement) to ``target``, with its reason.

    ``keys`` are common to both: entities, kinds of events, places. ``method`` is the rule that found it. The origins
    are the documents that the words come from: their own, or those that they copy.
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
    """A document with another's words; ``share`` is the part of its word shingles in the original."""

    document: str
    original: str
    share: float
    method: str
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mention:
    """An entity of a document: the document's id, and the entity's id in its record."""

    document: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two entities that are one, with the reason, so that the merge can be undone."""

    one: Mention
    other: Mention
    reason: str
    method: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChain:
    """Statements of several documents about one event."""

    name: str
    statements: tuple[StatementRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """All results of one run."""

    copies: tuple[Copy, ...] = ()
    merges: tuple[Merge, ...] = ()
    chains: tuple[EventChain, ...] = ()
    links: tuple[StatementLink, ...] = ()
