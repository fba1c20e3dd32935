"""Records of the versions in a store, for the linker.

Their ids are IRIs, so that results can be written back.

Only the parts that the linker compares are read. Claims inside of claims are left out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Protocol

from pyoxigraph import Literal, NamedNode

from kg import vocab
from kg.records import Claim, Document, Entity, Event, Fact, Impossible, Record, Run, Span

_PREFIX: Final = (
    f"PREFIX cg: <{vocab.CG}> PREFIX mod: <{vocab.MOD}> PREFIX schema: <{vocab.SCHEMA}> "
    f"PREFIX skos: <{vocab.SKOS}> PREFIX prov: <{vocab.PROV}> "
)
_VERSIONS: Final = """SELECT ?version ?headline ?publisher ?published ?text {
  #VERSIONS
  ?version cg:status mod:current ; cg:fullText ?text ; prov:specializationOf ?article .
  OPTIONAL { ?article schema:headline ?headline } OPTIONAL { ?article schema:publisher ?publisher }
  OPTIONAL { ?article schema:datePublished ?published } }"""
_STATEMENTS: Final = """SELECT ?version ?s ?class ?polarity ?certainty ?frame ?confidence ?rule ?act ?form {
  #VERSIONS
  ?s cg:inVersion ?version ; a ?class ; cg:polarity ?polarity ; cg:certainty ?certainty ; cg:frame ?frame ;
    cg:confidence ?confidence ; cg:rule ?rule . VALUES ?class { cg:ReportedFact cg:Claim }
  OPTIONAL { ?s cg:speechAct ?act ; cg:quoteForm ?form } }"""
_SPANS: Final = """SELECT ?version ?s ?role ?start ?end {
  #VERSIONS
  VALUES (?property ?role) { (cg:anchor "anchor") (cg:cue "cue") (cg:sourceSpan "source") }
  ?s cg:inVersion ?version ; ?property ?span ; cg:polarity ?p . ?span cg:start ?start ; cg:end ?end }"""
_PEOPLE: Final = """SELECT ?version ?s ?role ?who {
  #VERSIONS
  VALUES (?property ?role) { (cg:speaker "speakers") (cg:actTarget "targets") (cg:addressee "addressees") }
  ?s cg:inVersion ?version ; ?property ?who }"""
_EVENTS: Final = """SELECT ?version ?s ?event ?type ?role ?who {
  #VERSIONS
  { ?s cg:inVersion ?version ; cg:describes ?event . ?event cg:eventType ?type .
    OPTIONAL { VALUES (?property ?role) { (cg:agent "agents") (cg:target "targets") (cg:participant "participants") }
      ?event ?property ?who } }
  UNION { ?s cg:inVersion ?version ; cg:content ?content .
    GRAPH ?content { ?event cg:statedEventType ?type .
      OPTIONAL { VALUES (?property ?role)
        { (cg:statedAgent "agents") (cg:statedTarget "targets") (cg:statedParticipant "participants") }
        ?event ?property ?who } } } }"""
_ENTITIES: Final = """SELECT ?version ?entity ?class ?name ?alias ?start ?end {
  #VERSIONS
  ?span cg:inVersion ?version ; cg:mentions ?entity ; cg:start ?start ; cg:end ?end .
  ?entity a ?class ; skos:prefLabel ?name . OPTIONAL { ?entity skos:altLabel ?alias } }"""
_NAMED: Final = "SELECT DISTINCT ?entity { ?span cg:inVersion ?version ; cg:mentions ?entity }"
_NAMING: Final = "SELECT ?span { ?span cg:mentions ?entity }"
_DAYS: Final = """SELECT ?version ?published {
  #VERSIONS
  ?version prov:specializationOf/schema:datePublished ?published }"""
_COUNT: Final = "SELECT ?version { ?version cg:status mod:current }"
_PARTS: Final = MappingProxyType(
    {"statements": _STATEMENTS, "spans": _SPANS, "people": _PEOPLE, "events": _EVENTS, "entities": _ENTITIES}
)
_RUN: Final = Run(extractor="graph", version="1")
_SPARE: Final = 4
"""Times as many are ranked as are taken: some are of other days."""
Rows = dict[str, list[dict[str, str]]]


class Queried(Protocol):
    """A store that answers queries."""

    def query(self, text: str) -> Any:
        """Return the rows of a SELECT."""


def read_records(store: Queried, versions: Sequence[str] | None = None) -> Iterator[Record]:
    """Yield a record of each current version.

    Args:
        store: The store.
        versions: The IRIs of the wanted versions; None for all.
    """
    if versions is not None and not versions:
        return
    parts = {name: _rows(store, query, versions) for name, query in _PARTS.items()}
    for version, (row, *_) in sorted(_rows(store, _VERSIONS, versions).items()):
        yield _record(version, row, {name: found.get(version, []) for name, found in parts.items()})


def neighbours(store: Queried, version: str, *, most: int, days: int) -> list[str]:
    """Return the versions in force that share what one names, the likeliest of the same story first.

    An entity that few articles name says more than one that many name.

    Args:
        store: Where they are.
        version: The IRI of the one.
        most: At most so many.
        days: How far the days of publication may lie apart, where both are known.
    """
    naming: dict[str, set[str]] = {}
    for row in _plain_rows(store, _NAMED.replace("?version", str(NamedNode(version)))):
        spans = _plain_rows(store, _NAMING.replace("?entity", str(NamedNode(row["entity"]))))
        naming[row["entity"]] = {span["span"].partition("#")[0] for span in spans}
    score: dict[str, float] = defaultdict(float)
    for versions in naming.values():
        for other in versions:
            score[other] += 1 / math.log(2 + len(versions))
    score.pop(version, None)
    likeliest = sorted(score, key=lambda other: (-score[other], other))[: _SPARE * most]
    published = _published(store, [version, *likeliest])
    return [other for other in likeliest if _within(published.get(version), published.get(other), days)][:most]


def count_versions(store: Queried) -> int:
    """Return how many versions are in force."""
    return len(list(_plain_rows(store, _COUNT)))


def _published(store: Queried, versions: Sequence[str]) -> dict[str, date]:
    days: dict[str, date] = {}
    for row in _plain_rows(store, _DAYS.replace("#VERSIONS", _values(versions))):
        try:
            days[row["version"]] = date.fromisoformat(row["published"][:10])
        except ValueError:
            continue  # a day that is none parts nothing
    return days


def _within(one: date | None, other: date | None, days: int) -> bool:
    return one is None or other is None or abs((one - other).days) <= days


def _values(versions: Sequence[str]) -> str:
    return f"VALUES ?version {{ {' '.join(str(NamedNode(v)) for v in versions)} }}"


def _plain_rows(store: Queried, query: str) -> Iterator[dict[str, str]]:
    results = store.query(_PREFIX + query)
    names = [variable.value for variable in results.variables]
    for solution in results:
        yield {
            name: term.value
            for name, term in zip(names, solution, strict=True)
            if isinstance(term, NamedNode | Literal)
        }


def _rows(store: Queried, query: str, versions: Sequence[str] | None) -> Rows:
    found: Rows = defaultdict(list)
    for row in _plain_rows(store, query.replace("#VERSIONS", "" if versions is None else _values(versions))):
        found[row["version"]].append(row)
    return found


def _record(version: str, row: Mapping[str, str], parts: Mapping[str, list[dict[str, str]]]) -> Record:
    document = Document(
        id=version,
        text=row["text"],
        title=row.get("headline"),
        publisher=row.get("publisher"),
        published=row.get("published"),
    )
    entities = {entity.id: entity for entity in _entities(parts["entities"])}
    builder = _Statements(parts, entities)
    facts = tuple(builder.facts())
    claims = tuple(builder.claims())
    try:
        return Record(document=document, entities=tuple(entities.values()), facts=facts, claims=claims, run=_RUN)
    except Impossible:
        # A hand-written graph may have values that no extractor makes; its statements are not compared.
        return Record(document=document, entities=tuple(entities.values()), run=_RUN)


def _entities(rows: Iterable[Mapping[str, str]]) -> Iterator[Entity]:
    types = {iri: name for name, iri in vocab.ENTITY_CLASSES.items()}
    spans: dict[str, set[Span]] = defaultdict(set)
    aliases: dict[str, set[str]] = defaultdict(set)
    known: dict[str, tuple[str, str]] = {}
    for row in rows:
        if row["class"] in types:
            spans[row["entity"]].add(Span(int(row["start"]), int(row["end"])))
            known.setdefault(row["entity"], (types[row["class"]], row["name"]))
            if "alias" in row:
                aliases[row["entity"]].add(row["alias"])
    for entity, (kind, name) in sorted(known.items()):
        yield Entity(
            id=entity,
            type=kind,
            name=name,
            aliases=tuple(sorted(aliases[entity])),
            mentions=tuple(sorted(spans[entity])),
        )


class _Statements:
    """Builder of one version's statements.

    An entity without a mention in the text is described by its name.
    """

    def __init__(self, parts: Mapping[str, list[dict[str, str]]], entities: dict[str, Entity]) -> None:
        self._rows = parts["statements"]
        self._entities = entities
        self._spans: dict[tuple[str, str], set[Span]] = defaultdict(set)
        self._people: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._events: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(dict)
        for row in parts["spans"]:
            self._spans[row["s"], row["role"]].add(Span(int(row["start"]), int(row["end"])))
        for row in parts["people"]:
            self._people[row["s"], row["role"]].add(self._known(row["who"]))
        for row in parts["events"]:
            event = self._events[row["s"]].setdefault(row["event"], {"type": {row["type"].removeprefix(vocab.EVT)}})
            if "who" in row:
                event.setdefault(row["role"], set()).add(self._known(row["who"]))

    def _known(self, iri: str) -> str:
        """Return the entity; without a mention its name comes from its IRI."""
        if iri not in self._entities:
            name = iri.rpartition("/")[2].replace("-", " ") or iri
            kind = "unnamed_source" if "/source/" in iri else "stated_participant"
            for known in vocab.ENTITY_TYPES:
                if f"/entity/{known}/" in iri:
                    kind = known
            self._entities[iri] = Entity(id=iri, type=kind, name=name.title() if kind == "person" else name)
        return iri

    def facts(self) -> Iterator[Fact]:
        for row in self._rows:
            anchor = tuple(sorted(self._spans[row["s"], "anchor"]))
            if row["class"] == vocab.REPORTED_FACT and anchor:
                yield Fact(id=row["s"], anchor=anchor, events=tuple(self._of(row["s"])), **_common(row))

    def claims(self) -> Iterator[Claim]:
        for row in self._rows:
            content = tuple(sorted(self._spans[row["s"], "anchor"]))
            speakers = tuple(sorted(self._people[row["s"], "speakers"]))
            if row["class"] == vocab.CLAIM and content and speakers and "act" in row:
                yield Claim(
                    id=row["s"],
                    source=tuple(sorted(self._spans[row["s"], "source"])),
                    cue=tuple(sorted(self._spans[row["s"], "cue"])),
                    content=content,
                    speakers=speakers,
                    speech_act=row["act"].removeprefix(vocab.ACT),
                    quote_form=row["form"].removeprefix(vocab.MOD),
                    targets=tuple(sorted(self._people[row["s"], "targets"])),
                    addressees=tuple(sorted(self._people[row["s"], "addressees"])),
                    stated_events=tuple(self._of(row["s"])),
                    **_common(row),
                )

    def _of(self, statement: str) -> Iterator[Event]:
        for _, found in sorted(self._events[statement].items()):
            agents, targets, participants = (
                tuple(sorted(found.get(role, ()))) for role in ("agents", "targets", "participants")
            )
            yield Event(type=min(found["type"]), agents=agents, targets=targets, participants=participants)


def _common(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "polarity": row["polarity"].removeprefix(vocab.MOD),
        "certainty": row["certainty"].removeprefix(vocab.MOD),
        "frame": row["frame"].removeprefix(vocab.MOD),
        "confidence": float(row["confidence"]),
        "rule": row["rule"],
    }
