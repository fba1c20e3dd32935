"""Tables as files: CSV without formulas, and several files as one archive."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_BOM: Final = "\ufeff"
_FORMULA: Final = re.compile(r"(\A|[;\t])([\s\x00]*)(?=[=+\-@＝＋－＠\t\r])")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive, so that the same graph gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTable:
    """Rows under the names of their columns; ``name`` is the name of the file or sheet."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, str]]


def safe_cell(text: str) -> str:
    """Return a text that a spreadsheet shows and does not compute.

    An apostrophe is put before the start of a formula: at the start of the cell, and after a semicolon or a tab, at
    which some spreadsheets split lines of CSV.
    """
    return _FORMULA.sub(r"\1'\2", text)


def csv_file(table: ExportTable, *, bom: bool = False) -> bytes:
    """Return a table as CSV (RFC 4180), UTF-8.

    Args:
        table: The table.
        bom: Whether to start with a byte-order mark, by which Excel recognizes UTF-8.
    """
    output = io.StringIO()
    writer = csv.writer(output, quoting=csv.QUOTE_ALL)
    writer.writerow(table.columns)
    writer.writerows([safe_cell(row.get(name, "")) for name in table.columns] for row in table.rows)
    return ((_BOM if bom else "") + output.getvalue()).encode()


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP archive, keyed by name; the same files give the same bytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return output.getvalue()
