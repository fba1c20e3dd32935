"""``kg corrections``: listing, applying, exporting and importing corrections by people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import correcting, options, outputs, talk
from kg.workflow import printable

if TYPE_CHECKING:
    from kg.corrections.kept import KeptRecords
    from kg.corrections.reapply import CorrectedRecord
    from kg.corrections.values import Correction
    from kg.records import Record

_files = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE..."
)


@click.group
def command() -> None:
    """List, export and import the corrections of a store, or apply corrections to records."""


@command.command("list")
@options.store
def _list(store: str | None) -> None:
    """List the corrections of a store: the applied ones, and those that fit no statement, with the reason."""
    from kg.corrections import reapply

    kept = _kept(store)
    decided = _of_log(kept)
    outcomes = [reapply.apply(record, decided) for record in kept.all()]
    orphans = {orphan.correction.id: orphan.reason for orphan in reapply.orphans(decided, outcomes)}
    force = {one.id for one in reapply.in_force(decided)}
    for one in decided:
        state = "taken back" if one.id not in force and one.kind != "undo" else orphans.get(one.id, "applied")
        click.echo(f"{one.at}\t{correcting.line_of(one)}\t{state}")


@command.command("export")
@options.store
@options.output
@options.force
@click.option(
    "--gold", is_flag=True, help="Write records instead, with the confirmed and added statements of reviewed articles."
)
@click.option("--complete", is_flag=True, help="With --gold: only articles whose statements were all reviewed.")
def _export(store: str | None, output: Path | None, force: bool, gold: bool, complete: bool) -> None:
    """Write the corrections of a store to a file for the articles, or (--gold) training and test data."""
    from kg import recordfile
    from kg.corrections import lines, reapply

    kept = _kept(store)
    decided = _of_log(kept)
    if gold:
        made = [outcome for record in kept.all() if (outcome := reapply.apply(record, decided)).applied]
        chosen = [outcome for outcome in made if not complete or _is_complete(outcome.record)]
        data = [recordfile.dumps(_reviewed(outcome)) for outcome in chosen]
        talk.say(f"{len(data):,} articles, of which {sum(_is_complete(o.record) for o in chosen):,} are complete")
    else:
        data = [lines.dumps(one) for one in decided]
    outputs.demand_free([output], force=force)
    with outputs.opened(output) as out:
        out.write("".join(f"{line}\n" for line in data).encode())


@command.command("import")
@_files
@options.store
def _import(paths: tuple[Path, ...], store: str | None) -> None:
    """Add the corrections in files to a store. The next kg build applies them; duplicates are skipped."""
    from kg.corrections import lines, log

    kept = _kept(store)
    new = log.append(kept.log, [one for path in paths for one in lines.read(path)])
    talk.say(f"{kept.log}: {len(new):,} corrections are new")


@command.command("apply")
@_files
@click.option(
    "--corrections",
    "given",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    metavar="PATH",
    help="The file or folder of corrections.",
)
@options.output
@options.force
def _apply(paths: tuple[Path, ...], given: Path, output: Path | None, force: bool) -> None:
    """Apply corrections to files of records, and write the corrected records."""
    from kg import recordfile
    from kg.corrections import lines, reapply

    decided = lines.read(given)
    outputs.demand_free([output], force=force)
    outcomes = [reapply.apply(record, decided) for path in paths for record in recordfile.read_records(path)]
    with outputs.opened(output) as out:
        for outcome in outcomes:
            out.write(f"{recordfile.dumps(outcome.record)}\n".encode())
    applied = {one.correction.id for outcome in outcomes for one in outcome.applied}
    correcting.tell(len(applied), reapply.orphans(decided, outcomes))


@command.command("accept")
@click.argument("rule", required=False)
@options.store
@click.option("--by", metavar="NAME", help="Who accepts: the name stands beside each statement.")
@click.option("--at-least", type=click.FloatRange(0, 1), default=0.0, help="Leave out what is less certain.")
@click.option("--sample", "number", type=click.IntRange(1, 200), default=10, help="How many are shown.  [default: 10]")
@click.option("--yes", is_flag=True, help="Accept without being asked.")
def _accept(rule: str | None, store: str | None, by: str | None, at_least: float, number: int, yes: bool) -> None:
    """Accept all statements of a RULE after a look at a random sample. Without RULE, list rules.

    Needs the store for itself: a server that has it open offers the same at /review/rules.
    """
    from kg.errors import UsageError
    from kg.pages.bulk_review import sample

    kept = _kept(store)
    with correcting.reviewing(kept, store) as (bulk, queue):
        if rule is None:
            for one in queue.rules(kept.digits()):
                click.echo(f"{one.name}\t{one.count}\tleast {one.least}, middle {one.middle}")
            return
        waiting = bulk.waiting(rule, at_least)
        chosen = sample(waiting, number)
        for shown in queue.shown(chosen):
            who = f"{shown.speaker}: " if shown.speaker else ""
            click.echo(
                printable(f"{shown.side}\t{shown.waiting.confidence}\t{who}{shown.quote}\t{shown.waiting.statement}")
            )
        if not waiting:
            talk.say(f"rule {rule}: no statement waits")
            return
        if not by:
            raise UsageError("--by NAME: say who accepts; the name stands beside each statement")
        if not yes and not click.confirm(f"Accept all {len(waiting):,} of rule {rule}?", err=True):
            talk.say("nothing is accepted")
            return
        done = 0
        while new := bulk.accept(rule, by, at_least=at_least, looked_at=len(chosen)):
            done += new
        talk.say(f"rule {rule}: {done:,} statements are accepted")


def _kept(store: str | None) -> KeptRecords:
    """Return the saved records of the store.

    Raises:
        UsageError: The store is another server's.
        StoreError: There is no such store.
    """
    from kg import config
    from kg.errors import StoreError, UsageError

    settings, _ = config.load(flags={"store": store})
    kept = correcting.kept_records(settings.store)
    if kept is None:
        raise UsageError(f"{settings.store}: corrections are kept beside a store in a folder, not on a server")
    if not Path(settings.store).is_dir():
        raise StoreError(f"{settings.store}: no such store; make one with: kg build PATH... --store {settings.store}")
    return kept


def _of_log(kept: KeptRecords) -> list[Correction]:
    from kg.corrections.log import read_log

    return read_log(kept.log)


def _decided(record: Record) -> set[str]:
    return {review.statement for review in record.reviews if review.statement is not None}


def _statements(record: Record) -> Iterator[str]:
    yield from (fact.id for fact in record.facts)
    yield from (claim.id for claim in record.claims)


def _is_complete(record: Record) -> bool:
    return set(_statements(record)) <= _decided(record)


def _reviewed(outcome: CorrectedRecord) -> Record:
    """Return the record with only the reviewed statements, and the claims around them."""
    record = outcome.record
    wanted = _decided(record)
    parents = {claim.id: claim.parent for claim in record.claims}
    waiting: Sequence[str] = list(wanted)
    while waiting:
        above = [parent for one in waiting if (parent := parents.get(one)) is not None and parent not in wanted]
        wanted |= set(above)
        waiting = above
    return replace(
        record,
        facts=tuple(fact for fact in record.facts if fact.id in wanted),
        claims=tuple(claim for claim in record.claims if claim.id in wanted),
        links=tuple(link for link in record.links if {link.source, link.target} <= wanted),
    )
