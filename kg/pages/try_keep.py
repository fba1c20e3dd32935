"""``POST /try/keep``: puts the text of the trial page into the graph, for people with the token.

The text takes the same way as one that is sent to ``POST /articles``: the same reader, shapes and transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from kg.http import etag
from kg.http.admission import admit
from kg.http.problems import Refusal
from kg.http.rate_limit import RateLimiter
from kg.pages.article_upload import Sent, SentArticlesReader, StoredArticles, is_address, read_sent, store_articles
from kg.pages.try_text import BODY_LIMIT, demand_few, demand_readable, pasted_text
from kg.views.statement_card import path_of

if TYPE_CHECKING:
    from kg.sparql.writer import Writer

ATTEMPTS: Final = 10
"""The number of texts, with a right or a wrong token, from one client in :data:`ATTEMPT_SECONDS`."""
ATTEMPT_SECONDS: Final = 60.0
FIELDS: Final = ("url", "publisher", "published")
"""The fields of the form that describe the article."""
_STATUS: Final = MappingProxyType(
    {
        "added": "The article is new in the graph.",
        "replaced": "It replaces the version of this article that was in force.",
        "unchanged": "The graph had this text of the article already; nothing has changed.",
    }
)


class KeepPage:
    """The view.

    Args:
        reader: The reader of articles.
        writer: The writer, which knows the token.
        base: The base of the graph's IRIs.
        clock: Returns monotonic seconds.
    """

    def __init__(
        self, reader: SentArticlesReader, writer: Writer, base: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._base = base
        self._meter = RateLimiter(ATTEMPTS, ATTEMPT_SECONDS, clock)

    def keep(self) -> Response:
        """Put the text into the graph and say what was written; a refusal shows the form again."""
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        etag.not_to_be_kept()
        values: dict[str, str] = dict.fromkeys(("text", *FIELDS), "")
        try:
            values |= {name: request.form.get(name, "").strip() for name in FIELDS}
            values["text"] = pasted_text()
            demand_few(self._meter, ATTEMPTS, ATTEMPT_SECONDS)
            self._demand_token()
            stored = self._stored(values)
        except RequestEntityTooLarge:
            return _page(values, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem="The form is larger than the trial page.")
        except Refusal as refusal:
            return _page(values, HTTPStatus(refusal.code or 400), refusal, problem=refusal.detail)
        article = stored.articles[0]
        return _page(
            values,
            HTTPStatus.OK,
            article=article,
            path=path_of(article["version"], self._base) or article["version"],
            sentence=_STATUS[article["status"]],
        )

    def _demand_token(self) -> None:
        word = request.form.get("token", "").strip()
        token = self._writer.token
        if not (token.is_in(f"Bearer {word}") or token.is_in(request.headers.get("Authorization", ""))):
            missing = "The token is missing" if not word else "That is not the token that this server was started with"
            raise Refusal(
                HTTPStatus.UNAUTHORIZED,
                "no-token",
                f"{missing}. The graph has not changed. The token is in the file that the server was started with "
                "(--token-file); ask the person who runs it.",
            )

    def _stored(self, values: dict[str, str]) -> StoredArticles:
        demand_readable(values["text"])
        if not is_address(values["url"]):
            raise Refusal(
                HTTPStatus.BAD_REQUEST,
                "no-url",
                "Give the address of the article (https://...): it is the article's name in the graph. The graph has "
                "not changed.",
            )
        about = {name: values[name] for name in FIELDS if values[name]}
        sent = Sent(data=values["text"].encode(), format_name="text", charset="utf-8", about=about)
        return store_articles(read_sent(sent, self._reader), self._writer)


def install(app: Flask, reader: SentArticlesReader | None, writer: Writer | None, base: str) -> None:
    """Serve the address; without reader, writer or trial page it reports that it is off.

    Args:
        app: The app, with the trial page.
        reader: The reader of articles.
        writer: The writer of changes.
        base: The base of the graph's IRIs.
    """
    on = reader is not None and writer is not None and bool(app.jinja_env.globals["try_text"])
    app.jinja_env.globals.update(can_keep=on)
    if not on or reader is None or writer is None:
        app.add_url_rule("/try/keep", "keep_tried", _switched_off, methods=("POST",))
        return
    app.add_url_rule("/try/keep", "keep_tried", KeepPage(reader, writer, base).keep, methods=("POST",))
    admit(app, "keep_tried", lambda _: BODY_LIMIT)


def _switched_off() -> Response:
    raise Refusal(
        HTTPStatus.FORBIDDEN,
        "read-only",
        "This server saves no texts: it was started without --token-file, or with --no-try. "
        "'kg build FILE --store DIR' puts an article into a graph.",
    )


def _page(values: dict[str, str], status: HTTPStatus, refusal: Refusal | None = None, **told: Any) -> Response:
    page = render_template("keep.html", values=values, **told)
    headers = {} if refusal is None else dict(refusal.extra_headers)
    return Response(page, status=status, headers=headers, content_type="text/html; charset=utf-8")
