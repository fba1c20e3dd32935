"""PDF, Word documents, Markdown, e-mail, tables and web archives."""

from __future__ import annotations

import io
import zipfile

import pytest

from kg.errors import InputError, UsageError
from kg.readers import Article, Source, csvfile, docx, formats
from kg.readers.article import Item
from tests.readers import document_samples as made
from tests.readers.wire_samples import BODY, PARAGRAPHS, TITLE


def items(data: bytes, name: str, **more: object) -> list[Item]:
    """Return what is read of a file of that name."""
    source = Source(name=name, data=data, **more)  # type: ignore[arg-type]
    return list(formats.format_of(source).read(source))


def article(data: bytes, name: str, **more: object) -> Article:
    """Return the one article of a file."""
    (found,) = items(data, name, **more)
    assert isinstance(found, Article), found
    return found


LEFT = ["The two governments said on Mon-", "day that the ferry would run from", "June. It is the first since 1974."]
LEFT2 = ["Tickets will cost 12 euros, the", "operator said, and long-term pass-", "es will be cheaper for residents"]
RIGHT = ["of both coasts. The harbour is being", "dredged at night.", "Work ends in May."]
WORDS = (
    "The two governments said on Monday that the ferry would run from June. It is the first since 1974. "
    "Tickets will cost 12 euros, the operator said, and long-term passes will be cheaper for residents "
    "of both coasts. The harbour is being dredged at night. Work ends in May."
)


def column(lines: list[str], x: float, top: float) -> list[made.Run]:
    """Return lines below each other."""
    return [(line, x, top - 12 * i, 10) for i, line in enumerate(lines)]


def page(number: int, runs: list[made.Run]) -> list[made.Run]:
    """Return a page with a running head and a number."""
    return [("The Kestrel Courier", 250, 770, 8), *runs, (str(number), 300, 30, 8)]


@pytest.mark.parametrize("order", ["by column", "by row"])
def test_pdf_of_two_columns(order: str) -> None:
    """Columns are read one after the other, words that a line end broke are whole, running heads are cut."""
    left, right = column([*LEFT, *LEFT2], 72, 680), column(RIGHT * 2, 320, 680)
    runs = [*left, *right] if order == "by column" else [run for pair in zip(left, right, strict=True) for run in pair]
    head = [(TITLE, 72, 720, 20.0), ("March 2, 2026", 72, 700, 10.0)]
    found = article(made.pdf([page(1, [*head, *runs]), page(2, column(LEFT, 72, 680))]), "a.pdf")
    text = " ".join(found.document.text.split())
    assert text.startswith(WORDS)
    assert "Courier" not in text
    assert (found.document.title, found.document.published) == (TITLE, "2026-03-02")
    assert "The Kestrel Courier" in {one.text for one in found.cut}


def test_pdf_paragraphs() -> None:
    """Gaps and indented lines begin them; what is said of the file is used."""
    runs = [*column(LEFT, 72, 700), *column(LEFT2, 72, 650)]
    data = made.pdf([runs], info=f"/Title({TITLE})/Author(Ann Lee)", catalog="/Lang(en-GB)")
    document = article(data, "a.pdf").document
    assert len(document.text.split("\n\n")) == 2
    assert (document.title, document.authors, document.language) == (TITLE, ("Ann Lee",), "en-GB")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (made.pdf([[]]), "scan"),
        (b"%PDF-1.4 broken", "no PDF"),
        (b"", "no PDF"),
        (made.pdf([column(LEFT, 72, 700)])[:300], "no PDF|scan"),
    ],
)
def test_pdf_without_text_is_refused(data: bytes, problem: str) -> None:
    """A scan is named as such."""
    with pytest.raises(InputError, match=problem):
        items(data, "a.pdf")


def test_word_document() -> None:
    """Title, byline and day are fields; what was deleted is not read."""
    deleted = "<w:p><w:del><w:r><w:t>never</w:t></w:r></w:del></w:p>"
    paragraphs = [("Title", TITLE), ("", "By Ann Lee"), ("", "2 March 2026"), *(("", p) for p in PARAGRAPHS)]
    document = article(made.docx(paragraphs, extra=deleted), "a.docx").document
    assert document.text == BODY
    assert (document.title, document.published, document.language) == (TITLE, "2026-03-02", "en-GB")
    assert document.authors == ("Ann Lee",)


def test_word_document_that_is_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is that when unpacked; so are files that are no Word document."""
    monkeypatch.setattr(docx, "MAX_BYTES", 1 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * (2 << 20) + b"</a>")
    with pytest.raises(InputError, match="unpacked"):
        items(out.getvalue(), "a.docx")
    for data in (b"no zip", made.docx([])[:200]):
        with pytest.raises(InputError, match="no Word document"):
            items(data, "a.docx")


def test_markdown() -> None:
    """The words without the signs; front matter is what is known of the article."""
    document = article(made.MARKDOWN, "a.md").document
    assert document.text == BODY
    assert (document.title, document.published, document.language) == (TITLE, "2026-03-02", "en")
    assert document.authors == ("Ann Lee",)


def test_markdown_parts_that_are_no_prose_are_cut() -> None:
    """Tables, code, pictures; lists and subheads stay."""
    found = article(
        b"# A\n\nOne *is* here.\n\n## Two\n\n- x\n- y\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n![A ship](s.png)\n",
        "a.md",
    )
    assert found.document.text == "One is here.\n\nTwo\n\nx\n\ny"
    assert {one.kind for one in found.cut} == {"headline", "table", "note", "caption"}


def test_mail() -> None:
    """Subject, date and sender are fields, the signature is cut; HTML is read where there is nothing plain."""
    for data in (made.mail(), made.mail(subtype="html", body="".join(f"<p>{p}</p>" for p in PARAGRAPHS))):
        document = article(data, "a.eml").document
        assert document.text.startswith(BODY)
        assert (document.title, document.published, document.language) == (TITLE, "2026-03-02T14:05:00+00:00", "en")
        assert (document.id, document.publisher) == ("1@agency.example", "Agency")
    assert article(made.mail(), "a.eml").document.text == BODY


def test_mailbox_has_a_message_after_another() -> None:
    """Lines that begin with From within a message do not part it."""
    body = BODY + "\n\n>From here on it is dark."
    data = b"".join(b"From x Mon Mar  2 14:05:00 2026\n" + made.mail(number=n, body=body) + b"\n" for n in (1, 2))
    found = items(data, "a.mbox")
    assert [one.document.id for one in found if isinstance(one, Article)] == ["1@agency.example", "2@agency.example"]
    assert all(one.document.text.endswith("From here on it is dark.") for one in found if isinstance(one, Article))


def test_table() -> None:
    """Columns are found by their names or named; a row that cannot be used is refused by its number."""
    rows = 'id,head,body,date\n1,"A, b","One.\n\nTwo.",2026-03-02\n2,C,,2026-03-02\n3,D,Three.,2026-03-02,x\n'
    columns = tuple(csvfile.columns_of("text=body,title=head").items())
    for data, more in ((rows, {}), (rows.replace("body", "words"), {"columns": (("text", "words"), columns[1])})):
        first, second, third = items(data.encode(), "a.csv", **more)
        assert isinstance(first, Article)
        assert (first.document.title, first.document.text, first.document.published) == (
            "A, b",
            "One.\n\nTwo.",
            "2026-03-02",
        )
        assert isinstance(second, InputError)
        assert "row 3" in str(second)
        assert "row 4" in str(third)
    assert article(b"\xef\xbb\xbftext;title\nW;T\n", "a.csv").document.title == "T"


@pytest.mark.parametrize("option", ["text", "text=", "words=body", ""])
def test_columns_that_cannot_be_are_refused(option: str) -> None:
    """With the form that is right."""
    with pytest.raises(UsageError, match="--columns"):
        csvfile.columns_of(option)


def test_table_without_the_text_names_its_columns() -> None:
    """And the option that says which it is."""
    with pytest.raises(InputError, match="--columns text=COLUMN; there are a, b"):
        items(b"a,b\n1,2\n", "a.csv")
    with pytest.raises(InputError, match="no column 'x'"):
        items(b"a,b\n1,2\n", "a.csv", columns=(("text", "x"),))


@pytest.mark.parametrize("packed", [True, False])
def test_web_archive(packed: bool) -> None:
    """Each record is read by the reader of its format; address and time of the fetch are known."""
    data = made.gzipped_warc(made.MARKDOWN, made.MARKDOWN) if packed else made.warc(made.MARKDOWN, made.MARKDOWN)
    found = items(data, "a.warc.gz")
    assert [one.document.text for one in found if isinstance(one, Article)] == [BODY, BODY]
    assert isinstance(found[0], Article)
    assert found[0].document.retrieved == "2026-03-02T15:00:00Z"


@pytest.mark.parametrize("packed", [True, False])
def test_web_archive_that_is_cut_off_says_how_many_records_were_read(packed: bool) -> None:
    """Those before are read."""
    data = made.gzipped_warc(made.MARKDOWN, made.MARKDOWN) if packed else made.warc(made.MARKDOWN, made.MARKDOWN)
    first, last = items(data[:-60], "a.warc.gz")
    assert isinstance(first, Article)
    assert isinstance(last, InputError)
    assert "after 1 record" in str(last)
