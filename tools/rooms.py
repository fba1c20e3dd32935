"""Draw the map of the rooms: the packages of ``kg`` by layer, with the imports between them.

``python tools/rooms.py`` writes ``docs/rooms.svg``. The layers come from ``.importlinter``, the imports and the
descriptions from the code. An arrow that a longer way implies is left out.
"""

from __future__ import annotations

import ast
import configparser
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from tools import house  # noqa: E402

MAP = ROOT / "docs" / "rooms.svg"
SHARED = "shared modules"
_BOX, _HEIGHT, _GAP, _ROW = 190, 76, 14, 128
_LETTERS = 27
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.name{font-weight:600;font-size:14px}"
    "rect{fill:#eef3f8;stroke:#35607f}line{stroke:#7a8a99;stroke-width:1.2}"
)

Room = str
Arrow = tuple[Room, Room]


def main() -> int:
    """Write the map and return the exit status."""
    MAP.write_text(draw(layers(), arrows(), descriptions()), "utf-8")
    print(f"{MAP.relative_to(ROOT)} is written")
    return 0


def layers() -> list[list[Room]]:
    """Return the rooms of each layer, from the top; modules outside of packages are the bottom room."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", "utf-8")
    names = contracts["importlinter:contract:arrows"]["layers"].strip().splitlines()
    rows = [[name.strip().removeprefix("kg.") for name in line.split("|")] for line in names]
    return [*filter(None, ([name for name in row if _is_package(name)] for row in rows)), [SHARED]]


def _is_package(name: Room) -> bool:
    return (ROOT / "kg" / name / "__init__.py").is_file() and name != "web"


def room_of(module: str) -> Room:
    """Return the room that a module lies in."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and _is_package(parts[1]) else SHARED


def arrows() -> frozenset[Arrow]:
    """Return the imports between rooms, without those that a longer way implies."""
    modules = house.read_modules(ROOT / "kg")
    between = {
        (room_of(module), room_of(other)) for module, others in house.arrows_of(modules).items() for other in others
    }
    return reduced({(one, other) for one, other in between if one not in (other, SHARED)})


def reduced(between: set[Arrow]) -> frozenset[Arrow]:
    """Return the arrows from which all others follow."""
    onwards: dict[Room, set[Room]] = {}
    for one, other in between:
        onwards.setdefault(one, set()).add(other)

    def reached(start: Room) -> set[Room]:
        seen: set[Room] = set()
        waiting = list(onwards.get(start, ()))
        while waiting:
            room = waiting.pop()
            if room not in seen:
                seen.add(room)
                waiting += onwards.get(room, ())
        return seen

    return frozenset(
        (one, other) for one, other in between if not any(other in reached(step) for step in onwards[one] - {other})
    )


def descriptions() -> dict[Room, str]:
    """Return the first sentence of each package, as its docstring has it."""
    found = {SHARED: "IRIs, records, settings, errors, RDF files, the pipeline"}
    for path in sorted((ROOT / "kg").glob("*/__init__.py")):
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        found[path.parent.name] = (
            text.split("\n")[0].split(". ")[0].rstrip(".").replace("``", "").replace(":data:`", "").replace("`", "")
        )
    return found


def draw(rows: Sequence[Sequence[Room]], lines: frozenset[Arrow], about: Mapping[Room, str]) -> str:
    """Return the map as SVG.

    Args:
        rows: The rooms of each layer, from the top.
        lines: The arrows.
        about: A description of each room.
    """
    width = max(map(len, rows)) * (_BOX + _GAP) + _GAP
    places = {
        room: ((width - len(row) * (_BOX + _GAP) + _GAP) // 2 + at * (_BOX + _GAP), _GAP + number * _ROW)
        for number, row in enumerate(rows)
        for at, room in enumerate(row)
    }
    height = len(rows) * _ROW
    body = [*_arrows(places, lines), *(_box(room, place, about[room]) for room, place in places.items())]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
            '<title id="t">The rooms of kg</title>',
            '<desc id="d">Packages by layer. A room imports only rooms below it.</desc>',
            f"<style>{_STYLE}</style>",
            (
                '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
                'orient="auto">'
                '<path d="M0,0 L8,4 L0,8 z" fill="#7a8a99"/></marker></defs>'
            ),
            f'<path fill="#fff" d="M0,0 H{width} V{height} H0 z"/>',
            *body,
            "</svg>\n",
        ]
    )


def _arrows(places: Mapping[Room, tuple[int, int]], lines: frozenset[Arrow]) -> Iterator[str]:
    for one, other in sorted(lines):
        if one in places and other in places:
            (x1, y1), (x2, y2) = places[one], places[other]
            ends = f'x1="{x1 + _BOX // 2}" y1="{y1 + _HEIGHT}" x2="{x2 + _BOX // 2}" y2="{y2}"'
            yield f'<line {ends} marker-end="url(#a)"/>'


def _box(room: Room, place: tuple[int, int], about: str) -> str:
    x, y = place
    name = room if room == SHARED else f"kg/{room}"
    words = textwrap.wrap(about, _LETTERS, max_lines=3, placeholder=" …")
    spans = "".join(f'<text x="{x + 8}" y="{y + 35 + at * 15}">{escape(line)}</text>' for at, line in enumerate(words))
    return (
        f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_HEIGHT}" rx="6"/>'
        f'<text class="name" x="{x + 8}" y="{y + 18}">{escape(name)}</text>{spans}'
    )


if __name__ == "__main__":
    sys.exit(main())
