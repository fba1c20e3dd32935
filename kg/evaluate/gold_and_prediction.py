"""What is compared: the gold of one text and the answer of one extractor to it."""

from __future__ import annotations

from dataclasses import dataclass

from kg.records import Claim, Record, Span, Spans

PHENOMENA = "phenomena"
"""The setting of a gold record's run that lists, with blanks between, what the article is there to test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAttribution:
    """Who (``source``), by which words (``cue``), what (``content``); any may be empty or in several pieces."""

    source: Spans = ()
    cue: Spans = ()
    content: Spans = ()

    @classmethod
    def of(cls, claim: Claim) -> ScoredAttribution:
        """The three spans of a claim."""
        return cls(source=claim.source, cue=claim.cue, content=claim.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What an extractor found in one text.

    ``facts`` is what it asserts in the article's own voice; ``None`` where it has no such side, and then all text
    outside of contents, unclear passages and context counts as asserted.
    """

    attributions: tuple[ScoredAttribution, ...] = ()
    facts: Spans | None = None
    unclear: Spans = ()
    context: Spans = ()
    record: Record | None = None

    @classmethod
    def of(cls, record: Record) -> Prediction:
        """The answer that a record is."""
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
    """What coders say of one sentence: the PLOVER type of its one event, and where its actors stand."""

    type: str
    actors: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One text with what one or more annotators found in it; ``record`` where one of them annotated everything.

    A ``coded`` sentence has no annotations of who says what.
    """

    id: str
    text: str
    annotations: tuple[tuple[ScoredAttribution, ...], ...]
    phenomena: frozenset[str] = frozenset()
    record: Record | None = None
    coded: Coded | None = None

    @classmethod
    def of(cls, record: Record) -> Gold:
        """A full gold record; its phenomena stand in the settings of its run."""
        phenomena = dict(record.run.settings).get(PHENOMENA) or ""
        return cls(
            id=record.document.id,
            text=record.document.text,
            annotations=(tuple(ScoredAttribution.of(claim) for claim in record.claims),),
            phenomena=frozenset(str(phenomena).split()),
            record=record,
        )


def code_points(spans: Spans | list[Span]) -> frozenset[int]:
    """All offsets that lie in any of ``spans``."""
    return frozenset(offset for span in spans for offset in range(span.start, span.end))
