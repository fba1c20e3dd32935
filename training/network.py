"""The attribution network: a small encoder, a tagger of words, and a reader of one cue's source, cue and content.

Encoder: the layers kept of a pretrained MiniLM (or, for a teacher, of MPNet), with three plain features of every word
added to its input. Heads: `Tagger` gives each word the chance that a cue begins at it (an anchor), and the chances
that it lies in some source, cue or content. `Links` gives, for one anchor, each word's chances of being nothing to it,
its source, its cue or its content; as it reads each anchor by itself, a word may lie in the contents of several cues
(nested attributions).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from kg.extract.model.words import CASES, GAPS, QUOTES

ROLES = 4
"""Nothing, source, cue, content."""
MPNET_OFFSET = 4
MPNET_MARKS = ((0, 1), (101, 0), (102, 2), (103, 30526))
"""Padding, start, end and hidden word: BERT's id and MPNet's."""
FARTHEST = 64
"""Distances between anchor and word are put in this many steps a side, of an eighth of an octave each."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """One batch of windows; b windows of p pieces and w words, padded."""

    pieces: Tensor
    """(b, p) ids."""
    mask: Tensor
    """(b, p) 1 where a piece is."""
    features: Tensor
    """(b, p, 3) each piece has its word's features."""
    first: Tensor
    """(b, w) place of each word's first piece; 0 where there is no word."""
    lines: Tensor
    """(b, w) number of the word's line."""


class Encoder(nn.Module):
    """Windows of pieces to one vector a word; the words' features are added to what the embeddings give.

    `pretrained` is a BERT or an MPNet; the tables of its word pieces and of places are not trained.
    """

    def __init__(self, pretrained: nn.Module) -> None:
        super().__init__()
        self.pretrained = pretrained
        width = pretrained.config.hidden_size
        self.case = nn.Embedding(CASES, width)
        self.gap = nn.Embedding(GAPS, width)
        self.quote = nn.Embedding(QUOTES, width)
        for table in (self.case, self.gap, self.quote):
            nn.init.zeros_(table.weight)
        pretrained.embeddings.requires_grad_(False)
        if pretrained.config.model_type == "mpnet":
            pretrained.encoder.relative_attention_bias.requires_grad_(False)

    @property
    def width(self) -> int:
        """Numbers in a word's vector."""
        return int(self.pretrained.config.hidden_size)

    @property
    def layers(self) -> nn.ModuleList:
        """The encoder's layers, the lowest first."""
        found: nn.ModuleList = self.pretrained.encoder.layer
        return found

    def forward(self, inputs: Inputs) -> Tensor:
        """(b, w, width): one vector a word."""
        mpnet = self.pretrained.config.model_type == "mpnet"
        with torch.no_grad():
            hidden = self.pretrained.embeddings(input_ids=mpnet_pieces(inputs.pieces) if mpnet else inputs.pieces)
        features = inputs.features
        hidden = hidden + self.case(features[..., 0]) + self.gap(features[..., 1]) + self.quote(features[..., 2])
        seen = inputs.mask[:, None, None, :]
        if mpnet:
            hidden = self.pretrained.encoder(hidden, attention_mask=(1.0 - seen.float()) * -1e4)[0]
        else:
            for layer in self.layers:
                given = layer(hidden, seen.bool())
                hidden = given if isinstance(given, Tensor) else given[0]
        return torch.gather(hidden, 1, inputs.first[..., None].expand(-1, -1, hidden.shape[-1]))


def mpnet_pieces(pieces: Tensor) -> Tensor:
    """BERT's ids as MPNet's: the same vocabulary four places on, and marks of its own."""
    moved = pieces + MPNET_OFFSET
    for ours, theirs in MPNET_MARKS:
        moved = torch.where(pieces == ours, theirs, moved)
    return moved


class Tagger(nn.Module):
    """Word vectors to four logits a word: begins a cue, in a source, in a cue, in a content."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(width, 4)

    def forward(self, words: Tensor) -> Tensor:
        """(b, w, 4) logits."""
        return self.out(self.drop(words))


class Smooth(nn.Module):
    """A residual convolution along the words: neighbours agree on where a span ends."""

    def __init__(self, size: int, reach: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.along = nn.Conv1d(size, size, 2 * reach + 1, padding=reach)

    def forward(self, x: Tensor, keep: Tensor) -> Tensor:
        """(n, w, size) in and out; `keep` is 0.0 where there is no word."""
        y = self.norm(x) * keep
        return x + nn.functional.gelu(self.along(y.transpose(1, 2))).transpose(1, 2)


class Links(nn.Module):
    """Word vectors and n anchors to (n, w, 4) logits: nothing, source, cue, content."""

    def __init__(self, width: int, size: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.anchor = nn.Linear(width, 2 * size)
        self.word = nn.Linear(width, 2 * size)
        self.distance = nn.Embedding(2 * FARTHEST + 1, size)
        self.line = nn.Embedding(5, size)
        self.norm = nn.LayerNorm(size)
        self.drop = nn.Dropout(dropout)
        self.smooth = nn.ModuleList(Smooth(size, 2) for _ in range(layers))
        self.out = nn.Linear(size, ROLES)
        nn.init.normal_(self.distance.weight, std=0.02)
        nn.init.normal_(self.line.weight, std=0.02)

    def forward(self, words: Tensor, present: Tensor, lines: Tensor, window: Tensor, anchor: Tensor) -> Tensor:
        """`present` (b, w): 1.0 where a word is; `window`, `anchor` (n,): each anchor's window and word."""
        a = self.anchor(words[window, anchor])[:, None]
        w = self.word(words)[window]
        (a_sum, a_product), (w_sum, w_product) = a.chunk(2, -1), w.chunk(2, -1)
        steps = torch.arange(words.shape[1], device=words.device)[None] - anchor[:, None]
        apart = lines[window] - lines[window, anchor][:, None]
        x = a_sum + w_sum + a_product * w_product
        x = x + self.distance(distance_step(steps)) + self.line(apart.clamp(-2, 2) + 2)
        x = self.drop(nn.functional.gelu(self.norm(x)))
        keep = present[window][..., None]
        for layer in self.smooth:
            x = layer(x, keep)
        return self.out(x)


def distance_step(words: Tensor) -> Tensor:
    """The row of the distance table for a distance in words; fine when near, coarse when far."""
    octaves = torch.log2(words.abs().float() + 1.0) / math.log2(256.0)
    return (words.sign() * (octaves * FARTHEST).round().clamp(max=FARTHEST).long()) + FARTHEST


class Network(nn.Module):
    """Encoder, tagger and links."""

    def __init__(self, pretrained: nn.Module, size: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.encoder = Encoder(pretrained)
        self.tagger = Tagger(self.encoder.width, dropout)
        self.links = Links(self.encoder.width, size, layers, dropout)

    def words(self, inputs: Inputs) -> Tensor:
        """(b, w, width): one vector a word."""
        vectors: Tensor = self.encoder(inputs)
        return vectors
