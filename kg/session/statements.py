"""Statements as Python values: facts, claims and unclear passages, each with its speaker and position."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, overload

import pyoxigraph as ox

from kg import vocab
from kg.session import html
from kg.session.column_types import Kind, Term, Value
from kg.session.result import Result
from kg.views.statement_card import Card
from kg.views.statement_rows import Row
from kg.views.terms import Mark

if TYPE_CHECKING:
    import pandas
    import pyarrow

ITSELF: Final = "the article itself"
"""The speaker of a fact in every table: the outlet's assertion, which is not checked."""
_NOBODY: Final = "unclear"
COLUMNS: Final = (
    *("kind", "speaker", "act", "target", "quote", "document", "start", "end", "speaker_iri", "target_iri", "form"),
    *(
        "polarity",
        "negation",
        "certainty",
        "frame",
        "when",
        "day_earliest",
        "day_latest",
        "event",
        "agent",
        "about",
        "place",
    ),
    *("topic", "addressee", "medium", "cue", "inside", "reason", "confidence", "rule", "spans", "statement"),
)
_KINDS: Final[Mapping[str, Kind]] = {
    "start": "integer",
    "end": "integer",
    "confidence": "number",
    "day_earliest": "date",
    "day_latest": "date",
}
_DATATYPES: Final[Mapping[Kind, str]] = {
    "integer": vocab.XSD + "integer",
    "number": vocab.XSD + "decimal",
    "date": vocab.XSD + "date",
}
_IRIS: Final = frozenset({"document", "inside", "statement"})


class Statement:
    """One statement.

    ``kind`` is ``fact``, ``claim``, ``inner`` (a claim inside a claim: hearsay) or ``unclear``.
    """

    def __init__(self, card: Card) -> None:
        self.card = card

    @property
    def row(self) -> Row:
        """All known properties as texts; see :class:`kg.views.statement_rows.Row`."""
        return self.card.row

    @property
    def kind(self) -> str:
        """The kind: ``fact``, ``claim``, ``inner`` or ``unclear``."""
        return self.row.kind

    @property
    def speaker(self) -> str:
        """The names of the speakers, or the article itself."""
        return speaker_of(self.row)

    @property
    def quote(self) -> str:
        """The exact words of the article; several pieces are joined by `` … ``."""
        return self.row.quote

    @property
    def iri(self) -> str:
        """The statement's IRI."""
        return self.row.statement

    def __repr__(self) -> str:
        place = f"{self.row.document}#char={self.row.start},{self.row.end}"
        denying = ", who says that it is not so" if self.card.is_turned else ""
        return f"<{self.kind} by {self.speaker}{denying}: “{self.quote}” ({place})>"

    def _repr_html_(self) -> str:
        return html.statement(self.card)


class Statements(Sequence[Statement]):
    """Statements in the order of the texts, also as a table, see :class:`kg.session.result.Result`."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self._cards = tuple(cards)

    def __len__(self) -> int:
        return len(self._cards)

    @overload
    def __getitem__(self, index: int) -> Statement: ...

    @overload
    def __getitem__(self, index: slice) -> Statements: ...

    def __getitem__(self, index: int | slice) -> Statement | Statements:
        return Statements(self._cards[index]) if isinstance(index, slice) else Statement(self._cards[index])

    def __iter__(self) -> Iterator[Statement]:
        return map(Statement, self._cards)

    def of(self, mark: Mark) -> Statements:
        """Return only the facts, the claims (with hearsay) or the unclear passages."""
        return Statements([card for card in self._cards if card.mark == mark])

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return a dictionary for each statement, always with speaker, exact words and position."""
        return self._table().to_dicts()

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Return the statements as CSV, or write them to a file."""
        return self._table().to_csv(path)

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a data frame with typed columns. Raises MissingExtra without the extra ``pandas``."""
        return self._table().to_dataframe()

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table. Raises MissingExtra without the extra ``arrow``."""
        return self._table().to_arrow()

    def __repr__(self) -> str:
        return f"<{len(self):,} statement{'' if len(self) == 1 else 's'}>"

    def _repr_html_(self) -> str:
        return html.statements(self._cards[: html.MOST_ROWS], len(self._cards))

    def _table(self) -> Result:
        terms = [[_term(card.row, column) for column in COLUMNS] for card in self._cards]
        return Result(COLUMNS, terms, kinds=_KINDS)


def speaker_of(row: Row) -> str:
    """Return the speaker of a statement; never empty."""
    if row.kind == "fact":
        return ITSELF
    return row.speaker or _NOBODY


def _term(row: Row, column: str) -> Term | None:
    value = speaker_of(row) if column == "speaker" else getattr(row, column)
    if isinstance(value, tuple):
        value = " ".join(value)
    if value in ("", -1):
        return None
    if column in _IRIS:
        return ox.NamedNode(value)
    kind = _KINDS.get(column)
    return ox.Literal(str(value), datatype=ox.NamedNode(_DATATYPES[kind])) if kind else ox.Literal(value)
