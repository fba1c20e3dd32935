"""Attributions of the rules and of the trained parser made one list.

The rules find claims inside of claims, the trained parser finds cues that no list of words has: what only one of them
found is taken, and of what both found the spans that are likelier right (:mod:`kg.extract.choice`). Measured on
PolNeAR dev and on the own gold (``docs/decisions/0004-attributions.md``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from kg.extract.attribution import Attribution
from kg.extract.choice import Choice, meet, points
from kg.extract.cues import Cues, load_cues
from kg.extract.events import Told, told_events
from kg.extract.nesting import parents
from kg.extract.phrases import lemma
from kg.records import Span, Spans

if TYPE_CHECKING:
    from kg.extract.event_model import NamedEvent
    from kg.extract.parsed import Doc, Token

SAME: Final = 0.5
"""The least intersection over union of two contents that are one attribution, regardless of their cues."""
COMMITTED: Final = frozenset(
    {"promiseAid", "threatenForce", "threatenSanctions", "ultimatum", "refuseTalks", "condition", "opportunity"}
)
"""Types of events that the network finds where a claim is made just as well: no deeds either."""
FAINT: Final = 0.3
"""Confidence below which the parser alone makes no claim: on the development parts three in four are wrong."""
DEED: Final = 0.6
"""Confidence of an event of the network from which the words that name it are a deed and no cue."""
SAID: Final = frozenset(
    {
        "accuse",
        "criticize",
        "complain",
        "condemn",
        "threaten",
        "warn",
        "reject",
        "request",
        "demand",
        "promise",
        "state",
    }
)
"""Types of events that are speech: a cue that tells of one is a cue. Any other event is a deed."""


def deeds_of(events: Sequence[NamedEvent]) -> list[Span]:
    """Return the triggers of the events that the network is sure of and that are no speech, in text order."""
    return sorted(e.trigger for e in events if e.type not in SAID | COMMITTED and e.confidence >= DEED)


def without_deeds(attributions: Sequence[Attribution], done: Sequence[Span]) -> list[Attribution]:
    """Return the attributions without those whose cue names a deed.

    Args:
        attributions: What was found.
        done: The triggers of deeds, as :func:`deeds_of` gives them.
    """
    starts = [span.start for span in done]
    return [a for a in attributions if not _tells_of(a, starts)]


def without_faint(
    by_model: Sequence[Attribution], alone: Sequence[Attribution], doc: Doc
) -> tuple[list[Attribution], list[Attribution]]:
    """Return the parser's attributions that may be claims, and the likelier of the faint ones.

    Args:
        by_model: What the parser found.
        alone: Those of them that no rule found.
        doc: The parsed text.
    """
    cues = load_cues()
    faint = [one for one in alone if one.confidence < FAINT]
    likelier = [one for one in faint if has_known_cue(one, doc, cues)]
    return [one for one in by_model if one not in faint], likelier


def has_known_cue(attribution: Attribution, doc: Doc, cues: Cues) -> bool:
    """Return True if a word of the cue is known to report something.

    Args:
        attribution: What was found.
        doc: The parsed text.
        cues: The known words that report.
    """
    return any(_is_known(word, cues) for word in _words(attribution.cue, doc))


def _words(spans: Spans, doc: Doc) -> Iterator[Token]:
    """Yield the tokens that begin in the spans."""
    for span in spans:
        i = bisect_left(doc.tokens, span.start, key=lambda token: token.idx)
        while i < len(doc) and doc[i].idx < span.end:
            yield doc[i]
            i += 1


def _is_known(word: Token, cues: Cues) -> bool:
    name = lemma(word)
    return name in cues.verbs or name in cues.nouns or name in cues.adjectives


def parted(
    by_model: Sequence[Attribution], doc: Doc, done: Sequence[Span] = ()
) -> tuple[list[Attribution], list[Attribution]]:
    """The parser's attributions proper, and those whose cue tells of a deed.

    ``done`` are the triggers of deeds that the network read.

    What tells of a deed is no cue, though the corpus the parser learned from often marks it: "both countries agreed to
    start", "voted to keep", "recalled its consul" say what happened (annotation guide, "Hard cases").
    """
    at = sorted({*(token.idx for token in _deeds(doc)), *(span.start for span in done)})
    deeds = [_tells_of(a, at) for a in by_model]
    pairs = list(zip(by_model, deeds, strict=True))
    return [a for a, deed in pairs if not deed], [a for a, deed in pairs if deed]


def joined(
    by_rule: Sequence[Attribution],
    by_model: Sequence[Attribution],
    text: str,
    choice: Choice,
    *,
    believed: Callable[[Spans], bool],
) -> list[Attribution]:
    """What either found, in text order of the contents; where both found one, with the spans that ``choice`` takes.

    What only the parser found is taken where its content is ``believed`` to be somebody's: it reads words in two ways,
    cue by cue and each for itself, and where the two disagree the first is wrong four times in five.

    What stands inside another content stays the rules': the parser has learned nothing of those. In time proportional
    to the attributions where each meets few others.
    """
    rivals, rest = matched(by_rule, by_model)
    either = [
        ours if theirs is None else choice.between(ours, theirs, text)
        for ours, theirs in zip(by_rule, rivals, strict=True)
    ]
    alone = [a for a in rest if believed(a.content)]
    return sorted([*either, *alone], key=lambda a: (a.content, a.cue, a.source))


def matched(
    by_rule: Sequence[Attribution], by_model: Sequence[Attribution]
) -> tuple[list[Attribution | None], list[Attribution]]:
    """For each of the rules' the parser's that may stand in its place, and those of the parser's that no rule has.

    Each of the parser's stands for one at most; for one inside another content there is none. Nor does any stand in a
    place where it would take another speaker's cue into what is said.
    """
    same = _Same(by_rule)
    meets = [(attribution, same.of(attribution)) for attribution in by_model]
    wanted: dict[int, list[Attribution]] = {}
    for attribution, numbers in meets:
        for n in numbers:
            wanted.setdefault(n, []).append(attribution)
    rivals: list[Attribution | None] = []
    given: set[Attribution] = set()
    for n, (ours, parent) in enumerate(zip(by_rule, parents(by_rule), strict=True)):
        likeliest = max(wanted.get(n, ()), key=partial(_likeness, ours), default=None)
        if likeliest is None or parent is not None or likeliest in given or same.cut(likeliest, beside=n):
            rivals.append(None)
            continue
        rivals.append(likeliest)
        given.add(likeliest)
    return rivals, [attribution for attribution, numbers in meets if not numbers]


class _Same:
    """Finds those of some attributions that another one is the same as: their cues meet or they share their content."""

    def __init__(self, attributions: Sequence[Attribution]) -> None:
        self._attributions = attributions
        self._at: dict[int, list[int]] = {}
        for n, attribution in enumerate(attributions):
            for offset in _offsets(attribution):
                self._at.setdefault(offset, []).append(n)

    def of(self, attribution: Attribution) -> list[int]:
        """Return the matching numbers, in order. Matching cues have priority over matching contents.

        A turn whose whole content is "X says ..." is another attribution.
        """
        met = sorted({n for offset in _offsets(attribution) for n in self._at.get(offset, ())})
        by_cue = [n for n in met if meet(attribution.cue, self._attributions[n].cue)]
        return by_cue or [n for n in met if _share(attribution.content, self._attributions[n].content) >= SAME]

    def cut(self, attribution: Attribution, *, beside: int) -> bool:
        """True where its content takes in the cue of one of them, but not all that one says, or what its speaker adds.

        "Admitted that it is slow, while underscoring that it goes on" are two claims with one source (as in the seed).
        ``beside``: but for the one of this number.
        """
        content = points(attribution.content)
        met = {n for offset in content for n in self._at.get(offset, ()) if n != beside}
        others = [self._attributions[n] for n in met]
        return any(
            content & points(other.cue) and (not _offsets(other) <= content or meet(other.source, attribution.source))
            for other in others
        )


def _likeness(by_rule: Attribution, by_model: Attribution) -> float:
    """Return the similarity of a parser's attribution to one of the rules; its cue counts most."""
    same_content = _share(by_rule.content, by_model.content) >= SAME
    return 0.5 * meet(by_rule.cue, by_model.cue) + 0.3 * same_content + by_model.confidence


def _deeds(doc: Doc) -> Iterator[Token]:
    """Yield the words of events that are no speech, in text order."""
    return (told.trigger for told in told_events(doc) if told.type not in SAID and not _holds_a_view(told))


def _holds_a_view(told: Told) -> bool:
    """Return True for an opinion: "Agreed that it was late", "agrees with her". "Agreed to start" is an act."""
    rights = list(told.trigger.rights)
    opinion = any(word.dep_ == "ccomp" or (word.dep_ == "prep" and word.lower_ == "with") for word in rights)
    return told.type == "agree" and opinion and not any(word.dep_ == "xcomp" for word in rights)


def _tells_of(attribution: Attribution, deeds: Sequence[int]) -> bool:
    """Return True if a word of the cue begins at one of ``deeds`` (sorted)."""
    for span in attribution.cue:
        i = bisect_left(deeds, span.start)
        if i < len(deeds) and deeds[i] < span.end:
            return True
    return False


def _offsets(attribution: Attribution) -> set[int]:
    return points(attribution.cue) | points(attribution.content)


def _share(one: Spans, other: Spans) -> float:
    a, b = points(one), points(other)
    return len(a & b) / len(a | b)
