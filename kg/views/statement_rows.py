"""Statements as rows: one query for a page and for its data, so that both have the same content.

A scope is a graph pattern that binds ``?statement``. Several values of one column are joined: names by ``; ``, IRIs by
a space.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import own_query, records
from kg.views.terms import Mark

KINDS: Final = ("fact", "claim", "inner", "unclear")
_COLUMNS: Final = (
    *("kind", "inside", "act", "quote", "form", "polarity", "negation", "certainty", "frame"),
    "reason",
    *("when", "day_earliest", "day_latest", "topic", "document", "confidence", "rule"),
)
_NAMES: Final = ("speaker", "target", "addressee", "medium", "agent", "about", "place", "event")
_IRIS: Final = ("speaker_iri", "target_iri", "agent_iri", "about_iri", "place_iri", "spans")
UNNAMED: Final = "Unnamed source"
"""Label of a speaker without a name or description."""
UNNAMED_VALUE: Final = "unnamed"
"""Value of such a speaker in the address of a page."""
NOT_NAMED: Final = "/source/not-named"
_PREFIXES: Final = ("cg", "act", "evt", "mod", "rel", "prov", "schema", "skos")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statement.

    Offsets are code points of the version's text, end exclusive; days are ``YYYY-MM-DD``.

    ``speaker_iri`` and similar fields are the IRIs in the query's order; unknown values are empty. ``inside`` is the
    claim around it. ``negation`` is ``in the words`` if the quote itself is negative, ``of the words`` if the speaker
    denies the quote.
    """

    statement: str
    kind: str
    inside: str = ""
    speaker: str = ""
    speaker_iri: tuple[str, ...] = ()
    act: str = ""
    target: str = ""
    target_iri: tuple[str, ...] = ()
    addressee: str = ""
    medium: str = ""
    quote: str = ""
    form: str = ""
    cue: str = ""
    event: str = ""
    agent: str = ""
    agent_iri: tuple[str, ...] = ()
    about: str = ""
    about_iri: tuple[str, ...] = ()
    place: str = ""
    place_iri: tuple[str, ...] = ()
    topic: str = ""
    polarity: str = ""
    negation: str = ""
    certainty: str = ""
    frame: str = ""
    reason: str = ""
    when: str = ""
    day_earliest: str = ""
    day_latest: str = ""
    document: str = ""
    start: int = -1
    end: int = -1
    spans: tuple[str, ...] = ()
    confidence: str = ""
    rule: str = ""

    @property
    def mark(self) -> Mark:
        """The kind of line: a statement inside a claim is a claim."""
        return "fact" if self.kind == "fact" else "unclear" if self.kind == "unclear" else "claim"


def rows_query(
    scopes: Mapping[str, str], *, limit: int | None = None, order: str = "?document ?start ?statement"
) -> str:
    """Return the query for statements.

    Args:
        scopes: Graph patterns by kind, which is one of ``KINDS``.
        limit: The largest number of rows.
        order: The variables to sort by.
    """
    branches = [] if scopes else ["{ FILTER(false) }"]  # an empty group would give one row
    for kind in KINDS:
        if kind in scopes:
            pattern = own_query(f"row-{kind}").partition("\n")[2].strip().replace("#SCOPE", scopes[kind])
            branches.append("{\n" + pattern + "\n}")
    body = "\nUNION\n".join(branches)
    prefixes = prefixes_of(body)
    end = f"GROUP BY ?statement ORDER BY {order}" + (f" LIMIT {limit}" if limit is not None else "")
    return f"{prefixes}SELECT ?statement {_projection(body)}\nWHERE {{\n{body}\n}} {end}\n"


def graph_query(scopes: Mapping[str, str]) -> str:
    """Return a query for the same statements as a graph: their triples in the default graph."""
    body = " UNION ".join(f"{{ {scope} }}" for kind, scope in scopes.items() if kind != "inner")
    text = f"CONSTRUCT {{ ?statement ?p ?o }} WHERE {{ {body} ?statement ?p ?o }}\n"
    return prefixes_of(text) + text


def prefixes_of(body: str) -> str:
    """Return the prefix lines that ``body`` needs."""
    return "".join(f"PREFIX {name}: <{vocab.PREFIXES[name]}>\n" for name in _PREFIXES if f"{name}:" in body)


def _projection(body: str) -> str:
    shown = [f"(SAMPLE(?{name}_) AS ?{name})" for name in _COLUMNS if f"?{name}_" in body]
    for names, separator in ((_NAMES, "; "), (_IRIS, " "), (("cue",), " … ")):
        shown += [
            f'(GROUP_CONCAT(DISTINCT ?{name}_; SEPARATOR="{separator}") AS ?{name})'
            for name in names
            if f"?{name}_" in body
        ]
    return " ".join([*shown, "(MIN(?start_) AS ?start)", "(MAX(?end_) AS ?end)"])


def read_rows(store: QueryableStore, query: str) -> list[Row]:
    """Return the rows of a query from :func:`rows_query`.

    Args:
        store: The graph.
        query: The query.
    """
    return [_row(record) for record in records(store.query(query))]


def _row(record: Mapping[str, str]) -> Row:
    values: dict[str, object] = {name: value for name, value in record.items() if name not in (*_IRIS, "start", "end")}
    for name in _IRIS:
        values[name] = tuple(record.get(name, "").split())
    for name in ("start", "end"):
        values[name] = int(record.get(name) or -1)
    return Row(**values)  # type: ignore[arg-type]  # the columns are the fields: a test compares them


def names_of(store: QueryableStore, rows: Iterable[Row]) -> dict[str, str]:
    """Return the name of each speaker, target, place and so on, by IRI, as far as known.

    Args:
        store: The graph.
        rows: The statements.
    """
    iris = {
        iri
        for row in rows
        for list_ in (row.speaker_iri, row.target_iri, row.agent_iri, row.about_iri, row.place_iri)
        for iri in list_
    }
    return labels(store, sorted(iris))


def labels(store: QueryableStore, iris: Sequence[str]) -> dict[str, str]:
    """Return the preferred name of each IRI.

    For a node that exists only in a claim, the words in quotation marks.

    Args:
        store: The graph.
        iris: The IRIs.
    """
    if not iris:
        return {}
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    query = (
        f"SELECT ?iri ?name {{ VALUES ?iri {{ {values} }} {{ ?iri <{vocab.SKOS_PREF_LABEL}> ?name }} UNION "
        f"{{ GRAPH ?said {{ ?iri <{vocab.STATED_NAME}> ?words }} BIND(CONCAT('“', ?words, '”') AS ?name) }} }} "
        "ORDER BY DESC(?name)"
    )
    found = {record["iri"]: record["name"] for record in records(store.query(query))}
    return {iri: UNNAMED if is_unnamed(iri) else name for iri, name in found.items()}


def is_unnamed(iri: str) -> bool:
    """Return whether an IRI is a source of which the article gives neither a name nor a description.

    Args:
        iri: The IRI of a speaker.
    """
    return iri.endswith(NOT_NAMED)
