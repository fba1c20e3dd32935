"""``kg evaluate``: scores of an extractor against gold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options, outputs, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.config import Settings
    from kg.evaluate import Gold, Prediction
    from kg.records import Document, Record


@click.command
@click.argument("gold", nargs=-1, type=click.Path(path_type=Path), metavar="GOLD...")
@options.extractor
@options.workers
@click.option(
    "--predicted", type=click.Path(path_type=Path), metavar="FILE", help="Score these records instead of extracting."
)
@click.option("--compartment", default="dev", show_default=True, help="Part of a PolNeAR or ECB+ folder.")
@click.option(
    "--clusters",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Score the links between articles on these clusters.",
)
@click.option(
    "--ecbplus",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Score the events of several articles on this folder of ECB+, with gold mentions.",
)
@options.output
@options.force
def command(
    gold: tuple[Path, ...],
    extractor: str | None,
    workers: int | None,
    predicted: Path | None,
    compartment: str,
    clusters: Path | None,
    ecbplus: Path | None,
    output: Path | None,
    force: bool,
) -> None:
    """Print an extractor's figures on gold, with 95 % bootstrap intervals over documents.

    GOLD is a folder of the PolNeAR corpus (with data/dev in it), or fully annotated records (JSON Lines; `python -m
    tests.gold.load` writes the project's own). Laundered and swallowed are always given together.

    With --clusters, the figures are those of `kg link` on articles about the same events.
    """
    from kg import config
    from kg.evaluate import evaluate, report, sources

    if sum(map(bool, (gold, clusters, ecbplus))) != 1:
        raise click.UsageError("give one of GOLD, --clusters FOLDER and --ecbplus FOLDER")
    outputs.demand_free([output], [*gold, predicted, clusters, ecbplus], force=force)
    if ecbplus is not None:
        found = _events(ecbplus, compartment)
        with outputs.opened(output) as out:
            out.write(found.encode())
        return
    settings, _ = config.load(flags={"extractor": extractor, "workers": workers})
    if clusters is not None:
        found = _links(clusters, predicted, settings)
        with outputs.opened(output) as out:
            out.write(found.encode())
        return
    texts = [text for path in gold for text in sources.read_gold(path, compartment)]
    answers = sources.read_answers([predicted]) if predicted else _answers(texts, settings)
    with outputs.opened(output) as out:
        out.write(report.table(evaluate(texts, answers)).encode())


def _events(folder: Path, part: str) -> str:
    """Return the figures of events that several articles tell, with gold mentions."""
    from kg.evaluate import ecbplus
    from kg.link.mentions import event_keys

    gold = ecbplus.read(folder, part)
    return ecbplus.table(ecbplus.score(gold, event_keys(gold.texts, gold.mentions)))


def _links(folder: Path, predicted: Path | None, settings: Settings) -> str:
    """Return the figures of the links between the articles of clusters.

    Args:
        folder: The folder of the clusters.
        predicted: Records of their articles; without it they are extracted.
        settings: The settings, with the extractor.
    """
    from kg import link, recordfile
    from kg.evaluate import links
    from kg.evaluate.gold_clusters import read_clusters

    clusters = read_clusters(folder)
    documents = [article.document for cluster in clusters for article in cluster.articles.values()]
    records = list(recordfile.read_records(predicted)) if predicted else _records(documents, settings)
    return links.table(links.score(clusters, link.link(records), records))


def _answers(texts: list[Gold], settings: Settings) -> Mapping[str, Prediction]:
    from kg.evaluate import Prediction
    from kg.records import Document

    documents = [t.record.document if t.record else Document(id=t.id, text=t.text) for t in texts]
    return {record.document.id: Prediction.of(record) for record in _records(documents, settings)}


def _records(documents: list[Document], settings: Settings) -> list[Record]:
    from kg.errors import InputError

    found = []
    with progress.bar("reading") as step, progress.reading(settings) as reading:
        for record in reading.read(documents):
            if isinstance(record, InputError):
                raise record
            found.append(record)
            step(Path(record.document.id))
    return found
