"""Whether the server lives, and whether it can answer: for whoever watches it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final, Protocol

from flask import Flask, Response

from kg.http.problems import Refusal

PATHS: Final = frozenset({"/healthz", "/readyz"})
"""What is answered without waiting for any query, by threads that do nothing else."""


class Watchable(Protocol):
    """What answers queries."""

    @property
    def revision(self) -> int:
        """Of the graph that is asked now."""

    def trouble(self) -> str | None:
        """Return why queries have to wait, without waiting for one; None while they have not."""


def install(app: Flask, engine: Watchable) -> None:
    """``/healthz``: the process answers. ``/readyz``: so does the engine, else 503."""

    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    def readyz() -> Response:
        trouble = engine.trouble()
        if trouble is not None:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "store-not-ready", f"The store does not answer: {trouble}")
        return Response(f"ready, revision {engine.revision}\n", content_type="text/plain; charset=utf-8")

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
