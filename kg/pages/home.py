"""Start page, questions and query form. They work without script and without inline style."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Flask, render_template, request

from kg import vocab
from kg.engine import Answer
from kg.engine.queryable import Results
from kg.engine.results import read_results
from kg.errors import QueryError
from kg.http.admission import admit
from kg.http.problems import Refusal, query_refused
from kg.pages import query_editor
from kg.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS
from kg.sparql.request import BODY_LIMIT, QueryRequest
from kg.sparql.request_store import Asking
from kg.version import __version__
from kg.views.competency_questions import Question, asks_for
from kg.views.counts import Holdings, newest_query
from kg.views.examples import example_cards
from kg.views.question_filters import fields, narrowed
from kg.views.result_table import ROW_LIMIT, Table, table_of
from kg.views.statement_card import in_words

# A form sends its fields in the address; the server accepts no longer request line.
_ADDRESS_LIMIT: Final = 14_000
_USUAL_PREFIXES: Final = ("cg", "act", "evt", "mod", "rel", "prov", "schema", "skos", "xsd")
_STARTING_QUERY: Final = (
    "SELECT ?speaker ?words WHERE {\n  ?claim a cg:Claim ; cg:speaker ?speaker ; cg:text ?words\n} LIMIT 20\n"
)
_ASKS_ONLY: Final = "This page only asks: an update is never sent from it, and nothing was changed."


class Pages:
    """The views of one app. ``base`` is the base of our own IRIs."""

    def __init__(self, store: Asking, base: str, questions: Sequence[Question], holdings: Holdings) -> None:
        self._store = store
        self._base = base
        self._questions = {question.name: question for question in questions}
        self._holdings = holdings
        self._editor = query_editor.is_here()  # Checked once: a response is cached while the graph stays the same.

    def start(self) -> str:
        """Return the start page: a description, an example, the content of the graph, and entry points."""
        return render_template(
            "start.html",
            holdings=self._holdings.counts(),
            articles=self._holdings.newest_articles(),
            base=self._base,
            examples=example_cards(self._store, self._base),
            query=newest_query(),
        )

    def question(self, name: str) -> str:
        """Return an example query with its filtered answer. Refuses an unknown name with 404.

        Raises:
            Refusal: The question is unknown.
        """
        question = self._questions.get(name)
        if question is None:
            known = ", ".join(self._questions) or "none"
            raise Refusal(
                HTTPStatus.NOT_FOUND, "no-such-question", f"There is no question {name!r}. There are: {known}."
            )
        table = self._answer(question.query)
        chosen = {name: value for name in table.columns if (value := request.args.get(name, ""))}
        parameters = fields(table, chosen)
        query = narrowed(question.query, table.columns, {field.name: field.chosen for field in parameters})
        if query != question.query:
            table = self._answer(query)
        return render_template(
            "question.html",
            question=question,
            parameters=parameters,
            query=query,
            table=table,
            kind=asks_for(question.query),
            data=_data(table),
        )

    def _answer(self, query: str) -> Table:
        results = self._store.query(query, base=self._base, most=ROW_LIMIT + 1)
        return table_of(self._store, self._base, results, query=query)

    def query(self) -> str | tuple[str, int]:
        """Return the query form, with the results of its query."""
        text = request.values.get("query", "").replace("\r\n", "\n")
        update = request.values.get("update")
        if update:
            return self._failed_query(update, Refusal(HTTPStatus.FORBIDDEN, "asks-only", _ASKS_ONLY))
        if not text.strip():
            return self._query_page(_with_prefixes(_STARTING_QUERY))
        try:
            results = self._store.query(text, base=self._base, most=ROW_LIMIT + 1)
        except QueryError as error:
            return self._failed_query(text, query_refused(error))
        except Refusal as refusal:
            return self._failed_query(text, refusal)
        return self._results(text, results)

    def answered(self, asked: QueryRequest, answer: Answer) -> str:
        """Return the query form with an answer below it.

        Args:
            asked: The request with the query.
            answer: The engine's answer, with rows as TSV or triples as N-Triples.

        Raises:
            QueryTooLarge: The answer is longer than a page can hold.
        """
        has_own_dataset = asked.default_graphs is not None or asked.named_graphs is not None
        return self._results(asked.text, read_results(answer, ROW_LIMIT + 1), has_own_dataset=has_own_dataset)

    def _results(self, query: str, results: Results, *, has_own_dataset: bool = False) -> str:
        table = table_of(self._store, self._base, results, query=query, has_own_dataset=has_own_dataset)
        return self._query_page(query, table=table, kind=asks_for(query), data=_data(table))

    def _failed_query(self, text: str, refusal: Refusal) -> tuple[str, int]:
        return self._query_page(text, failure=refusal.detail), refusal.code or HTTPStatus.BAD_REQUEST.value

    def _query_page(self, query: str, **results: object) -> str:
        """Return the query page with a query in its form, and with ``results`` if it was run."""
        return render_template(
            "query.html",
            query=query,
            questions=self._questions.values(),
            editor=self._editor,
            prefixes=vocab.PREFIXES,
            terms=query_editor.terms(),
            **results,
        )


def install(app: Flask, pages: Pages) -> None:
    """Serve the pages.

    Args:
        app: The app.
        pages: The views.
    """
    app.jinja_env.globals.update(claimgraph_version=__version__, address_limit=_ADDRESS_LIMIT)
    app.jinja_env.filters["in_words"] = in_words
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/", "start", pages.start)
    app.add_url_rule("/query", "query", pages.query, methods=("GET", "POST"))
    admit(app, "query", lambda _: BODY_LIMIT)


def _with_prefixes(query: str) -> str:
    return "".join(f"PREFIX {prefix}: <{vocab.PREFIXES[prefix]}>\n" for prefix in _USUAL_PREFIXES) + query


def _data(table: Table) -> tuple[str, ...]:
    """Return the names of the formats of the same results."""
    offers = GRAPH_FORMATS if table.is_graph else RESULT_FORMATS
    return tuple(dict.fromkeys(offer.name for offer in offers))
