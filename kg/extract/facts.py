"""What a document says in its own voice: one fact for each clause outside of claims, with the events it tells of.

A clause that negates, supposes or looks ahead makes a fact that says so and asserts nothing. What is passed on without
a speaker, or stands in a quotation nobody was found for, is unclear and no fact. What is no whole
proposition is context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.clauses import pieces
from kg.extract.events import Told, held_positions
from kg.extract.happenings import Reporter
from kg.extract.modality import Modality, modality_of
from kg.extract.named_events import EventSource, modality
from kg.extract.patterns import phrase_start
from kg.extract.phrases import is_first_person
from kg.extract.positions import Position
from kg.extract.propositions import Propositions
from kg.records import Context, Event, Span, Spans, Unclear

if TYPE_CHECKING:
    from kg.extract.parsed import Stretch as Sentence
    from kg.extract.parsed import Token

QUOTED = "a quotation for which no speaker was found"
HEARSAY = "not told in the article's own voice, and no speaker found: “{}”"
FIRST_PERSON = "told in the first person, and no speaker found"
TURN = "a name and a colon, and no attribution found"
_NAME = r"[A-Z][\w.’'-]*"
_TURN = re.compile(rf"\A\s*{_NAME}(?:\s{_NAME}){{0,5}}:\s+\w")
_BYLINE = re.compile(rf"\w:\s+{_NAME}(?:\s{_NAME}){{0,3}}[.!]?\s*\Z")
_CONNECTING = frozenset(["CCONJ", "SCONJ", "ADP", "DET", "PART", "PUNCT", "SPACE", "AUX", "X", "SYM", "PRON"])
_UNATTRIBUTED = re.compile(r"\b(?:according\s+to|in\s+the\s+words\s+of)\b", re.IGNORECASE)
_EVENT, _PLAIN = 0.8, 0.6
_OF_NO_DOER = frozenset({"about", "from", "in", "of", "on", "with"})
_LINE_BREAKS = "\n\r\u2028\u2029"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFact:
    """A fact before it has an id."""

    anchor: Spans
    told: Modality
    events: tuple[Event, ...]
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """For each token whether it is somebody's words (``said``), source or cue of a claim (``frame``), a cue (``cue``),
    in quotation marks, or context by the layout (``framing``).
    """

    said: bytearray
    frame: bytearray
    cue: bytearray
    quoted: bytearray
    framing: bytearray


class OwnVoice:
    """Reads the facts of one document, sentence by sentence.

    Args:
        reporter: Makes events of what is told.
        masks: Whose words each token is.
        positions: The positions that are held beside a name.
        events: The events that words name.
        heard: True for words that may be somebody's; it decides where only the shape of a sentence speaks for hearsay.
            Without it the shape decides.
    """

    def __init__(
        self,
        reporter: Reporter,
        masks: Masks,
        positions: Sequence[Position],
        events: EventSource,
        *,
        heard: Callable[[Spans], bool] | None = None,
    ) -> None:
        self._reporter, self._masks, self._positions, self._events = reporter, masks, positions, events
        self._heard = heard
        self._doc = reporter.doc
        self._propositions = Propositions(
            doc=reporter.doc, clauses=reporter.clauses, said=masks.said, frame=masks.frame, cue=masks.cue
        )

    def read(self) -> Iterator[FoundFact | Unclear | Context]:
        """Yield the facts, unclear passages and context, sentence by sentence."""
        yield from self._held_positions()
        for sentence in self._doc.sents:
            yield from self._sentence(sentence)

    def _held_positions(self) -> Iterator[FoundFact]:
        """Positions told beside a name; those inside claim content are the claim's, not the article's."""
        for position in self._positions:
            tokens = list(range(position.start, position.end))
            if any(self._masks.said[i] or self._masks.quoted[i] or self._masks.framing[i] for i in tokens):
                continue
            anchor = pieces(self._doc, tokens)
            if anchor:
                event = self._reporter.position(position)
                yield FoundFact(anchor=anchor, told=Modality(), events=(event,), rule="position", confidence=_EVENT)

    def _sentence(self, sentence: Sentence) -> Iterator[FoundFact | Unclear | Context]:
        masks = self._masks
        span = [i for i in range(sentence.start, sentence.end) if not masks.framing[i]]
        free = [i for i in span if not masks.said[i] and not masks.frame[i]]
        yield from self._of_sources([i for i in span if masks.frame[i] and not masks.cue[i] and not masks.said[i]])
        if not any(_is_word(self._doc[i]) for i in free):
            return
        attributed = len(free) < len(span)
        open_ = [i for i in span if not masks.said[i]]
        loose = any(masks.quoted[i] for i in free)
        if not attributed and (_TURN.search(sentence.text) or _BYLINE.search(sentence.text)):
            yield from self._unclear(free, TURN)
            return
        if not attributed and (loose or _UNATTRIBUTED.search(sentence.text)):
            yield from self._unclear(free, QUOTED if loose else HEARSAY.format("according to"))
            return
        yield from self._clauses(open_)
        if attributed:
            yield from self._of_sources(
                [i for i in open_ if masks.frame[i] and not masks.cue[i] and not masks.quoted[i]]
            )

    def _of_sources(self, tokens: list[int]) -> Iterator[FoundFact]:
        """Yield what the article says itself of a speaker: "Qatar, which brokered the deal, said"."""
        groups: dict[int, list[int]] = {}
        for i in tokens if not any(self._masks.quoted[i] for i in tokens) else ():
            groups.setdefault(self._reporter.clauses.head(i).i, []).append(i)
        for head, group in groups.items():
            for told in self._events.among(self._doc[i] for i in group):
                event = self._reporter.event(told, bare=True) if told.status is not None else None
                words = group
                if self._masks.cue[head] or told.nominal:
                    words = self._phrase(told, group)
                elif not self._masks.frame[head]:
                    continue
                anchor = pieces(
                    self._doc, self._propositions.trimmed(self._propositions.completed(self._doc[head], words))
                )
                if event is not None and anchor:
                    way = modality(told).vouched_for()
                    yield FoundFact(anchor=anchor, told=way, events=(event,), rule="event.source", confidence=_EVENT)

    def _clauses(self, tokens: list[int]) -> Iterator[FoundFact | Unclear | Context]:
        """Yield each clause with a word outside of claims; the rest of a reporting clause is context."""
        masks, groups = self._masks, dict[int, list[int]]()
        for i in tokens:
            head = self._reporter.clauses.head(i).i
            if not masks.frame[head] or not masks.frame[i]:
                groups.setdefault(head, []).append(i)
        groups = {h: g for h, g in groups.items() if any(not masks.frame[i] and _is_word(self._doc[i]) for i in g)}
        hearsay = self._hearsay(groups)
        own: dict[int, list[int]] = {}
        for head, group in groups.items():
            reason = self._doubt(group, hearsay.get(head), reports=bool(masks.frame[head]))
            if reason is not None:
                yield from self._unclear(group, reason)
            elif masks.frame[head]:
                yield from self._beside([i for i in group if not masks.frame[i]])
            elif all(self._doc[i].pos_ in _CONNECTING for i in group):
                yield from self._context(group)
            else:
                own[head] = group
        told = {head: list(self._told(group)) for head, group in own.items()}
        for head, above in self._propositions.purposes(own).items():
            if self._heard is not None and self._heard(pieces(self._doc, own[head])):
                continue  # possibly attributed words stay apart
            told[above] += told.pop(head)
            told[head] = []
        for head, group in self._propositions.joined(own, {head for head in own if told[head]}).items():
            yield from self._clause(self._doc[head], group, told[head])

    def _doubt(self, group: list[int], hearsay: str | None, *, reports: bool) -> str | None:
        """Return the reason why the source of words is uncertain; None if it is certain."""
        if hearsay is not None:
            return HEARSAY.format(hearsay)
        if any(self._masks.quoted[i] for i in group):
            return QUOTED
        return FIRST_PERSON if not reports and any(is_first_person(self._doc[i]) for i in group) else None

    def _hearsay(self, groups: dict[int, list[int]]) -> dict[int, str]:
        """Clauses that are passed on without a speaker, and those that pass them on."""
        out: dict[int, str] = {}
        for head in groups:
            if self._masks.frame[head]:
                continue
            told = modality_of(self._doc[head])
            word = self._hedge(groups[head]) if told.weak else told.hearsay or self._hedge(groups[head])
            if not word and told.weak and self._may_be_heard(groups[head]):
                word = told.hearsay
            if word:
                out[head] = word
                above = self._reporter.clauses.above(self._doc[head])
                if self._doc[head].dep_ == "ccomp" and above is not None and above.i in groups:
                    out.setdefault(above.i, word)
        return out

    def _may_be_heard(self, tokens: list[int]) -> bool:
        """Return True if the words can be attributed, or if that cannot be decided."""
        return self._heard is None or self._heard(pieces(self._doc, tokens))

    def _hedge(self, tokens: list[int]) -> str | None:
        """The word that makes an infinitive or a noun of the clause hearsay: "appears to", "the alleged".

        A hedge before an object that names no event is none: that the men are suspects leaves their arrest a fact.
        Before a subject or an agent it says that somebody else may have done it.
        """
        objects = [self._doc[i] for i in tokens if _is_object(self._doc[i])]
        things = (noun for noun in objects if not self._events.among([noun]))
        about_things = {word.lower_ for noun in things for word in noun.lefts}
        for i in tokens:
            token = self._doc[i]
            if token.dep_ in {"xcomp", "oprd", "nsubj", "nsubjpass", "dobj", "pobj", "attr", "npadvmod"} or (
                token.pos_ == "VERB" and token.dep_ != "amod"
            ):
                told = modality_of(token)
                if told.hearsay and told.hearsay not in about_things and (not told.weak or self._may_be_heard([i])):
                    return told.hearsay
        return None

    def _told(self, tokens: list[int]) -> Iterator[tuple[Told, Event, Modality]]:
        """Yield the events of the words with their modality."""
        for told in self._events.among(self._doc[i] for i in tokens):
            event = self._reporter.event(told, bare=told.status is not None)
            if event is not None:
                yield told, event, modality(told).vouched_for()
        for told in held_positions(self._doc[i] for i in tokens):
            event = self._reporter.held(told)
            if event is not None:
                yield told, event, modality_of(told.trigger).vouched_for()

    def _clause(
        self, head: Token, tokens: list[int], events: list[tuple[Told, Event, Modality]]
    ) -> Iterator[FoundFact | Context]:
        """Yield one fact for the clause and one for each event of its subject; context without a predicate."""
        by_modality: dict[Modality, list[Event]] = {}
        is_cut = self._propositions.is_cut(head)
        for told, event, way in events:
            is_apart = told.nominal and (is_cut or told.trigger.dep_ in {"nsubj", "nsubjpass"})
            phrase = self._phrase(told, tokens) if is_apart else []
            if phrase and len(phrase) < len(tokens):
                anchor = pieces(self._doc, phrase)
                yield FoundFact(anchor=anchor, told=way, events=(event,), rule="event.noun", confidence=_EVENT)
            else:
                by_modality.setdefault(way, []).append(event)
        whole = self._propositions.completed(head, tokens)
        kept = self._propositions.trimmed(whole)
        if self._propositions.is_stated(head) and (by_modality or self._propositions.is_whole(head, whole)):
            yield from self._own(head, kept, by_modality)
            yield from self._context([i for i in tokens if i not in set(kept)])
        else:
            yield from self._context(tokens)

    def _context(self, tokens: list[int]) -> Iterator[Context]:
        """Words that state nothing: a heading where they are all of their line, else an adjunct."""
        tokens = [i for i in tokens if not self._masks.said[i]]
        for span in pieces(self._doc, tokens):
            yield Context(span=span, kind="heading" if _is_line(self._doc.text, span) else "adjunct")

    def _beside(self, tokens: list[int]) -> Iterator[FoundFact | Context]:
        """Yield the events that the rest of a reporting clause names ("after the attack, she said"), and context."""
        left = set(tokens)
        for told in self._events.among(self._doc[i] for i in tokens):
            phrase = [i for i in self._phrase(told, tokens) if i in left]
            event = self._reporter.event(told, bare=True) if told.status is not None and phrase else None
            if event is not None:
                left -= set(phrase)
                anchor = pieces(self._doc, phrase)
                yield FoundFact(
                    anchor=anchor,
                    told=modality(told).vouched_for(),
                    events=(event,),
                    rule="event.noun",
                    confidence=_EVENT,
                )
        yield from self._context(sorted(left))

    def _own(self, head: Token, tokens: list[int], by_modality: dict[Modality, list[Event]]) -> Iterator[FoundFact]:
        """Yield one fact for each modality of the clause's events, or one without events."""
        anchor = pieces(self._doc, tokens)
        if not anchor:
            return
        if not by_modality:
            yield FoundFact(
                anchor=anchor, told=modality_of(head).vouched_for(), events=(), rule="clause", confidence=_PLAIN
            )
        for told, events in by_modality.items():
            yield FoundFact(
                anchor=anchor, told=told, events=tuple(dict.fromkeys(events)), rule="event.clause", confidence=_EVENT
            )

    def _phrase(self, told: Told, tokens: list[int]) -> list[int]:
        """Return the tokens of the noun phrase of an event, within the clause."""
        noun = told.trigger
        start, end = min(noun.left_edge.i, phrase_start(self._doc, noun)), noun.right_edge.i + 1
        return [i for i in tokens if start <= i < end]

    def _unclear(self, tokens: list[int], reason: str) -> Iterator[Unclear]:
        for span in pieces(self._doc, tokens):
            yield Unclear(span=span, reason=reason)


def _is_object(noun: Token) -> bool:
    """Return True for an object, and for a noun after a preposition that introduces no agent."""
    return noun.dep_ in {"dobj", "nsubjpass"} or (noun.dep_ == "pobj" and noun.head.lower_ in _OF_NO_DOER)


def _is_line(text: str, span: Span) -> bool:
    """Return True if the span is all of its line, but for stops and blanks."""
    start, end = span.start, span.end
    while start and text[start - 1] not in _LINE_BREAKS and not text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end] not in _LINE_BREAKS and not text[end].isalnum():
        end += 1
    return (not start or text[start - 1] in _LINE_BREAKS) and (end == len(text) or text[end] in _LINE_BREAKS)


def _is_word(token: Token) -> bool:
    return any(c.isalnum() for c in token.text)
