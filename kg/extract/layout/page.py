"""The layout of one text: what frames it, and the text without that for the parse."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.layout.framing import framing
from kg.records import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """``context`` frames the article and states nothing. ``running`` is the text with blanks in its place, as long."""

    context: tuple[Context, ...]
    running: str


def read_layout(text: str) -> Layout:
    """Return the layout of ``text``. Every offset is one into ``text``."""
    context = tuple(framing(text))
    pieces, at = [], 0
    for one in context:
        pieces += [text[at : one.span.start], " " * (one.span.end - one.span.start)]
        at = one.span.end
    running = "".join((*pieces, text[at:]))
    return Layout(context=context, running=running if running.strip() else text)
