"""Admission of request bodies, decided from the request head.

A body waits on disk until it is complete. Therefore a body is admitted only if its request can succeed, so that only
clients with write access can fill the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

Judge: TypeAlias = "Callable[[WSGIEnvironment], int]"
"""Returns the largest body that an endpoint reads, in bytes.

0 if the head alone makes the request fail.
"""
_NAME: Final = "claimgraph.admission"


def admit(app: Flask, endpoint: str, judge: Judge) -> None:
    """Admit request bodies for an endpoint; all other endpoints admit none.

    Args:
        app: The app.
        endpoint: The name of the endpoint.
        judge: Decides from the request head.
    """
    app.extensions.setdefault(_NAME, {})[endpoint] = judge


class Admission:
    """The judges of a complete app."""

    def __init__(self, app: Flask) -> None:
        self._judges: dict[str, Judge] = app.extensions.get(_NAME, {})
        self._map = app.url_map

    def limit(self, environ: WSGIEnvironment) -> int:
        """Return the largest request body that the app reads, in bytes."""
        try:
            found = self._map.bind_to_environ(environ).match()
        except (HTTPException, RequestRedirect):  # the app answers with this error
            return 0
        judge = self._judges.get(cast("str", found[0]))
        return 0 if judge is None else judge(environ)
