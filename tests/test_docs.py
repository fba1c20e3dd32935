"""What the documents say is run: commands, queries, links, and the list of what exists."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from kg import config, vocab
from kg.cli import COMMANDS
from kg.store import EmbeddedStore
from tests.cli.running import Done, kg
from tests.test_questions import seed_store

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def kg_environment(folder: Path) -> dict[str, str]:
    """An environment in which ``kg`` is this checkout's."""
    script = folder / "bin" / "kg"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kg "$@"\n')
    script.chmod(0o755)
    unset = {name: value for name, value in os.environ.items() if name != "KG_BASE"}  # as a reader has it
    return {**unset, "PATH": f"{script.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def run_as_a_reader(command: str, folder: Path) -> Done:
    """A line as it is typed into a shell."""
    return subprocess.run(
        command, shell=True, cwd=folder, env=kg_environment(folder), capture_output=True, text=True, check=False
    )


def run_here(command: str, folder: Path) -> Done:
    """The same, where a ``kg`` command alone is run in this process: each process would load the networks anew."""
    words = shlex.split(command)
    if words[0] != "kg" or set(command) & set("|<>;&$`"):
        return run_as_a_reader(command, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KG_BASE", raising=False)
        return kg(*words[1:], cwd=folder)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it, with the console blocks already run in it."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(ROOT / "tests" / "cq", folder / "tests" / "cq")
    return folder


@pytest.mark.parametrize("document", ["README.md", "docs/ci.md"])
def test_console_blocks_run_and_print_what_they_say(workplace: Path, document: str) -> None:
    """Each ``$`` line ends well and prints the lines under it; the README's each in a process of its own."""
    run = run_as_a_reader if document == "README.md" else run_here
    text = (ROOT / document).read_text("utf-8")
    sessions = [re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, flags=re.M) for block in blocks(text, "console")]
    assert sum(map(len, sessions)) >= 3
    for command, expected in (step for session in sessions for step in session):
        done = run(command, workplace)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert expected in done.stdout


def test_ci_recipes_use_the_commands_that_are_tested() -> None:
    """Each ``kg`` line of a recipe stands in a console block above it."""
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    recipes = re.findall(r"^ *- (?:run: )?(kg .*)$", "".join(blocks(text, "yaml")), flags=re.M)
    assert len(recipes) == 2
    assert set(recipes) <= set(re.findall(r"^\$ (kg .*)$", text, flags=re.M))


@pytest.mark.parametrize("query", blocks(README, "sparql"))
def test_readme_queries_find_something_on_the_seed(query: str) -> None:
    """A query that is shown has an answer."""
    answer = seed_store().query(query)
    assert isinstance(answer, QuerySolutions)
    assert list(answer)


@pytest.fixture
def server(workplace: Path) -> Iterator[int]:
    """A served store of the seeds; the port it listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = kg_environment(workplace)
    with EmbeddedStore.open(workplace / "served", create=True) as made:
        made.change(set(), set(seed_store().quads()))
    command = ["kg", "serve", "--store", "served", "--port", str(port)]
    with subprocess.Popen(command, cwd=workplace, env=environment, stderr=subprocess.PIPE) as process:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
        process.terminate()


def test_readme_curl_commands_get_an_answer(workplace: Path, server: int) -> None:
    """Every curl line of the README, sent to a running server, is answered with rows."""
    commands = re.findall(r"^curl .*$", README, flags=re.M)
    assert commands
    for command in commands:
        here = command.replace("127.0.0.1:8000", f"127.0.0.1:{server}").replace("curl -s", "curl -sf")
        done = subprocess.run(shlex.split(here), cwd=workplace, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") > 1


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """A relative link names a file that is there."""
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_readme_names_every_command() -> None:
    """A command that exists is in the README's table."""
    for name in COMMANDS:
        assert f"`kg {name}" in README


def test_readme_is_short() -> None:
    """A reader takes it in at once: at most 150 lines, and the measured tables are on a page of their own."""
    assert len(README.splitlines()) <= 150
    assert "(docs/figures.md)" in README


def test_readme_names_every_top_level_folder() -> None:
    """Every folder of the user's layout is explained."""
    for folder in ("seeds", "ontology", "kg", "shapes", "tests"):
        assert f"| `{folder}/`" in README


def test_settings_are_all_described() -> None:
    """Every setting has its line of description in the code."""
    source = (ROOT / "kg" / "config.py").read_text("utf-8")
    for origin in config.load(environ={})[1]:
        assert re.search(rf'    {origin.name}: .*\n    """.+"""', source), origin.name


def test_model_document_names_only_terms_that_exist() -> None:
    """docs/model.md is about the ontology there is."""
    terms = {value.rpartition("#")[2] for name, value in vars(vocab).items() if str(value).startswith(vocab.CG)}
    named = set(re.findall(r"\bcg:([A-Za-z]+)", (ROOT / "docs" / "model.md").read_text("utf-8")))
    assert named
    assert named <= terms
