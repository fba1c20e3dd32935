"""Items of alerts are posted to allowed hosts, signed, and never twice, whatever happens on the way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.alerts.posting import Poster
from kg.alerts.register import Register
from kg.alerts.sender import AlertSender
from kg.alerts.webhooks import MAX_ATTEMPTS, NotSent, Sending, Unanswered, Webhooks, demand_allowed
from kg.errors import InputError, StoreError, UnknownName, UsageError
from kg.mapper import map_record
from kg.store import EmbeddedStore
from tests.alerts.receiver import DROP, Receiver, receiving
from tests.alerts.test_alerts import QUERY
from tests.cli.conftest import Made, kg_here
from tests.samples import sample
from tests.served.small_app import BASE

__all__ = ["kg_here"]
SECRET = "whsec_" + base64.b64encode(b"a key that both sides know").decode()
NOW = datetime(2025, 4, 5, 9, 30, tzinfo=UTC)
VALUES = "SELECT ?statement ?v { ?statement <urn:v> ?v }"


class Killed(BaseException):
    """The process ends here: nothing after it is done."""


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.at


class World:
    """A store with one alert, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = EmbeddedStore.in_memory()
        self.register = Register(folder)
        self.register.add("any", VALUES, self.store, NOW)
        self.clock = Clock()
        self._written = 0

    def write(self, count: int = 1) -> list[str]:
        """Make so many items; return their ids."""
        quads = set()
        for _ in range(count):
            self._written += 1
            node = ox.NamedNode(f"urn:n{self._written:04}")
            quads.add(ox.Quad(node, ox.NamedNode("urn:v"), ox.Literal(f"value {self._written}")))
        self.store.change(set(), quads)
        return [item.id for item in self.register.run(self.store, NOW)]

    def hooks(self) -> Webhooks:
        """The webhooks, as a process that has just begun sees them."""
        return Webhooks(self.folder, Register(self.folder))

    def sending(self, post: Callable[[str, bytes, Mapping[str, str]], int], *hosts: str) -> Sending:
        """What sends."""
        return Sending(secret=SECRET, hosts=frozenset(hosts or ("data.test",)), post=post, now=self.clock)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A store with one alert."""
    return World(tmp_path)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A real receiver."""
    with receiving() as found:
        yield found


def _to(world: World, receiver: Receiver) -> Sending:
    return world.sending(Poster(allow_private=True), f"127.0.0.1:{receiver.port}")


def test_items_arrive_once_in_order_and_signed(world: World, receiver: Receiver) -> None:
    """From the one after the webhook was named; the signature is that of the standard, over id, time and body."""
    world.write()
    sending = _to(world, receiver)
    world.hooks().add("any", receiver.url, sending.hosts)
    ids = world.write(3)
    assert world.hooks().deliver(sending) is None
    assert world.hooks().deliver(sending) is None
    assert receiver.ids == ids
    headers, body = receiver.came[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(b"a key that both sides know", signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    data = json.loads(body)
    assert data["type"] == "alert.new"
    assert data["data"]["query"] == VALUES
    assert data["data"]["row"]["v"] == "value 2"


def test_refused_item_is_sent_again_later_and_holds_the_next_ones(world: World, receiver: Receiver) -> None:
    """503 and a redirect are refusals: the waits grow, the order stays, and nothing follows the redirect."""
    sending = _to(world, receiver)
    world.hooks().add("any", receiver.url, sending.hosts)
    ids = world.write(2)
    receiver.answers = [503, 302]
    waits = []
    for _ in range(2):
        due = world.hooks().deliver(sending)
        assert due is not None
        assert world.hooks().deliver(sending) == due  # too early: nothing is sent
        waits.append(due - world.clock.at)
        world.clock.at = due
    assert waits == [5.0, 10.0]
    assert world.hooks().deliver(sending) is None
    assert receiver.ids == [ids[0], ids[0], *ids]
    assert world.hooks().hooks()["any"].sent == 2


def test_item_without_an_answer_is_not_sent_again(world: World, receiver: Receiver) -> None:
    """It may have arrived: it is counted as lost, and the next one goes on."""
    sending = _to(world, receiver)
    world.hooks().add("any", receiver.url, sending.hosts)
    ids = world.write(2)
    receiver.answers = [DROP]
    assert world.hooks().deliver(sending) is None
    assert receiver.ids == ids
    hook = world.hooks().hooks()["any"]
    assert (hook.sent, hook.lost) == (1, 1)


def test_receiver_that_is_not_there_is_tried_again_and_given_up_in_the_end(world: World) -> None:
    """No connection, so nothing arrived; after so many attempts the item is counted as lost."""
    with receiving() as found:
        url, port = found.url, found.port
    sending = world.sending(Poster(allow_private=True), f"127.0.0.1:{port}")
    world.hooks().add("any", url, sending.hosts)
    world.write()
    for _ in range(MAX_ATTEMPTS - 1):
        due = world.hooks().deliver(sending)
        assert due is not None
        world.clock.at = due
    assert world.hooks().deliver(sending) is None
    hook = world.hooks().hooks()["any"]
    assert (hook.sent, hook.lost) == (0, 1)
    assert "given up" in hook.trouble


@settings(max_examples=int(os.environ.get("ALERT_HISTORIES", "25")), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.lists(st.sampled_from("+-?!k"), max_size=5)), max_size=8))
def test_no_item_arrives_twice_over_any_history(history: list[tuple[int, list[str]]]) -> None:
    """Taken, refused, unanswered, killed before or after it arrived, started anew: each item arrives at most once."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.hooks().add("any", "https://data.test/hook", frozenset({"data.test"}))
        made: list[str] = []
        arrived: list[str] = []
        for count, fates in history:
            made += world.write(count)
            waiting = list(fates)

            def post(_url: str, body: bytes, headers: Mapping[str, str], fates: list[str] = waiting) -> int:
                fate = fates.pop(0) if fates else "+"
                if fate == "-":
                    raise NotSent("no connection")
                if fate == "k":
                    raise Killed
                assert json.loads(body)["data"]["id"] == headers["webhook-id"]
                arrived.append(headers["webhook-id"])
                if fate == "?":
                    raise Unanswered("no answer")
                if fate == "!":
                    raise Killed
                return 204

            with suppress(Killed):
                world.hooks().deliver(world.sending(post))
            world.clock.at += 3600
        while world.hooks().deliver(world.sending(lambda _u, _b, h: arrived.append(h["webhook-id"]) or 200)):  # type: ignore[func-returns-value]
            world.clock.at += 3600
        assert len(arrived) == len(set(arrived))
        assert arrived == [one for one in made if one in set(arrived)]
        hook = world.hooks().hooks()["any"]
        assert hook.sent + hook.lost == len(made)
        assert hook.sent <= len(arrived)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_item_that_was_being_sent_when_the_process_was_killed_is_not_sent_again(world: World) -> None:
    """SIGKILL between request and answer: the next process counts it as lost and goes on with the next one."""
    ids: list[str] = []
    folder = world.folder

    def never(_url: str, _body: bytes, headers: Mapping[str, str]) -> int:
        (folder / "sent").write_text(headers["webhook-id"])
        time.sleep(60)
        return 200

    world.hooks().add("any", "https://data.test/hook", frozenset({"data.test"}))
    ids += world.write(2)
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            world.hooks().deliver(world.sending(never))
        os._exit(1)
    while not (folder / "sent").exists():
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    arrived: list[str] = []
    world.hooks().deliver(world.sending(lambda _u, _b, h: arrived.append(h["webhook-id"]) or 200))  # type: ignore[func-returns-value]
    assert arrived == ids[1:]
    assert world.hooks().hooks()["any"].lost == 1


@pytest.mark.parametrize(
    ("url", "hosts", "allowed"),
    [
        ("https://data.test/x", {"data.test"}, True),
        ("https://data.test:8443/x", {"data.test:8443"}, True),
        ("https://[::1]:1/x", {"[::1]"}, True),
        ("https://data.test:8443/x", {"data.test:443"}, False),
        ("https://data.test.evil.test/", {"data.test"}, False),
        ("https://evil.test/", set(), False),
    ],
)
def test_host_must_be_allowed(url: str, hosts: set[str], allowed: bool) -> None:
    """By name, or by name and port; a longer name is another host."""
    if allowed:
        demand_allowed(url, frozenset(hosts))
    else:
        with pytest.raises(UsageError, match="webhook_hosts"):
            demand_allowed(url, frozenset(hosts))


@pytest.mark.parametrize("url", ["ftp://data.test/", "https://a:b@data.test/", "data.test", "https://data.test/ x"])
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    """Also one that holds a password."""
    with pytest.raises(InputError):
        demand_allowed(url, frozenset({"data.test"}))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_private_address_is_refused_unless_allowed(address: str, receiver: Receiver) -> None:
    """Also where an allowed name leads to one by the time of sending."""
    poster = Poster(lambda _host, _port: [address])
    with pytest.raises(NotSent, match="not a public address"):
        poster(f"http://data.test:{receiver.port}/", b"", {"webhook-id": "1"})
    assert receiver.came == []


def test_served_store_posts_after_a_write(world: World, receiver: Receiver) -> None:
    """Without anybody asking; what came before it started is sent, too."""
    sending = _to(world, receiver)
    world.hooks().add("any", receiver.url, sending.hosts)
    ids = world.write()
    said: list[str] = []
    with AlertSender(world.store, world.register, world.hooks(), sending, said.append) as sender:
        world.store.watch(sender.notice)
        assert receiver.news.wait(30)
        receiver.news.clear()
        world.store.change(set(), {ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:v"), ox.Literal("later"))})
        assert receiver.news.wait(30)
    assert receiver.ids[: len(ids)] == ids
    assert json.loads(receiver.came[-1][1])["data"]["row"]["v"] == "later"
    assert said == []


def test_webhook_is_named_used_shown_and_removed_by_command(
    kg_here: Made, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not without a secret, nor to a host that is not allowed."""
    with EmbeddedStore.open(tmp_path / "store", create=True):
        pass
    assert kg_here("alert", "add", "claims", QUERY)[0] == 0
    code, _, err = kg_here("alert", "hook", "claims", receiver.url)
    assert (code, "KG_WEBHOOK_SECRET" in err) == (2, True)
    monkeypatch.setenv("KG_WEBHOOK_SECRET", SECRET)
    code, _, err = kg_here("alert", "hook", "claims", receiver.url)
    assert (code, "webhook_hosts" in err) == (2, True)
    monkeypatch.setenv("KG_WEBHOOK_HOSTS", "127.0.0.1")
    assert kg_here("alert", "hook", "claims", receiver.url)[0] == 0
    with EmbeddedStore.open(tmp_path / "store") as store:
        store.replace([map_record(sample(), BASE)])
    assert "not a public address" in kg_here("alert", "run")[2]
    assert receiver.came == []
    monkeypatch.setenv("KG_WEBHOOK_PRIVATE", "true")
    file = tmp_path / "store" / "claimgraph.webhooks.json"
    file.write_text(json.dumps({n: {**h, "not_before": 0.0} for n, h in json.loads(file.read_text()).items()}))
    assert "webhooks: 3 sent" in kg_here("alert", "run")[2]
    assert len(set(receiver.ids)) == 3
    assert f"webhook {receiver.url}: 3 sent, 0 wait, 0 lost" in kg_here("alert", "list")[1]
    assert kg_here("alert", "hook", "claims", "--remove")[0] == 0
    assert kg_here("alert", "hook", "claims", "--remove")[0] == 2
    assert kg_here("alert", "hook", "claims")[0] == 2


def test_damaged_file_is_named_and_unknown_alert_refused(tmp_path: Path) -> None:
    """With the way out."""
    webhooks = Webhooks(tmp_path, Register(tmp_path))
    with pytest.raises(UnknownName):
        webhooks.add("nothing", "https://data.test/", frozenset({"data.test"}))
    (tmp_path / "claimgraph.webhooks.json").write_text('{"a": {"url": 1}}')
    with pytest.raises(StoreError, match="is damaged"):
        webhooks.hooks()
