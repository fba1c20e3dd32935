"""Health checks: whether the server runs, and whether it can answer queries."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, Protocol

from flask import Flask, Response

from kg.http.problems import Refusal

PATHS: Final = frozenset({"/healthz", "/readyz"})
"""Paths that are answered without waiting for a query, by threads of their own."""


class Watchable(Protocol):
    """The query engine, as far as health checks need it."""

    @property
    def revision(self) -> int:
        """Revision of the graph that new queries use."""

    def trouble(self) -> str | None:
        """Return the reason why queries must wait, or None. Does not block."""


def install(app: Flask, engine: Watchable) -> None:
    """Serve ``/healthz`` (the process answers) and ``/readyz`` (the engine answers too, else 503).

    Args:
        app: The app.
        engine: The engine.

    Raises:
        Refusal: The engine does not answer.
    """

    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    def readyz() -> Response:
        trouble = engine.trouble()
        if trouble is not None:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "store-not-ready", f"The store does not answer: {trouble}")
        return Response(f"ready, revision {engine.revision}\n", content_type="text/plain; charset=utf-8")

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
