"""Events of the records, made of what the words tell:
roles become entities, times are resolved, the rest is dropped.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.cast import Cast
from kg.extract.clauses import Clauses, tense_of
from kg.extract.events import Told
from kg.extract.positions import Position
from kg.extract.speakers import Identifier
from kg.extract.times import times_in
from kg.extract.wordlists import word_lists
from kg.records import Document, Event, Span, TimeExpression

if TYPE_CHECKING:
    from kg.extract.parsed import Doc, Token

_LONGEST_SENTENCE = 400
"""Tokens: in what is longer, times are looked for around the trigger only."""
_ACTORS = frozenset({"person", "political_actor", "organization", "unnamed_source", "stated_participant"})
_NAMING = frozenset({"poss", "compound", "nummod", "nmod", "amod"})
_AT = frozenset({"at", "during", "in"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Converts event words of one document to events.

    ``said`` are attributed words: times in them do not apply to the article's own voice.
    """

    document: Document
    doc: Doc
    cast: Cast
    who: Identifier
    clauses: Clauses
    said: Sequence[Span] = ()

    def event(self, told: Told, *, content: Sequence[Span] | None = None, bare: bool = False) -> Event | None:
        """The event, or None if nobody and nothing is left in it. ``content``: it is only stated, in these spans.

        ``bare`` gives an event without anybody too.
        """
        places = list(self._of(told.places, {"place", "political_actor"}))
        agents = self._actors(told.agents, content)
        targets = self._actors(told.targets, content, also={"agreement", "conflict"})
        participants = self._actors(told.participants, content, also={"conflict"})
        conflicts = self._of((*told.agents, *told.targets), {"conflict"}) if told.type == "escalation" else ()
        for conflict in conflicts:
            places += self.cast.located.get(conflict, ())
            targets = tuple(t for t in targets if t != conflict)
        participants = _without((*participants, *conflicts), places)
        event = Event(
            type=told.type,
            agents=agents,
            targets=_without(targets, (*agents, *places)),
            participants=participants,
            places=tuple(dict.fromkeys(self.cast.land(place) for place in places)),
            when=self.when(told.trigger, shared=not told.nominal, inside=content),
            topic=self._topic(told, content),
        )
        known = any(True for _ in (*event.agents, *event.targets, *event.participants)) or (
            event.places and not told.nominal
        )
        return (
            event
            if known or bare or (event.topic and told.type in {"negotiation", "condition", "opportunity"})
            else None
        )

    def _of(self, words: Sequence[Token], kinds: set[str]) -> tuple[str, ...]:
        return tuple(e for e in self.who.entities(words) if self.cast.type_of(e) in kinds)

    def _actors(
        self, words: Sequence[Token], content: Sequence[Span] | None, also: set[str] | None = None
    ) -> tuple[str, ...]:
        """Who the words are. A group without a name is one too: for the article itself, or only in what is said."""
        groups = word_lists()["groups"]
        out: dict[str, None] = {}
        for word in map(_counted, words):
            nameless = word.lemma_.lower() in groups
            if nameless and content is None:
                found = self.who.entities([word]) or self.who.unnamed(word)
            else:
                found = self.who.entities([word], within=content if nameless else None)
            out.update(dict.fromkeys(found))
        return tuple(e for e in out if self.cast.type_of(e) in _ACTORS | (also or set()))

    def _topic(self, told: Told, content: Sequence[Span] | None) -> str | None:
        """Return the words of the topic. The caller keeps those of claim content out of facts."""
        if told.topic is None:
            return None
        start, end = told.topic
        if start >= end:
            return None
        if content is not None and not any(s.start <= self.doc[start].idx < s.end for s in content):
            return None
        return " ".join(self.doc[start:end].text.split()) or None

    def when(
        self, trigger: Token, *, shared: bool = True, inside: Sequence[Span] | None = None
    ) -> TimeExpression | None:
        """The time nearest to the trigger in its clause, or where ``shared`` in the clause whose time it shares.

        ``inside``: only times that stand in these spans.
        """
        sentence = trigger.sent
        if len(sentence) > _LONGEST_SENTENCE:
            sentence = self.doc[max(sentence.start, trigger.i - 60) : min(sentence.end, trigger.i + 60)]
        head = self.clauses.head(trigger.i)
        times = times_in(
            self.document.text,
            Span(sentence.start_char, sentence.end_char),
            self.document.published,
            tense_of(head),
            said=self.said,
            own=inside or (),
        )
        times = [t for t in times if not self._is_of_another(t.span, trigger)]
        if inside is not None:
            times = [t for t in times if any(t.span in s for s in inside)]
        for clause in self.clauses.outwards(head) if shared else (head,):
            found = [t for t in times if self._clause_at(t.span) == clause.i]
            if found:
                return min(found, key=lambda t: (t.is_clock, abs(t.span.start - trigger.idx))).time
        return None

    def _is_of_another(self, span: Span, trigger: Token) -> bool:
        """Return whether a time names another noun: "the 2016 election" says when it was, not when it was criticized.

        "At Monday's rally" says both.
        """
        last = self.doc[max(bisect_right(self.who.starts, span.end - 1) - 1, 0)]
        noun = last.head
        if last.dep_ not in _NAMING or noun.pos_ not in {"NOUN", "PROPN"} or noun.i <= last.i or noun.i == trigger.i:
            return False
        return not (noun.dep_ == "pobj" and noun.head.lower_ in _AT and noun.head.head.i == trigger.i)

    def _clause_at(self, span: Span) -> int:
        """Return the clause of the time's last word; in "last month, where" that of the qualified noun."""
        i = max(bisect_right(self.who.starts, span.end - 1) - 1, 0)
        return int(self.clauses.head(i).i)

    def held(self, told: Told) -> Event | None:
        """Return the position in a sentence with one named holder."""
        holders = [e for e in self.who.entities(told.agents) if self.cast.type_of(e) == "person"]
        targets = self._actors(told.targets, None)
        if len(holders) != 1:
            return None
        topic = self._topic(told, None)
        return Event(type="holdPosition", agents=(holders[0],), targets=_without(targets, holders), topic=topic)

    def position(self, position: Position) -> Event:
        """Return a position as an event: holder, organization and words of the role."""
        words = " ".join(self.doc[position.words[0] : position.words[1]].text.split())
        targets = tuple(t for t in position.targets if self.cast.type_of(t) != "place" and t != position.holder)
        return Event(type="holdPosition", agents=(position.holder,), targets=targets, topic=words or position.noun)


def _counted(word: Token) -> Token:
    """Return the students of "thousands of students"; any other word itself."""
    if word.lemma_.lower() not in word_lists()["quantities"]:
        return word
    of = next((c for c in word.rights if c.dep_ == "prep" and c.lower_ == "of"), None)
    counted = next((c for c in of.rights if c.dep_ == "pobj"), None) if of is not None else None
    plural = counted is not None and counted.tag_ in {"NNS", "NNPS"}
    return counted if counted is not None and plural else word


def _without(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e for e in some if e not in others))


def with_destinations(events: Sequence[Event]) -> dict[int, tuple[str, ...]]:
    """For visits told without a destination: the place that other mentions of a visit by the same people give.

    Number of the event in the list -> places. Only where the first mention that has one is of the same agents.
    """
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for event in events:
        if event.type == "visit" and event.agents and event.places:
            known.setdefault(event.agents, event.places)
    return {
        i: known[event.agents]
        for i, event in enumerate(events)
        if event.type == "visit" and not event.places and event.agents in known
    }


def at_place(event: Event, places: tuple[str, ...]) -> Event:
    """Return the event with these places.

    Args:
        event: The event.
        places: Entities of its places.
    """
    return replace(event, places=places)
