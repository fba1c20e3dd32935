"""What the mapper hands to the store, and what the store says of a write to whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionGraph:
    """All quads of one document version. ``article`` and ``version`` are IRIs; the quads hold no blank node."""

    article: str
    version: str
    quads: tuple[Quad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A write that was made: after it the store has this revision. None for the quads: there were too many to tell.

    ``created`` are named graphs that are there though no quad of them came, ``dropped`` those that are no more.
    """

    revision: int
    removed: frozenset[Quad] | None
    added: frozenset[Quad] | None
    created: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
