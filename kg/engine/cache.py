"""Answers kept for those who ask the same of the same revision again."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from sys import getsizeof
from typing import Final

from kg.engine.answer import Answer
from kg.engine.query import Query

_CHANGES_EVERY_TIME: Final = re.compile(r"NOW|RAND|UUID|BNODE", re.IGNORECASE)
_SHARE: Final = 8
"""No answer takes more than this part of the room."""
_OVERHEAD: Final = 500
"""About what Python needs for one entry besides its texts, in bytes."""


class Cache:
    """The answers last asked for, of the last revision only, within ``room`` bytes; safe to be used by many threads."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._revision = -1
        self._answers: OrderedDict[Query, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, revision: int, query: Query) -> Answer | None:
        """The answer to this very query (dataset, formats and encoding too) at this revision, or None."""
        with self._lock:
            answer = self._answers.get(query) if revision == self._revision else None
            if answer is not None:
                self._answers.move_to_end(query)
            return answer

    def put(self, query: Query, answer: Answer) -> None:
        """Keep a whole answer; not one that would be another the next time, nor one that needs most of the room."""
        if not isinstance(answer.body, bytes) or _CHANGES_EVERY_TIME.search(query.text):
            return
        size = _size(query, answer)
        if size > self._room // _SHARE:
            return
        with self._lock:
            if answer.revision > self._revision:  # nobody asks the one before any more
                self._answers.clear()
                self._used, self._revision = 0, answer.revision
            if answer.revision < self._revision or query in self._answers:
                return
            self._answers[query] = answer
            self._used += size
            while self._used > self._room:
                asked, oldest = self._answers.popitem(last=False)
                self._used -= _size(asked, oldest)


def _size(query: Query, answer: Answer) -> int:
    """Bytes of an entry. A query can be longer than its answer, and a graph's name as long as an address."""
    asked = (query.text, *query.default_graphs, *query.named_graphs)
    return sum(map(getsizeof, asked)) + len(answer.body) + _OVERHEAD if isinstance(answer.body, bytes) else 0
