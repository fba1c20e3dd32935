"""What is known of an article besides its text: its own ``NAME.toml``, or its entry in the folder's ``seeds.toml``."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

from kg import inputfile
from kg.errors import InputError

FIELDS = frozenset({"title", "url", "publisher", "published", "retrieved", "language", "licence", "sha256"})
COLLECTION = "seeds.toml"
_LONGEST = 64 << 20


def find(path: Path) -> dict[str, Any]:
    """Return the known fields of the article at ``path``. The article's own sidecar wins.

    Raises:
        InputError: The TOML is bad, a field is unknown, or a value is no string or date; the message names the file.
    """
    own = path.with_suffix(".toml")
    if own.is_file() and own.name != COLLECTION:
        return _fields(_load(own), str(own))
    collection = path.parent / COLLECTION
    if not collection.is_file():
        return {}
    entry = _load(collection).get(path.stem, {})
    where = f"{collection}: [{path.stem}]"
    if not isinstance(entry, dict):
        raise InputError(f"{where}: is not a table")
    return _fields(entry, where)


def _load(path: Path) -> dict[str, Any]:
    data = inputfile.read(path, _LONGEST, "what is said of articles")
    try:
        return tomllib.loads(inputfile.utf8(data, str(path)))
    except ValueError as error:
        raise InputError(f"{path}: {error}") from error
    except RecursionError as error:
        raise InputError(f"{path}: lists or tables are nested too deep") from error


def _fields(entry: dict[str, Any], where: str) -> dict[str, str]:
    unknown = sorted(set(entry) - FIELDS)
    if unknown:
        raise InputError(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(sorted(FIELDS))}")
    return {name: _string(value, f"{where}: {name}") for name, value in entry.items()}


def _string(value: object, where: str) -> str:
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise InputError(f"{where}: {value!r} is not a string or a date")
    return value
