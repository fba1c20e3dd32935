"""Metadata of a page's article: headline, day, outlet, language, authors, address.

A page has each of these several times, sometimes with mistakes. Each field has its own order of JSON-LD, meta elements
and visible text, by their reliability.
"""

from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from lxml.html import HtmlElement

from kg.readers.html import days, words
from kg.readers.html.page import Json, Page

_ARTICLES: Final = [
    "newsarticle",
    "reportagenewsarticle",
    "analysisnewsarticle",
    "opinionnewsarticle",
    "backgroundnewsarticle",
    "reviewnewsarticle",
    "askpublicnewsarticle",
    "liveblogposting",
    "article",
    "blogposting",
    "socialmediaposting",
    "techarticle",
    "scholarlyarticle",
    "report",
    "advertisercontentarticle",
    "satiricalarticle",
]
"""Types of JSON-LD that are articles, the surest first."""
_SITES: Final = frozenset({"newsmediaorganization", "organization", "website", "corporation"})
_SEPARATOR: Final = re.compile(r"\s+[|–—·•»«:~/\\-]+\s+|\s*[|»·•]\s*|(?<=\w):\s+")
_TITLE_SEPARATOR: Final = re.compile(
    r"\s+[|–—·•»«~/\\-]+\s+|\s*[|»•]\s*|(?<=[\u3040-\u9fff\uac00-\ud7a3）」』！？])\s*[-_–—]+\s*(?=[\w])"
)
_SPACE: Final = re.compile(r"\s+")
_WORD: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff"
    r"\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+"
)
"""A word, or a letter of a script that puts no blanks between words."""
_TITLE_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|story|news|content|page)[_-]?(?:title|headline|heading)|headline|titular|"
    r"titulo|titre|ueberschrift)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""What pages call the headline."""
_MAX_KICKER: Final = 6
"""Words before a headline in its own heading."""
_TITLE_METAS: Final = (
    "og:title",
    "twitter:title",
    "title",
    "dc.title",
    "parsely-title",
    "sailthru.title",
    "cxenseparse:recs:articletitle",
)
_PUBLISHER_METAS: Final = (
    "application-name",
    "apple-mobile-web-app-title",
    "al:android:app_name",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "cre",
    "copyright",
)
_RIGHTS: Final = re.compile(r"^(?:©|\(c\)|copyright)?\s*(?:19|20)?\d{0,2}\s*", re.IGNORECASE)
"""The sign and the year before the name of who holds the rights."""
_DOMAIN: Final = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,12}/?\Z", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?\b")
_NO_AUTHOR: Final = re.compile(
    r"https?:|www\.|@|\b(?:staff|admin|administrator|editor|editors|editorial|desk|team|newsroom|"
    r"redaktion|redaction|rédaction|"
    r"redacción|redação|redazione|redactie|agency|agencies|bureau|webdesk|web desk|news service|"
    r"correspondent|unknown|author|gmbh|inc|ltd|llc|online|wire|reuters|afp|dpa|associated press)\b"
    r"|\d|\w\.(?:com?|org|net|de|fr|es|it|nl|uk)\b",
    re.IGNORECASE,
)
_AUTHOR_PREFIX: Final = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|written by|reported by|story by|text|author|autor)\s*:?\s+", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"\s*(?:,|;|\||/|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\bog\b|\boch\b|\bwith\b)\s+")
_SECOND_LEVEL: Final = frozenset(
    {"co", "com", "org", "net", "gov", "edu", "ac", "gob", "or", "go", "ne", "in", "gv", "gouv", "govt", "asso", "mil"}
)


@dataclass(slots=True, kw_only=True)
class Metadata:
    """What is known of the article of a page; None and empty if the page does not say it."""

    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    language: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    description: str | None = None
    declared_text: str | None = None


@dataclass(slots=True)
class _Said:
    """What the page says, by who says it."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    article: Json = field(default_factory=dict)

    def meta(self, *names: str) -> Iterator[str]:
        """Yield the contents of the meta elements of these names, in the order of the names."""
        for name in names:
            yield from self.metas.get(name, ())


def of_page(page: Page) -> Metadata:
    """Return what a page says of its article."""
    said = _Said(_metas(page.tree), _main(page.data))
    url = _url(page, said)
    publisher = _publisher(page, said, url)
    title = _title(page, said, publisher)
    if publisher is not None and title is not None and _squeezed(publisher) == _squeezed(title):
        publisher = _of_host(_host(url)) if url else None
    language = _language(page.tree, said)
    return Metadata(
        title=title,
        published=_published(page, said, url, title, language),
        publisher=publisher,
        language=language,
        url=url,
        authors=tuple(_authors(page.tree, said, publisher)),
        description=next(filter(None, map(clean, said.meta("og:description", "description"))), None),
        declared_text=_declared(said.article),
    )


def clean(value: object) -> str:
    """Return a string of a page's data as readers would see it; "" for what is no string."""
    if not isinstance(value, str):
        return ""
    for _ in range(2):
        value = html.unescape(value)
    return _SPACE.sub(" ", re.sub(r"</?[a-zA-Z][^<>]{0,200}>", " ", value) if "<" in value else value).strip()


def types_of(one: Json) -> list[str]:
    """Return the types of an object of JSON-LD, in lower case, without their vocabulary."""
    found = one.get("@type")
    each = found if isinstance(found, list) else [found]
    return [re.split(r"[/#:]", value)[-1].lower() for value in each if isinstance(value, str)]


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (element.get(attribute) or "").lower().split():
                out.setdefault(name, []).append(content)
    return out


def _main(data: Iterable[Json]) -> Json:
    """Return the object of JSON-LD that is the page's article; one of broken JSON has no type."""
    best: tuple[int, int] | None = None
    found: Json = {}
    for place, one in enumerate(data):
        ranks = [_ARTICLES.index(name) for name in types_of(one) if name in _ARTICLES]
        if not ranks or not (
            one.get("headline") or one.get("datePublished") or one.get("articleBody") or one.get("name")
        ):
            continue
        rank = (0 if one.get("headline") else 1, min(ranks) > 7)
        if best is None or (*rank, place) < (*best, place):
            if best is not None and rank >= best:
                continue
            best, found = rank, one
    return found


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _declared(article: Json) -> str | None:
    text = _first(article.get("articleBody"))
    return text if isinstance(text, str) and text.strip() else None


def _title(page: Page, said: _Said, publisher: str | None) -> str | None:
    """Return the headline: what readers see above the article where the page's data says about the same."""
    candidates = _declared_titles(page, said, publisher)
    seen = _headings(page.tree)
    for heading in seen:
        if any(_alike(heading, candidate) for candidate in candidates):
            return _without_kicker(heading, candidates)
    for heading in _lesser_headings(page.tree):
        if any(_is_part(heading, candidate) for candidate in candidates):
            return heading
    names = _site_names(said, publisher)
    if len(seen) == 1 and len(seen[0]) >= 20 and not any(_alike(seen[0], name) for name in names):
        return seen[0]
    return next(iter(candidates), None) or next(iter(seen), None)


def _declared_titles(page: Page, said: _Said, publisher: str | None) -> list[str]:
    """Return the headlines in the data of a page and in its title, without the outlet's name."""
    declared = [
        clean(_first(said.article.get("headline"))),
        *map(clean, said.meta(*_TITLE_METAS)),
        clean(page.tree.findtext(".//head/title") or page.tree.findtext(".//title")),
    ]
    names = _site_names(said, publisher)
    return [without_site(title, names) for title in declared if title]


def _site_names(said: _Said, publisher: str | None) -> list[str]:
    return [name for name in (publisher, *map(clean, said.meta("og:site_name", "application-name"))) if name]


def _without_kicker(heading: str, declared: Sequence[str]) -> str:
    """Return a heading without what stands before the headline in it, as a section or a day does."""
    words = _words(heading)
    for candidate in declared:
        own = _words(candidate)
        is_end = 4 <= len(own) < len(words) <= len(own) + _MAX_KICKER and words[-len(own) :] == own
        at = heading.casefold().rfind(candidate.casefold()[:12]) if is_end else 0
        # "Summit: Ministers meet" is one headline, "World Ministers meet" a section and a headline.
        if at > 0 and heading[:at].rstrip()[-1:].isalnum():
            return candidate
    return heading


def _lesser_headings(tree: HtmlElement) -> Iterator[str]:
    """Yield the text of lower headings, and of elements that are named as the title of an article."""
    for element in tree.iter("h2", "h3", "h4", "div", "span", "p", "td"):
        if element.tag[0] == "h" or _TITLE_NAMES.search(element.get("class") or ""):
            text = clean(" ".join(_seen(element)))
            if 12 <= len(text) <= 300:
                yield text


def _is_part(heading: str, title: str) -> bool:
    """Return True if a heading is most of a title, or all between two of its separators."""
    own = _words(heading)
    if len(own) < 4:
        return False
    if any(_words(part) == own for part in _TITLE_SEPARATOR.split(title)):
        return True
    whole = _words(title)
    return whole[: len(own)] == own and 2 * len(own) >= len(whole)


def _headings(tree: HtmlElement) -> list[str]:
    """Return the level-one headings and the elements marked as headline, without repeats."""
    out: dict[str, None] = {}
    for element in tree.iter("h1", "h2", "div", "span", "p"):
        marked = element.get("itemprop") == "headline"
        if element.tag == "h1" or marked:
            text = clean(" ".join(_seen(element)))
            if 3 <= len(text) <= 400:
                out.setdefault(text)
    return list(out)


def _seen(element: HtmlElement) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag not in ("script", "style", "svg", "button"):
            yield from ("".join(_seen(child)),)
        if child.tail:
            yield child.tail


def _alike(one: str, other: str) -> bool:
    """Return True if two lines are the same headline, perhaps cut short or worded a little differently."""
    a, b = _words(one), _words(other)
    if not a or not b:
        return False
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) >= 3 and long[: len(short)] == short:
        return True
    shared = len(set(a) & set(b))
    if shared / len(set(a) | set(b)) >= 0.5:
        return True
    return len(a) < 3 and SequenceMatcher(None, one, other).ratio() > 0.75


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def without_site(title: str, names: Iterable[str]) -> str:
    """Return a title without the name of the site before or after it.

    Args:
        title: As in the ``title`` element.
        names: The names of the site that are known.
    """
    known = {_squeezed(name) for name in names}
    parts = _TITLE_SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    marks = _TITLE_SEPARATOR.findall(title)
    if _squeezed(parts[-1]) in known or _DOMAIN.match(parts[-1]):
        cut = title[: title.rindex(marks[-1])].strip()
        return without_site(cut, names) if len(parts) > 2 else cut
    if _squeezed(parts[0]) in known:
        return title[title.index(marks[0]) + len(marks[0]) :].strip()
    if (
        any(mark.strip() in ("|", "»", "•") for mark in marks[-1:])
        and len(parts[-1]) < 40
        and len(parts[0]) > len(parts[-1])
    ):
        return title[: title.rindex(marks[-1])].strip()
    return title


def _squeezed(name: str) -> str:
    return re.sub(r"\W|^the |\.com$", "", name.casefold())


def _published(page: Page, said: _Said, url: str | None, title: str | None, language: str | None) -> str | None:
    """Return when the article was published, as exactly as the page says it."""
    declared = (
        _first(said.article.get("datePublished")),
        *said.meta(
            "article:published_time",
            "og:article:published_time",
            "datepublished",
            "article:published",
            "og:published_time",
            "parsely-pub-date",
            "sailthru.date",
            "cxenseparse:recs:publishtime",
            "cxenseparse:publishtime",
            "dc.date.issued",
            "dcterms.created",
            "dcterms.date",
            "dc.date",
            "dc.date.created",
            "dcterms.issued",
            "pubdate",
            "publishdate",
            "publish-date",
            "publish_date",
            "publication_date",
            "published_time",
            "published-date",
            "published_at",
            "date_published",
            "article_date_original",
            "article.published",
            "article.created",
            "displaydate",
            "originalpublicationdate",
            "rnews:datepublished",
            "shareaholic:article_published_time",
            "bt:pubdate",
            "iso-8601-publish-date",
            "article:post_date",
            "vr:published_time",
            "eomportal-firstpublished",
            "date",
            "last-published",
        ),
    )
    for value in declared:
        found = days.of_data(value)
        if found is not None:
            return found
    return (
        days.of_tree(page.tree, title=title, language=language)
        or days.of_data_objects(page.data)
        or days.of_url(url)
        or days.of_lines(page.tree, language=language)
        or _guessed_from(said)
    )


def _guessed_from(said: _Said) -> str | None:
    for value in (_first(said.article.get("dateCreated")), *said.meta("datecreated", "creation_date", "created")):
        found = days.of_data(value)
        if found is not None:
            return found
    return None


def _publisher(page: Page, said: _Said, url: str | None) -> str | None:
    """Return the name of the outlet, as it calls itself."""
    host = _host(url)
    weak: str | None = None
    for name in map(_without_rights, _publisher_names(page, said, host)):
        if not 2 <= len(name) <= 60 or name.startswith("http"):
            continue
        if not _DOMAIN.match(name):
            return _first_part(name)
        if host.split(".")[0] in name.lower()[:-4].replace(" ", ""):
            weak = weak or name
    return weak or (_of_host(host) if host else None)


def _publisher_names(page: Page, said: _Said, host: str) -> Iterator[str]:
    """Yield the names that a page gives its outlet, the most reliable first."""
    accounts = [name for name in map(clean, said.meta("twitter:site")) if not name.strip("@ ").isdigit()]
    names = [
        *map(clean, said.meta("og:site_name")),
        _name_of(said.article.get("publisher"), page.data),
        *map(clean, said.meta(*_PUBLISHER_METAS)),
        *_marked_publishers(page.tree),
        *(_name_of(one, page.data) for one in page.data if _SITES & set(types_of(one))),
        # The name of an account is often shortened: it counts where it is that of the host, or where there is no host.
        *(name for name in accounts if host and _squeezed(name) == _of_host(host)),
        _of_title(page, said),
        *([] if host else accounts),
    ]
    yield from filter(None, names)


def _without_rights(name: str) -> str:
    return _RIGHTS.sub("", name).strip(" @|-–—")


def _first_part(name: str) -> str:
    """Return a name without what follows a separator, if the name is long."""
    parts = _SEPARATOR.split(name)
    return parts[0] if len(parts) > 1 and len(parts[0]) >= 2 and len(name) > 25 else name


def _marked_publishers(tree: HtmlElement) -> Iterator[str]:
    """Yield the names in elements that are marked as the publisher's, by microdata."""
    for element in tree.iter("span", "div", "meta", "a"):
        if "publisher" in (element.get("itemprop") or "").lower().split():
            names = (one for one in element.iter() if "name" in (one.get("itemprop") or "").lower().split())
            named = next(names, element)
            yield clean(named.get("content") or named.text_content())


def _name_of(value: object, data: Iterable[Json]) -> str:
    """Return the name of an organization of JSON-LD, by reference too."""
    value = _first(value)
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, dict):
        return ""
    name = clean(_first(value.get("name")))
    if not name and isinstance(value.get("@id"), str):
        named = (clean(_first(one.get("name"))) for one in data if one.get("@id") == value["@id"])
        name = next(filter(None, named), "")
    return name


def _of_title(page: Page, said: _Said) -> str:
    """Return what stands after the headline in the title of the page."""
    whole = clean(page.tree.findtext(".//head/title"))
    declared = (clean(_first(said.article.get("headline"))), *map(clean, said.meta("og:title")), *_headings(page.tree))
    parts = _TITLE_SEPARATOR.split(whole)
    if len(parts) < 2:
        return ""
    for headline in filter(None, declared):
        for name, rest in ((parts[-1], parts[:-1]), (parts[0], parts[1:])):
            if (
                len(name) <= 40
                and name not in headline
                and any(_alike(headline, part) for part in (rest[0], " ".join(rest)))
            ):
                return name
    return ""


def _host(url: str | None) -> str:
    host = urllib.parse.urlsplit(url or "").hostname or ""
    return host.removeprefix("www.").removeprefix("amp.").removeprefix("m.")


def _of_host(host: str) -> str:
    """Return the part of a host's name that its owner registered, without what registries put after it."""
    parts = host.split(".")
    if len(parts) < 2 or parts[-1].isdigit():
        return host
    parts = parts[:-1]
    return parts[-2] if len(parts) > 1 and parts[-1] in _SECOND_LEVEL else parts[-1]


def _language(tree: HtmlElement, said: _Said) -> str | None:
    declared = (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        _first(said.article.get("inLanguage")),
        *said.meta("og:locale", "content-language", "language", "dc.language", "inlanguage"),
    )
    for value in declared:
        if isinstance(value, dict):
            value = value.get("alternateName") or value.get("name")
        found = _LANGUAGE.match(value.strip()) if isinstance(value, str) else None
        if found is not None:
            language, script, region = found.groups()
            parts = (language.lower(), script and script.title(), region and region.upper())
            return "-".join(filter(None, parts))
    return None


def _url(page: Page, said: _Said) -> str | None:
    """Return the address that the page calls its own, else the one it was fetched from."""
    links = [e.get("href") for e in page.tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()]
    entity = _first(said.article.get("mainEntityOfPage"))
    entity = entity.get("@id") if isinstance(entity, dict) else entity
    for value in (*links, *said.meta("og:url"), entity, _first(said.article.get("url")), page.url):
        if not isinstance(value, str) or not value.strip():
            continue
        try:
            found = urllib.parse.urljoin(page.url or "", value.strip())
            parts = urllib.parse.urlsplit(found)
        except ValueError:
            continue
        is_front = parts.path in ("", "/") and not parts.query
        if parts.scheme in ("http", "https") and parts.hostname and not (is_front and value is not page.url):
            return urllib.parse.urlunsplit(parts._replace(fragment=""))
    return page.url


def _authors(tree: HtmlElement, said: _Said, publisher: str | None) -> Iterator[str]:
    """Yield the names of the authors, each once."""
    seen: set[str] = set()
    for value in (list(_declared_authors(said)), list(_seen_authors(tree))):
        for name in value:
            name = _AUTHOR_PREFIX.sub("", name)
            for part in _BETWEEN.split(name) if len(name) > 12 else [name]:
                part = part.strip(" .,-–|")
                key = part.casefold()
                is_site = publisher is not None and _squeezed(part) == _squeezed(publisher)
                if 3 <= len(part) <= 60 and key not in seen and not _NO_AUTHOR.search(part) and not is_site:
                    seen.add(key)
                    yield part
        if seen:
            return


def _declared_authors(said: _Said) -> Iterator[str]:
    value = said.article.get("author")
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and not {"organization", "newsmediaorganization"} & set(types_of(one)):
            names = one.get("name")
            yield from map(clean, names if isinstance(names, list) else [names])
        elif isinstance(one, str):
            yield clean(one)
    yield from map(
        clean, said.meta("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
    )


def _seen_authors(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("a", "span", "p", "div", "address"):
        marks = f"{element.get('rel') or ''} {element.get('itemprop') or ''}".lower().split()
        names = (element.get("class") or "").lower().split()
        if "author" in marks or {"byline", "author-name", "byline__name", "author"} & set(names):
            text = clean(" ".join(_seen(element)))
            if 3 <= len(text) <= 80 and (words.is_byline(text) or len(text.split()) <= 5):
                yield text
