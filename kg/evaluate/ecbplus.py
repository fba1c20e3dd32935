"""Gold of ECB+ for events across articles: texts, mentions of events, and the chain of each."""

from __future__ import annotations

import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg import inputfile
from kg.errors import InputError
from kg.evaluate.links import B3, b3

_EVENT: Final = "event"


@dataclass(frozen=True, slots=True)
class EventGold:
    """The texts by document, and for each mention of an event its document, its words and its chain."""

    texts: dict[str, str]
    mentions: tuple[tuple[str, str], ...]
    chains: tuple[str, ...]


def read(folder: Path, part: str) -> EventGold:
    """Return the gold of one part of the corpus.

    Args:
        folder: Contains ``train.jsonl`` and ``dev.jsonl``.
        part: ``train`` or ``dev``.

    Raises:
        InputError: The file is absent, or a line is no document of the corpus.
    """
    path = folder / f"{part}.jsonl"
    try:
        lines = inputfile.utf8(path.read_bytes(), str(path)).splitlines()
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error}); the folder of ECB+ has train.jsonl and dev.jsonl"
        ) from error
    texts: dict[str, str] = {}
    mentions: list[tuple[str, str]] = []
    chains: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            document = json.loads(line)
            name, text, found = str(document["doc"]), str(document["text"]), document["mentions"]
            events = [(str(m["text"]), str(m["chain"])) for m in found if m["kind"] == _EVENT]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: no document of ECB+ ({error!r})") from error
        texts[name] = text
        mentions += [(name, words) for words, _ in events]
        chains += [chain for _, chain in events]
    return EventGold(texts, tuple(mentions), tuple(chains))


def score(gold: EventGold, keys: Sequence[Hashable]) -> B3:
    """Return B-cubed of events over gold mentions.

    Args:
        gold: What :func:`read` returned.
        keys: The event of each mention, in the gold's order.
    """
    return b3(list(zip(gold.chains, keys, strict=True)), len(gold.chains))


def table(found: B3) -> str:
    """Return the figures as a line, in percent."""
    return (
        f"events B3, gold mentions: precision {100 * found.precision:.1f} recall {100 * found.recall:.1f} "
        f"F1 {100 * found.f1:.1f} ({found.judged} mentions)\n"
    )
