"""A quotation on its way to an attribution, and where sentences begin and end around one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.reading import Reading
from kg.records import Span, Spans, merged

if TYPE_CHECKING:
    from kg.extract.quotes import Quote

QUOTING = ("quote", "clause", "hearer", "np_quote")
"""Kinds of content of the verbs that a quotation can stand beside."""

LEAD_LIMIT = 90
"""Words looked at before a quotation."""

SENTENCE_END = frozenset({".", "!", "?", "..."})


@dataclass(slots=True)
class Speech:
    """A quotation with its cue, while more of it may still come."""

    source: Spans
    cue: Spans
    pieces: list[Span]
    last_quote: int
    rule: str
    confidence: float
    cue_verb: int = -1
    end: int = 0

    def attribution(self) -> Attribution | None:
        """Return the finished attribution, without source and cue in the content."""
        taken = [*self.source, *self.cue]
        pieces = [p for p in merged(self.pieces) if not any(p.overlaps(t) for t in taken)]
        if not pieces:
            return None
        return Attribution(
            source=self.source, cue=self.cue, content=tuple(pieces), confidence=self.confidence, rule=self.rule
        )


def first_word(reading: Reading, at: int) -> int:
    """Return the first token from number ``at`` that is not blank.

    Args:
        reading: The text.
        at: Number of a token.
    """
    doc = reading.doc
    while at < len(doc) and doc[at].is_space and "\n" not in doc[at].text:
        at += 1
    return at


def sentence_end(reading: Reading, at: int, limit: int) -> int:
    """Return the token after the sentence of token ``at``.

    A stop outside of quotations, a line end, or a quotation ends a sentence.

    Args:
        reading: The text.
        at: Number of a token.
        limit: The most tokens to look at.
    """
    doc = reading.doc
    end = min(len(doc), at + limit)
    for i in range(at, end):
        if (
            reading.within[i] >= 0
            or doc[i].text in SENTENCE_END
            or (doc[i].is_space and ("\n" in doc[i].text or "\r" in doc[i].text))
        ):
            return i
        if (
            i > at
            and doc[i].is_sent_start
            and doc[i - 1].text[-1:] in ".!?"
            and doc[i - 1].text[-1:]
            and doc[i].is_title
        ):
            return i
    return end


def sentence_start(reading: Reading, at: int, limit: int) -> int:
    """Return the first token of the sentence of token ``at``.

    A quotation that is a sentence ends the earlier one.

    Args:
        reading: The text.
        at: Number of a token.
        limit: The most tokens to look at.
    """
    doc = reading.doc
    at = min(at, len(doc) - 1)
    for i in range(at - 1, max(-1, at - 1 - limit), -1):
        token, following = doc[i], doc[i + 1]
        if token.is_space and ("\n" in token.text or "\r" in token.text):
            return i + 1
        number, next_number = reading.within[i], reading.within[i + 1]
        if token.text in SENTENCE_END and number < 0:
            return i + 1
        ended = number >= 0 and next_number != number and last_mark(reading, reading.quotes[number]) in ".!?…"
        if ended and i + 1 < at and (following.is_title or following.is_punct):
            return i + 1
        if following.is_sent_start and next_number < 0 and number < 0 and token.text[-1:] in ".!?":
            return i + 1
    return max(0, at - limit)


def last_mark(reading: Reading, quote: Quote) -> str:
    """Return the last character of the quoted words, or the comma or stop right after the closing mark.

    Args:
        reading: The text.
        quote: A quotation of it.
    """
    inner = reading.text[quote.inner().start : quote.inner().end].rstrip()
    mark = inner[-1:]
    after = reading.text[quote.end : quote.end + 1]
    return after if mark not in ".,!?…—–-;:" and after in (",", ".") and after else mark
