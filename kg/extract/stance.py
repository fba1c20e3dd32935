"""Whether what is said is affirmed or denied, how sure it is, and whether it is about the future or only supposed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.phrases import child, children, is_infinitive, is_passive
from kg.extract.saying import Saying

if TYPE_CHECKING:
    from spacy.tokens import Token

_WORD = re.compile(r"\w+")
_FUTURE_ACTS = frozenset(
    {"demand", "urge", "promise", "threaten", "expressWillingness", "propose", "expect", "predict"}
)
_LIKELY = frozenset({"likely", "unlikely", "possible", "probable"})
_WILL = ("will", "shall", "'ll", "’ll", "wo", "would")
_AHEAD = frozenset(
    {"go", "plan", "intend", "aim", "set", "schedule", "expect", "due", "likely", "poised", "ready", "about"}
)
_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor", "nobody", "none"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A value with the word that decided it, None where it is the usual one."""

    value: str
    word: Token | None = None


def quote_form(saying: Saying) -> str:
    """direct: all words are quoted; mixed: some; indirect: none. A quotation that holds the cue too does not count."""
    reading = saying.reading
    around = {reading.within[w.i] for w in saying.cue_words()}
    quoted = other = 0
    for span in saying.attribution.content:
        for match in _WORD.finditer(reading.text, span.start, span.end):
            at = reading.token_at(match.start() + 1) - 1
            number = reading.within[at] if 0 <= at < len(reading.within) else -1
            if number >= 0 and number not in around:
                quoted += 1
            else:
                other += 1
    if not quoted:
        return "indirect"
    return "direct" if not other else "mixed"


def polarity(saying: Saying, act: str) -> Judgement:
    """negative: denied, refused, or said not to be said. A negation inside of what is said does not count."""
    denied = _denial(saying, act)
    negation = next((w for w in saying.cue_words() if w.lower_ in _NEGATIONS), None)
    if negation is None and saying.cue is not None:
        negation = next((w for w in saying.cue.children if w.dep_ == "neg" and not saying.in_content(w)), None)
        if negation is None and saying.source_words() is not None:
            negation = next((w for w in saying.source_words() if w.lower_ in ("nobody", "neither", "none")), None)
    if (denied is None) == (negation is None):
        return Judgement("positive")
    return Judgement("negative", denied if denied is not None else negation)


def _denial(saying: Saying, act: str) -> Token | None:
    """The word that denies what is handed on."""
    cues = saying.reading.cues
    for word in [w for w in (saying.cue, *saying.cue_words()) if w is not None]:
        if word.lemma_.lower() not in cues.denying and not (word == saying.cue and saying.word in cues.denying):
            continue
        if act in ("reject", "deny") or word.lemma_.lower() not in ("oppose", "reject", "dismiss"):
            return word if _deniable(saying, word) else None
    return None


def _deniable(saying: Saying, word: Token) -> bool:
    """True unless only a thing is turned down: rejected the plan."""
    if word.lemma_.lower() not in ("reject", "dismiss", "oppose", "dispute"):
        return True
    head = saying.head
    if head is None or head.pos_ in ("VERB", "AUX"):
        return True
    return head.lemma_.lower() in saying.reading.cues.deniable or word.lemma_.lower() == "dispute"


def certainty(saying: Saying, act: str) -> Judgement:
    """certain, probable, possible or unspecified, by the words of the cue and of the main clause of the content."""
    levels = saying.reading.cues.certainty
    if act == "demand":
        return Judgement("certain")
    words = [w for w in saying.cue_words() if w.pos_ != "AUX"]
    head = saying.head
    if head is not None:
        mark = next((w for w in children(head, "mark") if w.lower_ in ("whether", "if")), None)
        if mark is not None and mark.i == head.left_edge.i and saying.in_content(mark):
            return Judgement("unspecified", mark)
        words += [w for w in head.children if w.dep_ in ("aux", "advmod") and saying.in_content(w)]
        words += [w for w in children(head, "acomp") if w.lower_ in _LIKELY and saying.in_content(w)]
        words += [head] if head.lemma_.lower() in ("seem", "appear") or is_passive(head) else []
    for word in words:
        level = levels.get(word.lower_) or levels.get(word.lemma_.lower())
        if level is not None and word.lower_ != "can":
            return Judgement(level, word)
    return Judgement("certain")


def frame(saying: Saying, act: str) -> Judgement:
    """future, hypothetical or nonFuture, by the main clause of the content and by the act."""
    head = saying.head
    if head is None:
        return Judgement("nonFuture")
    helpers = {w.lower_: w for w in head.children if w.dep_ == "aux"}
    condition = _condition(head)
    if condition is not None and not helpers.keys().isdisjoint({"would", "could", "might", "'d", "’d"}):
        return Judgement("hypothetical", condition)
    if "would" in helpers and not _told_in_past(saying):
        return Judgement("hypothetical", helpers["would"])
    if (word := next((helpers[w] for w in _WILL if w in helpers), None)) is not None:
        return Judgement("future", word)
    if (word := _set_to(head)) is not None:
        return Judgement("future", word)
    if act in _FUTURE_ACTS and "have" not in helpers:
        return Judgement("future", saying.cue)
    return Judgement("future", head) if is_infinitive(head) and "have" not in helpers else Judgement("nonFuture")


def _set_to(head: Token) -> Token | None:
    """The word of plans to, is going to, is set to, is due to, where an infinitive follows."""
    for word in (head, *children(head, "acomp")):
        rest = child(word, "xcomp")
        if word.lemma_.lower() in _AHEAD and rest is not None and is_infinitive(rest):
            return word
    return None


def _condition(head: Token) -> Token | None:
    """The if or unless of a clause that hangs on the head."""
    for clause in children(head, "advcl"):
        mark = next((w for w in children(clause, "mark") if w.lower_ in ("if", "unless")), None)
        if mark is not None:
            return mark
    return None


def _told_in_past(saying: Saying) -> bool:
    """True unless the cue is in the present, so that would is the past of will."""
    return not saying.quoted and not any(w.tag_ in ("VBZ", "VBP") and w.dep_ != "aux" for w in saying.cue_words())
