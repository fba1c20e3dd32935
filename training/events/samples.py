"""Marked texts as arrays over the words that the network reads, and batches of their windows."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from corpus.markup import ROLES, STATUSES, MarkedClaim, MarkedText, Range
from kg import vocab
from kg.extract.model.words import Words, read_words
from training.network import Inputs

CLS, SEP, MASK = 101, 102, 103
ADDRESSEE, AIM, SOURCE = 6, 7, 8
"""Numbers of a claim's roles, after those of events."""
NO_NAME = frozenset(
    """a about after against all also an and any are as at be been before being between both but by can
    could did do does during each for from had has have he her his i if in into is it its may might more
    most must my no not of off on one or other our out over own said she should since so some such than
    that the their them then there these they this those through to under until up us was we were what
    when where which while who whom whose why will with would you your
    """.split()  # noqa: SIM905 - a list of a hundred words is read best as text
)
"""Words that never name an event by themselves."""
UNMARKED = 0.4
"""Weight of the other words of a phrase as no triggers: one in fifteen names an event that is not marked."""
TYPES = tuple(sorted(vocab.EVENT_TYPES))
ACTS = tuple(sorted(vocab.SPEECH_ACTS))
POLARITIES = tuple(sorted(vocab.POLARITIES))
CERTAINTIES = tuple(sorted(vocab.CERTAINTIES))
FRAMES = tuple(sorted(vocab.FRAMES))


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event over words: ``words`` name it, ``roles`` are (word, role number) pairs."""

    words: range
    type: int
    status: int
    roles: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MarkedManner:
    """A claim over words, with the class of each of its features."""

    cue: tuple[int, ...]
    content: tuple[int, ...]
    classes: tuple[int, int, int, int]
    """Act, polarity, certainty, frame."""
    roles: tuple[tuple[int, int], ...]
    """(word, role number) pairs: those who are told, at whom the act is aimed, who speaks."""


@dataclass(frozen=True, slots=True)
class TextSample:
    """One text, read once before training."""

    id: str
    text: str
    words: Words
    triggers: tuple[Trigger, ...]
    claims: tuple[MarkedManner, ...]
    dense: bool
    phrase: bool = False
    """Only the trigger is known: the other words may name events too."""
    roots: frozenset[int] = field(default=frozenset())
    """Types of which some word of the text names one; for sentences whose trigger nobody marked."""


def sample(text: MarkedText, tokenizer: Tokenizer, *, dense: bool = False) -> TextSample:
    """Return the text as words with its gold over them."""
    words = read_words(text.text, tokenizer)
    triggers = []
    for event in text.events:
        roles: dict[int, int] = {}
        for role, label in event.roles:
            span = text.nearest(label, event.span)
            if span is not None:
                roles.update((w, ROLES.index(role) + 1) for w in covered(words, span))
        here = covered(words, event.span)
        if here:
            status = STATUSES.index(event.status)
            triggers.append(Trigger(here, TYPES.index(event.type), status, tuple(sorted(roles.items()))))
    claims = tuple(_claim(text, words, claim) for claim in text.claims)
    return TextSample(text.id, text.text, words, tuple(triggers), claims, dense)


def _claim(text: MarkedText, words: Words, claim: MarkedClaim) -> MarkedManner:
    roles: dict[int, int] = {}
    for number, labels in ((AIM, claim.targets), (ADDRESSEE, claim.addressees)):
        for label in labels:
            span = text.nearest(label, claim.cue[0])
            if span is not None:
                roles.update((w, number) for w in covered(words, span))
    roles.update((w, SOURCE) for span in claim.source for w in covered(words, span))
    return MarkedManner(
        roles=tuple(sorted(roles.items())),
        cue=tuple(w for span in claim.cue for w in covered(words, span)),
        content=tuple(w for span in claim.content for w in covered(words, span)),
        classes=(
            ACTS.index(claim.act),
            POLARITIES.index(claim.polarity),
            CERTAINTIES.index(claim.certainty),
            FRAMES.index(claim.frame),
        ),
    )


def covered(words: Words, span: Range) -> range:
    """Return the words that share a code point with the span."""
    return range(
        int(np.searchsorted(words.ends, span[0], side="right")),
        int(np.searchsorted(words.starts, span[1], side="left")),
    )


@dataclass(frozen=True, slots=True)
class TextWindow:
    """Words ``begin`` up to ``end`` of a sample, read at once."""

    sample: TextSample
    begin: int
    end: int


def pieces_of(one: TextSample, room: int, chance: random.Random | None, cut: float) -> Iterable[TextWindow]:
    """Yield windows of a sample that cover it.

    Args:
        one: The sample.
        room: The most word pieces of a window.
        chance: Where given, a window is cut at random to one or two of its sentences.
        cut: How often, 0 to 1.
    """
    words, begin = one.words, 0
    while begin < len(words):
        limit = int(words.first[begin]) + room
        end = max(begin + 1, int(np.searchsorted(words.first, limit, side="right")) - 1)
        if end < len(words):
            stops = [k + 1 for k in range(begin + (end - begin) // 2, end) if one.text[words.starts[k]] in ".!?"]
            end = stops[-1] if stops else end
        end = min(end, len(words))
        if chance is not None and chance.random() < cut:
            yield _sentences(one, begin, end, chance)
        else:
            yield TextWindow(one, begin, end)
        begin = end


def _sentences(one: TextSample, begin: int, end: int, chance: random.Random) -> TextWindow:
    """One or two sentences of a window, so that a short window tells nothing about what is in it."""
    stops = [k + 1 for k in range(begin, end) if one.text[one.words.starts[k]] in ".!?"] or [end]
    k = chance.randrange(len(stops))
    last = min(len(stops) - 1, k + chance.choice((0, 0, 1)))
    start, stop = (stops[k - 1] if k else begin), stops[last]
    return TextWindow(one, start, stop) if stop - start >= 4 else TextWindow(one, begin, end)


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Tensors of one step: b windows of w words, n triggers, c claims."""

    inputs: Inputs
    present: Tensor
    """(b, w) 1.0 where a word is."""
    named: Tensor
    """(b, w) 1.0 where a word names an event."""
    known: Tensor
    """(b, w) how well it is known whether a word names an event, 0 to 1."""
    dense: Tensor
    """(b,)"""
    window: Tensor
    trigger: Tensor
    type: Tensor
    status: Tensor
    """(n,) each; a status of -1 is not known."""
    roles: Tensor
    """(n, w)"""
    role_known: Tensor
    """(n,) 1.0 where the roles are known."""
    cue_window: Tensor
    cue_word: Tensor
    cue_roles: Tensor
    """(k,), (k,), (k, w): the cues of claims, and each word's role to them."""
    cue: Tensor
    content: Tensor
    """(c, b * w) weights of the words whose mean is taken."""
    classes: Tensor
    """(c, 4)"""


def collate(pieces: Sequence[TextWindow], chance: random.Random | None = None, hide: float = 0.0) -> EventBatch:
    """Return one batch.

    Args:
        pieces: The windows.
        chance: Where given, words are hidden at random, and one word of each trigger is drawn.
        hide: How many of the words, 0 to 1.
    """
    b, w = len(pieces), max(p.end - p.begin for p in pieces)
    lengths = [int(p.sample.words.first[p.end] - p.sample.words.first[p.begin]) for p in pieces]
    ids = np.zeros((b, max(lengths) + 2), np.int64)
    mask, features = np.zeros_like(ids), np.zeros((*ids.shape, 3), np.int64)
    first, lines = np.zeros((b, w), np.int64), np.zeros((b, w), np.int64)
    present, named, known = (np.zeros((b, w), np.float32) for _ in range(3))
    rows: list[tuple[int, int, int, int, NDArray[np.int64], float]] = []
    claims: list[tuple[NDArray[np.float32], NDArray[np.float32], tuple[int, int, int, int]]] = []
    cues: list[tuple[int, int, NDArray[np.int64]]] = []
    for k, (piece, length) in enumerate(zip(pieces, lengths, strict=True)):
        one, n = piece.sample, piece.end - piece.begin
        at = one.words.first[piece.begin : piece.end + 1] - one.words.first[piece.begin]
        ids[k, 0], ids[k, length + 1] = CLS, SEP
        ids[k, 1 : length + 1] = one.words.pieces[one.words.first[piece.begin] : one.words.first[piece.end]]
        mask[k, : length + 2] = 1
        features[k, 1 : length + 1] = np.repeat(one.words.features[piece.begin : piece.end], np.diff(at), axis=0)
        first[k, :n] = at[:-1] + 1
        lines[k, :n] = one.words.paragraphs[piece.begin : piece.end]
        present[k, :n] = 1
        known[k, :n] = _known(piece)
        if chance is not None and hide:
            for i in range(n):
                if chance.random() < hide:
                    ids[k, at[i] + 1 : at[i + 1] + 1] = MASK
        for trigger in one.triggers:
            inside = [i - piece.begin for i in trigger.words if piece.begin <= i < piece.end]
            if not inside:
                continue
            named[k, inside] = 1
            known[k, inside] = 1
            role = _roles(w, piece, trigger.roles)
            word = chance.choice(inside) if chance is not None else inside[-1]
            rows.append((k, word, trigger.type, trigger.status, role, 0.0 if one.phrase else 1.0))
        for claim in one.claims:
            if claim.cue and piece.begin <= claim.cue[0] < piece.end:
                cues.append((k, claim.cue[0] - piece.begin, _roles(w, piece, claim.roles)))
            if all(piece.begin <= i < piece.end for i in (*claim.cue, *claim.content)) and claim.cue and claim.content:
                claims.append((*(_weights(k, b, w, piece.begin, x) for x in (claim.cue, claim.content)), claim.classes))
    return EventBatch(
        inputs=Inputs(*map(torch.from_numpy, (ids, mask, features, first, lines))),
        present=torch.from_numpy(present),
        named=torch.from_numpy(named),
        known=torch.from_numpy(known),
        dense=torch.tensor([int(p.sample.dense) for p in pieces]),
        window=torch.tensor([r[0] for r in rows], dtype=torch.long),
        trigger=torch.tensor([r[1] for r in rows], dtype=torch.long),
        type=torch.tensor([r[2] for r in rows], dtype=torch.long),
        status=torch.tensor([r[3] for r in rows], dtype=torch.long),
        roles=torch.from_numpy(np.stack([r[4] for r in rows])) if rows else torch.zeros(0, w, dtype=torch.long),
        role_known=torch.tensor([r[5] for r in rows]),
        cue_window=torch.tensor([c[0] for c in cues], dtype=torch.long),
        cue_word=torch.tensor([c[1] for c in cues], dtype=torch.long),
        cue_roles=torch.from_numpy(np.stack([c[2] for c in cues])) if cues else torch.zeros(0, w, dtype=torch.long),
        cue=torch.from_numpy(np.stack([c[0] for c in claims])) if claims else torch.zeros(0, b * w),
        content=torch.from_numpy(np.stack([c[1] for c in claims])) if claims else torch.zeros(0, b * w),
        classes=torch.tensor([c[2] for c in claims], dtype=torch.long).reshape(-1, 4),
    )


def _known(piece: TextWindow) -> NDArray[np.float32]:
    """How sure it is of each word of the window that it names no event, unless it is marked."""
    one = piece.sample
    if not one.phrase and not one.roots:
        return np.ones(piece.end - piece.begin, np.float32)
    texts = (one.text[one.words.starts[i] : one.words.ends[i]].lower() for i in range(piece.begin, piece.end))
    rest = 0.0 if one.roots else UNMARKED if one.triggers else 1.0
    return np.array([1.0 if word in NO_NAME or not word.isalnum() else rest for word in texts], np.float32)


def _roles(w: int, piece: TextWindow, roles: tuple[tuple[int, int], ...]) -> NDArray[np.int64]:
    out = np.zeros(w, np.int64)
    for i, number in roles:
        if piece.begin <= i < piece.end:
            out[i - piece.begin] = number
    return out


def _weights(window: int, b: int, w: int, begin: int, words: tuple[int, ...]) -> NDArray[np.float32]:
    out = np.zeros((b, w), np.float32)
    out[window, [i - begin for i in words]] = 1 / len(words)
    return out.reshape(-1)
