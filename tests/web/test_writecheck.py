"""What may not be written into a graph that keeps what is claimed apart from what is a fact."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import NamedNode, Quad, Store

from kg import mapper, vocab
from kg.engine import Effect
from kg.engine.effect import Past, effect_of
from kg.store import EmbeddedStore
from kg.validate import read_shapes, validate
from kg.web.problems import Refusal
from kg.web.writecheck import WriteCheck
from tests.samples import TEXT, sample

BASE = "https://data.test/id/"
OTHER = f"{TEXT} More follows."
PREFIXES = "".join(f"PREFIX {name}: <{iri}> " for name, iri in vocab.PREFIXES.items())
CONTENT = "{ ?claim a cg:Claim ; cg:content ?c . GRAPH ?c { ?s ?p ?o } }"
TYPE = "GRAPH ?c { ?s cg:statedEventType ?t }"
OLD = "{ ?f cg:confidence ?c }"
LAUNDERING = {
    "copied": f"INSERT {{ ?s ?p ?o }} WHERE {CONTENT}",
    "moved": f"DELETE {{ GRAPH ?c {{ ?s ?p ?o }} }} INSERT {{ ?s ?p ?o }} WHERE {CONTENT}",
    "into a graph of its own": f"INSERT {{ GRAPH <x:facts> {{ ?s ?p ?o }} }} WHERE {CONTENT}",
    "its subject in other terms": f"INSERT {{ ?s a cg:Event }} WHERE {CONTENT}",
    "the claim is made a fact": "INSERT { ?claim a cg:ReportedFact } WHERE { ?claim a cg:Claim }",
    "the claim becomes a fact": "DELETE { ?c a cg:Claim } INSERT { ?c a cg:ReportedFact } WHERE { ?c a cg:Claim }",
    "the claim describes an event": "INSERT { ?claim cg:describes ?e } WHERE { ?claim a cg:Claim . ?e a cg:Event }",
    "its words as an event": f"INSERT {{ <x:e> a cg:Event ; cg:eventType ?t }} WHERE {{ {TYPE} }}",
    "stated terms on a fact": "INSERT { ?f cg:statedText ?t } WHERE { ?f a cg:ReportedFact ; cg:text ?t }",
    "facts put into a claim": "INSERT { GRAPH ?c { ?e a cg:Event } } WHERE { ?e a cg:Event . ?claim cg:content ?c }",
    "a claim loses its speaker": "DELETE WHERE { ?claim cg:speaker ?who }",
}  # fmt: skip
FINE = {
    "nothing": "INSERT DATA {}",
    "other data": "INSERT DATA { <x:a> <x:b> 1 . GRAPH <x:g> { <x:a> <x:b> 2 } }",
    "another confidence": f"DELETE {OLD} INSERT {{ ?f cg:confidence 0.75 }} WHERE {OLD}",
    "all of it taken out": "DROP ALL",
}


@pytest.fixture(scope="module")
def check() -> WriteCheck:
    """A check against our own shapes."""
    return WriteCheck(read_shapes())


@pytest.fixture
def store() -> EmbeddedStore:
    """Two articles that speak of the same entities."""
    store = EmbeddedStore.in_memory()
    store.replace([mapper.map_record(sample(), BASE), mapper.map_record(sample(OTHER, "other"), BASE)])
    assert not validate(store.quads()).at_least("violation")
    return store


def effect(store: EmbeddedStore, text: str) -> Effect:
    """What the update would do."""
    copy = Store()
    copy.extend(store.quads())
    return effect_of(copy, PREFIXES + text, lambda: copy.update(PREFIXES + text), Past(held=len(copy)))


@pytest.mark.parametrize("how", LAUNDERING)
def test_what_was_claimed_cannot_be_written_as_a_fact(store: EmbeddedStore, check: WriteCheck, how: str) -> None:
    """However it is tried: 409 for content that stands outside, 422 with the report for what breaks the shapes."""
    change = effect(store, LAUNDERING[how])
    assert change.removed or change.added
    with pytest.raises(Refusal) as refused:
        check(store, change)
    assert refused.value.code in (409, 422)
    if refused.value.code == 422:
        report = refused.value.extras["report"]
        assert json.loads(json.dumps(report))["findings"][0]["severity"] == "violation"


@pytest.mark.parametrize("what", FINE)
def test_other_changes_are_let_through(store: EmbeddedStore, check: WriteCheck, what: str) -> None:
    """What neither launders nor breaks the shapes."""
    check(store, effect(store, FINE[what]))


def test_new_version_of_an_article_can_be_written(store: EmbeddedStore, check: WriteCheck) -> None:
    """All quads of a document in one change, among others that speak of the same entities."""
    graph = mapper.map_record(sample(f"{TEXT} Still more.", "third"), BASE)
    check(store, Effect(added=frozenset(graph.quads)))


def test_what_was_wrong_before_stands_in_nobodys_way(store: EmbeddedStore, check: WriteCheck) -> None:
    """A graph with a violation can be changed elsewhere in the same document, and mended."""
    speaker = next(quad for quad in store.quads() if quad.predicate.value == vocab.SPEAKER)
    store.change({speaker}, set())
    check(store, effect(store, FINE["another confidence"]))
    check(store, Effect(added=frozenset({speaker})))


def test_check_finds_what_validation_of_everything_finds(store: EmbeddedStore, check: WriteCheck) -> None:
    """Every so often a quad is taken out, or said of something else; and harmless changes: the same are refused."""
    every = sorted(store.quads(), key=str)
    changes = [effect(store, FINE[what]) for what in FINE]
    for number, quad in enumerate(every[::30]):
        other = Quad(NamedNode(f"{BASE}entity/other"), quad.predicate, quad.object, quad.graph_name)
        changes.append(Effect(removed=frozenset({quad}), added=frozenset({other} if number % 2 else ())))
    agreed = {True: 0, False: 0}
    for change in changes:
        found = bool(check.new_findings(store, change))
        after = {*every, *change.added} - change.removed
        assert found == bool(validate(after).at_least("violation")), change
        agreed[found] += 1
    assert min(agreed.values()) > 3
