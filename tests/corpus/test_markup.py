"""The marks of the corpus: what they give, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.markup import GENRES, MarkupError, blocks, parse

TEXT = (
    "[Kenya]a's [president]{holdPosition Ab Ta}, [Joyce Mwangi]b, [met]{meeting Pbc Wt} [her]b counterpart"
    " [Abdi Ali]c [on Tuesday]t. <s1>[Mwangi]b</s1> [said]{!1 +say Sb Dd} [reporters]d <1>[talks]{+negotiation}"
    " would [go on]{}</1>. He [denied]{!2 -deny Sc} <2>[arming]{militaryAid Ac} the rebels</2>, <2>ever</2>."
)


def test_marks_leave_the_bare_text() -> None:
    """The text reads as it would without marks."""
    text = parse("t", "wire", TEXT)
    assert text.text.startswith("Kenya's president, Joyce Mwangi, met her counterpart Abdi Ali on Tuesday. Mwangi said")
    assert not set("[]{}<>") & set(text.text)


def test_event_has_type_status_and_roles() -> None:
    """An event's span covers its trigger, and its roles are written labels."""
    text = parse("t", "wire", TEXT)
    meeting = text.events[1]
    assert text.text[slice(*meeting.span)] == "met"
    assert (meeting.type, meeting.status) == ("meeting", "happened")
    assert meeting.roles == (("participants", "b"), ("participants", "c"), ("times", "t"))
    assert text.events[2].status == "future"


def test_role_points_to_the_nearest_mention_in_the_sentence() -> None:
    """Of the mentions of a label the one in the trigger's sentence that is nearest is meant."""
    text = parse("t", "wire", TEXT)
    assert text.text[slice(*(text.nearest("b", text.events[1].span) or (0, 0)))] == "her"
    assert text.nearest("z", text.events[1].span) is None


def test_claim_has_cue_content_source_and_flags() -> None:
    """Content may be in pieces; the source is the marked one, else the speaker's mention nearest to the cue."""
    said, denied = parse("t", "wire", TEXT).claims
    text = parse("t", "wire", TEXT).text
    assert [text[slice(*span)] for span in said.content] == ["talks would go on"]
    assert [text[slice(*span)] for span in said.source] == ["Mwangi"]
    assert (said.act, said.frame, said.polarity, said.addressees) == ("say", "future", "positive", ("d",))
    assert [text[slice(*span)] for span in denied.content] == ["arming the rebels", "ever"]
    assert (denied.act, denied.polarity) == ("deny", "negative")
    assert [text[slice(*span)] for span in denied.source] == ["Abdi Ali"]


def test_event_inside_content_is_in_the_claim() -> None:
    """Whether an event is the outlet's is told by where it stands."""
    text = parse("t", "wire", TEXT)
    assert [text.in_claim(event.span[0]) for event in text.events] == [False, False, True, True]


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ("[Kenya] met.", "no mark"),
        ("[met]{meetng Pa} [Kenya]a", "unknown event type"),
        ("[met]{meeting Pb} [Kenya]a", "no mention has the label 'b'"),
        ("[met]{meeting Xa} [Kenya]a", "not an event mark"),
        ("[said]{!1 saay Sa} <1>x y</1> [Kenya]a", "unknown act"),
        ("[said]{!1 say Sa} [Kenya]a", "has no content"),
        ("<1>x y</1> [Kenya]a", "no cue mark"),
        ("[said]{!1 say Sa} <1>x y [Kenya]a", "never closed"),
        ("[said]{!1 say Sa} x y</1> [Kenya]a", "closes nothing"),
        ("[Kenya]a met] him", "stray mark"),
    ],
)
def test_wrong_mark_is_refused_with_the_words(raw: str, word: str) -> None:
    """Each way a text can be marked wrongly is named."""
    with pytest.raises(MarkupError, match=word):
        parse("t", "wire", raw)


def test_unknown_genre_is_refused() -> None:
    """A genre is one of the known ones."""
    with pytest.raises(MarkupError, match="genre"):
        parse("t", "poem", "[Kenya]a")


@given(st.text(alphabet=st.characters(exclude_characters="[]{}<>", exclude_categories=["Cs"])))
def test_text_without_marks_stays_as_it_is(words: str) -> None:
    """A text without marks is its own bare text."""
    assert parse("t", "wire", words).text == words


def test_file_is_cut_at_its_headings() -> None:
    """Texts of a file begin with their headings; a genre may be written in two words."""
    assert list(blocks("### a wire\nOne.\n\nTwo.\n### b live blog\nThree.\n")) == [
        ("a", "wire", "One.\n\nTwo."),
        ("b", "liveblog", "Three."),
    ]
    assert "liveblog" in GENRES
