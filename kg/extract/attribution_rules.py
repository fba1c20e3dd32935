"""All attributions that the rules find in a text: quotations, set phrases, verbs, nouns, headlines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.boundaries import settle
from kg.extract.reading import Reading, read
from kg.extract.rule_nouns import noun_attributions
from kg.extract.rule_phrases import phrase_attributions
from kg.extract.rule_quotes import free_quotations, quoted_speech
from kg.extract.rule_verbs import verb_attributions
from kg.records import Span, Spans, first_overlap, merged

if TYPE_CHECKING:
    from kg.extract.parsed import Doc
    from kg.extract.quotes import Quote


_CUE_WORDS = 4


def find(doc: Doc, quotes: Iterable[Quote], spoken: Iterable[Span] = ()) -> list[Attribution]:
    """Return the attributions of ``doc``, outer and inner ones, in text order.

    Each word is cue of at most one attribution, and the result is deterministic. ``quotes`` are those of the text;
    ``spoken`` are the turns and posts of its layout.
    """
    reading = read(doc, quotes)
    speech = quoted_speech(reading)
    quoted = [a for s in speech.speeches if (a := s.attribution()) is not None]
    rest = [*phrase_attributions(reading), *noun_attributions(reading), *verb_attributions(reading)]
    known = settle(reading, _one_cue_each([*quoted, *rest]))
    known += free_quotations(reading, speech.free, known)
    turns = merged((*spoken, *(span for a in known if a.rule == "phrase.label" for span in a.content)))
    known = [a for a in known if not _performs(reading, a, turns)]
    apart = (_apart(reading, attribution) for attribution in known)
    return sorted((attribution for attribution in apart if attribution is not None), key=_place)


def _performs(reading: Reading, attribution: Attribution, turns: list[Span]) -> bool:
    """Return True for a performed act inside a quotation: I promise you, we oppose, thank you.

    It is the act of the quotation itself; nested claims report another occasion of speaking.
    """
    if not attribution.cue or attribution.rule.startswith("quote"):
        return False
    cue = reading.doc[reading.token_at(attribution.cue[-1].start) :][:_CUE_WORDS]
    verb = next((w for w in cue if w.pos_ == "VERB"), None)
    if verb is None or verb.tag_ not in ("VBP", "VB"):
        return False
    if not reading.quoted(verb) and first_overlap(Span(verb.idx, verb.idx + len(verb)), turns) is None:
        return False
    if any(w.tag_ == "MD" or w.lower_ in ("did", "them", "him", "her", "people") for w in verb.children):
        return False  # on another occasion, or a habit: I tell them
    return [span.of(reading.text).lower() for span in attribution.source] in (["i"], ["we"])


def _apart(reading: Reading, attribution: Attribution) -> Attribution | None:
    """Return the attribution without source and cue in its content; None if no word is left."""
    taken = merged((*attribution.source, *attribution.cue))
    if not any(first_overlap(span, taken) for span in attribution.content):
        return attribution
    pieces: list[Span | None] = []
    for span in attribution.content:
        start = span.start
        for hole in taken:
            if hole.start < span.end and hole.end > start:
                pieces.append(reading.inside(start, hole.start))
                start = max(start, hole.end)
        pieces.append(reading.inside(start, span.end))
    left = tuple(piece for piece in pieces if piece is not None)
    return replace(attribution, content=left) if left else None


def _place(attribution: Attribution) -> tuple[int, int, Spans]:
    return attribution.extent.start, -attribution.extent.end, attribution.cue


def _one_cue_each(attributions: list[Attribution]) -> list[Attribution]:
    """Return the attributions whose cue has no earlier attribution in the list."""
    out = []
    used: set[int] = set()
    for attribution in attributions:
        letters = {i for span in attribution.cue for i in range(span.start, span.end)}
        if letters & used:
            continue
        used |= letters
        out.append(attribution)
    return out
