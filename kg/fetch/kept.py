"""A folder of fetched pages: each page as received, and beside it a file with its source, time and headers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg import wholefile
from kg.errors import InputError
from kg.fetch.client import Reply

_SUFFIXES: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/feed+json": ".json",
    "application/json": ".json",
    "text/plain": ".txt",
    "text/markdown": ".md",
}
_KNOWN: Final = re.compile(r"\.(?:html?|xhtml|pdf|xml|json|jsonl|txt|md|docx|eml|warc|warc\.gz|csv)\Z", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_ESCAPES: Final = re.compile('[\\\\"\x00-\x1f\x7f]')
_MAX_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class KeptFolder:
    """A folder of pages, one file for each address; it is created with the first page."""

    path: Path

    def keep(self, reply: Reply) -> Path:
        """Save a page over its earlier version, and return its file.

        Raises:
            InputError: The folder cannot be written.
        """
        target = self.path / name_of(reply)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            wholefile.write(target, reply.data)
            wholefile.write(about_path(target), _about(reply).encode())
        except OSError as error:
            raise InputError(f"{self.path}: what was fetched cannot be kept: {error.strerror or error}") from error
        return target


def about_path(page: Path) -> Path:
    """Return the path of the file that describes the source of a page."""
    return page.with_name(page.name + ".toml")


def name_of(reply: Reply) -> str:
    """Return the name of a page's file: readable, and unique for its address."""
    url = reply.final_url
    last = url.partition("://")[2].partition("?")[0].rstrip("/")
    known = _KNOWN.search(last)
    suffix = _SUFFIXES.get(reply.media_type or "") or (known[0].lower() if known else ".html")
    stem = _NO_NAME.sub("-", last[: -len(known[0])] if known else last).strip("-.")[-_MAX_NAME:].strip("-.")
    return f"{stem}-{hashlib.sha256(reply.url.encode()).hexdigest()[:10]}{suffix}"


def _about(reply: Reply) -> str:
    fetched = {
        "requested": reply.url,
        "url": reply.final_url,
        "retrieved": reply.retrieved,
        "sha256": reply.sha256,
        "media_type": reply.media_type,
        "charset": reply.charset,
    }
    lines = ["[fetched]", *(f"{key} = {_quoted(value)}" for key, value in fetched.items() if value)]
    lines += ["", "[headers]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in sorted(reply.headers.items()))]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return '"' + _ESCAPES.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + '"'
