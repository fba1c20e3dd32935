"""An engine whose workers read a snapshot of the store: the same answers and barriers, and nothing left behind."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from benchmarks import disk_image
from kg.engine import Effect, Engine, EngineLimits, Query, Snapshots, Update, request_reply
from kg.engine.confinement import can_read_one_folder_only
from kg.errors import KgError, UpdateFailed
from kg.store import EmbeddedStore
from tests.engine.conftest import NODES, SPACE, Start, ring
from tests.engine.test_engine import (
    ENDLESS,
    LONG,
    alive,
    asked,
    children,
    counted,
    eventually,
    test_answer_that_is_not_read_to_its_end_frees_its_worker,
    test_client_that_leaves_frees_its_worker,
    test_crash_of_the_parser_is_a_bad_query,
    test_graphs_are_what_the_store_gives,
    test_image_process_that_is_killed_is_started_again,
    test_loaded_file_is_seen_by_the_next_query,
    test_many_threads_can_ask_while_the_graph_changes,
    test_memory_limit_stops_only_the_one,
    test_named_dataset_is_all_there_is,
    test_query_over_its_deadline_is_killed,
    test_query_under_way_keeps_its_revision,
    test_rows_are_what_the_store_gives,
    test_secure_servers_are_not_asked_either,
    test_silent_requests_are_not_made_and_give_nothing,
    test_update_is_tried_and_nothing_is_written,
    test_update_that_must_not_reach_the_writer_is_refused,
    test_write_is_seen_by_the_next_query,
)
from tests.engine.test_evil import EVIL, text_of
from tests.served.serving import serving

__all__ = [
    "test_answer_that_is_not_read_to_its_end_frees_its_worker",
    "test_client_that_leaves_frees_its_worker",
    "test_crash_of_the_parser_is_a_bad_query",
    "test_graphs_are_what_the_store_gives",
    "test_image_process_that_is_killed_is_started_again",
    "test_loaded_file_is_seen_by_the_next_query",
    "test_many_threads_can_ask_while_the_graph_changes",
    "test_memory_limit_stops_only_the_one",
    "test_named_dataset_is_all_there_is",
    "test_query_over_its_deadline_is_killed",
    "test_query_under_way_keeps_its_revision",
    "test_rows_are_what_the_store_gives",
    "test_secure_servers_are_not_asked_either",
    "test_silent_requests_are_not_made_and_give_nothing",
    "test_update_is_tried_and_nothing_is_written",
    "test_update_that_must_not_reach_the_writer_is_refused",
    "test_write_is_seen_by_the_next_query",
]
"""The tests of the engine in memory that hold here as they stand, with the fixtures of this module."""

pytestmark = pytest.mark.skipif(not can_read_one_folder_only(), reason="needs Linux with Landlock")

QUICK = EngineLimits(deadline=2.0, memory=128 << 20, rows=1 << 40)
EVIL_NAMES = (
    "count of a cross product",
    "sorted cross product",
    "text doubled forty times",
    "every path between any two",
    "braces in braces",
    "thirty thousand unions",
    "queries in queries",
    "another server",
    "another server by variable",
    "another server behind a comment and a text",
)
"""One of each kind: no end, much memory, a crash of the parser, another server."""


@pytest.fixture(autouse=True)
def usual_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long queries do not step back here: on a busy machine they would never end."""
    monkeypatch.setattr(request_reply, "_LONG_PRIORITY", os.getpriority(os.PRIO_PROCESS, 0))


def filled(folder: Path) -> EmbeddedStore:
    """The ring, in a store on disk."""
    store = EmbeddedStore.open(folder, create=True)
    store.change(set(), set(ring()))
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    """A store on disk."""
    with filled(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Engines over snapshots, which are in a folder that can be looked at."""
    return lambda store, limits: Engine(store, limits, snapshots=Snapshots(store, tmp_path / "snapshots"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the ring on disk. No test may leave it other than it was."""
    folder = tmp_path_factory.mktemp("disk")
    with (
        filled(folder / "store") as source,
        Engine(source, QUICK, snapshots=Snapshots(source, folder / "s")) as started,
    ):
        yield started


def test_evil_queries_are_stopped(engine: Engine) -> None:
    """Each ends in an error within its limit, and nobody is called; a simple question is answered meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(4) as attackers:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        def attack(entry: dict[str, list[list[object]]]) -> tuple[str, float]:
            begin = time.monotonic()
            try:
                query = Query(text=text_of(entry, address), rows="tsv", graph="ntriples")
                engine.answer(query, deadline=1.0).read()
            except KgError as error:
                return type(error).__name__, time.monotonic() - begin
            return "answered", time.monotonic() - begin

        chosen = [entry for entry in EVIL if entry["name"] in EVIL_NAMES]
        attacks = [attackers.submit(attack, entry) for entry in chosen]
        assert b"true" in asked(engine, "ASK {} # meanwhile").read()
        ends = [end.result() for end in attacks]
        listener.settimeout(0.1)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert len(ends) == len(EVIL_NAMES)
    loud = [name for entry, (name, _) in zip(chosen, ends, strict=True) if "is_silent" not in entry]
    assert "answered" not in loud
    assert max(seconds for _, seconds in ends) < 10.0
    assert counted(engine) == 2 * NODES


CONFINED = """
import json, os, socket, sys, threading, time
from pathlib import Path
from kg.engine.confinement import OpenSnapshot, confine
from pyoxigraph import Store, RdfFormat
folder, port = Path(sys.argv[1]), int(sys.argv[2])
store = Store.read_only(str(folder))
snapshot = OpenSnapshot.look(folder)
ours, theirs = socket.socketpair()

def attempts():
    channel = confine(theirs, 1 << 30, snapshot)
    seen = []
    def attempt(what):
        try:
            what()
            seen.append("done")
        except Exception as error:
            seen.append(type(error).__name__)
    attempt(lambda: len(store))
    attempt(lambda: (folder / "CURRENT").read_text())
    attempt(lambda: socket.create_connection(("127.0.0.1", port)))
    attempt(lambda: socket.socketpair())
    attempt(lambda: open("/etc/passwd"))
    attempt(lambda: os.listdir(folder))
    attempt(lambda: open(folder / "CURRENT", "a"))
    attempt(lambda: open(folder / "new", "w"))
    attempt(lambda: os.unlink(folder / "CURRENT"))
    attempt(lambda: os.truncate(folder / "CURRENT", 0))
    attempt(lambda: os.execv("/bin/true", ["true"]))
    attempt(lambda: list(store.query("SELECT * { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } }" % port)))
    attempt(lambda: Store().update("LOAD <http://127.0.0.1:%d/>" % port))
    attempt(lambda: Store().load(path="/etc/passwd", format=RdfFormat.TURTLE))
    channel.send(json.dumps([snapshot.unopened, seen]).encode())
    os._exit(0)

if os.fork() == 0:
    threading.Thread(target=attempts).start()
    time.sleep(60)
theirs.close()
print(ours.makefile().read())
"""


def test_worker_reads_its_snapshot_and_nothing_else(tmp_path: Path) -> None:
    """Also tables that were not open before; no other file, none to be written, no socket, no other program."""
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.change(set(), set(ring()))
        for number in range(3):
            name = NamedNode(f"{SPACE}{number}")
            store.change(set(), {Quad(name, name, Literal("x" * 50_000), name)})
            store.link_snapshot(tmp_path / "snapshots" / str(number))  # which puts them into tables of their own
    folder = tmp_path / "snapshots" / "2"
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = subprocess.run(
            [sys.executable, "-c", CONFINED, str(folder), str(server.getsockname()[1])],
            timeout=60,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
            text=True,
        )
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    unopened, outcomes = json.loads(seen.stdout)
    assert unopened > 0
    assert outcomes[:2] == ["done", "done"]
    assert len(outcomes[2:]) == 12
    assert set(outcomes[2:]) <= {"OSError", "PermissionError"}


def test_snapshot_goes_with_its_last_reader(store: EmbeddedStore, start: Start, tmp_path: Path) -> None:
    """One answer holds it; with that, all but the newest are gone; with the engine, all."""
    folder = tmp_path / "snapshots"
    with start(store, QUICK) as engine:
        answer = asked(engine, LONG)
        assert not isinstance(answer.body, bytes)
        for number in range(3):
            name = NamedNode(f"{SPACE}new{number}")
            store.change(set(), {Quad(name, name, name)})
        assert eventually(lambda: len(list(folder.iterdir())) == 2, 60.0)
        assert counted(engine) == 2 * NODES + 3
        answer.body.close()
        assert eventually(lambda: len(list(folder.iterdir())) == 1, 60.0)
    assert not folder.exists()


def test_snapshots_of_a_server_that_was_killed_are_removed(tmp_path: Path) -> None:
    """By the next that opens the store for writing; the store is as it was."""
    filled(tmp_path / "store").close()
    left = tmp_path / "store" / "claimgraph.snapshots" / "7"
    left.mkdir(parents=True)
    (left / "CURRENT").write_text("x")
    with EmbeddedStore.open(tmp_path / "store") as store:
        assert not left.parent.exists()
        assert store.count() == len(ring())


def test_server_that_ends_leaves_no_process(store: EmbeddedStore, start: Start) -> None:
    """Also with a query at work."""
    before = set(children(os.getpid()))
    engine = start(store, EngineLimits())
    (image,) = set(children(os.getpid())) - before

    def ask() -> None:
        with pytest.raises(KgError):
            asked(engine, ENDLESS)

    threading.Thread(target=ask).start()
    assert eventually(lambda: len(children(image)) >= 1, 60.0)
    workers = children(image)
    engine.close()
    assert eventually(lambda: not any(map(alive, [image, *workers])), 60.0)


def test_update_is_worked_out_and_made(store: EmbeddedStore, start: Start) -> None:
    """What a worker finds is what the store makes; WHERE after a change is refused by name."""
    with start(store, QUICK) as engine:
        text = f"DELETE {{ ?s <{SPACE}next> ?o }} INSERT {{ ?o <{SPACE}before> ?s }} WHERE {{ ?s <{SPACE}next> ?o }}"
        effect = engine.rehearse(Update(text=text))
        assert (len(effect.removed), len(effect.added)) == (NODES, NODES)
        store.change(effect.removed, effect.added)
        assert b"true" in asked(engine, f"ASK {{ <{SPACE}n1> <{SPACE}before> <{SPACE}n0> }}").read()
        assert counted(engine) == 2 * NODES
        assert engine.rehearse(Update(text=f"INSERT DATA {{ <{SPACE}n1> <{SPACE}before> <{SPACE}n0> }}")) == Effect()
        with pytest.raises(UpdateFailed, match="a request of its own"):
            engine.rehearse(Update(text=f"CLEAR DEFAULT; {text}"))


def test_benchmark_compares_both_ways(capsys: pytest.CaptureFixture[str]) -> None:
    """It prints a line for each figure, over a small graph."""
    disk_image.main(["--quads", "3000", "--each", "1", "--cpu", "--questions", "CQ2"])
    table = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert table[0][1:3] == ["memory", "disk"]
    assert len(table) == 9
    assert all(len(row) == 4 for row in table)


def test_server_serves_from_disk(tmp_path: Path) -> None:
    """Queries, updates and pages; what an update changes is seen; no snapshot is left when it stops."""
    with serving(tmp_path / "store", "--image", "disk") as server:
        name = "<http://example.org/name>"
        assert server.update(f"INSERT DATA {{ {name} {name} 1 }}").status == 204
        assert server.ask(f"{name} {name} 1")
        assert (
            server.update(f"DELETE {{ {name} ?p ?o }} INSERT {{ {name} ?p 2 }} WHERE {{ {name} ?p ?o }}").status == 204
        )
        assert server.rows(f"SELECT ?o {{ {name} ?p ?o }}") == ["2"]
        assert server.send("GET", "/articles").status == 200
        assert len(list((tmp_path / "store" / "claimgraph.snapshots").iterdir())) >= 1
    assert not (tmp_path / "store" / "claimgraph.snapshots").exists()
