"""The same mistakes in graphs of real length: in whatever article, the shape that is meant for it fires."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import mapper, vocab
from kg.validate import read_shapes, validate
from tests.gold.load import load_gold
from tests.shapes.examples import DSH

ARTICLES = ("03-ministers-briefing", "06-hearsay-chain", "18-stakeout-crlf", "19-zero-width", "42-old-telegrams")
Graph = frozenset[Quad]
DATE = NamedNode(vocab.XSD_DATE)
DEFAULT = DefaultGraph()


def having(graph: Graph, predicate: str, value: str | None = None) -> list[NamedNode]:
    """The nodes with a property, sorted; with ``value``, with that one."""
    found = {
        quad.subject
        for quad in graph
        if quad.predicate.value == predicate and (value is None or getattr(quad.object, "value", "") == value)
    }
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


def a(graph: Graph, kind: str) -> list[NamedNode]:
    """The nodes of a class."""
    return having(graph, vocab.RDF_TYPE, kind)


def value_of(graph: Graph, node: NamedNode, predicate: str) -> NamedNode | Literal:
    """One value of a property of a node."""
    found = sorted((q.object for q in graph if (q.subject, q.predicate.value) == (node, predicate)), key=str)
    value = found[0]
    assert isinstance(value, NamedNode | Literal)
    return value


def replaced(graph: Graph, node: NamedNode, predicate: str, *values: NamedNode | Literal) -> Graph:
    """The node with other values of a property, in the graphs where it stood."""
    old = {quad for quad in graph if (quad.subject, quad.predicate.value) == (node, predicate)}
    places = {quad.graph_name for quad in old} or {q.graph_name for q in graph if q.subject == node}
    return graph - old | {Quad(node, NamedNode(predicate), value, place) for value in values for place in places}


def added(graph: Graph, node: NamedNode, predicate: str, value: NamedNode | Literal) -> Graph:
    """One more value, in the graph where the node stands."""
    place = next(quad.graph_name for quad in graph if quad.subject == node)
    return graph | {Quad(node, NamedNode(predicate), value, place)}


def renamed(graph: Graph, old: NamedNode, new: NamedNode) -> Graph:
    """Another name for a node, wherever it stands."""

    def name(term: object) -> object:
        return new if term == old else term

    return frozenset(Quad(*map(name, quad)) for quad in graph)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Corruption:
    """``spoil`` gives the spoilt graph, nothing where the article has nothing of the kind."""

    name: str
    caught_by: str
    spoil: Callable[[Graph], Iterable[Graph]]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def shifted(by_start: int, by_end: int) -> Callable[[Graph], Iterable[Graph]]:
    """The span of the longest fact or claim moved, its name with it."""

    def spoil(graph: Graph) -> Iterable[Graph]:
        for anchor in sorted({q.object for q in graph if q.predicate.value == vocab.ANCHOR}, key=str)[:1]:
            assert isinstance(anchor, NamedNode)
            start, end = (int(value_of(graph, anchor, name).value) for name in (vocab.START, vocab.END))
            moved = replaced(graph, anchor, vocab.START, Literal(start + by_start))
            moved = replaced(moved, anchor, vocab.END, Literal(end + by_end))
            name = f"{anchor.value.partition('#')[0]}#char={start + by_start},{end + by_end}"
            yield renamed(moved, anchor, NamedNode(name))

    return spoil


def on(kind: str, edit: Callable[[Graph, NamedNode], Graph], *, where: str = "") -> Callable[[Graph], Iterable[Graph]]:
    """The edit on the first node of a class, of those that have the property ``where``."""

    def spoil(graph: Graph) -> Iterable[Graph]:
        nodes = a(graph, kind)
        if where:
            nodes = [node for node in nodes if node in having(graph, where)]
        yield from (edit(graph, node) for node in nodes[:1])

    return spoil


def put(predicate: str, *values: NamedNode | Literal) -> Callable[[Graph, NamedNode], Graph]:
    """These values in place of others."""
    return lambda graph, node: replaced(graph, node, predicate, *values)


def more(predicate: str, value: NamedNode | Literal) -> Callable[[Graph, NamedNode], Graph]:
    """This value as well."""
    return lambda graph, node: added(graph, node, predicate, value)


def asserted(graph: Graph, stated: NamedNode) -> Graph:
    """What is only said, written as an event of the article's own."""
    event = NamedNode(stated.value.replace("/content/event/", "/event/").replace("/claim/", "/fact/"))
    visit = NamedNode(vocab.EVT + sorted(vocab.EVENT_TYPES)[0])
    return graph | {
        Quad(event, NamedNode(vocab.RDF_TYPE), NamedNode(vocab.EVENT), DEFAULT),
        Quad(event, NamedNode(vocab.EVENT_TYPE), visit, DEFAULT),
    }


def moved_out(graph: Graph, node: NamedNode) -> Graph:
    """What stands in a content graph, in the default graph."""
    own = {quad for quad in graph if quad.subject == node}
    return graph - own | {Quad(quad.subject, quad.predicate, quad.object, DEFAULT) for quad in own}


def lent(graph: Graph, node: NamedNode) -> Graph:
    """One who is only supposed to exist, as who speaks."""
    return replaced(graph, a(graph, vocab.CLAIM)[0], vocab.SPEAKER, node)


def emptied(graph: Graph, claim: NamedNode) -> Graph:
    """A claim whose content graph is gone."""
    content = value_of(graph, claim, vocab.CONTENT)
    return frozenset(quad for quad in graph if quad.graph_name != content)


def shared_content(graph: Graph) -> Iterable[Graph]:
    """Two claims with one content."""
    claims = having(graph, vocab.CONTENT)
    if len(claims) > 1:
        yield replaced(graph, claims[0], vocab.CONTENT, value_of(graph, claims[1], vocab.CONTENT))


def nowhere(graph: Graph, node: NamedNode) -> NamedNode:
    """An entity that nothing describes."""
    assert graph
    return NamedNode(node.value.partition("/doc/")[0] + "/entity/person/nobody-at-all")


CORRUPTIONS = [
    Corruption("span shifted by one", "SpanShape-reread", shifted(1, 1)),
    Corruption("span one too long", "SpanShape-reread", shifted(0, 1)),
    Corruption("span one too short", "SpanShape-reread", shifted(0, -1)),
    Corruption("span that begins before the text", "SpanShape-start", shifted(-100_000, 0)),
    Corruption("span that ends after the text", "SpanShape-reread", shifted(0, 100_000)),
    Corruption("words smoothed", "SpanShape-reread", on(vocab.TEXT_SPAN, put(vocab.EXACT, Literal("said so")))),
    Corruption("claim reworded", "StatementShape-words", on(vocab.CLAIM, put(vocab.TEXT, Literal("said so")))),
    Corruption("fact reworded", "StatementShape-words", on(vocab.REPORTED_FACT, put(vocab.TEXT, Literal("so")))),
    Corruption("anchor lost", "StatementShape-anchor", on(vocab.CLAIM, put(vocab.ANCHOR))),
    Corruption("speaker dropped", "ClaimShape-speaker", on(vocab.CLAIM, put(vocab.SPEAKER))),
    Corruption(
        "speaker swapped for nobody",
        "ClaimShape-speaker",
        on(vocab.CLAIM, lambda graph, claim: replaced(graph, claim, vocab.SPEAKER, nowhere(graph, claim))),
    ),
    Corruption("speaker a word", "ClaimShape-speaker", on(vocab.CLAIM, put(vocab.SPEAKER, Literal("Lena Orlova")))),
    Corruption("act dropped", "ClaimShape-speechAct", on(vocab.CLAIM, put(vocab.SPEECH_ACT))),
    Corruption(
        "claim typed as a fact",
        "ClaimShape-notFact",
        on(vocab.CLAIM, more(vocab.RDF_TYPE, NamedNode(vocab.REPORTED_FACT))),
    ),
    Corruption(
        "claim retyped as a fact",
        "FactShape-ownVoice",
        on(vocab.CLAIM, put(vocab.RDF_TYPE, NamedNode(vocab.REPORTED_FACT))),
    ),
    Corruption(
        "fact given a speaker",
        "FactShape-ownVoice",
        on(vocab.REPORTED_FACT, lambda graph, fact: added(graph, fact, vocab.SPEAKER, nowhere(graph, fact))),
    ),
    Corruption("claimed event asserted", "EventShape-described", on(vocab.STATED_EVENT, asserted)),
    Corruption(
        "stated event made an event",
        "ContentShape-kind",
        on(vocab.STATED_EVENT, put(vocab.RDF_TYPE, NamedNode(vocab.EVENT))),
    ),
    Corruption(
        "affirmed event denied",
        "DeniedEventShape-polarity",
        on(vocab.STATED_EVENT, put(vocab.RDF_TYPE, NamedNode(vocab.DENIED_EVENT))),
    ),
    Corruption(
        "denied event affirmed",
        "AffirmedEventShape-polarity",
        on(vocab.DENIED_EVENT, put(vocab.RDF_TYPE, NamedNode(vocab.STATED_EVENT))),
    ),
    Corruption("content moved out", "ContentShape-placed", on(vocab.STATED_PROPOSITION, moved_out)),
    Corruption(
        "whose word it is dropped", "ContentShape-accordingTo", on(vocab.STATED_PROPOSITION, put(vocab.ACCORDING_TO))
    ),
    Corruption("content lost", "ClaimShape-contentHolds", on(vocab.CLAIM, emptied, where=vocab.CONTENT)),
    Corruption("two claims share their content", "ClaimShape-contentOwn", shared_content),
    Corruption(
        "hearsay promoted", "ContentShape-kind", on(vocab.STATED_CLAIM, more(vocab.RDF_TYPE, NamedNode(vocab.CLAIM)))
    ),
    Corruption(
        "hearsay without a speaker", "StatedClaimShape-speaker", on(vocab.STATED_CLAIM, put(vocab.STATED_SPEAKER))
    ),
    Corruption("supposed participant speaks", "ClaimShape-speaker", on(vocab.STATED_PARTICIPANT_ONLY, lent)),
    Corruption(
        "wrong hash", "VersionShape-name", on(vocab.DOCUMENT_VERSION, put(vocab.SCHEMA_SHA256, Literal("0" * 64)))
    ),
    Corruption(
        "text changed", "VersionShape-hash", on(vocab.DOCUMENT_VERSION, put(vocab.FULL_TEXT, Literal("Other.")))
    ),
    Corruption("text lost", "CurrentVersionShape", on(vocab.DOCUMENT_VERSION, put(vocab.FULL_TEXT))),
    Corruption(
        "negative fact asserts its event",
        "AssertingShape-polarity",
        on(vocab.REPORTED_FACT, put(vocab.POLARITY, NamedNode(vocab.MOD_NEGATIVE)), where=vocab.DESCRIBES),
    ),
    Corruption(
        "future fact asserts its event",
        "AssertingShape-frame",
        on(vocab.REPORTED_FACT, put(vocab.FRAME, NamedNode(vocab.MOD_FUTURE)), where=vocab.DESCRIBES),
    ),
    Corruption(
        "ends before it begins",
        "TimeShape-earliest",
        on(vocab.TIME_EXPRESSION, put(vocab.EARLIEST, Literal("9999-01-01", datatype=DATE)), where=vocab.LATEST),
    ),
    Corruption(
        "year written as a day",
        "TimeShape-latest",
        on(vocab.TIME_EXPRESSION, put(vocab.LATEST, Literal("2025", datatype=DATE)), where=vocab.LATEST),
    ),
    Corruption(
        "confidence in percent",
        "StatementShape-confidence",
        on(vocab.CLAIM, put(vocab.CONFIDENCE, Literal("90", datatype=NamedNode(vocab.XSD_DECIMAL)))),
    ),
    Corruption(
        "event of no kind", "EventShape-type", on(vocab.EVENT, put(vocab.EVENT_TYPE, NamedNode(vocab.EVT + "tea")))
    ),
]


@pytest.fixture(scope="module")
def shapes() -> tuple[Triple, ...]:
    """Our shapes."""
    return read_shapes()


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    """The graphs of the articles, by their names."""
    articles = {article.record.document.id: article.record for article in load_gold()}
    return {name: frozenset(mapper.map_record(articles[name]).quads) for name in ARTICLES}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_graphs_are_good(graphs: dict[str, Graph], shapes: tuple[Triple, ...], name: str) -> None:
    """Nothing fires before anything is spoilt."""
    assert validate(graphs[name], shapes).findings == ()


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=str)
def test_corruption_is_caught_in_every_article(
    corruption: Corruption, graphs: dict[str, Graph], shapes: tuple[Triple, ...]
) -> None:
    """By the shape that is meant to, as a violation that says where, in each article that has the like."""
    spoilt = [graph for whole in graphs.values() for graph in corruption.spoil(whole)]
    assert spoilt
    for graph in spoilt:
        assert graph not in graphs.values()
        findings = validate(graph, shapes).findings
        caught = [finding for finding in findings if finding.shape == DSH + corruption.caught_by]
        assert caught, sorted({finding.shape.removeprefix(DSH) for finding in findings})
        assert all(finding.severity == "violation" and finding.message for finding in caught)


def test_speaker_swapped_for_another_of_the_article_is_told(
    graphs: dict[str, Graph], shapes: tuple[Triple, ...]
) -> None:
    """A warning: that the words of the source name somebody else is a hint, and all that a graph can know of it."""
    swapped = 0
    for graph in graphs.values():
        mentioning = having(graph, vocab.MENTIONS)
        for claim in a(graph, vocab.CLAIM):
            sources = [q.object for q in graph if (q.subject, q.predicate.value) == (claim, vocab.SOURCE_SPAN)]
            others = {q.object for q in graph if q.predicate.value == vocab.SPEAKER and q.subject != claim}
            other = sorted(others - {value_of(graph, claim, vocab.SPEAKER)}, key=str)
            if other and any(source in mentioning for source in sources):
                spoilt = replaced(graph, claim, vocab.SPEAKER, other[0])  # type: ignore[arg-type]
                found = validate(spoilt, shapes).findings
                assert ("SourceShape", claim, "warning") in {
                    (f.shape.removeprefix(DSH), f.focus, f.severity) for f in found
                }
                swapped += 1
                break
    assert swapped >= 3
