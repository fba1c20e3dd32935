"""Attributions against gold: tokens, spans and relations, the measures that work on PolNeAR is reported in.

- token: the words of the text; a word has a role if its first code point lies in any span of that role.
- span: what one attribution has as source, cue or content, as the set of code points of its words, so that edges of
  white space and punctuation do not matter. ``exact``: the sets are equal. ``iou50``: intersection over union is at
  least a half. One to one, the best pairs first, of equal pairs the first in the text.
- relation: contents match at ``iou50`` and sources share a word, or both have none. ``strict``: sources match at a half
  too and cues share a word, or both have none. ``exact``: all three are equal.
- outermost: ``relation`` and ``relation.exact`` of the attributions that are in no other one's content, on both
  sides. PolNeAR's annotators marked no attribution inside of another, so there only these compare like with like.
- recall by quote form: how many gold contents of each form are matched at ``iou50``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import ScoredAttribution, code_points
from kg.records import Spans

Role = Literal["source", "cue", "content"]
Points = frozenset[int]
ROLES: tuple[Role, ...] = ("source", "cue", "content")
HALF = 0.5
WORD = re.compile(r"\w+")
_MARK = re.compile(r'["“”]')
_QUOTED = re.compile(r'[“"]([^“”"]*)[”"]')
_DIRECT_SHARE = 0.85


class Read:
    """Attributions of one text as sets of the code points of their words, by role and in order."""

    def __init__(self, text: str, attributions: Sequence[ScoredAttribution]) -> None:
        words = frozenset(offset for word in WORD.finditer(text) for offset in range(*word.span()))
        self._text, self.attributions = text, attributions
        self.source, self.cue, self.content = (
            [_of_words(getattr(attribution, role), words) for attribution in attributions] for role in ROLES
        )

    def role(self, role: Role) -> list[Points]:
        """Return the sets of one role."""
        found: list[Points] = getattr(self, role)
        return found

    def outermost(self) -> Read:
        """Return the attributions whose cue and content are not all in the content of another one."""
        whole = [cue | content for cue, content in zip(self.cue, self.content, strict=True)]
        return Read(
            self._text,
            [
                a
                for a, own in zip(self.attributions, whole, strict=True)
                if not any(own < other for other in self.content)
            ],
        )


def _of_words(spans: Spans, words: Points) -> Points:
    """Return the words of spans; a colon as cue has no word and is kept itself."""
    points = code_points(spans)
    return points & words or points


def attribution_counts(text: str, predicted: Read, gold: Read) -> dict[str, Counts]:
    """Count every measure above for one text and one annotator.

    Args:
        text: The text.
        predicted: The attributions of the extractor.
        gold: Those of one annotator.
    """
    counts = {f"token.{role}": _tokens(text, predicted, gold, role) for role in ROLES}
    for role in ROLES:
        ours, theirs = predicted.role(role), gold.role(role)
        sizes = float(sum(map(bool, ours))), float(sum(map(bool, theirs)))
        counts[f"exact.{role}"] = Counts(len(pairs(ours, theirs, 1.0)), *sizes)
        counts[f"iou50.{role}"] = Counts(len(pairs(ours, theirs, HALF)), *sizes)
    outer = _relations(predicted.outermost(), gold.outermost())
    counts |= _relations(predicted, gold)
    counts |= {f"outermost.{measure.rpartition('.')[2]}": outer[measure] for measure in ("relation", "relation.exact")}
    matched = pairs(predicted.content, gold.content, HALF)
    return counts | _recall_by_form(text, gold, {j for _, j in matched})


def _relations(predicted: Read, gold: Read) -> dict[str, Counts]:
    matched = pairs(predicted.content, gold.content, HALF)
    sizes = float(sum(map(bool, predicted.content))), float(sum(map(bool, gold.content)))
    tests: dict[str, Callable[[int, int], bool]] = {
        "relation": lambda i, j: share_source(predicted, gold, i, j),
        "relation.strict": lambda i, j: _strict(predicted, gold, i, j),
        "relation.exact": lambda i, j: all(predicted.role(r)[i] == gold.role(r)[j] for r in ROLES),
    }
    return {measure: Counts(sum(test(i, j) for i, j in matched), *sizes) for measure, test in tests.items()}


def _tokens(text: str, predicted: Read, gold: Read, role: Role) -> Counts:
    starts = frozenset(word.start() for word in WORD.finditer(text))
    ours, theirs = (
        frozenset().union(*(code_points(getattr(attribution, role)) for attribution in read.attributions)) & starts
        for read in (predicted, gold)
    )
    return Counts(len(ours & theirs), len(ours), len(theirs))


def pairs(
    predicted: Sequence[Points],
    gold: Sequence[Points],
    least: float,
    prefer: Callable[[int, int], bool] = lambda _i, _j: False,
) -> list[tuple[int, int]]:
    """Pair predicted with gold indices one to one, the highest intersection over union first.

    Of equal pairs, the preferred ones are first, then the first in the text.

    Args:
        predicted: The code points of each predicted span.
        gold: The code points of each gold span.
        least: The least intersection over union of a pair, 0 to 1.
        prefer: Returns True for a preferred pair of indices.
    """
    candidates = []
    for i, ours in enumerate(predicted):
        for j, theirs in enumerate(gold):
            overlap = overlap_share(ours, theirs)
            if overlap and overlap >= least:
                candidates.append((-overlap, not prefer(i, j), i, j))
    taken_predicted: set[int] = set()
    taken_gold: set[int] = set()
    matched = []
    for _, _, i, j in sorted(candidates):
        if i not in taken_predicted and j not in taken_gold:
            taken_predicted.add(i)
            taken_gold.add(j)
            matched.append((i, j))
    return matched


def overlap_share(one: Points, other: Points) -> float:
    """Return intersection over union, 0 to 1.

    Args:
        one: The code points of a span.
        other: Those of another.
    """
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def share_source(predicted: Read, gold: Read, i: int, j: int) -> bool:
    """Return True if the sources share a word, or both are empty.

    Args:
        predicted: The answer.
        gold: The gold.
        i: The index of a predicted attribution.
        j: The index of a gold one.
    """
    return _share(predicted.source[i], gold.source[j])


def _share(one: Points, other: Points) -> bool:
    return bool(one & other) or not (one or other)


def _strict(predicted: Read, gold: Read, i: int, j: int) -> bool:
    ours, theirs = predicted.source[i], gold.source[j]
    same_source = overlap_share(ours, theirs) >= HALF or not (ours or theirs)
    return same_source and _share(predicted.cue[i], gold.cue[j])


def _recall_by_form(text: str, gold: Read, matched: set[int]) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for j, attribution in enumerate(gold.attributions):
        if attribution.content:
            measure = f"recall.{form_by_marks(text, attribution.content)}"
            counts[measure] = counts.get(measure, Counts()) + Counts(j in matched, 0, 1)
    return counts


def form_by_marks(text: str, content: Spans) -> str:
    """Return the quote form by the quotation marks: ``direct``, ``mixed`` or ``indirect``.

    Content is ``direct`` if at least 85 % of it is between double marks, and ``mixed`` if some of it is. The marks may
    be just outside of a piece, because annotators treat them unevenly.

    Args:
        text: The text.
        content: The spans of the content.
    """
    wide = "".join(text[max(0, span.start - 1) : span.end + 1] for span in content)
    if not _MARK.search(wide):
        return "indirect"
    bare = " ".join(span.of(text) for span in content).strip(' “”",.')
    quoted = sum(len(words) for words in _QUOTED.findall(wide))
    return "direct" if quoted >= _DIRECT_SHARE * len(bare) else "mixed"
