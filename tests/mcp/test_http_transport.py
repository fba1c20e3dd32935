"""``kg mcp`` as it is run: a process that a real client talks to, on stdio and over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

import kg
from tests.mcp.asking import told
from tests.served.serving import ending_well
from tests.session.graphs import store_of
from tests.session.test_statements import HOSTILE, hostile

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the sample and of the hostile article."""
    from tests.samples import sample

    return store_of(tmp_path_factory.mktemp("graph"), sample(), hostile())


async def conversation(client: Client) -> dict[str, Any]:
    """One of everything: an answer, an article that would command, a query that would not end."""
    evil = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }"
    return {
        "instructions": client.instructions,
        "claims": await told(client, "claims_by", speaker="Arvonia"),
        "article": await told(client, "get_article", article="<x>"),
        "evil": (await client.call_tool("sparql", {"query": evil})).is_error,
        "after": await told(client, "sparql", query="ASK {}"),
    }


def check(heard: dict[str, Any]) -> None:
    """What the conversation must have been, whatever it went over."""
    assert heard["instructions"].startswith("A claim is what someone said.")
    assert heard["claims"]["rows"][0]["quote"] == "Belmark of shelling the border"
    assert heard["article"]["text"].split("\n", 1)[1].rpartition("\n")[0] == HOSTILE
    assert heard["evil"]
    assert heard["after"]["answer"] is True


def test_client_on_stdio_is_answered(store: Path, tmp_path: Path) -> None:
    """Only the protocol goes over stdout: the client would fail on anything else. Others may read the store too."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "kg", "mcp", "--store", str(store)],
        env={**ENVIRONMENT, "KG_TIMEOUT": "5"},
        cwd=tmp_path,
    )

    async def talk() -> dict[str, Any]:
        async with Client(command) as client:
            with kg.open(store) as session:
                assert session.claims()
            return await conversation(client)

    check(asyncio.run(talk()))


@pytest.fixture
def address(store: Path, tmp_path: Path) -> Iterator[str]:
    """Where ``kg mcp --http`` serves the store; it ends well when it is told to."""
    command = [sys.executable, "-m", "kg", "mcp", "--http", "--port", "0", "--store", str(store)]
    with ending_well(command, tmp_path, {**ENVIRONMENT, "KG_TIMEOUT": "5"}, "/mcp") as address:
        yield address


def test_client_over_http_is_answered(address: str) -> None:
    """The same answers as on stdio."""

    async def talk() -> dict[str, Any]:
        async with Client(address) as client:
            return await conversation(client)

    check(asyncio.run(talk()))


def test_page_of_another_site_is_refused(address: str) -> None:
    """A browser that was led here by a name of another site's gets nothing."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    for headers in ({"Host": "evil.test"}, {"Origin": "https://evil.test"}):
        request = urllib.request.Request(
            address,
            body,
            {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code in (403, 421)
        refused.value.close()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--store", "missing"], 3, "no store here"),
        (["--http", "--host", "256.0.0.1"], 3, "choose another with --host and --port"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    store: Path, arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    """No traceback, nothing on stdout."""
    command = [sys.executable, "-m", "kg", "mcp", "--store", str(store), *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stdout == ""
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_missing_extra_is_named(tmp_path: Path) -> None:
    """Without the library the command says how to install it."""
    code = "import sys; sys.modules['mcp'] = None; sys.argv = ['kg', 'mcp']; from kg.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "python -m pip install 'mcp>=2,<3'" in done.stderr
