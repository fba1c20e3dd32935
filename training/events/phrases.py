"""Phrases with one marked trigger, and sentences whose type is known but not the word that names it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer

from corpus.markup import STATUSES, MarkupError
from kg import vocab
from kg.extract.model.words import read_words
from training.events.samples import TYPES, TextSample, Trigger, covered

_MARK = re.compile(r"([-+?~]?)\*([^*]+)\*")
_STATUS = {"-": "negative", "+": "future", "?": "possible", "~": "hypothetical"}


def read_phrases(folder: Path, tokenizer: Tokenizer) -> Iterator[TextSample]:
    """Yield the phrases of all files: lines ``type: phrase; phrase`` with the trigger between asterisks.

    The status of a trigger is known only in ``status.txt``. A phrase of type ``none`` names no event.

    Raises:
        MarkupError: A line names an unknown type, or a phrase has no trigger.
    """
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            kind, _, rest = line.strip().partition(": ")
            for phrase in filter(None, (p.strip() for p in rest.split(";"))):
                yield _phrase(f"{path.name}:{number}", kind, phrase, path.stem.startswith("status"), tokenizer)


def _phrase(where: str, kind: str, phrase: str, with_status: bool, tokenizer: Tokenizer) -> TextSample:
    match = _MARK.search(phrase)
    if kind == "none":
        return TextSample(where, phrase, read_words(phrase, tokenizer), (), (), dense=True, phrase=True)
    if match is None or kind not in vocab.EVENT_TYPES:
        raise MarkupError(f"{where}: {kind}: {phrase!r} has no trigger, or the type is unknown")
    text = phrase[: match.start()] + match[2] + phrase[match.end() :]
    text = text[:1].upper() + text[1:] + "."
    words = read_words(text, tokenizer)
    here = covered(words, (match.start(), match.start() + len(match[2])))
    status = STATUSES.index(_STATUS.get(match[1], "happened")) if with_status else -1
    trigger = Trigger(here, TYPES.index(kind), status, ())
    return TextSample(where, text, words, (trigger,), (), dense=True, phrase=True)


def read_coded(path: Path, types_of: dict[str, frozenset[str]], tokenizer: Tokenizer) -> Iterator[TextSample]:
    """Yield sentences of JSON Lines with ``text`` and ``root``: some word of it names an event of one of the types.

    Args:
        path: The file.
        types_of: The event types of each root code; a sentence with another code is left out.
        tokenizer: The network's tokeniser.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        types = types_of.get(data["root"])
        if types:
            words = read_words(data["text"], tokenizer)
            roots = frozenset(TYPES.index(t) for t in types)
            yield TextSample(data["id"], data["text"], words, (), (), dense=False, roots=roots)
