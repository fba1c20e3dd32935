"""``kg serve`` in a process of its own, and requests to it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[2]
TOKEN = "a-token-of-the-tests-0123456789"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"


@dataclass(frozen=True)
class Reply:
    """Status, headers by lower-case name, and body of a response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        """The word for programs in a problem document."""
        return str(json.loads(self.body)["reason"])


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    process: subprocess.Popen[str]

    def send(
        self, method: str, path: str, body: bytes | str | None = None, token: str | None = TOKEN, **headers: str
    ) -> Reply:
        """Its answer. Raises IncompleteRead for a body without its end."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        parts = urlsplit(self.address)
        with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)) as connection:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            response = connection.getresponse()
            data = response.read()
            return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, data)

    def update(self, text: str, token: str | None = TOKEN, path: str = "/sparql") -> Reply:
        """Its answer to an update, sent directly."""
        return self.send("POST", path, text, token, Content_Type=UPDATE)

    def rows(self, text: str) -> list[str]:
        """The rows of a query as lines of TSV, sorted."""
        reply = self.send("GET", f"/sparql?{urlencode({'query': text, 'format': 'tsv'})}", token=None)
        assert reply.status == 200, reply.body
        return sorted(reply.body.decode().splitlines()[1:])

    def ask(self, pattern: str) -> bool:
        """Whether the pattern is found in the default graph."""
        reply = self.send("GET", f"/sparql?{urlencode({'query': f'ASK {{ {pattern} }}'})}", token=None)
        return bool(json.loads(reply.body)["boolean"])


@contextmanager
def serving(store: Path, *options: str) -> Iterator[Server]:
    """``kg serve`` over the store, which is made if there is none, with the token of the tests."""
    token = store.with_name("token")
    token.write_text(TOKEN + "\n")
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--create", "--port", "0"]
    command += ["--token-file", str(token), *options]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        address = address_of(process)
        try:
            yield Server(address, process)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def read_answer(file: BinaryIO, *, is_head: bool = False) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """Status, headers and body of the next answer."""
    status = file.readline().split(b" ")[1]
    headers = {}
    while (line := file.readline()) not in (b"\r\n", b""):
        name, _, value = line.strip().partition(b": ")
        headers[name.lower()] = value
    return status, headers, b"" if is_head else file.read(int(headers.get(b"content-length", b"0")))


@contextmanager
def ending_well(
    command: Sequence[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None, path: str = ""
) -> Iterator[str]:
    """The address that the command serves, with this path; told to stop at the end, it must stop without an error."""
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield address_of(process, path)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str], path: str = "") -> str:
    """Where it says on stderr that it serves. On a busy machine it first says how far the graph is loaded."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        found = re.search(rf"http://127\.0\.0\.1:\d+{path}", line)
        if found is not None:
            return found[0]
    raise AssertionError("".join(lines) or "the command said nothing and ended")
