"""Attributions by layout beside those that were found by syntax, and the names in labels."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kg.extract.attribution import Attribution
from kg.extract.layout.signed import REPLY
from kg.extract.wordlists import word_lists
from kg.records import Span, Spans, first_overlap, merged, without

_CLOSING: Final = re.compile(r",|\s*\(?@\w+\)?|\s+\(")
_OFFICES: Final = frozenset({"foreign", "defence", "defense", "deputy", "vice", "prime", "acting", "former"})
_PARTICLES: Final = frozenset({"van", "von", "der", "den", "de", "da", "di", "du", "al", "bin", "ibn", "del", "la"})
_HONORIFIC: Final = re.compile(r"(?:M[rs]s?|Dr|Sen|Rep|Gov|Gen|Amb)\.?\Z", re.IGNORECASE)
_NAMELESS: Final = frozenset({"the", "chair", "moderator", "question", "answer", "reporter", "q", "a", "participant"})
_WORD: Final = re.compile(r"\w")


def beside(by_layout: Sequence[Attribution], found: Sequence[Attribution], text: str) -> list[Attribution]:
    """Return both, where the layout decides.

    What was ``found`` loses the words that the layout gives to somebody else: an attribution that takes a label for
    its source or cue goes, one inside a turn ends with the turn, and one outside does not reach into it.
    """
    if not by_layout:
        return list(found)
    labels = merged(s for a in by_layout for s in (*a.source, *a.cue))
    blocks = merged(s for a in by_layout for s in a.content)
    taken = merged([*labels, *blocks])
    places = sorted((span.start, span.end, n) for n, a in enumerate(by_layout) for span in a.content)
    out = list(by_layout)
    for one in found:
        frame = (*one.source, *one.cue)
        if any(first_overlap(span, labels) is not None for span in frame):
            continue
        if all(first_overlap(span, blocks) is None for span in one.content):
            out.append(one)
            continue
        holders = {_holder(places, span) for span in frame}
        n = holders.pop() if len(holders) == 1 else None
        content = _outside(one.content, taken) if n is None else _inside(one.content, by_layout[n].content)
        content = tuple(span for span in content if _WORD.search(text, span.start, span.end))
        if content and (frame or content == one.content):
            out.append(replace(one, content=content))
    return out


def _holder(places: Sequence[tuple[int, int, int]], span: Span) -> int | None:
    """Return the number of the attribution whose words include the span; ``places`` are sorted."""
    at = bisect_right(places, span.start, key=lambda place: place[0]) - 1
    return places[at][2] if at >= 0 and span.end <= places[at][1] else None


def _inside(spans: Spans, content: Spans) -> Spans:
    """Return the parts of the spans that are in the content, both in text order."""
    out = []
    for span in spans:
        i = bisect_right(content, span.start, key=lambda piece: piece.end)
        while i < len(content) and content[i].start < span.end:
            out.append(Span(max(span.start, content[i].start), min(span.end, content[i].end)))
            i += 1
    return tuple(out)


def _outside(spans: Spans, blocks: list[Span]) -> Spans:
    return tuple(rest for span in spans for rest in without(span, blocks))


def voices(by_layout: Sequence[Attribution], text: str) -> dict[Span, Span]:
    """Return for each label the person's name in it, without honorific, office and handle.

    A label that names an office only, such as "CHAIR", has none.

    Args:
        by_layout: Attributions of the layout.
        text: The text.
    """
    out = {}
    for one in by_layout:
        for label in one.source:
            name = _name_in(text, label) if one.rule != REPLY else None
            if name is not None:
                out[label] = name
    return out


def _name_in(text: str, label: Span) -> Span | None:
    """Return the name in the label, without honorific or role before it, up to a comma or a handle."""
    end = min([label.end, *(m.start() for m in _CLOSING.finditer(text, label.start, label.end))])
    words = list(re.finditer(r"\S+", text[label.start : end]))
    while words and _is_office(words[0].group()):
        words = words[1:]
    if not words or any(match.group().strip(".").lower() in _NAMELESS for match in words):
        return None
    return Span(label.start + words[0].start(), label.start + words[-1].end())


def _is_office(word: str) -> bool:
    plain = word.strip(".").lower()
    return _HONORIFIC.match(word) is not None or plain in word_lists()["roles"] or plain in _OFFICES


def in_title_case(name: str) -> str:
    """Return a name that is written in capitals as names are written."""
    return " ".join(_titled(word) if word.isupper() and len(word) > 1 else word for word in name.split())


def _titled(word: str) -> str:
    if word.lower() in _PARTICLES:
        return word.lower()
    return "-".join("’".join(p.capitalize() for p in part.split("’")) for part in word.split("-"))
