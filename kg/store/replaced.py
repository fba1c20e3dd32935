"""Replaced versions of articles, each kept in a file of its own beside the graph, where that is asked for.

What a replaced version said is no longer in force, so it is not in the graph: no query finds it. The file only serves
to compare it with the version that took its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from kg import wholefile
from kg.errors import StoreError

FOLDER: Final = "versions"


class ReplacedVersions:
    """The files of one store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def keep(self, version: str, quads: Iterable[Quad]) -> None:
        """Write down what a version says, before it is replaced.

        Args:
            version: Its IRI.
            quads: All that it owns in the graph. What its graph of descriptions says of entities, the file says in the
                default graph, too.

        Raises:
            StoreError: The file cannot be written.
        """
        said = set(quads)
        described = {quad.triple for quad in said if str(quad.graph_name).endswith("/entities>")}
        everything = said | {Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in described}
        path = self._path(version)
        try:
            path.parent.mkdir(exist_ok=True)
            wholefile.write(path, serialize(sorted(everything, key=str), format=RdfFormat.N_QUADS) or b"")
        except OSError as error:
            raise StoreError(f"{path}: the replaced version cannot be kept: {error.strerror or error}") from error

    def read(self, version: str) -> list[Quad] | None:
        """Return what a replaced version said, or None where it was not kept or cannot be read."""
        try:
            with self._path(version).open("rb") as file:
                return list(parse(file, RdfFormat.N_QUADS))
        except (OSError, SyntaxError, ValueError):
            return None

    def forget(self, version: str) -> None:
        """Delete the file of a version, if there is one: it was withdrawn."""
        self._path(version).unlink(missing_ok=True)

    def _path(self, version: str) -> Path:
        return self._folder / f"{version.rpartition('/')[2]}.nq"
