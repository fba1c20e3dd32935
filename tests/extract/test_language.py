"""Words and sentences over the exact text."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.errors import InputError
from kg.extract import language
from kg.extract.language import LONGEST_PIECE, load_model, parse
from tests.extract.reading import model

NOISY = "\ufeffHead line\r\n\r\nHe said “yes” \U0001f44d\u200b.\r\nA\u202eb\u202c c.\u2028"
NOISY += "End \U0001f469‍\U0001f469‍\U0001f467 x"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "a", "\n\n a", NOISY, "word " * 3000, "x" * 9001, "One. " * 2000, "a\n" * 3000, "“`"],
    ids=["empty", "blank", "breaks", "letter", "indented", "noisy", "no stops", "no spaces", "stops", "lines", "marks"],
)
def test_tokens_stand_at_exact_offsets(text: str) -> None:
    """The tokens are the text, whatever is in it and however long it is."""
    doc = parse(model(), text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_line_break_ends_a_sentence() -> None:
    """Two lines without a full stop are two sentences, and a headline is one."""
    text = "Envoy visits capital. What now?\n\nTalks went on in the city\nA second line without stop\n"
    starts = [sentence.start_char for sentence in parse(model(), text).sents]
    assert {text.index("Talks"), text.index("A second")} <= set(starts)


def test_headline_in_title_case_is_read_as_a_sentence() -> None:
    """The verb of a headline is a verb although it is written with a capital."""
    text = "Economic Envoy Confirms Visit to the Capital\n\nThe economic envoy confirmed a visit to the capital.\n"
    doc = parse(model(), text)
    verb = next(token for token in doc if token.text == "Confirms")
    assert (verb.pos_, [c.text for c in verb.children if c.dep_ == "nsubj"]) == ("VERB", ["Envoy"])
    assert len(list(doc.sents)) == 2


def test_long_text_is_cut_into_pieces_and_joined_again() -> None:
    """300,000 code points in one line, with and without places to cut, come back whole."""
    tokenizer = spacy.blank("en")
    for text in ("The talks failed. " * 17_000, "talks " * 50_000, "x" * 300_000):
        assert parse(tokenizer, text).text == text


def test_long_single_line_is_parsed_in_proportion_to_its_length() -> None:
    """A text of 60,000 code points without a line break costs about ten times one of 6,000."""
    sentence = "The minister said on Monday that the talks had failed and would go on. "
    seconds = []
    for repeats in (6_000 // len(sentence), 60_000 // len(sentence)):
        text = sentence * repeats
        begin = time.process_time()
        doc = parse(model(), text)
        seconds.append(time.process_time() - begin)
        assert doc.text == text
        assert max(len(s.text) for s in doc.sents) < LONGEST_PIECE
    assert seconds[1] < 25 * seconds[0]


@pytest.mark.parametrize("word", ['"', "“", "$", "'s"])
def test_marks_without_a_space_are_told_apart_in_time_that_grows_with_their_number(word: str) -> None:
    """Eight times as many quotation marks cost about eight times as much, not sixty-four."""
    seconds = []
    for repeats in (1_000, 8_000):
        begin = time.process_time()
        assert len(model().make_doc(word * repeats)) >= repeats
        seconds.append(time.process_time() - begin)
    assert seconds[1] < 25 * seconds[0]


def test_a_bounded_look_for_marks_finds_what_the_unbounded_one_found() -> None:
    """The words and marks around them are spaCy's, for every word that is shorter than a page."""
    plain = spacy.load(language.MODELS[-1]).tokenizer
    for word in (
        '"("a")."',
        "U.S.'s",
        "a" + ")" * 299,
        "$$9km.",
        "......",
        "-" * 400,
        "http://x.org/a.b).",
        "''`` 'tis",
    ):
        assert [t.text for t in model().tokenizer(word) if t.text != "—"] == [t.text for t in plain(word)]


def test_lemmas_are_those_of_the_unchanged_model() -> None:
    """Faster tables of known words give the lemmas that slow ones give."""
    text = "He was putting the worse knives and geese away, untied flies, and xylophoned better than the axes' owners."
    plain = spacy.load(language.MODELS[-1])
    assert [t.lemma_ for t in model()(text)] == [t.lemma_ for t in plain(text)]


def test_no_more_tokens_are_parsed_together_than_memory_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    """50,000 quotation marks are as many tokens: the networks took 700 MB for them all at once."""
    tokenizer = spacy.blank("en")
    together: list[int] = []
    pipe = tokenizer.pipe

    def counted(docs: list[Doc], **how: Any) -> Iterator[Doc]:
        together.append(sum(map(len, docs)))
        return pipe(docs, **how)

    monkeypatch.setattr(tokenizer, "pipe", counted)
    text = '"' * 50_000
    assert parse(tokenizer, text).text == text
    assert sum(together) == 50_000
    assert max(together) <= 8_000


def test_missing_model_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any English model the error says what to install."""
    monkeypatch.setattr(language, "MODELS", ("no_such_model_here",))
    with pytest.raises(InputError, match="pip install en-core-web-sm"):
        load_model()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_parsed_to_itself(text: str) -> None:
    """No character is lost, added or moved; only a space that does not break is read as one that does."""
    plain = text.replace("\u00a0", " ").replace("\u2007", " ").replace("\u202f", " ")
    assert parse(model(), text).text == plain
