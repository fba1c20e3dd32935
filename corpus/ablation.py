"""What each rule of attribution brings: ``python -m corpus.ablation GOLD.jsonl...``.

Prints the figures of the ``model`` extractor on gold records (``python -m corpus.records``), and by how many points
they change where the attributions of one rule are left out. A rule pays where they fall without it. Syntax and
networks read each text once for all rules.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kg.config import Settings
from kg.evaluate import Figures, Gold, Prediction, evaluate
from kg.extract.attribution_model import Parse
from kg.extract.event_model import EventReading, Manner
from kg.extract.parsed import Doc
from kg.extract.trained import TrainedExtractor
from kg.recordfile import read_records
from kg.records import Record, Spans

SHARES: Final = ("nested", "speaker", "laundered", "swallowed", "unclear")
RATES: Final = ("relation", "events")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m corpus.ablation", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("gold", nargs="+", type=Path, help="gold records")
    parser.add_argument("--rules", nargs="*", help="only these; all that made a claim without")
    given = parser.parse_args()
    gold = [record for path in given.gold for record in read_records(path)]
    readings = Readings()
    whole = extracted(gold, frozenset(), readings)
    names = given.rules or sorted(made_by(whole))
    figures = {"everything": figures_of(gold, whole)}
    sys.stdout.write(row("", *RATES, *SHARES))
    sys.stdout.write(row("everything", *(f"{value:.1f}" for value in figures["everything"].values())))
    for name in names:
        left = figures_of(gold, extracted(gold, frozenset({name}), readings))
        changes = (f"{left[key] - value:+.1f}" for key, value in figures["everything"].items())
        sys.stdout.write(row(f"without {name} ({made_by(whole)[name]})", *changes))
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Readings:
    """What no rule changes, by text: syntax, attributions and events of the networks, manners of claims."""

    syntax: dict[str, Doc] = field(default_factory=dict)
    attributed: dict[str, Parse] = field(default_factory=dict)
    named: dict[str, EventReading] = field(default_factory=dict)
    manners: dict[tuple[str, Spans, Spans], Manner | None] = field(default_factory=dict)


class OnceReading(TrainedExtractor):
    """The ``model`` extractor, which keeps what it reads in ``readings`` and takes from there what was read before."""

    def __init__(self, readings: Readings, without: frozenset[str]) -> None:
        super().__init__(gate=Settings().gate, without=without)
        self._readings = readings

    def syntax(self, text: str) -> Doc:
        """Return the syntax, read once."""
        if text not in self._readings.syntax:
            self._readings.syntax[text] = super().syntax(text)
        return self._readings.syntax[text]

    def attributed(self, text: str) -> Parse:
        """Return what the attribution network says, read once."""
        if text not in self._readings.attributed:
            self._readings.attributed[text] = super().attributed(text)
        return self._readings.attributed[text]

    def named(self, text: str, claims: Sequence[tuple[Spans, Spans]]) -> EventReading:
        """Return what the event network says, each claim read once.

        Args:
            text: The text.
            claims: Cue and content of each claim whose manner is wanted.
        """
        manners = self._readings.manners
        new = [claim for claim in claims if (text, *claim) not in manners]
        if new or text not in self._readings.named:
            read = self._readings.named[text] = super().named(text, new)
            manners.update({(text, *claim): manner for claim, manner in zip(new, read.manners, strict=True)})
        return replace(self._readings.named[text], manners=tuple(manners[text, *claim] for claim in claims))


def extracted(gold: Sequence[Record], without: frozenset[str], readings: Readings) -> list[Record]:
    """Return the records that the extractor makes of the texts without the attributions of some rules.

    Args:
        gold: The records with the texts.
        without: Names of the rules that are left out.
        readings: What was read of the texts before; new readings are added.
    """
    extractor = OnceReading(readings, without)
    return [extractor.extract(record.document) for record in gold]


def made_by(records: Iterable[Record]) -> Counter[str]:
    """Return how many claims each rule made."""
    return Counter(claim.rule for record in records for claim in record.claims)


def figures_of(gold: Sequence[Record], predicted: Sequence[Record]) -> Mapping[str, float]:
    """Return the figures that are printed, per cent."""
    answers = {record.document.id: Prediction.of(record) for record in predicted}
    found: Figures = evaluate([Gold.of(record) for record in gold], answers)
    total = found.total()
    rates = {name: 100 * total[name].f1 for name in RATES}
    return {**rates, **{name: 100 * total[name].recall for name in SHARES}}


def row(first: str, *cells: str) -> str:
    """Return one line of the table."""
    return f"{first:34}" + "".join(f"{cell:>11}" for cell in cells) + "\n"


if __name__ == "__main__":
    main()
