"""Articles a second: the whole pipeline from text to record, beside bare spaCy on the same texts in the same run.

What is loaded once is loaded before the clock starts; nothing is written. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from kg.config import Settings
from kg.extract import load
from kg.extract.language import load_model
from kg.extract.workers import InThisProcess, Workers
from kg.records import Document, Record

PROCESSES = 2


def main(folder: Path, extractor: str = "model") -> None:
    """Print the table."""
    documents = [Document(id=path.stem, text=path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))]
    if not documents:
        raise SystemExit(f"extraction: no .txt articles in {folder}")
    settings = Settings(extractor=extractor)
    model = load_model()
    alone = InThisProcess(cache(partial(load, settings)))

    def bare() -> None:
        for document in documents:
            model(document.text)

    model(documents[0].text)
    read(alone, documents[:2])
    spacy = clocked(bare)
    ours = clocked(lambda: read(alone, documents))
    with Workers(settings, PROCESSES) as workers:
        read(workers, documents[: 2 * PROCESSES])
        together = clocked(lambda: read(workers, documents))
    words = sum(len(document.text.split()) for document in documents)
    print(f"{len(documents)} articles, {words} words; seconds by the clock (of the processor)")
    for name, (wall, busy) in (
        ("bare spaCy", spacy),
        (extractor, ours),
        (f"{extractor}, {PROCESSES} processes", together),
    ):
        print(f"{name:22}{wall:8.2f} ({busy:.2f}){len(documents) / wall:8.2f} docs/s")
    ratios = ours[0] / spacy[0], ours[1] / spacy[1]
    print(f"{extractor} takes {ratios[0]:.2f} times as long as bare spaCy ({ratios[1]:.2f} of the processor)")


def read(reading: InThisProcess | Workers, documents: Sequence[Document]) -> None:
    """Every document must come out as a record."""
    for record in reading.read(documents):
        assert isinstance(record, Record), record


def clocked(run: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of this process' time on the processor."""
    wall, busy = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - busy


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path, help="of .txt articles (PolNeAR's data/dev/text, say)")
    asked.add_argument("extractor", nargs="?", default="model", choices=("model", "rules"))
    main(**vars(asked.parse_args()))
