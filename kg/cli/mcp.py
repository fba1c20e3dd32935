"""``kg mcp``: the graph for language models."""

from __future__ import annotations

import click

from kg.cli import options


@click.command
@options.store
@options.base
@click.option("--http", is_flag=True, help="Serve over HTTP instead of stdin and stdout.")
@click.option("--host", metavar="HOST", help="Host to listen on, with --http.  [default: 127.0.0.1]")
@click.option("--port", type=int, metavar="PORT", help="Port to listen on, with --http.  [default: 8000]")
def command(store: str | None, base: str | None, http: bool, host: str | None, port: int | None) -> None:
    """Serve a store to language models by the Model Context Protocol: read only, on stdio or HTTP.

    Several processes can read a store on disk. While it is served, no process can write it. The limits of a query are
    set as for kg serve: timeout, max_memory, max_rows (see kg config).
    """
    from kg import config
    from kg.extras import needed

    needed("mcp.server.mcpserver", "mcp")
    from kg.mcp import create_server, opened, serve_http

    settings, _ = config.load(flags={"store": store, "base": base, "host": host, "port": port})
    with opened(settings) as asked:
        server = create_server(asked)
        if http:
            serve_http(server, settings.host, settings.port)
        else:
            server.run("stdio")
