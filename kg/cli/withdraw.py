"""``kg withdraw``: withdrawal of a document version."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kg.cli import correcting, credentials, options, talk
from kg.errors import AmbiguousName, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS: Final = re.compile("[0-9a-f]{1,16}")


@click.command
@click.argument("version", metavar="VERSION")
@click.option("--reason", required=True, metavar="TEXT", help="Reason in a sentence; the page of the version shows it.")
@options.store
@options.token_file
@options.base
def command(version: str, reason: str, store: str | None, token_file: str | None, base: str | None) -> None:
    """Remove all statements that one version of an article brought into the store.

    VERSION is its IRI, or the unique beginning of the 16 digits of its hash. The version itself remains, with the time
    and the reason of its withdrawal. Withdrawing it again changes the reason.
    """
    from kg import config
    from kg.store import ReplacedVersions, open_store, ownership

    settings, _ = config.load(flags={"store": store, "base": base})
    if not reason.strip():
        raise UsageError("--reason is empty: say in a sentence why the version is taken back")
    with open_store(settings.store, token=credentials.token_of(settings, token_file)) as opened:
        iri = version_of(version, ownership.versions(opened))
        opened.withdraw(iri, reason.strip(), datetime.now(UTC))
    if "://" not in settings.store:
        ReplacedVersions(Path(settings.store)).forget(iri)
        correcting.forget(settings.store, iri)
    talk.say(f"{iri}: withdrawn")


def version_of(asked: str, versions: Mapping[str, str]) -> str:
    """Return the IRI of a version.

    Args:
        asked: An IRI, or the beginning of a hash.
        versions: Every version by its IRI, with its status.

    Raises:
        StoreError: There is none.
        AmbiguousName: Several hashes begin so.
    """
    if asked in versions:
        return asked
    found = [iri for iri in versions if _DIGITS.fullmatch(asked) and iri.rpartition("/")[2].startswith(asked)]
    if len(found) > 1:
        raise AmbiguousName(asked, {iri: versions[iri] for iri in found})
    if not found:
        raise StoreError(f"{asked}: no such document version in the store; give its IRI, or how its hash begins")
    return found[0]
