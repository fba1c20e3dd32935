"""What is at the name of an output already is replaced only where an earlier run wrote it, or with --force."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from kg.cli import COMMANDS, kg
from kg.store import EmbeddedStore
from tests.cli.conftest import Made
from tests.samples import TEXT
from tests.store.test_embedded import graph

RULES = ("--extractor", "rules")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an article, a graph, shapes, settings, a query and a store."""
    (tmp_path / "article.txt").write_text(TEXT)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(TEXT)
    (tmp_path / "articles" / "a.toml").write_text('publisher = "P"\n')
    (tmp_path / "graph.ttl").write_text("<http://a/s> <http://a/p> <http://a/o> .\n")
    (tmp_path / "shapes.ttl").write_text("<http://a/s> <http://a/p> <http://a/o> .\n")
    (tmp_path / "query.rq").write_text("ASK {}")
    (tmp_path / "claimgraph.toml").write_text("port = 8001\n")
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.replace([graph()])
    return tmp_path


def words(output: str) -> list[tuple[str, ...]]:
    """A command line of each command and option that writes a file."""
    validate = ("validate", "graph.ttl", "--allow-idle")
    return [
        ("extract", "article.txt", *RULES, "-o", output),
        ("dump", "-o", output),
        ("query", "-f", "query.rq", "-o", output),
        ("evaluate", "article.txt", "-o", output),
        ("read", "article.txt", "-o", output),
        ("export", "csv", "--list", "articles", "-o", output),
        (*validate, "-o", output),
        (*validate, "--format", "turtle", "--report", output),
        (*validate, "--since", output),
    ]


@pytest.mark.parametrize(
    "output",
    [
        *("article.txt", "articles/a.txt", "articles/a.toml", "graph.ttl", "shapes.ttl", "query.rq", "claimgraph.toml"),
        *("store/CURRENT", "store/claimgraph.revision"),
    ],
)
def test_no_output_replaces_a_file_of_somebody_else(kg_here: Made, folder: Path, output: str) -> None:
    """Every command, every option: the file is as it was, and the message names it."""
    before = (folder / output).read_bytes()
    for line in words(output):
        code, out, err = kg_here(*line)
        assert (code in (2, 3), out) == (True, ""), line
        assert output in err
        assert (folder / output).read_bytes() == before


def test_every_command_that_writes_a_file_can_be_forced() -> None:
    """The tests above know all of them."""
    options: dict[str, set[str]] = {}
    for name in COMMANDS:
        command = kg.get_command(click.Context(kg), name)
        assert command is not None
        options[name] = {word for param in command.params for word in param.opts}
    writing = {name for name, words in options.items() if words & {"-o", "--output", "--report"}}
    assert writing == {line[0] for line in words("x")}
    assert all("--force" in options[name] for name in writing)


def test_what_a_run_wrote_the_next_one_replaces(kg_here: Made, folder: Path) -> None:
    """Unless somebody has changed it since; --force replaces that, too."""
    _demand_attributes(folder)
    for line in words("out.ttl")[:3]:
        (folder / "out.ttl").unlink(missing_ok=True)
        assert [kg_here(*line)[0] for _ in range(2)] == [0, 0], line
        with (folder / "out.ttl").open("a") as file:
            file.write("mine\n")
        code, _, err = kg_here(*line)
        assert (code, "--force" in err) == (2, True)
        assert (folder / "out.ttl").read_text().endswith("mine\n")
        assert kg_here(*line, "--force")[0] == 0
        assert not (folder / "out.ttl").read_text().endswith("mine\n")


def test_a_store_is_never_written_into(kg_here: Made, folder: Path) -> None:
    """Not with --force either, not by way of a link, nor under a name that the store could take."""
    (folder / "link").symlink_to("store/CURRENT")
    before = (folder / "store" / "CURRENT").read_bytes()
    for output in ("store/CURRENT", "link", "store/000099.sst", "store/claimgraph.words", "store/versions/x.nq"):
        code, _, err = kg_here("query", "ASK {}", "--force", "-o", output)
        assert code == 2
        assert "belongs to the store" in err
    assert (folder / "store" / "CURRENT").read_bytes() == before


def test_what_is_read_is_replaced_with_force_alone(kg_here: Made, folder: Path) -> None:
    """By any name of the same file, and by the folder that it lies in: even where a run of ours wrote it."""
    os.link(folder / "graph.ttl", folder / "same.ttl")
    assert kg_here("dump", "--format", "turtle", "-o", "articles/mine.ttl")[0] == 0
    for line in (
        ("validate", "graph.ttl", "--allow-idle", "--report", "same.ttl"),
        ("validate", "articles", *RULES, "--report", "articles/mine.ttl"),
        ("validate", "graph.ttl", "--shapes", "shapes.ttl", "-o", "./shapes.ttl"),
        ("query", "-f", "query.rq", "-o", "articles/../query.rq"),
    ):
        code, _, err = kg_here(*line)
        assert (code, "is read by this command" in err) == (2, True), line
    assert kg_here("query", "-f", "query.rq", "-o", "query.rq", "--force")[0] == 0
    assert (folder / "query.rq").read_text() == "yes\n"


def test_two_outputs_have_two_names(kg_here: Made, folder: Path) -> None:
    """The second would replace the first."""
    code, _, err = kg_here("validate", "--store", folder / "store", "--report", "r.md", "--report", "./r.md")
    assert (code, "named twice" in err) == (2, True)


def test_an_empty_file_may_be_filled(kg_here: Made, folder: Path) -> None:
    """As mktemp makes one: nothing is lost."""
    (folder / "new").touch()
    assert kg_here("query", "ASK {}", "-o", "new")[0] == 0
    assert (folder / "new").read_text() == "yes\n"


def _demand_attributes(folder: Path) -> None:
    try:
        os.setxattr(folder, "user.claimgraph.test", b"")
    except (OSError, AttributeError):
        pytest.skip("the file system keeps no extended attributes")
