"""A search becomes a standing query with the same meaning, whatever words it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.views.query_files import records
from kg.views.watch_query import watch_query
from tests.samples import sample

BASE = "https://data.test/id/"


def _store() -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.replace([map_record(sample(publisher="The Herald"), BASE)])
    return store


STORE = _store()


@pytest.mark.parametrize(
    ("words", "chosen", "texts"),
    [
        ("shell", {}, {"Belmark of shelling the border", "that it shelled the border"}),
        ("SHELLING border*", {}, {"Belmark of shelling the border"}),
        ("“of shelling”", {}, {"Belmark of shelling the border"}),
        ('"shelling of"', {}, set()),
        ("border", {"kind": "fact"}, set()),
        ("border", {"act": "deny"}, {"that it shelled the border"}),
        (
            "",
            {"publisher": "The Herald", "kind": "claim", "act": vocab.ACT + "accuse"},
            {"Belmark of shelling the border"},
        ),
        ("border", {"publisher": "The Post"}, set()),
        ("border", {"speaker": f"{BASE}entity/political_actor/arvonia"}, {"Belmark of shelling the border"}),
    ],
)
def test_watched_search_finds_what_has_the_words(words: str, chosen: dict[str, str], texts: set[str]) -> None:
    """All words with any ending, phrases, and filters; each row says whose words they are."""
    query = watch_query(words, chosen)
    assert query is not None
    rows = records(STORE.query(query))
    assert {row["text"] for row in rows} == texts
    assert all(row["who"] for row in rows if row["kind"] == "claim")


@pytest.mark.parametrize(
    "chosen", [{"day": "2025"}, {"kind": "inner"}, {"speaker": vocab.UNNAMED_SOURCE}, {"act": "%2"}, {"speaker": "a b"}]
)
def test_search_that_cannot_be_watched_has_no_query(chosen: dict[str, str]) -> None:
    """A filter is never left out in silence."""
    assert watch_query("border", chosen) is None
    assert watch_query("", {}) is None


@given(st.text(max_size=30))
def test_any_words_make_a_query_that_runs(words: str) -> None:
    """Quotation marks, braces, comments and control characters are words, and no syntax."""
    query = watch_query(words, {"publisher": words})
    assert query is not None
    assert records(STORE.query(query)) == []
