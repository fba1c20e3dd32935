"""A search becomes a standing query with the same meaning, whatever words it has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import vocab
from kg.mapper import map_record
from kg.store import EmbeddedStore
from kg.views.query_files import records
from kg.views.search.index import WordIndex
from kg.views.search.query import Wanted, search
from kg.views.watch_query import watch_query
from tests.samples import TEXT, sample

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


def _dated() -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    dated = sample(f"{TEXT} Later more.", "dated", published="2025-04-03")
    store.replace([map_record(one, BASE) for one in (sample(document_id="undated"), dated)])
    return store


DATED = _dated()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> WordIndex:
    """The index of words, from which the search's own hits come."""
    return WordIndex(DATED, BASE, tmp_path_factory.mktemp("index") / "words")


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"from": "2025-04-03"}, True),
        ({"from": "2025-04"}, True),
        ({"from": "2025-04-04"}, False),
        ({"to": "2025-04-03"}, True),
        ({"to": "2025"}, True),
        ({"to": "2025-04-02"}, False),
        ({"from": "2025-04-01", "to": "2025-04-30"}, True),
        ({"from": "2025-04-01", "to": "2025-04-02"}, False),
        ({"day": "2025-04-03"}, True),
        ({"day": "2025-04-03T09:30:00Z"}, True),
        ({"day": "2025-04"}, False),
        ({"from": "2025", "kind": "claim", "act": "deny"}, True),
    ],
)
def test_watched_search_keeps_to_its_days(index: WordIndex, chosen: dict[str, str], found: bool) -> None:
    """From, to and day as the search has them; an article without a day is in none of them."""
    query = watch_query("border", chosen)
    assert query is not None
    watched = {row["statement"] for row in records(DATED.query(query))}
    assert bool(watched) is found
    with index.opened() as connection:
        hits = search(connection, Wanted(words="border", chosen=chosen, is_reporting=True), 1).hits
    assert watched == {hit.iri for hit in hits if hit.kind in ("fact", "claim")}


@pytest.mark.parametrize(
    "chosen",
    [
        {"kind": "inner"},
        {"kind": "inner", "from": "2025"},
        {"speaker": vocab.UNNAMED_SOURCE},
        {"act": "%2"},
        {"speaker": "a b"},
    ],
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
