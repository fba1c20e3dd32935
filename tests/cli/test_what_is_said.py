"""What a build says of itself: numbers with one meaning, what was left out, what has no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Made

TEXT = "Talks\n\nThe minister of Sylvania said on Monday that Ruritania said that the talks had failed.\n"


@pytest.fixture(autouse=True)
def by_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing heavy is loaded."""
    monkeypatch.setenv("KG_EXTRACTOR", "rules")


def test_one_is_singular_and_an_unchanged_build_says_so(tmp_path: Path, kg_here: Made) -> None:
    """The second time nothing has changed; after a change of the text it has."""
    (tmp_path / "a.txt").write_text(TEXT)
    assert ": 1 document: " in kg_here("build", "a.txt", "--store", "s")[2]
    assert "nothing has changed" in kg_here("build", "a.txt", "--store", "s")[2]
    (tmp_path / "a.txt").write_text(TEXT + "\nMore.\n")
    assert "nothing has changed" not in kg_here("build", "a.txt", "--store", "s")[2]


@pytest.mark.parametrize("command", ["build", "extract"])
def test_files_that_are_not_read_are_counted_and_named(tmp_path: Path, kg_here: Made, command: str) -> None:
    """In a folder, of any other kind, with exit code 3; what is said of articles and hidden files are none of them."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.png", "c.xlsx", "d", ".hidden", "a.toml"):
        (folder / name).write_text(TEXT if name == "a.txt" else "")
    code, _, err = kg_here(command, folder)
    assert code == 3
    assert "2 files" not in err
    assert "3 files of another kind were not read" in err
    assert all(f"in/{name}" in err for name in ("b.png", "c.xlsx", "d"))
    assert ".hidden" not in err


@pytest.mark.parametrize(
    ("variable", "hint"),
    [("KG_STROE", "did you mean KG_STORE?"), ("KG_TOKN", "KG_TOKEN"), ("KG_X", "kg config")],
)
def test_misspelt_variable_is_named(kg_here: Made, monkeypatch: pytest.MonkeyPatch, variable: str, hint: str) -> None:
    """It has no effect, and that is said; a right one says nothing."""
    assert "is no setting" not in kg_here("config")[2]
    monkeypatch.setenv(variable, "1")
    code, _, err = kg_here("config")
    assert code == 0
    assert f"{variable} is no setting and is ignored" in err
    assert hint in err


def test_words_of_an_article_do_nothing_to_a_terminal(kg_here: Made) -> None:
    """In a table and in a message a control character is shown as its number; data formats keep it."""
    Path("a.ttl").write_text('<http://x.test/a> <http://x.test/b> "red \\u001B[31m \\u009B2J \\u0007" .', "utf-8")
    assert kg_here("load", "a.ttl", "--store", "s")[0] == 0
    query = "SELECT ?o { ?s <http://x.test/b> ?o }"
    _, table, _ = kg_here("query", "--store", "s", query)
    assert r"red \x1b[31m \x9b2J \x07" in table
    assert "\x1b" not in table
    _, data, _ = kg_here("query", "--store", "s", query, "--format", "csv")
    assert "red \x1b[31m" in data
    code, _, told = kg_here("read", "no\x1b[31m.txt")
    assert code == 3
    assert r"no\x1b[31m.txt" in told
    assert "\x1b" not in told
