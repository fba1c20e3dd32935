"""Choose thresholds on the development part, fit the calibration of each word's chance, and measure.

The measures here follow the project's scorer: relation F1 counts an attribution as found when its content shares at
least half of its word characters with the gold's (IoU, one to one, greedy) and the sources meet or are both absent;
exact means all three roles equal. Articles with several annotators count once, averaged.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extract.attribution_model import TextReader, TextReading, Thresholds, decide
from training.corpus import Article, Marked

WORD = re.compile(r"\w+")
GRID: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("confidence", (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)),
    ("content", (0.3, 0.35, 0.4, 0.45, 0.5)),
    ("source", (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)),
    ("anchor", (0.15, 0.2, 0.25, 0.35)),
    ("bridge", (1, 3, 5)),
    ("bridge_over", (0.05, 0.1, 0.2)),
    ("snap", (0, 2, 4)),
    ("snap_over", (0.05, 0.15, 0.25)),
    ("cue", (0.35, 0.4, 0.5)),
    ("confidence", (0.1, 0.15, 0.2, 0.25, 0.3, 0.35)),
    ("content", (0.3, 0.35, 0.4, 0.45, 0.5)),
)
"""What is tried, in this order; a threshold that hangs on others is tried again at the end."""
Chars = frozenset[int]


@dataclass(frozen=True, slots=True)
class Counted:
    """Found, said and marked attributions, as relations and exactly."""

    relations: float
    exact: float
    said: float
    marked: float

    def f1(self) -> float:
        """Relation F1, in percent."""
        return 200 * self.relations / max(1.0, self.said + self.marked)

    def exact_f1(self) -> float:
        """Exact F1, in percent."""
        return 200 * self.exact / max(1.0, self.said + self.marked)


@dataclass(frozen=True, slots=True)
class Case:
    """One development article: what the network said, and what was marked, as sets of word characters."""

    reading: TextReading
    letters: Chars
    marked: tuple[tuple[tuple[Chars, Chars, Chars], ...], ...]


def read_cases(model: TextReader, articles: Iterable[Article]) -> list[Case]:
    """The articles, read by the network once, for many trials of thresholds."""
    return [_case(model.read(article.text), article) for article in articles]


def _case(reading: TextReading, article: Article) -> Case:
    letters = frozenset(i for m in WORD.finditer(article.text) for i in range(*m.span()))
    marked = tuple(tuple(row for one in annotator if (row := _marked(one, letters))[2]) for annotator in article.marked)
    return Case(reading, letters, marked)


def _marked(one: Marked, letters: Chars) -> tuple[Chars, Chars, Chars]:
    return tuple(letters_of(spans, letters) for spans in (one.source, one.cue, one.content))  # type: ignore[return-value]


def letters_of(spans: Iterable[tuple[int, int]], letters: Chars) -> Chars:
    """The word characters in the spans; all of them where none is one, as in a cue that is a colon."""
    whole = frozenset(i for a, b in spans for i in range(a, b))
    return (whole & letters) or whole


def score(cases: list[Case], thresholds: Thresholds) -> Counted:
    """Counts over all articles with these thresholds."""
    total = np.zeros(4)
    for case in cases:
        words = case.reading.words
        said = []
        for one in decide(case.reading, thresholds):
            spans = [
                [(int(words.starts[a]), int(words.ends[b - 1])) for a, b in ranges]
                for ranges in (one.source, one.cue, one.content)
            ]
            said.append(tuple(letters_of(s, case.letters) for s in spans))
        for marked in case.marked:
            total += np.array(_compare(said, marked)) / len(case.marked)
    return Counted(*total)


def _compare(said: list[Any], marked: tuple[Any, ...]) -> tuple[int, int, int, int]:
    pairs = []
    for i, p in enumerate(said):
        for j, g in enumerate(marked):
            common = len(p[2] & g[2])
            if common and (iou := common / len(p[2] | g[2])) >= 0.5:
                pairs.append((iou, -i, -j))
    used_said: set[int] = set()
    used_marked: set[int] = set()
    relations = exact = 0
    for _, i, j in sorted(pairs, reverse=True):
        if i in used_said or j in used_marked:
            continue
        used_said.add(i)
        used_marked.add(j)
        p, g = said[-i], marked[-j]
        relations += bool(p[0] & g[0]) or (not p[0] and not g[0])
        exact += p == g
    return relations, exact, len(said), len(marked)


def tune(cases: list[Case], start: Thresholds) -> Thresholds:
    """Thresholds found by going over the grid one at a time; the aim is relation F1 and a third of exact F1."""

    def aim(t: Thresholds) -> float:
        counted = score(cases, t)
        return counted.f1() + counted.exact_f1() / 3

    best, reached = start, aim(start)
    for name, values in GRID:
        for value in values:
            tried = replace(best, **{name: value})
            if tried != best and (found := aim(tried)) > reached + 0.02:
                best, reached = tried, found
    return best


def fit_calibration(cases: list[Case], steps: int = 25) -> list[float]:
    """Coefficients of tagger logit, logit of the link, and the constant, by Newton's method on all words."""
    rows, gold = _calibration_rows(cases)
    theta = np.array([0.5, 0.5, 0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-rows @ theta))
        gradient = rows.T @ (p - gold)
        curve = (rows * (p * (1 - p))[:, None]).T @ rows + 1e-6 * np.eye(3)
        theta -= np.linalg.solve(curve, gradient)
    return [round(float(x), 4) for x in theta]


def _calibration_rows(cases: list[Case]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, gold = [], []
    for case in cases:
        inside = frozenset().union(*(one[2] for one in case.marked[0])) if case.marked else frozenset()
        linked = np.clip(case.reading.linked, 0.002, 0.998)
        rows.append(np.stack([case.reading.content, np.log(linked / (1 - linked)), np.ones(len(linked))], axis=1))
        gold.append(np.array([int(s) in inside for s in case.reading.words.starts], float))
        keep = np.array([int(s) in case.letters for s in case.reading.words.starts])
        rows[-1], gold[-1] = rows[-1][keep], gold[-1][keep]
    return np.concatenate(rows).astype(np.float64), np.concatenate(gold)


def calibration_table(cases: list[Case], coefficients: list[float]) -> list[tuple[float, float, int]]:
    """For each tenth of chance: mean chance, share of words in gold content, number of words."""
    rows, gold = _calibration_rows(cases)
    chance = 1 / (1 + np.exp(-rows @ np.array(coefficients)))
    tenth = np.minimum((chance * 10).astype(int), 9)
    return [
        (float(chance[tenth == k].mean()), float(gold[tenth == k].mean()), int((tenth == k).sum()))
        for k in range(10)
        if (tenth == k).any()
    ]
