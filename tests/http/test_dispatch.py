"""The server against clients that are slow, that leave, and that ask for more than there may be."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote, urlsplit

import pytest

from kg.http.dispatch import THREADS
from tests.served.serving import ending_well, read_answer

SERVER = """
import time
import kg.http.connection as http1
http1.GRACE_SECONDS = 2.0
from tests.served.small_app import BASE, QUESTIONS, small_store
from kg.config import Settings
from kg.engine import Engine, EngineLimits
from kg.app import create_app
from kg.http.server import serve
store = small_store()
with Engine(store, EngineLimits(workers=1, spares=1, rows=400_000, deadline=600)) as engine:
    app = create_app(Settings(base=BASE), store, questions=QUESTIONS, engine=engine)
    app.add_url_rule("/slow", "slow", lambda: time.sleep(1.5 * http1.GRACE_SECONDS) or "slow")
    serve(app, "127.0.0.1", 0)
"""
LONGEST_FIELD = 8 << 10
LONGEST_FIELDS = 64 << 10
SLACK = 50
MOST_FIELDS = 100
NUMBERS = " ".join(map(str, range(12)))
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r }"


def product(factors: str) -> str:
    """A query with 12 rows to the power of the factors."""
    return "SELECT * { " + " ".join(f"VALUES ?{name} {{ {NUMBERS} }}" for name in factors) + " }"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with one query worker whose patience is two seconds."""
    with ending_well([sys.executable, "-c", SERVER]) as address:
        yield address


@contextlib.contextmanager
def connections(address: str, request: bytes, number: int) -> Iterator[list[socket.socket]]:
    """So many clients that have each sent this."""
    parts = urlsplit(address)
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(number):
            client = stack.enter_context(socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20))
            client.sendall(request)
            clients.append(client)
        yield clients


def head_of(size: int, longest: int = LONGEST_FIELD) -> bytes:
    """A request without a body, with header fields of this many bytes together, each of ``longest`` at most."""
    fields = [b"Host: x\r\n"]
    left = size - len(fields[0])
    while left > 0:
        length = longest if left >= longest + SLACK else min(left, longest // 2)
        fields.append(b"X-Long: " + b"x" * (length - len(b"X-Long: \r\n")) + b"\r\n")
        left -= length
    return b"GET / HTTP/1.1\r\n" + b"".join(fields) + b"\r\n"


def answer_to(address: str, request: bytes, piece: int) -> bytes:
    """How an answer begins to what is sent in pieces of so many bytes. An end that broke before it was read counts as
    no answer.
    """
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=20) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(ConnectionError):  # it may hang up before it has read all
            for begin in range(0, len(request), piece):
                client.sendall(request[begin : begin + piece])
        return client.recv(1 << 16)


def seconds_to_answer(address: str) -> float:
    """How long a simple question takes that was never asked before."""
    begin = time.monotonic()
    query = quote(f"ASK {{}} # {begin}")
    with urllib.request.urlopen(f"{address}/sparql?query={query}", timeout=20) as response:
        assert response.status == 200
        response.read()
    return time.monotonic() - begin


def test_slow_bodies_hold_nobody_up_and_end_in_408(address: str) -> None:
    """More clients than threads send a byte and wait."""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 50\r\n\r\nA"
    with connections(address, head, THREADS + 12) as clients:
        assert seconds_to_answer(address) < 1.5
        begin = time.monotonic()
        answers = [client.recv(1 << 16) for client in clients]
        assert time.monotonic() - begin < 6
    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close" in answer.lower()
    assert b'"body-too-slow"' in answers[0]


def test_slow_readers_hold_nobody_up(address: str) -> None:
    """More clients than threads or query workers ask for megabytes and read nothing."""
    words = " ".join(f"'{letter * 1000}'" for letter in "abcdefghijkl")
    query = "SELECT * { " + " ".join(f"VALUES ?{name} {{ {words} }}" for name in "xyz") + " }"
    path = f"/sparql?format=csv&query={quote(query)}"
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with connections(address, request, 1) as first:
        assert first[0].recv(100).startswith(b"HTTP/1.1 200")
    with connections(address, request, THREADS + 2) as clients:
        for client in clients:  # so all have been answered, and hardly one has read
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert seconds_to_answer(address) < 1.5


def test_slow_second_request_is_not_blamed_while_the_first_is_answered(address: str) -> None:
    """Its body waits for the server, not the server for it.

    The first answer takes longer than a body may, so each try would fail if the second body had to answer for it. One
    try may fail where this process stands still between reading and sending.
    """
    assert any(status_behind_a_slow_one(address) == b"200" for _ in range(5))


def status_behind_a_slow_one(address: str) -> bytes:
    """Return the status for a body of which the rest is sent once the request before it has been answered."""
    post = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\n"
    with connections(address, b"", 1) as (client,), client.makefile("rb") as file:
        client.settimeout(120)
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + post + b"ASK")
        assert read_answer(file)[2] == b"slow"
        client.sendall(b" {}")
        return read_answer(file)[0]


def test_client_that_leaves_frees_its_worker(address: str) -> None:
    """The only one there is; its query would have gone on for ten minutes."""
    request = f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with connections(address, request, 1):
        time.sleep(0.5)
    assert seconds_to_answer(address) < 3


def test_answer_that_grows_too_long_is_an_error_and_no_part_of_it_is_sent(address: str) -> None:
    """Though most of its rows were there when it was stopped. It is counted once, as what was sent."""
    before = counted(address)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/sparql?format=csv&query={quote(product('abcdef'))}", timeout=600)
    with refused.value as response:
        assert response.code == 503
        assert json.load(response)["reason"] == "too-large"
    assert counted(address) - before == {
        'kg_http_requests_total{method="GET",route="/sparql",status="503"}': 1,
        'kg_http_request_seconds_count{route="/sparql"}': 1,
    }


def counted(address: str) -> Counter[str]:
    """How many queries ``/metrics`` has counted, by name and labels."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as response:
        lines = [line.rpartition(" ") for line in response.read().decode().splitlines() if '"/sparql"' in line]
    wanted = ("kg_http_requests_total{", "kg_http_request_seconds_count{")
    return Counter({name: int(float(number)) for name, _, number in lines if name.startswith(wanted)})


def test_long_answer_has_its_length(address: str) -> None:
    """So that a client sees when it is cut off on the way."""
    with urllib.request.urlopen(
        f"{address}/sparql?format=csv&query={quote(product('abcde'))}", timeout=600
    ) as response:
        body = response.read()
        assert int(response.headers["Content-Length"]) == len(body) > 1 << 20
    assert body.count(b"\n") == 12**5 + 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (head_of(LONGEST_FIELDS + SLACK), b"431"),
        (head_of(3 * LONGEST_FIELD, LONGEST_FIELD + 1), b"431"),
        (head_of(200_000), b"431"),
        (head_of(2_000_000, 2_000_000), b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"x:\r\n" * MOST_FIELDS + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"xy:\r\n" * 25_500 + b"\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
    ids=["address", "headers", "header", "long headers", "very long header", "many", "very many", "no request"],
)
@pytest.mark.parametrize("piece", [1 << 24, 100_000, 1 << 14])
def test_request_head_is_limited(address: str, request_: bytes, status: bytes, piece: int) -> None:
    """The server refuses it, in however many pieces it comes, and goes on."""
    assert answer_to(address, request_, piece).startswith(b"HTTP/1.1 " + status)
    assert seconds_to_answer(address) < 1.5


@pytest.mark.parametrize("piece", [1 << 24, 100_000, 1 << 14])
def test_request_head_at_its_limit_is_answered(address: str, piece: int) -> None:
    """The limit is of the head, not of what happens to be read at once; an answer that is kept does not go past it."""
    assert answer_to(address, head_of(LONGEST_FIELDS), piece).startswith(b"HTTP/1.1 200")
    assert answer_to(address, head_of(LONGEST_FIELDS + SLACK), piece).startswith(b"HTTP/1.1 431")
    most = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"x:\r\n" * (MOST_FIELDS - 1) + b"\r\n"
    assert answer_to(address, most, piece).startswith(b"HTTP/1.1 200")


def test_head_that_is_too_long_is_refused_before_its_body(address: str) -> None:
    """Nobody waits for a body that is not read."""
    request = head_of(LONGEST_FIELDS + SLACK).replace(b"Host:", b"Content-Length: 50\r\nHost:", 1)
    answer = answer_to(address, request, len(request))
    assert answer.startswith(b"HTTP/1.1 431")
    assert b"connection: close" in answer.lower()


def test_header_with_an_underscore_does_not_pass_for_another(address: str) -> None:
    """``Content_Type`` is not ``Content-Type``."""
    request = urllib.request.Request(
        f"{address}/sparql",
        data=b"ASK {}",
        headers={"Content-Type": "text/plain", "Content_Type": "application/sparql-query"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    with refused.value as response:
        assert response.code == 415


@pytest.mark.parametrize("host", [b"", b"http://x", b"http://x:99999999", b"http://[", b"http://x]y", b"any://"])
@pytest.mark.parametrize("path", [b"/sparql?query=ASK%7B%7D", b"/sparql?query=ASK%7B%7D#part"])
def test_address_with_a_host_is_its_path(address: str, host: bytes, path: bytes) -> None:
    """As a client says it to a proxy, also where the host is none: it is answered, and nothing breaks off."""
    answer = answer_to(address, b"GET " + host + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 1 << 16)
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("target", [b"http://x", b"http://[", b"*", b"http://x?query=ASK"])
def test_address_without_a_path_is_answered(address: str, target: bytes) -> None:
    """By the start page, or by an error: never by nothing."""
    answer = answer_to(address, b"OPTIONS " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 1 << 16)
    assert answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4"))


def test_bytes_of_an_address_come_through(address: str) -> None:
    """Percent-decoded as bytes, not as text: what is not UTF-8 is refused, not replaced."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/sparql?query=ASK%20%7B%7D%20%23%FF", timeout=10)
    with refused.value as response:
        assert response.code == 400
        assert json.load(response)["reason"] == "not-utf-8"


def test_short_way_in_the_loop_says_the_same_as_the_application(address: str) -> None:
    """The same question by GET, which waits in the event loop, by POST, and with a header that Flask has to look at."""
    for number, text in enumerate(
        ("ASK {}", "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "CONSTRUCT WHERE { ?s ?p ?o }")
    ):
        with connections(address, b"", 1) as (client,), client.makefile("rb") as file:
            for accept in (b"*/*", b"text/csv, text/turtle", b"application/json;q=0.3, */*;q=0.1"):
                head = b"GET /sparql?query=%s HTTP/1.1\r\nHost: x\r\nAccept: %s\r\n"
                path = quote(f"{text} # {number} {time.time()}").encode()
                client.sendall(head % (path, accept) + b"\r\n")
                short = read_answer(file)
                client.sendall(head % (path, accept) + b'If-None-Match: "other"\r\nAccept-Encoding: identity\r\n\r\n')
                long = read_answer(file)
                assert short[1].keys() == long[1].keys()
                short[1].pop(b"date"), long[1].pop(b"date")
                assert sorted(short[2].split()) == sorted(long[2].split())
                assert (short[0], short[1]) == (long[0], long[1])


def test_small_answer_is_kept_for_who_asks_again(address: str) -> None:
    """Asked once, nothing of it is kept: most are never asked again. From the third time on no worker is asked."""
    seconds_to_answer(address)
    answered(address)  # which asks how many quads there are, once
    was_cheap = False
    while not was_cheap:  # on a busy machine an answer may take so long that it counts as dear, and is kept at once
        first, second, *others = times_asked(address)
        assert (first, others) == (1, [0, 0, 0])
        assert second in (0, 1)
        was_cheap = second == 1


def times_asked(address: str) -> list[float]:
    """How often a worker is asked each time that a query never asked before comes; all answers are the same."""
    query = quote(f"ASK {{}} # kept {time.monotonic()}")
    answers, asked = [], [answered(address)]
    for _ in range(5):
        with urllib.request.urlopen(f"{address}/sparql?query={query}", timeout=120) as response:
            answers.append((response.read(), response.headers["ETag"]))
        asked.append(answered(address))
    assert len(set(answers)) == 1
    return [after - before for before, after in pairwise(asked)]


def answered(address: str) -> float:
    """How many queries a worker has answered."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=20) as response:
        text = response.read().decode()
    found = re.search(r'^kg_queries_total\{end="answered"\} (\S+)$', text, re.MULTILINE)
    return 0.0 if found is None else float(found[1])
