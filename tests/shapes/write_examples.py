"""Writes the examples of the shapes, good and bad, from the one article in ``world.trig``.

Run ``python -m tests.shapes.write_examples`` after a change of the model or of ``world.trig``. A good example is a
piece of the world with everything that the piece needs; a bad one is such a piece with the edits of ``table.py``,
and says in its first lines what must fire.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode
from rdflib import SH, URIRef

from kg.validate import read_shapes
from kg.validate.rdflib_terms import graph_of, path_text
from tests.shapes.examples import DSH, shortened
from tests.shapes.spoil import HERE, Bad, Examples, Graph, iri, piece, world
from tests.shapes.table import TABLE
from tests.shapes.turtle_text import trig


def write(folder: Path, table: dict[str, Examples]) -> None:
    """All examples into ``folder``, one folder a shape, in place of those that were there."""
    everything = world()
    for shape, examples in table.items():
        place = folder / shape
        if place.is_dir():
            shutil.rmtree(place)
        place.mkdir(parents=True)
        for name, parts in examples.good.items():
            graph = piece(everything, [part for part in parts if isinstance(part, str)])
            for edit in parts:
                graph = graph if isinstance(edit, str) else edit(graph, iri(examples.base))
            (place / f"good-{name}.trig").write_text(trig(graph), encoding="utf-8")
        base = piece(everything, [examples.base])
        for bad in examples.bad:
            (place / f"bad-{bad.name}.trig").write_text(
                _spoiled(base, iri(examples.base), bad, shape), encoding="utf-8"
            )


def _spoiled(base: Graph, focus: NamedNode, bad: Bad, shape: str) -> str:
    graph = set(base)
    for edit in bad.edits:
        graph = edit(graph, focus)
    if graph == base:
        raise ValueError(f"{shape}: {bad.name}: the edits change nothing")
    return (
        f"# {shape}: {bad.name.replace('-', ' ')}.\n"
        + "".join(f"# fires: {line}\n" for line in expected(bad.fires, shape))
        + trig(graph)
    )


def expected(fires: str, shape: str) -> list[str]:
    """``speaker Node, 2 EntityShape-label MinCount`` as full lines: number, shape, component, path.

    The path is the shape's own, ``-`` where it has none; of a closed shape it is the third word.
    """
    paths = paths_of_shapes()
    lines = []
    for part in fires.split(","):
        words = part.split()
        count = words.pop(0) if words[0].isdigit() else "1"
        component = next(word for word in words if word[0].isupper() and "Shape" not in word)
        before, after = words[: words.index(component)], words[words.index(component) + 1 :]
        name = before[0] if before else ""
        if "Shape" not in name:
            name = f"{shape}-{name}" if name else shape
        path = after[0] if after else paths.get(name, "-")
        lines.append(f"{count} dsh:{name} sh:{component}ConstraintComponent {path}")
    return sorted(lines)


@cache
def paths_of_shapes() -> dict[str, str]:
    """The path of each property shape, by the shape's local name."""
    graph = graph_of(read_shapes())
    return {
        str(shape).removeprefix(DSH): shortened(path_text(graph, path))
        for shape, path in graph.subject_objects(SH.path)
        if isinstance(shape, URIRef)
    }


if __name__ == "__main__":
    write(HERE, TABLE)
