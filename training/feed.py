"""Batches without end for a run, made by processes beside it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tokenizers import Tokenizer
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from training.samples import Augment, Batch, Read, Window, collate, cut

Groups = Mapping[int, Sequence[Read]]
"""Articles by fold; -1 for texts that nobody annotated. A batch is of one group, as one teacher reads it."""
UNLABELLED = -1


def folds(reads: Sequence[Read], count: int) -> dict[int, list[Read]]:
    """The articles in `count` folds, every article in one."""
    return {k: list(reads[k::count]) for k in range(count)}


def feed(groups: Groups, config: dict[str, Any], tokenizer: Tokenizer, seed: int) -> Iterator[Batch]:
    """Batches of the groups, each as often as its share of the words, made by `workers` processes."""
    workers = config["run"]["workers"]
    made: DataLoader[Batch] = DataLoader(
        _Batches(groups, config, tokenizer, seed),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=8 if workers else None,
    )
    return iter(made)


class _Batches(IterableDataset[Batch]):
    """What one process makes: it goes over its own share of the articles again and again, in new windows each time."""

    def __init__(self, groups: Groups, config: dict[str, Any], tokenizer: Tokenizer, seed: int) -> None:
        self._groups, self._config, self._seed = groups, config, seed
        self._augment = Augment(config["augment"], [r for reads in groups.values() for r in reads], tokenizer, seed)

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        own, count = (info.id, info.num_workers) if info else (0, 1)
        chance = random.Random(self._seed * 1009 + own)
        self._augment.chance = random.Random(self._seed * 1013 + own)
        shares = {k: reads[own::count] for k, reads in self._groups.items() if reads[own::count]}
        rest: dict[int, list[list[Window]]] = {k: [] for k in shares}
        sizes = [self._weight(k, reads) for k, reads in shares.items()]
        while True:
            (group,) = chance.choices(list(shares), sizes)
            if not rest[group]:
                rest[group] = batches(shares[group], self._config["windows"], chance)
            yield collate([self._augment(window) for window in rest[group].pop()], group)

    def _weight(self, group: int, reads: Sequence[Read]) -> float:
        """How often a group's turn comes: its words, those of unannotated texts counted by `unlabelled`."""
        words = sum(len(read.words) for read in reads)
        return words * (self._config["run"]["unlabelled"] if group == UNLABELLED else 1.0)


def steps_of(reads: Sequence[Read], sizes: dict[str, int]) -> int:
    """Batches in one pass over the articles, about."""
    return len(batches(reads, sizes, random.Random(0)))


def batches(reads: Sequence[Read], sizes: dict[str, int], chance: random.Random) -> list[list[Window]]:
    """One pass over the articles: batches of windows of like length and about `batch` pieces, in random order."""
    found = [window for read in reads for window in cut(read, sizes["room"], chance)]
    found.sort(key=lambda w: len(w.pieces) + chance.random() * 24)
    made: list[list[Window]] = [[]]
    longest = 0
    for window in found:
        longest = max(longest, sum(map(len, window.pieces)) + 2)
        if longest * (len(made[-1]) + 1) > sizes["batch"] and made[-1]:
            made.append([])
            longest = sum(map(len, window.pieces)) + 2
        made[-1].append(window)
    chance.shuffle(made)
    return made
