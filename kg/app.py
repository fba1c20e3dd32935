"""The web app: an opened store in, a Flask app out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from kg import resources
from kg.bases import base_of
from kg.engine import InProcess
from kg.http import etag, health, metrics, problems, security_headers
from kg.http.compression import Compressed
from kg.http.dispatch import FAST_PATH
from kg.http.metrics import Measured
from kg.http.response_cache import ResponseCache
from kg.pages import (
    alerts,
    article_upload,
    downloads,
    dumps,
    exports,
    graph_metrics,
    guides,
    home,
    lists,
    openapi,
    overviews,
    reader_questions,
    resource,
    review,
    search,
    try_keep,
    try_text,
    validation,
    vocabulary,
    void,
    watch,
)
from kg.sparql import endpoint, graph_store, query_guard
from kg.sparql.fast_path import ShortPath
from kg.sparql.federation.client import Outside
from kg.sparql.federation.rewrite import Federation
from kg.sparql.request_store import Asking
from kg.store import ReplacedVersions
from kg.views.competency_questions import Question, read_questions
from kg.views.counts import Holdings
from kg.views.search.index import WordIndex
from kg.views.terms import visible
from kg.wording import moment

if TYPE_CHECKING:
    from kg.config import Settings
    from kg.engine.answering import Answering
    from kg.engine.queryable import QueryableStore
    from kg.sparql.writer import Writer

__all__ = ["create_app"]


def create_app(
    settings: Settings,
    store: QueryableStore,
    *,
    questions: Sequence[Question] | None = None,
    engine: Answering | None = None,
    writer: Writer | None = None,
    index: Path | None = None,
    reader: try_text.PastedTextReader | None = None,
    articles: article_upload.SentArticlesReader | None = None,
) -> Flask:
    """Return the app that serves a store. Store and engine stay the caller's to close.

    Args:
        settings: The settings.
        store: The store.
        questions: The competency questions; by default the installed ones.
        engine: The engine for all queries; by default the store itself, in this process, where a query cannot be
            stopped.
        writer: The writer of changes; without one the graph is read-only.
        index: The file of the full-text index; without one the index is temporary.
        reader: The reader of texts pasted at ``/try``; without one that page is off.
        articles: The reader of articles sent to the server; without one it accepts none.
    """
    opened, base = store, base_of(store, settings.base)
    words = WordIndex(store, base, index)
    engine = InProcess(store, check=query_guard.check) if engine is None else engine
    outside = Outside(settings.allowed_hosts) if settings.allowed_hosts else None
    federation = None if outside is None else Federation(engine, outside, base)
    store = asking = Asking(engine)  # so that no query below bypasses the engine
    app = Flask("kg.pages")  # the package of templates and static files
    quads = graph_metrics.Quads(store)
    counted = metrics.Metrics(quads, engine.counts, None if outside is None else outside.counts)
    metrics.install(app, counted)
    app.jinja_env.filters.update(visible=visible, moment=moment)
    if questions is None:
        questions = read_questions(resources.folder("questions"))
    holdings = Holdings(store)
    views = home.Pages(asking, base, questions, holdings)
    problems.install(app)
    security_headers.install(app)
    tags = etag.install(app, store)
    downloads.install(app)
    health.install(app, engine)
    home.install(app, views)
    reader_questions.install(app, store, base, views)
    endpoint.install(app, engine, views.answered, base, writer, federation)
    graph_store.install(app, engine, writer, base)
    void.install(app, holdings, base, quads.count)
    dumps.install(app, opened, store)
    exports.install(app, opened, base)
    alerts.install(app, store, None if index is None else index.parent)
    watch.install(app, store, writer, None if index is None else index.parent)
    openapi.install(app)
    guides.install(app)
    overviews.install(app, store, base, words)
    lists.install(app, store, base)
    resource.install(app, store, base, None if index is None else ReplacedVersions(index.parent))
    vocabulary.install(app, store, base)
    search.install(app, store, base, words)
    try_text.install(app, reader if settings.try_text else None)
    article_upload.install(app, articles, writer)
    try_keep.install(app, articles, writer, base)
    review.install(app, opened, writer, None if index is None else index.parent, base)
    validation.install(app, store, base, None if index is None else index.parent / validation.FILE_NAME)
    # A request passes through these from the last to the first, as far as necessary.
    app.extensions[FAST_PATH] = short = ShortPath(app, engine, tags, base, federation)
    app.wsgi_app = short  # type: ignore[method-assign]
    app.wsgi_app = Compressed(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = Measured(app.wsgi_app, counted)  # type: ignore[method-assign]
    app.wsgi_app = ResponseCache(app.wsgi_app, lambda: engine.revision, counted)  # type: ignore[method-assign]
    return app
