"""The layout of one text: what frames it, who speaks by it, and the text without its frame for the parse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kg.extract.attribution import Attribution
from kg.extract.layout.framing import framing
from kg.extract.layout.lines import lines
from kg.extract.layout.posts import posts
from kg.extract.layout.signed import signed
from kg.extract.layout.turns import turns
from kg.records import Context, Span, Spans, first_overlap, merged

_OPEN_END: Final = re.compile(
    r"[A-Z]\w+ing|(?:[A-Z“\"]\S* (?:\S+ ){0,6})?(?:the|a|an|of|to|in|for|with|and|or|by|from|that|whose|its|their)"
)
"""A line that no text ends with: a participle alone, or a last word that waits for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the layout of a text tells.

    ``context`` frames the article and states nothing. ``running`` is the text with blanks in its place, as long.
    ``attributions`` are turns, posts and signed quotations. ``author`` is the name in the byline of a text with one.
    """

    context: tuple[Context, ...]
    running: str
    attributions: tuple[Attribution, ...] = ()
    author: Span | None = None


def read_layout(text: str, frame: Iterable[Context] = ()) -> Layout:
    """Return the layout of ``text``. Every offset is one into ``text``.

    Args:
        text: The text of an article.
        frame: What its reader knows to frame it; where that and the layout disagree, the layout holds.
    """
    context = list(framing(text))
    known = merged(one.span for one in context)
    context += [one for one in frame if first_overlap(one.span, known) is None]
    context.sort(key=lambda one: one.span)
    whole = {*lines(text)} & {one.span for one in context}
    posted, beside = posts(text)
    attributions: list[Attribution] = []
    said: list[Span] = []
    for found in (posted, turns(text, sorted(whole)), signed(text)):
        attributions += [one for one in found if all(first_overlap(span, said) is None for span in _words(one))]
        said = merged(span for one in attributions for span in _words(one))
    context = [one for one in context if first_overlap(one.span, said) is None]
    context += [one for one in beside if one.span not in {other.span for other in context}]
    context.sort(key=lambda one: one.span)
    return Layout(
        context=tuple(context),
        running=_running(text, context),
        attributions=tuple(sorted(attributions, key=lambda one: one.content)),
        author=_author(text, context),
    )


def _words(attribution: Attribution) -> Spans:
    return (*attribution.content, *attribution.source)


def _running(text: str, context: list[Context]) -> str:
    """Return the text with blanks for its frame; unchanged if no other text remains."""
    pieces, at = [], 0
    for one in context:
        pieces += [text[at : one.span.start], " " * (one.span.end - one.span.start)]
        at = max(at, one.span.end)
    running = _mended("".join((*pieces, text[at:])))
    return running if running.strip() else text


def _mended(text: str) -> str:
    """Return the text without line breaks that cut a sentence after its first words, as drop caps and links do."""
    rows = list(lines(text))
    out = list(text)
    for before, after in pairwise(rows[1:]):
        if _OPEN_END.fullmatch(before.of(text)) and text[after.start].isalnum():
            out[before.end : after.start] = " " * (after.start - before.end)
    return "".join(out)


def _author(text: str, context: list[Context]) -> Span | None:
    """Return the only name of the byline, or None."""
    bylines = [one.span for one in context if one.kind == "byline"]
    if len(bylines) != 1:
        return None
    words = bylines[0].of(text)
    start = words.lower().find("by") + len("by")
    name = words[start:].lstrip(": ").split(",")[0].rstrip(".")
    if " and " in name or " & " in name or not name:
        return None
    at = bylines[0].start + words.index(name, start)
    return Span(at, at + len(name))
