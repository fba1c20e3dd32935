"""Values between the mapper and the store, and the description of a write for its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionGraph:
    """All quads of one document version. ``article`` and ``version`` are IRIs; no quad has a blank node."""

    article: str
    version: str
    quads: tuple[Quad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A write, with the store's new revision. The quads are None if there were too many.

    ``created`` are new named graphs without quads, ``dropped`` removed ones.
    """

    revision: int
    removed: frozenset[Quad] | None
    added: frozenset[Quad] | None
    created: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
