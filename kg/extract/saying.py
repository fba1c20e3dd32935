"""One attribution with the words that matter at hand: the head of its cue, the head of its content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import lemma
from kg.extract.reading import Reading
from kg.records import Span, Spans

if TYPE_CHECKING:
    from spacy.tokens import Token

_LONGEST_LOOK = 400
"""Words of a content that are looked at: a speech of pages is not read to its end for its act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """``cue`` is the word that says how it is said, ``head`` the main word of the content; None where there is none."""

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
        """True when the main word of the content stands in quotation marks."""
        return self.head is not None and self.reading.quoted(self.head)

    def content_words(self) -> Iterator[Token]:
        """The words of the content, in text order, the first few hundred."""
        return _tokens(self.reading, self.attribution.content)

    def source_words(self) -> Iterator[Token]:
        """The words of the source."""
        return _tokens(self.reading, self.attribution.source)

    def cue_words(self) -> Iterator[Token]:
        """The words of the cue."""
        return _tokens(self.reading, self.attribution.cue)

    def is_speaker(self, word: Token) -> bool:
        """True for a name that the source has too."""
        return word.pos_ == "PROPN" and any(w.lower_ == word.lower_ for w in self.source_words())

    def in_content(self, word: Token) -> bool:
        """True for a word of the content."""
        return any(span.start <= word.idx < span.end for span in self.attribution.content)

    def in_source(self, word: Token) -> bool:
        """True for a word of the source."""
        return any(span.start <= word.idx < span.end for span in self.attribution.source)

    def span_of(self, word: Token) -> Span:
        """Where the word stands."""
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
    """The last word of the cue that the lexicon knows, else its last verb, noun or adjective, else its first word."""
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
    """The first word of the content whose head stands outside of it: a verb before all others."""
    if not words:
        return None
    inside = {w.i for w in words}
    roots = [w for w in words if (w.head.i not in inside or w.head == w) and not w.is_punct and not w.is_space]
    verbs = [w for w in roots if w.pos_ in ("VERB", "AUX")]
    return (verbs or roots or words)[0]
