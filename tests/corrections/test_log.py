"""The file of corrections: nothing acknowledged is lost, whatever kills the writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.corrections import lines, log
from kg.corrections.values import Correction
from kg.errors import InputError, RecordError


def _undo(n: int) -> Correction:
    made = Correction(id=lines.NO_ID, at=f"2026-11-30T12:00:{n:02}Z", by="Ana", kind="undo", undoes=lines.NO_ID)
    return lines.named(made)


def test_log_has_each_correction_once(tmp_path: Path) -> None:
    """Adding the same again adds nothing; the order is that of time."""
    path = tmp_path / log.FILE_NAME
    assert log.read_log(path) == []
    assert log.append(path, [_undo(2), _undo(1), _undo(2)]) == [_undo(1), _undo(2)]
    assert log.append(path, [_undo(2)]) == []
    assert log.read_log(path) == [_undo(1), _undo(2)]


@pytest.mark.parametrize("cut", [1, 2, 40, 100])
def test_line_that_a_killed_writer_left_is_no_correction(tmp_path: Path, cut: int) -> None:
    """Cut anywhere in its last line, the log has all lines before it, and takes the next one whole."""
    path = tmp_path / log.FILE_NAME
    log.append(path, [_undo(1)])
    whole = path.read_bytes()
    log.append(path, [_undo(2)])
    data = path.read_bytes()
    path.write_bytes(data[: max(len(whole), len(data) - cut)])
    kept = [_undo(1), _undo(2)] if cut == 1 else [_undo(1)]
    assert log.read_log(path) == kept
    log.append(path, [_undo(3)])
    assert log.read_log(path) == [*kept, _undo(3)]


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    """Whoever adds at the same moment waits: each correction is there, whole and once."""
    path = tmp_path / log.FILE_NAME
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log.append(path, [_undo(n)]), range(40)))
    assert log.read_log(path) == [_undo(n) for n in range(40)]


def test_damaged_line_in_the_middle_is_an_error(tmp_path: Path) -> None:
    """What is not the last line was acknowledged: it is never passed over in silence."""
    path = tmp_path / log.FILE_NAME
    log.append(path, [_undo(1), _undo(2)])
    path.write_bytes(b"{" + path.read_bytes())
    with pytest.raises(RecordError, match=r"corrections.jsonl:1"):
        log.read_log(path)
    with pytest.raises(InputError):
        log.append(path, [_undo(3)])


def test_what_could_not_be_done_is_taken_back(tmp_path: Path) -> None:
    """The log is as it was, unless somebody has added to it since."""
    path = tmp_path / log.FILE_NAME
    log.append(path, [_undo(1)])
    before = path.read_bytes()
    assert log.take_back(path, log.append(path, [_undo(2), _undo(3)]))
    assert path.read_bytes() == before
    added = log.append(path, [_undo(4)])
    log.append(path, [_undo(5)])
    assert not log.take_back(path, added)
    assert log.read_log(path) == [_undo(1), _undo(4), _undo(5)]
