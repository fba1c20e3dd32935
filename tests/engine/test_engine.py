"""The engine: answers like the store's, within limits, at one revision, and nothing left behind."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, parse, serialize

from kg.engine import (
    Answer,
    ClientDisconnected,
    Effect,
    Engine,
    EngineLimits,
    InProcess,
    Query,
    Update,
    Upload,
    dry_run,
    fork_server,
)
from kg.engine.evaluate import GRAPH_FORMATS, ROW_FORMATS
from kg.engine.fork_server_client import Image
from kg.engine.framing import DATA, DONE, QUERY, UPDATE, frame
from kg.errors import EngineBusy, InputError, QueryError, QueryTimeout, QueryTooLarge, ServiceRefused, UpdateFailed
from kg.store import EmbeddedStore
from tests.engine.conftest import NODES, SPACE, Start, ring
from tests.terms import value_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
"""360,000 rows over the ring: more than goes in one piece, and soon done."""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GROWING = f"""INSERT {{ <x:s> <x:p> ?c }} WHERE {{
    BIND("{"a" * 200_000}" AS ?a)
    BIND(CONCAT({", ".join(["?a"] * 7)}) AS ?b) BIND(CONCAT({", ".join(["?b"] * 7)}) AS ?c)
}}"""
"""Of a short text it makes a statement that is longer than one may be."""
QUICK = EngineLimits(deadline=1.0, memory=128 << 20, rows=1 << 40)


def asked(engine: Engine | InProcess, text: str, **how: object) -> Answer:
    """The engine's answer to a query."""
    return engine.answer(Query(text=text, **how))  # type: ignore[arg-type]


def counted(engine: Engine) -> int:
    """How many triples the engine sees in the default graph."""
    value: str = json.loads(asked(engine, COUNT).read())["results"]["bindings"][0]["n"]["value"]
    return int(value)


def state(pid: int) -> str:
    """The system's letter for what a process does: R runs, Z is over; empty when there is none of that number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid: int) -> bool:
    """True while a process of that number runs."""
    return state(pid) not in ("", "Z")


def children(pid: int) -> list[int]:
    """The running children of a process."""
    listed = [int(p) for task in Path(f"/proc/{pid}/task").iterdir() for p in (task / "children").read_text().split()]
    return [child for child in listed if alive(child)]


def eventually(condition: object, seconds: float = 60.0) -> bool:
    """True as soon as ``condition()`` is, False when it has not become so in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


# -- answers --


@pytest.mark.parametrize("number", [0, 1, 2, 30_011])
@pytest.mark.parametrize("name", ROW_FORMATS)
def test_rows_are_counted_in_every_format(store: EmbeddedStore, number: int, name: str) -> None:
    """Also where there is none, one, or more than goes in one piece; a truth and a graph have none."""
    with Engine(store, EngineLimits(workers=1, spares=1)) as engine:
        asked(engine, f"SELECT ?a ?b ?d {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {number}", rows=name).read()
        asked(engine, "ASK {}", rows=name)
        asked(engine, "CONSTRUCT WHERE { ?s ?p ?o }", rows=name).read()
        assert engine.counts().get("rows", 0) == number


@pytest.mark.parametrize("name", ROW_FORMATS)
def test_rows_are_what_the_store_gives(engine: Engine, store: EmbeddedStore, name: str) -> None:
    """Every format of rows, byte for byte as the engine writes it over the store itself."""
    text = "SELECT ?a ?l { ?a <http://x.test/label> ?l } ORDER BY ?a"
    answer = asked(engine, text, rows=name)
    assert (answer.kind, answer.format) == ("rows", name)
    assert answer.read() == store.query(text).serialize(format=ROW_FORMATS[name])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_graphs_are_what_the_store_gives(engine: Engine, name: str) -> None:
    """Every format of graphs reads back as the triples asked for."""
    answer = asked(engine, "CONSTRUCT WHERE { ?a <http://x.test/next> ?b }", graph=name)
    assert (answer.kind, answer.format) == ("graph", name)
    read = {(q.subject, q.predicate, q.object) for q in parse(answer.read(), GRAPH_FORMATS[name])}
    assert read == {(q.subject, q.predicate, q.object) for q in ring() if q.predicate.value.endswith("next")}


def dumping(quads: Iterable[Quad]) -> Callable[[IO[bytes]], None]:
    """What writes quads into an image."""

    def dump(output: IO[bytes]) -> None:
        serialize(quads, output, RdfFormat.N_QUADS)

    return dump


def test_kind_without_a_format_is_told_apart(engine: Engine) -> None:
    """A client that takes no graph learns that the query gives one, and gets nothing of it."""
    answer = asked(engine, "CONSTRUCT WHERE { ?s ?p ?o }", graph=None)
    assert (answer.kind, answer.format, answer.read()) == ("graph", None, b"")
    assert asked(engine, "ASK {}", graph=None).kind == "boolean"


def test_named_dataset_is_all_there_is(engine: Engine) -> None:
    """Graphs named with the query replace the store's own default graph."""
    asks = {
        "default": asked(engine, "ASK { ?s ?p ?o }", default_graphs=(f"{SPACE}g1",)),
        "named": asked(engine, "ASK { GRAPH ?g { ?s ?p ?o } }", named_graphs=(f"{SPACE}g1",)),
        "only named": asked(engine, "ASK { ?s ?p ?o }", named_graphs=(f"{SPACE}g1",)),
        "no such": asked(engine, "ASK { ?s ?p ?o }", default_graphs=(f"{SPACE}none",)),
    }
    found = {name: json.loads(answer.read())["boolean"] for name, answer in asks.items()}
    assert found == {"default": True, "named": True, "only named": False, "no such": False}


def test_relative_iris_stand_on_the_base(engine: Engine) -> None:
    """The base that comes with the query is the one its IRIs are resolved against."""
    assert b"true" in asked(engine, "ASK { <n1> ?p ?o }", base=SPACE).read()


def test_answer_can_be_compressed_by_the_worker(engine: Engine) -> None:
    """Whole or in pieces, gzip unpacks to the very same."""
    for text in ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o . ?t ?q <http://x.test/n1> , <http://x.test/n1> }"):
        assert gzip.decompress(asked(engine, text, encoding="gzip").read()) == asked(engine, text).read()


def test_parsers_message_comes_with_the_error(engine: Engine) -> None:
    """A query that is wrong is refused where it goes wrong."""
    with pytest.raises(QueryError, match="line 1"):
        asked(engine, "SELECT ?x WHERE { ?x }")


def test_word_service_is_no_service(engine: Engine) -> None:
    """In a text, an IRI, a comment or a name it is a word; a wrong query with it keeps the parser's message."""
    text = "PREFIX service: <http://service/> SELECT ?service { BIND('service' AS ?service) # service\n}"
    assert b'"service"' in asked(engine, text).read()
    with pytest.raises(QueryError, match="line 1") as caught:
        asked(engine, "SELECT ?service WHERE { ?x }")
    assert not isinstance(caught.value, ServiceRefused)


# -- limits --


@pytest.mark.parametrize("name", ROW_FORMATS)
def test_row_limit_is_exact(store: EmbeddedStore, name: str) -> None:
    """As many rows as allowed are sent, one more is refused, in every format."""
    text = "SELECT ?a { ?a <http://x.test/label> ?l } LIMIT "
    with Engine(store, EngineLimits(rows=10)) as engine:
        assert asked(engine, text + "10", rows=name).read()
        with pytest.raises(QueryTooLarge, match="rows"):
            asked(engine, text + "11", rows=name).read()


def test_size_limit_holds_before_and_after_the_first_byte(store: EmbeddedStore) -> None:
    """Over the limit in the first piece is an error; over it later breaks the answer off with one."""
    with Engine(store, EngineLimits(size=100)) as engine, pytest.raises(QueryTooLarge):
        asked(engine, "SELECT * { ?s ?p ?o }")
    with Engine(store, EngineLimits(size=3 << 20)) as engine:
        answer = asked(engine, LONG)
        assert not isinstance(answer.body, bytes)
        with pytest.raises(QueryTooLarge):
            answer.read()


def test_query_over_its_deadline_is_killed(store: EmbeddedStore) -> None:
    """It ends with an error long before the engine's own limit, its process is gone, and the next query is answered."""
    with Engine(store, EngineLimits(deadline=600.0)) as engine:
        begin = time.monotonic()
        with pytest.raises(QueryTimeout):
            engine.answer(Query(text=ENDLESS), deadline=0.5)
        assert time.monotonic() - begin < 60.0
        image = engine._image._process.pid
        assert eventually(lambda: all(state(child) != "R" for child in children(image)), 60.0)
        assert counted(engine) == 2 * NODES


def test_long_answer_over_its_deadline_never_looks_complete(engine: Engine) -> None:
    """Cut after its first byte, the body raises where its end would be."""
    answer = asked(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", rows="csv")
    assert not isinstance(answer.body, bytes)
    with pytest.raises(QueryTimeout):
        answer.read()


def test_memory_limit_stops_only_the_one(store: EmbeddedStore, start: Start) -> None:
    """A query that sorts without end is stopped by its memory, with much of its time left."""
    with start(store, EngineLimits(deadline=600.0, memory=64 << 20)) as engine:
        with pytest.raises(QueryTooLarge, match="memory"):
            asked(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a")
        assert counted(engine) == 2 * NODES


def test_crash_of_the_parser_is_a_bad_query(engine: Engine) -> None:
    """A text that ends the process it is parsed in is refused, and costs that process."""
    before = engine.counts().get("replaced", 0)
    with pytest.raises(QueryError, match="crashed"):
        asked(engine, "SELECT * " + "{" * 3000 + "}" * 3000)
    assert engine.counts()["replaced"] == before + 1
    assert counted(engine) == 2 * NODES


def test_more_queries_than_workers_wait_and_then_are_refused(store: EmbeddedStore) -> None:
    """With one worker a second query waits for it, at most as long as it may take itself."""
    with Engine(store, EngineLimits(deadline=1.0, workers=1)) as engine, ThreadPoolExecutor(1) as other:
        first = other.submit(asked, engine, ENDLESS)
        assert eventually(lambda: engine.counts() == {} and engine._schedule.busy == 1)
        with pytest.raises(EngineBusy):
            engine.answer(Query(text="ASK {}"), deadline=0.2)
        assert b"true" in asked(engine, "ASK {}").read()
        assert isinstance(first.exception(), QueryTimeout)


def test_client_that_leaves_frees_its_worker(store: EmbeddedStore, start: Start) -> None:
    """Nobody waits for the answer any more: the query is stopped long before its deadline."""
    with start(store, EngineLimits(deadline=600.0, workers=1)) as engine:
        begin = time.monotonic()
        with pytest.raises(ClientDisconnected):
            engine.answer(Query(text=ENDLESS), gone=lambda: time.monotonic() - begin > 0.3)
        assert b"true" in asked(engine, "ASK {}").read()
        assert time.monotonic() - begin < 60.0


def test_answer_that_is_not_read_to_its_end_frees_its_worker(store: EmbeddedStore, start: Start) -> None:
    """Closed, or only forgotten, a long answer gives its worker back."""
    with start(store, EngineLimits(deadline=30.0, workers=1)) as engine:
        for forget in (lambda answer: answer.body.close(), lambda _: None):
            answer: Answer | None = asked(engine, LONG)
            assert answer is not None
            assert not isinstance(answer.body, bytes)
            next(answer.body)
            forget(answer)
            answer = None
            assert b"true" in asked(engine, "ASK {}").read()


# -- no way out --

CONFINED = """
import json, os, socket, sys
from kg.engine.confinement import confine
from pyoxigraph import Store, RdfFormat
ours, theirs = socket.socketpair()
port = int(sys.argv[1])
if os.fork() == 0:
    channel = confine(theirs, 1 << 30)
    seen = []
    def attempt(what):
        try:
            seen.append(str(what()))
        except Exception as error:
            seen.append(type(error).__name__)
    attempt(lambda: socket.create_connection(("127.0.0.1", port)))
    attempt(lambda: socket.getaddrinfo("example.org", 80))
    attempt(lambda: open("/etc/passwd"))
    attempt(lambda: list(Store().query("SELECT * { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } }" % port)))
    attempt(lambda: Store().update("LOAD <http://127.0.0.1:%d/>" % port))
    attempt(lambda: Store().load(path="/etc/passwd", format=RdfFormat.TURTLE))
    channel.send(json.dumps(seen).encode())
    os._exit(0)
theirs.close()
print(ours.makefile().read())
"""


def test_worker_can_open_no_file_and_no_socket() -> None:
    """Neither Python nor the engine reaches a listening server or a file from where queries run."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        seen = subprocess.run(
            [sys.executable, "-c", CONFINED, str(port)],
            timeout=30,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
            text=True,
        )
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    outcomes = json.loads(seen.stdout)
    assert len(outcomes) == 6
    assert set(outcomes) <= {"OSError", "gaierror"}


# -- revisions --


def test_write_is_seen_by_the_next_query(store: EmbeddedStore, start: Start) -> None:
    """What was added is there, what was removed is not, as soon as the write returns."""
    with start(store, QUICK) as engine:
        before = engine.revision
        assert counted(engine) == 2 * NODES
        more = Quad(NamedNode(f"{SPACE}new"), NamedNode(f"{SPACE}p"), NamedNode(f"{SPACE}new"))
        store.change(set(ring()[:4]), {more})
        assert engine.revision == store.revision > before
        assert counted(engine) == 2 * NODES - 2 + 1
        assert b"true" in asked(engine, f"ASK {{ <{SPACE}new> ?p ?o }}").read()


def test_query_under_way_keeps_its_revision(store: EmbeddedStore, start: Start) -> None:
    """An answer that is being read while the graph changes has every row of the old graph and none of the new."""
    with start(store, EngineLimits(deadline=300.0)) as engine:
        text = "SELECT ?a ?d { ?a <http://x.test/next> ?b . ?d <http://x.test/next> ?e }"
        answer = asked(engine, text, rows="csv")
        assert not isinstance(answer.body, bytes)
        first = next(answer.body)
        new = {Quad(NamedNode(f"{SPACE}new{i}"), NamedNode(f"{SPACE}next"), NamedNode(SPACE)) for i in range(99)}
        store.change(set(ring()[:40]), new)
        rows = (first + b"".join(answer.body)).split()
        assert len(rows) == NODES * NODES + 1
        assert answer.revision < engine.revision
        assert len(asked(engine, text, rows="csv").read().split()) == (NODES + 89) ** 2 + 1


def test_loaded_file_is_seen_by_the_next_query(store: EmbeddedStore, start: Start, tmp_path: Path) -> None:
    """After a load the graph is read anew."""
    path = tmp_path / "x.nt"
    path.write_text("<http://a/s> <http://a/p> <http://a/o> .\n")
    with start(store, QUICK) as engine:
        store.load(path, RdfFormat.N_TRIPLES, SPACE)
        assert b"true" in asked(engine, "ASK { <http://a/s> ?p ?o }").read()
        assert engine.revision == store.revision


def test_blank_nodes_keep_their_labels() -> None:
    """One that was loaded into the image can be taken out of it again."""
    quads = [Quad(BlankNode("b1"), NamedNode(f"{SPACE}p"), BlankNode("b2"))]
    image = Image.start(dumping(quads), 1, QUICK)
    image.change(Effect(removed=frozenset(quads)), 2)
    worker = image.fork()
    worker.channel.send(frame(QUERY, Query(text="ASK { ?s ?p ?o }").to_bytes()))
    frames = [worker.channel.receive() for _ in range(3)]
    worker.end()
    image.close()
    assert frames[1] == (DATA, b'{"head":{},"boolean":false}')


@pytest.mark.parametrize("is_dead", [True, False])
def test_dropped_worker_is_gone_in_the_end(is_dead: bool) -> None:
    """Nobody waits for it, and nothing is left of it: also of one that had died by itself, and of many at a time."""
    image = Image.start(dumping(ring()), 1, QUICK)
    workers = [image.fork() for _ in range(8)]
    for worker in workers:
        if is_dead:
            os.kill(worker.pid, signal.SIGKILL)
            with pytest.raises(EOFError):
                worker.channel.receive()
    for worker in workers:
        worker.drop()
    until = time.monotonic() + 60
    while any(_exists(worker.pid) for worker in workers):
        assert time.monotonic() < until, "a worker is still there, or was never asked after"
        time.sleep(0.01)
    image.close()


def test_image_does_not_wait_for_a_process_that_takes_its_time_to_end() -> None:
    """A worker with 300 MB of its own needs 30 ms to give them back; whoever asks after a write waits for a fork."""
    slow = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    dropped = {slow.pid}
    fork_server._bury(dropped)
    assert dropped == {slow.pid}
    slow.kill()
    until = time.monotonic() + 60
    while dropped and time.monotonic() < until:
        fork_server._bury(dropped)
    assert not dropped
    fork_server._bury({slow.pid})  # again, as where a signal comes between: it is forgotten already
    slow.communicate()


def _exists(pid: int) -> bool:
    """True also of one that has ended, but that its parent has not asked after."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "glibc.malloc.hugetlb=1"),
        ("glibc.malloc.arena_max=1", "glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1"),
        ("glibc.malloc.hugetlb=0", "glibc.malloc.hugetlb=0"),
    ],
)
def test_image_asks_for_large_pages_unless_told_otherwise(
    before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that its forks have few to copy; what an operator has set stays."""
    monkeypatch.setenv("GLIBC_TUNABLES", before)
    image = Image.start(dumping(ring()), 1, QUICK)
    worker = image.fork()
    told = Path(f"/proc/{worker.pid}/environ").read_bytes().replace(b"\0", b":")  # the C library parts it where it lies
    worker.end()
    image.close()
    assert f":GLIBC_TUNABLES={after}:".encode() in b":" + told


# -- answers kept --


def test_same_question_is_answered_from_memory(store: EmbeddedStore) -> None:
    """Until the graph changes; another format, dataset or encoding is another question."""
    with Engine(store, QUICK) as engine:
        first = asked(engine, COUNT)
        assert asked(engine, COUNT) is first
        assert asked(engine, COUNT, rows="csv") is not first
        assert asked(engine, COUNT, default_graphs=(f"{SPACE}g1",)) is not first
        assert asked(engine, COUNT, encoding="gzip") is not first
        store.change(set(ring()[:10]), set())
        assert asked(engine, COUNT) is not first
        assert engine.counts()["cached"] == 1


def test_answers_that_differ_each_time_are_not_kept(engine: Engine) -> None:
    """Two random numbers are two."""
    text = "SELECT (RAND() AS ?r) {}"
    assert asked(engine, text).read() != asked(engine, text).read()


def test_kept_answers_take_bounded_room(store: EmbeddedStore) -> None:
    """The oldest go when there is no room."""
    with Engine(store, EngineLimits(cache=20_000)) as engine:
        for i in range(50):
            asked(engine, f"ASK {{}} # {i}")
        assert b"true" in asked(engine, "ASK {} # 49").read()
        asked(engine, "ASK {} # 0")
        assert engine.counts() == {"answered": 51, "cached": 1}


# -- processes --


def test_image_process_that_is_killed_is_started_again(store: EmbeddedStore, start: Start) -> None:
    """The next query after it may be refused; those after that are answered, with what was written since."""
    with start(store, QUICK) as engine:
        (image,) = children(os.getpid())[-1:]
        os.kill(image, signal.SIGKILL)
        store.change(set(ring()[:4]), set())
        assert counted(engine) == 2 * NODES - 2
        assert eventually(lambda: not alive(image))


def test_closed_engine_leaves_no_process(store: EmbeddedStore) -> None:
    """Also with a query at work; whoever still reads an answer gets an error, not an end."""
    before = set(children(os.getpid()))
    engine = Engine(store, EngineLimits())
    image = next(iter(set(children(os.getpid())) - before))
    assert eventually(lambda: len(children(image)) == EngineLimits().spares)
    answer = asked(engine, LONG)
    workers = children(image)
    engine.close()
    with pytest.raises(EngineBusy):
        answer.read()
    assert eventually(lambda: not any(map(alive, [image, *workers])))


KILLED = """
import threading, time
from kg.engine import Engine, EngineLimits, Query
from tests.engine.conftest import ring
from kg.store import EmbeddedStore
store = EmbeddedStore.in_memory()
store.change(set(), set(ring()))
engine = Engine(store, EngineLimits(deadline=0.9))
threading.Thread(target=engine.answer, args=[Query(text=%r)], daemon=True).start()
time.sleep(0.3)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("image_too", [False, True])
def test_server_that_is_killed_takes_its_workers_along(image_too: bool) -> None:
    """SIGKILL of the server, or of it and the image process, a query at work: soon no process is left."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED % ENDLESS], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        (image,) = children(server.pid)
        workers = children(image)
        assert len(workers) >= 2
        if image_too:
            os.kill(image, signal.SIGKILL)
        server.kill()
    assert eventually(lambda: not any(map(alive, [image, *workers])), seconds=60.0)


def test_many_threads_can_ask_while_the_graph_changes(store: EmbeddedStore, start: Start) -> None:
    """Every answer is that of some revision, never a mixture, and no worker is lost."""
    with start(store, EngineLimits(workers=4)) as engine, ThreadPoolExecutor(8) as clients:
        stop = threading.Event()

        def ask() -> set[int]:
            seen = set()
            while not stop.is_set():
                seen.add(counted(engine))
            return seen

        asking = [clients.submit(ask) for _ in range(6)]
        for i in range(10):
            store.change(set(ring()[4 * i : 4 * i + 4]), set())
        stop.set()
        seen = set().union(*(client.result() for client in asking))
        assert seen <= {2 * NODES - 2 * i for i in range(11)}
        assert counted(engine) == 2 * NODES - 20
        assert len(engine._idle) <= 4


# -- before a write --


def test_update_is_tried_and_nothing_is_written(engine: Engine) -> None:
    """It passes, and the graph is what it was; so it is for the worker that tried it."""
    engine.rehearse(Update(text="DELETE WHERE { ?s ?p ?o }"))
    for i in range(10):
        assert b'"600"' in asked(engine, f"{COUNT} # {i}").read()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("INSERT DATA { nonsense }", QueryError),
        ("INSERT DATA { <s> <p> <o> }", QueryError),
        ("DELETE WHERE " + "{" * 3000 + "}" * 3000, QueryError),
        ("INSERT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", (QueryTimeout, QueryTooLarge)),
        ("LOAD <http://127.0.0.1:9/>", ServiceRefused),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", ServiceRefused),
        ("LOAD SILENT <http://127.0.0.1:9/> ; LOAD <http://127.0.0.1:9/>", ServiceRefused),
        ("LOAD SILENT <https://127.0.0.1:9/>", ServiceRefused),
        ("DROP GRAPH <http://x.test/none>", UpdateFailed),
    ],
    ids=["syntax", "no base", "nested", "product", "load", "service", "one of two silent", "secure", "no such graph"],
)
def test_update_that_must_not_reach_the_writer_is_refused(
    engine: Engine, text: str, error: type[Exception] | tuple[type[Exception], ...]
) -> None:
    """It is wrong, crashes the parser, has no end, or asks another server."""
    with pytest.raises(error):
        engine.rehearse(Update(text=text))


def test_update_that_makes_a_statement_too_long_is_told_the_limit(store: EmbeddedStore) -> None:
    """It is stopped at a limit as queries are: its text is none that is wrong."""
    with Engine(store, EngineLimits(deadline=600.0)) as engine, pytest.raises(QueryTooLarge, match="8,388,608 bytes"):
        engine.rehearse(Update(text=GROWING))


def test_update_for_which_memory_ends_is_told_the_limit() -> None:
    """Python may notice it before the system does: that is no internal error either."""

    def no_memory(*_: object) -> Effect:
        raise MemoryError

    with pytest.raises(QueryTooLarge, match="--max-memory"):
        dry_run.rehearse(no_memory, Update(text="CLEAR ALL"))


def test_silent_requests_are_not_made_and_give_nothing(engine: Engine) -> None:
    """SILENT asks for no error where a server is not reached, and none is: nobody is called."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        address = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        assert engine.rehearse(Update(text=f"LOAD SILENT {address}")) == Effect()
        rows = asked(engine, f"SELECT ?s {{ SERVICE SILENT {address} {{ ?s ?p ?o }} }}", rows="csv").read()
        assert rows == b"s\r\n\r\n"
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize("how", ["SERVICE", "SERVICE SILENT"])
def test_secure_servers_are_not_asked_either(engine: Engine, how: str) -> None:
    """The attempt would end the worker: it is refused before."""
    with pytest.raises(ServiceRefused):
        asked(engine, f"SELECT * {{ {how} <https://127.0.0.1:9/> {{ ?s ?p ?o }} }}")
    with pytest.raises(QueryError, match="line 1"):
        asked(engine, f"SELECT * {{ {how} <https://127.0.0.1:9/> {{ ?s ?p ?o }}")


def test_uploaded_text_is_read_in_a_worker(store: EmbeddedStore) -> None:
    """As N-Quads it comes back; a wrong one is refused, one that would crash the parser too."""
    with Engine(store, EngineLimits(deadline=300.0, memory=128 << 20)) as engine:
        read_uploads(engine)


def read_uploads(engine: Engine) -> None:
    """Have it read a good text, and some that it must refuse."""
    upload = Upload(data=b"<s> <p> 1, 'two' .", format="turtle", base=SPACE)
    assert len(list(parse(engine.read(upload), RdfFormat.N_QUADS))) == 2
    with pytest.raises(InputError, match=r"expected|unexpected|valid"):
        engine.read(Upload(data=b"<s> <p> nonsense .", format="turtle", base=SPACE))
    with pytest.raises(InputError, match="nested"):
        engine.read(Upload(data=b'{"a":' * 30_000 + b"1" + b"}" * 30_000, format="jsonld"))
    crashes = b"<x:s> <x:p> " + b"<<( <x:a> <x:b> " * 30_000 + b"<x:c>" + b")>>" * 30_000 + b" ."
    with pytest.raises(InputError, match="nested more than 30 deep"):
        engine.read(Upload(data=crashes, format="turtle"))


# -- without fork --


def test_contract_holds_without_workers(engine: Engine, store: EmbeddedStore) -> None:
    """Answered in the server itself, a query gives the same, and the limits that can be kept are."""
    plain = InProcess(store, EngineLimits(rows=10))
    for text in ("ASK {}", COUNT, "CONSTRUCT WHERE { <http://x.test/n1> ?p ?o }"):
        here, there = asked(plain, text), asked(engine, text)
        assert (here.kind, here.format, sorted(here.read())) == (there.kind, there.format, sorted(there.read()))
    with pytest.raises(QueryTooLarge):
        asked(plain, "SELECT * { ?s ?p ?o }")
    with pytest.raises(ServiceRefused):
        asked(plain, "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(ServiceRefused):
        asked(plain, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(QueryError, match="line 1"):
        asked(plain, "SELECT nonsense")


def test_error_of_a_query_keeps_no_rows_for_another_thread_to_free(store: EmbeddedStore) -> None:
    """Rows belong to the thread that asked for them: freed in another one, they are lost with a complaint."""
    with pytest.raises(QueryTooLarge) as told:
        asked(InProcess(store, EngineLimits(rows=10)), "SELECT * { ?s ?p ?o }")
    assert not any(isinstance(value, QuerySolutions) for value in kept_by(told.value))


def kept_by(error: BaseException) -> Iterator[object]:
    """The variables of all functions that an error came through, and of those before it."""
    for one, _ in traceback.walk_tb(error.__traceback__):
        yield from one.f_locals.values()
    for before in (error.__cause__, error.__context__):
        if before is not None:
            yield from kept_by(before)


def buried(store: EmbeddedStore, rounds: int) -> None:
    """Put in and take out a thousand quads, so many times; of each round one stays."""
    for number in range(rounds):
        name = NamedNode(f"{SPACE}written{number}")
        quads = {Quad(name, name, Literal(str(i))) for i in range(1_000)}
        store.change(set(), quads)
        store.change(quads, {Quad(name, name, name)})


def until_replaced(engine: Engine, image: Image) -> None:
    """Wait for another image than that one."""
    until = time.monotonic() + 60
    while engine._image is image:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_image_that_has_buried_much_is_replaced(store: EmbeddedStore) -> None:
    """What was taken out takes room in it for good; the answers are the same, from another, and stay so."""
    with Engine(store, EngineLimits(workers=1, spares=1)) as engine:
        image = engine._image
        buried(store, 6)
        until_replaced(engine, image)
        assert engine.revision == store.revision
        assert counted(engine) == 2 * NODES + 6
        store.change(set(), {Quad(NamedNode(SPACE), NamedNode(SPACE), NamedNode(SPACE))})
        assert counted(engine) == 2 * NODES + 7


def test_writes_go_on_while_an_image_is_replaced(store: EmbeddedStore) -> None:
    """None waits for the loading, all are in the new image, and what updates do to that is found as ever."""
    with Engine(store, EngineLimits(workers=1, spares=1)) as engine:
        image, written = engine._image, 0
        buried(store, 6)
        while engine._image is image or written < 20:
            name = NamedNode(f"{SPACE}meanwhile{written}")
            gone = {Quad(NamedNode(f"{SPACE}meanwhile{written - 1}"), name, name) for name in [NamedNode(SPACE)]}
            store.change(gone, {Quad(name, NamedNode(SPACE), NamedNode(SPACE))})
            written += 1
        assert written > 1
        assert counted(engine) == 2 * NODES + 6 + 1
        last = f"<{SPACE}meanwhile{written - 1}>"
        effect = engine.rehearse(Update(text=f"DELETE WHERE {{ {last} ?p ?o }}"))
        assert [value_of(quad.subject) for quad in effect.removed] == [f"{SPACE}meanwhile{written - 1}"]
        again = f"INSERT DATA {{ <{SPACE}meanwhile0> <{SPACE}> <{SPACE}> }}"
        assert len(engine.rehearse(Update(text=again)).added) == 1


def test_image_counts_what_a_change_does_to_it() -> None:
    """One that was loaded meanwhile has some of it already: what goes with the next update is found all the same."""
    there, absent = ring()[0], Quad(NamedNode(SPACE), NamedNode(SPACE), NamedNode(SPACE))
    image = Image.start(dumping(ring()), 1, QUICK)
    image.change(Effect(removed=frozenset({absent})), 2)
    worker = image.fork()
    text = f"DELETE DATA {{ {there.triple} }}"
    worker.channel.send(frame(UPDATE, Update(text=text).to_bytes()))
    letter, data = worker.channel.receive()
    worker.end()
    image.close()
    assert (letter, Effect.from_bytes(data).removed) == (DATA, frozenset({there}))


def test_queries_leave_the_pages_of_the_image_shared() -> None:
    """A worker takes memory from a place of its own: the image's has its free pieces all over the graph, and to use
    them makes the worker a copy of what they lie among.
    """
    rollup = Path("/proc/self/smaps_rollup")
    if not rollup.exists() or not platform.libc_ver()[0]:
        pytest.skip("only Linux says what a process shares, and only glibc has places of memory for each thread")
    quads = [
        Quad(NamedNode(f"{SPACE}{n % 5_000}"), NamedNode(f"{SPACE}p{n % 7}"), Literal(f"text {n}"))
        for n in range(30_000)
    ]
    image = Image.start(dumping(quads), 1, QUICK)
    worker = image.fork()
    own = []
    for number in range(400):
        text = f"SELECT * {{ ?s <{SPACE}p{number % 7}> ?o }} LIMIT 10"
        worker.channel.send(frame(QUERY, Query(text=text).to_bytes()))
        while worker.channel.receive()[0] != DONE:
            pass
        said = Path(f"/proc/{worker.pid}/smaps_rollup").read_text("ascii")
        own.append(int(re.findall(r"Private_Dirty: *(\d+) kB", said)[0]))
    worker.end()
    image.close()
    assert own[-1] - own[0] < 300  # some 40 of kB; in the image's place 770


def test_query_under_way_outlives_its_image(store: EmbeddedStore) -> None:
    """Another image takes the place of the one it runs on; it is answered from what it began with."""
    with Engine(store, EngineLimits(workers=2, spares=1)) as engine:
        text = "SELECT ?a ?d { ?a <http://x.test/next> ?b . ?d <http://x.test/next> ?e }"
        answer = asked(engine, text, rows="csv")
        assert not isinstance(answer.body, bytes)
        start, image = next(answer.body), engine._image
        buried(store, 6)
        until_replaced(engine, image)
        assert len((start + b"".join(answer.body)).split()) == NODES * NODES + 1
        assert counted(engine) == 2 * NODES + 6


def niceness(pid: int) -> list[int]:
    """Of each thread of a process."""
    return [os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in Path(f"/proc/{pid}/task").iterdir()]


def test_long_query_steps_back_and_its_worker_is_itself_again(store: EmbeddedStore) -> None:
    """While it runs the short ones of others go first; who gets that worker next is none of the long ones."""
    with Engine(store, EngineLimits(workers=1, spares=1, deadline=10.0)) as engine, ThreadPoolExecutor(1) as pool:
        worker = engine.lend()
        while worker is None:
            worker = engine.lend()
        first = worker.pid
        engine.take_back(worker, True, 0)
        usual = os.getpriority(os.PRIO_PROCESS, 0)
        long = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 1500000 }"
        running = pool.submit(asked, engine, long)
        lowest = usual
        while not running.done():
            with contextlib.suppress(OSError):  # without the privilege it is ended after the query
                lowest = max(lowest, min(niceness(first)))
            time.sleep(0.005)
        with contextlib.suppress(QueryTimeout):  # where others leave it no time at all
            assert running.result().read()
        assert lowest > usual
        while (worker := engine.lend()) is None:
            time.sleep(0.005)
        assert set(niceness(worker.pid)) == {usual}
        engine.take_back(worker, True, 0)
