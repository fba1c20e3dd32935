"""Answers are kept for the graph that is asked now, and for no other."""

from __future__ import annotations

import sys

from kg.engine.answer import Answer
from kg.engine.cache import Cache
from kg.engine.query import Query

ASK, OTHER = Query(text="ASK {}"), Query(text="ASK { ?s ?p ?o }")


def answer(revision: int) -> Answer:
    """A short one."""
    return Answer(kind="boolean", format="json", body=b"true", revision=revision)


def test_answers_of_a_revision_go_when_there_is_another() -> None:
    """Nobody can ask for them any more, so they take no room."""
    cache, first = Cache(10_000), answer(1)
    held = sys.getrefcount(first)
    cache.put(ASK, first)
    assert cache.get(1, ASK) is first
    cache.put(OTHER, answer(2))
    assert cache.get(1, ASK) is cache.get(2, ASK) is None
    assert cache.get(2, OTHER) is not None
    assert sys.getrefcount(first) == held


def test_late_answer_of_an_old_revision_displaces_none() -> None:
    """A slow query may end after a write: its answer is nobody's any more."""
    cache = Cache(10_000)
    cache.put(ASK, answer(2))
    cache.put(ASK, answer(1))
    cache.put(OTHER, answer(1))
    kept = cache.get(2, ASK)
    assert kept is not None
    assert kept.revision == 2
    assert cache.get(1, OTHER) is None
