"""Two numbers that belong together: attributed text that is asserted, and own voice that is lost.

Sentences of at least four words count. Attributed: at least half of the words are in gold content. Own voice: no word
is. Other sentences do not count. Gold is the first annotator's.

- laundered: of the attributed, those with at least half of their words asserted as fact
- swallowed: of the own-voice ones, those with at least half in claim content
- unclear, uncovered: of both, those with at least half in an unclear passage; with less than half covered at all
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.evaluate.attributions import HALF, WORD
from kg.evaluate.counts import Counts
from kg.evaluate.gold_and_prediction import Prediction, ScoredAttribution, code_points

MEASURES = ("laundered", "swallowed", "unclear", "uncovered")
_SENTENCE = re.compile(r'[^.!?\n]+[.!?\n]*["”’]*')
_FEWEST_WORDS = 4


def barrier_counts(text: str, gold: Sequence[ScoredAttribution], answer: Prediction) -> dict[str, Counts]:
    """Count the four shares of one text.

    Args:
        text: The text.
        gold: The attributions of one annotator.
        answer: What the extractor reads.
    """
    attributed = _content(gold)
    claimed = _content(answer.attributions)
    around = code_points([span for a in answer.attributions for span in (*a.source, *a.cue)])
    unclear = code_points(answer.unclear)
    everywhere = frozenset(range(len(text)))
    context = code_points(answer.context)
    asserted = everywhere - claimed - unclear - context if answer.facts is None else code_points(answer.facts)
    covered = asserted | claimed | around | unclear | context
    counts = dict.fromkeys(MEASURES, Counts())
    for words in _sentences(text):
        of_gold = _share(words, attributed)
        if 0 < of_gold < HALF:
            continue
        if of_gold:
            counts["laundered"] += Counts(_share(words, asserted - claimed) >= HALF, 0, 1)
        else:
            counts["swallowed"] += Counts(_share(words, claimed) >= HALF, 0, 1)
        counts["unclear"] += Counts(_share(words, unclear) >= HALF, 0, 1)
        counts["uncovered"] += Counts(_share(words, covered) < HALF, 0, 1)
    return counts


def _content(attributions: Sequence[ScoredAttribution]) -> frozenset[int]:
    return code_points([span for attribution in attributions for span in attribution.content])


def _sentences(text: str) -> Iterator[list[int]]:
    """Yield the starts of the words of each sentence."""
    for sentence in _SENTENCE.finditer(text):
        words = [sentence.start() + word.start() for word in WORD.finditer(sentence.group())]
        if len(words) >= _FEWEST_WORDS:
            yield words


def _share(words: Sequence[int], points: frozenset[int]) -> float:
    return sum(word in points for word in words) / len(words)
