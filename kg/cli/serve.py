"""``kg serve``: the Flask app on a production server."""

from __future__ import annotations

import click

from kg.cli import options


@click.command
@options.store
@options.base
@click.option("--host", metavar="HOST", help="Where to listen.  [default: 127.0.0.1]")
@click.option("--port", type=int, metavar="PORT", help="The port to listen on.  [default: 8000]")
def command(store: str | None, base: str | None, host: str | None, port: int | None) -> None:
    """Serve a store: SPARQL at /sparql, pages at /. Read only; stops on Ctrl-C or SIGTERM."""
    from kg import config
    from kg.store import open_store
    from kg.web import create_app
    from kg.web.serve import serve

    settings, _ = config.load(flags={"store": store, "base": base, "host": host, "port": port})
    with open_store(settings.store) as opened:
        serve(create_app(settings, opened), settings.host, settings.port)
