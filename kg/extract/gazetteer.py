"""Names that are known before reading: states, their demonyms and capitals, organizations, media.

The data is ``gazetteer.json``, a list of entries as :class:`Entry` has them. Wikidata ids come from there and from
nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.vocab import Vocab

    from kg.extract.parsed import Doc

Kind = Literal["name", "demonym", "town", "metonym"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A capital or other seat of government: a place that also speaks for its state."""

    name: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One known name:
    ``metonyms`` speak for it ("the Kremlin"), ``ambiguous`` forms need a reader's care ("Georgia").
    """

    name: str
    type: str
    wikidata: str | None = None
    aliases: tuple[str, ...] = ()
    demonyms: tuple[str, ...] = ()
    towns: tuple[Town, ...] = ()
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
        for town in self.towns:
            for form in (town.name, *town.aliases):
                yield form, "town"

    def town(self, form: str) -> Town:
        """Return the town of this form, else the first town."""
        return next((t for t in self.towns if form == t.name or form in t.aliases), self.towns[0])


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens ``start`` up to ``end`` of a doc that are a form of ``entry``."""

    start: int
    end: int
    entry: Entry
    kind: Kind


class Gazetteer:
    """The entries of the gazetteer and their lookup in a doc. Immutable."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._matchers: dict[int, PhraseMatcher] = {}

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
        """Return the entries with exactly this form."""
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
        """Return the longest known forms in the doc, in text order without overlaps.

        Each has its most probable entry.
        """
        spans = [(start, end) for _, start, end in self._matcher(doc.parse.vocab)(doc.parse)]
        out: list[Hit] = []
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if out and start < out[-1].end:
                continue
            entry, kind = self._likely(doc[start:end].text)
            out.append(Hit(start, end, entry, kind))
        return out

    def _likely(self, form: str) -> tuple[Entry, Kind]:
        rank = {"name": 0, "metonym": 1, "demonym": 2, "town": 3}
        return min(self._forms[form], key=lambda owner: (form in owner[0].ambiguous, rank[owner[1]]))


def load_gazetteer() -> Gazetteer:
    """Return the gazetteer of the package."""
    return read_gazetteer(files("kg.extract").joinpath("gazetteer.json").read_text("utf-8"))


def read_gazetteer(text: str) -> Gazetteer:
    """Parse a gazetteer from the text of its JSON file."""
    return Gazetteer([_entry(row) for row in json.loads(text)])


def _entry(row: Mapping[str, Any]) -> Entry:
    towns = [row["capital"]] if row.get("capital") else []
    return Entry(
        name=row["name"],
        type=row["type"],
        wikidata=row.get("wikidata"),
        aliases=tuple(row.get("aliases", ())),
        demonyms=tuple(row.get("demonyms", ())),
        towns=tuple(_town(town) for town in (*towns, *row.get("seats", ()))),
        metonyms=tuple(row.get("metonyms", ())),
        ambiguous=frozenset(row.get("ambiguous", ())),
    )


def _town(row: str | Mapping[str, Any]) -> Town:
    if isinstance(row, str):
        return Town(name=row)
    return Town(name=row["name"], wikidata=row.get("wikidata"), aliases=tuple(row.get("aliases", ())))
