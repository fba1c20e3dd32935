"""How much of a request's body is taken. Its head decides: nothing, where the answer is an error whatever it holds.

A body waits on the disk until it has come whole, so that nobody may fill it who may not write, or where nothing is.
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
"""Tells from the head how many bytes of a body an endpoint reads; 0 where it refuses the request anyway."""
_NAME: Final = "claimgraph.admission"


def admit(app: Flask, endpoint: str, judge: Judge) -> None:
    """Have bodies taken for an endpoint; for all others none are."""
    app.extensions.setdefault(_NAME, {})[endpoint] = judge


class Admission:
    """The judges of an app that is complete."""

    def __init__(self, app: Flask) -> None:
        self._judges: dict[str, Judge] = app.extensions.get(_NAME, {})
        self._map = app.url_map

    def limit(self, environ: WSGIEnvironment) -> int:
        """Return how many bytes of the body the app reads at most."""
        try:
            found = self._map.bind_to_environ(environ).match()
        except (HTTPException, RequestRedirect):  # which is then the answer
            return 0
        judge = self._judges.get(cast("str", found[0]))
        return 0 if judge is None else judge(environ)
