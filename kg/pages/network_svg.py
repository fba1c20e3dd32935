"""Drawing of a network: positions of boxes, lines and labels in the units of an SVG.

The middle entity is in the middle, the others are in columns to its left and right. Each line ends horizontally in a
row of its own with its label above the end, so that labels do not overlap. Equal networks give equal drawings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.views.network import Edge, Network, Node
from kg.views.terms import plain

_BOX: Final = 188
_HEIGHT: Final = 28
_ROW: Final = 36
_GAP: Final = 12
_LABEL: Final = 191
_BEND: Final = 65
_STEP: Final = _BOX + _BEND + _LABEL
_LETTERS: Final = 21
_LABEL_LETTERS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """An entity's box: its upper left corner, and its name shortened to fit."""

    node: Node
    x: int
    y: int
    height: int
    text: str
    width: int = _BOX

    @property
    def middle(self) -> tuple[int, int]:
        """The middle of the box."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """An edge's path and its shortened label, by the label's middle.

    An edge without a label is only in the table.
    """

    edge: Edge
    path: str
    points: str = ""
    x: int = 0
    y: int = 0
    text: str = ""
    width: int = _LABEL - 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The drawing; ``width`` and ``height`` enclose all of it."""

    boxes: tuple[Box, ...]
    lines: tuple[DrawnLine, ...]
    width: int
    height: int


def draw(network: Network) -> Drawing:
    """Draw a network."""
    parents = _parents(network)
    rows = {iri: edges for iri, edges in parents.items() if edges}
    sides = _sides(network, parents)
    height = max([_ROW * 3, *(_column_height(column, rows) for column in sides.values())]) + 2 * _GAP
    furthest = max((node.level for node in network.nodes), default=0)
    middle_x = furthest * _STEP + _GAP
    boxes = {network.middle.iri: _box(network.middle, middle_x, height // 2 - _HEIGHT // 2, _HEIGHT)}
    for (side, level), column in sorted(sides.items()):
        y = (height - _column_height(column, rows)) // 2
        for node in column:
            tall = max(1, len(rows.get(node.iri, ()))) * _ROW - (_ROW - _HEIGHT)
            boxes[node.iri] = _box(node, middle_x + side * level * _STEP, y, tall)
            y += tall + _GAP
    return Drawing(
        boxes=tuple(boxes.values()),
        lines=tuple(_lines(network, boxes, rows)),
        width=2 * middle_x + _BOX,
        height=height,
    )


def _box(node: Node, x: int, y: int, height: int) -> Box:
    return Box(node=node, x=x, y=y, height=height, text=_short(node.told_apart, _LETTERS))


def _parents(network: Network) -> dict[str, list[Edge]]:
    """Return the edges of each entity to its neighbour nearer the middle.

    These edges have rows of their own.
    """
    level = {node.iri: node.level for node in network.nodes}
    parent: dict[str, str] = {}
    edges: dict[str, list[Edge]] = {node.iri: [] for node in network.nodes}
    for edge in network.edges:
        near, far = sorted((edge.one, edge.other), key=lambda iri: level[iri])
        if level[near] < level[far] and parent.setdefault(far, near) == near:
            edges[far].append(edge)
    return edges


def _sides(network: Network, parents: Mapping[str, Sequence[Edge]]) -> dict[tuple[int, int], list[Node]]:
    """Return the columns by side (-1 left, 1 right) and level; an entity is on the side of its parent."""
    side: dict[str, int] = {}
    order: dict[str, int] = {}
    filled = {-1: 0, 1: 0}
    columns: dict[tuple[int, int], list[Node]] = {}
    for node in network.nodes[1:]:
        edges = parents[node.iri]
        near = next((end for edge in edges[:1] for end in (edge.one, edge.other) if end != node.iri), "")
        side[node.iri] = side.get(near) or (1 if filled[1] <= filled[-1] else -1)
        order[node.iri] = len(order) if node.level == 1 else order.get(near, 0)
        if node.level == 1:
            filled[side[node.iri]] += max(1, len(edges))
        columns.setdefault((side[node.iri], node.level), []).append(node)
    return {place: sorted(column, key=lambda node: order[node.iri]) for place, column in columns.items()}


def _column_height(column: Sequence[Node], rows: Mapping[str, Sequence[Edge]]) -> int:
    tall = sum(max(1, len(rows.get(node.iri, ()))) * _ROW - (_ROW - _HEIGHT) for node in column)
    return tall + _GAP * (len(column) - 1)


def _lines(network: Network, boxes: Mapping[str, Box], rows: Mapping[str, Sequence[Edge]]) -> Iterator[DrawnLine]:
    in_rows = {edge.number: (iri, at) for iri, edges in rows.items() for at, edge in enumerate(edges)}
    for edge in network.edges:
        if edge.number not in in_rows:
            yield DrawnLine(edge=edge, path=_across(boxes[edge.one], boxes[edge.other]))
            continue
        iri, at = in_rows[edge.number]
        far, near = boxes[iri], boxes[edge.other if edge.one == iri else edge.one]
        y = far.y + _HEIGHT // 2 + at * _ROW
        side = 1 if far.x > near.x else -1
        begin = near.x + (near.width if side > 0 else 0), near.middle[1]
        end_x = far.x if side > 0 else far.x + far.width
        bend = end_x - side * _LABEL
        half = (begin[0] + bend) // 2
        yield DrawnLine(
            edge=edge,
            path=f"M{begin[0]},{begin[1]} C{half},{begin[1]} {half},{y} {bend},{y} H{end_x}",
            points=_arrow(
                edge,
                end_x if edge.other == iri else begin[0],
                y if edge.other == iri else begin[1],
                side if edge.other == iri else -side,
            ),
            x=(bend + end_x) // 2,
            y=y,
            text=_short(edge.label, _LABEL_LETTERS),
        )


def _across(one: Box, other: Box) -> str:
    """Return the path of a curve between two boxes without a row of its own."""
    (x1, y1), (x2, y2) = one.middle, other.middle
    bow = _BOX if x1 == x2 else 0
    return f"M{x1},{y1} Q{(x1 + x2) // 2 + bow},{(y1 + y2) // 2} {x2},{y2}"


def _arrow(edge: Edge, x: int, y: int, side: int) -> str:
    """Return the arrowhead of a claim, which points at its target; a fact has none."""
    return f"{x},{y} {x - side * 9},{y - 5} {x - side * 9},{y + 5}" if edge.mark == "claim" else ""


def _short(text: str, most: int) -> str:
    text = plain(text)
    return text if len(text) <= most else text[: most - 1] + "…"
