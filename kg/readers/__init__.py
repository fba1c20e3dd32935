"""Files to articles: one module for each format, detected by the file's ending and content (``formats.py``).

A reader returns :class:`Article` values (a document with text and metadata, the article's frame as spans, and the parts
that were left out) or :class:`Withdrawal` values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import inputfile
from kg.errors import InputError
from kg.inputfile import CORRECTIONS
from kg.readers import formats
from kg.readers.article import CUT_KINDS, Article, Cut, Item, Withdrawal
from kg.readers.source import Source
from kg.records import Document

__all__ = ["CUT_KINDS", "Article", "Cut", "Item", "Source", "Withdrawal", "find", "items", "read", "sources", "unread"]


def find(paths: Iterable[Path]) -> list[Path]:
    """Find the article files among ``paths``.

    A file is returned unchanged, a folder's files of known suffix are sorted; each file occurs once.

    Raises:
        InputError: A path does not exist, a file has an unknown suffix, or a folder has no article.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in inputfile.files_in(path) if _is_article(p) and p.is_file())
            if not inside:
                raise InputError(f"{path}: no article in this folder; articles end in {_suffixes()}")
            found |= dict.fromkeys(inside)
        elif not path.exists():
            raise InputError(f"{path}: {_absent(path)}")
        elif not formats.has_known_suffix(path.name):
            raise InputError(f"{path}: unknown kind of file {path.suffix!r}; articles end in {_suffixes()}")
        else:
            found[path] = None
    return list(found)


def _absent(path: Path) -> str:
    if inputfile.is_address(path):
        return "is an address; kg build, kg extract and kg read fetch it"
    is_host = str(path).lower().startswith("www.")
    return "no such file or folder" + ("; an address begins with https://" if is_host else "")


def sources(inputs: Iterable[Path | Source]) -> list[Source]:
    """Return the files among ``inputs`` as sources: those of folders by their names, sources unchanged.

    Raises:
        InputError: A path is no file or folder of articles.
    """
    found: dict[Path | Source, Source] = {}
    for one in inputs:
        if isinstance(one, Source):
            found[one.path or one] = one
        else:
            found |= {path: Source.of_path(path) for path in find([one]) if path not in found}
    return list(found.values())


def unread(paths: Iterable[Path]) -> list[Path]:
    """Return the files in the folders among ``paths`` that no reader reads, sorted.

    What is said of articles (``.toml``) is read with them; hidden files are nobody's articles.
    """
    inside = (file for path in paths if path.is_dir() for file in inputfile.files_in(path))
    others = (file for file in inside if not formats.has_known_suffix(file.name) and file.suffix != ".toml")
    return sorted({file for file in others if not file.name.startswith(".") and not file.is_dir()})


def items(source: Source) -> Iterator[Item]:
    """Yield the articles, withdrawals and refused items of one file, in order.

    Raises:
        InputError: The file cannot be used; the message names it, the line and what is wrong.
    """
    return iter(source.ready) if source.ready is not None else formats.format_of(source).read(source)


def read(path: Path) -> Iterator[Document]:
    """Yield the documents of one file, in order.

    Raises:
        InputError: The file cannot be used; the message names the file, the line and the fault.
    """
    for item in items(Source.of_path(path)):
        if isinstance(item, InputError):
            raise item
        if isinstance(item, Article):
            yield item.document


def _is_article(path: Path) -> bool:
    """Return True for a name that articles have; corrections stand beside them and are none."""
    return formats.has_known_suffix(path.name) and path.name != CORRECTIONS


def _suffixes() -> str:
    return ", ".join(formats.suffixes())
