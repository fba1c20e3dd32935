"""How soon an alert is evaluated after a write that touches it.

``python -m benchmarks.alerts [--quads N] [--each N]`` makes a store of N quads (1,000,000 by default) and alerts of the
queries that pages offer to watch. Then it adds articles, one after the other, and asks each alert after each write as
``kg alert run`` does: rows, differences, places of the words, and the file on the disk. It prints the least and the
middle of the seconds, on the clock and of the processor. The least is what a machine needs that does nothing else.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import RdfFormat, serialize

from benchmarks.articles import graphs, record
from kg import iri
from kg.alerts.register import Register
from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.views.watch_query import watch_query
from tests.pages.test_watch import watched

BASE = "https://w3id.org/claimgraph/id/"
FIRST = 10_000_000
"""The number of the first article that is written while alerts stand."""
ACTOR = record(FIRST, 40).entities[0]
IRI = iri.entity(BASE, ACTOR.type, ACTOR.name)
PAGES = {
    "an entity": f"/about/{IRI.removeprefix(BASE)}",
    "who accuses whom": "/questions/who-accuses-whom",
    "what somebody said": f"/questions/what-somebody-said?value={ACTOR.name}",
}
SEARCHES: dict[str, tuple[str, dict[str, str]]] = {
    "a name": (ACTOR.name, {}),
    "every statement": ("met", {}),
    "a name and a day": (ACTOR.name, {"from": "2025-04-01"}),
    "a speaker": ("", {"speaker": IRI}),
}


def queries(store: EmbeddedStore) -> dict[str, str]:
    """The watched queries by what they are."""
    with create_app(Settings(base=BASE), store).test_client() as client:
        found = {name: watched(client, path) for name, path in PAGES.items()}
    made = {name: one["query"] for name, one in found.items() if one is not None}
    for name, (words, chosen) in SEARCHES.items():
        query = watch_query(words, chosen)
        assert query is not None
        made[name] = query
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the store and the alerts, write, and print a line for each alert."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=5, help="how many writes")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "data.nq").open("wb") as file:
            serialize(graphs(options.quads), file, RdfFormat.N_QUADS)
        with EmbeddedStore.open(folder / "store", create=True) as store:
            store.load(folder / "data.nq", RdfFormat.N_QUADS, BASE)
            print(f"{store.count():,} quads", flush=True)
            measure(store, Register(folder / "store"), options.each)


def measure(store: EmbeddedStore, register: Register, each: int) -> None:
    """Print the seconds of each alert after each write.

    Args:
        store: The store.
        register: Where the alerts are kept.
        each: How many writes.
    """
    asked = queries(store)
    names = {f"a{number}": what for number, what in enumerate(asked)}
    for name, what in names.items():
        register.add(name, asked[what], store, datetime.now(UTC))
    taken: dict[str, list[tuple[float, float, int]]] = {name: [] for name in names}
    for number in range(each):
        store.replace([map_record(record(FIRST + number, 40), BASE)])
        for name in names:
            begun, used = time.perf_counter(), time.process_time()
            items = register.run(store, datetime.now(UTC), (name,))
            taken[name].append((time.perf_counter() - begun, time.process_time() - used, len(items)))
    for name, figures in taken.items():
        clock, used = ([figure[which] for figure in figures] for which in (0, 1))
        items = sum(number for *_, number in figures)
        print(
            f"{names[name]}: {min(clock):.2f} s, middle {statistics.median(clock):.2f}; processor {min(used):.2f}; "
            f"{len(register.get(name).seen):,} rows, {items} items",
            flush=True,
        )


if __name__ == "__main__":
    main()
