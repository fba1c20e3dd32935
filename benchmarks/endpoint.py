"""How fast queries are answered, as ratios to ``oxigraph serve -l`` on the same data, in the same run.

``python -m benchmarks.endpoint [--quads N] [--seconds S] [--rounds R]`` makes N quads of made-up articles through our
own mapper, serves them by ``kg serve``, by our engine behind a bare WSGI app, and by Oxigraph's own server on disk, and
prints for each class of query the median of R rounds: requests a second there, and ours divided by that. A second table
leaves HTTP out: the engine called directly against threads on an opened store. More is better everywhere.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, serialize

from benchmarks.articles import graph
from kg import resources
from kg.engine import Engine, Limits, Query
from kg.store import EmbeddedStore, open_store

CONNECTIONS = (1, 8)
PROLOGUE = "PREFIX dfc: <https://w3id.org/dfc/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
CLASSES = {
    "ASK": "ASK {}",
    "one lookup": "SELECT ?c ?t { ?c a dfc:Claim ; dfc:text ?t } LIMIT 1",
    "100 rows": "SELECT ?c ?t ?who { ?c a dfc:Claim ; dfc:text ?t ; dfc:speaker ?who } LIMIT 100",
    "aggregate": "SELECT ?who (COUNT(?c) AS ?n) { ?c a dfc:Claim ; dfc:speaker ?who } GROUP BY ?who ORDER BY DESC(?n)",
    "CONSTRUCT 10k": "CONSTRUCT { ?s ?p ?o } WHERE { SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 10000 }",
    "100k rows JSON": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000",
}
Contender: TypeAlias = Callable[[str], None]


def main() -> None:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve-engine", metavar="STORE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_engine:
        serve_engine(options.serve_engine)
        return
    with tempfile.TemporaryDirectory() as folder:
        quads, loading = prepare(Path(folder), options.quads)
        print(f"{quads:,} quads; {loading}\n")
        with serving(Path(folder)) as servers:
            over_http(servers, options.seconds, options.rounds)
        in_process(Path(folder) / "kg", options.seconds, options.rounds)


# -- data --


def prepare(folder: Path, wanted: int) -> tuple[int, str]:
    """One N-Quads file, loaded into two stores: how many quads, and how long each load took."""
    made = 0
    with (folder / "data.nq").open("wb") as file:
        for number in count():
            quads = graph(number)
            made += len(quads)
            serialize(quads, file, RdfFormat.N_QUADS)
            if made >= wanted:
                break
    begin = time.perf_counter()
    with open_store(str(folder / "kg"), create=True) as store:
        store.load(folder / "data.nq", RdfFormat.N_QUADS, "http://x.test/")
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    arguments = ["load", "--location", str(folder / "oxigraph"), "--file", str(folder / "data.nq")]
    subprocess.run([oxigraph(), *arguments], check=True, capture_output=True)
    theirs = time.perf_counter() - begin
    return made, f"kg load {ours:.1f} s, oxigraph load {theirs:.1f} s, ratio {ours / theirs:.2f} (less is better)"


def queries() -> dict[str, list[str]]:
    """The texts of each class; of the competency questions, all."""
    questions = [path.read_text("utf-8") for path in sorted(resources.folder("questions").glob("*.rq"))]
    classes = {name: [PROLOGUE + text] for name, text in CLASSES.items()}
    mixed = [*(classes[name][0] for name in ("ASK", "one lookup", "100 rows", "aggregate")), *questions]
    return {**classes, "competency questions": questions, "mixed": mixed}


# -- servers --


def oxigraph() -> str:
    """Oxigraph's own program, as the package of that name installs it."""
    return str(Path(sys.executable).with_name("oxigraph"))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[dict[str, str]]:
    """The query URLs of the servers, each over its own copy of the data."""
    with contextlib.ExitStack() as stack:
        port = free_port()
        theirs = [oxigraph(), "serve", "--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
        kg = [sys.executable, "-m", "kg", "serve", "--store", str(folder / "kg"), "--port", "0"]
        copy = folder / "engine"
        with open_store(str(copy), create=True) as store:
            store.load(folder / "data.nq", RdfFormat.N_QUADS, "http://x.test/")
        engine = [sys.executable, "-m", "benchmarks.endpoint", "--serve-engine", str(copy)]
        stack.enter_context(process(theirs))
        yield {
            "oxigraph serve": f"http://127.0.0.1:{port}/query",
            "kg serve": stack.enter_context(process(kg, says="http")) + "/sparql",
            "engine": stack.enter_context(process(engine, says="http")) + "/sparql",
        }


@contextlib.contextmanager
def process(command: list[str], says: str = "") -> Iterator[str]:
    """A running program; waits for the address that it says on stderr."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        try:
            found = re.search(r"http://[\d.]+:\d+", running.stderr.readline()) if says else None
            time.sleep(0 if says else 1)
            threading.Thread(target=running.stderr.read, daemon=True).start()
            yield found[0] if found else ""
        finally:
            running.terminate()
            running.wait()


def serve_engine(path: str) -> None:
    """The engine behind the least of a web application."""
    from waitress import serve

    listener = socket.create_server(("127.0.0.1", 0))
    with EmbeddedStore.open(Path(path)) as store, Engine(store, Limits(deadline=60.0, cache=0)) as engine:

        def app(environ: dict[str, str], start: Callable[..., object]) -> object:
            (text,) = urllib.parse.parse_qs(environ["QUERY_STRING"])["query"]
            answer = engine.answer(Query(text=text, graph="ntriples"))
            start("200 OK", [("Content-Type", "application/octet-stream")])
            return [answer.body] if isinstance(answer.body, bytes) else answer.body

        sys.stderr.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stderr.flush()
        serve(app, sockets=[listener], threads=8, _quiet=True)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


# -- measuring --


def over_http(servers: dict[str, str], seconds: float, rounds: int) -> None:
    """Requests a second of every server, and the ratio of ours to Oxigraph's."""
    print_head("class", "connections", "oxigraph serve", *(f"{name}, ratio" for name in list(servers)[1:]))
    for name, texts in queries().items():
        for connections in CONNECTIONS:
            rates: dict[str, list[float]] = {server: [] for server in servers}
            for _ in range(rounds):
                for server, url in servers.items():
                    rates[server].append(rate(url, texts, connections, seconds))
            theirs, *ours = (statistics.median(rates[server]) for server in servers)
            print_row(name, connections, f"{theirs:.1f}/s", *(f"{value / theirs:.2f}" for value in ours))


def rate(url: str, texts: list[str], connections: int, seconds: float) -> float:
    """Requests a second over so many connections, each a process of its own."""
    with multiprocessing.get_context("fork").Pool(connections) as clients:
        done = clients.starmap(client, [(url, texts, seconds, number) for number in range(connections)])
    return sum(done)


def client(url: str, texts: list[str], seconds: float, number: int) -> float:
    """Ask again and again over one connection, each time a query never asked before. Gives requests a second."""
    parts = urllib.parse.urlsplit(url)
    accept = "application/sparql-results+json, application/n-triples"
    begin, done, connection = time.perf_counter(), 0, None
    while (taken := time.perf_counter() - begin) < seconds or not done:
        text = f"{texts[(done + number) % len(texts)]} # {number} {begin} {done}"
        path = f"{parts.path}?query={urllib.parse.quote(text, safe='')}"
        head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n\r\n"
        connection = connection or socket.create_connection((parts.hostname or "", parts.port or 80))
        connection.sendall(head.encode())
        if not read_answer(connection):
            connection.close()
            connection = None
        done += 1
    return done / taken


def read_answer(connection: socket.socket) -> bool:
    """One response to its end; anything but 200 is an error. True when the connection stays open."""
    data = connection.recv(1 << 20)
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 20)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(data[:500].decode("utf-8", "replace"))
    length = re.search(rb"(?i)content-length: (\d+)", head)
    left, end = int(length[1]) - len(body) if length else 0, body[-5:]
    while left > 0 or (length is None and end != b"0\r\n\r\n"):
        piece = connection.recv(1 << 20)
        if not piece:
            raise RuntimeError("the answer was cut off")
        left, end = left - len(piece), (end + piece)[-5:]
    return not re.search(rb"(?i)connection: close", head)


def in_process(path: Path, seconds: float, rounds: int) -> None:
    """The engine's workers against threads that ask the opened store themselves."""
    with EmbeddedStore.open(path) as store, Engine(store, Limits(deadline=60.0, cache=0)) as engine:

        def threads(text: str) -> None:
            results = store.query(text)
            is_graph = isinstance(results, QueryTriples)
            results.serialize(format=RdfFormat.N_TRIPLES if is_graph else QueryResultsFormat.JSON)  # type: ignore[arg-type]

        def workers(text: str) -> None:
            engine.answer(Query(text=text, graph="ntriples")).read()

        print()
        print_head("class", "threads", "opened store", "engine, ratio")
        for name, texts in queries().items():
            for number in CONNECTIONS:
                rates = [[called(ask, texts, number, seconds) for ask in (threads, workers)] for _ in range(rounds)]
                theirs, ours = (statistics.median(column) for column in zip(*rates, strict=True))
                print_row(name, number, f"{theirs:.1f}/s", f"{ours / theirs:.2f}")


def called(ask: Contender, texts: list[str], threads: int, seconds: float) -> float:
    """Calls a second from so many threads."""

    def work(number: int) -> float:
        begin = time.perf_counter()
        for done in count(1):
            ask(f"{texts[(done + number) % len(texts)]} # {number} {begin} {done}")
            taken = time.perf_counter() - begin
            if taken >= seconds:
                return done / taken
        raise AssertionError

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(work, range(threads)))


def print_head(*cells: str) -> None:
    """The head of a Markdown table."""
    print_row(*cells)
    print_row(*("---" for _ in cells))


def print_row(*cells: object) -> None:
    """A row of it."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main()
