"""Gold and answers from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError, RecordError
from kg.evaluate.sources import read_answers, read_gold
from kg.recordfile import dumps
from tests.evaluate.build import SAID, record
from tests.evaluate.test_polnear import corpus


def test_a_records_file_is_gold_and_a_folder_is_polnear(tmp_path: Path) -> None:
    """The first has a record to it, the second has annotators."""
    file = tmp_path / "gold.jsonl"
    file.write_text(dumps(record()) + "\n", encoding="utf-8")
    assert [gold.record for gold in read_gold(file)] == [record()]
    assert [len(gold.annotations) for gold in read_gold(corpus(tmp_path / "polnear"))] == [1]
    with pytest.raises(InputError, match=r"no \.txt articles"):
        read_gold(tmp_path / "polnear", "train")


def test_answers_are_found_by_document_and_a_broken_file_is_refused(tmp_path: Path) -> None:
    """Decoding is as strict as everywhere."""
    file = tmp_path / "answers.jsonl"
    file.write_text(dumps(record()) + "\n", encoding="utf-8")
    assert list(read_answers([file])) == ["d"]
    assert SAID not in read_answers([file])["d"].attributions
    file.write_text(dumps(record())[:-9], encoding="utf-8")
    with pytest.raises(RecordError):
        read_answers([file])
