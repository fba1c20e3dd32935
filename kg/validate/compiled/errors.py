"""What the compiled engine leaves to the reference engine."""

from __future__ import annotations


class NotCoveredError(Exception):
    """The shapes have something that is left to the reference engine: rare, not well-formed, or unsafe in a set."""
