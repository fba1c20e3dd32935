"""Whether a word of a sentence is told as so: polarity, certainty and frame, read off the syntax above it.

The rule is one-sided. A negation, a modal verb, a condition, a plan or hearsay anywhere above the word takes the
assertion away; what is left is what the text simply says. Hearsay ("reportedly", "is said to") is not for the article
to vouch for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from kg.extract.wordlists import word_lists

if TYPE_CHECKING:
    from kg.extract.parsed import Token

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
_NO = frozenset({"no", "neither"})
_NEXT = frozenset({"next", "coming"})
_PARTING = frozenset({";", "–", "—", "--"})
_IF = frozenset({"if", "unless"})
_WHENEVER = frozenset({"when", "whenever"})
_CALENDAR = _LISTS["calendar"]

_SEEMINGLY = frozenset({"acomp", "attr", "ccomp", "oprd", "xcomp"})
_SEEMS = frozenset({"as", "like", "to"})

_HIGHEST = 40
"""Steps up a tree: deeper ones are parses of something that is no sentence."""


@dataclass(frozen=True, slots=True)
class Modality:
    """How something is told; ``hearsay`` names the word that passes it on without a speaker.

    ``weak`` is true where only the shape of the sentence speaks for hearsay, as in "the danger is that it floods": no
    word says that somebody else vouches for it.
    ``decided`` has for polarity, certainty and frame the word that decided, where any did: two that are told alike are
    equal, whichever words tell them so.
    """

    polarity: str = "positive"
    certainty: str = "certain"
    frame: str = "nonFuture"
    hearsay: str | None = None
    weak: bool = field(default=False, compare=False)
    decided: tuple[tuple[str, Token], ...] = field(default=(), compare=False, repr=False)

    @property
    def asserted(self) -> bool:
        """True only where nothing takes the assertion away."""
        return self == Modality()

    def by(self, word: Token, **values: str) -> Modality:
        """Return the modality with these values; ``word`` decides new ones."""
        new: dict[str, Any] = {name: value for name, value in values.items() if getattr(self, name) != value}
        if not new:
            return self
        kept = (one for one in self.decided if one[0] not in new)
        return replace(self, **new, decided=(*kept, *((name, word) for name in new if name != "hearsay")))

    def vouched_for(self) -> Modality:
        """Return the same without weak hearsay: the article says it itself."""
        return replace(self, hearsay=None, weak=False) if self.weak else self

    def as_in(self, other: Modality, name: str) -> Modality:
        """Return the modality with one value of another, and its deciding word.

        Args:
            other: The modality with the value.
            name: Name of the value.
        """
        word = next(word for feature, word in other.decided if feature == name)
        return self.by(word, **{name: getattr(other, name)})


_PLAIN = Modality()
_TELLING = frozenset(
    {
        "acomp",
        "advcl",
        "advmod",
        "amod",
        "attr",
        "aux",
        "auxpass",
        "cc",
        "conj",
        "det",
        "dobj",
        "mark",
        "neg",
        "npadvmod",
    }
    | {"nsubj", "nsubjpass", "pobj", "preconj", "prep", "tmod"}
)
"""Dependents that may take an assertion away."""


def modality_of(word: Token, *, inside: Callable[[Token], bool] | None = None) -> Modality:
    """Return the modality of ``word``, read up to the root of its sentence, or as long as words are ``inside``."""
    told = _own(word)
    token, below = word.head, word
    for _ in range(_HIGHEST):
        if token.i == below.i or (inside is not None and not inside(token)):
            break
        told = _under(told, below, token)
        if below.dep_ == "relcl":
            break  # a qualifying clause has its own modality: "troops, which invaded X, will not"
        token, below = token.head, token
    if inside is None and (mark := _question_mark(word)) is not None:
        told = told.by(mark, frame="hypothetical")
    return told


def with_noun(told: Modality, noun: Token) -> Modality:
    """Return the modality after the words around an event noun: "planned", "next", "no", "alleged".

    Args:
        told: The modality so far.
        noun: The noun.
    """
    return _of_noun(told, noun)


def _question_mark(word: Token) -> Token | None:
    sentence = word.sent
    last = next((t for t in reversed(sentence[-4:]) if not t.is_space and t.text not in "\"'”’)"), None)
    return last if last is not None and last.text == "?" else None


def _own(word: Token) -> Modality:
    """Return the modality of the word's own dependents, cached for each word of a text."""
    kept = cast("dict[int, Modality]", word.doc.kept)
    if word.i not in kept:
        kept[word.i] = _read_own(word)
    return kept[word.i]


def _read_own(word: Token) -> Modality:
    told = _PLAIN
    for child in word.children:
        if child.dep_ in _TELLING:
            told = _with_child(told, word, child)
    if word.pos_ in {"NOUN", "PROPN"}:
        told = _of_noun(told, word)
    elif (
        word.tag_ == "VB"
        and any(c.lower_ == "to" for c in word.lefts)
        and word.dep_ in {"ROOT", "advcl", "acl", "relcl"}
    ):
        told = told.by(word, frame=_weaker(told.frame, "hypothetical"))
    return told


def _with_child(told: Modality, word: Token, child: Token) -> Modality:
    low = child.lower_
    if child.dep_ == "neg" or (
        low in _NEGATIVE_WORDS
        and child.dep_ in {"advmod", "det", "preconj", "cc", "nsubj", "nsubjpass", "dobj", "mark"}
    ):
        return told.by(child, polarity="negative")
    if child.dep_ in {"aux", "auxpass"}:
        return _with_modal(told, child)
    if child.dep_ in {"nsubj", "nsubjpass", "dobj", "attr", "pobj"} and (no := _left_of(child, _NO)) is not None:
        return told.by(no, polarity="negative")
    if child.dep_ == "mark" and low == "than":
        return told.by(child, polarity="negative")
    if child.dep_ == "mark" and low == "that" and word.dep_ in {"acl", "ccomp", "csubj", "relcl", "pcomp"}:
        return _shaped_as_heard(told, child)
    if child.dep_ == "mark" and (low in _CONDITIONS or _then_though(child)):
        return told.by(child, frame="hypothetical")
    if low in _WHENEVER and child.dep_ in {"advmod", "mark"} and word.dep_ == "advcl" and _is_present(word):
        return told.by(child, frame="hypothetical")
    if word.tag_ in {"VBZ", "VBP"} and (date := _calendar(child)) is not None:
        return told.by(date, frame=_weaker(told.frame, "future"))
    if child.dep_ in {"npadvmod", "tmod"} and (next_ := _left_of(child, _NEXT)) is not None:
        return told.by(next_, frame=_weaker(told.frame, "future")) if word.tag_ != "VBD" else told
    if child.dep_ in {"advmod", "npadvmod", "amod"}:
        hardly = _left_of(child, _NEGATIVE_WORDS)
        return _with_adverb(told, child) if hardly is None else told.by(hardly, polarity="negative")
    if child.dep_ == "conj" and child.lemma_ in _SEEMING and not _comes(child):
        return _by_hearsay(told, child, child.lower_)
    if child.dep_ == "advcl":
        condition = next((c for c in child.lefts if c.dep_ in {"mark", "advmod"} and c.lower_ in _IF), None)
        return told if condition is None else told.by(condition, frame="hypothetical")
    return told


def _comes(verb: Token) -> bool:
    """Return True for "appeared at his side": who has a place and seems nothing."""
    at = any(c.dep_ == "prep" and c.lower_ not in _SEEMS for c in verb.rights)
    return at and not any(c.dep_ in _SEEMINGLY for c in verb.rights)


def _is_present(verb: Token) -> bool:
    """Return True for the present and the present perfect: "when they have ratified it" is still to come."""
    return any(w.tag_ in {"VBZ", "VBP"} for w in (verb, *(c for c in verb.lefts if c.dep_ in {"aux", "auxpass"})))


def _calendar(child: Token) -> Token | None:
    """Return the month or day beside a verb in the present: "elects a new chair in October" is in the future."""
    words = [child] if child.dep_ in {"npadvmod", "tmod"} else []
    if child.dep_ == "prep" and child.lower_ in {"in", "on"}:
        words = [c for c in child.rights if c.dep_ == "pobj"]
    return next((w for w in words if w.lower_ in _CALENDAR), None)


def _left_of(word: Token, words: frozenset[str]) -> Token | None:
    return next((c for c in word.lefts if c.lower_ in words), None)


def _then_though(mark: Token) -> bool:
    return mark.lower_ == "though" and mark.i > 0 and mark.nbor(-1).lower_ == "as"


def _with_modal(told: Modality, word: Token) -> Modality:
    low = word.lower_
    if low in _FUTURE:
        return told.by(word, frame=_weaker(told.frame, "future"))
    if low in _IRREALIS:
        return told.by(word, frame="hypothetical")
    if low in _POSSIBLE:
        return told.by(word, frame="hypothetical", certainty="possible")
    return told


def _with_adverb(told: Modality, word: Token) -> Modality:
    low = word.lower_
    if low in _HEARSAY:
        return _by_hearsay(told, word, low)
    if low in _MAYBE:
        return told.by(word, certainty="possible")
    if low in _LIKELY:
        return told.by(word, certainty="probable")
    if low in _NOT_QUITE:
        return told.by(word, frame="hypothetical")
    if low == "tomorrow":
        return told.by(word, frame=_weaker(told.frame, "future"))
    return told


def _of_noun(told: Modality, noun: Token) -> Modality:
    """Return the modality of a planned, possible, alleged or negated thing."""
    for child in noun.lefts:
        low = child.lower_
        if low == "no":
            told = told.by(child, polarity="negative")
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
            told = _by_hearsay(told, child, low)
        elif low in _PLANNED_ADJECTIVES or low in {"any", "if", "whether"}:
            told = told.by(child, frame="hypothetical")
    return told


def _weaker(frame: str, other: str) -> str:
    order = ("nonFuture", "future", "hypothetical")
    return max(frame, other, key=order.index)


def _under(told: Modality, below: Token, above: Token) -> Modality:
    """Return the modality after ``above`` modified that of its dependent ``below``."""
    dep = below.dep_
    if dep == "relcl":
        denied = next((c for c in above.lefts if c.lower_ in {"no", "any"}), None)
        return told if denied is None else told.by(denied, frame="hypothetical")
    if dep in {"advcl", "parataxis"} and not _shares_subject(below):
        return _from_main_clause(told, below, above)
    is_own_sentence = dep == "ccomp" and _stands_alone(below, above) and above.lemma_ not in _SAID_VERBS | _SEEMING
    if (dep == "conj" and _has_subject(below)) or is_own_sentence:
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
    """Return the modality of an adverbial clause with its own subject.

    A negation above does not reach it; a condition or a future can.
    """
    main = _own(above)
    to = next((c for c in below.lefts if c.dep_ == "aux" and c.lower_ == "to"), None)
    if to is not None:
        return told.by(to, frame="hypothetical")
    if main.hearsay:
        told = _heard(told, main)
    if main.frame == "hypothetical" or (main.frame == "future" and below.tag_ != "VBD"):
        told = _as_weak(told, main)
    return told


def _heard(told: Modality, other: Modality) -> Modality:
    if other.weak:
        return told if told.hearsay is not None else replace(told, hearsay=other.hearsay, weak=True)
    word = next(word for feature, word in other.decided if feature == "certainty")
    return _by_hearsay(told, word, str(other.hearsay))


def _by_hearsay(told: Modality, word: Token, named: str) -> Modality:
    return replace(told.by(word, hearsay=named, certainty="unspecified"), weak=False)


def _shaped_as_heard(told: Modality, word: Token) -> Modality:
    """Hearsay by the shape of the sentence, where no word has said so before."""
    if told.hearsay is not None:
        return told
    return replace(told, hearsay=word.lower_, weak=True)


def _as_weak(told: Modality, other: Modality) -> Modality:
    return told.as_in(other, "frame") if _weaker(told.frame, other.frame) != told.frame else told


def _passed_on(told: Modality, above: Token, *, hearsay_only: bool = False, negation: bool = True) -> Modality:
    """Return the modality after the word above; ``negation`` is False after "but"."""
    own = _own(above)
    if own.hearsay:
        told = _heard(told, own)
    if hearsay_only:
        condition = next((c for c in above.lefts if c.dep_ == "mark" and c.lower_ in _CONDITIONS), None)
        return told if condition is None else told.by(condition, frame="hypothetical")
    if own.polarity == "negative" and negation:
        told = told.as_in(own, "polarity")
    if own.certainty != "certain" and told.certainty == "certain":
        told = told.as_in(own, "certainty")
    return _as_weak(told, own)


def _complement(told: Modality, below: Token, above: Token) -> Modality:
    lemma = above.lemma_.lower()
    passive = any(c.dep_ == "auxpass" for c in above.lefts)
    if lemma in _SEEMING or (lemma in _SAID_VERBS and (passive or below.dep_ == "ccomp")):
        return _by_hearsay(told, above, above.lower_)
    if lemma in _FAILING:
        return told.by(above, polarity="negative")
    if lemma in _GOES_ON or lemma in _FACTIVE:
        return told
    if below.dep_ == "acl" and below.tag_ in {"VBN", "VBG"}:
        return told  # "facilities covered by": a participle qualifies the noun
    if below.dep_ == "ccomp":
        return told if _stands_alone(below, above) else _shaped_as_heard(told, above)
    return told.by(above, frame="hypothetical")


def _stands_alone(clause: Token, above: Token) -> bool:
    """Return True for a sentence that a semicolon or dash joins: "Talks failed; the port was closed"."""
    if not _has_subject(clause) or any(c.dep_ == "mark" for c in clause.lefts):
        return False
    first, last = (clause, above) if clause.i < above.i else (above, clause)
    return any(token.text in _PARTING for token in clause.doc[first.i + 1 : last.i])


def _preposition(told: Modality, preposition: Token) -> Modality:
    low = preposition.lower_
    if low in {"without", "instead", "from"}:
        return told.by(preposition, polarity="negative")
    if low in {"after", "by", "while", "since", "in", "upon", "despite", "besides"}:
        return told
    return told.by(preposition, frame="hypothetical")


def _argument(told: Modality, below: Token, above: Token) -> Modality:
    """Return the modality of a noun under a verb or preposition that plans, denies or awaits it."""
    lemma = above.lemma_.lower()
    if above.pos_ == "ADP":
        if lemma in _AHEAD:
            return told.by(above, frame="hypothetical") if lemma != "without" else told.by(above, polarity="negative")
        return told
    if below.dep_ == "nsubj" and lemma == "be":
        open_ = next((c for c in above.rights if c.dep_ in {"acomp", "attr"} and _is_open(c)), None)
        if open_ is not None:
            return told.by(open_, frame="hypothetical")
    if below.dep_ in {"dobj", "nsubjpass", "prep", "oprd", "attr"}:
        if lemma in _FAILING:
            return told.by(above, polarity="negative")
        if lemma in _PLANNED and (
            below.dep_ != "prep" or below.lower_ in {"for", "on", "about", "to", "toward", "towards"}
        ):
            return told.by(above, frame="hypothetical")
        is_seeming = lemma in _SEEMING and (below.dep_ != "prep" or below.lower_ in {"as", "like"})
        if is_seeming or lemma in {"deny", "allege", "claim", "report"}:
            return _by_hearsay(told, above, above.lower_)
    return told


def _is_open(complement: Token) -> bool:
    """Return True for "due", "possible", "likely" and "planned" after "is": the event is in the future."""
    low = complement.lower_
    return (
        low in _PLANNED_ADJECTIVES or complement.lemma_.lower() in _PLANNED or low in {"off", "doubtful", "uncertain"}
    )


def is_clause_head(token: Token) -> bool:
    """Return True for the root of a sentence and for verbs that begin a clause told for itself."""
    if token.head.i == token.i:
        return True
    if token.pos_ not in {"VERB", "AUX"}:
        return False
    if token.dep_ in {"ccomp", "advcl", "relcl", "parataxis", "csubj"}:
        return True
    return bool(
        token.dep_ == "conj" and token.head.pos_ in {"VERB", "AUX"} and token.head.dep_ not in {"xcomp", "acl", "pcomp"}
    )
