"""Claims: an attribution with its speakers, its act, and the events that its content states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kg.extract.acts import Act
from kg.extract.attribution import Attribution
from kg.extract.events import Told, held_positions
from kg.extract.happenings import Reporter
from kg.extract.modality import modality_of
from kg.extract.named_events import EventSource, modality
from kg.extract.positions import Position
from kg.extract.speakers import Speakers
from kg.extract.times import times_in
from kg.records import Adjunct, Claim, Event, Evidence, Span, Spans, TimeExpression, first_overlap

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_ARTICLE = re.compile(r"\A(?:an?|the|his|her|its|their)\s+(?=\w)", re.IGNORECASE)
_SPEAKERS_OWN = frozenset({"visit", "meeting", "summit", "negotiation", "phoneCall"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMaker:
    """The attributions of a document with all that is known of them: which stands in which, how each is said.

    ``parents`` and ``acts`` go with ``attributions`` one to one; ``innermost`` gives for each token the number of the
    attribution in whose content it stands, -1 for none.
    """

    reporter: Reporter
    attributions: Sequence[Attribution]
    parents: Sequence[int | None]
    acts: Sequence[Act]
    innermost: Sequence[int]
    positions: Sequence[Position]
    events: EventSource

    def made(self) -> list[Claim]:
        """Return the claims in text order, numbered from c1."""
        order = sorted(range(len(self.attributions)), key=self._place)
        ids = {n: f"c{k}" for k, n in enumerate(order, 1)}
        speakers = self._all_speakers(order)
        stated = self._stated_events(speakers)
        return [self._claim(n, ids, speakers[n], stated.get(n, [])) for n in order]

    def _all_speakers(self, order: list[int]) -> dict[int, Speakers]:
        """Return the speakers of each attribution, outer ones first, because they can be the inner speakers."""
        depths = self._depths()
        speakers: dict[int, Speakers] = {}
        before: tuple[str, ...] = ()
        for n in sorted(order, key=lambda n: depths[n]):
            parent = self.parents[n]
            above = speakers[parent].ids if parent is not None else ()
            a = self.attributions[n]
            speakers[n] = self.reporter.who.speakers(
                a.source, nested=parent is not None, before=before, above=above, continues=not a.cue and parent is None
            )
            if parent is None:
                before = speakers[n].ids
        return speakers

    def _depths(self) -> list[int]:
        out = [0] * len(self.parents)
        for n, above in sorted(
            enumerate(self.parents),
            key=lambda pair: -sum(s.end - s.start for s in self.attributions[pair[0]].content),
        ):
            out[n] = 0 if above is None else out[above] + 1
        return out

    def _place(self, n: int) -> tuple[int, int, int]:
        a = self.attributions[n]
        return min(s.start for s in (*a.source, *a.cue, *a.content)), a.extent.start, -a.extent.end

    def _claim(self, n: int, ids: dict[int, str], speakers: Speakers, events: list[Event]) -> Claim:
        a, act, parent = self.attributions[n], self.acts[n], self.parents[n]
        addressees = self._addressees(act, nested=parent is not None)
        targets = dict.fromkeys(e for span in act.targets for e in self.reporter.who.in_spans((span,), stated=True))
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
            evidence=tuple(Evidence(feature=feature, spans=(word,)) for feature, word in act.evidence),
            adjuncts=_adjuncts(act, a.content),
        )

    def _addressees(self, act: Act, *, nested: bool) -> tuple[str, ...]:
        """Return the addressees; unnamed ones have the text's words as name, like unnamed sources."""
        out: dict[str, None] = {}
        for span in act.addressees:
            out.update(dict.fromkeys(self.reporter.who.listeners(span, nested=nested)))
        return tuple(out)

    def _medium(self, span: Span) -> str | None:
        """Return the medium, or else the outlet, that the words name."""
        found = [m.entity for t in self.reporter.who.tokens((span,)) for m in self.reporter.cast.at(t.i)]
        for kind in ("medium", "organization"):
            named = next((e for e in found if self.reporter.cast.type_of(e) == kind), None)
            if named:
                return named
        written = span.of(self.reporter.document.text)
        words = _ARTICLE.sub("", " ".join(written.split()))
        medium = self.reporter.cast.add("medium", words)
        where = Span(span.end - len(words), span.end) if written.endswith(words) else span
        self.reporter.cast.mention(medium, where)
        return medium

    def _said_at(self, span: Span) -> TimeExpression:
        times = times_in(self.reporter.document.text, span, self.reporter.document.published, "past")
        return times[0].time if times else TimeExpression(text=" ".join(span.of(self.reporter.document.text).split()))

    def _stated_events(self, speakers: dict[int, Speakers]) -> dict[int, list[Event]]:
        """Return the events in each attribution's content, positions included, negated ones excluded."""
        out: dict[int, list[Event]] = {}
        by_owner: dict[int, list[Token]] = {}
        for i, owner in enumerate(self.innermost):
            if owner >= 0:
                by_owner.setdefault(owner, []).append(self.reporter.doc[i])
        for owner, tokens in by_owner.items():
            content = self.attributions[owner].content
            denied = self._denied_by_content(owner)
            for told in self.events.among(tokens, loose=True):
                way = modality(told, inside=partial(_stands_in, spans=content))
                if (way.polarity == "negative") != denied:
                    continue
                event = self.reporter.event(told, content=content)
                if event is None and told.nominal:
                    event = self._of_speakers(told, content, speakers[owner])
                if event is None and told.status is not None:
                    event = self.reporter.event(told, content=content, bare=True)
                if event is not None:
                    out.setdefault(owner, []).append(event)
            for told in held_positions(tokens):
                event = self.reporter.held(told)
                if event is not None and modality_of(told.trigger, inside=partial(_stands_in, spans=content)).asserted:
                    out.setdefault(owner, []).append(event)
        for position in self.positions:
            owner = self.innermost[position.start]
            if owner >= 0 and self.innermost[position.end - 1] >= 0:
                out.setdefault(owner, []).append(self.reporter.position(position))
        return out

    def _denied_by_content(self, n: int) -> bool:
        """Return True for a claim negated by a word of its content, which then denies only its scope."""
        if self.acts[n].polarity != "negative":
            return False
        words = [span for name, span in self.acts[n].evidence if name == "polarity"]
        return any(first_overlap(word, list(self.attributions[n].content)) is not None for word in words)

    def _of_speakers(self, told: Told, content: Spans, speakers: Speakers) -> Event | None:
        """ "X confirms a visit to Y": what the content names without its people is the speaker's own."""
        if told.type not in _SPEAKERS_OWN or _stands_in(told.trigger.head, content):
            return None
        event = self.reporter.event(told, content=content, bare=True)
        kinds = {self.reporter.cast.type_of(e) for e in speakers.ids}
        if event is None or not kinds <= {"person", "political_actor", "organization"}:
            return None
        return (
            replace(event, agents=speakers.ids) if told.type == "visit" else replace(event, participants=speakers.ids)
        )


def _adjuncts(act: Act, content: Spans) -> tuple[Adjunct, ...]:
    """Return the words for time, medium and addressee that are outside of the content."""
    told = (
        ("time", (act.said_at,) if act.said_at else ()),
        ("medium", (act.medium,) if act.medium else ()),
        ("addressee", act.addressees),
    )
    beside = ((kind, tuple(s for s in spans if first_overlap(s, list(content)) is None)) for kind, spans in told)
    return tuple(Adjunct(kind=kind, spans=spans) for kind, spans in beside if spans)


def _stands_in(token: Token, spans: Spans) -> bool:
    return any(s.start <= token.idx < s.end for s in spans)
