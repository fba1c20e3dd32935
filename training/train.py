"""Train the attribution network on the train part; writes a checkpoint from which the run goes on if it is cut off.

Each thread has its own copy of the network over the same weights, takes the next batch, and changes the weights when
its gradients are ready, whatever the others are at (as in "Hogwild", Niu et al. 2011). On a shared machine this is
twice as fast as splitting each matrix product between the threads; the price is that two runs with one seed are not
equal to the last bit.
"""

import copy
import json
import random
import threading
import time
import tomllib
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.corpus import read_part
from training.network import FIXED_LAYERS, Network
from training.samples import Augment, Batch, Read, Window, collate, cut, read_article
from training.weights import load_bert, load_tokenizer

Config = dict[str, dict[str, Any]]
CHECKPOINT = "last.pt"
SAVE_EVERY = 100
LOG_EVERY = 20


def read_config(path: Path) -> Config:
    """The configuration file as plain values."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def build(config: Config) -> Network:
    """A fresh network on the pretrained encoder, its embeddings and lowest layers fixed."""
    bert = load_bert()
    net = Network(bert, config["network"]["size"], config["network"]["layers"], config["network"]["dropout"])
    for part in (net.encoder.bert.embeddings, *net.encoder.bert.encoder.layer[:FIXED_LAYERS]):
        part.requires_grad_(False)
    return net


def train(config: Config, data: Path, out: Path) -> Path:
    """Runs (or goes on with) the training; gives the checkpoint's path."""
    run = config["run"]
    torch.manual_seed(run["seed"])
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer()
    reads = [read_article(article, tokenizer) for article in read_part(data, "train")]
    net = build(config)
    trainer = Trainer(net, config, out)
    trainer.resume()
    chance = random.Random(run["seed"] + trainer.step)
    epoch_steps = len(_batches(reads, config["windows"], chance))
    trainer.total = int(run["epochs"] * epoch_steps)
    trainer.log(f"articles {len(reads)} steps an epoch {epoch_steps} steps {trainer.total}")
    feed = _Feed(reads, config, run["seed"] + trainer.step)
    workers = [threading.Thread(target=trainer.work, args=(feed,)) for _ in range(run["threads"])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    trainer.save()
    return out / CHECKPOINT


class _Feed:
    """Batches without end, each thread taking the next one."""

    def __init__(self, reads: list[Read], config: Config, seed: int) -> None:
        self._reads, self._sizes, self._chance = reads, config["windows"], random.Random(seed)
        self._augment = Augment(config["augment"], reads, load_tokenizer(), seed)
        self._lock = threading.Lock()
        self._rest: list[list[Window]] = []

    def take(self) -> Batch:
        """The next batch."""
        with self._lock:
            if not self._rest:
                self._rest = _batches(self._reads, self._sizes, self._chance)
            chosen = self._rest.pop()
            return collate([self._augment(window) for window in chosen])


def _batches(reads: list[Read], sizes: dict[str, int], chance: random.Random) -> list[list[Window]]:
    """One pass over the articles: batches of windows of like length and about `batch` pieces, in random order."""
    found = [window for read in reads for window in cut(read, sizes["room"], chance)]
    found.sort(key=lambda w: len(w.pieces) + chance.random() * 24)
    batches: list[list[Window]] = [[]]
    longest = 0
    for window in found:
        longest = max(longest, sum(map(len, window.pieces)) + 2)
        if longest * (len(batches[-1]) + 1) > sizes["batch"] and batches[-1]:
            batches.append([])
            longest = sum(map(len, window.pieces)) + 2
        batches[-1].append(window)
    chance.shuffle(batches)
    return batches


class Trainer:
    """The state of a run: network, optimiser, running average of the weights, step and time used."""

    def __init__(self, net: Network, config: Config, out: Path) -> None:
        self.net, self.config, self.out = net, config, out
        self.optimizer = torch.optim.AdamW(_groups(net, config["run"]), weight_decay=config["run"]["weight_decay"])
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.average = copy.deepcopy(dict(net.state_dict()))
        self.step, self.total, self.used = 0, 1, 0.0
        self.began = time.monotonic()
        self.losses: list[list[float]] = []
        self.lock = threading.Lock()
        net.train()

    def minutes(self) -> float:
        """Minutes of training so far, earlier parts of a run that was cut off included."""
        return self.used + (time.monotonic() - self.began) / 60

    def progress(self) -> float:
        """From 0 to 1: the larger share of the steps and of the time that are used up."""
        return max(self.step / self.total, self.minutes() / self.config["run"]["minutes"])

    def done(self) -> bool:
        """True when steps or time are used up."""
        return self.progress() >= 1

    def work(self, feed: _Feed) -> None:
        """Takes batches and learns from them until the run is over; one call a thread."""
        torch.set_num_threads(1)
        copied = copy.deepcopy(self.net)
        for own, shared in zip(copied.parameters(), self.net.parameters(), strict=True):
            own.data = shared.data
        while not self.done():
            batch = feed.take()
            losses = loss(copied, batch, self.config["loss"])
            copied.zero_grad(set_to_none=True)
            sum(losses).backward()
            with self.lock:
                self._step(copied, [x.item() for x in losses])

    def _step(self, copied: Network, losses: list[float]) -> None:
        """Changes the weights by the gradients of one thread's copy."""
        rate = min(1.0, (self.step + 1) / self.config["run"]["warmup"]) * max(0.01, 1 - self.progress())
        for group, base in zip(self.optimizer.param_groups, self.rates, strict=True):
            group["lr"] = base * rate
        for own, shared in zip(copied.parameters(), self.net.parameters(), strict=True):
            shared.grad = own.grad
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self._remember()
        self.losses.append(losses)
        if self.step % LOG_EVERY == 0:
            means = [sum(column) / len(column) for column in zip(*self.losses, strict=True)]
            self.losses.clear()
            self.log(" ".join(f"{n} {v:.4f}" for n, v in zip(("anchor", "tags", "links"), means, strict=True)))
        if self.step % SAVE_EVERY == 0:
            self.save()

    @torch.no_grad()
    def _remember(self) -> None:
        keep = min(self.config["run"]["average"], (1 + self.step) / (10 + self.step))
        now = self.net.state_dict()
        for name, parameter in self.net.named_parameters():
            if parameter.requires_grad:
                self.average[name].lerp_(now[name], 1 - keep)

    def log(self, words: str) -> None:
        """Prints a line and adds it to the log file."""
        line = f"step {self.step}/{self.total} {self.minutes():.1f} min {words}"
        print(line, flush=True)
        with (self.out / "train.log").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def save(self) -> None:
        """Writes the checkpoint; a cut-off leaves the one before whole."""
        state = {
            "net": self.net.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "minutes": self.minutes(),
            "config": json.dumps(self.config),
        }
        part = self.out / (CHECKPOINT + ".part")
        torch.save(state, part)
        part.replace(self.out / CHECKPOINT)

    def resume(self) -> None:
        """Takes up the checkpoint where there is one."""
        path = self.out / CHECKPOINT
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.net.load_state_dict(state["net"])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.used = state["step"], state["minutes"]


def _groups(net: Network, run: dict[str, float]) -> list[dict[str, Any]]:
    """Parameters by learning rate: each encoder layer slower than the one above it, the heads fastest."""
    layers = list(net.encoder.bert.encoder.layer)
    groups = [
        {"params": list(layer.parameters()), "lr": run["rate_encoder"] * run["rate_decay"] ** (len(layers) - 1 - i)}
        for i, layer in enumerate(layers)
        if i >= FIXED_LAYERS
    ]
    tables = [*net.encoder.case.parameters(), *net.encoder.gap.parameters(), *net.encoder.quote.parameters()]
    heads = [*net.tagger.parameters(), *net.links.parameters()]
    return [*groups, {"params": tables + heads, "lr": run["rate_heads"]}]


def loss(net: Network, batch: Batch, weights: dict[str, float]) -> tuple[Tensor, Tensor, Tensor]:
    """The three weighted losses: anchors, tags, links."""
    bce = nn.functional.binary_cross_entropy_with_logits
    words = net.words(batch.inputs)
    logits = net.tagger(words)
    count = batch.present.sum()
    anchors = (bce(logits[..., 0], batch.anchors, reduction="none") * batch.present).sum() / count
    tags = (bce(logits[..., 1:], batch.tags, reduction="none").mean(-1) * batch.present).sum() / count
    window, anchor, roles, weight = _with_negatives(batch, logits[..., 0].detach(), weights)
    if not len(window):
        return weights["anchor"] * anchors, weights["tags"] * tags, logits.sum() * 0
    scores = net.links(words, batch.present, batch.inputs.lines, window, anchor)
    wrong = nn.functional.cross_entropy(scores.flatten(0, 1), roles.flatten(), reduction="none").view_as(roles)
    each = (wrong * batch.present[window]).sum(-1) / weights["links_scale"]
    links = (each * weight).sum() / weight.sum()
    return weights["anchor"] * anchors, weights["tags"] * tags, weights["links"] * links


def _with_negatives(batch: Batch, logits: Tensor, weights: dict[str, float]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The gold anchors, and the likeliest words that are none (at most half as many), which must link to nothing."""
    chance = logits.sigmoid() * batch.present * (1 - batch.anchors)
    most = max(1, len(batch.link_window) // 2)
    top, place = chance.flatten().topk(min(most, chance.numel()))
    place = place[top > weights["negatives_over"]]
    width = batch.present.shape[1]
    window = torch.cat([batch.link_window, place // width])
    anchor = torch.cat([batch.link_anchor, place % width])
    roles = torch.cat([batch.link_roles, torch.zeros((len(place), width), dtype=torch.long)])
    weight = torch.cat([torch.ones(len(batch.link_window)), torch.full((len(place),), weights["negatives"])])
    return window, anchor, roles, weight
