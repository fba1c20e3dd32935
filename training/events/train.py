"""The run: batches, losses, optimiser, running average of the weights, checkpoints."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.events.network import EventNetwork
from training.events.samples import TYPES, EventBatch, TextSample, TextWindow, collate, pieces_of


class TrainingRun:
    """One training run. It resumes from the checkpoint ``path`` where there is one.

    Args:
        net: The network, with pretrained encoder.
        texts: Marked texts.
        phrases: Phrases with one trigger.
        coded: Sentences of which only the type is known.
        config: The tables of ``training/events.toml``.
        path: The checkpoint.
    """

    def __init__(
        self,
        net: EventNetwork,
        texts: Sequence[TextSample],
        phrases: Sequence[TextSample],
        coded: Sequence[TextSample],
        config: dict[str, Any],
        path: Path,
    ) -> None:
        self.net, self.texts, self.phrases, self.coded = net, texts, phrases, coded
        self.config, self.path = config, path
        self.own = config["run"]
        self.chance = random.Random(self.own["seed"])
        torch.manual_seed(self.own["seed"])
        pieces = sum(int(t.words.first[-1]) for t in texts)
        self.total = max(1, round(self.own["epochs"] * pieces / self.own["batch"]))
        self.step = 0
        groups = list(_groups(net, self.own))
        self.rates = [group["lr"] for group in groups]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=self.own["weight_decay"])
        self.net.half = bool(self.own["half"])
        self.average = copy.deepcopy(net).eval()
        self._resume()

    def train(self) -> None:
        """TrainingRun to the last step, logging every twentieth and saving a checkpoint now and then."""
        began, seen = time.monotonic(), 0.0
        batches = self._batches()
        self.net.train()
        while self.step < self.total:
            loss = self._loss(next(batches))
            self._learn(loss)
            seen += float(loss.detach())
            if self.step % 20 == 0:
                minutes = (time.monotonic() - began) / 60
                self._log(f"step {self.step}/{self.total} {minutes:.1f} min loss {seen / 20:.3f}")
                seen = 0.0
            if self.step % self.own["save_every"] == 0 or self.step == self.total:
                self._save()

    def _batches(self) -> Iterator[list[TextWindow]]:
        """Windows of all texts in random order, again and again, in batches of about as many pieces."""
        cut, room = self.config["augment"]["cut"], self.own["room"]
        while True:
            windows = [p for t in self.texts for p in pieces_of(t, room, self.chance, cut)]
            windows.sort(key=lambda p: (p.end - p.begin) * self.chance.uniform(0.8, 1.2))
            groups: list[list[TextWindow]] = [[]]
            for window in windows:
                if sum(p.end - p.begin for p in groups[-1]) * 1.3 > self.own["batch"]:
                    groups.append([])
                groups[-1].append(window)
            self.chance.shuffle(groups)
            yield from groups

    def _loss(self, windows: list[TextWindow]) -> Tensor:
        weights = self.config["loss"]
        hide = self.config["augment"]["hide"]
        loss = losses(self.net, collate(windows, self.chance, hide), weights)
        if self.phrases:
            chosen = self.chance.sample(self.phrases, min(len(self.phrases), self.own["phrases"]))
            batch = collate([TextWindow(p, 0, len(p.words)) for p in chosen], self.chance)
            loss = loss + weights["phrase"] * losses(self.net, batch, weights)
        if self.coded:
            chosen = self.chance.sample(self.coded, min(len(self.coded), self.own["coded"]))
            loss = loss + weights["coded"] * coded_loss(self.net, chosen)
        return loss

    def _learn(self, loss: Tensor) -> None:
        warm = self.own["warmup"] * self.total
        rate = min(1.0, (self.step + 1) / warm) * max(0.02, 1 - self.step / self.total)
        for group, base in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = base * rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        keep = min(self.own["average"], self.step / (10 + self.step))
        with torch.no_grad():
            for kept, now in zip(self.average.parameters(), self.net.parameters(), strict=True):
                if now.requires_grad:
                    kept.lerp_(now, 1 - keep)

    def _log(self, words: str) -> None:
        print(words, flush=True)
        with self.path.with_suffix(".log").open("a", encoding="utf-8") as file:
            file.write(words + "\n")

    def _save(self) -> None:
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "config": json.dumps(self.config),
        }
        part = self.path.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.path)

    def _resume(self) -> None:
        if self.path.exists():
            state = torch.load(self.path, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = state["step"]


def losses(net: EventNetwork, batch: EventBatch, weights: dict[str, float]) -> Tensor:
    """Return the weighted loss of one batch of marked windows."""
    words = net.words(batch.inputs)
    count = max(1, len(batch.window))
    logit = net.trigger(words)[..., 0] + net.density(batch.dense)
    named = functional.binary_cross_entropy_with_logits(logit, batch.named, reduction="none")
    loss: Tensor = weights["trigger"] * (named * batch.known * batch.present).sum() / count
    if len(batch.window):
        here = words[batch.window, batch.trigger]
        smoothing = weights["smoothing"]
        loss = loss + weights["type"] * functional.cross_entropy(net.kinds(here), batch.type, label_smoothing=smoothing)
        if bool((batch.status >= 0).any()):
            status = functional.cross_entropy(net.status(here), batch.status, ignore_index=-1)
            loss = loss + weights["status"] * status
        if bool(batch.role_known.any()):
            loss = loss + weights["roles"] * _roles_loss(net, batch, words, weights["role_weight"])
    if len(batch.cue_window):
        loss = loss + weights["cue_roles"] * _cue_roles_loss(net, batch, words, weights["role_weight"])
    if len(batch.classes):
        loss = loss + weights["acts"] * _acts_loss(net, batch, words)
    return loss


def _roles_loss(net: EventNetwork, batch: EventBatch, words: Tensor, weight: float) -> Tensor:
    logits = net.roles(words, batch.present, batch.window, batch.trigger, batch.type)
    by_role = torch.tensor([1.0, *([weight] * (logits.shape[-1] - 1))])
    each = functional.cross_entropy(logits.transpose(1, 2), batch.roles, reduction="none", weight=by_role)
    each = each * batch.present[batch.window] * batch.role_known[:, None]
    return each.sum() / ((batch.roles > 0) * batch.role_known[:, None]).sum().clamp(min=1)


def _cue_roles_loss(net: EventNetwork, batch: EventBatch, words: Tensor, weight: float) -> Tensor:
    claim = torch.full_like(batch.cue_word, len(TYPES))
    logits = net.roles(words, batch.present, batch.cue_window, batch.cue_word, claim)
    by_role = torch.tensor([1.0, *([weight] * (logits.shape[-1] - 1))])
    each = functional.cross_entropy(logits.transpose(1, 2), batch.cue_roles, reduction="none", weight=by_role)
    return (each * batch.present[batch.cue_window]).sum() / (batch.cue_roles > 0).sum().clamp(min=1)


def _acts_loss(net: EventNetwork, batch: EventBatch, words: Tensor) -> Tensor:
    flat = words.reshape(-1, words.shape[-1])
    parts = net.acts(batch.cue @ flat, batch.content @ flat).split(net.acts.splits, -1)
    each = [functional.cross_entropy(part, batch.classes[:, i]) for i, part in enumerate(parts)]
    return each[0] + 0.5 * sum(each[1:], torch.zeros(()))


def coded_loss(net: EventNetwork, chosen: Sequence[TextSample]) -> Tensor:
    """Return the loss of sentences in which some word, nobody said which, names an event of one of some types."""
    batch = collate([TextWindow(one, 0, len(one.words)) for one in chosen])
    words = net.words(batch.inputs)
    trigger = torch.sigmoid(net.trigger(words)[..., 0])
    kinds = net.kinds(words).softmax(-1)
    mask = torch.zeros(len(chosen), kinds.shape[-1])
    for k, one in enumerate(chosen):
        mask[k, list(one.roots)] = 1
    right = (kinds * mask[:, None]).sum(-1) * trigger * batch.present
    none = torch.log1p(-right.clamp(max=0.999)).sum(-1)
    return -torch.log1p(-none.exp().clamp(max=0.9999)).mean()


def _groups(net: EventNetwork, own: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Parameters by learning rate: each encoder layer slower than the one above it, the heads fastest."""
    layers = net.encoder.layers
    for i, layer in enumerate(layers):
        rate = own["rate_encoder"] * own["rate_decay"] ** (len(layers) - 1 - i)
        yield {"params": [p for p in layer.parameters() if p.requires_grad], "lr": rate}
    inside = {id(p) for layer in layers for p in layer.parameters()}
    tables = [p for p in net.encoder.parameters() if p.requires_grad and id(p) not in inside]
    yield {"params": tables, "lr": own["rate_encoder"]}
    inside |= {id(p) for p in net.encoder.parameters()}
    yield {"params": [p for p in net.parameters() if p.requires_grad and id(p) not in inside], "lr": own["rate_heads"]}
