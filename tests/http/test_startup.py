"""The port while a store is being opened."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from kg.http.server import listening
from kg.http.startup import answering
from tests.engine.test_engine import alive, children, eventually

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def fetched(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of what the port answers."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request(method, path)
        response = client.getresponse()
        return response.status, dict(response.getheaders()), response.read()


def test_port_answers_while_the_store_is_opened() -> None:
    """The process lives; whoever asks for more is told how far the opening is, and when to ask again."""
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with answering(listener) as progress:
            assert fetched(port, "/healthz")[::2] == (200, b"ok\n")
            progress.tell("1 of 2 quads")
            while b"1 of 2" not in fetched(port, "/readyz")[2]:
                time.sleep(0.01)
            for path in ("/readyz", "/", "/sparql?query=ASK%7B%7D"):
                status, headers, body = fetched(port, path)
                assert (status, headers["Retry-After"]) == (503, "2")
                assert json.loads(body)["reason"] == "store-not-ready"
                assert "1 of 2 quads" in json.loads(body)["detail"]
            assert fetched(port, "/readyz", "HEAD")[::2] == (503, b"")
            assert fetched(port, "/store", "POST")[0] == 503


def test_nobody_is_refused_between_opening_and_serving() -> None:
    """The port stays open: who comes in between waits for the server, and a slow client does not hold it up."""
    with listening("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with answering(listener):
            slow = socket.create_connection(("127.0.0.1", port))
            slow.sendall(b"GET /healthz HT")
            assert fetched(port, "/healthz")[0] == 200
        with contextlib.closing(slow), socket.create_connection(("127.0.0.1", port)) as early:
            listener.settimeout(60)
            accepted, address = listener.accept()
            accepted.close()
            assert address == early.getsockname()


def test_port_answers_while_the_lock_of_python_is_held() -> None:
    """The engine counts the quads of a store without letting other threads run."""
    with listening("127.0.0.1", 0) as listener, answering(listener):
        port = listener.getsockname()[1]
        probe = f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:{port}/healthz', timeout=60).read())"
        with subprocess.Popen([sys.executable, "-c", probe], stdout=subprocess.PIPE, text=True) as asking:
            ctypes.PyDLL(None).waitpid(asking.pid, None, 0)  # holds the lock, unlike a call through CDLL
            assert asking.stdout is not None
            assert asking.stdout.read() == "b'ok\\n'\n"


OPENING = """
import contextlib, sys, time
from kg.cli import main, serve

@contextlib.contextmanager
def opened_app(settings, *, create, tell):
    print("opening", flush=True)
    for _ in range(6_000):  # a signal that another thread takes does not end a sleep
        time.sleep(0.1)
    yield None

serve.opened_app = opened_app
sys.argv = ["kg", "serve", "--port", "0"]
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_stop_while_a_store_is_opened_is_a_stop(number: int, code: int) -> None:
    """The process that answers goes, too; nothing is said but that it was stopped."""
    with subprocess.Popen(
        [sys.executable, "-c", OPENING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "opening\n"
        answering_too = children(process.pid)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == code
    assert told.strip() in ("", "kg: stopped")
    assert len(answering_too) == 1
    assert eventually(lambda: not any(map(alive, answering_too)), 60.0)
