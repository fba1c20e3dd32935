"""The soak itself: it passes where the server is whole, and would see what it looks for."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.soak import Client, Counted, compared, grows, main, thirds


def test_server_comes_through_a_short_soak(capsys: pytest.CaptureFixture[str]) -> None:
    """Three seconds at eight connections: no write is lost, killed or stopped, and every request is counted."""
    assert main(["--minutes", "0.05", "--quads", "2000"]) == 0
    assert "No breach." in capsys.readouterr().out


def test_lost_write_and_one_that_came_back_are_seen() -> None:
    """Both are named with their numbers."""
    client = Client(0)
    client.kept.extend([3, 4, 5])
    assert client.lost({3, 4, 5}) == []
    assert client.lost({2, 3, 5}) == [
        "connection 0 misses its writes [4]",
        "connection 0 finds again what it took out: [2]",
    ]


def test_request_that_is_counted_twice_or_not_at_all_is_seen() -> None:
    """Each of them, and a route whose end was not counted."""
    client = Client(0)
    client.answers[("/", "GET", "200")] += 2
    client.answers[("/ns", "GET", "200")] += 1
    right = Counted(Counter({("/", "GET", "200"): 5, ("/ns", "GET", "200"): 1}), Counter({"/": 5, "/ns": 1}))
    before = Counted(Counter({("/", "GET", "200"): 3}), Counter({"/": 3}))
    assert compared(before, right, [client]) == []
    wrong = Counted(Counter({("/", "GET", "200"): 6}), Counter({"/": 4, "/ns": 1}))
    assert len(compared(before, wrong, [client])) == 3


@pytest.mark.parametrize(
    ("values", "does"),
    [
        ([100.0] * 100, False),
        (range(100, 300, 2), True),
        ([50] * 10 + [100, 200] * 45, False),
        ([*range(100)] * 2, False),
    ],
    ids=["flat", "steady", "warm-up, then a saw", "once renewed"],
)
def test_only_steady_growth_is_growth(values: list[float], does: bool) -> None:
    """What is full after a while, or emptied now and then, does not leak."""
    assert grows(*thirds(list(values))) is does
