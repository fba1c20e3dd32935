"""Where the graph is read when nobody says where."""

from __future__ import annotations

import os

import pytest

from kg.engine import EngineLimits, image_choice
from kg.engine.image_choice import image_kind, memory_free, memory_needed

LIMITS = EngineLimits(workers=8, memory=512 << 20)
GIGABYTE = 1 << 30


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_graph_that_has_no_room_in_memory_is_read_from_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of what is free is for the graph and its workers; where nobody knows, or cannot confine, it is memory."""
    monkeypatch.setattr(image_choice, "can_read_one_folder_only", lambda: True)
    assert image_kind(10_000, LIMITS, GIGABYTE) == "memory"
    assert image_kind(10_000_000, LIMITS, 8 * GIGABYTE) == "disk"
    assert image_kind(10_000_000, LIMITS, 32 * GIGABYTE) == "memory"
    assert image_kind(10_000_000, LIMITS, None) == "memory"
    monkeypatch.setattr(image_choice, "can_read_one_folder_only", lambda: False)
    assert image_kind(10_000_000, LIMITS, GIGABYTE) == "memory"


def test_memory_grows_with_the_graph_and_is_bounded_for_each_worker() -> None:
    """The image is linear; what workers take beside it ends at their limit."""
    assert memory_needed(10_000_000, LIMITS) == 4_000_000_000 + 8 * (512 << 20)
    assert memory_needed(1_000, LIMITS) < 10 << 20


def test_memory_that_is_free_is_read_from_the_system() -> None:
    """Some number of bytes on Linux; None elsewhere."""
    free = memory_free()
    assert free is None or free > 0
