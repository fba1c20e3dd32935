"""The relation of a statement to an earlier one: rules on pairs with a common event key, each with its reason.

Precision is more important than recall. Later news is no contradiction: a higher number, an outcome of a plan and an
end of a state are updates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.link import terms
from kg.link.match import Pair
from kg.link.statements import LOCATIVE, Said, told_outlet

_ASKING: Final = frozenset(["demand", "urge", "request", "ask", "propose", "expressWillingness"])
_NOT_STATING: Final = _ASKING | {"threaten"}
_REACTING: Final = frozenset(["reject", "agree", "deny", "promise", "welcome", "expressWillingness"])
_ACCUSING: Final = frozenset(["accuse", "criticize", "condemn"])
_ASKED: Final = re.compile(
    r"\b(?:demand|call|appeal|request|offer|proposal|invitation|ultimatum|plea)(?:s|ed)?\b", re.I
)
_NOT_PLACE: Final = re.compile(r"\bnot (?:in|at|near|from|on) (?P<place>[A-Z][\w’-]+(?: [A-Z][\w’-]+)*)")
_DEFINITE: Final = re.compile(r"\W*(?:the|this|that)\s+(?P<what>\w+)", re.I)
_SURE: Final = 0.5
_LIKELY: Final = 0.0
_ARGUABLE: Final = -1.9
_HARDLY: Final = -2.6
_CONCEIVABLE: Final = -4.5
"""Log-odds of being of the same, from sure to hardly: the limit depends on the other evidence for a link."""
_REPORT: Final = re.compile(r"\b(?:report|story|article)\b", re.I)
_LEAST_QUOTE: Final = 4
_NEARLY_ALL: Final = 0.8
_MOSTLY: Final = 0.6
_CHARGE: Final = re.compile(
    r"\W*(?:(?:the|this|that|these|those|all|any|such|his|her|its|their|\w+[’']s?)\s+)*(?:\w+\s+)?"
    r"(?:accusations?|allegations?|charges?|claims?|reports?)\b",
    re.IGNORECASE,
)
_NO_WORDS: Final = re.compile(
    r"\W*(?:(?:the|a|an|any|all|this|that|his|her|its|their|[A-Z]\w+(?:[’']s)?)\s+){1,3}(?:\w+\s+)?"
    r"(?:demand|result|offer|call|appeal|proposal|request|invitation|ultimatum|verdict|plan|bid|suit|motion)s?\b"
)
"""What is rejected and is no statement: nobody said that it is so."""
_CHARGE_DAYS: Final = 3
_HEDGED: Final = re.compile(
    r"\b(?:suspicion|suspected?|alleged(?:ly)?|accused of|charged with|may|might|could)\b", re.I
)
_MODAL: Final = re.compile(r"\b(?:can|must|should|ought to|to be|ready to|threatens?|threatened)\b", re.I)
_CALLED_OFF: Final = re.compile(
    r"\b(?:postpon|cancel|call(?:s|ed)? off|put off|scrapp?|suspend|lift|abolish|delay|resum|end(?:s|ed)?\b)", re.I
)
_TOTAL: Final = re.compile(r"\b(?:number|toll|total|count) of\b", re.IGNORECASE)
_END: Final = re.compile(r"\b(?:end(?:s|ed)|(?:is|was|are|were) over|came to an end)\b", re.IGNORECASE)
_MOST_OWN_WORDS: Final = 3
_LEAST_SHARED: Final = 2
"""The least number of common names, concepts and words; a single one is chance."""
_RIVAL: Final = -2.6
_RIVAL_DAYS: Final = 10
_COUNTER_MOST_DAYS: Final = 10
_CHARGE_MOST_DAYS: Final = 60
_PLAN_MOST_DAYS: Final = 120
_GROWTH_DAYS: Final = 1


@dataclass(frozen=True, slots=True)
class Relation:
    """The relation of the later statement to the earlier one."""

    kind: str
    reason: str
    method: str
    confidence: float


def relate(pair: Pair) -> Relation | None:
    """Return the relation of the later statement to the earlier one, or None."""
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
    if pair.same_document or not pair.later.is_correction:
        return None
    own = pair.later.publisher.casefold() == pair.earlier.publisher.casefold() or pair.same_speaker
    if not own or not pair.is_later or pair.later.is_direct:
        return None
    counts = pair.comparable
    if counts is not None:
        if counts[0].value == counts[1].value:
            return None
        return Relation("corrects", f"{counts[0].value:g} instead of {counts[1].value:g}", "correction.number", 0.95)
    if not _corrects_itself(pair.later):
        return None
    if pair.later.is_negative == pair.earlier.is_negative and pair.containment >= _NEARLY_ALL:
        return None  # the withdrawn words once more
    if pair.containment >= 0.5 and len(pair.shared) >= _LEAST_SHARED and pair.later.deeds & pair.earlier.deeds:
        return Relation("corrects", "the same source takes it back or corrects it", "correction.cue", 0.85)
    return None


def _corrects_itself(said: Said) -> bool:
    """Return whether the outlet corrects here, or in its own voice right after the announcement."""
    return said.is_fact or terms.has_cue("correction", said.sentence)


# -- denials -------------------------------------------------------------------------------------------------------


def _denied(pair: Pair) -> Relation | None:
    later = pair.later
    if not _can_deny(pair) or _counts_differ(pair) or pair.is_background or _is_too_late(pair):
        return None
    if later.is_denial:
        return _denied_by_act(pair)
    if later.says_not and pair.is_about_later and pair.match >= _LIKELY:
        return Relation("denies", _why("the one it is about says that it is not so", pair), "denial.own", 0.8)
    if later.says_not and _is_contrary(pair):
        return _contrary(pair, "one says that it is so, the other that it is not")
    return None


def _contrary(pair: Pair, why: str) -> Relation:
    method = "contrary.polarity" if pair.match >= _LIKELY else "contrary.likely"
    return Relation("contradicts", _why(why, pair), method, 0.75)


def _is_contrary(pair: Pair) -> bool:
    """Return whether one event is both asserted and negated, without plans."""
    later, earlier = pair.later, pair.earlier
    future = later.is_future or earlier.is_future
    return not future and pair.match >= _ARGUABLE and bool(later.main_deeds & earlier.main_deeds)


def _is_too_late(pair: Pair) -> bool:
    """Return whether the delay means another event; an accusation may be weeks old."""
    if pair.days <= _COUNTER_MOST_DAYS:
        return False
    charge = pair.earlier.act in _ACCUSING and pair.match >= _ARGUABLE
    return not charge or pair.days > _CHARGE_MOST_DAYS


def _can_deny(pair: Pair) -> bool:
    """Return whether the later statement negates and the earlier one asserts, by another voice."""
    later, earlier = pair.later, pair.earlier
    if (
        not later.is_negative
        or earlier.is_negative
        or later.is_fact
        or pair.same_speaker
        or earlier.act in _NOT_STATING
    ):
        return False
    return later.is_future == earlier.is_future or (pair.match >= -_SURE and pair.containment >= _MOSTLY)


def _denied_by_act(pair: Pair) -> Relation | None:
    later, earlier = pair.later, pair.earlier
    if earlier.is_fact:
        same_deed = later.main_deeds & earlier.main_deeds and pair.containment >= _NEARLY_ALL
        return Relation("denies", _why("the speaker denies it", pair), "denial.fact", 0.8) if same_deed else None
    accusing = earlier.act in _ACCUSING
    charged = accusing and bool(earlier.targets & later.sides)
    if (not charged and _tells_another_deed(pair)) or later.begins(_NO_WORDS):
        return None
    if charged and pair.match >= _CONCEIVABLE:
        return Relation("denies", _why("the one who is charged denies it", pair), "denial.charge", 0.95)
    return _statement_denied(pair, accusing=accusing and bool(later.content & earlier.content))


def _statement_denied(pair: Pair, *, accusing: bool) -> Relation | None:
    """Relate a denial to an earlier claim by the likeness of the two, or as its next sentence."""
    if pair.match >= (_HARDLY if accusing else _ARGUABLE):
        return Relation("denies", _why("the speaker denies it", pair), "denial.act", 0.95 if accusing else 0.8)
    is_next = pair.same_document and pair.later.order - pair.earlier.order == 1
    if is_next and pair.match >= _CONCEIVABLE:
        return Relation("denies", "denies what was said right before", "denial.next", 0.7)
    return None


def _tells_another_deed(pair: Pair) -> bool:
    one, other = pair.later.main_deeds, pair.earlier.deeds
    return bool(one and other) and not one & other


def _charge_denied(pair: Pair) -> Relation | None:
    """Relate a denial to the accusation of the speaker, as in "rejected the accusation"."""
    later, earlier = pair.later, pair.earlier
    if earlier.act not in _ACCUSING or not earlier.targets & later.sides or pair.same_speaker:
        return None
    if not later.is_denial or pair.days > _CHARGE_DAYS or not later.begins(_CHARGE):
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
    if earlier.act in _ASKING and not earlier.is_fact:
        found = _reaction(pair) or _offer(pair)
        if found is not None:
            return found
    both_accuse = earlier.act in _ACCUSING and later.act in _ACCUSING and not pair.same_document
    if both_accuse and earlier.targets & later.sides and later.targets & earlier.sides:
        return Relation("answers", "the accused accuses the accuser", "answer.accusation", 0.7)
    return None


def _reaction(pair: Pair) -> Relation | None:
    """Relate a reaction to the demand or the offer that it answers."""
    later, earlier = pair.later, pair.earlier
    if later.act not in _REACTING and not later.has_cue("accepting"):
        return None
    asked = bool((earlier.targets | earlier.entities) & later.sides)
    names_it = later.sentence_has(_ASKED)
    if asked and (names_it or _shares(pair, 0.3)):
        return Relation("answers", _why("the one who was asked reacts", pair), "answer.asked", 0.75)
    if _says_nearly_all(pair) or (names_it and _shares(pair, 0.4)):
        return Relation("answers", _why("a reaction to what was asked", pair), "answer.named", 0.7)
    return None


def _offer(pair: Pair) -> Relation | None:
    """Relate an offer to the earlier demand of the same content, and the other way round."""
    later, earlier = pair.later, pair.earlier
    if later.act in _ASKING and later.act != earlier.act and pair.is_later and _says_nearly_all(pair):
        return Relation("answers", _why("an offer after a demand", pair), "answer.offer", 0.65)
    return None


def _shares(pair: Pair, least: float) -> bool:
    return pair.containment >= least and bool(pair.shared)


def _says_nearly_all(pair: Pair) -> bool:
    return pair.containment >= _NEARLY_ALL and len(pair.shared) >= _LEAST_SHARED


# -- later states --------------------------------------------------------------------------------------------------


def _updated(pair: Pair) -> Relation | None:
    if not pair.is_later or pair.same_document:
        return None
    if _is_another(pair):
        return None
    if pair.earlier.is_future and not pair.earlier.places and (found := _called_off(pair) or _came_true(pair)):
        return found  # the news of a plan's outcome may be the first to name the place
    if _elsewhere(pair):
        return None
    if _is_over(pair):
        return Relation("updates", _why("it has ended", pair), "update.end", 0.75)
    return _ended(pair) or _called_off(pair) or _came_true(pair)


def _ended(pair: Pair) -> Relation | None:
    rest = pair.shared
    for one, other in terms.opposites():
        begun = one in pair.earlier.content and other not in pair.earlier.content
        more = (len(rest - {one, other}) > 1 and pair.match >= _ARGUABLE) or bool(
            rest & pair.later.entities & pair.earlier.entities
        )
        if begun and other in pair.later.content and more:
            return Relation("updates", _why(f"first “{one}”, later “{other}”", pair), "update.end", 0.75)
    return None


def _is_over(pair: Pair) -> bool:
    """Return whether the later statement reports the end of the earlier state."""
    ended = pair.later.has(_END) and not pair.earlier.has(_END)
    return ended and bool(pair.later.deeds & pair.earlier.deeds) and pair.containment >= 0.4


def _called_off(pair: Pair) -> Relation | None:
    if pair.earlier.is_future and pair.later.has_cue("called_off") and pair.containment >= 0.4 and len(pair.shared) > 1:
        return Relation("updates", _why("what was planned is called off or put off", pair), "update.plan", 0.75)
    return None


def _came_true(pair: Pair) -> Relation | None:
    if not pair.earlier.is_future or pair.later.is_denial:
        return None
    if pair.later.is_negative != pair.earlier.is_negative:
        return _reversed(pair)
    if pair.later.is_future:
        return None
    if pair.is_background or len(pair.shared) < _LEAST_SHARED or pair.days > _PLAN_MOST_DAYS:
        return None
    done = pair.later.main_deeds & pair.earlier.deeds
    if pair.match >= (_ARGUABLE if done else _LIKELY) and (pair.later.concepts & pair.earlier.concepts):
        return Relation("updates", _why("the outcome of a plan", pair), "update.outcome", 0.75)
    return None


def _reversed(pair: Pair) -> Relation | None:
    own = pair.same_speaker or pair.later.is_fact
    if not own or pair.earlier.is_negative or not pair.later.deeds & pair.earlier.deeds:
        return None
    if pair.days < 1 or pair.containment < 0.4:
        return None
    return Relation("updates", _why("what was said of the future no longer holds", pair), "update.reversal", 0.7)


# -- numbers -------------------------------------------------------------------------------------------------------


def _same_number(pair: Pair) -> bool:
    """Return whether both have a number with the same unit and value."""
    return any(
        one.value == other.value and one.unit & other.unit
        for one in pair.later.quantities
        for other in pair.earlier.quantities
    )


def _counts_differ(pair: Pair) -> bool:
    found = pair.comparable
    return found is not None and found[0].value != found[1].value


def _numbered(pair: Pair) -> Relation | None:
    found = pair.comparable
    if found is None:
        return _rival_numbers(pair)
    if found[0].value == found[1].value or pair.later.is_denial:
        return None
    if _is_another(pair) or _elsewhere(pair) or _elsewhere(Pair(pair.earlier, pair.later, pair.weights)):
        return None
    new, old = (f"{q.value:g}" for q in found)
    grew = found[0].value > found[1].value and not pair.earlier.is_negative
    if grew and _is_newer_count(pair):
        return Relation("updates", _why(f"{new}, up from {old}", pair), "update.number", 0.8)
    if pair.same_speaker:
        return None
    if pair.match >= _SURE and not pair.is_background:
        return Relation("contradicts", _why(f"{new} against {old}", pair), "contrary.number", 0.75)
    return None


def _rival_numbers(pair: Pair) -> Relation | None:
    """Relate the two only numbers of one thing in two articles of a few days: one of them is wrong."""
    found = pair.rivals
    if found is None or pair.same_speaker or pair.same_document or pair.later.is_denial or pair.match < _RIVAL:
        return None
    if pair.days > _RIVAL_DAYS or pair.is_background or pair.later.is_future != pair.earlier.is_future:
        return None
    if _is_another(pair):
        return None
    new, old = (f"{q.value:g}" for q in found)
    return Relation("contradicts", _why(f"{new} against {old}", pair), "contrary.rival", 0.7)


# -- places --------------------------------------------------------------------------------------------------------


def _is_newer_count(pair: Pair) -> bool:
    """Return whether the later statement counts what grows, such as the dead, at a later time."""
    if not pair.is_later or pair.same_document or not pair.later.concepts & terms.counting():
        return False
    return pair.later.has_cue("growth") or pair.same_speaker or pair.days >= _GROWTH_DAYS


def _placed(pair: Pair) -> Relation | None:
    if not (pair.later.concepts & pair.earlier.concepts) or pair.same_speaker or pair.days > 2:
        return None
    if pair.earlier.is_negative or pair.later.is_future or pair.earlier.is_future:
        return None
    negated = _NOT_PLACE.search(pair.later.words)
    if negated is not None and negated["place"] in pair.earlier.words:
        return Relation("contradicts", f"not in {negated['place']}", "contrary.place", 0.85)
    return _place_against_place(pair)


def _place_against_place(pair: Pair) -> Relation | None:
    """Relate two statements that name different places for one definite thing."""
    definite = _DEFINITE.match(pair.later.words)
    if definite is None or terms.concept(definite["what"]) not in pair.earlier.concepts:
        return None
    one, other = (LOCATIVE.search(said.words) for said in (pair.later, pair.earlier))
    if one is None or other is None or one["place"] in pair.earlier.words or other["place"] in pair.later.words:
        return None
    return Relation("contradicts", f"{one['place']} against {other['place']}", "contrary.place", 0.7)


# -- the same thing said -------------------------------------------------------------------------------------------


def _held_against(pair: Pair) -> Relation | None:
    """Relate an assertion to an earlier negative statement."""
    later, earlier = pair.later, pair.earlier
    if not _answers_a_negative(pair) or _elsewhere(pair) or not _reports_same_deed(pair):
        return None
    someone = any(" " in name for name in later.entities & earlier.entities) and earlier.is_denial
    if pair.match < (_HARDLY if someone else _ARGUABLE) or pair.is_background or pair.days > _PLAN_MOST_DAYS:
        return None
    return _contrary(pair, "it is said to be so, and was said not to be")


def _answers_a_negative(pair: Pair) -> bool:
    """Return whether an unhedged positive statement follows another source's negative claim."""
    later, earlier = pair.later, pair.earlier
    if later.is_negative or later.has(_HEDGED) or pair.same_speaker or pair.same_document:
        return False
    return earlier.is_negative and not earlier.is_fact


def _reports_same_deed(pair: Pair) -> bool:
    """Return whether the later statement reports, as done, the deed of the earlier one."""
    if pair.later.is_accusation or pair.later.is_future or pair.earlier.is_future:
        return False
    if _counts_differ(pair):
        return False
    return bool(pair.shared and pair.later.main_deeds & pair.earlier.main_deeds)


def _said_again(pair: Pair) -> Relation | None:
    later, earlier = pair.later, pair.earlier
    if not _has_same_meaning(pair):
        return None
    alike = bool(later.main_deeds & earlier.main_deeds) or not (later.main_deeds or earlier.main_deeds)
    if _rests_on(later, earlier) or _same_claimant(pair):
        repeated = Relation("repeats", _why("the same from the same source", pair), "repeat.meaning", 0.75)
        return repeated if alike else None
    if later.is_accusation or not _independent(pair):
        return None
    return _supported(pair, is_sure=alike and pair.match >= _SURE)


def _supported(pair: Pair, *, is_sure: bool) -> Relation | None:
    """Relate two statements of independent sources."""
    if not is_sure and not pair.later.main_deeds & pair.earlier.main_deeds:
        return None
    method = "same.meaning" if is_sure else "same.likely"
    return Relation("corroborates", _why("the same from another source", pair), method, 0.75)


def _has_same_meaning(pair: Pair) -> bool:
    """Return whether two statements of different texts likely tell of one deed with one polarity."""
    later, earlier = pair.later, pair.earlier
    if pair.same_document or later.is_negative != earlier.is_negative or later.is_denial != earlier.is_denial:
        return False
    if not pair.shared or _stands_apart(pair) or pair.match < _LIKELY:
        return False
    return not _elsewhere(pair) and _same_deeds(pair)


def _same_claimant(pair: Pair) -> bool:
    return pair.same_speaker and not pair.later.is_fact and not pair.earlier.is_fact


def _stands_apart(pair: Pair) -> bool:
    """Return whether time, number or manner separate two similar statements."""
    later, earlier = pair.later, pair.earlier
    if pair.is_background or _is_another(pair) or _numbers_part(pair) or later.has(_NOT_PLACE):
        return True
    if later.act in _ASKING or earlier.act in _ASKING or later.is_future != earlier.is_future:
        return True
    return any(later.has(pattern) != earlier.has(pattern) for pattern in (_HEDGED, _MODAL, _CALLED_OFF))


def _numbers_part(pair: Pair) -> bool:
    """Return whether both have numbers of one thing or scale, but no equal ones."""
    one, other = pair.later, pair.earlier
    if _counts_differ(pair):
        return True
    alike = bool(one.numbered & other.numbered) or ("percent" in one.scales and "percent" in other.scales)
    total = pair.comparable is None and (one.has(_TOTAL) or other.has(_TOTAL))
    return (alike or total) and not one.values & other.values


def _is_another(pair: Pair) -> bool:
    return pair.later.tells_of_another != pair.earlier.tells_of_another


def _independent(pair: Pair) -> bool:
    """Return whether two sources support it: two speakers, or two outlets without copying."""
    later, earlier = pair.later, pair.earlier
    if later.origin == earlier.origin or later.is_correction:
        return False
    return not pair.same_origin or bool(later.speakers and earlier.speakers)


def _same_deeds(pair: Pair) -> bool:
    """Return whether both report the same event, and neither reports the end of the other."""
    one, other = pair.later.main_deeds, pair.earlier.main_deeds
    if pair.later.has(_END) != pair.earlier.has(_END):
        return False
    if any((a in other and b in one - other) or (a in one and b in other - one) for a, b in terms.opposites()):
        return False
    return bool(one & other) or pair.match >= _LIKELY


def _elsewhere(pair: Pair) -> bool:
    """Return whether it is another event: at a place that the earlier article lacks, or by another agent."""
    there, here = pair.later.places, pair.earlier.places
    text = pair.earlier.words if pair.same_document and here else pair.earlier.record.document.text
    if there and not any(place in text for place in there):
        return True
    one, other = pair.later.agents, pair.earlier.agents
    return any(one[kind] and other[kind] and not one[kind] & other[kind] for kind in one.keys() & other.keys())


def _rests_on(later: Said, earlier: Said) -> bool:
    """Return whether the later statement names the earlier one's outlet as its source."""
    outlet = earlier.publisher.casefold().removeprefix("the ")
    told = told_outlet(later)
    if told is not None and told == outlet and later.publisher.casefold().removeprefix("the ") != outlet:
        return True
    first = outlet.split()[0]
    return later.sentence_has(_REPORT) and re.search(rf"\b{re.escape(first)}\b", later.sentence, re.I) is not None


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
