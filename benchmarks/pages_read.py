"""How well pages of HTML are read: the made-up ones of the tests, and those of a folder with gold, if one is given.

    python benchmarks/pages_read.py [FOLDER]

Prints the figures of our reader beside those of trafilatura alone, in the same run. FOLDER has ``NAME.html`` and
``NAME.json`` beside it, with ``paragraphs`` (a list), ``title``, ``day``, ``publisher``.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.readers.html import measure
from tests.readers.html.articles import Story

Pages = list[tuple[str, Story, bytes]]


def of_folder(folder: Path) -> Pages:
    """The pages of a folder that have gold."""
    out: Pages = []
    for gold in sorted(folder.glob("*.json")):
        said = json.loads(gold.read_text("utf-8"))
        story = Story(
            title=said.get("title") or "",
            paragraphs=tuple(said["paragraphs"]),
            day=(said.get("day") or "")[:10],
            publisher=said.get("publisher") or "",
            language=said.get("language") or "",
            authors=(),
        )
        out.append((gold.stem, story, gold.with_suffix(".html").read_bytes()))
    return out


def figures(pages: Pages, read: Callable[[bytes], measure.Read]) -> tuple[dict[str, float], list[measure.Score]]:
    """The means over pages, and each page."""
    start = time.process_time()
    found = [(name, story, read(data)) for name, story, data in pages]
    seconds = time.process_time() - start
    scores = [measure.score(*one) for one in found]
    share = {
        "body F1": sum(s.f1 for s in scores),
        "lead lost": sum(s.lead_lost for s in scores),
        "foreign text": sum(s.foreign for s in scores),
        "headline": sum(s.title for s in scores),
        "day": sum(s.day for s in scores),
        "publisher": sum(s.publisher for s in scores),
    }
    return {k: 100 * v / len(scores) for k, v in share.items()} | {"pages a core second": len(scores) / seconds}, scores


def main() -> None:
    """Print the table."""
    logging.disable(logging.CRITICAL)
    sets = {"made-up pages": list(measure.pages())}
    if len(sys.argv) > 1:
        sets[sys.argv[1]] = of_folder(Path(sys.argv[1]))
    for name, pages in sets.items():
        own, scores = figures(pages, measure.ours)
        alone, _ = figures(pages, measure.trafilatura_alone)
        print(f"{name}: {len(pages)} pages")
        for key, value in own.items():
            print(f"  {key:<22}{value:7.1f}  (trafilatura alone {alone[key]:.1f})")
        bad = [
            s.name for s in scores if s.f1 < 0.97 or s.lead_lost or s.foreign or not (s.title and s.day and s.publisher)
        ]
        print(f"  not right in everything: {', '.join(bad) or 'none'}")


if __name__ == "__main__":
    main()
