"""Questions of readers to the graph, each with a field, answered by statements: ``/questions/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal

from flask import Flask, render_template, request
from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode

from kg.engine.queryable import QueryableStore
from kg.http.problems import Refusal
from kg.pages.home import Pages
from kg.views.query_files import own_query, records
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import graph_query, names_of, prefixes_of, read_rows, rows_query

PAGE_SIZE: Final = 20
"""Number of statements on one page of an answer."""
_MAX_PAGE: Final = 20_000
_MAX_LENGTH: Final = 300
_MOST_NAMED: Final = 100

FieldKind = Literal["name", "place", "outlet", "day"]
Pattern = Callable[[str], str]
"""Returns the pattern that restricts the statements to a value of the field.

The value is SPARQL terms.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderQuestion:
    """A question: its ``title``, the ``label`` of its field, and the ``pattern`` of the answering statements.

    ``kind`` is the kind of the statements. ``narrowing`` restricts them to a value of the field. Without ``is_open``,
    the question needs a value.
    """

    name: str
    title: str
    label: str
    field: FieldKind
    kind: str
    pattern: str
    narrowing: Pattern
    is_open: bool = True


def _acts(*acts: str) -> str:
    return f"VALUES ?act {{ {' '.join(f'act:{act}' for act in acts)} }} ?statement cg:speechAct ?act ."


def _events(*types: str) -> str:
    return (
        f"VALUES ?type {{ {' '.join(f'evt:{type_}' for type_ in types)} }} "
        "?event cg:eventType ?type . ?statement cg:describes ?event ."
    )


def _by(values: str) -> str:
    return f"VALUES ?who {{ {values} }} ?statement cg:speaker ?who ."


def _about(values: str) -> str:
    return f"VALUES ?whom {{ {values} }} ?statement cg:actTarget ?whom ."


def _by_or_about(values: str) -> str:
    return f"VALUES ?who {{ {values} }} {{ ?statement cg:speaker ?who }} UNION {{ ?statement cg:actTarget ?who }}"


def _with(values: str) -> str:
    return f"VALUES ?who {{ {values} }} ?event cg:agent|cg:participant|cg:target|cg:place ?who ."


def _of_outlet(values: str) -> str:
    return (
        f"VALUES ?outlet {{ {values} }} ?article schema:publisher ?outlet . "
        "?version prov:specializationOf ?article . ?statement cg:inVersion ?version ."
    )


def _of_day(value: str) -> str:
    return (
        "?statement cg:inVersion/prov:specializationOf/schema:datePublished ?published "
        f"FILTER(STRSTARTS(STR(?published), {value}))"
    )


_EVENT: Final = "?statement cg:describes ?event . ?event cg:eventType ?type FILTER(?type != evt:holdPosition)"
QUESTIONS: Final = {
    question.name: question
    for question in (
        ReaderQuestion(
            name="who-accuses-whom",
            title="Who accuses whom?",
            label="Accuser or accused",
            field="name",
            kind="claim",
            pattern=_acts("accuse"),
            narrowing=_by_or_about,
        ),
        ReaderQuestion(
            name="what-somebody-said",
            title="What did somebody say?",
            label="Speaker",
            field="name",
            kind="claim",
            pattern="?statement a cg:Claim .",
            narrowing=_by,
            is_open=False,
        ),
        ReaderQuestion(
            name="what-was-said-about-somebody",
            title="What was said about somebody?",
            label="About whom",
            field="name",
            kind="claim",
            pattern="?statement a cg:Claim .",
            narrowing=_about,
            is_open=False,
        ),
        ReaderQuestion(
            name="what-was-denied",
            title="What was denied or rejected, and by whom?",
            label="Who denies",
            field="name",
            kind="claim",
            pattern=_acts("deny", "reject"),
            narrowing=_by,
        ),
        ReaderQuestion(
            name="who-demands-what",
            title="Who demands or urges what?",
            label="Who demands, or of whom",
            field="name",
            kind="claim",
            pattern=_acts("demand", "urge", "request"),
            narrowing=_by_or_about,
        ),
        ReaderQuestion(
            name="who-promises-or-threatens",
            title="Who promises, threatens or warns?",
            label="Who, or whom",
            field="name",
            kind="claim",
            pattern=_acts("promise", "threaten", "warn"),
            narrowing=_by_or_about,
        ),
        ReaderQuestion(
            name="what-an-outlet-reports",
            title="What does an outlet report itself?",
            label="Outlet",
            field="outlet",
            kind="fact",
            pattern=_EVENT,
            narrowing=_of_outlet,
        ),
        ReaderQuestion(
            name="what-happened-with-somebody",
            title="What do articles report about somebody?",
            label="Who",
            field="name",
            kind="fact",
            pattern=_EVENT,
            narrowing=_with,
            is_open=False,
        ),
        ReaderQuestion(
            name="what-happened-in-a-place",
            title="What do articles report from a place?",
            label="Place",
            field="place",
            kind="fact",
            pattern=_EVENT,
            narrowing=_with,
            is_open=False,
        ),
        ReaderQuestion(
            name="who-met-whom",
            title="Who met or talked with whom?",
            label="Who",
            field="name",
            kind="fact",
            pattern=_events("meeting", "visit", "negotiation", "summit", "phoneCall", "consult"),
            narrowing=_with,
        ),
        ReaderQuestion(
            name="who-holds-which-office",
            title="Who holds which office?",
            label="Who, or for whom",
            field="name",
            kind="fact",
            pattern=_events("holdPosition"),
            narrowing=_with,
        ),
        ReaderQuestion(
            name="what-was-said-on-a-day",
            title="What was said in the articles of one day?",
            label="Day of the articles",
            field="day",
            kind="claim",
            pattern="?statement a cg:Claim .",
            narrowing=_of_day,
            is_open=False,
        ),
        ReaderQuestion(
            name="where-the-speaker-is-unclear",
            title="In which passages is the speaker unclear?",
            label="Outlet",
            field="outlet",
            kind="unclear",
            pattern="?statement a cg:UnclearPassage .",
            narrowing=_of_outlet,
        ),
    )
}
"""The questions by the name in their address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """One page of an answer: ``count`` statements in all; the page begins at number ``first``, from 1."""

    cards: tuple[Card, ...]
    count: int
    first: int
    query: str
    graph: str

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return max(1, -(-self.count // PAGE_SIZE))


def read_reply(store: QueryableStore, base: str, question: ReaderQuestion, values: str, page: int) -> QuestionAnswer:
    """Return one page of the answer to a question.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        question: The question.
        values: SPARQL terms for the value of its field; empty for any value.
        page: The page, from 1.
    """
    pattern = f"{question.pattern} {question.narrowing(values) if values else ''}"
    scopes = {question.kind: f"{{ SELECT DISTINCT ?statement {{ {pattern} }} }}"}
    counting = f"SELECT (COUNT(DISTINCT ?statement) AS ?n) {{ {pattern} }}"
    (counted,) = records(store.query(prefixes_of(counting) + counting))
    skipped = (page - 1) * PAGE_SIZE
    shown = f"{{ SELECT DISTINCT ?statement {{ {pattern} }} ORDER BY ?statement LIMIT {PAGE_SIZE} OFFSET {skipped} }}"
    rows = read_rows(store, rows_query({question.kind: shown})) if skipped < int(counted["n"]) else []
    names = names_of(store, rows)
    return QuestionAnswer(
        cards=tuple(card_of(row, base, names) for row in rows),
        count=int(counted["n"]),
        first=skipped + 1,
        query=rows_query(scopes),
        graph=graph_query(scopes),
    )


class ReaderQuestions:
    """The views. ``base`` is the base of our own IRIs; ``pages`` has the questions of the installation."""

    def __init__(self, store: QueryableStore, base: str, pages: Pages) -> None:
        self._store = store
        self._base = base
        self._pages = pages

    def list(self) -> str:
        """Return the list of questions."""
        return render_template("questions.html", questions=QUESTIONS.values())

    def question(self, name: str) -> str:
        """Return a question's page. ``?value=`` is the value of its field, ``page`` counts from 1.

        Raises:
            Refusal: The question is unknown, or the value is malformed.
        """
        question = QUESTIONS.get(name)
        if question is None:
            return self._pages.question(name)
        value, page = request.args.get("value", "").strip(), request.args.get("page", 1, type=int)
        if len(value) > _MAX_LENGTH or "\x00" in value:
            raise Refusal(
                HTTPStatus.BAD_REQUEST, "bad-value", f"A value has at most {_MAX_LENGTH} characters, none U+0000."
            )
        page = min(max(page, 1), _MAX_PAGE)
        values = self._values(question.field, value) if value else ""
        is_asked = bool(values) or (question.is_open and not value)
        return render_template(
            "readerquestion.html",
            question=question,
            value=value,
            is_known=bool(values) or not value,
            page=page,
            choices=self._choices(question.field),
            reply=read_reply(self._store, self._base, question, values, page) if is_asked else None,
        )

    def _values(self, field: FieldKind, value: str) -> str:
        """Return the SPARQL terms for a value: all entities with that name. Empty if there are none."""
        if field in ("outlet", "day"):
            return str(Text(value))
        query = own_query("called-so", entities=Text(f"{self._base}entity/"), name=Text(value.casefold()))
        found = records(self._store.query(query))
        return " ".join(str(NamedNode(record["entity"])) for record in found)

    def _choices(self, field: FieldKind) -> Sequence[str]:
        """Return the values with the most statements."""
        if field == "outlet":
            query = own_query("outlets")
        elif name := {"name": "most-named", "place": "most-named-places"}.get(field):
            query = own_query(name, entities=Text(f"{self._base}entity/"))
        else:
            return ()
        found = records(self._store.query(query))
        return tuple(dict.fromkeys(_name(record) for record in found))[:_MOST_NAMED]


def _name(record: Mapping[str, str]) -> str:
    return record.get("name") or record.get("outlet", "")


def install(app: Flask, store: QueryableStore, base: str, pages: Pages) -> None:
    """Serve the questions.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
        pages: The pages with the questions of the installation.
    """
    views = ReaderQuestions(store, base, pages)
    app.add_url_rule("/questions/", "questions", views.list)
    app.add_url_rule("/questions/<name>", "question", views.question)
