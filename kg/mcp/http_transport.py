"""HTTP transport (streamable, without sessions): the protocol at ``/mcp``."""

from __future__ import annotations

import signal
import socket
import sys
from typing import Any, Final

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from kg.errors import KgError

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE: Final = ("0.0.0.0", "::", "")  # used only for comparison


def serve_http(server: MCPServer[Any], host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, and print the address on stderr.

    Args:
        server: The server.
        host: The host to listen on.
        port: The port; 0 takes a free one.

    Raises:
        KgError: The port cannot be opened; the message names it.
    """
    with _listening(host, port) as listener:
        app = server.streamable_http_app(
            stateless_http=True, json_response=True, host=host, transport_security=_allowed(host)
        )
        address = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"Serving http://{address}:{listener.getsockname()[1]}/mcp. Stop with Ctrl-C.\n")
        sys.stderr.flush()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # the server stops on both signals, and then raises them again
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise KgError(
            f"cannot serve on {host} port {port}: {error.strerror or error}; choose another with --host and --port"
        ) from error


def _allowed(host: str) -> TransportSecuritySettings:
    """Return the host names that a request may use, so that another site's page cannot use its own name."""
    if host in _EVERYWHERE:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    names = _LOOPBACK if host in _LOOPBACK else (host,)
    hosts = [f"{f'[{name}]' if ':' in name else name}:*" for name in names]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[f"http://{name}" for name in hosts])
