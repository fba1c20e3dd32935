"""A linking run in a store: one transaction, idempotent, taken back as a whole, and no claim becomes a fact."""

import pytest
from pyoxigraph import NamedNode, QuerySolutions

from kg import mapper, pipeline, vocab
from kg.linkmap import run_graph
from kg.records import Record
from kg.store import EmbeddedStore
from tests.link.build import record

BASE = "https://news.example/id/"
TOLL = "At least 12 people were killed when a ferry sank off Mombasa in Kenya"
ACCUSATION, DENIAL = "Uganda of shelling the village of Busia", "its troops had shelled the village of Busia"


def articles() -> list[Record]:
    """Return three articles: an accusation with a toll, a denial, another count."""
    return [
        record("a", "2031-01-01", [(ACCUSATION, "Kenya", "accuse", "Uganda"), (TOLL, "Red Cross", "say")]),
        record("b", "2031-01-02", [(DENIAL, "Uganda", "deny")]),
        record("c", "2031-01-01", [(TOLL.replace("12", "40"), "Kenya", "say")]),
    ]


@pytest.fixture
def store() -> EmbeddedStore:
    """A store of the three."""
    opened = EmbeddedStore.in_memory()
    opened.replace([mapper.map_record(one, BASE) for one in articles()])
    return opened


def links(store: EmbeddedStore) -> set[str]:
    """Return the kinds of the links between articles."""
    found = store.query(f"SELECT ?kind {{ ?l a <{vocab.CROSS_LINK}> ; <{vocab.LINK_TYPE}> ?kind }}")
    assert isinstance(found, QuerySolutions)
    return {row["kind"].value.removeprefix(vocab.REL) for row in found}


def facts(store: EmbeddedStore) -> int:
    """Count what is asserted: facts and events."""
    return sum(len(list(store.matching([(None, NamedNode(vocab.RDF_TYPE), NamedNode(c), None)]))) for c in _ASSERTED)


_ASSERTED = (vocab.REPORTED_FACT, vocab.EVENT)


def test_linking_writes_links_and_asserts_nothing(store: EmbeddedStore) -> None:
    """Every link has its reason and both spans; facts and events are as many as before."""
    before = facts(store)
    report = pipeline.link_store(store, BASE, unsure=True)
    assert links(store) == {"denies", "contradicts"}
    assert report.links == 2
    assert facts(store) == before
    found = store.query(
        f"SELECT ?l {{ ?l a <{vocab.CROSS_LINK}> ; <{vocab.REASON}> ?r ; <{vocab.FROM_SPAN}>/<{vocab.EXACT}> ?a ; "
        f"<{vocab.TO_SPAN}>/<{vocab.EXACT}> ?b ; <{vocab.RULE}> ?m ; <{vocab.CONFIDENCE}> ?c }}"
    )
    assert isinstance(found, QuerySolutions)
    assert len(list(found)) == 2


def test_linking_again_changes_nothing_and_taking_back_leaves_what_was(store: EmbeddedStore) -> None:
    """The run's graph is replaced as a whole."""
    before = set(store.quads())
    pipeline.link_store(store, BASE, unsure=True)
    assert not pipeline.link_store(store, BASE, unsure=True).changed
    assert set(store.matching([(None, None, None, NamedNode(run_graph(BASE)))]))
    pipeline.unlink_store(store, BASE)
    assert set(store.quads()) == before


def test_building_the_same_articles_again_keeps_the_links(store: EmbeddedStore) -> None:
    """A build of what is there changes nothing, links or not."""
    pipeline.link_store(store, BASE, unsure=True)
    assert not store.replace([mapper.map_record(one, BASE) for one in articles()])
    assert links(store) == {"denies", "contradicts"}


@pytest.mark.parametrize(("gone", "left"), [(0, set()), (1, {"contradicts"}), (2, {"denies"})])
def test_a_withdrawn_version_takes_its_links_with_it(store: EmbeddedStore, gone: int, left: set[str]) -> None:
    """From either end: no link leads nowhere."""
    pipeline.link_store(store, BASE, unsure=True)
    store.withdraw(mapper.map_record(articles()[gone], BASE).version)
    assert links(store) == left
    ends = store.query(f"SELECT ?l {{ ?l a <{vocab.CROSS_LINK}> ; <{vocab.TO}> ?s FILTER NOT EXISTS {{ ?s ?p ?o }} }}")
    assert isinstance(ends, QuerySolutions)
    assert list(ends) == []


def test_a_changed_article_loses_the_links_of_its_earlier_text(store: EmbeddedStore) -> None:
    """The new version's statements are others."""
    pipeline.link_store(store, BASE, unsure=True)
    changed = record("b", "2031-01-02", [("the road to Busia is open", "Uganda", "say")])
    store.replace([mapper.map_record(changed, BASE)])
    assert links(store) == {"contradicts"}
