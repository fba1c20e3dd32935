"""What stands before every extractor: a text is looked at before it is read, and a record before it is given on."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import starmap
from typing import TYPE_CHECKING, Final

from kg.errors import InputError, RecordError
from kg.extract.foreign import foreign_language, foreign_lines
from kg.extract.markup import without_markup
from kg.records import Document, Impossible, Record, Span, Unclear, merged, without

if TYPE_CHECKING:
    from kg.extract.protocol import Extractor

MARKUP: Final = "markup, not words of the article"
FOREIGN: Final = "not in English, it seems"
_logger = logging.getLogger(__name__)


class Intake:
    """``extractor``, refusing texts that are not English (unless ``any_language``), and reading past HTML.

    Lines in another language inside of an English text are read past too, and are unclear.

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
        foreign = () if self._any_language else tuple(starmap(Span, foreign_lines(unmarked.text)))
        text = _blanked(unmarked.text, foreign)
        try:
            if text == document.text:
                return self._extractor.extract(document)
            if unmarked.text != document.text:
                _logger.warning(
                    "%s: %d tags and %d character references of HTML in the text were read past",
                    *(document.id, len(unmarked.tags), len(unmarked.references)),
                )
            record = self._extractor.extract(replace(document, text=text))
            return _whole(record, document, {MARKUP: (*unmarked.tags, *unmarked.references), FOREIGN: foreign})
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


def _blanked(text: str, left_out: Sequence[Span]) -> str:
    """The text with blanks for what is left out, at the same offsets."""
    pieces: list[str] = []
    at = 0
    for span in left_out:
        pieces += text[at : span.start], " " * (span.end - span.start)
        at = span.end
    return "".join((*pieces, text[at:]))


def _whole(record: Record, document: Document, left_out: Mapping[str, Sequence[Span]]) -> Record:
    """The record of what was read as one of the whole text: what was left out is unclear, and nobody's."""
    unclear = list(record.unclear)
    for reason, spans in left_out.items():
        covered = merged([*record.places(), *(each.span for each in unclear)])
        unclear += [Unclear(span=rest, reason=reason) for span in merged(spans) for rest in without(span, covered)]
    return replace(record, document=document, unclear=tuple(sorted(unclear, key=lambda each: each.span)))
