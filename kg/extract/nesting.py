"""Nesting of attributions: one speaker reports the words of another."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extract.attribution import Attribution


def parents(attributions: Sequence[Attribution]) -> list[int | None]:
    """For each attribution the number of the one inside whose content it stands, None at the top.

    The parent is the smallest other attribution whose content holds all content and the cue of the child. Two with the
    same content are not each other's parents. Linear in the text, but for the depth of nesting.
    """
    extents = [a.extent for a in attributions]
    sizes = [sum(span.end - span.start for span in a.content) for a in attributions]
    starts = sorted(range(len(attributions)), key=lambda i: (extents[i].start, -sizes[i], i))
    out: list[int | None] = [None] * len(attributions)
    open_: list[int] = []
    for i in starts:
        start = min(span.start for span in (*attributions[i].content, *attributions[i].cue))
        open_ = [j for j in open_ if extents[j].end > extents[i].start]
        larger = sorted((sizes[j], j) for j in open_ if sizes[j] > sizes[i] and extents[j].start <= start)
        out[i] = next((j for _, j in larger if _holds(attributions[j], attributions[i])), None)
        open_.append(i)
    return out


def _holds(outer: Attribution, inner: Attribution) -> bool:
    return all(any(span in whole for whole in outer.content) for span in (*inner.content, *inner.cue))
