"""Kinds of pages that were read wrongly, each as a small page of our own."""

from __future__ import annotations

import pytest

from kg.readers import Article, Source, items
from kg.records import Document

SENTENCES = (
    "Ruritania opened its border post at Strelsau on Thursday, its foreign ministry said in the capital.",
    "The minister, Jana Holub, accused Graustark of breaking the agreement that both had signed in March.",
    "Graustark denied the charge and demanded that its neighbour withdraw the guards within a week.",
    "Observers of the League will visit the border on Sunday and report to both of the governments.",
)
COLUMN = "".join(f"<p>{one}</p>" for one in SENTENCES)
TITLE = "Ruritania opens its border to trade"


def read(inside: str, head: str = "", language: str = "en", url: str | None = None) -> Document:
    """The article of a page."""
    page = f"<html lang='{language}'><head>{head}</head><body>{inside}</body></html>"
    (article,) = items(Source(name="page.html", data=page.encode(), url=url))
    assert isinstance(article, Article)
    return article.document


def test_column_is_read_whatever_it_is_called() -> None:
    """By a name that others give to a tool bar; a page's other boxes may hold more text than the article."""
    boxes = "".join(f"<div><p>{one} {one} {one}</p></div>" for one in SENTENCES)
    document = read(f"<h1>{TITLE}</h1><div class='article_content content_print'>{COLUMN * 4}</div>{boxes * 4}")
    assert document.text.startswith(SENTENCES[0])
    comments = f"<div class='comments'>{COLUMN.replace('Ruritania', 'I think that it') * 4}</div>"
    assert "I think" not in read(f"<h1>{TITLE}</h1><div class='story'>{COLUMN}</div>{comments}").text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>AGENCY</p>", ""),
        ("<p>Picture by Ann Doe</p>", "<p>Further topics on our pages:</p>"),
        ("<p>このニュースをシェア</p>", "<p>会員の方はこちら</p>"),
        ("", "<p>Tags: border, Strelsau, trade</p>"),
        ("", "<p>Follow The Courier on Twitter.</p>"),
        ("<p>Carl Doe/Getty Images The post at Strelsau, seen last week.</p>", "<p>เรื่องที่เกี่ยวข้อง ชายแดน</p>"),
        (
            "<h3>World Ruritania opens its border to trade</h3>",
            "<p>Just a heads up, some of the links are affiliate links.</p>",
        ),
    ],
)
def test_labels_around_an_article_are_not_its_text(before: str, after: str) -> None:
    """Kickers, photographers, calls to share and headings of links that were cut."""
    document = read(f"<h1>{TITLE}</h1><article>{before}{COLUMN}{after}</article>", f"<title>{TITLE}</title>")
    assert document.text == "\n\n".join(SENTENCES)


def test_line_that_says_whose_words_follow_is_kept() -> None:
    """It ends in a colon, as the heading of a list of links does, but something follows."""
    document = read(f"<h1>{TITLE}</h1><article><p>From the League:</p>{COLUMN}</article>")
    assert document.text.startswith("From the League:\n\n")


@pytest.mark.parametrize(
    ("inside", "head", "title"),
    [
        (
            "<h1>王国开放边境贸易口岸</h1>",
            "<title>王国开放边境贸易口岸 - 信使网 - 国际</title>",
            "王国开放边境贸易口岸",
        ),
        (f"<h1><span>World</span> {TITLE}</h1>", f"<meta property='og:title' content='{TITLE}'>", TITLE),
        (f"<h1>Summit: {TITLE}</h1>", f"<meta property='og:title' content='{TITLE}'>", f"Summit: {TITLE}"),
        (f"<h1>The Courier</h1><h3>{TITLE}</h3>", f"<title>{TITLE} » World » News » Monitor</title>", TITLE),
        (f"<div class='entry-title'>{TITLE}</div>", f"<title>Jan's Home | {TITLE}</title>", TITLE),
    ],
)
def test_headline_is_what_readers_see(inside: str, head: str, title: str) -> None:
    """Without names of sites and sections, in scripts without blanks too; in whatever heading it stands."""
    assert read(f"{inside}<article>{COLUMN}</article>", head).title == title


@pytest.mark.parametrize(
    ("inside", "language", "url", "day"),
    [
        (
            "<ul><li>The law was signed on August 14, 1935</li></ul>",
            "en",
            "/2010/POLITICS/08/13/law/index.html",
            "2010-08-13",
        ),
        ("", "ar", "/2013/middle_east/8/3/border/index.html", "2013-08-03"),
        ("<p class='date'>08/01/2014</p>", "es", "/a", "2014-01-08"),
        ("<p class='date'>08/01/2014</p>", "en-GB", "/a", "2014-01-08"),
        ("<p class='date'>08/01/2014</p>", "en", "/a", None),
        ("<p class='date'>17.7.11</p>", "de", "/a", "2011-07-17"),
        (
            "<p class='article_date'>Last update: 18.01.2018</p><a>Talks at the farm, 21. Oct 2017</a>",
            "en",
            "/a",
            "2018-01-18",
        ),
        (
            "<ul><li><time datetime='2019-09-22'>22 September</time> Other</li></ul><p class='date'>1 May 2019</p>",
            "en",
            "/a",
            "2019-05-01",
        ),
        ("<p>On 15 December 2016 the friends of open borders meet in the town hall.</p>", "en", "/a", None),
    ],
)
def test_day_is_that_of_the_article(inside: str, language: str, url: str, day: str | None) -> None:
    """Not one in its text, nor one of another article; numbers are read as the page's language writes them."""
    found = read(f"<h1>{TITLE}</h1>{inside}<article>{COLUMN}</article>", "", language, f"https://news.example{url}")
    assert found.published == day


@pytest.mark.parametrize(
    ("head", "url", "publisher"),
    [
        ("<meta name='twitter:site' content='@CourierApp99'>", "https://courier.example/a", "courier"),
        ("<meta name='twitter:site' content='@COURIER'>", "https://www.courier.example/a", "COURIER"),
        ("", "https://www.austria.info/a", "austria"),
        ("", "https://www.ministry.gv.at/a", "ministry"),
        ("", "https://news.courier.co.uk/a", "courier"),
        (f"<meta property='og:site_name' content='{TITLE}'>", "https://courier.example/a", "courier"),
        ("<title>王国开放边境-信使网</title><meta property='og:title' content='王国开放边境'>", None, "信使网"),
    ],
)
def test_outlet_is_named_as_it_calls_itself(head: str, url: str | None, publisher: str) -> None:
    """Not by an account elsewhere, by the ending of its host, nor by the headline."""
    assert read(f"<h1>{TITLE}</h1><article>{COLUMN}</article>", head, url=url).publisher == publisher


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("9:39AM BST 05 Oct 2011", ()),
        ("courier.com", ()),
        ("Courier Publishing GmbH", ()),
        ("by Jana Lee", ("Jana Lee",)),
        ("Jana Holub, CNN Wire", ("Jana Holub",)),
    ],
)
def test_authors_are_people(author: str, names: tuple[str, ...]) -> None:
    """No days, addresses or firms; without the word before the name, however short it is."""
    head = f"<meta name='author' content='{author}'>"
    assert read(f"<h1>{TITLE}</h1><article>{COLUMN}</article>", head).authors == names
