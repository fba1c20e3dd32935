"""The gold of one text and the answer of one extractor to it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.records import Claim, Record, Span, Spans

PHENOMENA = "phenomena"
"""The setting of a gold record's run that lists the phenomena of the article, separated by blanks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAttribution:
    """Source, cue and content of an attribution; each can be empty or in several pieces."""

    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()

    @classmethod
    def of(cls, claim: Claim) -> ScoredAttribution:
        """Return the three spans of a claim."""
        return cls(source=claim.source, cue=claim.cue, content=claim.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The answer of an extractor to one text.

    ``facts`` is the text asserted in the article's own voice. With ``None``, all text outside of contents, unclear
    passages and context counts as asserted.
    """

    attributions: tuple[ScoredAttribution, ...] = ()
    facts: Spans | None = None
    unclear: Spans = ()
    context: Spans = ()
    record: Record | None = None

    @classmethod
    def of(cls, record: Record) -> Prediction:
        """Return the answer in a record."""
        return cls(
            attributions=tuple(ScoredAttribution.of(claim) for claim in record.claims),
            facts=tuple(span for fact in record.facts for span in fact.anchor),
            unclear=tuple(unclear.span for unclear in record.unclear),
            context=(
                *(context.span for context in record.context),
                *(span for claim in record.claims for adjunct in claim.adjuncts for span in adjunct.spans),
            ),
            record=record,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """The coding of one sentence: the PLOVER type of its one event, and the places of its actors."""

    type: str
    actors: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One text with the findings of its annotators; ``record`` if one of them annotated everything.

    A ``coded`` sentence has no attributions.
    """

    id: str
    text: str
    annotations: tuple[tuple[ScoredAttribution, ...], ...]
    phenomena: frozenset[str] = frozenset()
    record: Record | None = None
    coded: Coded | None = None

    @classmethod
    def of(cls, record: Record) -> Gold:
        """Return a full gold record; the settings of its run have the phenomena."""
        phenomena = dict(record.run.settings).get(PHENOMENA) or ""
        return cls(
            id=record.document.id,
            text=record.document.text,
            annotations=(tuple(ScoredAttribution.of(claim) for claim in record.claims),),
            phenomena=frozenset(str(phenomena).split()),
            record=record,
        )


def code_points(spans: Spans | list[Span]) -> frozenset[int]:
    """Return all offsets in ``spans``."""
    return frozenset(offset for span in spans for offset in range(span.start, span.end))
