"""Addresses on a command line: what they hold, as sources for the readers."""

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
"""Bytes of pages in memory."""


def sources(
    addresses: Iterable[str], refused: list[KgError], *, keep: Path | None, allow_private: bool
) -> list[Source]:
    """Return what the addresses hold.

    Args:
        addresses: In the order in which they are fetched, one request a second a host.
        refused: Gets an error for each that cannot be fetched.
        keep: The folder where what is fetched is kept, None to keep nothing.
        allow_private: True to fetch from this machine and its networks too.

    Raises:
        InputError: More was fetched than is held in memory.
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
    """Return what was fetched as a source: in the file where it is kept, else in memory."""
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
