"""Queries waited for beside others, as an event loop does: the same answers, and no worker lost."""

from __future__ import annotations

import os
import select
import time

import pytest

from kg.engine import Answer, Asked, Engine, Limits, Query
from kg.errors import QueryError, QueryTimeout
from kg.store import EmbeddedStore
from tests.engine.conftest import ring

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def begun(engine: Engine, text: str) -> Asked:
    """The query, with a worker that was free."""
    until = time.monotonic() + 5
    while not isinstance(asked := engine.begin(Query(text=text)), Asked):
        assert time.monotonic() < until, "no worker is free"
        time.sleep(0.01)
    return asked


def looked(asked: Asked) -> bool | None:
    """What :meth:`Asked.look` says when it no longer says to wait."""
    while (is_here := asked.look()) is False:
        assert select.select([asked.number], [], [], 5)[0]
    return is_here


def test_short_answer_is_that_of_who_waits(engine: Engine) -> None:
    """Bytes, kind, format and revision; and it is kept for the next."""
    text = f"{COUNT} # short"
    asked = begun(engine, text)
    assert looked(asked) is True
    answer = asked.short_answer()
    assert answer == engine.answer(Query(text=text))
    assert isinstance(again := engine.begin(Query(text=text)), Answer)
    assert again == answer


@pytest.mark.parametrize(
    "text", ["SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 20000", "nonsense", "ASK " + "{" * 5_000 + "}" * 5_000], ids=len
)
def test_long_answer_error_and_crash_are_for_a_thread(engine: Engine, text: str) -> None:
    """There the same comes of it as of any query."""
    asked = begun(engine, text)
    assert looked(asked) is None
    if text.startswith("SELECT"):
        assert len(asked.answer().read()) > 1 << 20
    else:
        with pytest.raises(QueryError):
            asked.answer()


def test_query_without_end_meets_its_deadline(engine: Engine) -> None:
    """Counted from when it was begun."""
    begin = time.monotonic()
    asked = begun(engine, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert asked.look() is False
    time.sleep(0.5)
    with pytest.raises(QueryTimeout):
        asked.answer()
    assert time.monotonic() - begin < engine.deadline + 0.25


def test_nothing_is_begun_while_all_workers_are_at_work() -> None:
    """Nobody may wait then, so a thread has to."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    with Engine(source, Limits(workers=2, spares=2)) as engine:
        held = [begun(engine, f"{COUNT} # {number}") for number in range(2)]
        assert engine.begin(Query(text="ASK {}")) is None
        assert [looked(asked) for asked in held] == [True, True]
        assert held[0].short_answer().body == held[1].short_answer().body
        last = begun(engine, "ASK {}")
        assert looked(last) is True
        last.short_answer()
        assert engine.counts()["answered"] == 3


def test_long_text_is_not_begun(engine: Engine) -> None:
    """It may not fit into the socket, and sending it would wait for the worker to read."""
    assert engine.begin(Query(text="ASK {}" + " " * 200_000)) is None
