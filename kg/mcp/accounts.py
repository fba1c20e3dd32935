"""Accounts of a subject side by side, and their disagreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.mcp.answers import AccountAnswer, Accounts, Disagreement, SaidAnswer
from kg.mcp.graph_access import GraphAccess
from kg.mcp.rows import rows_of
from kg.session import names, statement_filter
from kg.session.statements import ITSELF
from kg.views.query_files import records, terms

MOST: Final = 60
"""Largest number of claims, and of facts, that are compared."""
_AGAINST: Final = ("denies", "contradicts", "corrects")


def compare(asked: GraphAccess, subject: str) -> Accounts:
    """Return the accounts of a subject.

    The articles' own voice comes first, then the speakers by their number of claims.

    Args:
        asked: The graph.
        subject: A name or an IRI.

    Raises:
        UnknownName: The subject is unknown.
        AmbiguousName: The name has several meanings; the error has the choices.
    """
    iri = names.resolve(asked.graph, subject, [*statement_filter.SPOKEN_OF, statement_filter.TAKES_PART])
    patterns = {"fact": statement_filter.facts(about=iri), "claim": statement_filter.claims(about=iri)}
    rows = rows_of(asked.graph, {kind: statement_filter.first(pattern, MOST) for kind, pattern in patterns.items()})
    left_out = [kind for kind in patterns if sum(row.kind == kind for row in rows) == MOST]
    cut = f"Cut off: only the first {MOST} {'s and '.join(left_out)}s were compared." if left_out else ""
    return Accounts(accounts=_accounts(rows), disagreements=_disagreements(asked.graph, rows), cut=cut)


def _accounts(rows: Sequence[SaidAnswer]) -> list[AccountAnswer]:
    by_speaker: dict[tuple[str, tuple[str, ...]], list[SaidAnswer]] = {}
    for row in rows:
        by_speaker.setdefault((row.speaker, tuple(row.speaker_iris)), []).append(row)
    ordered = sorted(by_speaker.items(), key=lambda item: (item[0][0] != ITSELF, -len(item[1]), item[0]))
    return [AccountAnswer(speaker=name, speaker_iris=list(iris), rows=told) for (name, iris), told in ordered]


def _disagreements(graph: QueryableStore, rows: Sequence[SaidAnswer]) -> list[Disagreement]:
    """Return pairs of statements of which one denies, contradicts or corrects the other."""
    if not rows:
        return []
    values = f"VALUES ?one {{ {' '.join(f'<{row.statement}>' for row in rows)} }}"
    ways = " ".join(f"<{vocab.REL}{way}>" for way in _AGAINST)
    query = (
        f"SELECT DISTINCT ?how ?from ?to {{ {values} VALUES ?how {{ {ways} }} "
        f"?link <{vocab.FROM}>|<{vocab.TO}> ?one ; <{vocab.LINK_TYPE}> ?how ; "
        f"<{vocab.FROM}> ?from ; <{vocab.TO}> ?to }} "
        f"ORDER BY ?how ?from ?to LIMIT {MOST}"
    )
    links = records(graph.query(query))
    known = _with_the_others(graph, {row.statement: row for row in rows}, links)
    return [
        Disagreement(how=link["how"].removeprefix(vocab.REL), first=known[link["from"]], second=known[link["to"]])
        for link in links
        if link["from"] in known and link["to"] in known
    ]


def _with_the_others(
    graph: QueryableStore, known: Mapping[str, SaidAnswer], links: Sequence[Mapping[str, str]]
) -> dict[str, SaidAnswer]:
    missing = sorted({link[end] for link in links for end in ("from", "to")} - set(known))
    if not missing:
        return dict(known)
    values = f"VALUES ?statement {{ {terms(missing)} }}"
    return {**known, **{row.statement: row for row in rows_of(graph, {"fact": values, "claim": values})}}
