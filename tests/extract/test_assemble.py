"""From any attributions to a record: whatever a finder gives, the record builds, loses nothing and launders nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.assemble import assemble
from kg.extract.attribution import Attribution
from kg.extract.coverage import uncovered_words
from kg.extract.nesting import parents
from kg.extract.parsed import Doc
from kg.records import Document, Record, Run, Span, first_overlap, merged
from tests.extract.reading import assembled, parsed, small_gazetteer

TEXT = (
    "Envoy in Moscow\n\nAnna Keller, an adviser to Iran, said “Russia attacked Ukraine on Monday,” and that talks in "
    "Washington would begin. Moscow has accused Kyiv of breaking the truce. He met Frank Mair, who leads Iran’s "
    "sovereign fund.\n\nThey agreed to a 30-day truce. No meeting took place.\n"
)


@st.composite
def spans(draw: st.DrawFn, least: int = 0) -> tuple[Span, ...]:
    """Up to three disjoint stretches of the text, anywhere: also inside words and over blanks only."""
    cuts = draw(st.lists(st.integers(0, len(TEXT)), min_size=2 * least, max_size=6, unique=True).map(sorted))
    return tuple(Span(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2))


attributions = st.builds(Attribution, source=spans(), cue=spans(), content=spans(1), rule=st.just("any"))


@pytest.fixture(scope="module")
def doc() -> Doc:
    """The text, parsed once."""
    return parsed(TEXT)


@settings(max_examples=150, deadline=None)
@given(found=st.lists(attributions, max_size=6))
def test_any_attributions_make_a_record(doc: Doc, found: list[Attribution]) -> None:
    """Every word covered, no fact in content, a speaker for each claim: the record builds and says so itself."""
    record = assemble(
        Document(id="any", text=TEXT),
        doc,
        (),
        found,
        gazetteer=small_gazetteer(),
        run=Run(extractor="any", version="0"),
    )
    content = merged(s for a in found for s in a.content)
    assert all(first_overlap(s, content) is None for f in record.facts for s in f.anchor)
    assert merged(s for c in record.claims for s in c.content) == content
    unique = list(dict.fromkeys(found))
    outermost = {
        (a.source, a.cue, a.content) for a, above in zip(unique, parents(unique), strict=True) if above is None
    }
    told = [(c.source, c.cue, c.content) for c in record.claims]
    assert outermost <= set(told) <= {(a.source, a.cue, a.content) for a in unique}
    assert len(told) == len(set(told))
    assert list(uncovered_words(TEXT, record.places())) == []


def _many(count: int) -> Record:
    """A record of as many attributions as asked, over one paragraph said again and again."""
    from spacy.tokens import Doc as Parse

    piece = "Officials in Moscow said that Russia had shelled Kharkiv on Monday.\n"
    text = piece * count
    joined = Parse.from_docs([parsed(piece).parse] * count, ensure_whitespace=False)
    assert joined is not None
    found = [
        Attribution(
            source=(Span(k + 0, k + 9),), cue=(Span(k + 20, k + 24),), content=(Span(k + 25, k + 66),), rule="test"
        )
        for k in range(0, len(text), len(piece))
    ]
    run = Run(extractor="test", version="0")
    return assemble(Document(id="many", text=text), Doc(joined), (), found, gazetteer=small_gazetteer(), run=run)


def test_two_thousand_attributions_make_two_thousand_claims() -> None:
    """A long document is one pass over its words."""
    record = _many(2000)
    assert len(record.claims) == 2000
    assert all(claim.stated_events for claim in record.claims)
    assert [e.name for e in record.entities if e.type == "unnamed_source"] == ["Officials"]


def test_same_attribution_twice_is_one_claim() -> None:
    """A finder that repeats itself does not double what was said."""
    one = Attribution(cue=(Span(5, 7),), content=(Span(17, 30),), rule="test")
    assert len(assembled(TEXT, one, one).claims) == 1


def test_what_decided_a_claim_stands_in_the_record() -> None:
    """The act by its cue, the polarity and the certainty by the word in what is said."""
    text = "Kyiv denied that it could attack.\n"
    attribution = Attribution(source=(Span(0, 4),), cue=(Span(5, 11),), content=(Span(12, 32),), rule="any")
    record = assemble(
        Document(id="any", text=text),
        parsed(text),
        (),
        [attribution],
        gazetteer=small_gazetteer(),
        run=Run(extractor="any", version="0"),
    )
    (claim,) = record.claims
    decided = {e.feature: [span.of(text) for span in e.spans] for e in claim.evidence}
    assert decided == {"act": ["denied"], "polarity": ["denied"], "certainty": ["could"]}
