"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 document``, ``2,000 documents``.

    Args:
        number: How many.
        one: The noun of one.
        many: That of several, where it is more than an "s" longer.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
