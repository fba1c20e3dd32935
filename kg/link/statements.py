"""The compared fields of a record's statements: voice, terms, time and polarity."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from kg.link import terms
from kg.link.entities import folded
from kg.link.terms import Quantity
from kg.linking import StatementRef
from kg.records import Claim, Event, Fact, Record, Span, Spans

_SENTENCE_END: Final = re.compile(r"[.!?][”\"’')]*\s+(?=[“\"‘'A-Z0-9])|\n+")
_ABBREVIATION: Final = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|St|No|Sen|Rep|Gov|U\.S|U\.N|[A-Z]|Sept|Oct|Nov|Dec|Jan|Feb)\.\s+\Z"
)
_QUOTED: Final = re.compile(r"[“\"]([^”\"]{8,})[”\"]")
LOCATIVE: Final = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Oo]ff|around|north of|south of|east of|west of)\s+"
    r"(?:the (?:\w+ )?(?:town|city|village) of )?(?P<place>[A-Z][\w’-]+(?: [A-Z][\w’-]+)*)"
)
_DATE_WORD: Final = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December"
)
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_EARLIER: Final = re.compile(
    r"\b(?:last|previous|earlier this) (?:year|month|week|summer|winter|spring|autumn)"
    r"|\b(?:years|months|weeks) (?:ago|before|earlier)|\b(?:[Ss]ince|[Ii]n) (?:19|20)\d\d"
    r"|\b[Ii]n (?:Jan|Febr)uary\b|\b[Ii]n (?:March|April|May|June|July|August)\b(?! \d)"
    r"|\b[Ii]n (?:Septem|Octo|Novem|Decem)ber\b(?! \d)"
)
_CAPITAL: Final = re.compile(r"\b[A-Z][\w’'-]{2,}")
_NAME: Final = re.compile(r"(?<![.!?”\"]\s)(?<!\A)\b[A-Z][\w’-]{2,}(?:\s+[A-Z][\w’-]+)*")
_DENYING: Final = frozenset(["deny", "reject"])
_DENIAL_WORDS: Final = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|ruled? out|rules out|dismiss(?:es|ed)?|refut(?:es?|ed)"
    r"|disput(?:es?|ed))\b",
    re.I,
)
_NO_EVIDENCE: Final = re.compile(r"\b(?:no|any|without) (?:\w+ )?(?:evidence|signs?|proof|traces?|truth)\b", re.I)
_NEGATION: Final = re.compile(r"\b(?:not|no|never|nobody|none|neither|nor|without|\w+n[’']t)\b", re.I)
_NEGATED_START: Final = re.compile(r"\W*(?:not (?:a|one|any)|no|nobody|none|never)\b", re.I)
_PLAN: Final = re.compile(
    r"\b(?:will|would|to be|is to|plans? to|is sending|are sending|postponed|put off)\b|^(?:to|for)\s", re.I
)
_ACCUSE_WORDS: Final = re.compile(r"\b(?:accus|blam|alleg|charg|criticis|criticiz|condemn)\w*", re.I)
_REFUSED: Final = re.compile(r"\b(?:ruled? out|rules out|refus\w+)\b", re.I)
_PRONOUN: Final = re.compile(r"(?:it|its|he|his|him|she|her|they|their|them|we|our|us|who|whose)\Z", re.I)
_MINISTRY: Final = re.compile(
    r"(?:(?:defen[cs]e|foreign|interior|finance|health|energy|irrigation|water) )?"
    r"(?:ministry|government|army|military|police|kremlin|coast guard|presidency|parliament)\Z"
)
_ROLE_WORD: Final = re.compile(
    r"\b(?:spokes\w+|minister|director|official|commodore|secretary|aide|commander|he|she)\b", re.I
)
_ROLE_ONLY: Final = frozenset(["holdPosition"])
_TOLD_OUTLET: Final = re.compile(r"\btold\s+(?P<outlet>(?:the\s+)?[A-Z][\w’&-]*(?:\s+[A-Z][\w’&-]*){0,3})")
_MOST_NAME_WORDS: Final = 4
_FEW_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Count:
    """A number of a statement, the things that it can count, and whether it can count people."""

    quantity: Quantity
    counted: frozenset[str]
    of_heads: bool


@dataclass(eq=False)
class Said:
    """One statement with its compared fields."""

    ref: StatementRef
    record: Record
    words: str
    sentence: str
    before: str
    polarity: str
    frame: str
    is_fact: bool
    events: tuple[Event, ...]
    entities: frozenset[str]
    states: frozenset[str]
    speakers: frozenset[str] = frozenset()
    sides: frozenset[str] = frozenset()
    act: str = ""
    is_direct: bool = False
    targets: frozenset[str] = frozenset()
    order: int = 0
    parent: str | None = None
    origin: str = ""
    is_body: bool = False
    """The speaker is a state or a body."""
    speaks_for_others: bool = False
    """The speaker's name has an office that represents a body."""
    article_numbers: Mapping[str, frozenset[float]] = field(default_factory=dict, repr=False)
    """The numbers of the article's statements, by the noun that they count."""
    _matches: dict[tuple[str, object], bool] = field(default_factory=dict, repr=False)
    """Results of patterns, because a statement is compared with many others."""

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Return whether the words contain a match of the pattern."""
        return self._matched("words", pattern, lambda: pattern.search(self.words) is not None)

    def begins(self, pattern: re.Pattern[str]) -> bool:
        """Return whether the words begin with a match of the pattern."""
        return self._matched("start", pattern, lambda: pattern.match(self.words) is not None)

    def sentence_has(self, pattern: re.Pattern[str]) -> bool:
        """Return whether the sentence contains a match of the pattern."""
        return self._matched("sentence", pattern, lambda: pattern.search(self.sentence) is not None)

    def has_cue(self, name: str) -> bool:
        """Return whether the sentence contains a phrase of the list of cues."""
        return self._matched("cue", name, lambda: terms.has_cue(name, self.sentence))

    def _matched(self, part: str, what: object, find: Callable[[], bool]) -> bool:
        found = self._matches.get((part, what))
        if found is None:
            found = self._matches[part, what] = find()
        return found

    @property
    def document(self) -> str:
        """The document's id."""
        return self.ref.document

    @property
    def published(self) -> str:
        """When the document was published, as given."""
        return self.record.document.published or ""

    @property
    def publisher(self) -> str:
        """The document's outlet."""
        return self.record.document.publisher or self.ref.document

    @cached_property
    def terms(self) -> frozenset[str]:
        """The names, concepts and words."""
        return self.entities | self.content

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """The whole numbers, not those of a part, with the counted things, such as the dead."""
        return tuple(
            Count(quantity, self._counted(quantity), not quantity.unit or bool(quantity.unit & terms.heads()))
            for quantity in self.quantities
            if not quantity.is_part
        )

    def _counted(self, quantity: Quantity) -> frozenset[str]:
        """Return the counted things of a number: of the words after it, before it, or of a total's statement.

        Of 90 people in a house in which seven died, 90 are not the dead.
        """
        counting = terms.counting()
        found = quantity.unit & counting or quantity.before & counting
        alone = not quantity.unit or len(self.quantities) == 1
        return found or (self.concepts & counting if alone else frozenset())

    @cached_property
    def values(self) -> frozenset[float]:
        """The values of the numbers."""
        return frozenset(quantity.value for quantity in self.quantities)

    @cached_property
    def numbered(self) -> frozenset[tuple[str, str]]:
        """The nouns that the numbers count, each with the scale."""
        return frozenset((quantity.noun, quantity.scale) for quantity in self.quantities if quantity.noun)

    @cached_property
    def scales(self) -> frozenset[str]:
        """The scales of the numbers."""
        return frozenset(quantity.scale for quantity in self.quantities)

    @cached_property
    def is_short(self) -> bool:
        """Whether the statement has few words."""
        return len(self.plain.split()) < _FEW_WORDS

    @cached_property
    def event_types(self) -> frozenset[str]:
        """The types of the events."""
        return frozenset(event.type for event in self.events)

    @cached_property
    def all_agents(self) -> frozenset[str]:
        """The named agents of all events."""
        return frozenset[str]().union(*self.agents.values())

    @cached_property
    def is_correction(self) -> bool:
        """Whether the sentence or the one before it announces a correction."""
        return terms.has_cue("correction", f"{self.before} {self.sentence}")

    @cached_property
    def content(self) -> frozenset[str]:
        """The concepts and stems of all words except names."""
        parts = {terms.concept(w) for name in self.entities for w in name.split()}
        return frozenset(t for t in terms.content_terms(self.words) if t not in parts)

    @cached_property
    def deeds(self) -> frozenset[str]:
        """The concepts that denote events."""
        found = self.content & terms.deeds()
        return found or frozenset(kind for e in self.events if (kind := terms.of_event(e.type)) is not None)

    @cached_property
    def main_deeds(self) -> frozenset[str]:
        """The deeds of the main clause; those of a relative clause only identify a participant."""
        main = terms.main_words(self.words)
        parts = {term for term in terms.content_terms(main) if term in self.deeds}
        return frozenset(parts) or self.deeds

    @cached_property
    def concepts(self) -> frozenset[str]:
        """The news concepts of the content."""
        return frozenset(t for t in self.content if terms.is_concept(t))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The numbers."""
        return terms.quantities(self.words)

    @cached_property
    def quotes(self) -> frozenset[str]:
        """Plain words in quotation marks: all of a direct quote, the pieces of a mixed one."""
        found = [match[1] for match in _QUOTED.finditer(self.words)]
        if self.is_direct and not found:
            found = [self.words]
        return frozenset(" ".join(w.lower() for w in terms.WORD.findall(quote)) for quote in found)

    @cached_property
    def plain(self) -> str:
        """All words in lower case without punctuation."""
        return " ".join(w.lower() for w in terms.WORD.findall(self.words))

    @cached_property
    def is_accusation(self) -> bool:
        """Whether the words also express an accusation, because the act alone is often wrong."""
        return self.act in ("accuse", "criticize") and _ACCUSE_WORDS.search(self.lead) is not None

    @cached_property
    def agents(self) -> dict[str, frozenset[str]]:
        """Named agents by concept of their event."""
        named = {e.id for e in self.record.entities if e.type not in ("stated_participant", "unnamed_source")}
        found: dict[str, frozenset[str]] = {}
        for event in self.events:
            kind = terms.of_event(event.type) or event.type
            found[kind] = found.get(kind, frozenset()) | {a for a in event.agents if a in named}
        return found

    @cached_property
    def is_denial(self) -> bool:
        """Whether the speaker denies, by the act or by the word for the act before the statement."""
        if self.parent is not None:
            return False
        return (
            self.act in _DENYING
            or _DENIAL_WORDS.search(self.lead) is not None
            or _NO_EVIDENCE.search(self.words) is not None
        )

    @cached_property
    def tells_of_another(self) -> bool:
        """Whether the words say that it is another one, a second, one of another year."""
        return terms.has_cue("another", self.words)

    @cached_property
    def tells_of_earlier_times(self) -> bool:
        """True for what was long before the article: another year, "last month"."""
        year = self.published[:4]
        return any(found != year for found in _YEAR.findall(self.words)) or _EARLIER.search(self.words) is not None

    @cached_property
    def places(self) -> frozenset[str]:
        """The places where the words say that something was."""
        found = (match["place"] for match in LOCATIVE.finditer(self.words))
        return frozenset(place for place in found if not _DATE_WORD.match(place))

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words of the sentence that begin with a capital."""
        found = _CAPITAL.findall(self.sentence)
        return frozenset(word.lower().removesuffix("'s").removesuffix("’s") for word in found)

    @cached_property
    def lead(self) -> str:
        """The words of the sentence before the statement."""
        at = self.sentence.find(self.words)
        return self.sentence[:at] if at >= 0 else ""

    @cached_property
    def is_negative(self) -> bool:
        """Whether the content is negated."""
        return self.is_denial or self.polarity == "negative" or self.says_not

    @cached_property
    def says_not(self) -> bool:
        """Whether the words contain a negation."""
        return _NEGATION.search(self.words) is not None

    @cached_property
    def is_future(self) -> bool:
        """Whether it is a plan, a promise or a prediction."""
        return self.frame == "future" or bool(_PLAN.search(self.words) or _REFUSED.search(self.lead))


def read_statements(record: Record, canonical: Callable[[str], str]) -> list[Said]:
    """Return the linkable statements of a record: of the body, with content, nested claims included.

    Args:
        record: What was extracted from a document.
        canonical: Gives the name under which an entity (by its id in the record) is known everywhere.
    """
    head = _headline_end(record)
    reader = _StatementReader(record, canonical)
    found: list[Said] = []
    statements: list[Fact | Claim] = [*record.facts, *record.claims]
    for statement in statements:
        spans = statement.anchor if isinstance(statement, Fact) else statement.content
        if spans[-1].end <= head or _is_role(statement):
            continue
        found.append(reader.said(statement, spans))
    found.sort(key=lambda said: (said.ref.spans, said.is_fact, said.ref.statement))
    found = _without_doubles(found)
    numbers = _article_numbers(found)
    voice: frozenset[str] = frozenset()
    for order, said in enumerate(found):
        said.order = order
        said.article_numbers = numbers
        if said.sides == said.speakers and said.speaks_for_others and said.parent is None:
            said.sides |= voice
        if said.is_body and said.parent is None:
            voice = said.speakers
    return found


def _article_numbers(found: list[Said]) -> Mapping[str, frozenset[float]]:
    """Return the values of the numbers by their nouns."""
    numbers: dict[str, set[float]] = defaultdict(set)
    for said in found:
        for quantity in said.quantities:
            numbers[quantity.noun].add(quantity.value)
    return {noun: frozenset(values) for noun, values in numbers.items()}


def _without_doubles(found: list[Said]) -> list[Said]:
    """Return the statements without repeated facts; a sentence with two events is two facts."""
    seen: set[Spans] = set()
    kept = []
    for said in found:
        if said.is_fact and said.ref.spans in seen:
            continue
        if said.is_fact:
            seen.add(said.ref.spans)
        kept.append(said)
    return kept


def _headline_end(record: Record) -> int:
    title = record.document.title
    return len(title) if title and record.document.text.startswith(title) else 0


def _is_role(statement: Fact | Claim) -> bool:
    if isinstance(statement, Claim):
        return False
    return bool(statement.events) and {event.type for event in statement.events} <= _ROLE_ONLY


class _StatementReader:
    """Reads the statements of one record."""

    def __init__(self, record: Record, canonical: Callable[[str], str]) -> None:
        self._record = record
        self._text = record.document.text
        self._canonical = canonical
        self._entities = {entity.id: entity for entity in record.entities}
        self._ends = _sentence_ends(self._text)
        self._mentions = sorted(
            (span, entity.id)
            for entity in record.entities
            if entity.type != "stated_participant"
            for span in entity.mentions
        )
        self._mentions = [m for m in self._mentions if _PRONOUN.match(m[0].of(self._text)) is None]
        self._state = self._first_state()
        self._sides = self._affiliations()

    def said(self, statement: Fact | Claim, spans: Spans) -> Said:
        """Return a statement with its compared fields.

        Args:
            statement: The fact or the claim.
            spans: Where its own words are in the text.
        """
        said = Said(
            ref=StatementRef(document=self._record.document.id, statement=statement.id, spans=spans),
            record=self._record,
            words=" ".join(span.of(self._text) for span in spans),
            sentence=self._sentence(spans),
            before=self._sentence((Span(at - 2, at - 1),)) if (at := self._start(spans)) > 2 else "",
            polarity=statement.polarity,
            frame=statement.frame,
            is_fact=isinstance(statement, Fact),
            events=statement.stated_events if isinstance(statement, Claim) else statement.events,
            entities=frozenset(self._names(spans)),
            states=frozenset(self._canonical(e.id) for e in self._record.entities if e.type == "political_actor"),
        )
        if isinstance(statement, Claim):
            self._add_voice(said, statement)
        return said

    def _add_voice(self, said: Said, claim: Claim) -> None:
        """Add to a statement the fields that only a claim has: who says it, by which act, to whom."""
        said.speakers = frozenset(map(self._canonical, claim.speakers))
        said.sides = said.speakers.union(*(self._sides.get(speaker, set()) for speaker in claim.speakers))
        said.act = claim.speech_act
        said.is_direct = claim.quote_form == "direct"
        said.targets = frozenset(map(self._canonical, claim.targets))
        said.parent = claim.parent
        said.is_body = any(self._entities[speaker].type in _SIDES for speaker in claim.speakers)
        said.speaks_for_others = _ROLE_WORD.search(self._around(claim.source)) is not None

    def _around(self, source: Spans) -> str:
        """Return the words of a claim's source and its neighbors in the sentence."""
        if not source:
            return ""
        before = re.split(r"[.!?\n”\"]", self._text[max(0, source[0].start - _BESIDE) : source[0].start])[-1]
        return (
            before
            + self._text[source[0].start : source[-1].end]
            + self._text[source[-1].end : source[-1].end + _BESIDE]
        )

    def _names(self, spans: Spans) -> Iterator[str]:
        """Yield the names of the mentioned entities, and other capitalized words."""
        covered: list[Span] = []
        for span, entity in self._mentions:
            if any(span.overlaps(piece) for piece in spans):
                covered.append(span)
                if self._entities[entity].type != "unnamed_source":
                    yield self._canonical(entity)
        for piece in spans:
            for match in _NAME.finditer(piece.of(self._text)):
                where = Span(piece.start + match.start(), piece.start + match.end())
                name = folded(match[0])
                if name and not any(where.overlaps(c) for c in covered) and len(name.split()) <= _MOST_NAME_WORDS:
                    yield name

    def _start(self, spans: Spans) -> int:
        i = bisect_right(self._ends, spans[0].start)
        return self._ends[i - 1] if i else 0

    def _sentence(self, spans: Spans) -> str:
        start = self._start(spans)
        k = bisect_right(self._ends, spans[-1].end - 1)
        end = self._ends[k] if k < len(self._ends) else len(self._text)
        return self._text[start:end].strip()

    def _state_names(self) -> list[tuple[str, str]]:
        states = [e for e in self._record.entities if e.type == "political_actor"]
        return [(folded(name), self._canonical(e.id)) for e in states for name in (e.name, *e.aliases)]

    def _first_state(self) -> str | None:
        """Return the first state that speaks, which is the default owner of "the Foreign Ministry"."""
        claims = sorted(self._record.claims, key=lambda c: c.content)
        states = (s for c in claims if c.parent is None for s in c.speakers if self._entities[s].wikidata is not None)
        return next((self._canonical(s) for s in states), None)

    def _affiliations(self) -> dict[str, set[str]]:
        """Map each person or body to the adjacent bodies and states that it speaks for."""
        sides: dict[str, set[str]] = {}
        for span, entity in self._mentions:
            if self._entities[entity].type == "political_actor":
                continue
            for other, body in self._mentions:
                if body != entity and self._entities[body].type in _SIDES and self._stands_beside(span, other):
                    sides.setdefault(entity, set()).add(self._canonical(body))
        for entity, known in self._entities.items():
            bodies = {self._canonical(entity), *sides.get(entity, ())} if known.type != "political_actor" else set()
            sides.setdefault(entity, set()).update(
                state for name, state in self._state_names() if any(name in body.split() for body in bodies)
            )
            if self._state is not None and any(_MINISTRY.match(body) for body in bodies):
                sides.setdefault(entity, set()).add(self._state)
        return sides

    def _stands_beside(self, one: Span, other: Span) -> bool:
        if one.overlaps(other):
            return True
        first, second = sorted([one, other])
        between = self._text[first.end : second.start]
        if other.end <= one.start and "," in between:
            return False  # words before a comma are another phrase; after it, an apposition
        return len(between) <= _BESIDE and _APART.search(between) is None


_SIDES: Final = frozenset(["organization", "political_actor"])
_BESIDE: Final = 40
_APART: Final = re.compile(
    r"[.!?;:\n”\"]|\b(?:accus|said|told|den[iy]|reject|that|call|say|blam|and|with|by|against|urg|demand|from)\w*", re.I
)


def _sentence_ends(text: str) -> list[int]:
    return [m.end() for m in _SENTENCE_END.finditer(text) if _ABBREVIATION.search(text[: m.end()]) is None]


def told_outlet(said: Said) -> str | None:
    """Return the outlet in the sentence that received the statement: "told Reuters"."""
    match = _TOLD_OUTLET.search(said.sentence)
    return folded(match["outlet"]) if match is not None else None
