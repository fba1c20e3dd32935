"""Corrections through the command line: beside the articles, in the store, and out again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import mapper, recordfile, validate, vocab
from kg.cli import kg
from kg.corrections import lines, reapply
from kg.corrections.place import passage_at
from kg.corrections.values import Correction, EntityName, NewValues, StatementAnchor
from kg.errors import StoreFull
from kg.records import Record
from kg.store import EmbeddedStore, open_store
from tests.samples import sample

Run = Callable[..., Result]


def _claim(record: Record, kind: str, settings: NewValues | None = None) -> Correction:
    """A correction of the sample's last claim."""
    claim = (
        next(c for c in record.claims if c.id == "c4") if any(c.id == "c4" for c in record.claims) else record.claims[0]
    )
    text = record.document.text
    target = StatementAnchor(side="claim", words=passage_at(text, claim.content), source=passage_at(text, claim.source))
    made = Correction(
        id=lines.NO_ID,
        at="2026-11-30T18:00:00Z",
        by="Ana O'Hara",
        kind=kind,
        document=record.document.id,
        sha256=record.document.sha256,
        target=target,
        settings=settings,
    )
    return lines.named(made)


_NEW_SPEAKER = NewValues(speakers=(EntityName(type="person", name="Ada Quill"),))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command on the store of the test; its stdout and stderr."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "records.jsonl").write_text(recordfile.dumps(sample()) + "\n")

    def go(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(kg, [*arguments, "--store", str(tmp_path / "s")])
        assert result.exit_code == code, result.output
        return result

    return go


def _ask(folder: Path, query: str) -> list[list[str]]:
    with open_store(str(folder)) as store:
        return [[str(getattr(value, "value", value)) for value in row] for row in store.query(query)]  # type: ignore[union-attr]


def test_corrections_beside_the_articles_are_applied_and_kept(tmp_path: Path, run: Run) -> None:
    """The build finds the file, says so, and the graph says who corrected what the model had read."""
    correction = _claim(sample(), "change", _NEW_SPEAKER)
    (tmp_path / "in" / "corrections.jsonl").write_text(lines.dumps(correction) + "\n")
    result = run("build", str(tmp_path / "in"))
    assert "found beside the articles" in result.output
    assert "corrections: 1 applied, 0 not applied" in result.output
    found = _ask(
        tmp_path / "s",
        "PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX prov: <http://www.w3.org/ns/prov#> "
        "SELECT ?status ?name ?reading { ?c cg:corrects ?s ; cg:modelReading ?reading . ?s cg:status ?status ; "
        "prov:wasAttributedTo ?who . ?who <http://www.w3.org/2000/01/rdf-schema#label> ?name }",
    )
    ((status, name, reading),) = found
    assert status == vocab.MOD_CORRECTED
    assert name == "Ana O'Hara"
    assert list(json.loads(reading)) == ["speakers"]
    assert "applied" in run("corrections", "list").output
    assert correction.id in run("corrections", "export").output
    (tmp_path / "in" / "corrections.jsonl").unlink()
    assert "corrections: 1 applied" in run("build", str(tmp_path / "in")).output  # the store has it


def test_build_that_the_store_refuses_leaves_the_log_as_it_was(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Corrections are in the log before they are in the graph; where the graph takes none, the log has none."""
    run("build", str(tmp_path / "in"))
    file = tmp_path / "decided.jsonl"
    file.write_text(lines.dumps(_claim(sample(), "accept")) + "\n")
    seen = []

    def full(*_: object) -> bool:
        seen.append((tmp_path / "s" / "corrections.jsonl").read_text())
        raise StoreFull("the disk is full")

    monkeypatch.setattr(EmbeddedStore, "replace", full)
    run("build", str(tmp_path / "in"), "--corrections", str(file), code=1)
    assert seen == [file.read_text()]
    assert (tmp_path / "s" / "corrections.jsonl").read_text() == ""


def test_correction_that_fits_nothing_is_named_with_the_reason(tmp_path: Path, run: Run) -> None:
    """An orphan does not stop the build, and is not passed over in silence."""
    other = sample("Something else was said. Nobody knows by whom.\n" * 1 + sample().document.text, "another")
    correction = _claim(other, "accept")
    file = tmp_path / "decided.jsonl"
    file.write_text(lines.dumps(correction) + "\n")
    result = run("build", str(tmp_path / "in"), "--corrections", str(file))
    assert "0 applied, 1 not applied" in result.output
    assert "none of these articles" in result.output
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": 1}\n')
    assert "bad.jsonl:1" in run("build", str(tmp_path / "in"), "--corrections", str(bad), code=1).exception.args[0]  # type: ignore[union-attr]


def test_reviewed_articles_are_gold(tmp_path: Path, run: Run) -> None:
    """``--gold`` writes records with what people decided and nothing else; another store takes the file."""
    correction = _claim(sample(), "change", _NEW_SPEAKER)
    file = tmp_path / "decided.jsonl"
    file.write_text(lines.dumps(correction) + "\n")
    run("build", str(tmp_path / "in"))
    assert "1 corrections are new" in run("corrections", "import", str(file)).output
    assert "0 corrections are new" in run("corrections", "import", str(file)).output
    gold = tmp_path / "gold.jsonl"
    run("corrections", "export", "--gold", "-o", str(gold))
    (record,) = recordfile.read_records(gold)
    assert len(record.claims) == 1
    assert not record.facts
    out = tmp_path / "applied.jsonl"
    given = ["corrections", "apply", str(tmp_path / "in" / "records.jsonl"), "--corrections", str(file), "-o", str(out)]
    result = CliRunner().invoke(kg, given)
    assert "1 applied" in result.output
    assert next(recordfile.read_records(out)) == reapply.apply(sample(), [correction]).record


def test_all_of_a_rule_is_accepted_by_command_after_a_sample(tmp_path: Path, run: Run) -> None:
    """Rules are listed; a sample is shown; nothing is accepted without a name and a yes; twice is once."""
    run("build", str(tmp_path / "in"))
    rule = sample().facts[0].rule
    assert f"{rule}\t" in run("corrections", "accept").output
    assert "--by" in str(run("corrections", "accept", rule, code=1).exception)
    no = CliRunner().invoke(
        kg, ["corrections", "accept", rule, "--by", "A", "--store", str(tmp_path / "s")], input="n\n"
    )
    assert "nothing is accepted" in no.output
    result = run("corrections", "accept", rule, "--by", "Ana", "--yes", "--sample", "1")
    number = int(re.search(r"(\d+) statements are accepted", result.output)[1])  # type: ignore[index]
    assert number == len(run("corrections", "export").output.splitlines())
    assert _ask(tmp_path / "s", f"SELECT (COUNT(*) AS ?n) {{ ?s <{vocab.CORRECTS}> ?t }}") == [[str(number)]]
    assert "no statement waits" in run("corrections", "accept", rule, "--by", "Ana", "--yes").output


@pytest.mark.parametrize("kind", ["accept", "reject", "change", "own_voice"])
def test_corrected_graph_conforms(kind: str) -> None:
    """Whatever was corrected, the shapes hold, and records and JSON are the same value."""
    settings = {"change": _NEW_SPEAKER, "own_voice": NewValues()}.get(kind)
    outcome = reapply.apply(sample(), [_claim(sample(), kind, settings)])
    assert outcome.applied
    assert recordfile.loads(recordfile.dumps(outcome.record)) == outcome.record
    found = validate.validate(mapper.map_record(outcome.record).quads, validate.read_shapes())
    assert found.at_least("violation") == ()
