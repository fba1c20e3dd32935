"""Speech acts that are facts: the accusation in "X accused Y" is a fact of the article, its content a claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kg.extract.arguments import conjuncts, objects
from kg.extract.cast import Cast
from kg.extract.facts import FoundFact
from kg.extract.happenings import Reporter
from kg.extract.lexicon import event_lexicon
from kg.extract.modality import modality_of
from kg.extract.speakers import NOT_NAMED
from kg.records import Claim, Event, Span, Spans, first_overlap, merged

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_VERBAL = frozenset({"accuse"})
"""Event types of speech: that X accused Y is a fact, what X accused Y of is the claim."""


def acts_of_speech(text: str, reporter: Reporter, claims: list[Claim], content: list[Span]) -> Iterator[FoundFact]:
    """Return the speech acts that the article asserts, as in "X has accused Y", without their content.

    Args:
        text: The text.
        reporter: Gives entities and times.
        claims: The claims of the article.
        content: Their content, disjoint.
    """
    seen: set[tuple[int, Event]] = set()
    for claim in claims:
        if claim.parent is not None:
            continue
        for verb in reporter.who.tokens(claim.cue):
            kind = event_lexicon().verbs.get(verb.lemma_.lower()) if verb.pos_ == "VERB" else None
            targets = _targets_of(reporter, verb, claim)
            told = modality_of(verb)
            if kind not in _VERBAL or not targets or not told.asserted or verb.tag_ == "VBG":
                continue
            event = Event(
                type=kind,
                agents=_known(reporter.cast, claim.speakers),
                targets=targets,
                when=reporter.when(verb),
            )
            anchor = _outside(_joined(text, (*claim.source, *claim.cue)), content)
            if anchor and (verb.sent.start, event) not in seen:
                seen.add((verb.sent.start, event))
                yield FoundFact(
                    anchor=anchor, told=told, events=(event,), rule="act", confidence=round(claim.confidence, 3)
                )


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return the spans, joined if only blanks are between them."""
    out: list[Span] = []
    for span in merged(spans):
        if out and not text[out[-1].end : span.start].strip():
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return out


def _targets_of(reporter: Reporter, verb: Token, claim: Claim) -> tuple[str, ...]:
    named = reporter.who.entities(t for o in objects(verb) for t in conjuncts(o))
    found = named or claim.targets or claim.addressees
    return tuple(e for e in _known(reporter.cast, found) if e not in claim.speakers)


def _known(cast: Cast, entities: Sequence[str]) -> tuple[str, ...]:
    kinds = {"person", "political_actor", "organization", "unnamed_source"}
    return tuple(e for e in entities if cast.type_of(e) in kinds and cast.draft(e).name != NOT_NAMED)


def _outside(spans: Sequence[Span], content: Sequence[Span]) -> Spans:
    """Return the spans without overlap with the content."""
    return tuple(s for s in spans if first_overlap(s, list(content)) is None)
