"""Records to quads, and the barrier."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg import vocab
from kg.mapper import map_record
from kg.records import Claim, Entity, Event, Evidence, Fact, Record
from tests.samples import TEXT, at, framed, sample
from tests.terms import datatype_of, value_of

DEFAULT = DefaultGraph()


def nodes(quads: tuple[Quad, ...], rdf_class: str) -> list[str]:
    """The subjects of that class, in any graph."""
    return [
        value_of(q.subject) for q in quads if q.predicate.value == vocab.RDF_TYPE and q.object == NamedNode(rdf_class)
    ]


def values(quads: tuple[Quad, ...], subject: str, predicate: str) -> list[str]:
    """What ``subject`` has for ``predicate``, in any graph."""
    return [value_of(q.object) for q in quads if value_of(q.subject) == subject and q.predicate.value == predicate]


def test_same_record_gives_the_same_quads_in_the_same_order(record: Record) -> None:
    """Mapping is a function of the record and the base."""
    assert map_record(record).quads == map_record(sample()).quads


def test_every_quad_is_given_once_and_without_blank_nodes(record: Record) -> None:
    """No duplicates, and only IRIs and literals."""
    quads = map_record(record).quads
    assert len(set(quads)) == len(quads)
    assert all(isinstance(t, NamedNode | Literal | DefaultGraph) for q in quads for t in (*q.triple, q.graph_name))


def test_every_data_iri_lies_under_the_base(record: Record) -> None:
    """Nothing is minted outside of the one configurable base."""
    base = "https://example.org/news/"
    subjects = {value_of(q.subject) for q in map_record(record, base).quads}
    assert subjects
    assert all(subject.startswith(base) for subject in subjects)


def test_content_graphs_hold_stated_terms_only(record: Record) -> None:
    """No term that could assert anything stands in what somebody said."""
    inside = [q for q in map_record(record).quads if "/content" in getattr(q.graph_name, "value", "")]
    terms = {q.predicate.value for q in inside} - {vocab.RDF_TYPE}
    terms |= {value_of(q.object) for q in inside if q.predicate.value == vocab.RDF_TYPE}
    assert terms
    assert terms <= vocab.STATED_TERMS


def test_asserted_graph_holds_no_stated_term(record: Record) -> None:
    """No stated term stands outside of a content graph."""
    outside = [q for q in map_record(record).quads if "/content" not in getattr(q.graph_name, "value", "")]
    terms = {q.predicate.value for q in outside} | {q.object.value for q in outside if isinstance(q.object, NamedNode)}
    assert not terms & vocab.STATED_TERMS


def test_every_node_of_content_names_whose_word_it_is(record: Record) -> None:
    """cg:accordingTo stands on each subject of a content graph, and leads to a claim of the default graph."""
    quads = map_record(record).quads
    inside = {value_of(q.subject) for q in quads if "/content" in getattr(q.graph_name, "value", "")}
    claims = set(nodes(quads, vocab.CLAIM))
    assert inside
    for node in inside:
        holder = node
        while holder not in claims:
            (holder,) = values(quads, holder, vocab.ACCORDING_TO)
        assert node.startswith(holder)


def test_claim_never_describes_an_event(record: Record) -> None:
    """Only reported facts describe events."""
    quads = map_record(record).quads
    describing = {value_of(q.subject) for q in quads if q.predicate.value == vocab.DESCRIBES}
    assert describing <= set(nodes(quads, vocab.REPORTED_FACT))


def test_negated_fact_makes_no_event(record: Record) -> None:
    """'No treaty was signed' stays a statement and asserts nothing that happened."""
    quads = map_record(record).quads
    negated = [value_of(q.subject) for q in quads if q.object == Literal("No treaty was signed")]
    statement = next(n for n in negated if n in nodes(quads, vocab.REPORTED_FACT))
    assert not values(quads, statement, vocab.DESCRIBES)
    assert len(nodes(quads, vocab.EVENT)) == 1


@pytest.mark.parametrize(("certainty", "frame"), [("probable", "nonFuture"), ("certain", "future")])
def test_uncertain_or_future_fact_makes_no_event(record: Record, certainty: str, frame: str) -> None:
    """What is expected or will be is not what is."""
    fact = replace(record.facts[0], certainty=certainty, frame=frame)
    assert not nodes(map_record(replace(record, facts=(fact,))).quads, vocab.EVENT)


def test_denied_content_is_a_denied_event(record: Record) -> None:
    """A denial does not read as the accusation it denies."""
    quads = map_record(record).quads
    denied = nodes(quads, vocab.DENIED_EVENT)
    assert len(denied) == 1
    assert not set(denied) & set(nodes(quads, vocab.STATED_EVENT))
    (claim,) = values(quads, denied[0], vocab.ACCORDING_TO)
    assert values(quads, claim, vocab.SPEECH_ACT) == [vocab.ACT + "deny"]


def test_claim_inside_a_claim_is_only_stated(record: Record) -> None:
    """Hearsay is content: its speaker is nobody's speaker in the graph."""
    quads = map_record(record).quads
    quill = "https://w3id.org/claimgraph/id/entity/person/ada-quill"
    assert not [q for q in quads if q.predicate.value == vocab.SPEAKER and q.object == NamedNode(quill)]
    (stated,) = [value_of(q.subject) for q in quads if q.predicate.value == vocab.STATED_SPEAKER]
    assert stated in nodes(quads, vocab.STATED_CLAIM)
    assert "/claim/195-270/content/claim/238-270" in stated


def test_supposed_participant_is_no_entity(record: Record) -> None:
    """'shadowy forces' exists in the content only."""
    quads = map_record(record).quads
    forces = {value_of(q.subject) for q in quads if q.object == Literal("shadowy forces")}
    graphs = {q.graph_name for q in quads if value_of(q.subject) in forces}
    assert forces
    assert DEFAULT not in graphs
    assert not [q for q in quads if q.predicate.value == vocab.ACT_TARGET and value_of(q.object) in forces]


def test_two_claims_with_the_same_content_stay_apart(record: Record) -> None:
    """The second statement over the same spans has a name of its own."""
    twin = replace(record.claims[0], id="c9", speakers=("quill",))
    quads = map_record(replace(record, claims=(*record.claims, twin))).quads
    names = [n for n in nodes(quads, vocab.CLAIM) if "123-153" in n]
    assert sorted(n.rpartition("/")[2] for n in names) == ["123-153", "123-153~2"]
    speakers = {tuple(values(quads, n, vocab.SPEAKER)) for n in names}
    assert len(speakers) == 2


def test_discontinuous_statement_has_a_span_for_each_piece(record: Record) -> None:
    """Three pieces are three anchors, and the text joins them."""
    pieces = (*at("Delegations of Arvonia"), *at("met in Port Sella"))
    fact = Fact(id="f9", anchor=pieces, rule="test")
    quads = map_record(replace(record, facts=(fact,))).quads
    (node,) = nodes(quads, vocab.REPORTED_FACT)
    assert len(values(quads, node, vocab.ANCHOR)) == 2
    assert values(quads, node, vocab.TEXT) == ["Delegations of Arvonia … met in Port Sella"]


def test_what_decided_is_a_span_of_the_statement_and_nothing_more(record: Record) -> None:
    """Each feature has a term of its own; of a claim inside a claim only the outermost is located in all its parts."""
    denial, hearsay = record.claims[3], record.claims[2]
    act, not_so = Evidence(feature="act", spans=denial.cue), Evidence(feature="polarity", spans=at("No", TEXT))
    facts = (record.facts[0], replace(record.facts[1], evidence=(not_so,)))
    claims = (*record.claims[:2], replace(hearsay, evidence=(act,)), replace(denial, evidence=(act,)))
    before, after = map_record(record).quads, map_record(replace(record, facts=facts, claims=claims)).quads
    new = [quad for quad in after if quad not in before]
    terms = [vocab.POLARITY_EVIDENCE, vocab.ACT_EVIDENCE]
    spans = [value_of(q.object) for q in new if q.predicate.value in terms]
    assert sorted(q.predicate.value for q in new if q.predicate.value in terms) == sorted(terms)
    assert all(q.predicate.value in terms or value_of(q.subject) in spans for q in new)
    assert [values(after, span, vocab.EXACT) for span in spans] == [["No"], ["denied"]]
    assert {q.graph_name for q in new} == {DEFAULT}


def test_unnamed_source_stays_in_its_document(record: Record) -> None:
    """An official without a name in one article is never the one of another."""
    quads = map_record(record).quads
    (source,) = nodes(quads, vocab.UNNAMED_SOURCE)
    assert source.startswith(map_record(record).version)


def test_place_and_actor_of_one_name_are_two_and_linked(record: Record) -> None:
    """Port Sella the place and Port Sella the government share a name, nothing else."""
    quads = map_record(record).quads
    (link,) = {(value_of(q.subject), value_of(q.object)) for q in quads if q.predicate.value == vocab.SHARES_NAME_WITH}
    assert [name.split("/entity/")[1] for name in link] == ["place/port-sella", "political_actor/belmark"]


@pytest.mark.parametrize(
    ("published", "datatype"), [("2025", "gYear"), ("2025-04", "gYearMonth"), ("2025-04-03", "date")]
)
def test_partial_date_is_not_made_a_day(published: str, datatype: str) -> None:
    """A date is written as precisely as it is known."""
    quads = map_record(sample(published=published)).quads
    (date,) = [q.object for q in quads if q.predicate.value == vocab.SCHEMA_DATE_PUBLISHED]
    assert (value_of(date), datatype_of(date).rpartition("#")[2]) == (published, datatype)


def test_unclear_words_are_said_by_nobody(record: Record) -> None:
    """An unclear passage is neither fact nor claim, and gives its reason."""
    quads = map_record(record).quads
    (node,) = nodes(quads, vocab.UNCLEAR_PASSAGE)
    assert values(quads, node, vocab.REASON) == ["hedged without a source"]
    assert node not in nodes(quads, vocab.REPORTED_FACT) + nodes(quads, vocab.CLAIM)


def test_context_is_a_kind_of_a_span_and_nothing_else() -> None:
    """A heading makes no statement: its words have a kind, and nobody asserts or says them."""
    quads = map_record(framed()).quads
    ((span, kind),) = [(q.subject, q.object) for q in quads if q.predicate.value == vocab.CONTEXT_KIND]
    assert value_of(kind) == vocab.MOD + "heading"
    assert values(quads, value_of(span), vocab.EXACT) == ["Envoys of Arvonia and Belmark meet"]
    assert not [q for q in quads if q.object == span]


def test_adjunct_is_a_span_of_its_claim() -> None:
    """The words that tell when something was said belong to the claim, outside of its content."""
    quads = map_record(framed()).quads
    ((claim, span),) = [(q.subject, q.object) for q in quads if q.predicate.value == vocab.SAID_AT_SPAN]
    assert vocab.CLAIM in values(quads, value_of(claim), vocab.RDF_TYPE)
    assert values(quads, value_of(span), vocab.EXACT) == ["3 April 2025"]


def test_deeply_nested_claims_are_content_of_content(record: Record) -> None:
    """A claim in a claim in a claim stands in the graph of the claim above it."""
    innermost = Claim(
        id="c10",
        content=at("attacked a bridge"),
        speakers=("someone",),
        speech_act="say",
        quote_form="indirect",
        rule="test",
        parent="c3",
        stated_events=(Event(type="assault"),),
    )
    record = replace(record, claims=(innermost, *record.claims))
    quads = map_record(record).quads
    inner = [n for n in nodes(quads, vocab.STATED_CLAIM) if n.count("/content/claim/") == 2]
    assert len(inner) == 1
    assert values(quads, inner[0], vocab.ACCORDING_TO)[0].count("/content/claim/") == 1


def test_names_in_any_script_give_iris(record: Record) -> None:
    """Entity IRIs keep the letters of the name, and names without letters stay apart."""
    names = ("Мария Захарова", "外交部", "!!!", "???", "x" * 300)
    entities = tuple(Entity(id=f"n{i}", type="person", name=name) for i, name in enumerate(names))
    quads = map_record(replace(record, entities=(*record.entities, *entities))).quads
    found = {value_of(q.subject) for q in quads if value_of(q.object) in names}
    assert len(found) == len(names)
    assert any("мария-захарова" in name for name in found)


def test_two_spellings_of_one_name_are_one_preferred_label(record: Record) -> None:
    """A description that begins a sentence is no second name, and joins count a statement once."""
    twice = tuple(
        Entity(id=f"{kind}-{name}", type=kind, name=name)
        for kind in ("unnamed_source", "political_actor")
        for name in ("premier", "Premier")
    )
    claim = replace(record.claims[0], speakers=("unnamed_source-premier", "unnamed_source-Premier"))
    quads = map_record(replace(record, entities=record.entities + twice, claims=(claim, *record.claims[1:]))).quads
    for node in {value_of(q.subject) for q in quads if value_of(q.subject).endswith("/premier")}:
        assert set(values(quads, node, vocab.SKOS_PREF_LABEL)) == {"premier"}
        assert set(values(quads, node, vocab.SKOS_ALT_LABEL)) == {"Premier"}
