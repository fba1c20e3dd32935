"""Entities: who and what a text names, joined under one name, with exact mentions."""

import pytest

from kg.extract.cast import Cast
from kg.records import Span
from tests.extract.reading import cast_of

BODY = "Envoys at work\n\n"


def found(cast: Cast) -> dict[tuple[str, str], list[Span]]:
    """(type, name) -> the spans of its mentions, in text order."""
    return {(d.type, d.name): sorted(d.mentions) for d in cast.drafts()}


def words(text: str, kind: str, name: str) -> list[str]:
    """The words of each mention of one entity."""
    mentions = found(cast_of(text))[(kind, name)]
    return [m.of(text) for m in mentions]


ACTOR_OR_PLACE = [
    ("Moscow insists on talks.", "political_actor"),
    ("Talks took place in Moscow.", "place"),
    ("A dialogue between Moscow and Tehran began.", "political_actor"),
    ("The minister flew to Moscow.", "place"),
    ("The envoy returned from Moscow.", "place"),
    ("The envoy visited Moscow on Friday.", "place"),
    ("Iran sold drones to Moscow.", "political_actor"),
    ("Ukraine accused Moscow of lying.", "political_actor"),
    ("The Moscow-based analyst left.", "place"),
    ("MPs discussed concessions to Moscow.", "political_actor"),
]


@pytest.mark.parametrize(("sentence", "kind"), ACTOR_OR_PLACE)
def test_capital_is_an_actor_where_it_acts_and_a_place_where_it_is_one(sentence: str, kind: str) -> None:
    """Decided by preposition, verb of motion and part in the sentence."""
    text = BODY + sentence
    name = "Russia" if kind == "political_actor" else "Moscow"
    assert words(text, kind, name) == ["Moscow"]


def test_forms_of_one_state_are_one_entity() -> None:
    """Name, abbreviation, adjective, seat of power: one political actor with all its mentions."""
    text = BODY + "The United States agreed. American officials left. The White House was silent. U.S. jets flew."
    assert words(text, "political_actor", "United States") == [
        "The United States",
        "American",
        "The White House",
        "U.S.",
    ]


def test_surname_is_joined_to_the_full_name() -> None:
    """A surname alone, with a title or possessive, is the person named in full, also where the name comes later."""
    text = "Keller defends the deal\n\nFrank Keller spoke in Paris. Later, Mr. Keller left. Keller’s aides stayed."
    assert words(text, "person", "Frank Keller") == ["Keller", "Frank Keller", "Mr. Keller", "Keller"]


def test_surname_of_two_people_goes_to_the_one_named_last() -> None:
    """Two full names with one surname: the nearest before decides."""
    text = BODY + "Anna Keller spoke. Keller was calm. Then Frank Keller spoke. Keller was angry."
    cast = cast_of(text)
    assert [m.of(text) for m in sorted(found(cast)[("person", "Anna Keller")])] == ["Anna Keller", "Keller"]
    assert len(found(cast)[("person", "Frank Keller")]) == 2


def test_headline_is_not_an_organization() -> None:
    """Capitals of a headline make no name that the article does not have."""
    text = "Economic Envoy Confirms Visit to the United States\n\nThe envoy spoke on Monday."
    assert set(found(cast_of(text))) == {("political_actor", "United States")}


def test_medium_is_a_medium() -> None:
    """A known medium is no person and no organization."""
    text = BODY + "Dmitriev confirmed it in a Thursday Telegram post."
    assert ("medium", "Telegram") in found(cast_of(text))


def test_state_named_like_a_person_is_left_to_the_person() -> None:
    """An ambiguous name inside a person's name is not the state."""
    text = BODY + "Michael Jordan arrived on Monday."
    assert ("political_actor", "Jordan") not in found(cast_of(text))


def test_named_agreement_and_conflict_are_recognised_by_pattern() -> None:
    """Capitalised treaty names and wars of a place, and the bare noun that takes them up again."""
    text = BODY + "The Ukraine war began. They signed the Black River Water Treaty. The war went on. The treaty held."
    cast = cast_of(text)
    assert words(text, "conflict", "Ukraine war") == ["The Ukraine war", "The war"]
    assert words(text, "agreement", "Black River Water Treaty") == ["the Black River Water Treaty", "The treaty"]
    assert len(list(cast.drafts())) == 3


def test_agreement_that_is_only_proposed_makes_no_entity() -> None:
    """A truce nobody agreed to does not exist."""
    text = BODY + "Russia will not sign a 30-day cessation of strikes."
    assert [d.type for d in cast_of(text).drafts()] == ["political_actor"]


def test_agreed_truce_is_taken_up_by_later_nouns() -> None:
    """ "The truce" and "the agreement" are the one that was agreed to."""
    text = BODY + "Russia agreed to a 30-day cessation of strikes. The truce held. Ukraine praised the agreement."
    assert words(text, "agreement", "30-day cessation of strikes") == [
        "a 30-day cessation of strikes",
        "The truce",
        "the agreement",
    ]


def test_administration_is_an_organization_named_for_its_head() -> None:
    """ "The X administration" and "the administration of President X" are one."""
    text = (
        BODY + "Donald Trump spoke. The Trump administration agreed. The administration of President Donald Trump left."
    )
    assert words(text, "organization", "Trump administration") == [
        "The Trump administration",
        "The administration of President Donald Trump",
    ]


def test_state_possessive_names_an_organization() -> None:
    """A fund, ministry or parliament after a state's name, the state still mentioned inside."""
    text = BODY + "He leads Russia’s sovereign wealth fund. The Iranian foreign ministry objected."
    cast = found(cast_of(text))
    assert ("organization", "Russia’s sovereign wealth fund") in cast
    assert ("organization", "Iranian foreign ministry") in cast
    assert ("political_actor", "Russia") in cast


def test_ids_are_unique_for_names_that_look_alike() -> None:
    """Two names with one slug get two ids; one name twice gets one."""
    cast = Cast()
    first, second = cast.add("person", "A. B."), cast.add("person", "A B")
    assert first != second
    assert cast.add("person", "A. B.") == first


def test_wikidata_ids_come_from_the_gazetteer_only() -> None:
    """A known state has its id, an unknown person none."""
    cast = cast_of(BODY + "Frank Keller praised Russia.")
    assert {d.name: d.wikidata for d in cast.drafts()} == {"Frank Keller": None, "Russia": "Q159"}
