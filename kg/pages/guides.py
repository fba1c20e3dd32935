"""Pages about the site: help, about, and the API from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kg.pages.openapi import document

_MOVED: Final = 308


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API.

    ``parameters`` are name, place and description; ``types`` are the response types.
    """

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, str, str], ...]
    body: tuple[str, ...]
    types: tuple[str, ...]
    needs_token: bool


def operations(api: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of an OpenAPI document in its order.

    Args:
        api: The document.
    """
    for path, item in api["paths"].items():
        shared = item.get("parameters", [])
        for method, told in item.items():
            if method == "parameters":
                continue
            answers = told.get("responses", {}).get("200", {}).get("content", {})
            yield Operation(
                method=method.upper(),
                path=path,
                summary=told.get("summary", ""),
                parameters=tuple(
                    (one["name"], one["in"], one.get("description", ""))
                    for one in (*shared, *told.get("parameters", []))
                ),
                body=tuple(told.get("requestBody", {}).get("content", {})),
                types=tuple(answers),
                needs_token=any("token" in one for one in told.get("security", [])),
            )


def _api() -> str:
    api = document(url_for("start", _external=True).rstrip("/"))
    return render_template("api.html", api=api, operations=tuple(operations(api)))


def _docs() -> Response:
    return redirect(url_for("api"), _MOVED)


def _help() -> str:
    return render_template("help.html")


def _about() -> str:
    return render_template("about.html")


def install(app: Flask) -> None:
    """Serve the pages."""
    app.add_url_rule("/api", "api", _api)
    app.add_url_rule("/docs", "docs", _docs)
    app.add_url_rule("/help", "help", _help)
    app.add_url_rule("/about", "about_site", _about)
