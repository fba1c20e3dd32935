"""Changes over HTTP: who may make them, what they do, and that they last."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from kg.app import create_app
from kg.config import Settings
from kg.store import EmbeddedStore
from kg.term_depth import DEEPEST_TERM
from tests.listening import visited
from tests.nested_terms import nested, nested_xml
from tests.served.serving import FORM, TOKEN, UPDATE, Server, serving

TURTLE = "text/turtle"
RDF_XML = "application/rdf+xml"
ONE = "<http://x.test/s> <http://x.test/p> 1 ."
ASKS_ANOTHER = "INSERT { ?s ?p ?o } WHERE { SERVICE <http://x.test/> { ?s ?p ?o } }"
DEEP = "<x:s> <x:p> " + "<<( <x:s> <x:p> " * 40 + "1" + " )>>" * 40 + " ."
COUNT_UP = "DELETE { ?s <x:n> ?n } INSERT { ?s <x:n> ?m } WHERE { ?s <x:n> ?n BIND(?n + 1 AS ?m) }"
COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes changes unchecked."""
    with serving(tmp_path_factory.mktemp("writing") / "store", "--writes", "unchecked", "--timeout", "3") as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    """The same, with nothing in its store."""
    assert running.update("DROP ALL").status == 204
    return running


# -- who may --


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x", "\xe9"])
def test_only_the_token_opens(server: Server, token: str | None) -> None:
    """Without the whole token nothing is changed, by whatever way; the challenge says which kind is wanted."""
    replies = [server.update(f"INSERT DATA {{ {ONE} }}", token)]
    replies += [server.send(m, "/store?default", ONE, token, Content_Type=TURTLE) for m in ("PUT", "POST", "DELETE")]
    replies += [server.send("POST", "/store", ONE, token, Content_Type=TURTLE)]
    assert [reply.status for reply in replies] == [401] * 5
    assert all(reply.headers["www-authenticate"].startswith("Bearer") for reply in replies)
    assert server.rows(COUNT) == ["0"]


def test_without_a_token_nobody_writes() -> None:
    """A server that was started without one refuses all changes, and still gives its graphs."""
    client = create_app(Settings(), EmbeddedStore.in_memory(), questions=()).test_client()
    headers = {"Authorization": "Bearer "}
    assert client.post("/sparql", data="DROP ALL", content_type=UPDATE, headers=headers).status_code == 403
    assert client.put("/store?default", data=ONE, content_type=TURTLE, headers=headers).status_code == 403
    assert client.get("/store?default").status_code == 200


# -- updates --


@pytest.mark.parametrize("how", ["form", "direct"])
def test_update_is_made_and_seen(server: Server, how: str) -> None:
    """Sent as a form or as it is; the next query sees it, in whatever graph."""
    text = f"INSERT DATA {{ {ONE} GRAPH <http://x.test/g> {{ {ONE} }} }}"
    body, content_type = (urlencode({"update": text}), FORM) if how == "form" else (text, UPDATE)
    assert server.send("POST", "/sparql", body, Content_Type=content_type).status == 204
    assert server.rows(COUNT) == ["2"]


def test_operations_of_one_update_are_one_change(server: Server) -> None:
    """Each operation sees what those before it did; where one fails, none was made."""
    assert server.update(f"INSERT DATA {{ <x:a> <x:n> 1 }} ; {COUNT_UP}").status == 204
    assert server.rows("SELECT ?n { <x:a> <x:n> ?n }") == ["2"]
    assert server.update("INSERT DATA { <x:b> <x:n> 1 } ; DROP GRAPH <x:none>").status == 409
    assert not server.ask("<x:b> ?p ?o")


def test_what_changes_every_time_is_the_same_in_the_store_and_after_a_restart(tmp_path: Path) -> None:
    """RAND, UUID and blank nodes are drawn once: what was read before the server was killed is what is read then."""
    values = "VALUES ?s { <x:a> <x:b> } BIND(RAND() AS ?r) BIND(UUID() AS ?u)"
    draws = f"INSERT {{ ?s <x:r> ?r ; <x:u> ?u . _:b <x:of> ?s }} WHERE {{ {values} }}"
    with serving(tmp_path / "store", "--writes", "unchecked") as server:
        assert server.update(draws).status == 204
        assert server.update("DELETE WHERE { ?s <x:of> <x:a> }").status == 204
        before = server.rows("SELECT * { ?s ?p ?o }")
        assert len(before) == 5
    with serving(tmp_path / "store", "--writes", "unchecked") as server:
        assert server.rows("SELECT * { ?s ?p ?o }") == before


@pytest.mark.parametrize(
    ("parameters", "text", "status"),
    [
        ({"using-graph-uri": "x:g1"}, "INSERT { ?s <x:in> 1 } WHERE { ?s ?p ?o }", 204),
        ({"using-named-graph-uri": "x:g1"}, "INSERT { ?s <x:in> 1 } WHERE { GRAPH ?g { ?s ?p ?o } }", 204),
        ({"using-graph-uri": "x:g1"}, "INSERT { ?s <x:in> 1 } # WHERE\nWHERE { ?s ?p 'WHERE' }", 204),
        ({"using-graph-uri": "x:g1"}, "WITH <x:g2> INSERT { ?s <x:in> 1 } WHERE { ?s ?p ?o }", 400),
        ({"using-graph-uri": "x:g1"}, "INSERT { ?s <x:in> 1 } USING <x:g2> WHERE { ?s ?p ?o }", 400),
        ({"using-graph-uri": "x:g1"}, "DELETE WHERE { ?s ?p ?o }", 400),
        ({"using-graph-uri": "no iri"}, "INSERT { ?s <x:in> 1 } WHERE { ?s ?p ?o }", 400),
        ({"default-graph-uri": "x:g1"}, "INSERT { ?s <x:in> 1 } WHERE { ?s ?p ?o }", 400),
    ],
)  # fmt: skip
def test_dataset_of_the_request_is_what_is_asked(
    server: Server, parameters: dict[str, str], text: str, status: int
) -> None:
    """Protocol 2.2.3: WHERE sees those graphs and no others; a text that names its own dataset is refused."""
    graphs = "GRAPH <x:g1> { <x:1> <x:p> 'WHERE' } GRAPH <x:g2> { <x:2> <x:p> 'WHERE' }"
    assert server.update(f"INSERT DATA {{ <x:0> <x:p> 'WHERE' {graphs} }}").status == 204
    assert server.update(text, path=f"/sparql?{urlencode(parameters)}").status == status
    assert server.rows("SELECT ?s { ?s <x:in> 1 }") == (["<x:1>"] if status == 204 else [])


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status", "word"),
    [
        ("GET", "/sparql?update=DROP+ALL", None, "", 400, "update-by-get"),
        ("POST", "/sparql", "DROP EVERYTHING", UPDATE, 400, "bad-query"),
        ("POST", "/sparql", "DROP ALL", f"{UPDATE}; charset=utf-16", 415, "unsupported-charset"),
        ("POST", "/sparql", "update=DROP+ALL&update=DROP+ALL", FORM, 400, "repeated-update"),
        ("POST", "/sparql", "update=DROP+ALL&query=ASK+%7B%7D", FORM, 400, "query-parameter"),
        ("POST", "/sparql", "LOAD <http://x.test/>", UPDATE, 403, "service-refused"),
        ("POST", "/sparql", ASKS_ANOTHER, UPDATE, 403, "service-refused"),
        ("POST", "/sparql", "#" * 1_000_001, UPDATE, 413, "update-too-long"),
        ("PUT", "/store", ONE, TURTLE, 400, "missing-graph"),
        ("PUT", "/store?default&graph=x:g", ONE, TURTLE, 400, "missing-graph"),
        ("PUT", "/store?graph=relative", ONE, TURTLE, 400, "bad-graph"),
        ("PUT", "/store?graph=x:g", ONE, "text/csv", 415, "unsupported-media-type"),
        ("PUT", "/store?graph=x:g", ONE, "", 415, "unsupported-media-type"),
        ("PUT", "/store?graph=x:g", "<x:s> <x:p> .", TURTLE, 400, "bad-graph"),
        ("PUT", "/store?graph=x:g", "<x:h> { <x:s> <x:p> 1 }", "application/trig", 400, "named-graphs"),
        ("PUT", "/store?graph=x:g", DEEP, TURTLE, 400, "bad-graph"),
        ("DELETE", "/store?graph=x:none", None, "", 404, "no-such-graph"),
        ("GET", "/store?graph=x:none", None, "", 404, "no-such-graph"),
    ],
)  # fmt: skip
def test_wrong_change_is_refused(
    server: Server, method: str, path: str, body: str | None, content_type: str, status: int, word: str
) -> None:
    """Each mistake has its status and its word, and nothing is changed."""
    reply = server.send(method, path, body, **({"Content_Type": content_type} if content_type else {}))
    assert (reply.status, reply.reason) == (status, word)
    assert server.rows(COUNT) == ["0"]


@pytest.mark.parametrize("levels", [40, 20_000])
@pytest.mark.parametrize(
    "media_type", [TURTLE, "application/n-triples", "application/trig", "text/n3", RDF_XML, UPDATE]
)
def test_triple_terms_nested_deep_are_refused_and_the_server_lives(
    server: Server, levels: int, media_type: str
) -> None:
    """Parsers recurse for each level: 20,000 end a process. Uploads in each format, and an update."""
    if media_type == UPDATE:
        reply = server.update(f"INSERT DATA {{ {nested(levels).decode()} }}")
    else:
        body = nested_xml(levels) if media_type == RDF_XML else nested(levels)
        reply = server.send("PUT", "/store?graph=x:g", body, Content_Type=media_type)
    assert reply.status == 400
    assert b"nested" in reply.body
    assert server.rows(COUNT) == ["0"]


def test_a_term_that_updates_nest_ever_deeper_is_refused_in_words(server: Server) -> None:
    """Each puts the last one's term into another, until it is nested more than a term may be."""
    nest = "DELETE { ?s ?p ?o } INSERT { ?s ?p ?t } WHERE { ?s ?p ?o BIND(TRIPLE(?s, ?p, ?o) AS ?t) }"
    assert server.update(f"INSERT DATA {{ {nested(DEEPEST_TERM).decode()} }}").status == 204
    reply = server.update(nest)
    assert (reply.status, reply.reason) == (400, "bad-query")
    assert b"nested more than 30 deep" in reply.body
    assert server.rows(COUNT) == ["1"]


def test_change_that_breaks_the_shapes_is_refused_with_the_report(tmp_path: Path) -> None:
    """By default changes are checked: by update or upload, 422 says what is wrong; what is right goes in."""
    wrong = "<https://w3id.org/claimgraph/id/doc/0123456789abcdef/claim/1-2> a <https://w3id.org/claimgraph/ns#Claim> ."
    with serving(tmp_path / "store") as server:
        replies = [server.update(f"INSERT DATA {{ {wrong} }}")]
        replies.append(server.send("POST", "/store?default", wrong, Content_Type=TURTLE))
        replies.append(server.send("PUT", "/store?graph=x:g", wrong, Content_Type=TURTLE))
        assert [(reply.status, reply.reason) for reply in replies] == [(422, "breaks-the-shapes")] * 3
        report = json.loads(replies[0].body)["report"]
        assert report["conforms"] is False
        assert {finding["focus"]["value"] for finding in report["findings"]} == {wrong.split()[0].strip("<>")}
        assert server.update(f"INSERT DATA {{ {ONE} _:b <x:p> 1 }}").status == 204
        assert server.rows(COUNT) == ["2"]
        assert server.rows("SELECT ?s { ?s ?p ?o FILTER(ISBLANK(?s)) }") == []  # each has got an IRI


# -- graphs --


def test_graph_is_put_read_added_to_and_deleted(server: Server) -> None:
    """The life of a graph, by its name in a parameter."""
    path = "/store?graph=" + quote("http://x.test/g", safe="")
    assert server.send("PUT", path, "<#a> <x:p> 1 .", Content_Type=TURTLE).status == 201
    assert server.send("PUT", path, "<#b> <x:p> 2 .", Content_Type=TURTLE).status == 204
    assert server.send("POST", path, '{"@id": "#c", "x:p": 3}', Content_Type="application/ld+json").status == 204
    got = server.send("GET", path, token=None, Accept="application/n-triples").body.decode()
    assert sorted(line.split()[0] for line in got.splitlines()) == ["<http://x.test/g#b>", "<http://x.test/g#c>"]
    head = server.send("HEAD", path, token=None)
    assert (head.status, head.body, head.headers["content-type"]) == (200, b"", "text/turtle; charset=utf-8")
    assert server.send("DELETE", path).status == 204
    assert [server.send(method, path).status for method in ("GET", "HEAD", "DELETE")] == [404, 404, 404]


def test_address_under_the_store_is_a_graph(server: Server) -> None:
    """Direct identification: the address is the IRI, in queries too."""
    assert server.send("PUT", "/store/people/1", ONE, Content_Type=TURTLE).status == 201
    assert server.send("GET", "/store/people/1", token=None).status == 200
    assert server.rows("SELECT ?g { GRAPH ?g { ?s ?p ?o } }") == [f"<{server.address}/store/people/1>"]


def test_graph_posted_to_the_store_gets_an_address(server: Server) -> None:
    """201, and the place where it can be read."""
    reply = server.send("POST", "/store", ONE, Content_Type=TURTLE)
    assert reply.status == 201
    path = reply.headers["location"].removeprefix(server.address)
    assert b"<http://x.test/s>" in server.send("GET", path, token=None).body


def test_quads_posted_to_the_store_go_where_they_say(server: Server) -> None:
    """TriG keeps its graphs."""
    trig = "<x:a> <x:p> 1 . <x:g> { <x:b> <x:p> _:b }"
    assert server.send("POST", "/store", trig, Content_Type="application/trig").status == 204
    assert server.rows("SELECT ?s ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") == ["<x:a>\t", "<x:b>\t<x:g>"]


def test_files_of_a_form_are_merged(server: Server) -> None:
    """multipart/form-data: each file in its own format."""
    parts = (("text/turtle", "<x:a> <x:p> 1 ."), ("application/n-triples", "<x:b> <x:p> <x:c> ."))
    head = '--cut\r\nContent-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: '
    body = "".join(f"{head}{kind}\r\n\r\n{text}\r\n" for kind, text in parts) + "--cut--\r\n"
    reply = server.send("POST", "/store?default", body, Content_Type="multipart/form-data; boundary=cut")
    assert reply.status == 204
    assert server.rows("SELECT ?s { ?s ?p ?o }") == ["<x:a>", "<x:b>"]


def test_empty_graph_is_a_graph(server: Server) -> None:
    """A graph that was put without a triple is there, until it is deleted."""
    assert server.send("PUT", "/store?graph=x:e", "", Content_Type=TURTLE).status == 201
    assert server.send("GET", "/store?graph=x:e", token=None).status == 200
    assert server.update("DROP GRAPH <x:e>").status == 204
    assert server.send("GET", "/store?graph=x:e", token=None).status == 404


# -- that they last, and stand alone --


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """The server is killed with -9 in the middle of writes: every acknowledged one is there, and no half of another."""
    written: list[int] = []
    with serving(tmp_path / "store", "--writes", "unchecked") as server:

        def write() -> None:
            for number in range(10_000):
                pair = f"INSERT DATA {{ <x:a{number}> <x:n> {number} . GRAPH <x:g> {{ _:b <x:n> {number} }} }}"
                try:
                    if server.update(pair).status != 204:
                        return
                except OSError:
                    return
                written.append(number)

        thread = threading.Thread(target=write)
        thread.start()
        while len(written) < 20:
            time.sleep(0.01)
        server.process.send_signal(signal.SIGKILL)
        thread.join()
    with serving(tmp_path / "store", "--writes", "unchecked") as server:
        here = {int(n) for n in server.rows("SELECT ?n { ?s <x:n> ?n }")}
        there = {int(n) for n in server.rows("SELECT ?n { GRAPH <x:g> { ?s <x:n> ?n } }")}
    assert set(written) <= here == there
    assert len(here) <= len(written) + 1


def test_reader_sees_one_revision(server: Server) -> None:
    """While pairs are moved from one number to the next, every query sees both halves of a pair at the same."""
    assert server.update("INSERT DATA { <x:a> <x:n> 0 . GRAPH <x:g> { <x:b> <x:n> 0 } }").status == 204
    seen: list[list[str]] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(server.rows("SELECT ?n ?m { <x:a> <x:n> ?n . GRAPH <x:g> { <x:b> <x:n> ?m } }"))

    thread = threading.Thread(target=look)
    thread.start()
    for number in range(1, 15):
        pair = "<x:a> <x:n> {0} GRAPH <x:g> {{ <x:b> <x:n> {0} }}"
        move = f"DELETE {{ {pair.format('?n')} }} INSERT {{ {pair.format(number)} }} WHERE {{ <x:a> <x:n> ?n }}"
        assert server.update(move).status == 204
        assert server.rows("SELECT ?n { <x:a> <x:n> ?n }") == [str(number)]  # seen as soon as it is acknowledged
    done.set()
    thread.join()
    assert all(len(rows) == 1 and len(set(rows[0].split("\t"))) == 1 for rows in seen)
    assert len({rows[0] for rows in seen}) > 1


def test_writers_beside_each_other_lose_nothing(server: Server) -> None:
    """Four count up the same number, ten times each: it is forty."""
    assert server.update("INSERT DATA { <x:a> <x:n> 0 }").status == 204
    statuses: list[int] = []

    def count_up() -> None:
        for _ in range(10):
            statuses.append(server.update(COUNT_UP).status)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 40
    assert server.rows("SELECT ?n { <x:a> <x:n> ?n }") == ["40"]


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type"),
    [
        ("POST", "/sparql", "INSERT DATA { <x:s> <x:p> " + "(" * 30_000 + ")" * 30_000 + " }", UPDATE),
        ("POST", "/sparql", "DELETE WHERE " + "{" * 3_000 + "}" * 3_000, UPDATE),
        ("POST", "/sparql", "INSERT { ?a ?b ?l } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", UPDATE),
        ("PUT", "/store?default", '{"x:p":' * 30_000 + "1" + "}" * 30_000, "application/ld+json"),
        ("PUT", "/store?default", "<x:s> <x:p> " + "<<( <x:s> <x:p> " * 30_000 + "1" + " )>>" * 30_000 + " .", TURTLE),
    ],
    ids=["deep list", "deep braces", "cross product", "deep JSON-LD", "deep triple terms"],
)
def test_evil_change_is_stopped_and_the_server_goes_on(
    running: Server, method: str, path: str, body: str, content_type: str
) -> None:
    """An error within the limit, nothing written, and the next change is made."""
    data = " ".join(f"<x:{number}> <x:p> {number} ." for number in range(300))
    assert running.update(f"DROP ALL ; INSERT DATA {{ {data} }}").status == 204
    begin = time.monotonic()
    reply = running.send(method, path, body, Content_Type=content_type)
    assert 400 <= reply.status < 600
    assert reply.status != 500
    assert time.monotonic() - begin < 3.0 + 60  # its limit, and what a busy machine takes; it would take for ever
    assert running.rows(COUNT) == ["300"]
    assert running.update("INSERT DATA { <x:more> <x:p> 1 }").status == 204


def test_update_that_grows_too_much_names_the_limit(tmp_path: Path) -> None:
    """Of time, of memory or of a statement: it is never an internal error, and the server goes on."""
    with serving(tmp_path / "store", "--writes", "unchecked", "--timeout", "15", "--max-memory", "128") as server:
        assert server.update(f"INSERT DATA {{ <x:s> <x:p> '{'a' * 200_000}' }}").status == 204
        for _ in range(10):
            reply = server.update(
                "DELETE { ?s ?p ?o } INSERT { ?s ?p ?twice } WHERE { ?s ?p ?o BIND(CONCAT(?o, ?o) AS ?twice) }"
            )
            if reply.status != 204:
                break
        assert (reply.status, reply.reason) in ((503, "timeout"), (503, "too-large"))
        detail = json.loads(reply.body)["detail"]
        assert any(limit in detail for limit in ("--timeout", "--max-memory", "8,388,608 bytes"))
        assert server.ask("?s ?p ?o")


def test_nobody_is_called(running: Server) -> None:
    """Neither LOAD nor SERVICE nor a JSON-LD context makes a request, however it is written."""
    with visited() as (address, seen):
        texts = {
            f"LOAD <{address}>": 403,
            f"lOaD silent<{address}>INTO GRAPH <x:g>": 204,
            f"PREFIX load: <{address}> LOAD load:": 403,
            f"PREFIX silent: <{address}> LOAD silent:x": 400,
            f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}": 204,
            f"INSERT DATA {{ <x:a> <x:b> 'load' }} ; LOAD <{address}>": 403,
            f"DROP SILENT GRAPH <x:load> ;load<{address}>": 403,
        }
        statuses = {text: running.update(text).status for text in texts}
        context = f'{{"@context": "{address}", "@id": "x:a", "x:p": 1}}'
        assert running.send("POST", "/store?default", context, Content_Type="application/ld+json").status == 400
    assert seen == []
    assert statuses == texts
