"""Train a network; writes a checkpoint from which the run goes on if it is cut off.

Teachers (`teach`): one a fold of the train part, each on the other folds, from the larger encoder. Student (`train`):
by the annotators and by the teachers (training/loss.py).
"""

from __future__ import annotations

import copy
import json
import random
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.corpus import read_part
from training.feed import UNLABELLED, Groups, feed, folds, steps_of
from training.loss import Told, loss, tell
from training.network import Network
from training.samples import Batch, Read, read_article, read_text
from training.weights import load_encoder, load_tokenizer, student_folder, teacher_folder

Config = dict[str, dict[str, Any]]
CHECKPOINT = "student.pt"
TEACHER = "teacher-{}.pt"
SAVE_EVERY = 500
LOG_EVERY = 50


def read_config(path: Path) -> Config:
    """The configuration file as plain values."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def build(config: Config, role: str, out: Path) -> Network:
    """A fresh network on the pretrained encoder of a role, "student" or "teacher"."""
    own = config[role]
    folder = student_folder() if role == "student" else teacher_folder(out)
    pretrained = load_encoder(folder, own["encoder_dropout"], tuple(own["layers"]))
    return Network(pretrained, config["network"]["size"], config["network"]["layers"], config["network"]["dropout"])


def load(config: Config, role: str, checkpoint: Path) -> Network:
    """The network of a checkpoint, with the running average of its weights, for use and not for training."""
    net = build(config, role, checkpoint.parent)
    net.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu")["average"])
    return net.eval().requires_grad_(False)


def teach(config: Config, data: Path, out: Path, only: int | None = None) -> None:
    """Trains the teachers, one a fold, or the one of fold `only`."""
    for fold in range(config["run"]["folds"]) if only is None else (only,):
        groups = {k: v for k, v in folds(_labelled(data), config["run"]["folds"]).items() if k != fold}
        _run(config, "teacher", groups, out / TEACHER.format(fold), ())


def train(config: Config, data: Path, texts: Path | None, out: Path) -> Path:
    """Trains the student (or goes on with it) by the teachers in `out`; gives the checkpoint's path."""
    groups: dict[int, list[Read]] = folds(_labelled(data), config["run"]["folds"])
    if texts is not None:
        tokenizer = load_tokenizer(student_folder())
        groups[UNLABELLED] = [read_text(p.read_text("utf-8"), tokenizer) for p in sorted(texts.glob("*.txt"))]
    teachers = [load(config, "teacher", out / TEACHER.format(k)) for k in range(config["run"]["folds"])]
    _run(config, "student", groups, out / CHECKPOINT, teachers)
    return out / CHECKPOINT


def _labelled(data: Path) -> list[Read]:
    tokenizer = load_tokenizer(student_folder())
    return [read_article(article, tokenizer) for article in read_part(data, "train")]


def _run(config: Config, role: str, groups: Groups, path: Path, teachers: Sequence[Network]) -> None:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(config["run"]["seed"])
    path.parent.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(build(config, role, path.parent).to(device), config, role, path)
    trainer.resume()
    passes = steps_of([read for k, reads in groups.items() if k != UNLABELLED for read in reads], config["windows"])
    trainer.total = int(config[role]["passes"] * passes)
    trainer.log(f"articles {sum(map(len, groups.values()))} steps {trainer.total}")
    made = feed(groups, config, load_tokenizer(student_folder()), config["run"]["seed"] + trainer.step)
    trainer.work(made, [teacher.to(device) for teacher in teachers])


class Trainer:
    """The state of a run: network, optimiser, running average of the weights, step and time used."""

    def __init__(self, net: Network, config: Config, role: str, path: Path) -> None:
        self.net, self.config, self.own, self.path = net, config, config[role], path
        self.device = next(net.parameters()).device
        groups = _groups(net, self.own)
        self.optimizer = torch.optim.AdamW(groups, weight_decay=self.own["weight_decay"])
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.average = copy.deepcopy(net).requires_grad_(False)
        self.chance = random.Random(config["run"]["seed"])
        self.step, self.total, self.used = 0, 1, 0.0
        self.began = time.monotonic()
        net.train()

    def work(self, batches: Iterator[Batch], teachers: Sequence[Network]) -> None:
        """Learns from the batches until the run is over."""
        sums = torch.zeros(3, device=self.device)
        while self.step < self.total:
            batch = next(batches).on(self.device)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
                losses = loss(self.net, batch, self._told(batch, teachers), self.config["loss"])
            self._learn(sum(losses[1:], losses[0]))
            sums += torch.stack([one.detach() for one in losses])
            if self.step % LOG_EVERY == 0:
                means = (sums / LOG_EVERY).tolist()
                self.log(" ".join(f"{n} {v:.4f}" for n, v in zip(("anchor", "tags", "links"), means, strict=True)))
                sums.zero_()
            if self.step % SAVE_EVERY == 0:
                self.save()
        self.save()

    def _told(self, batch: Batch, teachers: Sequence[Network]) -> Told | None:
        """What the teacher says that has not seen these articles; of unannotated ones, what any one says."""
        if not teachers:
            return None
        teacher = teachers[batch.fold] if batch.labelled else self.chance.choice(teachers)
        return tell(teacher, batch, self.own["by_teacher"])

    def _learn(self, total: torch.Tensor) -> None:
        """Changes the weights by the gradients of one step's loss."""
        rate = min(1.0, (self.step + 1) / self.own["warmup"]) * max(0.01, 1 - self.step / self.total)
        for group, base in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = base * rate
        self.net.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self._remember()

    @torch.no_grad()
    def _remember(self) -> None:
        keep = min(self.config["run"]["average"], (1 + self.step) / (10 + self.step))
        both = zip(self.average.parameters(), self.net.parameters(), strict=True)
        kept, now = zip(*((a, b) for a, b in both if b.requires_grad), strict=True)
        torch._foreach_lerp_(kept, now, 1 - keep)

    def log(self, words: str) -> None:
        """Prints a line and adds it to the log file beside the checkpoint."""
        minutes = self.used + (time.monotonic() - self.began) / 60
        line = f"{self.path.stem} step {self.step}/{self.total} {minutes:.1f} min {words}"
        print(line, flush=True)
        with self.path.with_suffix(".log").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def save(self) -> None:
        """Writes the checkpoint; a cut-off leaves the one before whole."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "minutes": self.used + (time.monotonic() - self.began) / 60,
            "config": json.dumps(self.config),
        }
        part = self.path.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.path)

    def resume(self) -> None:
        """Takes up the checkpoint where there is one."""
        if not self.path.exists():
            return
        state = torch.load(self.path, weights_only=True, map_location=self.device)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.used = state["step"], state["minutes"]


def _groups(net: Network, own: dict[str, Any]) -> list[dict[str, Any]]:
    """Parameters by learning rate: each encoder layer slower than the one above it, the heads fastest."""
    count = len(net.encoder.layers)
    groups = [
        {"params": list(layer.parameters()), "lr": own["rate_encoder"] * own["rate_decay"] ** (count - 1 - i)}
        for i, layer in enumerate(net.encoder.layers)
    ]
    grouped = {id(p) for group in groups for p in group["params"]}
    rest = [p for p in net.parameters() if p.requires_grad and id(p) not in grouped]
    return [*groups, {"params": rest, "lr": own["rate_heads"]}]
