"""Whether what is said is affirmed or denied, how sure it is, and whether it is about the future or only supposed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.main_clauses import condition, content_negation, is_past, negation
from kg.extract.phrases import child, children, is_finite, is_infinitive, is_passive
from kg.extract.saying import Saying

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_WORD = re.compile(r"\w+")
_FUTURE_ACTS = frozenset({"promise", "threaten", "expressWillingness", "expect", "predict"})
_WISHED_ACTS = frozenset({"demand", "urge", "request", "propose", "hope"})
_ABOUT_NOW = frozenset({"believe", "say", "report", "deny", "ask", "suggest"})
_OPEN = frozenset({"will", "would", "could", "might", "may", "can", "'d", "’d", "'ll", "’ll", "wo", "shall", "should"})
_LIKELY = frozenset({"likely", "unlikely", "possible", "probable"})
_WILL = ("will", "shall", "'ll", "’ll", "wo", "would")
_AHEAD = frozenset(
    {"go", "plan", "intend", "aim", "set", "schedule", "expect", "due", "likely", "poised", "ready", "about"}
)
_NOBODY_SAYS = frozenset({"nobody", "neither", "none", "no"})
_ONLY_SAID = frozenset({"say", "claim", "rumor", "rumour", "report", "allege"})
_BELIEVED = frozenset({"believe", "think", "assume", "seem"})
_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor", "nobody", "none"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A value with the word that decided it, None if it is the usual one."""

    value: str
    word: Token | None = None


def quote_form(saying: Saying) -> str:
    """Return the quote form: direct (all words are quoted), mixed (some), or indirect (none).

    A quotation that includes the cue does not count.
    """
    if saying.is_turn or saying.is_quotation:
        return "direct"
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


def polarity(saying: Saying, act: Judgement) -> Judgement:
    """Return the polarity: negative if the cue (denied, refused, did not accept) or the content negates.

    ``act`` is the speech act with its word; a denial in the content adds the negating word.
    """
    if act.word is not None and saying.in_content(act.word):
        if act.value in ("deny", "reject"):
            return Judgement("negative", act.word)
        if act.value in ("promise", "threaten") and act.word.dep_ == "aux":
            word = negation(act.word.head)
            return Judgement("positive") if word is None else Judgement("negative", word)
    by_cue, by_content = _cue_negation(saying, act.value), content_negation(saying)
    if (by_cue is None) == (by_content is None):
        return Judgement("positive")
    return Judgement("negative", by_cue if by_cue is not None else by_content)


def _cue_negation(saying: Saying, act: str) -> Token | None:
    """Return the word outside of the content that negates the whole; two of them cancel each other."""
    denied = _denial(saying, act)
    negation = next((w for w in saying.cue_words() if w.lower_ in _NEGATIONS), None)
    if negation is None and saying.cue is not None:
        negation = next((w for w in saying.cue.children if w.dep_ == "neg" and not saying.in_content(w)), None)
    if negation is None:
        negation = next((w for w in saying.source_words() if w.lower_ in _NOBODY_SAYS), None)
    if act in ("reject", "deny") and denied is None:
        return negation
    if denied is not None and negation is not None:
        return None
    return denied if denied is not None else negation


def _denial(saying: Saying, act: str) -> Token | None:
    """Return the word that denies or refuses the content."""
    cues = saying.reading.cues
    for word in [w for w in (saying.cue, *saying.cue_words()) if w is not None]:
        denies = word.lemma_.lower() in cues.denying or (word == saying.cue and saying.word in cues.denying)
        if denies and (act in ("reject", "deny") or word.lemma_.lower() not in ("oppose", "reject", "dismiss")):
            return word
    return None


def certainty(saying: Saying, act: str) -> Judgement:
    """Return the certainty: certain, probable, possible or unspecified, by cue and main clause.

    Args:
        saying: The attribution.
        act: Its speech act.
    """
    levels = saying.reading.cues.certainty
    if act in ("demand", "request", "urge") and not saying.is_turn:
        return Judgement("certain")
    if act in ("ask", "request") or (saying.attribution.rule == "verb.passive" and saying.word in _ONLY_SAID):
        return Judgement("unspecified", saying.cue)
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
        if level is not None and word.lower_ != "can" and not _cannot(word) and not _holds(saying, word):
            return Judgement(level, word)
    return Judgement("certain")


def _cannot(word: Token) -> bool:
    """Return True for could not, no one could: that is sure."""
    return word.dep_ == "aux" and word.lower_ == "could" and negation(word.head) is not None


def _holds(saying: Saying, word: Token) -> bool:
    """Return True for a stated belief, which is certain for the believer; "is believed to" is probable."""
    return word.lemma_.lower() in _BELIEVED and not saying.in_content(word) and bool(saying.attribution.source)


def frame(saying: Saying, act: str) -> Judgement:
    """future, hypothetical or nonFuture, by the main clause of the content and by the act.

    Args:
        saying: The attribution.
        act: Its speech act.
    """
    head = saying.head
    if head is None:
        return Judgement("nonFuture")
    auxiliaries = {w.lower_: w for w in (*head.children, head) if w.dep_ == "aux" or w.tag_ == "MD"}
    will = next((auxiliaries[w] for w in _WILL if w in auxiliaries), None)
    mark = condition(head)
    if mark is not None and (not auxiliaries.keys().isdisjoint(_OPEN) or act in _FUTURE_ACTS):
        return Judgement("hypothetical", mark)
    if act in _WISHED_ACTS and "have" not in auxiliaries and (act != "hope" or will is None):
        return Judgement("hypothetical", saying.cue)
    if "would" in auxiliaries and not saying.told_in_past and act not in _FUTURE_ACTS:
        return Judgement("hypothetical", auxiliaries["would"])
    if will is not None and "have" not in auxiliaries:
        return Judgement("future", will)
    if act == "reject":
        return Judgement("nonFuture")
    if (word := _set_to(head)) is not None:
        return Judgement("future", word)
    if act in _FUTURE_ACTS and "have" not in auxiliaries and not (is_finite(head) and is_past(head)):
        return Judgement("future", saying.cue)
    if act in ("warn", "fear", "say", "predict") and not auxiliaries.keys().isdisjoint(("may", "might", "could")):
        return Judgement("nonFuture" if "have" in auxiliaries else "future", saying.cue)
    ahead = is_infinitive(head) and "have" not in auxiliaries and act not in _ABOUT_NOW
    return Judgement("future", head) if ahead else Judgement("nonFuture")


def _set_to(head: Token) -> Token | None:
    """Return the word of plans to, is going to, is set to, is due to, before an infinitive."""
    for word in (head, *children(head, "acomp")):
        rest = child(word, "xcomp")
        if word.lemma_.lower() in _AHEAD and rest is not None and is_infinitive(rest):
            return word
    return None
