"""The words before a quotation that say whose it is: she said:; told reporters that; a name and a colon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.extract.phrases import FINITE, lemma, noun_phrase, subject, verb_group
from kg.extract.reading import Reading
from kg.extract.speech import (
    LEAD_LIMIT,
    QUOTING,
    SENTENCE_END,
    Speech,
    first_word,
    last_mark,
    sentence_start,
)
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Token
    from kg.extract.quotes import Quote


def lead(reading: Reading, number: int) -> Speech | None:
    """``She said: "No."``, ``She told reporters that "we will not go."``, ``TRUMP: "No."``.

    Args:
        reading: The text.
        number: Number of the quotation.
    """
    quote = reading.quotes[number]
    doc = reading.doc
    at = reading.token_at(quote.start)
    last = at - 1
    while last >= 0 and doc[last].is_space:
        last -= 1
    # A colon at the end of the paragraph before introduces what follows.
    start = sentence_start(reading, last + 1 if last >= 0 and doc[last].text == ":" else at, LEAD_LIMIT)
    if last < start or not _complete(reading, quote):
        return None
    verb = _lead_verb(reading, start, last)
    if verb is None:
        return _colon(reading, number, start, last) if doc[last].text == ":" else None
    who = subject(verb)
    ranges = [(max(a, start), min(b, at)) for a, b in noun_phrase(who, verb)] if who is not None else []
    source = reading.spans(ranges)
    if not source and verb.tag_ != "VBG":
        return None
    first = reading.starts[last] if doc[last].lower_ == "that" else quote.start
    pieces = [Span(first, quote.end)]
    confidence = 0.9 if source else 0.5
    return Speech(
        source, reading.spans([verb_group(verb)]), pieces, number, "quote.lead", confidence, verb.i, quote.end
    )


def _complete(reading: Reading, quote: Quote) -> bool:
    """Return True if the quotation ends its sentence or clause: what follows is not more of the same."""
    if last_mark(reading, quote) in ".!?…,;":
        return True
    after = first_word(reading, reading.token_at(quote.end))
    if after >= len(reading.doc):
        return True
    token = reading.doc[after]
    if (
        reading.within[after - 1] >= 0
        and token.dep_ in ("prep", "npadvmod")
        and reading.cues.takes(lemma(token.head), "quote")
    ):
        return True  # "No more war" outside the embassy: where it was said
    return token.is_space or token.text in SENTENCE_END or token.text in (",", ";", ")", "—", "–") or not quote.closed


def _lead_verb(reading: Reading, start: int, last: int) -> Token | None:
    """Return the verb of saying of the quotation right after token ``last``."""
    doc = reading.doc
    comma = doc[last].text in (",", ":")
    for i in range(last, start - 1, -1):
        token = doc[i]
        if token.pos_ not in ("VERB", "AUX") or reading.within[i] >= 0:
            continue
        word = lemma(token)
        if not (reading.cues.takes(word, *QUOTING) or reading.cues.takes(token.lemma_.lower(), *QUOTING)):
            if comma and token.tag_ in FINITE and token.pos_ == "VERB" and token.dep_ not in ("relcl", "advcl"):
                return None
            continue
        if token.dep_ in ("amod", "compound"):
            continue
        end = verb_group(token)[1] - 1
        if comma or last in (token.i, end):
            return token
        if doc[last].lower_ == "that" and last - 1 <= _end_of_hearer(token):
            return token
        return token if last == _end_of_hearer(token) else None
    return None


def _end_of_hearer(verb: Token) -> int:
    """Return the last token of the verb with addressee and place."""
    return max(
        [verb_group(verb)[1] - 1]
        + [
            c.right_edge.i
            for c in verb.children
            if c.i > verb.i and c.dep_ in ("dobj", "dative", "npadvmod", "prep", "advmod")
        ]
    )


def _colon(reading: Reading, number: int, start: int, last: int) -> Speech | None:
    """``Smith: "No."`` and ``The minister was blunt: "No."``."""
    doc = reading.doc
    quote = reading.quotes[number]
    colon = Span(reading.starts[last], reading.starts[last] + 1)
    verbs = [
        t for t in doc[start:last] if t.pos_ in ("VERB", "AUX") and t.tag_ in FINITE and t.dep_ not in ("relcl", "acl")
    ]
    if verbs:
        who = subject(verbs[0])
        if who is None or not (who.pos_ == "PRON" or who.ent_type_ in ("PERSON", "ORG", "GPE", "NORP")):
            return None
        source = reading.spans((max(a, start), min(b, last)) for a, b in noun_phrase(who, verbs[0]))
        confidence = 0.5
    else:
        source = reading.spans([(start, last)])
        confidence = 0.7
    if not source or source[-1].end > colon.start:
        return None
    return Speech(source, (colon,), [quote.span], number, "quote.colon", confidence, last, quote.end)
