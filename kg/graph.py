"""What the mapper hands to the store: the quads of one document version, and the names they are kept by."""

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
