"""What never reaches the engine: texts that crash its parser, and SERVICE."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store

from kg.http.problems import Refusal
from kg.sparql.query_guard import DEPTH_LIMIT, STEP_LIMIT, check, check_complexity
from tests.listening import visited
from tests.served.small_app import BASE

NESTED: dict[str, Callable[[int], str]] = {
    "braces": lambda n: "SELECT * WHERE " + "{" * n + "}" * n,
    "subselects": lambda n: "SELECT * WHERE " + "{ SELECT * WHERE " * n + "{}" + "}" * n,
    "EXISTS": lambda n: "SELECT * WHERE " + "{ FILTER EXISTS " * n + "{}" + "}" * n,
    "parentheses in a filter": lambda n: "SELECT * WHERE { FILTER " + "(" * n + "1" + ")" * n + "}",
    "parentheses in a path": lambda n: "SELECT * WHERE { ?s " + "(" * n + "<x:y>" + ")" * n + " ?o }",
    "function calls": lambda n: "SELECT * WHERE { FILTER(" + "STR(" * n + "1" + ")" * n + ") }",
    "collections": lambda n: "SELECT * WHERE { ?s ?p " + "(" * n + "1" + ")" * n + " }",
    "blank nodes": lambda n: "SELECT * WHERE { ?s ?p " + "[ ?p " * n + "1" + "]" * n + " }",
    "triple terms": lambda n: "SELECT * WHERE { " + "<<( <x:y> <x:y> " * n + "1" + ")>>" * n + " ?p ?o }",
    "reified triples": lambda n: "SELECT * WHERE { " + "<< <x:y> <x:y> " * n + "1" + ">>" * n + " ?p ?o }",
    "annotations": lambda n: "SELECT * WHERE { ?s ?p ?o " + "{| ?p ?o " * n + "|}" * n + " }",
}
CHAINED: dict[str, Callable[[int], str]] = {
    "UNION": lambda n: "SELECT * WHERE { {}" + " UNION {}" * n + " }",
    "OPTIONAL": lambda n: "SELECT * WHERE { " + "OPTIONAL { ?s ?p ?o } " * n + "}",
    "MINUS": lambda n: "SELECT * WHERE { " + "MINUS{?s ?p ?o}" * n + "}",
    "LATERAL": lambda n: "SELECT * WHERE { {}" + " LATERAL {}" * n + " }",
    "FILTER": lambda n: "SELECT * WHERE { " + "FILTER(1)" * n + "}",
    "BIND": lambda n: "SELECT * WHERE { " + " ".join(f"BIND(1 AS ?x{i})" for i in range(n)) + "}",
    "projected expressions": lambda n: "SELECT " + " ".join(f"(trueAS?x{i})" for i in range(n)) + " {}",
    "aggregates": lambda n: "SELECT " + " ".join(f"(count(*) as ?x{i})" for i in range(n)) + " {}",
    "OR": lambda n: "SELECT * WHERE { FILTER(1" + "||1" * n + ") }",
    "AND": lambda n: "SELECT * WHERE { FILTER(1" + " && 1" * n + ") }",
    "sums": lambda n: "SELECT * WHERE { FILTER(1" + "+1" * n + ") }",
    "products": lambda n: "SELECT * WHERE { FILTER(1" + "*1" * n + ") }",
    "negations": lambda n: "SELECT * WHERE { FILTER(" + "!" * n + "1) }",
    "path sequences": lambda n: "SELECT * WHERE { ?s <x:y>" + "/<x:y>" * n + " ?o }",
    "path alternatives": lambda n: "SELECT * WHERE { ?s <x:y>" + "|<x:y>" * n + " ?o }",
}
HARMLESS = {
    "values": "SELECT * WHERE { VALUES ?x { "
    + " ".join(f"<https://x.test/a-b/c+d|e!{i}>" for i in range(9_000))
    + " } }",
    "numbers": "SELECT * WHERE { VALUES (?x ?y) { " + "(-1 +2.5e-3)" * 9_000 + " } }",
    "typed values": "SELECT * { VALUES (?x ?y) { " + "(<x:a#b> 'it''s'^^<x:t#u>)".replace("''", "") * 5_000 + " } }",
    "IN": "SELECT * WHERE { ?x ?p ?o FILTER(?x IN ("
    + ",".join(f"<https://x.test/a-b/#{i}>" for i in range(5_000))
    + ")) }",
    "a string": 'SELECT * WHERE { ?x ?p """' + "({[" * 5_000 + ' UNION || "" ' * 5_000 + '""" }',
    "a comment": "SELECT * WHERE { } # " + "({[ UNION " * 5_000,
    "names": "SELECT * WHERE { ?union ?optional ?filter . " + "?as ?minus ?union-- . ".replace("--", "") * 50 + "}",
    "an escaped name": "SELECT * WHERE { ?s <x:p> " + ", ".join(rf"x:a\(b{i}\+" for i in range(1_500)) + " }",
    "a template": "CONSTRUCT { " + "?s <https://x.test/a-b> ?o . " * 2_000 + "} WHERE { ?s ?p ?o }",
}


@pytest.mark.parametrize("how", NESTED)
@pytest.mark.parametrize("depth", [DEPTH_LIMIT + 1, 3_000, 30_000])
def test_deep_nesting_is_refused(how: str, depth: int) -> None:
    """Beyond the limit, and at the depths that were seen to crash the engine."""
    with pytest.raises(Refusal, match="nested more than") as refused:
        check_complexity(NESTED[how](depth))
    assert refused.value.code == 400


@pytest.mark.parametrize("how", CHAINED)
@pytest.mark.parametrize("length", [STEP_LIMIT + 1, 3_000, 30_000])
def test_long_chains_are_refused(how: str, length: int) -> None:
    """Beyond the limit, and at the lengths that were seen to crash the engine."""
    with pytest.raises(Refusal, match="operators and clauses"):
        check_complexity(CHAINED[how](length))


@pytest.mark.parametrize("what", HARMLESS)
def test_long_but_flat_queries_pass(what: str) -> None:
    """Lists of values, strings, comments and names are not complexity."""
    check_complexity(HARMLESS[what])


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        # To the engine '<' is "less than" here, and a string or a comment begins right after it. Read as the beginning
        # of an IRI, it would let the next quotation mark begin a string in which all brackets are hidden.
        ("FILTER(?a<'>' || ", ") #'"),
        ("FILTER(x:a<x:b#>'''\n || ", ") #'''"),
    ],
)
def test_brackets_cannot_hide_behind_a_false_iri(opening: str, closing: str) -> None:
    """What only looks like an IRI does not hide what follows it."""
    deep = f"PREFIX x: <x:> SELECT * {{ {opening} %s {closing}\n }}"
    Store().query(deep % "(1)")  # so it is a query
    check_complexity(deep % "(1)")
    with pytest.raises(Refusal, match="read in two ways"):
        check_complexity(deep % ("(" * 200 + "1" + ")" * 200))


DEEPEST = """
import sys, threading
from kg.sparql import query_guard as guard
from pyoxigraph import Store
queries = sys.stdin.read().split("\\0")
def run():
    for text in queries:
        guard.check(text, 'x:')
        next(iter(Store().query(text)), None)
threading.stack_size(8 << 20)
thread = threading.Thread(target=run)
thread.start()
thread.join()
print(len(queries))
"""


def test_engine_survives_the_most_complex_queries_that_pass() -> None:
    """At the limits, a thread with a stack of 8 MB parses, plans and starts each kind, and kinds combined."""
    slow = {"collections", "blank nodes", "reified triples", "annotations", "path sequences"}
    at_once = {"triple terms": 2, "BIND": 2, "aggregates": 2}  # brackets or steps in one piece
    nested = [make((DEPTH_LIMIT - 2) // at_once.get(how, 1)) for how, make in NESTED.items() if how not in slow]
    chained = [make((STEP_LIMIT - 2) // at_once.get(how, 1)) for how, make in CHAINED.items() if how not in slow]
    mixed = "SELECT * WHERE " + "{ FILTER EXISTS " * 90 + "{" + "MINUS { ?s ?p ?o }" * 800 + "}" + "}" * 90
    done = subprocess.run(
        [sys.executable, "-c", DEEPEST],
        input="\0".join([*nested, *chained, mixed]),
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == str(len(nested) + len(chained) + 1)


@pytest.mark.parametrize("query", [NESTED["braces"](3_000), CHAINED["UNION"](30_000)], ids=["braces", "UNION"])
def test_too_complex_query_is_a_bad_request(client: FlaskClient, query: str) -> None:
    """Over HTTP it is 400 with the way out, and the next query is answered."""
    response = client.post("/sparql", data=query, content_type="application/sparql-query")
    problem = json.loads(response.text)
    assert (response.status_code, problem["reason"]) == (400, "query-too-complex")
    assert "VALUES" in problem["detail"]
    assert client.get("/sparql?query=ASK+{}").status_code == 200


# -- SERVICE ---------------------------------------------------------------------------------------------

REQUESTS = (
    "SELECT * { SERVICE <ADDRESS> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <ADDRESS> { ?s ?p ?o } }",
    "select * { service silent <ADDRESS> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE<ADDRESS>{ ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<ADDRESS>{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <ADDRESS> } SERVICE ?x { ?s ?p ?o } }",
    "PREFIX x: <ADDRESS> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "SELECT * { SERVICE # <x:y>\n <ADDRESS> { ?s ?p ?o } }",
    "ASK { SERVICE <ADDRESS> { ?s ?p ?o } }",
    "CONSTRUCT WHERE { ?s ?p ?o } VALUES ?s { 1 } # SERVICE\n",
    "ASK { FILTER EXISTS { SERVICE <ADDRESS> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <ADDRESS> { ?s ?p ?o } } } }",
    "SELECT * { FILTER(1)SERVICE<ADDRESS>{ ?s ?p ?o } }",
    "SELECT * { FILTER(1<'>')SERVICE <ADDRESS> { ?s ?p ?o }\n#'\n }",
    "PREFIX a: <a:b> ASK { FILTER(a:c<a:d)SERVICE#>\n<ADDRESS> { ?s ?p ?o } }",
    "PREFIX service: <ADDRESS> SELECT * { SERVICE service: { ?s ?p ?o } }",
    "SELECT ?zervice ?service { SERVICE <ADDRESS> { ?s ?p ?o } }",
)
NO_REQUESTS = (
    "SELECT ?service { ?service ?p ?o } # SERVICE <http://x.test/> {}",
    'SELECT * { ?s ?p "SERVICE <http://x.test/> { ?s ?p ?o }" }',
    "SELECT * { ?s ?p '''a\nSERVICE <http://x.test/> {}''' }",
    "SELECT * { ?s <http://x.test/service> <http://x.test/service/SERVICE#service> }",
    "PREFIX service: <http://service.test/> SELECT * { ?s service:service ?Service }",
    "PREFIX : <http://x.test/> SELECT * { ?s :SERVICE _:service . _:service :p 'x'@en }",
    "PREFIX Service: <x:a> PREFIX service: <x:b> SELECT ?zervice ?service { ?zervice service:x Service:x }",
    "SELECT * { ?s ?p 'secret service' FILTER(CONTAINS(LCASE(?o), 'secret service')) }",
)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """The address of a socket that counts who connects."""
    with visited() as noted:
        yield noted


@pytest.mark.parametrize("query", REQUESTS)
def test_service_makes_no_request(client: FlaskClient, listener: tuple[str, list[str]], query: str) -> None:
    """However it is written, nobody is called; every true SERVICE is refused."""
    address, seen = listener
    response = client.get("/sparql", query_string={"query": query.replace("ADDRESS", address)})
    if not query.startswith("CONSTRUCT"):
        assert response.status_code in (400, 403)
        assert json.loads(response.text)["reason"] in ("service-refused", "bad-query")
    assert seen == []


def test_plain_service_is_forbidden_with_a_reason(client: FlaskClient) -> None:
    """403, and the answer says why."""
    response = client.get("/sparql", query_string={"query": "SELECT * { SERVICE <http://x.test/> {} }"})
    assert (response.status_code, json.loads(response.text)["reason"]) == (403, "service-refused")


@pytest.mark.parametrize("query", NO_REQUESTS)
def test_the_word_service_elsewhere_is_no_request(client: FlaskClient, query: str) -> None:
    """Strings, IRIs, names, variables and comments may hold the word."""
    check(query, BASE)
    assert client.get("/sparql", query_string={"query": query}).status_code == 200


def test_syntax_error_beside_the_word_service_keeps_its_message(client: FlaskClient) -> None:
    """A wrong query that only mentions the word is answered with the parser's message."""
    response = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p 'service' "})
    assert (response.status_code, json.loads(response.text)["reason"]) == (400, "bad-query")
    assert "error at 1:" in json.loads(response.text)["detail"]
