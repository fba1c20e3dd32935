"""The ``rules`` extractor: attributions found by rules on syntax, and the layers that every extractor shares."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kg.records import Document, Record, Run

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.extract.gazetteer import Gazetteer


class RulesExtractor:
    """Rules over spaCy's parse; nothing is trained here. The model and the gazetteer are loaded once, on first use."""

    name = "rules"
    version = "1"

    @cached_property
    def _model(self) -> Language:
        from kg.extract.language import load_model

        return load_model()

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        from kg.extract.gazetteer import load_gazetteer

        return load_gazetteer()

    def extract(self, document: Document) -> Record:
        """The record of the document; :class:`~kg.errors.InputError` where no English model is installed."""
        from kg.extract.assemble import assemble
        from kg.extract.attribution_rules import find
        from kg.extract.language import parse
        from kg.extract.quotes import find_quotes

        doc = parse(self._model, document.text)
        quotes = find_quotes(document.text)
        run = Run(extractor=self.name, version=self.version, settings=(("model", _model_name(self._model)),))
        return assemble(document, doc, quotes, find(doc, quotes), gazetteer=self._gazetteer, run=run)


def _model_name(model: Language) -> str:
    return f"{model.meta['lang']}_{model.meta['name']}-{model.meta['version']}"
