"""``kg store check``: what is lost is named, what is left can be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Made
from tests.store.test_damage import DAMAGE, cut, log, made


def test_check_says_that_nothing_is_lost(tmp_path: Path, kg_here: Made) -> None:
    """Revision and number, exit code 0, and nothing is changed."""
    path = made(tmp_path / "s")
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    code, out, err = kg_here("store", "check", path)
    assert (code, out) == (0, "")
    assert err == f"{path}: revision 60, 60 quads; nothing is lost\n"
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before


def test_check_names_the_damage_and_accepts_what_is_left_where_told_to(tmp_path: Path, kg_here: Made) -> None:
    """Exit code 3 and both numbers; after --accept the store opens, and the dump has what is left."""
    path = made(tmp_path / "s")
    cut(log(path), 1_000)
    code, _, err = kg_here("dump", "--store", path)
    assert code == 3
    assert "60 quads" in err
    code, _, err = kg_here("store", "check", path)
    assert code == 3
    assert "--accept" in err
    assert kg_here("store", "check", path, "--accept")[0] == 0
    assert kg_here("store", "check", path)[0] == 0
    code, out, _ = kg_here("dump", "--store", path, "--format", "nquads")
    assert code == 0
    assert 50 < len(out.splitlines()) < 60


@pytest.mark.parametrize("damage", ["MANIFEST emptied", "CURRENT deleted", "tables deleted"])
def test_what_cannot_be_opened_cannot_be_accepted(tmp_path: Path, kg_here: Made, damage: str) -> None:
    """It stays an error, in one line."""
    path = made(tmp_path / "s")
    DAMAGE[damage](path)
    code, _, err = kg_here("store", "check", path, "--accept")
    assert code == 3
    assert err.count("\n") == 1


@pytest.mark.parametrize("place", ["nothing", "http://127.0.0.1:9/sparql", "file.txt"])
def test_check_of_no_store_is_an_error(tmp_path: Path, kg_here: Made, place: str) -> None:
    """A folder that is not there, another server's store, a file."""
    (tmp_path / "file.txt").write_text("x")
    code, _, err = kg_here("store", "check", place)
    assert code in (2, 3)
    assert err.startswith("kg: ")
