"""What kind of saying an attribution is: act, form, polarity, certainty, frame; to whom, when, how.

All values are spans of the text or local names of ``kg.vocab``; who or when a span means is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kg.extract.attribution import Attribution
from kg.extract.circumstances import addressee, medium, said_at, target
from kg.extract.cues import Cues
from kg.extract.implied_acts import conditional_harm, denial, handed_on, implied, named_badly, own_future
from kg.extract.main_clauses import future_word, is_past
from kg.extract.nesting import parents
from kg.extract.phrases import child, children, is_finite, is_infinitive, is_passive, lemma
from kg.extract.reading import read
from kg.extract.saying import Saying
from kg.extract.stance import Judgement, certainty, frame, polarity, quote_form
from kg.records import Span, Spans

if TYPE_CHECKING:
    from kg.extract.event_model import Manner
    from kg.extract.parsed import Doc, Token
    from kg.extract.quotes import Quote

ASKING: Final = frozenset({"urge", "demand", "request", "propose"})
"""Acts whose target is the addressee (annotation guide, section 3)."""
SURE: Final = MappingProxyType({"speech_act": 0.9, "polarity": 0.97, "certainty": 0.97, "frame": 0.97})
"""Chance from which the network's word replaces the rules'; plain saying never replaces what the cue itself names."""
ONLY_SAID: Final = 0.85
"""Chance of plain saying from which the network is believed where the rules see more only in the content.

Chosen on texts of an unseen writer (61.6 to 62.7 % of the acts right), news (63.1 to 64.5) and our own (81.1 to 80.8).
"""
PLAIN: Final = frozenset({"deny", "expect", "propose"})
"""Acts that their own verbs name plainly: where the rules read one of these, the network was wrong more often."""
_OBLIGING = frozenset({"say", "assert", "insist", "argue", "state", "add"})
_KIND_ORDER = ("clause", "hearer", "urge", "to", "of", "np", "passive", "quote", "np_quote", "not")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """How something is said; the first five are local names of ``kg.vocab``.

    ``evidence`` gives for the act, polarity, certainty and frame the words that decided, where any did. ``addressees``
    are told, ``targets`` accused, praised, asked of; ``medium`` and ``said_at`` are the words for how and when.
    Spans are code points of the text.
    """

    speech_act: str = "say"
    quote_form: str = "indirect"
    polarity: str = "positive"
    certainty: str = "certain"
    frame: str = "nonFuture"
    addressees: Spans = ()
    targets: Spans = ()
    medium: Span | None = None
    said_at: Span | None = None
    evidence: tuple[tuple[str, Span], ...] = ()
    is_implied: bool = False
    """Whether the cue only says, and the content alone decided the act."""


def read_acts(doc: Doc, quotes: Iterable[Quote], attributions: Sequence[Attribution]) -> list[Act]:
    """Return the act of each attribution of ``doc``, in the same order; ``quotes`` are those of its text."""
    reading = read(doc, quotes)
    inner: dict[int, list[Attribution]] = {}
    for number, parent in enumerate(parents(attributions)):
        if parent is not None:
            inner.setdefault(parent, []).append(attributions[number])
    return [_act(Saying.of(reading, a), inner.get(number, [])) for number, a in enumerate(attributions)]


def as_read(acts: Sequence[Act], manners: Sequence[Manner | None]) -> list[Act]:
    """Return the acts with what the network reads in their place where it is sure.

    Args:
        acts: The acts, by the rules.
        manners: What the network reads of the same claims; None for one that it did not read.
    """
    return [act if manner is None else _with_manner(act, manner) for act, manner in zip(acts, manners, strict=True)]


def _with_manner(act: Act, manner: Manner) -> Act:
    named = {"polarity": manner.polarity, "certainty": manner.certainty, "frame": manner.frame}
    said = {
        field: value if chance >= SURE[field] else str(getattr(act, field)) for field, (value, chance) in named.items()
    }
    said["speech_act"] = _decided_act(act, manner)
    new = {"act" if field == "speech_act" else field for field, value in said.items() if value != getattr(act, field)}
    return replace(
        act,
        speech_act=said["speech_act"],
        polarity=said["polarity"],
        certainty=said["certainty"],
        frame=said["frame"],
        addressees=manner.addressees or (() if said["speech_act"] in ASKING else act.addressees),
        targets=act.targets or manner.aims,
        evidence=tuple(one for one in act.evidence if one[0] not in new),
    )


def _decided_act(act: Act, manner: Manner) -> str:
    """Return the speech act of the rules, or of the network where it is believed."""
    value, chance = manner.act
    if act.is_implied and value == "say" and chance >= ONLY_SAID:
        return value
    is_sure = chance >= SURE["speech_act"] and value != "say" and act.speech_act not in PLAIN
    return value if is_sure else act.speech_act


def _act(saying: Saying, inner: Sequence[Attribution]) -> Act:
    act = _speech_act(saying, inner)
    whom = target(saying, act.value)
    decided = {
        "act": act,
        "polarity": polarity(saying, act),
        "certainty": certainty(saying, act.value),
        "frame": frame(saying, act.value),
    }
    return Act(
        speech_act=act.value,
        quote_form=quote_form(saying),
        polarity=decided["polarity"].value,
        certainty=decided["certainty"].value,
        frame=decided["frame"].value,
        addressees=addressee(saying),
        targets=whom,
        medium=medium(saying),
        said_at=said_at(saying),
        evidence=tuple(
            (name, saying.span_of(judged.word)) for name, judged in decided.items() if judged.word is not None
        ),
        is_implied=act.value != "say" and _named_act(saying) == "say",
    )


def _speech_act(saying: Saying, inner: Sequence[Attribution]) -> Judgement:
    """Return the act of the cue, refined by the content."""
    named = _named_act(saying)
    obliges = saying.word in _OBLIGING or named == "recognize"
    if obliges and not saying.is_turn and (word := _obligation(saying)) is not None:
        return Judgement("demand", word)
    if named == "say" and saying.attribution.rule in ("verb.of", "verb.passive-of"):
        return named_badly(saying) or Judgement(named, saying.cue)
    if named == "say" and _refuses_to_say(saying):
        return Judgement("reject", saying.cue)
    if named == "say":
        return implied(saying, inner) or Judgement(named, saying.cue)
    return _sharper(saying, named, inner)


def _sharper(saying: Saying, named: str, inner: Sequence[Attribution]) -> Judgement:
    """Return the act that the content implies beyond doubt, besides that of the cue."""
    if named in ("insist", "declare") and (word := denial(saying)) is not None:
        return Judgement("deny", word)
    if named in ("announce", "confirm") and (word := conditional_harm(saying)) is not None:
        return Judgement("threaten", word)
    if named in ("announce", "confirm") and (word := own_future(saying)) is not None:
        return Judgement("promise", word)
    if named == "warn" and (word := own_future(saying)) is not None:
        return Judgement("threaten", word)
    if named == "recognize" and (word := handed_on(saying, inner)) is not None:
        return Judgement("report", word)
    if named == "promise" and _is_about_the_past(saying):
        return implied(saying, inner) or Judgement("insist", saying.cue)
    if named == "reject" and saying.head is not None and saying.head.pos_ in ("NOUN", "PROPN"):
        stated = saying.head.lemma_.lower() in saying.reading.cues.content["statements"]
        return Judgement("deny" if stated else named, saying.cue)
    if named == "deny" and _turns_down(saying):
        return Judgement("reject", saying.cue)
    if named == "suggest" and (word := _put_forward(saying)) is not None:
        return Judgement("propose", word)
    if named == "believe" and _in_passive(saying) and saying.head is not None:
        return Judgement("expect" if future_word(saying.head) is not None else named, saying.cue)
    return Judgement(named, saying.cue)


def _in_passive(saying: Saying) -> bool:
    return saying.attribution.rule == "verb.passive" or (saying.cue is not None and is_passive(saying.cue))


def _turns_down(saying: Saying) -> bool:
    """Return True for denied them access, denied a request: nothing is said to be untrue."""
    head = saying.head
    if head is None or head.pos_ not in ("NOUN", "PROPN"):
        return False
    return head.lemma_.lower() in saying.reading.cues.content["grantable"]


def _is_about_the_past(saying: Saying) -> bool:
    """Return True for assured that it had been: nothing is promised."""
    head = saying.head
    return head is not None and is_finite(head) and is_past(head) and future_word(head) is None


def _put_forward(saying: Saying) -> Token | None:
    """Return the verb of a suggestion: that talks be held, that it could be replaced."""
    head = saying.head
    if head is None or head.pos_ not in ("VERB", "AUX"):
        return None
    could = next((w for w in head.children if w.dep_ == "aux" and w.lower_ in ("could", "should")), None)
    if could is not None and not any(w.lower_ == "have" for w in head.children):
        return could
    bare = next((w for w in head.children if w.dep_ == "auxpass" and w.lower_ == "be"), None)
    if bare is not None and child(head, "aux") is None:
        return bare
    return head if head.tag_ == "VB" and child(head, "aux") is None and child(head, "nsubj") is not None else None


def _refuses_to_say(saying: Saying) -> bool:
    """Return True for would not say who."""
    words = {w.lower_ for w in saying.cue_words()}
    return bool(words & {"would", "will", "wo", "could"}) and bool(words & {"not", "n't", "n’t"})


def _named_act(saying: Saying) -> str:
    """Return the act of the cue in the lexicon, by the kind of content.

    The act is "say" for a quotation or an unknown cue.
    """
    if saying.cue is None:
        return "say"
    if saying.attribution.rule == "phrase.view":
        return "believe"
    cues = saying.reading.cues
    word = saying.cue.lemma_.lower()
    if saying.cue.pos_ in ("NOUN", "PROPN") and word in cues.nouns:
        return next(iter(cues.nouns[word].values()))
    if word in cues.adjectives and saying.cue.pos_ in ("ADJ", "VERB") and word not in cues.verbs:
        return next(iter(cues.adjectives[word].values()))
    if word == "report" or word in cues.hearsay:
        return "report"
    return _verb_act(saying, cues)


def _verb_act(saying: Saying, cues: Cues) -> str:
    assert saying.cue is not None
    word = lemma(saying.cue)
    kinds = cues.verbs.get(word) or cues.verbs.get(saying.cue.lemma_.lower()) or {}
    if word in ("declare", "proclaim") and saying.head is not None and not is_finite(saying.head):
        return "declare"
    for prep in children(saying.cue, "prep"):
        manner = child(prep, "pobj") if prep.lower_ == "with" else None
        if manner is not None and manner.lemma_.lower() in cues.nouns:
            return next(iter(cues.nouns[manner.lemma_.lower()].values()))
    for kind in (_kind(saying), *_KIND_ORDER):
        if kind in kinds:
            return kinds[kind]
    return next(iter(kinds.values()), "say")


def _kind(saying: Saying) -> str:
    """Return the kind of content, by the rule that found it, else by its shape."""
    rule = saying.attribution.rule
    named = {
        "verb.of": "of",
        "verb.passive-of": "of",
        "verb.to": "to",
        "verb.urge": "urge",
        "verb.object": "np",
        "verb.passive": "passive",
    }
    if rule in named:
        return named[rule]
    if rule == "verb.prep":
        kinds = [kind for kind in saying.reading.cues.verbs.get(saying.word, ()) if kind.startswith("prep:")]
        used = [kind for kind in kinds if any(kind == f"prep:{w.lower_}" for w in saying.cue_words())]
        return next(iter((*used, *kinds)), "np")
    head = saying.head
    if head is not None and is_infinitive(head):
        return "to" if child(head, "nsubj") is None else "urge"
    return "clause"


def _obligation(saying: Saying) -> Token | None:
    """Return the word of obligation in the content: must, should, has to, would require."""
    head = saying.head
    if head is None or head.pos_ not in ("VERB", "AUX"):
        return None
    if head.lemma_.lower() in ("require", "demand"):
        return head
    if any(w.dep_ == "aux" and w.lower_ == "have" for w in head.children):
        return None  # should have happened: a regret
    for word in head.children:
        if word.dep_ == "aux" and word.lower_ in ("must", "should"):
            return word
    governor = head.lemma_.lower()
    rest = child(head, "xcomp")
    return head if governor in ("have", "need", "ought") and rest is not None and is_infinitive(rest) else None
