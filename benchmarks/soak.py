"""Does ``kg serve`` stay whole while it is written to and read for long? Loses it a write, leaks it, does it miscount?

``python -m benchmarks.soak [--minutes M] [--quads N] [--connections C] [--evil E]`` serves N quads of made-up articles
and has C connections read and write, each in a named graph of its own. E more, from another address, send the queries
of ``tests/engine/evil.toml``. Then it is seen whether every write that was acknowledged can be read: from the server,
after kill -9 from the store that is opened again, and after SIGTERM once more. Memory and processes are sampled
meanwhile, and ``/metrics`` is compared with what was sent. Exit status 1 where anything is amiss. Linux only: it reads
``/proc``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.parse
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, fields
from itertools import count
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from pyoxigraph import RdfFormat, serialize

from benchmarks.articles import graphs
from benchmarks.endpoint import EVIL, TOKEN, print_head, print_row, queries
from kg.store import EmbeddedStore, open_store

FILLS, FILL = 400, 1_500
"""How often a graph of how many quads is replaced before anything is judged. The storage engine keeps what was written
last, up to about 200 MB (docs/decisions/0009-server.md): only what grows beyond that is a leak.
"""
WARM_UP = 0.1
"""The part of the time that is not judged: caches fill, threads and workers begin."""
JUDGED_FROM = 60.0
"""Seconds below which memory is shown but not judged: a server is not warm by then."""
SHARE, FLOOR = 0.05, 8.0
"""Memory that grows by more than this share of it, and by so many MB, in both halves of the time grows steadily."""
KEPT = 50
"""Of how many writes a connection lets the triples stand; then each write is followed by one that takes some away."""
FILLED = "http://soak.test/filled"
PAGES = ("/", "/matrix", "/timeline", "/ns", "/healthz", "/.well-known/void", "/no/such/page")
NAMES = {
    "memory": "memory of all its processes, MB",
    "web": "memory of the first, MB",
    "processes": "processes",
    "threads": "threads of the first",
    "files": "open files of the first",
}
READS = tuple(queries()["mixed"])
Key = tuple[str, str, str]
"""Route, method and status, as ``/metrics`` has them."""
EVIL_ADDRESS = "127.0.0.2"
"""The address that evil queries come from: the server shares its workers among addresses."""
STOPPED = (200, 400, 413, 503)
"""What an evil query may be answered with: it is silent, refused, too long or stopped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve, load, look, print. Gives the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--quads", type=int, default=50_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--evil", type=int, default=0, metavar="CONNECTIONS", help="connections with evil queries")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        fill(store, options.quads)
        breaches = soak(store, 60 * options.minutes, options.connections, options.evil)
    print("\n" + ("\n".join(f"BREACH: {breach}" for breach in breaches) or "No breach."))
    return 1 if breaches else 0


def fill(path: Path, quads: int) -> None:
    """A store with that many quads."""
    data = path.with_name("data.nq")
    with data.open("wb") as file:
        serialize(graphs(quads), file, RdfFormat.N_QUADS)
    with open_store(str(path), create=True) as store:
        store.load(data, RdfFormat.N_QUADS, "http://soak.test/")


def soak(store: Path, seconds: float, connections: int, evil: int = 0) -> list[str]:
    """Load for so long, print the tables, and give all that is amiss.

    Args:
        store: The store to serve.
        seconds: How long to load.
        connections: How many connections read and write.
        evil: How many connections send evil queries.
    """
    clients = [Client(number) for number in range(connections)]
    attackers = [Attacker(number) for number in range(evil)]
    with serving(store) as server, connected([*clients, *attackers], server):
        if seconds >= JUDGED_FROM:
            server.fill()
        before = server.counted()
        samples = load(server, [*clients, *attackers], seconds)
        breaches = [breach for client in clients for breach in client.breaches]
        breaches += [breach for attacker in attackers for breach in attacker.breaches]
        breaches += compared(before, server.counted(), [*clients, *attackers])
        breaches += shown(samples, clients, seconds)
        breaches += [f"{lost} (asked of the server)" for client in clients for lost in client.lost(client.ask_all())]
        for client in clients:
            client.insert()
        breaches += server.stop(signal.SIGKILL)
    breaches += [f"{lost} (after kill -9)" for lost in lost_from(store, clients)]
    with serving(store) as server, connected(clients, server):
        for client in clients:
            client.insert()
        breaches += server.stop(signal.SIGTERM)
    return breaches + [f"{lost} (after SIGTERM)" for lost in lost_from(store, clients)]


# -- the server --


@dataclass
class Counted:
    """How many requests ``/metrics`` has counted, and how many of each route it has seen to their end."""

    requests: Counter[Key] = field(default_factory=Counter)
    finished: Counter[str] = field(default_factory=Counter)


@dataclass
class Server:
    """A running ``kg serve``."""

    process: subprocess.Popen[str]
    port: int

    def counted(self) -> Counted:
        """What ``/metrics`` says now."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", "/metrics")
            text = connection.getresponse().read().decode()
        found = Counted()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                labels = sample.labels
                if sample.name == "kg_http_requests_total":
                    found.requests[labels["route"], labels["method"], labels["status"]] = int(sample.value)
                elif sample.name == "kg_http_request_seconds_count":
                    found.finished[labels["route"]] = int(sample.value)
        return found

    def fill(self) -> None:
        """Have the storage engine hold as much of what was written as it ever does."""
        headers = {"Content-Type": "application/n-triples", "Authorization": f"Bearer {TOKEN}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            for number in range(FILLS):
                lines = (f'<{FILLED}/{number}/{i}> <http://soak.test/says> "{number}, {i}" .' for i in range(FILL))
                connection.request("PUT", f"/store?graph={FILLED}", "\n".join(lines), headers)
                response = connection.getresponse()
                response.read()
                if response.status not in (201, 204):
                    raise RuntimeError(f"the server is not filled: {response.status}")
            connection.request("DELETE", f"/store?graph={FILLED}", headers=headers)
            connection.getresponse().read()

    def family(self) -> list[int]:
        """The numbers of its processes: itself and all below it."""
        below: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                below.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
            except OSError:
                continue  # has ended
        found = [self.process.pid]
        for pid in found:
            found += below.get(pid, [])
        return found

    def stop(self, number: signal.Signals) -> list[str]:
        """Send it the signal. Something is amiss where a process is left, or a stop by SIGTERM was not a clean one."""
        family = self.family()
        self.process.send_signal(number)
        status = self.process.wait(timeout=30)
        until = time.monotonic() + 10
        while left := [pid for pid in family if Path(f"/proc/{pid}").exists()]:
            if time.monotonic() > until:
                return [f"{len(left)} processes are left after {number.name}"]
            time.sleep(0.05)
        return [f"exit status {status} after SIGTERM"] if number == signal.SIGTERM and status else []


@contextmanager
def serving(store: Path) -> Iterator[Server]:
    """``kg serve`` over the store, taking checked writes."""
    token = store.with_name("token")
    token.write_text(TOKEN)
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", "--no-try"]
    with subprocess.Popen([*command, "--token-file", str(token)], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            found = None
            while found is None:  # where the machine is busy, it first says how far the graph is loaded
                line = process.stderr.readline()
                found = re.search(r"http://[\d.]+:(\d+)", line)
                if not line:
                    raise RuntimeError("the server has ended")
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield Server(process, int(found[1]))
        finally:
            process.terminate()
            process.wait()


# -- the load --


class Busy(Exception):
    """A request was refused because others took too long; a write was not made, and not acknowledged."""


@dataclass
class Attacker:
    """One connection that sends evil queries, each a new text, and takes any answer that is one."""

    number: int
    answers: Counter[Key] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    def run(self, until: float) -> None:
        """Send one after the other. Ends early where an answer does not come."""
        evil = tomllib.loads(EVIL.read_text("utf-8"))["query"]
        texts = ["".join(text * times for text, times in one["parts"]) for one in evil]
        try:
            for sent in count(self.number):
                if time.monotonic() > until:
                    return
                self._ask(f"{texts[sent % len(texts)]}\n# {self.number} {sent}")
        except (OSError, http.client.HTTPException) as error:
            self.breaches.append(f"evil connection {self.number} was answered by {error!r}")

    def connect(self, port: int) -> None:
        """Send all that comes to the server there."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(EVIL_ADDRESS, 0))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, text: str) -> None:
        self._connection.request("POST", "/sparql", text.encode(), {"Content-Type": "application/sparql-query"})
        response = self._connection.getresponse()
        response.read()
        self.answers["/sparql", "POST", str(response.status)] += 1
        if response.status not in STOPPED:
            self.breaches.append(f"an evil query was answered by {response.status}: {text[:80]!r}")


@dataclass
class Client:
    """One connection: what it has written and knows to be there, and what it has been answered."""

    number: int
    kept: deque[int] = field(default_factory=deque)
    written: int = 0
    answers: Counter[Key] = field(default_factory=Counter)
    taken: dict[str, list[float]] = field(default_factory=dict)
    """Seconds that each answer took, by the kind of request."""
    breaches: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.number)
        self._connection = http.client.HTTPConnection("")
        self._tags: dict[str, str] = {}

    @property
    def graph(self) -> str:
        """Where it writes, and nobody else."""
        return f"http://soak.test/graph/{self.number}"

    def run(self, until: float) -> None:
        """Read and write by turns. Ends early where an answer does not come: what became of it nobody can say."""
        try:
            while time.monotonic() < until:
                with suppress(Busy):
                    self._chance.choices((self._write, self._read_own, self._query, self._page), (3, 2, 3, 2))[0]()
        except (OSError, http.client.HTTPException) as error:
            self.breaches.append(f"connection {self.number} was answered by {error!r}")

    def connect(self, port: int) -> None:
        """Send all that comes to the server there."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def insert(self) -> None:
        """One more write. Raises Busy."""
        self._update(f"INSERT DATA {{ {self._triples(self.written)} }}")
        self.kept.append(self.written)
        self.written += 1

    def ask_all(self) -> set[int]:
        """What the server says stands in the graph, over a new connection: the old one may have been idle too long."""
        self._connection.close()
        text = f"SELECT ?n {{ GRAPH <{self.graph}> {{ ?s <http://soak.test/n> ?n }} }}"
        body = self._send("GET", "/sparql?" + urllib.parse.urlencode({"query": text, "format": "json"}), "/sparql", 200)
        return {int(row["n"]["value"]) for row in json.loads(body)["results"]["bindings"]}

    def lost(self, found: set[int]) -> list[str]:
        """What was acknowledged and is not so."""
        kept = set(self.kept)
        lost, back = sorted(kept - found), sorted(found - kept)
        return [f"connection {self.number} misses its writes {lost}"] * bool(lost) + [
            f"connection {self.number} finds again what it took out: {back}"
        ] * bool(back)

    def _write(self) -> None:
        if len(self.kept) < KEPT or self._chance.random() < 0.5:
            self.insert()
        else:
            self._delete()

    def _delete(self) -> None:
        number = self.kept[0]
        pattern = f"GRAPH <{self.graph}> {{ <{self.graph}/{number}> ?p ?o }}"
        self._update(
            self._chance.choice((f"DELETE DATA {{ {self._triples(number)} }}", f"DELETE WHERE {{ {pattern} }}"))
        )
        self.kept.popleft()

    def _triples(self, number: int) -> str:
        said = f'<http://soak.test/n> {number} ; <http://soak.test/says> "line {number} of {self.number}"'
        return f"GRAPH <{self.graph}> {{ <{self.graph}/{number}> {said} }}"

    def _update(self, text: str) -> None:
        headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
        self._send("POST", "/sparql", "/sparql", 204, text, headers, kind="write")

    def _read_own(self) -> None:
        """Its last write is seen, and the one it took out last is not."""
        gone = self.kept[0] - 1 if self.kept else -1
        for number, is_there in ((self.written - 1, bool(self.kept)), (gone, False)):
            text = f"ASK {{ GRAPH <{self.graph}> {{ <{self.graph}/{number}> <http://soak.test/n> ?n }} }}"
            path = "/sparql?" + urllib.parse.urlencode({"query": text})
            if json.loads(self._send("GET", path, "/sparql", 200, kind="ASK"))["boolean"] != is_there:
                self.breaches.append(f"connection {self.number}: write {number} is read wrongly")

    def _query(self) -> None:
        """One of the questions, now and then one that has not been asked before or is wrong."""
        text, status = self._chance.choice(READS), 200
        match self._chance.randrange(10):
            case 0:
                text, status = "SELECT nonsense", 400
            case 1 | 2:
                text += f" # {self._chance.random()}"
        path = "/sparql?" + urllib.parse.urlencode({"query": text})
        headers = {"Accept": "application/sparql-results+json, application/n-triples"}
        self._send("GET", path, "/sparql", status, headers=headers, kind="query")

    def _page(self) -> None:
        """A page, or with the tag that it had its 304; or the graph of its own."""
        path = self._chance.choice((*PAGES, "/store"))
        if path == "/store":
            query = urllib.parse.urlencode({"graph": self.graph})
            self._send("GET", f"/store?{query}", "/store", 200 if self.kept else 404, kind="graph")
        elif path == "/no/such/page":
            self._send("GET", path, "none", 404, kind="page")
        else:
            tag = self._tags.get(path) if self._chance.random() < 0.5 else None
            self._send("GET", path, path, 200, headers={"If-None-Match": tag} if tag else {}, kind="page")

    def _send(  # a request has that many parts
        self,
        method: str,
        path: str,
        route: str,
        status: int,
        body: str | None = None,
        headers: dict[str, str] | None = None,
        kind: str = "ASK",
    ) -> bytes:
        """The body of the answer, which is counted. Another status than the one expected is amiss; 304 is as good."""
        begin = time.monotonic()
        self._connection.request(method, path, body, headers or {})
        response = self._connection.getresponse()
        data = response.read()
        self.taken.setdefault(kind, []).append(time.monotonic() - begin)
        self.answers[route, method, str(response.status)] += 1
        if response.status == 503:
            if method != "POST":
                self.breaches.append(f"connection {self.number}: {method} {path[:200]} was refused: {data[:300]!r}")
            raise Busy
        if tag := response.headers.get("ETag"):
            self._tags[path] = tag
        if response.status != status and not (response.status == 304 and "If-None-Match" in (headers or {})):
            raise OSError(f"{response.status} to {method} {path[:200]}: {data[:300]!r}")
        return data


@contextmanager
def connected(clients: Sequence[Client | Attacker], server: Server) -> Iterator[None]:
    """Each has a connection to that server."""
    for client in clients:
        client.connect(server.port)
    try:
        yield
    finally:
        for client in clients:
            client.close()


def load(server: Server, clients: Sequence[Client | Attacker], seconds: float) -> list[Sample]:
    """All clients at once for so long, and what the server was like meanwhile."""
    begin = time.monotonic()
    threads = [threading.Thread(target=client.run, args=(begin + seconds,)) for client in clients]
    for thread in threads:
        thread.start()
    samples = []
    while time.monotonic() < begin + seconds:
        samples.append(sample(server))
        time.sleep(min(2.0, seconds / 20))
    for thread in threads:
        thread.join()
    return samples


# -- judging --


@dataclass(frozen=True)
class Sample:
    """The server at one time: MB of its whole process tree and of its first process, processes, threads, files."""

    memory: float
    web: float
    processes: float
    threads: float
    files: float


def sample(server: Server) -> Sample:
    """How it is now. Memory that processes share is counted once (Pss)."""
    memory = {pid: _memory(pid) for pid in server.family()}
    own = Path(f"/proc/{server.process.pid}")
    threads, files = (len(list((own / part).iterdir())) for part in ("task", "fd"))
    return Sample(sum(memory.values()), memory[server.process.pid], len(memory), threads, files)


def _memory(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0  # has ended
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1000 if found else 0.0


def compared(before: Counted, after: Counted, clients: Sequence[Client | Attacker]) -> list[str]:
    """Print what was asked and what ``/metrics`` has counted, and give where they differ. What is asked of ``/metrics``
    itself is left out: it cannot know of the last.
    """
    sent = sum((client.answers for client in clients), Counter[Key]())
    found = after.requests - before.requests
    print_head("route", "method", "status", "requests", "counted")
    breaches = []
    for key in sorted({*found, *sent}):
        if key[0] == "/metrics":
            continue
        print_row(*key, f"{sent[key]:,}", f"{found[key]:,}")
        if found[key] != sent[key]:
            breaches.append(f"/metrics counts {found[key]} requests of {key}, there were {sent[key]}")
    for route in sorted({route for route, _, _ in sent}):
        finished = after.finished[route] - before.finished[route]
        expected = sum(number for key, number in sent.items() if key[0] == route)
        if finished != expected:
            breaches.append(f"/metrics times {finished} requests of {route}, there were {expected}")
    return breaches


def grows(early: float, middle: float, late: float) -> bool:
    """True for what is more in the middle than at the start and still more at the end."""
    least = max(FLOOR, SHARE * early)
    return middle - early > least and late - middle > least


def lost_from(store: Path, clients: list[Client]) -> list[str]:
    """What is missing in the store itself, opened by nobody else."""
    lost = []
    with EmbeddedStore.open(store) as opened:
        for client in clients:
            text = (
                f"SELECT ?n {{ GRAPH <{client.graph}> {{ ?s <http://soak.test/n> ?n ; <http://soak.test/says> [] }} }}"
            )
            found = {int(row["n"].value) for row in opened.query(text)}  # type: ignore[union-attr,index,call-overload]
            lost += client.lost(found)
    return lost


def shown(samples: list[Sample], clients: list[Client], seconds: float) -> list[str]:
    """Print what the server was like, and give what has grown."""
    total, inserts = sum(client.answers.total() for client in clients), sum(client.written for client in clients)
    print(f"\n{total:,} requests ({total / seconds:.0f}/s), {inserts:,} of them INSERTs, in {seconds:.0f} s.\n")
    print_head("answered after, ms", "median", "99 of 100", "slowest")
    for kind in sorted({kind for client in clients for kind in client.taken}):
        times = sorted(1000 * second for client in clients for second in client.taken.get(kind, ()))
        print_row(kind, *(f"{times[int(part * (len(times) - 1))]:.1f}" for part in (0.5, 0.99, 1)))
    print()
    print_head("kg serve", "start", "middle", "end")
    breaches = []
    for one in fields(Sample):
        figures = thirds([getattr(sample, one.name) for sample in samples])
        print_row(NAMES[one.name], *(f"{figure:.0f}" for figure in figures))
        if seconds >= JUDGED_FROM and grows(*figures):
            breaches.append(f"{NAMES[one.name]} grows steadily: {', '.join(f'{figure:.0f}' for figure in figures)}")
    return breaches


def thirds(values: Sequence[float]) -> tuple[float, float, float]:
    """The medians at the start (once it is warm), in the middle and at the end."""
    warm = values[int(WARM_UP * len(values)) :]
    width = max(1, len(warm) // 10)
    middle = (len(warm) - width) // 2
    start, half, end = (statistics.median(warm[at : at + width]) for at in (0, middle, len(warm) - width))
    return start, half, end


if __name__ == "__main__":
    sys.exit(main())
