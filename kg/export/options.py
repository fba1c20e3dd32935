"""What can be chosen of an export."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``list_name`` is one of :data:`kg.export.lists.NAMES`, or empty for all of them.

    ``bom`` begins CSV with a byte-order mark. ``claimed`` adds what speakers only say to the table of events.
    """

    list_name: str = ""
    bom: bool = False
    claimed: bool = False
