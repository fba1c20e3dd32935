"""Events of several articles, with gold mentions."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import kg
from kg.errors import InputError
from kg.evaluate import ecbplus
from kg.link.mentions import event_keys

SINKING = ("A ferry sank off Mombasa before dawn", "sank", "E1")
CAPSIZED = ("The ferry that overturned off Mombasa before dawn", "overturned", "E1")
OTHER = ("A painting by an unknown master was stolen from a church in Lima", "stolen", "E2")


def write(folder: Path, *told: tuple[str, str, str]) -> None:
    """Write a corpus of one event a document."""
    lines = [
        {"doc": str(n), "text": text, "mentions": [{"kind": "event", "text": words, "chain": chain}]}
        for n, (text, words, chain) in enumerate(told)
    ]
    (folder / "dev.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")


def test_words_for_one_concept_in_one_story_are_one_event(tmp_path: Path) -> None:
    """Sank and overturned: the same; a theft in another text is another event."""
    write(tmp_path, SINKING, CAPSIZED, OTHER)
    gold = ecbplus.read(tmp_path, "dev")
    one, same, other = event_keys(gold.texts, gold.mentions)
    assert one == same != other
    assert ecbplus.score(gold, [one, same, other]).f1 == 1.0


def test_the_same_word_in_another_story_is_another_event(tmp_path: Path) -> None:
    """A ship and a currency sink."""
    write(tmp_path, SINKING, ("The peso sank to its lowest value against the dollar in ten years", "sank", "E3"))
    gold = ecbplus.read(tmp_path, "dev")
    one, other = event_keys(gold.texts, gold.mentions)
    assert one != other


def test_command_prints_the_figure(tmp_path: Path) -> None:
    """Precision, recall, F1."""
    write(tmp_path, SINKING, CAPSIZED)
    result = CliRunner().invoke(kg, ["evaluate", "--ecbplus", str(tmp_path)])
    assert result.exit_code == 0
    assert "F1 100.0 (2 mentions)" in result.output


@pytest.mark.parametrize("line", ["[]", "{", '{"doc": "a"}'])
def test_what_is_no_document_of_the_corpus_is_refused_by_line(tmp_path: Path, line: str) -> None:
    """File and line are named."""
    (tmp_path / "dev.jsonl").write_text(line, "utf-8")
    with pytest.raises(InputError, match=r"dev\.jsonl:1: no document of ECB"):
        ecbplus.read(tmp_path, "dev")
