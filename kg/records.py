"""The content of an article as plain values: ``Document``, ``Fact``, ``Claim``, ``Context`` and their parts.

Every value is frozen and refuses invalid parts. A ``Span`` has at least one character, a ``Claim`` has a speaker, a
``Fact`` has no speaker field, and the content of a claim contains no fact. The type is the first lock against
laundering, the shapes are the second, the tests the third.

Offsets are Unicode code points of ``Document.text``, end exclusive. ``confidence`` is the extractor's own, from 0 to 1;
``certainty`` is that of the *source*.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg import vocab
from kg.limits import LONGEST_TEXT, is_too_long

_SPOTS = frozenset({"place", "stated_participant"})
LOCAL_ENTITY_TYPES = frozenset({"unnamed_source", "stated_participant"})
"""Entity types that belong to one document version."""
FEATURES = ("act", "polarity", "certainty", "frame")
"""Features of a statement that can have evidence; a fact has no act."""
ADJUNCT_KINDS = ("time", "medium", "addressee")
"""Kinds of adjuncts of a claim: its time, its channel, and its addressee."""


class Impossible(ValueError):
    """An invalid record: ``path`` is the position inside the record, as in ``claims[3].speakers``."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem


def _demand(condition: bool, path: str, problem: str) -> None:
    if not condition:
        raise Impossible(path, problem)


def _demand_characters(value: str | None, path: str) -> None:
    found = None if value is None else _SURROGATE.search(value)
    _demand(
        found is None, path, f"has a lone surrogate ({ascii(found[0])[1:-1] if found else ''}), which is no character"
    )


def _demand_tag(value: str, known: frozenset[str], path: str) -> None:
    _demand(value in known, path, f"unknown value {value!r}; known are {', '.join(sorted(known))}")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of the text in code points with an exclusive ``end``; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise Impossible("", f"span [{self.start}, {self.end}] is empty or begins before the text")

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether at least one code point is in both."""
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        """Return the words of ``text`` in this range."""
        return text[self.start : self.end]


_SURROGATE = re.compile("[\ud800-\udfff]")
_PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ]\S+)?)?)?\Z")

Spans = tuple[Span, ...]
"""One or more ranges in text order that do not touch."""


def _demand_order(spans: Spans, path: str) -> None:
    for before, after in pairwise(spans):
        _demand(before.end <= after.start, path, "spans must stand in text order and not overlap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One exact text of an article, with the known data about its source.

    ``text`` is the decoded file without any normalization. Dates are ISO 8601 strings as given (``2025``, ``2025-04``
    and ``2025-04-03`` are valid), None if unknown. ``authors`` are the names in the byline. ``frame`` are words that
    the format's reader knows to frame the article. A records file leaves both out: its context is the record's.
    """

    id: str
    text: str
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    retrieved: str | None = None
    language: str | None = None
    licence: str | None = None
    authors: tuple[str, ...] = field(default=(), compare=False)
    frame: tuple[Context, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        _demand(bool(self.id.strip()), "id", "a document needs an id")
        _demand(bool(self.text.strip()), "text", "the text is empty")
        _demand(not is_too_long(self.text), "text", f"the text is longer than {LONGEST_TEXT:,} bytes")
        for name in ("id", "text", "title", "url", "publisher", "published", "retrieved", "language", "licence"):
            _demand_characters(getattr(self, name), name)
        for i, author in enumerate(self.authors):
            _demand_characters(author, f"authors[{i}]")
        for i, context in enumerate(self.frame):
            _demand(context.span.end <= len(self.text), f"frame[{i}].span", "ends after the text")
        for name in ("published", "retrieved"):
            value = getattr(self, name)
            _demand(
                value is None or _PARTIAL_DATE.match(value) is not None,
                name,
                f"{value!r} is not a date such as 2025-04-03, 2025-04 or 2025",
            )

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8 as 64 hexadecimal digits: the name of this version."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """A time in the text's own words, with the first and last possible day (``YYYY-MM-DD``) if known."""

    text: str
    earliest: str | None = None
    latest: str | None = None

    def __post_init__(self) -> None:
        _demand(bool(self.text.strip()), "text", "a time needs its words")
        if self.earliest and self.latest:
            _demand(self.earliest <= self.latest, "latest", f"{self.latest} is before {self.earliest}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person, body, place or other thing that a document names.

    An ``unnamed_source`` and a ``stated_participant`` belong to their document. A ``stated_participant`` ("numerous
    forces") exists only in claims; only content may use it.
    """

    id: str
    type: str
    name: str
    aliases: tuple[str, ...] = ()
    mentions: Spans = ()
    wikidata: str | None = None

    def __post_init__(self) -> None:
        _demand_tag(self.type, vocab.ENTITY_TYPES, "type")
        _demand(bool(self.name.strip()), "name", "an entity needs a name")
        if self.wikidata is not None:
            digits = self.wikidata[1:]
            _demand(
                self.wikidata[:1] == "Q" and digits.isascii() and digits.isdigit(),
                "wikidata",
                f"{self.wikidata!r} is not an id such as Q159",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event or state: a type of the event scheme, and entity ids in their roles.

    Facts and claims use the same type. Its owner decides its meaning, and the mapper never lets the two share a path.
    """

    type: str
    agents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    when: TimeExpression | None = None
    topic: str | None = None

    def __post_init__(self) -> None:
        _demand_tag(self.type, vocab.EVENT_TYPES, "type")

    def roles(self) -> Iterator[tuple[str, str]]:
        """Yield (role, entity id) for every participant, role by role."""
        for role in ("agents", "targets", "participants", "places"):
            for entity in getattr(self, role):
                yield role, entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that decided the act, polarity, certainty or frame of a statement."""

    feature: str
    spans: Spans

    def __post_init__(self) -> None:
        _demand_tag(self.feature, frozenset(FEATURES), "feature")
        _demand(bool(self.spans), "spans", "evidence needs the words that decided")
        _demand_order(self.spans, "spans")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjunct:
    """The words for the time, channel or addressee of a claim: "on Thursday", "in a post", "reporters"."""

    kind: str
    spans: Spans

    def __post_init__(self) -> None:
        _demand_tag(self.kind, frozenset(ADJUNCT_KINDS), "kind")
        _demand(bool(self.spans), "spans", "an adjunct needs its words")
        _demand_order(self.spans, "spans")


def _demand_evidence(evidence: tuple[Evidence, ...]) -> None:
    _demand_unique(((f"evidence[{i}].feature", e.feature) for i, e in enumerate(evidence)), "evidence for")


def _demand_modality(record: Fact | Claim) -> None:
    _demand_tag(record.polarity, vocab.POLARITIES, "polarity")
    _demand_tag(record.certainty, vocab.CERTAINTIES, "certainty")
    _demand_tag(record.frame, vocab.FRAMES, "frame")
    _demand(0 <= record.confidence <= 1, "confidence", f"{record.confidence} is not between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A statement in the document's own voice, at ``anchor``. It has no speaker field.

    It is the outlet's assertion, which may be untrue. Its events become events of the graph only if it is positive,
    certain and not set in the future.
    """

    id: str
    anchor: Spans
    polarity: str = "positive"
    certainty: str = "certain"
    frame: str = "nonFuture"
    confidence: float = 1.0
    rule: str
    events: tuple[Event, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        _demand(bool(self.anchor), "anchor", "a fact needs the words that say it")
        _demand_order(self.anchor, "anchor")
        _demand_modality(self)
        _demand_evidence(self.evidence)
        for i, evidence in enumerate(self.evidence):
            _demand(evidence.feature != "act", f"evidence[{i}].feature", "a fact is no act of speech")

    @property
    def asserts_events(self) -> bool:
        """Only a positive, certain, non-future fact may assert that its events are so (MODEL: laundering path 2)."""
        return (self.polarity, self.certainty, self.frame) == ("positive", "certain", "nonFuture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement that the document attributes to a speaker: the saying is asserted, the content is not.

    ``source`` and ``cue`` may be empty, ``content`` never is. There is at least one speaker (an entity id; an
    ``unnamed_source`` if the text gives no name). ``parent`` is the claim around this one. ``adjuncts`` are the words
    for ``said_at``, ``medium`` and ``addressees``, at most one for each kind.
    """

    id: str
    source: Spans = ()
    cue: Spans = ()
    content: Spans
    speakers: tuple[str, ...]
    speech_act: str
    quote_form: str
    polarity: str = "positive"
    certainty: str = "certain"
    frame: str = "nonFuture"
    addressees: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    medium: str | None = None
    said_at: TimeExpression | None = None
    confidence: float = 1.0
    rule: str
    parent: str | None = None
    stated_events: tuple[Event, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    adjuncts: tuple[Adjunct, ...] = ()

    def __post_init__(self) -> None:
        _demand(bool(self.content), "content", "a claim needs content: the words that were said")
        _demand(
            bool(self.speakers),
            "speakers",
            "a claim needs a speaker; name an unnamed_source where the text has no name",
        )
        for role in ("source", "cue", "content"):
            _demand_order(getattr(self, role), role)
        _demand_tag(self.speech_act, vocab.SPEECH_ACTS, "speech_act")
        _demand_tag(self.quote_form, vocab.QUOTE_FORMS, "quote_form")
        _demand_modality(self)
        _demand_evidence(self.evidence)
        _demand_unique(((f"adjuncts[{i}].kind", a.kind) for i, a in enumerate(self.adjuncts)), "an adjunct of kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Words that frame the article and state nothing: a dateline, a byline, a heading, an adjunct of reporting.

    They are certainly neither asserted nor attributed.
    """

    span: Span
    kind: str

    def __post_init__(self) -> None:
        _demand_tag(self.kind, vocab.CONTEXT_KINDS, "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Words whose speaker is unclear, with the reason.

    They enter the graph without a speaker and without assertion.
    """

    span: Span
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relation between two statements of the document; ``source`` is the later or reacting one."""

    source: str
    target: str
    type: str
    confidence: float = 1.0
    rule: str

    def __post_init__(self) -> None:
        _demand_tag(self.type, vocab.LINK_TYPES, "type")
        _demand(0 <= self.confidence <= 1, "confidence", f"{self.confidence} is not between 0 and 1")
        _demand(self.source != self.target, "to", "a statement cannot be linked to itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision about one statement, or about words without a statement.

    ``correction`` is the id of the correction. ``reading`` is the extractor's own reading: JSON, as in a records file.
    ``statement`` is None for a rejected statement, which is not in the record.
    """

    correction: str
    kind: str
    by: str
    at: str
    statement: str | None = None
    note: str | None = None
    reading: str | None = None

    def __post_init__(self) -> None:
        _demand(bool(self.by.strip()), "by", "a review is somebody's")


Setting = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The extractor of the record, with version and settings.

    It has no time: the same text gives the same run.
    """

    extractor: str
    version: str
    settings: tuple[tuple[str, Setting], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The extracted content of one document version: one line of a records file.

    Building it checks the relations of its parts: spans are in the text, ids exist, nesting has no cycle, and no fact
    is in the content of a claim.
    """

    document: Document
    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
    claims: tuple[Claim, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    context: tuple[Context, ...] = ()
    links: tuple[Link, ...] = ()
    run: Run
    reviews: tuple[Review, ...] = ()
    _entity_types: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_entity_types", {entity.id: entity.type for entity in self.entities})
        self._check_ids()
        self._check_spans()
        self._check_references()
        self._check_nesting()
        self._check_barrier()

    def places(self) -> Iterator[Span]:
        """Yield the spans of all statements, unclear passages and context, which together cover every word."""
        for fact in self.facts:
            yield from fact.anchor
        for claim in self.claims:
            yield from (*claim.source, *claim.cue, *claim.content)
            for adjunct in claim.adjuncts:
                yield from adjunct.spans
        yield from (unclear.span for unclear in self.unclear)
        yield from (context.span for context in self.context)

    def _check_ids(self) -> None:
        _demand_unique(((f"entities[{i}].id", e.id) for i, e in enumerate(self.entities)), "entity id")
        statements = [(f"facts[{i}].id", f.id) for i, f in enumerate(self.facts)]
        statements += [(f"claims[{i}].id", c.id) for i, c in enumerate(self.claims)]
        _demand_unique(statements, "statement id")

    def _check_spans(self) -> None:
        length = len(self.document.text)
        for path, spans in self._all_spans():
            for span in spans:
                if span.end > length:
                    raise Impossible(path, f"span [{span.start}, {span.end}] ends after the text ({length})")

    def _all_spans(self) -> Iterator[tuple[str, Spans]]:
        for i, entity in enumerate(self.entities):
            yield f"entities[{i}].mentions", entity.mentions
        for i, fact in enumerate(self.facts):
            yield f"facts[{i}].anchor", fact.anchor
            for k, evidence in enumerate(fact.evidence):
                yield f"facts[{i}].evidence[{k}].spans", evidence.spans
        for i, claim in enumerate(self.claims):
            yield f"claims[{i}].source", claim.source
            yield f"claims[{i}].cue", claim.cue
            yield f"claims[{i}].content", claim.content
            for k, evidence in enumerate(claim.evidence):
                yield f"claims[{i}].evidence[{k}].spans", evidence.spans
            for k, adjunct in enumerate(claim.adjuncts):
                yield f"claims[{i}].adjuncts[{k}].spans", adjunct.spans
        for i, context in enumerate(self.context):
            yield f"context[{i}].span", (context.span,)
        for i, unclear in enumerate(self.unclear):
            yield f"unclear[{i}].span", (unclear.span,)

    def _check_references(self) -> None:
        for i, fact in enumerate(self.facts):
            self._check_events(f"facts[{i}].events", fact.events, stated=False)
        for i, claim in enumerate(self.claims):
            self._check_claim_references(f"claims[{i}]", claim)
        statements = {fact.id for fact in self.facts} | {claim.id for claim in self.claims}
        for i, link in enumerate(self.links):
            _demand(link.source in statements, f"links[{i}].from", f"no statement {link.source!r} in this record")
            _demand(link.target in statements, f"links[{i}].to", f"no statement {link.target!r} in this record")
        for i, review in enumerate(self.reviews):
            known = review.statement is None or review.statement in statements
            _demand(known, f"reviews[{i}].statement", f"no statement {review.statement!r} in this record")

    def _check_claim_references(self, path: str, claim: Claim) -> None:
        for role, entities in (("speakers", claim.speakers), ("addressees", claim.addressees)):
            for k, entity in enumerate(entities):
                self._check_entity(f"{path}.{role}[{k}]", entity, stated=claim.parent is not None)
        for k, entity in enumerate(claim.targets):
            self._check_entity(f"{path}.targets[{k}]", entity, stated=True)
        if claim.medium is not None:
            self._check_entity(f"{path}.medium", claim.medium, stated=False)
        self._check_events(f"{path}.stated_events", claim.stated_events, stated=True)

    def _check_events(self, path: str, events: tuple[Event, ...], *, stated: bool) -> None:
        for i, event in enumerate(events):
            for role, entity in event.roles():
                self._check_entity(f"{path}[{i}].{role}", entity, stated=stated)
                _demand(
                    role != "places" or self._entity_types[entity] in _SPOTS,
                    f"{path}[{i}].places",
                    f"{entity!r} is no place; the land is another entity than the actor that shares its name",
                )

    def _check_entity(self, path: str, entity: str, *, stated: bool) -> None:
        kind = self._entity_types.get(entity)
        _demand(kind is not None, path, f"no entity {entity!r} in this record")
        _demand(
            stated or kind != "stated_participant",
            path,
            f"{entity!r} exists only in what a claim says and cannot be used here",
        )

    def _check_nesting(self) -> None:
        parents = {claim.id: claim.parent for claim in self.claims}
        for i, claim in enumerate(self.claims):
            seen = {claim.id}
            above = claim.parent
            while above is not None:
                _demand(above in parents, f"claims[{i}].parent", f"no claim {above!r} in this record")
                _demand(above not in seen, f"claims[{i}].parent", f"claim {claim.id!r} stands inside itself")
                seen.add(above)
                above = parents[above]

    def _check_barrier(self) -> None:
        content = merged(span for claim in self.claims for span in claim.content)
        for i, fact in enumerate(self.facts):
            words = [("anchor", fact.anchor), *((f"evidence[{k}].spans", e.spans) for k, e in enumerate(fact.evidence))]
            for path, span in ((path, span) for path, spans in words for span in spans):
                inside = first_overlap(span, content)
                if inside is not None:
                    problem = (
                        f"[{span.start}, {span.end}] stands in what somebody said ({inside}): a claim is not a fact"
                    )
                    raise Impossible(f"facts[{i}].{path}", problem)
        for i, context in enumerate(self.context):
            inside = first_overlap(context.span, content)
            if inside is not None:
                raise Impossible(
                    f"context[{i}].span", f"is in the words of a speaker ({inside}): a claim is no context"
                )


def merged(spans: Iterable[Span]) -> list[Span]:
    """Merge spans into disjoint ones in text order that do not touch."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return out


def without(span: Span, disjoint: list[Span]) -> Iterator[Span]:
    """Yield the parts of a span that other spans do not cover, in text order.

    Args:
        span: The span.
        disjoint: The others, as :func:`merged` returns them.
    """
    start = span.start
    i = bisect_right(disjoint, span.start, key=lambda other: other.end)
    while i < len(disjoint) and disjoint[i].start < span.end:
        if start < disjoint[i].start:
            yield Span(start, disjoint[i].start)
        start = disjoint[i].end
        i += 1
    if start < span.end:
        yield Span(start, span.end)


def first_overlap(span: Span, disjoint: Sequence[Span]) -> Span | None:
    """Return the first of some spans that overlaps another one, or None.

    Args:
        span: The span.
        disjoint: The others, as :func:`merged` returns them.
    """
    i = bisect_right(disjoint, span.start, key=lambda other: other.end)
    return disjoint[i] if i < len(disjoint) and disjoint[i].start < span.end else None


def _demand_unique(ids: Iterable[tuple[str, str]], what: str) -> None:
    seen: set[str] = set()
    for path, value in ids:
        _demand(value not in seen, path, f"{what} {value!r} is used twice")
        _demand(bool(value), path, f"{what} is empty")
        seen.add(value)
