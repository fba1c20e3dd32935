"""CSV and Excel: every list, for reporters."""

from __future__ import annotations

import io
from typing import Final

from kg.engine.queryable import QueryableStore
from kg.export import lists
from kg.export.collection import Collection
from kg.export.options import Options
from kg.export.tables import archive, csv_file
from kg.extras import needed

_CELL_LENGTH: Final = 32_767
"""The largest number of characters in a cell of Excel."""


def as_csv(collection: Collection, store: QueryableStore, options: Options) -> bytes:
    """Return one list as CSV, or all lists as an archive if no list is chosen.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.
    """
    if options.list_name:
        return csv_file(lists.read(options.list_name, collection, store), bom=options.bom)
    tables = (lists.read(name, collection, store) for name in lists.NAMES)
    return archive({f"claimgraph-{table.name}.csv": csv_file(table, bom=options.bom) for table in tables})


def as_excel(collection: Collection, store: QueryableStore, options: Options) -> bytes:
    """Return all lists as a workbook, one sheet each. Every cell is text, so that nothing is computed.

    A text that exceeds a cell is cut, and ends in an ellipsis.

    Args:
        collection: The content of the store.
        store: The graph that it was read from.
        options: The options.

    Raises:
        MissingExtra: The extra ``excel`` is not installed.
    """
    xlsxwriter = needed("xlsxwriter", "excel")
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    for name in (options.list_name,) if options.list_name else lists.NAMES:
        table = lists.read(name, collection, store)
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(table.columns):
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(table.rows, start=1):
            for column, title in enumerate(table.columns):
                sheet.write_string(number, column, _cut(row.get(title, "")))
    book.close()
    return output.getvalue()


def _cut(text: str) -> str:
    """Cut a text to the size of a cell in UTF-16, as Excel counts."""
    data = text.encode("utf-16-le")
    if len(data) <= 2 * _CELL_LENGTH:
        return text
    return data[: 2 * (_CELL_LENGTH - 1)].decode("utf-16-le", "ignore") + "…"
