"""What a graph read from disk costs, beside one in memory: start, memory, questions, writes, pages.

``python -m benchmarks.disk_image [--quads N | --store DIR] [--image memory disk] [--each N]`` serves a store of N quads
(1,000,000 by default; or a store that is there) through the engine as ``kg serve`` does, but with no answer kept, once
with the graph in memory and once from a snapshot on disk. It prints for both how long it takes until a query is
answered, the memory of the image process with two workers after all questions (each page that they share counted
once), and milliseconds: of each competency question, of a write until a query sees it, and of some pages. With
``--cpu`` these are milliseconds of processor time of all processes together: what others do on the machine then matters
little, and on an idle one it is about the same.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, RdfFormat, serialize

from benchmarks.articles import graphs
from kg import resources
from kg.app import create_app
from kg.config import Settings
from kg.engine import Engine, EngineLimits, Query, Snapshots, Update, request_reply
from kg.errors import KgError
from kg.store import SNAPSHOTS, EmbeddedStore
from kg.views.competency_questions import read_questions

LIMITS = EngineLimits(deadline=600.0, workers=2, spares=2, cache=0)
_BURIAL = 0.3
"""Seconds in which a worker that was dropped ends, so that its time counts."""
BROWSER = {"Accept": "text/html"}
PAGES = {"article": "cg:DocumentVersion", "statement": "cg:Claim", "entity": "cg:PoliticalActor"}


@dataclass
class Measured:
    """The figures of one way to read the graph, by what was measured; the unit stands in the name."""

    figures: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """Keep a figure, and print it: all of them together take long."""
        self.figures[name] = value
        print(f"{name}: {value:,.1f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make or open the store, measure both ways, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path, help="a store that is there, instead of a made-up one")
    parser.add_argument("--image", nargs="+", choices=("memory", "disk"), default=["memory", "disk"])
    parser.add_argument("--each", type=int, default=5, help="how often each is asked; the median counts")
    parser.add_argument("--cpu", action="store_true", help="processor time instead of time on the clock")
    parser.add_argument("--questions", nargs="*", help="names of competency questions, instead of all")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = options.store or made(Path(name), options.quads)
        found = {kind: measured(folder, kind, options) for kind in options.image}
    print_table(found)


def made(folder: Path, quads: int) -> Path:
    """A store of so many quads of made-up articles."""
    with (folder / "data.nq").open("wb") as file:
        serialize(graphs(quads), file, RdfFormat.N_QUADS)
    with EmbeddedStore.open(folder / "store", create=True) as store:
        store.load(folder / "data.nq", RdfFormat.N_QUADS, "http://example.org/")
    return folder / "store"


def measured(folder: Path, kind: str, options: argparse.Namespace) -> Measured:
    """All figures of one way."""
    found = Measured()
    request_reply._LONG_PRIORITY = os.getpriority(os.PRIO_PROCESS, 0)  # type: ignore[misc]  # beside others, too
    begin, cpu_begin = time.perf_counter(), time.process_time_ns()
    print(f"graph on {kind}" if kind == "disk" else f"graph in {kind}", flush=True)
    with EmbeddedStore.open(folder) as store, started(store, folder, kind) as engine:
        engine.answer(Query(text="ASK {}"))
        found.note("ready, s", time.perf_counter() - begin)
        found.note("ready, s of processor", (clock(engine, is_cpu=True) - cpu_begin) / 1e9)
        meter = Meter(engine, options)
        for question in read_questions(resources.folder("questions")):
            if not options.questions or question.name in options.questions:
                found.note(f"{question.name}, ms", meter.median(lambda text=question.query: ask(engine, text)))  # type: ignore[misc]
        found.note("image and workers, MB", memory(engine._image._process.pid))
        found.note("write until it is seen, ms", meter.median(lambda: write(store, engine)))
        client = create_app(Settings(), store, engine=engine).test_client()
        for name, path in paths(store).items():
            found.note(f"page: {name}, ms", meter.median(lambda path=path: show(client, path)))  # type: ignore[misc]
    return found


@contextmanager
def started(store: EmbeddedStore, folder: Path, kind: str) -> Iterator[Engine]:
    """An engine that reads the graph in that way."""
    snapshots = Snapshots(store, folder / SNAPSHOTS) if kind == "disk" else None
    with Engine(store, LIMITS, snapshots=snapshots) as engine:
        yield engine


@dataclass
class Meter:
    """Takes the time of one thing after the other."""

    engine: Engine
    options: argparse.Namespace

    def median(self, work: Callable[[], object]) -> float:
        """The median of so many times, in milliseconds; the first is thrown away."""
        taken = []
        for _ in range(self.options.each + 1):
            before = clock(self.engine, is_cpu=self.options.cpu)
            work()
            if self.options.cpu:
                time.sleep(_BURIAL)
            taken.append((clock(self.engine, is_cpu=self.options.cpu) - before) / 1e6)
        return statistics.median(taken[1:])


def clock(engine: Engine, *, is_cpu: bool) -> int:
    """Nanoseconds: on the clock, or of the processor that this process, the image process and all workers have had."""
    if not is_cpu:
        return time.perf_counter_ns()
    image = engine._image._process.pid
    children = Path(f"/proc/{image}/task/{image}/children").read_text("ascii").split()
    ended = sum(map(int, Path(f"/proc/{image}/stat").read_text("ascii").rpartition(")")[2].split()[13:15]))
    alive = sum(worked(pid) for pid in (str(image), *children))
    return time.process_time_ns() + alive + ended * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def worked(pid: str) -> int:
    """Nanoseconds of the processor that all threads of a process have had; 0 of one that is gone."""
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return 0


def ask(engine: Engine, text: str) -> None:
    """Have a query answered to its end; one that takes too long or too much has no figure of its own."""
    try:
        engine.answer(Query(text=text)).read()
    except KgError as error:
        print(f"{type(error).__name__}: {text.strip().splitlines()[-1]}", flush=True)


def write(store: EmbeddedStore, engine: Engine) -> None:
    """Have an update tried, made and seen, as a server does; and taken back."""
    name = "<http://example.org/written>"
    effect = engine.rehearse(Update(text=f"INSERT DATA {{ {name} {name} {time.perf_counter_ns()} }}"))
    store.change(effect.removed, effect.added)
    if b"true" not in engine.answer(Query(text=f"ASK {{ {name} {name} ?o }}")).read():
        raise RuntimeError("a write is not seen")


def show(client: FlaskClient, path: str) -> None:
    """Have a page made, no answer that was kept."""
    answer = client.get(f"{path}?not-kept={time.perf_counter_ns()}", headers=BROWSER, follow_redirects=True)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path}: {answer.status_code}: {answer.text[:300]}")


def paths(store: EmbeddedStore) -> dict[str, str]:
    """The address of one page of each kind."""
    found = {}
    for name, kind in PAGES.items():
        rows = store.query(f"PREFIX cg: <https://w3id.org/claimgraph/ns#> SELECT ?x {{ ?x a {kind} }} LIMIT 1")
        if not isinstance(rows, QuerySolutions):
            raise TypeError("only a SELECT has rows")
        path = next(iter(rows))["x"].value.partition("/id/")[2]  # type: ignore[union-attr]
        found[name] = f"/about/{path}" if name == "entity" else f"/{path}"
    return found


def memory(image: int) -> int:
    """Megabytes of a process and its children, what they share counted once."""
    children = Path(f"/proc/{image}/task/{image}/children").read_text("ascii").split()
    total = 0
    for pid in (str(image), *children):
        with contextlib.suppress(OSError):  # one that has just ended
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total >> 10


def print_table(found: dict[str, Measured]) -> None:
    """One line a figure, one column a way, and how many times as much from disk."""
    kinds = list(found)
    print("\n| | " + " | ".join(kinds) + " | times |\n|---|" + "---:|" * (len(kinds) + 1))
    for name in next(iter(found.values())).figures:
        values = [found[kind].figures[name] for kind in kinds]
        ratio = f"{values[-1] / values[0]:.1f}" if len(values) > 1 else ""
        print(f"| {name} | " + " | ".join(f"{value:,.1f}" for value in values) + f" | {ratio} |")


if __name__ == "__main__":
    main()
