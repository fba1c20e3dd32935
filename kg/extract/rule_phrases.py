"""Attributions whose cue is a set phrase or a mark: according to X; reportedly; a name and a colon."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.gazetteer import load_gazetteer
from kg.extract.phrases import FINITE, child, noun_phrase, subtree, without
from kg.extract.reading import Range, Reading
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Token


_VIEWS = frozenset({"view", "opinion", "judgment", "judgement", "estimation"})
_ASKED_AND_ANSWERED = frozenset({"q", "a", "question", "answer"})
_CLOSING = '.!?…"”’»'
_LABEL_WORDS = 6
_LABELLED_WORDS = 3
_LOOK = 2000


def phrase_attributions(reading: Reading) -> Iterator[Attribution]:
    """Return one attribution for each phrase, in text order."""
    for token in reading.doc:
        if token.lower_ == "according":
            yield from _according(reading, token)
        elif token.lower_ in _VIEWS and token.head.lower_ in ("in", "to"):
            yield from _in_view(reading, token)
        elif token.lower_ in reading.cues.hearsay and token.dep_ == "advmod":
            yield from _hearsay(reading, token)
    yield from _labels(reading)


def _labels(reading: Reading) -> Iterator[Attribution]:
    """``Kremlin: talks go on`` as a headline, ``SMITH: I think so.`` in a transcript: lines with who speaks.

    Capitals count only where at least two lines have such a label: one alone is as likely a dateline.
    """
    labelled = [(line, colon) for line in _lines(reading) if (colon := _colon(reading, line)) is not None]
    shouted = [(line, colon) for line, colon in labelled if _in_capitals(reading, line[0], colon)]
    spoken = [*(shouted if len(shouted) > 1 else []), *_in_turn(reading, labelled, shouted)]
    turns = {colon for _, colon in spoken}
    if labelled and labelled[0] not in spoken and _is_headline(reading, *labelled[0]):
        spoken = [labelled[0], *spoken]
    parts = [((first, mark), (mark + 1, end), mark) for (first, end), mark in spoken]
    for who, what, colon in [*parts, *_signed_headline(reading)]:
        source, content = reading.spans([who]), reading.spans([what])
        if content and colon in turns:
            content = (*content[:-1], _with_stop(reading, content[-1]))
        if source and content:
            cue = (Span(reading.doc[colon].idx, reading.doc[colon].idx + 1),)
            yield Attribution(source=source, cue=cue, content=content, confidence=0.6, rule="phrase.label")


def _in_turn(
    reading: Reading, labelled: list[tuple[Range, int]], others: list[tuple[Range, int]]
) -> list[tuple[Range, int]]:
    """Lines that two speakers say by turns: ``Q:`` and ``A:``, or two names in title case that both come again."""
    lines: dict[str, list[tuple[Range, int]]] = {}
    for line, colon in labelled:
        if (line, colon) not in others and all(
            w.is_title or w.is_upper or w.is_punct for w in reading.doc[line[0] : colon]
        ):
            lines.setdefault(reading.doc[line[0] : colon].text.strip(), []).append((line, colon))
    asked = {label for label in lines if label.lower() in _ASKED_AND_ANSWERED}
    again = {label for label, found in lines.items() if len(found) > 1}
    by_turns = (asked if len(asked) > 1 else set()) | (again if len(again) > 1 else set())
    return sorted(pair for label in by_turns for pair in lines[label])


def _with_stop(reading: Reading, span: Span) -> Span:
    """Return the turn with its final punctuation."""
    end = span.end
    while end < len(reading.text) and reading.text[end] in _CLOSING:
        end += 1
    return Span(span.start, end)


def _is_seat(word: Token) -> bool:
    """Return True for a name that means a government: Seoul, the Kremlin.

    A country in a label is the topic.
    """
    return word.text in _seats()


@cache
def _seats() -> frozenset[str]:
    """Return the capitals and the seats of governments, by name."""
    forms = (form for entry in load_gazetteer().entries for form in entry.forms())
    return frozenset(form.removeprefix("the ") for form, kind in forms if kind in {"town", "metonym"})


def _named(reading: Reading, word: Token) -> bool:
    """Return True for a name that the article gives to a person."""
    body = reading.doc[word.sent.end : word.sent.end + _LOOK]
    return any(w.lower_ == word.lower_ and w.ent_type_ == "PERSON" for w in body)


def _signed_headline(reading: Reading) -> Iterator[tuple[Range, Range, int]]:
    """Attribute a headline with its speaker at the end: ``Germany to send tanks - Scholz``."""
    line = next(_lines(reading), None)
    if line is None:
        return
    first, end = line
    dash = next(
        (i for i in range(end - 1, max(first, end - _LABEL_WORDS), -1) if reading.doc[i].text in ("-", "–", "—")), None
    )
    if dash is None or dash - first < _LABELLED_WORDS or not reading.doc[dash - 1].whitespace_ or dash + 1 >= end:
        return
    head = reading.doc[dash + 1 : end].root
    if head.lemma_.lower() in reading.cues.speakers or head.ent_type_ == "PERSON":
        yield (dash + 1, end), (first, dash), dash


def _colon(reading: Reading, line: Range) -> int | None:
    """Return the colon after the first few words of a line, if words follow."""
    first, end = line
    colon = next((i for i in range(first, min(first + _LABEL_WORDS + 1, end)) if reading.doc[i].text == ":"), None)
    if colon is None or colon == first or any(reading.quoted(reading.doc[i]) for i in range(first, colon)):
        return None
    return colon if sum(reading.doc[i].is_alpha for i in range(colon + 1, end)) >= _LABELLED_WORDS else None


def _in_capitals(reading: Reading, first: int, colon: int) -> bool:
    words = [w for w in reading.doc[first:colon] if w.is_alpha]
    return (
        0 < len(words) <= _LABELLED_WORDS
        and all(w.is_upper for w in words)
        and any(len(w) > _LABELLED_WORDS for w in words)
    )


def _is_headline(reading: Reading, line: Range, colon: int) -> bool:
    """Return True for the first line if it is a person or office, a colon, and a sentence."""
    first, end = line
    if any(w.is_alpha for w in reading.doc[:first]):
        return False
    head = reading.doc[first:colon].root
    speaker = (
        head.lemma_.lower() in reading.cues.speakers
        or head.ent_type_ in ("PERSON", "ORG")
        or _is_seat(head)
        or _named(reading, head)
    )
    rest = reading.doc[colon + 1 : end]
    return speaker and head.pos_ in ("PROPN", "NOUN") and any(w.tag_ in FINITE for w in rest) and rest[-1].text != "?"


def _lines(reading: Reading) -> Iterator[Range]:
    """Return the non-blank lines of the text as token ranges."""
    first = 0
    for token in reading.doc:
        if token.is_space and ("\n" in token.text or "\r" in token.text):
            if token.i > first:
                yield first, token.i
            first = token.i + 1
    if first < len(reading.doc):
        yield first, len(reading.doc)


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


def _in_view(reading: Reading, view: Token) -> Iterator[Attribution]:
    """Attribute "in her view, the plan failed"; "politicians, in his opinion, should be inspected"."""
    own = child(view, "poss")
    at = view.head
    if own is None or at.i > own.left_edge.i or own.left_edge.i != at.i + 1:
        return
    content = reading.spans(without((view.sent.start, view.sent.end), (at.i, view.i + 1)))
    source, cue = reading.spans([subtree(own)]), reading.spans(without((at.i, view.i + 1), subtree(own)))
    if content and source:
        yield Attribution(source=source, cue=cue, content=content, confidence=0.6, rule="phrase.view")


def _scope(token: Token, start: int, end: int) -> Range:
    """Return the clause of the phrase: the sentence, or the relative or adverbial clause before it."""
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
    """Attribute hearsay to an unnamed source: "he has reportedly left"."""
    verb = adverb.head
    if verb.pos_ not in ("VERB", "AUX"):
        return
    whole = subtree(verb)
    content = reading.spans(without(whole, (adverb.i, adverb.i + 1)))
    if content:
        cue = reading.spans([(adverb.i, adverb.i + 1)])
        yield Attribution(cue=cue, content=content, confidence=0.6, rule="phrase.hearsay")
