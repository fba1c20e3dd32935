"""What a network is taught in one step: by the annotators, by a teacher, or by both.

A teacher has not seen the articles that it tells of (each is trained on the other folds), so what it tells is what
its fellows learned, without one annotator's slips; and it can tell of texts that nobody annotated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training.network import ROLES, Network
from training.samples import Batch


@dataclass(frozen=True, slots=True)
class Told:
    """What a teacher says of a batch."""

    net: Network
    words: Tensor
    chances: Tensor
    """(b, w, 4): begins a cue, in a source, in a cue, in a content."""
    share: float
    """Weight of the teacher beside the annotator; 1.0 where nobody annotated."""


@torch.no_grad()
def tell(teacher: Network, batch: Batch, share: float) -> Told:
    """The teacher's word on a batch."""
    words = teacher.words(batch.inputs)
    return Told(teacher, words, teacher.tagger(words).float().sigmoid(), share if batch.labelled else 1.0)


def loss(net: Network, batch: Batch, told: Told | None, weights: dict[str, Any]) -> tuple[Tensor, Tensor, Tensor]:
    """The three weighted losses: anchors, tags, links."""
    bce = nn.functional.binary_cross_entropy_with_logits
    words = net.words(batch.inputs)
    logits = net.tagger(words).float()
    gold = torch.cat([batch.anchors[..., None], batch.tags], -1)
    aim = gold if told is None else gold.lerp(told.chances, told.share)
    each = bce(logits, aim, reduction="none") * batch.present[..., None]
    count = batch.present.sum()
    anchors, tags = each[..., 0].sum() / count, each[..., 1:].sum() / count / 3
    window, anchor, roles, weight = _links(batch, logits[..., 0].detach().sigmoid(), aim[..., 0], told, weights)
    if not len(window):
        return weights["anchor"] * anchors, weights["tags"] * tags, logits.sum() * 0
    scores = net.links(words, batch.present, batch.inputs.lines, window, anchor).float()
    wrong = -(roles * scores.log_softmax(-1)).sum(-1)
    row = (wrong * batch.present[window]).sum(-1) / weights["links_scale"]
    links = (row * weight).sum() / weight.sum()
    return weights["anchor"] * anchors, weights["tags"] * tags, weights["links"] * links


def _links(
    batch: Batch, own: Tensor, aim: Tensor, told: Told | None, weights: dict[str, Any]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The anchors to be read, what each word is to them (n, w, 4), and the weight of each.

    They are the annotators' anchors, and the words that the network or its teacher takes for one: what no annotator
    marked must link to nothing, or to what the teacher says.
    """
    likely = (own if told is None else torch.maximum(own, told.chances[..., 0])) * batch.present
    likely[batch.link_window, batch.link_anchor] = 0
    most = max(weights["least"], int(len(batch.link_window) * weights["most"]))
    top, place = likely.flatten().topk(min(most, likely.numel()))
    place = place[top > weights["negatives_over"]]
    width = likely.shape[1]
    window = torch.cat([batch.link_window, place // width])
    anchor = torch.cat([batch.link_anchor, place % width])
    none = torch.zeros((len(place), width), dtype=torch.long, device=place.device)
    roles = nn.functional.one_hot(torch.cat([batch.link_roles, none]), ROLES).float()
    if told is not None and len(window):
        with torch.no_grad():
            theirs = told.net.links(told.words, batch.present, batch.inputs.lines, window, anchor)
        roles = roles.lerp(theirs.float().softmax(-1), told.share)
    weight = weights["negatives"] + (1 - weights["negatives"]) * aim[window, anchor]
    weight[: len(batch.link_window)] = 1.0
    return window, anchor, roles, weight
