"""Names that are known before reading: states, their demonyms and capitals, organizations, media.

The data is ``gazetteer.json``, a list of entries as :class:`Entry` has them. Wikidata ids come from there and from nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

Kind = Literal["name", "demonym", "capital", "metonym"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One known name: ``metonyms`` speak for it ("the Kremlin"), ``ambiguous`` forms need a reader's care ("Georgia")."""

    name: str
    type: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    capital: str | None = None
    capital_wikidata: str | None = None
    metonyms: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()

    def forms(self) -> Iterator[tuple[str, Kind]]:
        """Every form that the entry can take in a text, with what kind of name it is."""
        yield self.name, "name"
        for alias in self.aliases:
            yield alias, "name"
        for demonym in self.demonyms:
            yield demonym, "demonym"
        for metonym in self.metonyms:
            yield metonym, "metonym"
        if self.capital:
            yield self.capital, "capital"


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens ``start`` up to ``end`` of a doc that are a form of ``entry``."""

    start: int
    end: int
    entry: Entry
    kind: Kind


class Gazetteer:
    """The entries, and where they stand in a doc. Built once, never changed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._matchers: dict[int, PhraseMatcher] = {}

    @cached_property
    def _kinds(self) -> tuple[tuple[int, Kind], ...]:
        return tuple((i, kind) for i, entry in enumerate(self.entries) for kind in sorted({k for _, k in entry.forms()}))

    @cached_property
    def by_name(self) -> dict[str, Entry]:
        """Canonical name -> entry, the first where two share a name."""
        return {entry.name: entry for entry in reversed(self.entries)}

    @cached_property
    def _forms(self) -> dict[str, tuple[tuple[Entry, Kind], ...]]:
        out: dict[str, list[tuple[Entry, Kind]]] = {}
        for entry in self.entries:
            for form, kind in entry.forms():
                out.setdefault(form, []).append((entry, kind))
        return {form: tuple(owners) for form, owners in out.items()}

    def owners(self, form: str) -> tuple[tuple[Entry, Kind], ...]:
        """The entries that have exactly this form."""
        return self._forms.get(form, ())

    def _matcher(self, vocab: Vocab) -> PhraseMatcher:
        from spacy.lang.en import English
        from spacy.matcher import PhraseMatcher

        if id(vocab) not in self._matchers:
            matcher = PhraseMatcher(vocab, attr="ORTH")
            tokenizer = English(vocab).tokenizer
            matcher.add("form", [tokenizer(form) for form in sorted(self._forms)])
            self._matchers[id(vocab)] = matcher
        return self._matchers[id(vocab)]

    def hits(self, doc: Doc) -> list[Hit]:
        """The longest known forms in the doc, in text order, not overlapping; the most likely entry of each."""
        spans = [(start, end) for _, start, end in self._matcher(doc.vocab)(doc)]
        out: list[Hit] = []
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if out and start < out[-1].end:
                continue
            entry, kind = self._likely(doc[start:end].text)
            out.append(Hit(start, end, entry, kind))
        return out

    def _likely(self, form: str) -> tuple[Entry, Kind]:
        rank = {"name": 0, "metonym": 1, "demonym": 2, "capital": 3}
        return min(self._forms[form], key=lambda owner: (form in owner[0].ambiguous, rank[owner[1]]))


def load_gazetteer() -> Gazetteer:
    """The gazetteer of the package."""
    return read_gazetteer(files("kg.extract").joinpath("gazetteer.json").read_text("utf-8"))


def read_gazetteer(text: str) -> Gazetteer:
    """A gazetteer from the text of its JSON file."""
    return Gazetteer([_entry(row) for row in json.loads(text)])


def _entry(row: dict[str, object]) -> Entry:
    def words(key: str) -> tuple[str, ...]:
        value = row.get(key) or ()
        return tuple(str(word) for word in value) if isinstance(value, list) else ()

    capital = row.get("capital")
    capital_row: dict[str, object] = capital if isinstance(capital, dict) else {"name": capital}
    return Entry(
        name=str(row["name"]),
        type=str(row["type"]),
        wikidata=_text(row.get("wikidata")),
        aliases=words("aliases"),
        demonyms=words("demonyms"),
        capital=_text(capital_row.get("name")),
        capital_wikidata=_text(capital_row.get("wikidata")),
        metonyms=words("metonyms"),
        ambiguous=frozenset(words("ambiguous")),
    )


def _text(value: object) -> str | None:
    return str(value) if value else None
