"""The command as a user runs it: its exit code, its stdout and stderr; each command once as a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kg import recordfile, vocab
from kg.cli import COMMANDS
from kg.mapper import map_record
from tests.cli.running import ROOT, kg, kg_process, refused
from tests.samples import sample


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A records file with the sample."""
    return written(tmp_path)


def written(folder: Path) -> Path:
    """A records file with the sample, in that folder."""
    path = folder / "records.jsonl"
    path.write_text(recordfile.dumps(sample()) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store built from one, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    assert kg("build", written(folder), "--store", "store", cwd=folder).returncode == 0
    return folder / "store"


@pytest.fixture
def store(tmp_path: Path, built: Path) -> Path:
    """A store built from one."""
    return shutil.copytree(built, tmp_path / "store")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str, tmp_path: Path) -> None:
    """``kg CMD --help`` says what it does and lists every option with a help text."""
    done = kg_process(name, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage: " in done.stdout
    assert len(done.stdout.splitlines()) > 4


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """``kg --help`` answers without spaCy, rdflib, pyshacl or Flask."""
    code = "import sys; from kg.cli import kg; kg.main(['--help'], standalone_mode=False); print(*sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=tmp_path, check=True
    )
    loaded = set(done.stdout.split())
    assert "click" in loaded
    assert not loaded & {"spacy", "rdflib", "pyshacl", "flask", "pyoxigraph", "jsonschema"}


def test_version_is_the_packages(tmp_path: Path) -> None:
    """``kg --version`` names the version."""
    from kg.version import __version__

    assert kg_process("--version", cwd=tmp_path).stdout.split() == ["kg,", "version", __version__]


def test_build_twice_is_byte_identical(tmp_path: Path, records: Path, store: Path) -> None:
    """Building again, or elsewhere, gives the same dump to the byte."""
    kg_process("build", records, "--store", store, cwd=tmp_path)
    kg_process("build", records, "--store", tmp_path / "other", cwd=tmp_path)
    first = kg_process("dump", "--store", store, cwd=tmp_path).stdout
    assert first
    assert kg_process("dump", "--store", tmp_path / "other", cwd=tmp_path).stdout == first


def test_dump_loads_back_to_the_same_graph(tmp_path: Path, store: Path) -> None:
    """What ``kg dump`` writes, ``kg load`` reads."""
    graph = tmp_path / "g.trig"
    assert kg("dump", "--store", store, "-o", graph, cwd=tmp_path).returncode == 0
    assert kg("load", graph, "--store", tmp_path / "again", cwd=tmp_path).returncode == 0
    assert kg("dump", "--store", tmp_path / "again", cwd=tmp_path).stdout == graph.read_text("utf-8")


@pytest.mark.parametrize("format_name", ["table", "json", "csv", "tsv", "xml"])
def test_query_answers_in_every_format(tmp_path: Path, store: Path, format_name: str) -> None:
    """The row is there, whatever it is written as."""
    sparql = f"SELECT ?t {{ ?c a <{vocab.CLAIM}> ; <{vocab.TEXT}> ?t }} ORDER BY ?t"
    done = kg("query", "--store", store, "--format", format_name, sparql, cwd=tmp_path)
    assert done.returncode == 0
    assert "Belmark of shelling the border" in done.stdout


@pytest.mark.parametrize("format_name", ["turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"])
def test_construct_answers_in_every_format(tmp_path: Path, store: Path, format_name: str) -> None:
    """A graph is written as a graph."""
    sparql = f"CONSTRUCT {{ ?c <{vocab.TEXT}> ?t }} {{ ?c a <{vocab.CLAIM}> ; <{vocab.TEXT}> ?t }}"
    done = kg("query", "--store", store, "--format", format_name, sparql, cwd=tmp_path)
    assert done.returncode == 0
    assert "Belmark of shelling the border" in done.stdout


def test_query_from_file_and_stdin(tmp_path: Path, store: Path) -> None:
    """-f FILE reads the query from a file."""
    (tmp_path / "q.rq").write_text("ASK { ?s ?p ?o }")
    assert kg("query", "--store", store, "-f", "q.rq", cwd=tmp_path).stdout == "yes\n"


def test_validate_says_that_a_good_graph_conforms(tmp_path: Path, store: Path, records: Path) -> None:
    """Exit code 0, from the store and from records."""
    for arguments in (("--store", store), (records,)):
        done = kg("validate", *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr


def test_validate_names_what_is_wrong(tmp_path: Path, store: Path) -> None:
    """A claim without its speaker: exit code 1, and the message says so."""
    graph = tmp_path / "g.nq"
    kg("dump", "--store", store, "--format", "nquads", "-o", graph, cwd=tmp_path)
    lines = [line for line in graph.read_text("utf-8").splitlines() if f"<{vocab.SPEAKER}>" not in line]
    graph.write_text("\n".join(lines) + "\n", "utf-8")
    done = kg("validate", graph, cwd=tmp_path)
    assert done.returncode == 1
    assert "speaker" in done.stdout


def test_version_is_taken_back_with_its_reason(tmp_path: Path, store: Path) -> None:
    """By its IRI or its hash: the statements go, what stays conforms and says why; without a reason it is refused."""
    version = map_record(sample()).version
    refused(kg("withdraw", version, "--store", store, "--reason", " ", cwd=tmp_path), 2, "--reason")
    refused(kg("withdraw", "0" * 16, "--store", store, "--reason", "x", cwd=tmp_path), 3, "no such document version")
    for name, why in ((version, "It was made up."), (version.rpartition("/")[2], "The speaker was another.")):
        done = kg("withdraw", name, "--store", store, "--reason", why, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        left = kg("dump", "--store", store, "--format", "nquads", cwd=tmp_path).stdout
        assert f'<{version}> <{vocab.REASON}> "{why}" .' in left
        assert left.count(vocab.REASON) == left.count(vocab.PROV_INVALIDATED_AT_TIME) == 1
        assert vocab.CLAIM not in left
    assert kg("validate", "--store", store, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("command", [("validate", "x.ttl"), ("load", "x.ttl", "--store", "s")])
def test_rdf_that_is_none_is_an_error(tmp_path: Path, command: tuple[str, ...]) -> None:
    """A Turtle file that does not parse is named, and nothing is loaded."""
    (tmp_path / "x.ttl").write_text("<a> <b> .")
    refused(kg(*command, cwd=tmp_path), 3, "x.ttl")


# -- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\n ", "white space"),
        ("a.txt", b"Head\n\n\xff", "a.txt:3: not UTF-8"),
        ("a.jsonl", b'{"document": {"id": "x", "text"', "a.jsonl:1"),
        ("a.jsonl", b"", "is empty"),
        ("a.pdf", b"x", "is no PDF"),
        ("a.xyz", b"x", "unknown kind"),
    ],
)
def test_unusable_file_is_named_and_leaves_no_trace(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """Exit code 3 with the file's name; a store that was there is as it was, an output file does not appear."""
    (tmp_path / name).write_bytes(content)
    refused(kg("build", name, "--store", "s", cwd=tmp_path), 3, name, said)
    refused(kg("extract", name, cwd=tmp_path), 3, name, said)
    if (tmp_path / "s").exists():
        assert kg("dump", "--store", "s", cwd=tmp_path).stdout.strip().count("\n") <= 15


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r["claims"][0].update(speakers=[]), "$.claims[0].speakers"),
        (lambda r: r["facts"][0]["events"][0].update(type="party"), "$.facts[0].events[0].type"),
        (lambda r: r["claims"][0].update(extra=1), "$.claims[0]"),
    ],
)
def test_record_that_breaks_the_contract_is_refused_whole(
    tmp_path: Path, records: Path, change: object, said: str
) -> None:
    """One bad record: the file is refused with document and JSON path, the good file beside it goes in."""
    data = json.loads(records.read_text("utf-8"))
    data["document"]["id"] = "broken"
    change(data)  # type: ignore[operator]
    (tmp_path / "bad.jsonl").write_text(json.dumps(data))
    done = kg("build", "bad.jsonl", records, "--store", "s", cwd=tmp_path)
    refused(done, 3, "bad.jsonl:1", "document broken", said)
    dumped = kg("dump", "--store", "s", "--format", "nquads", cwd=tmp_path).stdout
    assert "article/sample>" in dumped
    assert "article/broken>" not in dumped


def test_records_file_cut_in_the_middle_is_refused_whole(tmp_path: Path, records: Path) -> None:
    """A good first line does not get in when the second is cut."""
    line = records.read_text("utf-8")
    (tmp_path / "cut.jsonl").write_text(line + line[: len(line) // 2])
    refused(kg("build", "cut.jsonl", "--store", "s", cwd=tmp_path), 3, "cut.jsonl:2")
    assert "article" not in kg("dump", "--store", "s", "--format", "nquads", cwd=tmp_path).stdout


def test_missing_store_is_an_error_for_every_reader(tmp_path: Path) -> None:
    """Nothing is created by asking."""
    for command in (("query", "ASK {}"), ("dump",), ("validate",), ("serve",)):
        refused(kg_process(*command, "--store", "none", cwd=tmp_path), 3, "none", "kg build")
    assert not (tmp_path / "none").exists()


def test_port_in_use_is_an_error(tmp_path: Path, store: Path) -> None:
    """The port is named, and the store is let go."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(kg_process("serve", "--store", store, "--port", str(port), cwd=tmp_path), 3, str(port))
    assert kg_process("query", "--store", store, "ASK {}", cwd=tmp_path).returncode == 0


def test_read_only_folder_is_an_error(tmp_path: Path, records: Path) -> None:
    """A folder that cannot be written is named. (Root may write anywhere but in the kernel's own folders.)"""
    folder = Path("/proc") if os.geteuid() == 0 else tmp_path / "ro"
    if folder.name == "ro":
        folder.mkdir(mode=0o555)
    refused(kg("build", records, "--store", folder / "store", cwd=tmp_path), 3, str(folder / "store"))


def test_output_in_a_missing_folder_is_an_error(tmp_path: Path, store: Path) -> None:
    """-o into nowhere names the file."""
    refused(kg("dump", "--store", store, "-o", "no/where.trig", cwd=tmp_path), 3, "no/where.trig")


@pytest.mark.parametrize(
    "command",
    [
        ("build",),
        ("query",),
        ("query", "ASK {}", "-f", "x"),
        ("nonsense",),
        ("dump", "--format", "pdf"),
        ("validate", "x.ttl", "--store", "s"),
        ("validate", "--format", "nonsense"),
        ("extract", "x.txt", "--extractor", "nonsense"),
        ("build", "x.txt", "--base", "no-slash"),
    ],
)
def test_wrong_usage_is_exit_code_2(tmp_path: Path, command: tuple[str, ...]) -> None:
    """What the user got wrong is told apart from what the input got wrong."""
    refused(kg(*command, cwd=tmp_path), 2)


def test_wrong_query_is_exit_code_3_with_the_parsers_message(tmp_path: Path, store: Path) -> None:
    """The engine's message reaches the user."""
    refused(kg("query", "--store", store, "SELECT ?x { ?x }", cwd=tmp_path), 3, "line 1")


def test_reader_of_stdout_may_leave(store: Path) -> None:
    """``kg dump | head -1`` ends quietly."""
    command = f"{sys.executable} -m kg dump --store {store} --format nquads | head -1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
