"""Pages of HTML: the text of the article and nothing else, and what the page says of it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.readers import Article, Source, find, items, read
from tests.readers.html import measure
from tests.readers.html.articles import STORIES
from tests.readers.html.templates import TEMPLATES, body, json_ld, og, page, plain, react, wordpress

STORY = STORIES[0]


def articles(data: str | bytes, **about: Any) -> list[Article]:
    """What is read from a page."""
    raw = data.encode() if isinstance(data, str) else data
    return [item for item in items(Source(name="page.html", data=raw, **about)) if isinstance(item, Article)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.__name__))
def test_whole_article_and_nothing_else_is_read(template: object) -> None:
    """Of every template: all paragraphs, no foreign line, the headline, the day and the outlet."""
    for name, story, data in measure.pages():
        if name.rpartition("-")[0] != template.__name__ or name[-1] not in "03":  # type: ignore[attr-defined]
            continue
        score = measure.score(name, story, measure.ours(data))
        assert not score.lead_lost, name
        assert not score.foreign, name
        assert score.f1 >= 0.94, name  # a subheading without a tag of its own may be lost
        assert (score.title, score.day, score.publisher) == (True, True, True), name


def test_metadata_of_a_page_are_the_document_s() -> None:
    """Language, authors, address and day come from the page; the headline is not in the text."""
    canonical = '<link rel="canonical" href="https://courier.example/world/border">'
    inside = f"<article><h1>{STORY.title}</h1><div class='c'>{body(STORY)}</div></article>"
    (article,) = articles(page(STORY, json_ld(STORY) + canonical, inside))
    document = article.document
    assert document.id == document.url == "https://courier.example/world/border"
    assert document.published == "2024-03-14T08:30:00+01:00"
    assert (document.language, document.authors) == ("en", STORY.authors)
    assert document.text == "\n\n".join(plain(STORY))


def test_dateline_is_a_frame_with_its_span() -> None:
    """The reader says where the dateline stands, so that nobody's statement begins there."""
    (article,) = articles(wordpress(STORY))
    assert [(c.kind, c.span.of(article.document.text)) for c in article.document.frame] == [
        ("dateline", "STRELSAU, March 14 -")
    ]


def test_what_was_cut_is_told() -> None:
    """Captions and teasers that stood in the column are named with their kind."""
    (article,) = articles(react(STORY))
    assert ("related", "Minister resigns over leaked letter") in {(cut.kind, cut.text) for cut in article.cut}


@pytest.mark.parametrize(
    ("charset", "declared"), [("utf-8", ""), ("windows-1252", '<meta charset="iso-8859-1">'), ("utf-16", "")]
)
def test_characters_are_read_in_the_encoding_of_the_page(charset: str, declared: str) -> None:
    """Declared Latin-1 is Windows-1252; a byte-order mark wins."""
    text = f"<html><head>{declared}</head><body><h1>{STORY.title}</h1>{body(STORY)}</body></html>"
    (article,) = articles(text.encode(charset))
    assert "“a sign of good will and nothing more”" in article.document.text


def test_one_broken_byte_leaves_utf_8_what_it_is() -> None:
    """The rest of the page keeps its quotation marks."""
    data = wordpress(STORY).encode().replace(b"lorries", b"lorr\xffies")
    (article,) = articles(data)
    assert "“a sign of good will" in article.document.text


def test_live_blog_is_cut_into_its_dated_posts() -> None:
    """Each post is an article with its own time, from JSON-LD or from the page."""
    posts = "".join(
        f'<article class="live-post" id="p{n}"><time datetime="2024-03-14T0{n}:00:00Z">0{n}:00</time><h3>Post {n}</h3>'
        f"<p>The delegation said at hour {n} that it would stay in the capital until Saturday.</p></article>"
        for n in range(1, 6)
    )
    data = page(STORY, og(STORY), f"<main><h1>{STORY.title}</h1><div>{posts}</div></main>")
    found = articles(data, url="https://courier.example/live")
    assert [one.document.published for one in found] == [f"2024-03-14T0{n}:00:00+00:00" for n in range(1, 6)]
    assert len({one.document.id for one in found}) == 5
    assert found[1].document.text == "The delegation said at hour 2 that it would stay in the capital until Saturday."


def test_saved_page_on_disk_is_found_and_read_packed_or_not(tmp_path: Path) -> None:
    """``.html``, ``.htm`` and ``.html.gz``, upper case too, each with its sidecar's word before the page's."""
    (tmp_path / "a.html").write_text(wordpress(STORY))
    (tmp_path / "a.toml").write_text('publisher = "Another Paper"\n')
    (tmp_path / "B.HTM").write_text(wordpress(STORY))
    (tmp_path / "c.html.gz").write_bytes(gzip.compress(wordpress(STORY).encode()))
    documents = [document for path in find([tmp_path]) for document in read(path)]
    assert [document.publisher for document in documents] == [STORY.publisher, "Another Paper", STORY.publisher]
    assert len({document.text for document in documents}) == 1


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b"<html><body><p>Hi</p></body></html>", "no article was found"),
        (b"%PDF-1.4 ...", "is not HTML"),
        (b"\0\1\2\3" * 100, "is not HTML"),
        (gzip.compress(b"<p>x</p>" * 1000, mtime=0)[:-20], "cut off"),
        (b"\x1f\x8b\x08\x00\x00\x00", "cut off"),
        (gzip.compress(b" " * (33 << 20), mtime=0), "unpacks to more than"),
    ],
)
def test_what_is_no_page_is_refused_by_name(data: bytes, problem: str) -> None:
    """One line that names the page and what is wrong."""
    with pytest.raises(InputError, match=problem) as caught:
        articles(data)
    assert str(caught.value).startswith("page.html: ")
    assert "\n" not in str(caught.value)


def test_mutated_pages_are_read_or_refused() -> None:
    """Cut anywhere, with bytes changed, nested deep: an article or an InputError, never another exception."""
    data = react(STORY).encode()
    mutated = [data[: len(data) * n // 12] for n in range(12)]
    mutated += [data[:at] + bytes([at % 256]) * 3 + data[at + 3 :] for at in range(40, len(data), len(data) // 12)]
    mutated += [b"<div>" * 5000 + data, b"<html>" + b"<p>" * 3000, b'<script type="application/ld+json">' + b"[" * 9000]
    for one in mutated:
        try:
            articles(one)
        except InputError:
            continue
