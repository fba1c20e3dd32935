"""``kg build``: articles or records into a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import correcting, credentials, inputs, options, progress, talk, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.errors import KgError
    from kg.store import ReplacedVersions


@click.command
@options.articles
@options.store
@options.token_file
@options.base
@options.extractor
@options.any_language
@options.workers
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Apply this file or folder of corrections.  [default: corrections.jsonl beside the articles]",
)
@click.option("--keep-versions", is_flag=True, help="Save replaced versions, to compare them at ?v=HASH.")
@click.option("--link", "linked", is_flag=True, help="Link the statements of all articles afterwards, as kg link does.")
def command(
    paths: tuple[inputs.Given, ...],
    format_name: str | None,
    columns: str | None,
    keep: Path | None,
    allow_private: bool,
    store: str | None,
    token_file: str | None,
    base: str | None,
    extractor: str | None,
    any_language: bool | None,
    workers: int | None,
    corrections: Path | None,
    keep_versions: bool,
    linked: bool,
) -> None:
    """Put articles, or records from `kg extract`, into a store. A missing store is created.

    All documents go in in one transaction. A known document is replaced; an earlier version of it is superseded.
    Building the same documents twice changes nothing.

    A file or document that cannot be read is reported on stderr and left out, and the exit code is 3. A document that
    violates the shapes is left out too, with exit code 1. Of several versions of an article the newest goes in. An
    article killed by its agency is withdrawn, in a transaction of its own at the end.

    Corrections are applied after extraction: the given ones, and those of the store. Corrections that fit no statement
    are reported.
    """
    from kg import config, pipeline
    from kg.bases import NOTE, base_for_building, held_base
    from kg.cli import rejected_records
    from kg.errors import ViolationError
    from kg.iri import EXAMPLE_BASE
    from kg.store import open_store
    from kg.validate import report_cache
    from kg.validate.report import in_order

    flags = {"store": store, "base": base, "extractor": extractor, "any_language": any_language, "workers": workers}
    settings, _ = config.load(flags=flags)
    refused: list[KgError] = []
    given = inputs.of(paths, format_name, columns, refused=refused, keep=keep, allow_private=allow_private)
    with (
        open_store(settings.store, create=True, token=credentials.token_of(settings, token_file)) as opened,
        progress.bar("building") as step,
        progress.reading(settings) as reading,
    ):
        keeping = _keeping(settings.store) if keep_versions else None
        bundled = not settings.base and pipeline.is_bundled_seed(given)
        named = base_for_building(opened, settings.base, bundled=bundled)
        if not settings.base and named == EXAMPLE_BASE and held_base(opened) is None:
            talk.say(f"kg: note: {NOTE}")
        decided = correcting.of(paths, corrections, settings.store)
        report = pipeline.build(
            given,
            opened,
            reading=reading,
            base=named,
            progress=step,
            keeping=keeping,
            corrections=decided,
            kept=correcting.kept_records(settings.store),
        )
        unread = rejected_records.findings(error for error in report.refused if not isinstance(error, ViolationError))
        findings = in_order([*report.findings.findings, *unread])
        found = replace(report.findings, findings=findings, made=datetime.now(UTC))
        _forget(settings.store, report.taken_back)
        write.keep(settings.store, report_cache.CachedReport(report=found, revision=opened.revision, maker="build"))
        links = pipeline.link_store(opened, named).links if linked else 0
    unchanged = "" if report.changed else "; nothing has changed"
    found_links = f"; {_count(links, 'link')}" if linked else ""
    taken_back = f"; {_count(report.withdrawn, 'version')} withdrawn" if report.withdrawn else ""
    talk.say(
        f"{settings.store}: {_count(report.documents, 'document')}: {_count(report.facts, 'fact')}, "
        f"{_count(report.claims, 'claim')} and {report.nested:,} inside of claims, {_count(report.quads, 'quad')}"
        f"{taken_back}{found_links}{unchanged}"
    )
    correcting.tell(report.corrected, report.orphans)
    progress.refuse([*refused, *report.refused, *inputs.unread(paths)])


def _forget(place: str, withdrawn: Sequence[str]) -> None:
    """Delete the saved data of withdrawn versions."""
    from kg.store import ReplacedVersions

    if "://" not in place:
        for version in withdrawn:
            ReplacedVersions(Path(place)).forget(version)
            correcting.forget(place, version)


def _count(number: int, what: str) -> str:
    """Return ``1 document`` or ``2 documents``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _keeping(place: str) -> ReplacedVersions:
    """Return the folder of replaced versions.

    Raises:
        UsageError: The store is another server's.
    """
    from kg.errors import UsageError
    from kg.store import ReplacedVersions

    if "://" in place:
        raise UsageError("--keep-versions: replaced versions are kept beside a store in a folder, not on a server")
    return ReplacedVersions(Path(place))
