"""What another server says of a refusal is shown in its words, whatever they come wrapped in."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import kg
from kg.errors import KgError
from kg.server_words import words_of
from tests.cli.conftest import Made, kg_here

__all__ = ["kg_here"]

PROBLEM = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "reason": "bad",
    "detail": "The query is wrong.",
}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (json.dumps(PROBLEM), "The query is wrong."),
        ('{"error": {"message": "no such model", "type": "x"}}', "no such model"),
        ('{"errors": [{"msg": "first"}, {"msg": "second"}]}', "first"),
        ('{"message": "", "title": "Gone"}', "Gone"),
        ('[{"description": "in a list"}]', "in a list"),
        ('\ufeff{"detail": "marked"}', "marked"),
        ('{"code": 7}', "otherwise"),
        ('{"detail": "cut o', "otherwise"),
        ('{"a":' * 30_000, "otherwise"),
        ('{"detail": {"detail": {"detail": {"detail": {"detail": {"detail": "deep"}}}}}}', "otherwise"),
        ("[]", "otherwise"),
        ("", "otherwise"),
        ("Parse error:\n  line 3", "Parse error: line 3"),
        ("{?s ?p ?o} is not closed", "otherwise"),
        ("<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>x</body>", "502 Bad Gateway"),
        ("<html><body><script>x</script><h1>Not &amp; here</h1></body></html>", "Not & here"),
        ("<html>" + "<" * 200_000, "<" * 500),
    ],
)
def test_words_are_found_in_whatever_they_come(body: str, words: str) -> None:
    """JSON of many servers, pages, plain text; never braces."""
    assert words_of(body.encode(), "otherwise") == words


class Refusing(http.server.BaseHTTPRequestHandler):
    """Refuses every query with a problem document, or with other JSON where the path says so."""

    def do_POST(self) -> None:
        """400."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"odd": [1, {"x": 2}]} if self.path == "/odd" else PROBLEM).encode()
        self.send_response(400 if self.path != "/late" else 503)
        self.send_header("Content-Type", "application/json" if self.path == "/odd" else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a server that refuses."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/sparql", "/late", "/odd"])
def test_no_json_of_a_server_is_shown_by_the_command_or_python(address: str, path: str, kg_here: Made) -> None:
    """Each gives the words; where there are none, the name of the status."""
    said = "Bad Request" if path == "/odd" else "The query is wrong."
    code, _, err = kg_here("query", "--store", address + path, "ASK {}")
    assert code == 3
    assert said in err
    assert "{" not in err
    with pytest.raises(KgError, match=said) as caught, kg.open(address + path) as graph:
        graph.query("ASK {}")
    assert "{" not in str(caught.value)
