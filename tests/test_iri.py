"""Our IRIs: what is minted is read back, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import iri
from kg.mapper import map_record
from kg.records import Record, Span, Spans
from tests.terms import value_of

BASES = st.sampled_from(["https://data.test/id/", "https://w3id.org/claimgraph/id/", "urn:x/", "http://h/doc/", "/"])
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
NAMES = st.text(min_size=1, max_size=30).map(iri.slug)


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """One to three stretches."""
    starts = draw(st.lists(st.integers(0, 10**7), min_size=1, max_size=3))
    return tuple(Span(start, start + draw(st.integers(1, 500))) for start in starts)


def numbers(where: Spans) -> tuple[tuple[int, int], ...]:
    """The same as pairs."""
    return tuple((span.start, span.end) for span in where)


@given(
    base=BASES,
    sha256=HASHES,
    where=spans(),
    kind=st.sampled_from(["fact", "claim", "unclear"]),
    ordinal=st.integers(1, 40),
)
def test_statement_is_read_as_it_was_minted(base: str, sha256: str, where: Spans, kind: str, ordinal: int) -> None:
    """Version, kind, words and number, under any base."""
    version = iri.version(base, sha256)
    expected = iri.Ref(base=base, kind=kind, version=version, section=kind, spans=numbers(where), ordinal=ordinal)
    minted = iri.statement(version, kind, where, ordinal)
    assert iri.parse(minted) == expected
    assert iri.parse(minted).is_statement  # type: ignore[union-attr]
    assert iri.version_of(minted) == version


@given(base=BASES, sha256=HASHES, words=st.lists(spans(), min_size=2, max_size=5), name=NAMES)
def test_content_is_that_of_the_innermost_claim(base: str, sha256: str, words: list[Spans], name: str) -> None:
    """However deep claims stand inside of claims."""
    graph = iri.version(base, sha256)
    for where in words[:-1]:
        graph = iri.content(iri.statement(graph, "claim", where))
    inner = iri.statement(graph, "claim", words[-1])
    assert iri.parse(graph) == iri.Ref(
        base=base, kind="content", version=iri.version(base, sha256), section="claim", content=graph
    )
    ref = iri.parse(inner)
    assert ref is not None
    assert (ref.kind, ref.content, ref.spans, ref.is_statement) == ("claim", graph, numbers(words[-1]), True)
    for local in ("proposition", f"participant/{name}", "event/1", "event/1/time"):
        ref = iri.parse(f"{graph}/{local}")
        assert ref is not None
        assert (ref.content, ref.section, ref.is_statement) == (graph, "claim", False)


@given(base=BASES, sha256=HASHES, where=spans(), ordinal=st.integers(1, 9), number=st.integers(1, 9))
def test_event_has_the_words_of_its_fact(base: str, sha256: str, where: Spans, ordinal: int, number: int) -> None:
    """And says which of its events it is, where there are several."""
    ref = iri.parse(iri.event(iri.statement(iri.version(base, sha256), "fact", where, ordinal), number))
    assert ref is not None
    assert (ref.kind, ref.spans, ref.ordinal, ref.is_whole) == ("event", numbers(where), ordinal, True)
    assert ref.name == ("" if number == 1 else str(number))


@given(base=BASES, sha256=HASHES, where=spans(), name=NAMES, document=st.text(min_size=1, max_size=40))
def test_all_else_that_is_minted_is_read(base: str, sha256: str, where: Spans, name: str, document: str) -> None:
    """Spans, sources, entities, articles and versions."""
    version = iri.version(base, sha256)
    assert iri.parse(version) == iri.Ref(base=base, kind="version", version=version)
    assert iri.parse(iri.span(version, where[0])) == iri.Ref(
        base=base, kind="span", version=version, spans=numbers(where[:1])
    )
    assert iri.parse(iri.unnamed_source(version, name)) == iri.Ref(
        base=base, kind="source", version=version, section="source", name=iri.slug(name)
    )
    assert iri.parse(iri.entity(base, "person", name)) == iri.Ref(
        base=base, kind="entity", entity_type="person", name=iri.slug(name)
    )
    assert iri.parse(iri.article(base, document)) == iri.Ref(base=base, kind="article", name=document)


def test_every_node_of_a_record_is_one_of_ours(record: Record) -> None:
    """Nothing is minted that is not read back: each node that a version owns is of a known kind."""
    twice = replace(record, facts=(*record.facts, replace(record.facts[0], id="again")))
    kinds = set()
    for quad in map_record(twice, base="https://data.test/id/").quads:
        if value_of(quad.subject).startswith("https://data.test/id/"):
            ref = iri.parse(value_of(quad.subject))
            assert ref is not None, quad.subject
            kinds.add(ref.kind)
    assert kinds >= {"article", "version", "span", "fact", "claim", "event", "entity", "link", "run", "proposition"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://data.test/id/",
        "https://data.test/id/doc/0123456789abcde",
        "https://data.test/id/doc/0123456789abcdef0",
        "https://data.test/id/doc/0123456789ABCDEF",
        "https://data.test/id/entity/person",
        "https://w3id.org/claimgraph/ns#Claim",
    ],
)
def test_other_iris_are_none_of_ours(text: str) -> None:
    """Nothing is guessed of them."""
    assert iri.parse(text) is None
    assert iri.version_of(text) is None
    assert not iri.is_statement(text)


@pytest.mark.parametrize("end", ["claim", "claim/", "claim/1-2/", "fact/1-2/3", "claim/1-2/content", "claim//content"])
def test_part_of_an_address_is_no_statement(end: str) -> None:
    """What lies under a claim, or stops before it, is not the claim; but it lies under the version, in its section."""
    ref = iri.parse(f"https://data.test/id/doc/0123456789abcdef/{end}")
    assert ref is not None
    assert not ref.is_statement
    assert ref.section == end.partition("/")[0]


def test_deep_content_is_read_in_a_moment() -> None:
    """A query can make IRIs of any length."""
    deep = "https://data.test/id/doc/0123456789abcdef" + "/claim/1-2/content" * 50_000
    assert iri.content_graph(deep) == deep
    assert iri.content_graph(deep + "/proposition") == deep
