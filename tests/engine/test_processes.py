"""Processes of the engine's that are stopped, killed or at work for long: every query has its answer in time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

import pytest

from kg.engine import (
    Answer,
    Asked,
    ClientDisconnected,
    Engine,
    EngineLimits,
    Outcome,
    Query,
    Update,
    Upload,
    pipelining,
    request_reply,
)
from kg.engine.fork_server_client import Image, Worker
from kg.engine.loading import Loading, worked
from kg.engine.pipelining import Lanes
from kg.errors import EngineBusy, KgError, QueryError, QueryTimeout
from kg.store import EmbeddedStore
from tests.engine.conftest import NODES, SPACE, ring
from tests.engine.test_engine import alive, asked, children, counted, eventually, state

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS_ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
ENDLESS_ONES = range(12)
CRASHING = "ASK " + "{" * 5_000 + "}" * 5_000
DELETE = Update(text="DELETE WHERE { ?s ?p ?o }", base=SPACE)
PATIENT = EngineLimits(deadline=120.0, memory=128 << 20, patience=1.0)
LONG_WAIT = 120.0
"""Seconds after which a test fails; nothing takes so long but on a machine that stands still."""


@pytest.fixture(autouse=True)
def usual_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long queries do not step back here: on a busy machine they would never end."""
    monkeypatch.setattr(request_reply, "_LONG_PRIORITY", os.getpriority(os.PRIO_PROCESS, 0))


def image_of(engine: Engine) -> int:
    """The number of its image process."""
    return engine._image._process.pid


def at_work(engine: Engine) -> list[int]:
    """The numbers of the workers that are at a query just now."""
    return [child for child in children(image_of(engine)) if state(child) == "R"]


def is_at_rest(engine: Engine) -> bool:
    """Whether no query has a worker, and none waits for one."""
    schedule = engine._schedule
    return (schedule.busy, schedule.long, schedule.waiting, engine._threads_waiting) == (0, 0, 0, 0)


# -- stopped ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_idle", [False, True])
def test_stopped_image_process_is_replaced(store: EmbeddedStore, is_idle: bool) -> None:
    """A write ends, and is seen; until another image has the place of the stopped one the engine says that it is not
    ready, also where nobody writes.
    """
    with Engine(store, PATIENT) as engine, ThreadPoolExecutor(1) as other:
        stopped = image_of(engine)
        assert eventually(lambda: engine.trouble() is None, LONG_WAIT)
        os.kill(stopped, signal.SIGSTOP)
        writing = None if is_idle else other.submit(store.change, set(ring()[:4]), set())
        assert eventually(lambda: engine.trouble() is not None, LONG_WAIT)
        assert eventually(lambda: engine.trouble() is None and image_of(engine) != stopped, LONG_WAIT)
        if writing is not None:
            writing.result(LONG_WAIT)
        assert counted(engine) == 2 * NODES - (0 if is_idle else 2)
        assert not alive(stopped)


def test_query_under_way_on_a_stopped_image_is_answered(store: EmbeddedStore) -> None:
    """Its worker goes with the image; it is asked again of the next one, and nobody is told."""
    with Engine(store, PATIENT) as engine, ThreadPoolExecutor(1) as other:
        text = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 700000 }"
        running = other.submit(asked, engine, text)
        assert eventually(lambda: engine._schedule.busy == 1, LONG_WAIT)
        os.kill(image_of(engine), signal.SIGKILL)
        assert b"700000" in running.result(LONG_WAIT).read()


def test_stopped_image_process_does_not_keep_an_engine_from_its_end(store: EmbeddedStore) -> None:
    """It is killed where it does not end by itself."""
    engine = Engine(store, PATIENT)
    image = image_of(engine)
    os.kill(image, signal.SIGSTOP)
    engine.close()
    assert not alive(image)
    assert engine.trouble() is not None


@pytest.mark.parametrize("size", [10, 1 << 21])
def test_image_process_that_is_stopped_while_it_loads_is_given_up(size: int) -> None:
    """Whether what it is sent fits into the pipe or not."""
    before = set(children(os.getpid()))
    stopped: list[int] = []

    def dump(output: IO[bytes]) -> None:
        stopped.extend(set(children(os.getpid())) - before)
        os.kill(stopped[0], signal.SIGSTOP)
        for number in range(size // 10):
            output.write(b"<x:%06d> <x:p> <x:o> .\n" % number)

    with pytest.raises(EngineBusy):
        Image.start(dump, 1, PATIENT)
    assert not any(map(alive, stopped))


def test_process_that_works_long_is_waited_for() -> None:
    """It may load longer than it may do nothing; but not for ever where there is a limit."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        looks = iter(range(4))

        def attempt(_: float) -> str:
            before = worked(process.pid)
            if next(looks) == 3:
                return "loaded"
            assert eventually(lambda: worked(process.pid) != before, LONG_WAIT)
            raise TimeoutError

        assert Loading(process.pid, 0.01).wait(attempt) == "loaded"
        looks = iter(range(3))
        with pytest.raises(TimeoutError):
            Loading(process.pid, 0.01, longest=0.01).wait(attempt)
        process.kill()


def test_stopped_worker_keeps_nobody_past_the_deadline(store: EmbeddedStore) -> None:
    """Not even who sends it more than it has room for."""
    with Engine(store, EngineLimits(deadline=2.0, workers=1, spares=1)) as engine:
        assert eventually(lambda: len(engine._idle) == 1, LONG_WAIT)
        for worker in children(image_of(engine)):
            os.kill(worker, signal.SIGSTOP)
        with pytest.raises(QueryTimeout):
            engine.read(Upload(data=b"<x:s> <x:p> 1 .\n" * 1_000_000, format="turtle"))
        assert eventually(lambda: len(engine._idle) == 1, LONG_WAIT)
        assert is_at_rest(engine)


def test_look_at_an_idle_worker_never_waits(store: EmbeddedStore) -> None:
    """Neither after a query that took long: everybody else waits behind whoever looks."""
    with Engine(store, EngineLimits(workers=1, spares=1, deadline=600.0)) as engine:
        text = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 300000 }"
        engine.answer(Query(text=text), gone=lambda: False).read()
        assert eventually(lambda: len(engine._idle) == 1, LONG_WAIT)
        worker = engine._idle[0]
        looking = threading.Thread(target=lambda: [worker.is_gone for _ in range(100)])
        looking.start()
        looking.join(30.0)
        assert not looking.is_alive()


# -- killed ----------------------------------------------------------------------------------------------------------


def test_workers_that_were_killed_are_not_asked(store: EmbeddedStore) -> None:
    """With all of them gone the next queries are answered, and nobody is told of it."""
    with Engine(store, PATIENT) as engine:
        for _ in range(3):
            assert eventually(lambda: len(engine._idle) >= PATIENT.spares, LONG_WAIT)  # more may have come back
            for worker in children(image_of(engine)):
                os.kill(worker, signal.SIGKILL)
            for number in range(3):
                assert asked(engine, f"SELECT ({number} AS ?n) {{}}").read()


@pytest.mark.parametrize("look", [Engine._pop_idle, Engine._let_the_dead_go])
def test_socket_of_a_dead_worker_is_closed_when_it_is_found(
    store: EmbeddedStore, look: Callable[[Engine], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keeper, which buries it, leaves its work undone when the engine closes."""
    with Engine(store, PATIENT) as engine:
        assert eventually(lambda: len(engine._idle) >= PATIENT.spares, LONG_WAIT)
        with monkeypatch.context() as patched:
            patched.setattr(engine, "_later", lambda _: False)
            dead = engine._idle[-1]
            os.kill(dead.pid, signal.SIGKILL)
            assert eventually(lambda: dead.is_gone, LONG_WAIT)
            found = look(engine)
        if isinstance(found, Worker):
            engine.take_back(found, True, 0)
        assert dead.channel._socket.fileno() == -1


@pytest.mark.parametrize("what", ["query", "update", "upload"])
def test_worker_that_is_killed_at_work_is_not_missed(store: EmbeddedStore, what: str) -> None:
    """Its query is asked again of another, once."""
    work: dict[str, Callable[[Engine], bytes]] = {
        "query": lambda engine: asked(
            engine, "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 700000 }"
        ).read(),
        "update": lambda engine: repr(engine.rehearse(DELETE)).encode(),
        "upload": lambda engine: engine.read(Upload(data=b"<x:s> <x:p> 1 .\n" * 300_000, format="turtle")),
    }
    with Engine(store, EngineLimits(deadline=600.0, workers=1, spares=1)) as engine, ThreadPoolExecutor(1) as other:
        expected = work[what](engine)
        assert eventually(lambda: len(engine._idle) == 1, LONG_WAIT)
        engine._cache._answers.clear()
        running = other.submit(work[what], engine)
        assert eventually(lambda: engine._schedule.busy == 1 or running.done(), LONG_WAIT)
        for worker in children(image_of(engine)):
            os.kill(worker, signal.SIGKILL)
        assert running.result(600.0) == expected


# -- many that take long ---------------------------------------------------------------------------------------------


def test_short_queries_and_updates_find_a_worker_among_many_long_ones(store: EmbeddedStore) -> None:
    """More endless queries than workers, each another, also ones with rows; none of them ends by itself."""
    limits = EngineLimits(deadline=600.0, memory=128 << 20, workers=4, rows=1 << 40, size=1 << 50)
    leave = threading.Event()
    with Engine(store, limits) as engine, ThreadPoolExecutor(12) as pool:

        def ask(number: int) -> bytes:
            text = f"{ENDLESS_ROWS if number % 2 else ENDLESS} # {number}"
            answer = engine.answer(Query(text=text), gone=leave.is_set)
            return b"" if isinstance(answer.body, bytes) else max(answer.body, key=len)

        long = [pool.submit(ask, number) for number in range(12)]
        try:
            assert eventually(lambda: (engine._schedule.long, engine._threads_waiting) == (3, 9), LONG_WAIT)
            for number in range(5):
                assert engine.answer(Query(text=f"ASK {{}} # {number}"), deadline=LONG_WAIT).read()
                assert engine.rehearse(DELETE, deadline=LONG_WAIT).removed
            assert engine._schedule.long == 3
        finally:
            leave.set()
        assert all(isinstance(one.exception(), ClientDisconnected) for one in long)
        assert eventually(lambda: is_at_rest(engine), LONG_WAIT)


def test_long_query_is_answered_when_a_place_is_free(store: EmbeddedStore) -> None:
    """It begins anew, and its answer is whole; who has to wait past the deadline is refused."""
    with Engine(store, EngineLimits(deadline=600.0, workers=2)) as engine, ThreadPoolExecutor(2) as pool:
        leave = threading.Event()
        first = pool.submit(engine.answer, Query(text=ENDLESS), gone=leave.is_set)
        assert eventually(lambda: engine._schedule.long == 1, LONG_WAIT)
        long = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 700000 }"
        second = pool.submit(asked, engine, long)
        assert eventually(lambda: engine._threads_waiting == 1, LONG_WAIT)
        with pytest.raises(EngineBusy):
            engine.answer(Query(text=f"{ENDLESS} # more"), deadline=1.0)
        leave.set()
        assert isinstance(first.exception(), ClientDisconnected)
        assert b"700000" in second.result().read()


def test_client_that_has_all_places_makes_room_for_another(store: EmbeddedStore) -> None:
    """Its youngest long query stops, and begins again when there is a place: it is answered, too."""
    with Engine(store, EngineLimits(deadline=600.0, workers=4)) as engine, ThreadPoolExecutor(4) as pool:
        leave = threading.Event()
        for number in range(3):
            query = Query(text=f"{ENDLESS} # {number}")
            pool.submit(engine.answer, query, gone=leave.is_set, client="greedy")
        assert eventually(lambda: engine._schedule.long == 3, LONG_WAIT)
        text = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 700000 }"
        assert b"700000" in engine.answer(Query(text=text), client="modest").read()
        assert eventually(lambda: engine._schedule.long == 3 and engine._threads_waiting == 0, LONG_WAIT)
        leave.set()
    assert is_at_rest(engine)


def test_loop_waits_for_a_place_without_a_thread(store: EmbeddedStore) -> None:
    """Of many endless queries each is told what becomes of it; who has left is forgotten, who is late is refused."""
    leave = threading.Event()

    async def ask(engine: Engine) -> list[Outcome]:
        lanes = engine.lanes(asyncio.get_running_loop())
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(ENDLESS_ONES) + 1))
        endless = [asyncio.create_task(ended(lanes, f"{ENDLESS} # {number}", leave)) for number in ENDLESS_ONES]
        await settled(lambda: engine._schedule.long == 3 and engine._schedule.waiting == 9)
        assert isinstance(await ended(lanes, "ASK {}", leave), Answer | Asked)  # which it is on a busy machine
        leave.set()
        outcomes = await asyncio.wait_for(asyncio.gather(*endless), LONG_WAIT)
        lanes.close()
        return outcomes

    with Engine(store, EngineLimits(deadline=600.0, workers=4)) as engine:
        kinds = Counter(type(outcome) for outcome in asyncio.run(ask(engine)))
        assert sum(kinds.values()) == len(ENDLESS_ONES)
        assert set(kinds) <= {Asked, EngineBusy}
        assert kinds[Asked] >= 3
        assert eventually(lambda: is_at_rest(engine), LONG_WAIT)


async def ended(lanes: Lanes, text: str, leave: threading.Event) -> Outcome:
    """What has become of a query, which is asked anew where it has to be, and waited for by a thread as a server does:
    the answer, or that its client has left.
    """
    outcome: Outcome = None
    query, loop = Query(text=text), asyncio.get_running_loop()
    while outcome is None:
        future: asyncio.Future[Outcome] = loop.create_future()
        assert lanes.ask(query, future.set_result, "a", leave.is_set) or lanes.wait(
            query, future.set_result, "a", leave.is_set
        )
        outcome = await future
    if isinstance(outcome, Asked):
        with contextlib.suppress(ClientDisconnected):
            await asyncio.to_thread(outcome.answer)
    return outcome


async def settled(condition: Callable[[], bool]) -> None:
    """Wait until it is true."""
    until = time.monotonic() + LONG_WAIT
    while not condition():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_in_a_loop", [False, True])
def test_query_that_was_found_to_take_long_is_not_tried_again_by_who_waits(
    store: EmbeddedStore, is_in_a_loop: bool
) -> None:
    """Thirty clients of one address loop the same: each try would kill a worker, and keep a small query waiting."""
    with Engine(store, EngineLimits(deadline=600.0, workers=4)) as engine:
        with waiting_for_ever(engine, [ENDLESS] * 30, is_in_a_loop=is_in_a_loop):
            assert eventually(lambda: (engine._schedule.long, engine._schedule.waiting) == (3, 27), LONG_WAIT)
            assert engine.counts().get("replaced", 0) < 12
        assert eventually(lambda: is_at_rest(engine), LONG_WAIT)


@pytest.mark.parametrize("is_in_a_loop", [False, True])
def test_each_query_of_a_crowd_has_less_time_to_show_that_it_is_short(
    store: EmbeddedStore, is_in_a_loop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one that is alone would have ten minutes, most of a client's thirty others have had their try."""
    monkeypatch.setattr(request_reply, "PLACE_SECONDS", 600.0)
    monkeypatch.setattr(pipelining, "LONG_SECONDS", 600.0)
    if not is_in_a_loop:  # where the first few find no crowd, and are not looked at again
        monkeypatch.setattr(request_reply, "CROWD", 0)
    texts = [f"{ENDLESS} # {number}" for number in range(30)]
    with Engine(store, EngineLimits(deadline=600.0, workers=4)) as engine:
        with waiting_for_ever(engine, texts, is_in_a_loop=is_in_a_loop):
            is_tried = eventually(
                lambda: engine._schedule.long == 3 and engine._schedule.waiting_of("a") < 8, LONG_WAIT
            )
            monkeypatch.undo()  # so that those at work see that their client leaves
            assert is_tried
        assert eventually(lambda: is_at_rest(engine), LONG_WAIT)


@contextlib.contextmanager
def waiting_for_ever(engine: Engine, texts: list[str], *, is_in_a_loop: bool) -> Iterator[None]:
    """So many queries of one client meanwhile, which leaves at the end."""
    leave = threading.Event()

    async def ask_in_a_loop() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(texts)))
        lanes = engine.lanes(asyncio.get_running_loop())
        await asyncio.gather(*(ended(lanes, text, leave) for text in texts))
        lanes.close()

    def ask(text: str) -> None:
        engine.answer(Query(text=text), gone=leave.is_set, client="a")

    with ThreadPoolExecutor(len(texts)) as pool:
        work = [pool.submit(asyncio.run, ask_in_a_loop())] if is_in_a_loop else [pool.submit(ask, t) for t in texts]
        try:
            yield
        finally:
            leave.set()
    assert all(isinstance(one.exception(), ClientDisconnected | None) for one in work)


@pytest.mark.parametrize("is_in_a_loop", [False, True])
def test_query_that_waits_for_a_processor_is_not_taken_for_a_long_one(store: EmbeddedStore, is_in_a_loop: bool) -> None:
    """On a busy machine any query may take long by the clock: it would wait behind queries without end."""
    leave = threading.Event()
    with Engine(store, EngineLimits(deadline=600.0, workers=4)) as engine, ThreadPoolExecutor(4) as pool:
        for number in range(3):
            pool.submit(engine.answer, Query(text=f"{ENDLESS} # {number}"), gone=leave.is_set)
        try:
            assert eventually(lambda: engine._schedule.long == 3, LONG_WAIT)
            assert asked(engine, "ASK {} # before").read()  # its worker is idle then
            assert eventually(lambda: len(engine._idle) > 0, LONG_WAIT)
            idle = [worker.pid for worker in engine._idle]
            for worker in idle:
                os.kill(worker, signal.SIGSTOP)
            if is_in_a_loop:
                short = pool.submit(asyncio.run, in_a_loop(engine, "ASK {}"))
            else:
                short = pool.submit(asked, engine, "ASK {}")
            time.sleep(1.0)
            for worker in idle:
                os.kill(worker, signal.SIGCONT)
            assert b"true" in short.result(LONG_WAIT).read()
        finally:
            leave.set()


async def in_a_loop(engine: Engine, text: str) -> Answer:
    """The answer that comes by an event loop."""
    lanes, future = engine.lanes(asyncio.get_running_loop()), asyncio.get_running_loop().create_future()
    query = Query(text=text)
    assert lanes.ask(query, future.set_result) or lanes.wait(query, future.set_result)
    outcome = await future
    answer = await asyncio.to_thread(finished, engine, query, outcome, lambda: False)
    lanes.close()
    return answer


# -- everything at once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_every_request_has_an_answer_whatever_dies(store: EmbeddedStore, seed: int) -> None:
    """Short and long queries, updates, uploads and texts that crash, by threads and by an event loop, while workers
    and the image process are killed or stopped at random: each ends soon after its deadline at the latest, and
    answers are right.
    """
    limits = EngineLimits(deadline=10.0, workers=4, spares=2, patience=1.0)
    with Engine(store, limits) as engine, ThreadPoolExecutor(12) as pool:
        killing = Killer(engine, seed)
        killing.start()
        works = [pool.submit(some_requests, engine, f"{seed}-{number}", number) for number in range(8)]
        looped = asyncio.run(loop_requests(engine, seed))
        results = [result for work in works for result in work.result()] + looped
        killing.end()
        assert len(results) == 8 * REQUESTS + LOOPED
        assert all(late < LONG_WAIT for late, _ in results)
        wrong = [outcome for _, outcome in results if outcome is not None]
        assert not [error for error in wrong if not isinstance(error, KgError)]
        assert len(wrong) < len(results) / 2
        assert eventually(lambda: is_at_rest(engine), LONG_WAIT)
        assert eventually(lambda: engine.trouble() is None, LONG_WAIT)
        assert counted(engine) == 2 * NODES


REQUESTS = 12
LOOPED = 80


class Killer(threading.Thread):
    """Kills or stops a process of the engine's now and then."""

    def __init__(self, engine: Engine, seed: int) -> None:
        super().__init__()
        self._engine = engine
        self._chance = random.Random(seed)
        self._ends = threading.Event()

    def run(self) -> None:
        """Go on until :meth:`end`."""
        kills = 0
        while not self._ends.wait(0.1):
            kills += 1
            image = image_of(self._engine)
            try:
                victims = [image] if kills % 25 == 0 else children(image)
            except FileNotFoundError:
                continue
            if victims:
                what = self._chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP))
                try:
                    os.kill(self._chance.choice(victims), what)
                except ProcessLookupError:
                    continue

    def end(self) -> None:
        """Stop it, and wait until it has."""
        self._ends.set()
        self.join()


def some_requests(engine: Engine, name: str, client: int) -> list[tuple[float, BaseException | None]]:
    """Make them one after the other: how late each ended, and why it has no answer."""
    chance, results = random.Random(name), []
    for number in range(REQUESTS):
        deadline = chance.choice((0.5, 3.0, 10.0))
        begin = time.monotonic()
        error = outcome_of(lambda: one(engine, chance, f"{name}-{number}", deadline, str(client % 3)))  # noqa: B023
        results.append((time.monotonic() - begin - deadline, error))
    return results


def outcome_of(work: Callable[[], object]) -> BaseException | None:
    """The error, if there is one."""
    try:
        work()
    except (KgError, AssertionError, Exception) as error:  # noqa: BLE001  # whatever it is, it is told
        return error
    return None


def one(engine: Engine, chance: random.Random, name: str, deadline: float, client: str) -> None:
    """One request of a random kind; a wrong answer is an AssertionError."""
    kind = chance.randrange(8)
    if kind == 0:
        with pytest.raises(KgError):
            engine.answer(Query(text=f"{ENDLESS} # {name}"), deadline=min(deadline, 2.0), client=client).read()
    elif kind == 1:
        with pytest.raises((QueryError, EngineBusy, QueryTimeout)):
            engine.answer(Query(text=f"{CRASHING} # {name}"), deadline=deadline, client=client)
    elif kind == 2:
        assert len(engine.rehearse(DELETE, deadline=deadline).removed) == 2 * NODES
    elif kind == 3:
        assert engine.read(Upload(data=b"<x:s> <x:p> 1 .\n", format="turtle"), deadline=deadline).count(b"\n") == 1
    elif kind == 4:
        text = f"SELECT ?a ?d {{ ?a <{SPACE}next> ?b . ?d <{SPACE}next> ?e }} # {name}"
        answer = engine.answer(Query(text=text, rows="csv"), deadline=deadline, client=client)
        assert answer.read().count(b"\n") == NODES * NODES + 1
    else:
        answer = engine.answer(Query(text=f"SELECT ('{name}' AS ?n) {{}}"), deadline=deadline, client=client)
        assert json.loads(answer.read())["results"]["bindings"][0]["n"]["value"] == name


async def loop_requests(engine: Engine, seed: int) -> list[tuple[float, BaseException | None]]:
    """The same from an event loop, some at a time."""
    loop, chance = asyncio.get_running_loop(), random.Random(seed)
    lanes = engine.lanes(loop)

    async def ask(number: int) -> tuple[float, BaseException | None]:
        await asyncio.sleep(chance.random())
        text = f"{ENDLESS} # {number}" if number % 20 == 0 else f"SELECT ('{number}' AS ?n) {{}} # {seed}"
        future: asyncio.Future[Outcome] = loop.create_future()
        query, begin = Query(text=text, rows="csv"), time.monotonic()
        gone = (lambda: time.monotonic() - begin > 1.0) if number % 20 == 0 else (lambda: False)
        assert lanes.ask(query, future.set_result, "loop", gone) or lanes.wait(query, future.set_result, "loop", gone)
        outcome = await future

        def finish() -> None:
            try:
                answer = finished(engine, query, outcome, gone)
            except ClientDisconnected:
                return
            assert answer.read().split()[1] == str(number).encode()

        error = await asyncio.to_thread(outcome_of, finish)
        return time.monotonic() - begin - engine.deadline, error

    results = await asyncio.wait_for(asyncio.gather(*map(ask, range(LOOPED))), 4 * LONG_WAIT)
    lanes.close()
    return list(results)


def finished(engine: Engine, query: Query, outcome: Outcome, gone: Callable[[], bool]) -> Answer:
    """The answer that a thread of the server would give."""
    if isinstance(outcome, KgError):
        raise outcome
    if outcome is None:
        return engine.answer(query, gone=gone)
    return outcome.answer(gone) if isinstance(outcome, Asked) else outcome
