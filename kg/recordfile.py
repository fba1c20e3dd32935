"""The strict decoder and encoder of records: JSON Lines to ``Record`` values, and back.

A wrong type, an unknown field or tag, a span outside of the text or a contradictory record raises a ``RecordError``
with the document and the JSON path. No later stage checks again. The contract is ``SCHEMA`` (JSON Schema 2020-12),
which ``kg schema`` writes to ``docs/records.schema.json``.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from kg import inputfile, vocab
from kg.errors import InputError, RecordError
from kg.limits import LONGEST_TEXT, is_too_long
from kg.records import (
    ADJUNCT_KINDS,
    FEATURES,
    Adjunct,
    Claim,
    Context,
    Document,
    Entity,
    Event,
    Evidence,
    Fact,
    Impossible,
    Link,
    Record,
    Review,
    Run,
    Span,
    Spans,
    TimeExpression,
    Unclear,
)

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Json = dict[str, Any]
_T = TypeVar("_T")

_LONGEST_LINE = 256 << 20
"""Largest line in bytes, more than a record of the longest text needs."""
_PIECE = 1 << 20
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING = {"type": "string"}
_STRING_OR_NULL = {"type": ["string", "null"]}
_STRINGS = {"type": "array", "items": _STRING}
_SPAN = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "minItems": 2,
    "maxItems": 2,
    "description": "[start, end): Unicode code points into document.text, end exclusive",
}
_SPANS = {"type": "array", "items": _SPAN}
_CONFIDENCE = {"type": "number", "minimum": 0, "maximum": 1}


def _tag(known: frozenset[str]) -> Json:
    return {"enum": sorted(known)}


def _object(properties: Json, required: Iterable[str]) -> Json:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _or_null(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


_TIME = _object(
    {
        "text": _STRING,
        "earliest": {**_STRING_OR_NULL, "format": "date"},
        "latest": {**_STRING_OR_NULL, "format": "date"},
    },
    ["text"],
)
_EVENT = _object(
    {
        "type": _tag(vocab.EVENT_TYPES),
        "agents": _STRINGS,
        "targets": _STRINGS,
        "participants": _STRINGS,
        "places": _STRINGS,
        "when": _or_null(_TIME),
        "topic": _STRING_OR_NULL,
    },
    ["type"],
)
_MODALITY = {
    "polarity": _tag(vocab.POLARITIES),
    "certainty": _tag(vocab.CERTAINTIES),
    "frame": _tag(vocab.FRAMES),
    "confidence": _CONFIDENCE,
    "rule": _STRING,
}
_DOCUMENT = _object(
    {
        "id": _STRING,
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "of the text in UTF-8"},
        **dict.fromkeys(
            ("title", "url", "publisher", "published", "retrieved", "language", "licence"), _STRING_OR_NULL
        ),
        "text": {"type": "string", "description": "the decoded file exactly, nothing normalised"},
    },
    ["id", "sha256", "text"],
)
_ENTITY = _object(
    {
        "id": _STRING,
        "type": _tag(vocab.ENTITY_TYPES),
        "name": _STRING,
        "aliases": _STRINGS,
        "mentions": _SPANS,
        "wikidata": _STRING_OR_NULL,
    },
    ["id", "type", "name"],
)


def _evidence_of(features: Iterable[str]) -> Json:
    one = _object({"feature": {"enum": list(features)}, "spans": _SPANS}, ["feature", "spans"])
    return {"type": "array", "items": one, "description": "the words that decided, at most once for each feature"}


_FACT = _object(
    {
        "id": _STRING,
        "anchor": _SPANS,
        **_MODALITY,
        "events": {"type": "array", "items": _EVENT},
        "evidence": _evidence_of(FEATURES[1:]),
    },
    ["id", "anchor", *_MODALITY],
)
_CLAIM = _object(
    {
        "id": _STRING,
        "source": _SPANS,
        "cue": _SPANS,
        "content": _SPANS,
        "speakers": _STRINGS,
        "speech_act": _tag(vocab.SPEECH_ACTS),
        "quote_form": _tag(vocab.QUOTE_FORMS),
        **_MODALITY,
        "addressees": _STRINGS,
        "targets": _STRINGS,
        "medium": _STRING_OR_NULL,
        "said_at": _or_null(_TIME),
        "parent": _STRING_OR_NULL,
        "stated_events": {"type": "array", "items": _EVENT},
        "evidence": _evidence_of(FEATURES),
        "adjuncts": {
            "type": "array",
            "items": _object({"kind": {"enum": list(ADJUNCT_KINDS)}, "spans": _SPANS}, ["kind", "spans"]),
            "description": "the words that tell when, through what and to whom it was said, at most once for each kind",
        },
    },
    ["id", "content", "speakers", "speech_act", "quote_form", *_MODALITY],
)
_UNCLEAR = _object({"span": _SPAN, "reason": _STRING}, ["span", "reason"])
_CONTEXT = _object({"span": _SPAN, "kind": _tag(vocab.CONTEXT_KINDS)}, ["span", "kind"])
_LINK = _object(
    {"from": _STRING, "to": _STRING, "type": _tag(vocab.LINK_TYPES), "confidence": _CONFIDENCE, "rule": _STRING},
    ["from", "to", "type", "confidence", "rule"],
)
_RUN = _object(
    {
        "extractor": _STRING,
        "version": _STRING,
        "settings": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        },
    },
    ["extractor", "version"],
)
_REVIEW = _object(
    {
        "correction": _STRING,
        "kind": _STRING,
        "by": _STRING,
        "at": _STRING,
        "statement": _STRING_OR_NULL,
        "note": _STRING_OR_NULL,
        "reading": _STRING_OR_NULL,
    },
    ["correction", "kind", "by", "at"],
)

SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "claimgraph record",
    "description": "One line of a records file: everything read out of one document version.",
    **_object(
        {
            "document": _DOCUMENT,
            "entities": {"type": "array", "items": _ENTITY},
            "facts": {"type": "array", "items": _FACT},
            "claims": {"type": "array", "items": _CLAIM},
            "unclear": {"type": "array", "items": _UNCLEAR},
            "context": {
                "type": "array",
                "items": _CONTEXT,
                "description": "words that frame the article and state nothing; absent in older files",
            },
            "links": {"type": "array", "items": _LINK},
            "run": _RUN,
            "reviews": {
                "type": "array",
                "items": _REVIEW,
                "description": "what people decided about statements; absent where nobody did",
            },
        },
        ["document", "entities", "facts", "claims", "unclear", "links", "run"],
    ),
}


@cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(SCHEMA, format_checker=FormatChecker(["date"]))


def loads(line: str, where: str = "record") -> Record:
    """Decode the record in one line of JSON.

    Args:
        line: The line.
        where: Its name in messages (as in ``records.jsonl:3``) until the document id is known.

    Raises:
        RecordError: The line is not valid; has the document and the JSON path of the first fault.
    """
    return from_json(decoded(line, where), where)


def decoded(line: str, where: str) -> object:
    """Decode one line of JSON.

    Args:
        line: The line.
        where: Its name in messages.

    Raises:
        RecordError: The line is not JSON, or repeats a key.
    """
    try:
        return json.loads(line, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RecordError(where, "$", f"not JSON, cut off perhaps: {error}") from error


def from_json(data: object, where: str = "record") -> Record:
    """Return the record in decoded JSON.

    Args:
        data: The value.
        where: Its name in messages until the document id is known.

    Raises:
        RecordError: As :func:`loads` does.
    """
    name = _document_name(data, where)
    demand_characters(data, name)
    first = next(_validator().iter_errors(data), None)
    if first is not None:
        raise RecordError(name, first.json_path, shortened(first.message))
    assert isinstance(data, dict)
    try:
        return _record(data)
    except Impossible as error:
        raise RecordError(name, f"$.{error.path}", error.problem) from error


def demand_characters(data: object, name: str) -> None:
    """Check that decoded JSON has no half characters and no text that is too long for a store.

    Args:
        data: The value.
        name: Its name in messages.

    Raises:
        RecordError: It has; names the JSON path.
    """
    for path, text in _strings(data):
        if (half := _SURROGATE.search(text)) is not None:
            escape = half[0].encode("utf-8", "backslashreplace").decode()
            raise RecordError(name, path, f"has a lone surrogate ({escape}), which is no character")
        if is_too_long(text):
            raise RecordError(name, path, f"is longer than {LONGEST_TEXT:,} bytes")


def _strings(data: object) -> Iterator[tuple[str, str]]:
    """Yield each string in decoded JSON, also names of fields, with its path."""
    waiting: list[tuple[str, object]] = [("$", data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            yield from ((path, name) for name in value)
            waiting += ((f"{path}.{name}", each) for name, each in value.items())
        elif isinstance(value, list):
            waiting += ((f"{path}[{number}]", each) for number, each in enumerate(value))


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records of a JSON Lines file in order.

    Raises InputError or RecordError with file and line.
    """
    for where, line in numbered_lines(path):
        yield loads(line, where)


def numbered_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (``file:line``, text) for each non-blank line of a UTF-8 file.

    Raises InputError with the line.
    """
    with inputfile.opened(path) as file:
        yield from numbered(file, str(path))


def _line(file: BinaryIO) -> bytes:
    """Return the next line, up to ``_LONGEST_LINE``. Leading megabytes of blanks are dropped."""
    piece = file.readline(_PIECE)
    while len(piece) == _PIECE and not piece.strip():
        piece = file.readline(_PIECE) or b"\n"
    if len(piece) < _PIECE or piece.endswith(b"\n"):
        return piece
    return piece + file.readline(_LONGEST_LINE - len(piece))


def numbered(file: BinaryIO, name: str) -> Iterator[tuple[str, str]]:
    """Yield (``name:line``, text) for each non-blank line of UTF-8.

    Args:
        file: The bytes.
        name: The name of the file in messages.

    Raises:
        InputError: A line is too long or not UTF-8, or the file cannot be read.
    """
    number = 0
    try:
        while raw := _line(file):
            number += 1
            if len(raw) == _LONGEST_LINE:
                raise InputError(f"{name}:{number}: the line is longer than {_LONGEST_LINE:,} bytes")
            if number == 1:
                inputfile.demand_utf8(raw[:4], name)
                raw = raw.removeprefix(codecs.BOM_UTF8)
            if raw.strip():
                yield f"{name}:{number}", raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}:{number}: not UTF-8 at byte {error.start} of the line") from error
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror}") from error


def dumps(record: Record) -> str:
    """Encode a record as one line of unescaped JSON, keys in the contract's order, without line feed."""
    return json.dumps(to_json(record), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def to_json(record: Record) -> Json:
    """Return the record as plain JSON values, without reviews if there are none."""
    reviews = {"reviews": list(map(_review_json, record.reviews))} if record.reviews else {}
    return {**_extracted_json(record), **reviews}


def _extracted_json(record: Record) -> Json:
    document = record.document
    return {
        "document": {
            "id": document.id,
            "sha256": document.sha256,
            "title": document.title,
            "url": document.url,
            "publisher": document.publisher,
            "published": document.published,
            "retrieved": document.retrieved,
            "language": document.language,
            "licence": document.licence,
            "text": document.text,
        },
        "entities": [_entity_json(entity) for entity in record.entities],
        "facts": [_fact_json(fact) for fact in record.facts],
        "claims": [_claim_json(claim) for claim in record.claims],
        "unclear": [{"span": [u.span.start, u.span.end], "reason": u.reason} for u in record.unclear],
        "context": [{"span": [c.span.start, c.span.end], "kind": c.kind} for c in record.context],
        "links": [
            {"from": x.source, "to": x.target, "type": x.type, "confidence": x.confidence, "rule": x.rule}
            for x in record.links
        ],
        "run": {
            "extractor": record.run.extractor,
            "version": record.run.version,
            "settings": dict(record.run.settings),
        },
    }


def _review_json(review: Review) -> Json:
    return {name: getattr(review, name) for name in Review.__slots__}


def _entity_json(entity: Entity) -> Json:
    return {
        "id": entity.id,
        "type": entity.type,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "mentions": _spans_json(entity.mentions),
        "wikidata": entity.wikidata,
    }


def statement_json(statement: Fact | Claim) -> Json:
    """Return a statement as plain JSON values, as in a record."""
    return _fact_json(statement) if isinstance(statement, Fact) else _claim_json(statement)


def _fact_json(fact: Fact) -> Json:
    return {
        "id": fact.id,
        "anchor": _spans_json(fact.anchor),
        **_modality_json(fact),
        "events": [_event_json(event) for event in fact.events],
        "evidence": _evidence_json(fact),
    }


def _claim_json(claim: Claim) -> Json:
    return {
        "id": claim.id,
        "source": _spans_json(claim.source),
        "cue": _spans_json(claim.cue),
        "content": _spans_json(claim.content),
        "speakers": list(claim.speakers),
        "speech_act": claim.speech_act,
        "quote_form": claim.quote_form,
        **_modality_json(claim),
        "addressees": list(claim.addressees),
        "targets": list(claim.targets),
        "medium": claim.medium,
        "said_at": _time_json(claim.said_at),
        "parent": claim.parent,
        "stated_events": [_event_json(event) for event in claim.stated_events],
        "evidence": _evidence_json(claim),
        "adjuncts": [{"kind": one.kind, "spans": _spans_json(one.spans)} for one in claim.adjuncts],
    }


def _modality_json(statement: Fact | Claim) -> Json:
    return {name: getattr(statement, name) for name in _MODALITY}


def _evidence_json(statement: Fact | Claim) -> list[Json]:
    return [{"feature": one.feature, "spans": _spans_json(one.spans)} for one in statement.evidence]


def _event_json(event: Event) -> Json:
    return {
        "type": event.type,
        "agents": list(event.agents),
        "targets": list(event.targets),
        "participants": list(event.participants),
        "places": list(event.places),
        "when": _time_json(event.when),
        "topic": event.topic,
    }


def _time_json(time: TimeExpression | None) -> Json | None:
    return None if time is None else {"text": time.text, "earliest": time.earliest, "latest": time.latest}


def _spans_json(spans: Spans) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _record(data: Json) -> Record:
    return Record(
        document=_document(data["document"]),
        entities=_each(data, "entities", _entity),
        facts=_each(data, "facts", _fact),
        claims=_each(data, "claims", _claim),
        unclear=_each(data, "unclear", lambda d: Unclear(span=_span(d["span"], "span"), reason=d["reason"])),
        context=_each(data, "context", lambda d: Context(span=_span(d["span"], "span"), kind=d["kind"])),
        links=_each(data, "links", _link),
        run=_run(data["run"]),
        reviews=_each(data, "reviews", lambda d: Review(**d)),
    )


def _each(data: Json, key: str, build: Callable[[Json], _T]) -> tuple[_T, ...]:
    out = []
    for i, item in enumerate(data.get(key, ())):
        try:
            out.append(build(item))
        except Impossible as error:
            raise Impossible(".".join(filter(None, (f"{key}[{i}]", error.path))), error.problem) from error
    return tuple(out)


def _document(data: Json) -> Document:
    fields = {key: value for key, value in data.items() if key != "sha256"}
    try:
        document = Document(**fields)
    except Impossible as error:
        raise Impossible(f"document.{error.path}", error.problem) from error
    if document.sha256 != data["sha256"]:
        raise Impossible("document.sha256", f"is not the hash of the text, which is {document.sha256}")
    return document


def _entity(data: Json) -> Entity:
    return Entity(
        id=data["id"],
        type=data["type"],
        name=data["name"],
        aliases=tuple(data.get("aliases", ())),
        mentions=_spans(data, "mentions"),
        wikidata=data.get("wikidata"),
    )


def _fact(data: Json) -> Fact:
    return Fact(
        id=data["id"],
        anchor=_spans(data, "anchor"),
        events=_each(data, "events", _event),
        evidence=_each(data, "evidence", _evidence),
        **{name: data[name] for name in _MODALITY},
    )


def _claim(data: Json) -> Claim:
    return Claim(
        id=data["id"],
        source=_spans(data, "source"),
        cue=_spans(data, "cue"),
        content=_spans(data, "content"),
        speakers=tuple(data["speakers"]),
        speech_act=data["speech_act"],
        quote_form=data["quote_form"],
        addressees=tuple(data.get("addressees", ())),
        targets=tuple(data.get("targets", ())),
        medium=data.get("medium"),
        said_at=_time(data, "said_at"),
        parent=data.get("parent"),
        stated_events=_each(data, "stated_events", _event),
        evidence=_each(data, "evidence", _evidence),
        adjuncts=_each(data, "adjuncts", lambda d: Adjunct(kind=d["kind"], spans=_spans(d, "spans"))),
        **{name: data[name] for name in _MODALITY},
    )


def _evidence(data: Json) -> Evidence:
    return Evidence(feature=data["feature"], spans=_spans(data, "spans"))


def _event(data: Json) -> Event:
    roles = {role: tuple(data.get(role, ())) for role in ("agents", "targets", "participants", "places")}
    return Event(type=data["type"], when=_time(data, "when"), topic=data.get("topic"), **roles)


def _time(data: Json, key: str) -> TimeExpression | None:
    if data.get(key) is None:
        return None
    try:
        return TimeExpression(**data[key])
    except Impossible as error:
        raise Impossible(f"{key}.{error.path}", error.problem) from error


def _link(data: Json) -> Link:
    return Link(
        source=data["from"], target=data["to"], type=data["type"], confidence=data["confidence"], rule=data["rule"]
    )


def _run(data: Json) -> Run:
    return Run(extractor=data["extractor"], version=data["version"], settings=tuple(data.get("settings", {}).items()))


def _spans(data: Json, key: str) -> Spans:
    return tuple(_span(pair, f"{key}[{i}]") for i, pair in enumerate(data.get(key, ())))


def _span(pair: list[int], path: str) -> Span:
    try:
        return Span(int(pair[0]), int(pair[1]))
    except Impossible as error:
        raise Impossible(path, error.problem) from error


def _document_name(data: object, where: str) -> str:
    document = data.get("document") if isinstance(data, dict) else None
    name = document.get("id") if isinstance(document, dict) else None
    return f"{where}: document {name}" if isinstance(name, str) else where


def shortened(message: str, limit: int = 300) -> str:
    """Shorten a long message in its middle.

    Args:
        message: The message.
        limit: The largest length in characters.
    """
    return message if len(message) <= limit else f"{message[: limit // 2]} … {message[-limit // 2 :]}"


def _unique_keys(pairs: list[tuple[str, Any]]) -> Json:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return out


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
