"""How articles are read by ``kg extract``: by which extractor, in which language, by how many processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import ROOT, kg, refused
from tests.extract.chat_server import Says, answer, fact, serving
from tests.extract.test_foreign import ENGLISH, GERMAN
from tests.processes import members as group


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Five articles, one of them in German, three in one file."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(f"Envoy leaves\n\n{ENGLISH}", "utf-8")
    lines = [{"id": "b", "text": ENGLISH}, {"id": "c", "text": GERMAN}, {"id": "d", "text": ENGLISH * 2}]
    (folder / "more.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (folder / "z.txt").write_text(f"Envoy stays\n\n{ENGLISH}", "utf-8")
    return folder


def test_one_article_in_another_language_does_not_keep_out_the_others(tmp_path: Path, articles: Path) -> None:
    """Exit code 3 and its name; by two processes the same lines in the same order."""
    one = kg("extract", articles, "--extractor", "rules", cwd=tmp_path)
    two = kg("extract", articles, "--extractor", "rules", "--workers", "2", cwd=tmp_path)
    assert one.returncode == two.returncode == 3
    assert [json.loads(line)["document"]["id"] for line in one.stdout.splitlines()] == ["a", "b", "d", "z"]
    assert one.stdout == two.stdout
    assert one.stderr == two.stderr
    assert "kg: refused: c: the text is in German" in one.stderr
    assert "--any-language" in one.stderr


@pytest.mark.parametrize("members", [2, 3, 4])
def test_ctrl_c_ends_all_processes_and_leaves_no_file(tmp_path: Path, members: int) -> None:
    """While processes are started and when all are there: a line on stderr, exit code 130, no output, nobody left."""
    lines = [json.dumps({"id": f"d{n}", "text": ENGLISH * 200}) for n in range(200)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "kg", "extract", "many.jsonl", "--extractor", "rules", "--workers", "2", "-o", "o"]
    # Whoever runs the tests in the background has Ctrl-C ignored, and processes inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        running = subprocess.Popen(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        until = time.monotonic() + 60
        while len(group(running.pid)) < members:
            assert time.monotonic() < until
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 130
    assert said.strip() == "kg: stopped"
    until = time.monotonic() + 20
    while group(running.pid):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [path.name for path in tmp_path.iterdir()] == ["many.jsonl"]


def test_a_language_model_is_asked_where_the_settings_say(tmp_path: Path) -> None:
    """From the environment; its answers are kept in the folder that is set."""
    (tmp_path / "a.txt").write_text("Port closed\n\nNorvania closed the port on Friday.\n", "utf-8")
    said = answer(facts=[fact("Norvania closed the port on Friday")])
    with serving(Says(said)) as server:
        settings = {"KG_LLM_URL": server.url, "KG_LLM_MODEL": "m", "KG_LLM_KEY": "k", "KG_LLM_CACHE": "kept"}
        done = kg("extract", "a.txt", "--extractor", "llm", cwd=tmp_path, **settings)
        assert done.returncode == 0, done.stderr
        assert server.keys == ["Bearer k"]
    record = json.loads(done.stdout)
    assert record["run"]["extractor"] == "llm"
    assert len(record["facts"]) == 1
    assert len(list((tmp_path / "kept").iterdir())) == 1


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_language_model_that_is_not_set_is_wrong_usage(tmp_path: Path, workers: str) -> None:
    """The settings are named."""
    (tmp_path / "a.txt").write_text("Port closed\n\nNorvania closed the port on Friday.\n", "utf-8")
    done = kg("extract", "a.txt", "--extractor", "llm", "--workers", workers, cwd=tmp_path)
    refused(done, 2, "KG_LLM_URL", "KG_LLM_MODEL")


@pytest.mark.parametrize("workers", ["0", "many"])
def test_a_number_of_processes_that_cannot_be_is_wrong_usage(tmp_path: Path, workers: str) -> None:
    """At least one."""
    refused(kg("extract", "a.txt", "--workers", workers, cwd=tmp_path), 2, "workers")
