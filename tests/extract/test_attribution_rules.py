"""Who says what, found by rules."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc as Parse

from kg.extract.acts import read_acts
from kg.extract.attribution_rules import find
from kg.extract.cues import load_cues
from kg.extract.language import parse
from kg.extract.nesting import parents
from kg.extract.parsed import Doc
from kg.extract.quotes import find_quotes
from tests.extract.reading import SEED, model, parsed
from tests.extract.spoken import Said, attributions, said

VERBS: list[tuple[str, Said]] = [
    ("The minister told Reuters that the talks had failed.", ("The minister", "told", "that the talks had failed")),
    ("The talks have failed, officials said.", ("officials", "said", "The talks have failed")),
    ("Kyiv denied that it had shelled the plant.", ("Kyiv", "denied", "that it had shelled the plant")),
    ("Kyiv denied shelling the plant.", ("Kyiv", "denied", "shelling the plant")),
    ("China urged both sides to return to talks.", ("China", "urged", "both sides to return to talks")),
    ("Iran threatened to close the strait.", ("Iran", "threatened", "to close the strait")),
    ("Syria accused Israel of bombing Damascus.", ("Syria", "accused", "Israel of bombing Damascus")),
    ("The U.S. condemned the strike on the embassy.", ("The U.S.", "condemned", "the strike on the embassy")),
    ("The U.N. called for an immediate ceasefire.", ("The U.N.", "called for", "an immediate ceasefire")),
    ("It is feared that the dam could burst.", ("", "is feared", "that the dam could burst")),
    ("The envoy is expected to arrive on Monday.", ("", "is expected", "The envoy … to arrive on Monday")),
    ("The ministry did not say that troops had moved.", ("The ministry", "did not say", "that troops had moved")),
    ("According to a diplomat, the deal is dead.", ("a diplomat", "According to", "the deal is dead")),
    ("The deal is dead, according to a diplomat.", ("a diplomat", "according to", "The deal is dead")),
    ("Moscow's claim that Kyiv attacked first was dismissed.", ("Moscow's", "claim", "that Kyiv attacked first")),
    ("Tokyo expressed a willingness to mediate.", ("Tokyo", "expressed a willingness", "to mediate")),
    ("Residents are afraid that the war will return.", ("Residents", "are afraid", "that the war will return")),
    ("The minister has reportedly resigned.", ("", "reportedly", "The minister has … resigned")),
    ("The U.N. called on both sides to stop.", ("The U.N.", "called on", "both sides to stop")),
    ("The pact, which critics say rewards Tehran, was signed.", ("critics", "say", "which … rewards Tehran")),
    ("France expressed concern about the raid.", ("France", "expressed concern about", "the raid")),
    ("The bank was accused of fraud by the authorities.", ("the authorities", "was accused", "The bank … of fraud")),
    (
        "The embassy said in a statement that visas will be issued.",
        ("The embassy", "said", "that visas will be issued"),
    ),
    ("Asked whether he would go, he left.", ("", "Asked", "whether he would go")),
    ("State TV reported that he came, citing the ministry.", ("State TV", "reported", "that he came")),
    ("Russia claimed that it took the town, a claim Kyiv rejected.", ("Russia", "claimed", "that it took the town")),
    (
        "He told a meeting of island leaders that few people understood the stakes.",
        ("He", "told", "that few people understood the stakes"),
    ),
    (
        "The council issued a statement calling the test a violation.",
        ("The council", "calling", "the test a violation"),
    ),
    ("He left, the ministry said, calling it a routine visit.", ("the ministry", "said", "He left")),
]


@pytest.mark.parametrize(("text", "expected"), VERBS, ids=[text for text, _ in VERBS])
def test_content_stands_beside_its_cue(text: str, expected: Said) -> None:
    """Verbs, nouns, adjectives and set phrases each with the content they take."""
    assert expected in said(text)


QUOTES: list[tuple[str, list[Said]]] = [
    ("“No,” she said. “Not now.”", [("she", "said", "“No,” … “Not now.”")]),
    ("“No,” said the minister, who left early.", [("the minister, who left early", "said", "“No,”")]),
    ("“Trade,” he said, “is good.”", [("he", "said", "“Trade,” … “is good.”")]),
    ("The envoy added: “We go on.”", [("The envoy", "added", "“We go on.”")]),
    ("The envoy added that “we go on.”", [("The envoy", "added", "that “we go on.”")]),
    ("“We go on.” — Ann Smith", [("Ann Smith", "—", "“We go on.”")]),
    ("“We go on.”—Ann Smith", [("Ann Smith", "—", "“We go on.”")]),
    ('"We go on."―Ann Smith', [("Ann Smith", "―", '"We go on."')]),
    ('"We go on."--Ann Smith', [("Ann Smith", "--", '"We go on."')]),
    ("“We will go on,” according to the ministry.", [("the ministry", "according to", "“We will go on,”")]),
    ("The envoy said:\n\n“We go on.”", [("The envoy", "said", "“We go on.”")]),
    (
        "“We go on.\n\n“We never stop,” the envoy said.",
        [("the envoy", "said", "“We go on. … “We never stop,”")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), QUOTES, ids=[text for text, _ in QUOTES])
def test_quotation_belongs_to_its_speaker(text: str, expected: list[Said]) -> None:
    """Cues before, after and in the midst of quotations, in one paragraph and in several."""
    assert said(text) == expected


LABELS: list[tuple[str, list[Said]]] = [
    ("Kremlin: talks will go on\n\nThe talks go on.\n", [("Kremlin", ":", "talks will go on")]),
    ("Berlin will send tanks - Kremlin\n\nTanks go east.\n", [("Kremlin", "-", "Berlin will send tanks")]),
    (
        "Transcript\n\nSMITH: The war is over.\n\nJONES: Nobody knows that.\n",
        [("SMITH", ":", "The war is over."), ("JONES", ":", "Nobody knows that.")],
    ),
    ("The day in brief\n\nTOKYO: The markets closed lower today.\n", []),
    ("Kharkiv: what is known so far\n\nA fire broke out.\n", []),
]


@pytest.mark.parametrize(("text", "expected"), LABELS, ids=[text.split("\n")[0] for text, _ in LABELS])
def test_label_before_a_colon_speaks(text: str, expected: list[Said]) -> None:
    """Headlines and transcripts name the speaker before a colon; datelines and topics are no speakers."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "dateline",
    [
        "BEIRUT, Lebanon (Wire) -",
        "KYIV, April 3 (Wire) --",
        "MOSCOW —",
        "Beirut, Lebanon (Wire) –",
        "NAIROBI, 6 May (Wire) —",
        "Beirut, 6 May 2024 (Wire) —",
        "GENEVA, Switzerland, May 6, 2024 –",
    ],
)
def test_dateline_is_not_the_speaker(dateline: str) -> None:
    """The place where a report was written is no part of who speaks."""
    text = f"Talks fail\n\n{dateline} The government said that it would leave.\n"
    assert said(text) == [("The government", "said", "that it would leave")]


def test_quotation_that_stands_alone_goes_to_who_spoke_last() -> None:
    """A paragraph that is only a quotation continues the speaker of the sentence before."""
    text = "The envoy said the talks had failed.\n\n“We have tried everything.”"
    assert said(text)[-1] == ("The envoy", "", "“We have tried everything.”")


@pytest.mark.parametrize(
    "text",
    [
        "Police were called to the area.",
        "The device held an explosive called TATP.",
        "Saudi Arabia agreed to host the talks.",
        "Both countries agreed to start normalizing relations.",
        "Moscow and Washington have been working toward a truce, agreeing to a 30-day cessation of strikes.",
        "The two leaders celebrated the signing of the accord.",
        "The minister was shown around the palace.",
        "The two sides discussed a ceasefire in Riyadh.",
        "Rescuers found a body in the ruins.",
        "The so-called “shadow fleet” left the port.",
        "The sanctions mean that prices rise.",
        "The two states have signed the treaty.",
    ],
)
def test_what_the_article_tells_itself_is_nobodys_claim(text: str) -> None:
    """Deeds, quoted names and consequences in the article's own voice are not attributed."""
    assert said(text) == []


def test_participle_goes_on_with_the_same_speaker() -> None:
    """A second statement of one speaker is not nested in the first one."""
    text = "The envoy admitted that “it is hard,” while stressing that “each meeting helps.”"
    assert said(text) == [
        ("The envoy", "admitted", "that “it is hard,”"),
        ("The envoy", "stressing", "that “each meeting helps.”"),
    ]


@pytest.mark.parametrize(
    ("subject", "speaker"), [("the talks", "The envoy"), ("two missiles", "The envoy"), ("rebels", "rebels")]
)
def test_participle_after_what_cannot_speak_goes_on_with_who_does(subject: str, speaker: str) -> None:
    """Missiles demand nothing, whatever verb the parse hangs the participle on."""
    found = said(f"The envoy said {subject} had failed, demanding that the army leave the town.")
    assert found[-1] == (speaker, "demanding", "that the army leave the town")


def test_contrasting_clause_with_its_own_speaker_is_cut_off() -> None:
    """What somebody else hopes is no part of what the first one believes."""
    text = "Analysts believe the blockade may continue, though diplomats hope it will end."
    assert [content for _, _, content in said(text)] == ["the blockade may continue", "it will end"]


def test_inner_attribution_is_nested() -> None:
    """What reports say that somebody expects stands inside of what the reports say."""
    found = attributions("Reports in the media indicated that the envoy was expected to meet the president.")
    assert parents(found) == [None, 0]


def test_seed_article_is_attributed_as_by_hand() -> None:
    """On the seed article every speaker is found, and nothing of the article's own voice is given away."""
    text = SEED.read_bytes().decode()
    found = attributions(text)
    top = [a for a, parent in zip(found, parents(found), strict=True) if parent is None]
    cues = [" ".join(span.of(text) for span in a.cue) for a in top]
    assert cues == [
        "Confirms", "emphasized", "announced", "indicated", "confirmed", "stated", "stated", "asserted", "explained",
        "admitted", "underscoring", "added", "expressing a willingness", "has accused", "alleging", "insists", "assert",
    ]  # fmt: skip
    assert len(found) == 19
    assert all(span.end <= len(text) - 2 for a in found for span in (*a.source, *a.cue, *a.content)), "stray marks"


def test_every_cue_names_an_act_of_the_scheme() -> None:
    """The lexicon loads, and a verb that takes nothing is not in it."""
    cues = load_cues()
    assert cues.act("say", "clause") == "say"
    assert cues.act("demand", "clause") == "demand"
    assert all(kinds for kinds in cues.verbs.values())
    assert "be" in cues.never


def test_long_text_is_read_in_proportion_to_its_length() -> None:
    """Ten times the text, 100,000 code points in one line, takes about ten times as long, also with unclosed marks."""
    sentence = 'The minister said “the talks failed and "nobody" won, he added that Kyiv denied it. '
    short = parse(model(), sentence * (10_000 // len(sentence)))
    long = Parse.from_docs([short] * 10, ensure_whitespace=False)
    assert long is not None
    seconds = []
    for doc in (Doc(short), Doc(long)):
        begin = time.process_time()
        quotes = find_quotes(doc.text)
        read_acts(doc, quotes, find(doc, quotes))
        seconds.append(time.process_time() - begin)
    assert seconds[1] < 20 * seconds[0]


PIECES = [
    "He said ", "“No,” ", "she added. ", "\n\n", "\r\n", "that ", "Moscow ", "accused Kyiv of ",
    "according to ", '"', "'", "“", "”",
    "reportedly ", ", ", ": ", "\u200b", "\u202e", "\U0001f44d", "\ufeff", ". ", "said ", "U.S. ", "claims ",
    "is expected to ", "go ", "— ",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_gives_spans_inside_it_and_the_same_ones_again(text: str) -> None:
    """No text breaks the rules; every span holds a word or mark of the text; content is neither source nor cue."""
    doc, quotes = parsed(text), find_quotes(text)
    found = find(doc, quotes)
    assert found == attributions(text)
    for a in found:
        spans = (*a.source, *a.cue, *a.content)
        assert all(span.end <= len(text) and span.of(text).strip() for span in spans)
        assert not any(c.overlaps(o) for c in a.content for o in (*a.source, *a.cue))
    for act in read_acts(doc, quotes, found):
        about = (*act.addressees, *act.targets, act.medium, act.said_at)
        assert all(span is None or span.of(text).strip() for span in about)


def test_questions_and_answers_are_turns() -> None:
    """Q and A, or two names that come again, speak by turns; a turn keeps the mark at its end."""
    text = "On the river\n\nQ: Will the bridge open this year?\n\nA: It will open in the spring.\n"
    assert said(text) == [
        ("Q", ":", "Will the bridge open this year?"),
        ("A", ":", "It will open in the spring."),
    ]
    named = (
        "On the river\n\nMorrow: Is the bridge closed for good?\n\nKeller: It closes for a month.\n\n"
        "Morrow: And the ferry goes on?\n\nKeller: The ferry has never stopped.\n"
    )
    assert [source for source, _, _ in said(named)] == ["Morrow", "Keller", "Morrow", "Keller"]


def test_one_line_with_a_colon_is_no_turn() -> None:
    """A heading with a colon in the middle of an article speaks for nobody."""
    assert said("On the river\n\nBridges: The old one was closed in May.\n") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oslo denied reports that the bridge had closed.", [
            ("Oslo", "denied", "reports that the bridge had closed"), ("", "reports", "that the bridge had closed")]),
        ("The mayor wants the bridge to be closed.", [("The mayor", "wants", "the bridge to be closed")]),
        ("The mayor did not accept the offer of help.", [("The mayor", "did not accept", "the offer of help")]),
        ("Rome accused neighboring France of theft.", [("Rome", "accused", "neighboring France of theft")]),
        ("Rome accused Paris in turn of theft.", [("Rome", "accused", "Paris in turn of theft")]),
        ("The mayor warned of a cold winter.", [("The mayor", "warned of", "a cold winter")]),
        ("The mayor blames the council.", [("The mayor", "blames", "the council")]),
        ("In her view, the bridge is safe.", [("her", "In … view", "the bridge is safe")]),
        ("She hopes to retire.", [("She", "hopes", "to retire")]),
        ("Norway offered two ferries.", [("Norway", "offered", "two ferries")]),
        ("The mayor expressed her gratitude to Malta.", [("The mayor", "expressed her gratitude", "to Malta")]),
        ("His sister heard a guard admit that it was sold.", [("a guard", "admit", "that it was sold")]),
    ],
)  # fmt: skip
def test_denied_reports_and_wishes(text: str, expected: list[tuple[str, str, str]]) -> None:
    """A denied report is two attributions; what is wished, refused or offered is content."""
    assert said(text) == expected


def test_what_the_speaker_does_by_saying_it_is_not_nested() -> None:
    """I promise, we oppose: the act of the quotation itself; what others say in it stays."""
    text = "“We oppose the plan, and Berlin promised that it would be changed,” the envoy said."
    assert [source for source, _, _ in said(text)] == ["the envoy", "Berlin"]
