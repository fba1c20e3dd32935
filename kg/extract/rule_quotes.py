"""Attributions of quotations: the words before or after one that say whose it is, and quotations that stand alone.

"No," she said. "Not now." is one attribution: a quotation that goes on after its cue, or in the next paragraph with the mark
reopened, belongs to the same speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import FINITE, child, is_finite, lemma, noun_phrase, subject, verb_group
from kg.extract.reading import Reading
from kg.records import Span, Spans, merged

if TYPE_CHECKING:
    from spacy.tokens import Token

    from kg.extract.quotes import Quote

_SENTENCE_END = frozenset({".", "!", "?", "..."})
_TAIL_LIMIT = 60
_LEAD_LIMIT = 90
_NOT_A_NAME = frozenset({"ADV", "CCONJ", "SCONJ", "ADP", "AUX", "PUNCT", "SPACE"})
_DASHES = frozenset({"—", "–", "-", "--", "―", "‒", "~"})
_FREE_WORDS = 3
_KINDS = ("quote", "clause", "hearer", "np_quote")
_SPEAKS_FAR = 1500
"""Code points after which a free-standing quotation no longer belongs to the one who spoke last."""


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
        """The finished attribution; content that is source or cue is left out."""
        taken = [*self.source, *self.cue]
        pieces = [p for p in merged(self.pieces) if not any(p.overlaps(t) for t in taken)]
        if not pieces:
            return None
        return Attribution(
            source=self.source, cue=self.cue, content=tuple(pieces), confidence=self.confidence, rule=self.rule
        )


@dataclass(slots=True)
class QuotedSpeech:
    """What was found: finished speeches in text order, and quotations of whole sentences that nobody is named for."""

    speeches: list[Speech] = field(default_factory=list)
    free: list[int] = field(default_factory=list)


def quoted_speech(reading: Reading) -> QuotedSpeech:
    """The quotations of the text with the words that attribute them."""
    out = QuotedSpeech()
    for number, quote in enumerate(reading.quotes):
        last = out.speeches[-1] if out.speeches else None
        if quote.continues and out.free and out.free[-1] == number - 1:
            found = _tail(reading, number)
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
            long = len(reading.text[quote.start : quote.end].split()) >= _FREE_WORDS
            if (
                last is not None
                and last.last_quote == number - 1
                and _same_paragraph(reading, number)
                and _follows(reading, last, quote)
            ):
                _extend(reading, last, number)
            elif long:
                out.free.append(number)
    return out


def _cued(reading: Reading, number: int) -> Speech | None:
    """The quotation with its cue: the one before it where it begins inside a sentence, else the one after it."""
    at = reading.token_at(reading.quotes[number].start)
    before = next((t for t in reversed(reading.doc[max(0, at - 3) : at]) if not t.is_space), None)
    if before is not None and (before.lower_ in ("that", ":") or before.pos_ == "VERB"):
        return _lead(reading, number) or _tail(reading, number)
    return _tail(reading, number) or _lead(reading, number)


def _extend(reading: Reading, speech: Speech, number: int) -> None:
    quote = reading.quotes[number]
    speech.pieces.append(_whole(reading, quote))
    speech.last_quote = number
    speech.end = max(speech.end, quote.end)


def _whole(reading: Reading, quote: Quote) -> Span:
    return quote.span


def _with_free(reading: Reading, out: QuotedSpeech, speech: Speech, number: int) -> Speech:
    """The speech with the whole-sentence quotations just before it, in the same paragraph or continued into it."""
    at = number
    while out.free and out.free[-1] == at - 1 and (_same_paragraph(reading, at) or reading.quotes[at].continues):
        if _word_between(reading, reading.quotes[at - 1].end, reading.quotes[at].start):
            break
        at = out.free.pop()
        speech.pieces.insert(0, _whole(reading, reading.quotes[at]))
    return speech


def _word_between(reading: Reading, start: int, end: int) -> bool:
    return any(c.isalnum() for c in reading.text[start:end])


def _same_paragraph(reading: Reading, number: int) -> bool:
    """True when this quotation and the one before stand in one paragraph."""
    between = reading.text[reading.quotes[number - 1].end : reading.quotes[number].start]
    return not any(c in between for c in "\n\r\u2028\u2029")


def _follows(reading: Reading, speech: Speech, quote: Quote) -> bool:
    """True when nothing but the attribution itself stands between the speech and the quotation."""
    return not _word_between(reading, speech.end, quote.start)


def _first_word(reading: Reading, at: int) -> int:
    """The first token from number ``at`` that is not blank."""
    doc = reading.doc
    while at < len(doc) and doc[at].is_space and "\n" not in doc[at].text:
        at += 1
    return at


def _sentence_end(reading: Reading, at: int, limit: int) -> int:
    """The token after the sentence that token ``at`` stands in: a stop outside of quotations, a line end, or a quotation."""
    doc = reading.doc
    end = min(len(doc), at + limit)
    for i in range(at, end):
        if (
            reading.within[i] >= 0
            or doc[i].text in _SENTENCE_END
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


def _sentence_start(reading: Reading, at: int, limit: int) -> int:
    """The first token of the sentence that goes on at token ``at``; an earlier quotation that is a sentence ends it."""
    doc = reading.doc
    at = min(at, len(doc) - 1)
    for i in range(at - 1, max(-1, at - 1 - limit), -1):
        token, following = doc[i], doc[i + 1]
        if token.is_space and ("\n" in token.text or "\r" in token.text):
            return i + 1
        number, next_number = reading.within[i], reading.within[i + 1]
        if token.text in _SENTENCE_END and number < 0:
            return i + 1
        ended = number >= 0 and next_number != number and _last_mark(reading, reading.quotes[number]) in ".!?…"
        if ended and i + 1 < at and (following.is_title or following.is_punct):
            return i + 1
        if following.is_sent_start and next_number < 0 and number < 0 and token.text[-1:] in ".!?":
            return i + 1
    return max(0, at - limit)


def _last_mark(reading: Reading, quote: Quote) -> str:
    """The last character of the quoted words, or the comma or stop right after the closing mark."""
    inner = reading.text[quote.inner().start : quote.inner().end].rstrip()
    mark = inner[-1:]
    after = reading.text[quote.end : quote.end + 1]
    return after if mark not in ".,!?…—–-;:" and after in (",", ".") and after else mark


def _tail(reading: Reading, number: int) -> Speech | None:
    """``"No," she said.``, ``"No," said the minister of X, who``, ``"No," according to Y``."""
    quote = reading.quotes[number]
    doc = reading.doc
    start = _first_word(reading, reading.token_at(quote.end))
    if not quote.closed or start >= len(doc):
        return None
    if doc[start].text in _DASHES or doc[start].text == ",":
        start = _first_word(reading, start + 1)
    end = _sentence_end(reading, start, _TAIL_LIMIT)
    if end <= start:
        return None
    mark = _last_mark(reading, quote)
    new_sentence = doc[start].text[:1].isupper() and mark in ".!?…"
    if doc[start - 1].text in _DASHES and new_sentence:
        return _signed(reading, number, start, end)
    if mark == "." and new_sentence:
        return None
    if doc[start].lower_ == "according" and start + 1 < end:
        return _according(reading, number, start, end)
    verb = _tail_verb(reading, start, end, sure=mark in ",!?—–-")
    if verb is None or not _says_no_more(reading, verb):
        return None
    if mark not in ",!?—–-" and (doc[start].pos_ in ("ADP", "CCONJ") or not _begins_sentence(reading, quote)):
        return None
    source = _tail_source(reading, verb, start, end)
    if source is None:
        return None
    opening = [_whole(reading, quote), *_before_quote(reading, quote, mark)]
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
    """True when no word of the same sentence stands before the quotation."""
    at = reading.token_at(quote.start)
    start = _sentence_start(reading, at, _LEAD_LIMIT)
    return not any(reading.doc[i].is_alpha for i in range(start, min(at, len(reading.doc))))


def _says_no_more(reading: Reading, verb: Token) -> bool:
    """True where the verb has no content of its own after it: a finite clause with its own subject, not quoted."""
    return not any(
        c.i > verb.i
        and c.dep_ == "ccomp"
        and not reading.quoted(c)
        and is_finite(c)
        and child(c, "nsubj", "nsubjpass", "expl", "mark") is not None
        for c in verb.children
    )


def _according(reading: Reading, number: int, start: int, end: int) -> Speech | None:
    pobj = child(reading.doc[start + 1], "pobj")
    if pobj is None:
        return None
    source = reading.spans((max(a, start + 2), min(b, end)) for a, b in noun_phrase(pobj))
    quote = reading.quotes[number]
    pieces = [_whole(reading, quote), *_before_quote(reading, quote, _last_mark(reading, quote))]
    cue = reading.spans([(start, start + 2)])
    return Speech(source, cue, pieces, number, "quote.according", 0.9, start, _end_offset(reading, end))


def _before_quote(reading: Reading, quote: Quote, mark: str) -> list[Span]:
    """The words of the same sentence before a quotation that is only its end: The deal is "a mistake," she said."""
    at = reading.token_at(quote.start)
    start = _sentence_start(reading, at, _LEAD_LIMIT)
    while start < at and reading.doc[start].is_space:
        start += 1
    if start >= at or mark not in ",!?" or reading.doc[at - 1].is_punct or reading.within[at - 1] >= 0:
        return []
    span = reading.clean(reading.starts[start], quote.start)
    return [Span(span.start, quote.start)] if span is not None else []


def _tail_verb(reading: Reading, start: int, end: int, *, sure: bool) -> Token | None:
    """The verb of saying in the words after a quotation, with nothing but its subject before it."""
    for token in reading.doc[start:end]:
        if token.pos_ not in ("VERB", "AUX") or token.dep_ in ("amod", "compound", "aux", "auxpass"):
            continue
        if token.dep_ in ("relcl", "acl") and token.i > start + 1:
            continue
        known = reading.cues.takes(lemma(token), *_KINDS) or reading.cues.takes(token.lemma_.lower(), *_KINDS)
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


def _lead(reading: Reading, number: int) -> Speech | None:
    """``She said: "No."``, ``She told reporters that "we will not go."``, ``TRUMP: "No."``."""
    quote = reading.quotes[number]
    doc = reading.doc
    at = reading.token_at(quote.start)
    last = at - 1
    while last >= 0 and doc[last].is_space:
        last -= 1
    # A colon at the end of the paragraph before introduces what follows.
    start = _sentence_start(reading, last + 1 if last >= 0 and doc[last].text == ":" else at, _LEAD_LIMIT)
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
    """True when the quotation ends its sentence or clause: what follows is not more of the same."""
    if _last_mark(reading, quote) in ".!?…,;":
        return True
    after = _first_word(reading, reading.token_at(quote.end))
    if after >= len(reading.doc):
        return True
    token = reading.doc[after]
    if (
        reading.within[after - 1] >= 0
        and token.dep_ in ("prep", "npadvmod")
        and reading.cues.takes(lemma(token.head), "quote")
    ):
        return True  # "No more war" outside the embassy: where it was said
    return token.is_space or token.text in _SENTENCE_END or token.text in (",", ";", ")", "—", "–") or not quote.closed


def _lead_verb(reading: Reading, start: int, last: int) -> Token | None:
    """The verb of saying that the quotation right after token ``last`` belongs to."""
    doc = reading.doc
    comma = doc[last].text in (",", ":")
    for i in range(last, start - 1, -1):
        token = doc[i]
        if token.pos_ not in ("VERB", "AUX") or reading.within[i] >= 0:
            continue
        word = lemma(token)
        if not (reading.cues.takes(word, *_KINDS) or reading.cues.takes(token.lemma_.lower(), *_KINDS)):
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
    """The last token of the verb with who is told and where."""
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


def _stands_alone(reading: Reading, quote: Quote) -> bool:
    """True for a quotation of whole sentences: it begins and ends where a sentence does."""
    near = reading.text[max(0, quote.start - 4) : quote.start]
    before = near.rstrip()
    begins = not before or before[-1] in '.!?:…”"’' or any(c in near for c in "\n\r\u2028")
    inner = reading.text[quote.inner().start : quote.inner().end].strip()
    ends = _last_mark(reading, quote) in ".!?…" or not quote.closed
    return begins and ends and not inner[:1].islower()


def free_quotations(reading: Reading, free: Sequence[int], others: Sequence[Attribution]) -> list[Attribution]:
    """Attributions of quotations that stand alone: to who spoke last, as named in the sentence before."""
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
        elif last is not None and quote.start - last.extent.end < _SPEAKS_FAR and not _inside(last.source, quote):
            out.append(Attribution(source=last.source, content=(quote.span,), confidence=0.5, rule="quote.free"))
        else:
            out.append(Attribution(content=(quote.span,), confidence=0.3, rule="quote.free"))
    return out


def _may_go_on(reading: Reading, attribution: Attribution) -> bool:
    """True for somebody who speaks in the article itself, not inside a quotation."""
    if not attribution.cue or not attribution.source:
        return False
    at = reading.token_at(attribution.cue[0].start)
    return at < len(reading.within) and reading.within[at] < 0


def _inside(spans: Spans, quote: Quote) -> bool:
    return any(span in quote.span for span in spans)
