"""The map of the rooms in CONTRIBUTING: made from the code, and as the code is."""

from __future__ import annotations

from pathlib import Path

from tools import rooms

ROOT = Path(__file__).parent.parent


def test_map_is_as_the_code_is() -> None:
    """``python tools/rooms.py`` writes it again."""
    drawn = rooms.draw(rooms.layers(), rooms.arrows(), rooms.descriptions())
    assert rooms.MAP.read_text("utf-8") == drawn


def test_every_package_has_a_place() -> None:
    """A new package needs a layer in .importlinter."""
    placed = {room for row in rooms.layers() for room in row}
    packages = {path.parent.name for path in (ROOT / "kg").glob("*/__init__.py")}
    assert packages - {"web"} <= placed


def test_arrows_lead_down() -> None:
    """A room imports rooms of lower layers only, and never one beside it."""
    level = {room: number for number, row in enumerate(rooms.layers()) for room in row}
    assert all(level[one] < level[other] for one, other in rooms.arrows())


def test_arrow_that_follows_from_others_is_left_out() -> None:
    """a > b > c implies a > c."""
    assert rooms.reduced({("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")}) == {("a", "b"), ("b", "c"), ("a", "d")}
