"""The error for shapes that only the reference engine supports."""

from __future__ import annotations


class NotCoveredError(Exception):
    """The shapes have a part for the reference engine: rare, malformed, or unsafe in a set."""
