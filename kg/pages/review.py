"""Review pages: an article's statements with forms to accept, reject, change and add.

They need the token.

Every form works without script. A decision is on disk and in the graph before its response. The pages belong to one
person, so they are never cached.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kg import iri, vocab
from kg.corrections import reapply
from kg.corrections.edits import statements_of, words_of
from kg.corrections.kept import KeptRecords
from kg.corrections.values import MAX_NAME
from kg.http import etag
from kg.http.admission import admit
from kg.http.problems import Refusal
from kg.pages import review_forms
from kg.pages.bulk_review import AT_A_TIME, BulkReview, sample
from kg.pages.review_desk import NotOnDesk, RefusedCorrection, ReviewDesk, Sheet, Stale
from kg.pages.reviewer import Reviewers
from kg.records import Claim, Event, Record
from kg.store import EmbeddedStore
from kg.validate import our_shapes
from kg.views.review_queue import ReviewQueue

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from kg.sparql.writer import Writer

BODY_LIMIT: Final = 64_000
_VIEWS: Final = ("queue", "rules", "decide_rule", "enter", "article", "decide")
_QUEUE: Final = 50
_TOKEN_FIRST: Final = "Your decision is not kept: give the token, then send it again."


class ReviewPages:
    """The views for people with the token."""

    def __init__(self, desk: ReviewDesk, queue: ReviewQueue, writer: Writer) -> None:
        self._desk = desk
        self._queue = queue
        self._bulk = BulkReview(desk, queue)
        self._token = writer.token
        self._reviewers = Reviewers(writer.token)

    def queue(self) -> Response:
        """Return the statements with the lowest confidence."""
        if self._who() is None:
            return self._login()
        waiting, number = self._queue.least_certain(self._desk.versions(), _QUEUE)
        return self._page("review_queue.html", waiting=self._queue.shown(waiting), number=number)

    def rules(self) -> Response:
        """Return the rules of the extractor; for one of them, a random sample of its statements."""
        if self._who() is None:
            return self._login()
        return self._rules()

    def decide_rule(self) -> AnyResponse:
        """Accept what a rule made, or take back what was accepted so."""
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        who = self._who()
        if who is None:
            return self._login(_TOKEN_FIRST, HTTPStatus.UNAUTHORIZED)
        form = request.form
        try:
            if form.get("do") == "take_back":
                done = self._bulk.take_back(form.get("at", ""), form.get("by", ""), who)
                return self._rules(told=f"{done:,} decisions are taken back.")
            rule, at_least = form.get("rule", ""), _number(form.get("at_least", ""))
            if len(self._bulk.waiting(rule, at_least)) > _number(form.get("seen", "0")):
                return self._rules(HTTPStatus.PRECONDITION_FAILED, problem="More of it waits by now: look again.")
            done = self._bulk.accept(rule, who, at_least=at_least, looked_at=int(_number(form.get("looked_at", "0"))))
        except ValueError:
            return self._rules(HTTPStatus.UNPROCESSABLE_ENTITY, problem="A number is missing, or is none.")
        return self._rules(told=f"{done:,} statements are accepted; they are on the disk and in the graph.")

    def _rules(self, status: HTTPStatus = HTTPStatus.OK, **told: str) -> Response:
        asked = request.values
        rule, at_least = asked.get("rule", ""), asked.get("at_least", "")
        try:
            least = _number(at_least)
        except ValueError:
            status, least = HTTPStatus.UNPROCESSABLE_ENTITY, 0.0
            told["problem"] = "The confidence is a number from 0 to 1."
        waiting = self._bulk.waiting(rule, least) if rule else []
        return self._page(
            "review_rules.html",
            status,
            rule=rule,
            at_least=at_least,
            number=len(waiting),
            at_a_time=AT_A_TIME,
            sample=self._queue.shown(sample(waiting)),
            rules=self._queue.rules(self._desk.versions()),
            batches=self._bulk.batches(),
            **told,
        )

    def enter(self) -> AnyResponse:
        """Accept the token and a name, and store both in a cookie that scripts cannot read."""
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        name, word = request.form.get("name", "").strip(), request.form.get("token", "").strip()
        if not self._token.is_in(f"Bearer {word}"):
            return self._login("That is not the token that this server was started with.", HTTPStatus.UNAUTHORIZED)
        if not name or len(name) > MAX_NAME or not name.isprintable():
            return self._login("Give your name: it is shown beside your corrections.", HTTPStatus.BAD_REQUEST)
        response = redirect(_own_path(request.form.get("next", "")), HTTPStatus.SEE_OTHER)
        etag.not_to_be_kept()
        self._reviewers.remember(response, name)
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
            return self._login(_TOKEN_FIRST, HTTPStatus.UNAUTHORIZED)
        sheet, form = self._found(digits), request.form
        state = request.headers.get("If-Match", "").strip('" ') or form.get("state", "")
        try:
            correction = review_forms.correction_of(form, sheet.record, who)
            after = self._desk.decide(digits, state, [correction])
        except Stale as error:
            return self._sheet(digits, error.sheet, status=HTTPStatus.PRECONDITION_FAILED, since=error.since)
        except review_forms.FormError as error:
            return self._sheet(digits, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(error))
        except RefusedCorrection as error:
            return self._sheet(digits, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY, problem=str(error))
        etag.not_to_be_kept()
        place = _next_place(sheet.record, after.record, form)
        address = url_for("review_article", digits=digits, done=correction.id, _anchor=place)
        return redirect(address, HTTPStatus.SEE_OTHER)

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
            statements=(statements := _all_shown(record)),
            links=_links_shown(record, statements),
            link_types=sorted(vocab.LINK_TYPES),
            entities=[review_forms.entity_field(one.name, one.type) for one in record.entities],
            taken_back=reapply.taken_back(sheet.decisions),
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
        return self._reviewers.who()


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
    views: Mapping[str, Any] = dict.fromkeys(_VIEWS, _switched_off)
    if isinstance(store, EmbeddedStore) and writer is not None and folder is not None:
        kept = KeptRecords(folder)
        desk = ReviewDesk(store, writer, kept, base, our_shapes())
        desk.catch_up()
        queue = ReviewQueue(store)
        threading.Thread(target=queue.warm, name="review queue", daemon=True).start()
        reviewing = ReviewPages(desk, queue, writer)
        views = {name: getattr(reviewing, name) for name in views}
        admit(app, "review_enter", _limit)
        admit(app, "review_decide", _limit)
        admit(app, "review_rules_decide", _limit)
    app.add_url_rule("/review", "review", views["queue"])
    app.add_url_rule("/review", "review_enter", views["enter"], methods=("POST",))
    app.add_url_rule("/review/rules", "review_rules", views["rules"])
    app.add_url_rule("/review/rules", "review_rules_decide", views["decide_rule"], methods=("POST",))
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


def _number(text: str) -> float:
    """Return a number that a form has; nothing is 0.

    Raises:
        ValueError: It is none, or below 0.
    """
    value = float(text or 0)
    if not 0 <= value < float("inf"):
        raise ValueError(text)
    return value


def _all_shown(record: Record) -> list[dict[str, Any]]:
    """Return the values of all statements in the order of the text, each with a place of its own."""
    found = sorted((_shown(one, record) for one in statements_of(record)), key=lambda one: one["start"])
    taken: dict[str, int] = {}
    for one in found:
        taken[one["place"]] = times = taken.get(one["place"], 0) + 1
        one["place"] += f"~{times}" if times > 1 else ""
    return found


def _links_shown(record: Record, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the values of the links between statements of the article."""
    by_id = {one["id"]: one for one in statements}
    return [{"type": one.type, "source": by_id[one.source], "target": by_id[one.target]} for one in record.links]


def _next_place(before: Record, after: Record, form: Mapping[str, str]) -> str | None:
    """Return the place of the next statement that waits, or None where the person stays.

    Args:
        before: The record as it was shown.
        after: The record with the decision.
        form: What was sent.
    """
    old = next((one for one in _all_shown(before) if one["id"] == form.get("statement")), None)
    if old is None or form.get("do") not in ("accept", "reject"):
        return None
    waiting = [one for one in _all_shown(after) if not one["reviews"]]
    later = [one for one in waiting if one["start"] >= old["start"] and one["id"] != old["id"]]
    return next((str(one["place"]) for one in later or waiting), None)


def _shown(one: Any, record: Record) -> dict[str, Any]:
    """Return the values of a statement for a page."""
    names = {entity.id: review_forms.entity_field(entity.name, entity.type) for entity in record.entities}
    text = record.document.text
    is_claim = isinstance(one, Claim)
    side = "claim" if is_claim else "fact"
    event = next(iter(one.stated_events if is_claim else one.events), None)
    reviews = [review for review in record.reviews if review.statement == one.id]
    return {
        "id": one.id,
        "side": side,
        "place": f"{side}-{iri.path_of(words_of(one))}",
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
