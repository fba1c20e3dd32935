"""Attributions of quotations: the words before or after one that say whose it is, and quotations that stand alone.

"No," she said. "Not now." is one attribution: a quotation that goes on after its cue, or in the next paragraph with
the mark reopened, belongs to the same speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.quote_leads import lead
from kg.extract.quote_tails import tail
from kg.extract.reading import Reading
from kg.extract.speech import (
    Speech,
    last_mark,
)

if TYPE_CHECKING:
    from kg.extract.quotes import Quote

_FREE_WORDS = 3
_SPEAKS_FAR = 1500
"""Code points after which a free-standing quotation no longer belongs to the one who spoke last."""


@dataclass(slots=True)
class QuotedSpeech:
    """Finished speeches in text order, and quotations of whole sentences without a named speaker."""

    speeches: list[Speech] = field(default_factory=list)
    free: list[int] = field(default_factory=list)


def quoted_speech(reading: Reading) -> QuotedSpeech:
    """Return the quotations of the text with their attributing words."""
    out = QuotedSpeech()
    for number, quote in enumerate(reading.quotes):
        last = out.speeches[-1] if out.speeches else None
        if quote.continues and out.free and out.free[-1] == number - 1:
            found = tail(reading, number)
            if found is None:
                out.free.append(number)
            else:
                out.speeches.append(_with_free(reading, out, found, number))
            continue
        if quote.continues and last is not None and last.last_quote == number - 1:
            _extend(reading, last, number)
            continue
        found = _cued(reading, number)
        if found is not None:
            if last is not None and found.cue_verb >= 0 and found.cue_verb == last.cue_verb:
                _extend(reading, last, number)
            else:
                out.speeches.append(_with_free(reading, out, found, number))
        elif _stands_alone(reading, quote):
            if last is not None and _goes_on(reading, last, number):
                _extend(reading, last, number)
            elif len(reading.text[quote.start : quote.end].split()) >= _FREE_WORDS:
                out.free.append(number)
    return out


def _cued(reading: Reading, number: int) -> Speech | None:
    """Return the quotation with its cue: before it inside a sentence, else after it."""
    at = reading.token_at(reading.quotes[number].start)
    before = next((t for t in reversed(reading.doc[max(0, at - 3) : at]) if not t.is_space), None)
    if before is not None and (before.lower_ in ("that", ":") or before.pos_ == "VERB"):
        return lead(reading, number) or tail(reading, number)
    return tail(reading, number) or lead(reading, number)


def _extend(reading: Reading, speech: Speech, number: int) -> None:
    quote = reading.quotes[number]
    speech.pieces.append(quote.span)
    speech.last_quote = number
    speech.end = max(speech.end, quote.end)


def _with_free(reading: Reading, out: QuotedSpeech, speech: Speech, number: int) -> Speech:
    """Return the speech with the whole-sentence quotations before it in the paragraph or its continuation."""
    at = number
    while out.free and out.free[-1] == at - 1 and (_same_paragraph(reading, at) or reading.quotes[at].continues):
        if _word_between(reading, reading.quotes[at - 1].end, reading.quotes[at].start):
            break
        at = out.free.pop()
        speech.pieces.insert(0, reading.quotes[at].span)
    return speech


def _word_between(reading: Reading, start: int, end: int) -> bool:
    return any(c.isalnum() for c in reading.text[start:end])


def _same_paragraph(reading: Reading, number: int) -> bool:
    """Return True if this quotation and the one before are in one paragraph."""
    between = reading.text[reading.quotes[number - 1].end : reading.quotes[number].start]
    return not any(c in between for c in "\n\r\u2028\u2029")


def _goes_on(reading: Reading, speech: Speech, number: int) -> bool:
    """Return True if the speech ends with the quotation before, and only its attribution is between the two."""
    if speech.last_quote != number - 1 or not _same_paragraph(reading, number):
        return False
    return not _word_between(reading, speech.end, reading.quotes[number].start)


def _stands_alone(reading: Reading, quote: Quote) -> bool:
    """Return True for a quotation of whole sentences: it begins and ends where a sentence does."""
    near = reading.text[max(0, quote.start - 4) : quote.start]
    before = near.rstrip()
    begins = not before or before[-1] in '.!?:…”"’' or any(c in near for c in "\n\r\u2028")
    inner = reading.text[quote.inner().start : quote.inner().end].strip()
    ends = last_mark(reading, quote) in ".!?…" or not quote.closed
    return begins and ends and not inner[:1].islower()


def free_quotations(reading: Reading, free: Sequence[int], others: Sequence[Attribution]) -> list[Attribution]:
    """Attributions of quotations that stand alone: to who spoke last, as named in the sentence before.

    Args:
        reading: The text.
        free: Numbers of the quotations.
        others: The attributions that were found before.
    """
    spoken = sorted((a.cue[0].start, i) for i, a in enumerate(others) if _may_go_on(reading, a))
    out: list[Attribution] = []
    at = 0
    last: Attribution | None = None
    for number in free:
        quote = reading.quotes[number]
        while at < len(spoken) and spoken[at][0] < quote.start:
            last = others[spoken[at][1]]
            at += 1
        if out and quote.continues and out[-1].content[-1].end == reading.quotes[number - 1].end:
            before = out[-1]
            out[-1] = Attribution(
                source=before.source,
                content=(*before.content, quote.span),
                confidence=before.confidence,
                rule=before.rule,
            )
        elif last is not None and quote.start - last.extent.end < _SPEAKS_FAR:
            out.append(Attribution(source=last.source, content=(quote.span,), confidence=0.5, rule="quote.free"))
        else:
            out.append(Attribution(content=(quote.span,), confidence=0.3, rule="quote.free"))
    return out


def _may_go_on(reading: Reading, attribution: Attribution) -> bool:
    """Return True for a speaker in the article itself, outside of quotations."""
    if not attribution.cue or not attribution.source:
        return False
    at = reading.token_at(attribution.cue[0].start)
    return at < len(reading.within) and reading.within[at] < 0
