"""The ``model`` extractor: attributions found by the trained parser, and the layers that every extractor shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from kg.extract.analysis import Analysis
from kg.records import Document, Record, Run, Span, Spans, first_overlap, merged, without

if TYPE_CHECKING:
    from kg.extract.attribution_model import AttributionModel, Parse
    from kg.extract.event_model import EventModel, EventReading
    from kg.extract.parsed import Doc

LIKELY: Final = 0.2
"""Chance of a cue, and confidence of an attribution, from which the parser's are taken: low, since what is missed here
comes out in the article's own voice. Tuned on PolNeAR dev together with the gate."""
HEARD: Final = 0.15
"""The probability of attribution from which the shape of a sentence means hearsay."""


@cache
def _shipped_parser() -> AttributionModel:
    """Return the parser of the package, loaded once in each process."""
    from kg.extract.attribution_model import AttributionModel

    parser = AttributionModel()
    parser.thresholds = replace(parser.thresholds, anchor=LIKELY, confidence=LIKELY)
    return parser


@cache
def _shipped_events() -> EventModel:
    """Return the event network of the package, loaded once in each process."""
    from kg.extract.event_model import EventModel

    return EventModel()


class TrainedExtractor:
    """The trained attribution parser and the rules together; all that follows is the same as for the rules alone.

    ``gate``: the mean chance of a statement's words to be somebody's, from which it is no fact but unclear, 0 to 1.
    ``without``: names of rules whose attributions are left out, to measure what they bring.
    """

    name = "model"

    def __init__(self, *, gate: float, without: frozenset[str] = frozenset()) -> None:
        self._gate = gate
        self._without = without
        self._analysis = Analysis()

    @cached_property
    def _parser(self) -> AttributionModel:
        return _shipped_parser()

    @cached_property
    def _events(self) -> EventModel:
        return _shipped_events()

    @cached_property
    def version(self) -> str:
        """The version of the network that is shipped."""
        return self._parser.version

    def syntax(self, text: str) -> Doc:
        """Return the words of a text with their syntax."""
        return self._analysis.parse(text)

    def attributed(self, text: str) -> Parse:
        """Return what the attribution network says of a text."""
        return self._parser.parse(text)

    def named(self, text: str, claims: Sequence[tuple[Spans, Spans]]) -> EventReading:
        """Return what the event network says of a text.

        Args:
            text: The text.
            claims: Cue and content of each claim whose manner is wanted.
        """
        return self._events.read(text, claims)

    def extract(self, document: Document) -> Record:
        """Extract the record of the document.

        Raises:
            InputError: A model is missing or is another version.
        """
        from kg.extract.assemble import assemble
        from kg.extract.attribution_rules import find
        from kg.extract.joined import deeds_of, joined, matched, parted, without_deeds, without_faint
        from kg.extract.layout.page import read_layout
        from kg.extract.named_events import JoinedEvents
        from kg.extract.quotes import find_quotes
        from kg.extract.told_of import without_the_told_of

        layout = read_layout(document.text, document.frame)
        doc = self.syntax(layout.running)
        quotes = find_quotes(layout.running)
        found = self.attributed(layout.running)
        spoken = [span for one in layout.attributions for span in one.content]
        by_rule = [one for one in find(doc, quotes, spoken) if one.rule not in self._without]
        by_model = without_the_told_of(found.attributions, doc)
        candidates = list(dict.fromkeys([*by_rule, *by_model, *layout.attributions]))
        read = self.named(layout.running, [(a.cue, a.content) for a in candidates])
        done = deeds_of(read.events)
        said, deeds = parted(by_model, doc, done)
        said, faint = without_faint(said, matched(by_rule, said)[1], doc)
        open_ = merged(s for one in faint if _chance(found, one.content, []) >= self._gate for s in one.content)
        told = merged(span for deed in deeds for span in (*deed.cue, *deed.content))
        attributions = joined(
            without_deeds(by_rule, done),
            said,
            document.text,
            self._parser.choice,
            believed=lambda content: _chance(found, content, []) >= self._gate,
        )
        settings = (("gate", self._gate), ("model", self._analysis.language))
        return assemble(
            document,
            doc,
            quotes,
            attributions,
            gazetteer=self._analysis.gazetteer,
            run=Run(extractor=self.name, version=self.version, settings=settings),
            events=JoinedEvents(doc, read.events, read.hints),
            manners={(a.cue, a.content): manner for a, manner in zip(candidates, read.manners, strict=True)},
            doubt=lambda anchor: is_doubted(found, anchor, told, open_, gate=self._gate),
            heard=lambda words: _chance(found, words, told) >= HEARD,
            layout=layout,
        )


def is_doubted(parse: Parse, anchor: Spans, told: list[Span], faint: Sequence[Span], *, gate: float) -> bool:
    """Return True for words that are probably attributed, so that they make no fact.

    Args:
        parse: What the parser says of the text.
        anchor: The words.
        told: The words of deeds, disjoint and in text order.
        faint: The contents of attributions with too little confidence for a claim, disjoint and in text order.
        gate: The mean probability from which words are doubted.
    """
    return _chance(parse, anchor, told) >= gate or any(first_overlap(span, faint) for span in anchor)


def _chance(parse: Parse, anchor: Spans, told: list[Span]) -> float:
    """The mean chance of the anchor's words, weighted by length, of lying in somebody's content.

    Words of a deed that the parser took for something said (``told``, disjoint) are nobody's: their chance is 0,
    and so is that of a finding without words, which becomes no fact.
    """
    length = sum(span.end - span.start for span in anchor)
    if not length:
        return 0.0
    rest = [piece for span in anchor for piece in without(span, told)]
    return sum(parse.attributed_probability(s.start, s.end) * (s.end - s.start) for s in rest) / length
