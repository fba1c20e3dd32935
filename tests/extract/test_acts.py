"""How something is said: act, form, polarity, certainty, frame, and who, when, through what."""

import pytest

from kg import vocab
from kg.extract.acts import Act, read_acts
from kg.extract.attribution_rules import find
from kg.extract.language import parse
from kg.extract.quotes import find_quotes
from tests.extract.reading import SEED, model
from tests.extract.spoken import act, attributions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moscow insists that any deal must address the causes.", "demand"),
        ("The ministry confirmed that he resigned.", "confirm"),
        ("The envoy stated that he would provide more details.", "promise"),
        ("“We will respond,” the minister said.", "promise"),
        ("The envoy said that the war would end.", "say"),
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
        ("Officials said no meeting took place.", "positive"),
        ("The parliament rejected the plan.", "positive"),
    ],
)
def test_polarity_is_whether_it_is_denied(text: str, expected: str) -> None:
    """A denial is negative, also by a negated cue; a negation inside of what is said is not a denial."""
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
        ("The president wrote on X that the talks failed.", {"medium": "X"}),
        ("Russia has accused Ukraine of breaking the truce.", {"target": ["Ukraine"]}),
        ("Japan demanded that China release the crew.", {"target": ["China"]}),
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
        "speech_act": "denied",
        "polarity": "denied",
        "certainty": "could",
    }


def test_acts_of_the_seed_article() -> None:
    """The acts that the hand-made annotation of the seed article gives, nested ones too."""
    text = SEED.read_bytes().decode()
    doc, quotes = parse(model(), text), find_quotes(text)
    found = read_acts(doc, quotes, find(doc, quotes))
    assert [a.speech_act for a in found] == [
        "confirm", "say", "announce", "report", "expect", "confirm", "promise", "accuse", "accuse", "explain", "fear",
        "admit", "say", "say", "expressWillingness", "accuse", "accuse", "demand", "demand",
    ]  # fmt: skip


def test_values_are_of_the_vocabulary() -> None:
    """Whatever the text, the names exist in the ontology."""
    text = SEED.read_bytes().decode()
    doc, quotes = parse(model(), text), find_quotes(text)
    for found in read_acts(doc, quotes, find(doc, quotes)):
        assert found.speech_act in vocab.SPEECH_ACTS
        assert found.quote_form in vocab.QUOTE_FORMS
        assert found.polarity in vocab.POLARITIES
        assert found.certainty in vocab.CERTAINTIES
        assert found.frame in vocab.FRAMES
    assert len(attributions(text)) == 19
