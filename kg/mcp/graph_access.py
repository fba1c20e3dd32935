"""Access of the tools to the graph, through the engine and within its limits."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from kg.bases import base_of
from kg.config import Settings
from kg.engine import Engine, EngineLimits, InProcess
from kg.engine.answering import Answering
from kg.sparql import query_guard
from kg.sparql.request_store import Asking
from kg.store import AnyStore, EmbeddedStore, reading
from kg.views.search.index import WordIndex

ROWS = 100_000
"""Largest number of rows in one answer, more than any tool shows."""


@dataclass(frozen=True, slots=True)
class GraphAccess:
    """Access to the graph: queries, the full-text index (``words``), and the base of our own IRIs."""

    graph: Asking
    words: WordIndex
    base: str


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[GraphAccess]:
    """Open the store of the settings for reading; another server's own limits apply too.

    Raises the errors of :func:`kg.store.reading`.
    """
    with reading(settings.store) as store, contextlib.ExitStack() as closing:
        graph = Asking(_engine(store, settings, closing))
        base = base_of(graph, settings.base)
        yield GraphAccess(graph, WordIndex(graph, base), base)


def _engine(store: AnyStore, settings: Settings, closing: contextlib.ExitStack) -> Answering:
    """Return query workers that can be killed.

    For another server and without ``fork``, an in-process engine.
    """
    if not isinstance(store, EmbeddedStore) or not hasattr(os, "fork"):
        return InProcess(store, _limits(settings), check=query_guard.check)
    return closing.enter_context(Engine(store, _limits(settings)))


def _limits(settings: Settings) -> EngineLimits:
    return EngineLimits(
        deadline=settings.timeout,
        rows=min(settings.max_rows, ROWS),
        memory=settings.max_memory << 20,
        workers=settings.query_workers,
        spares=1,
    )
