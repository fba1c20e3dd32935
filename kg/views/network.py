"""Network of entities: the neighbours of one entity, and the statements between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records
from kg.views.statement_card import in_words, path_of
from kg.views.statement_rows import graph_query, labels, rows_query
from kg.views.terms import Mark

MOST: Final = 40
"""Largest number of entities: the middle and those with the most statements."""
DEPTHS: Final = (1, 2)
_TOLD: Final = 3
_LISTED: Final = 20
_AT_ONCE: Final = 200
_ENDS: Final = ("speaker", "actTarget")
_WHO: Final = "cg:agent|cg:participant"
_WHOM: Final = "cg:target|cg:place"
_WITH: Final = f"{_WHO}|{_WHOM}"


@dataclass(frozen=True, slots=True)
class Node:
    """An entity; ``level`` is its distance from the middle in statements."""

    iri: str
    name: str
    path: str
    level: int

    @property
    def told_apart(self) -> str:
        """The name. A place is marked as one, because an actor may have the same name."""
        return f"{self.name} (place)" if "/entity/place/" in self.iri else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """All statements of one mark between two entities. Claims point from the speaker to the target.

    ``statements`` are number and path of each, such as ``F3``.
    """

    number: int
    mark: Mark
    one: str
    other: str
    what: tuple[str, ...]
    statements: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """The label: ``visit, talks · F3, F9``, with the first few of each."""
        numbers = [number for number, _ in self.statements]
        return f"{_first(self.what)} · {_first(numbers)}"

    @property
    def listed(self) -> tuple[tuple[str, str], ...]:
        """The statements in the table."""
        return self.statements[:_LISTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The network. ``nodes`` begin with the middle; ``count`` is the number of entities within the depth.

    Without ``is_counted`` there are further entities, all more distant than the shown ones.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    count: int
    is_counted: bool
    depth: int
    query: str
    graph: str

    @property
    def middle(self) -> Node:
        """The requested entity."""
        return self.nodes[0]


@dataclass(frozen=True, slots=True)
class _Between:
    statement: str
    one: str
    other: str
    mark: Mark
    what: str


def read_network(store: QueryableStore, base: str, middle: str, depth: int) -> Network:
    """Read the entities around ``middle`` and the statements between them.

    Args:
        store: The graph.
        base: The base of our own IRIs.
        middle: The IRI of the entity.
        depth: One of ``DEPTHS``.
    """
    levels = {middle: 0}
    found: dict[_Between, None] = {}
    reached = [middle]
    is_counted = True
    for level in range(1, depth + 1):
        if len(levels) > MOST:
            # More distant entities are not shown, and counting them would take as long as showing them.
            is_counted = False
            break
        found.update(dict.fromkeys(_read(store, reached)))
        ends = {end for between in found for end in (between.one, between.other)}
        reached = sorted(end for end in ends if end not in levels)
        levels.update(dict.fromkeys(reached, level))
    shown = _largest(found, levels)
    if not is_counted:
        found = dict.fromkeys((*_claims_among(store, shown), *_facts_among(store, shown)))
    names = labels(store, shown)
    scopes = network_scopes(middle, depth)
    return Network(
        nodes=tuple(
            Node(iri, names.get(iri, iri.rpartition("/")[2]), path_of(iri, base), levels[iri]) for iri in shown
        ),
        edges=_edges([between for between in found if {between.one, between.other} <= set(shown)], base),
        count=len(levels),
        is_counted=is_counted,
        depth=depth,
        query=rows_query(scopes),
        graph=graph_query(scopes),
    )


def most_quoted(store: QueryableStore, base: str) -> list[dict[str, str]]:
    """Return ``entity``, ``name`` and ``count`` of the most quoted speakers.

    Args:
        store: The graph.
        base: The base of our own IRIs.
    """
    return records(store.query(most_quoted_query(base)))


def most_quoted_query(base: str) -> str:
    """Return the query for the most quoted speakers.

    Args:
        base: The base of our own IRIs.
    """
    return own_query("most-quoted", entities=Literal(f"{base}entity/"))


def network_scopes(middle: str, depth: int) -> dict[str, str]:
    """Return all statements between the entities, as scopes of :func:`kg.views.statement_rows.rows_query`.

    Args:
        middle: The IRI of the entity.
        depth: One of ``DEPTHS``.
    """
    node = str(NamedNode(middle))
    near = f"VALUES ?near {{ {node} }}"
    if depth > 1:
        ways = (
            near,
            f"?x cg:speaker {node} ; cg:actTarget ?near",
            f"?x cg:actTarget {node} ; cg:speaker ?near",
            f"?x {_WHO} {node} ; {_WITH} ?near . ?told cg:describes ?x",
            f"?x {_WHOM} {node} ; {_WHO} ?near . ?told cg:describes ?x",
        )
        near = f"{{ SELECT DISTINCT ?near {{ {' UNION '.join(f'{{ {way} }}' for way in ways)} }} }}"
    of_fact = f"{{ ?event {_WHO} ?near ; {_WITH} ?far }} UNION {{ ?event {_WHOM} ?near ; {_WHO} ?far }}"
    said, heard = (f"?statement cg:{one} ?near ; cg:{other} ?far" for one, other in (_ENDS, _ENDS[::-1]))
    of_claim = f"{{ {said} }} UNION {{ {heard} }}"
    return {
        "fact": f"{near} {of_fact} FILTER(?near != ?far) ?statement cg:describes ?event .",
        "claim": f"{near} {of_claim} FILTER(?near != ?far)",
    }


def _read(store: QueryableStore, nodes: Sequence[str]) -> Iterable[_Between]:
    """Yield the statements between these entities and any others of ours."""
    if not nodes:
        return
    for record in records(store.query(own_query("network", nodes=nodes))):
        one, other = record["one"], record["other"]
        if "act" in record:
            yield _said(record)
        else:
            one, other = (one, other) if record["way"] == "to" else sorted((one, other))
            yield _Between(record["statement"], one, other, "fact", _event(record))


def _claims_among(store: QueryableStore, nodes: Sequence[str]) -> Iterable[_Between]:
    """Yield the claims of these entities about each other."""
    return map(_said, records(store.query(own_query("claims-among", nodes=nodes, others=nodes))))


def _facts_among(store: QueryableStore, nodes: Sequence[str]) -> Iterable[_Between]:
    """Yield the facts with two of these entities.

    The join is done here, because the engine would look up every pair.
    """
    who: dict[str, set[str]] = defaultdict(set)
    whom: dict[str, set[str]] = defaultdict(set)
    for record in records(store.query(own_query("event-ends", nodes=nodes))):
        (who if record["part"] == "who" else whom)[record["e"]].add(record["end"])
    shared = sorted(event for event, ends in who.items() if len(ends | whom[event]) > 1)
    for start in range(0, len(shared), _AT_ONCE):
        for record in records(store.query(own_query("told-of-events", events=shared[start : start + _AT_ONCE]))):
            doers = sorted(who[record["e"]])
            pairs = [*combinations(doers, 2), *((one, other) for one in doers for other in sorted(whom[record["e"]]))]
            for one, other in pairs:
                if one != other:
                    yield _Between(record["statement"], one, other, "fact", _event(record))


def _said(record: Mapping[str, str]) -> _Between:
    act = in_words(record["act"].removeprefix(vocab.ACT))
    return _Between(record["statement"], record["one"], record["other"], "claim", act)


def _event(record: Mapping[str, str]) -> str:
    return in_words(record["event"].removeprefix(vocab.EVT))


def _largest(found: Iterable[_Between], levels: Mapping[str, int]) -> list[str]:
    """Return the entities with the nearest first, and equally near ones by their number of statements."""
    statements: dict[str, set[str]] = defaultdict(set)
    for between in found:
        for end in (between.one, between.other):
            statements[end].add(between.statement)
    return sorted(levels, key=lambda iri: (levels[iri], -len(statements[iri]), iri))[:MOST]


def _edges(found: Sequence[_Between], base: str) -> tuple[Edge, ...]:
    merged: dict[tuple[Mark, str, str], list[_Between]] = defaultdict(list)
    for between in found:
        merged[between.mark, between.one, between.other].append(between)
    numbers = _numbers(found)
    ordered = sorted(merged.items(), key=lambda item: (-len({one.statement for one in item[1]}), item[0]))
    return tuple(
        Edge(
            number=number,
            mark=mark,
            one=one,
            other=other,
            what=tuple(dict.fromkeys(between.what for between in betweens)),
            statements=tuple(
                (numbers[iri], path_of(iri, base)) for iri in dict.fromkeys(between.statement for between in betweens)
            ),
        )
        for number, ((mark, one, other), betweens) in enumerate(ordered, 1)
    )


def _numbers(found: Iterable[_Between]) -> dict[str, str]:
    """Number the statements of this page: ``F1``, ``C1`` and so on."""
    numbers: dict[str, str] = {}
    counted = {"fact": 0, "claim": 0}
    for mark, statement in sorted({(between.mark, between.statement) for between in found}):
        counted[mark] += 1
        numbers[statement] = f"{mark[0].upper()}{counted[mark]}"
    return numbers


def _first(words: Sequence[str]) -> str:
    more = len(words) - _TOLD
    return ", ".join(words[:_TOLD]) + (f" + {more}" if more > 0 else "")
