"""Statements as rows for a language model: speaker, words and position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.mcp.answers import SaidAnswer
from kg.session.html import NO_PAGES
from kg.session.statements import speaker_of
from kg.views.query_files import records, terms
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import names_of, read_rows, rows_query


def rows_of(graph: QueryableStore, scopes: Mapping[str, str]) -> list[SaidAnswer]:
    """Return the statements in scopes in the order of the texts.

    Args:
        graph: The graph.
        scopes: The scopes, see :func:`kg.views.statement_rows.rows_query`.
    """
    rows = read_rows(graph, rows_query(scopes))
    names = names_of(graph, rows)
    return said(graph, [card_of(row, NO_PAGES, names) for row in rows])


def said(graph: QueryableStore, cards: Sequence[Card]) -> list[SaidAnswer]:
    """Return rows for cards.

    Args:
        graph: The graph.
        cards: The cards.
    """
    sources = _sources(graph, {card.row.document for card in cards if card.row.document})
    return [_said(card, sources.get(card.row.document, "")) for card in cards]


def source_of(about: Mapping[str, str]) -> str:
    """Return ``Headline, publisher, 2025-04-03``."""
    parts = (about.get("headline"), about.get("publisher"), about.get("published") or "no date of publication")
    return ", ".join(filter(None, parts))


def _said(card: Card, source: str) -> SaidAnswer:
    row = card.row
    return SaidAnswer(
        kind=row.kind,  # type: ignore[arg-type]  # one of KINDS, like each row's
        speaker=speaker_of(row),
        quote=row.quote,
        spans=list(row.spans),
        statement=row.statement,
        document=row.document,
        start=row.start,
        end=row.end,
        source=source,
        reads=card.whole_sentence if row.kind != "unclear" else "",
        speaker_iris=list(row.speaker_iri),
        act=row.act,
        target=row.target,
        target_iris=list(row.target_iri),
        form=row.form,
        polarity=row.polarity,
        negation=row.negation,
        certainty=row.certainty,
        frame=row.frame,
        when=row.when,
        day_earliest=row.day_earliest,
        day_latest=row.day_latest,
        event=row.event,
        topic=row.topic,
        inside=row.inside,
        reason=row.reason,
    )


def _sources(graph: QueryableStore, versions: Iterable[str]) -> dict[str, str]:
    values = terms(sorted(versions))
    if not values:
        return {}
    optional = " ".join(
        f"OPTIONAL {{ ?article <{iri}> ?{name} }}"
        for name, iri in (
            ("headline", vocab.SCHEMA_HEADLINE),
            ("publisher", vocab.SCHEMA_PUBLISHER),
            ("published", vocab.SCHEMA_DATE_PUBLISHED),
        )
    )
    query = (
        f"SELECT ?version ?headline ?publisher ?published {{ VALUES ?version {{ {values} }} "
        f"?version <{vocab.PROV_SPECIALIZATION_OF}> ?article . {optional} }}"
    )
    return {record["version"]: source_of(record) for record in records(graph.query(query))}
