"""Links between articles: what they do to each other, and what must not be linked."""

import pytest

from kg.link import link, terms
from kg.linking import Linking
from tests.link.build import record

TOLL = "At least 12 people were killed when a ferry sank off Mombasa in Kenya"
LONG = "Fishing boats pulled survivors from the water all morning while relatives waited in the rain at the old harbour"


def kinds(found: Linking) -> set[tuple[str, str, str]]:
    """Return (kind, source, target) of each link."""
    return {(one.kind, one.source.document, one.target.document) for one in found.links}


def test_a_number_that_grows_is_an_update_and_no_contradiction() -> None:
    """Later, not contrary."""
    later = "The number of people killed when a ferry sank off Mombasa in Kenya rose to 31"
    found = link(
        [record("a", "2031-01-01", [(TOLL, "Kenya", "say")]), record("b", "2031-01-03", [(later, "Kenya", "say")])]
    )
    assert kinds(found) == {("updates", "b", "a")}


def test_two_numbers_of_two_sources_on_one_day_contradict() -> None:
    """Nobody's number grew: one of them is wrong."""
    other = "At least 40 people were killed when a ferry sank off Mombasa in Kenya"
    found = link(
        [record("a", "2031-01-01", [(TOLL, "Kenya", "say")]), record("b", "2031-01-01", [(other, "Red Cross", "say")])],
        unsure=True,
    )
    assert kinds(found) == {("contradicts", "b", "a")}


def test_a_denial_denies_the_accusation_and_gives_both_spans_and_the_reason() -> None:
    """Who denies, what, by which rule, how sure."""
    accusation = "Uganda of shelling the village of Busia"
    denial = "its troops had shelled the village of Busia"
    found = link(
        [
            record("a", "2031-01-01", [(accusation, "Kenya", "accuse", "Uganda")]),
            record("b", "2031-01-01T20:00", [(denial, "Uganda", "deny")]),
        ]
    )
    assert kinds(found) == {("denies", "b", "a")}
    one = found.links[0]
    assert one.method.startswith("denial.")
    assert "denies" in one.reason
    assert 0 < one.confidence <= 1
    assert one.source.spans != one.target.spans
    assert "attack" in one.keys


def test_a_copy_repeats_and_never_corroborates() -> None:
    """Three outlets with one wire story are one origin."""
    said = [(TOLL, "Kenya", "say"), (LONG,)]
    wire = "MOMBASA (Beacon) - "
    found = link(
        [
            record("a", "2031-01-01", said, outlet="Beacon", credit=wire),
            record("b", "2031-01-01T12:00", said, credit=wire),
            record("c", "2031-01-02", said[:1] + said[1:], credit=wire),
        ]
    )
    assert {(copy.document, copy.original) for copy in found.copies} >= {("b", "a"), ("c", "a")}
    assert {kind for kind, _, _ in kinds(found)} == {"repeats"}


def test_two_outlets_with_their_own_sources_corroborate() -> None:
    """Other words, another speaker, another outlet."""
    other = "More than a dozen bodies: a ferry sank off Mombasa in Kenya, people were killed"
    found = link(
        [record("a", "2031-01-01", [(TOLL, "Kenya", "say")]), record("b", "2031-01-01", [(other, "Red Cross", "say")])],
        unsure=True,
    )
    assert kinds(found) == {("corroborates", "b", "a")}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (TOLL, "Another ferry sank off Mombasa in Kenya and people were killed"),
        (TOLL, "A ferry sank off Zanzibar in Tanzania and 3 people were killed"),
        ("Kenya and Uganda held talks in Busia", "Kenya and Sudan held talks in Khartoum"),
        ("Kenya expelled three diplomats of Uganda", "A court in Kenya convicted three miners"),
    ],
)
def test_what_only_looks_alike_is_not_linked(earlier: str, later: str) -> None:
    """Another event of the same kind, or other words with a common name."""
    found = link(
        [
            record("a", "2031-01-01", [(earlier, "Kenya", "say")]),
            record("b", "2031-01-05", [(later, "Red Cross", "say")]),
        ]
    )
    assert kinds(found) == set()


def test_a_plan_and_its_outcome() -> None:
    """What came true updates what was announced."""
    found = link(
        [
            record(
                "a", "2031-01-01", [("Kenya and Uganda will hold talks on the border in Busia", "Kenya", "announce")]
            ),
            record("b", "2031-01-09", [("Kenya and Uganda held talks on the border in Busia", "Uganda", "say")]),
        ]
    )
    assert kinds(found) == {("updates", "b", "a")}


def test_two_people_of_one_surname_stay_two() -> None:
    """A bare surname of two is nobody's."""
    found = link(
        [
            record("a", "2031-01-01", [("the road is open", "Anna Mwangi", "say")]),
            record("b", "2031-01-02", [("the road is closed for good", "Joseph Mwangi", "say")]),
        ]
    )
    assert found.merges == ()


def test_a_transliteration_is_one_person_with_the_evidence() -> None:
    """Merged, and the merge says why."""
    found = link(
        [
            record("a", "2031-01-01", [("the road is open", "Azamat Toktogulov", "say")]),
            record("b", "2031-01-02", [("the road is closed for good", "Azamat Toktogulow", "say")]),
        ]
    )
    assert [merge.method for merge in found.merges] == ["name.variant"]
    assert "Toktogulow" in found.merges[0].reason


def test_the_same_records_give_the_same_links_in_any_order() -> None:
    """A run depends on nothing but its records."""
    records = [
        record("a", "2031-01-01", [(TOLL, "Kenya", "say")]),
        record(
            "b",
            "2031-01-03",
            [("The number of people killed in the ferry off Mombasa in Kenya rose to 31", "Kenya", "say")],
        ),
        record("c", "2031-01-02", [(LONG,)]),
    ]
    assert link(records) == link(records[::-1])


def test_contradiction_that_is_less_likely_than_not_is_not_given_unless_it_is_wanted() -> None:
    """Precision before recall: what hardly speaks of the same is given with ``unsure`` alone."""
    records = [
        record("a", "2031-01-01", [("Forty workers were freed by kidnappers near Lamu in Kenya", "Red Cross", "say")]),
        record("b", "2031-01-01", [("no worker has been freed so far in Kenya", "Lamu Radio", "say")]),
    ]
    assert kinds(link(records)) == set()
    assert kinds(link(records, unsure=True)) == {("contradicts", "b", "a")}


@pytest.mark.parametrize(
    "later",
    [
        "In 2019 at least 12 people were killed when a ferry sank off Mombasa in Kenya",
        "Another 12 people were killed when a second ferry sank off Mombasa in Kenya",
        "A ferry with 12 people can sink off Mombasa in Kenya, and people may be killed",
    ],
)
def test_what_was_at_another_time_or_may_be_does_not_corroborate(later: str) -> None:
    """Another year, another ferry, a mere possibility: the words are the same, the event is not."""
    records = [record("a", "2031-01-01", [(TOLL, "Kenya", "say")]), record("b", "2031-01-01", [(later, "UN", "say")])]
    assert "corroborates" not in {kind for kind, _, _ in kinds(link(records, unsure=True))}


@pytest.mark.parametrize(("day", "denied"), [("2031-01-20", True), ("2031-06-01", False)])
def test_charge_is_denied_weeks_later_and_not_in_another_season(day: str, *, denied: bool) -> None:
    """Who is accused may take weeks to answer; after months another accusation is likelier meant."""
    accusation, denial = "Uganda of shelling the village of Busia", "its troops had shelled the village of Busia"
    found = link(
        [
            record("a", "2031-01-01", [(accusation, "Kenya", "accuse", "Uganda")]),
            record("b", day, [(denial, "Uganda", "deny")]),
        ]
    )
    assert (kinds(found) == {("denies", "b", "a")}) is denied


@pytest.mark.parametrize("rejected", ["a Kenyan demand for talks on Busia", "the result of the vote in Busia"])
def test_demand_or_result_that_is_rejected_is_no_denial(rejected: str) -> None:
    """Nobody said that it is so."""
    records = [
        record("a", "2031-01-01", [("Uganda of shelling the village of Busia", "Kenya", "accuse", "Uganda")]),
        record("b", "2031-01-02", [(rejected, "Uganda", "reject")]),
    ]
    assert "denies" not in {kind for kind, _, _ in kinds(link(records))}


def two(earlier: str, later: str, *, act: str = "say") -> set[tuple[str, str, str]]:
    """Return the links of two statements by two sources in two outlets, a day apart."""
    return kinds(
        link(
            [
                record("a", "2031-01-01", [(earlier, "Kenya", act)]),
                record("b", "2031-01-02", [(later, "Red Cross", "say")]),
            ]
        )
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (
            "Seven people were killed when a ferry sank off Mombasa",
            "A ferry with 90 people sank off Mombasa and killed seven",
        ),
        ("Seven people were killed off Mombasa", "90 people were hurt when a ferry sank off Mombasa"),
        ("Seven people were killed when a ferry sank off Mombasa", "People killed off Mombasa, including two children"),
    ],
)
def test_numbers_of_different_things_are_not_held_against_each_other(earlier: str, later: str) -> None:
    """Aboard and dead, hurt and dead, all and a part."""
    assert not {kind for kind, _, _ in two(earlier, later)} & {"contradicts", "updates"}


def test_two_only_numbers_of_barrels_contradict() -> None:
    """Each article counts barrels once, of one ship in one port."""
    earlier = "The tanker took on 234,000 barrels of crude in the port of Lamu"
    later = "The tanker in the port of Lamu holds 90,000 barrels of crude"
    assert two(earlier, later) == {("contradicts", "b", "a")}


def test_outcome_of_a_plan_may_name_the_place_first() -> None:
    """The plan did not say where."""
    earlier = "Kenya and Uganda will sign a treaty on the border"
    later = "Kenya and Uganda signed a treaty on the border in Kisumu"
    assert two(earlier, later, act="announce") == {("updates", "b", "a")}


def test_threat_is_nothing_that_a_denial_of_a_hit_denies() -> None:
    """What will be bombed, and what was not hit."""
    found = link(
        [
            record("a", "2031-01-01", [("any ship off Mombasa will be bombed", "Kenya", "threaten")]),
            record("b", "2031-01-02", [("the ship off Mombasa had been bombed", "Red Cross", "deny")]),
        ]
    )
    assert not kinds(found)


def test_withdrawn_words_that_a_correction_repeats_support_nothing() -> None:
    """They are quoted in order to be taken back."""
    words = "a ship had been bombed off Mombasa by the navy"
    correction = f"Correction: our earlier report said that {words}"
    found = link(
        [
            record("a", "2031-01-01", [(words, "Kenya", "say")]),
            record("b", "2031-01-02", [(correction,)], outlet="Other"),
        ]
    )
    assert not kinds(found) & {("corroborates", "b", "a"), ("corrects", "b", "a")}


@pytest.mark.parametrize("word", ["doctors", "let", "prisons", "plane", "tanks", "kidnappers", "organization"])
def test_word_with_the_stem_of_another_concept_keeps_its_meaning(word: str) -> None:
    """A doctor is no forgery, a plane is no plan, a kidnapper is no kidnapping."""
    assert terms.concept(word) not in terms.deeds() | {"letter", "ship", "prisoner", "organize"}
