"""Corrections on the command line: their files and messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli import talk
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.corrections.kept import KeptRecords
    from kg.corrections.reapply import Orphan
    from kg.corrections.values import Correction
    from kg.pages.bulk_review import BulkReview
    from kg.views.review_queue import ReviewQueue


def of(paths: Iterable[object], given: Path | None, store: str) -> list[Correction]:
    """Return the corrections to apply: those of a store, and those given or found beside the articles.

    Args:
        paths: The articles.
        given: A file or folder of corrections; None to search beside the articles.
        store: The store.

    Raises:
        InputError: A file cannot be read.
        RecordError: A line is not a correction.
    """
    from kg.corrections import lines
    from kg.corrections.log import read_log

    if given is not None and not given.exists():
        raise InputError(f"{given}: no such file or folder of corrections")
    kept = kept_records(store)
    found = [] if kept is None else read_log(kept.log)
    files = [given] if given is not None else _beside(paths)
    for file in files:
        read = lines.read(file)
        if given is None and read:
            talk.say(f"kg: note: {file}: {len(read):,} corrections are applied; they were found beside the articles")
        found += read
    return lines.in_order(found)


def kept_records(store: str) -> KeptRecords | None:
    """Return the saved records of a store in a folder; None for a server."""
    from kg.corrections.kept import KeptRecords

    return None if "://" in store else KeptRecords(Path(store))


@contextmanager
def reviewing(kept: KeptRecords, store: str | None) -> Iterator[tuple[BulkReview, ReviewQueue]]:
    """Yield what accepts the statements of a rule, and what knows those that wait, over an opened store.

    Args:
        kept: What is kept beside the store.
        store: Its folder, None for the one that is set.
    """
    from kg import config
    from kg.bases import base_of
    from kg.pages.bulk_review import BulkReview
    from kg.pages.review_desk import ReviewDesk
    from kg.store import EmbeddedStore, open_store
    from kg.validate import our_shapes
    from kg.views.review_queue import ReviewQueue

    settings, _ = config.load(flags={"store": store})
    with open_store(settings.store) as opened:
        assert isinstance(opened, EmbeddedStore)
        queue = ReviewQueue(opened)
        desk = ReviewDesk(opened, opened, kept, base_of(opened, settings.base), our_shapes())
        yield BulkReview(desk, queue), queue


def forget(store: str, version: str) -> None:
    """Delete the saved record of a withdrawn version.

    Args:
        store: The store.
        version: The version's IRI.
    """
    kept = kept_records(store)
    if kept is not None:
        kept.forget(version.rpartition("/")[2])


def tell(corrected: int, orphans: Sequence[Orphan]) -> None:
    """Report the number of applied corrections, and each other one with the reason.

    Args:
        corrected: The number of applied corrections.
        orphans: The other corrections.
    """
    if not corrected and not orphans:
        return
    talk.say(f"corrections: {corrected:,} applied, {len(orphans):,} not applied")
    for orphan in orphans:
        talk.say(f"  {line_of(orphan.correction)}: {orphan.reason}")


def line_of(correction: Correction) -> str:
    """Return a correction in a line: its id, kind, article, words and person."""
    words = "" if correction.target is None else f" \u201c{correction.target.words[0].quote[:60]}\u201d"
    about = "" if correction.document is None else f" {correction.document}"
    names = ""
    if correction.entity is not None and correction.into is not None:
        names = f" {correction.entity.name} into {correction.into.name}"
    return f"{correction.id} {correction.kind}{about}{words}{names} ({correction.by})"


def _beside(paths: Iterable[object]) -> list[Path]:
    """Return the files of corrections in the folders of the articles."""
    from kg.inputfile import CORRECTIONS

    folders = [path if path.is_dir() else path.parent for path in paths if isinstance(path, Path) and path.exists()]
    files = (folder / CORRECTIONS for folder in dict.fromkeys(folders))
    return [file for file in files if file.is_file()]
