"""RDF files as they come: packed, marked, in other encodings, nested without end."""

from __future__ import annotations

import codecs
import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from backports import zstd

import kg
from kg import rdfinput, session
from kg.app import create_app
from kg.config import Settings
from kg.engine import InProcess
from kg.errors import InputError
from kg.iri import SEED_BASE
from kg.mcp import GraphAccess
from kg.rdfinput import plain
from kg.sparql.request_store import Asking
from kg.store import EmbeddedStore
from kg.term_depth import DEEPEST_TERM, is_deep
from kg.views.search.index import WordIndex
from tests.cli.conftest import Made
from tests.mcp.asking import ask
from tests.nested_terms import nested, nested_xml

TRIPLE = b"<http://example.org/s> <http://example.org/p> <http://example.org/o> .\n"
N3 = b"@prefix : <http://example.org/> . :s :p :o .\n"
TURTLE = b"PREFIX : <http://example.org/> :s :p :o .\n"


FILES = {
    "a.ttl.gz": gzip.compress(TURTLE, mtime=0),
    "a.nq.gz": gzip.compress(TRIPLE, mtime=0),
    "a.NQ.GZ": gzip.compress(TRIPLE, mtime=0),
    "a.nt.gz": gzip.compress(TRIPLE[:20], mtime=0) + gzip.compress(TRIPLE[20:], mtime=0),
    "a.ttl.zst": zstd.compress(TURTLE),
    "marked.ttl": codecs.BOM_UTF8 + TURTLE,
    "marked.nq": codecs.BOM_UTF8 + TRIPLE,
    "marked.trig.gz": gzip.compress(codecs.BOM_UTF8 + TURTLE, mtime=0),
    "a.n3": N3,
    "a.n3.gz": gzip.compress(N3, mtime=0),
}


@pytest.mark.parametrize("name", FILES)
def test_packed_and_marked_files_are_read_by_load_validate_and_python(name: str, tmp_path: Path, kg_here: Made) -> None:
    """By the ending under that of the packing; a byte-order mark is no part of the text."""
    path = tmp_path / name
    path.write_bytes(FILES[name])
    code, _, err = kg_here("load", path, "--store", "store")
    assert (code, err) == (0, f"{path}: 1 quad\n")
    code, _, err = kg_here("validate", path)
    assert code in (0, 1) or "no shape looks at anything" in err
    with session.open_session(path) as graph:
        assert len(list(graph.query("SELECT * { ?s <http://example.org/p> ?o }"))) == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.ttl", TURTLE.decode().encode("utf-16"), "is in UTF-16; save it as UTF-8"),
        ("a.nq", TRIPLE.decode().encode("utf-16-be"), "is in UTF-16, it seems; save it as UTF-8"),
        ("a.nt", TRIPLE.decode().encode("utf-32"), "is in UTF-32; save it as UTF-8"),
        ("a.ttl.gz", gzip.compress(TURTLE.decode().encode("utf-16"), mtime=0), "is in UTF-16; save it as UTF-8"),
        ("a.nq.gz", gzip.compress(TRIPLE, mtime=0)[:-9], "the packed file ends too early"),
        ("a.nq.gz", TRIPLE, "cannot be unpacked"),
        ("a.nq.zst", TRIPLE, "cannot be unpacked"),
        ("a.nq.zst", zstd.compress(TRIPLE)[:-3], "the packed file ends too early"),
        ("a.nq.gz", gzip.compress(b"no quads\n", mtime=0), "a.nq.gz"),
        ("a.csv.gz", gzip.compress(b"s,p,o", mtime=0), "unknown kind of"),
    ],
)
def test_what_cannot_be_unpacked_or_decoded_is_refused_by_name(
    name: str, data: bytes, said: str, tmp_path: Path, kg_here: Made
) -> None:
    """The file that the user named, never a temporary one."""
    path = tmp_path / name
    path.write_bytes(data)
    for command in (("load", path, "--store", tmp_path / "store"), ("validate", path)):
        code, _, err = kg_here(*command)
        assert code in (2, 3), err
        assert said in err
        assert str(path) in err
        assert "/kg-" not in err


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten megabytes of zeros in ten kilobytes, with a small limit; one that is as long as it may be passes."""
    monkeypatch.setattr(rdfinput, "LEAST_LIMIT", 1 << 20)
    path = tmp_path / "bomb.nq.gz"
    path.write_bytes(gzip.compress(b"\0\0\0\0" + bytes(10 << 20)))
    with pytest.raises(InputError, match=r"bomb\.nq\.gz: is longer than 1,0.* bytes when it is unpacked"), plain(path):
        pass
    path.write_bytes(gzip.compress(TRIPLE * 10_000))
    with plain(path) as unpacked:
        assert unpacked.stat().st_size == 10_000 * len(TRIPLE)


def test_articles_sidecars_settings_queries_and_tokens_may_begin_with_a_byte_order_mark(
    kg_here: Made,
) -> None:
    """As Notepad writes each."""
    text = "Talks fail\n\nNorway closed the border on Friday. Sweden accused Norway of breaking the truce.\n"
    Path("a.txt").write_text(text, "utf-8-sig")
    Path("a.toml").write_text('publisher = "The Daily"\n', "utf-8-sig")
    Path("claimgraph.toml").write_text('extractor = "rules"\nstore = "here"\n', "utf-8-sig")
    Path("b.jsonl").write_text('{"id": "b", "text": "Norway closed the border on Friday."}\n', "utf-8-sig")
    Path("q.rq").write_text('ASK { ?s ?p "The Daily" }', "utf-8-sig")
    code, _, err = kg_here("build", "a.txt", "b.jsonl")
    assert code == 0, err
    assert Path("here").is_dir()
    assert kg_here("query", "-f", "q.rq")[:2] == (0, "yes\n")


def test_query_may_begin_with_a_byte_order_mark_wherever_it_is_given(kg_here: Made) -> None:
    """Copied from an editor: on the command line, in a standing query, in Python, on the page, to a language model."""
    marked = "\ufeffSELECT ?statement { VALUES ?statement { <http://x.test/s> } }"
    with EmbeddedStore.open(Path("s"), create=True) as store:
        page = create_app(Settings(), store).test_client().get("/query", query_string={"query": marked}).text
        assert "http://x.test/s" in page.partition("<table")[2]
        graph = Asking(InProcess(store))
        assert ask(GraphAccess(graph, WordIndex(graph, SEED_BASE), SEED_BASE), "sparql", query=marked)["rows"]
    code, out, err = kg_here("query", "--store", "s", marked)
    assert (code, "x.test/s" in out) == (0, True), err
    assert kg_here("alert", "add", "a", marked, "--store", "s")[0] == 0
    with kg.open("s") as graph_of_python:
        assert len(graph_of_python.query(marked).to_dicts()) == 1


@pytest.mark.parametrize("name", ["a.txt", "a.toml", "b.jsonl", "claimgraph.toml", "q.rq"])
def test_a_text_in_utf_16_is_refused_by_name(name: str, kg_here: Made) -> None:
    """As Notepad writes it when asked for "Unicode"."""
    contents = {
        "a.txt": "Norway closed the border on Friday.\n",
        "a.toml": 'publisher = "The Daily"\n',
        "b.jsonl": '{"id": "b", "text": "Norway closed the border."}\n',
        "claimgraph.toml": 'extractor = "rules"\n',
        "q.rq": "ASK {}",
    }
    for each, content in contents.items():
        Path(each).write_text(content, "utf-16" if each == name else "utf-8")
    command = ("query", "-f", "q.rq") if name == "q.rq" else ("extract", "b.jsonl" if name == "b.jsonl" else "a.txt")
    code, _, err = kg_here(*command)
    assert code in (2, 3)
    assert f"{name}: is in UTF-16; save it as UTF-8" in err


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
@pytest.mark.parametrize("name", ["a.nq", "a.nt", "a.ttl", "a.trig", "a.n3", "a.rdf", "a.ttl.gz"])
def test_data_nested_twenty_thousand_deep_is_refused(name: str, engine: str, tmp_path: Path, kg_here: Made) -> None:
    """Reading it ended the process by signal 11."""
    path = tmp_path / name
    data = nested_xml(20_000) if name == "a.rdf" else TRIPLE + nested(20_000)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    for command in (("validate", path, "--engine", engine), ("load", path, "--store", tmp_path / "store")):
        code, _, err = kg_here(*command)
        assert code == 3
        assert str(path) in err
        assert f"triple terms are nested more than {DEEPEST_TERM} deep" in err


@pytest.mark.parametrize("name", ["a.nq", "a.ttl", "a.rdf"])
def test_data_nested_as_deep_as_may_be_is_loaded_and_validated(name: str, tmp_path: Path, kg_here: Made) -> None:
    """In a literal too, openings are nothing but characters."""
    path = tmp_path / name
    words = b'<http://x.test/s> <http://x.test/q> "%b" .\n' % (b"<< " * 100)
    path.write_bytes(nested_xml(DEEPEST_TERM) if name == "a.rdf" else words + nested(DEEPEST_TERM))
    code, _, err = kg_here("load", path, "--store", "store")
    assert code == 0, err
    for engine in ("compiled", "pyshacl"):
        code, _, err = kg_here("validate", path, "--engine", engine)
        assert code in (0, 1) or "no shape looks at anything" in err


@pytest.mark.parametrize("name", ["blank.nq", "blank.ttl", "blank.jsonl"])
def test_a_line_of_blanks_without_end_takes_little_memory(name: str, tmp_path: Path) -> None:
    """Two hundred megabytes in one line; all of it stood in memory, some of it twice."""
    path = tmp_path / name
    with path.open("wb") as file:
        for _ in range(200):
            file.write(b" " * (1 << 20))
    command = ["extract", "--extractor", "rules"] if name.endswith(".jsonl") else ["load", "--store", "s"]
    code = (
        f"import sys; sys.argv = ['kg', *{command!r}, {str(path)!r}]\n"
        "from kg.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        # Not ru_maxrss: what the process of the tests had at the fork counts in it.
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < 200 << 10


@pytest.mark.parametrize(
    "hidden",
    [
        b"# >> >> >>\n",
        b"<http://x.test/\\u003e>>",
        b'"""a"b >> >>"""',
        b"'>>'",
        b"<x>>>"[:3],
        b"ex:a\\#b",
        b"'''\"'''",
        b'"\\">>"',
    ],
)
def test_nothing_hides_what_opens(hidden: bytes) -> None:
    """Comments, IRIs, strings and escapes that have in them what closes, or what begins a string."""
    level = b"<<( <u:s> <u:p> " + hidden + b" "
    assert is_deep(level * 50)
    assert not is_deep((level + b" )>> ") * 50)


def test_a_store_inside_of_the_folder_that_is_built_is_not_reported_as_unread(kg_here: Made) -> None:
    """`kg build . --store store` ended with exit code 3, naming the files of its own store. One is "1 document"."""
    Path("a.txt").write_text("Norway closed the border on Friday.\n", "utf-8")
    for _ in range(2):
        code, _, err = kg_here("build", ".", "--extractor", "rules", "--store", "store")
        assert (code, "not read" in err) == (0, False)
        assert "1 documents" not in err
    Path("b.xyz").write_text("x", "utf-8")
    code, _, err = kg_here("build", ".", "--extractor", "rules", "--store", "store")
    assert code == 3
    assert "1 file of another kind was not read: b.xyz" in err
