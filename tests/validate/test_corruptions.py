"""Ways to corrupt a good graph, each caught by a named shape."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pyoxigraph import Triple

from kg.validate import read_shapes, validate
from tests.shapes.examples import DSH
from tests.shapes.spoil import Edit, also, and_, instead, moved, renamed, without, world
from tests.shapes.spoil import iri as iri_of
from tests.shapes.table import (
    CLAIM,
    FACT,
    INNER,
    NESTING,
    OTHER_HASH,
    RICH_CLAIM,
    RICH_FACT,
    STATING,
    other_span,
    other_version,
)

SUDRIA, PORTO, MANY = "<entity/political_actor/sudria>", "<entity/place/porto>", f"<{INNER}/content/participant/many>"
OTHER = f"<doc/{OTHER_HASH[:16]}>"


@dataclass(frozen=True, slots=True)
class Corruption:
    """One way: what it is called, the shape that must catch it, and the edits of the good graph."""

    name: str
    caught_by: str
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def way(name: str, caught_by: str, *edits: Edit) -> Corruption:
    """One corruption."""
    return Corruption(name, caught_by, edits)


CORRUPTIONS = [
    # A claim becomes a fact
    way(
        "claimed event asserted",
        "EventShape-described",
        and_("<V/event/61-70> a cg:Event ; cg:eventType evt:visit ."),
    ),
    way("claim describes an event", "ClaimShape-noEvent", also("cg:describes", "<V/event/0-18>", of=CLAIM)),
    way("claim typed as a fact", "ClaimShape-notFact", also("a", "cg:ReportedFact", of=CLAIM)),
    way("claim retyped as a fact", "FactShape-ownVoice", instead("a", "cg:ReportedFact", of=CLAIM)),
    way("fact anchored in what somebody said", "FactShape-outsideClaims", also("cg:anchor", "<V#char=61,70>", of=FACT)),
    way("fact with a speaker", "FactShape-ownVoice", also("cg:speaker", SUDRIA, of=FACT)),
    way("stated event made an event", "ContentShape-kind", instead("a", "cg:Event", of=f"{STATING}/content/event/1")),
    way("stated event given an agent", "StatedEventShape", also("cg:agent", SUDRIA, of=f"{STATING}/content/event/1")),
    way("event given a stated agent", "ContentShape-kind", also("cg:statedAgent", SUDRIA, of="V/event/0-18")),
    way(
        "stated event described by a fact",
        "AssertingShape-event",
        also("cg:describes", f"<{STATING}/content/event/1>", of=FACT),
    ),
    way(
        "entity described in a content graph",
        "ContentShape-kind",
        and_(f'<{CLAIM}/content> {{ {SUDRIA} cg:topic "rain" }}'),
    ),
    way("content moved to the default graph", "ContentShape-placed", moved(f"{STATING}/content/event/1", None)),
    way(
        "content moved to another claim", "ContentShape-placed", moved(f"{STATING}/content/event/1", f"{CLAIM}/content")
    ),
    way(
        "whose word it is dropped",
        "ContentShape-accordingTo",
        without("cg:accordingTo", of=f"{STATING}/content/event/1"),
    ),
    way(
        "whose word it is swapped",
        "ContentShape-placed",
        instead("cg:accordingTo", f"<{CLAIM}>", of=f"{STATING}/content/event/1"),
    ),
    way(
        "event terms on a thing of no class",
        "EventTermsShape",
        and_(f"<thing> cg:eventType evt:visit ; cg:agent {SUDRIA} ."),
    ),
    way("speaker of a thing of no class", "ClaimTermsShape", and_(f"<thing> cg:speaker {SUDRIA} .")),
    way("class of a claim lost", "ContentShape-accordingTo", without("a", of=CLAIM)),
    way("class of a fact lost", "AssertingShape-fact", without("a", of=FACT)),
    way("class of a link lost", "InVersionShape-kind", without("a", of="V/link/1")),
    # A denial reads as what it denies
    way(
        "denied event affirmed",
        "AffirmedEventShape-polarity",
        instead("a", "cg:StatedEvent", of=f"{RICH_CLAIM}/content/event/1"),
    ),
    way(
        "affirmed event denied",
        "DeniedEventShape-polarity",
        instead("a", "cg:DeniedEvent", of=f"{STATING}/content/event/1"),
    ),
    way("denial made positive", "DeniedEventShape-polarity", instead("cg:polarity", "mod:positive", of=RICH_CLAIM)),
    # What did not happen, or has not yet
    way("negative fact asserts its event", "AssertingShape-polarity", instead("cg:polarity", "mod:negative", of=FACT)),
    way("future fact asserts its event", "AssertingShape-frame", instead("cg:frame", "mod:future", of=FACT)),
    way(
        "possible fact asserts its event", "AssertingShape-certainty", instead("cg:certainty", "mod:possible", of=FACT)
    ),
    way("rejected fact asserts its event", "AssertingShape-rejected", instead("cg:status", "mod:rejected", of=FACT)),
    # Those who exist only in what is said
    way("supposed participant made an agent", "EventShape-roles", also("cg:agent", MANY, of="V/event/0-18")),
    way("supposed participant made a speaker", "ClaimShape-speaker", also("cg:speaker", MANY, of=CLAIM)),
    way(
        "supposed participant made a person",
        "EntityShape-kind",
        also("a", "foaf:Person", of=f"{INNER}/content/participant/many"),
    ),
    way(
        "supposed participant lent to another claim",
        "StatedEventShape-own",
        also("cg:statedAgent", MANY, of=f"{STATING}/content/event/1"),
    ),
    way("supposed participant mentioned", "SpanShape-mentions", also("cg:mentions", MANY, of="V#char=0,7")),
    # Hearsay
    way("hearsay promoted", "ContentShape-kind", also("a", "cg:Claim", of=INNER)),
    way("hearsay given a speaker", "StatedClaimShape", also("cg:speaker", "<V/source/an-aide>", of=INNER)),
    way(
        "hearsay said by the one who passes it on",
        "ContentShape-placed",
        instead("cg:statedContent", f"<{NESTING}/content>", of=INNER),
    ),
    way("hearsay without a speaker", "StatedClaimShape-speaker", without("cg:statedSpeaker", of=INNER)),
    # Who said it
    way("speaker dropped", "ClaimShape-speaker", without("cg:speaker", of=CLAIM)),
    way("speaker swapped for nobody", "ClaimShape-speaker", instead("cg:speaker", "<entity/person/x>", of=CLAIM)),
    way("speaker swapped for a place", "ClaimShape-speaker", instead("cg:speaker", PORTO, of=CLAIM)),
    way("speaker without a name", "EntityShape-label", without("skos:prefLabel", of="entity/political_actor/sudria")),
    way(
        "unnamed source matched",
        "UnnamedSourceShape-noMatch",
        also("skos:exactMatch", "<http://www.wikidata.org/entity/Q1>", of="V/source/an-aide"),
    ),
    way(
        "unnamed source of another version",
        "UnnamedSourceShape-local",
        renamed("V/source/an-aide", "doc/0123456789abcdef/source/an-aide"),
        without("cg:inVersion", of="doc/0123456789abcdef/source/an-aide"),
    ),
    way(
        "two claims share their content",
        "ClaimShape-contentOwn",
        instead("cg:content", f"<{CLAIM}/content>", of=STATING),
    ),
    way(
        "content lost",
        "ClaimShape-contentHolds",
        lambda graph, _: {q for q in graph if q.graph_name != iri_of(f"{CLAIM}/content")},
    ),
    way("speech act of no scheme", "ClaimShape-speechAct", instead("cg:speechAct", "act:mumble", of=CLAIM)),
    way("actor and place in one", "EntityShape-kind", also("a", "schema:Place", of="entity/political_actor/sudria")),
    way("place of an event is an actor", "EventShape-place", instead("cg:place", SUDRIA, of="V/event/20-47")),
    # Where it stands
    way(
        "span shifted by one",
        "SpanShape-reread",
        instead("cg:start", "60", of="V#char=61,70"),
        instead("cg:end", "69", of="V#char=61,70"),
        renamed("V#char=61,70", "V#char=60,69"),
    ),
    way(
        "span one too long",
        "SpanShape-reread",
        instead("cg:end", "71", of="V#char=61,70"),
        renamed("V#char=61,70", "V#char=61,71"),
    ),
    way(
        "span that ends after the text",
        "SpanShape-reread",
        instead("cg:end", "218", of="V#char=215,217"),
        renamed("V#char=215,217", "V#char=215,218"),
    ),
    way(
        "span in UTF-16 units or bytes",
        "SpanShape-reread",
        instead("cg:start", "217", of="V#char=215,217"),
        instead("cg:end", "221", of="V#char=215,217"),
        renamed("V#char=215,217", "V#char=217,221"),
    ),
    way(
        "span with its ends swapped",
        "SpanShape-start",
        instead("cg:start", "70", of="V#char=61,70"),
        instead("cg:end", "61", of="V#char=61,70"),
    ),
    way("quoted words smoothed", "SpanShape-reread", instead("cg:exact", '"It rained"', of="V#char=61,70")),
    way("statement reworded", "StatementShape-words", instead("cg:text", '"it poured"', of=CLAIM)),
    way(
        "content reworded",
        "StatedPropositionShape-words",
        instead("cg:statedText", '"it poured"', of=f"{CLAIM}/content/proposition"),
    ),
    way("anchor lost", "StatementShape-anchor", without("cg:anchor", of=CLAIM)),
    way(
        "anchor in another version",
        "StatementShape-anchored",
        other_version("current"),
        other_span(),
        also("cg:anchor", f"<doc/{OTHER_HASH[:16]}#char=0,6>", of=CLAIM),
    ),
    # The text and its versions
    way("text changed", "VersionShape-hash", instead("cg:fullText", '"Norland met Sudria."', of="V")),
    way("text lost", "CurrentVersionShape", without("cg:fullText", of="V")),
    way("wrong hash", "VersionShape-hash", instead("schema:sha256", f'"27d3d423d41b7f34{OTHER_HASH[16:]}"', of="V")),
    way("hash of another text", "VersionShape-name", instead("schema:sha256", f'"{OTHER_HASH}"', of="V")),
    way("version withdrawn, statements kept", "StatementShape-inForce", instead("cg:status", "mod:withdrawn", of="V")),
    way("two versions current", "DocumentShape-oneCurrent", other_version("current", "article/synthetic")),
    way("version lost", "StatementShape-inVersion", lambda graph, _: {q for q in graph if q.subject != iri_of("V")}),
    way(
        "run of another version",
        "StatementShape-runUsed",
        other_version("current"),
        instead("prov:used", OTHER, of="V/run"),
    ),
    # Times, links, numbers
    way("ends before it begins", "TimeShape-earliest", instead("cg:earliest", '"2025-06-30"^^xsd:date', of="V/time/1")),
    way("day of the wrong precision", "TimeShape-earliest", instead("cg:earliest", '"2025"^^xsd:gYear', of="V/time/1")),
    way(
        "year written as a day",
        "DocumentShape-published",
        instead("schema:datePublished", '"2025"^^xsd:date', of="article/synthetic"),
    ),
    way(
        "day that does not exist",
        "StatedTimeShape-latest",
        instead("cg:statedLatest", '"2025-06-31"^^xsd:date', of=f"{INNER}/content/event/1/time"),
    ),
    way("link to nothing", "LinkShape-to", instead("cg:to", "<V/fact/1-2>", of="V/link/1")),
    way("link to itself", "LinkShape-from", instead("cg:to", f"<{RICH_CLAIM}>", of="V/link/1")),
    way("confidence in percent", "StatementShape-confidence", instead("cg:confidence", "90.0", of=RICH_FACT)),
    way("unclear words given a speaker", "UnclearShape-nobodys", also("cg:speaker", SUDRIA, of="V/unclear/215-217")),
]


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


def test_the_graph_that_is_corrupted_is_good(shapes: tuple[Triple, ...]) -> None:
    """Nothing fires on it."""
    assert validate(world(), shapes).findings == ()


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
def test_corruption_is_caught_by_its_shape(corruption: Corruption, shapes: tuple[Triple, ...]) -> None:
    """A violation, by the shape that is meant to catch it, with a message and a place in the article."""
    graph = world()
    for edit in corruption.edits:
        graph = edit(graph, iri_of("V"))
    findings = validate(graph, shapes).findings
    caught = [finding for finding in findings if finding.shape == DSH + corruption.caught_by]
    assert caught, sorted({finding.shape.removeprefix(DSH) for finding in findings})
    assert all(finding.severity == "violation" and finding.message for finding in caught)


def test_there_are_enough_ways() -> None:
    """At least thirty, each with a name of its own."""
    assert len({corruption.name for corruption in CORRUPTIONS}) == len(CORRUPTIONS) >= 30
