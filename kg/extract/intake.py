"""What stands before every extractor: a text is looked at before it is read, and a record before it is given on."""

from __future__ import annotations

import logging
import re
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
MARKS: Final = "a row of marks, no words"
_FEWEST_MARKS: Final = 1000
"""Code points from which marks in a row are read past: each of them would cost as much as a word."""
_MARKS: Final = re.compile(r"(?<!\w)[^\w\s](?:\s?[^\w\s])*(?!\w)")
"""A row of marks but for the one at either end that stands at a word."""
_logger = logging.getLogger(__name__)


class Intake:
    """``extractor``, refusing texts that are not English (unless ``any_language``), and reading past HTML.

    Lines in another language inside of an English text are read past too, and so are long rows of marks; both are
    unclear.

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
        """Extract the record of the document.

        Raises:
            InputError: The text is not English, or has only markup; the message names the document.
            RecordError: The extractor's record is inconsistent.
        """
        unmarked = without_markup(document.text)
        if not unmarked.text.strip():
            raise InputError(f"{document.id}: the text is markup only; give the words of the article")
        self._demand_english(document.id, unmarked.text)
        foreign = () if self._any_language else tuple(starmap(Span, foreign_lines(unmarked.text)))
        rows = _rows_of_marks(unmarked.text)
        text = _blanked(_blanked(unmarked.text, foreign), rows)
        try:
            if text == document.text:
                return self._extractor.extract(document)
            if unmarked.text != document.text:
                _logger.warning(
                    "%s: %d tags and %d character references of HTML in the text were read past",
                    *(document.id, len(unmarked.tags), len(unmarked.references)),
                )
            record = self._extractor.extract(replace(document, text=text))
            markup = (*unmarked.tags, *unmarked.references)
            return _whole(record, document, {MARKUP: markup, FOREIGN: foreign, MARKS: rows})
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


def _rows_of_marks(text: str) -> tuple[Span, ...]:
    """Return the rows of marks that are too long to hold anything; in time proportional to the text."""
    found = (Span(match.start(), match.end()) for match in _MARKS.finditer(text))
    return tuple(span for span in found if span.end - span.start >= _FEWEST_MARKS)


def _blanked(text: str, left_out: Sequence[Span]) -> str:
    """Return the text with blanks in place of the left-out spans, at the same offsets."""
    pieces: list[str] = []
    at = 0
    for span in left_out:
        pieces += text[at : span.start], " " * (span.end - span.start)
        at = span.end
    return "".join((*pieces, text[at:]))


def _whole(record: Record, document: Document, left_out: Mapping[str, Sequence[Span]]) -> Record:
    """Return the record for the whole text; the left-out spans are unclear."""
    unclear = list(record.unclear)
    for reason, spans in left_out.items():
        covered = merged([*record.places(), *(each.span for each in unclear)])
        unclear += [Unclear(span=rest, reason=reason) for span in merged(spans) for rest in without(span, covered)]
    return replace(record, document=document, unclear=tuple(sorted(unclear, key=lambda each: each.span)))
