"""Queries waited for beside others, as an event loop does: the same answers, and no worker lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.engine import Answer, Asked, Engine, EngineLimits, Lanes, Outcome, Query
from kg.errors import EngineBusy, KgError, QueryError, QueryTimeout
from kg.store import EmbeddedStore
from tests.engine.conftest import ring

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CRASHING = "ASK " + "{" * 5_000 + "}" * 5_000


def asked(engine: Engine, *texts: str) -> list[Outcome]:
    """What is told of each, all asked at once."""
    return during(engine, lambda lanes: told(lanes, *texts))


def seen(engine: Engine, *texts: str) -> list[Outcome]:
    """What clients see of it in the end: on a busy machine any query may take long enough for a thread."""
    return [_seen(engine, Query(text=text), told) for text, told in zip(texts, asked(engine, *texts), strict=True)]


def during(engine: Engine, work: Callable[[Lanes], Awaitable[list[Outcome]]]) -> list[Outcome]:
    """What ``work`` gives in an event loop of its own."""

    async def run() -> list[Outcome]:
        lanes = engine.lanes(asyncio.get_running_loop())
        try:
            return await asyncio.wait_for(work(lanes), 60)
        finally:
            lanes.close()

    return asyncio.run(run())


async def told(lanes: Lanes, *texts: str) -> list[Outcome]:
    """The outcome of each. A worker must be free."""
    futures: list[asyncio.Future[Outcome]] = [asyncio.get_running_loop().create_future() for _ in texts]
    for text, future in zip(texts, futures, strict=True):
        assert lanes.ask(Query(text=text), future.set_result)
    return list(await asyncio.gather(*futures))


@pytest.fixture
def single() -> Engine:
    """An engine that never has more than one query at work."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    return Engine(source, EngineLimits(workers=1, spares=1, deadline=2.0))


def when_free(engine: Engine) -> Engine:
    """The engine, as soon as a worker can be had at once."""
    until = time.monotonic() + 60
    while (worker := engine.lend()) is None:
        assert time.monotonic() < until, "no worker is free"
        time.sleep(0.01)
    engine.take_back(worker, True, 0)
    return engine


def test_short_answer_is_that_of_who_waits(engine: Engine) -> None:
    """Bytes, kind, format and revision."""
    text = f"{COUNT} # short"
    (answer,) = seen(when_free(engine), text)
    assert isinstance(answer, Answer)
    assert answer == engine.answer(Query(text=text))


def test_kept_answer_is_told_at_once(engine: Engine) -> None:
    """Without a worker, before ``ask`` returns."""
    query = Query(text=f"{COUNT} # kept")
    answer = engine.answer(query)

    async def ask(lanes: Lanes) -> list[Outcome]:
        found: list[Outcome] = []
        assert lanes.ask(query, found.append)
        return found

    assert during(engine, ask) == [answer]


def test_small_queries_share_a_worker(single: Engine) -> None:
    """One worker is sent several at a time, and each is told its own answer, in whatever order others are asked."""
    with when_free(single) as engine:
        texts = [f"SELECT (COUNT(*) + {number} AS ?n) {{ ?s ?p ?o }}" for number in range(6)]
        outcomes = seen(engine, *texts)
        answers = [engine.answer(Query(text=text)) for text in texts]
        assert outcomes == answers
        assert len({answer.read() for answer in answers}) == 6
        counts = engine.counts()
        assert counts["answered"] + counts.get("cached", 0) == 12


def test_no_worker_has_more_than_a_few_at_a_time(single: Engine) -> None:
    """One more has to be waited for elsewhere, and what is asked is answered all the same."""
    with when_free(single) as engine:

        async def ask(lanes: Lanes) -> list[Outcome]:
            found: list[Outcome] = []
            taken = [lanes.ask(Query(text=f"ASK {{}} # {number}"), found.append) for number in range(20)]
            while len(found) < sum(taken):
                await asyncio.sleep(0.01)
            assert taken == sorted(taken, reverse=True)
            assert 1 < sum(taken) < 20
            return found

        for outcome in during(engine, ask):
            assert isinstance(_seen(engine, Query(text="ASK {}"), outcome), Answer)


def test_error_is_told_and_the_others_are_answered(single: Engine) -> None:
    """The worker is well: what it was sent behind a text that it could not read it answers."""
    with when_free(single) as engine:
        before, error, after = seen(engine, "ASK {}", "nonsense", f"{COUNT} # after")
        assert isinstance(before, Answer)
        assert isinstance(error, QueryError)
        assert isinstance(after, Answer)
        assert (engine.counts()["QueryError"], engine.counts()["answered"]) == (1, 2)


def test_crash_is_the_fault_of_one(single: Engine) -> None:
    """A thread finds out why the worker has died; who was behind is asked again, and not told of it."""
    with when_free(single) as engine:
        crashed, *behind = asked(engine, CRASHING, f"{COUNT} # behind", "ASK { ?s ?p ?o }")
        assert isinstance(crashed, Asked)
        assert behind == [None, None]
        with pytest.raises(QueryError, match="crashed"):
            crashed.answer()
        assert engine.answer(Query(text="ASK {}")).read()


def test_long_answer_is_for_a_thread(engine: Engine) -> None:
    """It is not collected in the loop."""
    (outcome,) = asked(when_free(engine), "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000")
    assert isinstance(outcome, Asked)
    assert len(outcome.answer().read()) > 1 << 20


def test_long_query_does_not_hold_up_who_is_behind(single: Engine) -> None:
    """It goes to a thread, which stops it at its deadline; the others are asked again at once."""
    with when_free(single) as engine:
        begin = time.monotonic()
        endless, behind = asked(engine, ENDLESS, "ASK {} # behind")
        assert isinstance(endless, Asked)
        assert behind is None
        assert time.monotonic() - begin < engine.deadline / 2
        with pytest.raises(QueryTimeout):
            endless.answer()
        assert time.monotonic() - begin < engine.deadline + 60  # it would never end by itself
        assert engine.answer(Query(text="ASK {}")).read()


def test_worker_that_was_sent_more_is_not_asked_again(engine: Engine) -> None:
    """The answers to those behind a long query would come, and be taken for another's."""
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(?a != ?f) }"
    outcomes = asked(when_free(engine), slow, *(f"SELECT ({number} AS ?n) {{}}" for number in range(4)))
    assert isinstance(outcomes[0], Asked)
    assert outcomes[1:] == [None] * 4
    assert _seen(engine, Query(text=slow), outcomes[0])  # an answer, or on a busy machine that it took too long
    for number in range(30):
        answer = engine.answer(Query(text=f"SELECT ({number} AS ?other) {{}}", rows="csv"))
        assert answer.read() == f"other\r\n{number}\r\n".encode()


def test_worker_that_has_grown_is_not_asked_again() -> None:
    """What a query has taken is not always given back: the next has another worker."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    with Engine(source, EngineLimits(workers=1, spares=1, memory=12 << 20)) as engine:
        text = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?f { ?a <http://x.test/next> ?b . ?d ?e ?f } LIMIT 4000 }"
        until, outcome = time.monotonic() + 120, None
        while not isinstance(outcome, Answer):
            assert time.monotonic() < until
            before = engine.counts().get("replaced", 0)
            (outcome,) = asked(when_free(engine), f"{text} # {until - time.monotonic()}")
            if isinstance(outcome, Asked):
                outcome.answer()  # on a busy machine: that has tests of its own
        assert engine.counts()["replaced"] == before + 1


def test_answers_after_a_write_are_of_the_graph_after_it() -> None:
    """Also where the worker of before is still at hand."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    with Engine(source, EngineLimits(workers=2, spares=2)) as engine:
        written = NamedNode("urn:written")

        async def ask(lanes: Lanes) -> list[Outcome]:
            first = await told(lanes, "ASK { <urn:written> ?p ?o } # 1")
            source.change(set(), {Quad(written, written, Literal("now"))})
            await asyncio.to_thread(when_free, engine)
            return first + await told(lanes, "ASK { <urn:written> ?p ?o } # 2")

        before, after = (_seen(engine, Query(text="ASK {}"), told) for told in during(when_free(engine), ask))
        assert isinstance(before, Answer)
        assert isinstance(after, Answer)
        assert (b"false" in before.read(), b"true" in after.read()) == (True, True)
        assert after.revision > before.revision


def test_nothing_is_asked_while_all_workers_are_at_work(single: Engine) -> None:
    """Nobody may wait then, so a thread has to."""
    with when_free(single) as engine:
        worker = engine.lend()
        assert worker is not None

        async def ask(lanes: Lanes) -> list[Outcome]:
            assert not lanes.ask(Query(text="ASK {}"), lambda _: None)
            engine.take_back(worker, True, 0)
            return await told(lanes, "ASK {}")

        assert isinstance(_seen(engine, Query(text="ASK {}"), during(engine, ask)[0]), Answer)


def test_worker_goes_back_when_nothing_is_asked(single: Engine) -> None:
    """A thread gets it, although nobody has closed anything."""
    with when_free(single) as engine:

        async def ask(lanes: Lanes) -> list[Outcome]:
            (outcome,) = await told(lanes, "ASK {}")
            assert isinstance(_seen(engine, Query(text="ASK {}"), outcome), Answer)
            return [await asyncio.to_thread(engine.answer, Query(text=COUNT))]

        assert isinstance(during(engine, ask)[0], Answer)


def test_long_text_is_not_asked(engine: Engine) -> None:
    """It may not fit into the socket, and sending it would wait for the worker to read."""

    async def ask(lanes: Lanes) -> list[Outcome]:
        assert not lanes.ask(Query(text="ASK {}" + " " * 200_000), lambda _: None)
        return []

    assert during(when_free(engine), ask) == []


def test_no_answer_is_lost_or_mixed_up_when_workers_die(engine: Engine) -> None:
    """Many at once, some of which crash their worker or never end: each is told once, of itself."""
    texts = [
        CRASHING if number % 17 == 0 else ENDLESS if number % 29 == 0 else f"SELECT ({number} AS ?n) {{}}"
        for number in range(1, 120)
    ]

    async def one(lanes: Lanes, text: str, again: int = 3) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        while not lanes.ask(Query(text=text, rows="csv"), future.set_result):
            await asyncio.sleep(0.005)
        outcome = await asyncio.to_thread(_seen, engine, Query(text=text, rows="csv"), await future)
        # Those that never end may have all workers until their deadline, which then is that of who waits as well.
        is_late = isinstance(outcome, EngineBusy) or (isinstance(outcome, QueryTimeout) and text != ENDLESS)
        return await one(lanes, text, again - 1) if is_late and again else outcome

    async def ask(lanes: Lanes) -> list[Outcome]:
        return list(await asyncio.gather(*(one(lanes, text) for text in texts)))

    for text, outcome in zip(texts, during(engine, ask), strict=True):
        if text in (CRASHING, ENDLESS):
            assert isinstance(outcome, KgError)
        else:
            assert isinstance(outcome, Answer)
            assert outcome.read().split()[1].decode() == text.split()[1][1:]


def _seen(engine: Engine, query: Query, outcome: Outcome) -> Outcome:
    try:
        if outcome is None:
            return engine.answer(query)
        return outcome.answer() if isinstance(outcome, Asked) else outcome
    except KgError as error:
        return error


def test_answers_that_have_come_are_told_though_the_worker_dies_meanwhile(single: Engine) -> None:
    """Who is told first asks again at once, and finds the worker dead: the second answer is not lost for that."""
    with when_free(single) as engine:
        worker = engine.lend()
        assert worker is not None
        engine.take_back(worker, True, 0)

        async def ask(lanes: Lanes) -> list[Outcome]:
            found: list[Outcome] = []

            def first(outcome: Outcome) -> None:
                found.append(outcome)
                os.kill(worker.pid, signal.SIGKILL)
                time.sleep(0.1)
                lanes.ask(Query(text="ASK {} # 3"), found.append)

            assert lanes.ask(Query(text="ASK {} # 1"), first)
            assert lanes.ask(Query(text="ASK {} # 2"), found.append)
            time.sleep(0.5)  # both come in one go
            while len(found) < 3:
                await asyncio.sleep(0.01)
            return found

        outcomes = during(engine, ask)
        assert sum(isinstance(outcome, Answer) for outcome in outcomes) == 2
        assert outcomes.count(None) == 1
