"""Conversion of the review pages' forms to corrections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from kg import vocab
from kg.corrections import lines
from kg.corrections.edits import Statement, statements_of, words_of
from kg.corrections.place import passage_at
from kg.corrections.values import Correction, EntityName, EventByName, NewValues, StatementAnchor
from kg.records import Claim, Fact, Impossible, Record, Span

Form = Mapping[str, str]
MAX_FIELD: Final = 20_000
_NAMED: Final = re.compile(r"(.+?)\s*\(([a-z ]+)\)\s*\Z", re.S)
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ROLES: Final = ("agents", "targets", "participants", "places")
_TAGS: Final = ("speech_act", "polarity", "certainty", "frame")


class FormError(ValueError):
    """A field is missing or malformed; the message is for the person who filled it in."""


def correction_of(form: Form, record: Record, by: str) -> Correction:
    """Return the decision in a form.

    Args:
        form: Its fields; ``do`` is the kind of decision, ``statement`` the statement of the record.
        record: The record on the page.
        by: The name of the person.

    Raises:
        FormError: A field is missing or malformed.
    """
    make = _MADE.get(form.get("do", ""))
    if make is None:
        raise FormError("choose what is to be done")
    try:
        values = make(form, record)
        about: dict[str, Any] = {"document": record.document.id, "sha256": record.document.sha256}
        if "undoes" in values:
            about = {}
        made = Correction(
            id=lines.NO_ID,
            at=now(),
            by=by,
            note=form.get("note", "").strip() or None,
            **about,
            **values,  # type: ignore[arg-type]
        )
    except Impossible as error:
        raise FormError(error.problem) from error
    return lines.named(made)


def now() -> str:
    """Return the time of a decision."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def entity_field(name: str, kind: str) -> str:
    """Return an entity as the fields show it: ``Ana Ruiz (person)``.

    Args:
        name: Its name.
        kind: Its type.
    """
    return f"{name} ({kind.replace('_', ' ')})"


def accepted(statement: Statement, record: Record, by: str, at: str, note: str) -> Correction:
    """Return the decision that a statement is right.

    Args:
        statement: A statement of the record.
        record: The record.
        by: The name of the person.
        at: When, with its zone.
        note: What it was decided from.
    """
    return lines.named(
        Correction(
            id=lines.NO_ID,
            at=at,
            by=by,
            kind="accept",
            document=record.document.id,
            sha256=record.document.sha256,
            target=_anchor(statement, record),
            note=note,
        )
    )


def taken_back(correction: Correction, by: str, at: str) -> Correction:
    """Return the decision that takes an earlier one back.

    Args:
        correction: The earlier one.
        by: The name of the person.
        at: When, with its zone.
    """
    return lines.named(Correction(id=lines.NO_ID, at=at, by=by, kind="undo", undoes=correction.id))


def _statement(form: Form, record: Record) -> Statement:
    found = next((one for one in statements_of(record) if one.id == form.get("statement")), None)
    if found is None:
        raise FormError("the statement no longer exists")
    return found


def _anchor(statement: Statement, record: Record) -> StatementAnchor:
    text = record.document.text
    source = passage_at(text, statement.source) if isinstance(statement, Claim) else ()
    side = "fact" if isinstance(statement, Fact) else "claim"
    return StatementAnchor(side=side, words=passage_at(text, words_of(statement)), source=source)


def _plain(kind: str) -> _Make:
    return lambda form, record: {"kind": kind, "target": _anchor(_statement(form, record), record)}


def _setting(kind: str) -> _Make:
    def make(form: Form, record: Record) -> Mapping[str, object]:
        statement = _statement(form, record)
        becomes_claim = isinstance(statement, Claim) if kind == "change" else kind == "attribute"
        values = _values(form, record, claim=becomes_claim)
        return {"kind": kind, "target": _anchor(statement, record), "settings": values}

    return make


def _adding(side: str) -> _Make:
    def make(form: Form, record: Record) -> Mapping[str, object]:
        words = passage_at(record.document.text, (_selected(form, record.document.text),))
        values = _values(form, record, claim=side == "claim")
        return {"kind": "add", "target": StatementAnchor(side=side, words=words), "settings": values}

    return make


def _undo(form: Form, record: Record) -> Mapping[str, object]:  # noqa: ARG001
    # Whether there is such a decision about the article, and in force, the desk knows.
    return {"kind": "undo", "undoes": form.get("undoes", "")}


def _merge(form: Form, record: Record) -> Mapping[str, object]:
    return {"kind": "merge", "entity": _one(form, "entity", record), "into": _one(form, "into", record)}


def _split(form: Form, record: Record) -> Mapping[str, object]:
    mention = passage_at(record.document.text, (_selected(form, record.document.text),))
    return {
        "kind": "split",
        "entity": _one(form, "entity", record),
        "into": _one(form, "into", record),
        "mentions": mention,
    }


def _linking(kind: str) -> _Make:
    def make(form: Form, record: Record) -> Mapping[str, object]:
        source, target = _statement(form, record), _statement({"statement": form.get("other", "")}, record)
        if source is target:
            raise FormError("choose two statements")
        anchors = {"target": _anchor(source, record), "other": _anchor(target, record)}
        return {"kind": kind, "link": form.get("link", ""), **anchors}

    return make


def _values(form: Form, record: Record, *, claim: bool) -> NewValues:
    given: dict[str, object] = {name: form[name] for name in _TAGS if form.get(name)}
    if not claim:
        given.pop("speech_act", None)
    elif form.get("speaker", "").strip():
        given["speakers"] = _entities(form["speaker"], record)
    if form.get("event"):
        roles = {role: _entities(form.get(role, ""), record) for role in _ROLES}
        given["events"] = (EventByName(type=form["event"], **roles),)  # type: ignore[arg-type]
    return NewValues(**given)  # type: ignore[arg-type]


def _selected(form: Form, text: str) -> Span:
    """Return the selected words, or the typed or pasted ones."""
    words = form.get("words", "").replace("\r\n", "\n").strip()
    if not words:
        raise FormError("select the words in the text, or copy them into the field")
    start = form.get("start", "")
    if _NUMBER.fullmatch(start) and text[int(start) : int(start) + len(words)] == words:
        return Span(int(start), int(start) + len(words))
    found = text.find(words)
    if found < 0:
        raise FormError(f"the text does not have the words “{words[:80]}”: copy them exactly")
    if text.find(words, found + 1) >= 0:
        raise FormError(f"the text has “{words[:80]}” more than once: take some words more, or select them in the text")
    return Span(found, found + len(words))


def _entities(field: str, record: Record) -> tuple[EntityName, ...]:
    return tuple(_named(one, record) for one in field.split(";") if one.strip())


def _one(form: Form, name: str, record: Record) -> EntityName:
    if not form.get(name, "").strip():
        raise FormError("say who is meant, and who it is instead")
    return _named(form[name], record)


def _named(field: str, record: Record) -> EntityName:
    """Return an entity by name and type; by name alone, the article's entity of that name, else a person.

    Raises:
        FormError: The name has a control character, which no name has and some formats cannot hold.
    """
    if _CONTROL.search(field.strip()):
        raise FormError("a name has a control character: type the name again")
    found = _NAMED.match(field.strip())
    if found is not None and (kind := found[2].replace(" ", "_")) in vocab.ENTITY_TYPES:
        return EntityName(type=kind, name=found[1])
    name = field.strip()
    kinds = [one.type for one in record.entities if name == one.name or name in one.aliases]
    return EntityName(type=kinds[0] if kinds else "person", name=name)


_Make = Callable[[Form, Record], Mapping[str, object]]
_MADE: Final[Mapping[str, _Make]] = MappingProxyType(
    {
        "accept": _plain("accept"),
        "reject": _plain("reject"),
        "change": _setting("change"),
        "own_voice": _setting("own_voice"),
        "attribute": _setting("attribute"),
        "add_claim": _adding("claim"),
        "add_fact": _adding("fact"),
        "undo": _undo,
        "merge": _merge,
        "split": _split,
        "link": _linking("link"),
        "unlink": _linking("unlink"),
    }
)
