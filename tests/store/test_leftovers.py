"""What a killed process left in a store's folder goes at the next opening for writing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.store import EmbeddedStore
from kg.store.shared import opened_for_reading
from tests.store.test_damage import made

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name", ["bulk-170182491799120025516.sst", "claimgraph.draft", ".claimgraph.validation.json.x1"]
)
def test_leftover_goes_when_the_store_is_opened_for_writing(tmp_path: Path, name: str) -> None:
    """Whoever only reads leaves it: somebody else may be loading."""
    path = made(tmp_path / "s", 3)
    (path / name).write_bytes(b"half")
    with opened_for_reading(path):
        assert (path / name).exists()
    with EmbeddedStore.open(path) as store:
        assert not (path / name).exists()
        assert len(set(store.quads())) == 3


@pytest.mark.parametrize("name", ["bulk-notes.txt", "bulk-mine.sst", "notes.draft", "claimgraph.words"])
def test_other_files_stay(tmp_path: Path, name: str) -> None:
    """Only what a load or a write of ours leaves is removed."""
    path = made(tmp_path / "s", 3)
    (path / name).write_bytes(b"mine")
    EmbeddedStore.open(path).close()
    assert (path / name).read_bytes() == b"mine"


def test_killed_load_leaves_nothing_for_good(tmp_path: Path) -> None:
    """SIGKILL while the tables of a bulk load lie in the folder: they are gone after the next opening, and no quad is
    there.
    """
    file, path = tmp_path / "graph.nq", tmp_path / "s"
    with file.open("w") as out:
        out.writelines(f'<http://x.test/{n // 9}> <http://x.test/p/{n % 9}> "value {n}" .\n' for n in range(400_000))
    with subprocess.Popen([sys.executable, "-m", "kg", "load", str(file), "--store", str(path)], cwd=ROOT) as process:
        while process.poll() is None and not list(path.glob("bulk-*.sst")):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert list(path.glob("bulk-*.sst"))
    with EmbeddedStore.open(path) as store:
        assert len(set(store.quads())) in (0, 400_000)
        assert not list(path.glob("bulk-*.sst"))
