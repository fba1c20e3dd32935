"""The words after a quotation that say whose it is: she said; said the minister; according to X; a dash and a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.phrases import FINITE, child, is_finite, lemma, noun_phrase, verb_group
from kg.extract.reading import Reading
from kg.extract.speech import (
    LEAD_LIMIT,
    QUOTING,
    Speech,
    first_word,
    last_mark,
    sentence_end,
    sentence_start,
)
from kg.records import Span, Spans

if TYPE_CHECKING:
    from kg.extract.parsed import Token
    from kg.extract.quotes import Quote

_TAIL_LIMIT = 60
_NOT_A_NAME = frozenset({"ADV", "CCONJ", "SCONJ", "ADP", "AUX", "PUNCT", "SPACE"})
_DASHES = frozenset({"—", "–", "-", "--", "―", "‒", "~"})


def tail(reading: Reading, number: int) -> Speech | None:
    """``"No," she said.``, ``"No," said the minister of X, who``, ``"No," according to Y``.

    Args:
        reading: The text.
        number: Number of the quotation.
    """
    quote = reading.quotes[number]
    doc = reading.doc
    start = first_word(reading, reading.token_at(quote.end))
    if not quote.closed or start >= len(doc):
        return None
    if doc[start].text in _DASHES or doc[start].text == ",":
        start = first_word(reading, start + 1)
    end = sentence_end(reading, start, _TAIL_LIMIT)
    if end <= start:
        return None
    mark = last_mark(reading, quote)
    new_sentence = doc[start].text[:1].isupper() and mark in ".!?…"
    if doc[start - 1].text in _DASHES and new_sentence:
        return _signed(reading, number, start, end)
    if mark == "." and new_sentence:
        return None
    verb = _tail_verb(reading, start, end, sure=mark in ",!?—–-")
    if verb is None or not _says_no_more(reading, verb):
        return None
    if mark not in ",!?—–-" and (doc[start].pos_ in ("ADP", "CCONJ") or not _begins_sentence(reading, quote)):
        return None
    source = _tail_source(reading, verb, start, end)
    if source is None:
        return None
    opening = [quote.span, *_before_quote(reading, quote, mark)]
    return Speech(
        source,
        reading.spans([verb_group(verb)]),
        opening,
        number,
        "quote.tail",
        0.95,
        verb.i,
        _end_offset(reading, end),
    )


def _signed(reading: Reading, number: int, start: int, end: int) -> Speech | None:
    """``"No." — Ann Smith``: a dash and a name to the end of the line."""
    words = reading.doc[start:end]
    if any(t.pos_ in ("VERB", "AUX") and t.tag_ in FINITE for t in words) or not any(t.pos_ == "PROPN" for t in words):
        return None
    source = reading.spans([(start, end)])
    dash = reading.doc[start - 1]
    cue = (Span(dash.idx, dash.idx + len(dash)),)
    if not source:
        return None
    quote = reading.quotes[number].span
    return Speech(source, cue, [quote], number, "quote.signed", 0.8, start - 1, _end_offset(reading, end))


def _end_offset(reading: Reading, end: int) -> int:
    return reading.starts[end] if end < len(reading.starts) else len(reading.text)


def _begins_sentence(reading: Reading, quote: Quote) -> bool:
    """Return True if no word of the same sentence stands before the quotation."""
    at = reading.token_at(quote.start)
    start = sentence_start(reading, at, LEAD_LIMIT)
    return not any(reading.doc[i].is_alpha for i in range(start, min(at, len(reading.doc))))


def _says_no_more(reading: Reading, verb: Token) -> bool:
    """Return True if the verb has no other content: a finite, unquoted clause with its own subject."""
    return not any(
        c.i > verb.i
        and c.dep_ == "ccomp"
        and not reading.quoted(c)
        and is_finite(c)
        and child(c, "nsubj", "nsubjpass", "expl", "mark") is not None
        for c in verb.children
    )


def _before_quote(reading: Reading, quote: Quote, mark: str) -> list[Span]:
    """Return the words of the sentence before a quotation at its end: The deal is "a mistake," she said."""
    at = reading.token_at(quote.start)
    start = sentence_start(reading, at, LEAD_LIMIT)
    while start < at and reading.doc[start].is_space:
        start += 1
    if start >= at or mark not in ",!?" or reading.doc[at - 1].is_punct or reading.within[at - 1] >= 0:
        return []
    span = reading.clean(reading.starts[start], quote.start)
    return [Span(span.start, quote.start)] if span is not None else []


def _tail_verb(reading: Reading, start: int, end: int, *, sure: bool) -> Token | None:
    """Return the verb of saying after a quotation, with only its subject before it."""
    for token in reading.doc[start:end]:
        if token.pos_ not in ("VERB", "AUX") or token.dep_ in ("amod", "compound", "aux", "auxpass"):
            continue
        if token.dep_ in ("relcl", "acl") and token.i > start + 1:
            continue
        known = reading.cues.takes(lemma(token), *QUOTING) or reading.cues.takes(token.lemma_.lower(), *QUOTING)
        if known and token.tag_ not in ("VB", "VBG"):
            return token
        if token.tag_ in FINITE:
            short = token.i - start <= 6 and token.lemma_.lower() not in reading.cues.never
            return token if sure and short and child(token, "nsubj") is not None and token.pos_ == "VERB" else None
    return None


def _tail_source(reading: Reading, verb: Token, start: int, end: int) -> Spans | None:
    own = child(verb, "nsubj")
    if own is not None and start <= own.i < end:
        ranges = [(max(a, start), min(b, end)) for a, b in noun_phrase(own, verb)]
        return reading.spans(ranges) or None
    before = [t.i for t in reading.doc[start : verb_group(verb)[0]] if t.pos_ not in _NOT_A_NAME]
    if before:
        return reading.spans([(before[0], before[-1] + 1)]) or None
    for token in reading.doc[verb.i + 1 : end]:
        if token.pos_ in ("NOUN", "PROPN", "PRON"):
            head = token
            while head.dep_ in ("compound", "poss", "nmod") and verb.i < head.head.i < end:
                head = head.head
            first, last = head.left_edge.i, head.right_edge.i + 1
            return reading.spans([(max(first, verb.i + 1), min(last, end))]) or None
        if token.pos_ not in ("DET", "ADJ", "NUM", "PUNCT", "ADV"):
            return None
    return None
