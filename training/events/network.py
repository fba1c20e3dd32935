"""The event network: the shared encoder, and heads for triggers, types, status, roles and speech acts."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.network import FARTHEST, Encoder, Inputs, Smooth

STATUSES = 5
"""Happened, negative, future, possible, hypothetical: in the order of ``corpus.markup.STATUSES``."""
ROLES = 9
"""Nothing; of an event agents, targets, participants, places, times; of a claim addressees, aims, sources."""
SOURCES = 2
"""Natural texts, and texts in which events stand closer than in news."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many classes the heads tell apart."""

    types: int
    acts: int
    polarities: int
    certainties: int
    frames: int


class Roles(nn.Module):
    """Word vectors and n triggers to (n, w, ROLES) logits: what each word is to each trigger."""

    def __init__(self, width: int, size: int, types: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.trigger = nn.Linear(width, 2 * size)
        self.word = nn.Linear(width, 2 * size)
        self.distance = nn.Embedding(2 * FARTHEST + 1, size)
        self.kind = nn.Embedding(types + 1, size)
        self.norm = nn.LayerNorm(size)
        self.drop = nn.Dropout(dropout)
        self.smooth = nn.ModuleList(Smooth(size, 2) for _ in range(layers))
        self.out = nn.Linear(size, ROLES)
        nn.init.normal_(self.distance.weight, std=0.02)
        nn.init.normal_(self.kind.weight, std=0.02)

    def forward(self, words: Tensor, present: Tensor, window: Tensor, trigger: Tensor, kind: Tensor) -> Tensor:
        """Return the logits; `window`, `trigger`, `kind` (n,): each trigger's window, word and type.

        The number after the last type stands for a claim, whose trigger is its cue.
        """
        t = self.trigger(words[window, trigger])[:, None]
        w = self.word(words)[window]
        (t_sum, t_product), (w_sum, w_product) = t.chunk(2, -1), w.chunk(2, -1)
        steps = torch.arange(words.shape[1], device=words.device)[None] - trigger[:, None]
        octaves = torch.log2(steps.abs().float() + 1) * 8
        rows = steps.sign() * octaves.round().clamp(max=FARTHEST).long() + FARTHEST
        x = t_sum + w_sum + t_product * w_product + self.distance(rows) + self.kind(kind)[:, None]
        x = self.drop(functional.gelu(self.norm(x)))
        keep = present[window][..., None]
        for layer in self.smooth:
            x = layer(x, keep)
        logits: Tensor = self.out(x)
        return logits


class Acts(nn.Module):
    """The mean vectors of a claim's cue and content to the logits of act, polarity, certainty and frame."""

    def __init__(self, width: int, sizes: Sizes, dropout: float) -> None:
        super().__init__()
        self.mix = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(dropout)
        self.splits = (sizes.acts, sizes.polarities, sizes.certainties, sizes.frames)
        self.out = nn.Linear(width, sum(self.splits))

    def forward(self, cue: Tensor, content: Tensor) -> Tensor:
        """(n, acts + polarities + certainties + frames) logits of n claims."""
        mixed = functional.gelu(self.mix(torch.cat([cue, content], -1)))
        logits: Tensor = self.out(self.drop(mixed))
        return logits


class EventNetwork(nn.Module):
    """Encoder and heads. ``labels``: one vector a type, made from the type's label, definition and example.

    ``half`` trains the encoder in 16-bit floats: on a processor with matrix units for them a step takes half the time.
    """

    half = False

    def __init__(self, encoder: Encoder, sizes: Sizes, labels: Tensor, size: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.width
        self.drop = nn.Dropout(dropout)
        self.trigger = nn.Sequential(nn.Linear(width, 192), nn.GELU(), nn.Dropout(dropout), nn.Linear(192, 1))
        self.density = nn.Embedding(SOURCES, 1)
        nn.init.zeros_(self.density.weight)
        self.kind = nn.Linear(width, sizes.types)
        self.register_buffer("labels", functional.normalize(labels, dim=-1))
        self.to_label = nn.Linear(width, width)
        self.scale = nn.Parameter(torch.tensor(8.0))
        self.status = nn.Linear(width, STATUSES)
        self.roles = Roles(width, size, sizes.types, layers, dropout)
        self.acts = Acts(width, sizes, dropout)

    def words(self, inputs: Inputs) -> Tensor:
        """(b, w, width): one vector a word."""
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half and self.training):
            vectors: Tensor = self.encoder(inputs)
        return self.drop(vectors.float())

    def kinds(self, vectors: Tensor) -> Tensor:
        """(..., types) logits of the word vectors."""
        near = functional.normalize(self.to_label(vectors), dim=-1) @ self.labels.T
        logits: Tensor = self.kind(vectors) + self.scale * near
        return logits
