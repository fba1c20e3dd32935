"""The editor of the query page (YASGUI, fetched when the package is built), and its completions.

The repository contains no third-party code: ``python -m kg.pages.fetch_editor`` puts the editor into ``FOLDER``, and
the wheel includes it. Without the editor the page has a plain form with the same functions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kg import vocab

FOLDER: Final = Path(__file__).parent / "static" / "yasgui"
SCRIPT: Final = "yasgui.min.js"
STYLE: Final = "yasgui.min.css"
LICENSE: Final = "LICENSE"
FILES: Final = (SCRIPT, STYLE, LICENSE)


def is_here() -> bool:
    """Return whether the editor was fetched, with its licence."""
    return all((FOLDER / name).is_file() for name in FILES)


def terms() -> tuple[str, ...]:
    """Return the IRIs of the vocabulary for completion, sorted."""
    namespaces = set(vocab.PREFIXES.values())
    constants = (value for name, value in vars(vocab).items() if name.isupper() and isinstance(value, str))
    return tuple(sorted({value for value in constants if value.startswith(tuple(namespaces))} - namespaces))
