"""Numbers in sentences, and addresses with a slip."""

from __future__ import annotations

import re
from typing import Final

_SLIP: Final = re.compile(r"(https?):/?(?=[^/\s])(.*)", re.IGNORECASE | re.DOTALL)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 document``, ``2,000 documents``.

    Args:
        number: The number.
        one: The singular of the noun.
        many: The plural, if it is not the singular with an "s".
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def slip_in_address(text: str) -> str | None:
    """Return a correction of an address that lacks a slash; None for any other address."""
    slip = _SLIP.fullmatch(text)
    return None if slip is None else f"an address has two slashes: {slip[1].lower()}://{slip[2][:200]}"
