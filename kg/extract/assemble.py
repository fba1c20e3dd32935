"""From attributions to the finished record: who speaks, what was said how, which facts stand beside it, what stays
unclear.

Independent of what found the attributions. The same document, parse and attributions give an equal record.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from kg.extract.acts import Act, read_acts
from kg.extract.arguments import conjuncts, objects
from kg.extract.attribution import Attribution
from kg.extract.cast import Cast
from kg.extract.clauses import Clauses
from kg.extract.coreference import References, resolve_references
from kg.extract.coverage import left_over
from kg.extract.entities import name_entities
from kg.extract.events import Told, held_positions, told_events
from kg.extract.facts import Finding, Masks, OwnVoice
from kg.extract.happenings import Reporter, at_place, with_destinations
from kg.extract.lexicon import event_lexicon
from kg.extract.modality import modality_of, with_noun
from kg.extract.nesting import parents
from kg.extract.positions import Position, find_positions, role_phrases
from kg.extract.speakers import NOT_NAMED, Identifier, Speakers
from kg.extract.times import times_in
from kg.records import (
    Claim,
    Document,
    Event,
    Fact,
    Record,
    Run,
    Span,
    Spans,
    TimeExpression,
    Unclear,
    first_overlap,
    merged,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from kg.extract.gazetteer import Gazetteer
    from kg.extract.quotes import Quote

_ARTICLE = re.compile(r"\A(?:an?|the|his|her|its|their)\s+(?=\w)", re.IGNORECASE)
Doubt = Callable[[Spans], bool]
"""True for words that are likely somebody's, though whose was not found: the gate between fact and unclear."""
DOUBTED = "likely somebody's words, but whose was not found"
_SPEAKERS_OWN = frozenset({"visit", "meeting", "summit", "negotiation", "phoneCall"})
_VERBAL = frozenset({"accuse"})
"""Event types of speech: that X accused Y is a fact, what X accused Y of is the claim."""


def assemble(
    document: Document,
    doc: Doc,
    quotes: Sequence[Quote],
    attributions: Sequence[Attribution],
    *,
    gazetteer: Gazetteer,
    run: Run,
    doubt: Doubt | None = None,
) -> Record:
    """The record of the document. ``doc`` is its parsed text, ``quotes`` and ``attributions`` stand in it.

    Words that would be a fact, but that ``doubt`` takes for somebody's, become unclear.
    """
    return _Assembly(document, doc, quotes, list(dict.fromkeys(attributions)), gazetteer, doubt).record(run)


class _Assembly:
    def __init__(
        self,
        document: Document,
        doc: Doc,
        quotes: Sequence[Quote],
        attributions: list[Attribution],
        gazetteer: Gazetteer,
        doubt: Doubt | None,
    ) -> None:
        self._document, self._doc, self._attributions, self._doubt = document, doc, attributions, doubt
        self._starts = [token.idx for token in doc]
        self._parents = parents(attributions)
        self._acts = read_acts(doc, quotes, attributions)
        self._innermost = self._owners()
        content = merged(span for a in attributions for span in a.content)
        self._content = content
        self._masks = Masks(
            said=self._mask(content),
            frame=self._mask(merged(s for a in attributions for s in (*a.source, *a.cue))),
            quoted=self._mask(merged(q.span for q in quotes)),
        )
        masks = self._masks
        self._cast = name_entities(doc, gazetteer, lambda token: bool(masks.said[token.i]))
        self._positions = find_positions(doc, self._cast)
        references = resolve_references(doc, self._cast, self._positions, lambda i: bool(masks.quoted[i]))
        self._positions = _worth_telling(self._positions) + list(_by_role(doc, self._cast, references))
        self._who = Identifier(doc, self._cast, references)
        self._reporter = Reporter(document=document, doc=doc, cast=self._cast, who=self._who, clauses=Clauses(doc))

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

    def _owners(self) -> list[int]:
        """For each token the number of the innermost attribution in whose content it stands, -1 for none."""
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
                out[i] = -heap[0][1]
        return out

    def record(self, run: Run) -> Record:
        """Everything put together; claims and facts numbered in the order of the text."""
        claims = self._claims()
        findings, unclear = self._findings(claims)
        facts, claims = self._numbered(findings, claims)
        covered = [s for f in facts for s in f.anchor]
        covered += [s for c in claims for s in (*c.source, *c.cue, *c.content)]
        unclear = [u for u in unclear if first_overlap(u.span, self._content) is None]
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
            run=run,
        )

    def _claims(self) -> list[Claim]:
        order = sorted(range(len(self._attributions)), key=self._place)
        ids = {n: f"c{k}" for k, n in enumerate(order, 1)}
        speakers = self._all_speakers(order)
        stated = self._stated_events(speakers)
        return [self._claim(n, ids, speakers[n], stated.get(n, [])) for n in order]

    def _all_speakers(self, order: list[int]) -> dict[int, Speakers]:
        """The speakers of each attribution, the outer ones first: what is said inside may be said by them."""
        depths = self._depths()
        speakers: dict[int, Speakers] = {}
        before: tuple[str, ...] = ()
        for n in sorted(order, key=lambda n: depths[n]):
            parent = self._parents[n]
            above = speakers[parent].ids if parent is not None else ()
            a = self._attributions[n]
            speakers[n] = self._who.speakers(
                a.source, nested=parent is not None, before=before, above=above, continues=not a.cue and parent is None
            )
            if parent is None:
                before = speakers[n].ids
        return speakers

    def _depths(self) -> list[int]:
        out = [0] * len(self._parents)
        for n, above in sorted(
            enumerate(self._parents),
            key=lambda pair: -sum(s.end - s.start for s in self._attributions[pair[0]].content),
        ):
            out[n] = 0 if above is None else out[above] + 1
        return out

    def _place(self, n: int) -> tuple[int, int, int]:
        a = self._attributions[n]
        return min(s.start for s in (*a.source, *a.cue, *a.content)), a.extent.start, -a.extent.end

    def _claim(self, n: int, ids: dict[int, str], speakers: Speakers, events: list[Event]) -> Claim:
        a, act, parent = self._attributions[n], self._acts[n], self._parents[n]
        addressees = self._addressees(act, nested=parent is not None)
        targets = dict.fromkeys(e for span in act.targets for e in self._who.in_spans((span,), stated=True))
        return Claim(
            id=ids[n],
            source=a.source,
            cue=a.cue,
            content=a.content,
            speakers=speakers.ids,
            speech_act=act.speech_act,
            quote_form=act.quote_form,
            polarity=act.polarity,
            certainty=act.certainty,
            frame=act.frame,
            addressees=tuple(e for e in addressees if e not in speakers.ids),
            targets=tuple(e for e in targets if e not in speakers.ids),
            medium=self._medium(act.medium) if act.medium else None,
            said_at=self._said_at(act.said_at) if act.said_at else None,
            confidence=round(a.confidence * speakers.confidence, 3),
            rule=a.rule,
            parent=ids[parent] if parent is not None else None,
            stated_events=tuple(dict.fromkeys(events)),
        )

    def _addressees(self, act: Act, *, nested: bool) -> tuple[str, ...]:
        """Who is told; listeners without a name are called by the text's words, like unnamed sources."""
        out: dict[str, None] = {}
        for span in act.addressees:
            out.update(dict.fromkeys(self._who.listeners(span, nested=nested)))
        return tuple(out)

    def _medium(self, span: Span) -> str | None:
        """The medium, or else the outlet, that the words name."""
        found = [m.entity for t in self._who.tokens((span,)) for m in self._cast.at(t.i)]
        for kind in ("medium", "organization"):
            named = next((e for e in found if self._cast.type_of(e) == kind), None)
            if named:
                return named
        words = _ARTICLE.sub("", " ".join(span.of(self._document.text).split()))
        medium = self._cast.add("medium", words)
        self._cast.mention(
            medium, Span(span.end - len(words), span.end) if span.of(self._document.text).endswith(words) else span
        )
        return medium

    def _said_at(self, span: Span) -> TimeExpression:
        times = times_in(self._document.text, span, self._document.published, "past")
        return times[0].time if times else TimeExpression(text=" ".join(span.of(self._document.text).split()))

    def _stated_events(self, speakers: dict[int, Speakers]) -> dict[int, list[Event]]:
        """The events told inside each attribution's content, positions included, those it negates left out."""
        out: dict[int, list[Event]] = {}
        by_owner: dict[int, list[Token]] = {}
        for i, owner in enumerate(self._innermost):
            if owner >= 0:
                by_owner.setdefault(owner, []).append(self._doc[i])
        for owner, tokens in by_owner.items():
            content = self._attributions[owner].content
            denied = self._denied_by_content(owner)
            for told in told_events(tokens, loose=True):
                modality = modality_of(told.trigger, inside=partial(_stands_in, spans=content))
                if told.carried is not None:
                    modality = with_noun(modality, told.carried)
                if (modality.polarity == "negative") != denied:
                    continue
                event = self._reporter.event(told, content=content)
                if event is None and told.nominal:
                    event = self._of_speakers(told, content, speakers[owner])
                if event is not None:
                    out.setdefault(owner, []).append(event)
            for told in held_positions(tokens):
                event = self._reporter.held(told)
                if event is not None and modality_of(told.trigger, inside=partial(_stands_in, spans=content)).asserted:
                    out.setdefault(owner, []).append(event)
        for position in self._positions:
            owner = self._innermost[position.start]
            if owner >= 0 and self._innermost[position.end - 1] >= 0:
                out.setdefault(owner, []).append(self._reporter.position(position))
        return out

    def _denied_by_content(self, n: int) -> bool:
        """True for a claim that is negative by a word of its content: then only what it negates is denied by it."""
        if self._acts[n].polarity != "negative":
            return False
        words = [span for name, span in self._acts[n].evidence if name == "polarity"]
        return any(first_overlap(word, list(self._attributions[n].content)) is not None for word in words)

    def _of_speakers(self, told: Told, content: Spans, speakers: Speakers) -> Event | None:
        """ "X confirms a visit to Y":
        a meeting or visit that the content names without its people is the speaker's own.
        """
        if told.type not in _SPEAKERS_OWN or _stands_in(told.trigger.head, content):
            return None
        event = self._reporter.event(told, content=content, bare=True)
        kinds = {self._cast.type_of(e) for e in speakers.ids}
        if event is None or not kinds <= {"person", "political_actor", "organization"}:
            return None
        return (
            replace(event, agents=speakers.ids) if told.type == "visit" else replace(event, participants=speakers.ids)
        )

    def _findings(self, claims: list[Claim]) -> tuple[list[Finding], list[Unclear]]:
        findings, unclear = [], []
        for found in OwnVoice(self._reporter, self._masks, self._positions).read():
            if isinstance(found, Unclear):
                unclear.append(found)
            elif self._doubt is not None and self._doubt(found.anchor):
                unclear += [Unclear(span=span, reason=DOUBTED) for span in found.anchor]
            else:
                findings.append(found)
        return [*findings, *self._acts_of_speech(claims)], unclear

    def _acts_of_speech(self, claims: list[Claim]) -> Iterator[Finding]:
        """ "X has accused Y": that somebody did so is told in the article's own voice; of what stays in the claim."""
        seen: set[tuple[int, Event]] = set()
        for claim in claims:
            if claim.parent is not None:
                continue
            for verb in self._who.tokens(claim.cue):
                kind = event_lexicon().verbs.get(verb.lemma_.lower()) if verb.pos_ == "VERB" else None
                targets = self._targets_of(verb, claim)
                told = modality_of(verb)
                if kind not in _VERBAL or not targets or not told.asserted or verb.tag_ == "VBG":
                    continue
                event = Event(
                    type=kind,
                    agents=_known(self._cast, claim.speakers),
                    targets=targets,
                    when=self._reporter.when(verb),
                )
                anchor = _outside(self._joined((*claim.source, *claim.cue)), self._content)
                if anchor and (verb.sent.start, event) not in seen:
                    seen.add((verb.sent.start, event))
                    yield Finding(
                        anchor=anchor, told=told, events=(event,), rule="act", confidence=round(claim.confidence, 3)
                    )

    def _joined(self, spans: Sequence[Span]) -> list[Span]:
        """The spans, those with nothing but blanks between them made one."""
        out: list[Span] = []
        for span in merged(spans):
            if out and not self._document.text[out[-1].end : span.start].strip():
                out[-1] = Span(out[-1].start, span.end)
            else:
                out.append(span)
        return out

    def _targets_of(self, verb: Token, claim: Claim) -> tuple[str, ...]:
        named = self._who.entities(t for o in objects(verb) for t in conjuncts(o))
        found = named or claim.targets or claim.addressees
        return tuple(e for e in _known(self._cast, found) if e not in claim.speakers)

    def _numbered(self, findings: list[Finding], claims: list[Claim]) -> tuple[list[Fact], list[Claim]]:
        findings = [replace(f, anchor=_cut(f.anchor, self._content)) for f in findings]
        findings = sorted((f for f in findings if f.anchor), key=lambda f: (f.anchor, f.rule))
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
                )
            )
        return facts, claims


def _known(cast: Cast, entities: Sequence[str]) -> tuple[str, ...]:
    kinds = {"person", "political_actor", "organization", "unnamed_source"}
    return tuple(e for e in entities if cast.type_of(e) in kinds and cast.draft(e).name != NOT_NAMED)


def _outside(spans: Sequence[Span], content: Sequence[Span]) -> Spans:
    """The spans that share nothing with the content."""
    return tuple(s for s in spans if first_overlap(s, list(content)) is None)


def _cut(spans: Spans, content: Sequence[Span]) -> Spans:
    """The spans without what the disjoint content takes of them: even a blank between two words may be somebody's."""
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


def _stands_in(token: Token, spans: Spans) -> bool:
    return any(s.start <= token.idx < s.end for s in spans)


def _worth_telling(positions: list[Position]) -> list[Position]:
    """Positions without a bare title of somebody whose position is told in full elsewhere, or was told before."""
    full = {p.holder for p in positions if p.targets}
    seen: set[tuple[str, str]] = set()
    out = []
    for p in positions:
        key = (p.holder, p.noun)
        if p.targets or (p.holder not in full and key not in seen):
            out.append(p)
        seen.add(key)
    return out


def _by_role(doc: Doc, cast: Cast, references: References) -> Iterator[Position]:
    """ "Y's envoy" where it is known who that is: that they hold the position is told once more."""
    for noun, owner in role_phrases(doc, cast):
        holder = references.get(noun.i)
        if not holder or owner is None or any(c.dep_ == "appos" for c in noun.rights):
            continue
        start = noun.left_edge.i
        first = max((c.i + 1 for c in noun.lefts if c.dep_ in {"poss"}), default=start)
        while first < noun.i and doc[first].tag_ in {"POS"}:
            first += 1
        yield Position(
            holder=holder[0],
            targets=(owner,),
            noun=noun.lemma_.lower(),
            words=(first, noun.i + 1),
            start=start,
            end=noun.i + 1,
        )
