"""Cache of answers, keyed by query and graph revision."""

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
"""Largest share of the cache for one answer, as a divisor."""
_OVERHEAD: Final = 500
"""Approximate size of one entry's Python objects besides its texts, in bytes."""


class Cache:
    """Thread-safe cache of the most recently used answers of the latest revision, limited to ``room`` bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._revision = -1
        self._answers: OrderedDict[Query, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, revision: int, query: Query) -> Answer | None:
        """Return the cached answer, or None.

        Args:
            revision: The graph revision.
            query: The query. Its dataset, formats and encoding must be equal too.
        """
        if revision != self._revision or query not in self._answers:  # most queries are new, and need no lock
            return None
        with self._lock:
            answer = self._answers.get(query) if revision == self._revision else None
            if answer is not None:
                self._answers.move_to_end(query)
            return answer

    def put(self, query: Query, answer: Answer) -> None:
        """Cache a complete answer.

        An answer that is not deterministic or that fills too much of the cache is not cached.

        Args:
            query: The query.
            answer: Its answer.
        """
        if not isinstance(answer.body, bytes) or _CHANGES_EVERY_TIME.search(query.text):
            return
        size = _size(query, answer)
        if size > self._room // _SHARE:
            return
        with self._lock:
            if answer.revision > self._revision:  # queries no longer use the earlier revision
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
    """Return the size of an entry in bytes. Long queries and graph names count too."""
    asked = (query.text, *query.default_graphs, *query.named_graphs)
    return sum(map(getsizeof, asked)) + len(answer.body) + _OVERHEAD if isinstance(answer.body, bytes) else 0
