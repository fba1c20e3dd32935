"""The app for other WSGI servers, and the end of ``kg serve`` with all its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.processes import members
from tests.served.serving import address_of

ROOT = Path(__file__).parents[2]
PROGRAM = """
from kg.cli.wsgi import make_app
from werkzeug.test import Client
print(Client(make_app()).get("/sparql?query=ASK+{}&format=csv").text.strip())
"""


def environment(folder: Path) -> dict[str, str]:
    """Settings by the environment, as a WSGI server's unit would have them."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "KG_STORE": str(folder / "store"), "KG_TRY_TEXT": "false"}


def test_wsgi_entry_serves_the_store_that_the_environment_names(tmp_path: Path) -> None:
    """And lets it go when the process ends: the next can open it."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "no store here" in done.stderr
    make = [sys.executable, "-c", "from kg.store import open_store; open_store('store', create=True).close()"]
    subprocess.run(make, cwd=tmp_path, env=environment(tmp_path), check=True)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "true\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_stops_with_all_its_processes(tmp_path: Path, number: signal.Signals) -> None:
    """Exit code 0, the store is free for the next, and no query worker is left behind."""
    command = [sys.executable, "-m", "kg", "serve", "--create", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            with urllib.request.urlopen(f"{address_of(process)}/sparql?query=ASK+%7B%7D", timeout=20) as response:
                assert response.status == 200
            group = members(process.pid)
            assert len(group) >= 3  # the server, the image and a worker
            process.send_signal(number)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    until = time.monotonic() + 60
    while members(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not members(process.pid)
