"""A text or literal of more than a parser takes: refused at every door, served where a store holds one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from kg import limits, nquads
from kg.errors import InputError
from kg.records import Document, Impossible
from kg.store import EmbeddedStore
from tests.served.serving import Server, serving

S, P = NamedNode("http://x.test/s"), NamedNode("http://x.test/p")
LONG = 17 << 20
LIMIT = "8,388,608 bytes"


def long_quad(value: str = "x" * LONG) -> Quad:
    """One that no parser reads."""
    return Quad(S, P, Literal(value))


def held(path: Path, *quads: Quad) -> Path:
    """A store of an earlier version, which holds them."""
    store = Store(str(path))
    store.extend(quads)
    store.flush()
    del store
    return path


def _line(value: str, quotes: str = '"') -> str:
    return f"<{S.value}> <{P.value}> {quotes}{value}{quotes} .\n"


FILES = {
    "graph.nt": lambda: _line("x" * LONG),
    "escaped.nt": lambda: _line("\x01" * (3 << 20)),
    "graph.ttl": lambda: _line("x" * LONG),
    "raw.ttl": lambda: _line("\n" * (6 << 20), '"""'),
    "graph.jsonld": lambda: json.dumps({"@id": S.value, P.value: "x" * LONG}),
    "graph.rdf": lambda: (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x.test/">'
        f'<rdf:Description rdf:about="{S.value}"><x:p>{"x" * LONG}</x:p></rdf:Description></rdf:RDF>'
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_load_refuses_it_and_names_the_limit(tmp_path: Path, name: str) -> None:
    """In every format, into an empty store and into one that is not."""
    file = tmp_path / name
    file.write_text(FILES[name](), "utf-8")
    kind = RdfFormat.from_extension(file.suffix[1:])
    assert kind is not None
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        for number in range(2):
            with pytest.raises(InputError, match=LIMIT):
                store.load(file, kind, "http://x.test/")
            assert len(set(store.quads())) == number
            store.change(set(), {Quad(S, P, Literal("short"))})


def test_store_refuses_it_whoever_puts_it_in() -> None:
    """The last door, which all the others lead to."""
    with EmbeddedStore.in_memory() as store:
        with pytest.raises(InputError, match=LIMIT):
            store.change(set(), {long_quad()})
        store.change(set(), {long_quad("x" * (7 << 20))})
        assert len(set(store.quads())) == 1


@pytest.mark.parametrize(("character", "number"), [("x", LONG), ("\n", 5 << 20), ("€", 3 << 20), ("\x01", 2 << 20)])
def test_document_refuses_it(character: str, number: int) -> None:
    """However many bytes a character takes where it is written."""
    with pytest.raises(Impossible, match="longer than 8,323,072 bytes"):
        Document(id="x", text="Head.\n\n" + character * number)


def test_text_of_the_longest_length_can_be_read_in_every_format() -> None:
    """What is let in comes out again."""
    for character in ("x", "\n", "€", "\x7f"):
        text = character * ((limits.LONGEST_TEXT - 10) // limits.written_length(character))
        assert not limits.is_too_long(text)
        for kind in (RdfFormat.N_QUADS, RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.JSON_LD):
            statements = [long_quad(text)] if kind.supports_datasets else [long_quad(text).triple]
            data = serialize(statements, format=kind)
            assert data is not None
            (quad,) = parse(data, kind)
            assert quad.object == Literal(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_length_is_that_of_the_engine(text: str) -> None:
    """Escapes and all."""
    with_it, without = (
        len(serialize([Quad(S, P, Literal(value))], format=RdfFormat.N_QUADS) or b"") for value in (text, "")
    )
    assert limits.written_length(text) == with_it - without


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.builds(
            lambda value, times, language, graph: Quad(
                S,
                P,
                Literal(value * times, language=language) if language else Literal(value * times, datatype=P),
                NamedNode(graph),
            ),
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
            st.sampled_from([1, 1000, 60_000]),
            st.sampled_from([None, "en"]),
            st.sampled_from(["http://x.test/g", "http://x.test/h"]),
        ),
        max_size=4,
    )
)
def test_long_lines_are_read_as_they_were_written(quads: list[Quad]) -> None:
    """By themselves, between others, at the end; from bytes and from a file."""
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    assert set(nquads.read(data)) == set(quads)
    store = Store()
    nquads.load(io.BytesIO(data), store)
    assert set(store) == set(quads)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a store that holds a literal of 17 MiB, and another one."""
    path = held(tmp_path_factory.mktemp("long") / "s", long_quad('"\\\n€' + "x" * LONG), Quad(S, P, Literal("short")))
    with serving(path, "--writes", "unchecked") as running:
        yield running


def test_store_that_holds_one_is_served(server: Server) -> None:
    """Its length can be asked for, and it can be had."""
    query = f"SELECT ?n {{ <{S.value}> <{P.value}> ?x BIND(STRLEN(?x) AS ?n) FILTER(?n > 9) }}"
    assert server.rows(query) == [str(LONG + 4)]
    assert server.ask(f'<{S.value}> <{P.value}> "short"')


def test_server_refuses_another_one(server: Server) -> None:
    """By an update that makes it, and by an upload; the limit is named."""
    grows = "REPLACE(STR(?x), 'x', '" + "y" * 950_000 + "')"
    text = f'INSERT {{ <{S.value}> <{P.value}> ?y }} WHERE {{ BIND("xxxxxxxxx" AS ?x) BIND({grows} AS ?y) }}'
    reply = server.update(text)
    assert reply.status == 503
    assert LIMIT.encode() in reply.body
    body = _line("\n" * (6 << 20), '"""')
    reply = server.send("POST", f"/store?{urlencode({'graph': 'http://x.test/g'})}", body, Content_Type="text/turtle")
    assert reply.status == 400
    assert LIMIT.encode() in reply.body


def test_one_that_is_there_can_be_taken_out_over_http(server: Server) -> None:
    """And the server goes on."""
    reply = server.update(f"DELETE WHERE {{ <{S.value}> <{P.value}> ?x }}")
    assert reply.status == 204, reply.body
    assert server.rows(f"SELECT ?x {{ <{S.value}> <{P.value}> ?x }}") == []
