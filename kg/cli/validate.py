"""``kg validate``: a graph against the shapes."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli import options, outputs, progress, talk, write
from kg.errors import KgError, UsageError
from kg.workflow import defused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyoxigraph import Quad

    from kg.cli.sources import InputSource
    from kg.config import Settings
    from kg.store import AnyStore
    from kg.validate import ValidationReport
    from kg.validate.sandbox import SandboxLimits
    from kg.validate.validation_unit import Unit


@click.command
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@options.store
@options.base
@options.extractor
@click.option(
    "--shapes",
    "shapes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Shapes to check against instead of our own: a file, or a folder of Turtle; may be repeated.",
)
@click.option("--allow-idle", is_flag=True, help="Allow shapes of --shapes without a target in the data.")
@click.option("--engine", metavar="NAME", help="compiled (fast) or pyshacl (the reference).  [default: compiled]")
@click.option(
    "--since",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Check only changes since this file was last written, and update it.",
)
@click.option(
    "--format", "format_name", default="human", show_default=True, metavar="NAME", help="Format of the report."
)
@options.output
@options.force
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report to this file too, in the format of its ending (.sarif, .xml, .md, ...); may be repeated.",
)
@click.option(
    "--fail-on",
    default="violation",
    show_default=True,
    metavar="SEVERITY",
    help="Mildest severity with exit code 1: violation, warning or info.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0.1),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Time limit of shapes of --shapes.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(min=256),
    default=8192,
    show_default=True,
    metavar="MIB",
    help="Memory limit of shapes of --shapes.",
)
def command(
    paths: tuple[Path, ...],
    store: str | None,
    base: str | None,
    extractor: str | None,
    shapes: tuple[Path, ...],
    allow_idle: bool,
    engine: str | None,
    since: Path | None,
    format_name: str,
    output: Path | None,
    force: bool,
    reports: tuple[Path, ...],
    fail_on: str,
    time_limit: float,
    memory_limit: int,
) -> None:
    """Check a store (--store), RDF files, records or articles against the shapes.

    Articles and records are mapped first, as `kg build` would. Without PATH and --store the default store is checked.

    Exit codes: 0 conforms, 1 violations, 2 wrong usage, 3 input or engine failure.
    """
    from kg import config
    from kg.validate import SEVERITIES, sandbox
    from kg.validate.engines import DEFAULT, engine_of

    if paths and store is not None:
        raise UsageError("give PATHs or --store, one of the two")
    if fail_on not in SEVERITIES:
        raise UsageError(f"--fail-on {fail_on}: no such severity; there are {', '.join(SEVERITIES)}")
    engine_of(engine or DEFAULT)
    targets = [(output, format_name), *((path, _format_of(path)) for path in reports)]
    _demand_formats(targets)
    _demand_free([output, *reports], [*paths, *shapes], since, force=force)
    settings, _ = config.load(flags={"store": store, "base": base, "extractor": extractor})
    refused: list[KgError] = []
    with _without_collector():
        if since is not None:
            report = _changed(paths, settings, since, refused, alone=not (shapes or engine))
        else:
            limits = sandbox.SandboxLimits(seconds=time_limit, mebibytes=memory_limit)
            theirs = _Theirs(shapes, limits, allow_idle=allow_idle) if shapes else None
            report = _whole(paths, settings, refused, theirs, engine or DEFAULT)
    report = replace(report, made=datetime.now(UTC), fail_on=fail_on)
    for path, name in targets:
        _write(report, path, name)
    progress.refuse(refused)
    if report.at_least(fail_on):
        raise click.exceptions.Exit(1)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Switch the garbage collector off.

    Validation keeps its objects to the end, and the collector would take a sixth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Theirs:
    """Other people's shapes: their files, and the limits of their run."""

    paths: tuple[Path, ...]
    limits: SandboxLimits
    allow_idle: bool

    def validate(self, quads: Sequence[Quad], engine: str) -> ValidationReport:
        """Return the violations of the shapes; suspicious parts of the shapes are reported on stderr."""
        from kg.validate import lint, read_shapes, sandbox, targets

        shapes = read_shapes(*self.paths)
        data = [quad.triple for quad in quads]
        for note in sorted({*lint.notes(shapes), *targets.notes(shapes, data)}):
            talk.say(f"kg: note: {note}")
        if not self.allow_idle:
            targets.demand_looked_at(shapes, data)
        return sandbox.validate(quads, shapes, engine, self.limits)


def _whole(
    paths: Sequence[Path], settings: Settings, refused: list[KgError], theirs: _Theirs | None, engine: str
) -> ValidationReport:
    """Return the report on all data. Other people's shapes run in a process of their own."""
    from kg.cli import sources
    from kg.validate import validate

    if not paths and theirs is None:
        return _of_store(settings, lambda store: validate(store.quads(), engine=engine))
    found = list(sources.of_paths(paths, settings, refused))
    quads = _quads_of(settings) if not paths else sources.quads_of(found)
    if not quads and not refused:
        talk.say("kg: note: there is nothing to check")
    if theirs is not None:
        return _told(theirs.validate(quads, engine), found, refused)
    return _told(validate(quads, engine=engine), found, refused)


def _told(report: ValidationReport, found: Sequence[InputSource], refused: Sequence[KgError]) -> ValidationReport:
    """Return the report with findings for unreadable inputs, and with the files of the documents.

    A record that violates its contract has no graph to check, but it is a finding. Lines and columns are those of a
    file if it is the exact text.
    """
    from kg.cli import rejected_records
    from kg.validate.report import in_order

    if refused:
        report = replace(report, findings=in_order([*report.findings, *rejected_records.findings(refused)]))
    wanted = {finding.place.sha256 for finding in report.findings if finding.place}
    named = {source.sha256(): source.path.as_posix() for source in found} if wanted else {}
    return replace(report, files={text: path for text, path in named.items() if text in wanted})


def _changed(
    paths: Sequence[Path], settings: Settings, since: Path, refused: list[KgError], *, alone: bool
) -> ValidationReport:
    """Return the report on all data by checking only changed files, or changed documents of the store."""
    from kg.cli import sources
    from kg.validate import incremental, incremental_state, our_shapes

    if not alone:
        raise UsageError("--since goes with PATHs or --store, and with neither --shapes nor --engine")

    def looked_at(units: Sequence[Unit], what: str) -> ValidationReport:
        outcome = incremental.validate(units, incremental_state.read(since), our_shapes())
        with write.opened(since) as out:
            out.write(incremental_state.dumps(outcome.remembered))
        talk.say(f"kg: looked at {outcome.anew} of {len(units)} {what}")
        return outcome.report

    if not paths:
        return _of_store(settings, lambda store: looked_at(_units_of(store), "parts of the store"))
    found = list(sources.of_paths(paths, settings, refused))
    return _told(looked_at(sources.units_of(found), "files"), found, refused)


def _units_of(store: AnyStore) -> list[Unit]:
    from pyoxigraph import RdfFormat, serialize

    from kg.store import EmbeddedStore
    from kg.validate import store_units

    if isinstance(store, EmbeddedStore):
        dump = BytesIO()
        store.write_quads(dump)
        return store_units.units(dump.getvalue())
    # Another server may return its quads in a different order each time.
    lines = (serialize(store.quads(), format=RdfFormat.N_QUADS) or b"").split(b"\n")
    return store_units.units(b"\n".join(sorted(lines)))


def _of_store(settings: Settings, made: Callable[[AnyStore], ValidationReport]) -> ValidationReport:
    """Return the report on a store, and save it, or the reason for its absence, in the store's folder."""
    from kg.store import reading
    from kg.validate import ValidationReport, report_cache

    with reading(settings.store) as opened:
        now = datetime.now(UTC)
        try:
            report = replace(made(opened), made=now)
        except KgError as error:
            nothing = ValidationReport(findings=(), triples=(), made=now)
            write.keep(
                settings.store,
                report_cache.CachedReport(
                    report=nothing, revision=opened.revision, maker="validate", failure=str(error)
                ),
            )
            raise
        write.keep(settings.store, report_cache.CachedReport(report=report, revision=opened.revision, maker="validate"))
    return report


def _quads_of(settings: Settings) -> list[Quad]:
    from kg.store import reading

    with reading(settings.store) as opened:
        return list(opened.quads())


def _format_of(path: Path) -> str:
    from kg.validate.reports import SUFFIXES

    name = SUFFIXES.get(path.suffix.lower())
    if name is None:
        raise UsageError(f"--report {path}: no report ends in {path.suffix!r}; there are {', '.join(SUFFIXES)}")
    return name


def _demand_formats(targets: list[tuple[Path | None, str]]) -> None:
    from kg.validate.reports import REPORTS

    for _, name in targets:
        if name not in REPORTS:
            raise UsageError(f"no report format {name!r}; there are {', '.join(REPORTS)}")


def _demand_free(written: list[Path | None], read: list[Path], since: Path | None, *, force: bool) -> None:
    """Refuse outputs that would replace an input, or a file that kg did not write."""
    if since is not None:
        outputs.demand_memory_apart(since, read)
    outputs.demand_free(written, [*read, since], force=force)


def _write(report: ValidationReport, path: Path | None, format_name: str) -> None:
    from kg.validate.reports import REPORTS

    with outputs.opened(path) as out:
        text = REPORTS[format_name](report)
        if path is None and format_name == "csv":  # In a file it is data; a CI service may read stdout.
            text = defused(text)
        out.write(text.encode())
