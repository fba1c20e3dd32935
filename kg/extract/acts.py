"""What kind of saying an attribution is: act, form, polarity, certainty, frame; to whom, when, how.

All values are spans of the text or local names of ``kg.vocab``; who or when a span means is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.circumstances import addressee, blameable, medium, said_at, target
from kg.extract.cues import Cues
from kg.extract.phrases import child, is_infinitive, lemma, subject
from kg.extract.reading import read
from kg.extract.saying import Saying
from kg.extract.stance import Judgement, certainty, frame, polarity, quote_form
from kg.records import Span, Spans

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from kg.extract.quotes import Quote

_PLAIN = frozenset({"say", "insist", "announce", "confirm", "explain", "report"})
_DEMANDING = frozenset({"say", "insist", "recognize"})
_NOT_PROMISED = frozenset(
    {"be", "have", "like", "need", "want", "know", "see", "seem", "love", "hate", "win", "lose", "prefer"}
)
_KIND_ORDER = ("clause", "hearer", "urge", "to", "of", "np", "passive", "quote", "np_quote")
_OWN = frozenset({"i", "we", "he", "she", "they", "it"})


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


def read_acts(doc: Doc, quotes: Iterable[Quote], attributions: Sequence[Attribution]) -> list[Act]:
    """The act of each attribution of ``doc``, in the same order; ``quotes`` are those of its text."""
    reading = read(doc, quotes)
    return [_act(Saying.of(reading, attribution)) for attribution in attributions]


def _act(saying: Saying) -> Act:
    act = _speech_act(saying)
    whom = target(saying, act.value)
    decided = {
        "speech_act": act,
        "polarity": polarity(saying, act.value),
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
    )


def _speech_act(saying: Saying) -> Judgement:
    """The act that the cue names, made more exact by what is said."""
    named = _named_act(saying)
    if named in _DEMANDING and (word := _obligation(saying)) is not None:
        return Judgement("demand", word)
    if named == "say" and (word := wrongdoing(saying)) is not None:
        return Judgement("accuse", word)
    if named in ("say", "announce", "confirm", "insist") and (word := _own_future(saying)) is not None:
        return Judgement("promise", word)
    return Judgement(named, saying.cue)


def _named_act(saying: Saying) -> str:
    """The act of the lexicon for the cue, by the kind of content; "say" for a quotation or a cue it does not know."""
    if saying.cue is None:
        return "say"
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
    for kind in (_kind(saying), *_KIND_ORDER):
        if kind in kinds:
            return kinds[kind]
    return next(iter(kinds.values()), "say")


def _kind(saying: Saying) -> str:
    """How the content stands beside the cue, by the rule that found it, else by its own shape."""
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
        return next((kind for kind in saying.reading.cues.verbs.get(saying.word, ()) if kind.startswith("prep:")), "np")
    head = saying.head
    if head is not None and is_infinitive(head):
        return "to" if child(head, "nsubj") is None else "urge"
    return "clause"


def _obligation(saying: Saying) -> Token | None:
    """The word by which the content obliges somebody: must, should, has to, would require."""
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


def wrongdoing(saying: Saying) -> Token | None:
    """The verb by which the content reproaches somebody else with something."""
    for word in saying.content_words():
        if word.pos_ != "VERB" or word.lemma_.lower() not in saying.reading.cues.wrongdoing:
            continue
        who = subject(word, passive=True)
        if (
            who is None
            or not blameable(word)
            or (who.lower_ in ("i", "we") and who.dep_ == "nsubj")
            or child(word, "neg") is not None
        ):
            continue
        return word
    return None


def _own_future(saying: Saying) -> Token | None:
    """The will or would by which the speaker says what the speaker is going to do."""
    head = saying.head
    if head is None or head.pos_ != "VERB" or head.lemma_.lower() in _NOT_PROMISED:
        return None
    who = child(head, "nsubj")
    future = next(
        (w for w in head.children if w.dep_ == "aux" and w.lower_ in ("will", "would", "shall", "'ll", "’ll", "wo")),
        None,
    )
    if who is None or future is None or any(w.lower_ in ("if", "unless") for w in saying.content_words()):
        return None
    first_person = who.lower_ in ("i", "we") and saying.quoted
    own = who.lower_ in _OWN - {"i", "we", "it"} or (who.lower_ == "it" and not saying.quoted) or saying.is_speaker(who)
    return future if first_person or (own and not saying.quoted) else None
