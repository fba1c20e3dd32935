"""``kg evaluate``: how good an extractor is, against gold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options, outputs, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.config import Settings
    from kg.evaluate import Answer, Gold


@click.command
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="GOLD...")
@options.extractor
@options.workers
@click.option(
    "--predicted", type=click.Path(path_type=Path), metavar="FILE", help="Score these records; extract nothing."
)
@click.option("--compartment", default="dev", show_default=True, help="Which part of a PolNeAR folder.")
@options.output
@options.force
def command(
    gold: tuple[Path, ...],
    extractor: str | None,
    workers: int | None,
    predicted: Path | None,
    compartment: str,
    output: Path | None,
    force: bool,
) -> None:
    """Print an extractor's figures on gold, with 95 % bootstrap intervals over documents.

    GOLD is a folder of the PolNeAR corpus (with data/dev in it), or records annotated in full (JSON Lines;
    `python -m tests.gold.load` writes the project's own). Laundered and swallowed are always given together.
    """
    from kg import config
    from kg.evaluate import evaluate, report, sources

    outputs.demand_free([output], [*gold, predicted], force=force)
    settings, _ = config.load(flags={"extractor": extractor, "workers": workers})
    texts = [text for path in gold for text in sources.read_gold(path, compartment)]
    answers = sources.read_answers([predicted]) if predicted else _answers(texts, settings)
    with outputs.opened(output) as out:
        out.write(report.table(evaluate(texts, answers)).encode())


def _answers(texts: list[Gold], settings: Settings) -> Mapping[str, Answer]:
    from kg.errors import InputError
    from kg.evaluate import Answer
    from kg.records import Document

    documents = [t.record.document if t.record else Document(id=t.id, text=t.text) for t in texts]
    answers = {}
    with progress.bar("reading") as step, progress.reading(settings) as reading:
        for record in reading.read(documents):
            if isinstance(record, InputError):
                raise record
            answers[record.document.id] = Answer.of(record)
            step(Path(record.document.id))
    return answers
