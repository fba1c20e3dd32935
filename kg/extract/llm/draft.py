"""From located answers to a record: what a language model says is only taken where the text and the contract bear it.

A claim or fact whose words are not in the text, that names an entity nobody described, that stands inside a dropped
claim or, as a fact, inside anything said or quoted, is dropped and counted; its words become unclear. A bad answer can
make a record poorer, never a fact of what somebody said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kg import iri
from kg.extract.attribution import Attribution
from kg.extract.coverage import beside, left_over
from kg.extract.layout.page import read_layout
from kg.extract.links import find_links
from kg.extract.llm.answers import Json, ModelAnswer
from kg.extract.llm.located import NotThere, Passage, Place, names_in
from kg.extract.nesting import parents
from kg.extract.quotes import Quote, find_quotes
from kg.records import (
    FEATURES,
    Claim,
    Context,
    Document,
    Entity,
    Event,
    Evidence,
    Fact,
    Impossible,
    Record,
    Run,
    Span,
    Spans,
    TimeExpression,
    Unclear,
    first_overlap,
    merged,
    without,
)

RULE: Final = "llm"
NOT_NAMED: Final = "not named"
DROPPED: Final = "a statement that the language model made here was dropped"
NOT_SAID: Final = "not said to be anything by the language model"
_QUOTED_WORDS: Final = 4
"""The least number of words in quotation marks that are a quotation instead of a name or a distanced word."""
_ROLES: Final = ("agents", "targets", "participants", "places")
_PATH: Final = re.compile(r"(claims|facts)\[(\d+)\]")
_WORD = re.compile(r"\w+")

Evidences = tuple[Evidence, ...]
Doubt = Callable[[Spans], bool]
"""True for words that are probably attributed, regardless of the model's answer."""


@dataclass(slots=True)
class _Named:
    """An entity on its way: the same type and name is the same one, in every passage."""

    id: str
    type: str
    name: str
    aliases: dict[str, None] = field(default_factory=dict)
    mentions: set[Span] = field(default_factory=set)


class ModelDraft:
    """What was found in the passages of one document so far. ``dropped`` counts why statements were not taken."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._entities: dict[tuple[str, str], _Named] = {}
        self._claims: list[Claim] = []
        self._facts: list[tuple[dict[Spans, Evidences], Fact]] = []
        self._barred: list[Attribution] = []
        self._unclear: list[Unclear] = []
        self._quotes = find_quotes(document.text)
        self._quoted = merged(quote.span for quote in self._quotes)
        self.dropped: Counter[str] = Counter()
        self.made = 0

    def names(self) -> list[str]:
        """Return the names so far, so that the next passage uses the same names."""
        return [f"{e.name} ({e.type})" for e in self._entities.values() if e.name != NOT_NAMED]

    def give_up(self, start: int, end: int, reason: str) -> None:
        """Mark ``[start, end)`` as unclear, because the passage has no answer."""
        self._unclear.append(
            Unclear(span=Span(start, end), reason=f"the language model gave no usable answer: {reason}")
        )

    def add(self, answer: ModelAnswer, start: int, end: int) -> None:
        """Add the answer for the passage ``[start, end)``."""
        passage = Passage(self._document.text, start, end)
        self.made += len(answer.claims) + len(answer.facts) + answer.malformed
        self.dropped["not of the form that was asked for"] += answer.malformed
        known = {item["id"]: e for item in answer.entities if (e := self._entity(item, passage)) is not None}
        for item in answer.claims:
            try:
                self._add_claim(item, passage, known)
            except (NotThere, Impossible) as problem:
                self._drop(problem)
        for item in answer.facts:
            try:
                self._add_fact(item, passage, known)
            except (NotThere, Impossible) as problem:
                self._drop(problem)

    def _drop(self, problem: Exception | str) -> None:
        self.dropped[str(problem)] += 1

    # -- entities ---------------------------------------------------------------------------------------------------

    def _entity(self, item: Json, passage: Passage) -> str | None:
        """Return the id of the entity in the record; None if the passage does not have its name."""
        written = [name for name in (item["name"], *item["aliases"], *item["mentions"]) if passage.places(name)]
        nameless = item["type"] == "unnamed_source" and item["name"].strip().lower() == NOT_NAMED
        if not written and not nameless:
            self.dropped["an entity that the passage does not name"] += 1
            return None
        name = NOT_NAMED if nameless else " ".join(written[0].split())
        kind = item["type"]
        key = kind, iri.slug(name)
        if key not in self._entities:
            self._entities[key] = _Named(f"{kind}-{key[1]}".replace("_", "-"), kind, name)
        entity = self._entities[key]
        if not nameless:
            entity.aliases |= dict.fromkeys(" ".join(w.split()) for w in written if w in item["aliases"])
            entity.aliases.pop(entity.name, None)
            entity.mentions |= set(names_in(passage, written))
        return entity.id

    # -- statements -------------------------------------------------------------------------------------------------

    def _add_claim(self, item: Json, passage: Passage, known: dict[str, str]) -> None:
        place = passage.claim(item["source"], item["cue"], item["content"])
        try:
            self._claims.append(self._claim(item, place, passage, known))
        except (NotThere, Impossible):
            self._bar(place)
            raise

    def _bar(self, place: Place | Claim) -> None:
        """Words of a dropped claim: nothing in them is anybody else's, and no fact."""
        self._barred.append(Attribution(source=place.source, cue=place.cue, content=place.content, rule=RULE))
        self._unclear += [Unclear(span=span, reason=DROPPED) for span in place.content]

    def _claim(self, item: Json, place: Place, passage: Passage, known: dict[str, str]) -> Claim:
        medium = () if item["medium"] is None else _ids([item["medium"]], known)
        return Claim(
            id="",
            source=place.source,
            cue=place.cue,
            content=place.content,
            speech_act=item["speech_act"],
            quote_form=self._form(place.content, item["quote_form"]),
            speakers=_ids(item["speakers"], known),
            addressees=_ids(item["addressees"], known),
            targets=_ids(item["targets"], known),
            medium=next(iter(medium), None),
            said_at=_time(item["said_at"], passage),
            stated_events=self._events(item["stated_events"], passage, known),
            evidence=_evidence(item, (*place.source, *place.cue, *place.content), passage),
            rule=RULE,
            **_modality(item),
        )

    def _form(self, content: Spans, said: str) -> str:
        """Return the quote form by the marks in the text; without marks a transcript's turn can be direct."""
        words = [Span(*m.span()) for span in content for m in _WORD.finditer(self._document.text, span.start, span.end)]
        marked = sum(first_overlap(word, self._quoted) is not None for word in words)
        if marked:
            return "direct" if marked == len(words) else "mixed"
        return "indirect" if said == "mixed" else said

    def _add_fact(self, item: Json, passage: Passage, known: dict[str, str]) -> None:
        places = {anchor: _evidence(item, anchor, passage) for anchor in passage.fact(item["anchor"])}
        events = self._events(item["events"], passage, known)
        self._facts.append(
            (places, Fact(id="", anchor=next(iter(places)), events=events, rule=RULE, **_modality(item)))
        )

    def _events(self, items: Sequence[Json], passage: Passage, known: dict[str, str]) -> tuple[Event, ...]:
        """Return the events with described participants, without topics and times that the passage lacks."""
        events = []
        for item in items:
            try:
                roles = {role: _ids(item[role], known) for role in _ROLES}
            except NotThere as problem:
                self.dropped[f"an event: {problem}"] += 1
                continue
            topic = item["topic"] if item["topic"] and passage.places(item["topic"]) else None
            events.append(Event(type=item["type"], when=_time(item["when"], passage), topic=topic, **roles))
        return tuple(events)

    # -- the record -------------------------------------------------------------------------------------------------

    def record(self, run: Run, doubt: Doubt) -> Record:
        """Return the checked record; each statement that violates the contract is dropped."""
        facts = self._own_voice(doubt)
        while True:
            try:
                return self._put_together(facts, run)
            except Impossible as problem:
                self._drop(problem.problem)
                at = _PATH.match(problem.path)
                if at is None:
                    raise
                if at[1] == "claims":
                    self._bar(self._claims.pop(int(at[2])))
                else:
                    facts.pop(int(at[2]))

    def _own_voice(self, doubt: Doubt) -> list[Fact]:
        """Return the facts outside of claims, quotations and doubted words."""
        said = merged([s for c in self._claims for s in c.content] + [s for b in self._barred for s in b.content])
        quoted = merged(q.span for q in self._quotes if _is_speech(q, self._document.text))
        facts, taken = [], set()
        for places, fact in self._facts:
            free = [p for p in places if not any(first_overlap(s, said) or first_overlap(s, quoted) for s in p)]
            if not free:
                self._drop("a fact in what somebody said")
                continue
            anchor = next((p for p in free if (p, fact.events) not in taken), free[0])
            if doubt(anchor):
                self._drop("a fact that is likely somebody's words")
                self._unclear += [Unclear(span=span, reason=DROPPED) for span in anchor]
                continue
            taken.add((anchor, fact.events))
            own = (e for e in places[anchor] if not any(first_overlap(s, said) for s in e.spans))
            facts.append(replace(fact, anchor=anchor, evidence=tuple(own)))
        return sorted(facts, key=lambda f: f.anchor)

    def _put_together(self, facts: list[Fact], run: Run) -> Record:
        self._claims.sort(key=lambda c: (c.content, c.cue, c.source))
        claims = self._nested()
        named = [replace(f, id=f"f{k}") for k, f in enumerate(facts, 1)]
        dropped = (("dropped", self.dropped.total()),) if self.dropped.total() else ()
        text = self._document.text
        context = tuple(beside(text, read_layout(text, self._document.frame).context, _words(named, claims)))
        return Record(
            document=self._document,
            entities=self._used(named, claims),
            facts=tuple(named),
            claims=tuple(claims),
            unclear=self._rest(named, claims, context),
            context=context,
            links=tuple(find_links(claims, self._document.text)),
            run=replace(run, settings=(*run.settings, *dropped)),
        )

    def _nested(self) -> list[Claim]:
        """Return the numbered claims, each inside the smallest that has it.

        Claims in dropped claims are dropped.
        """
        while True:
            all_ = [Attribution(source=c.source, cue=c.cue, content=c.content, rule=RULE) for c in self._claims]
            inside = parents([*all_, *self._barred])
            lost = [i for i in range(len(all_)) if (parent := inside[i]) is not None and parent >= len(all_)]
            if not lost:
                break
            for i in reversed(lost):
                self._drop("a claim inside of one that was dropped")
                self._bar(self._claims.pop(i))
        return [
            replace(claim, id=f"c{i + 1}", parent=None if inside[i] is None else f"c{inside[i] + 1}")  # type: ignore[operator]
            for i, claim in enumerate(self._claims)
        ]

    def _used(self, facts: Sequence[Fact], claims: Sequence[Claim]) -> tuple[Entity, ...]:
        events = [e for f in facts for e in f.events] + [e for c in claims for e in c.stated_events]
        used = {entity for event in events for _, entity in event.roles()}
        for claim in claims:
            used |= {*claim.speakers, *claim.addressees, *claim.targets, *filter(None, [claim.medium])}
        kept = [e for e in self._entities.values() if e.id in used or e.mentions]
        kept.sort(key=lambda e: (min(e.mentions, default=Span(10**9, 10**9 + 1)), e.id))
        return tuple(
            Entity(id=e.id, type=e.type, name=e.name, aliases=tuple(e.aliases), mentions=tuple(merged(e.mentions)))
            for e in kept
        )

    def _rest(self, facts: Sequence[Fact], claims: Sequence[Claim], context: Sequence[Context]) -> tuple[Unclear, ...]:
        """Return the words outside of statements as unclear, with the reason of a dropped statement."""
        covered = merged((*_words(facts, claims), *(one.span for one in context)))
        unclear: list[Unclear] = []
        for one in sorted(self._unclear, key=lambda u: u.span):
            for piece in without(one.span, covered):
                if _WORD.search(self._document.text, piece.start, piece.end):
                    unclear.append(Unclear(span=piece, reason=one.reason))
            covered = merged((*covered, one.span))
        unclear += left_over(self._document.text, covered, NOT_SAID)
        return tuple(sorted(unclear, key=lambda u: u.span))


def _words(facts: Sequence[Fact], claims: Sequence[Claim]) -> list[Span]:
    return [s for f in facts for s in f.anchor] + [s for c in claims for s in (*c.source, *c.cue, *c.content)]


def _ids(written: Sequence[str], known: dict[str, str]) -> tuple[str, ...]:
    """Return the record's ids of an answer's ids.

    Raises:
        NotThere: The answer does not describe an id.
    """
    if not set(written) <= set(known):
        raise NotThere("it names an entity that the answer does not describe, or the passage does not name")
    return tuple(dict.fromkeys(known[one] for one in written))


def _time(item: Json | None, passage: Passage) -> TimeExpression | None:
    """Return a time in the passage's words, without days, which would be guesses of the model."""
    if item is None or not passage.places(item["text"]):
        return None
    return TimeExpression(text=" ".join(item["text"].split()))


def _evidence(item: Json, statement: Spans, passage: Passage) -> Evidences:
    """Return the deciding words, each feature once, nearest to the statement.

    Raises:
        NotThere: The passage lacks the words.
    """
    first = {one["feature"]: one["spans"] for one in reversed(item["evidence"]) if one["spans"]}
    return tuple(
        Evidence(feature=feature, spans=passage.evidence(first[feature], statement))
        for feature in FEATURES
        if feature in first
    )


def _modality(item: Json) -> dict[str, Any]:
    return {name: item[name] for name in ("polarity", "certainty", "frame", "confidence")}


def _is_speech(quote: Quote, text: str) -> bool:
    return len(_WORD.findall(text, quote.start, quote.end)) >= _QUOTED_WORDS
