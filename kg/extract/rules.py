"""The ``rules`` extractor: attributions found by rules on syntax, and the layers that every extractor shares."""

from __future__ import annotations

from kg.extract.analysis import Analysis
from kg.records import Document, Record, Run


class RulesExtractor:
    """Rules over spaCy's parse; nothing is trained here, and no weights but the English model's are needed."""

    name = "rules"
    version = "1"

    def __init__(self) -> None:
        self._analysis = Analysis()

    def extract(self, document: Document) -> Record:
        """Extract the record of the document.

        Raises:
            InputError: No English model is installed.
        """
        from kg.extract.assemble import assemble
        from kg.extract.attribution_rules import find
        from kg.extract.layout.page import read_layout
        from kg.extract.quotes import find_quotes

        layout = read_layout(document.text, document.frame)
        doc = self._analysis.parse(layout.running)
        quotes = find_quotes(layout.running)
        spoken = [span for one in layout.attributions for span in one.content]
        run = Run(extractor=self.name, version=self.version, settings=(("model", self._analysis.language),))
        return assemble(
            document, doc, quotes, find(doc, quotes, spoken), gazetteer=self._analysis.gazetteer, run=run, layout=layout
        )
