"""The weights of ``kg/link/match.toml``, from marked clusters: ``python training/match.py CLUSTERS [RECORDS]``.

A logistic regression on every pair of statements of one cluster. Pairs that the gold links, or has in one event, are
of the same; answers are not. Pairs that may be linked and need not be are left out. Prints what the weights are worth
on clusters that taught nothing (each tenth of the clusters in turn).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg import recordfile
from kg.evaluate.gold_clusters import Cluster, read_clusters
from kg.evaluate.links import Alignment, Name
from kg.link import copies
from kg.link.linker import Linker, comes_before
from kg.link.match import Pair, features
from kg.link.statements import Said
from kg.records import Record

Matrix = NDArray[np.float64]
OUT = Path(__file__).parent.parent / "kg/link/match.toml"
STRENGTH = 30.0
FOLDS = 10


def main(arguments: list[str]) -> None:
    """Fit the weights, print their worth on held-out clusters, and write them."""
    clusters = read_clusters(Path(arguments[0]))
    records = list(recordfile.read_records(Path(arguments[1])))
    rows, same, groups = [], [], []
    for pair, is_same, cluster in pairs(clusters, records):
        rows.append(features(pair))
        same.append(is_same)
        groups.append(cluster)
    names = sorted(rows[0])
    x = np.array([[row[name] for name in names] for row in rows])
    y = np.array(same, float)
    chances = held_out(x, y, groups)
    print(f"{len(y)} pairs, {int(y.sum())} of the same; average precision {average_precision(chances, y):.3f}")
    weights = fit(x, y)
    lines = [f"constant = {weights[0]:.3f}", "", "[weights]"]
    lines += [f'"{name}" = {weight:.3f}' for name, weight in zip(names, weights[1:], strict=True)]
    OUT.write_text("# Written by training/match.py from corpus/clusters/train.\n" + "\n".join(lines) + "\n", "utf-8")


def pairs(clusters: list[Cluster], records: list[Record]) -> Iterator[tuple[Pair, bool, str]]:
    """Yield the pairs of each cluster, whether they are of the same, and the cluster."""
    alignment = Alignment(clusters, {record.document.id: record for record in records})
    linker = Linker()
    ordered = sorted(records, key=lambda r: (r.document.published or "", r.document.id))
    for record in ordered:
        linker.learn(record)
    said = {record.document.id: linker.read(record) for record in ordered}
    ends = copies.origins(copies.find_copies(copies.ArticleBody.of(record.document) for record in ordered))
    for document, statements in said.items():
        for one in statements:
            one.origin = ends.get(document, document)
    for cluster in clusters:
        joined, open_ = _joined(cluster)
        statements = [s for letter in sorted(cluster.articles) for s in said.get(f"{cluster.id}-{letter}", [])]
        for one, other in combinations(statements, 2):
            later, earlier = (other, one) if comes_before(one, other) else (one, other)
            ends_of = frozenset(_name(alignment, said) for said in (one, other))
            if ends_of not in open_:
                yield Pair(later, earlier, linker.weights), ends_of in joined, cluster.id


def _joined(cluster: Cluster) -> tuple[set[frozenset[str | None]], set[frozenset[str | None]]]:
    """Pairs of statements that are of the same, and those of which the gold says neither."""
    joined: set[frozenset[str | None]] = {
        frozenset(pair) for names in cluster.events.values() for pair in combinations(names, 2)
    }
    joined |= {frozenset([link.source, link.target]) for link in cluster.links if link.kind != "answers"}
    allowed: set[frozenset[str | None]] = {frozenset([link.source, link.target]) for link in cluster.allowed}
    return joined, allowed - joined


def _name(alignment: Alignment, said: Said) -> str | None:
    found: Name | None = alignment.name(said.document, said.ref.spans)
    return None if found is None else found[1]


def fit(x: Matrix, y: Matrix) -> Matrix:
    """Return the constant and the weights of the features as they are."""
    mean, deviation = x.mean(0), np.maximum(x.std(0), 1e-6)
    scaled = np.hstack([np.ones((len(x), 1)), (x - mean) / deviation])
    penalty = np.full(scaled.shape[1], STRENGTH)
    penalty[0] = 0
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(scaled @ weights)))
        slope = scaled.T @ (y - chance) - penalty * weights
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(penalty)
        weights += np.linalg.solve(curve, slope)
    plain = weights[1:] / deviation
    return np.concatenate([[weights[0] - plain @ mean], plain])


def held_out(x: Matrix, y: Matrix, groups: list[str]) -> Matrix:
    """Return each pair's log-odds by weights that its own cluster did not teach."""
    folds = {name: n % FOLDS for n, name in enumerate(sorted(set(groups)))}
    fold = np.array([folds[group] for group in groups])
    found = np.zeros(len(y))
    for n in range(FOLDS):
        weights = fit(x[fold != n], y[fold != n])
        found[fold == n] = weights[0] + x[fold == n] @ weights[1:]
    return found


def average_precision(scores: Matrix, y: Matrix) -> float:
    """Return the area under precision and recall."""
    order: Any = np.argsort(-scores)
    right = y[order]
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return float((precision * right).sum() / right.sum())


if __name__ == "__main__":
    main(sys.argv[1:])
