"""Which text of an article holds where several stand among the files: corrections replace, kills withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kg.errors import InputError, MissingExtra
from kg.readers import formats
from kg.readers.article import Article, Item, Withdrawal
from kg.readers.source import Source

WITH_VERSIONS: Final = frozenset({"newsml-g2", "newsml-1", "nitf", "ninjs", "iptc7901"})
"""Formats whose items can replace or withdraw others. Their files are read twice."""
_Rank = tuple[int, str]


class InForce:
    """The newest version of each item among files, and the items that were withdrawn."""

    def __init__(self) -> None:
        self._newest: dict[str, _Rank] = {}
        self._killed: dict[str, _Rank] = {}

    @classmethod
    def of(cls, sources: Iterable[Source]) -> InForce:
        """Return the current state among files.

        Unusable files are ignored, because reading them reports the fault.
        """
        found = cls()
        for source in sources:
            if source.ready is not None:
                continue
            try:
                kind = formats.format_of(source)
                if kind.name in WITH_VERSIONS:
                    for item in kind.read(source):
                        found.add(item)
            except (InputError, MissingExtra):
                continue
        return found

    def add(self, item: Item) -> None:
        """Take note of an item."""
        if isinstance(item, InputError):
            return
        name = item.id if isinstance(item, Withdrawal) else item.document.id
        ranks = self._killed if isinstance(item, Withdrawal) else self._newest
        ranks[name] = max(ranks.get(name, (0, "")), _rank(item))

    def holds(self, item: Item) -> bool:
        """Return True for an item that no other replaces or withdraws."""
        if isinstance(item, InputError):
            return True
        rank = _rank(item)
        if isinstance(item, Withdrawal):
            return self._newest.get(item.id, (0, ""))[0] <= rank[0]
        name = item.document.id
        killed = self._killed.get(name)
        return rank >= self._newest.get(name, (0, "")) and (killed is None or rank[0] > killed[0])


def _rank(item: Article | Withdrawal) -> _Rank:
    digits = "".join(c for c in item.version or "" if c.isascii() and c.isdigit())[:18]
    published = item.at if isinstance(item, Withdrawal) else item.document.published
    return int(digits or 0), published or ""
