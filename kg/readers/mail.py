"""E-mail: one message (``.eml``) or a mailbox (``.mbox``): newsletters, press releases, alerts."""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from itertools import pairwise
from typing import Final

from kg.errors import InputError
from kg.readers import blocks, encoding, news, xmltree
from kg.readers.article import Cut, Item
from kg.readers.source import Source

MAX_BYTES: Final = 256 << 20
MAX_PARTS: Final = 200
_FROM: Final = re.compile(rb"^From [^\r\n]*\r?\n(?=[!-9;-~]+:)", re.MULTILINE)
_QUOTED_FROM: Final = re.compile(rb"^>(>*From )", re.MULTILINE)
_PREFIX: Final = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|tr|sv)\s*:\s*)+", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"\n-- ?\n.{0,4000}\Z", re.DOTALL)
_QUOTE: Final = re.compile(r"(?:^|\n)(?:>[^\n]*\n?)+")
_FOOTER: Final = re.compile(
    r"(?i).{0,200}\b(?:unsubscribe|you (?:are receiving|received) this (?:e-?mail|message|newsletter)|"
    r"view (?:this e-?mail )?in "
    r"(?:your )?browser|manage (?:your )?(?:preferences|subscriptions?)|privacy policy)\b.{0,300}"
)
_BROKEN: Final = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    email.errors.MessageError,
    RecursionError,
)
"""What the standard library raises for headers and parts of broken messages."""


def read(source: Source) -> Iterator[Item]:
    """Yield an article for each message.

    Raises:
        InputError: There is no message in it.
    """
    data = source.read(MAX_BYTES, "a mailbox")
    if _FROM.match(data):
        return news.limited(_mailbox(data, source), source.name)
    return news.limited(iter([_item(data, source, source.name, source.stem)]), source.name)


def _mailbox(data: bytes, source: Source) -> Iterator[Item]:
    starts = [*(found.start() for found in _FROM.finditer(data)), len(data)]
    for number, (start, end) in enumerate(pairwise(starts), 1):
        message = _QUOTED_FROM.sub(rb"\1", data[data.index(b"\n", start) + 1 : end])
        yield _item(message, source, f"{source.name}: message {number}", f"{source.stem}-{number}")


def _item(data: bytes, source: Source, where: str, own: str) -> Item:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        one = _news(message, own)
    except _BROKEN as error:
        return InputError(f"{where}: is no e-mail that can be read: {error}")
    if not message.keys():
        return InputError(f"{where}: is no e-mail: it has no header")
    one.retrieved = source.retrieved
    return news.item(one, where)


def _publisher(message: EmailMessage) -> str | None:
    """Return the name of the sender, else the domain of the address."""
    sender, address = parseaddr(_header(message, "From") or "")
    return sender or address.rpartition("@")[2] or None


def _news(message: EmailMessage, own: str) -> news.News:
    one = news.News(
        id=(_header(message, "Message-ID") or "").strip(" <>") or own,
        title=_PREFIX.sub("", _header(message, "Subject") or "").strip() or None,
        published=_date(message),
        language=(_header(message, "Content-Language") or "").split(",")[0].strip() or None,
        publisher=_publisher(message),
    )
    for kind, text in _texts(message):
        one.blocks = blocks.of_html(text) if kind == "html" else _plain(one, text)
        if one.blocks:
            break
    one.blocks = [
        blocks.Block(block.text, "boilerplate") if block.role is None and _FOOTER.fullmatch(block.text) else block
        for block in one.blocks
    ]
    return one


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return xmltree.squeezed(encoding.without_controls(str(value))) or None if value is not None else None


def _date(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(_header(message, "Date") or "").isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def _texts(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """Yield the texts of a message, the plain one first: attachments are none."""
    found: list[tuple[str, str]] = []
    for number, part in enumerate(message.walk()):
        if number >= MAX_PARTS:
            break
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            text = encoding.decode(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""
            found.append((kind[5:], encoding.without_controls(text)))
    yield from sorted(found, key=lambda one: one[0] != "plain")


def _plain(one: news.News, text: str) -> list[blocks.Block]:
    """Return the paragraphs of a plain text; signature and quoted mail are cut."""
    text = text.replace("\r\n", "\n")
    for pattern, kind in ((_SIGNATURE, "credit"), (_QUOTE, "related")):
        for found in pattern.finditer(text):
            one.cut.append(Cut(text=found[0].strip(), kind=kind))
        text = pattern.sub("\n", text)
    return [blocks.Block(paragraph) for paragraph in blocks.of_plain(text)]
