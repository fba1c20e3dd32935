"""The command line as shells and programs see it: completion, exit codes, settings as data."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg import config, errors
from kg.cli import COMMANDS
from tests.test_docs import ROOT, kg_environment

DOCUMENT = (ROOT / "docs" / "command-line.md").read_text("utf-8")
ASK = {
    "bash": "{setup}\nCOMP_WORDS=({words}) COMP_CWORD={last}; _kg_completion kg; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
    "zsh": "autoload -U compinit; compinit -D\ncompadd() {{ local n=$@[-1]; print -l -- ${{(P)n}} }}\n"
    "_describe() {{ local n=$3; print -l -- ${{(P)n}} }}\n{setup}\nwords=({words}) CURRENT={count}; _kg_completion",
    "fish": '{setup}\ncomplete -C "{line}"',
}


def completed(shell: str, line: str, folder: Path) -> set[str]:
    """What a shell offers for the last word of a line, set up as the document says."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (setup,) = re.findall(rf"^```{shell}\n(.*?)^```$", DOCUMENT, flags=re.M | re.S)
    words = line.split(" ")
    text = ASK[shell].format(
        setup=setup, line=line, words=" ".join(words).strip(), last=len(words) - 1, count=len(words)
    )
    options = ["-f"] if shell == "zsh" else []
    environment = {**kg_environment(folder), "HOME": str(folder)}
    done = subprocess.run(
        [program, *options, "-c", text], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {found.split("\t")[0].split(":")[0].strip() for found in done.stdout.splitlines()}


@pytest.mark.parametrize("shell", ASK)
def test_shells_complete_commands_and_options(shell: str, tmp_path: Path) -> None:
    """A command's name, an option's, and the values that an option can have."""
    assert {"dump"} <= completed(shell, "kg du", tmp_path)
    assert {"--format", "--facts-only"} <= completed(shell, "kg dump --f", tmp_path)
    assert {"trig", "turtle"} <= completed(shell, "kg dump --format t", tmp_path)


def test_every_exit_code_is_documented() -> None:
    """The table has the code of every error, and no other but those of success and Ctrl-C."""
    codes = {value.exit_code for value in vars(errors).values() if hasattr(value, "exit_code")}
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", DOCUMENT, flags=re.M)}
    assert documented == codes | {0, 130}


def test_commands_of_the_document_exist() -> None:
    """Nothing is described that is not there."""
    named = set(re.findall(r"`kg ([a-z]+)", DOCUMENT))
    assert named
    assert named <= set(COMMANDS)


def test_settings_are_given_as_json(tmp_path: Path) -> None:
    """Each with its value and where it was set."""
    done = subprocess.run(
        [sys.executable, "-m", "kg", "config", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "KG_PORT": "8123"},
        capture_output=True,
        text=True,
        check=True,
    )
    settings = {setting["name"]: setting for setting in json.loads(done.stdout)}
    assert settings["port"] == {"name": "port", "value": 8123, "origin": "KG_PORT"}
    assert set(settings) == {origin.name for origin in config.load(environ={}, folder=tmp_path)[1]}
