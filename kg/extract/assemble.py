"""From attributions to the finished record: who speaks, what was said how, which facts stand beside it.

What is neither stays unclear. Independent of what found the attributions: the same document, parse and attributions
give an equal record.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import accumulate
from typing import TYPE_CHECKING

from kg.extract.acts import as_read, read_acts
from kg.extract.attribution import Attribution
from kg.extract.claims import ClaimMaker
from kg.extract.clauses import Clauses
from kg.extract.coreference import resolve_references
from kg.extract.coverage import beside as context_beside
from kg.extract.coverage import left_over
from kg.extract.entities import name_entities
from kg.extract.facts import FoundFact, Masks, OwnVoice
from kg.extract.happenings import Reporter, at_place, with_destinations
from kg.extract.known_positions import positions_by_role, worth_telling
from kg.extract.layout.page import Layout, read_layout
from kg.extract.layout.signed import replies
from kg.extract.layout.voices import beside, in_title_case, voices
from kg.extract.links import find_links
from kg.extract.named_events import EventSource, LexiconEvents
from kg.extract.nesting import parents
from kg.extract.occasions import reported
from kg.extract.positions import find_positions
from kg.extract.read_positions import read_positions
from kg.extract.reading import read
from kg.extract.showing import is_showing
from kg.extract.speakers import Identifier
from kg.extract.speech_facts import acts_of_speech
from kg.records import (
    Claim,
    Context,
    Document,
    Evidence,
    Fact,
    Record,
    Run,
    Span,
    Spans,
    Unclear,
    first_overlap,
    merged,
)

if TYPE_CHECKING:
    from kg.extract.event_model import Manner
    from kg.extract.gazetteer import Gazetteer
    from kg.extract.parsed import Doc
    from kg.extract.quotes import Quote

Manners = Mapping[tuple[Spans, Spans], "Manner | None"]
"""Cue and content of a claim to how it is made."""
Doubt = Callable[[Spans], bool]
"""True for words that are probably attributed to an unknown source: the gate between fact and unclear."""
DOUBTED = "likely somebody's words, but whose was not found"


def assemble(
    document: Document,
    doc: Doc,
    quotes: Sequence[Quote],
    attributions: Sequence[Attribution],
    *,
    gazetteer: Gazetteer,
    run: Run,
    events: EventSource | None = None,
    manners: Manners | None = None,
    doubt: Doubt | None = None,
    heard: Doubt | None = None,
    layout: Layout | None = None,
) -> Record:
    """The record of the document. ``doc`` is its parsed text, ``quotes`` and ``attributions`` stand in it.

    ``events`` gives the events that words name; the lexicon's without it. ``manners`` says for cue
    and content of a claim how it is made, as the network reads it.
    Words that would be a fact, but that ``doubt`` takes for somebody's, become unclear. ``layout`` is that of the
    document's text; it is read here where it was not before. ``heard`` decides where only the shape of a sentence
    speaks for hearsay.
    """
    layout = read_layout(document.text, document.frame) if layout is None else layout
    attributions = [a for a in attributions if not is_showing(a, document.text)]
    handed_over = replies(read(doc, quotes), [one.span for one in layout.context])
    attributions = beside([*layout.attributions, *handed_over], attributions, document.text)
    unique = list(dict.fromkeys(attributions))
    source = events or LexiconEvents()
    return _Assembly(document, doc, quotes, unique, gazetteer, source, manners or {}, doubt, heard, layout).record(run)


class _Assembly:
    def __init__(
        self,
        document: Document,
        doc: Doc,
        quotes: Sequence[Quote],
        attributions: list[Attribution],
        gazetteer: Gazetteer,
        events: EventSource,
        manners: Manners,
        doubt: Doubt | None,
        heard: Doubt | None,
        layout: Layout,
    ) -> None:
        self._layout, self._events, self._heard = layout, events, heard
        self._document, self._doc, self._attributions, self._doubt = document, doc, attributions, doubt
        self._starts = [token.idx for token in doc]
        content = merged(span for a in attributions for span in a.content)
        self._content = content
        self._masks = Masks(
            said=self._mask(content),
            frame=self._mask(merged(s for a in attributions for s in (*a.source, *a.cue))),
            cue=self._mask(merged(s for a in attributions for s in a.cue)),
            quoted=self._mask(merged(q.span for q in quotes)),
            framing=self._mask(merged(c.span for c in layout.context)),
        )
        masks = self._masks
        names = voices(layout.attributions, document.text)
        tokens = {label: self._tokens(name) for label, name in names.items()}
        self._cast = name_entities(doc, gazetteer, lambda token: bool(masks.said[token.i]), list(tokens.values()))
        self._positions = find_positions(doc, self._cast)
        references = resolve_references(
            doc,
            self._cast,
            self._positions,
            quoted=lambda i: bool(masks.quoted[i]),
            speaks=lambda i: bool(masks.frame[i]),
            said=lambda i: bool(masks.said[i]),
        )
        self._positions = [*worth_telling(self._positions), *positions_by_role(doc, self._cast, references)]
        speaking = {label: found for label, at in tokens.items() if (found := self._person(at)) is not None}
        who = Identifier(doc, self._cast, references, speaking, self._author())
        self._positions += read_positions(doc, self._cast, who, events.held, self._positions)
        acts = as_read(read_acts(doc, quotes, attributions), [manners.get((a.cue, a.content)) for a in attributions])
        told = reported(attributions, acts, doc, who.is_same)
        own = [n for n, is_told in enumerate(told) if is_told]
        self._reporter = Reporter(
            document=document, doc=doc, cast=self._cast, who=who, clauses=Clauses(doc), said=content
        )
        self._claims = ClaimMaker(
            reporter=self._reporter,
            attributions=[attributions[n] for n in own],
            parents=parents([attributions[n] for n in own]),
            acts=[acts[n] for n in own],
            innermost=self._owners(told),
            positions=self._positions,
            events=events,
        )

    def _tokens(self, span: Span) -> tuple[int, int]:
        """Return the tokens that begin in the span."""
        return bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)

    def _person(self, tokens: tuple[int, int]) -> str | None:
        """Return the person named by these tokens."""
        found = [m.entity for i in range(*tokens) for m in self._cast.at(i)]
        return next((e for e in found if self._cast.type_of(e) == "person"), None)

    def _author(self) -> str | None:
        """Return the author in the byline, to whom "I" and "we" refer outside of claims."""
        if self._layout.author is None:
            return None
        name = in_title_case(self._layout.author.of(self._document.text))
        known = (d.id for d in self._cast.drafts() if d.type == "person" and d.name == name)
        author = next(known, None) or self._cast.add("person", name)
        self._cast.mention(author, self._layout.author)
        return author

    def _mask(self, spans: Sequence[Span]) -> bytearray:
        """1 for each token that shares a code point with one of the disjoint spans."""
        out = bytearray(len(self._doc))
        for span in spans:
            i = max(bisect_left(self._starts, span.start) - 1, 0)
            while i < len(out) and self._starts[i] < span.end:
                if self._starts[i] + len(self._doc[i].text) > span.start:
                    out[i] = 1
                i += 1
        return out

    def _owners(self, told: Sequence[bool]) -> list[int]:
        """Return for each token the number of the innermost attribution whose content has it.

        The number is -1 for none, and for attributions without claims.
        """
        numbers = list(accumulate(told, initial=0))
        spans = sorted(
            (s.start, s.end, sum(t.end - t.start for t in a.content), n)
            for n, a in enumerate(self._attributions)
            for s in a.content
        )
        out = [-1] * len(self._doc)
        heap: list[tuple[int, int, int]] = []
        k = 0
        for i, start in enumerate(self._starts):
            while k < len(spans) and spans[k][0] <= start:
                heappush(heap, (spans[k][2], -spans[k][3], spans[k][1]))
                k += 1
            while heap and heap[0][2] <= start:
                heappop(heap)
            if heap:
                n = -heap[0][1]
                out[i] = numbers[n] if told[n] else -1
        return out

    def record(self, run: Run) -> Record:
        """Return the record; claims and facts are numbered in text order."""
        claims = self._claims.made()
        findings, unclear, framing = self._findings(claims)
        facts, claims = self._numbered(findings, claims)
        covered = [s for f in facts for s in f.anchor]
        covered += [s for c in claims for s in (*c.source, *c.cue, *c.content)]
        covered += [s for c in claims for a in c.adjuncts for s in a.spans]
        unclear = [u for u in unclear if first_overlap(u.span, self._content) is None]
        context = list(context_beside(self._document.text, (*self._layout.context, *framing), covered))
        covered += [c.span for c in context]
        unclear += left_over(self._document.text, (*covered, *(u.span for u in unclear)))
        used = {e for f in facts for event in f.events for _, e in event.roles()}
        used |= {e for c in claims for event in c.stated_events for _, e in event.roles()}
        used |= {
            e for c in claims for e in (*c.speakers, *c.addressees, *c.targets, *((c.medium,) if c.medium else ()))
        }
        return Record(
            document=self._document,
            entities=self._cast.entities(used),
            facts=tuple(facts),
            claims=tuple(claims),
            unclear=tuple(sorted(unclear, key=lambda u: u.span)),
            context=tuple(context),
            links=tuple(find_links(claims, self._document.text)),
            run=run,
        )

    def _findings(self, claims: list[Claim]) -> tuple[list[FoundFact], list[Unclear], list[Context]]:
        findings: list[FoundFact] = []
        unclear: list[Unclear] = []
        context: list[Context] = []
        for found in OwnVoice(self._reporter, self._masks, self._positions, self._events, heard=self._heard).read():
            if isinstance(found, Unclear):
                unclear.append(found)
            elif isinstance(found, Context):
                context.append(found)
            elif self._doubt is not None and self._doubt(found.anchor):
                unclear += [Unclear(span=span, reason=DOUBTED) for span in found.anchor]
            else:
                findings.append(found)
        return (
            [*findings, *acts_of_speech(self._document.text, self._reporter, claims, self._content)],
            unclear,
            context,
        )

    def _numbered(self, findings: list[FoundFact], claims: list[Claim]) -> tuple[list[Fact], list[Claim]]:
        findings = [replace(f, anchor=_cut(f.anchor, self._content)) for f in findings]
        findings = sorted(once(f for f in findings if f.anchor), key=lambda f: (f.anchor, f.rule))
        events = [e for c in claims for e in c.stated_events] + [e for f in findings for e in f.events]
        found = with_destinations(events)
        destinations = {events[i]: places for i, places in found.items()}
        facts = []
        for k, f in enumerate(findings, 1):
            facts.append(
                Fact(
                    id=f"f{k}",
                    anchor=f.anchor,
                    polarity=f.told.polarity,
                    certainty=f.told.certainty,
                    frame=f.told.frame,
                    confidence=f.confidence,
                    rule=f.rule,
                    events=tuple(at_place(e, destinations[e]) if e in destinations else e for e in f.events),
                    evidence=self._evidence(f),
                )
            )
        return facts, claims

    def _evidence(self, finding: FoundFact) -> tuple[Evidence, ...]:
        """Return the deciding words outside of claims, because the article asserts only those."""
        words = [(name, Span(word.idx, word.idx + len(word))) for name, word in finding.told.decided]
        return tuple(
            Evidence(feature=name, spans=(span,)) for name, span in words if first_overlap(span, self._content) is None
        )


def once(findings: Iterable[FoundFact]) -> list[FoundFact]:
    """Return the findings, each once, without offices inside the same holder's longer title.

    Args:
        findings: What was found, in any order.

    Returns:
        The findings in their order.
    """
    unique = list(dict.fromkeys(findings))
    held = [f for f in unique if f.rule == "position"]
    return [f for f in unique if f.rule != "position" or not any(_is_part_of(f, other) for other in held)]


def _is_part_of(one: FoundFact, other: FoundFact) -> bool:
    """Return True for a position whose words are part of the other's, of the same holder and end."""
    same = one.events[0].agents == other.events[0].agents and one.anchor[-1].end == other.anchor[-1].end
    return same and len(one.anchor) == len(other.anchor) == 1 and one.anchor[0].start > other.anchor[0].start


def _cut(spans: Spans, content: Sequence[Span]) -> Spans:
    """Return the spans without the disjoint content, blanks between its words included."""
    out: list[Span] = []
    for span in spans:
        start = span.start
        at = bisect_left(content, span.start, key=lambda c: c.end)
        while at < len(content) and content[at].start < span.end:
            if content[at].start > start:
                out.append(Span(start, content[at].start))
            start = max(start, content[at].end)
            at += 1
        if start < span.end:
            out.append(Span(start, span.end))
    return tuple(out)
