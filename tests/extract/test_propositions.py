"""A fact is a whole proposition: a clause with predicate and subject, or a noun that names an event."""

from __future__ import annotations

import pytest

from kg.extract.attribution import Attribution
from kg.records import Record
from tests.extract.reading import assembled, extracted, span

HEAD = "A day of talks\n\n"


def facts(record: Record) -> list[str]:
    """The words of each fact but offices held, its pieces joined."""
    text = record.document.text
    return [" … ".join(p.of(text) for p in f.anchor) for f in record.facts if f.rule != "position"]


def context(record: Record) -> dict[str, str]:
    """Words and kind of what states nothing."""
    return {one.span.of(record.document.text): one.kind for one in record.context}


@pytest.mark.parametrize(
    ("sentence", "adjuncts"),
    [
        ("On Friday, Keller said that the talks had failed.", {"time": "Friday"}),
        ("In a text message, Keller said that the talks had failed.", {"medium": "a text message"}),
        ("Keller told reporters that the talks had failed.", {"addressee": "reporters"}),
        ("However, Keller said on Monday in a Telegram post that the talks had failed.", {"time": "Monday"}),
        ("Keller said in an interview on Sunday that the talks had failed.", {"time": "Sunday"}),
        ("At the summit, Keller told the council on Monday that the talks had failed.", {"addressee": "the council"}),
    ],
)
def test_what_is_left_of_a_reporting_clause_is_no_fact(sentence: str, adjuncts: dict[str, str]) -> None:
    """When, through what and to whom belong to the claim; the rest is context of the kind adjunct."""
    text = HEAD + sentence
    record = extracted(text)
    assert facts(record) == []
    (claim,) = record.claims
    told = {one.kind: " ".join(s.of(text) for s in one.spans) for one in claim.adjuncts}
    assert adjuncts.items() <= told.items()
    assert all(kind == "adjunct" for words, kind in context(record).items() if words != "A day of talks")


@pytest.mark.parametrize(
    "fragment",
    ["A day of talks", "Unpredictable outcome", "Joining forces with the neighbours", "Highest share of the budget"],
)
def test_heading_without_a_predicate_is_context(fragment: str) -> None:
    """A line that states nothing is a heading."""
    record = extracted(f"{fragment}\n\nThe ministry closed its office.")
    assert context(record) == {fragment: "heading"}
    assert facts(record) == ["The ministry closed its office"]


@pytest.mark.parametrize("headline", ["Envoy leaves Geneva", "Keller named ambassador", "Ministers meet in Oslo"])
def test_headline_with_a_predicate_is_a_fact(headline: str) -> None:
    """Also where the verb is a bare participle."""
    record = extracted(f"{headline}\n\nThe ministry closed its office.")
    assert headline in facts(record)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The bridge, which carries the gas line, was closed.", "The bridge, which carries the gas line, was closed"),
        ("Crews worked all night to reach the wreck.", "Crews worked all night to reach the wreck"),
        ("The council met in Oslo and left the city.", "The council met in Oslo and left the city"),
        ("Pushing past the guards, students entered the hall.", "Pushing past the guards, students entered the hall"),
        ("The minister smiled when the lights went out.", "The minister smiled when the lights went out"),
    ],
)
def test_clause_that_leans_on_another_joins_it(sentence: str, expected: str) -> None:
    """One fact for the sentence, not one whole and one fragment."""
    assert facts(extracted(HEAD + sentence)) == [expected]


def test_clause_with_an_event_takes_the_subject_along() -> None:
    """ "and attacked Iran" alone says not who: the anchor has the subject too."""
    text = HEAD + "Russian jets circled the city and attacked Iran."
    (anchor,) = [f.anchor for f in extracted(text).facts if any(e.type == "airstrike" for e in f.events)]
    assert anchor[0] == span(text, "Russian jets")


def test_relative_clause_with_an_event_takes_its_noun_along() -> None:
    """ "which invaded Iran" alone says not who."""
    text = HEAD + "Russian troops, which invaded Iran, did not meet Keller."
    words = facts(extracted(text))
    assert any(w.startswith("Russian troops") and "which invaded Iran" in w for w in words)


def test_conjunction_left_at_the_end_is_no_part_of_a_fact() -> None:
    """ "The ministry closed, but": the words that only join two clauses are context."""
    record = extracted(HEAD + "The ministry closed its office, but Keller said that the talks had failed.")
    assert facts(record) == ["The ministry closed its office"]
    assert context(record)["but"] == "adjunct"


@pytest.mark.parametrize(
    "sentence",
    [
        "It is denouncing what it calls a forced work camp.",
        "All this led the journalist to fear that the talks had failed.",
    ],
)
def test_predicate_whose_object_is_somebodys_words_is_no_fact(sentence: str) -> None:
    """Half of the proposition is the claim's."""
    record = extracted(HEAD + sentence)
    assert record.claims
    assert not [f for f in record.facts if not f.events]


@pytest.mark.parametrize(
    "sentence",
    [
        "Keller told the board that he was tired, a charge that might sting.",
        "The president answered the mother by saying that the talks had failed.",
        "Oslo said that, by the way, walls that fall are walls that can be built.",
    ],
)
def test_clause_that_only_completes_another_is_no_fact(sentence: str) -> None:
    """Where the rest is somebody's words, it states nothing."""
    record = extracted(HEAD + sentence)
    assert record.claims
    assert facts(record) == []


def test_question_is_kept() -> None:
    """It has a predicate and a subject, and asserts nothing."""
    record = extracted(HEAD + "How much do these figures matter?")
    assert facts(record) == ["How much do these figures matter"]
    assert not record.facts[0].asserts_events


@pytest.mark.parametrize(
    ("sentence", "source", "cue", "content", "expected"),
    [
        (
            "This led the paper to print a page saying that Iran lost.",
            "a page",
            "saying",
            "that Iran lost",
            "This led the paper to print a page",
        ),
        (
            "He opened his talk before the chamber by slamming rivals who like the war.",
            "He",
            "slamming",
            "rivals who like the war",
            "He opened his talk before the chamber",
        ),
        (
            "The mayor is facing doubts after saying in a debate that he likes the war.",
            "The mayor",
            "saying",
            "that he likes the war",
            "The mayor is facing doubts",
        ),
    ],
)
def test_what_hands_on_somebodys_words_is_no_end_of_a_fact(
    sentence: str, source: str, cue: str, content: str, expected: str
) -> None:
    """A fact ends before the participle or preposition that leads to a claim."""
    text = HEAD + sentence
    claim = Attribution(
        source=(span(text, source),), cue=(span(text, cue),), content=(span(text, content),), rule="test"
    )
    assert facts(assembled(text, claim)) == [expected]


@pytest.mark.parametrize("sentence", ["Why all the bridges are closed", "For more, write to the editor of the paper."])
def test_heading_that_asks_and_request_state_nothing(sentence: str) -> None:
    """ "Why the port is closed" asks nobody, "write to the editor" asks for something: context."""
    assert facts(extracted(HEAD + sentence + "\n\nThe ministry closed its office.")) == [
        "The ministry closed its office"
    ]


def test_infinitive_that_tells_of_an_event_completes_its_clause() -> None:
    """ "To attack Iran" is no proposition: the event is the whole clause's."""
    record = extracted(HEAD + "The envoys crossed the river to attack Iran.")
    assert set(facts(record)) == {"The envoys crossed the river to attack Iran"}
    assert not any(fact.asserts_events for fact in record.facts)


def test_event_beside_a_clause_of_somebodys_words_keeps_its_noun_alone() -> None:
    """ "His view of the war is that ...": the war is told of, the rest is his."""
    text = HEAD + "His view after the attack on Iran is that the port should close."
    record = assembled(
        text,
        Attribution(
            source=(span(text, "His"),),
            cue=(span(text, "view"),),
            content=(span(text, "that the port should close"),),
            rule="test",
        ),
    )
    assert facts(record) == ["the attack on Iran"]
