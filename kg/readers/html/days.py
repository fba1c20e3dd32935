"""When an article appeared, from what pages write: ISO 8601 in many hands, dates in words, and addresses."""

from __future__ import annotations

import datetime
import email.utils
import re
from collections.abc import Iterable, Iterator
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


def of_data(value: object) -> str | None:
    """Return a date of a page's data in ISO 8601, with its time and zone where it says them; None for no date."""
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


def of_words(text: str) -> str | None:
    """Return the first day that a line names, ISO 8601; None where the order of its numbers is not sure."""
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
    numbers = _NUMBERS.search(text)
    if numbers is None:
        return None
    first, mark, second, year = numbers.groups()
    if int(first) > 12 or mark == ".":
        return _iso(year, second, first)
    return _iso(year, first, second) if int(second) > 12 or first == second else None


def of_url(url: str | None) -> str | None:
    """Return the day in the path of an address, None where there is none."""
    found = _IN_URL.search((url or "").split("://")[-1].partition("/")[2].join(("/", "")))
    return None if found is None else _iso(*found.groups())


def of_tree(tree: HtmlElement) -> str | None:
    """Return the day that readers see above the article: in ``time`` elements, or lines that are called a date."""
    changed: str | None = None
    for element in _dated(tree):
        said = " ".join(
            (element.get("class") or "", element.get("itemprop") or "", (element.text_content() or "")[:_MAX_LINE])
        )
        text = element.get("datetime") or element.get("content") or element.get("title") or ""
        found = (of_data(text) if text else None) or of_words((element.text_content() or "")[:_MAX_LINE])
        if found is None:
            continue
        if not _CHANGED.search(said) or re.search(r"publi|posted|erstellt", said, re.IGNORECASE):
            return found
        changed = changed or found
    return changed


def of_data_objects(data: Iterable[dict[str, Any]]) -> str | None:
    """Return the first date of publication in any object of JSON-LD."""
    return next(filter(None, (of_data(one.get("datePublished")) for one in data)), None)


def _dated(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements that may say the day: marked ones, those near the headline, ``time``, then by name."""
    elements = list(tree.iter(*_HOLDERS))
    for element in elements:
        if (element.get("itemprop") or "").lower() == "datepublished" or element.get("pubdate") is not None:
            yield element
    heading = next(tree.iter("h1"), None)
    times = [e for e in elements if e.tag == "time"]
    if heading is not None:
        for up in [up for _, up in zip(range(4), heading.iterancestors(), strict=False)]:
            near = [time for time in times if up in time.iterancestors()]
            if near:
                yield from near[:4]
                break
    yield from times[:6]
    for element in elements:
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _NAMES.search(names) and len(element.text_content()) <= _MAX_LINE:
            yield element
    for element in elements[:4000]:
        text = (element.text or "").strip()
        if (
            6 <= len(text) <= 80
            and re.search(r"(?:19|20)\d\d", text)
            and len(element) < 4
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
