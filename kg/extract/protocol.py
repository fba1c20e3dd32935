"""What every extractor offers."""

from __future__ import annotations

from typing import Protocol

from kg.records import Document, Record


class Extractor(Protocol):
    """What every method gives: a name and a version for the run, and the record of a document."""

    @property
    def name(self) -> str:
        """Name of the method, as in :data:`kg.extract.EXTRACTORS`."""

    @property
    def version(self) -> str:
        """Version of the method: a record made by another version may differ."""

    def extract(self, document: Document) -> Record:
        """Extract a document: the same text gives an equal record."""
