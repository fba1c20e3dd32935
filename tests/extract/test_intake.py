"""What stands before every extractor: language, markup, and records that contradict themselves."""

from __future__ import annotations

import logging
import re
from functools import cache

import pytest

from kg.config import Settings
from kg.errors import InputError, RecordError
from kg.extract import Extractor, load
from kg.extract.intake import FOREIGN, MARKS, MARKUP, Intake
from kg.records import Context, Document, Fact, Record, Run, Span
from tests.extract.test_foreign import ENGLISH, GERMAN

PAGE = (
    "<h1>Envoy leaves the talks</h1>\n<p>The minister said on Monday that &quot;the talks have failed&quot; and that "
    "Sweden&rsquo;s envoy had left.</p><p>Sweden <a href='/x'>accused</a> Norway of breaking the truce.</p>"
    "<script>var said = 'The king said that it rains';</script>\n<p>Norway closed the border on Friday.</p>\n"
)
PLAIN = re.sub("<script.*?</script>|<[^>]*>", "", PAGE).replace("&quot;", '"').replace("&rsquo;", "’")


@cache
def rules() -> Extractor:
    """The rules, as a command loads them."""
    return load(Settings(extractor="rules"))


def words(record: Record, content: tuple[Span, ...]) -> str:
    """What stands there, without markup and with single blanks."""
    text = " ".join(span.of(record.document.text) for span in content)
    return " ".join(re.sub("<[^>]*>", "", text).replace("&quot;", '"').replace("&rsquo;", "’").split())


def covered(record: Record) -> list[str]:
    """The words of the text that are in no statement, no context and no unclear passage."""
    inside = {i for span in record.places() for i in range(span.start, span.end)}
    return [m.group() for m in re.finditer(r"\w+", record.document.text) if not inside.issuperset(range(*m.span()))]


def test_another_language_is_refused_by_name_with_the_way_out() -> None:
    """The document, the language guessed, and what to do."""
    with pytest.raises(InputError, match=r"brief-7: the text is in German, .*--any-language"):
        rules().extract(Document(id="brief-7", text=GERMAN))


def test_another_language_is_read_where_that_is_asked_for() -> None:
    """Nonsense, perhaps, but what was asked for."""
    forced = load(Settings(extractor="rules", any_language=True))
    assert forced.extract(Document(id="brief-7", text=GERMAN)).document.text == GERMAN


def test_a_paragraph_in_another_language_is_unclear_and_states_nothing() -> None:
    """An article that gives the original beside the translation."""
    text = f"Talks fail\n\n{ENGLISH * 2}\n\n{GERMAN}\n\nNorway closed the border on Friday.\n"
    record = rules().extract(Document(id="both", text=text))
    german = Span(text.index(GERMAN.strip()), text.index(GERMAN) + len(GERMAN))
    assert any(each.reason == FOREIGN and each.span in german for each in record.unclear)
    assert not [span for fact in record.facts for span in fact.anchor if span.overlaps(german)]
    assert [words(record, fact.anchor) for fact in record.facts if "border" in words(record, fact.anchor)]
    assert covered(record) == []


def test_html_is_read_past_and_said(caplog: pytest.LogCaptureFixture) -> None:
    """The claims are those of the page without its markup; what is markup is unclear, and a warning counts it."""
    with caplog.at_level(logging.WARNING, logger="kg.extract.intake"):
        record = rules().extract(Document(id="page", text=PAGE))
    plain = rules().extract(Document(id="page", text=PLAIN))
    assert len(plain.claims) == 2
    assert [words(record, c.content) for c in record.claims] == [words(plain, c.content) for c in plain.claims]
    assert [words(record, f.anchor) for f in record.facts] == [words(plain, f.anchor) for f in plain.facts]
    assert "page: 11 tags and 3 character references" in caplog.text
    assert any(u.reason == MARKUP and "<script" in u.span.of(PAGE) for u in record.unclear)
    assert covered(record) == []


def test_names_are_read_without_the_markup_in_them() -> None:
    """A reference is a character, and not five letters of a name."""
    record = rules().extract(Document(id="page", text=PAGE))
    assert {"Sweden", "Norway"} <= {entity.name for entity in record.entities}
    assert not any(set("<>&;") & set(entity.name) for entity in record.entities)


@pytest.mark.parametrize("marks", ['"' * 50_000, "” " * 5_000, "=-" * 600 + "\n" + "*" * 600, "'" * 1_001])
def test_a_row_of_marks_without_words_is_read_past_and_unclear(marks: str) -> None:
    """Whatever the number of quotation marks, the text around them is read as it is without them."""
    before, after = "Talks fail\n\nThe minister said that Sweden had left. ", " Norway closed the border on Friday.\n"
    marred = rules().extract(Document(id="marks", text=before + marks + after))
    plain = rules().extract(Document(id="marks", text=before + " " * len(marks) + after))
    assert (marred.claims, marred.facts) == (plain.claims, plain.facts)
    assert any(u.reason == MARKS and u.span.of(marred.document.text).strip() == marks.strip() for u in marred.unclear)


def test_a_line_that_parts_an_article_is_no_row_of_marks() -> None:
    """Rows of stars and dashes, as in every newsletter, are read as they were."""
    record = rules().extract(
        Document(id="line", text=f"Talks fail\n\n{'* ' * 60}\n\nNorway closed the border on Friday.\n")
    )
    assert not [u for u in record.unclear if u.reason == MARKS]


def test_markup_alone_is_refused() -> None:
    """There is no article in it."""
    with pytest.raises(InputError, match="empty-page: the text is markup only"):
        rules().extract(Document(id="empty-page", text="<div><script>x = 1</script></div>"))


class Contradiction:
    """An extractor whose fact stands after the end of the text."""

    name = "contradiction"
    version = "0"

    def extract(self, document: Document) -> Record:
        """No record."""
        fact = Fact(id="f1", anchor=(Span(0, len(document.text) + 1),), rule="x")
        return Record(document=document, facts=(fact,), run=Run(extractor=self.name, version="0"))


def test_a_record_that_cannot_be_is_an_error_of_that_document() -> None:
    """It is refused like any other, so that the next one is read."""
    with pytest.raises(RecordError, match=r"document d: .*facts.*contradiction"):
        Intake(Contradiction(), any_language=False).extract(Document(id="d", text=ENGLISH))


def test_frame_of_the_reader_stays_where_markup_is_read_past() -> None:
    """What is read past is blank, so that every place is the same."""
    frames: list[tuple[Context, ...]] = []

    class Noting:
        name, version = "noting", "1"

        def extract(self, document: Document) -> Record:
            frames.append(document.frame)
            return Record(document=document, run=Run(extractor=self.name, version=self.version))

    for text in (ENGLISH, ENGLISH + " <b>It</b> <i>is</i> so."):
        frame = (Context(span=Span(len(text) - 5, len(text)), kind="credit"),)
        Intake(Noting(), any_language=False).extract(Document(id="d", text=text, frame=frame))
    assert [len(frame) for frame in frames] == [1, 1]
