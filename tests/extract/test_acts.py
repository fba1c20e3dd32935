"""How something is said: act, form, polarity, certainty, frame, and who, when, through what."""

import pytest

from kg import vocab
from kg.extract.acts import Act, read_acts
from kg.extract.attribution_rules import find
from kg.extract.quotes import find_quotes
from tests.extract.reading import SEED, parsed
from tests.extract.spoken import act, attributions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moscow insists that any deal must address the causes.", "demand"),
        ("The ministry confirmed that he resigned.", "confirm"),
        ("The envoy stated that he would provide more details.", "promise"),
        ("“We will respond,” the minister said.", "promise"),
        ("The envoy said that the war would end.", "predict"),
        ("The envoy asserted that the West is undermining the talks.", "accuse"),
        ("Russia has accused Ukraine of breaking the truce.", "accuse"),
        ("Berlin refused to send missiles.", "reject"),
        ("The leaders expressed a willingness to talk.", "expressWillingness"),
        ("Residents are afraid that the war will return.", "fear"),
        ("The deal is expected to be signed.", "expect"),
        ("The opposition asked whether the troops had left.", "ask"),
        ("The minister said the raid should never have happened.", "say"),
        ("Reports in the media indicated that he left.", "report"),
    ],
)
def test_act_follows_the_cue_and_what_is_said(text: str, expected: str) -> None:
    """The cue names the act; duty, own future and reproach make a statement more than a statement."""
    assert act(text).speech_act == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We go on,” she said.", "direct"),
        ("She said that they “go on.”", "mixed"),
        ("She said that “we go on.”", "mixed"),
        ("She said that they go on.", "indirect"),
    ],
)
def test_quote_form_follows_the_marks(text: str, expected: str) -> None:
    """All quoted is direct, partly quoted mixed, not quoted indirect."""
    assert act(text).quote_form == expected


def test_belief_inside_a_quotation_is_not_itself_quoted() -> None:
    """The marks around the whole speech belong to the outer speaker."""
    text = "“The opponents are afraid that both sides will agree,” he explained."
    assert [act(text, 0).quote_form, act(text, 1).quote_form] == ["direct", "indirect"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kyiv denied that it had shelled the plant.", "negative"),
        ("The Kremlin rejected the allegation that its troops crossed.", "negative"),
        ("The ministry did not say that troops had moved.", "negative"),
        ("Berlin refused to send missiles.", "negative"),
        ("Kyiv did not deny that it had shelled the plant.", "positive"),
        ("Officials said no meeting took place.", "negative"),
        ("The parliament rejected the plan.", "negative"),
        ("Tehran promised no concessions.", "negative"),
        ("Tehran denied no charges.", "positive"),
    ],
)
def test_polarity_is_whether_it_is_denied(text: str, expected: str) -> None:
    """Negative by the cue, by a negated cue, or by the main clause of what is said; two of them cancel each other."""
    assert act(text).polarity == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The envoy said the talks could fail.", "possible"),
        ("The envoy said the talks will probably fail.", "probable"),
        ("The envoy was expected to arrive.", "probable"),
        ("The envoy has reportedly resigned.", "unspecified"),
        ("The opposition asked whether the troops had left.", "unspecified"),
        ("The envoy said the talks failed.", "certain"),
    ],
)
def test_certainty_is_how_sure_it_is_told(text: str, expected: str) -> None:
    """Modal words of the main clause and of the cue decide."""
    assert act(text).certainty == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The envoy said he would come.", "future"),
        ("The envoy promised to come.", "future"),
        ("If Moscow agreed, Kyiv would talk, the envoy said.", "hypothetical"),
        ("They assert this would require neutrality.", "hypothetical"),
        ("The envoy said he came.", "nonFuture"),
    ],
)
def test_frame_is_future_or_hypothetical(text: str, expected: str) -> None:
    """The will of a told past is would; without a past it is a supposition."""
    assert act(text).frame == expected


def words(text: str, found: Act) -> dict[str, object]:
    """The spans of an act as words."""
    return {
        "to": [span.of(text) for span in found.addressees],
        "target": [span.of(text) for span in found.targets],
        "medium": found.medium.of(text) if found.medium else None,
        "at": found.said_at.of(text) if found.said_at else None,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The minister told Reuters on Thursday that he left.", {"to": ["Reuters"], "at": "Thursday"}),
        ("China urged both sides to return to talks.", {"to": ["both sides"], "target": ["both sides"]}),
        (
            "The envoy confirmed in a Thursday Telegram post that he came.",
            {"medium": "a Thursday Telegram post", "at": "Thursday"},
        ),
        (
            "“We go on,” he said in an interview with CNN last week.",
            {"medium": "an interview with CNN", "at": "last week"},
        ),
        ("He had left, officials said on Friday, in the worst breach since a 2019 truce.", {"at": "Friday"}),
        ("He had left, officials said, in the worst breach since a 2019 truce.", {"at": None}),
        ("The president wrote on X that the talks failed.", {"medium": "X"}),
        ("Russia has accused Ukraine of breaking the truce.", {"target": ["Ukraine"]}),
        ("Japan demanded that China release the crew.", {"target": ["China"]}),
        ("Japan demanded an admission by China that it fired.", {"target": ["China"]}),
        ("The Red Cross demanded that the Turkish government open the road.", {"target": ["Turkish"]}),
        ("Russia rejected Ukraine's proposal.", {"target": ["Ukraine's"]}),
        ("Russia refused to meet Zelenskyy.", {"target": ["Zelenskyy"]}),
        ("Zelenskyy thanked Britain for its help.", {"target": ["Britain"]}),
    ],
)
def test_circumstances_are_the_words_around_the_cue(text: str, expected: dict[str, object]) -> None:
    """Who is told, who is meant, through what and when, each as the words of the text, and nothing else."""
    empty: dict[str, object] = {"to": [], "target": [], "medium": None, "at": None}
    assert words(text, act(text)) == empty | expected


def test_deciding_words_are_given() -> None:
    """Each judgement other than the usual one points to its word."""
    text = "Kyiv denied that it could attack."
    found = act(text)
    assert {name: span.of(text) for name, span in found.evidence} == {
        "act": "denied",
        "polarity": "denied",
        "certainty": "could",
    }


def test_acts_of_the_seed_article() -> None:
    """The acts that the hand-made annotation of the seed article gives, nested ones too."""
    text = SEED.read_bytes().decode()
    doc, quotes = parsed(text), find_quotes(text)
    found = read_acts(doc, quotes, find(doc, quotes))
    assert [a.speech_act for a in found] == [
        "confirm", "say", "announce", "report", "expect", "confirm", "promise", "accuse", "accuse", "explain", "fear",
        "admit", "say", "say", "expressWillingness", "accuse", "accuse", "demand", "demand",
    ]  # fmt: skip


def test_values_are_of_the_vocabulary() -> None:
    """Whatever the text, the names exist in the ontology."""
    text = SEED.read_bytes().decode()
    doc, quotes = parsed(text), find_quotes(text)
    for found in read_acts(doc, quotes, find(doc, quotes)):
        assert found.speech_act in vocab.SPEECH_ACTS
        assert found.quote_form in vocab.QUOTE_FORMS
        assert found.polarity in vocab.POLARITIES
        assert found.certainty in vocab.CERTAINTIES
        assert found.frame in vocab.FRAMES
    assert len(attributions(text)) == 19


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The spokeswoman said there had been no call.", "deny"),
        ("“We never signed such a paper,” the envoy said.", "deny"),
        ("The minister said that no such order was given.", "deny"),
        ("“That is false,” the envoy said.", "deny"),
        ("The minister insisted that he did not write the letter.", "deny"),
        ("A diplomat called the report a fabrication.", "deny"),
        ("Warsaw dismissed the accusation.", "deny"),
        ("Warsaw dismissed the ultimatum.", "reject"),
        ("The minister said he would not attend.", "reject"),
        ("The envoy would not say who had called.", "reject"),
        ("The envoy said that there was no alternative to talks.", "say"),
        ("“There is no alternative to talks,” the envoy said.", "say"),
    ],
)
def test_what_the_speaker_says_is_not_so_is_denied(text: str, expected: str) -> None:
    """Denied is what would be the speaker's doing or what is said elsewhere; not to do is to reject."""
    found = act(text)
    assert (found.speech_act, found.polarity) == (expected, "negative")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor said the minister told him that the bridge was closed.", "report"),
        ("The mayor said that he hoped for rain.", "say"),
        ("“Will the bridge open?” the mayor asked.", "ask"),
        ("“Why was the bridge closed?” the mayor said.", "ask"),
        ("“Could we see the contract?” the mayor said.", "request"),
        ("“We will answer every strike with a strike,” the general said.", "threaten"),
        ("“If they cross the river, they will not return,” the general said.", "threaten"),
        ("The general warned that he would strike back.", "threaten"),
        ("The mayor said the bridge would save an hour.", "predict"),
        ("The mayor said she would visit Rome.", "announce"),
        ("“I promise you a new bridge,” the mayor said.", "promise"),
        ("“We condemn this law,” the mayor said.", "condemn"),
        ("The mayor said she was ready to talk.", "expressWillingness"),
        ("The mayor said she was sorry.", "apologize"),
        ("The mayor said the bridge was closed because its bearings were worn.", "explain"),
        ("The mayor called the plan unacceptable.", "criticize"),
        ("The mayor called the talks constructive.", "say"),
        ("The mayor suggested that the bridge could be closed at night.", "propose"),
        ("The mayor assured reporters that the bridge had been tested.", "insist"),
        ("The mayor stressed that the bridge was safe.", "insist"),
        ("Rome countered that Paris had blocked the bridge.", "accuse"),
        ("“They took our boats,” the mayor said.", "accuse"),
        ("The mayor noted with regret that the fair had been cancelled.", "regret"),
    ],
)
def test_content_decides_where_the_cue_only_says(text: str, expected: str) -> None:
    """Questions, threats, predictions and reproaches are told by what is said."""
    assert act(text).speech_act == expected


TALK = """A morning at the ministry

REPORTER: Will you travel to Rome?

MINISTER: I will, if the snow lets me.

REPORTER: Did you sign the paper?

MINISTER: No. We never signed anything.
"""


def test_turns_of_a_transcript_are_the_speakers_own_words() -> None:
    """No marks are needed: a name and a colon at the start of a line quote what follows."""
    found = [act(TALK, number) for number in range(4)]
    assert [a.quote_form for a in found] == ["direct"] * 4
    assert [a.speech_act for a in found] == ["ask", "promise", "ask", "deny"]
    assert [a.certainty for a in found] == ["unspecified", "certain", "unspecified", "certain"]
    assert [a.polarity for a in found] == ["positive", "positive", "positive", "negative"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rome demanded that the bridge be closed.", "hypothetical"),
        ("Rome asked Paris to close the bridge.", "hypothetical"),
        ("Rome proposed a joint patrol.", "hypothetical"),
        ("Rome threatened to close the bridge unless Paris paid.", "hypothetical"),
        ("Rome declined to comment.", "nonFuture"),
        ("Rome is believed to favor the bridge.", "nonFuture"),
        ("Rome feared that the row could spread.", "future"),
    ],
)
def test_what_is_wished_is_hypothetical(text: str, expected: str) -> None:
    """Demanded, asked for, proposed or under a condition; promises and fears are about the future."""
    assert act(text).frame == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia denied the convoy access.", "reject"),
        ("Russia denied the report.", "deny"),
        ("Russia announced that it will withdraw from the talks unless Ukraine disarms.", "threaten"),
        ("Russia said it would cut off gas to Ukraine if the attacks continued.", "threaten"),
        ("Russia announced that it will withdraw from the talks.", "promise"),
        ("An Israeli spokesman said that Israel will open the crossing.", "promise"),
        ("Witnesses said that Russian soldiers looted shops.", "say"),
        ("Ukraine said that Russian soldiers looted shops.", "accuse"),
    ],
)
def test_what_is_done_by_saying_so_depends_on_who_says_what(text: str, expected: str) -> None:
    """Nobody accuses who only saw it; a thing to be granted is refused, not denied; unless makes a threat."""
    assert act(text).speech_act == expected
