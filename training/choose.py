"""Fit the choice between the rules' spans and the parser's, where both found one attribution.

Both are compared with the gold of the corpus' development part and of the project's own annotated articles; those in
which one of the two is right and the other is not (or is right only roughly) are learned from. The own articles are
few but of the kind of text that matters most here, so each of theirs counts several times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg import recordfile
from kg.extract.analysis import Analysis
from kg.extract.attribution import Attribution
from kg.extract.attribution_model import AttributionModel
from kg.extract.attribution_rules import find
from kg.extract.choice import Choice, features
from kg.extract.joined import matched, parted
from kg.extract.model.runtime import MANIFEST
from kg.extract.quotes import find_quotes
from kg.extract.trained import LIKELY
from kg.records import Spans
from training.corpus import Marked, read_part
from training.tune import WORD, Chars, letters_of

OWN_WEIGHT = 3.0
EXACT = 0.2
"""What exactly right spans are worth beside roughly right ones, which are worth 1."""
FOLDS = 10
RIDGE = 1.0
STEPS = 30
Row = tuple[Chars, Chars, Chars]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """One attribution that both found: its features, and how right each is, 0 to 1.2."""

    document: int
    features: dict[str, float]
    by_rule: float
    by_model: float
    weight: float

    @property
    def gain(self) -> float:
        """How much righter the parser's spans are."""
        return self.by_model - self.by_rule


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    marked: tuple[tuple[Marked, ...], ...]
    weight: float


def choose(data: Path, own: Path, folder: Path) -> None:
    """Fits the weights and writes them into the manifest in ``folder``; prints what they do by cross-validation."""
    finder = _Finder(folder)
    found = [pair for n, one in enumerate(_texts(data, own)) for pair in finder.pairs(n, one)]
    names = list(found[0].features)
    _report(found, names)
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["choice"] = dict(zip(names, (round(float(w), 3) for w in _fit(found, names)), strict=True))
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _texts(data: Path, own: Path) -> Iterable[_Text]:
    for article in read_part(data, "dev"):
        yield _Text(article.text, article.marked, 1.0)
    for record in recordfile.read_records(own):
        marked = tuple(
            Marked(source=_ends(c.source), cue=_ends(c.cue), content=_ends(c.content)) for c in record.claims
        )
        yield _Text(record.document.text, (marked,), OWN_WEIGHT)


def _ends(spans: Spans) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in spans)


class _Finder:
    """Finds the pairs of a text by the rules and by the network in a folder."""

    def __init__(self, folder: Path) -> None:
        self._analysis = Analysis()
        self._parser = AttributionModel(folder)
        self._parser.thresholds = replace(self._parser.thresholds, anchor=LIKELY, confidence=LIKELY)

    def pairs(self, number: int, one: _Text) -> list[Pair]:
        """The pairs of the text that is the ``number``-th of all."""
        doc = self._analysis.parse(one.text)
        said, _ = parted(self._parser.parse(one.text).attributions, doc)
        by_rule = find(doc, find_quotes(one.text))
        rivals, _ = matched(by_rule, said)
        letters = frozenset(i for m in WORD.finditer(one.text) for i in range(*m.span()))
        gold = [[_row(marked, letters) for marked in annotator] for annotator in one.marked]
        return [
            Pair(
                document=number,
                features=features(ours, theirs, one.text),
                by_rule=_rightness(ours, gold, letters),
                by_model=_rightness(theirs, gold, letters),
                weight=one.weight,
            )
            for ours, theirs in zip(by_rule, rivals, strict=True)
            if theirs is not None
        ]


def _row(marked: Marked, letters: Chars) -> Row:
    return tuple(letters_of(spans, letters) for spans in (marked.source, marked.cue, marked.content))  # type: ignore[return-value]


def _rightness(attribution: Attribution, gold: Sequence[Sequence[Row]], letters: Chars) -> float:
    marked = Marked(source=_ends(attribution.source), cue=_ends(attribution.cue), content=_ends(attribution.content))
    said = _row(marked, letters)
    return sum(max((_likeness(said, row) for row in rows), default=0.0) for rows in gold) / max(1, len(gold))


def _likeness(said: Row, row: Row) -> float:
    """1 where half of the content is shared and the sources meet, more where all is equal; else next to nothing."""
    if 2 * len(said[2] & row[2]) < len(said[2] | row[2]):
        return 0.0
    source = bool(said[0] & row[0]) or not (said[0] or row[0])
    return (1.0 if source else 0.01) + EXACT * (said == row)


def _fit(found: Sequence[Pair], names: Sequence[str]) -> Floats:
    """Weights by Newton's method, with a ridge; each pair counts by how much one is righter than the other."""
    told = [pair for pair in found if pair.gain]
    rows = np.array([[pair.features[name] for name in names] for pair in told])
    better = np.array([pair.gain > 0 for pair in told], float)
    counts = np.array([abs(pair.gain) * pair.weight for pair in told])
    weights = np.zeros(len(names))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (counts * (chance - better)) + RIDGE * weights
        curve = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + RIDGE * np.eye(len(names))
        weights -= np.linalg.solve(curve, gradient)
    return weights


def _report(found: Sequence[Pair], names: Sequence[str]) -> None:
    """How many are right by either and by the choice, each document by weights fitted without it and its like."""
    chance: dict[int, float] = {}
    for fold in range(FOLDS):
        weights = _fit([pair for pair in found if pair.document % FOLDS != fold], names)
        for i, pair in enumerate(found):
            if pair.document % FOLDS == fold:
                chance[i] = 1 / (1 + np.exp(-sum(w * pair.features[n] for w, n in zip(weights, names, strict=True))))
    for weight, part in ((1.0, "dev"), (OWN_WEIGHT, "own")):
        here = [(pair, chance[i]) for i, pair in enumerate(found) if pair.weight == weight]
        chosen = [pair.by_model if c >= Choice({}).above else pair.by_rule for pair, c in here]
        print(
            f"choice on {part}: {len(here)} pairs, right by rule {sum(p.by_rule >= 1 for p, _ in here)}, by parser "
            f"{sum(p.by_model >= 1 for p, _ in here)}, as chosen {sum(right >= 1 for right in chosen)}"
        )
