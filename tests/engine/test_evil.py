"""Queries that are meant to do harm do none."""

from __future__ import annotations

import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.engine import Engine, EngineLimits, Query
from kg.errors import KgError
from kg.store import EmbeddedStore
from tests.engine.conftest import ring
from tests.listening import visited

LIMIT = 1.0
MARGIN = 0.25
MEMORY = 128 << 20
EVIL = tomllib.loads((Path(__file__).parent / "evil.toml").read_text("utf-8"))["query"]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that only notes who connects."""
    with visited() as noted:
        yield noted


@pytest.fixture(scope="module")
def evil_engine() -> Iterator[Engine]:
    """Four queries at a time, each with little time and memory."""
    source = EmbeddedStore.in_memory()
    source.change(set(), set(ring()))
    with Engine(source, EngineLimits(deadline=LIMIT, memory=MEMORY, workers=6)) as engine:
        yield engine


def text_of(entry: dict[str, list[list[object]]], address: str) -> str:
    """The query, written out."""
    return "".join(str(text) * int(str(times)) for text, times in entry["parts"]).replace("{listener}", address)


def outcome(engine: Engine, text: str) -> tuple[str, float]:
    """How a query ended and after how many seconds."""
    begin = time.monotonic()
    try:
        engine.answer(Query(text=text, rows="tsv", graph="ntriples")).read()
    except KgError as error:
        return type(error).__name__, time.monotonic() - begin
    return "answered", time.monotonic() - begin


def resident(pid: int) -> int:
    """Bytes of memory of a process of its own, beyond what it shares with its parent."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()
    return int(pages[1]) * 4096


def test_evil_queries_are_stopped_in_time_and_others_are_answered(
    evil_engine: Engine, listener: tuple[str, list[str]]
) -> None:
    """Each ends in an error within its limit, four at a time, while a simple question is always answered within 1 s."""
    address, connections = listener
    waits: list[float] = []
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            name, seconds = outcome(evil_engine, f"ASK {{}} # {len(waits)}")
            waits.append(seconds if name == "answered" else float("inf"))
            time.sleep(0.02)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        with ThreadPoolExecutor(4) as attackers:
            ends = list(attackers.map(lambda entry: outcome(evil_engine, text_of(entry, address)), EVIL))
    finally:
        done.set()
        asking.join()
    report = [(entry["name"], *end) for entry, end in zip(EVIL, ends, strict=True) if "is_silent" not in entry]
    assert len(report) >= 20
    assert max(seconds for _, seconds in ends) < LIMIT + MARGIN
    assert [line for line in report if line[1] == "answered" or line[2] > LIMIT + MARGIN] == []
    assert max(waits) < 1.0
    assert len(waits) > len(EVIL) / 4
    assert connections == []
