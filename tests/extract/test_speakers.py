"""Speakers: names, titles, pronouns, governments, joint and unnamed sources; always somebody."""

from dataclasses import replace

import pytest

from kg.extract.attribution import Attribution
from kg.extract.event_model import Manner
from kg.records import Claim, Record
from tests.extract.reading import assembled, entity, named, span

HEAD = "A day of talks\n\n"


def claim_by(text: str, source: str, cue: str, content: str, nth: int = 1) -> Attribution:
    """An attribution over the given words; no source where it is empty."""
    return Attribution(
        source=(span(text, source, nth),) if source else (),
        cue=(span(text, cue, nth),),
        content=(span(text, content),),
        rule="test",
    )


def speakers(record: Record, number: int = -1) -> list[str]:
    """Names of the speakers of one claim, the last one if not said."""
    return named(record, *record.claims[number].speakers)


BY_WORDS = [
    (
        "Anna Keller met the Iranians. The former admiral said it was good.",
        "The former admiral",
        "said",
        "it was good",
        ["Anna Keller"],
    ),
    ("Critics fear the deal: it is bad, they said.", "they", "said", "it is bad", ["Critics"]),
    ("Iran’s answer to the note was that it was good.", "Iran’s answer", "was", "it was good", ["Iran"]),
    ("Anna\u00a0Keller said it was good.", "Anna\u00a0Keller", "said", "it was good", ["Anna Keller"]),
    (
        "THE CHAIR: Ambassador Keller, you have the floor.",
        "THE CHAIR",
        ":",
        "Ambassador Keller, you have the floor",
        ["CHAIR"],
    ),
    ("Anna Keller praised Iran. Keller said it was good.", "Keller", "said", "it was good", ["Anna Keller"]),
    ("Anna Keller praised Iran. She said it was good.", "She", "said", "it was good", ["Anna Keller"]),
    ("Frank Mair met Anna Keller. She said it was good.", "She", "said", "it was good", ["Anna Keller"]),
    ("Frank Mair met Anna Keller. He said it was good.", "He", "said", "it was good", ["Frank Mair"]),
    (
        "Anna Keller, an adviser to Iran, met Frank Mair. The adviser said it was good.",
        "The adviser",
        "said",
        "it was good",
        ["Anna Keller"],
    ),
    *(
        (f"{source} said it was good.", source, "said", "it was good", expected)
        for source, expected in (
            ("The head of the mission, Ms. Anna Keller,", ["Anna Keller"]),
            ("Counsel for the ministry, Maître Frank Mair,", ["Frank Mair"]),
            ("A teacher there, Orly Ben-Haim,", ["Orly Ben-Haim"]),
            ("the weather bureau’s Anna Keller", ["Anna Keller"]),
            ("Ambassador to the Organisation for Trade and Development Edward Mair", ["Edward Mair"]),
            ("Imperial's manager of western supply Anna Keller", ["Anna Keller"]),
            ("Governor Anatoly Rebrov of the coastal region", ["Anatoly Rebrov"]),
            ("A spokesman for the Interior Minister, Frank Mair,", ["A spokesman for the Interior Minister"]),
            ("Supporters of opposition leader Frank Mair", ["Supporters of opposition leader Frank Mair"]),
            ("Iran, the United Nations and several governments", ["Iran", "United Nations", "several governments"]),
            ("Many Russians who left", ["Many Russians who left"]),
            ("Anna Keller, an economist and tax expert,", ["Anna Keller"]),
            ("Anna Keller, a local president of the Western Women Caucus", ["Anna Keller"]),
            ("Anna Keller, the Governor of Oslo, and Frank Mair", ["Anna Keller", "Frank Mair"]),
            ("An attorney for Frank Mair, Anna Keller,", ["Anna Keller"]),
        )
    ),
    (
        "Secretary of State Frank Mair met Cabinet Secretary Anna Keller. The Secretary said it was good.",
        "The Secretary",
        "said",
        "it was good",
        ["Frank Mair"],
    ),
    ("Anna Keller praised Iran. Anna said it was good.", "Anna", "said", "it was good", ["Anna Keller"]),
    ("The Kremlin said it was good.", "The Kremlin", "said", "it was good", ["Russia"]),
    ("Moscow insists it was good.", "Moscow", "insists", "it was good", ["Russia"]),
    (
        "Moscow and Washington said it was good.",
        "Moscow and Washington",
        "said",
        "it was good",
        ["Russia", "United States"],
    ),
    ("Moscow was calm. They said it was good.", "They", "said", "it was good", ["Russia"]),
    ("Russia and Iran met. They said it was good.", "They", "said", "it was good", ["Russia", "Iran"]),
    (
        "Russia and Iran met. Both countries said it was good.",
        "Both countries",
        "said",
        "it was good",
        ["Russia", "Iran"],
    ),
    ("The Ukrainian government said it was good.", "The Ukrainian government", "said", "it was good", ["Ukraine"]),
    (
        "The Iranian foreign ministry said it was good.",
        "The Iranian foreign ministry",
        "said",
        "it was good",
        ["Iranian foreign ministry"],
    ),
    ("Anna Keller’s statement said it was good.", "Anna Keller’s statement", "said", "it was good", ["Anna Keller"]),
    (
        "Iran’s envoy, Anna Keller, said it was good.",
        "Iran’s envoy, Anna Keller,",
        "said",
        "it was good",
        ["Anna Keller"],
    ),
]


@pytest.mark.parametrize(("sentence", "source", "cue", "content", "expected"), BY_WORDS)
def test_source_words_lead_to_the_speaker(
    sentence: str, source: str, cue: str, content: str, expected: list[str]
) -> None:
    """Surnames, pronouns, roles, governments, joint phrases, documents of somebody."""
    text = HEAD + sentence
    assert speakers(assembled(text, claim_by(text, source, cue, content))) == expected


UNNAMED = [
    (
        "A senior official familiar with the talks said it was good.",
        "A senior official familiar with the talks",
        "A senior official familiar with the talks",
    ),
    ("Reports in U.S. media said it was good.", "Reports in U.S. media", "U.S. media"),
    ("U.S. officials said it was good.", "U.S. officials", "U.S. officials"),
    ("Several analysts said it was good.", "Several analysts", "Several analysts"),
    ("The mayor said it was good.", "The mayor", "mayor"),
]


@pytest.mark.parametrize(("sentence", "source", "name"), UNNAMED)
def test_source_without_a_name_is_called_by_its_words(sentence: str, source: str, name: str) -> None:
    """Officials, media, analysts: an unnamed source, never the state they come from."""
    text = HEAD + sentence
    record = assembled(text, claim_by(text, source, "said", "it was good"))
    assert speakers(record) == [name]
    assert entity(record, name).type == "unnamed_source"


def test_claim_without_source_words_has_a_speaker_that_is_not_named() -> None:
    """ "Is expected to": somebody expects it, the text does not say who."""
    text = HEAD + "Anna Keller was expected to resign."
    record = assembled(text, claim_by(text, "", "was expected", "to resign"))
    assert speakers(record) == ["not named"]
    assert entity(record, "not named").type == "unnamed_source"


def test_role_is_joined_to_who_was_said_to_hold_it() -> None:
    """ "Iran's envoy" is the person told to be Iran's adviser, also before that is told, and not Russia's."""
    text = (
        "Iran’s envoy arrives\n\nAnna Keller, an adviser to Iran, met Frank Mair, an adviser to Russia. "
        "Iran’s envoy said it was good. Russia’s representative said it was bad."
    )
    record = assembled(
        text,
        claim_by(text, "Iran’s envoy", "said", "it was good", 1),
        claim_by(text, "Russia’s representative", "said", "it was bad"),
    )
    assert [speakers(record, 0), speakers(record, 1)] == [["Anna Keller"], ["Frank Mair"]]
    assert next(m.of(text) for m in entity(record, "Anna Keller").mentions) == "Iran’s envoy"


def test_role_that_two_people_hold_stays_unnamed() -> None:
    """No guess between two of whom none was spoken of before."""
    text = "Iran’s envoy arrives\n\nAnna Keller, an envoy of Iran, met Frank Mair, an envoy of Iran."
    record = assembled(text, claim_by(text, "Iran’s envoy", "arrives", "met"))
    assert [entity(record, name).type for name in speakers(record)] == ["unnamed_source"]


def test_unresolved_pronoun_takes_the_speaker_before_with_less_confidence() -> None:
    """A pronoun without any antecedent falls back on the last speaker, and says so by its confidence."""
    text = HEAD + "A local farmer said it was good. He said it was bad."
    record = assembled(
        text, claim_by(text, "A local farmer", "said", "it was good"), claim_by(text, "He", "said", "it was bad")
    )
    first, second = record.claims
    assert second.speakers == first.speakers
    assert second.confidence < first.confidence


def test_he_may_be_who_holds_an_office() -> None:
    """In a read-out the Prime Minister has no name; who has one is not meant for that."""
    text = (
        "Readout of the Prime Minister's call with President Okoro\n\n"
        "The Prime Minister condemned the attack on the convoy. He said it was bad."
    )
    record = assembled(text, claim_by(text, "He", "said", "it was bad"))
    assert [name for name in speakers(record) if name.endswith("Minister")]


@pytest.mark.parametrize(
    ("before", "him"),
    [
        ("The Foreign Secretary thanked Minister Okoro for his help.", "Foreign Secretary"),
        ("Last week I asked a retired general.", "a retired general"),
        ("The ambassador of Peru, who is ill, arrived.", "ambassador of Peru"),
        ("Peter Orre smiled. Voters believe that a consul must be able to cook.", "Peter Orre"),
    ],
)
def test_he_may_be_somebody_without_a_name(before: str, him: str) -> None:
    """Who did something in the sentence before, by his office; not one of a kind that somebody thinks of."""
    text = f"{HEAD}{before} He said it was bad."
    assert speakers(assembled(text, claim_by(text, "He", "said", "it was bad"))) == [him]


def test_he_is_not_who_wrote_the_article() -> None:
    """Whoever stands in the byline would say "I"."""
    text = "A day of talks\n\nBy Peter Orre\n\nA man laughed. He said it was bad."
    assert "Peter Orre" not in speakers(assembled(text, claim_by(text, "He", "said", "it was bad")))


def test_one_officer_is_not_they() -> None:
    """Two who are spoken of are, also when one who has no name is spoken of meanwhile."""
    text = HEAD + "Anna Keller and Peter Orre met. The envoy smiled. They said it was bad."
    assert len(speakers(assembled(text, claim_by(text, "They", "said", "it was bad")))) == 2


def test_troops_of_who_is_called_on_to_withdraw_them_are_its_own() -> None:
    """ "Its" is not who calls."""
    text = HEAD + "Russia called on Ukraine to withdraw its troops."
    record = assembled(text, claim_by(text, "Russia", "called on", "Ukraine to withdraw its troops"))
    (event,) = record.claims[0].stated_events
    assert (named(record, *event.agents), named(record, *event.targets)) == (["Ukraine"], [])


def test_she_is_nobody_whom_the_text_calls_he() -> None:
    """Rather a speaker without a name than the wrong one: "he doesn't say a word ... she says"."""
    text = HEAD + "A guard waves; he said nothing. In the school somebody pours tea. She said it was bad."
    record = assembled(text, claim_by(text, "he", "said", "nothing"), claim_by(text, "She", "said", "it was bad"))
    assert (speakers(record, 0), speakers(record, 1)) == (["he"], ["She"])


def test_who_is_named_inside_a_quotation_is_not_who_speaks_it() -> None:
    """ "Keller is a spy," he said: he is another; and so is whoever is quoted next."""
    text = HEAD + 'Frank Mair came to Vienna. "Paul Lies," he said. "He knows it," he added.'
    record = assembled(
        text,
        claim_by(text, "he", "said", '"Paul Lies,"'),
        replace(claim_by(text, "he", "added", '"He knows it,"'), source=(span(text, "he", 2),)),
    )
    assert [speakers(record, 0), speakers(record, 1)] == [["Frank Mair"], ["Frank Mair"]]


def test_speaker_inside_a_claim_only_is_a_stated_participant() -> None:
    """Whom only a claim supposes to speak never becomes a source of the document."""
    text = HEAD + "Keller said that unknown men claimed it was good."
    outer = claim_by(text, "Keller", "said", "that unknown men claimed it was good")
    inner = claim_by(text, "unknown men", "claimed", "it was good")
    record = assembled(text, outer, inner)
    nested: Claim = next(c for c in record.claims if c.parent is not None)
    assert [e.type for e in record.entities if e.id in nested.speakers] == ["stated_participant"]


def test_every_claim_has_a_speaker_whatever_the_source_words_are() -> None:
    """Punctuation, a verb, a number as source: the claim still has a speaker."""
    text = HEAD + "10 — ran, the: said it was good."
    for source in ("10", "—", "ran", "the", ":"):
        assert assembled(text, claim_by(text, source, "said", "it was good")).claims[0].speakers


def test_former_role_is_left_open_where_two_were_spoken_of() -> None:
    """ "The former admiral" after two names may be either."""
    text = HEAD + "Anna Keller met Frank Mair. The former admiral said it was good."
    record = assembled(text, claim_by(text, "The former admiral", "said", "it was good"))
    assert speakers(record) == ["former admiral"]


def test_who_answers_in_an_interview_is_who_was_introduced() -> None:
    """The label says "A"; the introduction says who that is."""
    text = (
        "An interview\n\nAnna Keller spoke to us. Keller knows Frank Mair.\n\nQ: Is it good?\n\nA: It is good for us.\n"
    )
    turn = Attribution(
        source=(span(text, "A", 3),), cue=(span(text, ":", 2),), content=(span(text, "It is good"),), rule="t"
    )
    assert turn.source[0].of(text) == "A"
    assert speakers(assembled(text, turn)) == ["Anna Keller"]
    unknown = text.replace("Anna Keller spoke to us. Keller knows Frank Mair.", "It was short, and it was in May.")
    turn = Attribution(source=(span(unknown, "A:"),), cue=(), content=(span(unknown, "It is good"),), rule="t")
    assert speakers(assembled(unknown, turn)) != ["Anna Keller"]


def test_the_label_of_a_turn_names_a_person() -> None:
    """In capitals too; the surname is that of who is named in the text."""
    text = "A hearing\n\nAMBASSADOR VELL: It is good.\n\nDEPUTY ROSKILL: It is bad.\n\nAMBASSADOR VELL: It is late.\n"
    turn = claim_by(text, "AMBASSADOR VELL", ":", "It is late", 1)
    record = assembled(text, turn)
    assert speakers(record) == ["Vell"]
    assert entity(record, "Vell").type == "person"


def test_what_a_bridge_is_called_is_nobody() -> None:
    """The engineer is who "she" is, though the recogniser takes her for a company and the bridge for a man."""
    text = (
        "Every morning Sunniva Raake walks out to the middle of the Ost bridge and reads a gauge. Raake, an engineer "
        "with the joint bridge authority, has done so since the truce.\n\n"
        "The bridge, she says, is healthier than the treaty.\n"
    )
    record = assembled(HEAD + text, claim_by(HEAD + text, "she", "says", "is healthier than the treaty"))
    assert speakers(record) == ["Sunniva Raake"]


def test_they_who_speak_are_those_who_spoke_before() -> None:
    """Not the state that they spoke of, which is the subject of their sentence."""
    text = HEAD + "Iran has sold ships to Russia, trade sources said. They said the price was good."
    record = assembled(
        text,
        claim_by(text, "trade sources", "said", "Iran has sold ships to Russia"),
        Attribution(
            source=(span(text, "They"),),
            cue=(span(text, "said", 2),),
            content=(span(text, "the price was good"),),
            rule="t",
        ),
    )
    assert speakers(record) == ["trade sources"]


def test_they_who_speak_are_not_those_they_speak_of() -> None:
    """Also where that is the subject of the same sentence, before the words "they said"."""
    text = HEAD + "Diplomats said it was good. Ministers from Iran will refuse, they said."
    record = assembled(
        text,
        claim_by(text, "Diplomats", "said", "it was good"),
        Attribution(
            source=(span(text, "they"),),
            cue=(span(text, "said", 2),),
            content=(span(text, "Ministers from Iran will refuse"),),
            rule="t",
        ),
    )
    assert speakers(record) == ["Diplomats"]


ADDRESSEES = [
    ("The envoy told a radio station that it was good.", "a radio", ["a radio station"]),
    ("The envoy told the Secretary-General that it was good.", "-General", ["Secretary-General"]),
    ("The envoy told us that it was good.", "us", ["us"]),
]


@pytest.mark.parametrize(("sentence", "part", "expected"), ADDRESSEES)
def test_listeners_have_the_name_of_their_whole_phrase(sentence: str, part: str, expected: list[str]) -> None:
    """Where a part of it is given; those who write are told as "us"."""
    text = HEAD + sentence
    claim = claim_by(text, "The envoy", "told", "it was good")
    manner = Manner(
        act=("say", 1.0),
        polarity=("positive", 1.0),
        certainty=("certain", 1.0),
        frame=("nonFuture", 1.0),
        addressees=(span(text, part),),
    )
    record = assembled(text, claim, manners={(claim.cue, claim.content): manner})
    assert named(record, *record.claims[-1].addressees) == expected


OF_ONE = [
    ("Continued Keller: it was good.", "Continued Keller", ":", "it was good", ["Keller"]),
    (
        "Echoing Keller’s words, Frank Mair, head of the union, said it was good.",
        "Frank Mair, head of the union,",
        "said",
        "it was good",
        ["Frank Mair"],
    ),
    (
        "Oil trader and television star Frank Mair said it was good.",
        "Oil trader and television star Frank Mair",
        "said",
        "it was good",
        ["Frank Mair"],
    ),
    (
        "It was good, said Frank Mair, head of the board, and a Democrat who led the staff.",
        "Frank Mair, head of the board, and a Democrat who led the staff",
        "said",
        "It was good",
        ["Frank Mair"],
    ),
    ("Anybody who thinks it was good is wrong.", "Anybody who", "thinks", "it was good", ["Anybody"]),
    (
        "A union spokesman, Frank Mair, left on Monday. He said it was good.",
        "He",
        "said",
        "it was good",
        ["Frank Mair"],
    ),
    (
        "Gov. Frank Mair spoke. Anna Keller, the former Texas governor, smiled. The governor said it was good.",
        "The governor",
        "said",
        "it was good",
        ["Frank Mair"],
    ),
]


@pytest.mark.parametrize(("text", "source", "cue", "content", "expected"), OF_ONE)
def test_words_around_a_name_are_no_second_speaker(
    text: str, source: str, cue: str, content: str, expected: list[str]
) -> None:
    """Verbs before a name, occupations and descriptions belong to the one speaker; former offices are others'."""
    article = HEAD + text
    assert speakers(assembled(article, claim_by(article, source, cue, content))) == expected


def test_it_is_no_person_who_spoke_before() -> None:
    """ "It did not explain why" after a person's claim is no claim of the person."""
    text = HEAD + "Anna Keller said the bank had failed. It told her why."
    record = assembled(
        text, claim_by(text, "Anna Keller", "said", "the bank had failed"), claim_by(text, "It", "told", "why")
    )
    assert speakers(record) != ["Anna Keller"]


def test_two_officials_with_a_name_at_the_end_stay_two() -> None:
    """ "Ministers and President X" are more than X."""
    text = HEAD + "The ministers and President Frank Mair said it was good."
    record = assembled(text, claim_by(text, "The ministers and President Frank Mair", "said", "it was good"))
    assert len(speakers(record)) == len({"ministers", "Frank Mair"})
