"""A session opens a store, a dump or an endpoint, and never writes."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

import kg
from kg import dump
from kg.errors import InputError, StoreError, StoreLocked
from kg.store import EmbeddedStore
from tests.session.graphs import dump_of, store_of

COUNT = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


def size(session: kg.session.Session) -> object:
    """How many quads a session sees."""
    return session.query(COUNT).to_dicts()[0]["n"]


def test_store_and_its_dumps_are_the_same_graph(tmp_path: Path) -> None:
    """A folder, a TriG and an N-Quads file answer alike."""
    place = store_of(tmp_path)
    with EmbeddedStore.open(place) as store:
        (tmp_path / "graph.nq").write_bytes(dump.dump(store.quads(), RdfFormat.N_QUADS))
    sizes = []
    for opened in (place, str(place), dump_of(tmp_path), tmp_path / "graph.nq"):
        with kg.open(opened) as session:
            sizes.append((size(session), len(session.claims()), len(session.facts())))
    assert sizes[0][1:] == (3, 2)
    assert set(sizes) == {sizes[0]}


def test_endpoint_is_opened_by_its_url(served: str) -> None:
    """Over HTTP the same methods give statements."""
    with kg.open(f"{served}/sparql") as session:
        assert session.claims()
        assert session.articles()
        assert session.as_rdflib().default_graph


def test_several_sessions_read_one_store_and_keep_writers_out(tmp_path: Path) -> None:
    """Two readers at once; a writer is told, and let in when the last reader has gone."""
    place = store_of(tmp_path)
    first, second = kg.open(place), kg.open(place)
    first.close()
    with pytest.raises(StoreLocked, match="another process has this store open"):
        EmbeddedStore.open(place)
    assert size(second)
    second.close()
    EmbeddedStore.open(place).close()


def test_session_that_nobody_holds_lets_the_store_go(tmp_path: Path) -> None:
    """A notebook that runs its cell again keeps no lock for ever."""
    place = store_of(tmp_path)
    session = kg.open(place)
    session.claims()
    del session
    gc.collect()
    EmbeddedStore.open(place).close()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Path]:
    """A store that another process has open for writing."""
    place = store_of(tmp_path)
    holding = f"from kg.store import EmbeddedStore; EmbeddedStore.open(__import__('pathlib').Path({str(place)!r}))"
    code = f"s = [{holding.partition('; ')[2]}]; print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", f"{holding.partition(';')[0]}\n{code}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        yield place
        process.stdin.close()


def test_store_that_is_served_says_how_to_ask_it(writer: Path) -> None:
    """While another process may write, it is not read under its hands: the error names the endpoint to ask."""
    with pytest.raises(StoreLocked, match=r"kg serve instead.*/sparql"):
        kg.open(writer)


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """Nothing there, a folder that is no store, a file that is no RDF or no known kind of it."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.trig").write_text("not trig")
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(StoreError, match="no such store or dump"):
        kg.open(tmp_path / "missing")
    with pytest.raises(StoreError, match="no store here"):
        kg.open(tmp_path / "empty")
    with pytest.raises(InputError, match=r"bad\.trig"):
        kg.open(tmp_path / "bad.trig")
    with pytest.raises(InputError, match="unknown kind of RDF file"):
        kg.open(tmp_path / "notes.txt")


def test_closed_session_says_so(tmp_path: Path) -> None:
    """No attribute is missing: the error says what to do."""
    session = kg.open(dump_of(tmp_path))
    session.close()
    assert "closed" in repr(session)
    with pytest.raises(StoreError, match=r"closed.*kg\.open"):
        session.claims()


def test_rdflib_view_is_a_dataset_that_cannot_be_written(tmp_path: Path) -> None:
    """Claims stay in their graphs, facts in the default graph, and nothing goes in or out."""
    from rdflib import Dataset, Literal, URIRef

    with kg.open(store_of(tmp_path)) as session:
        view = session.as_rdflib()
        assert isinstance(view, Dataset)
        stated = URIRef("https://w3id.org/claimgraph/ns#statedAgent")
        found = list(view.quads((None, stated, None, None)))
        assert found
        assert (None, stated, None) not in view.default_graph
        assert list(view.graph(found[0][3]).triples((None, stated, None)))
        with pytest.raises(StoreError, match="for reading"):
            view.add((URIRef("a:b"), stated, Literal("x")))
        with pytest.raises(StoreError, match="for reading"):
            view.update("DELETE WHERE { ?s ?p ?o }")


def test_import_of_the_package_brings_no_library_along() -> None:
    """``import kg`` stays light: what a session needs comes with the first session."""
    code = "import sys, kg; print(*sorted({'flask', 'rdflib', 'pyoxigraph', 'pandas', 'spacy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
