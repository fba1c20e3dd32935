"""Whether a word of a sentence is told as so: polarity, certainty and frame, read off the syntax above it.

The rule is one-sided. A negation, a modal verb, a condition, a plan or hearsay anywhere above the word takes the
assertion away; what is left is what the text simply says. Hearsay ("reportedly", "is said to") is not for the article
to vouch for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from spacy.tokens import Token

_LISTS = word_lists("modality")
_NEGATIVE_WORDS = _LISTS["negative_words"]
_FUTURE = _LISTS["future"]
_IRREALIS = _LISTS["irrealis"]
_POSSIBLE = _LISTS["possible"]
_HEARSAY = _LISTS["hearsay"]
_MAYBE = _LISTS["maybe"]
_LIKELY = _LISTS["likely"]
_NOT_QUITE = _LISTS["not_quite"]
_CONDITIONS = _LISTS["conditions"]
_SAID_VERBS = _LISTS["said_verbs"]
_SEEMING = _LISTS["seeming"]
_FAILING = _LISTS["failing"]
_GOES_ON = _LISTS["goes_on"]
_PLANNED = _LISTS["planned"]
_PLANNED_ADJECTIVES = _LISTS["planned_adjectives"]
_AHEAD = _LISTS["ahead"]
_FACTIVE = _LISTS["factive"]

_HIGHEST = 40
"""Steps up a tree: deeper ones are parses of something that is no sentence."""


@dataclass(frozen=True, slots=True)
class Modality:
    """How something is told; ``hearsay`` names the word that passes it on without a speaker."""

    polarity: str = "positive"
    certainty: str = "certain"
    frame: str = "nonFuture"
    hearsay: str | None = None

    @property
    def asserted(self) -> bool:
        """True only where nothing takes the assertion away."""
        return self == Modality()


def modality_of(word: Token, *, inside: Callable[[Token], bool] | None = None) -> Modality:
    """How ``word`` is told, read from it up to the root of its sentence, or as long as the words are ``inside``."""
    told = _own(word)
    token, below = word.head, word
    for _ in range(_HIGHEST):
        if token.i == below.i or (inside is not None and not inside(token)):
            break
        told = _under(told, below, token)
        if below.dep_ == "relcl":
            break  # what qualifies a noun is told for itself: "troops, which invaded X, will not"
        token, below = token.head, token
    if inside is None and _is_question(word):
        told = replace(told, frame="hypothetical")
    return told


def with_noun(told: Modality, noun: Token) -> Modality:
    """What is told, with what the words around an event noun take away: "planned", "next", "no", "alleged"."""
    return _of_noun(told, noun)


def _is_question(word: Token) -> bool:
    sentence = word.sent
    last = next((t for t in reversed(sentence[-4:]) if not t.is_space and t.text not in "\"'”’)"), None)
    return last is not None and last.text == "?"


def _own(word: Token) -> Modality:
    """What the word's own dependents say."""
    told = Modality()
    for child in word.children:
        told = _with_child(told, word, child)
    if word.pos_ in {"NOUN", "PROPN"}:
        told = _of_noun(told, word)
    elif (
        word.tag_ == "VB"
        and any(c.lower_ == "to" for c in word.lefts)
        and word.dep_ in {"ROOT", "advcl", "acl", "relcl"}
    ):
        told = replace(told, frame=_weaker(told.frame, "hypothetical"))
    return told


def _with_child(told: Modality, word: Token, child: Token) -> Modality:
    low = child.lower_
    if child.dep_ == "neg" or (
        low in _NEGATIVE_WORDS
        and child.dep_ in {"advmod", "det", "preconj", "cc", "nsubj", "nsubjpass", "dobj", "mark"}
    ):
        return replace(told, polarity="negative")
    if child.dep_ in {"aux", "auxpass"}:
        return _with_modal(told, low)
    if child.dep_ in {"nsubj", "nsubjpass", "dobj", "attr", "pobj"} and any(
        c.lower_ in {"no", "neither"} for c in child.lefts
    ):
        return replace(told, polarity="negative")
    if child.dep_ == "mark" and low == "than":
        return replace(told, polarity="negative")
    if child.dep_ == "mark" and low == "that" and word.dep_ in {"acl", "ccomp", "csubj", "relcl", "pcomp"}:
        return replace(told, certainty="unspecified", hearsay=low)
    if child.dep_ == "mark" and (low in _CONDITIONS or _then_though(child)):
        return replace(told, frame="hypothetical")
    if child.dep_ in {"npadvmod", "tmod"} and any(c.lower_ in {"next", "coming"} for c in child.lefts):
        return replace(told, frame=_weaker(told.frame, "future")) if word.tag_ != "VBD" else told
    if child.dep_ in {"advmod", "npadvmod", "amod"}:
        hardly = any(c.lower_ in _NEGATIVE_WORDS for c in child.lefts)
        return replace(told, polarity="negative") if hardly else _with_adverb(told, low)
    if child.dep_ == "conj" and child.lemma_ in _SEEMING:
        return replace(told, certainty="unspecified", hearsay=child.lower_)
    if child.dep_ == "advcl" and any(
        c.dep_ in {"mark", "advmod"} and c.lower_ in {"if", "unless"} for c in child.lefts
    ):
        return replace(told, frame="hypothetical")
    return told


def _then_though(mark: Token) -> bool:
    return mark.lower_ == "though" and mark.i > 0 and mark.nbor(-1).lower_ == "as"


def _with_modal(told: Modality, low: str) -> Modality:
    if low in _FUTURE:
        return replace(told, frame=_weaker(told.frame, "future"))
    if low in _IRREALIS:
        return replace(told, frame="hypothetical")
    if low in _POSSIBLE:
        return replace(told, frame="hypothetical", certainty="possible")
    return told


def _with_adverb(told: Modality, low: str) -> Modality:
    if low in _HEARSAY:
        return replace(told, certainty="unspecified", hearsay=low)
    if low in _MAYBE:
        return replace(told, certainty="possible")
    if low in _LIKELY:
        return replace(told, certainty="probable")
    if low in _NOT_QUITE:
        return replace(told, frame="hypothetical")
    if low == "tomorrow":
        return replace(told, frame=_weaker(told.frame, "future"))
    return told


def _of_noun(told: Modality, noun: Token) -> Modality:
    """A planned, possible or alleged thing, or none at all."""
    for child in noun.lefts:
        low = child.lower_
        if low == "no":
            told = replace(told, polarity="negative")
        elif low in _HEARSAY or low in {
            "alleged",
            "reported",
            "suspected",
            "supposed",
            "purported",
            "so-called",
            "rumored",
            "rumoured",
        }:
            told = replace(told, certainty="unspecified", hearsay=low)
        elif low in _PLANNED_ADJECTIVES or low in {"any", "if", "whether"}:
            told = replace(told, frame="hypothetical")
    return told


def _weaker(frame: str, other: str) -> str:
    order = ("nonFuture", "future", "hypothetical")
    return max(frame, other, key=order.index)


def _under(told: Modality, below: Token, above: Token) -> Modality:
    """What ``above`` adds to what is told at its dependent ``below``."""
    dep = below.dep_
    if dep == "relcl":
        denied = any(c.lower_ in {"no", "any"} for c in above.lefts)
        return replace(told, frame="hypothetical") if denied else told
    if dep in {"advcl", "parataxis"} and not _shares_subject(below):
        return _from_main_clause(told, below, above)
    if dep == "conj" and _has_subject(below):
        return _passed_on(told, above, hearsay_only=True)
    if dep == "advcl" and below.tag_ == "VBG" and below.i == above.i + 1 + _particle(above):
        dep = "xcomp"  # "ruled out attacking" is parsed as two clauses
    if dep == "pcomp":
        told = _preposition(told, above)
    elif dep in {"xcomp", "ccomp", "acl", "csubj", "oprd"} and above.pos_ in {"VERB", "AUX", "ADJ", "NOUN"}:
        told = _complement(told, below, above)
    elif below.pos_ in {"NOUN", "PROPN", "PRON"} or dep in {"prep", "agent"}:
        told = _argument(told, below, above)
    contrast = dep == "conj" and any(c.dep_ == "cc" and c.lower_ in {"but", "yet"} for c in above.rights)
    return _passed_on(told, above, negation=not contrast)


def _particle(verb: Token) -> int:
    return int(any(c.dep_ == "prt" and c.i == verb.i + 1 for c in verb.rights))


def _shares_subject(clause: Token) -> bool:
    return clause.tag_ in {"VBG", "VBN"} and not _has_subject(clause)


def _has_subject(clause: Token) -> bool:
    return any(c.dep_ in {"nsubj", "nsubjpass", "expl"} for c in clause.lefts)


def _from_main_clause(told: Modality, below: Token, above: Token) -> Modality:
    """An adverbial clause with its own subject: a negation above does not reach it, a condition or a future may."""
    main = _own(above)
    if any(c.dep_ == "aux" and c.lower_ == "to" for c in below.lefts):
        return replace(told, frame="hypothetical")
    if main.hearsay:
        told = replace(told, hearsay=main.hearsay, certainty="unspecified")
    if main.frame == "hypothetical" or (main.frame == "future" and below.tag_ != "VBD"):
        told = replace(told, frame=_weaker(told.frame, main.frame))
    return told


def _passed_on(told: Modality, above: Token, *, hearsay_only: bool = False, negation: bool = True) -> Modality:
    """With what the word above says of itself; ``negation`` False after "but"."""
    own = _own(above)
    if own.hearsay:
        told = replace(told, hearsay=own.hearsay, certainty="unspecified")
    if hearsay_only:
        condition = any(c.dep_ == "mark" and c.lower_ in _CONDITIONS for c in above.lefts)
        return replace(told, frame="hypothetical") if condition else told
    if own.polarity == "negative" and negation:
        told = replace(told, polarity="negative")
    if own.certainty != "certain" and told.certainty == "certain":
        told = replace(told, certainty=own.certainty)
    return replace(told, frame=_weaker(told.frame, own.frame))


def _complement(told: Modality, below: Token, above: Token) -> Modality:
    lemma = above.lemma_.lower()
    passive = any(c.dep_ == "auxpass" for c in above.lefts)
    if lemma in _SEEMING or (lemma in _SAID_VERBS and (passive or below.dep_ == "ccomp")):
        return replace(told, hearsay=above.lower_, certainty="unspecified")
    if lemma in _FAILING:
        return replace(told, polarity="negative")
    if lemma in _GOES_ON or lemma in _FACTIVE:
        return told
    if below.dep_ == "acl" and below.tag_ in {"VBN", "VBG"}:
        return told  # "facilities covered by": a participle qualifies the noun
    if below.dep_ == "ccomp":
        return replace(told, hearsay=above.lower_, certainty="unspecified")
    return replace(told, frame="hypothetical")


def _preposition(told: Modality, preposition: Token) -> Modality:
    low = preposition.lower_
    if low in {"without", "instead", "from"}:
        return replace(told, polarity="negative")
    if low in {"after", "by", "while", "since", "in", "upon", "despite", "besides"}:
        return told
    return replace(told, frame="hypothetical")


def _argument(told: Modality, below: Token, above: Token) -> Modality:
    """A noun under a verb or preposition that plans, denies or awaits it."""
    lemma = above.lemma_.lower()
    if above.pos_ == "ADP":
        if lemma in _AHEAD:
            return replace(told, frame="hypothetical") if lemma != "without" else replace(told, polarity="negative")
        return told
    if (
        below.dep_ == "nsubj"
        and lemma == "be"
        and any(c.dep_ in {"acomp", "attr"} and _is_open(c) for c in above.rights)
    ):
        return replace(told, frame="hypothetical")
    if below.dep_ in {"dobj", "nsubjpass", "prep", "oprd", "attr"}:
        if lemma in _FAILING:
            return replace(told, polarity="negative")
        if lemma in _PLANNED and (
            below.dep_ != "prep" or below.lower_ in {"for", "on", "about", "to", "toward", "towards"}
        ):
            return replace(told, frame="hypothetical")
        if lemma in _SEEMING or lemma in {"deny", "allege", "claim", "report"}:
            return replace(told, hearsay=above.lower_, certainty="unspecified")
    return told


def _is_open(complement: Token) -> bool:
    """True for "due", "possible", "likely" and "planned" after "is": what they are said of has not taken place."""
    low = complement.lower_
    return (
        low in _PLANNED_ADJECTIVES or complement.lemma_.lower() in _PLANNED or low in {"off", "doubtful", "uncertain"}
    )


def is_clause_head(token: Token) -> bool:
    """True for the root of a sentence and for verbs that begin a clause told for itself."""
    if token.head.i == token.i:
        return True
    if token.pos_ not in {"VERB", "AUX"}:
        return False
    if token.dep_ in {"ccomp", "advcl", "relcl", "parataxis", "csubj"}:
        return True
    return bool(
        token.dep_ == "conj" and token.head.pos_ in {"VERB", "AUX"} and token.head.dep_ not in {"xcomp", "acl", "pcomp"}
    )
