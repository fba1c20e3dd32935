"""A search as a standing query: the same words and filters, over the graph of that time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal

from kg import vocab
from kg.views.query_files import bind, own_query

_WORDS: Final = re.compile(r'["“](?P<phrase>[^"”]+)["”]|(?P<word>[^\s"“”]+)')
_CONTAINS: Final = 'FILTER(CONTAINS(LCASE(?text), "urn:word"))'
_PUBLISHED: Final = "?statement cg:inVersion/prov:specializationOf/schema:datePublished ?published ."
_FILTERS: Final = MappingProxyType(
    {
        "day": f'{_PUBLISHED} FILTER(SUBSTR(STR(?published), 1, 10) = "urn:value")',
        "from": f'{_PUBLISHED} FILTER(STR(?published) >= "urn:value")',
        "to": f'{_PUBLISHED} FILTER(SUBSTR(STR(?published), 1, STRLEN("urn:value")) <= "urn:value")',
        "kind": 'FILTER(?kind = "urn:value")',
        "speaker": "?statement cg:speaker <urn:value> .",
        "act": "?statement cg:speechAct <urn:value> .",
        "publisher": '?statement cg:inVersion/prov:specializationOf/schema:publisher "urn:value" .',
    }
)
_KINDS: Final = ("fact", "claim")
_REPORTING: Final = 'FILTER(?kind = "claim" || EXISTS { ?statement cg:describes ?event })'


def watch_query(words: str, chosen: Mapping[str, str]) -> str | None:
    """Return a SELECT of the statements that have all words, with any ending, and keep to the filters.

    Args:
        words: As they were searched for; those in quotation marks follow each other.
        chosen: The values of the search's filters by their names.

    Returns:
        None for an empty search, and for a value that only the search has, such as hearsay.
    """
    found = [match["phrase"] or match["word"].rstrip("*") for match in _WORDS.finditer(words)]
    if not (found or chosen) or not chosen.keys() <= _FILTERS.keys() or chosen.get("kind", "fact") not in _KINDS:
        return None
    if chosen.get("speaker") == vocab.UNNAMED_SOURCE:
        return None
    parts = [bind(_CONTAINS, word=Literal(word.lower())) for word in found if word]
    try:
        parts += [bind(_FILTERS[name], value=_term(name, value)) for name, value in chosen.items()]
    except ValueError:  # an act or a speaker that is no IRI: the search has found nothing
        return None
    return own_query("watch").replace("#FILTER", "\n  ".join([*parts, _REPORTING]))


def _term(name: str, value: str) -> str | Literal:
    if name == "act":
        return value if ":" in value else vocab.ACT + value
    return value if name == "speaker" else Literal(value[:10] if name == "day" else value)
