"""A store of sixty articles, rebuilt from nothing, has every correction at its place, or says why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.corrections.rebuilt import CORRECTIONS, rebuild


@pytest.mark.parametrize("seed", range(int(os.environ.get("REBUILT_SEEDS", "1"))))
def test_corrections_survive_another_model_edits_and_a_store_from_nothing(tmp_path: Path, seed: int) -> None:
    """200 random corrections: each is applied once at its sentence, or is an orphan with a reason."""
    ended = rebuild(seed, tmp_path)
    assert len({one.id for one in ended.corrections}) == CORRECTIONS
    kinds = {one.kind for one in ended.corrections}
    assert kinds >= {"reject", "accept", "change", "own_voice", "attribute", "add", "merge", "split", "link", "unlink"}
    assert "undo" in kinds
    assert ended.report.corrected > CORRECTIONS // 4
    assert ended.report.orphans
    assert ended.is_same_again
