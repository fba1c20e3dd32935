"""The parser and writer of corrections: JSON Lines to ``Correction`` values and back.

A wrong type, an unknown field or tag, or a contradictory correction is a RecordError that names the line and the JSON
path. The contract is ``SCHEMA`` (JSON Schema 2020-12), written by ``kg schema corrections``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg import recordfile, vocab
from kg.corrections.values import (
    KINDS,
    SIDES,
    Correction,
    EntityName,
    EventByName,
    NewValues,
    Passage,
    QuotedWords,
    StatementAnchor,
)
from kg.errors import RecordError
from kg.records import Impossible, TimeExpression

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Json = dict[str, Any]

NO_ID: Final = "c0000000000000000"
"""A placeholder for the id of a correction before :func:`named` gives it one."""
_TEXT: Final = {"type": "string"}
_WORDS: Final = {
    "type": "object",
    "description": "words of the text: [start, end) in code points, the words themselves, and the text around them",
    "properties": {
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 1},
        "quote": _TEXT,
        "before": _TEXT,
        "after": _TEXT,
        "times": {"type": "integer", "minimum": 1, "description": "how often the quote occurs in the text"},
    },
    "required": ["start", "end", "quote", "before", "after", "times"],
    "additionalProperties": False,
}
_PASSAGE: Final = {"type": "array", "items": _WORDS}
_ENTITY: Final = {
    "type": "object",
    "properties": {"type": {"enum": sorted(vocab.ENTITY_TYPES)}, "name": _TEXT},
    "required": ["type", "name"],
    "additionalProperties": False,
}
_ENTITIES: Final = {"type": "array", "items": _ENTITY}
_ANCHOR: Final = {
    "type": "object",
    "properties": {"side": {"enum": list(SIDES)}, "words": {**_PASSAGE, "minItems": 1}, "source": _PASSAGE},
    "required": ["side", "words"],
    "additionalProperties": False,
}
_TIME: Final = {
    "type": "object",
    "properties": {"text": _TEXT, "earliest": {"type": ["string", "null"]}, "latest": {"type": ["string", "null"]}},
    "required": ["text"],
    "additionalProperties": False,
}
_ROLES: Final = ("agents", "targets", "participants", "places")
_EVENT: Final = {
    "type": "object",
    "properties": {
        "type": {"enum": sorted(vocab.EVENT_TYPES)},
        **dict.fromkeys(_ROLES, _ENTITIES),
        "when": _TIME,
        "topic": _TEXT,
    },
    "required": ["type"],
    "additionalProperties": False,
}
_TAGS: Final = {
    "speech_act": vocab.SPEECH_ACTS,
    "quote_form": vocab.QUOTE_FORMS,
    "polarity": vocab.POLARITIES,
    "certainty": vocab.CERTAINTIES,
    "frame": vocab.FRAMES,
}
_NAMES: Final = ("speakers", "addressees", "targets")
_PASSAGES: Final = ("words", "source", "cue")
_SETTINGS: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(_NAMES, _ENTITIES),
        **{name: {"enum": sorted(known)} for name, known in _TAGS.items()},
        **dict.fromkeys(_PASSAGES, _PASSAGE),
        "events": {"type": "array", "items": _EVENT},
    },
    "additionalProperties": False,
}
SCHEMA: Final[Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "claimgraph correction",
    "description": "One line of a corrections file: one decision of one person.",
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^c[0-9a-f]{16}$", "description": "made of all the rest of the line"},
        "at": {"type": "string", "description": "when, with its zone"},
        "by": {"type": "string", "minLength": 1, "description": "who"},
        "kind": {"enum": list(KINDS)},
        "document": {"type": "string", "description": "the article's id"},
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the text it was made on"},
        "target": {**_ANCHOR, "description": "the statement that is meant"},
        "other": {**_ANCHOR, "description": "of a link: the statement that it leads to"},
        "set": {**_SETTINGS, "description": "what the statement is to say; what is absent stays"},
        "link": {"enum": sorted(vocab.LINK_TYPES)},
        "entity": {**_ENTITY, "description": "of a merge or split: who is meant so far"},
        "into": {**_ENTITY, "description": "of a merge or split: who is meant from now on"},
        "mentions": {**_PASSAGE, "description": "of a split: the words that name the other one"},
        "undoes": {"type": "string", "description": "the id of the correction that is taken back"},
        "note": {"type": "string", "description": "why"},
    },
    "required": ["id", "at", "by", "kind"],
    "additionalProperties": False,
}


@cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SCHEMA)


def named(correction: Correction) -> Correction:
    """Return the correction with the id that follows from its content."""
    data = to_json(correction)
    del data["id"]
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return replace(correction, id=f"c{digest[:16]}")


def loads(line: str, where: str = "correction") -> Correction:
    """Parse one line of JSON.

    Args:
        line: The line.
        where: The name of the line in messages, such as ``corrections.jsonl:3``.

    Raises:
        RecordError: The line is no correction; the error names the JSON path of the first fault.
    """
    return from_json(recordfile.decoded(line, where), where)


def from_json(data: object, where: str = "correction") -> Correction:
    """Return the correction in decoded JSON.

    Args:
        data: The value.
        where: The name of the value in messages.

    Raises:
        RecordError: As in :func:`loads`.
    """
    recordfile.demand_characters(data, where)
    first = next(_validator().iter_errors(data), None)
    if first is not None:
        raise RecordError(where, first.json_path, recordfile.shortened(first.message))
    assert isinstance(data, dict)
    try:
        correction = _correction(data)
    except Impossible as error:
        raise RecordError(where, f"$.{error.path}", error.problem) from error
    if (made := named(correction).id) != correction.id:
        raise RecordError(where, "$.id", f"is not the one that the rest of the line gives, which is {made}")
    return correction


def read(path: Path) -> list[Correction]:
    """Read the corrections of a file, or of each ``*.jsonl`` file of a folder.

    Returns:
        Each correction once, sorted by time.

    Raises:
        InputError: A file cannot be read, or is not UTF-8.
        RecordError: A line is no correction; the error names the file and the line.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return in_order(loads(line, where) for file in files for where, line in recordfile.numbered_lines(file))


def in_order(corrections: Iterable[Correction]) -> list[Correction]:
    """Return each correction once, sorted by time, then by position."""
    from datetime import datetime

    once = {correction.id: correction for correction in corrections}
    return sorted(once.values(), key=lambda correction: datetime.fromisoformat(correction.at))


def dumps(correction: Correction) -> str:
    """Return one line of JSON, without the line feed."""
    return json.dumps(to_json(correction), ensure_ascii=False, separators=(",", ":"))


def to_json(correction: Correction) -> Json:
    """Return the correction as plain JSON values, without empty fields."""
    data = {
        "id": correction.id,
        "at": correction.at,
        "by": correction.by,
        "kind": correction.kind,
        "document": correction.document,
        "sha256": correction.sha256,
        "target": _anchor_json(correction.target),
        "other": _anchor_json(correction.other),
        "set": None if correction.settings is None else settings_json(correction.settings),
        "link": correction.link,
        "entity": _entity_json(correction.entity),
        "into": _entity_json(correction.into),
        "mentions": _passage_json(correction.mentions) or None,
        "undoes": correction.undoes,
        "note": correction.note,
    }
    return _present(data)


def settings_json(settings: NewValues) -> Json:
    """Return the fields that are set."""
    data: Json = {name: getattr(settings, name) for name in _TAGS}
    for name in _NAMES:
        names = getattr(settings, name)
        data[name] = None if names is None else [_entity_json(one) for one in names]
    for name in _PASSAGES:
        passage = getattr(settings, name)
        data[name] = None if passage is None else _passage_json(passage)
    data["events"] = None if settings.events is None else [_event_json(event) for event in settings.events]
    return _present(data)


def _present(data: Json) -> Json:
    return {name: value for name, value in data.items() if value is not None}


def _anchor_json(anchor: StatementAnchor | None) -> Json | None:
    if anchor is None:
        return None
    data = {"side": anchor.side, "words": _passage_json(anchor.words)}
    return {**data, "source": _passage_json(anchor.source)} if anchor.source else data


def _entity_json(entity: EntityName | None) -> Json | None:
    return None if entity is None else {"type": entity.type, "name": entity.name}


def _passage_json(passage: Passage) -> list[Json]:
    return [{name: getattr(words, name) for name in QuotedWords.__slots__} for words in passage]


def _event_json(event: EventByName) -> Json:
    roles = {role: [_entity_json(one) for one in getattr(event, role)] or None for role in _ROLES}
    when = event.when
    time = None if when is None else _present({"text": when.text, "earliest": when.earliest, "latest": when.latest})
    return _present({"type": event.type, **roles, "when": time, "topic": event.topic})


def _correction(data: Json) -> Correction:
    plain: Json = {name: data.get(name) for name in ("document", "sha256", "link", "undoes", "note")}
    settings = data.get("set")
    return Correction(
        **{name: data[name] for name in ("id", "at", "by", "kind")},
        **plain,
        target=_anchor(data.get("target")),
        other=_anchor(data.get("other")),
        settings=None if settings is None else _settings(settings),
        entity=_entity(data.get("entity")),
        into=_entity(data.get("into")),
        mentions=_passage(data.get("mentions", ())),
    )


def _settings(data: Json) -> NewValues:
    names: Json = {name: tuple(EntityName(**one) for one in data[name]) for name in _NAMES if name in data}
    passages: Json = {name: _passage(data[name]) for name in _PASSAGES if name in data}
    events = tuple(map(_event, data["events"])) if "events" in data else None
    return NewValues(**{name: data.get(name) for name in _TAGS}, **names, **passages, events=events)


def _anchor(data: Json | None) -> StatementAnchor | None:
    if data is None:
        return None
    return StatementAnchor(side=data["side"], words=_passage(data["words"]), source=_passage(data.get("source", ())))


def _entity(data: Json | None) -> EntityName | None:
    return None if data is None else EntityName(**data)


def _passage(data: Any) -> Passage:
    return tuple(QuotedWords(**words) for words in data)


def _event(data: Json) -> EventByName:
    roles = {role: tuple(EntityName(**one) for one in data.get(role, ())) for role in _ROLES}
    when = data.get("when")
    return EventByName(
        type=data["type"], **roles, when=None if when is None else TimeExpression(**when), topic=data.get("topic")
    )
