"""Whether the server lives, and whether it can answer: for whoever watches it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response

from kg.engine.queryable import QueryableStore
from kg.errors import KgError
from kg.http.problems import Refusal


def install(app: Flask, store: QueryableStore) -> None:
    """``/healthz``: the process answers. ``/readyz``: so does the store, else 503."""

    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    def readyz() -> Response:
        try:
            store.query("ASK {}")
        except KgError as error:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, "store-not-ready", f"The store does not answer: {error}"
            ) from error
        return Response(f"ready, revision {store.revision}\n", content_type="text/plain; charset=utf-8")

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
