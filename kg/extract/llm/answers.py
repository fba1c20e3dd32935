"""What a language model is asked for, and the strict door for what it answers.

The schema is the records' own (:data:`kg.recordfile.SCHEMA`), with a list of exact quotes wherever a record has spans,
and without what only the program may say: offsets, rules, dates as days, identities in Wikidata, what lies inside what.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kg.recordfile import SCHEMA

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Json = dict[str, Any]

KINDS: Final = ("entities", "claims", "facts")
_OURS: Final = MappingProxyType(
    {"entities": {"wikidata"}, "claims": {"id", "rule", "parent", "adjuncts"}, "facts": {"id", "rule"}}
)
"""Fields that the program fills."""
_DAYS: Final = frozenset({"earliest", "latest"})
_QUOTES: Final = MappingProxyType({"type": "array", "items": {"type": "string"}})


class Unusable(ValueError):
    """An answer of which nothing can be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """The items of an answer that are of the asked form, and how many were not."""

    entities: tuple[Json, ...]
    claims: tuple[Json, ...]
    facts: tuple[Json, ...]
    malformed: int = 0


@cache
def schema() -> Json:
    """The JSON Schema of an answer: every field is required, so that strict servers take it."""
    properties = {kind: {"type": "array", "items": _item_schema(kind)} for kind in KINDS}
    return {"type": "object", "properties": properties, "required": list(KINDS), "additionalProperties": False}


def decode(text: str) -> ModelAnswer:
    """The answer in the words of a model. Raises Unusable where it is no JSON object with the three lists."""
    try:
        data = json.loads(_without_fence(text))
    except (ValueError, RecursionError) as error:
        raise Unusable(f"it is not JSON: {error}") from error
    if not isinstance(data, dict) or not all(isinstance(data.get(kind), list) for kind in KINDS):
        raise Unusable(f"it is not an object with the lists {', '.join(KINDS)}")
    good = {kind: tuple(item for item in data[kind] if _validator(kind).is_valid(item)) for kind in KINDS}
    malformed = sum(len(data[kind]) - len(good[kind]) for kind in KINDS)
    if malformed and not any(good.values()):
        raise Unusable("nothing in it has the form that was asked for")
    return ModelAnswer(**good, malformed=malformed)


def _without_fence(text: str) -> str:
    """Return the JSON of a text without a fence of Markdown, which some models add."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text[text.index("\n") : -3]
    return text


def _item_schema(kind: str) -> Json:
    record: Json = SCHEMA["properties"][kind]["items"]
    asked: Json = _asked(record)
    for name in _OURS[kind]:
        del asked["properties"][name]
    asked["required"] = list(asked["properties"])
    return asked


def _asked(part: Any) -> Any:
    """Return a part of the records' schema in the form for a model."""
    if not isinstance(part, dict):
        return part
    if _is_spans(part):
        return dict(_QUOTES)
    if "properties" not in part:
        return {name: _asked(value) for name, value in part.items() if name != "format"}
    properties = {name: _asked(value) for name, value in part["properties"].items() if name not in _DAYS}
    return {**part, "properties": properties, "required": list(properties)}


def _is_spans(part: Json) -> bool:
    items = part.get("items")
    return isinstance(items, dict) and items.get("maxItems") == 2


@cache
def _validator(kind: str) -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_item_schema(kind))
