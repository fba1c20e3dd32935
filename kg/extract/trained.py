"""The ``model`` extractor: attributions found by the trained parser, and the layers that every extractor shares."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kg.extract.analysis import Analysis
from kg.records import Document, Record, Run, Span, Spans, merged, without

if TYPE_CHECKING:
    from kg.extract.attribution_model import AttributionModel, Parse

LIKELY: Final = 0.2
"""Chance of a cue, and confidence of an attribution, from which the parser's are taken: low, since what is missed here
comes out in the article's own voice. Tuned on PolNeAR dev together with the gate."""


class TrainedExtractor:
    """The trained attribution parser and the rules together; all that follows is the same as for the rules alone.

    ``gate``: the mean chance of a statement's words to be somebody's, from which it is no fact but unclear, 0 to 1.
    """

    name = "model"

    def __init__(self, *, gate: float) -> None:
        self._gate = gate
        self._analysis = Analysis()

    @cached_property
    def _parser(self) -> AttributionModel:
        from kg.extract.attribution_model import AttributionModel

        parser = AttributionModel()
        parser.thresholds = replace(parser.thresholds, anchor=LIKELY, confidence=LIKELY)
        return parser

    @cached_property
    def version(self) -> str:
        """The version of the network that is shipped."""
        return self._parser.version

    def extract(self, document: Document) -> Record:
        """The record of the document; :class:`~kg.errors.InputError` where a model is absent or another one."""
        from kg.extract.assemble import assemble
        from kg.extract.attribution_rules import find
        from kg.extract.joined import joined, parted
        from kg.extract.layout.page import read_layout
        from kg.extract.quotes import find_quotes
        from kg.extract.told_of import without_the_told_of

        layout = read_layout(document.text)
        doc = self._analysis.parse(layout.running)
        quotes = find_quotes(layout.running)
        found = self._parser.parse(layout.running)
        said, deeds = parted(without_the_told_of(found.attributions, doc), doc)
        spoken = [span for one in layout.attributions for span in one.content]
        told = merged(span for deed in deeds for span in (*deed.cue, *deed.content))
        settings = (("gate", self._gate), ("model", self._analysis.language))
        return assemble(
            document,
            doc,
            quotes,
            joined(
                find(doc, quotes, spoken),
                said,
                document.text,
                self._parser.choice,
                believed=lambda content: _chance(found, content, []) >= self._gate,
            ),
            gazetteer=self._analysis.gazetteer,
            run=Run(extractor=self.name, version=self.version, settings=settings),
            doubt=lambda anchor: _chance(found, anchor, told) >= self._gate,
            layout=layout,
        )


def _chance(parse: Parse, anchor: Spans, told: list[Span]) -> float:
    """The mean chance of the anchor's words, weighted by length, of lying in somebody's content.

    Words of a deed that the parser took for something said (``told``, disjoint) are nobody's: their chance is 0.
    """
    length = sum(span.end - span.start for span in anchor)
    rest = [piece for span in anchor for piece in without(span, told)]
    return sum(parse.attributed_probability(s.start, s.end) * (s.end - s.start) for s in rest) / length
