"""What one statement does to another, if anything: rules on pairs that share an event key, each with its reason.

Precision before recall. What is merely later is no contradiction: a number that grew, an outcome of a plan and an end
of a state are updates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from kg.link import terms
from kg.link.statements import Said, told_outlet
from kg.link.terms import Quantity

Weigh = Callable[[str], float]

_ASKING: Final = frozenset(["demand", "urge", "request", "ask", "propose", "expressWillingness"])
_REACTING: Final = frozenset(["reject", "agree", "deny", "promise", "welcome", "expressWillingness"])
_ACCUSING: Final = frozenset(["accuse", "criticize", "condemn"])
_ASKED: Final = re.compile(
    r"\b(?:demand|call|appeal|request|offer|proposal|invitation|ultimatum|plea)(?:s|ed)?\b", re.I
)
_NOT_PLACE: Final = re.compile(r"\bnot (?:in|at|near|from|on) (?P<place>[A-Z][\w’-]+(?: [A-Z][\w’-]+)*)")
_LOCATIVE: Final = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]utside|[Oo]ff|around|north of|south of|east of|west of)\s+"
    r"(?:the (?:\w+ )?(?:town|city|village) of )?(?P<place>[A-Z][\w’-]+(?: [A-Z][\w’-]+)*)"
)
_DEFINITE: Final = re.compile(r"\W*(?:the|this|that)\s+(?P<what>\w+)", re.I)
_DATE_WORD: Final = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December"
)
_LEAST_ALIKE: Final = 0.5
_LEAST_ALIKE_IN_DEED: Final = 0.38
_REPORT: Final = re.compile(r"\b(?:report|story|article)\b", re.I)
_LEAST_QUOTE: Final = 4
_NEARLY_ALL: Final = 0.8
_CHARGE: Final = re.compile(
    r"\W*(?:(?:the|this|that|these|those|all|any|such|his|her|its|their|\w+[’']s?)\s+)*(?:\w+\s+)?"
    r"(?:accusations?|allegations?|charges?|claims?|reports?)\b",
    re.IGNORECASE,
)
_CHARGE_DAYS: Final = 3
_HEDGED: Final = re.compile(
    r"\b(?:suspicion|suspected?|alleged(?:ly)?|accused of|charged with|may|might|could)\b", re.I
)
_TOTAL: Final = re.compile(r"\b(?:number|toll|total|count) of\b", re.IGNORECASE)
_END: Final = re.compile(r"\b(?:end(?:s|ed)|(?:is|was|are|were) over|came to an end)\b", re.IGNORECASE)
_MOST_OWN_WORDS: Final = 3
_LEAST_SHARED: Final = 2
"""Names, concepts and words: one that both have is chance."""
_COUNTER_MOST_DAYS: Final = 10
_PLAN_MOST_DAYS: Final = 120
_GROWTH_DAYS: Final = 1


@dataclass(frozen=True, slots=True)
class Relation:
    """What the later of two statements does to the earlier one."""

    kind: str
    reason: str
    method: str
    confidence: float


@dataclass(eq=False)
class Pair:
    """Two statements: ``later`` reacts or comes after ``earlier``."""

    later: Said
    earlier: Said
    weigh: Weigh

    @cached_property
    def shared(self) -> frozenset[str]:
        """Names, concepts and words that both have."""
        return (self.later.entities & self.earlier.entities) | (self.later.content & self.earlier.content)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What a reader is told that both speak of."""
        names = self.later.entities & self.earlier.entities
        return (*sorted(names), *sorted(self.later.concepts & self.earlier.concepts))

    @cached_property
    def containment(self) -> float:
        """The share of the shorter statement's weight that the other has, too."""
        return self._weight(self.shared) / max(
            0.5, min(self._weight(_all(self.later)), self._weight(_all(self.earlier)))
        )

    @cached_property
    def likeness(self) -> float:
        """Mean of the shares of both."""
        shared = self._weight(self.shared)
        both = [self._weight(_all(said)) for said in (self.later, self.earlier)]
        return sum(shared / max(0.5, weight) for weight in both) / 2

    @cached_property
    def same_words(self) -> bool:
        """True where the words are the same but for a few."""
        one, other = self.later.plain, self.earlier.plain
        return one == other or (min(len(one), len(other)) > 20 and (one in other or other in one))

    @property
    def same_speaker(self) -> bool:
        """True where both are one voice: the same speaker, or a speaker and the body that he speaks for."""
        return bool(self.later.speakers & self.earlier.speakers) or bool(
            (self.later.sides & self.earlier.speakers) | (self.later.speakers & self.earlier.sides)
        )

    @property
    def same_document(self) -> bool:
        """True within one article."""
        return self.later.document == self.earlier.document

    @property
    def same_origin(self) -> bool:
        """True where one rests on the other, or both are one outlet's."""
        one, other = self.later, self.earlier
        return one.origin == other.origin or (one.publisher.casefold() == other.publisher.casefold())

    @cached_property
    def days(self) -> float:
        """Days from the earlier article to the later."""
        one, other = _day(self.earlier.published), _day(self.later.published)
        return 0.0 if one is None or other is None else float((other - one).days)

    @property
    def is_later(self) -> bool:
        """True where the later one's article came out after the other's, as far as is known."""
        return self.later.published[:10] > self.earlier.published[:10] or (
            len(self.later.published) > 10 < len(self.earlier.published)
            and self.later.published > self.earlier.published
        )

    def _weight(self, found: frozenset[str]) -> float:
        return sum(self.weigh(term) for term in found)


def _all(said: Said) -> frozenset[str]:
    return said.entities | said.content


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def relate(pair: Pair) -> Relation | None:
    """Return what the later statement does to the earlier one, or None."""
    if pair.later.parent is not None:
        return None
    for rule in _RULES:
        found = rule(pair)
        if found is not None:
            return found
    return None


# -- the same words ------------------------------------------------------------------------------------------------


def _copied(pair: Pair) -> Relation | None:
    if pair.same_document or not pair.same_words or len(pair.later.plain.split()) < _LEAST_QUOTE:
        return None
    if pair.later.origin != pair.earlier.origin or pair.later.is_fact != pair.earlier.is_fact:
        return None
    return Relation("repeats", "the same words in a copy of the article", "repeat.copy", 0.95)


def _quoted(pair: Pair) -> Relation | None:
    if pair.same_document or not (pair.later.quotes and pair.earlier.quotes):
        return None
    for one in pair.later.quotes:
        for other in pair.earlier.quotes:
            short, long = sorted([one, other], key=len)
            one_voice = pair.same_speaker or _is_unnamed(pair.later) or _is_unnamed(pair.earlier)
            if len(short.split()) >= _LEAST_QUOTE and short in long and one_voice:
                return Relation("repeats", f"the same quote: “{short}”", "repeat.quote", 0.92)
    return None


def _is_unnamed(said: Said) -> bool:
    return all(speaker.startswith("~") for speaker in said.speakers)


# -- corrections ---------------------------------------------------------------------------------------------------


def _corrected(pair: Pair) -> Relation | None:
    if pair.same_document or not terms.has_cue("correction", f"{pair.later.before} {pair.later.sentence}"):
        return None
    own = pair.later.publisher.casefold() == pair.earlier.publisher.casefold() or pair.same_speaker
    if not own or not pair.is_later or pair.later.is_direct:
        return None
    counts = _comparable(pair)
    if counts is not None:
        if counts[0].value == counts[1].value:
            return None
        return Relation("corrects", f"{counts[0].value:g} instead of {counts[1].value:g}", "correction.number", 0.95)
    if pair.containment >= 0.5 and len(pair.shared) >= _LEAST_SHARED and pair.later.deeds & pair.earlier.deeds:
        return Relation("corrects", "the same source takes it back or corrects it", "correction.cue", 0.85)
    return None


# -- denials -------------------------------------------------------------------------------------------------------


def _denied(pair: Pair) -> Relation | None:
    later, earlier = pair.later, pair.earlier
    if not later.is_negative or earlier.is_negative or later.is_fact or not pair.shared:
        return None
    if pair.same_speaker or earlier.act in _ASKING:
        return None
    if later.is_future != earlier.is_future and pair.containment < _NEARLY_ALL:
        return None
    if pair.days > _COUNTER_MOST_DAYS or _counts_differ(pair):
        return None
    about_own = bool((earlier.targets | earlier.entities) & later.sides) or bool(earlier.speakers & later.entities)
    concepts = later.concepts & earlier.concepts
    if later.main_deeds and earlier.deeds and not later.main_deeds & earlier.deeds:
        return None
    same_deed = bool(later.deeds & earlier.deeds) and pair.containment >= _NEARLY_ALL and later.is_denial
    targeted = bool(earlier.targets & later.speakers) or same_deed
    if not targeted and len(pair.shared) < _LEAST_SHARED:
        return None
    charged = earlier.act in _ACCUSING or about_own
    if later.is_denial and charged and concepts and pair.containment >= 0.25:
        return Relation("denies", _why("the one who is charged denies it", pair), "denial.charge", 0.95)
    if later.is_denial and (pair.containment >= 0.45 or (about_own and concepts and pair.containment >= 0.3)):
        return Relation("denies", _why("the speaker denies it", pair), "denial.act", 0.85)
    if later.says_not and about_own and concepts and pair.containment >= 0.3:
        return Relation("denies", _why("the one it is about says that it is not so", pair), "denial.own", 0.8)
    if later.says_not and pair.likeness >= _LEAST_ALIKE and later.main_deeds & earlier.main_deeds:
        return Relation(
            "contradicts", _why("one says that it is so, the other that it is not", pair), "contrary.polarity", 0.75
        )
    return None


def _charge_denied(pair: Pair) -> Relation | None:
    """ "Rejected the accusation", "called it pure fiction": what is denied is what the speaker is accused of."""
    later, earlier = pair.later, pair.earlier
    if earlier.act not in _ACCUSING or not earlier.targets & later.sides or pair.same_speaker:
        return None
    if not later.is_denial or pair.days > _CHARGE_DAYS or _CHARGE.match(later.words) is None:
        return None
    own = later.content - {"accuse"} - earlier.content
    if len(own) > _MOST_OWN_WORDS and not later.content & earlier.content - {"accuse"}:
        return None
    return Relation("denies", "the accused rejects the accusation", "denial.charge", 0.8)


def _why(what: str, pair: Pair) -> str:
    return f"{what}; both speak of {', '.join(pair.keys[:4])}" if pair.keys else what


# -- answers -------------------------------------------------------------------------------------------------------


def _answered(pair: Pair) -> Relation | None:
    later, earlier = pair.later, pair.earlier
    if pair.same_speaker or pair.days > _COUNTER_MOST_DAYS:
        return None
    asked = bool((earlier.targets | earlier.entities) & later.sides)
    if earlier.act in _ASKING and not earlier.is_fact:
        reacts = later.act in _REACTING or terms.has_cue("accepting", later.sentence)
        names_it = _ASKED.search(later.sentence) is not None
        alike = pair.containment >= _NEARLY_ALL and len(pair.shared) >= _LEAST_SHARED
        if reacts and asked and (names_it or (pair.containment >= 0.3 and pair.shared)):
            return Relation("answers", _why("the one who was asked reacts", pair), "answer.asked", 0.75)
        if reacts and (alike or (names_it and pair.shared and pair.containment >= 0.4)):
            return Relation("answers", _why("a reaction to what was asked", pair), "answer.named", 0.7)
        if later.act in _ASKING and later.act != earlier.act and alike and pair.is_later:
            return Relation("answers", _why("an offer after a demand", pair), "answer.offer", 0.65)
    both_accuse = earlier.act in _ACCUSING and later.act in _ACCUSING and not pair.same_document
    if both_accuse and earlier.targets & later.sides and later.targets & earlier.sides:
        return Relation("answers", "the accused accuses the accuser", "answer.accusation", 0.7)
    return None


# -- later states --------------------------------------------------------------------------------------------------


def _updated(pair: Pair) -> Relation | None:
    if not pair.is_later or pair.same_document:
        return None
    if _is_another(pair) or _elsewhere(pair):
        return None
    if _is_over(pair):
        return Relation("updates", _why("it has ended", pair), "update.end", 0.75)
    return _ended(pair) or _called_off(pair) or _came_true(pair)


def _ended(pair: Pair) -> Relation | None:
    rest = pair.shared
    for one, other in terms.opposites():
        begun = one in pair.earlier.content and other not in pair.earlier.content
        more = len(rest - {one, other}) > 1 or bool(rest & pair.later.entities & pair.earlier.entities)
        if begun and other in pair.later.content and more:
            return Relation("updates", _why(f"first “{one}”, later “{other}”", pair), "update.end", 0.75)
    return None


def _is_over(pair: Pair) -> bool:
    """Return whether the later one tells the end of what the earlier one tells."""
    ended = _END.search(pair.later.words) is not None and _END.search(pair.earlier.words) is None
    return ended and bool(pair.later.deeds & pair.earlier.deeds) and pair.containment >= 0.4


def _called_off(pair: Pair) -> Relation | None:
    if (
        pair.earlier.is_future
        and terms.has_cue("called_off", pair.later.sentence)
        and pair.containment >= 0.4
        and len(pair.shared) > 1
    ):
        return Relation("updates", _why("what was planned is called off or put off", pair), "update.plan", 0.75)
    return None


def _came_true(pair: Pair) -> Relation | None:
    if not pair.earlier.is_future or pair.later.is_denial:
        return None
    if pair.later.is_negative != pair.earlier.is_negative:
        shared = pair.later.deeds & pair.earlier.deeds
        if shared and pair.days >= 1 and pair.containment >= 0.4:
            return Relation(
                "updates", _why("what was said of the future no longer holds", pair), "update.reversal", 0.7
            )
        return None
    if pair.later.is_future:
        return None
    counts = _comparable(pair) or _same_number(pair)
    least = 0.35 if counts else 0.5
    if len(pair.shared) < _LEAST_SHARED:
        return None
    if pair.days <= _PLAN_MOST_DAYS and pair.containment >= least and (pair.later.concepts & pair.earlier.concepts):
        return Relation("updates", _why("the outcome of a plan", pair), "update.outcome", 0.75)
    return None


# -- numbers -------------------------------------------------------------------------------------------------------


def _comparable(pair: Pair) -> tuple[Quantity, Quantity] | None:
    """The first two numbers, one of each, that count the same."""
    counted = [said.concepts & terms.counting() for said in (pair.later, pair.earlier)]
    for one in pair.later.quantities:
        for other in pair.earlier.quantities:
            if one.scale != other.scale:
                continue
            if counted[0] or counted[1]:
                comparable = counted[0] == counted[1] and _heads(one) and _heads(other)
            elif one.unit & other.unit:
                comparable = pair.likeness >= 0.5
            else:
                comparable = max(one.value, other.value) >= 1e6 and pair.containment >= 0.5
            if comparable:
                return one, other
    return None


def _same_number(pair: Pair) -> bool:
    """Return whether a number with the same unit stands in both."""
    return any(
        one.value == other.value and one.unit & other.unit
        for one in pair.later.quantities
        for other in pair.earlier.quantities
    )


def _heads(quantity: Quantity) -> bool:
    return not quantity.unit or bool(quantity.unit & terms.heads())


def _counts_differ(pair: Pair) -> bool:
    found = _comparable(pair)
    return found is not None and found[0].value != found[1].value


def _numbered(pair: Pair) -> Relation | None:
    found = _comparable(pair)
    if found is None or found[0].value == found[1].value or pair.later.is_denial:
        return None
    if _is_another(pair) or _elsewhere(pair) or _elsewhere(Pair(pair.earlier, pair.later, pair.weigh)):
        return None
    new, old = (f"{q.value:g}" for q in found)
    grew = found[0].value > found[1].value
    counted = bool(pair.later.concepts & terms.counting())
    growing = terms.has_cue("growth", pair.later.sentence)
    timely = growing or pair.same_speaker or pair.days >= _GROWTH_DAYS
    if pair.is_later and not pair.same_document and counted and grew and timely:
        return Relation("updates", _why(f"{new}, up from {old}", pair), "update.number", 0.8)
    if pair.same_speaker:
        return None
    if pair.likeness >= _LEAST_ALIKE_IN_DEED and len(pair.shared) >= _LEAST_SHARED:
        return Relation("contradicts", _why(f"{new} against {old}", pair), "contrary.number", 0.75)
    return None


# -- places --------------------------------------------------------------------------------------------------------


def _placed(pair: Pair) -> Relation | None:
    if not (pair.later.concepts & pair.earlier.concepts) or pair.same_speaker or pair.days > 2:
        return None
    if pair.earlier.is_negative or pair.later.is_future or pair.earlier.is_future:
        return None
    negated = _NOT_PLACE.search(pair.later.words)
    if negated is not None and negated["place"] in pair.earlier.words:
        return Relation("contradicts", f"not in {negated['place']}", "contrary.place", 0.85)
    definite = _DEFINITE.match(pair.later.words)
    if definite is None or terms.concept(definite["what"]) not in pair.earlier.concepts:
        return None
    one, other = (_LOCATIVE.search(said.words) for said in (pair.later, pair.earlier))
    if one is None or other is None or one["place"] in pair.earlier.words or other["place"] in pair.later.words:
        return None
    return Relation("contradicts", f"{one['place']} against {other['place']}", "contrary.place", 0.7)


# -- the same thing said -------------------------------------------------------------------------------------------


def _held_against(pair: Pair) -> Relation | None:
    """What somebody says to be so, against an earlier statement that it is not."""
    later, earlier = pair.later, pair.earlier
    if later.is_negative or not earlier.is_negative or pair.same_speaker or pair.same_document:
        return None
    if _HEDGED.search(later.words):
        return None
    someone = any(" " in name for name in later.entities & earlier.entities) and earlier.is_denial
    if (
        later.is_accusation
        or earlier.is_fact
        or later.is_future
        or not later.main_deeds & earlier.main_deeds
        or _counts_differ(pair)
    ):
        return None
    if pair.containment < (0.25 if someone else 0.6) or len(pair.shared) < _LEAST_SHARED or pair.days > _PLAN_MOST_DAYS:
        return None
    return Relation("contradicts", _why("it is said to be so, and was said not to be", pair), "contrary.polarity", 0.7)


def _said_again(pair: Pair) -> Relation | None:
    later, earlier = pair.later, pair.earlier
    if pair.same_document or later.is_negative != earlier.is_negative or later.is_denial != earlier.is_denial:
        return None
    if _counts_differ(pair) or _NOT_PLACE.search(later.words) or _is_another(pair):
        return None
    if later.act in _ASKING or earlier.act in _ASKING or later.is_future != earlier.is_future:
        return None
    if not _is_alike(pair) or _elsewhere(pair):
        return None
    if _rests_on(later, earlier) or (pair.same_speaker and not later.is_fact and not earlier.is_fact):
        return Relation("repeats", _why("the same from the same source", pair), "repeat.meaning", 0.75)
    if later.is_accusation or not _independent(pair):
        return None
    return Relation("corroborates", _why("the same from another source", pair), "same.meaning", 0.75)


def _is_alike(pair: Pair) -> bool:
    """Return whether both say the same, as far as their words and numbers show."""
    counts = _comparable(pair)
    if counts is None and (_TOTAL.search(pair.later.words) or _TOTAL.search(pair.earlier.words)):
        return False
    if (_HEDGED.search(pair.later.words) is None) != (_HEDGED.search(pair.earlier.words) is None):
        return False
    same_number = counts is not None and counts[0].value == counts[1].value
    someone = any(" " in name for name in pair.later.entities & pair.earlier.entities)
    close = (len(pair.shared) >= 3 or someone) and pair.later.main_deeds == pair.earlier.main_deeds
    words = pair.later.content & pair.earlier.content
    telling = len(words) > 1 or any(terms.is_concept(word) for word in words)
    least = _LEAST_ALIKE_IN_DEED if same_number or close else _LEAST_ALIKE
    return pair.likeness >= least and len(pair.shared) >= _LEAST_SHARED and telling and _same_deeds(pair)


def _is_another(pair: Pair) -> bool:
    return terms.has_cue("another", pair.later.words) != terms.has_cue("another", pair.earlier.words)


def _independent(pair: Pair) -> bool:
    """Return whether two sources stand behind it: two speakers, or two outlets of which none copies."""
    later, earlier = pair.later, pair.earlier
    if later.origin == earlier.origin:
        return False
    return not pair.same_origin or bool(later.speakers and earlier.speakers)


def _same_deeds(pair: Pair) -> bool:
    """Return whether both tell the same happening, and neither one that ends the other's."""
    one, other = pair.later.main_deeds, pair.earlier.main_deeds
    if (_END.search(pair.later.words) is None) != (_END.search(pair.earlier.words) is None):
        return False
    if any((a in other and b in one - other) or (a in one and b in other - one) for a, b in terms.opposites()):
        return False
    if not one or not other:
        return not one and not other and len(pair.shared) >= 3
    return 2 * len(one & other) >= len(one | other)


def _elsewhere(pair: Pair) -> bool:
    """Return whether it is another event: at a place that the earlier article never names, or by somebody else."""
    there, here = _places(pair.later), _places(pair.earlier)
    text = pair.earlier.words if pair.same_document and here else pair.earlier.record.document.text
    if there and not any(place in text for place in there):
        return True
    one, other = pair.later.agents, pair.earlier.agents
    return any(one[kind] and other[kind] and not one[kind] & other[kind] for kind in one.keys() & other.keys())


def _places(said: Said) -> list[str]:
    found = (match["place"] for match in _LOCATIVE.finditer(said.words))
    return [place for place in found if not _DATE_WORD.match(place)]


def _rests_on(later: Said, earlier: Said) -> bool:
    """Return whether the later one names the earlier one's outlet as the one that reported it or was told."""
    outlet = earlier.publisher.casefold().removeprefix("the ")
    told = told_outlet(later)
    if told is not None and told == outlet and later.publisher.casefold().removeprefix("the ") != outlet:
        return True
    first = outlet.split()[0]
    return (
        _REPORT.search(later.sentence) is not None
        and re.search(rf"\b{re.escape(first)}\b", later.sentence, re.I) is not None
    )


_RULES: Final = (
    _copied,
    _quoted,
    _corrected,
    _denied,
    _answered,
    _numbered,
    _placed,
    _updated,
    _held_against,
    _said_again,
)
