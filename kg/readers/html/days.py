"""When an article appeared, from what pages write: ISO 8601 in many hands, dates in words, and addresses."""

from __future__ import annotations

import datetime
import email.utils
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from lxml.html import HtmlElement

_ISO: Final = re.compile(
    r"\s*((?:19|"
    r"20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|"
    r"[+-]\d\d:?\d\d|[+-]\d\d)?)?(?!\d)"
)
_COMPACT: Final = re.compile(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?\s*\Z")
_EPOCH: Final = re.compile(r"\s*(\d{10})(?:\d{3})?\s*\Z")
_IN_URL: Final = re.compile(r"[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\Z)")
_IN_SECTION: Final = re.compile(r"/((?:19|20)\d\d)/(?:[A-Za-z_-]+/)?(\d{1,2})/(\d{1,2})(?=/|\Z)")
"""Days in addresses with a section between, as in /2010/politics/08/13/, or without zeros."""
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            (
                "january jan januar janvier enero ene janeiro gennaio gen januari tammikuuta stycznia января январь "
                "ledna január ocak ιανουαρίου ianuarie siječnja січня"
            ),
            (
                "february feb februar février fevrier févr febrero fevereiro fev febbraio februari helmikuuta lutego "
                "февраля февраль února február şubat φεβρουαρίου februarie veljače лютого"
            ),
            (
                "march mar märz maerz mrz mars marzo março marco maart maaliskuuta marca марта март března március "
                "mart μαρτίου martie ožujka березня"
            ),
            (
                "april apr avril abril abr aprile huhtikuuta kwietnia апреля апрель dubna április nisan απριλίου "
                "aprilie travnja квітня"
            ),
            (
                "may mai mayo maio maggio mag mei maj toukokuuta maja мая май května május mayıs μαΐου μαίου svibnja "
                "травня"
            ),
            (
                "june jun juni juin junio junho giugno giu kesäkuuta czerwca июня июнь června június haziran ιουνίου "
                "iunie lipnja червня"
            ),
            (
                "july jul juli juillet juil julio julho luglio lug heinäkuuta lipca июля июль července július temmuz "
                "ιουλίου iulie srpnja липня"
            ),
            (
                "august aug août aout agosto ago augustus augusti elokuuta sierpnia августа август srpna augusztus "
                "ağustos αυγούστου серпня"
            ),
            (
                "september sep sept septembre septiembre setiembre setembro set settembre syyskuuta września "
                "сентября сентябрь září szeptember eylül σεπτεμβρίου septembrie rujna вересня"
            ),
            (
                "october oct oktober okt octobre octubre outubro out ottobre ott lokakuuta października октября "
                "октябрь října október ekim οκτωβρίου octombrie listopada жовтня"
            ),
            (
                "november nov novembre noviembre novembro marraskuuta ноября ноябрь listopadu kasım νοεμβρίου "
                "noiembrie studenoga листопада"
            ),
            (
                "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre december joulukuuta "
                "grudnia декабря декабрь prosince december aralık δεκεμβρίου decembrie prosinca грудня desember des"
            ),
        ),
        1,
    )
    for name in names.split()
}
_MONTH: Final = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_WORDS: Final = re.compile(
    rf"(?<!\w)(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?\s*(?:de\s+|"
    rf"of\s+)?(?P<m1>{_MONTH})\.?,?\s*(?:de\s+)?(?P<y1>(?:19|20)\d\d)"
    rf"|(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>(?:19|20)\d\d))(?!\w)",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d\d)(?![\d.])")
_EAST_ASIAN: Final = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_NAMES: Final = re.compile(
    r"(?:^|[\s_-])(?:date|datetime|dateline|published?|publish-?date|pubdate|time-?stamp|posted|"
    r"post-?date|entry-?date|article-?date|byline-?date|meta-?date|created|fecha|datum|data)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    r"updat|modif|edit|aktualis|mis.?à.?jour|actualiz|atualiz|aggiorn|bijgewerkt|uppdat|oppdat|güncel|обновл",
    re.IGNORECASE,
)
_HOLDERS: Final = ("time", "span", "div", "p", "abbr", "meta", "li", "small", "td", "font", "em", "i", "b", "a")
_MAX_LINE: Final = 160
_MAX_REST: Final = 30
"""Letters besides the day in a line that is there to say the day."""
_EARLIEST: Final = "1990"
"""Pages of the web are not older: what is read as an earlier day is a day in a text."""
_DAY_FIRST_REGIONS: Final = frozenset({"GB", "IE", "AU", "NZ", "IN", "ZA", "NG", "KE", "PK", "SG", "MY", "HK"})
_YEAR_FIRST: Final = frozenset({"fil", "tl", "zh", "ja", "ko", "hu", "lt", "mn", "fa", "sv"})
_ELSEWHERE: Final = re.compile(
    r"(?:^|[\s_-])(?:related|sidebar|widget|comments?|footer|teasers?|recommend\w*|popular|latest|archive|nav)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)


def of_data(value: object) -> str | None:
    """Return a date of a page's data in ISO 8601, with time and zone if given; None for no date."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value))
    if not isinstance(value, str) or not value.strip():
        return None
    found = _ISO.match(value) or _COMPACT.match(value)
    if found is not None:
        return _iso(*(found.groups() + (None,) * 7)[:7])
    epoch = _EPOCH.match(value)
    if epoch is not None:
        return datetime.datetime.fromtimestamp(int(epoch[1]), datetime.UTC).isoformat()
    try:
        parsed = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return of_words(value)
    return parsed.isoformat() if 1980 < parsed.year < 2100 else None


def of_words(text: str, *, day_first: bool = False) -> str | None:
    """Return the first day that a line names, ISO 8601; None if the order of its numbers is not sure.

    Args:
        text: The line.
        day_first: True if it is in a language that writes the day before the month.
    """
    found = _ISO.search(text) if re.search(r"(?:19|20)\d\d[-/.]\d", text) else None
    if found is not None:
        return _iso(*found.groups())
    asian = _EAST_ASIAN.search(text)
    if asian is not None:
        return _iso(asian[1], asian[2], asian[3])
    named = _WORDS.search(text)
    if named is not None:
        month = _MONTHS[(named["m1"] or named["m2"]).lower()]
        return _iso(named["y1"] or named["y2"], str(month), named["d1"] or named["d2"])
    return _of_numbers(text, day_first=day_first)


def _of_numbers(text: str, *, day_first: bool) -> str | None:
    """Return the first day that a line names in numbers alone; None if their order is not sure."""
    numbers = _NUMBERS.search(text)
    if numbers is None:
        short = _SHORT_YEAR.search(text)
        return None if short is None else _iso(f"20{short[3]}", short[2], short[1])
    first, mark, second, year = numbers.groups()
    if int(first) > 12 or mark == "." or (day_first and int(second) <= 12):
        return _iso(year, second, first)
    return _iso(year, first, second) if int(second) > 12 or first == second else None


def of_url(url: str | None) -> str | None:
    """Return the day in the path of an address, None if there is none."""
    path = (url or "").split("://")[-1].partition("/")[2].join(("/", ""))
    found = _IN_URL.search(path) or _IN_SECTION.search(path)
    return None if found is None else _iso(*found.groups())


def of_tree(tree: HtmlElement, *, title: str | None = None, language: str | None = None) -> str | None:
    """Return the visible day above the article: in ``time`` elements, or lines marked as a date.

    Args:
        tree: The page.
        title: The headline; elements near it come first.
        language: The language of the page, which decides whether 03/04 is a day in April.
    """
    return _first_day(_marked(tree, title), day_first=writes_day_first(language))


def of_lines(tree: HtmlElement, *, language: str | None = None) -> str | None:
    """Return the day in a line of the page with a day and few other words.

    Args:
        tree: The page.
        language: The language of the page.
    """
    return _first_day(_lines(tree), day_first=writes_day_first(language))


def writes_day_first(language: str | None) -> bool:
    """Return True if a language writes the day before the month; False if that is not sure."""
    if not language:
        return False
    name, _, region = language.partition("-")
    return region.upper() in _DAY_FIRST_REGIONS if name == "en" else name not in _YEAR_FIRST


def _first_day(elements: Iterator[HtmlElement], *, day_first: bool) -> str | None:
    changed: str | None = None
    for element in elements:
        words = (element.text_content() or "")[:_MAX_LINE]
        said = " ".join((element.get("class") or "", element.get("itemprop") or "", words))
        text = element.get("datetime") or element.get("content") or element.get("title") or ""
        found = (of_data(text) if text else None) or of_words(words, day_first=day_first)
        if found is None or found < _EARLIEST:
            continue
        if not _CHANGED.search(said) or re.search(r"publi|posted|erstellt", said, re.IGNORECASE):
            return found
        changed = changed or found
    return changed


def of_data_objects(data: Iterable[dict[str, Any]]) -> str | None:
    """Return the first date of publication in any object of JSON-LD."""
    return next(filter(None, (of_data(one.get("datePublished")) for one in data)), None)


def _marked(tree: HtmlElement, title: str | None) -> Iterator[HtmlElement]:
    """Yield the elements marked as a day: microdata, ``time`` near the headline, other ``time``, names."""
    elements = list(tree.iter(*_HOLDERS))
    for element in elements:
        if (element.get("itemprop") or "").lower() == "datepublished" or element.get("pubdate") is not None:
            yield element
    times = [element for element in elements if element.tag == "time"]
    own = [element for element in times if not _is_elsewhere(element)]
    yield from _near(_heading(tree, title), own)
    yield from own[:6]
    named = [element for element in elements if _is_called_date(element)]
    elsewhere = [element for element in named if _is_elsewhere(element)]
    yield from (element for element in named if element not in elsewhere)
    yield from times[:6]
    yield from elsewhere


def _near(heading: HtmlElement | None, times: Sequence[HtmlElement]) -> Sequence[HtmlElement]:
    """Return those elements that the smallest box around a heading holds; none where that box is large."""
    for up in [] if heading is None else itertools.islice(heading.iterancestors(), 4):
        near = [time for time in times if up in time.iterancestors()]
        if near:
            return near[:4]
    return ()


def _is_called_date(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _NAMES.search(names) is not None and len(element.text_content()) <= _MAX_LINE


def _heading(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """Return the heading that says the headline; the first one of level one where none does."""
    wanted = "".join(title.split()) if title else None
    for heading in tree.iter("h1", "h2"):
        if wanted is not None and wanted in "".join(heading.text_content().split()):
            return heading
    return next(tree.iter("h1"), None)


def _is_elsewhere(element: HtmlElement) -> bool:
    """Return True for another article's day: in a list, a quotation, an aside or a footer of the page."""
    for up in element.iterancestors():
        if up.tag in ("aside", "nav", "blockquote", "ul", "ol"):
            return True
        if up.tag in ("article", "main"):
            return False
        if up.tag not in ("body", "html") and _ELSEWHERE.search(f"{up.get('class') or ''} {up.get('id') or ''}"):
            return True
    return False


def _lines(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements that say a day and little else."""
    for element in itertools.islice(tree.iter(*_HOLDERS), 4000):
        text = (element.text or "").strip()
        if (
            element.tag not in ("a", "li")
            and 6 <= len(text) <= 80
            and re.search(r"(?:19|20)\d\d", text)
            and len(element) < 4
            and len(re.sub(rf"{_MONTH}|[\W\d_]+", "", text, flags=re.IGNORECASE)) <= _MAX_REST
            and not re.search(r"©|copyright", text, re.IGNORECASE)
        ):
            yield element


def _iso(
    year: str | None,
    month: str | None,
    day: str | None,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    zone: str | None = None,
) -> str | None:
    try:
        date = datetime.date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None
    if hour is None or int(hour) > 23 or int(minute or 0) > 59:
        return date.isoformat()
    out = f"{date.isoformat()}T{int(hour):02}:{minute or '00'}:{second or '00'}"
    if zone is None:
        return out
    if zone in ("Z", "UTC", "GMT"):
        return f"{out}+00:00"
    return f"{out}{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
