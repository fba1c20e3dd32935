"""The graph that the tools ask: by the engine and within its limits, never past it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.config import Settings
from kg.engine import Engine, InProcess, Limits
from kg.store import EmbeddedStore, RemoteStore
from kg.store.shared import opened_for_reading
from kg.web import guard
from kg.web.queryable import Answering, Asking
from kg.web.wordindex import WordIndex

ROWS = 100_000
"""The most rows of one answer: more than any tool shows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``graph`` answers queries, ``words`` knows in which statements a word stands; ``base`` begins our own IRIs."""

    graph: Asking
    words: WordIndex
    base: str


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Asked]:
    """The store that the settings name, read only; for another server's, that server's limits hold too.

    Raises StoreError and StoreLocked as :func:`kg.store.shared.opened_for_reading`.
    """
    with contextlib.ExitStack() as closing:
        if "://" in settings.store:
            remote = closing.enter_context(RemoteStore.open(settings.store))
            yield _asked(InProcess(remote, _limits(settings), check=guard.check), settings.base)
            return
        store = closing.enter_context(opened_for_reading(Path(settings.store)))
        yield _asked(_engine(store, settings, closing), settings.base)


def _engine(store: EmbeddedStore, settings: Settings, closing: contextlib.ExitStack) -> Answering:
    """Query workers that can be killed; where there is no ``fork``, the store itself."""
    if not hasattr(os, "fork"):
        return InProcess(store, _limits(settings), check=guard.check)
    return closing.enter_context(Engine(store, _limits(settings)))


def _asked(engine: Answering, base: str) -> Asked:
    graph = Asking(engine)
    return Asked(graph, WordIndex(graph, base), base)


def _limits(settings: Settings) -> Limits:
    return Limits(
        deadline=settings.timeout,
        rows=min(settings.max_rows, ROWS),
        memory=settings.max_memory << 20,
        workers=settings.query_workers,
        spares=1,
    )
