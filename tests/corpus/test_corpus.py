"""The corpus as it is: every text is marked rightly, every type and act is there, the splits part the writers."""

import hashlib
import json
import tomllib
from pathlib import Path

import pytest

from corpus import check
from corpus.markup import MarkupError, parse, read_folder
from corpus.records import record, with_said
from corpus.standoff import line_of, read_standoff
from kg import vocab
from kg.evaluate import ScoredAttribution
from kg.records import Span

CORPUS = Path(check.__file__).parent
TEXTS = read_folder(CORPUS / "texts")
LEAST_EVENTS, LEAST_TRIGGERS = 20, 8


def test_every_text_becomes_a_gold_record() -> None:
    """No mark contradicts what a record allows."""
    assert len(TEXTS) >= 1000
    for text in TEXTS:
        assert record(text).document.text == text.text


@pytest.mark.parametrize("kind", sorted(vocab.EVENT_TYPES))
def test_every_type_has_events_with_different_triggers(kind: str) -> None:
    """No type is taught by a handful of words."""
    triggers = [text.text[slice(*e.span)].lower() for text in TEXTS for e in text.events if e.type == kind]
    assert len(triggers) >= LEAST_EVENTS
    assert len(set(triggers)) >= LEAST_TRIGGERS


def test_every_act_and_status_is_there() -> None:
    """Every speech act, and every way in which an event is told, occurs."""
    assert {claim.act for text in TEXTS for claim in text.claims} == vocab.SPEECH_ACTS
    assert len({event.status for text in TEXTS for event in text.events}) == 5


def test_development_part_is_of_other_writers() -> None:
    """What measures is not what teaches, and both are there."""
    dev = tuple(tomllib.loads((CORPUS / "splits.toml").read_text("utf-8"))["dev"])
    held = [text.id for text in TEXTS if text.id.startswith(dev)]
    assert 100 <= len(held) < len(TEXTS) / 2
    assert any(name.startswith("w4-") for name in held)
    assert any(name.startswith("h-") for name in held)


def test_check_counts_and_names_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the counts, and fails where a text is wrong or there is none."""
    (tmp_path / "a.txt").write_text("### x-1 wire\n[Kenya]a [met]{meeting Pa}.\n### x-2 wire\n[Kenya] met.\n", "utf-8")
    assert check.main([str(tmp_path)]) == 1
    out = capsys.readouterr()
    assert "a.txt: x-2: [Kenya] has no mark" in out.err
    assert "x           1" in out.out
    (tmp_path / "a.txt").unlink()
    assert check.main([str(tmp_path)]) == 1


def test_id_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    """An id names one text."""
    (tmp_path / "a.txt").write_text("### x-1 wire\n[Kenya]a.\n### x-1 wire\n[Kenya]a.\n", "utf-8")
    with pytest.raises(MarkupError, match="twice"):
        read_folder(tmp_path)


def test_marks_apart_from_their_text_find_it_again(tmp_path: Path) -> None:
    """Marks over an article whose white space differs come back over the article; no word of it is kept."""
    marked = parse("p-1", "wire", "[Kenya]a [met]{meeting Pab} [Oslo]b's  envoy.\n[Left]{}.")
    article = "Kenya met\nOslo's envoy.\n\n Left. More."
    line = line_of(marked, "x.txt", article)
    assert "Kenya" not in line
    (tmp_path / "marks.jsonl").write_text(line + "\n", "utf-8")
    (tmp_path / "x.txt").write_text(article, "utf-8")
    (back,) = read_standoff(tmp_path / "marks.jsonl", tmp_path)
    assert [back.text[slice(*event.span)] for event in back.events] == ["met"]
    assert [back.text[slice(*mention.span)] for mention in back.mentions] == ["Kenya", "Oslo"]
    assert [back.text[slice(*span)] for span in back.nothing] == ["Left"]


def test_marked_claims_apart_from_their_text_come_back(tmp_path: Path) -> None:
    """Cue, content, source and manner of a claim stand in the marks as offsets."""
    marked = parse("n-1", "wire", "[Kenya]a [denied]{!1 -deny Sa Db} [Oslo]b <1>it had [left]{-withdraw Aa}</1>.")
    (tmp_path / "marks.jsonl").write_text(line_of(marked, "x.txt", marked.text) + "\n", "utf-8")
    (tmp_path / "x.txt").write_text(marked.text, "utf-8")
    (back,) = read_standoff(tmp_path / "marks.jsonl", tmp_path)
    assert back.claims == marked.claims


def test_marks_refuse_another_article(tmp_path: Path) -> None:
    """Marks are over one exact text."""
    marked = parse("p-1", "wire", "[Kenya]a [met]{meeting Pa}.")
    with pytest.raises(MarkupError, match="differ"):
        line_of(marked, "x.txt", "Ghana met.")
    (tmp_path / "marks.jsonl").write_text(line_of(marked, "x.txt", "Kenya met.") + "\n", "utf-8")
    with pytest.raises(MarkupError, match="there is no"):
        list(read_standoff(tmp_path / "marks.jsonl", tmp_path))
    (tmp_path / "x.txt").write_text("Kenya hid.", "utf-8")
    with pytest.raises(MarkupError, match="not the text"):
        list(read_standoff(tmp_path / "marks.jsonl", tmp_path))


def test_committed_marks_hold_no_words() -> None:
    """The file of marks over articles of others has offsets and labels only."""
    files = sorted((CORPUS / "standoff").glob("*.jsonl"))
    assert {file.name for file in files} == {"newswire.jsonl", "polnear.jsonl"}
    for line in (line for file in files for line in file.read_text("utf-8").splitlines()):
        data = json.loads(line)
        assert len(data["sha256"]) == len(hashlib.sha256().hexdigest())
        assert all(isinstance(s, int) and isinstance(e, int) and len(label) <= 2 for s, e, label in data["mentions"])
        assert all(kind in vocab.EVENT_TYPES for _, _, kind, _, _ in data["events"])


def test_claims_of_another_corpus_take_what_lies_in_them_from_the_facts() -> None:
    """An event in what somebody says is not the outlet's; what lies behind the end of the text is left out."""
    own = record(parse("p-1", "wire", "[Kenya]a [met]{meeting Pa}. Oslo said Rome had [left]{withdraw}."))
    text = own.document.text
    said = ScoredAttribution(
        content=(Span(text.index("Rome"), len(text) + 9),), source=(Span(len(text) + 1, len(text) + 4),)
    )
    found = with_said(own, [said])
    assert [text[f.anchor[0].start : f.anchor[0].end] for f in found.facts] == ["met"]
    assert found.claims[0].content == (Span(text.index("Rome"), len(text)),)
    assert found.claims[0].source == ()
