"""``/review/watch``: a query of a page becomes an alert, behind the token; without it the page shows the command."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, render_template, request

from kg.alerts.register import Register
from kg.errors import QueryError, UsageError
from kg.http import etag
from kg.http.admission import admit
from kg.pages.reviewer import Reviewers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kg.alerts.standing import Alert
    from kg.engine.queryable import QueryableStore
    from kg.sparql.writer import Writer

BODY_LIMIT: Final = 200_000


class WatchPages:
    """The views.

    Args:
        store: The graph.
        register: Where alerts are kept; None where the store has no folder.
        reviewers: Who may keep one; None where nobody may.
    """

    def __init__(self, store: QueryableStore, register: Register | None, reviewers: Reviewers | None) -> None:
        self._store = store
        self._register = register
        self._reviewers = reviewers

    def page(self) -> Response:
        """Show the query, with a form for its name or with the command."""
        return self._page()

    def keep(self) -> Response:
        """Keep the alert."""
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        if self._who() is None or self._register is None:
            return self._page(HTTPStatus.UNAUTHORIZED, problem="give the token first")
        name, query = request.form.get("name", "").strip(), request.form.get("query", "")
        try:
            made = self._register.add(name, query, self._store, datetime.now(UTC))
        except (UsageError, QueryError) as error:
            return self._page(HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(error))
        return self._page(made=made)

    def _who(self) -> str | None:
        return None if self._reviewers is None or self._register is None else self._reviewers.who()

    def _page(self, status: HTTPStatus = HTTPStatus.OK, *, problem: str = "", made: Alert | None = None) -> Response:
        etag.not_to_be_kept()
        query, name = request.values.get("query", ""), request.values.get("name", "")
        page = render_template(
            "review_watch.html",
            who=self._who(),
            query=query,
            command=f"kg alert add {shlex.quote(name) if name else 'NAME'} {shlex.quote(query)} --store STORE",
            name=name,
            problem=problem,
            made=made,
        )
        return Response(page, status=status, content_type="text/html; charset=utf-8")


def install(app: Flask, store: QueryableStore, writer: Writer | None, folder: Path | None) -> None:
    """Serve the page.

    Args:
        app: The application.
        store: The graph.
        writer: Knows the token; None where nothing is changed here.
        folder: The store's folder.
    """
    pages = WatchPages(
        store,
        None if folder is None else Register(folder),
        None if writer is None else Reviewers(writer.token),
    )
    admit(app, "watch_keep", _limit)
    app.add_url_rule("/review/watch", "watch", pages.page)
    app.add_url_rule("/review/watch", "watch_keep", pages.keep, methods=("POST",))


def _limit(environ: WSGIEnvironment) -> int:  # noqa: ARG001
    return BODY_LIMIT
