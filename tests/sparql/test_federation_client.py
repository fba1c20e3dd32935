"""Requests to other servers: to whom, how long, how much, and what their failures are answered with."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from kg.app import create_app
from kg.config import Settings
from kg.sparql.federation.client import Outside
from kg.store import EmbeddedStore, RemoteStore
from tests.served.elsewhere import Answerer, Listener, answering, oxigraph, replying
from tests.served.serving import Reply, Server, serving

QUERY = "application/sparql-query"
JSON = "application/sparql-results+json"
ROWS = json.dumps({"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal", "value": "x"}}]}})
LIMIT = 2.0
PATIENT = 600.0
SLOW_SECONDS = 100.0
"""How long a slow server goes on sending."""


@pytest.mark.parametrize(
    ("listed", "address", "is_allowed"),
    [
        ("a.test", "http://a.test/sparql", True),
        ("a.test", "HTTP://A.Test/sparql", True),
        ("a.test", "https://a.test:443/sparql", True),
        ("a.test", "http://a.test:80", True),
        ("a.test", "http://a.test:443/", False),
        ("a.test", "http://a.test:8080/", False),
        ("a.test", "http://b.a.test/", False),
        ("a.test", "http://a.test.b.test/", False),
        ("a.test", "http://a.test./", False),
        ("a.test", "http://b.test/a.test", False),
        ("a.test", "http://b.test#@a.test/", False),
        ("a.test", "http://a.test@b.test/", False),
        ("a.test", "http://x@a.test/", False),
        ("a.test", "http://b.test?@a.test/", False),
        ("a.test", "ftp://a.test/", False),
        ("a.test", "file:///a.test", False),
        ("a.test", "//a.test/", False),
        ("a.test", "a.test", False),
        ("a.test", "http://a.test:x/", False),
        ("a.test", "http://a.test:0/", False),
        ("a.test:8080", "http://a.test:8080/", True),
        ("a.test:8080", "http://a.test:08080/", True),
        ("a.test:8080", "http://a.test/", False),
        ("a.test:80", "http://a.test/", True),
        ("a.test:80", "https://a.test/", False),
        ("[::1]:7878", "http://[::1]:7878/query", True),
        ("[::1]", "http://[::1]/", True),
        ("127.0.0.1", "http://2130706433/", False),
        ("a.test", "http://[a.test/", False),
    ],
)
def test_only_the_very_host_is_allowed(listed: str, address: str, is_allowed: bool) -> None:
    """A name stands for the usual ports; what looks like it, or holds it elsewhere, is not it."""
    assert (Outside(frozenset({listed})).refusal(address) is None) is is_allowed


# -- servers that fail -----------------------------------------------------------------------------------


def slowly(request: BaseHTTPRequestHandler) -> None:
    """A byte of the head now and then, for ever."""
    try:
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000:
            request.wfile.write(bytes((byte,)))
            time.sleep(0.1)
    except OSError:
        pass


def slow_body(request: BaseHTTPRequestHandler) -> None:
    """The head at once, and then a byte now and then."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
    try:
        for _ in range(1_000):
            request.wfile.write(b" ")
            time.sleep(0.1)
    except OSError:
        pass


def endless(request: BaseHTTPRequestHandler) -> None:
    """More and more."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n\r\n")
    try:
        while True:
            request.wfile.write(b" " * 1_000_000)
    except OSError:
        pass


def cut(request: BaseHTTPRequestHandler) -> None:
    """Less than it says."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 10000\r\n\r\n"
    request.wfile.write(head.encode() + ROWS.encode())


def many_headers(request: BaseHTTPRequestHandler) -> None:
    """Headers without end."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    try:
        for _ in range(10_000):
            request.wfile.write(b"X-More: x\r\n")
    except OSError:
        pass


def no_http(request: BaseHTTPRequestHandler) -> None:
    """Something else."""
    request.wfile.write(b"220 mail.test ESMTP\r\n")


def hangs_up(request: BaseHTTPRequestHandler) -> None:
    """Not a word."""
    request.close_connection = True


def _bindings(term: dict[str, object]) -> bytes:
    return _results({"o": term})


def _results(*rows: object, names: tuple[str, ...] = ("o",)) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def _nested(depth: int) -> dict[str, object]:
    term: dict[str, object] = {"type": "uri", "value": "x:a"}
    for _ in range(depth):
        iri = {"type": "uri", "value": "x:a"}
        term = {"type": "triple", "value": {"subject": iri, "predicate": iri, "object": term}}
    return term


def _nested_text(depth: int) -> bytes:
    one, _, rest = json.dumps(_nested(1)).partition(json.dumps(_nested(0)).join(('"object": ', "")))
    head, tail = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":', b"}]}}"
    return head + (one + '"object": ').encode() * depth + json.dumps(_nested(0)).encode() + rest.encode() * depth + tail


FAILURES: dict[str, tuple[Answerer, int, str]] = {
    "503": (replying(b"no", "text/plain", 503), 502, "503"),
    "404": (replying(b"<html>", "text/html", 404), 502, "404"),
    "400 with a message": (replying(b"line 3: what?", "text/plain", 400), 502, "line 3: what?"),
    "a page": (replying(b"<html>hello</html>", "text/html"), 502, "text/html"),
    "no JSON": (replying(b"<html>hello</html>", JSON), 502, "SPARQL JSON"),
    "cut off": (replying(ROWS[:-3].encode(), JSON), 502, "cut off"),
    "shorter than said": (cut, 502, "broke off"),
    "true": (replying(b'{"head": {}, "boolean": true}', JSON), 502, "true or false"),
    "nested deep": (replying(b'{"head":' + b"[" * 100_000, JSON), 502, "SPARQL JSON"),
    "terms nested deep": (replying(_bindings(_nested(31)), JSON), 502, "nested"),
    "terms nested deeper": (replying(_nested_text(2_000), JSON), 502, "nested"),
    "compressed": (replying(ROWS.encode(), JSON, Content_Encoding="gzip"), 502, "compressed"),
    "no HTTP": (no_http, 502, "broke off"),
    "nothing": (hangs_up, 502, "broke off"),
    "many headers": (many_headers, 502, "broke off"),
    "too long": (endless, 502, "more than"),
    "IRI that ends the clause": (
        replying(_bindings({"type": "uri", "value": "x:a> ) } } SERVICE <http://x.test/"}), JSON), 502, "Invalid"),
    "language that ends the clause": (
        replying(_bindings({"type": "literal", "value": "a", "xml:lang": "en ) } }"}), JSON), 502, "Invalid"),
    "variable that ends the clause": (
        replying(_results(names=("a) { } }",)), JSON), 502, "Invalid"),
    "more rows than allowed": (replying(_results(*[{}] * 1_001), JSON), 502, "1,000 rows"),
    "slow head": (slowly, 504, "did not answer within"),
    "slow body": (slow_body, 504, "did not answer within"),
}  # fmt: skip


@contextmanager
def asking(store: Path, *hosts: str, limit: float = LIMIT) -> Iterator[Server]:
    """A server that may ask these, with short limits."""
    allowed = [word for host in hosts for word in ("--allow-host", host)]
    with serving(store, "--writes", "unchecked", "--timeout", str(limit), "--max-rows", "1000", *allowed) as server:
        yield server


@contextmanager
def asking_one(folder: Path, limit: float = LIMIT) -> Iterator[tuple[Server, Callable[[Answerer], str]]]:
    """A server, and what sets how the one that it may ask answers; that gives its address."""
    now: list[Answerer] = []
    with answering(lambda request: now[-1](request)) as host:

        def set_to(answer: Answerer) -> str:
            now.append(answer)
            return f"http://{host}/sparql"

        with asking(folder / "store", host, limit=limit) as server:
            yield server, set_to


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Callable[[Answerer], str]]]:
    """A server that stops soon what takes long."""
    with asking_one(tmp_path_factory.mktemp("failing")) as both:
        yield both


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Callable[[Answerer], str]]]:
    """A server that has time for everything, on a busy machine too: none of its errors is for want of time."""
    with asking_one(tmp_path_factory.mktemp("patient"), limit=PATIENT) as both:
        yield both


def ask(server: Server, query: str) -> Reply:
    """Its answer to a query."""
    return server.send("POST", "/sparql", query, token=None, Content_Type=QUERY)


@pytest.mark.parametrize("failure", [name for name, (_, status, _) in FAILURES.items() if status != 504])
def test_failure_of_another_server_is_told_with_its_name(
    patient: tuple[Server, Callable[[Answerer], str]], failure: str
) -> None:
    """502; with SILENT one solution that binds nothing. The server goes on."""
    server, set_to = patient
    answer, status, word = FAILURES[failure]
    address = set_to(answer)
    assert_told(ask(server, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"), status, word, address)
    silent = ask(server, f"SELECT ?o {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}")
    assert json.loads(silent.body)["results"]["bindings"] == [{}]
    assert server.update("INSERT DATA { <x:a> <x:b> <x:c> }").status == 204


@pytest.mark.parametrize("failure", [name for name, (_, status, _) in FAILURES.items() if status == 504])
def test_slowness_of_another_server_is_told_with_its_name(
    failing: tuple[Server, Callable[[Answerer], str]], failure: str
) -> None:
    """504 soon after the limit, long before the other server has sent all; with SILENT 503, since nothing is left of
    the query's own time. The server goes on.
    """
    server, set_to = failing
    answer, status, word = FAILURES[failure]
    address = set_to(answer)
    begin = time.monotonic()
    assert_told(ask(server, f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"), status, word, address)
    assert time.monotonic() - begin < SLOW_SECONDS / 4
    assert ask(server, f"SELECT ?o {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}").status == 503
    tries = (server.update("INSERT DATA { <x:a> <x:b> <x:c> }").status for _ in range(20))
    assert 204 in tries  # one may take longer than the limit on a busy machine


def assert_told(reply: Reply, status: int, word: str, address: str) -> None:
    """Check that the answer has the status, and that its sentence has the word and the other server's name."""
    assert reply.status == status, reply.body
    detail = json.loads(reply.body)["detail"]
    assert word in detail
    assert address.split("/")[2] in detail


def test_server_that_is_not_there_is_told_with_its_name(tmp_path: Path) -> None:
    """A refused connection, and a name that nobody has."""
    with asking(tmp_path / "store", "127.0.0.1:9", "no-such-host.invalid") as server:
        for address in ("http://127.0.0.1:9/", "http://no-such-host.invalid/"):
            reply = ask(server, f"ASK {{ SERVICE <{address}> {{ }} }}")
            assert (reply.status, reply.reason) == (502, "outside-failed")
            assert address.split("/")[2] in reply.body.decode()
            assert server.update(f"LOAD <{address}>").status == 502
            assert server.update(f"LOAD SILENT <{address}>").status == 204


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_on(failing: tuple[Server, Callable[[Answerer], str]], status: int) -> None:
    """A redirect of an allowed server is an error that names where it leads; nobody is asked there."""
    server, set_to = failing
    other = Listener()
    address = set_to(replying(b"", JSON, status, Location=other.address))
    for text, reply in (
        ("query", ask(server, f"ASK {{ SERVICE <{address}> {{ }} }}")),
        ("update", server.update(f"LOAD <{address}>")),
        ("where", server.update(f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")),
    ):
        assert (reply.status, reply.reason) == (502, "outside-failed"), text
        assert other.address in reply.body.decode()
    assert other.connections() == 0
    other.close()


def test_slow_servers_do_not_take_the_threads(failing: tuple[Server, Callable[[Answerer], str]]) -> None:
    """Of sixty queries that wait for others most are answered 503 at once, and one that asks nobody is answered."""
    server, set_to = failing
    address = set_to(slow_body)
    query = f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
    with ThreadPoolExecutor(60) as clients:
        waiting = [clients.submit(ask, server, query) for _ in range(60)]
        time.sleep(LIMIT / 2)
        begin = time.monotonic()
        assert ask(server, "ASK { }").status == 200
        assert time.monotonic() - begin < 1.0
        statuses = [reply.result().status for reply in waiting]
    assert sorted(set(statuses)) == [503, 504]
    assert statuses.count(504) >= 8
    assert statuses.count(503) >= 30


def test_who_hangs_up_frees_the_place(failing: tuple[Server, Callable[[Answerer], str]]) -> None:
    """The other server is let go soon after, not at the deadline."""
    server, set_to = failing
    let_go = threading.Event()

    def wait(request: BaseHTTPRequestHandler) -> None:
        request.connection.settimeout(10)
        if request.connection.recv(1) == b"":
            let_go.set()

    address = set_to(wait)
    query = f"ASK {{ SERVICE <{address}> {{ }} }}"
    command = ["curl", "--silent", "--max-time", "0.5", "-G", "--data-urlencode", f"query={query}"]
    assert subprocess.run([*command, f"{server.address}/sparql"], check=False).returncode == 28
    assert let_go.wait(LIMIT - 1.0)


# -- what is sent and kept -------------------------------------------------------------------------------


def test_what_is_sent(failing: tuple[Server, Callable[[Answerer], str]]) -> None:
    """A GET of the block with its prologue, without a token of ours; a POST of a long one."""
    server, set_to = failing
    seen: list[tuple[str, str, dict[str, str], bytes]] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        seen.append((request.command, request.path, dict(request.headers.items()), body))
        replying(ROWS.encode(), JSON)(request)

    address = set_to(note)
    block = "{ ?s a:p 'SERVICE' # not this\n ; <r> ?o }"
    query = f"BASE <x:/> PREFIX a: <x:a/> PREFIX b: <x:b/> SELECT ?o {{ SERVICE <{address}?key=1#there> {block} }}"
    assert server.send("POST", "/sparql", query, Content_Type=QUERY).status == 200
    assert ask(server, query.replace("'SERVICE'", f"'{'x' * 3_000}'")).status == 200
    (method, path, headers, body), (long_method, long_path, _, long_body) = seen
    sent = "query=BASE+%3Cx%3A%2F%3E%0APREFIX+a%3A+%3Cx%3Aa%2F%3E%0ASELECT+%2A+WHERE+%7B+%3Fs+a%3Ap+%27SERVICE%27+%3B"
    assert (method, body) == ("GET", b"")
    assert path.startswith(f"/sparql?key=1&{sent}")
    assert not {"Authorization", "Cookie"} & set(headers)
    assert (headers["Accept"], headers["Host"]) == (JSON, address.split("/")[2])
    assert (long_method, long_path) == ("POST", "/sparql?key=1")
    assert long_body.startswith(b"query=BASE+")


def test_answers_with_the_help_of_others_are_not_kept(failing: tuple[Server, Callable[[Answerer], str]]) -> None:
    """The next time another answer may come: each request asks, none has a tag, and the metrics count them."""
    server, set_to = failing
    numbers = iter(range(100))

    def count(request: BaseHTTPRequestHandler) -> None:
        replying(ROWS.replace('"x"', f'"{next(numbers)}"').encode(), JSON)(request)

    address = set_to(count)
    before = _requests(server, "answered")
    path = f"/sparql?query=SELECT%20%2A%20%7B%20%53ERVICE%20%3C{address}%3E%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20%7D"
    replies = [server.send("GET", path, token=None) for _ in range(3)]
    values = [json.loads(reply.body)["results"]["bindings"][0]["o"]["value"] for reply in replies]
    assert values == ["0", "1", "2"]
    assert not any("etag" in reply.headers for reply in replies)
    assert {reply.headers["cache-control"] for reply in replies} == {"no-store"}
    assert _requests(server, "answered") == before + 3


def _requests(server: Server, end: str) -> float:
    lines = server.send("GET", "/metrics", token=None).body.decode().splitlines()
    name = f'kg_outside_requests_total{{end="{end}"}} '
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def test_blank_nodes_of_an_answer_are_iris_for_the_time_of_the_query(
    failing: tuple[Server, Callable[[Answerer], str]],
) -> None:
    """The same in one answer where they are the same, others in another, and all under /.well-known/genid/."""
    server, set_to = failing
    nodes = [{"o": {"type": "bnode", "value": name}} for name in ("a", "b", "a")]
    address = set_to(replying(json.dumps({"head": {"vars": ["o"]}, "results": {"bindings": nodes}}).encode(), JSON))
    block = f"SERVICE <{address}> {{ ?s ?p ?o }}"
    query = f"SELECT * {{ {{ {block} }} UNION {{ {block} }} }}"
    found = [json.loads(ask(server, query).body)["results"]["bindings"] for _ in range(2)]
    values = [row["o"]["value"] for rows in found for row in rows]
    assert all("/.well-known/genid/" in value for value in values)
    assert [values.index(value) for value in values] == [0, 1, 0, 3, 4, 3, 6, 7, 6, 9, 10, 9]


def test_description_says_that_others_are_asked(failing: tuple[Server, Callable[[Answerer], str]]) -> None:
    """Only where there is a list."""
    server, _ = failing
    assert b"BasicFederatedQuery" in server.send("GET", "/sparql", token=None, Accept="text/turtle").body
    client = create_app(Settings(), EmbeddedStore.in_memory(), questions=()).test_client()
    assert "BasicFederatedQuery" not in client.get("/sparql", headers={"Accept": "text/turtle"}).text


# -- certificates ----------------------------------------------------------------------------------------


def test_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a server with one that nobody vouches for nothing is taken; once it is trusted it is."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with answering(replying(ROWS.encode(), JSON), context) as host:
        port = host.rpartition(":")[2]
        query = f"SELECT * {{ SERVICE <https://localhost:{port}/> {{ ?s ?p ?o }} }}"
        hosts = f"localhost:{port}", f"127.0.0.1:{port}"
        with asking(tmp_path / "store", *hosts) as server:
            reply = ask(server, query)
            assert reply.status == 502
            assert "certificate" in reply.body.decode()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with asking(tmp_path / "store", *hosts) as server:
            assert ask(server, query).status == 200
            assert ask(server, query.replace("localhost", "127.0.0.1")).status == 502  # it is another's


# -- without query workers -------------------------------------------------------------------------------


def test_graph_of_another_server_is_joined_in_the_same_way(tmp_path: Path) -> None:
    """In front of another server's store: allowed hosts are asked by this one, others by nobody."""
    other = Listener()
    with oxigraph(tmp_path / "graph") as store, answering(replying(ROWS.encode(), JSON)) as host:
        settings = Settings(store=f"http://{store}/query", allow_host=host)
        client = create_app(settings, RemoteStore.open(settings.store), questions=()).test_client()
        query = f"SELECT * {{ SERVICE <http://{host}/> {{ ?s ?p ?o }} }}"
        answer = client.get("/sparql", query_string={"query": query})
        assert answer.json is not None
        assert answer.json["results"]["bindings"] == [{"o": {"type": "literal", "value": "x"}}]
        for address in (other.address, f"http://{host}@{other.host}/"):
            refused = client.get("/sparql", query_string={"query": f"ASK {{ SERVICE <{address}> {{ }} }}"})
            assert refused.status_code == 403
    assert other.connections() == 0
    other.close()
