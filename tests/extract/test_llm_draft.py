"""Whatever a language model answers, a record comes out of it that keeps to the contract."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.llm import answers
from kg.extract.llm.draft import ModelDraft
from kg.records import Claim, Document, Fact, Run
from tests.extract.chat_server import Json, answer, claim, entity, event, evidence, fact

TEXT = (
    "Port closed\n\nThe envoy said that “the port is closed for good now” and that Ada Quill said that Belmark lied. "
    "Ada Quill said that Belmark lied. Belmark closed the port. The envoy said that the port is closed.\n"
)
WORDS = [match.span() for match in re.finditer(r"\w+", TEXT)]
IDS = ("a", "b", "c", "d", "nobody")
QUOTES = st.one_of(
    st.tuples(st.sampled_from(WORDS), st.integers(0, 60)).map(lambda at: TEXT[at[0][0] : at[0][1] + at[1]]),
    st.sampled_from(["", " ", "invented words", "The envoy", "said", "that Belmark lied", "Ada Quill", "(", "\\"]),
)
PEOPLE = st.lists(st.sampled_from(IDS), max_size=2)
KINDS = st.sampled_from(["person", "place", "unnamed_source", "stated_participant", "political_actor"])
EVENTS = st.lists(
    st.builds(
        lambda who, where, topic: event("state", agents=who, places=where, topic=topic, when={"text": topic}),
        *(PEOPLE, PEOPLE, QUOTES),
    ),
    max_size=2,
)

FEATURES = st.sampled_from(["polarity", "certainty", "frame"])
DECIDED = st.lists(st.builds(lambda feature, quote: evidence(feature, quote), FEATURES, QUOTES), max_size=2)


def _claim(source: str, cue: str, content: list[str], who: list[str], parts: Json) -> Json:
    return claim(source, cue, content, *who, **parts)


CLAIMS = st.builds(
    _claim,
    *(QUOTES, QUOTES, st.lists(QUOTES, max_size=3), PEOPLE),
    st.fixed_dictionaries({"targets": PEOPLE, "addressees": PEOPLE, "stated_events": EVENTS, "evidence": DECIDED}),
)
FACTS = st.builds(lambda anchor, events, decided: fact(anchor, *events, evidence=decided), QUOTES, EVENTS, DECIDED)
ENTITIES = st.lists(
    st.builds(lambda i, kind, name: entity(i, kind, name, name), st.sampled_from(IDS[:4]), KINDS, QUOTES)
)


@settings(max_examples=150, deadline=None)
@given(ENTITIES, st.lists(CLAIMS, max_size=6), st.lists(FACTS, max_size=5))
def test_any_answer_gives_a_record_in_which_every_word_is_somewhere(
    entities: list[Json], claims: list[Json], facts: list[Json]
) -> None:
    """Building it checks spans, ids, nesting and the barrier; nothing asserted was quoted or said."""
    draft = ModelDraft(Document(id="any", text=TEXT))
    draft.add(answers.decode(answer(entities=entities, claims=claims, facts=facts)), 0, len(TEXT))
    record = draft.record(Run(extractor="llm", version="1"), lambda _: False)
    covered = {i for span in record.places() for i in range(span.start, span.end)}
    assert all(covered.issuperset(range(*word)) for word in WORDS)
    statements: tuple[Fact | Claim, ...] = (*record.facts, *record.claims)
    decided = [s for one in statements for e in one.evidence for s in e.spans]
    assert all(s.of(TEXT).split() for s in decided)
    assert not any("for good now" in span.of(TEXT) for f in record.facts for span in f.anchor)
    assert len(record.claims) + len(record.facts) + draft.dropped.total() >= len(claims) + len(facts)


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["entities", "claims", "id"]), inner),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_json_is_an_answer_or_unusable(data: Any) -> None:
    """And nothing else happens."""
    try:
        found = answers.decode(json.dumps(data))
    except answers.Unusable:
        return
    assert (found.entities, found.claims, found.facts) == ((), (), ())
