"""A question with fields: a column of its answer is a parameter, and what stands in the column are the choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.views.result_table import Table

MOST_CHOICES: Final = 40
LONGEST_CHOICE: Final = 60
"""Characters: longer ones are somebody's words, which nobody looks for in a list."""
_PROLOGUE: Final = re.compile(r"\s*(?:(?:PREFIX|BASE)\b[^\n]*\n\s*)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter: the column's name, its choices with what is shown for each, and the one chosen, if any."""

    name: str
    choices: Mapping[str, str]
    chosen: str = ""


def fields(table: Table, chosen: Mapping[str, str]) -> tuple[Field, ...]:
    """The parameters that an answer has: columns in which a few short values stand more than once."""
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
    """The query with only those rows whose columns are what was chosen; the query itself where nothing was.

    The question stays as it is, as a subquery: whatever it groups, orders and cuts, it does before.
    """
    tests = [f"STR(?{name}) = {ox.Literal(chosen[name])}" for name in columns if chosen.get(name)]
    if not tests:
        return query
    prologue = _PROLOGUE.match(query)
    start = prologue.end() if prologue else 0
    names = " ".join(f"?{name}" for name in columns)
    return f"{query[:start]}SELECT {names} WHERE {{\n{{\n{query[start:]}}}\nFILTER({' && '.join(tests)})\n}}\n"
