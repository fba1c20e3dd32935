"""Mapping of records to quads: the only module that knows both, and the barrier between fact and claim (docs/model.md).

Facts and claims never share a path. A document's own statement goes through ``_fact`` into the default graph in
asserted terms. Claim content goes through ``_content`` into a graph of its own, in stated terms only, each node with
``cg:accordingTo``. No function accepts both.

The same record and base give the same quads in the same order. No node is blank.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import iri, vocab
from kg.graph import VersionGraph
from kg.records import (
    LOCAL_ENTITY_TYPES,
    Claim,
    Context,
    Document,
    Entity,
    Event,
    Fact,
    Link,
    Record,
    Review,
    Run,
    Span,
    Spans,
    TimeExpression,
    Unclear,
)

Term = NamedNode | Literal
Graph = NamedNode | DefaultGraph

_DEFAULT = DefaultGraph()
_PIECES = " … "
_ASSERTED_ROLES = {
    "agents": vocab.AGENT,
    "targets": vocab.TARGET,
    "participants": vocab.PARTICIPANT,
    "places": vocab.PLACE,
}
_EVIDENCE = {
    "act": vocab.ACT_EVIDENCE,
    "polarity": vocab.POLARITY_EVIDENCE,
    "certainty": vocab.CERTAINTY_EVIDENCE,
    "frame": vocab.FRAME_EVIDENCE,
}
_ADJUNCTS = {
    "time": vocab.SAID_AT_SPAN,
    "medium": vocab.MEDIUM_SPAN,
    "addressee": vocab.ADDRESSEE_SPAN,
}
_STATED_ROLES = {
    "agents": vocab.STATED_AGENT,
    "targets": vocab.STATED_TARGET,
    "participants": vocab.STATED_PARTICIPANT,
    "places": vocab.STATED_PLACE,
}


def map_record(record: Record, base: str = iri.SEED_BASE) -> VersionGraph:
    """Map a record to quads, in record order, each once.

    Args:
        record: The record.
        base: The base of IRIs.
    """
    names = _Names(record, base)
    quads = dict.fromkeys(_Mapper(record, names).quads())
    return VersionGraph(article=names.article, version=names.version, quads=tuple(quads))


@dataclass(slots=True)
class _Names:
    """The IRIs of one record, as in docs/model.md's table, with ``~2`` for a second statement with the same spans."""

    record: Record
    base: str
    article: str = field(init=False)
    version: str = field(init=False)
    statements: dict[str, str] = field(init=False, default_factory=dict)
    entities: dict[str, str] = field(init=False, default_factory=dict)
    _times: dict[TimeExpression, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.article = iri.article(self.base, self.record.document.id)
        self.version = iri.version(self.base, self.record.document.sha256)
        taken: set[str] = set()
        for fact in self.record.facts:
            self.statements[fact.id] = _unused(iri.statement(self.version, "fact", fact.anchor), taken)
        for claim in self.record.claims:
            if claim.parent is None:
                self.statements[claim.id] = _unused(iri.statement(self.version, "claim", claim.content), taken)
        self._name_nested(taken)
        for entity in self.record.entities:
            self.entities[entity.id] = self._entity(entity)

    def _name_nested(self, taken: set[str]) -> None:
        """Name claims inside of claims, outermost first, each under its content graph."""
        waiting = [claim for claim in self.record.claims if claim.parent is not None]
        while waiting:
            for claim in [c for c in waiting if c.parent in self.statements]:
                graph = self.content(str(claim.parent))
                self.statements[claim.id] = _unused(iri.statement(graph, "claim", claim.content), taken)
            waiting = [c for c in waiting if c.id not in self.statements]

    def _entity(self, entity: Entity) -> str:
        if entity.type == "unnamed_source":
            return iri.unnamed_source(self.version, entity.name)
        return iri.entity(self.base, entity.type, entity.name)

    def content(self, claim_id: str) -> str:
        return iri.content(self.statements[claim_id])

    def event(self, fact: Fact, index: int) -> str:
        return iri.event(self.statements[fact.id], index + 1)

    def time(self, time: TimeExpression) -> str:
        return self._times.setdefault(time, f"{self.version}/time/{len(self._times) + 1}")

    def span(self, span: Span) -> str:
        return iri.span(self.version, span)


def _unused(name: str, taken: set[str]) -> str:
    unused, n = name, 1
    while unused in taken:
        n += 1
        unused = f"{name}~{n}"
    taken.add(unused)
    return unused


@dataclass(slots=True)
class _Mapper:
    record: Record
    names: _Names
    _children: dict[str, list[Claim]] = field(init=False, default_factory=dict)
    _preferred: dict[str, str] = field(init=False, default_factory=dict)
    _only_stated: dict[str, Entity] = field(init=False, default_factory=dict)
    _reviews: dict[str, list[Review]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._only_stated = {e.id: e for e in self.record.entities if e.type == "stated_participant"}
        for claim in self.record.claims:
            if claim.parent is not None:
                self._children.setdefault(claim.parent, []).append(claim)
        for review in self.record.reviews:
            if review.statement is not None:
                self._reviews.setdefault(review.statement, []).append(review)

    def quads(self) -> Iterator[Quad]:
        yield from self._document(self.record.document)
        yield from self._run(self.record.run)
        yield from self._entities()
        for fact in self.record.facts:
            yield from self._fact(fact)
        for claim in self.record.claims:
            if claim.parent is None:
                yield from self._claim(claim)
        for unclear in self.record.unclear:
            yield from self._unclear(unclear)
        for context in self.record.context:
            yield from self._context(context)
        for number, link in enumerate(self.record.links, start=1):
            yield from self._link(link, f"{self.names.version}/link/{number}")
        for review in self.record.reviews:
            yield from self._correction(review)

    # -- the document -------------------------------------------------------------------------------------------

    def _document(self, document: Document) -> Iterator[Quad]:
        article, version = self.names.article, self.names.version
        yield _type(article, vocab.DOCUMENT)
        yield _quad(article, vocab.DCTERMS_IDENTIFIER, Literal(document.id))
        for predicate, value in (
            (vocab.SCHEMA_HEADLINE, document.title),
            (vocab.SCHEMA_URL, document.url),
            (vocab.SCHEMA_PUBLISHER, document.publisher),
            (vocab.SCHEMA_IN_LANGUAGE, document.language),
            (vocab.DCTERMS_LICENSE, document.licence),
        ):
            if value is not None:
                yield _quad(article, predicate, Literal(value))
        if document.published is not None:
            yield _quad(article, vocab.SCHEMA_DATE_PUBLISHED, _date(document.published))
        if document.retrieved is not None:
            yield _quad(article, vocab.DCTERMS_AVAILABLE, _date(document.retrieved))
        yield _type(version, vocab.DOCUMENT_VERSION)
        yield _quad(version, vocab.PROV_SPECIALIZATION_OF, NamedNode(article))
        yield _quad(version, vocab.SCHEMA_SHA256, Literal(document.sha256))
        yield _quad(version, vocab.STATUS, NamedNode(vocab.MOD + "current"))
        yield _quad(version, vocab.FULL_TEXT, Literal(document.text))

    def _run(self, run: Run) -> Iterator[Quad]:
        node = f"{self.names.version}/run"
        settings = json.dumps(dict(run.settings), sort_keys=True, ensure_ascii=False)
        yield _type(node, vocab.EXTRACTION_RUN)
        yield self._in_version(node)
        yield _quad(node, vocab.PROV_USED, NamedNode(self.names.version))
        yield _quad(node, vocab.EXTRACTOR, Literal(run.extractor))
        yield _quad(node, vocab.EXTRACTOR_VERSION, Literal(run.version))
        yield _quad(node, vocab.SETTINGS, Literal(settings))

    def _span(self, span: Span) -> Iterator[Quad]:
        node = self.names.span(span)
        yield _type(node, vocab.TEXT_SPAN)
        yield self._in_version(node)
        yield _quad(node, vocab.START, _integer(span.start))
        yield _quad(node, vocab.END, _integer(span.end))
        yield _quad(node, vocab.EXACT, Literal(span.of(self.record.document.text)))

    def _in_version(self, node: str) -> Quad:
        return _quad(node, vocab.IN_VERSION, NamedNode(self.names.version))

    def _spans(self, node: str, predicate: str, spans: Spans, graph: Graph = _DEFAULT) -> Iterator[Quad]:
        for span in spans:
            yield _quad(node, predicate, NamedNode(self.names.span(span)), graph)
            yield from self._span(span)

    def _words(self, spans: Spans) -> Literal:
        return Literal(_PIECES.join(span.of(self.record.document.text) for span in spans))

    # -- entities: naming asserts nothing about them ----------------------------------------------------------------

    def _entities(self) -> Iterator[Quad]:
        for entity in self.record.entities:
            if entity.type == "stated_participant":
                continue  # it exists only in claim content: _content writes it
            if entity.type == "unnamed_source":
                yield self._in_version(self.names.entities[entity.id])
            yield from self._description(entity)
            for span in entity.mentions:
                yield from self._span(span)
                yield _quad(self.names.span(span), vocab.MENTIONS, self._entity_node(entity.id))
        yield from self._shared_names()

    def _description(self, entity: Entity) -> Iterator[Quad]:
        node = self.names.entities[entity.id]
        graphs: tuple[Graph, ...] = (_DEFAULT,)
        if entity.type not in LOCAL_ENTITY_TYPES:
            graphs = (_DEFAULT, NamedNode(f"{self.names.version}/entities"))
        for graph in graphs:
            yield _type(node, vocab.ENTITY_CLASSES[entity.type], graph)
            name = self._preferred.setdefault(node, entity.name)
            yield _quad(node, vocab.SKOS_PREF_LABEL, Literal(name), graph)
            for alias in (entity.name, *entity.aliases):
                if alias != name:
                    yield _quad(node, vocab.SKOS_ALT_LABEL, Literal(alias), graph)
            if entity.wikidata is not None:
                yield _quad(node, vocab.SKOS_EXACT_MATCH, NamedNode(vocab.WD + entity.wikidata), graph)

    def _shared_names(self) -> Iterator[Quad]:
        """Yield the pairs of things with one name, such as Moscow the actor and the place (MODEL, "Anchors")."""
        graphs: tuple[Graph, ...] = (_DEFAULT, NamedNode(f"{self.names.version}/entities"))
        places = [entity for entity in self.record.entities if entity.type == "place"]
        actors = [entity for entity in self.record.entities if entity.type == "political_actor"]
        for place in places:
            for actor in actors:
                if {place.name, *place.aliases} & {actor.name, *actor.aliases}:
                    for graph in graphs:
                        node = self.names.entities[place.id]
                        yield _quad(node, vocab.SHARES_NAME_WITH, self._entity_node(actor.id), graph)

    def _entity_node(self, entity_id: str) -> NamedNode:
        return NamedNode(self.names.entities[entity_id])

    # -- facts: the document's own voice ---------------------------------------------------------------------------

    def _fact(self, fact: Fact) -> Iterator[Quad]:
        node = self.names.statements[fact.id]
        yield _type(node, vocab.REPORTED_FACT)
        yield from self._statement(node, fact, fact.anchor)
        if fact.asserts_events:
            for index, event in enumerate(fact.events):
                name = self.names.event(fact, index)
                yield _quad(node, vocab.DESCRIBES, NamedNode(name))
                yield from self._asserted_event(event, name)

    def _asserted_event(self, event: Event, node: str) -> Iterator[Quad]:
        yield _type(node, vocab.EVENT)
        yield _quad(node, vocab.EVENT_TYPE, NamedNode(vocab.EVT + event.type))
        for role, entity in event.roles():
            yield _quad(node, _ASSERTED_ROLES[role], self._entity_node(entity))
        if event.when is not None:
            yield _quad(node, vocab.WHEN, NamedNode(self.names.time(event.when)))
            yield from self._time(event.when)
        if event.topic is not None:
            yield _quad(node, vocab.TOPIC, Literal(event.topic))

    def _time(self, time: TimeExpression) -> Iterator[Quad]:
        node = self.names.time(time)
        yield _type(node, vocab.TIME_EXPRESSION)
        yield self._in_version(node)
        yield _quad(node, vocab.SKOS_PREF_LABEL, Literal(time.text))
        if time.earliest is not None:
            yield _quad(node, vocab.EARLIEST, _day(time.earliest))
        if time.latest is not None:
            yield _quad(node, vocab.LATEST, _day(time.latest))

    # -- claims: the saying is asserted -------------------------------------------------------------------------------

    def _claim(self, claim: Claim) -> Iterator[Quad]:
        node = self.names.statements[claim.id]
        yield _type(node, vocab.CLAIM)
        yield from self._statement(node, claim, claim.content)
        yield from self._spans(node, vocab.CUE, claim.cue)
        yield from self._spans(node, vocab.SOURCE_SPAN, claim.source)
        for adjunct in claim.adjuncts:
            yield from self._spans(node, _ADJUNCTS[adjunct.kind], adjunct.spans)
        yield _quad(node, vocab.SPEECH_ACT, NamedNode(vocab.ACT + claim.speech_act))
        yield _quad(node, vocab.QUOTE_FORM, NamedNode(vocab.MOD + claim.quote_form))
        for predicate, entities in (
            (vocab.SPEAKER, claim.speakers),
            (vocab.ADDRESSEE, claim.addressees),
            (vocab.ACT_TARGET, tuple(t for t in claim.targets if t not in self._only_stated)),
            (vocab.MEDIUM, () if claim.medium is None else (claim.medium,)),
        ):
            for entity in entities:
                yield _quad(node, predicate, self._entity_node(entity))
        if claim.said_at is not None:
            yield _quad(node, vocab.SAID_AT, NamedNode(self.names.time(claim.said_at)))
            yield from self._time(claim.said_at)
        yield _quad(node, vocab.CONTENT, NamedNode(self.names.content(claim.id)))
        yield from self._content(claim)

    def _statement(self, node: str, statement: Fact | Claim, anchor: Spans) -> Iterator[Quad]:
        """Yield the common properties of facts and claims: position and certainty, not content."""
        yield self._in_version(node)
        yield from self._spans(node, vocab.ANCHOR, anchor)
        yield _quad(node, vocab.TEXT, self._words(anchor))
        yield _quad(node, vocab.POLARITY, NamedNode(vocab.MOD + statement.polarity))
        yield _quad(node, vocab.CERTAINTY, NamedNode(vocab.MOD + statement.certainty))
        yield _quad(node, vocab.FRAME, NamedNode(vocab.MOD + statement.frame))
        for evidence in statement.evidence:
            yield from self._spans(node, _EVIDENCE[evidence.feature], evidence.spans)
        yield from self._reviewed(node, self._reviews.get(statement.id, ()))
        yield _quad(node, vocab.CONFIDENCE, _decimal(statement.confidence))
        yield _quad(node, vocab.RULE, Literal(statement.rule))
        yield _quad(node, vocab.PROV_WAS_GENERATED_BY, NamedNode(f"{self.names.version}/run"))

    def _reviewed(self, node: str, reviews: Sequence[Review]) -> Iterator[Quad]:
        """Yield the reviewers who confirmed or changed a statement."""
        changed = any(review.kind not in ("accept", "link", "unlink") for review in reviews)
        status = "corrected" if changed else "confirmed" if reviews else "extracted"
        yield _quad(node, vocab.STATUS, NamedNode(vocab.MOD + status))
        for review in reviews:
            yield _quad(node, vocab.PROV_WAS_ATTRIBUTED_TO, NamedNode(self._reviewer(review)))

    def _reviewer(self, review: Review) -> str:
        return f"{self.names.version}/reviewer/{iri.slug(review.by)}"

    # -- content: stated terms in a graph of its own
    # --------------------------------------------------------------------

    def _content(self, claim: Claim) -> Iterator[Quad]:
        said = _ContentGraph(self.names.content(claim.id), self.names.statements[claim.id])
        yield from said.node("proposition", vocab.STATED_PROPOSITION)
        yield said.quad("proposition", vocab.STATED_TEXT, self._words(claim.content))
        for number, event in enumerate(claim.stated_events, start=1):
            yield from self._stated_event(said, f"event/{number}", event, denied=claim.polarity == "negative")
        for target in claim.targets:
            if target in self._only_stated:
                yield from self._stated_participant(said, target)
        for inner in self._children.get(claim.id, ()):
            yield from self._stated_claim(said, inner)

    def _stated_event(self, said: _ContentGraph, name: str, event: Event, *, denied: bool) -> Iterator[Quad]:
        yield from said.node(name, vocab.DENIED_EVENT if denied else vocab.STATED_EVENT)
        yield said.quad(name, vocab.STATED_EVENT_TYPE, NamedNode(vocab.EVT + event.type))
        for role, entity in event.roles():
            yield said.quad(name, _STATED_ROLES[role], self._stated_entity(said, entity))
            if entity in self._only_stated:
                yield from self._stated_participant(said, entity)
        if event.when is not None:
            yield from self._stated_time(said, name, event.when)
        if event.topic is not None:
            yield said.quad(name, vocab.STATED_TOPIC, Literal(event.topic))

    def _stated_entity(self, said: _ContentGraph, entity_id: str) -> NamedNode:
        if entity_id not in self._only_stated:
            return self._entity_node(entity_id)
        return said.name(_participant(self._only_stated[entity_id]))

    def _stated_participant(self, said: _ContentGraph, entity_id: str) -> Iterator[Quad]:
        """Someone who exists only in what is said: never an entity (MODEL: laundering path 3)."""
        entity = self._only_stated[entity_id]
        name = _participant(entity)
        yield from said.node(name, vocab.STATED_PARTICIPANT_ONLY)
        yield said.quad(name, vocab.STATED_NAME, Literal(entity.name))

    def _stated_time(self, said: _ContentGraph, event: str, time: TimeExpression) -> Iterator[Quad]:
        name = f"{event}/time"
        yield said.quad(event, vocab.STATED_WHEN, said.name(name))
        yield from said.node(name, vocab.STATED_TIME)
        yield said.quad(name, vocab.STATED_TEXT, Literal(time.text))
        if time.earliest is not None:
            yield said.quad(name, vocab.STATED_EARLIEST, _day(time.earliest))
        if time.latest is not None:
            yield said.quad(name, vocab.STATED_LATEST, _day(time.latest))

    def _stated_claim(self, said: _ContentGraph, inner: Claim) -> Iterator[Quad]:
        """Yield a claim that exists only in another claim: content, never a cg:Claim (laundering path 4)."""
        name = self.names.statements[inner.id].removeprefix(f"{said.graph}/")
        yield from said.node(name, vocab.STATED_CLAIM)
        for predicate, value in (
            (vocab.STATED_SPEECH_ACT, vocab.ACT + inner.speech_act),
            (vocab.STATED_QUOTE_FORM, vocab.MOD + inner.quote_form),
            (vocab.STATED_POLARITY, vocab.MOD + inner.polarity),
            (vocab.STATED_CERTAINTY, vocab.MOD + inner.certainty),
            (vocab.STATED_FRAME, vocab.MOD + inner.frame),
            (vocab.STATED_CONTENT, self.names.content(inner.id)),
        ):
            yield said.quad(name, predicate, NamedNode(value))
        yield said.quad(name, vocab.STATED_TEXT, self._words(inner.content))
        for span in inner.content:
            yield said.quad(name, vocab.STATED_ANCHOR, NamedNode(self.names.span(span)))
            yield from self._span(span)
        for predicate, entities in (
            (vocab.STATED_SPEAKER, inner.speakers),
            (vocab.STATED_ADDRESSEE, inner.addressees),
            (vocab.STATED_TARGET_OF_ACT, inner.targets),
        ):
            for entity in entities:
                yield said.quad(name, predicate, self._stated_entity(said, entity))
                if entity in self._only_stated:
                    yield from self._stated_participant(said, entity)
        yield from self._content(inner)

    # -- the rest ------------------------------------------------------------------------------------------------------

    def _unclear(self, unclear: Unclear) -> Iterator[Quad]:
        node = iri.statement(self.names.version, "unclear", (unclear.span,))
        yield _type(node, vocab.UNCLEAR_PASSAGE)
        yield self._in_version(node)
        yield from self._spans(node, vocab.ANCHOR, (unclear.span,))
        yield _quad(node, vocab.TEXT, self._words((unclear.span,)))
        yield _quad(node, vocab.REASON, Literal(unclear.reason))

    def _context(self, context: Context) -> Iterator[Quad]:
        """Yield the quads of a context: its span and its kind. Context states nothing and has no speaker."""
        yield from self._span(context.span)
        yield _quad(self.names.span(context.span), vocab.CONTEXT_KIND, NamedNode(vocab.MOD + context.kind))

    def _correction(self, review: Review) -> Iterator[Quad]:
        """Yield a person's decision, and the extractor's reading as a string, so that it has no effect."""
        node, person = f"{self.names.version}/correction/{review.correction}", self._reviewer(review)
        yield _type(node, vocab.CORRECTION)
        yield self._in_version(node)
        yield _quad(node, vocab.CORRECTION_KIND, Literal(review.kind))
        yield _quad(node, vocab.CORRECTED_AT, Literal(review.at, datatype=NamedNode(vocab.XSD_DATE_TIME)))
        yield _quad(node, vocab.PROV_WAS_ASSOCIATED_WITH, NamedNode(person))
        yield _type(person, vocab.PROV_AGENT)
        yield self._in_version(person)
        yield _quad(person, vocab.RDFS_LABEL, Literal(review.by))
        if review.statement is not None:
            yield _quad(node, vocab.CORRECTS, NamedNode(self._own_statement(review.statement)))
        if review.reading is not None:
            yield _quad(node, vocab.MODEL_READING, Literal(review.reading))
        if review.note is not None:
            yield _quad(node, vocab.REASON, Literal(review.note))

    def _own_statement(self, name: str) -> str:
        """Return the IRI of a statement of the article itself; for hearsay, of the claim around it."""
        parents = {claim.id: claim.parent for claim in self.record.claims}
        while (parent := parents.get(name)) is not None:
            name = parent
        return self.names.statements[name]

    def _link(self, link: Link, node: str) -> Iterator[Quad]:
        yield _type(node, vocab.STATEMENT_LINK)
        yield self._in_version(node)
        yield _quad(node, vocab.FROM, NamedNode(self.names.statements[link.source]))
        yield _quad(node, vocab.TO, NamedNode(self.names.statements[link.target]))
        yield _quad(node, vocab.LINK_TYPE, NamedNode(vocab.REL + link.type))
        yield _quad(node, vocab.CONFIDENCE, _decimal(link.confidence))
        yield _quad(node, vocab.RULE, Literal(link.rule))


@dataclass(frozen=True, slots=True)
class _ContentGraph:
    """Writer of one content graph: every node names its claim."""

    graph: str
    claim: str

    def name(self, local: str) -> NamedNode:
        return NamedNode(f"{self.graph}/{local}")

    def node(self, local: str, stated_class: str) -> Iterable[Quad]:
        yield _type(self.name(local).value, stated_class, NamedNode(self.graph))
        yield self.quad(local, vocab.ACCORDING_TO, NamedNode(self.claim))

    def quad(self, local: str, predicate: str, value: Term) -> Quad:
        return _quad(self.name(local).value, predicate, value, NamedNode(self.graph))


def _participant(entity: Entity) -> str:
    return f"participant/{iri.slug(entity.name)}"


def _quad(subject: str, predicate: str, value: Term, graph: Graph = _DEFAULT) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), value, graph)


def _type(subject: str, rdf_class: str, graph: Graph = _DEFAULT) -> Quad:
    return _quad(subject, vocab.RDF_TYPE, NamedNode(rdf_class), graph)


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(vocab.XSD_INTEGER))


def _decimal(value: float) -> Literal:
    """Return a decimal without trailing zeros, because stores change lexical forms (MODEL, "Anchors")."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return Literal(text, datatype=NamedNode(vocab.XSD_DECIMAL))


def _day(value: str) -> Literal:
    return Literal(value, datatype=NamedNode(vocab.XSD_DATE))


_DATES = (
    (re.compile(r"\d{4}\Z"), vocab.XSD_G_YEAR),
    (re.compile(r"\d{4}-\d\d\Z"), vocab.XSD_G_YEAR_MONTH),
    (re.compile(r"\d{4}-\d\d-\d\d\Z"), vocab.XSD_DATE),
)


def _date(value: str) -> Literal:
    """Return a date as precise as given; any other text stays a string."""
    for pattern, datatype in _DATES:
        if pattern.match(value):
            return Literal(value, datatype=NamedNode(datatype))
    return Literal(value)
