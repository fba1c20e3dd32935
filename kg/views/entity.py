"""One person, body or place: its offices, its statements, statements about it, and its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import records
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import graph_query, labels, names_of, prefixes_of, read_rows, rows_query

SHOWN: Final = 25
"""Number of statements in a section; its data has all of them."""
_TAKES_PART: Final = "?event cg:agent|cg:participant|cg:target|cg:place <%s> . ?statement cg:describes ?event ."


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The statements in which an entity has one role: the first ``SHOWN`` of ``count``."""

    title: str
    note: str
    cards: tuple[Card, ...]
    count: int
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityView:
    """An entity with its sections.

    ``kin`` share its name, such as a country and its government. ``links`` are its IRIs elsewhere. ``dated`` and
    ``undated`` are the statements of all sections that name a time.
    """

    aliases: tuple[str, ...]
    links: tuple[str, ...]
    kin: Mapping[str, str]
    sections: tuple[Section, ...]
    dated: tuple[Card, ...]
    undated: tuple[Card, ...]
    query: str
    graph: str


def entity_scopes(iri: str) -> dict[str, str]:
    """Return all statements in which an entity has a role.

    They are scopes of :func:`kg.views.statement_rows.rows_query`.
    """
    return {
        "fact": _TAKES_PART % iri,
        "claim": f"{{ ?statement cg:speaker <{iri}> }} UNION {{ ?statement cg:actTarget <{iri}> }}",
        "inner": f"GRAPH ?said {{ ?statement cg:statedSpeaker <{iri}> }}",
    }


def read_entity(store: QueryableStore, base: str, iri: str) -> EntityView:
    """Read the entity with an IRI.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        iri: The IRI of the entity.
    """
    scopes = entity_scopes(iri)
    name = labels(store, [iri]).get(iri, iri.rpartition("/")[2])
    holds = f"?event cg:eventType evt:holdPosition ; cg:agent <{iri}> . ?statement cg:describes ?event ."
    other = f"{scopes['fact']} FILTER NOT EXISTS {{ ?event cg:eventType evt:holdPosition }}"
    asked = (
        (f"Offices of {name}", "reported, not checked", {"fact": holds}),
        (f"Statements by {name}", "what was said, not what happened", {"claim": f"?statement cg:speaker <{iri}> ."}),
        (
            f"Statements about {name}",
            "what was said, not what happened",
            {"claim": f"?statement cg:actTarget <{iri}> ."},
        ),
        (f"Events with {name}", "reported, not checked", {"fact": other}),
        (
            f"What others say that {name} said",
            "hearsay: inside the words of another speaker",
            {"inner": scopes["inner"]},
        ),
    )
    sections = tuple(_section(store, base, title, note, scope) for title, note, scope in asked)
    timed = {card.row.statement: card for section in sections for card in section.cards if card.row.when}
    about = _sorted_out(records(store.query(_about(iri))))
    return EntityView(
        aliases=tuple(about["alias"]),
        links=tuple(about["link"]),
        kin=about["kin"],
        sections=tuple(section for section in sections if section.count),
        dated=tuple(sorted((card for card in timed.values() if not card.is_undated), key=_by_day)),
        undated=tuple(card for card in timed.values() if card.is_undated),
        query=rows_query(scopes),
        graph=graph_query(scopes),
    )


def _about(iri: str) -> str:
    return (
        f"SELECT DISTINCT ?is ?value ?name {{ {{ <{iri}> <{vocab.SKOS_ALT_LABEL}> ?value BIND('alias' AS ?is) }} UNION "
        f"{{ <{iri}> <{vocab.SKOS_EXACT_MATCH}> ?value BIND('link' AS ?is) }} UNION "
        f"{{ <{iri}> <{vocab.SHARES_NAME_WITH}>|^<{vocab.SHARES_NAME_WITH}> ?value BIND('kin' AS ?is) "
        f"OPTIONAL {{ ?value <{vocab.SKOS_PREF_LABEL}> ?name }} }} }} ORDER BY ?is ?value"
    )


def _sorted_out(found: Iterable[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the name of each related value, empty if it has none, by the kind of relation."""
    out: dict[str, dict[str, str]] = {"alias": {}, "link": {}, "kin": {}}
    for record in found:
        out[record["is"]][record["value"]] = record.get("name", "")
    return out


def _by_day(card: Card) -> tuple[str, str]:
    return card.row.day_earliest or card.row.day_latest, card.row.statement


def _section(store: QueryableStore, base: str, title: str, note: str, scope: Mapping[str, str]) -> Section:
    ((kind, pattern),) = scope.items()
    counting = f"SELECT (COUNT(DISTINCT ?statement) AS ?n) {{ {pattern} }}"
    (count,) = records(store.query(prefixes_of(counting) + counting))
    # The variable of the graph is needed outside of the subquery too.
    kept = "?statement ?said" if kind == "inner" else "?statement"
    first = f"{{ SELECT DISTINCT {kept} {{ {pattern} }} ORDER BY ?statement LIMIT {SHOWN} }}"
    rows = read_rows(store, rows_query({kind: first})) if int(count["n"]) else []
    names = names_of(store, rows)
    return Section(
        title=title,
        note=note,
        cards=tuple(card_of(row, base, names) for row in rows),
        count=int(count["n"]),
        query=rows_query(scope),
    )
