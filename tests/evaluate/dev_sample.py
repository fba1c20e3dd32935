"""Figures on a fixed sample of PolNeAR's development part, and what they were when they were last written down.

The corpus is no part of the project: ``dev_sample.toml`` holds how many articles they are, a hash of their texts, and
the expected figures.
``python -m tests.evaluate.dev_sample DATA`` measures and writes it anew; DATA is the folder that holds ``polnear``.
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.config import Settings
from kg.evaluate import Gold, Prediction, evaluate, polnear
from kg.extract import load
from kg.records import Document

FILE = Path(__file__).with_name("dev_sample.toml")
EVERY = 7
"""Of the articles in the order of their names: twelve of eighty-four."""


def expected() -> dict[str, Any]:
    """What was written down: number of articles, the hash of their texts, and the figures in per cent."""
    return tomllib.loads(FILE.read_text("utf-8"))


def measured(gold: Iterable[Gold]) -> dict[str, float]:
    """Per cent of the default extractor: relation F1 of all claims and of the outermost ones (the corpus marks no
    others), laundered and swallowed.
    """
    texts = list(gold)
    extractor = load(Settings())
    answers = {g.id: Prediction.of(extractor.extract(Document(id=g.id, text=g.text))) for g in texts}
    total = evaluate(texts, answers).total()
    figures = {"relation": total["relation"].f1, "outermost": total["outermost.relation"].f1}
    figures |= {share: total[share].recall for share in ("laundered", "swallowed")}
    return {name: round(100 * figure, 2) for name, figure in figures.items()}


def sample(root: Path) -> list[Gold]:
    """The gold of the sample's articles."""
    return sorted(polnear.read(root), key=lambda gold: gold.id)[::EVERY]


def fingerprint(gold: Iterable[Gold]) -> str:
    """SHA-256 of the texts, one after the other."""
    return hashlib.sha256("\0".join(one.text for one in gold).encode()).hexdigest()


def _main(data: Path) -> None:
    gold = sample(data / "polnear")
    lines = ["# Written by python -m tests.evaluate.dev_sample DATA: read the difference before you keep it."]
    lines += [f"articles = {len(gold)}", f'sha256 = "{fingerprint(gold)}"', "", "[figures]"]
    lines += [f"{name} = {figure}" for name, figure in measured(gold).items()]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
