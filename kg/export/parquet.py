"""Parquet of all statements, alone or with a card that documents it, for data scientists."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kg.engine.queryable import QueryableStore
from kg.export.collection import Collection
from kg.export.lists import STATEMENTS, statement_row
from kg.export.options import Options
from kg.export.tables import archive
from kg.extras import needed
from kg.version import __version__

if TYPE_CHECKING:
    import pyarrow

_DAYS: Final = ("day_earliest", "day_latest")
_FILE: Final = "statements.parquet"


def as_parquet(collection: Collection, store: QueryableStore, options: Options) -> bytes:  # noqa: ARG001
    """Return the statements as one Parquet file; its metadata describe each column.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.

    Raises:
        MissingExtra: The extra ``arrow`` is not installed.
    """
    parquet = needed("pyarrow.parquet", "arrow")
    output = io.BytesIO()
    parquet.write_table(_table(collection), output, compression="zstd")
    return output.getvalue()


def as_dataset(collection: Collection, store: QueryableStore, options: Options) -> bytes:
    """Return an archive with the Parquet file and a card, ``README.md``, in the format of data set hubs.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.

    Raises:
        MissingExtra: The extra ``arrow`` is not installed.
    """
    data = as_parquet(collection, store, options)
    return archive({"README.md": card(collection).encode(), f"data/{_FILE}": data})


def card(collection: Collection) -> str:
    """Return the card: a description of the data, the meaning of each column, and cautions."""
    counted = Counter(row.kind for row in collection.rows)
    licences = sorted({article.licence for article in collection.articles.values() if article.licence})
    columns = "\n".join(f"| `{name}` | {_type_name(name)} | {about} |" for name, about in STATEMENTS.items())
    counts = "\n".join(f"| {kind} | {counted[kind]:,} |" for kind in ("fact", "claim", "inner", "unclear"))
    return f"""---
pretty_name: Statements in news about diplomacy
license: other
language: [en]
task_categories: [token-classification, text-classification]
tags: [news, attribution, claims, knowledge-graph]
configs:
- config_name: default
  data_files: data/{_FILE}
---
# Statements in news about diplomacy

{len(collection.articles):,} articles, read by claimgraph {__version__}. One row is one statement.

**A row of kind `claim` or `inner` is what somebody said, not what happened.** A row of kind `fact` is what an article
says in its own voice: reported, not checked. Filter by `kind` before you count anything. A program read the articles,
and it errs.

| kind | rows |
|---|---:|
{counts}

| column | type | what |
|---|---|---|
{columns}

Licences that articles state: {", ".join(licences) or "none is stated"}. Texts and quotations are their publishers'.
"""


def _type_name(name: str) -> str:
    return {"confidence": "double", **dict.fromkeys(_DAYS, "date32")}.get(name, "string")


def _table(collection: Collection) -> pyarrow.Table:
    pa = needed("pyarrow", "arrow")
    types = {"double": pa.float64(), "date32": pa.date32(), "string": pa.string()}
    fields = [
        pa.field(name, types[_type_name(name)], metadata={"description": about}) for name, about in STATEMENTS.items()
    ]
    about = {"claimgraph": json.dumps({"version": __version__, "kind": STATEMENTS["kind"]})}
    rows = [statement_row(collection, one) for one in collection.cards]
    columns = [
        pa.array([_value(name, row.get(name, "")) for row in rows], type=types[_type_name(name)]) for name in STATEMENTS
    ]
    table: pyarrow.Table = pa.table(columns, schema=pa.schema(fields, metadata=about))
    return table


def _value(name: str, text: str) -> Any:
    if name == "confidence":
        return float(text) if text else None
    if name in _DAYS:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None  # empty, or an impossible day
    return text
