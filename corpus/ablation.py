"""What each rule of attribution brings: ``python -m corpus.ablation GOLD.jsonl...``.

Prints the figures of the ``model`` extractor on gold records (``python -m corpus.records``), and by how many points
they change where the attributions of one rule are left out. A rule pays where they fall without it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kg.config import Settings
from kg.evaluate import Figures, Gold, Prediction, evaluate
from kg.extract.trained import TrainedExtractor
from kg.recordfile import read_records
from kg.records import Record

SHARES: Final = ("nested", "speaker", "laundered", "swallowed", "unclear")
RATES: Final = ("relation", "events")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m corpus.ablation", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("gold", nargs="+", type=Path, help="gold records")
    parser.add_argument("--rules", nargs="*", help="only these; all that made a claim without")
    given = parser.parse_args()
    gold = [record for path in given.gold for record in read_records(path)]
    whole = extracted(gold, frozenset())
    names = given.rules or sorted(made_by(whole))
    figures = {"everything": figures_of(gold, whole)}
    sys.stdout.write(row("", *RATES, *SHARES))
    sys.stdout.write(row("everything", *(f"{value:.1f}" for value in figures["everything"].values())))
    for name in names:
        left = figures_of(gold, extracted(gold, frozenset({name})))
        changes = (f"{left[key] - value:+.1f}" for key, value in figures["everything"].items())
        sys.stdout.write(row(f"without {name} ({made_by(whole)[name]})", *changes))
        sys.stdout.flush()


def extracted(gold: Sequence[Record], without: frozenset[str]) -> list[Record]:
    """Return the records that the extractor makes of the texts without the attributions of some rules."""
    extractor = TrainedExtractor(gate=Settings().gate, without=without)
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
