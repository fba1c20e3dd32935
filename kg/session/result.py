"""Result of a query: as a table, a data frame, CSV, or plain Python values."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.engine.queryable import Results
from kg.errors import KgError
from kg.extras import needed
from kg.session import html
from kg.session.column_types import Kind, Term, Value, text_of, typed
from kg.views.terms import Mark
from kg.wording import counted

if TYPE_CHECKING:
    import pandas
    import pyarrow

Marks = Callable[[Sequence[Term]], Mapping[str, Mark]]
"""Returns which plain texts among some terms are the words of a fact, a claim or an unclear passage."""

_PANDAS_TYPES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "integer": "Int64",
        "number": "Float64",
        "truth": "boolean",
        "moment": "datetime64[us, UTC]",
        "local": "datetime64[us]",
        "date": "datetime64[us, UTC]",
        "text": "string",
    }
)


class Result:
    """Rows of terms under the names of ``columns``.

    A boolean result is one row, and the truth value of the object.

    ``terms`` are the values as RDF terms, None if unbound; ``answer`` is None except for ASK. ``kinds`` are the kinds
    of columns that are known even without a value.
    """

    def __init__(
        self,
        columns: Sequence[str],
        terms: Sequence[Sequence[Term | None]],
        *,
        answer: bool | None = None,
        marks: Marks | None = None,
        kinds: Mapping[str, Kind] = MappingProxyType({}),
    ) -> None:
        self.columns = tuple(columns)
        self.terms = tuple(map(tuple, terms))
        self.answer = answer
        self._marks = marks
        self._kinds = kinds

    @classmethod
    def read(cls, results: Results, marks: Marks | None = None) -> Result:
        """Read all rows of the engine's results; a graph has the columns subject, predicate and object.

        Args:
            results: The engine's results.
            marks: The marks of plain texts.
        """
        if isinstance(results, ox.QueryBoolean):
            truth = bool(results)
            return cls(("answer",), ((ox.Literal(truth),),), answer=truth)
        if isinstance(results, ox.QueryTriples):
            return cls(
                ("subject", "predicate", "object"), [(t.subject, t.predicate, t.object) for t in results], marks=marks
            )
        return cls([variable.value for variable in results.variables], [tuple(row) for row in results], marks=marks)

    def __len__(self) -> int:
        return len(self.terms)

    def __bool__(self) -> bool:
        return bool(self.terms) if self.answer is None else self.answer

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.to_dicts())

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return a dictionary for each row.

        Values are int, float, bool, ``datetime.date``, ``datetime.datetime`` or str; None if unbound.
        """
        values = [column for _, column in self._typed()]
        return [
            {name: column[row] for name, column in zip(self.columns, values, strict=True)} for row in range(len(self))
        ]

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Return the values as CSV with a header, or write them to a file."""
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([text_of(term) for term in row] for row in self.terms)
        if path is None:
            return output.getvalue()
        Path(path).write_text(output.getvalue(), "utf-8", newline="")
        return None

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a data frame with typed columns (see :mod:`kg.session.column_types`).

        An integer column with a gap stays ``Int64``. A day becomes its midnight in UTC. A partial date stays text.

        Raises:
            MissingExtra: The extra ``pandas`` is not installed.
        """
        pd = needed("pandas", "pandas")
        columns = {
            name: pd.Series(list(map(_midnight, values)) if kind == "date" else values, dtype=_PANDAS_TYPES[kind])
            for name, (kind, values) in zip(self.columns, self._typed(), strict=True)
        }
        frame: pandas.DataFrame = pd.DataFrame(columns, columns=list(self.columns))
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table with typed columns.

        The types are int64, double, bool, date32, timestamps in microseconds (with a zone: in UTC) and string.

        Raises:
            MissingExtra: The extra ``arrow`` is not installed.
        """
        pa = needed("pyarrow", "arrow")
        types = {
            "integer": pa.int64(),
            "number": pa.float64(),
            "truth": pa.bool_(),
            "moment": pa.timestamp("us", tz="UTC"),
            "local": pa.timestamp("us"),
            "date": pa.date32(),
            "text": pa.string(),
        }
        arrays = [pa.array(values, type=types[kind]) for kind, values in self._typed()]
        table: pyarrow.Table = pa.table(arrays, names=list(self.columns))
        return table

    def __repr__(self) -> str:
        if self.answer is not None:
            return f"<Result: {'yes' if self.answer else 'no'}>"
        return f"<Result: {counted(len(self), 'row')} of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        shown = self.terms[: html.MOST_ROWS]
        marks, note = self._known_marks([term for row in shown for term in row if term is not None])
        return html.result(self.columns, shown, marks, total=len(self), answer=self.answer, note=note)

    def _known_marks(self, terms: Sequence[Term]) -> tuple[Mapping[str, Mark], str]:
        if self._marks is None:
            return {}, ""
        try:
            return self._marks(terms), ""
        except KgError as error:
            return {}, f"Which of these words are a fact's and which a claim's could not be looked up: {error}"

    def _typed(self) -> list[tuple[Kind, list[Value]]]:
        columns: list[tuple[Kind, list[Value]]] = []
        for i, name in enumerate(self.columns):
            terms = [row[i] for row in self.terms]
            is_empty = all(term is None for term in terms)
            columns.append(
                (self._kinds[name], [None] * len(terms)) if is_empty and name in self._kinds else typed(terms)
            )
        return columns


def _midnight(day: Value) -> datetime | None:
    return datetime.combine(day, time(), UTC) if isinstance(day, date) else None
