"""The options of an export."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options: ``list_name`` is one of :data:`kg.export.lists.NAMES`, or empty for all lists.

    ``bom`` starts CSV with a byte-order mark. ``claimed`` adds claimed events to the table of events.
    """

    list_name: str = ""
    bom: bool = False
    claimed: bool = False
