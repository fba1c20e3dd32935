"""Words of a text as the attribution network sees them: pieces, places in the text, and plain features.

The network reads lower-cased word pieces, so what lower-casing and white-space removal lose is given to it as three
small features of every word: its case, the white space before it, and whether it stands inside quotation marks.
Training and inference both use this file, so that they cannot drift apart. Needs numpy and tokenizers only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ints = NDArray[np.int32]

CASES: Final = 5
"""Values of the case feature: no letter, lower, Title, UPPER, miXed."""
GAPS: Final = 4
"""Values of the gap feature: none, white space, one line break, a blank line or the start of the text."""
QUOTES: Final = 4
"""Values of the quote feature: outside, opening mark, closing mark, inside."""

CHUNK: Final = 20_000
"""Code points tokenised at once: bounds the tokeniser's memory on a long text."""
LONGEST_PIECE_RUN: Final = 60
"""Pieces kept of one word; the tokeniser itself makes words of over 100 characters one unknown piece."""

_OPENING: Final = frozenset("“«„‟")
_CLOSING: Final = frozenset("”»")
_STRAIGHT: Final = '"'
_SPACE: Final = re.compile(r"\s")
_SPOKEN: Final = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text, in order. All arrays but `pieces` and `first` have one row a word."""

    starts: Ints
    """First code point of the word in the text."""
    ends: Ints
    """Code point after the word."""
    pieces: Ints
    """Word-piece ids of all words, one after another, without [CLS] and [SEP]."""
    first: Ints
    """Index in `pieces` of each word's first piece, and the number of pieces at the end: one longer than the words."""
    features: Ints
    """Columns: case, gap, quote."""
    marks: NDArray[np.bool_]
    """True for punctuation: a word without letter or digit."""
    paragraphs: Ints
    """Number of the word's line, counting lines with words."""

    def __len__(self) -> int:
        return len(self.starts)


def read_words(text: str, tokenizer: Tokenizer) -> Words:
    """The words of `text`. Offsets are code points of `text` as it is, end exclusive; nothing is normalised away.

    A character that the tokeniser drops (zero-width, bidi and other control characters) belongs to no word unless it
    stands inside one.
    """
    starts: list[int] = []
    ends: list[int] = []
    pieces: list[int] = []
    first: list[int] = []
    for begin, end in _chunks(text):
        encoding = tokenizer.encode(text[begin:end], add_special_tokens=False)
        last = None
        run = 0
        for piece, word, (s, e) in zip(encoding.ids, encoding.word_ids, encoding.offsets, strict=True):
            if word != last or not starts:
                last, run = word, 0
                first.append(len(pieces))
                starts.append(begin + s)
                ends.append(begin + e)
            ends[-1] = begin + e
            run += 1
            if run <= LONGEST_PIECE_RUN:
                pieces.append(piece)
    first.append(len(pieces))
    features, paragraphs = _features(text, starts, ends)
    return Words(
        starts=np.asarray(starts, np.int32),
        ends=np.asarray(ends, np.int32),
        pieces=np.asarray(pieces, np.int32),
        first=np.asarray(first, np.int32),
        features=features,
        marks=np.fromiter((not _SPOKEN.search(text, s, e) for s, e in zip(starts, ends, strict=True)), bool),
        paragraphs=paragraphs,
    )


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Yield ranges of about CHUNK code points that end after white space, so that no word is cut if possible."""
    begin = 0
    while begin < len(text):
        end = min(len(text), begin + CHUNK)
        if end < len(text):
            space = _SPACE.search(text, end, min(len(text), end + CHUNK))
            end = space.end() if space else min(len(text), end + CHUNK)
        yield begin, end
        begin = end


def _features(text: str, starts: list[int], ends: list[int]) -> tuple[Ints, Ints]:
    rows = np.zeros((len(starts), 3), np.int32)
    paragraphs = np.zeros(len(starts), np.int32)
    before, paragraph, inside = 0, 0, False
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        gap = _gap(text[before:start]) if i else 3
        if i and gap >= 2:
            paragraph += 1
        if gap >= 2:
            inside = False
        word = text[start:end]
        quote, inside = _quote(word, inside)
        rows[i] = _case(word), gap, quote
        paragraphs[i] = paragraph
        before = end
    return rows, paragraphs


def _gap(between: str) -> int:
    if not between:
        return 0
    lines = between.count("\n") or between.count("\r") or between.count("\u2029")
    return 1 + min(2, lines)


def _case(word: str) -> int:
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    if word[:1].isupper():
        return 2 if word[1:].islower() else 4
    return 4 if any(c.isalpha() for c in word) else 0


def _quote(word: str, inside: bool) -> tuple[int, bool]:
    """Return the quote feature of `word`, and whether the next word of the line is inside quotation marks."""
    if word in _OPENING or (word == _STRAIGHT and not inside):
        return 1, True
    if word in _CLOSING or word == _STRAIGHT:
        return 2, False
    return (3 if inside else 0), inside


@dataclass(frozen=True, slots=True)
class Window:
    """Words read at once, ``begin`` up to ``end``, and those of them that are taken from this window."""

    begin: int
    end: int
    own_begin: int
    own_end: int


def windows(words: Words, room: int, overlap: int, context: int) -> list[Window]:
    """Windows of at most `room` pieces that cover the text, each word the own of exactly one.

    A window ends at a line break where there is one in its last third; the next one then reads about `context` pieces
    before the break again. Without a break, neighbours share about `overlap` pieces, and each owns a half of them.
    """
    found: list[Window] = []
    count = len(words)
    begin = own_begin = 0
    while begin < count:
        end, at_break = _window_end(words, begin, room)
        if end >= count:
            found.append(Window(begin, count, own_begin, count))
            break
        following = max(begin + 1, _back(words, end, context if at_break else overlap))
        own_end = end if at_break else (following + end + 1) // 2
        found.append(Window(begin, end, own_begin, own_end))
        begin, own_begin = following, own_end
    return found


def _window_end(words: Words, begin: int, room: int) -> tuple[int, bool]:
    """Return the word after the window that begins at `begin`, and whether a line begins there."""
    limit = int(words.first[begin]) + room
    end = max(begin + 1, int(np.searchsorted(words.first, limit, side="right")) - 1)
    if end >= len(words):
        return len(words), True
    earliest = begin + (end - begin) * 2 // 3
    breaks = np.flatnonzero(words.features[earliest + 1 : end + 1, 1] >= 2)
    return (earliest + 1 + int(breaks[-1]), True) if len(breaks) else (end, False)


def _back(words: Words, end: int, pieces: int) -> int:
    """Return the first word that begins at most `pieces` pieces before word `end`."""
    return int(np.searchsorted(words.first, int(words.first[end]) - pieces, side="left"))
