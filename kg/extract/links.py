"""Which claims of a document answer which: denials, counter-accusations, answers to demands, repeats, confirmations.

A link goes from the later claim to the nearest earlier one that it fits. Where nothing fits for sure there is no link:
a wrong one would put words against words that never met. A claim that only another one tells of is linked to that one
alone: "Seoul denies Pyongyang's accusation that ..." denies the accusation inside of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.records import Claim, Event, Link

_LEAD: Final = r"(?:(?:the|this|that|these|those|any|all|such|his|her|its|their|both)\s+)*(?:\w+\s+){0,2}"
_CHARGE: Final = re.compile(
    _LEAD + r"(?:accusations?|allegations?|charges?|claims?|assertions?|reports?|suggestions?)\b|(?:it|this|that)\W*\Z",
    re.IGNORECASE,
)
_CHARGE_NOUN: Final = re.compile(r"(?:accusation|allegation|charge|claim|assertion|suggestion|insinuation)s?\Z", re.I)
_OWN_PART: Final = re.compile(
    r"(?:(?:any|all|its|their|his|her|having|own|such)\s+)*(?:involvement|responsibility|wrongdoing|guilt|part|role)\b"
    r"(?:\s+in\s+(?:it|them|(?:the|this|that|these|those)\s+\w+))?\W*\Z",
    re.IGNORECASE,
)
_ITS_PART: Final = re.compile(
    r"(?:the|an?)?\s*(?P<who>[\w\s-]{2,40}?)[’']s?\s+(?:involvement|role|responsibility)\W*\Z", re.I
)
_A_LIE: Final = re.compile(
    r"\W*(?:this|that|it|these|those|they)\s+(?:is|was|are|were)\s+(?:(?:all|simply|just|completely|totally|entirely|an?|pure|"
    r"utterly|another|absolutely)\s+)*(?:lies?|false|untrue|nonsense|fabrications?|baseless|slander|absurd|rubbish)\W*\Z",
    re.IGNORECASE,
)
_LONGEST_NAME_OF_A_CLAIM: Final = 60
"""Code points: "the accusation", "the allegations by its neighbour"; what is longer says something itself."""
_NEAR: Final = 700
"""Code points between two statements of which one reacts to the other without saying to what."""
_REQUESTS: Final = {
    "demand": r"demands?|calls?|ultimatum|requests?|terms|conditions?",
    "urge": r"demands?|calls?|appeals?|requests?|pleas?",
    "request": r"requests?|calls?|appeals?|demands?|pleas?|invitations?",
    "ask": r"requests?|pleas?",
    "propose": r"proposals?|plan|offers?|idea|suggestion|initiative|invitations?",
}
"""Act of asking for something -> the words that name it afterwards."""
_REACTIONS: Final = frozenset({"reject", "agree", "deny", "promise", "expressWillingness", "welcome"})
_ACCUSING: Final = frozenset({"accuse", "criticize"})
_DENYING: Final = frozenset({"deny", "reject"})
_WORD: Final = re.compile(r"\w+")
_SMALL: Final = frozenset(
    {
        "that",
        "this",
        "these",
        "those",
        "with",
        "from",
        "have",
        "been",
        "will",
        "would",
        "there",
        "their",
        "they",
        "them",
    }
    | {"which", "what", "when", "were", "into", "about"}
)
_MOST_BEFORE: Final = 200
"""Claims before one that it is compared with: the time that a long text takes stays proportional to it."""
_STEM: Final = 5
_SHARED_WORDS: Final = 2
_SHARED_PART: Final = 0.75
_QUOTE_WORDS: Final = 5


@dataclass(frozen=True)
class _Statement:
    """A claim with what of its words is compared."""

    claim: Claim
    text: str

    @cached_property
    def words(self) -> str:
        return " ".join(span.of(self.text) for span in self.claim.content)

    @cached_property
    def stems(self) -> frozenset[str]:
        return _stems(self.words)

    @cached_property
    def source(self) -> str:
        return " ".join(span.of(self.text) for span in self.claim.source)

    @cached_property
    def quote(self) -> tuple[str, ...]:
        return tuple(_WORD.findall(self.words.lower()))

    @property
    def says_not(self) -> bool:
        """Whether the words that were said have the "not": "could not confirm" says nothing to be untrue."""
        words = [span for e in self.claim.evidence if e.feature == "polarity" for span in e.spans]
        return any(word in span for word in words for span in self.claim.content)

    def is_near(self, later: _Statement) -> bool:
        """Return whether the later claim follows within reach."""
        return later.claim.content[0].start - self.claim.content[-1].end <= _NEAR

    def is_aimed_at(self, other: _Statement) -> bool:
        """Return whether this statement accuses the other's speaker, or those whose people the speaker is."""
        if self.claim.speech_act not in _ACCUSING:
            return False
        if set(self.claim.targets) & set(other.claim.speakers):
            return True
        return bool(_names(other.source) & _names(self.words))


def find_links(claims: Sequence[Claim], text: str) -> Iterator[Link]:
    """Yield the links between the claims of one document, in the order of the later ones, one for each.

    Args:
        claims: All claims of the document.
        text: Its text.
    """
    told = [_Statement(c, text) for c in sorted((c for c in claims if c.parent is None), key=lambda c: c.content[0])]
    nested: dict[str, list[_Statement]] = {}
    for claim in claims:
        if claim.parent is not None:
            nested.setdefault(claim.parent, []).append(_Statement(claim, text))
    quotes: dict[tuple[str, ...], _Statement] = {}
    for n, later in enumerate(told):
        inside = nested.get(later.claim.id, ())
        found = _of_own_content(later, inside, named=True) or _of_earlier(later, told[max(0, n - _MOST_BEFORE) : n])
        found = found or _of_own_content(later, inside, named=False)
        repeated = quotes.get(later.quote) if found is None else None
        if repeated is not None and set(repeated.claim.speakers) == set(later.claim.speakers):
            found = _link(later, repeated, "repeats", 0.9, "repeat.quote")
        if later.claim.quote_form == "direct" and len(later.quote) >= _QUOTE_WORDS:
            quotes.setdefault(later.quote, later)
        if found is not None:
            yield found


def _of_own_content(denial: _Statement, inside: Sequence[_Statement], *, named: bool) -> Link | None:
    """ "Seoul denies the North's accusation that ...": all that is denied is the claim inside.

    ``named``: the text says whose it is. Where it does not, a claim before the denial fits better.
    """
    if denial.claim.polarity != "negative" or denial.claim.speech_act not in _DENYING:
        return None
    for inner in inside:
        cue = " ".join(span.of(inner.text) for span in inner.claim.cue)
        others = bool(inner.claim.source) == named and not set(inner.claim.speakers) & set(denial.claim.speakers)
        begins = min(s.start for s in (*inner.claim.source, *inner.claim.cue, *inner.claim.content))
        at_the_start = _CHARGE.match(denial.words) is not None or begins - denial.claim.content[0].start <= len("the ")
        if others and at_the_start and _CHARGE_NOUN.search(cue) is not None:
            return _link(denial, inner, "denies", 0.9 if named else 0.7, "denial.nested")
    return None


def _of_earlier(later: _Statement, before: Sequence[_Statement]) -> Link | None:
    for earlier in reversed(before):
        if set(earlier.claim.speakers) & set(later.claim.speakers):
            continue
        found = _answer(later, earlier) or _denial(later, earlier) or _confirmation(later, earlier)
        if found is not None:
            return found
    return None


def _answer(later: _Statement, earlier: _Statement) -> Link | None:
    """Return the answer to a demand, an offer or an accusation by the one it was made to."""
    act, reaction = earlier.claim.speech_act, later.claim.speech_act
    asked = not {*earlier.claim.targets, *earlier.claim.addressees}.isdisjoint(later.claim.speakers)
    if act == "accuse" == reaction and asked and set(later.claim.targets) & set(earlier.claim.speakers):
        same = _same_kind(later, earlier)
        return _link(later, earlier, "answers", 0.7, "answer.accusation") if same and earlier.is_near(later) else None
    nouns = _REQUESTS.get(act)
    if nouns is None or reaction not in _REACTIONS or not earlier.is_near(later):
        return None
    if asked and _same_event(later, earlier):
        return _link(later, earlier, "answers", 0.8, "answer.event")
    is_short = len(later.words) <= _LONGEST_NAME_OF_A_CLAIM
    names_it = is_short and re.match(rf"{_LEAD}(?:{nouns})\b\W*\Z", later.words, re.IGNORECASE) is not None
    if names_it and (asked or not earlier.claim.targets):
        return _link(later, earlier, "answers", 0.7, "answer.named")
    return None


def _denial(later: _Statement, earlier: _Statement) -> Link | None:
    if later.claim.polarity != "negative" or earlier.claim.polarity == "negative":
        return None
    if earlier.claim.speech_act in _REQUESTS:
        return None
    if _same_event(later, earlier) and (later.claim.speech_act in _DENYING or later.says_not):
        own = later.claim.speech_act in _DENYING or any(
            set(event.agents) & set(later.claim.speakers) for event in later.claim.stated_events
        )
        return _link(later, earlier, "denies" if own else "contradicts", 0.8, "denial.event")
    named = _CHARGE.match(later.words) if len(later.words) <= _LONGEST_NAME_OF_A_CLAIM else None
    says_more = named is not None and re.match(r"\s+that\b", later.words[named.end() :]) is not None
    names_it = named is not None and (not says_more or bool(later.stems & earlier.stems))
    if names_it and set(earlier.claim.targets) & set(later.claim.speakers) and earlier.claim.speech_act in _ACCUSING:
        return _link(later, earlier, "denies", 0.6, "denial.target")
    if not earlier.is_near(later):
        return None
    if _OWN_PART.match(later.words) or _A_LIE.match(later.words) or (named is not None and not says_more):
        return _link(later, earlier, "denies", 0.6, "denial.named") if earlier.is_aimed_at(later) else None
    return _denied_in_words(later, earlier)


def _denied_in_words(later: _Statement, earlier: _Statement) -> Link | None:
    """Link "rejected any claims that it had hidden the report" to the earlier claim of that."""
    if later.claim.speech_act not in _DENYING:
        return None
    theirs = _ITS_PART.match(later.words)
    if theirs is not None and earlier.claim.speech_act == "accuse":
        who = _stems(theirs["who"])
        return _link(later, earlier, "denies", 0.6, "denial.part") if who and who <= earlier.stems else None
    kinds = [{event.type for event in said.claim.stated_events} for said in (later, earlier)]
    if all(kinds) and not kinds[0] & kinds[1]:
        return None  # the events are of different kinds, regardless of common words
    charge = _CHARGE.match(later.words)
    stems = later.stems if charge is None else _stems(later.words[charge.end() :])
    shared = stems & earlier.stems
    is_same = len(shared) >= _SHARED_WORDS and len(shared) >= _SHARED_PART * len(stems)
    head = _stems(later.source.split()[-1]) if later.source.split() else frozenset()
    of_them = (bool(head) and head <= earlier.stems) or bool(set(earlier.claim.targets) & set(later.claim.speakers))
    return _link(later, earlier, "denies", 0.7, "denial.words") if is_same and of_them else None


def _confirmation(later: _Statement, earlier: _Statement) -> Link | None:
    if later.claim.speech_act != "confirm" or "negative" in {later.claim.polarity, earlier.claim.polarity}:
        return None
    if later.claim.certainty != "certain" or later.claim.frame != "nonFuture" or not _same_event(later, earlier):
        return None
    if earlier.claim.speech_act in _REQUESTS or earlier.claim.frame != "nonFuture":
        return None
    return _link(later, earlier, "corroborates", 0.7, "confirmation.event")


def _same_event(later: _Statement, earlier: _Statement) -> bool:
    return any(_same(a, b) for a in later.claim.stated_events for b in earlier.claim.stated_events)


def _same(one: Event, other: Event) -> bool:
    """Return True for equal kinds of events with a common agent; False without a named agent."""
    return one.type == other.type and bool(set(one.agents) & set(other.agents))


def _same_kind(later: _Statement, earlier: _Statement) -> bool:
    """Return whether two accusations are of the same thing, in their events or in most of their words."""
    kinds = {event.type for event in earlier.claim.stated_events}
    if any(event.type in kinds for event in later.claim.stated_events):
        return True
    one, other = (_stems(" ".join(w for w in _WORD.findall(c.words) if w[0].islower())) for c in (later, earlier))
    return bool(one & other) and 2 * len(one & other) >= min(len(one), len(other))


def _stems(words: str) -> frozenset[str]:
    """Return the beginnings of the longer words, which are those that endings leave."""
    found = (word.lower() for word in _WORD.findall(words))
    return frozenset(word[:_STEM] for word in found if len(word) >= _STEM - 1 and word not in _SMALL)


def _names(words: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(words) if word[0].isupper() and len(word) >= _STEM - 1)


def _link(later: _Statement, earlier: _Statement, kind: str, confidence: float, rule: str) -> Link:
    return Link(source=later.claim.id, target=earlier.claim.id, type=kind, confidence=confidence, rule=rule)
