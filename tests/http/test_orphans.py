"""SIGKILL of the first process: none that it started is left, whatever they were doing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kg.store import EmbeddedStore
from tests.processes import members
from tests.served.serving import TOKEN, address_of
from tests.store.test_damage import said

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "000_068e5d5fd9c3841e.txt"
ROUNDS = int(os.environ.get("KILLS", "6"))
"""A hundred were tried: KILLS=100 python -m pytest tests/http/test_orphans.py"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SHORT = "ASK {}"
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


def are_gone(group: int, seconds: float = 60.0) -> bool:
    """Whether no process of the group is left; a busy machine may take its time."""
    until = time.monotonic() + seconds
    while members(group):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def end(group: int) -> None:
    """Leave nothing behind, whatever the test found."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def asking(address: str, text: str) -> Callable[[], None]:
    """A request whose answer nobody waits for."""

    def ask() -> None:
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/sparql?{urlencode({'query': text})}", timeout=60).close()

    return ask


def writing(address: str, number: int) -> Callable[[], None]:
    """An update."""

    def write() -> None:
        text = f"INSERT DATA {{ <http://x.test/w{number}> <http://x.test/p> {number} }}".encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
        with suppress(OSError):
            urllib.request.urlopen(urllib.request.Request(f"{address}/sparql", text, headers), timeout=60).close()

    return write


def trying(address: str) -> Callable[[], None]:
    """A text to be read."""

    def paste() -> None:
        form = urlencode({"text": "Talks\n\n" + "The minister said that the talks had failed. " * 200}).encode()
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/try", form, timeout=60).close()

    return paste


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_server_leaves_no_process(tmp_path: Path, seed: int) -> None:
    """Queries without end, short ones, writes and a pasted text under way, at any moment."""
    chance = random.Random(seed)
    path, token = tmp_path / "s", tmp_path / "token"
    token.write_text(TOKEN)
    with EmbeddedStore.open(path, create=True) as store:
        store.change(set(), {said(number) for number in range(2_000)})
    command = [sys.executable, "-m", "kg", "serve", "--store", str(path), "--port", "0", "--token-file", str(token)]
    command += ["--writes", "unchecked", "--timeout", "30"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            address = address_of(server)
            work = [asking(address, ENDLESS), asking(address, SHORT), trying(address)]
            work += [writing(address, number) for number in range(4)]
            chosen = [chance.choice(work) for _ in range(chance.randrange(1, 9))]
            threads = [threading.Thread(target=one) for one in chosen]
            for thread in threads:
                thread.start()
            time.sleep(chance.random() * chance.choice([0.02, 0.3, 1.5]))
            server.kill()
            server.wait(timeout=30)
            assert are_gone(server.pid)
            for thread in threads:
                thread.join(timeout=60)
        finally:
            end(server.pid)


@pytest.mark.parametrize("delay", [0.5, 2.0, 5.0])
def test_killed_build_leaves_no_process(tmp_path: Path, delay: float) -> None:
    """While its processes start, load the network, read."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(SEED.read_text("utf-8") + f"\n\n{number}\n", "utf-8")
    command = [sys.executable, "-m", "kg", "build", str(folder), "--workers", "2", "--store", str(tmp_path / "s")]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL) as build:
        try:
            with suppress(subprocess.TimeoutExpired):
                build.wait(timeout=delay)
            build.kill()
            build.wait(timeout=30)
            assert are_gone(build.pid, seconds=15)
        finally:
            end(build.pid)


def test_killed_validation_with_shapes_of_others_leaves_no_process(tmp_path: Path) -> None:
    """The process that runs them would go on to its limit of five minutes."""
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.nt"
    data.write_text("".join(f"<http://x.test/{n}> <http://x.test/p> <http://x.test/{n + 1}> .\n" for n in range(2_000)))
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<http://x.test/S> a sh:NodeShape ; sh:targetSubjectsOf <http://x.test/p> ;\n"
        '  sh:sparql [ sh:message "m" ; sh:select "SELECT $this { $this ?p ?o . ?a ?b ?c . ?d ?e ?f . ?g ?h ?i '
        'FILTER(?c = ?i && ?a = ?f && ?o = 7) }" ] .\n'
    )
    command = [sys.executable, "-m", "kg", "validate", str(data), "--shapes", str(shapes)]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL) as running:
        try:
            until = time.monotonic() + 60
            while len(members(running.pid)) < 2 and running.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            time.sleep(2)
            assert running.poll() is None
            running.kill()
            running.wait(timeout=30)
            assert are_gone(running.pid, seconds=15)
        finally:
            end(running.pid)
