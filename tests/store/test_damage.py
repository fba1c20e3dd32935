"""A store that has lost something says so when it is opened, and one that has lost nothing never does."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple

from kg.errors import StoreDamaged, StoreError, StoreLocked
from kg.store import EmbeddedStore, fsync, journal, statefile
from kg.store.shared import opened_for_reading

P = NamedNode("http://x.test/p")
XSD = "http://www.w3.org/2001/XMLSchema#"
Opened = Callable[[Path], AbstractContextManager[EmbeddedStore]]
OPENINGS: list[Opened] = [EmbeddedStore.open, opened_for_reading]


def said(number: int | str) -> Quad:
    """A quad like no other."""
    return Quad(NamedNode(f"http://x.test/{number}"), P, Literal(f"What was said of {number}, in some words."))


def made(path: Path, writes: int = 60) -> Path:
    """A store of as many writes, and quads."""
    with EmbeddedStore.open(path, create=True) as store:
        for number in range(writes):
            store.change(set(), {said(number)})
    return path


def log(path: Path) -> Path:
    """The log that holds the writes."""
    return max(path.glob("[0-9]*.log"), key=lambda file: file.stat().st_size)


def cut(file: Path, length: int) -> None:
    """Take bytes from the end."""
    os.truncate(file, max(0, file.stat().st_size - length))


def unlink_all(files: Iterable[Path]) -> None:
    """Delete some files."""
    for file in files:
        file.unlink()


def flip(file: Path, start: int, length: int = 16) -> None:
    """Turn every bit of some bytes."""
    data = bytearray(file.read_bytes())
    data[start : start + length] = bytes(byte ^ 0xFF for byte in data[start : start + length])
    file.write_bytes(data)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "log cut by 1,000 bytes": lambda path: cut(log(path), 1_000),
    "log cut by one byte": lambda path: cut(log(path), 1),
    "log emptied": lambda path: cut(log(path), 10**9),
    "log deleted": lambda path: log(path).unlink(),
    "16 bytes flipped in the middle of the log": lambda path: flip(log(path), log(path).stat().st_size // 2),
    "16 bytes flipped at the end of the log": lambda path: flip(log(path), log(path).stat().st_size - 20),
    "MANIFEST cut": lambda path: cut(next(path.glob("MANIFEST*")), 100),
    "MANIFEST emptied": lambda path: cut(next(path.glob("MANIFEST*")), 10**9),
    "MANIFEST deleted": lambda path: next(path.glob("MANIFEST*")).unlink(),
    "CURRENT emptied": lambda path: cut(path / "CURRENT", 10**9),
    "CURRENT deleted": lambda path: (path / "CURRENT").unlink(),
    "tables deleted": lambda path: unlink_all(path.glob("*.sst")),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("opened", OPENINGS)
def test_damaged_store_is_an_error_that_names_what_it_had(tmp_path: Path, opened: Opened, damage: str) -> None:
    """Not a smaller graph; and the error says again what it said when the store is opened again."""
    path = made(tmp_path / "s")
    DAMAGE[damage](path)
    for _ in range(2):
        with (
            pytest.raises(StoreDamaged, match=r"at revision 60 it had 60 quads.*kg load DUMP --store NEW"),
            opened(path),
        ):
            pass


def test_error_names_both_numbers(tmp_path: Path) -> None:
    """How many quads there were, and how many there are."""
    path = made(tmp_path / "s")
    cut(log(path), 1_000)
    with pytest.raises(StoreDamaged, match=r"it had 60 quads, now it has 5\d\."):
        EmbeddedStore.open(path)


@pytest.mark.parametrize("opened", OPENINGS)
def test_lost_write_that_changed_no_number_is_seen(tmp_path: Path, opened: Opened) -> None:
    """One quad in the place of another: as many as before, and not the same."""
    path = made(tmp_path / "s")
    length = log(path).stat().st_size
    with EmbeddedStore.open(path) as store:
        before = log(path), log(path).stat().st_size
        store.change({said(3)}, {said("new")})
    assert log(path).stat().st_size > before[1] or log(path) != before[0], length
    cut(log(path), 10)
    with pytest.raises(StoreDamaged, match="lacks its last write"), opened(path):
        pass


@pytest.mark.parametrize("opened", OPENINGS)
def test_store_of_an_earlier_version_is_accepted(tmp_path: Path, opened: Opened) -> None:
    """It knows a revision and no number; once it is opened for writing, it knows both."""
    path = made(tmp_path / "s")
    (path / statefile.FILE_NAME).write_text("17\n")
    with opened(path) as store:
        assert store.revision == 17
    with EmbeddedStore.open(path) as store:
        assert store.revision == 17
    assert statefile.read(path) == statefile.StateRecord(statefile.State(revision=17, quads=60))


@pytest.mark.parametrize("content", [None, b""])
def test_store_without_its_number_is_accepted(tmp_path: Path, content: bytes | None) -> None:
    """No file at all, or one that an earlier version of the program had not yet filled when it was killed."""
    path = made(tmp_path / "s")
    (path / statefile.FILE_NAME).unlink()
    if content is not None:
        (path / statefile.FILE_NAME).write_bytes(content)
    with EmbeddedStore.open(path) as store:
        assert len(set(store.quads())) == 60


def test_one_slot_that_was_not_written_whole_is_not_used(tmp_path: Path) -> None:
    """The other one is of the moment before: with it the store opens; without both it is an error."""
    path = made(tmp_path / "s")
    file = path / statefile.FILE_NAME
    flip(file, 4096 + 30)
    flip(file, 30)
    with pytest.raises(StoreDamaged, match="kg store check"):
        EmbeddedStore.open(path)
    file.unlink()
    with EmbeddedStore.open(path) as store:
        store.change(set(), {said("more")})
    records = [statefile._unpacked(file.read_bytes()[start : start + 4096]) for start in (0, 4096)]
    newest = max((0, 1), key=lambda slot: records[slot][0])  # type: ignore[index]
    flip(file, 4096 * newest + 30)
    with EmbeddedStore.open(path) as store:
        assert len(set(store.quads())) == 61


# -- what a crash leaves is no damage --


class Crash(BaseException):
    """The process ends here."""


POINTS = {
    "before the announcement": (statefile.StateFile, "announce", False),
    "after the announcement": (statefile.StateFile, "announce", True),
    "before the log is synchronised": (fsync, "synchronise", False),
    "after the log is synchronised": (fsync, "synchronise", True),
    "after the confirmation": (statefile.StateFile, "confirm", True),
}
WRITES = {
    "more": (set(), {said("a"), said("b")}),
    "less": ({said(1), said(2)}, set()),
    "as many": ({said(1)}, {said("a")}),
    "blank": ({said(1), said(2)}, {Quad(BlankNode("x1"), P, Literal("y"))}),
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("write", WRITES)
def test_crash_at_any_point_of_a_write_leaves_one_graph_or_the_other(tmp_path: Path, write: str, point: str) -> None:
    """Killed there, the store opens with the old graph or the new one, for readers and for writers."""
    path = made(tmp_path / "s", 5)
    with opened_for_reading(path) as store:
        old = set(store.quads())
    removed, added = WRITES[write]
    new = (old - removed) | added
    code = f"""
        import os, signal
        from pathlib import Path
        from kg.store import EmbeddedStore
        from tests.store.test_damage import POINTS, WRITES
        owner, name, is_after = POINTS[{point!r}]
        real = getattr(owner, name)
        def crash(*arguments):
            if is_after:
                real(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        with EmbeddedStore.open(Path({str(path)!r})) as store:
            setattr(owner, name, crash)
            store.change(*WRITES[{write!r}])
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False)
    assert done.returncode == -signal.SIGKILL
    is_made = POINTS[point][0] is fsync or point == "after the confirmation"
    shutil.copytree(path, tmp_path / "copy")
    for opened, folder in (
        (opened_for_reading, path),
        (EmbeddedStore.open, path),
        (EmbeddedStore.open, tmp_path / "copy"),
    ):
        with opened(folder) as store:
            assert set(store.quads()) == (new if is_made else old)
            assert store.revision == (5 if point == "before the announcement" else 6)
    with EmbeddedStore.open(path) as store:
        store.change(set(), {said("z")})
    with opened_for_reading(path) as store:
        assert said("z") in set(store.quads())


def test_crash_in_the_middle_of_a_journal_is_finished_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of several steps, cut off after one, is not taken for damage."""
    path = made(tmp_path / "s", 5)
    with EmbeddedStore.open(path) as store:
        apply = journal._apply

        def crash(target: object, removed: set[Quad], *_: object) -> None:
            del target
            store._store.remove(next(iter(removed)))
            raise Crash

        monkeypatch.setattr(journal, "_apply", crash)
        with pytest.raises(Crash):
            store.change({said(1), said(2)}, {Quad(BlankNode("x1"), P, Literal("y"))})
        monkeypatch.setattr(journal, "_apply", apply)
    with EmbeddedStore.open(path) as store:
        assert len(set(store.quads())) == 4


@pytest.mark.parametrize("seed", range(3))
def test_killed_writers_never_leave_what_is_taken_for_damage(tmp_path: Path, seed: int) -> None:
    """SIGKILL at any moment: the store opens, for readers and for writers, and they see the same."""
    code = f"""
        import random
        from pathlib import Path
        from kg.store import EmbeddedStore
        from tests.store.test_damage import said
        chance = random.Random({seed})
        with EmbeddedStore.open(Path({str(tmp_path / "s")!r}), create=True) as store:
            held = set(store.quads())
            for number in range(10_000):
                go = set(chance.sample(sorted(held, key=str), min(len(held), chance.randrange(4))))
                come = {{said(f"{{number}}-{{chance.random()}}") for _ in range(chance.randrange(1, 4))}}
                store.change(go, come)
                held = (held - go) | come
                print(len(held), flush=True)
    """
    chance = random.Random(seed)
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
        with process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 200)):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            process.stdout.read()
        with opened_for_reading(tmp_path / "s") as store:
            seen = set(store.quads())
        with EmbeddedStore.open(tmp_path / "s") as store:
            assert set(store.quads()) == seen
            assert store.revision > 0


def test_store_that_another_process_writes_is_locked_and_not_damaged(tmp_path: Path) -> None:
    """Whoever opens it meanwhile, again and again, is told that it is in use."""
    code = f"""
        from pathlib import Path
        from kg.store import EmbeddedStore
        from tests.store.test_damage import said
        with EmbeddedStore.open(Path({str(tmp_path / "s")!r}), create=True) as store:
            for number in range(100_000):
                store.change({{said(number - 1)}}, {{said(number), said(-number)}})
                print(number, flush=True)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        for number in range(40):
            with pytest.raises(StoreLocked), OPENINGS[number % 2](tmp_path / "s"):
                pass
        process.kill()


# -- the number that is written down before a write is the number that there is after it --

VALUES = st.one_of(
    st.sampled_from(["1", "01", "+1", "1.0", "1.00", "1e0", "true", "TRUE", "NaN", "2020-01-01T00:00:00Z"]),
    st.sampled_from(["2020-01-01T00:00:00+00:00", "2020-01-01T24:00:00Z", "2019-12-31T24:00:00Z", "P1D", "PT24H", "x"]),
)
TYPES = ["integer", "int", "decimal", "double", "float", "boolean", "dateTime", "date", "dayTimeDuration", "string"]
TERMS = st.one_of(
    st.builds(lambda value, kind: Literal(value, datatype=NamedNode(XSD + kind)), VALUES, st.sampled_from(TYPES)),
    st.builds(
        lambda value, language: Literal(value, language=language), VALUES, st.sampled_from(["en", "EN", "en-gb"])
    ),
    st.sampled_from([BlankNode("a"), BlankNode("0a"), BlankNode("a0"), NamedNode("http://x.test/1"), Literal("1")]),
    st.builds(
        lambda value, kind: Triple(P, P, Literal(value, datatype=NamedNode(XSD + kind))), VALUES, st.sampled_from(TYPES)
    ),
)
QUADS = st.sets(st.builds(lambda term, number: Quad(NamedNode(f"http://x.test/{number}"), P, term), TERMS, st.just(1)))


@settings(max_examples=25, deadline=None)
@given(writes=st.lists(st.tuples(QUADS, QUADS), max_size=3))
def test_announced_number_is_the_number_of_the_engine(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[set[Quad], set[Quad]]]
) -> None:
    """Also where it takes two ways of writing a value for one."""
    path = tmp_path_factory.mktemp("s")
    with EmbeddedStore.open(path, create=True) as store:
        for removed, added in writes:
            store.change(removed, added)
            assert store._known is not None
            assert store._known.state.quads == len(store._store)
            assert statefile.state_of(store._store, statefile.StateRecord(store._known.state)) is not None
    with opened_for_reading(path):
        pass


def test_dropped_graph_counts_with_its_quads(tmp_path: Path) -> None:
    """Whoever drops a graph need not name what is in it."""
    graph = NamedNode("http://x.test/g")
    path = made(tmp_path / "s", 3)
    with EmbeddedStore.open(path) as store:
        store.change(set(), {Quad(P, P, Literal(str(n)), graph) for n in range(4)})
        store.change(set(), set(), dropped={graph.value})
        assert len(set(store.quads())) == 3
    with EmbeddedStore.open(path) as store:
        assert len(set(store.quads())) == 3


def test_load_that_fails_and_load_that_repeats_leave_the_right_number(tmp_path: Path) -> None:
    """In bulk and added to what is there; a file that is not whole adds nothing."""
    good, bad = tmp_path / "good.nq", tmp_path / "bad.nq"
    good.write_text("".join(f"<http://x.test/{n}> <http://x.test/p> '{n}' .\n".replace("'", '"') for n in range(50)))
    bad.write_text(good.read_text() + "<http://x.test/ .\n")
    path = tmp_path / "s"
    for file, fits in ((bad, False), (good, True), (good, True), (bad, False)):
        with EmbeddedStore.open(path, create=True) as store:
            if fits:
                store.load(file, RdfFormat.N_QUADS, "http://x.test/")
            else:
                with pytest.raises(StoreError.__base__):  # type: ignore[arg-type]
                    store.load(file, RdfFormat.N_QUADS, "http://x.test/")
    with opened_for_reading(path) as store:
        assert len(set(store.quads())) == 50
