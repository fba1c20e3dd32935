"""How fast validation is: ratios within one run, medians of several, on data from our own mapper.

    python -m benchmarks.validation            ratios at 20,000 triples, growth, incremental, the whole command
    python -m benchmarks.validation --million  one million triples as well

Times are of this process (wall clock); ``cpu`` is what it used itself, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from benchmarks.articles import graph, graphs
from kg import vocab
from kg.validate import compiled, incremental, incremental_state, pyshacl_engine, read_shapes
from kg.validate.incremental import LastTime
from kg.validate.merged_graph import placed
from kg.validate.rdflib_terms import graph_of, quiet_literals, shapes_graph_of
from kg.validate.validation_unit import Unit

SMALL, MILLION = 20_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: the median of the wall clock, and of what the process used."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:8.3f} s wall {self.cpu:8.3f} s cpu"


def timed(work: Callable[[], object], rounds: int) -> Times:
    """The medians of that many rounds."""
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Times(statistics.median(walls), statistics.median(cpus))


def plain_pyshacl(data: list[Triple], shapes: Iterable[Triple]) -> None:
    """pySHACL as it comes: plain rdflib graphs, each query parsed anew for each focus node."""
    import pyshacl
    import rdflib

    plain_data, plain_shapes = rdflib.Graph(bind_namespaces="none"), rdflib.Graph(bind_namespaces="none")
    plain_data += graph_of(data)
    plain_shapes += shapes_graph_of(shapes)
    with quiet_literals():
        pyshacl.validate(plain_data, shacl_graph=plain_shapes, advanced=False, inference="none")


def engines(shapes: tuple[Triple, ...]) -> None:
    """The engines at 20,000 triples."""
    data = list(placed(graphs(SMALL)))
    fast = timed(lambda: compiled.run(data, shapes), 5)
    reference = timed(lambda: pyshacl_engine.run(data, shapes), 1)
    plain = timed(lambda: plain_pyshacl(data, shapes), 1)
    print(f"{len(data)} triples")
    print(f"  plain pySHACL      {plain}")
    print(f"  --engine pyshacl   {reference}  {plain.cpu / reference.cpu:6.1f}x")
    print(f"  --engine compiled  {fast}  {plain.cpu / fast.cpu:6.1f}x")


def growth(shapes: tuple[Triple, ...], sizes: list[int]) -> None:
    """The fast engine at each size; linear where the time for each triple stays the same."""
    for size in sizes:
        data = list(placed(graphs(size)))
        taken = timed(lambda data=data: compiled.run(data, shapes), 3 if size <= 100_000 else 1)
        print(f"  {len(data):>8} triples  {taken}  {taken.cpu / len(data) * 1e6:5.1f} us a triple")


def units(triples: int) -> list[tuple[str, bytes]]:
    """Made-up articles as N-Quads files, a document each."""
    out, count = [], 0
    while count < triples:
        quads = graph(len(out))
        count += len(quads)
        out.append((f"{len(out)}.nq", serialize(quads, format=RdfFormat.N_QUADS) or b""))
    return out


def changed(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The same with one file in a hundred spoilt."""
    step = max(1, min(100, len(files)))
    mark = f"<{vocab.SPEECH_ACT}>".encode()
    return [
        (name, b"\n".join(line for line in text.split(b"\n") if i % step or mark not in line))
        for i, (name, text) in enumerate(files)
    ]


def of_files(files: list[tuple[str, bytes]]) -> list[Unit]:
    """The files as units: their bytes are hashed, and parsed where they are read."""

    def reader(text: bytes) -> Callable[[], Iterable[Quad]]:
        return lambda: parse(text, format=RdfFormat.N_QUADS)

    return [Unit(name=name, digest=hashlib.sha256(text).hexdigest(), read=reader(text)) for name, text in files]


def incrementally(shapes: tuple[Triple, ...], triples: int) -> None:
    """All files, then with one in a hundred changed; the state is written and read as the command does."""
    import tempfile
    from pathlib import Path

    files = units(triples)
    spoilt = changed(files)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "last.json"
        whole = timed(lambda: incremental.validate(of_files(spoilt), LastTime(), shapes), 1)
        path.write_bytes(incremental_state.dumps(incremental.validate(of_files(files), LastTime(), shapes).remembered))
        outcomes: list[incremental.IncrementalResult] = []

        def again() -> None:
            outcomes.append(incremental.validate(of_files(spoilt), incremental_state.read(path), shapes))
            incremental_state.dumps(outcomes[-1].remembered)

        part = timed(again, 3)
    expected = incremental.validate(of_files(spoilt), LastTime(), shapes).report.findings
    assert outcomes[-1].report.findings == expected, "not the findings of the whole"
    print(f"{len(files)} files, {outcomes[-1].anew} of them changed, {len(expected)} findings, the same both ways")
    print(f"  all          {whole}")
    print(f"  what changed {part}  {whole.cpu / part.cpu:6.1f}x")


def in_store(shapes: tuple[Triple, ...], triples: int) -> None:
    """A store validated whole, then with one document in a hundred changed: all of it is still dumped and hashed."""
    import io

    from kg.store import EmbeddedStore
    from kg.validate import store_units, validate

    files = units(triples)
    stores = []
    for each in (files, changed(files)):
        store = EmbeddedStore.in_memory()
        store.change(set(), {quad for _, text in each for quad in parse(text, format=RdfFormat.N_QUADS)})
        stores.append(store)

    def parts(store: EmbeddedStore) -> list[Unit]:
        dump = io.BytesIO()
        store.write_quads(dump)
        return store_units.units(dump.getvalue())

    before = incremental.validate(parts(stores[0]), LastTime(), shapes).remembered
    outcomes: list[incremental.IncrementalResult] = []
    whole = timed(lambda: validate(stores[1].quads()), 1)
    part = timed(lambda: outcomes.append(incremental.validate(parts(stores[1]), before, shapes)), 3)
    assert outcomes[-1].report.findings == validate(stores[1].quads()).findings, "not the findings of the whole"
    print(f"a store of {len(files)} documents, {outcomes[-1].anew} parts read anew")
    print(f"  all          {whole}")
    print(f"  what changed {part}  {whole.cpu / part.cpu:6.1f}x")


def command(triples: int) -> None:
    """``kg validate FILE`` from beginning to end: start, reading, validating, reporting."""
    import subprocess
    import sys
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        path.write_bytes(b"\n".join(text for _, text in units(triples)))
        words = [sys.executable, "-m", "kg", "validate", str(path)]
        taken = timed(lambda: subprocess.run(words, check=True, capture_output=True), 1)
    print(f"the whole command at {triples} triples: {taken.wall:.1f} s wall")


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--million", action="store_true", help="one million triples as well")
    million = options.parse_args().million
    shapes = read_shapes()
    engines(shapes)
    print("growth of --engine compiled")
    growth(shapes, [10_000, 100_000, *([MILLION] if million else [])])
    print("incremental")
    incrementally(shapes, MILLION if million else 200_000)
    in_store(shapes, 200_000)
    command(MILLION if million else 200_000)


if __name__ == "__main__":
    main()
