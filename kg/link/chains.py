"""Chains of events: statements of several documents that speak of one event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kg.linking import EventChain, StatementLink, StatementRef

if TYPE_CHECKING:
    from kg.link.statements import Said

_SAME_EVENT: Final = frozenset(["corroborates", "repeats", "denies", "corrects"])


def find_chains(said: Mapping[str, Sequence[Said]], links: Sequence[StatementLink]) -> Iterator[EventChain]:
    """Yield each event of which more than one statement speaks.

    Args:
        said: The statements of each document.
        links: What was found between them.
    """
    above: dict[StatementRef, StatementRef] = {}

    def top(ref: StatementRef) -> StatementRef:
        while ref in above:
            ref = above[ref]
        return ref

    for link in links:
        if link.kind in _SAME_EVENT:
            one, other = sorted([top(link.source), top(link.target)])
            if one != other:
                above[other] = one
    groups: dict[StatementRef, list[StatementRef]] = {}
    for statements in said.values():
        for statement in statements:
            groups.setdefault(top(statement.ref), []).append(statement.ref)
    for first, refs in sorted(groups.items()):
        if len(refs) > 1:
            yield EventChain(name=f"{first.document}/{first.statement}", statements=tuple(sorted(refs)))
