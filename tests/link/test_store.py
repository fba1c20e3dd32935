"""A linking run in a store: one transaction, idempotent, taken back as a whole, and no claim becomes a fact."""

import pytest
from pyoxigraph import NamedNode, QuerySolutions

from kg import graphrecords, mapper, pipeline, vocab
from kg.errors import InputError
from kg.linkmap import run_graph
from kg.records import Record
from kg.store import EmbeddedStore, ownership
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


def versions(*numbers: int) -> list[str]:
    """Return the versions of the three articles, by number."""
    return [mapper.map_record(articles()[number], BASE).version for number in numbers]


def test_article_added_later_gets_the_links_that_a_whole_run_finds(store: EmbeddedStore) -> None:
    """One by one, whatever comes first, and once more: the same links, and nothing of the others is lost."""
    pipeline.link_store(store, BASE)
    whole = links_by_name(store)
    pipeline.unlink_store(store, BASE)
    for version in versions(2, 0, 1):
        pipeline.link_article(store, BASE, version)
    assert links_by_name(store) == whole
    assert not pipeline.link_article(store, BASE, versions(0)[0]).changed


def test_article_is_compared_with_those_of_its_time_that_name_the_same(store: EmbeddedStore) -> None:
    """An article of another year, and one that names nobody of these, are no candidates."""
    far = record("d", "2034-01-01", [(ACCUSATION, "Kenya", "accuse", "Uganda")])
    other = record("e", "2031-01-02", [("The price of maize rose in Lima", "Peru Radio", "say")])
    store.replace([mapper.map_record(one, BASE) for one in (far, other)])
    near = graphrecords.neighbours(store, versions(0)[0], most=10, days=120)
    assert set(near) == set(versions(1, 2))
    assert len(graphrecords.neighbours(store, versions(0)[0], most=1, days=120)) == 1


def test_chain_of_an_added_article_becomes_one_with_that_which_was_there(store: EmbeddedStore) -> None:
    """No statement is a member of two chains."""
    again = record("f", "2031-01-03", [("its troops had ever shelled the village of Busia", "Uganda", "deny")])
    pipeline.link_store(store, BASE)
    store.replace([mapper.map_record(again, BASE)])
    pipeline.link_article(store, BASE, mapper.map_record(again, BASE).version)
    found = store.query(
        f"SELECT ?s (COUNT(?c) AS ?n) {{ ?c a <{vocab.EVENT_CHAIN}> ; <{vocab.MEMBER}> ?s }} GROUP BY ?s"
    )
    assert isinstance(found, QuerySolutions)
    counts = [int(row["n"].value) for row in found]
    assert len(counts) == 3
    assert set(counts) == {1}


def test_records_of_some_versions_are_those_that_the_whole_store_gives(store: EmbeddedStore) -> None:
    """What is read for one article is a part of the store, and nothing of its records is lacking."""
    some = versions(0, 2)
    part = pipeline.part_of(store, some)
    assert list(graphrecords.read_records(part)) == list(graphrecords.read_records(store, some))


def test_article_that_is_not_in_force_is_refused(store: EmbeddedStore) -> None:
    """The message names it and how to list those that are."""
    with pytest.raises(InputError, match="no version in force"):
        pipeline.link_article(store, BASE, BASE + "doc/0000000000000000")


def links_by_name(store: EmbeddedStore) -> set[tuple[str, ...]]:
    """Return each link with its kind and ends."""
    found = store.query(
        f"SELECT ?l ?k ?a ?b {{ ?l a <{vocab.CROSS_LINK}> ; <{vocab.LINK_TYPE}> ?k ; <{vocab.FROM}> ?a ; "
        f"<{vocab.TO}> ?b }}"
    )
    assert isinstance(found, QuerySolutions)
    return {tuple(str(term) for term in row) for row in found}


LONG_NAME, SHORT_NAME = "Juma Makame", "J Makame"


def two_names() -> EmbeddedStore:
    """Return a store of two articles in which one person has two names, and what joins them."""
    opened = EmbeddedStore.in_memory()
    said = "the ferry from Pemba sank off Mombasa before dawn"
    opened.replace(
        [
            mapper.map_record(record("a", "2031-01-01", [(said, LONG_NAME, "say")]), BASE),
            mapper.map_record(record("b", "2031-01-01", [(said + " on Tuesday", SHORT_NAME, "say")]), BASE),
        ]
    )
    pipeline.link_store(opened, BASE)
    return opened


def merges(store: EmbeddedStore) -> list[tuple[str, str]]:
    """Return the entities that are one."""
    found = store.query(f"SELECT DISTINCT ?a ?b {{ ?m <{vocab.MERGED}> ?a ; <{vocab.MERGED_INTO}> ?b }}")
    assert isinstance(found, QuerySolutions)
    return sorted((row["a"].value, row["b"].value) for row in found)


def test_merge_that_was_undone_does_not_come_back() -> None:
    """Neither by the next run nor with an article alone; taken back itself, it does."""
    store = two_names()
    (pair,) = merges(store)
    assert pipeline.unmerge(store, BASE, *pair[::-1]) == 1
    assert merges(store) == []
    pipeline.link_store(store, BASE)
    assert merges(store) == []
    for version in ownership.versions(store):
        pipeline.link_article(store, BASE, version)
    assert merges(store) == []
    pipeline.unlink_store(store, BASE)
    pipeline.link_store(store, BASE)
    assert merges(store) == []
    pipeline.merge_again(store, BASE, *pair)
    pipeline.link_store(store, BASE)
    assert merges(store) == [pair]


def test_undoing_a_merge_that_is_none_is_refused() -> None:
    """A mistyped name is said, and nothing is written."""
    store = two_names()
    before = set(store.quads())
    with pytest.raises(InputError, match="not joined"):
        pipeline.unmerge(store, BASE, BASE + "entity/person/nobody", BASE + "entity/person/no-one")
    assert set(store.quads()) == before
