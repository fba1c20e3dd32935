"""``kg serve``: the app on its HTTP server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from kg.cli import options
from kg.errors import UsageError

if TYPE_CHECKING:
    from flask import Flask

    from kg.alerts.sender import AlertSender
    from kg.cli.extraction_process import ProcessReader
    from kg.config import Settings
    from kg.engine import Engine
    from kg.http.startup import OpeningProgress
    from kg.sparql.writer import Writer
    from kg.store import AnyStore

_TELL_SECONDS: Final = 5.0
_SHOW_SECONDS: Final = 0.2


@click.command
@options.store
@options.base
@click.option("--host", metavar="HOST", help="Host to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, metavar="PORT", help="Port to listen on.  [default: 8000]")
@click.option("--create", is_flag=True, help="Create an empty store if there is none.")
@click.option(
    "--workers", "query_workers", type=int, metavar="N", help="Largest number of simultaneous queries.  [default: 8]"
)
@click.option("--timeout", type=float, metavar="SECONDS", help="Time limit of a query.  [default: 10]")
@click.option("--max-rows", type=int, metavar="N", help="Row limit of an answer.  [default: 1000000]")
@click.option("--max-memory", type=int, metavar="MB", help="Memory limit of a query.  [default: 512]")
@click.option("--image", metavar="WHERE", help="Query the graph in memory or on disk, or auto.  [default: auto]")
@click.option("--token-file", metavar="FILE", help="Accept changes with the token in this file.")
@click.option(
    "--allow-host", multiple=True, metavar="HOST", help="Allow SERVICE and LOAD to query this host; can be repeated."
)
@click.option("--writes", metavar="HOW", help="checked against the shapes, or unchecked.  [default: checked]")
@click.option(
    "--try/--no-try", "try_text", default=None, help="Offer reading of pasted texts at /try.  [default: --try]"
)
def command(*, create: bool, allow_host: tuple[str, ...], **flags: str | float | None) -> None:
    """Serve a store: SPARQL at /sparql, pages at /.

    Read only without --token-file; stops on Ctrl-C or SIGTERM.
    """
    from kg import config
    from kg.http import malloc
    from kg.http.server import listening, serve_on
    from kg.http.startup import answering

    malloc.share()
    settings, _ = config.load(flags={**flags, "allow_host": ",".join(allow_host) or None})
    signal.signal(signal.SIGTERM, _stop)  # until the server takes it over
    with listening(settings.host, settings.port) as listener, ExitStack() as opened:
        with answering(listener) as progress:
            app = opened.enter_context(opened_app(settings, create=create, tell=_told(progress)))
        serve_on(listener, app)


def _stop(_number: int, _frame: object) -> NoReturn:
    """End the opening of a store as the server would end."""
    raise SystemExit(0)


def _told(progress: OpeningProgress) -> Callable[[str], None]:
    """Return a function that reports the progress over HTTP, and every few seconds on stderr."""
    last: float | None = None
    shown = 0.0

    def tell(text: str) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if now - shown > _SHOW_SECONDS:
            shown = now
            progress.tell(text)
        last = now if last is None else last
        if now - last > _TELL_SECONDS:
            last = now
            click.echo(f"{text[:1].upper()}{text[1:]}", err=True)

    return tell


@contextmanager
def opened_app(settings: Settings, *, create: bool, tell: Callable[[str], None] | None = None) -> Iterator[Flask]:
    """Yield the app over the configured store, and close everything at the end.

    Args:
        settings: The settings.
        create: Whether to create a missing store.
        tell: Called with the progress, in words.
    """
    from kg.app import create_app
    from kg.bases import base_of
    from kg.store import open_store
    from kg.views.search.index import FILE_NAME

    with (
        open_store(settings.store, create=create, patience=settings.timeout) as store,
        _engine(store, settings, tell or _silent) or nullcontext() as engine,
    ):
        words = None if "://" in settings.store else Path(settings.store) / FILE_NAME
        settings = replace(settings, base=base_of(store, settings.base))
        writer = _writer(store, engine, settings)
        with _reader(settings) or nullcontext() as reader, _sender(store, engine, settings) or nullcontext():
            yield create_app(settings, store, engine=engine, writer=writer, index=words, reader=reader, articles=reader)


def _reader(settings: Settings) -> ProcessReader | None:
    """Return the reader of pasted and sent texts; None if neither is served."""
    from kg.cli.extraction_process import ProcessReader

    return ProcessReader(settings) if settings.try_text or settings.token_file else None


def _silent(_text: str) -> None:
    """Ignore the progress."""


def _sender(store: AnyStore, engine: Engine | None, settings: Settings) -> AlertSender | None:
    """Return the sender of webhooks; None without an allowed host, and for another server's store."""
    from kg.alerts.register import Register
    from kg.alerts.sender import AlertSender
    from kg.alerts.webhooks import Webhooks
    from kg.cli import talk
    from kg.cli.alert import sending_of
    from kg.sparql.request_store import Asking
    from kg.store import EmbeddedStore

    if not settings.allowed_webhooks or not isinstance(store, EmbeddedStore):
        return None
    folder = Path(settings.store)
    register = Register(folder)
    asked = store if engine is None else Asking(engine)
    sender = AlertSender(asked, register, Webhooks(folder, register), sending_of(settings), talk.say)
    store.watch(sender.notice)
    return sender


def _engine(store: AnyStore, settings: Settings, tell: Callable[[str], None]) -> Engine | None:
    """Return query workers for an embedded store; None for another server's and without ``fork``."""
    from kg.engine import Engine, EngineLimits, Snapshots
    from kg.engine.confinement import demand_one_folder_only
    from kg.engine.image_choice import image_kind, memory_free
    from kg.store import SNAPSHOTS, EmbeddedStore

    if not isinstance(store, EmbeddedStore) or not hasattr(os, "fork"):
        return None
    limits = EngineLimits(
        deadline=settings.timeout,
        rows=settings.max_rows,
        memory=settings.max_memory << 20,
        workers=settings.query_workers,
        spares=min(settings.query_workers, 2),
    )
    known = store.known_count
    quads = store.count() if known is None else known
    kind = image_kind(quads, limits, memory_free()) if settings.image == "auto" else settings.image
    if kind == "memory":
        return Engine(store, limits, heard=lambda sent: tell(_loaded(sent, quads)))
    demand_one_folder_only()
    if settings.image == "auto":
        click.echo(f"{quads:,} quads are served from disk: memory has no room for them (--image)", err=True)
    return Engine(store, limits, snapshots=Snapshots(store, Path(settings.store) / SNAPSHOTS))


def _loaded(sent: int, quads: int) -> str:
    return f"the graph is being loaded into memory: {sent:,} of {quads:,} quads, {100 * sent // max(1, quads)} %"


def _writer(store: AnyStore, engine: Engine | None, settings: Settings) -> Writer | None:
    """Return the writer; None without a token. Raises UsageError for a store that another server changes."""
    from kg.sparql.auth import BearerToken
    from kg.sparql.write_check import WriteCheck
    from kg.sparql.writer import Writer
    from kg.store import EmbeddedStore
    from kg.validate import our_shapes

    if not settings.token_file:
        return None
    if engine is None or not isinstance(store, EmbeddedStore):
        raise UsageError("--token-file: only a store in a folder of ours is changed here; change that server's itself")
    check = WriteCheck(our_shapes()) if settings.writes == "checked" else None
    if check is not None:
        check.prepare()
    return Writer(store, engine, BearerToken.read(Path(settings.token_file)), settings.base, check)
