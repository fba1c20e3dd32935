"""Filters of a question's answer: a column becomes a field, its values the choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.views.result_table import Table

MOST_CHOICES: Final = 40
LONGEST_CHOICE: Final = 60
"""Longest choice in characters: longer values are quotes, which nobody selects from a list."""
_PROLOGUE: Final = re.compile(r"\s*(?:(?:PREFIX|BASE)\b[^\n]*\n\s*)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: the column's name, its choices with their labels, and the selected one, if any."""

    name: str
    choices: Mapping[str, str]
    chosen: str = ""


def fields(table: Table, chosen: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the fields of an answer: columns with a few short values that repeat.

    Args:
        table: The answer.
        chosen: The selected values by column.
    """
    found = []
    for at, name in enumerate(table.columns):
        cells = [row[at] for row in table.rows if row[at].text]
        choices = {cell.full or cell.text: cell.text for cell in cells}
        short = all(len(shown) <= LONGEST_CHOICE for shown in choices.values())
        if 1 < len(choices) <= MOST_CHOICES and len(choices) < len(cells) and short and not table.is_graph:
            in_order = dict(sorted(choices.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
            found.append(Field(name=name, choices=in_order, chosen=chosen.get(name, "")))
    return tuple(found)


def narrowed(query: str, columns: Sequence[str], chosen: Mapping[str, str]) -> str:
    """Restrict a query to rows with the selected values; without any, return the query itself.

    The query becomes a subquery, so that its groups, order and limits stay unchanged.

    Args:
        query: The query.
        columns: The columns of its answer.
        chosen: The selected values by column.
    """
    tests = [f"STR(?{name}) = {ox.Literal(chosen[name])}" for name in columns if chosen.get(name)]
    if not tests:
        return query
    prologue = _PROLOGUE.match(query)
    start = prologue.end() if prologue else 0
    names = " ".join(f"?{name}" for name in columns)
    return f"{query[:start]}SELECT {names} WHERE {{\n{{\n{query[start:]}}}\nFILTER({' && '.join(tests)})\n}}\n"
