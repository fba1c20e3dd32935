"""Figures on a fixed sample of PolNeAR's development part, and what they were when they were last written down.

The corpus is no part of the project: ``dev_sample.toml`` holds the names of the articles and the expected figures.
``python -m tests.evaluate.dev_sample DATA`` measures and writes it anew; DATA is the folder that holds ``polnear``.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.config import Settings
from kg.evaluate import Answer, Gold, evaluate, polnear
from kg.extract import load
from kg.records import Document

FILE = Path(__file__).with_name("dev_sample.toml")
EVERY = 7
"""Of the articles in the order of their names: twelve of eighty-four."""


def expected() -> dict[str, Any]:
    """What was written down: the articles' names and the figures in per cent."""
    return tomllib.loads(FILE.read_text("utf-8"))


def measured(gold: Iterable[Gold]) -> dict[str, float]:
    """Per cent of the default extractor: relation F1 of all claims and of the outermost ones (the corpus marks no
    others), laundered and swallowed.
    """
    texts = list(gold)
    extractor = load(Settings())
    answers = {g.id: Answer.of(extractor.extract(Document(id=g.id, text=g.text))) for g in texts}
    total = evaluate(texts, answers).total()
    figures = {"relation": total["relation"].f1, "outermost": total["outermost.relation"].f1}
    figures |= {share: total[share].recall for share in ("laundered", "swallowed")}
    return {name: round(100 * figure, 2) for name, figure in figures.items()}


def sample(root: Path, names: Iterable[str]) -> list[Gold]:
    """The gold of these articles; all of them must be there."""
    wanted = set(names)
    found = [gold for gold in polnear.read(root) if gold.id in wanted]
    assert {gold.id for gold in found} == wanted
    return found


def _main(data: Path) -> None:
    root = data / "polnear"
    names = [gold.id for gold in polnear.read(root)][::EVERY]
    figures = measured(sample(root, names))
    lines = ["# Written by python -m tests.evaluate.dev_sample DATA: read the difference before you keep it."]
    lines += ["articles = [", *(f'  "{name}",' for name in names), "]", "", "[figures]"]
    lines += [f"{name} = {figure}" for name, figure in figures.items()]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
