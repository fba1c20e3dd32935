"""Attributions whose cue is a set phrase: according to X; reportedly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import child, noun_phrase, subtree, without
from kg.extract.reading import Range, Reading

if TYPE_CHECKING:
    from spacy.tokens import Token


def phrase_attributions(reading: Reading) -> Iterator[Attribution]:
    """One attribution for each phrase, in text order."""
    for token in reading.doc:
        if token.lower_ == "according":
            yield from _according(reading, token)
        elif token.lower_ in reading.cues.hearsay and token.dep_ == "advmod":
            yield from _hearsay(reading, token)


def _according(reading: Reading, token: Token) -> Iterator[Attribution]:
    """According to X, the talks failed; the talks failed, according to X."""
    if token.i + 1 >= len(reading.doc):
        return
    to = reading.doc[token.i + 1]
    pobj = child(to, "pobj")
    if to.lower_ != "to" or pobj is None:
        return
    sentence = token.sent
    source = noun_phrase(pobj)
    phrase = (token.i, max(source[-1][1], to.i + 1))
    content = reading.spans(without(_scope(token, sentence.start, sentence.end), phrase))
    if content:
        cue = reading.spans([(token.i, to.i + 1)])
        yield Attribution(
            source=reading.spans(source), cue=cue, content=content, confidence=0.85, rule="phrase.according"
        )


def _scope(token: Token, start: int, end: int) -> Range:
    """The clause that the phrase belongs to: the sentence, or the relative or adverbial clause that it ends."""
    for holder in token.ancestors:
        if (
            holder.dep_ in ("relcl", "advcl", "ccomp")
            and holder.left_edge.i < token.i
            and holder.pos_ in ("VERB", "AUX")
        ):
            return subtree(holder)
        if holder.dep_ == "ROOT":
            break
    return start, end


def _hearsay(reading: Reading, adverb: Token) -> Iterator[Attribution]:
    """He has reportedly left: somebody says so, nobody is named."""
    verb = adverb.head
    if verb.pos_ not in ("VERB", "AUX"):
        return
    whole = subtree(verb)
    content = reading.spans(without(whole, (adverb.i, adverb.i + 1)))
    if content:
        cue = reading.spans([(adverb.i, adverb.i + 1)])
        yield Attribution(cue=cue, content=content, confidence=0.6, rule="phrase.hearsay")
