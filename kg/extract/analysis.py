"""What every extractor of ours starts from: the English model's parse and the known actors, each loaded once."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.extract.gazetteer import Gazetteer
    from kg.extract.parsed import Doc
    from kg.extract.products import OneThread


@cache
def english_model() -> Language:
    """Return the English model of this process: every extractor in it shares the one.

    Raises:
        InputError: No English model is installed.
    """
    from kg.extract.language import load_model
    from kg.extract.products import by_numpy

    model = load_model()
    by_numpy(model)
    return model


class Analysis:
    """Loads on first use. Raises InputError where no English model is installed."""

    @cached_property
    def _model(self) -> Language:
        return english_model()

    @cached_property
    def _one_thread(self) -> OneThread:
        from kg.extract.products import OneThread

        return OneThread()

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The states, organizations and media that are known by name."""
        from kg.extract.gazetteer import load_gazetteer

        return load_gazetteer()

    @property
    def language(self) -> str:
        """The English model's name and version, for the record of the run."""
        meta = self._model.meta
        return f"{meta['lang']}_{meta['name']}-{meta['version']}"

    def parse(self, text: str) -> Doc:
        """Parse a text; tokens have its exact code points."""
        from kg.extract.language import parse
        from kg.extract.parsed import Doc

        model = self._model
        with self._one_thread():
            return Doc(parse(model, text))
