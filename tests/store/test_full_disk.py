"""A full disk: what was refused is not there, what was acknowledged is, and with room again all goes on by itself."""

from __future__ import annotations

import contextlib
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat

from kg.errors import StoreFull
from kg.store import EmbeddedStore, room
from kg.store.shared import opened_for_reading
from tests.served.serving import Server, serving

P = NamedNode("http://x.test/p")
G = NamedNode("http://x.test/g")
pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits another process's files as Linux does")


def said(number: int | str, length: int = 10) -> Quad:
    """A quad of about so many bytes."""
    return Quad(NamedNode(f"http://x.test/{number}"), P, Literal(f"{number} " + "x" * length))


@contextmanager
def files_no_longer_than(length: int, process: int = 0) -> Iterator[None]:
    """No file of a process grows beyond this: the system refuses that like a write on a full disk."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


CHANGES: dict[str, Callable[[int], tuple[set[Quad], set[Quad]]]] = {
    "more": lambda number: (set(), {said(number, 60_000)}),
    "in place of another": lambda number: ({said("first")}, {said("first"), said(number, 60_000)}),
    "as many": lambda number: ({said("first")}, {Quad(P, P, Literal(f"{number}" + "x" * 60_000))}),
    "blank": lambda number: ({said("first")}, {Quad(BlankNode(f"b{number}"), P, Literal("x" * 60_000))}),
}


def _change_when_there_is_room(store: EmbeddedStore, quad: Quad) -> None:
    """The database notices room again in the background, a moment later on a busy machine."""
    until = time.monotonic() + 60
    while True:
        try:
            store.change(set(), {quad})
        except StoreFull:
            assert time.monotonic() < until
            time.sleep(0.2)
        else:
            return


@pytest.mark.parametrize("kind", CHANGES)
def test_refused_change_is_not_there_and_the_store_recovers(tmp_path: Path, kind: str) -> None:
    """Neither at once nor after the store is opened again; the next change with room is made."""
    path = tmp_path / "s"
    refused = 0
    with EmbeddedStore.open(path, create=True) as store:
        store.change(set(), {said("first")})
        held = set(store.quads())
        with files_no_longer_than(100_000):
            for number in range(6):
                removed, added = CHANGES[kind](number)
                try:
                    store.change(removed, added)
                except StoreFull:
                    refused += 1
                    if kind != "blank":  # that one is taken back when there is room
                        assert set(store.quads()) == held
                else:
                    held = (held - removed) | added
        assert refused
        _change_when_there_is_room(store, said("last"))
        held.add(said("last"))
        assert set(store.quads()) == held
    with opened_for_reading(path) as store:
        assert set(store.quads()) == held


def copy_at_rest(folder: Path, to: Path) -> None:
    """Copy a folder between two changes of the engine, which removes files of its own accord."""
    until = time.monotonic() + 60
    while True:
        shutil.rmtree(to, ignore_errors=True)
        with contextlib.suppress(shutil.Error, FileNotFoundError):
            before = state_of(folder)
            shutil.copytree(folder, to)
            if state_of(folder) == before:
                return
        assert time.monotonic() < until, "the engine changes its files all the time"
        time.sleep(0.05)


def state_of(folder: Path) -> dict[Path, tuple[int, int]]:
    """Size and time of each file of a folder."""
    return {path: ((found := path.stat()).st_size, found.st_mtime_ns) for path in folder.rglob("*")}


def test_refused_change_is_not_there_after_a_crash(tmp_path: Path) -> None:
    """The folder as it is left when the process is killed while the disk is full."""
    path = tmp_path / "s"
    with EmbeddedStore.open(path, create=True) as store:
        store.change(set(), {said("first")})
        held = set(store.quads())
        with files_no_longer_than(100_000):
            for number in range(6):
                try:
                    store.change(set(), {said(number, 60_000)})
                except StoreFull:
                    break
                held.add(said(number, 60_000))
        copy_at_rest(path, tmp_path / "left")
    with EmbeddedStore.open(tmp_path / "left") as store:
        assert set(store.quads()) == held


def test_log_that_cannot_be_put_into_tables_refuses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the log is on the disk: it is acknowledged, there, and there after the store is opened again."""
    path = tmp_path / "s"
    monkeypatch.setattr("kg.store.fsync._LONGEST", 150_000)
    with EmbeddedStore.open(path, create=True) as store:
        acknowledged = set()
        with files_no_longer_than(200_000):
            for number in range(6):
                try:
                    store.change(set(), {said(number, 60_000)})
                except StoreFull:
                    continue
                acknowledged.add(said(number, 60_000))
        assert set(store.quads()) == acknowledged
    with EmbeddedStore.open(path) as store:
        assert set(store.quads()) == acknowledged != set()


def test_write_for_which_there_is_no_room_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what is free and what is needed; every kind of write asks."""
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        store.change(set(), {said("first")})
        file = tmp_path / "more.nq"
        file.write_text('<http://x.test/a> <http://x.test/p> "b" .\n')
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 9_000_000))
            for write in (
                lambda: store.change(set(), {said("more")}),
                lambda: store.change({said("first")}, set()),
                lambda: store.load(file, RdfFormat.N_QUADS, "http://x.test/"),
            ):
                with pytest.raises(StoreFull, match="9 MB are free, and this write needs 17"):
                    write()
        assert set(store.quads()) == {said("first")}
        store.change(set(), {said("more")})


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of 48 MB, where this process may mount one."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("reserve", [room.RESERVE, 0])
def test_disk_that_fills_up_in_earnest(small_disk: Path, monkeypatch: pytest.MonkeyPatch, reserve: int) -> None:
    """With the reserve, which is there to spare the engine, and without it."""
    monkeypatch.setattr(room, "RESERVE", reserve)
    monkeypatch.setattr(room, "_COPIES", 3 if reserve else 0)
    path, filler = small_disk / f"s{reserve}", small_disk / "filler"
    held = set()
    with EmbeddedStore.open(path, create=True) as store:
        with filler.open("wb") as file:
            file.write(b"x" * (shutil.disk_usage(path).free - reserve - 5_500_000))
        refused = 0
        for number in range(24):
            if number == 20:
                filler.unlink()
            try:
                store.change(set(), {said(number, 300_000)})
            except StoreFull:
                refused += 1
                assert number < 20
            else:
                held.add(said(number, 300_000))
            assert set(store.quads()) == held
        assert refused
    with EmbeddedStore.open(path) as store:
        assert set(store.quads()) == held
    shutil.rmtree(path)


# -- over HTTP --


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that takes changes."""
    with serving(tmp_path / "s", "--writes", "unchecked") as running:
        yield running


def test_server_says_507_and_goes_on_when_there_is_room(server: Server, tmp_path: Path) -> None:
    """Refused updates are not there, in no query and not after a restart."""
    held = []
    with files_no_longer_than(150_000, server.process.pid):
        statuses = []
        for number in range(6):
            reply = server.update(f'INSERT DATA {{ <http://x.test/{number}> <{P.value}> "{"x" * 60_000}" }}')
            statuses.append(reply.status)
            if reply.status == 204:
                held.append(f"<http://x.test/{number}>")
            else:
                assert reply.reason == "store-full"
                assert b"make room" in reply.body
        assert set(statuses) == {204, 507}
        assert server.rows("SELECT ?s { ?s ?p ?o }") == sorted(held)
    assert server.update(f'INSERT DATA {{ <http://x.test/last> <{P.value}> "y" }}').status == 204
    held.append("<http://x.test/last>")
    assert server.rows("SELECT ?s { ?s ?p ?o }") == sorted(held)
    server.process.terminate()
    server.process.wait(timeout=30)
    with opened_for_reading(tmp_path / "s") as store:
        assert sorted(str(quad.subject) for quad in store.quads()) == sorted(held)


def test_body_that_has_no_room_is_answered(server: Server) -> None:
    """507 with words and not a closed connection; with room again the same body is taken."""
    body = "".join(f'<http://x.test/{n}> <{P.value}> "{"x" * 1_000}" .\n' for n in range(3_000))
    for limit, status in ((1_500_000, 507), (resource.RLIM_INFINITY, 201)):
        with files_no_longer_than(limit, server.process.pid):
            reply = server.send("POST", "/store?graph=http://x.test/g", body, Content_Type="application/n-triples")
        assert reply.status == status, reply.body
        if status == 507:
            assert reply.reason == "no-room"
            assert b"TMPDIR" in reply.body


def test_dump_that_has_no_room_is_answered(server: Server) -> None:
    """507 at first, and the whole file when there is room."""
    body = "".join(f'<http://x.test/{n}> <{P.value}> "{"x" * 1_000}" .\n' for n in range(1_000))
    assert server.send("POST", "/store?default", body, Content_Type="application/n-triples").status == 204
    with files_no_longer_than(500_000, server.process.pid):
        reply = server.send("GET", "/dumps/graph.nq", token=None)
        assert (reply.status, reply.reason) == (507, "no-room")
    reply = server.send("GET", "/dumps/graph.nq", token=None)
    assert reply.status == 200
    assert reply.body.count(b"\n") == 1_000
