"""Folders of data in the product: shapes, ontology, questions."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kg.errors import UsageError

_IN_REPOSITORY: Final = {"ontology": "ontology", "shapes": "shapes", "questions": "tests/cq"}


def folder(name: str) -> Path:
    """Return the folder ``ontology``, ``shapes`` or ``questions`` of the package or the repository.

    Raises:
        UsageError: The name is unknown, or the installation lacks the folder.
    """
    if name not in _IN_REPOSITORY:
        raise UsageError(f"there is no data folder {name!r}; there are {', '.join(sorted(_IN_REPOSITORY))}")
    package = Path(__file__).resolve().parent
    for place in (package / "_data" / name, package.parent / _IN_REPOSITORY[name]):
        if place.is_dir():
            return place
    raise UsageError(f"the installation of claimgraph is incomplete: it has no folder {name!r}; install it again")
