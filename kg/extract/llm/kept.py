"""The cache of answers on disk: each question to a model is sent once."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from kg import wholefile
from kg.errors import InputError


class KeptAnswers:
    """A folder with a file an answer, named by the hash of all that the answer hangs on. Safe for several processes.

    Raises InputError where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser()

    def get(self, *question: Any) -> str | None:
        """Return the cached answer to a question (any JSON), or None; an unreadable one is ignored."""
        try:
            return self._file(question).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def put(self, answer: str, *question: Any) -> None:
        """Keep the answer: whole, or not at all."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            wholefile.write(self._file(question), answer.encode())
        except OSError as error:
            raise InputError(
                f"{self.folder}: answers of the language model cannot be kept here: {error.strerror}; set llm_cache"
            ) from error

    def _file(self, question: tuple[Any, ...]) -> Path:
        text = json.dumps(question, sort_keys=True, ensure_ascii=False)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
