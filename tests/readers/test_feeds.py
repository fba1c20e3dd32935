"""Feeds: what their entries say, in every dialect, broken ones too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.errors import InputError
from kg.readers import Article, Source, Withdrawal, feed, items

LONG = "".join(
    f"<p>Ruritania opened border post number {n} on Thursday, and its ministry said that more would follow.</p>"
    for n in range(8)
)
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>The Courier</title><language>en-gb</language>
<item><title>Posts &amp;amp; borders</title><link>https://courier.example/a?x=1&amp;y=2#top</link><guid isPermaLink="false">g1</guid>
<pubDate>Thu, 14 Mar 2024 08:30:00 +0100</pubDate><description>Teaser.</description>
<content:encoded><![CDATA[<figure><img src="x"><figcaption>The bridge.</figcaption></figure>{LONG}<p>Read more: <a href="/b">Another</a></p>
<p>The post Posts appeared first on The Courier.</p>]]></content:encoded></item>
<item><title>Only a teaser</title><link>/b</link><description>Ruritania has &lt;b&gt;more&lt;/b&gt; […]</description></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>Monitor</title>
<at:deleted-entry ref="tag:monitor.example,2024:9" when="2024-03-14T00:00:00Z"/>
<entry><id>tag:monitor.example,2024:1</id><title>One</title><link href="https://monitor.example/1"/><updated>2024-03-14T10:00:00Z</updated>
<author><name>Jana Holub</name></author><content type="html">{LONG.replace("<", "&lt;")}</content></entry></feed>"""


def read(data: str | bytes, **about: Any) -> list[object]:
    """What comes out of a feed."""
    raw = data.encode() if isinstance(data, str) else data
    return list(items(Source(name="f.xml", data=raw, **about)))


def test_entry_with_its_whole_text_is_an_article() -> None:
    """Title, day, outlet, language and address; caption, teaser and the line of the blog's software are cut."""
    article, refused = read(RSS, url="https://courier.example/feed")
    assert isinstance(article, Article)
    document = article.document
    assert (document.id, document.title) == ("https://courier.example/a?x=1&y=2", "Posts & borders")
    assert (document.published, document.publisher, document.language) == (
        "2024-03-14T08:30:00+01:00",
        "The Courier",
        "en-gb",
    )
    assert len(document.text.split("\n\n")) == 8
    assert {cut.kind for cut in article.cut} == {"caption", "related", "chrome"}
    assert "https://courier.example/b: the feed has only a teaser of it; kg watch fetches the page" in str(refused)


def test_atom_tells_authors_and_deleted_entries() -> None:
    """A tombstone (RFC 6721) is a withdrawal."""
    gone, article = read(ATOM)
    assert isinstance(gone, Withdrawal)
    assert gone.id == "tag:monitor.example,2024:9"
    assert isinstance(article, Article)
    assert (article.document.authors, article.document.published) == (("Jana Holub",), "2024-03-14T10:00:00+00:00")


def test_json_feed_is_read() -> None:
    """Of both versions, as HTML and as plain text."""
    plain = "\n\n".join(
        f"Paragraph {n} < says & means that the delegation stays in the capital until Saturday at least."
        for n in range(8)
    )
    data = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "en", "items": [
        {"id": 1, "url": "https://j.example/1", "content_text": plain, "date_published": "2024-03-14T08:00:00Z", "authors": [{"name": "A B"}]},
        {"id": "2", "url": "https://j.example/2", "content_html": LONG},
        "no object", {"no": "id"},
    ]}  # fmt: skip
    first, second = read(json.dumps(data))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.document.text == plain
    assert first.document.authors == ("A B",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_feed_is_read_in_its_encoding(encoding: str) -> None:
    """By its byte-order mark or its declaration."""
    text = RSS.replace("The Courier", "Le Courrier désuet").replace(
        'version="1.0"?', f'version="1.0" encoding="{encoding.removesuffix("-sig")}"?'
    )
    article, _ = read(text.encode(encoding))
    assert isinstance(article, Article)
    assert article.document.publisher == "Le Courrier désuet"


def test_broken_feed_gives_the_entries_that_are_whole() -> None:
    """A stray ampersand or an end that is missing does not lose the others."""
    article = read(RSS.replace("<language>", "<x>A & B</x><language>")[: RSS.index("<item><title>Only") + 30])[0]
    assert isinstance(article, Article)


@pytest.mark.parametrize("text", [RSS, ATOM], ids=["rss", "atom"])
def test_entry_that_was_cut_off_is_left_out(text: str) -> None:
    """Half of an entry's text is not the article: where a feed ends within an entry, the others are read."""
    end = text.rindex("border post number 7")
    assert [item for item in read(text[:end]) if isinstance(item, Article)] == []
    whole = text.replace("</channel>", "").replace("</rss>", "").replace("</feed>", "")
    (article,) = [item for item in read(whole) if isinstance(item, Article)]
    assert len(article.document.text.split("\n\n")) == 8


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "is not "),
        ("<rss", "is no feed"),
        ("<html><body>Not found</body></html>", "is not "),
        ('{"version": "https://jsonfeed.org/version/1"}', "is no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', "is no JSON"),
    ],
)
def test_what_is_no_feed_is_refused(data: str, problem: str) -> None:
    """One line that names it."""
    name = "f.json" if data.startswith("{") else "f.xml"
    with pytest.raises(InputError, match=problem) as caught:
        list(items(Source(name=name, data=data.encode())))
    assert "\n" not in str(caught.value)


def test_entities_of_a_feed_do_not_grow() -> None:
    """The billion laughs are refused or left alone, in bounded time and memory."""
    laughs = "".join(f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" * 10)}">' for n in range(1, 10))
    data = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss version="2.0"><channel><title>&l9;</title><item><title>&l9;</title><link>http://x.example/</link></item></channel></rss>'
    try:
        found = feed.parse(Source(name="f.xml", data=data.encode()))
    except InputError:
        return
    assert len(found.title or "") < 100_000
