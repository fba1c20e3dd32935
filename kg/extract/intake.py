"""What stands before every extractor: a text is looked at before it is read, and a record before it is given on."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kg.errors import InputError, RecordError
from kg.extract.foreign import foreign_language
from kg.extract.markup import Unmarked, without_markup
from kg.records import Document, Impossible, Record, Span, Unclear, merged, without

if TYPE_CHECKING:
    from kg.extract import Extractor

MARKUP: Final = "markup, not words of the article"
_logger = logging.getLogger(__name__)


class Intake:
    """``extractor``, refusing texts that are not English (unless ``any_language``), and reading past HTML.

    Every offset of a record is one into the text as it is, markup and all.
    """

    def __init__(self, extractor: Extractor, *, any_language: bool) -> None:
        self._extractor = extractor
        self._any_language = any_language

    @property
    def name(self) -> str:
        """The extractor's."""
        return self._extractor.name

    @property
    def version(self) -> str:
        """The extractor's."""
        return self._extractor.version

    def extract(self, document: Document) -> Record:
        """The record of the document.

        Raises InputError naming it where its text is not English or nothing but markup, and RecordError where the
        extractor contradicts itself.
        """
        unmarked = without_markup(document.text)
        if not unmarked.text.strip():
            raise InputError(f"{document.id}: the text is markup only; give the words of the article")
        self._demand_english(document.id, unmarked.text)
        try:
            if unmarked.text == document.text:
                return self._extractor.extract(document)
            _logger.warning(
                "%s: %d tags and %d character references of HTML in the text were read past",
                *(document.id, len(unmarked.tags), len(unmarked.references)),
            )
            return _marked(self._extractor.extract(replace(document, text=unmarked.text)), document, unmarked)
        except Impossible as error:
            raise RecordError(
                f"document {document.id}", f"$.{error.path}", f"{error.problem}; the extractor {self.name!r} is wrong"
            ) from error

    def _demand_english(self, document: str, text: str) -> None:
        if self._any_language:
            return
        language = foreign_language(text)
        if language is not None:
            raise InputError(
                f"{document}: the text is in {language}, it seems, and only English can be read; translate it, "
                "or have it read all the same with --any-language"
            )


def _marked(record: Record, document: Document, unmarked: Unmarked) -> Record:
    """The record of the plain text as one of the marked text: the words of tags are unclear, and nobody's."""
    inside = [Unclear(span=span, reason=MARKUP) for span in _not_in(record, unmarked)]
    unclear = tuple(sorted((*record.unclear, *inside), key=lambda u: u.span))
    return replace(record, document=document, unclear=unclear)


def _not_in(record: Record, unmarked: Unmarked) -> list[Span]:
    """The pieces of markup that lie in no statement, context or unclear passage (one may go on over a tag)."""
    covered = merged(record.places())
    return [rest for span in merged((*unmarked.tags, *unmarked.references)) for rest in without(span, covered)]
