"""A correction as a plain value: its author, time, words and change.

A correction identifies a statement by its words, because the next extraction can number statements differently. It
identifies people and places by type and name, because ids belong to one record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kg import vocab
from kg.records import LOCAL_ENTITY_TYPES, Impossible, Span, TimeExpression

KINDS: Final = (
    "reject",
    "accept",
    "change",
    "own_voice",
    "attribute",
    "add",
    "merge",
    "split",
    "link",
    "unlink",
    "undo",
)
"""The kinds of corrections.

``own_voice`` changes a claim to a fact, and ``attribute`` a fact to a claim: no other kind crosses the barrier.
"""
SIDES: Final = ("fact", "claim")
_ON_A_STATEMENT: Final = frozenset({"reject", "accept", "change", "own_voice", "attribute", "add", "link", "unlink"})
_SETTING: Final = frozenset({"change", "own_voice", "attribute", "add"})
_ON_ENTITIES: Final = frozenset({"merge", "split"})
_SIDE: Final = {"own_voice": "claim", "attribute": "fact"}
_ID: Final = re.compile(r"c[0-9a-f]{16}\Z")
MAX_NAME: Final = 200
MAX_NOTE: Final = 2_000


def _demand(condition: bool, path: str, problem: str) -> None:
    if not condition:
        raise Impossible(path, problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedWords:
    """Some words of a text that can be found again in another version of it.

    ``before`` and ``after`` are the text around them, long enough to occur once together with them if possible.
    ``times`` is the number of occurrences of the words alone.
    """

    start: int
    end: int
    quote: str
    before: str = ""
    after: str = ""
    times: int = 1

    def __post_init__(self) -> None:
        _demand(0 <= self.start < self.end, "start", f"[{self.start}, {self.end}] is empty or begins before the text")
        _demand(len(self.quote) == self.end - self.start, "quote", "is not as long as its span")
        _demand(self.times >= 1, "times", "the words occur at least once")

    @property
    def span(self) -> Span:
        """The span of the words in the corrected text."""
        return Span(self.start, self.end)


Passage = tuple[QuotedWords, ...]
"""Words in one or more pieces, in text order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementAnchor:
    """Identifies a statement by its side of the barrier and its words.

    ``source`` are the words that name the speaker: they distinguish two claims with the same content.
    """

    side: str
    words: Passage
    source: Passage = ()

    def __post_init__(self) -> None:
        _demand(self.side in SIDES, "side", f"unknown value {self.side!r}; known are {', '.join(SIDES)}")
        _demand(bool(self.words), "words", "a statement has words")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityName:
    """An entity by type and name."""

    type: str
    name: str

    def __post_init__(self) -> None:
        _demand(self.type in vocab.ENTITY_TYPES, "type", f"unknown value {self.type!r}")
        _demand(bool(self.name.strip()), "name", "an entity needs a name")
        _demand(len(self.name) <= MAX_NAME, "name", f"is longer than {MAX_NAME} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventByName:
    """An event with its roles by name. Applied to a record it becomes a :class:`kg.records.Event`."""

    type: str
    agents: tuple[EntityName, ...] = ()
    targets: tuple[EntityName, ...] = ()
    participants: tuple[EntityName, ...] = ()
    places: tuple[EntityName, ...] = ()
    when: TimeExpression | None = None
    topic: str | None = None

    def __post_init__(self) -> None:
        _demand(self.type in vocab.EVENT_TYPES, "type", f"unknown value {self.type!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValues:
    """The new values of a statement. None leaves a field unchanged; an empty tuple empties it."""

    speakers: tuple[EntityName, ...] | None = None
    addressees: tuple[EntityName, ...] | None = None
    targets: tuple[EntityName, ...] | None = None
    speech_act: str | None = None
    quote_form: str | None = None
    polarity: str | None = None
    certainty: str | None = None
    frame: str | None = None
    words: Passage | None = None
    source: Passage | None = None
    cue: Passage | None = None
    events: tuple[EventByName, ...] | None = None

    def __post_init__(self) -> None:
        for name, known in (
            ("speech_act", vocab.SPEECH_ACTS),
            ("quote_form", vocab.QUOTE_FORMS),
            ("polarity", vocab.POLARITIES),
            ("certainty", vocab.CERTAINTIES),
            ("frame", vocab.FRAMES),
        ):
            value = getattr(self, name)
            _demand(value is None or value in known, name, f"unknown value {value!r}")
        _demand(self.speakers != (), "speakers", "a claim needs a speaker")
        _demand(self.words != (), "words", "a statement has words")

    def given(self) -> tuple[str, ...]:
        """Return the names of the given fields."""
        return tuple(name for name in self.__slots__ if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One decision of one person.

    ``id`` follows from the other fields, so that equal lines are one correction. ``document`` and ``sha256`` name the
    article and the exact text; both are None for a general ``merge`` and for an ``undo``.
    """

    id: str
    at: str
    by: str
    kind: str
    document: str | None = None
    sha256: str | None = None
    target: StatementAnchor | None = None
    other: StatementAnchor | None = None
    settings: NewValues | None = None
    link: str | None = None
    entity: EntityName | None = None
    into: EntityName | None = None
    mentions: Passage = ()
    undoes: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        _demand(self.kind in KINDS, "kind", f"unknown value {self.kind!r}; known are {', '.join(KINDS)}")
        _demand(bool(self.by.strip()), "by", "a correction is somebody's: give a name")
        _demand(len(self.by) <= MAX_NAME, "by", f"is longer than {MAX_NAME} characters")
        _demand(self.note is None or len(self.note) <= MAX_NOTE, "note", f"is longer than {MAX_NOTE} characters")
        _demand(_ID.match(self.id) is not None, "id", f"{self.id!r} is not c and 16 hexadecimal digits")
        _demand(_is_moment(self.at), "at", f"{self.at!r} is not a time with its zone, as in 2026-11-30T18:00:00Z")
        _demand((self.document is None) == (self.sha256 is None), "sha256", "comes with the document, or not at all")
        self._check_statement()
        self._check_entities()
        _demand((self.kind == "undo") == (self.undoes is not None), "undoes", "is the id that an undo takes back")

    def _check_statement(self) -> None:
        on_one = self.kind in _ON_A_STATEMENT
        _demand(on_one == (self.target is not None), "target", f"{self.kind}: {'missing' if on_one else 'not used'}")
        _demand(not on_one or self.document is not None, "document", f"{self.kind}: missing")
        wanted = _SIDE.get(self.kind)
        if self.target is not None and wanted is not None:
            _demand(self.target.side == wanted, "target.side", f"{self.kind} is for a {wanted}")
        sets = self.kind in _SETTING
        _demand(sets or self.settings is None, "set", f"{self.kind}: not used")
        _demand(not sets or self.settings is not None, "set", f"{self.kind}: missing")
        if self.settings is not None and self.target is not None:
            self._check_settings(self.settings, self.target.side)
        two = self.kind in ("link", "unlink")
        _demand(two == (self.other is not None), "other", f"{self.kind}: {'missing' if two else 'not used'}")
        _demand(two == (self.link is not None), "link", f"{self.kind}: {'missing' if two else 'not used'}")
        _demand(self.link is None or self.link in vocab.LINK_TYPES, "link", f"unknown value {self.link!r}")

    def _check_settings(self, settings: NewValues, side: str) -> None:
        becomes = {"own_voice": "fact", "attribute": "claim"}.get(self.kind, side)
        if becomes == "fact":
            for name in ("speakers", "addressees", "targets", "speech_act", "quote_form", "source", "cue"):
                _demand(
                    getattr(settings, name) is None, f"set.{name}", "a fact is nobody's words: it has no such field"
                )
        elif self.kind in ("add", "attribute"):
            _demand(settings.speakers is not None, "set.speakers", "a claim needs a speaker")
        if self.kind == "change":
            _demand(bool(settings.given()), "set", "a change changes something")

    def _check_entities(self) -> None:
        on_entities = self.kind in _ON_ENTITIES
        for name, value in (("entity", self.entity), ("into", self.into)):
            _demand(
                on_entities == (value is not None), name, f"{self.kind}: {'missing' if on_entities else 'not used'}"
            )
        _demand((self.kind == "split") == bool(self.mentions), "mentions", "are what a split moves, and only that")
        if self.kind == "split":
            _demand(self.document is not None, "document", "split: missing")
        if self.entity is not None and self.into is not None:
            _demand(self.entity != self.into, "into", "is the same entity")
            local = LOCAL_ENTITY_TYPES & {self.entity.type, self.into.type}
            _demand(not local or self.document is not None, "document", f"a {''.join(sorted(local)[:1])} has one")
            supposed = "stated_participant"
            _demand(
                (self.entity.type == supposed) == (self.into.type == supposed),
                "into",
                "who only a claim supposes cannot become somebody of the graph, nor the other way round",
            )


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
