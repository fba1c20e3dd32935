"""Who speaks by the layout: labels of transcripts, posts, signatures, statements after a colon, bylines."""

from __future__ import annotations

import pytest

from kg.extract.layout.page import read_layout
from kg.records import Claim, Record
from tests.extract.reading import asserted, extracted, named

BODY = "The bridge was closed in May."


def text_of(*lines: str) -> str:
    """The lines as paragraphs."""
    return "\n\n".join(lines)


def said(record: Record, claim: Claim) -> tuple[list[str], str]:
    """Names of the speakers and the words, pieces joined."""
    return named(record, *claim.speakers), " ".join(s.of(record.document.text) for s in claim.content)


def outer(text: str) -> list[tuple[list[str], str]]:
    """Speakers and words of the outermost claims, in text order."""
    record = extracted(text)
    return [said(record, claim) for claim in record.claims if claim.parent is None]


SHELLED = "Russia shelled Kherson on Monday."


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("DOE (voice-over):", "Doe"),
        ("JANE DOE (on camera):", "Jane Doe"),
        ("DOE (through translator):", "Doe"),
        ("Jane Doe (voiceover):", "Jane Doe"),
        ("INES VALVERDE, FOREIGN MINISTER (through translator):", "Ines Valverde"),
        ("[02:50:05] TARIQ OMARI, DEFENCE MINISTER:", "Tariq Omari"),
        ("[14:05] DOE:", "Doe"),
        ("TARIQ OMARI, DEFENCE MINISTER:", "Tariq Omari"),
        ("MR. OSEI:", "Osei"),
        ("Mrs. Osei:", "Osei"),
        ("SEN. ANN REED:", "Ann Reed"),
        ("PETRA VAN DER MEER, AMBASSADOR TO OSLO:", "Petra van der Meer"),
    ],
)
def test_label_of_a_turn_names_who_speaks(label: str, speaker: str) -> None:
    """A label that is beyond doubt counts alone: the whole name, and nothing of the turn is the article's own."""
    text = text_of("Evening bulletin", f"{label} {SHELLED}")
    assert outer(text) == [([speaker], SHELLED)]
    assert [event.type for event in asserted(extracted(text)) if event.type != "holdPosition"] == []


@pytest.mark.parametrize(
    ("label", "words"),
    [("DOE (voice-over)", SHELLED), ("JANE DOE (on camera)", SHELLED), ("[02:50:05] TARIQ OMARI", SHELLED)],
)
def test_label_on_a_line_of_its_own(label: str, words: str) -> None:
    """Without a colon: the name stands over the words."""
    assert [words_ for _, words_ in outer(text_of("Evening bulletin", label, words))] == [words]


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Q.", "A."), ("Q:", "A:"), ("QUESTION:", "ANSWER:"), ("Question:", "Answer:")],
)
def test_question_and_answer_are_two_turns(question: str, answer: str) -> None:
    """With and without a colon; the answer is no fact."""
    text = text_of("Talks on Sudan", f"{question} And Sudan?", f"{answer} Sudan has already signed the treaty.")
    record = extracted(text)
    acts = [(claim.speech_act, said(record, claim)[1]) for claim in record.claims if claim.parent is None]
    assert [words for _, words in acts] == ["And Sudan?", "Sudan has already signed the treaty."]
    assert acts[0][0] == "ask"
    assert asserted(record) == []


@pytest.mark.parametrize("label", ["QUESTION:", "Question:", "Q:", "Q", "Q   "])
def test_questions_of_a_briefing_are_not_the_words_of_who_answers(label: str) -> None:
    """Reporters have no names there, and no "ANSWER:" stands beside their questions."""
    lines = ("MS. LEE: Good morning.", f"{label} Russia attacked Iran. Why?", "MS. LEE: No comment on that.")
    text = text_of("Daily briefing", *lines)
    spoken = [(one.source[0].of(text), [s.of(text) for s in one.content]) for one in read_layout(text).attributions]
    assert spoken == [
        ("MS. LEE", ["Good morning."]),
        (label.strip(": "), ["Russia attacked Iran. Why?"]),
        ("MS. LEE", ["No comment on that."]),
    ]


@pytest.mark.parametrize("mark", ['"', "“"])
def test_label_may_stand_behind_a_quotation_mark(mark: str) -> None:
    """An article that quotes a transcript opens each turn with one and closes none."""
    lines = (f"{mark}WALLACE: Will she be there?", f"{mark}PENCE: She will not come.", f"{mark}WALLACE: Why?")
    text = text_of("A debate", "Pence said it was mockery.", "The transcript:", *lines)
    record = extracted(text)
    spoken = [(named(record, *c.speakers), said(record, c)[1]) for c in record.claims]
    assert spoken[1:] == [
        (["Wallace"], "Will she be there?"),
        (["Pence"], "She will not come."),
        (["Wallace"], "Why?"),
    ]


def test_word_that_begins_with_q_is_no_question() -> None:
    """Also among turns."""
    text = text_of("Daily briefing", "MS. LEE: Good morning.", "Qatar agreed.", "MS. LEE: Q clearance is needed.")
    assert all(one.source[0].of(text) == "MS. LEE" for one in read_layout(text).attributions)


@pytest.mark.parametrize(
    "lines",
    [
        ("A. The treaty.", "B. The budget.", "C. The fleet."),
        ("A. Smith signed the treaty.",),
        ("Q. Hassan left Oslo.",),
    ],
)
def test_letters_of_a_list_are_no_turns(lines: tuple[str, ...]) -> None:
    """An item A. of a list, an initial before a name."""
    assert not read_layout(text_of("The agenda", *lines)).attributions


@pytest.mark.parametrize(
    "lines",
    [
        ("CHAIR: The floor is yours.", "MR. OSEI: Thank you.", "The war has made it worse.", "That is why we came."),
        ("MR. OSEI: Thank you.", "The war has made it worse.", "That is why we came."),
        ("HOST: Why?", "OSEI: Thank you.", "Russia attacked Iran.", "Nobody was warned."),
        ("REED: Why?", "OSEI: Thank you.", "Read More", "Russia attacked Iran.", "Nobody was warned."),
    ],
)
def test_turn_goes_on_over_paragraphs_up_to_the_next_label(lines: tuple[str, ...]) -> None:
    """In a transcript all of them are the speaker's, and none is a fact; what frames the page is left out."""
    text = text_of("Hearing on the war", *lines)
    record = extracted(text)
    (last,) = [claim for claim in record.claims if claim.parent is None and named(record, *claim.speakers) == ["Osei"]]
    assert [s.of(text) for s in last.content] == ["Thank you.", *(x for x in lines[-2:])]
    assert not record.facts


def test_article_goes_on_after_a_turn_in_it() -> None:
    """One turn deep in an article is a paragraph; what follows is the article's own."""
    text = text_of("A day", "One thing.", "Two things.", "Three things.", f"MR. OSEI: {SHELLED}", BODY)
    record = extracted(text)
    assert [words for _, words in outer(text)] == [SHELLED]
    assert any(piece.of(text) == BODY[:-1] for fact in record.facts for piece in fact.anchor)


def test_transcript_ends_where_it_says_so() -> None:
    """ "End transcript" and the like close the last turn."""
    text = text_of("Hearing", "CHAIR: Why?", "OSEI: Thank you.", "END", BODY)
    assert [words for _, words in outer(text)] == ["Why?", "Thank you."]


def test_two_people_of_one_surname_are_two() -> None:
    """Labels with full names are not joined by the surname."""
    text = text_of("Hearing", "BERNARD SOLBERG: We left.", "SARA SOLBERG: We stayed.", "BERNARD SOLBERG: Why?")
    assert [names for names, _ in outer(text)] == [["Bernard Solberg"], ["Sara Solberg"], ["Bernard Solberg"]]


@pytest.mark.parametrize(
    "line",
    [
        "BREAKING: The bridge fell.",
        "UPDATE: The bridge fell.",
        "Date: 3 May",
        "The result: nobody came.",
        "EU: a club.",
    ],
)
def test_label_that_is_no_speaker_makes_no_turn(line: str) -> None:
    """A topic, a note of the editor, a colon in a sentence."""
    assert not read_layout(text_of("A day", "One thing.", line, BODY)).attributions


@pytest.mark.parametrize(
    ("lines", "speaker"),
    [
        (("Israel bombed the port again. — Hassan Qadri (@hqadri) September 13, 2026",), "Hassan Qadri"),
        (("Israel bombed the port again.", "— Hassan Qadri (@hqadri) September 13, 2026"), "Hassan Qadri"),
        (("Israel bombed the port again. -- Petra Lind (@plind)",), "Petra Lind"),
        (("Petra Lind @plind", "Israel bombed the port again.", "9:14 PM · 3 May"), "Petra Lind"),
        (("Petra Lind (@plind) · 3 May", "Israel bombed the port again.", "12 Retweets"), "Petra Lind"),
        (("Petra Lind (@plind): Israel bombed the port again.",), "Petra Lind"),
    ],
)
def test_post_is_a_claim_of_who_posted_it(lines: tuple[str, ...], speaker: str) -> None:
    """An embedded post as text: name, handle, words, date in either order."""
    text = text_of("A strike", *lines, BODY)
    assert outer(text) == [([speaker], "Israel bombed the port again.")]
    record = extracted(text)
    assert not any(event.type == "airstrike" for event in asserted(record))
    assert any(piece.of(text) == BODY[:-1] for fact in record.facts for piece in fact.anchor)


@pytest.mark.parametrize(
    ("head", "speaker"),
    [
        ("The ministry replied:", "ministry"),
        ("Ann Reed wrote:", "Ann Reed"),
        ("In a statement, the ministry said:", "ministry"),
        ("Russia answered on Monday:", "Russia"),
    ],
)
def test_paragraph_after_a_colon_is_the_speakers(head: str, speaker: str) -> None:
    """A statement without marks; the paragraph after it is the article's own again."""
    statement = "It was never asked. No soldier crossed the line."
    text = text_of("The bridge", head, statement, BODY)
    assert outer(text) == [([speaker], statement)]
    record = extracted(text)
    assert [p.of(text) for f in record.facts if not f.events for p in f.anchor] == [BODY[:-1]]


def test_statement_in_full_is_all_that_follows() -> None:
    """Where the line says so."""
    text = text_of("The bridge", "The full statement of the ministry reads:", "Nobody crossed.", "Nobody was warned.")
    assert [words for _, words in outer(text)] == ["Nobody crossed. Nobody was warned."]


def test_list_after_a_colon_is_the_speakers() -> None:
    """All of its items."""
    text = text_of("The plan", "Ann Reed said:", "- Russia attacked Iran.", "- Iran attacked Russia.", BODY)
    (found,) = outer(text)
    assert found == (["Ann Reed"], "- Russia attacked Iran. - Iran attacked Russia.")


@pytest.mark.parametrize("dash", [" —", " -", "--", "—"])
def test_signature_after_a_quotation_names_the_speaker(dash: str) -> None:
    """With any dash, with or without a blank."""
    text = text_of("The port", f"“Russia attacked Iran.”{dash}Deputy Minister Lind", BODY)
    assert [(names, words.strip("“”")) for names, words in outer(text)] == [(["Lind"], "Russia attacked Iran.")]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("“Iran attacked the port.", "The strikes went on.", "Nobody was warned,” the envoy said."),
        ("The envoy said: “Iran attacked the port.", "The strikes went on.", "Nobody was warned.”"),
        ('"Iran attacked the port.', "The strikes went on.", 'Nobody was warned," the envoy said.'),
        ("“Iran attacked the port.", "“The strikes went on.", "“Nobody was warned,” the envoy said."),
    ],
)
def test_block_quotation_with_one_pair_of_marks_is_one_claim(paragraphs: tuple[str, ...]) -> None:
    """Opened once and closed once over three paragraphs, or reopened in each."""
    text = text_of("The island", *paragraphs, BODY)
    record = extracted(text)
    (claim,) = record.claims
    assert named(record, *claim.speakers) == ["envoy"]
    assert len(claim.content) == len(paragraphs)
    assert [p.of(text) for f in record.facts for p in f.anchor] == [BODY[:-1]]


@pytest.mark.parametrize(
    ("byline", "author"),
    [("By Ann Reed, Secretary of State", "Ann Reed"), ("By ANN REED", "Ann Reed"), ("By Tom Okoro", "Tom Okoro")],
)
def test_byline_says_who_i_and_we_are(byline: str, author: str) -> None:
    """In a release or an opinion with one author."""
    text = text_of("Statement on Ukraine", byline, "We condemn the attack. I thank our allies.")
    assert [names for names, _ in outer(text)] == [[author], [author]]


def test_two_bylines_are_nobody_for_certain() -> None:
    """ "We" of two authors is left as it is written."""
    text = text_of("Statement", "By Ann Reed and Tom Okoro", "We condemn the attack.")
    assert [names for names, _ in outer(text)] == [["We"]]


@pytest.mark.parametrize(
    ("headline", "speaker", "words"),
    [
        ("Seoul: missile fell short", "South Korea", "missile fell short"),
        ("Missile fell short, Seoul Says", "South Korea", "Missile fell short"),
        ("Missile Fell Short, Oslo says", "Norway", "Missile Fell Short"),
        ("Ankara: talks began in Oslo", "Turkey", "talks began in Oslo"),
    ],
)
def test_headline_with_a_speaker_is_a_claim(headline: str, speaker: str, words: str) -> None:
    """Before a colon or after a comma; a capital is its government there."""
    assert outer(text_of(headline, "The rain went on."))[:1] == [([speaker], words)]


def test_headline_of_a_label_without_a_verb_stays_in_its_line() -> None:
    """ "Kremlin: Talks in June" has nothing of the paragraph after it, and is no fact."""
    text = text_of("Kremlin: Talks in June", "The talks were held in Geneva.")
    record = extracted(text)
    assert not any(s.end > len("Kremlin: Talks in June") for c in record.claims for s in c.content)
    assert not any(p.start < len("Kremlin: Talks in June") for f in record.facts for p in f.anchor)


@pytest.mark.parametrize(
    ("sentence", "speaker", "words"),
    [
        ("The embassy, which Lisbon says was never warned, closed.", "Portugal", "was never warned"),
        ("The pact that Oslo claims is void was signed.", "Norway", "is void"),
        ("The company supplied what critics call a forced work camp.", "critics", "a forced work camp"),
        ("India shelled the village, which Islamabad denies.", "Pakistan", "which"),
    ],
)
def test_relative_clause_that_hands_on_is_a_claim(sentence: str, speaker: str, words: str) -> None:
    """What the clause passes on is the speaker's; that somebody denies is no fact of its own."""
    text = text_of("A day of talks", sentence)
    assert outer(text) == [([speaker], words)]
    record = extracted(text)
    assert not any(event.type in {"reject", "accuse"} for event in asserted(record))
    assert not any(words in piece.of(text) for fact in record.facts for piece in fact.anchor)


@pytest.mark.parametrize(
    "sentence",
    ["Experience shows that sanctions work.", "History teaches that walls fall.", "Time has shown that it works."],
)
def test_experience_is_no_speaker(sentence: str) -> None:
    """Nobody speaks where experience shows."""
    assert outer(text_of("The port", sentence)) == []


@pytest.mark.parametrize("first", ["Combating", "The government of", "She joined the"])
def test_line_break_in_a_sentence_does_not_turn_it_round(first: str) -> None:
    """A line that waits for its next word is read with it."""
    rest = "Iranian influence in Iraq has emerged as a goal."
    running = read_layout(text_of("The port", first, rest)).running
    assert " ".join(running.split()) == f"The port {first} {rest}"
    assert len(running) == len(text_of("The port", first, rest))


def test_label_closes_the_gate_where_nobody_is_found() -> None:
    """A single label of weak form is a claim of nobody's, and no fact."""
    text = text_of("A day", "One thing.", "Two things.", "OSEI: Russia attacked Iran on Monday.")
    assert not any(event.type == "assault" for event in asserted(extracted(text)))
