"""Attributions and their acts as plain words, for the tests that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.acts import Act, read_acts
from kg.extract.attribution_rules import find
from kg.extract.quotes import find_quotes
from tests.extract.reading import parsed

if TYPE_CHECKING:
    from kg.extract.attribution import Attribution
    from kg.records import Span

Said = tuple[str, str, str]
"""Source, cue and content as words; pieces joined by an ellipsis."""


def attributions(text: str) -> list[Attribution]:
    """What the rules find in the text."""
    return find(parsed(text), find_quotes(text))


def said(text: str) -> list[Said]:
    """What the rules find in the text, as words."""
    return [(joined(text, a.source), joined(text, a.cue), joined(text, a.content)) for a in attributions(text)]


def joined(text: str, spans: tuple[Span, ...]) -> str:
    """The words of the spans."""
    return " … ".join(span.of(text) for span in spans)


def act(text: str, number: int = 0) -> Act:
    """The act of one attribution of the text."""
    doc, quotes = parsed(text), find_quotes(text)
    return read_acts(doc, quotes, find(doc, quotes))[number]
