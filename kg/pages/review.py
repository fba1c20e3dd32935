"""Review pages: an article's statements with forms to accept, reject, change and add.

They need the token.

Every form works without script. A decision is on disk and in the graph before its response. The pages belong to one
person, so they are never cached.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg import vocab
from kg.corrections.edits import statements_of, words_of
from kg.corrections.kept import KeptRecords
from kg.corrections.values import MAX_NAME
from kg.http import etag
from kg.http.admission import admit
from kg.http.problems import Refusal
from kg.pages import review_forms
from kg.pages.review_desk import NotOnDesk, RefusedCorrection, ReviewDesk, Sheet, Stale
from kg.records import Claim, Event, Record
from kg.store import EmbeddedStore
from kg.validate import our_shapes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kg.sparql.writer import Writer

BODY_LIMIT: Final = 64_000
COOKIE: Final = "claimgraph_review"
_QUEUE: Final = 50
_SAMPLE: Final = 10


class ReviewPages:
    """The views for people with the token."""

    def __init__(self, desk: ReviewDesk, kept: KeptRecords, writer: Writer) -> None:
        self._desk = desk
        self._kept = kept
        self._token = writer.token

    def queue(self) -> Response:
        """Return the statements with the lowest confidence."""
        if self._who() is None:
            return self._login()
        waiting = []
        for record in self._kept.all():
            try:
                sheet = self._desk.sheet(record.document.sha256[:16])
            except NotOnDesk:
                continue
            decided = {review.statement for review in sheet.record.reviews}
            for one in statements_of(sheet.record):
                if one.id not in decided:
                    waiting.append((one.confidence, one.rule, sheet.record.document, _shown(one, sheet.record)))
        waiting.sort(key=lambda item: (item[0], item[2].id))
        return self._page("review_queue.html", waiting=waiting[:_QUEUE], number=len(waiting))

    def enter(self) -> AnyResponse:
        """Accept the token and a name, and store both in a cookie that scripts cannot read."""
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        name, word = request.form.get("name", "").strip(), request.form.get("token", "").strip()
        if not self._token.is_in(f"Bearer {word}"):
            return self._login("That is not the token that this server was started with.", HTTPStatus.UNAUTHORIZED)
        if not name or len(name) > MAX_NAME or not name.isprintable():
            return self._login("Give your name: it stands beside what you correct.", HTTPStatus.BAD_REQUEST)
        response = redirect(_own_path(request.form.get("next", "")), HTTPStatus.SEE_OTHER)
        etag.not_to_be_kept()
        secure = request.scheme == "https"
        response.set_cookie(COOKIE, self._signed(name), httponly=True, samesite="Strict", path="/review", secure=secure)
        return response

    def article(self, digits: str) -> Response:
        """Return an article with its statements and the decisions about them."""
        if self._who() is None:
            return self._login()
        return self._sheet(digits, self._found(digits))

    def decide(self, digits: str) -> AnyResponse:
        """Record a decision.

        A conflict with another person's decision shows that decision and the filled form.
        """
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        who = self._who()
        if who is None:
            return self._login(
                "Your decision is not kept: give the token, then send it again.", HTTPStatus.UNAUTHORIZED
            )
        sheet, form = self._found(digits), request.form
        state = request.headers.get("If-Match", "").strip('" ') or form.get("state", "")
        try:
            correction = review_forms.correction_of(form, sheet.record, who)
            self._desk.decide(digits, state, [correction])
        except Stale as error:
            return self._sheet(digits, error.sheet, status=HTTPStatus.PRECONDITION_FAILED, since=error.since)
        except review_forms.FormError as error:
            return self._sheet(digits, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(error))
        except RefusedCorrection as error:
            return self._sheet(digits, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(error))
        etag.not_to_be_kept()
        return redirect(url_for("review_article", digits=digits, done=correction.id), HTTPStatus.SEE_OTHER)

    def _found(self, digits: str) -> Sheet:
        try:
            return self._desk.sheet(digits)
        except NotOnDesk as error:
            raise Refusal(HTTPStatus.NOT_FOUND, "nothing-to-review", f"{error}.") from error

    def _sheet(self, digits: str, sheet: Sheet, *, status: HTTPStatus = HTTPStatus.OK, **told: object) -> Response:
        record = sheet.record
        response = self._page(
            "review.html",
            status=status,
            digits=digits,
            sheet=sheet,
            record=record,
            statements=sorted((_shown(one, record) for one in statements_of(record)), key=lambda one: one["start"]),
            entities=[review_forms.entity_field(one.name, one.type) for one in record.entities],
            taken_back={one.undoes for one in sheet.decisions if one.undoes},
            acts=sorted(vocab.SPEECH_ACTS),
            events=sorted(vocab.EVENT_TYPES),
            certainties=sorted(vocab.CERTAINTIES),
            frames=sorted(vocab.FRAMES),
            form=request.form,
            done=request.args.get("done", ""),
            **told,
        )
        response.set_etag(sheet.state)
        return response

    def _page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
        etag.not_to_be_kept()
        page = render_template(template, who=self._who(), **values)
        return Response(page, status=status, content_type="text/html; charset=utf-8")

    def _login(self, problem: str = "", status: HTTPStatus = HTTPStatus.UNAUTHORIZED) -> Response:
        return self._page("review_login.html", status, problem=problem, next=_own_path(request.path))

    def _who(self) -> str | None:
        """Return the person in the cookie; with the token in the header, the person in ``X-Reviewer``."""
        name, _, mark = request.cookies.get(COOKIE, "").partition(".")
        if name and mark and hmac.compare_digest(self._mark(name), mark):
            return urlsafe_b64decode(name).decode()
        if self._token.is_in(request.headers.get("Authorization", "")):
            return request.headers.get("X-Reviewer", "").strip()[:MAX_NAME] or "not named"
        return None

    def _signed(self, name: str) -> str:
        coded = urlsafe_b64encode(name.encode()).decode()
        return f"{coded}.{self._mark(coded)}"

    def _mark(self, coded: str) -> str:
        return hmac.new(self._token.digest, f"review {coded}".encode(), hashlib.sha256).hexdigest()


def install(app: Flask, store: object, writer: Writer | None, folder: Path | None, base: str) -> None:
    """Serve the pages. Without a writer, or a store in a folder, their addresses report that they are off.

    Args:
        app: The app.
        store: The opened store.
        writer: The writer of changes, which knows the token.
        folder: The store's folder.
        base: The base of the graph's IRIs.
    """
    on = isinstance(store, EmbeddedStore) and writer is not None and folder is not None
    app.jinja_env.globals.update(can_review=on)
    views: Mapping[str, Any] = dict.fromkeys(("queue", "enter", "article", "decide"), _switched_off)
    if isinstance(store, EmbeddedStore) and writer is not None and folder is not None:
        kept = KeptRecords(folder)
        desk = ReviewDesk(store, writer, kept, base, our_shapes())
        desk.catch_up()
        reviewing = ReviewPages(desk, kept, writer)
        views = {name: getattr(reviewing, name) for name in views}
        admit(app, "review_enter", _limit)
        admit(app, "review_decide", _limit)
    app.add_url_rule("/review", "review", views["queue"])
    app.add_url_rule("/review", "review_enter", views["enter"], methods=("POST",))
    app.add_url_rule("/review/doc/<digits>", "review_article", views["article"])
    app.add_url_rule("/review/doc/<digits>", "review_decide", views["decide"], methods=("POST",))


def _limit(environ: WSGIEnvironment) -> int:  # noqa: ARG001
    return BODY_LIMIT


def _switched_off(**_: str) -> Response:
    raise Refusal(
        HTTPStatus.NOT_FOUND,
        "switched-off",
        "This server takes no corrections: it serves no store in a folder, or was started without --token-file.",
    )


def _own_path(path: str) -> str:
    """Return the path if it is one of these pages, else the queue: a form must not lead to another site."""
    return path if path.startswith("/review") and "//" not in path and "\\" not in path else "/review"


def _shown(one: Any, record: Record) -> dict[str, Any]:
    """Return the values of a statement for a page."""
    names = {entity.id: review_forms.entity_field(entity.name, entity.type) for entity in record.entities}
    text = record.document.text
    is_claim = isinstance(one, Claim)
    event = next(iter(one.stated_events if is_claim else one.events), None)
    reviews = [review for review in record.reviews if review.statement == one.id]
    return {
        "id": one.id,
        "side": "claim" if is_claim else "fact",
        "start": words_of(one)[0].start,
        "quote": " … ".join(span.of(text) for span in words_of(one)),
        "speaker": "; ".join(names[name] for name in one.speakers) if is_claim else "",
        "speech_act": one.speech_act if is_claim else "",
        "polarity": one.polarity,
        "certainty": one.certainty,
        "frame": one.frame,
        "event": "" if event is None else event.type,
        "roles": {} if event is None else _roles(event, names),
        "confidence": one.confidence,
        "rule": one.rule,
        "reviews": reviews,
        "inside": is_claim and one.parent is not None,
    }


def _roles(event: Event, names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for role, entity in event.roles():
        found.setdefault(role, []).append(names[entity])
    return {role: "; ".join(found.get(role, ())) for role in ("agents", "targets", "participants", "places")}
