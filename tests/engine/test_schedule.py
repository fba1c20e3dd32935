"""Who gets a worker next: whatever happens in whatever order, nobody is forgotten and every client has its share."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from kg.engine.schedule import Schedule, Slot, Waiter


class Clients:
    """Clients of a schedule, and what they hold and wait for."""

    def __init__(self, workers: int) -> None:
        self.schedule = Schedule(workers)
        self.held: set[Slot] = set()
        self.waiting: dict[Waiter, bool] = {}
        self.granted = 0

    def take(self, client: str) -> None:
        """Ask for a slot at once."""
        slot = self.schedule.take(client)
        if slot is not None:
            self.held.add(slot)

    def wait(self, client: str, *, is_long: bool, number: int | None = None) -> None:
        """Wait for a slot."""
        got: list[Slot] = []
        waiters: list[Waiter] = []

        def grant(slot: Slot) -> None:
            assert (slot.client, slot.is_long) == (client, is_long)
            assert not got
            got.append(slot)
            self.held.add(slot)
            self.granted += 1
            for waiter in waiters:
                del self.waiting[waiter]

        waiters.append(self.schedule.wait(client, grant, is_long=is_long, number=number))
        if not got:
            self.waiting[waiters[0]] = is_long

    def leave(self, waiter: Waiter) -> None:
        """Wait no longer."""
        assert self.schedule.leave(waiter)
        assert not self.schedule.leave(waiter)
        del self.waiting[waiter]

    def release(self, slot: Slot) -> None:
        """Give a slot back."""
        self.held.remove(slot)
        self.schedule.release(slot)

    def obey(self) -> None:
        """Stop what is recalled, and have it wait for its turn."""
        for slot in [slot for slot in self.held if slot.is_recalled]:
            self.release(slot)
            self.wait(slot.client, is_long=True, number=slot.number)

    def long_by_client(self) -> Counter[str]:
        """How many long slots each client has, without those that are recalled."""
        return Counter(slot.client for slot in self.held if slot.is_long and not slot.is_recalled)


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("seed", range(6))
def test_nobody_waits_while_there_is_room(workers: int, seed: int) -> None:
    """Whatever clients do: no slot is given twice or lost, no short query waits for a free worker, no long one for a
    free place, and long ones never have all workers.
    """
    chance = random.Random(seed)
    clients = Clients(workers)
    for _ in range(400):
        step, client = chance.randrange(8), chance.choice("abcd")
        if step == 0:
            clients.take(client)
        elif step in (1, 2):
            clients.wait(client, is_long=step == 1)
        elif step == 3 and clients.waiting:
            clients.leave(chance.choice(list(clients.waiting)))
        elif step == 4 and clients.held:
            clients.schedule.lengthen(chance.choice(sorted(clients.held, key=lambda slot: slot.number)))
        elif step == 5:
            clients.obey()
        elif clients.held:
            clients.release(chance.choice(sorted(clients.held, key=lambda slot: slot.number)))
        check(clients, workers)
    while clients.held:
        clients.release(next(iter(clients.held)))
    assert not clients.waiting
    assert (clients.schedule.busy, clients.schedule.long, clients.schedule.waiting) == (0, 0, 0)


def check(clients: Clients, workers: int) -> None:
    """Compare what clients hold with what the schedule says, and see that nobody waits for what is free."""
    busy, long = len(clients.held), sum(slot.is_long for slot in clients.held)
    assert (busy, long) == (clients.schedule.busy, clients.schedule.long)
    assert clients.schedule.waiting == len(clients.waiting)
    most_long = {1: 1, 2: 1, 3: 2, 4: 3, 8: 6}[workers]
    assert busy <= workers
    assert long <= most_long
    if busy < workers:
        assert not [waiter for waiter, is_long in clients.waiting.items() if not is_long]
        assert long == most_long or not clients.waiting


def test_short_query_finds_a_worker_among_long_ones() -> None:
    """However many long ones wait."""
    clients = Clients(8)
    for _ in range(100):
        clients.wait("a", is_long=True)
    assert clients.schedule.long == 6
    for _ in range(2):
        clients.take("a")
    assert len(clients.held) == 8


def test_clients_take_turns() -> None:
    """One that comes after hundreds of another's waits for one of them, not for all; each client's come in order."""
    clients = Clients(1)
    clients.take("a")
    for client in ["a"] * 300 + ["b", "c"]:
        clients.wait(client, is_long=False)
    order = []
    while clients.held:
        (slot,) = clients.held
        order.append(slot)
        clients.release(slot)
    assert "".join(slot.client for slot in order[:5]) in ("aabca", "abcaa", "abaca", "aabac")
    assert [slot.number for slot in order if slot.client == "a"] == list(range(1, 302))


@pytest.mark.parametrize(("others", "shares"), [("b", [3, 3]), ("bc", [2, 2, 2]), ("bcdef", [1] * 6)])
def test_client_that_has_all_long_slots_gives_others_their_share(others: str, shares: list[int]) -> None:
    """The youngest of its queries are stopped for those of others, and no more of them than that."""
    clients = Clients(8)
    for _ in range(50):
        clients.wait("a", is_long=True)
    oldest = min(clients.held, key=lambda slot: slot.number)
    for other in others:
        for _ in range(50):
            clients.wait(other, is_long=True)
    for _ in range(20):
        clients.obey()
    assert sorted(clients.long_by_client().values(), reverse=True) == shares
    assert oldest in clients.held
    before = set(clients.held)
    for _ in range(5):
        clients.obey()
    assert clients.held == before


def test_nothing_is_recalled_where_one_client_is_alone() -> None:
    """Behind a proxy all are one client: they share everything in the order in which they come."""
    clients = Clients(8)
    for _ in range(50):
        clients.wait("", is_long=True)
        clients.wait("", is_long=False)
    assert not any(slot.is_recalled for slot in clients.held)


def test_recalled_query_keeps_its_turn() -> None:
    """It is the first of its client's when a slot is free."""
    clients = Clients(4)
    for _ in range(5):
        clients.wait("a", is_long=True)
    clients.wait("b", is_long=True)
    (recalled,) = (slot for slot in clients.held if slot.is_recalled)
    clients.obey()
    clients.release(next(slot for slot in clients.held if slot.client == "b"))
    assert recalled.number in {slot.number for slot in clients.held}
