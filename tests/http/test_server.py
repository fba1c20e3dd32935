"""The app behind its production server, asked by real clients over loopback."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper

from kg.app import create_app
from kg.config import Settings
from kg.errors import KgError
from kg.http.server import serve
from tests.served.small_app import BASE, QUESTIONS, small_store

ROOT = Path(__file__).parents[2]
SELECT = QUESTIONS[1].query
WORDS = ["it", "shelling the bridge"]


def test_urllib_gets_rows(served: str) -> None:
    """The standard library asks by GET and reads JSON."""
    with urllib.request.urlopen(f"{served}/sparql?{urlencode({'query': SELECT})}", timeout=10) as response:
        assert response.headers["Content-Type"] == "application/sparql-results+json"
        bindings = json.load(response)["results"]["bindings"]
    assert [row["text"]["value"] for row in bindings] == WORDS


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_command_of_the_start_page_works(served: str, tmp_path: Path) -> None:
    """The command that the start page shows is run as it stands."""
    (tmp_path / "question.rq").write_text(SELECT, "utf-8")
    with urllib.request.urlopen(served, timeout=10) as response:
        page = response.read().decode()
    command = page.partition('<pre tabindex="0">')[2].partition("</pre>")[0].replace("&#39;", "'")
    assert command.startswith("curl ")
    done = subprocess.run(
        ["sh", "-c", f"{command} --silent --show-error"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "who,text"
    assert done.stdout.splitlines()[2].endswith(",shelling the bridge")


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("wanted", [JSON, XML, CSV])
def test_sparqlwrapper_gets_rows(served: str, method: str, wanted: str) -> None:
    """SPARQLWrapper, the most used Python client."""
    client = SPARQLWrapper(f"{served}/sparql", returnFormat=wanted)
    client.setMethod(method)
    client.setQuery(SELECT)
    converted: Any = client.query().convert()
    if wanted == JSON:
        assert [row["text"]["value"] for row in converted["results"]["bindings"]] == WORDS
    else:
        text = converted.decode() if wanted == CSV else converted.toxml()
        assert all(words in text for words in WORDS)


def test_sparqlwrapper_gets_a_graph(served: str) -> None:
    """CONSTRUCT by SPARQLWrapper gives Turtle."""
    client = SPARQLWrapper(f"{served}/sparql", returnFormat=TURTLE)
    client.setQuery("CONSTRUCT WHERE { ?s <https://w3id.org/claimgraph/ns#describes> ?o }")
    turtle: Any = client.query().convert()
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("wanted", ["xml", "json", "csv"])
def test_rdflib_store_gets_rows(served: str, method: str, wanted: str) -> None:
    """rdflib over the endpoint, each way it can send a query."""
    graph = rdflib.Graph(SPARQLStore(f"{served}/sparql", method=method, returnFormat=wanted))
    assert [str(row.text) for row in graph.query(SELECT)] == WORDS  # type: ignore[union-attr]


def test_rdflib_graph_of_a_claim_content_is_that_content(served: str) -> None:
    """Naming a content graph as the graph to query sees it and nothing else."""
    content = f"{BASE}doc/0123456789abcdef/claim/66-85/content"
    graph = rdflib.Graph(SPARQLStore(f"{served}/sparql"), identifier=rdflib.URIRef(content))
    rows = graph.query("SELECT DISTINCT ?s { ?s ?p ?o }")
    assert {str(row.s) for row in rows} == {f"{content}/proposition", f"{content}/event/1"}  # type: ignore[union-attr]


def test_connection_is_kept_for_the_next_query(served: str) -> None:
    """Two queries and an error go over one connection."""
    parts = urlsplit(served)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    statuses = []
    for query in ("ASK {}", "ASK", "ASK {}"):
        connection.request("GET", "/sparql?" + urlencode({"query": query}))
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
        assert not response.will_close
    connection.close()
    assert statuses == [200, 400, 200]


@pytest.mark.parametrize("size", [5_000_000, 20_000_000])
def test_too_long_body_is_refused_and_the_server_goes_on(served: str, size: int) -> None:
    """413 over the wire; a body far beyond the limit is not even read to its end."""
    request = urllib.request.Request(
        f"{served}/sparql", data=b"#" * size, headers={"Content-Type": "application/sparql-query"}
    )
    with pytest.raises(urllib.error.URLError) as refused:
        urllib.request.urlopen(request, timeout=10)
    if isinstance(refused.value, urllib.error.HTTPError):
        assert refused.value.code == 413
        refused.value.close()
    else:
        assert size > 8_000_000
    with urllib.request.urlopen(f"{served}/sparql?query=ASK+%7B%7D", timeout=10) as response:
        assert response.status == 200


def test_queries_are_answered_beside_each_other(served: str) -> None:
    """Eight clients at once each get their own answer."""
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        query = f"SELECT ({number} AS ?n) {{}}"
        with urllib.request.urlopen(f"{served}/sparql?{urlencode({'query': query, 'format': 'csv'})}", timeout=20) as r:
            answers[number] = r.read().decode()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"n\r\n{number}\r\n" for number in range(8)}


def test_port_in_use_is_an_error_with_the_way_out() -> None:
    """The message names the port and the flag."""
    app = create_app(Settings(base=BASE), small_store(), questions=())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KgError, match=rf"127\.0\.0\.1 port {port}: another program.*--port"):
            serve(app, "127.0.0.1", port)


def test_address_that_is_not_ours_is_an_error() -> None:
    """A host of someone else cannot be listened on."""
    app = create_app(Settings(base=BASE), small_store(), questions=())
    with pytest.raises(KgError, match=r"192\.0\.2\.1 port 8000.*--host"):
        serve(app, "192.0.2.1", 8000)


SLOW = """
import time
from flask import Flask
from kg.http.server import serve
app = Flask("slow")

@app.get("/")
def slow():
    print("begun", flush=True)
    time.sleep(1.0)
    return "x" * 3_000_000

serve(app, "127.0.0.1", 0)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_running_request_is_answered_before_the_server_stops(number: signal.Signals) -> None:
    """On a signal no new connection is taken, the running request gets its whole answer, the exit code is 0."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stderr.readline().split()[1]
        got: list[int] = []
        thread = threading.Thread(target=lambda: got.append(len(urllib.request.urlopen(address, timeout=20).read())))
        thread.start()
        assert process.stdout.readline() == "begun\n"
        os.kill(process.pid, number)
        time.sleep(0.3)
        with pytest.raises(urllib.error.URLError, match="refused"):
            urllib.request.urlopen(address, timeout=5)
        thread.join()
        assert got == [3_000_000]
        assert process.wait(timeout=10) == 0
