"""``/alerts/NAME.atom`` and ``/alerts/NAME.json``: feeds of standing queries, updated after each write."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, Response, request

from kg.alerts import feeds
from kg.alerts.register import Register
from kg.engine.queryable import QueryableStore
from kg.errors import UnknownName
from kg.http import etag
from kg.http.problems import Refusal

_FORMS: Final = {
    "atom": (feeds.as_atom, "application/atom+xml; charset=utf-8"),
    "json": (feeds.as_json_feed, "application/feed+json"),
}


def install(app: Flask, store: QueryableStore, folder: Path | None) -> None:
    """Serve the feeds of alerts.

    Args:
        app: The app.
        store: The graph.
        folder: The store's folder with the alerts; None if there are no alerts.

    Raises:
        Refusal: The alert is unknown.
    """
    register = None if folder is None else Register(folder)
    asked_at: dict[str, int] = {}
    lock = threading.Lock()

    def feed(name: str, form: str) -> Response:
        if register is None or form not in _FORMS:
            raise _unknown(name)
        etag.not_to_be_kept()  # an alert can change without a write to the graph
        try:
            with lock:
                revision = store.revision
                if asked_at.get(name) != revision:
                    register.run(store, datetime.now(UTC), (name,))
                    asked_at[name] = revision
            alert = register.get(name)
        except UnknownName as error:
            raise _unknown(name) from error
        write, media_type = _FORMS[form]
        return Response(write(alert, request.base_url), content_type=media_type)

    app.add_url_rule("/alerts/<name>.<form>", "alert_feed", feed)


def _unknown(name: str) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "no-such-alert", f"There is no feed of an alert {name!r} here.")
