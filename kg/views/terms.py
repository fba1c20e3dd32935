"""Table cells of RDF terms, marked as fact or claim.

``mixed`` is the text of an article, with its own and its reported statements side by side.

A claim never looks like a fact. The path of an IRI reveals its kind (docs/model.md, "IRIs"). A literal is looked up; if
the same words are both, the weaker mark is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox
from markupsafe import Markup, escape

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.iri import parse

Mark: TypeAlias = Literal["fact", "claim", "unclear", "mixed", ""]
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_PATH_MARKS: Final[Mapping[str, Mark]] = {"fact": "fact", "event": "fact", "claim": "claim", "unclear": "unclear"}
_WEAKEST_FIRST: Final[tuple[Mark, ...]] = ("claim", "mixed", "unclear", "fact")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_PLAIN_DATATYPES: Final = frozenset(
    f"xsd:{name}" for name in ("string", "integer", "decimal", "boolean", "date", "gYear", "gYearMonth")
)
_LONGEST: Final = 1_000
_LONGEST_NAME: Final = 60
_LOOKED_UP_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: its ``text``, the ``full`` form of an abbreviation, and ``href``, the target of its link."""

    text: str = ""
    full: str = ""
    href: str = ""
    mark: Mark = ""
    note: str = ""

    @property
    def markup(self) -> Markup:
        """The escaped text, with every control character in a box that shows its code."""
        return visible(self.text)


@dataclass(frozen=True, slots=True)
class CellMaker:
    """Maker of the cells of one table.

    It knows the base of our IRIs, and the literals that are statements.
    """

    base: str
    marks: Mapping[str, Mark]

    def cell(self, term: Term | None) -> Cell:
        """Return the cell of a term; an empty one for an unbound variable."""
        match term:
            case None:
                return Cell()
            case ox.NamedNode():
                return self._iri(term.value)
            case ox.Literal():
                return self._literal(term)
            case _:
                return Cell(text=str(term))

    def _literal(self, literal: ox.Literal) -> Cell:
        text, note = literal.value, _note(literal)
        if len(text) > _LONGEST:
            text, note = text[:_LONGEST] + "…", f"{note} cut here, {len(literal.value):,} characters in all".strip()
        return Cell(text=text, mark=self.marks.get(literal.value, ""), note=note)

    def _iri(self, iri: str) -> Cell:
        if iri.startswith(self.base):
            path = iri.removeprefix(self.base)
            return Cell(text=path, full=iri, href="/" + path, mark=mark_of(iri))
        href = iri if iri.startswith(("https://", "http://")) else ""
        return Cell(text=shorten(iri), full=iri, href=href, mark=mark_of(iri))


def mark_of(iri: str) -> Mark:
    """Return the mark of an IRI: ``.../doc/H/claim/...`` is a claim's, with any base."""
    ref = parse(iri)
    is_named = ref is not None and bool(ref.spans or ref.name or ref.content)
    return _PATH_MARKS.get(ref.section, "") if ref is not None and is_named else ""


def shorten(iri: str) -> str:
    """Return ``cg:Claim`` for an IRI in a namespace of the vocabulary, else the IRI."""
    for prefix, namespace in vocab.PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"[\w-]+", local):
            return f"{prefix}:{local}"
    return iri


def visible(text: str) -> Markup:
    """Escape ``text`` so that a control character cannot reorder or hide its surroundings.

    The character stays in the text, in a box that shows its code. A copy therefore equals the original.
    """
    pieces: list[Markup] = []
    start = 0
    for found in _CONTROL.finditer(text):
        # HTML parsers read a plain carriage return as a line feed ("preprocessing the input stream").
        character = Markup("&#13;") if found[0] == "\r" else escape(found[0])
        box = Markup('<span class="ctl" title="U+{0:04X}">{1}</span>')
        pieces += [escape(text[start : found.start()]), box.format(ord(found[0]), character)]
        start = found.end()
    return Markup("").join([*pieces, escape(text[start:])])


def plain(text: str) -> str:
    """Replace each control character in ``text`` by its code, for places without markup."""
    return _CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def literal_marks(store: QueryableStore, terms: Iterable[Term | None]) -> dict[str, Mark]:
    """Return the mark of each plain string that is the words of a statement, or of a node inside a claim.

    Args:
        store: The graph.
        terms: The terms.
    """
    texts = dict.fromkeys(
        term for term in terms if isinstance(term, ox.Literal) and term.datatype.value == vocab.XSD + "string"
    )
    found: dict[str, set[Mark]] = {}
    waiting = iter(texts)
    while batch := list(islice(waiting, _LOOKED_UP_AT_ONCE)):
        for text, mark in _look_up(store, batch):
            found.setdefault(text, set()).add(mark)
    named = _names_among(store, [text for text in found if len(text) <= _LONGEST_NAME])
    return {
        text: next(mark for mark in _WEAKEST_FIRST if mark in marks)
        for text, marks in found.items()
        if text not in named
    }


def _names_among(store: QueryableStore, texts: Sequence[str]) -> set[str]:
    """Return the texts that are names of entities: a name alone is not a statement."""
    if not texts:
        return set()
    values = " ".join(str(ox.Literal(text)) for text in texts)
    rows = store.query(
        f"SELECT DISTINCT ?text {{ VALUES ?text {{ {values} }} ?entity <{vocab.SKOS_PREF_LABEL}> ?text }}"
    )
    return {row["text"].value for row in rows}  # type: ignore[union-attr]  # a SELECT gives rows


def _look_up(store: QueryableStore, literals: Sequence[ox.Literal]) -> Iterable[tuple[str, Mark]]:
    kinds: dict[str, Mark] = {
        vocab.REPORTED_FACT: "fact",
        vocab.CLAIM: "claim",
        vocab.UNCLEAR_PASSAGE: "unclear",
        vocab.DOCUMENT_VERSION: "mixed",
    }
    texts = f"VALUES ?text {{ {' '.join(map(str, literals))} }}"
    claim = f"BIND(<{vocab.CLAIM}> AS ?kind)"
    # Each part begins with the texts: joined from outside, the engine would read the words of all statements.
    parts = (
        f"?statement <{vocab.TEXT}> ?text . ?statement a ?kind",
        f"?statement <{vocab.FULL_TEXT}> ?text . ?statement a ?kind",
        f"?span <{vocab.EXACT}> ?text . ?statement <{vocab.ANCHOR}> ?span . ?statement a ?kind",
        f"?span <{vocab.EXACT}> ?text . GRAPH ?content {{ ?node <{vocab.STATED_ANCHOR}> ?span }} {claim}",
        f"GRAPH ?content {{ ?node <{vocab.STATED_TEXT}> ?text }} {claim}",
        f"GRAPH ?content {{ ?node <{vocab.STATED_NAME}> ?text }} {claim}",
    )
    union = " UNION ".join(f"{{ {texts} {part} }}" for part in parts)
    rows = store.query(f"SELECT DISTINCT ?text ?kind {{ {union} }}")
    for row in rows:  # type: ignore[union-attr]  # a SELECT gives rows
        kind = kinds.get(row["kind"].value)
        if kind:
            yield row["text"].value, kind


def _note(literal: ox.Literal) -> str:
    if literal.language:
        return f"@{literal.language}"
    datatype = shorten(literal.datatype.value)
    return "" if datatype in _PLAIN_DATATYPES else datatype
