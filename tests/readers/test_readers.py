"""Files to documents."""

from __future__ import annotations

import json
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import readers
from kg.errors import InputError
from kg.records import Document


def read(path: Path) -> list[Document]:
    """All documents of a file."""
    return list(readers.read(path))


def article(folder: Path, content: bytes = b"Head\n\nBody.\n", name: str = "a.txt") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(content)
    return path


def test_text_is_kept_exactly(tmp_path: Path) -> None:
    """Line ends, byte-order mark and stray characters stay, so that offsets are the file's."""
    content = "\ufeffHead \r\n\r\nBody “one”.\n\n“`".encode()
    (document,) = read(article(tmp_path, content))
    assert document.text == content.decode()
    assert (document.id, document.title) == ("a", "Head")


def test_text_of_one_long_line_has_no_headline(tmp_path: Path) -> None:
    """A paragraph is not a title; the text is kept all the same."""
    (document,) = read(article(tmp_path, b"word " * 1000))
    assert document.title is None
    assert len(document.text) == 5000


def test_five_megabytes_on_one_line_are_read_exactly(tmp_path: Path) -> None:
    """A long text without any line break is a document like any other, code point for code point."""
    text = "Norway said “nothing” of it. " * 170_000
    (document,) = read(article(tmp_path, text.encode()))
    assert len(text.encode()) > 5_000_000
    assert document.text == text
    assert document.title is None


@given(st.text(min_size=1).filter(lambda t: t.strip("\ufeff" + string.whitespace).strip() and "\0" not in t))
def test_any_text_reads_back_code_point_for_code_point(text: str) -> None:
    """Reading is decoding, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        path = article(Path(folder), text.encode())
        (document,) = read(path)
    assert document.text == text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b" \n\t \r\n\xc2\xa0\xef\xbb\xbf", "only white space"),
        (b"Head\n\nB\xff\xfe", r"a\.txt:3: not UTF-8 at byte 7"),
        (b"\x89PNG\0\0", "NUL byte"),
        (b"https://paper.example/a\r\n\r\nHTTP://b.example/\n", r"has addresses and no text; name it a\.urls"),
    ],
)
def test_unusable_file_is_an_error_naming_it(tmp_path: Path, content: bytes, problem: str) -> None:
    """What cannot be an article is refused, with file and place."""
    with pytest.raises(InputError, match=problem) as caught:
        read(article(tmp_path, content))
    assert "a.txt" in str(caught.value)


def test_own_sidecar_says_where_the_article_came_from(tmp_path: Path) -> None:
    """NAME.toml beside NAME.txt; TOML dates and strings both do."""
    path = article(tmp_path)
    (tmp_path / "a.toml").write_text('url = "https://x.example/1"\npublished = 2025-04-03\npublisher = "The X"\n')
    (document,) = read(path)
    assert (document.url, document.published, document.publisher) == ("https://x.example/1", "2025-04-03", "The X")


def test_collection_entry_says_where_the_article_came_from(tmp_path: Path) -> None:
    """An entry of seeds.toml does the same, and an article without one is an article without metadata."""
    (tmp_path / "seeds.toml").write_text('[a]\nlanguage = "en"\npublished = "2025-04"\n')
    (with_entry,) = read(article(tmp_path))
    (without,) = read(article(tmp_path, name="b.txt"))
    assert (with_entry.language, with_entry.published) == ("en", "2025-04")
    assert (without.language, without.published) == (None, None)


@pytest.mark.parametrize(
    ("sidecar", "problem"),
    [
        ("colour = 'red'", "unknown field 'colour'"),
        ("url = 7", "not a string or a date"),
        ("published = 'soon'", "is not a date"),
        ("url = ", "Invalid value"),
        (f"sha256 = '{'0' * 64}'", "not the one its entry describes"),
    ],
)
def test_wrong_sidecar_is_an_error(tmp_path: Path, sidecar: str, problem: str) -> None:
    """What is said of an article is checked as strictly as the article."""
    path = article(tmp_path)
    (tmp_path / "a.toml").write_text(sidecar)
    with pytest.raises(InputError, match=problem):
        read(path)


def test_json_lines_hold_one_article_each(tmp_path: Path) -> None:
    """Blank lines are skipped, the first line of the text is the title where none is given."""
    lines = [{"id": "1", "text": "Head\n\nB.", "language": None}, {"id": "2", "text": "T", "title": "Given"}]
    path = article(tmp_path, "\n\n".join(map(json.dumps, lines)).encode(), "a.jsonl")
    assert [(d.id, d.title, d.text) for d in read(path)] == [("1", "Head", "Head\n\nB."), ("2", "Given", "T")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"id": "1"}', "no field 'text'"),
        ('{"text": "x"}', "no field 'id'"),
        ('{"id": 1, "text": "x"}', "'id' is not a string"),
        ('{"id": "1", "text": "x", "mood": "y"}', "unknown field 'mood'"),
        ('{"id": "1", "text": "  "}', "the text is empty"),
        ('{"id": "1", "text": "\\ud800"}', "lone surrogate"),
        ('{"id": "1", "text": "x\\u0000y"}', "NUL character at 1"),
    ],
)
def test_wrong_line_is_an_error_naming_file_and_line(tmp_path: Path, line: str, problem: str) -> None:
    """The line that is wrong is named."""
    path = article(tmp_path, f'{{"id": "0", "text": "ok"}}\n{line}'.encode(), "a.jsonl")
    with pytest.raises(InputError, match=rf"a\.jsonl:2: .*{problem}"):
        read(path)


def test_folder_gives_its_articles_sorted(tmp_path: Path) -> None:
    """Only files of known suffix, each once, in one order."""
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.jsonl", "notes.odt", "seeds.toml"):
        article(tmp_path, name=name)
    found = readers.find([tmp_path, tmp_path / "a.txt"])
    assert [p.relative_to(tmp_path).as_posix() for p in found] == ["a.txt", "b.txt", "sub/c.jsonl"]


@pytest.mark.parametrize(
    ("name", "problem"), [("none.txt", "no such file"), ("a.xlsx", "unknown kind"), (".", "no article in this folder")]
)
def test_path_without_article_is_an_error(tmp_path: Path, name: str, problem: str) -> None:
    """A path that cannot give an article is refused before anything is read."""
    if name == "a.xlsx":
        article(tmp_path, name=name)
    with pytest.raises(InputError, match=problem):
        readers.find([tmp_path / name])


def test_seed_article_is_the_one_its_entry_describes() -> None:
    """The seed's hash is checked when it is read."""
    seeds = Path(__file__).parents[2] / "seeds"
    (document,) = [d for path in readers.find([seeds]) for d in read(path)]
    assert (len(document.text), document.published) == (2684, None)


@pytest.mark.parametrize("address", ["https://www.example.test/a", "http:/www.example.test", "HTTPS://x.test/a.txt"])
def test_an_address_is_said_not_to_be_read(address: str) -> None:
    """A path takes one of its slashes away: the message says what to do, not only that no such file exists."""
    with pytest.raises(InputError, match="is an address"):
        readers.find([Path(address)])
