"""``kg validate`` as CI runs it: reports in files, exit codes, shapes of others, only what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, serialize

from benchmarks.articles import graph
from kg import recordfile, vocab
from kg.mapper import map_record
from kg.records import Document
from kg.store import open_store, reading
from kg.validate import report_cache
from tests.cli.conftest import Made
from tests.cli.running import ROOT, kg, kg_process, refused
from tests.samples import TEXT, sample

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <https://example.org/> . "


def shapes(folder: Path, constraint: str, severity: str = "Violation") -> Path:
    """A file with one shape of somebody else's."""
    path = folder / "theirs.ttl"
    path.write_text(
        f"{HEAD} e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:property e:P . e:P a sh:PropertyShape ; "
        f'sh:path e:p ; sh:message "Not so." ; sh:severity sh:{severity} ; {constraint} .'
    )
    return path


def data(folder: Path, value: str = '"words"') -> Path:
    """A file with one triple."""
    path = folder / "data.ttl"
    path.write_text(f"<https://example.org/x> <https://example.org/p> {value} .")
    return path


def test_several_reports_at_once(tmp_path: Path) -> None:
    """Each file in the format that its ending names, the one of --format on stdout."""
    theirs = shapes(tmp_path, "sh:maxLength 2")
    reports = [option for name in ("r.sarif", "r.xml", "r.md") for option in ("--report", tmp_path / name)]
    done = kg("validate", data(tmp_path), "--shapes", theirs, *reports, "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["counts"]["violation"] == 1
    assert json.loads((tmp_path / "r.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert (tmp_path / "r.xml").read_text("utf-8").startswith("<?xml")
    assert "1 violation" in (tmp_path / "r.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("Violation", "violation", 1),
        ("Warning", "violation", 0),
        ("Info", "info", 1),
    ],
)
def test_the_severity_that_fails_is_chosen(tmp_path: Path, severity: str, fail_on: str, code: int) -> None:
    """Warnings and infos are reported, and fail only where that is asked for."""
    theirs = shapes(tmp_path, "sh:maxLength 2", severity)
    done = kg("validate", data(tmp_path), "--shapes", theirs, "--fail-on", fail_on, cwd=tmp_path)
    assert done.returncode == code
    assert "Not so." in done.stdout


def test_both_engines_say_the_same(tmp_path: Path) -> None:
    """To the byte, in the report that has everything."""
    theirs = shapes(tmp_path, "sh:maxLength 2 ; sh:pattern '^z'")
    said = [
        kg("validate", data(tmp_path), "--shapes", theirs, "--engine", engine, "--format", "json", cwd=tmp_path).stdout
        for engine in ("compiled", "pyshacl")
    ]
    assert said[0] == said[1]
    assert json.loads(said[0])["counts"]["violation"] == 2


def test_a_pattern_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """Exit code 3 and the reason, in the time that was given; no report."""
    theirs = shapes(tmp_path, 'sh:pattern "^(a+)+$"')
    long = data(tmp_path, f'"{"a" * 60}b"')
    done = kg("validate", long, "--shapes", theirs, "--time-limit", "1", cwd=tmp_path)
    refused(done, 3, "stopped after 1 seconds", "sh:pattern", "--time-limit")


def test_a_query_of_everything_with_everything_is_stopped(tmp_path: Path) -> None:
    """A join without a condition over a few hundred things would run for years."""
    many = tmp_path / "many.ttl"
    many.write_text("".join(f"<https://example.org/{i}> <https://example.org/p> {i} .\n" for i in range(500)))
    theirs = shapes(tmp_path, "sh:minCount 1")
    theirs.write_text(
        f"{HEAD} e:S a sh:NodeShape ; sh:targetSubjectsOf e:p ; sh:sparql e:Q . e:Q a sh:SPARQLConstraint ; "
        'sh:message "Never." ; sh:select "SELECT $this WHERE { $this <https://example.org/p> ?a . '
        '?c ?d ?e . ?f ?g ?h . ?i ?j ?k . FILTER (?e + ?h + ?k = -1) }" .'
    )
    done = kg("validate", many, "--shapes", theirs, "--time-limit", "1", cwd=tmp_path)
    refused(done, 3, "stopped after 1 seconds", "query")


def test_shapes_that_need_too_much_memory_are_stopped(tmp_path: Path) -> None:
    """Exit code 3 and the reason, wherever in the engine the memory gives out."""
    big = tmp_path / "big.nt"
    big.write_text("".join(f'<https://example.org/{i}> <https://example.org/p> "{i:0400}" .\n' for i in range(150_000)))
    done = kg("validate", big, "--shapes", shapes(tmp_path, "sh:minLength 1"), "--memory-limit", "256", cwd=tmp_path)
    assert done.returncode == 3
    assert "more than 256 MiB of memory" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--engine", "abacus"), "no engine 'abacus'; there are compiled, pyshacl"),
        (("--fail-on", "fatal"), "violation, warning, info"),
        (("--report", "r.doc"), "no report ends in '.doc'"),
        (("--format", "doc"), "no report format 'doc'"),
        (("--since", "s.json", "--engine", "pyshacl"), "--since goes with PATHs"),
    ],
)
def test_what_there_is_not_is_wrong_usage(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """Exit code 2, naming what there is; nothing is written."""
    before = sorted([data(tmp_path)])
    refused(kg("validate", "data.ttl", *options, cwd=tmp_path), 2, said)
    assert sorted(tmp_path.iterdir()) == before


def test_only_what_has_changed_is_looked_at(tmp_path: Path) -> None:
    """The second run reads one file of four, and finds what is wrong in it and what was wrong before."""
    folder = tmp_path / "graphs"
    folder.mkdir()
    for number in range(4):
        quads = [q for q in graph(number, statements=2) if number or q.predicate.value != vocab.SPEECH_ACT]
        (folder / f"{number}.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    first = kg("validate", folder, "--since", "last.json", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (1, "kg: looked at 4 of 4 files\n")
    spoilt = [q for q in graph(2, statements=2) if q.predicate.value != vocab.SPEAKER]
    (folder / "2.nq").write_bytes(serialize(spoilt, format=RdfFormat.N_QUADS) or b"")
    again = kg("validate", folder, "--since", "last.json", "--format", "json", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (1, "kg: looked at 1 of 4 files\n")
    assert again.stdout == kg("validate", folder, "--format", "json", cwd=tmp_path).stdout
    assert json.loads(again.stdout)["counts"]["violation"] == 2


def test_a_finding_names_the_articles_file(tmp_path: Path) -> None:
    """Where a file is the very text of a document, lines and columns are that file's, whatever made the graph."""
    (tmp_path / "sample.txt").write_text(TEXT, "utf-8")
    records = tmp_path / "records.jsonl"
    records.write_text(recordfile.dumps(sample(language="no language")) + "\n", "utf-8")
    done = kg("validate", "sample.txt", records, "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    findings = json.loads(done.stdout)["findings"]
    finding = next(f for f in findings if f["shape"].endswith("DocumentShape-language"))
    assert (finding["place"]["file"], finding["place"]["line"]) == ("sample.txt", 1)


@pytest.mark.parametrize("beside", ["sample.txt", "sample.jsonl"])
@pytest.mark.parametrize("how", [(), ("--engine", "pyshacl"), ("--since", "state.json")], ids=str)
def test_what_a_graph_lacks_is_not_put_back_by_what_lies_beside_it(
    tmp_path: Path, beside: str, how: tuple[str, ...]
) -> None:
    """The article and its record say where the words of the graph stand; they are not merged into it."""
    record = sample(document_id="sample")
    (tmp_path / "sample.txt").write_text(TEXT, "utf-8")
    (tmp_path / "sample.jsonl").write_text(recordfile.dumps(record) + "\n", "utf-8")
    quads = [quad for quad in map_record(record).quads if quad.predicate.value != vocab.SPEECH_ACT]
    (tmp_path / "spoilt.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    alone = kg("validate", "spoilt.nq", "--format", "json", *how, cwd=tmp_path)
    both = kg("validate", "spoilt.nq", beside, "--format", "json", *how, cwd=tmp_path)
    assert (alone.returncode, both.returncode) == (1, 1), both.stderr
    assert json.loads(both.stdout)["counts"] == json.loads(alone.stdout)["counts"]


def test_lines_of_one_text_are_not_told_of_another(tmp_path: Path) -> None:
    """An article that was changed after the graph was made: its file is named for the findings of its new text only."""
    changed = f"One new paragraph.\n\n{TEXT}"
    quads = []
    for text in (TEXT, changed):
        found = map_record(replace(sample(text), document=Document(id="sample", text=text))).quads
        quads += [quad for quad in found if quad.predicate.value != vocab.SPEECH_ACT]
    (tmp_path / "sample.txt").write_text(changed, "utf-8")
    (tmp_path / "both.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    done = kg("validate", "both.nq", "sample.txt", "--report", "r.sarif", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    places = [finding["place"] for finding in json.loads(done.stdout)["findings"] if finding["place"]]
    named = {(place["file"], place["sha256"]) for place in places}
    new, old = (Document(id="sample", text=text).sha256 for text in (changed, TEXT))
    assert named == {("sample.txt", new), (None, old)}
    artifacts = json.loads((tmp_path / "r.sarif").read_text("utf-8"))["runs"][0]["artifacts"]
    told = {artifact["location"]["uri"]: artifact["hashes"]["sha-256"] for artifact in artifacts}
    assert told == {"sample.txt": new, "sample": old}


def test_build_keeps_out_what_breaks_the_shapes(tmp_path: Path) -> None:
    """The document is named with what is wrong, the other goes in, and the exit code says so."""
    records = tmp_path / "records.jsonl"
    other = sample(f"A second report.\n\n{TEXT}", document_id="second", language="no language")
    records.write_text("".join(recordfile.dumps(record) + "\n" for record in (sample(), other)), "utf-8")
    done = kg("build", records, "--store", "store", cwd=tmp_path)
    assert done.returncode == 1
    assert "kg: refused: second:1:1: breaks https://w3id.org/claimgraph/shapes#DocumentShape-language" in done.stderr
    assert "1 document" in done.stderr
    articles = kg("query", "--store", "store", f"SELECT ?a {{ ?a a <{vocab.DOCUMENT}> }}", cwd=tmp_path).stdout
    assert "/article/sample" in articles
    assert "/article/second" not in articles


BREAKAGES: dict[str, tuple[str, Callable[[dict[str, Any]], object], int]] = {
    "language that is none": ("DocumentShape-language", lambda r: r["document"].update(language="no language"), 1),
    "claim without a speaker": ("RecordContract", lambda r: r["claims"][0].update(speakers=[]), 1),
    "speaker that is nobody": ("RecordContract", lambda r: r["claims"][-1].update(speakers=["nobody"]), 1),
    "fact that somebody said": ("RecordContract", lambda r: r["facts"][0].update(anchor=r["claims"][0]["content"]), 1),
    "act that is none": ("RecordContract", lambda r: r["claims"][0].update(speech_act="mumble"), 1),
    "end before the beginning": ("RecordContract", lambda r: r["claims"][0].update(content=[[9, 3]]), 1),
    "text that is another": ("RecordContract", lambda r: r["document"].update(text="Another text."), 0),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_broken_record_shows_the_line_of_the_article(tmp_path: Path, kg_here: Made, name: str) -> None:
    """Whether the shapes find it or the contract of records does: SARIF has the file, line and columns of the words."""
    rule, spoil, is_in_file = BREAKAGES[name]
    record = json.loads(recordfile.dumps(sample()))
    words = {"claims": record["claims"], "facts": record["facts"]}
    spoil(record)
    (tmp_path / "sample.txt").write_text(TEXT, "utf-8", newline="")
    (tmp_path / "records.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    code, out, err = kg_here("validate", "sample.txt", "records.jsonl", "--extractor", "rules", "--report", "out.sarif")
    assert code in (1, 3), err
    results = json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    [found] = [result for result in results if result["ruleId"] == rule]
    physical = found["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == ("sample.txt" if is_in_file else "sample")
    region = physical["region"]
    line = TEXT.split("\n")[region["startLine"] - 1]
    if "snippet" in region:
        assert line[region["startColumn"] - 1 :].startswith(region["snippet"]["text"][:20])
        assert words
    assert physical["artifactLocation"]["uri"] in out


def test_what_a_build_kept_out_is_told_by_the_pages(tmp_path: Path) -> None:
    """The report lies beside the store: what broke the shapes, and what could not be read."""
    records = tmp_path / "records.jsonl"
    other = sample(f"A second report.\n\n{TEXT}", document_id="second", language="no language")
    records.write_text("".join(recordfile.dumps(record) + "\n" for record in (sample(), other)), "utf-8")
    broken = tmp_path / "broken.jsonl"
    data = json.loads(recordfile.dumps(sample(f"A third.\n\n{TEXT}", document_id="third")))
    data["claims"][0]["speakers"] = []
    broken.write_text(json.dumps(data) + "\n", "utf-8")
    assert kg("build", records, broken, "--store", "store", cwd=tmp_path).returncode == 3
    last = report_cache.read(tmp_path / "store" / report_cache.FILE_NAME)
    assert last is not None
    assert last.maker == "build"
    assert {(f.shape.rpartition("#")[2], f.place.document) for f in last.report.findings if f.place} == {
        ("DocumentShape-language", "second"),
        ("RecordContract", "third"),
    }
    assert kg("validate", "--store", "store", cwd=tmp_path).returncode == 0
    last = report_cache.read(tmp_path / "store" / report_cache.FILE_NAME)
    assert last is not None
    assert (last.maker, last.report.findings, last.failure) == ("validate", (), "")


def test_only_what_has_changed_in_a_store_is_looked_at(tmp_path: Path) -> None:
    """The second run reads the new document and what is shared; the report is that of the whole."""
    quads = [quad for number in range(4) for quad in graph(number, statements=2)]
    (tmp_path / "four.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    assert kg("load", "four.nq", "--store", "store", cwd=tmp_path).returncode == 0
    first = kg("validate", "--store", "store", "--since", "last.json", cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "kg: looked at 5 of 5 parts of the store\n")
    spoilt = [quad for quad in graph(4, statements=2) if quad.predicate.value != vocab.SPEAKER]
    (tmp_path / "one.nq").write_bytes(serialize(spoilt, format=RdfFormat.N_QUADS) or b"")
    assert kg("load", "one.nq", "--store", "store", cwd=tmp_path).returncode == 0
    again = kg("validate", "--store", "store", "--since", "last.json", "--format", "json", cwd=tmp_path)
    assert again.returncode == 1
    assert again.stderr == "kg: looked at 2 of 6 parts of the store\n"
    whole = kg("validate", "--store", "store", "--format", "json", cwd=tmp_path)
    assert json.loads(again.stdout) == json.loads(whole.stdout)
    assert json.loads(again.stdout)["counts"]["violation"] > 0
    third = kg("validate", "--store", "store", "--since", "last.json", cwd=tmp_path)
    assert (third.returncode, third.stderr) == (1, "kg: looked at 0 of 6 parts of the store\n")


def test_a_store_is_checked_beside_others_that_read_it(tmp_path: Path) -> None:
    """Whole and by what has changed; while somebody may write it is not looked at."""
    (tmp_path / "some.nq").write_bytes(serialize(graph(0, statements=2), format=RdfFormat.N_QUADS) or b"")
    assert kg("load", "some.nq", "--store", "store", cwd=tmp_path).returncode == 0
    with reading(str(tmp_path / "store")):
        for options in ((), ("--since", "last.json"), ("--shapes", ROOT / "shapes", "--allow-idle")):
            done = kg("validate", "--store", "store", *options, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
    with open_store(str(tmp_path / "store")):
        refused(
            kg_process("validate", "--store", "store", cwd=tmp_path),
            3,
            "another process has this store open for writing",
        )


def test_a_validation_that_fails_is_told_by_the_pages(tmp_path: Path) -> None:
    """Why there is no report stands where the report would."""
    (tmp_path / "other.nt").write_text("<https://example.org/x> <https://example.org/p> 1 .".replace(" 1 ", ' "1" '))
    assert kg("load", "other.nt", "--store", "store", cwd=tmp_path).returncode == 0
    refused(kg("validate", "--store", "store", cwd=tmp_path), 3, "nothing was checked")
    last = report_cache.read(tmp_path / "store" / report_cache.FILE_NAME)
    assert last is not None
    assert "nothing was checked" in last.failure
