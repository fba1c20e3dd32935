"""Where the words of one speaker end: attributions of one sentence put right against each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.phrases import child
from kg.extract.positions import is_role
from kg.extract.reading import Reading
from kg.extract.wordlists import word_lists
from kg.records import Span

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_ONWARD = frozenset(
    [
        "add",
        "note",
        "stress",
        "emphasize",
        "emphasise",
        "underscore",
        "underline",
        "say",
        "point",
        "continue",
        "remark",
        "explain",
        "conclude",
        "insist",
        "argue",
        "reiterate",
        "recall",
        "warn",
        "caution",
        "quip",
        "joke",
        "state",
        "observe",
        "maintain",
        "tell",
    ]
)
"""Participles that go on with the same speaker: he said ..., adding that ..."""
_MAY_SPEAK = (
    "administrations",
    "agents",
    "called",
    "carriers",
    "groups",
    "media",
    "organizations",
    "people",
    "quantities",
    "state_offices",
)
"""Lists of nouns that denote a speaker, or a means of speaking."""


def settle(reading: Reading, attributions: Sequence[Attribution]) -> list[Attribution]:
    """Cut the content of an attribution at the start of another one of the same speaker.

    "He admitted that it is hard, while underscoring that ..." is two statements of one speaker, although the parser
    attaches the second to the first.

    Args:
        reading: The text.
        attributions: What the rules found.
    """
    out = list(attributions)
    order = sorted((a.cue[0].start, i) for i, a in enumerate(out) if a.cue)
    starts = [start for start, _ in order]
    for _, i in order:
        verb = _cue_verb(reading, out[i])
        if verb is None:
            continue
        if not _goes_on(reading, verb):
            _set_apart(reading, out, i, verb)
            continue
        first = reading.starts[verb.sent.start]
        for _, j in reversed(order[bisect_left(starts, first) : bisect_left(starts, out[i].cue[0].start)]):
            if _speaks_before(out[j], out[i]):
                out[j], out[i] = _cut(reading, out[j], verb), replace(out[i], source=out[j].source)
                break
    return out


def _set_apart(reading: Reading, out: list[Attribution], i: int, verb: Token) -> None:
    """Cuts earlier contents at a contrasting clause with its own speaker: ..., though diplomats hope ..."""
    start = _contrast(reading, verb)
    if start is None:
        return
    limit = reading.starts[start]
    for j, other in enumerate(out):
        before = (
            bool(other.cue) and other.cue[0].start < limit and reading.token_at(other.cue[0].start) >= verb.sent.start
        )
        if j != i and before and any(s.start < limit < s.end for s in other.content):
            pieces = [Span(s.start, min(s.end, limit)) for s in other.content if s.start < limit]
            cleaned = [c for p in pieces if (c := reading.clean(p.start, p.end)) is not None]
            out[j] = replace(other, content=tuple(cleaned)) if cleaned else other


def _conceding(reading: Reading, verb: Token) -> int | None:
    """Return where though or while after a comma begins the clause of ``verb``."""
    mark = child(verb, "mark")
    if mark is None or mark.lower_ not in ("though", "although", "while", "whereas"):
        return None
    return mark.i if mark.i > verb.sent.start and reading.doc[mark.i - 1].text == "," else None


def _contrast(reading: Reading, verb: Token) -> int | None:
    """Return the start of the clause of ``verb`` with its own subject.

    The clause follows a comma and though, while, but or and.
    """
    head = next((c for c in verb.children if c.dep_ == "aux"), verb)
    own = child(verb, "nsubj")
    if own is None or own.i > verb.i or head.i > verb.i or reading.quoted(verb):
        return None
    if verb.dep_ == "advcl":
        return _conceding(reading, verb)
    if verb.dep_ == "conj":
        first = own.left_edge.i
        if first > verb.sent.start + 1 and reading.doc[first - 1].dep_ == "cc" and reading.doc[first - 2].text == ",":
            return first - 1
    return None


def _cue_verb(reading: Reading, attribution: Attribution) -> Token | None:
    at = reading.token_at(attribution.cue[0].start)
    return reading.doc[at] if at < len(reading.doc) else None


def _goes_on(reading: Reading, verb: Token) -> bool:
    """Return True for a participle of saying that continues a sentence without its own subject.

    It follows a comma, a quotation or a conjunction.
    """
    word = verb.lemma_.lower()
    if not reading.cues.takes(word, "clause", "quote", "hearer", "np", "of"):
        return False
    if verb.tag_ != "VBG" or child(verb, "nsubj") is not None or reading.quoted(verb) or verb.i == 0:
        return False
    before = reading.doc[verb.i - 1]
    if before.lower_ in ("while", "and", "but") and verb.i > 1:
        before = reading.doc[verb.i - 2] if verb.lemma_.lower() not in _ONWARD else before
    closes = reading.within[before.i] >= 0
    if before.text == "," and _is_said_of_a_thing(verb):
        return True
    return closes or (verb.lemma_.lower() in _ONWARD and before.lower_ in (",", "while", "and", "but", "also", "then"))


def _is_said_of_a_thing(verb: Token) -> bool:
    """Return True for "the missiles had missed, blaming Kyiv": a thing cannot speak, regardless of the parse."""
    lists = word_lists()
    subject = child(verb.head, "nsubj", "nsubjpass") if verb.dep_ == "advcl" else None
    if subject is None or subject.pos_ != "NOUN" or is_role(subject):
        return False
    words = {subject.lemma_.lower(), subject.lower_}
    return not any(words & set(lists[name]) for name in _MAY_SPEAK)


def _speaks_before(outer: Attribution, inner: Attribution) -> bool:
    """Return True if the outer one has a source and its cue and content begin before the inner cue."""
    cue = inner.cue[0].start
    return bool(outer.source) and outer.content[0].start < cue and outer.cue[0].start < cue


def _cut(reading: Reading, outer: Attribution, verb: Token) -> Attribution:
    """Return the outer attribution up to the participle."""
    limit = reading.starts[verb.i]
    before = verb.i - 1
    while before >= 0 and reading.doc[before].lower_ in ("while", "and", "but", "also", ",", "then"):
        limit = reading.starts[before]
        before -= 1
    pieces = [Span(s.start, min(s.end, limit)) for s in outer.content if s.start < limit]
    cleaned = [c for p in pieces if (c := reading.clean(p.start, p.end)) is not None]
    return replace(outer, content=tuple(cleaned)) if cleaned else outer
