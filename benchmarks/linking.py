"""How long one article takes to be linked into a store: ``python -m benchmarks.linking [--quads N] [--each N]``.

The store is filled with made-up articles in which all name the same few states, so that every article is a candidate:
the worst case. Times are of the wall clock; ``cpu`` is what the process used itself.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from pyoxigraph import RdfFormat

from benchmarks.articles import write_nquads
from kg import pipeline
from kg.iri import SEED_BASE
from kg.store import open_store, ownership

AIM = 2.0
"""Seconds for one article at a million quads."""


def fill(folder: Path, wanted: int) -> tuple[int, int]:
    """Make a store of so many quads in the folder; return how many quads and articles there are."""
    made = write_nquads(folder / "data.nq", wanted)
    with open_store(str(folder / "store"), create=True) as store:
        store.load(folder / "data.nq", RdfFormat.N_QUADS, SEED_BASE)
    return made


def main() -> None:
    """Make the store, link some articles one by one, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=5, help="articles that are linked")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        quads, articles = fill(Path(name), options.quads)
        with open_store(str(Path(name) / "store")) as store:
            versions = sorted(ownership.versions(store))[: options.each]
            walls, cpus = [], []
            for version in versions:
                wall, cpu = time.perf_counter(), time.process_time()
                report = pipeline.link_article(store, SEED_BASE, version)
                walls.append(time.perf_counter() - wall)
                cpus.append(time.process_time() - cpu)
    print(
        f"{quads:,} quads of {articles:,} articles; one article against {report.documents - 1} candidates: "
        f"median {statistics.median(walls):.2f} s, slowest {max(walls):.2f} s (cpu {statistics.median(cpus):.2f} s); "
        f"aimed at {AIM:g} s"
    )


if __name__ == "__main__":
    main()
