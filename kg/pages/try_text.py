"""Trial page: reads a pasted text and shows the result without storing it.

The app's reader reads the text in a process of its own. The graph is shown from a store in memory that ends with the
response. This module does not know the app's own store.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Protocol

from flask import Flask, Response, render_template, request
from markupsafe import Markup
from pyoxigraph import RdfFormat
from werkzeug.exceptions import RequestEntityTooLarge

from kg import dump
from kg.errors import InputError, ReadingStopped
from kg.graph import VersionGraph
from kg.http.admission import admit
from kg.http.negotiation import negotiate
from kg.http.problems import Refusal, not_acceptable
from kg.http.rate_limit import RateLimiter
from kg.sparql.formats import GRAPH_FORMATS, HTML, ResponseFormat, named
from kg.store import EmbeddedStore
from kg.views.article import MARKS, Filter, read_article
from kg.views.terms import visible

TEXT_LIMIT: Final = 20_000
"""Largest text in code points."""
BODY_LIMIT: Final = 300_000
"""Largest request body in bytes: a percent-encoded text of the largest size."""
READINGS: Final = 10
"""Number of texts that are read for one client in :data:`READING_SECONDS`."""
READING_SECONDS: Final = 60.0
_SHOWN: Final = 100_000
_RECORD: Final = ResponseFormat("application/x-ndjson", name="record")
_NAMES: Final = ("turtle", "trig", "jsonld", "ntriples")
_FORMATS: Final = tuple(offer for name in _NAMES if (offer := named(name, GRAPH_FORMATS)) is not None)
_OFFERS: Final = (HTML, *_FORMATS, _RECORD, ResponseFormat("application/json", name="record"))
_SUFFIXES: Final = {"turtle": "ttl", "trig": "trig", "jsonld": "jsonld", "ntriples": "nt", "record": "jsonl"}
# A base that no IRI has: the tried text has no pages to link to.
_NOWHERE: Final = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The result of reading a text: its record as one line of JSON, its graph, and the findings of the shapes."""

    record: str
    graph: VersionGraph
    findings: tuple[str, ...] = ()


class PastedTextReader(Protocol):
    """Reads a text in a process of its own, within a time limit."""

    def __call__(self, text: str, published: str | None = None) -> Tried:
        """Read a text.

        Args:
            text: The text.
            published: The day of publication, if known.

        Raises:
            InputError: The text cannot be read.
            ReadingStopped: Reading takes too long, or other texts wait.
        """

    def prepare(self) -> None:
        """Prepare for a text; returns at once."""


class Trying:
    """The view. ``clock`` returns monotonic seconds."""

    def __init__(self, reader: PastedTextReader, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._meter = RateLimiter(READINGS, READING_SECONDS, clock)

    def form(self) -> str:
        """Return the page with an empty form."""
        self._reader.prepare()
        return render_template("try.html", text="", published="", limit=TEXT_LIMIT, failure=None)

    def read(self) -> Response:
        """Return the result of reading the text, as a page or as data."""
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        text = published = ""
        try:
            text, published = _sent(), request.values.get("published", "")
            demand_readable(text)
            offer = _chosen()
            demand_few(self._meter, READINGS, READING_SECONDS)
            tried = self._tried(text, published)
        except RequestEntityTooLarge:
            return self._refused(text, published, _too_long())
        except Refusal as refusal:
            return self._refused(text, published, refusal)
        return _page(tried, text, published) if offer is HTML else _data(tried, offer)

    def _tried(self, text: str, published: str) -> Tried:
        try:
            return self._reader(text, published or None)
        except InputError as error:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable", f"The text cannot be read: {error}") from error
        except ReadingStopped as error:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "stopped",
                f"{error}. This says nothing about what is in the text.",
                headers={"Retry-After": "10"},
            ) from error

    def _refused(self, text: str, published: str, refusal: Refusal) -> Response:
        """Return the form with the text and the reason for the refusal.

        Clients other than browsers get a problem document.
        """
        if negotiate(request.headers.get("Accept"), (ResponseFormat("application/problem+json"), HTML)) is not HTML:
            raise refusal
        status = refusal.code or HTTPStatus.BAD_REQUEST.value
        page = render_template(
            "try.html", text=text[:TEXT_LIMIT], published=published, limit=TEXT_LIMIT, failure=refusal, status=status
        )
        return Response(page, status=status, headers=dict(refusal.extra_headers), content_type=HTML.content_type)


def install(app: Flask, reader: PastedTextReader | None) -> None:
    """Serve the page; without a reader, its address reports that it is off.

    Args:
        app: The app.
        reader: The reader of texts.
    """
    app.jinja_env.globals.update(try_text=reader is not None)
    if reader is None:
        app.add_url_rule("/try", "try", _switched_off, methods=("GET", "POST"))
        return
    trying = Trying(reader)
    app.add_url_rule("/try", "try", trying.form)
    app.add_url_rule("/try", "tried", trying.read, methods=("POST",))
    admit(app, "tried", lambda _: BODY_LIMIT)


def _switched_off() -> Response:
    raise Refusal(
        HTTPStatus.NOT_FOUND,
        "switched-off",
        "This server reads no texts that are pasted: it was started without that (try_text = false, or --no-try).",
    )


def _chosen() -> ResponseFormat:
    """Return the format in the form's button, ``?format=`` or ``Accept``."""
    name = request.values.get("format")
    if name is None:
        offer = negotiate(request.headers.get("Accept"), _OFFERS)
        if offer is None:
            raise not_acceptable(_OFFERS)
        return offer
    found = named(name, _OFFERS)
    if found is None:
        known = ", ".join(dict.fromkeys(offer.name for offer in _OFFERS))
        raise Refusal(HTTPStatus.BAD_REQUEST, "unknown-format", f"There is no format {name!r}. There are: {known}.")
    return found


def _sent() -> str:
    """Return the text of the uploaded file, of the form, or of the body."""
    if request.mimetype == "text/plain":
        return _decoded(request.get_data(cache=False))
    file = request.files.get("file")
    if file is not None and file.filename:
        return _decoded(file.read())
    return pasted_text()


def pasted_text() -> str:
    """Return the text in the form of the request."""
    # Browsers send each line end of a form as two characters (HTML, "constructing entry lists").
    return request.form.get("text", "").replace("\r\n", "\n")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")  # a byte-order mark is no part of the text
    except UnicodeDecodeError as error:
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "not-utf-8",
            f"The text is not UTF-8 at byte {error.start}: save it as UTF-8, or paste its words.",
        ) from error


def demand_few(meter: RateLimiter, texts: int, seconds: float) -> None:
    """Refuse a client that has sent more texts than are read for one client.

    Args:
        meter: Counts the texts of each client.
        texts: The number of texts that it allows.
        seconds: The time for which it allows them.

    Raises:
        Refusal: The client has to wait.
    """
    wait = meter.acquire(request.remote_addr or "")
    if wait:
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too-many-texts",
            f"You have sent {texts} texts within {seconds:.0f} seconds, which is as many as are read for one client. "
            f"Send this one again in {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )


def demand_readable(text: str) -> None:
    """Refuse a text that is too long, empty or binary.

    Raises:
        Refusal: It is.
    """
    if len(text) > TEXT_LIMIT:
        raise _too_long()
    if not text.strip("\ufeff \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029"):
        detail = "There is no text: paste the words of an article, or choose a file."
        raise Refusal(HTTPStatus.BAD_REQUEST, "empty", detail)
    if "\0" in text:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "binary", "This is no text: it has a NUL character in it.")


def _too_long() -> Refusal:
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too-long",
        f"The text is longer than {TEXT_LIMIT:,} characters. Send a part of it, or read it with kg extract.",
    )


def _data(tried: Tried, offer: ResponseFormat) -> Response:
    """Return the record or the graph as a file."""
    body = tried.record.encode() + b"\n" if offer.name == _RECORD.name else _written(tried, offer)
    response = Response(body, content_type=offer.content_type)
    response.headers["Content-Disposition"] = f"attachment; filename=tried.{_SUFFIXES[offer.name]}"
    return response


def _page(tried: Tried, text: str, published: str) -> Response:
    """Return a page with the marked article, the record and the Turtle."""
    with EmbeddedStore.in_memory() as store:
        store.replace([tried.graph])
        article = read_article(store, _NOWHERE, tried.graph.version)
    if article is None:
        raise TypeError("the graph of a text has the text")
    page = render_template(
        "tried.html",
        article=article,
        chosen=Filter(),
        marks=MARKS,
        text=text,
        limit=TEXT_LIMIT,
        findings=tried.findings,
        record=_cut(json.dumps(json.loads(tried.record), ensure_ascii=False, indent=1)),
        turtle=_cut(_written(tried, _FORMATS[0]).decode()),
        formats=(*_NAMES, "record"),
        published=published,
    )
    return Response(page, content_type=HTML.content_type)


def _written(tried: Tried, offer: ResponseFormat) -> bytes:
    """Serialize the graph; formats without graphs merge all, and a claim is still not a fact."""
    if not isinstance(offer.engine, RdfFormat):
        raise TypeError(f"{offer.media_type} holds no graph")
    return dump.dump(tried.graph.quads, offer.engine)


def _cut(text: str) -> tuple[Markup, bool]:
    """Return the escaped beginning of a text for a page, and whether it was cut."""
    return visible(text[:_SHOWN]), len(text) > _SHOWN
