"""The tools for language models. Names are resolved first; an ambiguous name gives choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from kg.errors import AmbiguousName, UnknownName
from kg.iri import is_statement
from kg.mcp.answers import (
    ITS_OWN,
    NOT_CHECKED,
    ChoiceAnswer,
    EventAnswer,
    Replies,
    ReplyAnswer,
    Rows,
    SaidAnswer,
    Thing,
    ThingsAnswer,
)
from kg.mcp.graph_access import GraphAccess
from kg.mcp.rows import rows_of, said
from kg.mcp.untrusted_text import fenced
from kg.session import names, statement_filter
from kg.session.html import NO_PAGES
from kg.views.citation import as_text
from kg.views.query_files import records, terms
from kg.views.search.query import SHOWN, Wanted, search
from kg.views.statement import StatementView as Read
from kg.views.statement import read_statement

Limit: TypeAlias = Annotated[int, Field(ge=1, le=100, description="The largest number of rows.")]
Offset: TypeAlias = Annotated[int, Field(ge=0, le=100_000, description="The number of rows to skip.")]
Name: TypeAlias = Annotated[str, Field(max_length=300, description="A name, a part of it, or an IRI.")]
Act: TypeAlias = Annotated[str, Field(description="A speech act such as accuse, deny, demand; empty for any.")]
Words: TypeAlias = Annotated[
    str,
    Field(
        max_length=300,
        description='All of these words in any order; "a phrase" in quotation marks; a star at a word for any ending.',
    ),
]
_THINGS: Final = 20
_NOTHING_LINKED: Final = "No link of this kind was found, which does not mean that nobody says so."


class Tools:
    """The tools for one graph. Each returns statements with kind, speaker, exact quote and position."""

    def __init__(self, asked: GraphAccess) -> None:
        self._graph = asked.graph
        self._words = asked.words

    def find_entity(self, name: Name) -> ThingsAnswer:
        """Find people, political actors, organizations and places by name. Use it when a name is unsure.

        Args:
            name: A name, a part of it, or an IRI.
        """
        found = names.find(self._graph, name)
        shown = found[:_THINGS]
        counts = {
            label: self._counts(patterns, [one.iri for one in shown])
            for label, patterns in (
                ("claims_by", (statement_filter.SPEAKS,)),
                ("claims_about", statement_filter.SPOKEN_OF),
                ("facts_about", (statement_filter.TAKES_PART,)),
            )
        }
        things = [
            Thing(
                iri=one.iri,
                name=one.name,
                type=one.type,
                aliases=list(one.aliases),
                **{label: numbers.get(one.iri, 0) for label, numbers in counts.items()},
            )
            for one in shown
        ]
        cut = f"Cut off: {len(shown)} of {len(found)} or more; give more of the name." if len(found) > _THINGS else ""
        return ThingsAnswer(things=things, cut=cut)

    def search_statements(
        self,
        words: Words,
        kind: Literal["any", "fact", "claim", "inner", "unclear"] = "any",
        page: Annotated[int, Field(ge=1, le=500)] = 1,
    ) -> Rows:
        """Search quoted statement text. Returns ranked results, each labelled fact or claim.

        Args:
            words: The words that a statement must contain.
            kind: The kind of statements.
            page: The page, from 1.
        """
        wanted = Wanted(words=words, chosen={} if kind == "any" else {"kind": kind})
        with self._words.opened() as connection:
            found = search(connection, wanted, page)
        scopes: dict[str, list[str]] = {}
        for hit in found.hits:
            scopes.setdefault(hit.kind, []).append(f"<{hit.iri}>")
        rows = rows_of(self._graph, {k: f"VALUES ?statement {{ {' '.join(v)} }}" for k, v in scopes.items()})
        order = {hit.iri: i for i, hit in enumerate(found.hits)}
        count = found.count if found.count is not None else 10_000
        last = -(-count // SHOWN)
        more = f"Cut off: page {page} of {last}; ask again with page={page + 1}." if page < last else ""
        if count and page > last:
            more = f"Nothing on page {page}: the last page is {last}."
        return Rows(
            rows=sorted(rows, key=lambda row: order[row.statement]),
            total=count,
            cut=more,
            note=NOT_CHECKED,
        )

    def claims_by(
        self, speaker: Name, act: Act = "", hearsay: bool = False, limit: Limit = 20, offset: Offset = 0
    ) -> Rows:
        """List the claims of a speaker. With ``hearsay``, also claims that others attribute to the speaker.

        Args:
            speaker: A name, a part of it, or an IRI.
            act: A speech act; empty for any.
            hearsay: Whether to include claims inside of other claims.
            limit: The largest number of rows.
            offset: The number of rows to skip.
        """
        roles = [statement_filter.SPEAKS, *([statement_filter.SPEAKS_INSIDE] if hearsay else [])]
        try:
            iri = names.resolve(self._graph, speaker, roles)
        except AmbiguousName as error:
            return _choices(error)
        scopes = {"claim": statement_filter.claims(by=iri, act=act or None)}
        if hearsay:
            scopes["inner"] = statement_filter.hearsay(by=iri, act=act or None)
        return self._rows(scopes, limit, offset, NOT_CHECKED)

    def claims_about(self, subject: Name, act: Act = "", limit: Limit = 20, offset: Offset = 0) -> Rows:
        """List the claims about a subject, which is the target of the speech act or takes part in the content.

        Args:
            subject: A name, a part of it, or an IRI.
            act: A speech act; empty for any.
            limit: The largest number of rows.
            offset: The number of rows to skip.
        """
        try:
            iri = names.resolve(self._graph, subject, statement_filter.SPOKEN_OF)
        except AmbiguousName as error:
            return _choices(error)
        return self._rows({"claim": statement_filter.claims(about=iri, act=act or None)}, limit, offset, NOT_CHECKED)

    def facts_about(
        self,
        subject: Name,
        event: Annotated[str, Field(description="A type of event such as meeting or visit; empty for any.")] = "",
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> Rows:
        """List the facts about a subject that articles assert in their own voice: reported, not checked.

        Args:
            subject: A name, a part of it, or an IRI.
            event: A type of event; empty for any.
            limit: The largest number of rows.
            offset: The number of rows to skip.
        """
        try:
            iri = names.resolve(self._graph, subject, [statement_filter.TAKES_PART])
        except AmbiguousName as error:
            return _choices(error)
        return self._rows({"fact": statement_filter.facts(about=iri, event=event or None)}, limit, offset, ITS_OWN)

    def get_statement(self, statement: str) -> EventAnswer:
        """Show one statement: its words in their paragraph, the replies to it, and its citation."""
        read = self._read(statement)
        (row, *others) = said(self._graph, [read.card, *(card for _, card in read.replies)])
        context = "\n".join("".join(run.text for run in runs) for runs in read.context)
        return EventAnswer(
            statement=row,
            context=fenced(context),
            replies=_replies(read, others),
            cite=as_text(read.card, read.about),
            note=ITS_OWN if row.kind == "fact" else NOT_CHECKED,
        )

    def replies_to(self, statement: str) -> Replies:
        """List the statements that react to one, and those that it reacts to.

        A reaction denies, contradicts, repeats, answers or corrects a statement.
        """
        read = self._read(statement)
        (row, *others) = said(self._graph, [read.card, *(card for _, card in read.replies)])
        return Replies(statement=row, replies=_replies(read, others))

    def who_else_says(self, statement: str) -> Replies:
        """List the statements with the same content: from another source (corroborates), or repeated."""
        return self._linked(statement, ("corroborat", "repeat"))

    def who_denies(self, statement: str) -> Replies:
        """List the statements that deny or contradict one, in all articles, and those that it denies itself."""
        return self._linked(statement, ("den", "contradict"))

    def what_changed(self, statement: str) -> Replies:
        """List the later states that update or correct a statement, and the earlier ones that it updates.

        A later state does not contradict an earlier one.
        """
        return self._linked(statement, ("update", "correct"))

    def _linked(self, statement: str, kinds: tuple[str, ...]) -> Replies:
        """Return the links of some kinds, selected by the beginning of their words."""
        found = self.replies_to(statement)
        chosen = [reply for reply in found.replies if reply.how.strip("⊘ ").lower().startswith(kinds)]
        note = found.note if chosen else f"{_NOTHING_LINKED} {found.note}"
        return Replies(statement=found.statement, replies=chosen, note=note)

    def _read(self, iri: str) -> Read:
        read = None
        if names.is_iri(iri) and is_statement(iri):
            read = read_statement(self._graph, NO_PAGES, iri)
        if read is None:
            raise UnknownName(f"there is no statement <{iri[:300]}> in this graph; take the IRI from a row's statement")
        return read

    def _rows(self, scopes: Mapping[str, str], limit: int, offset: int, note: str) -> Rows:
        """Return some of the statements in scopes, those of the first scope first."""
        rows: list[SaidAnswer] = []
        total = 0
        for kind, pattern in scopes.items():
            kept = "?statement ?said" if kind == "inner" else "?statement"
            (counted,) = records(self._graph.query(f"SELECT (COUNT(DISTINCT ?statement) AS ?n) {{ {pattern} }}"))
            left_out = max(offset - total, 0)
            total += int(counted["n"])
            if len(rows) < limit and left_out < int(counted["n"]):
                part = statement_filter.first(pattern, limit - len(rows), left_out, kept)
                rows += rows_of(self._graph, {kind: part})
        last = offset + len(rows)
        more = f"Cut off: {offset + 1} to {last} of {total}; ask again with offset={last}." if last < total else ""
        return Rows(rows=rows, total=total, cut=more, note=note)

    def _counts(self, patterns: Sequence[str], iris: Sequence[str]) -> dict[str, int]:
        if not iris:
            return {}
        values = f"VALUES ?thing {{ {terms(iris)} }}"
        told = " UNION ".join(f"{{ {values} {pattern} }}" for pattern in patterns)
        query = f"SELECT ?thing (COUNT(DISTINCT ?statement) AS ?n) {{ {told} }} GROUP BY ?thing"
        return {record["thing"]: int(record["n"]) for record in records(self._graph.query(query))}


def _choices(error: AmbiguousName) -> Rows:
    choices = [ChoiceAnswer(iri=iri, description=about) for iri, about in error.choices.items()]
    note = "The name is ambiguous: nothing was looked up. Ask again with the IRI of the one that is meant."
    return Rows(rows=[], total=0, note=note, choices=choices)


def _replies(read: Read, rows: Sequence[SaidAnswer]) -> list[ReplyAnswer]:
    linked = zip(read.replies, read.reasons, rows, strict=True)
    return [ReplyAnswer(how=how, row=row, why=reason) for (how, _), reason, row in linked]
