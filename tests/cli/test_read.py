"""``kg read``, and what ``extract`` and ``build`` do with the formats that it reads."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Made
from tests.readers import wire_samples as wire

SAID = "The minister of Sylvania said on Monday that Ruritania had closed the strait. Talks go on in Kestrel."


@pytest.fixture(autouse=True)
def by_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing heavy is loaded."""
    monkeypatch.setenv("KG_EXTRACTOR", "rules")


def given(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def report(*, version: int = 1, status: str = "usable", body: str = SAID) -> bytes:
    """Return a report about the strait in NewsML-G2."""
    content = f"<inlineXML><html><body><p>{body}</p></body></html></inlineXML>"
    return wire.g2(wire.g2_item(version=version, status=status, content=content))


def test_article_is_printed_with_what_frames_it_and_what_was_cut(tmp_path: Path, kg_here: Made) -> None:
    """One line of JSON; a place in the text is given where the words stand there."""
    (tmp_path / "a.xml").write_bytes(wire.nitf(body="<p>KESTREL (AP) — The port is shut.</p><p>It is dark.</p>"))
    code, out, _ = kg_here("read", "a.xml")
    (line,) = map(json.loads, out.splitlines())
    assert code == 0
    assert list(line) == [
        "id",
        "title",
        "text",
        "published",
        "publisher",
        "url",
        "language",
        "authors",
        "context",
        "cut",
    ]
    inside = [one for one in line["context"] if one["span"]]
    assert inside == [{"kind": "dateline", "text": "KESTREL (AP) —", "span": [0, 14]}]
    assert {"kind": "byline", "text": "By Ann Lee, Staff Reporter", "span": None} in line["context"]
    assert {"kind": "boilerplate", "text": "(© Agency)"} in line["cut"]


def test_what_is_printed_can_be_read_back(tmp_path: Path, kg_here: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """``kg read | kg read - --format jsonl`` gives the same text, authors and places; other context is refused."""
    (tmp_path / "a.xml").write_bytes(wire.nitf(body="<p>KESTREL (AP) — The port is shut.</p><p>It is dark.</p>"))
    printed = kg_here("read", "a.xml")[1]
    given(monkeypatch, printed.encode())
    (line,) = map(json.loads, kg_here("read", "-", "--format", "jsonl")[1].splitlines())
    first = json.loads(printed)
    assert {**first, "cut": [], "context": [one for one in first["context"] if one["span"]]} == line
    given(monkeypatch, printed.replace('"context": [', '"context": [7, ').encode())
    assert "as kg read prints it" in kg_here("read", "-", "--format", "jsonl")[2]


def test_mixed_folder_is_read_and_what_was_not_is_counted_and_named(tmp_path: Path, kg_here: Made) -> None:
    """Articles of all formats go on; each other file is named, and the exit code says that something is missing."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.json").write_bytes(wire.ninjs(1))
    (folder / "b.xml").write_bytes(b"<invoice/>")
    (folder / "c.xlsx").write_bytes(b"x")
    (folder / "d.txt").write_text("Head\n\nWords.\n")
    (folder / "e.XML").write_bytes(wire.newsml1())
    code, out, err = kg_here("read", folder)
    assert code == 3
    assert len(out.splitlines()) == 3
    assert "b.xml: is not" in err
    assert "1 file of another kind was not read" in err
    assert "c.xlsx" in err


@pytest.mark.parametrize(
    ("words", "data"),
    [
        (("--format", "ninjs"), wire.ninjs(2)),
        (("--format", "csv", "--columns", "text=words,title=head"), b"words,head\nOne went.,H\n"),
        (("--format", "text"), b"Head\n\nWords of an article.\n"),
    ],
)
def test_standard_input_is_read_in_the_format_that_is_said(
    kg_here: Made, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], data: bytes
) -> None:
    """Only its bytes are there."""
    given(monkeypatch, data)
    code, out, err = kg_here("read", "-", *words)
    assert (code, len(out.splitlines())) == (0, 1), err


@pytest.mark.parametrize(
    ("words", "problem"),
    [(("-",), "--format"), (("-", "--format", "wordstar"), "no format"), (("a.csv", "--columns", "x"), "--columns")],
)
def test_options_that_cannot_be_are_refused(kg_here: Made, words: tuple[str, ...], problem: str) -> None:
    """With exit code 2 and the way out."""
    code, _, err = kg_here("read", *words)
    assert code == 2
    assert problem in err


def test_correction_replaces_and_kill_withdraws_in_a_store(tmp_path: Path, kg_here: Made) -> None:
    """Of what came before, and of what comes in the same folder in any order."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.xml").write_bytes(report())
    assert kg_here("build", folder, "--store", "s")[0] == 0
    (folder / "0.xml").write_bytes(report(version=2, body=SAID.replace("Monday", "Tuesday")))
    assert ": 1 document: " in kg_here("build", folder, "--store", "s")[2]
    texts = kg_here("read", folder)[1]
    assert "Tuesday" in texts
    assert "Monday" not in texts
    (folder / "2.xml").write_bytes(report(version=3, status="canceled"))
    code, _, err = kg_here("build", folder, "--store", "s")
    assert code == 0
    assert "; 1 version withdrawn" in err
    rows = kg_here("query", "--store", "s", "--format", "csv", _STATUS)[1]
    assert sorted(rows.split()[1:]) == ["superseded", "withdrawn"]
    assert "withdrawn: " in kg_here("read", folder)[2]
    assert kg_here("extract", folder)[1] == ""


_STATUS = """PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX cg: <https://w3id.org/claimgraph/ns#>
SELECT (REPLACE(STR(?status), '.*[/#]', '') AS ?name) { ?version prov:specializationOf ?article ; cg:status ?status }"""
