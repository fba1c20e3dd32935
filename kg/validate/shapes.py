"""Location and reading of the shapes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import InputError
from kg.resources import folder
from kg.validate.files import read_quads
from kg.validate.lint import demand_sound


def shapes_folder() -> Path:
    """Return the folder of our own shapes."""
    return folder("shapes")


@cache
def our_shapes() -> tuple[Triple, ...]:
    """Return the triples of our own shapes, which are read and compiled once in each process."""
    return read_shapes()


def read_shapes(*paths: Path) -> tuple[Triple, ...]:
    """Return the triples of all shape files in ``paths`` (files, or folders of Turtle).

    Without paths, of ours.

    Raises:
        InputError: A folder has no shapes, :mod:`kg.validate.lint` finds a fault, or a file does not parse.
    """
    triples: dict[Triple, None] = {}
    for path in paths or (shapes_folder(),):
        files = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
        if not files:
            raise InputError(f"{path}: there are no shapes here: the folder has no .ttl file")
        for file in files:
            triples.update(dict.fromkeys(quad.triple for quad in read_quads(file)))
    demand_sound(triples, ", ".join(map(str, paths)) or "our own shapes")
    return tuple(triples)
