"""Whatever a command is given, it ends with an exit code that is documented, and with words instead of a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.cli import COMMANDS, kg
from kg.store import EmbeddedStore
from tests.cli.conftest import Made
from tests.samples import TEXT
from tests.store.test_damage import said
from tests.store.test_embedded import graph

CODES = (0, 1, 2, 3)
ROOT = Path(__file__).parents[2]
VALUES = st.one_of(
    st.sampled_from(
        [
            *("", " ", ".", "/", "-", "--", "~", "x" * 300, "a/" * 600 + "b", "/dev/null", "/proc/self/mem", "missing"),
            *("article.txt", "graph.ttl", "records.jsonl", "store", "store/CURRENT", "folder", "link", "broken"),
            *("http://127.0.0.1:9/sparql", "http://", "http://[", "http://x:99999999/", "https://\udcff/", "ftp://x/"),
            *("ASK {}", "SELEC", "SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "ASK { <\udcff> ?p ?o }"),
            *(
                "0",
                "-1",
                "1e999",
                "nan",
                "inf",
                "99999999999999999999",
                "1.5",
                "true",
                "none",
                "turtle",
                "json",
                "table",
            ),
            *(
                "5a7f",
                "0" * 16,
                "<>",
                "urn:x",
                "http://x.test/ y",
                "\udcff",
                "é" * 200,
                "::error::x",
                "%s",
                "{0}",
            ),
        ]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)


def lines(name: str) -> st.SearchStrategy[list[str]]:
    """Command lines of a command: any of its options with any value, any arguments; of a group, of each in it."""
    command = kg.get_command(click.Context(kg), name)
    assert command is not None
    if isinstance(command, click.Group):
        return st.one_of(
            [
                st.tuples(st.just([sub]), _lines(one)).map(lambda two: [*two[0], *two[1]])
                for sub, one in command.commands.items()
            ]
        )
    return _lines(command)


def _lines(command: click.Command) -> st.SearchStrategy[list[str]]:
    options = [
        st.tuples(st.sampled_from(option.opts), VALUES).map(list)
        if not getattr(option, "is_flag", False)
        else st.sampled_from([[word] for word in (*option.opts, *option.secondary_opts)])
        for option in command.params
        if isinstance(option, click.Option)
    ]
    words = st.one_of(VALUES.map(lambda value: [value]), *options)
    return st.lists(words, max_size=4).map(lambda found: [word for some in found for word in some])


def prepare(folder: Path) -> None:
    """Files, folders and a store to be named by chance."""
    (folder / "article.txt").write_text("Talks\n\nThe minister of Sylvania said that the talks had failed.\n")
    (folder / "graph.ttl").write_text("<http://x.test/s> <http://x.test/p> 1 .\n")
    (folder / "records.jsonl").write_text('{"document": {}}\n')
    (folder / "folder").mkdir()
    (folder / "link").symlink_to("article.txt")
    (folder / "broken").symlink_to("nothing")
    with EmbeddedStore.open(folder / "store", create=True) as store:
        store.change(set(), {said(number) for number in range(5)})


@pytest.mark.parametrize("name", COMMANDS)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_arguments_end_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory,
    kg_here: Made,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    data: st.DataObject,
) -> None:
    """Any options with any values. What would serve for ever has no store to serve."""
    folder = tmp_path_factory.mktemp("here")
    prepare(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KG_EXTRACTOR", "rules")
    words = data.draw(lines(name))
    if name in ("serve", "mcp"):
        words = [*words, "--store", "none"]
        words = [word for word in words if word != "--create"]
    elif name == "watch":
        words = [*words, "--once"]
    code, out, err = kg_here(name, *words)
    assert code in CODES, (words, err)
    for text in (out, err):
        assert "Traceback" not in text, words
        assert "should not have" not in text, (words, text)


@pytest.mark.parametrize("words", [["schema"], ["config"], ["dump"], ["query", "SELECT * { ?s ?p ?o }"], ["--help"]])
@pytest.mark.parametrize("closed", [">&-", "> /dev/full", ">&- 2>&-", "> /dev/full 2>&1"])
def test_stdout_that_cannot_be_written_is_an_error_in_one_line(tmp_path: Path, words: list[str], closed: str) -> None:
    """Closed, or on a full disk; also where stderr is no better."""
    prepare(tmp_path)
    script = f'"$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, "-m", "kg", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if "2>" not in closed:
        assert done.returncode == 3 or (closed == ">&-" and words in (["schema"], ["config"], ["--help"])), done.stderr
        assert done.stderr.count("\n") <= 1


def test_withdraw_takes_the_beginning_of_a_hash(tmp_path: Path, kg_here: Made) -> None:
    """Where it is one version's; else the choices are named, and nothing is changed."""
    versions = [graph(f"{TEXT}\n\n{number}", f"d{number}") for number in range(20)]
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.replace(versions)
    hashes = sorted(one.version.rpartition("/doc/")[2] for one in versions)
    assert kg_here("withdraw", hashes[0], "--reason", "x")[0] == 0
    twice = next(first[0] for first, second in pairwise(hashes) if first[0] == second[0])
    code, _, err = kg_here("withdraw", twice, "--reason", "x")
    assert code == 2
    assert "ambiguous" in err
    code, _, err = kg_here("withdraw", hashes[1][:12], "--reason", "x")
    assert (code, hashes[1] in err) == (0, True)
    for word in ("nonsense", "zzzz", "", "0" * 16, "http://x.test/ y", "\udcff"):
        code, _, err = kg_here("withdraw", word, "--reason", "x")
        assert code == 3
        assert "no such document version" in err
