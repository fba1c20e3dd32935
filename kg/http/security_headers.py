"""Security headers of every response: restrictions for browsers, and cross-origin access."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Allows scripts and styles from our own files only: no inline code, no other host."""


def install(app: Flask) -> None:
    """Add the headers to every response of the app."""
    app.after_request(_protect)
    app.after_request(_open_to_all_origins)


def _protect(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _open_to_all_origins(response: Response) -> Response:
    """Let scripts of any site read the response (CORS).

    The graph is public, and browsers send no token on their own.
    """
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Authorization, Content-Encoding, Content-Type, If-None-Match"
    )
    response.headers["Access-Control-Expose-Headers"] = "Content-Type, ETag, Location"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response
