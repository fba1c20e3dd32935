"""Page of one statement: its words in their paragraph, the replies to it, and its citations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.iri import parse
from kg.views.article_outline import lines_of
from kg.views.query_files import own_query, records, terms
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import names_of, read_rows, rows_query
from kg.views.text_runs import Layer, Marking, TextRun, starts_of

_REPLIES: Final[Mapping[tuple[str, str], str]] = {
    ("to", "denies"): "⊘ Denied by",
    ("from", "denies"): "⊘ Denies",
    ("to", "updates"): "Updated by",
    ("to", "contradicts"): "Contradicted by",
    ("to", "corroborates"): "Corroborated by",
    ("to", "repeats"): "Repeated by",
    ("to", "answers"): "Answered by",
    ("to", "corrects"): "Corrected by",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement with its article's properties (``about``) and its paragraphs (``context``).

    ``replies`` are linked statements, each with the kind of link; ``reasons`` are the reasons of the links in the same
    order. ``tells`` if it reports an event with parties.
    """

    card: Card
    about: Mapping[str, str]
    context: tuple[tuple[TextRun, ...], ...]
    replies: tuple[tuple[str, Card], ...]
    reasons: tuple[str, ...]
    tells: bool
    query: str


def statement_scopes(iri: str) -> dict[str, str]:
    """Return the statement as scopes of :func:`kg.views.statement_rows.rows_query`.

    Raises:
        ValueError: The IRI names no statement.
    """
    values = f"VALUES ?statement {{ {terms([iri])} }}"
    ref = parse(iri)
    if ref is None or not ref.is_statement:
        raise ValueError(f"{iri} names no statement")
    return {"inner" if ref.content else ref.kind: values}


def read_statement(store: QueryableStore, base: str, iri: str) -> StatementView | None:
    """Read the statement with an IRI; None if the graph has no such statement.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        iri: The IRI.
    """
    query = rows_query(statement_scopes(iri))
    rows = read_rows(store, query)
    if not rows or not rows[0].document:
        return None
    (row, *_) = rows
    card = replace(card_of(row, base, names_of(store, rows)), number="1")
    found = records(store.query(own_query("version", version=row.document)))
    about = found[0] if found else {}
    replies = _replies(store, base, iri)
    return StatementView(
        card=card,
        about=about,
        context=_context(card, about.get("text", "")),
        replies=tuple((how, other) for how, other, _ in replies),
        reasons=tuple(reason for _, _, reason in replies),
        tells=bool(records(store.query(own_query("told-events", about=iri)))),
        query=query,
    )


def _context(card: Card, text: str) -> tuple[tuple[TextRun, ...], ...]:
    """Return the marked paragraphs that contain the statement's words."""
    refs = map(parse, card.row.spans)
    places = [ref.spans[0] for ref in refs if ref and ref.kind == "span"]
    layers = [Layer(start, end, card.mark, card.row.statement) for start, end in sorted(places)]
    marking = Marking(text=text, layers=layers, cards={card.row.statement: card}, first_starts=starts_of(layers))
    lines = [line for line in lines_of(text) if any(line[0] < end and start < line[1] for start, end in places)]
    return tuple(tuple(replace(run, begins=(), goes_on=(), spans=()) for run in marking.runs(*line)) for line in lines)


def _replies(store: QueryableStore, base: str, iri: str) -> list[tuple[str, Card, str]]:
    linked = records(
        store.query(
            "SELECT ?way ?how ?other ?reason { "
            f"{{ ?link <{vocab.TO}> <{iri}> ; <{vocab.FROM}> ?other BIND('to' AS ?way) }} UNION "
            f"{{ ?link <{vocab.FROM}> <{iri}> ; <{vocab.TO}> ?other BIND('from' AS ?way) }} "
            f"?link <{vocab.LINK_TYPE}> ?how OPTIONAL {{ ?link <{vocab.REASON}> ?reason }} }} "
            "ORDER BY ?way ?how ?other LIMIT 100"
        )
    )
    if not linked:
        return []
    values = "VALUES ?statement { " + " ".join(sorted({f"<{link['other']}>" for link in linked})) + " }"
    rows = read_rows(store, rows_query({"fact": values, "claim": values}))
    names = names_of(store, rows)
    cards = {row.statement: card_of(row, base, names) for row in rows}
    told = []
    for link in linked:
        how = link["how"].removeprefix(vocab.REL)
        if link["other"] in cards:
            called = _REPLIES.get((link["way"], how), how.capitalize())
            told.append((called, cards[link["other"]], link.get("reason", "")))
    return told
