"""Files to documents: one module per format, found by the file's suffix.

A new format is a new module with ``read(path) -> Iterator[Document]`` and a line in ``READERS`` (CONTRIBUTING,
"A reader").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from kg.errors import InputError
from kg.records import Document

Reader = Callable[[Path], Iterator[Document]]


def _text(path: Path) -> Iterator[Document]:
    from kg.readers import text

    return text.read(path)


def _json_lines(path: Path) -> Iterator[Document]:
    from kg.readers import jsonlines

    return jsonlines.read(path)


READERS: Mapping[str, Reader] = MappingProxyType({".txt": _text, ".jsonl": _json_lines})


def find(paths: Iterable[Path]) -> list[Path]:
    """The article files among ``paths``: a file as it is, a folder's files of known suffix, sorted, each once.

    Raises InputError for a path that does not exist, a file of unknown suffix, and a folder without any article.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix in READERS and p.is_file())
            if not inside:
                raise InputError(f"{path}: no article in this folder; articles end in {_suffixes()}")
            found |= dict.fromkeys(inside)
        elif not path.exists() and str(path).lower().startswith(("http:/", "https:/")):
            raise InputError(f"{path}: addresses are not read; save the article's text in a .txt file and name that")
        elif not path.exists():
            raise InputError(f"{path}: no such file or folder")
        elif path.suffix not in READERS:
            raise InputError(f"{path}: unknown kind of file {path.suffix!r}; articles end in {_suffixes()}")
        else:
            found[path] = None
    return list(found)


def unread(paths: Iterable[Path]) -> list[Path]:
    """Return the files in the folders among ``paths`` that no reader reads, sorted.

    What is said of articles (``.toml``) is read with them; hidden files are nobody's articles.
    """
    inside = (file for path in paths if path.is_dir() for file in path.rglob("*"))
    others = (file for file in inside if file.suffix not in READERS and file.suffix != ".toml")
    return sorted({file for file in others if not file.name.startswith(".") and not file.is_dir()})


def read(path: Path) -> Iterator[Document]:
    """The documents of one file, in order. Raises InputError naming the file, the line, and what is wrong."""
    return READERS[path.suffix](path)


def _suffixes() -> str:
    return ", ".join(sorted(READERS))
