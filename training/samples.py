"""Windows of the articles with their gold as arrays, changed at random (see `[augment]`), and batches of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.extract.model.words import Words, read_words, windows
from training.corpus import Article, Marked
from training.network import Inputs

CLS, SEP, MASK = 101, 102, 103
"""Ids of the marks in BERT's uncased vocabulary."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotator's attributions over the words of a text."""

    anchors: NDArray[np.int32]
    """First word of each cue."""
    roles: tuple[NDArray[np.int32], ...]
    """For each cue, rows of (word, role) with role 1 source, 2 cue, 3 content."""
    uncued: NDArray[np.int32]
    """Words of contents that have no cue: tagged, but never linked."""


NO_GOLD = Gold(np.zeros(0, np.int32), (), np.zeros(0, np.int32))


@dataclass(frozen=True, slots=True)
class Read:
    """An article, read once before training."""

    words: Words
    golds: tuple[Gold, ...]
    """Empty for a text that nobody annotated."""


@dataclass(frozen=True, slots=True)
class Window:
    """Arrays of one window; w words, k anchors."""

    pieces: list[NDArray[np.int32]]
    features: NDArray[np.int32]
    lines: NDArray[np.int32]
    anchors: NDArray[np.int32]
    roles: NDArray[np.int8]
    """(k, w)"""
    tags: NDArray[np.float32]
    """(w, 3): in some source, cue, content."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step; b windows of w words, n anchors."""

    inputs: Inputs
    present: torch.Tensor
    anchors: torch.Tensor
    """(b, w) 1.0 where a cue begins."""
    tags: torch.Tensor
    """(b, w, 3)"""
    link_window: torch.Tensor
    link_anchor: torch.Tensor
    link_roles: torch.Tensor
    """(n, w)"""
    labelled: bool
    """Whether somebody annotated these windows; else only a teacher knows what is in them."""
    fold: int
    """Fold of the windows' articles; -1 for texts that nobody annotated."""

    def on(self, device: torch.device) -> Batch:
        """The same batch on a device."""
        inputs = Inputs(*(getattr(self.inputs, f.name).to(device) for f in fields(Inputs)))
        tensors = {f.name: x.to(device) for f in fields(Batch) if isinstance(x := getattr(self, f.name), torch.Tensor)}
        return replace(self, inputs=inputs, **tensors)


def read_article(article: Article, tokenizer: Tokenizer) -> Read:
    """The article as words, with every annotator's gold over them."""
    words = read_words(article.text, tokenizer)
    return Read(words, tuple(_gold(words, marked) for marked in article.marked))


def read_text(text: str, tokenizer: Tokenizer) -> Read:
    """A text that nobody annotated: a teacher alone says what is in it."""
    return Read(read_words(text, tokenizer), ())


def _gold(words: Words, marked: tuple[Marked, ...]) -> Gold:
    merged: dict[int, dict[int, int]] = {}
    uncued: list[int] = []
    for one in marked:
        roles: dict[int, int] = {}
        for role, spans in ((3, one.content), (1, one.source), (2, one.cue)):
            for start, end in spans:
                roles.update((w, role) for w in _covered(words, start, end))
        cue = [w for w, role in roles.items() if role == 2]
        if cue:
            merged.setdefault(min(cue), {}).update(roles)
        else:
            uncued += [w for w, role in roles.items() if role == 3]
    anchors = sorted(merged)
    rows = tuple(np.array(sorted(merged[a].items()), np.int32) for a in anchors)
    return Gold(np.array(anchors, np.int32), rows, np.array(uncued, np.int32))


def _covered(words: Words, start: int, end: int) -> range:
    """Words that share a character with the range."""
    return range(
        int(np.searchsorted(words.ends, start, side="right")), int(np.searchsorted(words.starts, end, side="left"))
    )


def cut(read: Read, room: int, chance: random.Random) -> list[Window]:
    """The windows of an article for one pass over it, cut at other places each time, by one annotator's gold."""
    words = read.words
    golds = read.golds or (NO_GOLD,)
    gold = golds[0] if chance.random() < 0.6 else chance.choice(golds)
    shift = chance.randint(0, max(0, min(len(words) - 1, 120)))
    ranges = [(w.begin + shift, w.end + shift) for w in windows(_from(words, shift), room, 0, 0)]
    head = [(0, shift)] if shift else []
    return [_cut_one(words, gold, a, b) for a, b in head + ranges]


def _from(words: Words, begin: int) -> Words:
    offset = words.first[begin]
    return replace(
        words,
        starts=words.starts[begin:],
        ends=words.ends[begin:],
        first=words.first[begin:] - offset,
        features=words.features[begin:],
        marks=words.marks[begin:],
        paragraphs=words.paragraphs[begin:],
    )


def _cut_one(words: Words, gold: Gold, a: int, b: int) -> Window:
    inside = [(int(anchor), rows) for anchor, rows in zip(gold.anchors, gold.roles, strict=True)]
    tags = np.zeros((b - a, 3), np.float32)
    anchors: list[int] = []
    roles: list[NDArray[np.int8]] = []
    for anchor, rows in inside:
        here = rows[(rows[:, 0] >= a) & (rows[:, 0] < b)]
        tags[here[:, 0] - a, here[:, 1] - 1] = 1
        if a <= anchor < b:
            row = np.zeros(b - a, np.int8)
            row[here[:, 0] - a] = here[:, 1]
            anchors.append(anchor - a)
            roles.append(row)
    uncued = gold.uncued[(gold.uncued >= a) & (gold.uncued < b)]
    tags[uncued - a, 2] = 1
    return Window(
        pieces=[words.pieces[words.first[i] : words.first[i + 1]] for i in range(a, b)],
        features=words.features[a:b].copy(),
        lines=words.paragraphs[a:b],
        anchors=np.array(anchors, np.int32),
        roles=np.stack(roles) if roles else np.zeros((0, b - a), np.int8),
        tags=tags,
    )


class Augment:
    """Changes a window so that the network leans less on the names, marks and headlines of its corpus."""

    def __init__(self, rates: dict[str, float], reads: list[Read], tokenizer: Tokenizer, seed: int) -> None:
        self.rates = rates
        self.chance = random.Random(seed)
        self.names = sorted(_names(reads))
        self.is_name = frozenset(self.names)
        ids = {mark: tokenizer.token_to_id(mark) for mark in '"“”'}
        self.marks = frozenset(ids.values())
        self.straight, self.opening, self.closing = (ids[mark] for mark in '"“”')

    def __call__(self, window: Window) -> Window:
        """The window, or a changed copy of it."""
        chance, rates = self.chance, self.rates
        if chance.random() < rates["names"]:
            window = self._rename(window)
        if chance.random() < rates["quotes_restyle"]:
            window = self._restyle(window)
        elif chance.random() < rates["quotes_drop"]:
            window = self._unquote(window)
        if chance.random() < rates["features"]:
            window.features[:, chance.randrange(3)] = 0
        return self._hide(window)

    def _rename(self, window: Window) -> Window:
        table: dict[int, int] = {}
        pieces = list(window.pieces)
        for i, one in enumerate(pieces):
            if len(one) == 1 and int(one[0]) in self.is_name and window.features[i, 0] == 2:
                old = int(one[0])
                if old not in table:
                    table[old] = self.chance.choice(self.names) if self.chance.random() < 0.6 else old
                pieces[i] = np.array([table[old]], np.int32)
        return replace(window, pieces=pieces)

    def _restyle(self, window: Window) -> Window:
        curly = self.chance.random() < 0.5
        pieces = list(window.pieces)
        for i, one in enumerate(pieces):
            if len(one) == 1 and int(one[0]) in self.marks:
                styled = self.opening if window.features[i, 2] == 1 else self.closing
                pieces[i] = np.array([styled if curly else self.straight], np.int32)
        return replace(window, pieces=pieces)

    def _unquote(self, window: Window) -> Window:
        keep = np.array([not (len(p) == 1 and int(p[0]) in self.marks) for p in window.pieces])
        keep[window.anchors] = True
        if not keep.any():
            return window
        place = np.cumsum(keep) - 1
        features = window.features[keep]
        features[:, 2] = 0
        return Window(
            pieces=[p for p, k in zip(window.pieces, keep, strict=True) if k],
            features=features,
            lines=window.lines[keep],
            anchors=place[window.anchors].astype(np.int32),
            roles=window.roles[:, keep],
            tags=window.tags[keep],
        )

    def _hide(self, window: Window) -> Window:
        pieces = [
            np.array([MASK], np.int32) if self.chance.random() < self.rates["hide"] else one for one in window.pieces
        ]
        return replace(window, pieces=pieces)


def _names(reads: list[Read]) -> set[int]:
    """Pieces that are capitalised words inside sentences at least three times, and seldom lower-case words."""
    title: dict[int, int] = {}
    lower: dict[int, int] = {}
    for read in reads:
        words = read.words
        single = np.diff(words.first) == 1
        for i in np.flatnonzero(single[1:]) + 1:
            piece = int(words.pieces[words.first[i]])
            if words.features[i, 0] == 1:
                lower[piece] = lower.get(piece, 0) + 1
            elif words.features[i, 0] == 2 and words.features[i - 1, 0] == 1:
                title[piece] = title.get(piece, 0) + 1
    return {piece for piece, n in title.items() if n >= 3 and lower.get(piece, 0) * 5 < n}


def collate(chosen: list[Window], fold: int) -> Batch:
    """The windows as one padded batch."""
    size = len(chosen)
    longest = max(sum(map(len, w.pieces)) for w in chosen) + 2
    most = max(len(w.pieces) for w in chosen)
    pieces = np.zeros((size, longest), np.int64)
    mask = np.zeros((size, longest), np.int64)
    features = np.zeros((size, longest, 3), np.int64)
    first = np.zeros((size, most), np.int64)
    lines = np.zeros((size, most), np.int64)
    present = np.zeros((size, most), np.float32)
    anchors = np.zeros((size, most), np.float32)
    tags = np.zeros((size, most, 3), np.float32)
    link_window: list[int] = []
    link_anchor: list[int] = []
    link_roles: list[NDArray[np.int64]] = []
    for k, window in enumerate(chosen):
        lengths = np.array([len(p) for p in window.pieces])
        n, w = int(lengths.sum()), len(lengths)
        pieces[k, : n + 2] = [CLS, *np.concatenate(window.pieces), SEP]
        mask[k, : n + 2] = 1
        features[k, 1 : n + 1] = np.repeat(window.features, lengths, axis=0)
        first[k, :w] = np.cumsum(lengths) - lengths + 1
        lines[k, :w] = window.lines
        present[k, :w] = 1
        anchors[k, window.anchors] = 1
        tags[k, :w] = window.tags
        for anchor, roles in zip(window.anchors, window.roles, strict=True):
            link_window.append(k)
            link_anchor.append(int(anchor))
            link_roles.append(np.pad(roles.astype(np.int64), (0, most - w)))
    tensor = torch.from_numpy
    return Batch(
        inputs=Inputs(tensor(pieces), tensor(mask), tensor(features), tensor(first), tensor(lines)),
        present=tensor(present),
        anchors=tensor(anchors),
        tags=tensor(tags),
        link_window=torch.tensor(link_window, dtype=torch.long),
        link_anchor=torch.tensor(link_anchor, dtype=torch.long),
        link_roles=tensor(np.stack(link_roles)) if link_roles else torch.zeros((0, most), dtype=torch.long),
        labelled=fold >= 0,
        fold=fold,
    )
