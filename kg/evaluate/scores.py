"""From gold and answers to figures: counts for each document, their sums, and bootstrap intervals."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.errors import InputError
from kg.evaluate.attributions import Read, attribution_counts
from kg.evaluate.counts import Counts, summed
from kg.evaluate.fact_claim_leakage import barrier_counts
from kg.evaluate.gold_and_prediction import Gold, Prediction
from kg.evaluate.plover import MACRO, coded_counts, macro_f1
from kg.evaluate.statements import FalseEvent, false_events, statement_counts
from kg.records import Record, Run

RESAMPLES = 1000
SEED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of each measure by document id. ``missing`` documents were not answered and count as empty."""

    documents: Mapping[str, Mapping[str, Counts]]
    phenomena: Mapping[str, frozenset[str]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    false_events: tuple[FalseEvent, ...] = ()

    def total(self, phenomenon: str | None = None) -> dict[str, Counts]:
        """Return the counts over all documents, or over those that test ``phenomenon``."""
        return summed(
            counts
            for document, counts in self.documents.items()
            if phenomenon is None or phenomenon in self.phenomena.get(document, ())
        )

    def intervals(self, resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, dict[str, tuple[float, float]]]:
        """Return the 95 % interval, 0 to 1, of precision, recall and f1 of each measure.

        Documents are drawn with replacement; the same seed gives the same interval.

        Args:
            resamples: The number of samples.
            seed: The seed of the random draw.
        """
        draw = random.Random(seed)
        each = list(self.documents.values())
        drawn: dict[str, dict[str, list[float]]] = {}
        for _ in range(resamples):
            total = summed(draw.choices(each, k=len(each)))
            for measure, counts in total.items():
                rates = drawn.setdefault(measure, {"precision": [], "recall": [], "f1": []})
                for rate, values in rates.items():
                    values.append(getattr(counts, rate))
            macro = macro_f1(total)
            if macro is not None:
                drawn.setdefault(MACRO, {"f1": []})["f1"].append(macro)
        return {measure: {rate: _middle(values) for rate, values in rates.items()} for measure, rates in drawn.items()}


def _middle(values: list[float]) -> tuple[float, float]:
    """Return the bounds with 2.5 % of ``values`` outside on either side."""
    ordered = sorted(values)
    cut = int(0.025 * len(ordered))
    return ordered[cut], ordered[-1 - cut]


def evaluate(gold: Iterable[Gold], predicted: Mapping[str, Prediction]) -> Figures:
    """Return the figures of the predictions, by document id, on ``gold``.

    Counts against several annotators of a text are averaged, so that every text has the same weight.

    Args:
        gold: The gold texts with their annotators.
        predicted: The predictions by document id.

    Raises:
        InputError: The gold is empty, or an answer is about another text than the gold.
    """
    documents: dict[str, dict[str, Counts]] = {}
    phenomena: dict[str, frozenset[str]] = {}
    missing: list[str] = []
    false: list[FalseEvent] = []
    for one in gold:
        if one.id in documents:
            raise InputError(f"gold: two documents with the id {one.id!r}; ids must differ to find their answers")
        answer = predicted.get(one.id)
        if answer is None:
            missing.append(one.id)
            answer = Prediction()
        _demand_same_text(one, answer)
        documents[one.id] = _document_counts(one, answer)
        phenomena[one.id] = one.phenomena
        if one.record is not None and answer.record is not None:
            false += false_events(answer.record, one.record)
    if not documents:
        raise InputError("gold: no documents; give gold records or a PolNeAR folder that holds some")
    return Figures(documents=documents, phenomena=phenomena, missing=tuple(missing), false_events=tuple(false))


def _demand_same_text(gold: Gold, answer: Prediction) -> None:
    if answer.record is not None and answer.record.document.text != gold.text:
        raise InputError(
            f"{gold.id}: the text of the record is not the gold's text, so its offsets mean something else; "
            "extract from the same file"
        )


def _document_counts(gold: Gold, answer: Prediction) -> dict[str, Counts]:
    if gold.coded is not None:
        return coded_counts(answer.record, gold.coded)
    ours = Read(gold.text, answer.attributions)
    each = [attribution_counts(gold.text, ours, Read(gold.text, theirs)) for theirs in gold.annotations]
    counts = {measure: c.over(len(each)) for measure, c in summed(each).items()}
    if gold.annotations:
        counts |= barrier_counts(gold.text, gold.annotations[0], answer)
    if gold.record is not None:
        silent = Record(document=gold.record.document, run=Run(extractor="none", version="0"))
        counts |= statement_counts(answer.record or silent, gold.record)
    return counts
