"""Where output goes: what stands at its name already is not lost."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kg.cli import write
from kg.errors import InputError


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    """What is no file (a pipe here, as /dev/null is) gets the bytes and stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with write.opened(pipe) as out:
            out.write(b"said")
        assert stat.S_ISFIFO(pipe.lstat().st_mode)
        assert os.read(reader, 10) == b"said"
    finally:
        os.close(reader)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is written."""
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with write.opened(tmp_path / "link") as out:
        out.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    """An error that names it."""
    with pytest.raises(InputError, match="cannot be written"), write.opened(tmp_path) as out:
        out.write(b"x")
