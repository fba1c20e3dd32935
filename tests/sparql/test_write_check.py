"""What may not be written into a graph that keeps what is claimed apart from what is a fact."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kg import mapper, vocab
from kg.engine import Effect
from kg.engine.quad_diff import Past, effect_of
from kg.http.problems import Refusal
from kg.sparql.write_check import WriteCheck
from kg.store import EmbeddedStore, ownership
from kg.validate import Finding, compiled, read_shapes, validate
from kg.validate.merged_graph import placed
from tests.laundering import MERGES
from tests.samples import TEXT, sample
from tests.terms import datatype_of

BASE = "https://data.test/id/"
OTHER = f"{TEXT} More follows."
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"
PREFIXES = "".join(f"PREFIX {name}: <{iri}> " for name, iri in {**vocab.PREFIXES, "sem": SEM}.items())
Pair: TypeAlias = list[tuple[bool, Quad]]
SHAPES = read_shapes()
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
    return WriteCheck(SHAPES)


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


def test_refusal_counts_the_places_in_words(store: EmbeddedStore, check: WriteCheck) -> None:
    """One place is no "places"."""
    event = "<x:e> a cg:Event"
    for text in ("DELETE WHERE { ?claim cg:speaker ?who }", f"INSERT DATA {{ {event} }}"):
        with pytest.raises(Refusal) as refused:
            check(store, effect(store, text))
        report = json.loads(json.dumps(refused.value.extras["report"]))
        found = len(report["findings"])
        assert f" in {found} more place{'' if found == 1 else 's'}; the first: " in str(refused.value.detail)
    quad = next(quad for quad in store.quads() if quad.predicate.value == vocab.CONFIDENCE)
    value = Literal("7.5", datatype=NamedNode(datatype_of(quad.object)))
    wrong = Quad(quad.subject, quad.predicate, value, quad.graph_name)
    with pytest.raises(Refusal, match=r" in 1 more place; the first: "):
        check(store, Effect(removed=frozenset({quad}), added=frozenset({wrong})))


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


CLAIM_NODE = "?claim a cg:Claim ; cg:content ?c . GRAPH ?c { ?s a cg:StatedEvent }"
FACT_EVENT = "?fact cg:describes ?e . ?e a cg:Event"
WAYS = {
    "a stated term is below an asserted one": "INSERT DATA { cg:statedAgent rdfs:subPropertyOf cg:agent }",
    "the same in a graph of its own": "INSERT DATA { GRAPH <x:g> { cg:statedAgent rdfs:subPropertyOf cg:agent } }",
    "an equivalent class": "INSERT DATA { cg:StatedEvent owl:equivalentClass cg:Event }",
    "the same the other way round": "INSERT DATA { <x:C> owl:equivalentClass cg:StatedEvent . <x:C> a owl:Class }",
    "a domain": "INSERT DATA { cg:statedEventType rdfs:domain cg:Event }",
    "a range of rdf:type itself": "INSERT DATA { rdf:type rdfs:domain cg:Event }",
    "a restriction": "INSERT DATA { <x:R> a owl:Restriction ; owl:onProperty cg:statedAgent }",
    "a property chain": "INSERT DATA { <x:l> rdf:first cg:statedAgent ; rdf:rest rdf:nil }",
    "an asserted term is an inverse": "INSERT DATA { cg:statedAgent owl:inverseOf <x:p> }",
    "a domain in SEM": "INSERT DATA { cg:statedEventType rdfs:domain sem:Event }",
    "an axiom on SEM": "INSERT DATA { sem:hasActor owl:equivalentProperty cg:statedAgent }",
    "events are one": f"INSERT {{ ?e owl:sameAs ?s }} WHERE {{ {FACT_EVENT} . {CLAIM_NODE} }}",
    "events are one by a third": f"INSERT {{ <x:e> owl:sameAs ?s }} WHERE {{ {CLAIM_NODE} }}",
    "something of a stranger's points into a content": f"INSERT {{ <x:e> <x:p> ?s }} WHERE {{ {CLAIM_NODE} }}",
    "roles of a claim's event": f"INSERT {{ ?e cg:agent ?who }} WHERE {{ {FACT_EVENT} . ?x skos:prefLabel 'Belmark' . "
    "BIND (?x AS ?who) }",
    "the same in SEM": f"INSERT {{ ?e sem:hasActor ?who }} WHERE {{ {FACT_EVENT} . ?who skos:prefLabel 'Belmark' }}",
    "a second event": "INSERT { ?fact cg:describes <https://data.test/id/doc/0123456789abcdef/event/9-9> . "
    "<https://data.test/id/doc/0123456789abcdef/event/9-9> a cg:Event ; cg:eventType evt:meeting } "
    "WHERE { ?fact cg:describes ?e }",
    "a fact's text": "DELETE { ?f cg:text ?old } INSERT { ?f cg:text ?new } WHERE { ?f a cg:ReportedFact ; "
    "cg:text ?old . ?claim a cg:Claim ; cg:text ?new }",
    "a headline": "DELETE { ?d schema:headline ?old } INSERT { ?d schema:headline ?new } WHERE { ?d schema:headline "
    "?old . ?claim a cg:Claim ; cg:text ?new }",
    "a second headline": "INSERT { ?d schema:headline ?new } WHERE { ?d a cg:Document . ?claim a cg:Claim ; "
    "cg:text ?new }",
    "a label": "INSERT { ?x skos:altLabel ?new } WHERE { ?x a cg:PoliticalActor . ?claim a cg:Claim ; cg:text ?new }",
    "a stated event without words for it": "INSERT { GRAPH ?c { ?n a cg:StatedEvent ; cg:accordingTo ?claim ; "
    "cg:statedEventType evt:assault } } WHERE { ?claim a cg:Claim ; cg:polarity mod:positive ; cg:content ?c . "
    "BIND (IRI(CONCAT(STR(?c), '/event/9')) AS ?n) }",
    "a claim of a version that stays is deleted": "DELETE { ?claim ?p ?o . GRAPH ?c { ?s ?q ?v } } WHERE { ?claim a "
    "cg:Claim ; cg:content ?c ; ?p ?o . GRAPH ?c { ?s ?q ?v } }",
    "a triple term of content": f"INSERT {{ <x:r> rdf:reifies <<( ?s cg:statedEventType ?t )>> }} WHERE {{ ?claim a "
    f"cg:Claim ; cg:content ?c . {TYPE} }}",
    "reification of content": f"INSERT {{ <x:r> a rdf:Statement ; rdf:subject ?s }} WHERE {{ {CLAIM_NODE} }}",
    "a label goes from where readers look": "DELETE { ?x skos:prefLabel ?l } WHERE { ?x a cg:PoliticalActor ; "
    "skos:prefLabel ?l }",
    "a fact in a graph that nobody asks": "INSERT DATA { GRAPH <x:g> { <x:f> a cg:ReportedFact } }",
    "a term that does not exist": "INSERT DATA { <x:s> cg:statedAgnet <x:o> }",
}  # fmt: skip


@pytest.mark.parametrize("how", WAYS)
def test_ways_around_the_shapes_are_closed(store: EmbeddedStore, check: WriteCheck, how: str) -> None:
    """Each way that docs/serving.md calls closed is refused with a reason, and the graph stays."""
    change = effect(store, WAYS[how])
    assert change.removed or change.added, "the update must do something"
    with pytest.raises(Refusal) as refused:
        check(store, change)
    assert refused.value.code in (409, 422)


LEFT = {
    "status": "DELETE { ?f cg:status mod:extracted } INSERT { ?f cg:status mod:confirmed } WHERE { ?f a "
    "cg:ReportedFact ; cg:status mod:extracted }",
    "confidence": f"DELETE {OLD} INSERT {{ ?f cg:confidence 0.75 }} WHERE {OLD}",
    "somebody's annotations": "INSERT { <x:a> <http://www.w3.org/ns/oa#hasTarget> ?c } WHERE { ?c a cg:Claim }",
    "somebody's own event in SEM": "INSERT DATA { <x:e> a sem:Event ; sem:hasActor <x:who> }",
    "somebody's own event with a claim's words": "INSERT { <x:e> a sem:Event ; rdfs:label ?t } WHERE { ?c a cg:Claim ; "
    "cg:text ?t }",
    "somebody's own vocabulary": "INSERT DATA { <x:C> a owl:Class ; rdfs:subClassOf <x:D> ; rdfs:label 'C' . <x:p> "
    "rdfs:range xsd:string ; rdfs:domain owl:Thing }",
    "a link to Wikidata": "INSERT { ?x skos:exactMatch wd:Q7 } WHERE { ?x skos:prefLabel 'Belmark' ; a "
    "cg:PoliticalActor }",
}  # fmt: skip


def test_what_is_left_launders_nothing(check: WriteCheck) -> None:
    """What is let through, as docs/serving.md lists it, gives no content among the facts however graphs are merged."""
    store = EmbeddedStore.in_memory()
    store.replace([mapper.map_record(sample(), BASE)])
    for how, text in LEFT.items():
        change = effect(store, text)
        assert change.added, how
        check(store, change)
        store.change(change.removed, change.added)
    quads = list(store.quads())
    assert not validate(quads).at_least("violation")
    assert {name: measure(quads) for name, measure in MERGES.items()} == dict.fromkeys(MERGES, 0)


def test_version_is_replaced_by_two_changes(store: EmbeddedStore, check: WriteCheck) -> None:
    """Taken out as a whole, its names with it, then put in again as a whole with other records."""
    version = mapper.map_record(sample(), BASE).version
    removed, stone = ownership.withdrawal(store, version, "", None)
    change = Effect(removed=frozenset(removed - stone), added=frozenset(stone - removed))
    check(store, change)
    store.change(change.removed, change.added)
    fresh = mapper.map_record(replace(sample(), facts=sample().facts[:1], links=()), BASE)
    removed, added = ownership.replacement(store, [fresh])
    change = Effect(removed=frozenset(removed - added), added=frozenset(added - removed))
    check(store, change)
    store.change(change.removed, change.added)
    assert not validate(store.quads()).at_least("violation")


def kinds(store: EmbeddedStore) -> dict[str, Quad]:
    """One content quad for each class and property that stands in a content graph."""
    found: dict[str, Quad] = {}
    for quad in sorted(store.quads(), key=str):
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.endswith("/content"):
            kind = quad.object if quad.predicate.value == vocab.RDF_TYPE else quad.predicate
            found.setdefault(str(kind), quad)
    return found


@pytest.mark.parametrize("copied", [False, True], ids=["moved", "copied"])
@pytest.mark.parametrize("where", ["default graph", "another claim's graph", "unknown graph", "its version's names"])
def test_shapes_and_check_agree_on_each_kind_of_content(check: WriteCheck, where: str, copied: bool) -> None:
    """A triple of content that stands elsewhere: `kg validate` finds a violation, the server refuses it."""
    store = EmbeddedStore.in_memory()
    store.replace([mapper.map_record(sample(), BASE)])
    every = set(store.quads())
    found = kinds(store)
    assert len(found) > 15
    for kind, quad in found.items():
        contents = {other.graph_name for other in found.values()} - {quad.graph_name}
        version = mapper.map_record(sample(), BASE).version
        place = {
            "default graph": DefaultGraph(),
            "another claim's graph": max(contents, key=str),
            "unknown graph": NamedNode("x:g"),
            "its version's names": NamedNode(f"{version}/entities"),
        }[where]
        moved = Quad(quad.subject, quad.predicate, quad.object, place)
        change = Effect(removed=frozenset(() if copied else {quad}), added=frozenset({moved}))
        assert compiled.run(list(placed((every - change.removed) | change.added)), SHAPES).at_least("violation"), kind
        with pytest.raises(Refusal):
            check(store, change)


def pool() -> list[Quad]:
    """Quads that mean something together: classes and what is of them, axioms, pieces of the sample moved about."""
    event, claim = NamedNode(vocab.EVENT), NamedNode(vocab.CLAIM)
    kinds_ = [event, claim, NamedNode(vocab.FOAF + "Person"), NamedNode("x:A"), NamedNode("x:B")]
    things = [NamedNode("x:1"), NamedNode("x:2")]
    below, kind = NamedNode(vocab.RDFS + "subClassOf"), NamedNode(vocab.RDF_TYPE)
    graphs: list[DefaultGraph | NamedNode] = [DefaultGraph(), NamedNode("x:g")]
    quads = [Quad(a, below, b, g) for a in kinds_[3:] for b in kinds_ if a != b for g in graphs]
    quads += [Quad(thing, kind, a, g) for thing in things for a in kinds_ for g in graphs]
    quads += [Quad(things[0], NamedNode(vocab.SKOS_PREF_LABEL), Literal(words), g) for words in "ab" for g in graphs]
    quads += [Quad(things[0], NamedNode(vocab.CG + "sharesNameWith"), things[1], g) for g in graphs]
    return quads


POOL = pool()
CHANGES = st.lists(st.tuples(st.booleans(), st.sampled_from(POOL)), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(CHANGES, CHANGES, st.booleans())
def test_pairs_of_changes_are_judged_as_the_whole_is(
    check: WriteCheck, first: Pair, second: Pair, axioms: bool
) -> None:
    """Two changes one after the other: what the check finds is what validation of everything finds. Where axioms are
    there already, as `kg load` can bring them, too; and what passes all of the check leaves a graph that conforms.
    """
    store = EmbeddedStore.in_memory()
    if axioms:
        store.change(set(), {quad for _, quad in first if quad.predicate.value.endswith("subClassOf")})
    for steps in (first, second):
        before = set(store.quads())
        added = frozenset(quad for is_added, quad in steps if is_added) - before
        removed = frozenset(quad for is_added, quad in steps if not is_added) & before - added
        change = Effect(removed=removed, added=added)
        if not removed and not added:
            continue
        after = (before - removed) | added
        known = {(f.shape, f.focus, f.value) for f in whole(before)}
        expected = {(f.shape, f.focus, f.value) for f in whole(after)} - known
        assert {(f.shape, f.focus, f.value) for f in check.new_findings(store, change)} == expected
        try:
            check(store, change)
        except Refusal:
            continue
        assert not expected
        store.change(removed, added)


def whole(quads: set[Quad]) -> tuple[Finding, ...]:
    """The violations of a whole graph."""
    return compiled.run(list(placed(quads)), SHAPES).at_least("violation") if quads else ()
