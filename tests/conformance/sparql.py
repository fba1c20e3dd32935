"""The W3C suite for SPARQL's query language and protocols, driven over HTTP against ``kg serve`` on an empty store.

``python -m tests.conformance.sparql SUITE DRIVER [OPTION...]``: the folder of the suite (its ``sparql`` folder inside),
and the program that sends its requests; neither is part of the project. What the server does not offer is left out:
without writing, the driver has no way to fill the store, and the tests that need data fail.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.store import open_store

PROJECT = Path(__file__).parents[2]


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of ``kg serve`` over the store."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://[\d.]+:\d+", line)
        if found is None:
            sys.exit(line + process.stderr.read())
        try:
            yield found[0]
        finally:
            process.terminate()


def status(url: str, body: bytes | None = None, media_type: str = "") -> int:
    """What the server answers to a request, as its status code."""
    request = urllib.request.Request(url, body, {"Content-Type": media_type} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def endpoints(address: str) -> list[str]:
    """The driver's options for what this server offers."""
    found = ["--query-url", f"{address}/sparql", "--sd-url", f"{address}/sparql"]
    if status(f"{address}/sparql", b"INSERT DATA {}", "application/sparql-update") < 300:
        found += ["--update-url", f"{address}/sparql"]
    if status(f"{address}/store?default") < 300:
        found += ["--gsp-url", f"{address}/store"]
    return found


def main(suite: Path, driver: Path, options: list[str]) -> int:
    """Run the driver; gives its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        open_store(str(store), create=True).close()
        with served(store) as address:
            command = [sys.executable, str(driver), "--suite-dir", str(suite / "sparql"), *endpoints(address), *options]
            return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
