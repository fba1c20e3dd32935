"""Replaced versions of articles, optionally saved in files beside the graph.

Statements of a replaced version leave the graph, so that queries do not find them. The file serves only for a
comparison with the successor.
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
        """Save a version before it is replaced.

        Args:
            version: The IRI of the version.
            quads: The quads that it owns. The file repeats the version's entity descriptions in the default graph.

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
        """Return the quads of a replaced version; None if no readable file exists."""
        try:
            with self._path(version).open("rb") as file:
                return list(parse(file, RdfFormat.N_QUADS))
        except (OSError, SyntaxError, ValueError):
            return None

    def forget(self, version: str) -> None:
        """Delete the file of a withdrawn version, if there is one."""
        self._path(version).unlink(missing_ok=True)

    def _path(self, version: str) -> Path:
        return self._folder / f"{version.rpartition('/')[2]}.nq"
