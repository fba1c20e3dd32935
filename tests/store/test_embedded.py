"""The embedded store: replacing, withdrawing, loading, and what it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat
from rdflib import URIRef

from kg import vocab
from kg.errors import InputError, QueryError, StoreError, StoreLocked
from kg.graph import VersionGraph
from kg.mapper import map_record
from kg.records import Document, Entity, Record
from kg.store import EmbeddedStore
from tests.samples import TEXT, sample
from tests.terms import value_of

BASE = "https://w3id.org/claimgraph/id/"


@pytest.fixture
def store() -> EmbeddedStore:
    """An empty store in memory."""
    return EmbeddedStore.in_memory()


def quads(store: EmbeddedStore) -> set[Quad]:
    """Everything in the store."""
    return set(store.quads())


def graph(text: str = TEXT, document_id: str = "sample", **about: str) -> VersionGraph:
    """The sample, mapped."""
    return map_record(sample(text, document_id, **about))


def with_alias(record: Record, alias: str) -> Record:
    """The record with one more alias for its first entity."""
    first = replace(record.entities[0], aliases=(alias,))
    return replace(record, entities=(first, *record.entities[1:]))


def test_store_holds_exactly_what_was_put_in(store: EmbeddedStore) -> None:
    """One version in, the same quads out."""
    store.replace([graph()])
    assert quads(store) == set(graph().quads)


def test_replacing_with_the_same_changes_nothing(store: EmbeddedStore) -> None:
    """Building twice is building once: not even the revision moves."""
    store.replace([graph()])
    revision = store.revision
    store.replace([graph()])
    assert quads(store) == set(graph().quads)
    assert store.revision == revision


def test_withdrawing_takes_back_exactly_its_own_statements(store: EmbeddedStore) -> None:
    """The other document is untouched, entities that both name included; a tombstone stays."""
    other = graph(TEXT + "\n\nMore.", "other")
    store.replace([graph(), other])
    store.withdraw(graph().version)
    left = quads(store)
    assert set(other.quads) <= left
    rest = left - set(other.quads)
    assert {value_of(q.subject) for q in rest} == {graph().version, graph().article}
    assert Quad(NamedNode(graph().version), NamedNode(vocab.STATUS), NamedNode(vocab.MOD + "withdrawn")) in rest


def test_withdrawing_the_only_version_leaves_no_entity(store: EmbeddedStore) -> None:
    """What only this version said of an entity goes with it."""
    store.replace([graph()])
    store.withdraw(graph().version)
    assert not [q for q in quads(store) if "/entity/" in str(q)]


def test_name_that_only_the_withdrawn_version_gave_goes(store: EmbeddedStore) -> None:
    """A shared entity keeps what the others say of it and loses the alias that is gone."""
    first = map_record(with_alias(sample(), "Arvonian Republic"))
    other = graph(TEXT + "\n\nMore.", "other")
    store.replace([first, other])
    assert [q for q in quads(store) if value_of(q.object) == "Arvonian Republic"]
    store.withdraw(first.version)
    assert not [q for q in quads(store) if value_of(q.object) == "Arvonian Republic"]
    assert set(other.quads) <= quads(store)


def test_new_version_supersedes_the_old_one(store: EmbeddedStore) -> None:
    """The old statements are gone, the old version is known as superseded, the new one names it."""
    old, new = graph(), graph(TEXT + "\n\nCorrected.")
    store.replace([old])
    store.replace([new])
    left = quads(store)
    assert set(new.quads) <= left
    assert Quad(NamedNode(old.version), NamedNode(vocab.STATUS), NamedNode(vocab.MOD + "superseded")) in left
    revision = Quad(NamedNode(new.version), NamedNode(vocab.PROV_WAS_REVISION_OF), NamedNode(old.version))
    assert revision in left
    assert not [q for q in left - set(new.quads) if value_of(q.subject) not in (old.version, new.version)]


def test_going_back_to_an_earlier_text_puts_it_in_force_again(store: EmbeddedStore) -> None:
    """A superseded version that returns is current, and no history runs in a circle."""
    old, new = graph(), graph(TEXT + "\n\nCorrected.")
    for version in (old, new, old):
        store.replace([version])
    left = quads(store)
    assert set(old.quads) <= left
    history = [
        (value_of(q.subject), value_of(q.object)) for q in left if q.predicate.value == vocab.PROV_WAS_REVISION_OF
    ]
    assert history == [(old.version, new.version)]


def test_one_text_of_two_articles_is_one_version(store: EmbeddedStore) -> None:
    """Two outlets print the same agency text: withdrawing it from one's sight by a new version keeps the other's."""
    first, second = graph(document_id="a"), graph(document_id="b")
    assert first.version == second.version
    store.replace([first, second])
    assert quads(store) == set(first.quads) | set(second.quads)
    changed = graph(TEXT + "\n\nNew.", "a")
    store.replace([changed])
    assert set(second.quads) <= quads(store)
    assert not [q for q in quads(store) if value_of(q.subject) == first.version and value_of(q.object) == first.article]


def test_metadata_that_changed_is_replaced(store: EmbeddedStore) -> None:
    """The same text with another publisher has that publisher alone."""
    store.replace([graph(publisher="The Old")])
    store.replace([graph(publisher="The New")])
    assert quads(store) == set(graph(publisher="The New").quads)


def test_withdrawing_what_is_not_there_is_an_error(store: EmbeddedStore) -> None:
    """An unknown version is named."""
    with pytest.raises(StoreError, match="no such document version"):
        store.withdraw(f"{BASE}doc/0000000000000000")


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("decimal", "1.0", "1.00"),
        ("dateTime", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("boolean", "true", "1"),
    ],
)
def test_value_written_another_way_is_not_lost(store: EmbeddedStore, kind: str, before: str, after: str) -> None:
    """What goes and what comes are one value for the engine: it stays."""
    datatype = NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")

    def said(value: str) -> Quad:
        return Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(value, datatype=datatype))

    store.change(set(), {said(before)})
    stored = set(store.matching([(NamedNode("urn:s"), None, None, None)]))
    store.change(stored, {said(after)})
    assert set(store.matching([(NamedNode("urn:s"), None, None, None)])) == stored != set()


def test_withdrawn_and_rebuilt_is_as_new(store: EmbeddedStore) -> None:
    """A version put in force again after a withdrawal leaves no trace of it."""
    store.replace([graph()])
    store.withdraw(graph().version)
    store.replace([graph()])
    assert quads(store) == set(graph().quads)


def test_text_with_every_kind_of_character_is_stored_exactly(store: EmbeddedStore) -> None:
    """Quotes, backslashes, controls, emoji and bidi marks come back code point for code point."""
    text = TEXT + "\n\n\"\\ \t \x01 \x7f \u202e \U0001f600 \r\n \u2028 ''' { } \\u0041"
    store.replace([graph()])
    store.replace([graph(text)])
    (full,) = [value_of(q.object) for q in store.quads() if q.predicate.value == vocab.FULL_TEXT]
    assert full == text


# -- on disk --


def test_store_survives_being_closed(tmp_path: Path) -> None:
    """What was put in is there when the folder is opened again, and so is the revision."""
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        store.replace([graph()])
        revision = store.revision
    with EmbeddedStore.open(tmp_path / "s") as store:
        assert quads(store) == set(graph().quads)
        assert store.revision == revision > 0


def test_missing_store_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    """Reading from a folder that is not there creates nothing."""
    with pytest.raises(StoreError, match="kg build"):
        EmbeddedStore.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_folder_with_other_things_is_not_made_a_store(tmp_path: Path) -> None:
    """A folder of somebody's files is left alone, even when a store may be created."""
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError, match="other things in it"):
        EmbeddedStore.open(tmp_path, create=True)


def test_file_is_not_a_store(tmp_path: Path) -> None:
    """A file given as a store is refused."""
    (tmp_path / "f").write_text("x")
    with pytest.raises(StoreError, match="is a file"):
        EmbeddedStore.open(tmp_path / "f", create=True)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[Path]:
    """A store that another process holds open."""
    path = tmp_path / "held"
    code = f"""
        import sys
        from pathlib import Path
        from kg.store import EmbeddedStore
        with EmbeddedStore.open(Path({str(path)!r}), create=True):
            print("open", flush=True)
            sys.stdin.read()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield path
        process.communicate("")


def test_store_held_by_another_process_is_an_error(holder: Path) -> None:
    """A second process is told that the store is taken."""
    with pytest.raises(StoreLocked, match="another process"):
        EmbeddedStore.open(holder)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_write_leaves_the_old_graph_or_the_new(tmp_path: Path) -> None:
    """SIGKILL at any moment of a replacement: the store is one of the two, never half."""
    old, new = graph(), graph(TEXT + "\n\nCorrected.")
    path = tmp_path / "s"
    with EmbeddedStore.open(path, create=True) as store:
        store.replace([old])
    with EmbeddedStore.open(tmp_path / "after", create=True) as store:
        store.replace([old])
        store.replace([new])
        after = quads(store)
    before, seen = set(old.quads), set()
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.2):
        _killed_replacement(path, delay)
        with EmbeddedStore.open(path) as store:
            now = quads(store)
        assert now in (before, after)
        seen.add(now == after)
    assert True in seen


def test_each_write_is_on_the_disk_when_it_is_acknowledged(tmp_path: Path) -> None:
    """SIGKILL after the word that it is made loses none of them."""
    code = f"""
        from pathlib import Path
        from pyoxigraph import Literal, NamedNode, Quad
        from kg.store import EmbeddedStore
        name = NamedNode("urn:x")
        with EmbeddedStore.open(Path({str(tmp_path / "s")!r}), create=True) as store:
            for number in range(10_000):
                store.change(set(), {{Quad(name, name, Literal(str(number)))}})
                print(number, flush=True)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(100)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().splitlines()
    with EmbeddedStore.open(tmp_path / "s") as store:
        held = {quad.object.value for quad in store.quads() if isinstance(quad.object, Literal)}
    assert {line.strip() for line in told} <= held
    assert 100 <= len(told) < 10_000


def test_log_is_synchronised_before_a_write_is_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it survives a machine that loses power: the file that holds the write is on the disk itself."""
    name, word = NamedNode("urn:x"), "a word that is written nowhere else"
    synchronised: list[bytes] = []

    def fsync(number: int) -> None:
        real(number)
        synchronised.append(Path(f"/proc/self/fd/{number}").resolve().read_bytes())

    real = os.fsync
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        monkeypatch.setattr(os, "fsync", fsync)
        store.change(set(), {Quad(name, name, Literal(word))})
        assert any(word.encode() in content for content in synchronised)


def test_log_does_not_grow_without_end(tmp_path: Path) -> None:
    """What is in it is in memory, too, and has to be read again when the store is opened."""
    name = NamedNode("urn:x")
    with EmbeddedStore.open(tmp_path / "s", create=True) as store:
        lengths = []
        for number in range(40):
            store.change(set(), {Quad(name, name, Literal(f"{number} {'x' * 300_000}"))})
            lengths.append(sum(log.stat().st_size for log in (tmp_path / "s").glob("[0-9]*.log")))
        assert 1_000_000 < max(lengths) < 8_000_000
        assert len(quads(store)) == 40


def _killed_replacement(path: Path, delay: float) -> None:
    code = f"""
        import time
        from pathlib import Path
        from kg.mapper import map_record
        from kg.store import EmbeddedStore
        from tests.samples import TEXT, sample
        graph = map_record(sample(TEXT + "\\n\\nCorrected."))
        with EmbeddedStore.open(Path({str(path)!r})) as store:
            print("go", flush=True)
            store.replace([graph])
            time.sleep(60)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        process.send_signal(signal.SIGKILL)


# -- loading and asking --


@pytest.mark.parametrize(
    "text",
    [
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
            '<rdf:Description rdf:about="http://x/a"><x:p>v</x:p></rdf:Description>'
        ),
        '<!DOCTYPE r [<!ENTITY a "'
        + "a" * 900
        + '">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdef", "bcdefg", strict=True))
        + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">'
        '<rdf:Description rdf:about="http://x/a"><x:p>&g;</x:p></rdf:Description></rdf:RDF>',
    ],
    ids=["breaks off", "grows without end"],
)
def test_broken_xml_is_refused_and_nothing_is_written(store: EmbeddedStore, tmp_path: Path, text: str) -> None:
    """What Oxigraph would take as whole, or blow up to hundreds of megabytes."""
    path = tmp_path / "broken.rdf"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"broken\.rdf: line 1"):
        store.load(path, RdfFormat.RDF_XML, "https://example.org/")
    assert store.is_empty()


def test_loaded_file_is_added_whole(store: EmbeddedStore, tmp_path: Path) -> None:
    """Every quad of the file is in the store, in its graph."""
    path = tmp_path / "x.nq"
    path.write_text('<http://a/s> <http://a/p> <http://a/o> <http://a/g> .\n<http://a/s> <http://a/p> "x" .\n')
    assert store.load(path, RdfFormat.N_QUADS, BASE) == 2
    assert len(quads(store)) == 2


def test_half_broken_file_adds_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    """A syntax error after good lines leaves the store as it was, empty or not, and is named with its file."""
    path = tmp_path / "x.nt"
    path.write_text("<http://a/s> <http://a/p> <http://a/o> .\n<http://a/s> <http://a\n")
    for _ in range(2):
        before = quads(store)
        with pytest.raises(InputError, match=r"x\.nt"):
            store.load(path, RdfFormat.N_TRIPLES, BASE)
        assert quads(store) == before
        store.replace([graph()])


def test_long_file_that_is_broken_leaves_nothing_behind(tmp_path: Path) -> None:
    """It is written as it is read; what had been written is taken out again, and the graphs with it."""
    path = tmp_path / "long.nq"
    lines = [
        f"<http://x.test/{n}> <http://x.test/p> {'<http://x.test/o>'} <http://x.test/g> .\n" for n in range(50_000)
    ]
    path.write_text("".join(lines) + "<http://x.test/broken> .\n")
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        with pytest.raises(InputError, match=r"long\.nq.*50001"):
            store.load(path, RdfFormat.N_QUADS, BASE)
        assert store.is_empty()
        assert not store.has_graph("http://x.test/g")
        path.write_text("".join(lines))
        assert store.load(path, RdfFormat.N_QUADS, BASE) == 50_000


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("# no statement: <a>\n\n  <x:a> <x:p> 'x' .\n".replace("'", '"'), 1),
        ("<x:a> <x:p> <x:b> .\r\n<x:a> <x:p> <x:c> .", 2),
        ("<x:a> <x:p> <x:b> .\r<x:a> <x:p> <x:c> .\r", 2),
        ('<x:a> <x:p> "_:no" .\n_:a <x:p> "<x:a>" .\n', 2),
        ("", 0),
    ],
)
def test_statements_of_a_file_of_lines_are_counted(tmp_path: Path, text: str, count: int) -> None:
    """However its lines end, and whatever stands in its texts and comments."""
    path = tmp_path / "lines.nt"
    path.write_bytes(text.encode())
    store = EmbeddedStore.in_memory()
    assert store.load(path, RdfFormat.N_TRIPLES, BASE) == count == len(list(store.quads()))


def test_blank_nodes_become_iris(store: EmbeddedStore, tmp_path: Path) -> None:
    """No blank node reaches the store, and two uses of one stay one."""
    path = tmp_path / "x.ttl"
    path.write_text("_:b <http://a/p> [] . <http://a/s> <http://a/p> _:b .")
    store.load(path, RdfFormat.TURTLE, BASE)
    assert "_:" not in "".join(map(str, store.quads()))
    assert len({value_of(q.subject) for q in store.quads()}) == 2


def test_wrong_query_is_an_error_with_the_parsers_message(store: EmbeddedStore) -> None:
    """The engine says where it stopped understanding."""
    with pytest.raises(QueryError, match="line 1"):
        store.query("SELECT ?x WHERE { ?x }")


def test_default_graph_is_not_the_union_of_all(store: EmbeddedStore) -> None:
    """A query without GRAPH never sees what somebody said."""
    store.replace([graph()])
    assert not store.query(f"ASK {{ ?x <{vocab.STATED_AGENT}> ?y }}")
    assert store.query(f"ASK {{ GRAPH ?g {{ ?x <{vocab.STATED_AGENT}> ?y }} }}")


def test_dataset_of_a_query_can_be_given(store: EmbeddedStore) -> None:
    """Where a dataset is named it is all there is (SPARQL 1.1 Protocol, 2.1.4)."""
    store.replace([graph()])
    content = next(value_of(q.graph_name) for q in store.quads() if "/content" in str(q.graph_name))
    assert store.query("ASK { ?s ?p ?o }", default_graphs=[content])
    assert not store.query("ASK { GRAPH ?g { ?s ?p ?o } }", default_graphs=[content])
    assert not store.query("ASK { ?s ?p ?o }", named_graphs=[content])


def test_rdflib_view_keeps_content_apart(store: EmbeddedStore) -> None:
    """Through rdflib the default graph is still without content."""
    store.replace([graph()])
    view = store.as_rdflib()
    pattern = (None, URIRef(vocab.STATED_AGENT), None)
    assert pattern not in view.default_graph
    assert list(view.quads((*pattern, None)))


def test_document_ids_with_any_character_have_an_article(store: EmbeddedStore) -> None:
    """An id with spaces, slashes or quotes is escaped in its IRI, and can be replaced."""
    record = replace(sample(), document=Document(id='a b/"c"<d>', text=TEXT))
    record = replace(record, entities=(*record.entities, Entity(id="q", type="place", name='"<>{}|^`\\ x')))
    store.replace([map_record(record)])
    store.replace([map_record(record)])
    assert quads(store) == set(map_record(record).quads)
