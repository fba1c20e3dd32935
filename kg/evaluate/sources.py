"""Gold and answers from files: records files of ``kg extract``, PolNeAR folders, coded sentences."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.evaluate import plover, polnear
from kg.evaluate.gold_and_prediction import Gold, Prediction
from kg.recordfile import read_records


def read_gold(path: Path, compartment: str = "dev") -> list[Gold]:
    """Read gold from a full records file, a compartment of a PolNeAR folder, or coded sentences.

    Args:
        path: The file or folder.
        compartment: Of a PolNeAR folder: ``train``, ``dev`` or ``test``.

    Raises:
        InputError: The folder has no articles.
        RecordError: A record violates the contract.
    """
    if path.is_dir():
        return polnear.read(path, compartment)
    if plover.is_coded(path):
        return list(plover.read(path))
    return [Gold.of(record) for record in read_records(path)]


def read_answers(paths: Iterable[Path]) -> dict[str, Prediction]:
    """Read answers by document id from records files; of two records of a document the later counts."""
    return {record.document.id: Prediction.of(record) for path in paths for record in read_records(path)}
