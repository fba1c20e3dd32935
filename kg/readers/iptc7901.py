"""IPTC 7901: the telegraph format of agencies, any number of messages in a file.

A message is SOH, source, number, priority, category and word count, keywords, STX, headline and text, ETX, the time,
EOT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.readers import blocks, dates, encoding, framelines, news, xmltree
from kg.readers.article import Item
from kg.readers.source import Source

SOH, STX, ETX, EOT = "\x01", "\x02", "\x03", "\x04"
_HEADER: Final = re.compile(
    r"(?P<source>[A-Za-z]{1,8}) ?(?P<number>\d{1,6}) +(?P<priority>[1-9bdfru]) +(?P<category>[A-Za-z]{1,4})"
    r"(?: +(?P<words>\d{1,6}))?(?P<rest>[^\r\n]*)"
)
_REFERENCE: Final = re.compile(r"\b([A-Za-z]{2,8}) ?(\d{3,6})\b")
_AMENDED: Final = re.compile(
    r"\W*(?:kill|withdraw|correct|substitut|replace|repl|writethru|retransmi|eliminat|annul)", re.IGNORECASE
)
_NOT_FOR_PRINT: Final = re.compile(
    r"\n[^\n]*\b(?:following|foregoing) information is not (?:intended )?for publication", re.IGNORECASE
)
_END_SIGNS: Final = re.compile(r"[ \t]?[<=]+[ \t]*(?:\n|\Z)")
"""What some agencies put at the end of a headline or paragraph."""
_MAX_HEADLINE: Final = 4
_LONGEST_HEADLINE: Final = 160
_EMBARGO: Final = re.compile(
    r"\b(?:embargo(?:ed)?|not for (?:release|publication) before)\b[^\n]{0,120}", re.IGNORECASE
)
_EMBARGO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?")


def read(source: Source) -> Iterator[Item]:
    """Yield the articles and withdrawals of a file.

    Raises:
        InputError: There is no message in it.
    """
    data = source.read(xmltree.MAX_BYTES, "a file of news")
    text = encoding.decode(data, source.charset).replace("\r\n", "\n").replace("\r", "\n")
    return news.limited(_items(text, source), source.name)


def _items(text: str, source: Source) -> Iterator[Item]:
    for number, message in enumerate(text.split(SOH)[1:], 1):
        if message.strip("\0\x16 \n"):
            yield _item(message, number, source)


def _item(message: str, number: int, source: Source) -> Item:
    where = f"{source.name}: message {number}"
    head, stx, rest = message.partition(STX)
    header = _HEADER.match(head.lstrip("\n \x16"))
    if not stx or header is None:
        return InputError(f"{where}: its header is not that of IPTC 7901 (source, number, priority, category)")
    body, etx, trailer = rest.partition(ETX if ETX in rest else EOT)
    if not etx:
        return InputError(f"{where}: is cut off, it has no end of text")
    one = news.News(
        id="",
        published=_published(head, body, trailer),
        publisher=header["source"].upper(),
        retrieved=source.retrieved,
    )
    keywords = " ".join(head.lstrip("\n \x16").splitlines()[1:]).strip()
    one.title, paragraphs = _parts(body, keywords)
    top = one.title or ""
    one.id = _identifier(header, f"{top} {keywords} {header['rest']} {' '.join(paragraphs[:2])}", (top, keywords))
    if one.published:
        one.id += f":{one.published[:10]}"
    one.version = f"{int(header['number'])}"
    one.note = next((line for line in (top, keywords, header["rest"]) if news.is_kill(line)), None)
    _set_embargo(one, f"{header['rest']}\n{keywords}\n{top}\n" + "\n".join(paragraphs[:2]))
    one.blocks = [blocks.Block(encoding.without_controls(paragraph)) for paragraph in paragraphs]
    return news.item(one, source.name)


def _published(head: str, body: str, trailer: str) -> str | None:
    """Return the time of a message: after its text, before it, or in its last line."""
    return (
        dates.of_message(trailer)
        or _iso(trailer)
        or dates.of_message(head)
        or _iso(head)
        or dates.of_message(body[-120:])
    )


def _identifier(header: re.Match[str], words: str, lines: tuple[str, str]) -> str:
    """Return the identifier of a message: its own number, or that of the message it amends.

    Args:
        header: The header.
        words: Where the amended message may be named.
        lines: The headline and the keywords, which say whether a message amends another.
    """
    is_amended = any(_AMENDED.match(line) for line in (*lines, header["rest"]))
    referred = _REFERENCE.search(words) if is_amended else None
    source, number = referred.groups() if referred else (header["source"], header["number"])
    return f"iptc7901:{source.lower()}{int(number):04}"


def _set_embargo(one: news.News, words: str) -> None:
    """Write the embargo that the first words of a message name into the article."""
    embargo = _EMBARGO.search(words)
    if embargo:
        until = _EMBARGO_DATE.search(embargo[0])
        one.embargo = (dates.iso(until[0]) if until else None) or dates.of_message(embargo[0])
        one.status = None if one.embargo else "embargoed"


def _iso(text: str) -> str | None:
    """Return the first date in a text, in ISO 8601."""
    found = _EMBARGO_DATE.search(text)
    return dates.iso(found[0]) if found else None


def _parts(body: str, slug: str) -> tuple[str | None, list[str]]:
    """Return the headline and the paragraphs.

    The headline is the first line, or lines, up to one that is blank or indented, a byline or a text with a dateline.
    A text without one has the keywords of its header.

    Args:
        body: What stands between STX and ETX.
        slug: The keywords.
    """
    body = encoding.without_controls(body.replace("\x1e", "").replace("\x1f", ""))
    found = _NOT_FOR_PRINT.search(body)
    body = _END_SIGNS.sub(lambda end: "\n" if "<" not in end[0] else "\n\n", body)
    lines = (body[: found.start()] if found else body).lstrip("\n").split("\n")
    end = 0
    while end < min(len(lines), _MAX_HEADLINE) and _continues_headline(lines, end):
        end += 1
    if end == _MAX_HEADLINE:  # no blank line after it: the headline is the first line
        end = 1
    title = xmltree.squeezed(" ".join(lines[:end])) or xmltree.squeezed(slug) or None
    text = lines[end:]
    below: list[str] = []
    while text and (not text[-1].strip() or framelines.end_role(text[-1].strip())):
        below.insert(0, text.pop().strip())
    return title, [*blocks.of_plain("\n".join(text), wrapped=True), *filter(None, below)]


def _continues_headline(lines: list[str], at: int) -> bool:
    line = lines[at]
    if not line.strip() or (line.startswith((" ", "\t")) and (at > 0 or line.startswith(("  ", "\t")))):
        return False
    return not framelines.is_byline(line) and not (
        framelines.dateline_length(line) or (at == 0 and len(line) > _LONGEST_HEADLINE)
    )
