"""How fast queries are answered, as ratios to ``oxigraph serve -l`` on the same data, in the same run.

``python -m benchmarks.endpoint [--quads N] [--seconds S] [--rounds R] [--only CLASS,CLASS] [--peer]`` makes N quads of
made-up articles through our own mapper, serves them by ``kg serve`` and by Oxigraph's own server on disk (with
``--peer`` by rdflib-endpoint on oxrdflib too), and prints for each class of query the median of R rounds: requests a
second, and ours divided by theirs. Then how soon a write is seen, and small queries at rest and under attack. A second
table leaves HTTP out: the engine called directly against threads on an opened store. More is better, but for the
processor time of a request, which other load on the machine changes little.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import multiprocessing
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat

from benchmarks.articles import write_nquads
from kg import resources
from kg.engine import Engine, EngineLimits, Query
from kg.store import EmbeddedStore, open_store

CONNECTIONS = (1, 8)
EVIL = Path(__file__).parents[1] / "tests" / "engine" / "evil.toml"
PATIENCE, REST = 300.0, 0.05
"""How long a server may take to come to rest, and what it then takes of a second."""
TOKEN = "a-token-for-the-benchmark"
AGAIN = {"ASK, asked before": "same", "ASK, 304": "known"}
PROLOGUE = "PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
CLASSES = {
    "ASK": "ASK {}",
    "one lookup": "SELECT ?c ?t { ?c a cg:Claim ; cg:text ?t } LIMIT 1",
    "100 rows": "SELECT ?c ?t ?who { ?c a cg:Claim ; cg:text ?t ; cg:speaker ?who } LIMIT 100",
    "aggregate": "SELECT ?who (COUNT(?c) AS ?n) { ?c a cg:Claim ; cg:speaker ?who } GROUP BY ?who ORDER BY DESC(?n)",
    "CONSTRUCT 10k": "CONSTRUCT { ?s ?p ?o } WHERE { SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 10000 }",
    "100k rows JSON": "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000",
}
Contender: TypeAlias = Callable[[str], None]


@dataclass(frozen=True)
class RunningServer:
    """A server: its query URL, and the process that was started."""

    url: str
    pid: int


def main() -> None:
    """Make the data, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quads", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", metavar="CLASS,CLASS", help="measure only these classes, and neither writes nor attacks"
    )
    parser.add_argument("--peer", action="store_true", help="measure rdflib-endpoint too (the extra 'bench')")
    parser.add_argument("--serve-peer", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve_peer:
        serve_peer(options.serve_peer)
        return
    if options.peer and importlib.util.find_spec("rdflib_endpoint") is None:
        parser.error("--peer measures rdflib-endpoint, which is not here: pip install -e '.[bench]'")
    with tempfile.TemporaryDirectory() as folder:
        quads, loading = prepare(Path(folder), options.quads)
        print(f"{quads:,} quads; {loading}\n")
        with serving(Path(folder), peer=options.peer) as servers:
            over_http(servers, options.seconds, options.rounds, options.only.split(",") if options.only else ())
            if options.only:
                return
            writing(servers["kg serve"].url)
            attacked(servers["kg serve"].url, 10 * options.seconds)
        in_process(Path(folder) / "kg", options.seconds, options.rounds)


# -- data --


def prepare(folder: Path, wanted: int) -> tuple[int, str]:
    """One N-Quads file, loaded into two stores: how many quads, and how long each load took."""
    made, _ = write_nquads(folder / "data.nq", wanted)
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
def serving(folder: Path, *, peer: bool) -> Iterator[dict[str, RunningServer]]:
    """The servers, each over its own copy of the data."""
    with contextlib.ExitStack() as stack:
        port = free_port()
        theirs = [oxigraph(), "serve", "--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
        (folder / "token").write_text(TOKEN)
        kg = [sys.executable, "-m", "kg", "serve", "--store", str(folder / "kg"), "--port", "0", "--no-try"]
        kg += ["--token-file", str(folder / "token")]
        servers = {
            "oxigraph serve": stack.enter_context(process(theirs, f"http://127.0.0.1:{port}/query")),
            "kg serve": stack.enter_context(process(kg, path="/sparql")),
        }
        if peer:
            command = [sys.executable, "-m", "benchmarks.endpoint", "--serve-peer", str(folder / "data.nq")]
            servers["rdflib-endpoint"] = stack.enter_context(process(command, path="/"))
        yield servers


@contextlib.contextmanager
def process(command: list[str], url: str = "", path: str = "") -> Iterator[RunningServer]:
    """A running server, at rest.

    Args:
        command: What starts it.
        url: Its query URL; empty where it says its address on stderr.
        path: What follows the address that it says.
    """
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        try:
            while not url:
                line = running.stderr.readline()
                found = re.search(r"http://[\d.]+:\d+", line)
                url = found[0] + path if found else ""
                if not line:
                    raise RuntimeError(f"{command[2]} has ended")
            threading.Thread(target=running.stderr.read, daemon=True).start()
            time.sleep(1)
            wait_for_rest(running.pid)
            yield RunningServer(url, running.pid)
        finally:
            running.terminate()
            running.wait()


def wait_for_rest(pid: int) -> None:
    """Wait until a server has nothing more to do of what it does once: ours reads the words of a store into its index,
    Oxigraph's packs what was loaded.
    """
    taken, until = cpu_seconds(pid), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(1)
        before, taken = taken, cpu_seconds(pid)
        if taken - before < REST:
            return
    raise RuntimeError(f"process {pid} is still at work after {PATIENCE:.0f} s")


def cpu_seconds(pid: int) -> float:
    """What a process and all below it have used, also those that have ended; 0 where the system does not say."""
    parents: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # has ended
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
        used[int(stat.parent.name)] = sum(map(int, fields[11:15]))
    family = [pid]
    for number in family:
        family += parents.get(number, [])
    return sum(used.get(number, 0) for number in family) / os.sysconf("SC_CLK_TCK")


def serve_peer(path: str) -> None:
    """rdflib-endpoint over Oxigraph by oxrdflib: what a Python programmer would otherwise serve a graph with."""
    import uvicorn
    from rdflib import Dataset
    from rdflib_endpoint import SparqlEndpoint

    dataset = Dataset(store="Oxigraph", default_union=False)
    dataset.parse(path, format="ox-nq")
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stderr.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stderr.flush()
    config = uvicorn.Config(SparqlEndpoint(graph=dataset, enable_update=False), log_level="critical")
    uvicorn.Server(config).run(sockets=[listener])


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


# -- measuring --


def over_http(servers: dict[str, RunningServer], seconds: float, rounds: int, only: Sequence[str] = ()) -> None:
    """Requests a second of every server, and the ratio of ours to Oxigraph's.

    Args:
        servers: The servers by name.
        seconds: How long each measurement takes.
        rounds: How many measurements are made; the median counts.
        only: The classes to measure; all where there is none.
    """
    peers = [name for name in servers if name not in ("oxigraph serve", "kg serve")]
    heads = [f"kg serve, ratio to {name}" for name in ("oxigraph serve", *peers)]
    print_head(
        "class", "connections", "oxigraph serve", "kg serve", *heads, "processor time of a request: both", "ratio"
    )
    classes = {**{name: ["ASK {}"] for name in AGAIN}, **queries()}
    for name, texts in classes.items():
        for connections in CONNECTIONS if not only or name in only else ():
            rates: dict[str, list[float]] = {server: [] for server in servers}
            costs: dict[str, list[float]] = {server: [] for server in servers}
            for _ in range(rounds):
                for server, running in servers.items():
                    # Only ours has tags; the others answer the same question anew.
                    again = AGAIN.get(name, "new") if server == "kg serve" else "new"
                    before = cpu_seconds(running.pid)
                    speed, done = load(running.url, texts, connections, seconds, again)
                    rates[server].append(speed)
                    costs[server].append((cpu_seconds(running.pid) - before) / done)
            found = {server: statistics.median(rates[server]) for server in servers}
            cost = {server: 1e6 * statistics.median(costs[server]) for server in servers}
            ratios = [found["kg serve"] / found[server] for server in ("oxigraph serve", *peers)]
            speeds = (found["oxigraph serve"], found["kg serve"])
            print_row(
                name,
                connections,
                *(f"{value:.1f}/s" for value in speeds),
                *(f"{value:.2f}" for value in ratios),
                f"{cost['oxigraph serve']:.0f} µs, {cost['kg serve']:.0f} µs",
                f"{cost['kg serve'] / cost['oxigraph serve']:.2f}",
            )


def writing(url: str, writes: int = 20) -> None:
    """How soon a write is there for whoever asks next, over the whole graph."""
    taken = []
    for number in range(writes):
        begin = time.perf_counter()
        data = f"INSERT DATA {{ <http://x.test/{number}> <http://x.test/written> {number} }}".encode()
        headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
            response.read()
        question = urllib.parse.quote(f"ASK {{ <http://x.test/{number}> <http://x.test/written> {number} }}")
        with urllib.request.urlopen(f"{url}?query={question}&format=csv") as response:
            if response.read() != b"true":
                raise RuntimeError("the write is not there")
        taken.append(1000 * (time.perf_counter() - begin))
    print(f"\nA write is acknowledged and seen after {statistics.median(taken):.0f} ms (most {max(taken):.0f} ms).")


def attacked(url: str, seconds: float) -> None:
    """The slowest hundredth of small queries, at rest and while evil ones are asked all the time."""
    small = queries()["one lookup"]
    evil = tomllib.loads(EVIL.read_text("utf-8"))["query"]
    texts = ["".join(text * times for text, times in one["parts"]) for one in evil]
    context = multiprocessing.get_context("fork")
    with context.Pool(4) as clients:
        rest = [*chain.from_iterable(clients.starmap(latencies, [(url, small, seconds)] * 2))]
        attackers = [context.Process(target=attack, args=(url, texts[n::2], seconds + 1)) for n in range(2)]
        for attacker in attackers:
            attacker.start()
        time.sleep(1)
        under = [*chain.from_iterable(clients.starmap(latencies, [(url, small, seconds)] * 2))]
        for attacker in attackers:
            attacker.terminate()
            attacker.join()
    quiet, loud = (statistics.quantiles(times, n=100)[98] * 1000 for times in (rest, under))
    print(f"Small queries, p99: {quiet:.1f} ms at rest, {loud:.1f} ms under attack, ratio {loud / quiet:.1f}.")


def latencies(url: str, texts: list[str], seconds: float) -> list[float]:
    """Seconds of each request of one connection."""
    parts = urllib.parse.urlsplit(url)
    found: list[float] = []
    until = time.perf_counter() + seconds
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
        while (begin := time.perf_counter()) < until:
            text = urllib.parse.quote(f"{texts[0]} # {begin}", safe="")
            connection.sendall(f"GET {parts.path}?query={text} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
            read_answer(connection)
            found.append(time.perf_counter() - begin)
    return found


def attack(url: str, texts: list[str], seconds: float) -> None:
    """Ask evil queries one after the other, whatever the answer."""
    until = time.perf_counter() + seconds
    for number in count():
        if time.perf_counter() > until:
            return
        data = urllib.parse.urlencode({"query": f"{texts[number % len(texts)]}\n# {number}"}).encode()
        with contextlib.suppress(OSError), urllib.request.urlopen(url, data, timeout=30) as response:
            response.read()


def rate(url: str, texts: list[str], connections: int, seconds: float, again: str = "new") -> float:
    """Requests a second over so many connections, each a process of its own."""
    return load(url, texts, connections, seconds, again)[0]


def load(url: str, texts: list[str], connections: int, seconds: float, again: str = "new") -> tuple[float, int]:
    """Requests a second over so many connections, each a process of its own, and the number of requests."""
    with multiprocessing.get_context("fork").Pool(connections) as clients:
        done = clients.starmap(client, [(url, texts, seconds, number, again) for number in range(connections)])
    return sum(number / taken for number, taken in done), sum(number for number, _ in done)


def client(url: str, texts: list[str], seconds: float, number: int, again: str) -> tuple[int, float]:
    """Ask again and again over one connection: each time a ``new`` query, never asked before, or the ``same``, or the
    same with the tag of its answer, which is ``known``. All texts equally often, or those that happen to come first
    would be the measure. Gives the number of requests and the seconds they took.
    """
    parts = urllib.parse.urlsplit(url)
    accept = "application/sparql-results+json, application/n-triples"
    begin, done, connection, condition = time.perf_counter(), 0, None, ""
    while (taken := time.perf_counter() - begin) < seconds or done % len(texts) or not done:
        text = texts[(done + number) % len(texts)] + (f" # {number} {begin} {done}" if again == "new" else "")
        path = f"{parts.path}?query={urllib.parse.quote(text, safe='')}"
        head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n{condition}\r\n"
        connection = connection or socket.create_connection((parts.hostname or "", parts.port or 80))
        connection.sendall(head.encode())
        is_kept, tag = read_answer(connection)
        if tag and again == "known":
            condition = f"If-None-Match: {tag}\r\n"
        if not is_kept:
            connection.close()
            connection = None
        done += 1
    return done, taken


def read_answer(connection: socket.socket) -> tuple[bool, str]:
    """One response to its end; anything but 200 and 304 is an error. Whether the connection stays open, and the tag."""
    data = connection.recv(1 << 20)
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 20)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")):
        raise RuntimeError(data[:500].decode("utf-8", "replace"))
    length = re.search(rb"(?i)content-length: (\d+)", head)
    tag = re.search(rb"(?i)etag: (.*?)\r", head + b"\r")
    if head.startswith(b"HTTP/1.1 304"):
        return True, ""
    left, end = int(length[1]) - len(body) if length else 0, body[-5:]
    while left > 0 or (length is None and end != b"0\r\n\r\n"):
        piece = connection.recv(1 << 20)
        if not piece:
            raise RuntimeError("the answer was cut off")
        left, end = left - len(piece), (end + piece)[-5:]
    return not re.search(rb"(?i)connection: close", head), tag[1].decode() if tag else ""


def in_process(path: Path, seconds: float, rounds: int) -> None:
    """The engine's workers against threads that ask the opened store themselves."""
    with EmbeddedStore.open(path) as store, Engine(store, EngineLimits(deadline=60.0, cache=0)) as engine:

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
