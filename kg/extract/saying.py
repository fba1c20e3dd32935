"""One attribution with the words that matter at hand: the head of its cue, the head of its content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.layout.posts import RULE as POST
from kg.extract.layout.turns import RULE as TURN
from kg.extract.phrases import lemma
from kg.extract.reading import Reading
from kg.records import Span, Spans

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_LINE_ENDS = "\n\r\u2028\u2029"
_MARKS = "\"'“”‘’„‚«»‹›`"
_LONGEST_LOOK = 400
"""Words of a content that are looked at: a speech of pages is not read to its end for its act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """``cue`` is the word that says how it is said, ``head`` the main word of the content; None if there is none."""

    reading: Reading
    attribution: Attribution
    cue: Token | None
    head: Token | None

    @staticmethod
    def of(reading: Reading, attribution: Attribution) -> Saying:
        """``attribution`` with its heads looked up in ``reading``."""
        words = list(_tokens(reading, attribution.content))
        return Saying(
            reading=reading,
            attribution=attribution,
            cue=_cue_word(reading, attribution),
            head=_head(words),
        )

    @property
    def word(self) -> str:
        """The lemma of the cue word, with its particle; "" without one."""
        return lemma(self.cue) if self.cue is not None else ""

    @property
    def quoted(self) -> bool:
        """Whether the main word of the content is in quotation marks."""
        return self.head is not None and self.reading.quoted(self.head)

    @property
    def is_turn(self) -> bool:
        """True for the turn of a transcript: a name and a colon at the start of a line, not of the headline."""
        if self.attribution.rule in (TURN, POST):
            return True
        text, spans = self.reading.text, (*self.attribution.source, *self.attribution.cue)
        if [span.of(text) for span in self.attribution.cue] != [":"]:
            return False
        before = text[: min(span.start for span in spans)].rstrip(" \t")
        inner = text[self.attribution.cue[0].end : self.attribution.content[0].start + 1].strip()
        return bool(before) and before[-1] in _LINE_ENDS and not (inner and inner[-1] in _MARKS)

    @property
    def is_quotation(self) -> bool:
        """Whether each piece of the content is in quotation marks of its own."""
        text = self.reading.text
        return all(
            any(c in _MARKS for c in text[max(0, span.start - 1) : span.start + 1])
            and any(c in _MARKS for c in text[span.end - 1 : span.end + 2].rstrip())
            for span in self.attribution.content
        )

    @property
    def told_in_past(self) -> bool:
        """True unless the cue is in the present, so that would is the past of will."""
        return not self.quoted and not any(w.tag_ in ("VBZ", "VBP") and w.dep_ != "aux" for w in self.cue_words())

    def content_words(self) -> Iterator[Token]:
        """Return the words of the content, in text order, the first few hundred."""
        return _tokens(self.reading, self.attribution.content)

    def source_words(self) -> Iterator[Token]:
        """Return the words of the source."""
        return _tokens(self.reading, self.attribution.source)

    def cue_words(self) -> Iterator[Token]:
        """Return the words of the cue."""
        return _tokens(self.reading, self.attribution.cue)

    def is_speaker(self, word: Token) -> bool:
        """Return True for a name that the source has too."""
        return word.pos_ == "PROPN" and any(w.lower_ == word.lower_ for w in self.source_words())

    def in_content(self, word: Token) -> bool:
        """Return True for a word of the content."""
        return any(span.start <= word.idx < span.end for span in self.attribution.content)

    def in_source(self, word: Token) -> bool:
        """Return True for a word of the source."""
        return any(span.start <= word.idx < span.end for span in self.attribution.source)

    def span_of(self, word: Token) -> Span:
        """Return the span of the word."""
        return Span(word.idx, word.idx + len(word))


def _tokens(reading: Reading, spans: Spans) -> Iterator[Token]:
    left = _LONGEST_LOOK
    for span in spans:
        for token in reading.doc[reading.token_at(span.start) : reading.token_at(span.end)]:
            if not left:
                return
            left -= 1
            yield token


def _cue_word(reading: Reading, attribution: Attribution) -> Token | None:
    """Return the last cue word in the lexicon, else its last verb, noun or adjective, else its first word."""
    words = [w for w in _tokens(reading, attribution.cue) if not w.is_space and not w.is_punct]
    cues = reading.cues
    for known in (
        [w for w in words if w.pos_ == "VERB" and w.lemma_.lower() in cues.denying],
        [
            w
            for w in words
            if w.pos_ in ("NOUN", "PROPN") and w.lemma_.lower() in cues.nouns and attribution.rule.startswith("noun")
        ],
        [
            w
            for w in words
            if w.pos_ in ("VERB", "AUX") and w.lemma_.lower() in cues.verbs and w.dep_ not in ("aux", "auxpass")
        ],
        [w for w in words if w.pos_ in ("NOUN", "PROPN") and w.lemma_.lower() in cues.nouns],
        [w for w in words if w.lemma_.lower() in cues.adjectives],
        [w for w in words if w.pos_ in ("VERB", "NOUN", "ADJ")],
        words,
    ):
        if known:
            return known[0] if known[0].pos_ == "VERB" else known[-1]
    return None


def _head(words: list[Token]) -> Token | None:
    """Return the first content word whose head is outside of the content; verbs first."""
    if not words:
        return None
    inside = {w.i for w in words}
    roots = [w for w in words if (w.head.i not in inside or w.head == w) and not w.is_punct and not w.is_space]
    verbs = [w for w in roots if w.pos_ in ("VERB", "AUX")]
    return (verbs or roots or words)[0]
