"""The query editor of the query page: YASGUI, as it was fetched when the package was made, and what it completes.

No code of others is in the repository: ``python -m kg.pages.fetch_editor`` puts it into ``FOLDER``, which the wheel
takes along. Where it is not, the page has the plain form, which can do the same.
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
    """True where the editor was fetched, with its licence."""
    return all((FOLDER / name).is_file() for name in FILES)


def terms() -> tuple[str, ...]:
    """The IRIs of the vocabulary that a query may be completed with, sorted."""
    namespaces = set(vocab.PREFIXES.values())
    constants = (value for name, value in vars(vocab).items() if name.isupper() and isinstance(value, str))
    return tuple(sorted({value for value in constants if value.startswith(tuple(namespaces))} - namespaces))
