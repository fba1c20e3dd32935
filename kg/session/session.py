"""A read-only session on one graph."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.errors import StoreError, UnknownName
from kg.iri import is_statement
from kg.session import html, names, statement_filter
from kg.session.article import StoredArticle, version_of
from kg.session.column_types import Term
from kg.session.result import Result
from kg.session.statements import Statement, Statements
from kg.views.query_files import own_query
from kg.views.statement import statement_scopes
from kg.views.statement_card import card_of
from kg.views.statement_rows import names_of, read_rows, rows_query
from kg.views.terms import Mark, literal_marks

if TYPE_CHECKING:
    from rdflib import Dataset

    from kg.store import AnyStore


class Session:
    """A session on a graph. Close it, or use it as a context manager, to release a store.

    A name is resolved to exactly one thing of the graph, or AmbiguousName lists the choices; an IRI is used unchanged.
    Every method raises QueryError or StoreError if the graph cannot be queried.
    """

    def __init__(self, store: AnyStore, place: str, closing: contextlib.ExitStack) -> None:
        self._opened: AnyStore | None = store
        self._closing = closing
        self.place = place

    def close(self) -> None:
        """Release the store. Results stay valid."""
        self._opened = None
        self._closing.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def store(self) -> AnyStore:
        """The store of the session.

        Raises:
            StoreError: The session is closed.
        """
        if self._opened is None:
            raise StoreError(f"{self.place}: this session is closed; open another one with kg.open")
        return self._opened

    def query(self, text: str) -> Result:
        """Run a SPARQL 1.1 query and return the complete result.

        Facts are in the default graph. The content of each claim is in its own graph: ``?claim cg:content ?g . GRAPH ?g
        { ... }``. Raises QueryError with the parser's message.
        """
        return Result.read(self.store.query(text), self._marks)

    def claims(
        self,
        *,
        by: str | None = None,
        about: str | None = None,
        act: str | None = None,
        hearsay: bool = False,
        limit: int | None = None,
    ) -> Statements:
        """Return claims, filtered by speaker, subject and speech act.

        Args:
            by: The speaker, a name or an IRI.
            about: The target of the speech act, or a participant of the content.
            act: The speech act, such as ``accuse`` or ``deny``.
            hearsay: Whether to include claims inside of other claims.
            limit: The largest number of claims of each kind.

        Raises:
            UnknownName: A name is unknown.
            AmbiguousName: A name has several meanings; the error has the choices.
            UsageError: There is no such speech act.
        """
        roles = [statement_filter.SPEAKS, *([statement_filter.SPEAKS_INSIDE] if hearsay else [])]
        speaker = names.resolve(self.store, by, roles) if by is not None else None
        subject = names.resolve(self.store, about, statement_filter.SPOKEN_OF) if about is not None else None
        scopes = {"claim": statement_filter.first(statement_filter.claims(by=speaker, about=subject, act=act), limit)}
        if hearsay:
            inner = statement_filter.hearsay(by=speaker, about=subject, act=act)
            scopes["inner"] = statement_filter.first(inner, limit, kept="?statement ?said")
        return self._statements(scopes)

    def facts(self, *, about: str | None = None, event: str | None = None, limit: int | None = None) -> Statements:
        """Return facts, filtered by participant and type of event: reported, not checked.

        Args:
            about: A participant, a name or an IRI.
            event: The type of event, such as ``meeting`` or ``visit``.
            limit: The largest number of facts.
        """
        subject = names.resolve(self.store, about, [statement_filter.TAKES_PART]) if about is not None else None
        return self._statements(
            {"fact": statement_filter.first(statement_filter.facts(about=subject, event=event), limit)}
        )

    def statement(self, iri: str) -> Statement:
        """Return the statement with an IRI.

        Raises:
            UnknownName: The graph has no such statement.
        """
        found = self._statements(statement_scopes(iri)) if names.is_iri(iri) and is_statement(iri) else ()
        if not found:
            raise UnknownName(f"there is no statement <{iri}> in this graph")
        return found[0]

    def article(self, handle: str) -> StoredArticle:
        """Return an article by the 16 digits of a version (or their beginning), by its id, or by either's IRI."""
        return StoredArticle(self.store, version_of(self.store, handle))

    def articles(self) -> Result:
        """Return the current articles: version, headline, publisher, date of publication, url."""
        return self.query(own_query("articles").replace("LIMIT 20", ""))

    def find(self, name: str) -> list[names.Candidate]:
        """Find things by a name or a part of it, exact names first."""
        return names.find(self.store, name)

    def as_rdflib(self) -> Dataset:
        """Return the graph as a read-only rdflib ``Dataset``.

        A ``Graph`` would drop the graphs that separate claims. The graph of another server is fetched completely first.
        """
        return self.store.as_rdflib()

    def __repr__(self) -> str:
        return f"<Session on {self.place}{' (closed)' if self._opened is None else ''}>"

    def _marks(self, terms: Sequence[Term]) -> Mapping[str, Mark]:
        return literal_marks(self.store, terms)

    def _statements(self, scopes: Mapping[str, str]) -> Statements:
        rows = read_rows(self.store, rows_query(scopes))
        labels = names_of(self.store, rows)
        return Statements([card_of(row, html.NO_PAGES, labels) for row in rows])
