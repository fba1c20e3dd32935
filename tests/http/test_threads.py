"""Threads for requests: everything is done, no client has all of them, and clients take turns."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter

from kg.http.threads import Threads

LONG_WAIT = 60.0


def test_one_client_never_has_all_threads() -> None:
    """Its hundredth request waits for its own, and another's does not."""
    threads, leave, other = Threads(8, 6), threading.Event(), threading.Event()
    done: list[int] = []

    def wait(number: int) -> None:
        leave.wait(LONG_WAIT)
        done.append(number)

    for number in range(100):
        threads.do(lambda number=number: wait(number), "a")  # type: ignore[misc]
    threads.do(other.set, "b")
    assert other.wait(LONG_WAIT)
    assert not done
    leave.set()
    threads.close()
    assert sorted(done) == list(range(100))


def test_clients_take_turns() -> None:
    """Where all threads are taken, one that comes last is not the last to be served."""
    threads, leave, order = Threads(1, 1), threading.Event(), list[str]()
    threads.do(lambda: order.clear() if leave.wait(LONG_WAIT) else None, "a")
    for _ in range(50):
        threads.do(lambda: order.append("a"), "a")
    threads.do(lambda: order.append("b"), "b")
    leave.set()
    threads.close()
    assert len(order) == 51
    assert order.index("b") < 3


def test_nothing_is_forgotten_whoever_asks() -> None:
    """Thousands of works of random length by random clients: each is done once, and no client has more than it may."""
    chance, threads, lock = random.Random(1), Threads(5, 2), threading.Lock()
    done, now, most = Counter[int](), Counter[str](), Counter[str]()

    def work(number: int, client: str, seconds: float) -> None:
        with lock:
            now[client] += 1
            most[client] = max(most[client], now[client])
        time.sleep(seconds)
        with lock:
            now[client] -= 1
            done[number] += 1

    for number in range(2_000):
        client, seconds = chance.choice("aaaaaaabc"), chance.choice((0.0, 0.0, 0.0005))
        threads.do(lambda args=(number, client, seconds): work(*args), client)  # type: ignore[misc]
        if chance.random() < 0.01:
            time.sleep(0.002)
    until = time.monotonic() + LONG_WAIT
    while len(done) < 2_000:
        assert time.monotonic() < until
        time.sleep(0.01)
    threads.close()
    assert set(done.values()) == {1}
    assert max(most.values()) == 2
