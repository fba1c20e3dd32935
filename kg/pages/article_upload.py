"""``POST /articles``: articles into the graph of a running server, for clients with the token.

A process of its own reads the articles, as ``kg build`` does, and checks each against the shapes. The accepted ones go
in together, in one transaction.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

from flask import Flask, Response, request

from kg.errors import InputError, ReadingStopped
from kg.http.admission import admit
from kg.http.problems import Refusal
from kg.sparql.update import allowed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kg.pages.try_text import Tried
    from kg.sparql.writer import Writer

BODY_LIMIT: Final = 4 << 20
"""The longest request body, in bytes."""
MAX_ARTICLES: Final = 50
"""The most articles in one request; ``kg build --store http://...`` sends any number."""
FORMATS: Final = {
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/json-lines": "jsonl",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
}
"""Formats by media type."""
PARAMETERS: Final = ("url", "title", "published", "publisher", "language")
"""What the address of the request may say about one article of HTML or text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Articles as a client sent them.

    Attributes:
        data: The bytes.
        format_name: The format, as ``--format`` names it.
        charset: The encoding that the client declared, None for none.
        about: Fields of the article, for a format with one article.
    """

    data: bytes
    format_name: str
    charset: str | None
    about: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadArticle:
    """One article as it was read.

    Attributes:
        name: The id of the article, or the place of what cannot be read.
        tried: Its record, graph and findings; None if it cannot be read.
        problem: Why it cannot be read or breaks the shapes; None if it can be stored.
    """

    name: str
    tried: Tried | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticles:
    """The result of an upload of articles.

    Attributes:
        articles: The stored articles: name, version, status, numbers of facts and claims, findings.
        refused: The other articles, with reasons.
    """

    articles: list[dict[str, Any]]
    refused: list[dict[str, str]]


class SentArticlesReader(Protocol):
    """Reads articles in a process of its own, within time limits."""

    def articles(self, sent: Sent) -> Sequence[ReadArticle]:
        """Return the articles in order.

        Raises:
            InputError: Nothing of it can be read.
            ReadingStopped: Reading takes too long, or other texts wait.
        """


class ArticleUpload:
    """The view."""

    def __init__(self, reader: SentArticlesReader | None, writer: Writer | None) -> None:
        self._reader = reader
        self._writer = writer

    def add(self) -> Response:
        """Read the articles of the request body and put them into the graph.

        Returns:
            What was stored and what was refused, as JSON.

        Raises:
            Refusal: Nothing can be read or stored, or the client may not write.
        """
        writer = allowed(self._writer)
        if self._reader is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "switched-off", "This server reads no articles; use kg build.")
        stored = store_articles(read_sent(_sent(), self._reader), writer)
        body = json.dumps({"articles": stored.articles, "refused": stored.refused}, ensure_ascii=False) + "\n"
        return Response(body, content_type="application/json; charset=utf-8")


def read_sent(sent: Sent, reader: SentArticlesReader) -> Sequence[ReadArticle]:
    """Return the articles that a client sent.

    Args:
        sent: The bytes and their format.
        reader: Reads them in a process of its own.

    Raises:
        Refusal: Nothing can be read.
    """
    try:
        return reader.articles(sent)
    except InputError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable", f"The articles cannot be read: {error}") from error
    except ReadingStopped as error:
        raise Refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "stopped",
            f"{error}. Nothing was stored.",
            headers={"Retry-After": "10"},
        ) from error


def store_articles(found: Sequence[ReadArticle], writer: Writer) -> StoredArticles:
    """Put the usable articles into the graph in one transaction.

    Args:
        found: The articles as they were read.
        writer: The writer.

    Raises:
        Refusal: No article is usable.
    """
    graphs = [one.tried.graph for one in found if one.tried is not None and one.problem is None]
    refused = [{"article": one.name, "reason": one.problem} for one in found if one.problem is not None]
    if not graphs:
        reasons = "; ".join(f"{one['article']}: {one['reason']}" for one in refused[:5])
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY, "refused", f"No article was stored: {reasons or 'there is none'}"
        )
    done = writer.put_versions(graphs)
    kept = [one for one in found if one.problem is None]
    articles = [_told(one, what) for one, what in zip(kept, done, strict=True)]
    return StoredArticles(articles=articles, refused=refused)


def _sent() -> Sent:
    """Return the articles of the request. Raises Refusal for an unknown media type or parameter."""
    format_name = FORMATS.get(request.mimetype)
    if format_name is None:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unknown-format",
            f"Articles are sent as one of: {', '.join(FORMATS)}. For other formats use kg build --store.",
        )
    about = dict(request.args)
    unknown = sorted(set(about) - set(PARAMETERS))
    if unknown or (about and format_name == "jsonl"):
        known = "none with JSON Lines" if format_name == "jsonl" else ", ".join(PARAMETERS)
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "unknown-parameter",
            f"Unknown parameter {[*unknown, *about][0]!r}; there are: {known}.",
        )
    if not is_address(about.get("url")) and (format_name == "text" or "url" in about):
        raise Refusal(
            HTTPStatus.BAD_REQUEST, "no-url", "Say the address of the article as ?url=https://..., which is its id."
        )
    data = request.get_data(cache=False)
    if not data.strip():
        raise Refusal(HTTPStatus.BAD_REQUEST, "empty", "The request body is empty; send articles in it.")
    return Sent(data=data, format_name=format_name, charset=request.mimetype_params.get("charset"), about=about)


def is_address(url: str | None) -> bool:
    """Return whether a string is an address of the web."""
    try:
        parts = urllib.parse.urlsplit(url or "")
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _told(one: ReadArticle, what: str) -> dict[str, Any]:
    """Return what the answer says about one stored article."""
    if one.tried is None:
        raise TypeError("a stored article was read")
    record = json.loads(one.tried.record)
    return {
        "article": one.name,
        "version": one.tried.graph.version,
        "status": what,
        "facts": len(record.get("facts", ())),
        "claims": len(record.get("claims", ())),
        "findings": list(one.tried.findings),
    }


def install(app: Flask, reader: SentArticlesReader | None, writer: Writer | None) -> None:
    """Serve the upload.

    Args:
        app: The app that gets the route.
        reader: The reader; without one the upload is switched off.
        writer: The writer; without one the graph is read-only.
    """
    upload = ArticleUpload(reader, writer)
    app.add_url_rule("/articles", "add_articles", upload.add, methods=("POST",))
    admit(app, "add_articles", lambda environ: BODY_LIMIT if _may_send(environ, writer) else 0)


def _may_send(environ: WSGIEnvironment, writer: Writer | None) -> bool:
    return writer is not None and writer.token.is_in(environ.get("HTTP_AUTHORIZATION", ""))
