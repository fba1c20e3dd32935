"""The web application: an opened store in, a Flask app out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from kg import resources
from kg.bases import base_of
from kg.engine import InProcess
from kg.store import ReplacedVersions
from kg.web import (
    conditional,
    description,
    dumps,
    endpoint,
    graphstore,
    guard,
    guides,
    headers,
    health,
    lists,
    metrics,
    openapi,
    overviews,
    pages,
    problems,
    readerquestions,
    search,
    things,
    trying,
    validation,
    vocabulary,
)
from kg.web.cells import visible
from kg.web.compression import Compressed
from kg.web.federation import Federation
from kg.web.holdings import Holdings
from kg.web.metrics import Measured
from kg.web.outside import Outside
from kg.web.queryable import Asking
from kg.web.questions import Question, read_questions
from kg.web.remembered import Remembered
from kg.web.shortpath import ShortPath
from kg.web.wordindex import WordIndex

if TYPE_CHECKING:
    from kg.config import Settings
    from kg.web.queryable import Answering, QueryableStore
    from kg.web.writing import Writer

__all__ = ["create_app"]


def create_app(
    settings: Settings,
    store: QueryableStore,
    *,
    questions: Sequence[Question] | None = None,
    engine: Answering | None = None,
    writer: Writer | None = None,
    index: Path | None = None,
    reader: trying.TextReader | None = None,
) -> Flask:
    """The app that serves ``store``; ``questions`` are the competency questions, by default the installed ones.

    ``engine`` answers all queries; by default the store itself does, in this process, where a query cannot be stopped.
    ``writer`` makes the changes that are asked for; without one the graph can only be read.
    ``index`` is the file that keeps the index of words from one start to the next; without it there is one in passing.
    ``reader`` reads the texts that are pasted at ``/try``; without it that page is switched off.
    Nothing is opened here and nothing is written: store and engine stay the caller's to close.
    """
    opened, base = store, base_of(store, settings.base)
    words = WordIndex(store, base, index)
    engine = InProcess(store, check=guard.check) if engine is None else engine
    outside = Outside(settings.allowed_hosts) if settings.allowed_hosts else None
    federation = None if outside is None else Federation(engine, outside, base)
    store = asking = Asking(engine)  # so that nothing below asks the store past the engine
    app = Flask(__name__)
    quads = metrics.Quads(store)
    counted = metrics.Metrics(quads, engine.counts, None if outside is None else outside.counts)
    metrics.install(app, counted)
    app.jinja_env.filters["visible"] = visible
    if questions is None:
        questions = read_questions(resources.folder("questions"))
    holdings = Holdings(store)
    views = pages.Pages(asking, base, questions, holdings)
    problems.install(app)
    headers.install(app)
    tags = conditional.install(app, store)
    health.install(app, store)
    pages.install(app, views)
    readerquestions.install(app, store, base, views)
    endpoint.install(app, engine, views, base, writer, federation)
    graphstore.install(app, engine, writer, base)
    description.install(app, holdings, base, quads.count)
    dumps.install(app, opened, store)
    openapi.install(app)
    guides.install(app)
    overviews.install(app, store, base, words)
    lists.install(app, store, base)
    things.install(app, store, base, None if index is None else ReplacedVersions(index.parent))
    vocabulary.install(app, store, base)
    search.install(app, store, base, words)
    trying.install(app, reader)
    validation.install(app, store, base, None if index is None else index.parent / validation.FILE_NAME)
    # A request goes through these from the last to the first, and no further than it must.
    app.extensions[ShortPath.NAME] = short = ShortPath(app, engine, tags, base, federation)
    app.wsgi_app = short  # type: ignore[method-assign]
    app.wsgi_app = Compressed(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Measured(app.wsgi_app, counted)  # type: ignore[method-assign]
    app.wsgi_app = Remembered(app.wsgi_app, lambda: engine.revision, counted)  # type: ignore[method-assign]
    return app
