"""Files written whole or not at all."""

from pathlib import Path

import pytest

from kg import wholefile


def test_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    """The folder has the one file with the last content."""
    for content in (b"one", b"another"):
        wholefile.write(tmp_path / "a.json", content, durable=content == b"another")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"another"


def test_failure_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    """What cannot be put in its place is taken away again."""
    (tmp_path / "taken" / "x").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        wholefile.write(tmp_path / "taken", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
