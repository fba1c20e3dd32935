"""The article's own voice: what becomes a fact, what asserts nothing, what stays unclear."""

import pytest

from kg.extract.assemble import once
from kg.extract.attribution import Attribution
from kg.extract.facts import FoundFact
from kg.extract.modality import Modality
from kg.records import Event, Record
from tests.extract.reading import assembled, asserted, extracted, fact_over, named, span

HEAD = "A day of talks\n\n"

NOT_ASSERTED = [
    # negation
    "No meeting took place between Russia and Iran.",
    "Russia and Iran did not sign the treaty.",
    "Russia never attacked Iran.",
    "Neither Russia nor Iran signed the treaty.",
    "There was no attack by Russia on Iran.",
    "Russia failed to reach an agreement with Iran.",
    "Russia refused to meet Iran.",
    "Russia stopped short of attacking Iran.",
    "Nobody met Keller in Geneva.",
    # the future
    "Russia will attack Iran.",
    "Keller will travel to Tehran next week.",
    "Keller is going to visit Tehran.",
    "Keller is set to meet Lavrov.",
    "Keller is scheduled to visit Tehran on Monday.",
    "Russia and Iran are to sign a treaty.",
    "Russia is about to invade Ukraine.",
    "Keller visits Tehran next week.",
    "Iran elects a new president in October.",
    "Keller visits Tehran on Monday.",
    "The treaty enters into force when Russia and Iran have signed it.",
    # what might be
    "Russia may attack Iran.",
    "Russia could impose sanctions on Iran.",
    "Russia would have attacked Iran.",
    "Perhaps Russia attacked Iran.",
    "Russia probably attacked Iran.",
    "Russia should withdraw its troops from Ukraine.",
    # plans and wishes
    "Russia plans to attack Iran.",
    "Russia wants to meet Iran.",
    "Russia threatened to bomb Kyiv, but did not.",
    "Russia tried to attack Iran.",
    "Russia was ready to sign a treaty with Iran.",
    "The planned meeting between Russia and Iran was cancelled.",
    "Russia proposed talks with Iran.",
    "Russia called for a meeting with Iran.",
    "Russia and Iran discussed a visit by Keller to Tehran.",
    # conditions and questions
    "If Russia attacked Iran, Ukraine would respond.",
    "Unless Russia withdraws its troops, talks will end.",
    "Did Russia attack Iran?",
    "Whether Russia attacked Iran is the question.",
    "Before Russia attacks Iran, it needs missiles.",
    # said to be untrue, undone, unlived
    "Russia has yet to sign a treaty with Iran.",
    "Russia ruled out attacking Iran.",
    "Rather than attack Iran, Russia waited.",
    "Russia hardly ever attacks Iran.",
    "Russia came close to attacking Iran.",
    "Russia only pretended to attack Iran.",
    "It is not true that Russia attacked Iran.",
    "Reports of Russia attacking Iran were false.",
    "The claim that Russia attacked Iran spread.",
    "Fears that Russia attacked Iran spread.",
    "Had Russia attacked Iran, oil would have risen.",
    "As soon as Russia attacks Iran, oil will rise.",
    "Without attacking Iran, Russia won.",
    "Keller’s visit to Tehran is due next week.",
    "Keller’s upcoming visit to Tehran drew protests.",
    "Keller skipped a meeting with Lavrov.",
    "Keller sought a meeting with Lavrov.",
    "Iran was charged with attacking Kyiv.",
    "Suspected Iranian drones attacked Kyiv.",
    "Putin ordered his army to attack Iran.",
    "The parliament debated whether to attack Iran.",
    "Russia attacked Iran, or so it seems.",
    "Kyiv: Russia attacked Iran.",
    "Russia attacked Iran: Kyiv.",
    # hearsay
    "Russia reportedly attacked Iran.",
    "Russia allegedly attacked Iran.",
    "Russia is said to have attacked Iran.",
    "Russia is believed to have attacked Iran.",
    "Russia appears to have attacked Iran.",
    "Russia apparently attacked Iran.",
    "It was unclear whether Russia had attacked Iran.",
    "The alleged attack by Russia on Iran took place on Monday.",
    "According to nobody in particular, Russia attacked Iran.",
    "Almost every analyst agrees that Russia nearly attacked Iran.",
]


def physical(record: Record) -> list[str]:
    """Types of what is asserted to have been done: words and offices do not count."""
    spoken = {
        "holdPosition",
        "request",
        "reject",
        "refuseTalks",
        "threaten",
        "threatenForce",
        "threatenSanctions",
        "accuse",
        "consult",
    }
    return [event.type for event in asserted(record) if event.type not in spoken]


@pytest.mark.parametrize("sentence", NOT_ASSERTED)
def test_what_is_not_told_as_so_asserts_no_event(sentence: str) -> None:
    """Denied, future, possible, planned, conditional, asked or rumoured: no event is asserted."""
    assert physical(extracted(HEAD + sentence, "2025-04-03")) == []


@pytest.mark.parametrize("sentence", NOT_ASSERTED)
def test_what_is_not_told_as_so_asserts_no_event_without_any_attribution(sentence: str) -> None:
    """The same where no attribution is found at all: the facts do not lean on the finder."""
    assert physical(assembled(HEAD + sentence, published="2025-04-03")) == []


ASSERTED = [
    ("Russia attacked Iran on Monday.", "assault"),
    ("Russia shelled Iran on Monday.", "shelling"),
    ("Russia and Iran signed a treaty in Geneva.", "signAgreement"),
    ("Russia has begun attacking Iran.", "assault"),
    ("After Russia invaded Iran, Keller visited Tehran.", "offensive"),
    ("Keller, who met Lavrov on Monday, visited Tehran.", "meeting"),
    ("Russian troops, which invaded Iran, did not meet Keller.", "offensive"),
]


@pytest.mark.parametrize(("sentence", "kind"), ASSERTED)
def test_what_is_simply_told_is_asserted(sentence: str, kind: str) -> None:
    """The guard is no blanket: plain sentences do assert."""
    assert kind in physical(extracted(HEAD + sentence, "2025-04-03"))


def test_negated_clause_is_a_fact_that_says_so() -> None:
    """ "No meeting took place" is kept, as negative."""
    record = assembled(HEAD + "No meeting took place between Russia and Iran.")
    assert fact_over(record, "No meeting took place").polarity == "negative"


def test_future_clause_is_a_fact_that_says_so() -> None:
    """ "Will travel" is kept, as future."""
    record = assembled(HEAD + "Keller will travel to Tehran.")
    assert fact_over(record, "will travel").frame == "future"


def test_quotation_without_a_speaker_is_unclear() -> None:
    """Quotation marks without a found attribution: never a fact."""
    text = HEAD + "“Russia attacked Iran.” The square was empty."
    record = assembled(text)
    assert [u.span.of(text) for u in record.unclear] == ["Russia attacked Iran"]
    assert asserted(record) == []


def test_quoted_clause_beside_a_claim_is_unclear() -> None:
    """A second quotation in a sentence whose first one was attributed is not told by the article."""
    text = HEAD + "“We met,” Keller said, “and Russia attacked Iran.”"
    claim = Attribution(
        source=(span(text, "Keller"),), cue=(span(text, "said"),), content=(span(text, "“We met,”"),), rule="test"
    )
    record = assembled(text, claim)
    assert asserted(record) == []
    assert [u.span.of(text) for u in record.unclear] == ["and Russia attacked Iran"]


def test_reported_speech_without_an_attribution_is_unclear() -> None:
    """A missed claim does not become a fact: neither its content nor its frame."""
    text = HEAD + "Officials said that Russia attacked Iran."
    record = assembled(text)
    assert [u.span.of(text) for u in record.unclear] == ["Officials said that Russia attacked Iran"] or [
        u.span.of(text) for u in record.unclear
    ] == ["Officials said", "that Russia attacked Iran"]


def test_accusing_is_a_fact_and_the_accusation_is_not() -> None:
    """That Russia accused Ukraine is told; of what stays in the claim."""
    text = HEAD + "Russia has accused Ukraine of breaking the truce."
    claim = Attribution(
        source=(span(text, "Russia"),),
        cue=(span(text, "has accused"),),
        content=(span(text, "Ukraine of breaking the truce"),),
        rule="test",
    )
    record = assembled(text, claim)
    (event,) = asserted(record)
    assert (event.type, named(record, *event.agents), named(record, *event.targets)) == (
        "accuse",
        ["Russia"],
        ["Ukraine"],
    )
    assert fact_over(record, "Russia has accused").anchor == (span(text, "Russia has accused"),)
    assert event.topic is None


def test_date_of_a_dateline_is_not_that_of_the_event() -> None:
    """The sentence begins after it: "PARIS, 3 March (Wire) - France signed a treaty on Monday"."""
    record = assembled(HEAD + "PARIS, 3 March (Wire) — France signed a treaty with Spain on Monday.")
    assert [event.when.text for event in asserted(record) if event.when] == ["Monday"]


def test_role_of_which_something_is_said_is_not_that_of_the_word_before() -> None:
    """ "Bridges, a diplomat told me, burn": no bridge is a diplomat."""
    text = (
        HEAD
        + "Bridges once failed. Bridges, a Kazakh diplomat told the board, are costly. Anna Keller, a diplomat, left."
    )
    holders = [
        named(assembled(text), *event.agents) for event in asserted(assembled(text)) if event.type == "holdPosition"
    ]
    assert holders == [["Anna Keller"]]


def test_apposition_in_a_source_is_the_articles_own() -> None:
    """Who somebody is, told beside the name of a speaker, is a fact; inside content it is only stated."""
    text = HEAD + "Anna Keller, an adviser to Iran, said that Frank Mair, an adviser to Russia, left."
    claim = Attribution(
        source=(span(text, "Anna Keller, an adviser to Iran"),),
        cue=(span(text, "said"),),
        content=(span(text, "that Frank Mair, an adviser to Russia, left"),),
        rule="test",
    )
    record = assembled(text, claim)
    assert [(e.type, named(record, *e.agents)) for e in asserted(record)] == [("holdPosition", ["Anna Keller"])]
    (stated,) = record.claims[0].stated_events
    assert (stated.type, named(record, *stated.agents), named(record, *stated.targets)) == (
        "holdPosition",
        ["Frank Mair"],
        ["Russia"],
    )


def test_negated_event_is_left_out_of_what_is_stated() -> None:
    """ "X said no meeting took place" does not state a meeting."""
    text = HEAD + "Keller said that Russia did not attack Iran but bombed Kyiv."
    claim = Attribution(
        source=(span(text, "Keller"),),
        cue=(span(text, "said"),),
        content=(span(text, text[len(HEAD) + 12 : -1]),),
        rule="test",
    )
    events = assembled(text, claim).claims[0].stated_events
    assert [event.type for event in events] == ["airstrike"]


def test_denied_event_is_stated_under_the_denial() -> None:
    """A denial keeps what it denies: the claim is negative and no fact stands beside it."""
    text = HEAD + "Ukraine denied that Ukrainian drones had attacked the refinery."
    record = extracted(text)
    (claim,) = [c for c in record.claims if c.parent is None]
    assert claim.polarity == "negative"
    assert [e.type for e in claim.stated_events] == ["droneAttack"]
    assert asserted(record) == []


def test_supposed_participant_exists_inside_the_claim_only() -> None:
    """ "Unknown forces" are a stated participant, in no fact and no speaker's place."""
    text = HEAD + "Keller said that unknown forces attacked the embassy."
    record = extracted(text)
    (event,) = [e for c in record.claims for e in c.stated_events]
    assert [e.type for e in record.entities if e.id in event.agents] == ["stated_participant"]
    assert asserted(record) == []


def test_hearsay_stays_with_the_one_who_passes_it_on() -> None:
    """ "X reported that Y said Z": the inner claim stands inside the outer one."""
    text = HEAD + "Reuters reported that Anna Keller said that Russia attacked Iran."
    record = extracted(text)
    inner = [c for c in record.claims if named(record, *c.speakers) == ["Anna Keller"]]
    assert [c.parent is not None for c in inner] == [True]
    assert asserted(record) == []


def test_country_in_capitals_is_not_the_first_person() -> None:
    """ "The US" is no "us": what it did is told in the article's own voice."""
    record = assembled(HEAD + "The US attacked Iran on Monday.")
    assert [event.type for event in asserted(record)] == ["assault"]
    assert not record.unclear


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia and Iran did not sign the treaty.", {"polarity": "not"}),
        ("No meeting took place between Russia and Iran.", {"polarity": "No"}),
        ("Russia failed to reach an agreement with Iran.", {"polarity": "failed"}),
        ("Russia will attack Iran.", {"frame": "will"}),
        ("Russia may attack Iran.", {"frame": "may", "certainty": "may"}),
        ("Russia tried to attack Iran.", {"frame": "tried"}),
        ("Unless Russia withdraws its troops, talks will end.", {"frame": "Unless"}),
        ("Did Russia attack Iran?", {"frame": "?"}),
        ("Russia attacked Iran.", {}),
    ],
)
def test_what_takes_the_assertion_away_is_pointed_to(text: str, expected: dict[str, str]) -> None:
    """The very words, and none where the text simply says it."""
    article = HEAD + text
    facts = [f for f in extracted(article).facts if f.anchor[0].start >= len(HEAD)]
    assert facts
    assert all({e.feature: e.spans[0].of(article) for e in fact.evidence} == expected for fact in facts)


@pytest.mark.parametrize(
    ("text", "kind", "who"),
    [
        ("Police arrested nine demonstrators in Tehran.", "arrest", {"Police", "nine demonstrators"}),
        ("Thousands of students marched through Moscow.", "demonstrate", {"students"}),
        ("The junta imposed a curfew.", "restrict", {"junta"}),
        ("Farmers blocked roads across Ukraine.", "obstruct", {"Farmers"}),
    ],
)
def test_who_has_no_name_takes_part_in_what_the_article_tells(text: str, kind: str, who: set[str]) -> None:
    """An entity of this document alone: the police of another article are not these."""
    record = extracted(HEAD + text)
    (event,) = [event for event in asserted(record) if event.type == kind]
    people = [entity for role, entity in event.roles() if role != "places"]
    assert set(named(record, *people)) == who
    assert {entity.type for entity in record.entities if entity.id in people} == {"unnamed_source"}


def test_the_minister_of_before_is_nobody_new() -> None:
    """A definite role that is not resolved makes no entity."""
    record = extracted(HEAD + "The minister attacked Iran.")
    assert not any(entity.type == "unnamed_source" for entity in record.entities)


def test_two_sentences_that_a_semicolon_joins_are_both_told() -> None:
    """Neither is what the other one's verb reports."""
    record = extracted(HEAD + "The talks in Geneva went on; Russia attacked Iran.")
    assert "assault" in {event.type for fact in record.facts if fact.asserts_events for event in fact.events}


def test_shape_of_a_sentence_is_hearsay_only_where_the_words_may_be_somebodys() -> None:
    """In "the trouble is that X" nobody else vouches for X; "is said to" is hearsay whatever anyone thinks of it."""
    shaped = assembled("The trouble is that Russia attacked Iran.", heard=lambda _: False)
    assert [e.type for f in shaped.facts if f.asserts_events for e in f.events] == ["assault"]
    doubted = assembled("The trouble is that Russia attacked Iran.", heard=lambda _: True)
    assert doubted.unclear
    assert not any(f.events for f in doubted.facts)
    said = assembled("Russia is said to have attacked Iran.", heard=lambda _: False)
    assert said.unclear
    assert not any(f.events for f in said.facts)


@pytest.mark.parametrize("hedge", ["suspected", "alleged", "so-called"])
def test_hedge_about_a_person_leaves_what_was_done_a_fact(hedge: str) -> None:
    """That the men are suspects is hedged; that they were attacked is not."""
    record = extracted(HEAD + f"Russia attacked the {hedge} rebels.")
    assert "assault" in {event.type for fact in record.facts if fact.asserts_events for event in fact.events}


@pytest.mark.parametrize(
    "sentence",
    [
        "Sen. Anna Keller (I-Vt.) has left the race.",
        "The envoy has appeared at the side of Keller at three rallies.",
        "The shares make up a small part of his reported wealth.",
    ],
)
def test_what_only_looks_like_hearsay_is_told(sentence: str) -> None:
    """A party in brackets is no first person; who appears somewhere seems nothing; a hedged thing leaves the rest."""
    record = assembled(HEAD + sentence)
    assert not record.unclear
    assert any(fact.rule != "position" for fact in record.facts)


def test_who_may_have_done_it_is_not_told() -> None:
    """The hedge before the doer takes the event away."""
    assert asserted(assembled(HEAD + "Ten people were killed in an attack by alleged rebels.")) == []


def test_sentence_after_a_semicolon_denies_only_itself() -> None:
    """ "The bank closed her account; it did not explain why": the account was closed."""
    record = assembled(HEAD + "Russia attacked Iran on Monday; it did not explain why.")
    assert [event.type for event in asserted(record)] == ["assault"]


def test_saying_after_a_dash_reaches_the_sentence_before() -> None:
    """ "Russia attacked Iran — officials said" is still theirs."""
    assert asserted(assembled(HEAD + "Russia attacked Iran — officials said.")) == []


def test_office_in_the_longer_title_of_the_same_person_is_one_fact() -> None:
    """ "Former Minister X" holds no second office of "Minister X", and nothing is told twice."""
    text = "former Minister Anna Keller"

    def held(words: str, who: str) -> FoundFact:
        event = Event(type="holdPosition", agents=(who,))
        return FoundFact(anchor=(span(text, words),), told=Modality(), events=(event,), rule="position", confidence=0.8)

    long, short, other = held(text, "a"), held("Minister Anna Keller", "a"), held("Minister Anna Keller", "b")
    assert once([long, short, other, long]) == [long, other]


@pytest.mark.parametrize(
    ("sentence", "anchor"),
    [
        ("The union had backed Senator Anna Keller.", "Senator Anna Keller"),
        ("The union left Texas Gov. Anna Keller.", "Texas Gov. Anna Keller"),
    ],
)
def test_title_begins_after_the_verb_and_with_the_state(sentence: str, anchor: str) -> None:
    """ "Backed" is no part of a title, and "Gov." is an office of its state."""
    text = HEAD + sentence
    found = [f.anchor[0].of(text) for f in extracted(text).facts if f.rule == "position"]
    assert found == [anchor]
