"""The app for a WSGI server of one's own choice: settings from ``claimgraph.toml`` and ``KG_...``, as for ``kg serve``.

    gunicorn --workers 1 --threads 16 'kg.cli.wsgi:make_app()'
    waitress-serve --threads 16 --call kg.cli.wsgi:make_app

One process only, because one process can hold a store; what ``kg serve`` does about slow clients is then the other
server's to do, and what it puts in front of this one (docs/serving.md).
"""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def make_app() -> Flask:
    """The app over the store that the settings name, which is closed when the process ends. Raises what ``kg serve``
    ends with: StoreError, StoreLocked, UsageError.
    """
    from kg import config
    from kg.cli.serve import opened_app

    settings, _ = config.load()
    with ExitStack() as opening:
        app = opening.enter_context(opened_app(settings, create=False))
        atexit.register(opening.pop_all().close)
    return app
