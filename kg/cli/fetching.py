"""Addresses on a command line, fetched as sources for the readers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli import talk
from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from kg.fetch import Reply
    from kg.readers import Source

_MAX_HELD: Final = 512 << 20
"""Largest size of pages in memory, in bytes."""


def sources(
    addresses: Iterable[str], refused: list[KgError], *, keep: Path | None, allow_private: bool
) -> list[Source]:
    """Fetch addresses and return them as sources.

    Args:
        addresses: The addresses in order; each host gets one request a second.
        refused: Receives an error for each failure.
        keep: The folder for fetched pages; None to save nothing.
        allow_private: Whether to fetch from this machine and its networks too.

    Raises:
        InputError: The pages exceed the memory limit.
    """
    from kg.fetch import Fetcher
    from kg.fetch.kept import KeptFolder

    folder = None if keep is None else KeptFolder(keep)
    out: list[Source] = []
    held = 0
    with Fetcher(allow_private=allow_private) as fetcher:
        for address in addresses:
            try:
                reply = fetcher.get(address)
                path = None if folder is None else folder.keep(reply)
            except InputError as error:
                refused.append(error)
                continue
            held += 0 if path is not None else len(reply.data)
            if held > _MAX_HELD:
                raise InputError(f"{address}: more than {_MAX_HELD:,} bytes were fetched; keep them with --keep FOLDER")
            out.append(source_of(reply, path))
            talk.say(f"kg: fetched {reply.final_url} ({len(reply.data):,} bytes, sha256 {reply.sha256[:16]})")
    return out


def source_of(reply: Reply, path: Path | None = None) -> Source:
    """Return a fetched page as a source, from its file if it was saved.

    Args:
        reply: The page.
        path: The file of the page, if it was saved.
    """
    from kg.readers import Source

    return Source(
        name=reply.url,
        path=path,
        data=reply.data if path is None else None,
        url=reply.final_url,
        media_type=reply.media_type,
        charset=reply.charset,
        retrieved=reply.retrieved,
    )
