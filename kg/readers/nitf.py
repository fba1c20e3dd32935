"""NITF, alone or inside NewsML and ninjs."""

from __future__ import annotations

from collections.abc import Iterator

from kg.readers import blocks, dates, framelines, news, xmltree
from kg.readers.article import Cut, Item
from kg.readers.source import Source
from kg.readers.xmltree import Element


def read(source: Source) -> Iterator[Item]:
    """Yield the article of a NITF file, or several of one root element.

    Raises:
        InputError: The file is not well-formed, or has no article.
    """
    root = xmltree.parse(source.read(xmltree.MAX_BYTES, "a file of news"), source.name, source.charset)
    found = (news.item(one, source.name) for one in _all(root, source))
    return news.limited(found, source.name)


def _all(root: Element, source: Source) -> Iterator[news.News]:
    for number, element in enumerate(xmltree.every(root, "nitf"), 1):
        one = news.News(id=source.stem if number == 1 else f"{source.stem}-{number}", retrieved=source.retrieved)
        fill(one, element)
        yield one


def fill(one: news.News, nitf: Element) -> None:
    """Fill the empty fields of an item from a ``nitf`` element.

    Args:
        one: The item.
        nitf: The element.
    """
    docdata = xmltree.first(nitf, "head/docdata")
    head = xmltree.first(nitf, "body/body.head")
    _identify(one, docdata)
    one.title = (
        one.title or xmltree.first_words(head, "hedline/hl1", "hedline") or xmltree.first_words(nitf, "head/title")
    )
    one.language = one.language or next(
        filter(None, (xmltree.value(e, "lang") for e in (xmltree.first(nitf, "body"), nitf))), None
    )
    one.language = one.language or xmltree.value(nitf, "baselang") or _meta(nitf, "language", "lang", "dc.language")
    one.published = one.published or _published(nitf, docdata, head)
    one.publisher = one.publisher or _publisher(nitf, docdata, head)
    _frame(one, head)
    one.licence = one.licence or xmltree.first_words(head, "rights")
    note = xmltree.first_words(head, "note")
    message = xmltree.value(xmltree.first(docdata, "ed-msg"), "info")
    one.note = one.note or message or note
    one.blocks += body(nitf)


def _meta(nitf: Element, *names: str) -> str | None:
    for found in xmltree.at(nitf, "head/meta"):
        if (xmltree.value(found, "name") or "").lower() in names:
            return xmltree.value(found, "content")
    return None


def body(nitf: Element) -> list[blocks.Block]:
    """Return the paragraphs of the content of a ``nitf`` element and of what ends it."""
    out: list[blocks.Block] = []
    for content in xmltree.every(nitf, "body.content"):
        out += blocks.of_markup(content)
    for end in xmltree.every(nitf, "body.end"):
        out += (blocks.Block(one.text, one.role or "credit") for one in blocks.of_markup(end))
    if not out:
        found = xmltree.first(nitf, "body")
        out = [] if found is None else [one for one in blocks.of_markup(found) if one.role is None]
    return out


def _identify(one: news.News, docdata: Element | None) -> None:
    """Write which story it is, in which version, and whether it may be used."""
    key = xmltree.first(docdata, "du-key")
    own = xmltree.value(xmltree.first(docdata, "doc-id"), "id-string") or xmltree.value(key, "key")
    corrected = xmltree.value(xmltree.first(docdata, "correction"), "id-string")
    if one.version is None:  # it stands alone, and not in an item that has an id
        one.id = corrected or own or one.id
        one.version = xmltree.value(key, "version") or xmltree.value(key, "generation")
    one.status = one.status or xmltree.value(docdata, "management-status")
    target = xmltree.value(docdata, "management-doc-idref")
    of_target = xmltree.value(docdata, "management-idref-status")
    if target and news.is_killed(of_target):
        one.id, one.status = target, of_target
    release = dates.iso(xmltree.value(xmltree.first(docdata, "date.release"), "norm"))
    if release and ((one.status or "").lower() == "embargoed" or _is_later(release, docdata)):
        one.embargo = one.embargo or release


def _is_later(release: str, docdata: Element | None) -> bool:
    issued = dates.moment(dates.iso(xmltree.value(xmltree.first(docdata, "date.issue"), "norm")))
    released = dates.moment(release)
    return issued is not None and released is not None and released > issued


def _published(nitf: Element, docdata: Element | None, head: Element | None) -> str | None:
    norms = (
        xmltree.value(xmltree.first(docdata, "date.issue"), "norm"),
        xmltree.value(xmltree.first(head, "dateline/story.date"), "norm"),
        xmltree.value(xmltree.first(nitf, "head/pubdata"), "date.publication"),
        xmltree.value(xmltree.first(docdata, "date.release"), "norm"),
        xmltree.first_words(docdata, "date.issue"),
    )
    return next(filter(None, map(dates.iso, norms)), None)


def _publisher(nitf: Element, docdata: Element | None, head: Element | None) -> str | None:
    return (
        xmltree.first_words(head, "distributor/org", "distributor")
        or xmltree.value(xmltree.first(nitf, "head/pubdata"), "name")
        or xmltree.value(xmltree.first(docdata, "doc.copyright"), "holder")
        or xmltree.value(xmltree.first(docdata, "doc-id"), "regsrc")
    )


def _frame(one: news.News, head: Element | None) -> None:
    for byline in xmltree.at(head, "byline"):
        people = [xmltree.words(person) for person in xmltree.every(byline, "person", "name.given")]
        words = xmltree.words(byline)
        if words:
            one.cut.append(Cut(text=words, kind="byline"))
            one.authors += (people or framelines.authors(_without_office(byline))) if not one.authors else []
    dateline = xmltree.first_words(head, "dateline")
    one.dateline = one.dateline or dateline
    abstract = xmltree.first_words(head, "abstract")
    if abstract:
        one.cut.append(Cut(text=abstract, kind="abstract"))


def _without_office(byline: Element) -> str:
    title = xmltree.words(xmltree.first(byline, "byttl"))
    return xmltree.words(byline).removesuffix(title) if title else xmltree.words(byline)
