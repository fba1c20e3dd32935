"""The content of exports, read once from a store: articles, statements, events and names.

Facts and claims are apart from the start: an :class:`ExportedEvent` has the field that distinguishes reported and
stated ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.views.query_files import records
from kg.views.statement_card import Card, card_of
from kg.views.statement_rows import KINDS, Row, labels, read_rows, rows_query

About: TypeAlias = Mapping[str, tuple[str, ...]]

_ARTICLES: Final = f"""
PREFIX cg: <{vocab.CG}> PREFIX prov: <{vocab.PREFIXES["prov"]}> PREFIX schema: <{vocab.PREFIXES["schema"]}>
PREFIX dcterms: <{vocab.DCTERMS}>
SELECT ?version ?article ?headline ?outlet ?published ?url ?language ?licence ?text {{
  ?version prov:specializationOf ?article ; cg:fullText ?text .
  OPTIONAL {{ ?article schema:headline ?headline }} OPTIONAL {{ ?article schema:publisher ?outlet }}
  OPTIONAL {{ ?article schema:datePublished ?published }} OPTIONAL {{ ?article schema:url ?url }}
  OPTIONAL {{ ?article schema:inLanguage ?language }} OPTIONAL {{ ?article dcterms:license ?licence }}
}} ORDER BY ?version ?article ?published ?url"""
_WITHDRAWN: Final = f"""
PREFIX cg: <{vocab.CG}> PREFIX prov: <{vocab.PREFIXES["prov"]}>
SELECT ?version (MIN(?when) AS ?at) (MIN(?why) AS ?reason) {{
  ?version cg:status <{vocab.MOD_WITHDRAWN}>
  OPTIONAL {{ ?version prov:invalidatedAtTime ?when }} OPTIONAL {{ ?version cg:reason ?why }}
}} GROUP BY ?version ORDER BY ?version"""
_ROLES: Final = {
    "agents": (vocab.AGENT, vocab.STATED_AGENT),
    "targets": (vocab.TARGET, vocab.STATED_TARGET),
    "participants": (vocab.PARTICIPANT, vocab.STATED_PARTICIPANT),
    "places": (vocab.PLACE, vocab.STATED_PLACE),
}
_STATED_EVENTS: Final = (vocab.STATED_EVENT, vocab.DENIED_EVENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedArticle:
    """An article in one version. ``text`` is its exact text; unknown fields are empty."""

    version: str
    article: str = ""
    headline: str = ""
    outlet: str = ""
    published: str = ""
    url: str = ""
    language: str = ""
    licence: str = ""
    text: str = field(default="", repr=False)

    @property
    def web_address(self) -> str:
        """The article's URL if it is a web address, else empty."""
        return self.url if self.url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEvent:
    """An event. ``is_stated`` if only a claim contains it; ``is_denied`` if its speaker denies it.

    ``statement`` is its fact or claim. Roles are IRIs; days are ``YYYY-MM-DD``.
    """

    iri: str
    statement: str
    is_stated: bool
    is_denied: bool = False
    type: str = ""
    agents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topic: str = ""
    when: str = ""
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEntity:
    """An entity with a name. ``type`` is the last part of its class: ``Person``, ``Place``."""

    iri: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    wikidata: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A withdrawn version, with the recorded time and reason."""

    version: str
    at: str = ""
    reason: str = ""


class Collection:
    """The content of a store, sorted independently of the store.

    Args:
        store: The graph.
        base: The base of data IRIs.
    """

    def __init__(self, store: QueryableStore, base: str) -> None:
        self._store = store
        self.base = base

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """Every quad of the graph, sorted."""
        found = [ox.Quad(*row) for row in self._solutions("SELECT ?s ?p ?o { ?s ?p ?o }")]
        named = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"
        found += [ox.Quad(*row) for row in self._solutions(named)]
        return tuple(sorted(found, key=str))

    def _solutions(self, query: str) -> Iterable[Iterable[Any]]:
        results = self._store.query(query)
        assert isinstance(results, ox.QuerySolutions)
        return results

    @cached_property
    def articles(self) -> Mapping[str, ExportedArticle]:
        """Articles by the IRI of the current version."""
        found: dict[str, ExportedArticle] = {}
        for record in records(self._store.query(_ARTICLES)):
            found.setdefault(record["version"], ExportedArticle(**record))
        return found

    @cached_property
    def withdrawn(self) -> tuple[Withdrawn, ...]:
        """Withdrawn versions."""
        rows = records(self._store.query(_WITHDRAWN))
        return tuple(Withdrawn(**record) for record in rows if "version" in record)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every statement in text order: facts, claims, nested claims and unclear passages."""
        return tuple(read_rows(self._store, rows_query(dict.fromkeys(KINDS, ""))))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of all entities in statements and events."""
        iris = {iri for event in self.events for iri in roles_of(event)}
        for row in self.rows:
            iris.update(row.speaker_iri, row.target_iri, row.agent_iri, row.about_iri, row.place_iri)
        return labels(self._store, sorted(iris))

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """The statements as sentences, negated for a denial."""
        return tuple(card_of(row, self.base, self.names) for row in self.rows)

    def article_of(self, row: Row) -> ExportedArticle:
        """Return the article of a statement; empty if the graph has none."""
        return self.articles.get(row.document, ExportedArticle(version=row.document))

    @cached_property
    def entities(self) -> tuple[ExportedEntity, ...]:
        """Every entity with a name and a class in the default graph, sorted by IRI."""
        classes = {iri.rpartition("#")[2].rpartition("/")[2] for iri in vocab.ENTITY_CLASSES.values()}
        found = []
        for iri, about in self._asserted.items():
            types = [one.rpartition("#")[2].rpartition("/")[2] for one in about.get(vocab.RDF_TYPE, ())]
            known = sorted(classes.intersection(types))
            if known and vocab.SKOS_PREF_LABEL in about:
                exact = [one for one in about.get(vocab.SKOS_EXACT_MATCH, ()) if one.startswith(vocab.WD)]
                found.append(
                    ExportedEntity(
                        iri=iri,
                        name=self.names.get(iri, about[vocab.SKOS_PREF_LABEL][0]),
                        type=known[0],
                        aliases=about.get(vocab.SKOS_ALT_LABEL, ()),
                        wikidata=exact[0].removeprefix(vocab.WD) if exact else "",
                    )
                )
        return tuple(sorted(found, key=lambda entity: entity.iri))

    @cached_property
    def events(self) -> tuple[ExportedEvent, ...]:
        """Every event of a fact or a claim, sorted by IRI."""
        facts = {
            event: fact
            for fact, about in sorted(self._asserted.items(), reverse=True)
            for event in about.get(vocab.DESCRIBES, ())
        }
        found = [self._event(iri, fact, self._asserted, stated=False) for iri, fact in facts.items()]
        for iri, about in self._stated.items():
            if set(about.get(vocab.RDF_TYPE, ())) & set(_STATED_EVENTS):
                found.append(self._event(iri, about[vocab.ACCORDING_TO][0], self._stated, stated=True))
        return tuple(sorted(found, key=lambda event: event.iri))

    def _event(self, iri: str, statement: str, graph: Mapping[str, About], *, stated: bool) -> ExportedEvent:
        about = graph.get(iri, {})
        form = int(stated)

        def one(*predicates: str, of: About = about) -> str:
            return next(iter(of.get(predicates[form], ())), "")

        time = graph.get(one(vocab.WHEN, vocab.STATED_WHEN), {})
        return ExportedEvent(
            iri=iri,
            statement=statement,
            is_stated=stated,
            is_denied=vocab.DENIED_EVENT in about.get(vocab.RDF_TYPE, ()),
            type=one(vocab.EVENT_TYPE, vocab.STATED_EVENT_TYPE).removeprefix(vocab.EVT),
            topic=one(vocab.TOPIC, vocab.STATED_TOPIC),
            when=one(vocab.SKOS_PREF_LABEL, vocab.STATED_TEXT, of=time),
            earliest=one(vocab.EARLIEST, vocab.STATED_EARLIEST, of=time),
            latest=one(vocab.LATEST, vocab.STATED_LATEST, of=time),
            **{role: about.get(predicates[form], ()) for role, predicates in _ROLES.items()},
        )

    @cached_property
    def _asserted(self) -> Mapping[str, About]:
        return _by_subject(quad for quad in self.quads if quad.graph_name == ox.DefaultGraph())

    @cached_property
    def _stated(self) -> Mapping[str, About]:
        """The nodes of content graphs, each with the claim that it is according to."""
        found = _by_subject(quad for quad in self.quads if quad.graph_name != ox.DefaultGraph())
        return {iri: about for iri, about in found.items() if vocab.ACCORDING_TO in about}


def roles_of(event: ExportedEvent) -> tuple[str, ...]:
    """Return the IRIs of all participants of an event, agents first."""
    return (*event.agents, *event.participants, *event.targets, *event.places)


def _by_subject(quads: Iterable[ox.Quad]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for quad in quads:
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            about = found.setdefault(str(getattr(quad.subject, "value", quad.subject)), {})
            about[quad.predicate.value] = (*about.get(quad.predicate.value, ()), quad.object.value)
    return found
