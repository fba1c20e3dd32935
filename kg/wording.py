"""Numbers and times in sentences, and addresses with a slip."""

from __future__ import annotations

import re
from typing import Final

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?")
_SLIP: Final = re.compile(r"(https?):/?(?=[^/\s])(.*)", re.IGNORECASE | re.DOTALL)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 document``, ``2,000 documents``.

    Args:
        number: The number.
        one: The singular of the noun.
        many: The plural, if it is not the singular with an "s".
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(stamp: str) -> str:
    """Return a time as people write it: ``2025-04-04 16:05 UTC``; anything else, such as a day, unchanged."""
    parts = _MOMENT.fullmatch(stamp)
    if parts is None:
        return stamp
    zone = "UTC" if parts[3] == "Z" else parts[3]
    return " ".join(filter(None, (parts[1], parts[2], zone)))


def slip_in_address(text: str) -> str | None:
    """Return a correction of an address that lacks a slash; None for any other address."""
    slip = _SLIP.fullmatch(text)
    return None if slip is None else f"an address has two slashes: {slip[1].lower()}://{slip[2][:200]}"
