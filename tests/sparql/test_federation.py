"""SERVICE and LOAD: whom the operator has named is asked, with the right results, and nobody else."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results

from tests.served.elsewhere import Listener, oxigraph
from tests.served.serving import Server, serving

QUERY = "application/sparql-query"
LIMIT = 2.0
HERE = """
PREFIX : <x:>
INSERT DATA { :a :name "A" . :b :name "B"@en . :c :name "C" . :c :rank 3 . GRAPH :g { :a :in :g } }
"""
THERE = """
PREFIX : <x:>
INSERT DATA {
  :a :says "one \\"quoted\\" \\\\ line\\nand \\u0000 more" , "zwei"@de , 2 , 2.50 , "x"^^:t . :b :says :a .
  :a :knows :b . :d :knows <http://x.test/SERVICE/%7B?q={}> . :a :text "} SERVICE <x:y> { # ' " .
  <http://x.test/é/~!$&'()*+,;=:@> :says "odd" . :c :when "2026-01-01T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>
}
""".replace("<http://x.test/SERVICE/%7B?q={}>", "<http://x.test/SERVICE/%7B?q=%7D>")
SHAPES = {
    "alone": "SELECT * { SERVICE EP { ?s :says ?o } }",
    "joined": "SELECT ?n ?o { ?s :name ?n . SERVICE EP { ?s :says ?o } }",
    "joined without a dot": "SELECT ?n ?o { ?s :name ?n SERVICE EP { ?s :says ?o } ?s :name ?n2 }",
    "optional": "SELECT ?s ?n ?o { ?s :name ?n OPTIONAL { SERVICE EP { ?s :says ?o } } }",
    "optional inside": "SELECT * { SERVICE EP { ?s :says ?o OPTIONAL { ?s :knows ?k } } }",
    "optional inside, joined": "SELECT * { ?k :name ?n SERVICE EP { ?s :says ?o OPTIONAL { ?s :knows ?k } } }",
    "union": "SELECT * { { ?s :name ?n } UNION { SERVICE EP { ?s :says ?o } } }",
    "filter outside": "SELECT * { SERVICE EP { ?s :says ?o } FILTER(isNumeric(?o) && ?o > 1) }",
    "filter inside": "SELECT * { ?s :name ?n SERVICE EP { ?s :says ?o FILTER(lang(?o) = 'de') } }",
    "filter in optional": "SELECT * { ?s :rank ?r OPTIONAL { SERVICE EP { ?x :says ?o } FILTER(?o < ?r) } }",
    "bind outside": "SELECT * { SERVICE EP { ?s :knows ?k } BIND(STR(?k) AS ?t) }",
    "bind before": "SELECT * { BIND(:a AS ?s) SERVICE EP { ?s :knows ?k } }",
    "two": "SELECT * { SERVICE EP { ?s :knows ?k } SERVICE EP { ?k :says ?o } ?s :name ?n }",
    "two optional": "SELECT * { ?s :name ?n OPTIONAL {SERVICE EP {?s :knows ?k}} OPTIONAL { SERVICE EP { ?s :in ?w}}}",
    "subselect inside": "SELECT * { ?s :name ?n SERVICE EP { SELECT ?s (COUNT(*) AS ?c) { ?s :says ?o } GROUP BY ?s }}",
    "in a subselect": "SELECT * { ?s :name ?n { SELECT DISTINCT ?s { SERVICE EP { ?s :says ?o } } } }",
    "minus": "SELECT * { ?s :name ?n MINUS { SERVICE EP { ?s :knows ?k } } }",
    "exists": "SELECT * { ?s :name ?n FILTER NOT EXISTS { SERVICE EP { ?s :knows ?k } } }",
    "graph": "SELECT * { GRAPH ?g { ?s :in ?i SERVICE EP { ?s :knows ?k } } }",
    "values inside": "SELECT * { SERVICE EP { VALUES ?s { :a :b } ?s :says ?o } }",
    "values after": "SELECT * { SERVICE EP { ?s :says ?o } } VALUES ?s { :b }",
    "no variable": "SELECT ?n { ?s :name ?n SERVICE EP { :a :knows :b } }",
    "no variable, no solution": "SELECT ?n { ?s :name ?n SERVICE EP { :a :knows :a } }",
    "no row": "SELECT * { ?s :name ?n OPTIONAL { SERVICE EP { ?s :nothing ?o } } }",
    "aggregate": "SELECT (COUNT(?o) AS ?c) (SAMPLE(?n) AS ?m) { SERVICE EP { ?s :says ?o } ?s :name ?n } GROUP BY ?n",
    "same row twice": "SELECT ?s { SERVICE EP { ?s :says ?any } }",
    "word in a comment": "# SERVICE <http://x.test/> {}\nSELECT * { SERVICE EP { ?s :says ?o # } SERVICE <x:y> {\n }}",
    "word in a string": "SELECT * { SERVICE EP { ?s :text '} SERVICE <x:y> { # \\' ' } }",
    "word in a long string": """SELECT * {
      BIND('''SERVICE <x:y> {''' AS ?t) SERVICE EP { ?s :text \"\"\"} SERVICE <x:y> { # ' \"\"\" } }""",
    "word in a name": "PREFIX service: <x:> SELECT ?service { SERVICE EP { ?service service:knows service:b . } }",
    "small letters": "SELECT*{service EP{?s :says ?o}}",
    "escapes": "SELECT * { SERVICE EP { ?s :says ?o FILTER(?o IN ('\\u007Awei'@de, 'one \\u0022quoted\\u0022')) } }",
    "escaped name": r"""PREFIX h: <http://x.test/> SELECT * {
      SERVICE EP { h:é\/\~\!\$\&\'\(\)\*\+\,\;\=:\@ ?p ?o } }""",
    "silent": "SELECT * { SERVICE SILENT EP { ?s :knows ?k } }",
    "base": "BASE <x:> SELECT * { SERVICE EP { <x:a> :knows ?k } }",
    "nested group": "SELECT * { ?s :name ?n SERVICE EP { { ?s :says ?o } UNION { ?s :knows ?o } { } } }",
}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of another server, with data."""
    with oxigraph(tmp_path_factory.mktemp("there")) as host:
        request = urllib.request.Request(
            f"http://{host}/update", THERE.encode(), {"Content-Type": "application/sparql-update"}
        )
        with urllib.request.urlopen(request):
            yield host


@pytest.fixture(scope="module")
def running(there: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may ask it."""
    store = tmp_path_factory.mktemp("federation") / "store"
    with serving(store, "--writes", "unchecked", "--timeout", "5", "--allow-host", there) as server:
        assert server.update(HERE).status == 204
        yield server


def rows_of(server: Server, query: str) -> tuple[list[str], list[str]]:
    """Variables and rows, in no order."""
    reply = server.send("GET", f"/sparql?{urlencode({'query': query})}", token=None)
    assert reply.status == 200, reply.body
    results = parse_query_results(reply.body, QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    return _table(results)


def _table(results: QuerySolutions) -> tuple[list[str], list[str]]:
    names = sorted(variable.value for variable in results.variables)
    return names, sorted(" | ".join(str(row[name]) for name in names) for row in results)


def _of_one_store(query: str) -> tuple[list[str], list[str]]:
    store = Store()
    store.update(HERE)
    store.update(THERE.replace("INSERT DATA {", "INSERT DATA { GRAPH <x:there> {") + "}")
    results = store.query(re.sub("SERVICE( SILENT)? EP", "GRAPH <x:there>", query, flags=re.IGNORECASE))
    assert isinstance(results, QuerySolutions)
    return _table(results)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_block_means_what_its_rows_mean(running: Server, there: str, shape: str) -> None:
    """The same rows as of the same data in a graph of one store."""
    query = "PREFIX : <x:> " + SHAPES[shape]
    wanted = _of_one_store(query)
    assert rows_of(running, query.replace("EP", f"<http://{there}/query>")) == wanted
    assert wanted[1] or shape == "no variable, no solution"


_TRIPLES = st.sampled_from(
    [
        "?s :name ?n .",
        "?s :rank ?r .",
        "?k :name ?m .",
        "?s :says ?o .",
        "?s :knows ?k .",
        "?k :says ?o .",
        "?s ?p :a .",
    ]
)
_FILTERS = st.sampled_from(["FILTER(BOUND(?o))", "FILTER(!BOUND(?k) || ?k = :b)", "FILTER(?s != :a)"])


def _around(groups: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Groups made of groups: asked here or there, optional, one or the other, taken out, of some variables."""
    pairs = st.tuples(groups, groups)
    return st.one_of(
        pairs.map(lambda two: f"{{ {two[0]} {two[1]} }}"),
        pairs.map(lambda two: f"{{ {two[0]} OPTIONAL {two[1]} }}"),
        pairs.map(lambda two: f"{{ {two[0]} UNION {two[1]} }}"),
        pairs.map(lambda two: f"{{ {two[0]} MINUS {two[1]} }}"),
        st.tuples(groups, _FILTERS).map(lambda two: f"{{ {two[0]} {two[1]} }}"),
        groups.map(lambda group: f"{{ SELECT DISTINCT ?s ?o {group} }}"),
        groups.filter(lambda group: "SERVICE" not in group).map(lambda group: f"{{ SERVICE EP {group} }}"),
    )


_GROUPS = st.recursive(_TRIPLES.map(lambda triple: f"{{ {triple} }}"), _around, max_leaves=6)


@settings(max_examples=150, deadline=None)
@given(group=_GROUPS.filter(lambda group: "SERVICE" in group))
def test_blocks_mean_their_rows_wherever_they_stand(running: Server, there: str, group: str) -> None:
    """Whatever groups are made of them, the rows are those of the same data in a graph of one store."""
    query = f"PREFIX : <x:> SELECT * {group}"
    assert rows_of(running, query.replace("EP", f"<http://{there}/query>")) == _of_one_store(query)


# -- whom nobody may ask ---------------------------------------------------------------------------------

TRICKS = {
    "plain": "SELECT * { SERVICE <http://B/> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://B/> { ?s ?p ?o } }",
    "together": "SELECT * { SERVICESILENT<http://B/>{ ?s ?p ?o } }",
    "with an allowed one": "SELECT * { SERVICE <http://A/> { ?s ?p ?o } SERVICE <http://B/> { ?s ?p ?o } }",
    "of the data": "SELECT * { VALUES ?where { <http://B/> } SERVICE ?where { ?s ?p ?o } }",
    "of the allowed one's data": "SELECT * { SERVICE <http://A/> { ?s ?p ?where } SERVICE ?where { ?s ?p ?o } }",
    "nested": "SELECT * { SERVICE <http://A/> { SERVICE <http://B/> { ?s ?p ?o } } }",
    "nested silent": "SELECT * { SERVICE <http://A/> { SERVICE SILENT <http://B/> { ?s ?p ?o } } }",
    "nested variable": "SELECT * { SERVICE <http://A/> { VALUES ?w { <http://B/> } SERVICE ?w { ?s ?p ?o } } }",
    "nested together": "SELECT * { SERVICE <http://A/> { BIND(1 AS ?x) SERVICESILENT<http://B/> { ?s ?p ?o } } }",
    "nested after less": "SELECT * { SERVICE <http://A/> { FILTER(1<'>')SERVICE <http://B/> { ?s ?p ?o }\n#'\n } }",
    "after less": "PREFIX a: <a:b> SELECT * { FILTER(a:c<a:d)SERVICE#>\n<http://B/> { ?s ?p ?o } }",
    "after less and an allowed one": "SELECT * { FILTER(1<'>')SERVICE <http://B/> {}\n#'\nSERVICE <http://A/> {}}",
    "nested after two less": "SELECT * { SERVICE <http://A/> { FILTER(1<<x'>)SERVICE <http://B/> {} FILTER('a'='') } }",
    "nested out of an IRI": "SELECT * { SERVICE <http://A/> { ?s <x:\\u003E?o.SERVICE<http://B/>{}#> ?o } }",
    "nested out of an escaped IRI": "SELECT * { SERVICE <http://A/> { ?s <x:\\u003E\\u0020?o\\u0020.SERVICE> ?o } }",
    "nested out of a name": "PREFIX x: <x:> SELECT * { SERVICE <http://A/> { ?s x:\\u0020SERVICE <http://B/> {} } }",
    "user": "SELECT * { SERVICE <http://A@B/> { ?s ?p ?o } }",
    "user and password": "SELECT * { SERVICE <http://A:x@B/> { ?s ?p ?o } }",
    "base": "BASE <http://B/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "base of the network": "BASE <http://A/> SELECT * { SERVICE <//B/sparql> { ?s ?p ?o } }",
    "prefix": "PREFIX a: <http://A/> PREFIX a: <http://B/> SELECT * { SERVICE a:x { ?s ?p ?o } }",
    "prefix with a base": "BASE <http://B/> PREFIX a: <x> SELECT * { SERVICE a: { ?s ?p ?o } }",
    "declared in a string": "PREFIX a: <http://B/> SELECT * { ?s ?p 'PREFIX a: <http://A/>' SERVICE a: { ?s ?p ?o } }",
    "declared in a comment": "PREFIX a: <http://B/> # PREFIX a: <http://A/>\nSELECT * { SERVICE a: { ?s ?p ?o } }",
    "escaped host": "SELECT * { SERVICE <ESCAPED> { ?s ?p ?o } }",
    "escaped keyword": "SELECT * { \\u0053ERVICE <http://B/> { ?s ?p ?o } }",
    "nested escaped keyword": "SELECT * { SERVICE <http://A/> { \\u0053ERVICE <http://B/> { ?s ?p ?o } } }",
    "nested out of a string": "SELECT * { SERVICE <http://A/> { ?s ?p '\\\\u0027 . SERVICE <http://B/> {} #' } }",
    "other port": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "backslash": "SELECT * { SERVICE <http://A\\u005C@B/> { ?s ?p ?o } }",
    "line break": "SELECT * { SERVICE <http://B/\\u000D\\u000AHost:\\u0020A> { ?s ?p ?o } }",
    "other scheme": "SELECT * { SERVICE <ftp://A/> { ?s ?p ?o } }",
    "file": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "in a subselect": "SELECT * { { SELECT * { SERVICE <http://B/> { ?s ?p ?o } } } }",
    "in EXISTS": "ASK { FILTER EXISTS { SERVICE <http://B/> { ?s ?p ?o } } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://B/> { ?s ?p ?o } }",
    "never closed": "SELECT * {" + "{ SERVICE <http://A/> {" * 2_800,
    "too many": "SELECT * {" + " SERVICE <http://A/> { ?s ?p ?o }" * 21 + "}",
    "too long": "SELECT * { SERVICE <http://A/> { ?s ?p ?o } } #" + "x" * (1 << 16),
}
PASSED_OVER = {"silent", "together"}
UPDATES = {
    "load": ("LOAD <http://B/x.ttl>", 403),
    "load silent": ("LOAD SILENT <http://B/x.ttl> INTO GRAPH <x:g>", 204),
    "load of a prefix": ("PREFIX a: <http://B/> LOAD a:x", 403),
    "load of a base": ("BASE <http://B/> LOAD <x>", 403),
    "load of a user": ("LOAD <http://A@B/x>", 403),
    "load after another": ("INSERT DATA { <x:a> <x:b> 'LOAD' } ; LOAD <http://B/x.ttl>", 403),
    "load with an allowed one": ("LOAD <http://A/x.ttl> ; LOAD <http://B/x.ttl>", 403),
    "load small": ("loadsilent<http://B/x.ttl>", 204),
    "where": ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://B/> { ?s ?p ?o } }", 403),
    "of the data": ("INSERT { ?s ?p ?o } WHERE { VALUES ?w { <http://B/> } SERVICE ?w { ?s ?p ?o } }", 403),
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Listener, Listener]]:
    """A server, the listener that it may ask, and one on another port that it may not."""
    allowed, other = Listener(), Listener()
    store = tmp_path_factory.mktemp("guarded") / "store"
    with serving(store, "--writes", "unchecked", "--timeout", str(LIMIT), "--allow-host", allowed.host) as server:
        yield server, allowed, other
    allowed.close()
    other.close()


@pytest.mark.parametrize("trick", TRICKS)
def test_no_query_reaches_a_host_that_is_not_on_the_list(
    guarded: tuple[Server, Listener, Listener], trick: str
) -> None:
    """Nobody is asked: not the other one, and for a query that is refused not the allowed one either."""
    server, allowed, other = guarded
    escaped = "http://" + "".join(f"\\u{ord(character):04X}" for character in other.host) + "/"
    query = TRICKS[trick].replace("//A", f"//{allowed.host}").replace("B/", f"{other.host}/")
    query = query.replace("ESCAPED", escaped)
    begin = time.monotonic()
    reply = server.send("POST", "/sparql", query, token=None, Content_Type=QUERY)
    assert time.monotonic() - begin < LIMIT + 1.0
    assert (allowed.connections(), other.connections()) == (0, 0)
    if trick in PASSED_OVER:
        assert reply.status == 200
    else:
        assert (reply.status, reply.reason) in ((403, "service-refused"), (400, "bad-query")), reply.body


@pytest.mark.parametrize("name", UPDATES)
def test_no_update_reaches_a_host_that_is_not_on_the_list(
    guarded: tuple[Server, Listener, Listener], name: str
) -> None:
    """Nobody is asked, and nothing is changed."""
    server, allowed, other = guarded
    text, status = UPDATES[name]
    reply = server.update(text.replace("//A", f"//{allowed.host}").replace("B/", f"{other.host}/"))
    assert (allowed.connections(), other.connections()) == (0, 0)
    assert reply.status == status, reply.body
    assert not server.ask("?s ?p ?o")


def test_a_host_not_on_the_list_is_named_with_the_setting(guarded: tuple[Server, Listener, Listener]) -> None:
    """Who reads the refusal knows what to ask the operator for."""
    server, _, other = guarded
    reply = server.send("POST", "/sparql", f"ASK {{ SERVICE <{other.address}> {{}} }}", Content_Type=QUERY)
    assert reply.status == 403
    assert all(word in reply.body.decode() for word in (other.host, "--allow-host", "allow_host"))


def test_nobody_is_asked_without_a_list(tmp_path: Path) -> None:
    """Neither for a query nor for an update, and the refusal is a 403."""
    other = Listener()
    with serving(tmp_path / "store", "--writes", "unchecked", "--timeout", "2") as server:
        block = f"SERVICE <{other.address}> {{ ?s ?p ?o }}"
        asked = server.send("POST", "/sparql", f"ASK {{ {block} }}", Content_Type=QUERY)
        assert (asked.status, asked.reason) == (403, "service-refused")
        assert server.update(f"INSERT {{ ?s ?p ?o }} WHERE {{ {block} }}").status == 403
        assert server.update(f"LOAD <{other.address}>").status == 403
    assert other.connections() == 0
    other.close()
