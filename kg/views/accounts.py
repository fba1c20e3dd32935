"""Accounts of one entity or event side by side: common, disputed and single ones.

Two statements report the same event if their events have the same type and the same parties. Nothing else is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records, terms
from kg.views.statement_card import Card, card_of, in_words
from kg.views.statement_rows import graph_query, labels, names_of, prefixes_of, read_rows, rows_query

MOST: Final = 100
"""Largest number of compared statements."""
_PARTS: Final = "cg:agent|cg:participant|cg:target|cg:place"
_STATED: Final = "cg:statedAgent|cg:statedParticipant|cg:statedTarget|cg:statedPlace"
_HOW: Final = {"denies": "denied", "contradicts": "contradicted"}


@dataclass(frozen=True, slots=True)
class Account:
    """One account of an event. ``is_denied`` if the account denies the event."""

    teller: str
    card: Card
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An event and its accounts.

    ``what`` names the event and its parties; the article's own accounts come first.
    """

    what: str
    accounts: tuple[Account, ...]

    @property
    def tellers(self) -> dict[str, tuple[Account, ...]]:
        """The accounts by teller."""
        by_teller: dict[str, tuple[Account, ...]] = {}
        for account in self.accounts:
            by_teller[account.teller] = (*by_teller.get(account.teller, ()), account)
        return by_teller


@dataclass(frozen=True, slots=True)
class Dispute:
    """A statement and another one that denies or contradicts it, as the article links them."""

    how: str
    one: Account
    other: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The compared accounts.

    ``common`` parts have several tellers, ``disputed`` parts are both asserted and denied, ``alone`` parts have one
    teller. ``count`` is the number of all statements, ``shown`` that of the compared ones.
    """

    common: tuple[Part, ...]
    disputed: tuple[Part, ...]
    disputes: tuple[Dispute, ...]
    alone: Mapping[str, tuple[Part, ...]]
    count: int
    shown: int
    query: str
    graph: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Events to compare: those of the given types (any type if empty) with one of the entities."""

    nodes: tuple[str, ...]
    events: tuple[str, ...] = ()


def topic_of(store: QueryableStore, base: str, about: str) -> Topic | None:
    """Return the topic of an entity, an event or a statement; None if it reports no event.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        about: The IRI.
    """
    if about.startswith(f"{base}entity/"):
        return Topic((about,))
    told = records(store.query(own_query("told-events", about=about)))
    if not told:
        return None
    return Topic(tuple(sorted({record["who"] for record in told})), tuple(sorted({record["event"] for record in told})))


def compare(store: QueryableStore, base: str, topic: Topic, *, by_outlet: bool = False) -> Comparison:
    """Compare the accounts of a topic.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        topic: The topic.
        by_outlet: Whether the teller is always the publisher. Otherwise it is the speaker, and the publisher only for
            an article's own words.
    """
    told = _told(store, topic)
    statements = sorted({statement for group in told.values() for statement, _ in group})
    chosen = statements[:MOST]
    disputes = _disputes(store, chosen)
    cards = _cards(store, base, {*chosen, *(iri for one, _, other in disputes for iri in (one, other))})
    tellers = _tellers(store, cards, by_outlet=by_outlet)
    names = labels(store, sorted({iri for _, parties in told for iri in parties}))
    common, disputed, alone = _sorted(
        Part(_words(event, parties, names), tuple(_accounts(group, cards, tellers)))
        for (event, parties), group in told.items()
    )
    scopes = comparison_scopes(topic)
    return Comparison(
        common=common,
        disputed=disputed,
        alone=alone,
        disputes=tuple(_elsewhere(disputes, disputed, cards, tellers)),
        count=len(statements),
        shown=len(chosen),
        query=rows_query(scopes),
        graph=graph_query(scopes),
    )


def comparison_scopes(topic: Topic) -> dict[str, str]:
    """Return the statements about a topic and their denials, as scopes of a rows' query."""
    nodes = f"VALUES ?node {{ {terms(sorted(topic.nodes))} }}"
    types = f"VALUES ?type {{ {terms(sorted(topic.events))} }}" if topic.events else ""
    fact = f"{nodes} {types} ?e {_PARTS} ?node ; cg:eventType ?type . ?told cg:describes ?e"
    said = f"{nodes} {types} GRAPH ?g0 {{ ?e {_STATED} ?node ; cg:statedEventType ?type ; cg:accordingTo ?told }}"
    whole = (
        f"{{ SELECT DISTINCT ?statement {{ {{ {fact} }} UNION {{ {said} }} "
        "?told (^cg:to/cg:from|^cg:from/cg:to)? ?statement "
        "FILTER(?told = ?statement || EXISTS { VALUES ?how { rel:denies rel:contradicts } ?link cg:linkType ?how "
        "{ ?link cg:to ?told ; cg:from ?statement } UNION { ?link cg:from ?told ; cg:to ?statement } }) } }"
    )
    inner = f"{{ SELECT DISTINCT ?statement {{ {said.replace('?told', '?statement')} }} }}"
    return {"fact": whole, "claim": whole, "inner": inner}


def _told(store: QueryableStore, topic: Topic) -> dict[tuple[str, tuple[str, ...]], list[tuple[str, bool]]]:
    """Return the statements by event type and parties, each with whether it denies the event."""
    parties: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for record in records(store.query(_accounts_query(topic))):
        parties[record["statement"], record["event"], record["way"]].add(record.get("who", ""))
    told: dict[tuple[str, tuple[str, ...]], list[tuple[str, bool]]] = defaultdict(list)
    for (statement, event, way), who in parties.items():
        told[event, tuple(sorted(filter(None, who)))].append((statement, way == "denied"))
    return told


def _accounts_query(topic: Topic) -> str:
    """Return the query for accounts of events with these entities, with a branch for each role.

    (The engine evaluates an alternative of properties on the whole graph before it joins the entities.)
    """
    values = f"VALUES ?node {{ {terms(sorted(topic.nodes))} }}"
    only = f"FILTER(?event IN ({', '.join(map(str, map(NamedNode, topic.events)))})) " if topic.events else ""
    branches = [
        f"{{ {values} ?e cg:{part} ?node ; cg:eventType ?event {only}. ?statement cg:describes ?e "
        "BIND('fact' AS ?way) OPTIONAL { ?e ?as ?who FILTER(?as IN (cg:agent, cg:participant, cg:target)) } }"
        for part in ("agent", "participant", "target", "place")
    ]
    branches += [
        f"{{ {values} GRAPH ?said {{ ?e {part} ?node ; cg:statedEventType ?event ; "
        f"cg:accordingTo ?statement ; a ?type {only}OPTIONAL {{ ?e ?as ?who "
        "FILTER(?as IN (cg:statedAgent, cg:statedParticipant, cg:statedTarget)) } } "
        "BIND(IF(?type = cg:DeniedEvent, 'denied', 'claim') AS ?way) }"
        for part in _STATED.split("|")
    ]
    columns = "?statement ?event ?way ?who"
    text = f"SELECT DISTINCT {columns} {{ {' UNION '.join(branches)} }} ORDER BY {columns}"
    return prefixes_of(text) + text


def _disputes(store: QueryableStore, statements: Sequence[str]) -> list[tuple[str, str, str]]:
    if not statements:
        return []
    found = records(store.query(own_query("disputes", statements=sorted(statements))))
    return [(record["one"], record["how"].removeprefix(vocab.REL), record["other"]) for record in found]


def _cards(store: QueryableStore, base: str, statements: Iterable[str]) -> dict[str, Card]:
    inner = [iri for iri in statements if "/content/claim/" in iri]
    own = [iri for iri in statements if "/content/claim/" not in iri]
    scopes = {
        **({kind: f"VALUES ?statement {{ {terms(sorted(own))} }}" for kind in ("fact", "claim")} if own else {}),
        **({"inner": f"VALUES ?statement {{ {terms(sorted(inner))} }}"} if inner else {}),
    }
    rows = read_rows(store, rows_query(scopes)) if scopes else []
    names = names_of(store, rows)
    return {row.statement: card_of(row, base, names) for row in rows}


def _tellers(store: QueryableStore, cards: Mapping[str, Card], *, by_outlet: bool) -> dict[str, str]:
    """Return the teller of each statement as text."""
    documents = sorted({card.row.document for card in cards.values() if card.row.document})
    query = (
        f"SELECT ?document ?publisher ?headline {{ VALUES ?document {{ {terms(sorted(documents))} }} "
        "?document prov:specializationOf ?article OPTIONAL { ?article schema:publisher ?publisher } "
        "OPTIONAL { ?article schema:headline ?headline } }"
    )
    about = records(store.query(prefixes_of(query) + query)) if documents else []
    outlets = {
        record["document"]: record.get("publisher") or f"an article, “{record.get('headline', '')}”" for record in about
    }

    def teller(card: Card) -> str:
        outlet = outlets.get(card.row.document, "an article")
        if by_outlet or card.mark == "fact":
            return outlet
        who = " and ".join(name.text for name in card.who) or "someone"
        return f"{who}, as somebody else says" if card.row.kind == "inner" else who

    return {iri: teller(card) for iri, card in cards.items()}


def _accounts(
    statements: Sequence[tuple[str, bool]], cards: Mapping[str, Card], tellers: Mapping[str, str]
) -> Iterator[Account]:
    known = [(iri, is_denied) for iri, is_denied in statements if iri in cards]
    for iri, is_denied in sorted(known, key=lambda one: (cards[one[0]].mark != "fact", tellers[one[0]], one)):
        yield Account(tellers[iri], cards[iri], is_denied)


def _elsewhere(
    disputes: Sequence[tuple[str, str, str]],
    disputed: Sequence[Part],
    cards: Mapping[str, Card],
    tellers: Mapping[str, str],
) -> Iterator[Dispute]:
    """Yield the disputes whose two statements are not beside each other in a disputed part already."""
    beside = [{account.card.row.statement for account in part.accounts} for part in disputed]
    for one, how, other in disputes:
        if one in cards and other in cards and not any({one, other} <= together for together in beside):
            denied = Account(tellers[other], cards[other], is_denied=True)
            yield Dispute(_HOW[how], Account(tellers[one], cards[one]), denied)


def _sorted(parts: Iterable[Part]) -> tuple[tuple[Part, ...], tuple[Part, ...], dict[str, tuple[Part, ...]]]:
    """Sort the parts into common, disputed and single ones."""
    common, disputed = [], []
    alone: dict[str, list[Part]] = defaultdict(list)
    told = [part for part in parts if part.accounts]
    for part in sorted(told, key=lambda part: (-len(part.tellers), -len(part.accounts), part.what)):
        if len({account.is_denied for account in part.accounts}) > 1:
            disputed.append(part)
        elif len(part.tellers) > 1:
            common.append(part)
        else:
            alone[part.accounts[0].teller].append(part)
    return tuple(common), tuple(disputed), {teller: tuple(alone[teller]) for teller in sorted(alone)}


def _words(event: str, parties: Sequence[str], names: Mapping[str, str]) -> str:
    what = in_words(event.removeprefix(vocab.EVT))
    who = ", ".join(sorted(names.get(iri, iri.rpartition("/")[2]) for iri in parties))
    return f"{what}: {who}" if who else what
