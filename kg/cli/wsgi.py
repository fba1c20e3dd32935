"""The app for another WSGI server: settings from ``claimgraph.toml`` and ``KG_...``, as for ``kg serve``.

    gunicorn --workers 1 --threads 16 'kg.cli.wsgi:make_app()'
    waitress-serve --threads 16 --call kg.cli.wsgi:make_app

Use one process only, because one process can hold a store. The other server, and a proxy in front of it, must protect
against slow clients (docs/serving.md).
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def make_app() -> Flask:
    """Return the app over the configured store, which is closed at the end of the process.

    Raises:
        StoreError: The store cannot be opened.
        StoreLocked: Another process has the store open.
        UsageError: A setting is not valid.
    """
    from kg import config
    from kg.cli.serve import opened_app

    settings, _ = config.load()
    with ExitStack() as opening:
        app = opening.enter_context(opened_app(settings, create=False))
        atexit.register(opening.pop_all().close)
    return app
