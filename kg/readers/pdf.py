"""PDF with a text in it: columns, running heads and hyphens at line ends are undone. A scan is refused as such."""

from __future__ import annotations

import io
import logging
import re
import statistics
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kg.errors import InputError
from kg.extras import missing
from kg.readers import blocks, dates, encoding, news, xmltree
from kg.readers.article import Cut, Item
from kg.readers.source import Source

if TYPE_CHECKING:
    from types import ModuleType

MAX_BYTES: Final = 64 << 20
MAX_PAGES: Final = 2_000
_BROKEN: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError, RecursionError,
    RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What pypdf raises for a broken file, besides its own errors."""
_FEW_WORDS: Final = 8
"""A page: with fewer and a picture on it, it is a scan."""
_FEW_SWITCHES: Final = 5
"""So often at most does a page that is drawn column by column change its column."""
_SENTENCE_END: Final = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_HYPHEN: Final = re.compile(r"(\w+)[-‐\xad]$")
_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st", "\xad": "-"}
)
_PAGE_NUMBER: Final = re.compile(
    r"(?:(?:[Pp]age|[Ss]eite|p\.) ?)?[-–— ]{0,2}\d{1,4}[-–— ]{0,2}(?:(?: of |/| ?\| ?)\d{1,4})?"
)
_NO_TITLE: Final = re.compile(
    r"(?i)untitled|microsoft word.*|.*\.(?:docx?|pdf|indd|odt|qxp|tex|html?)|document\d*|slide \d+"
)


@dataclass(slots=True)
class _Line:
    text: str
    x: float
    y: float
    size: float
    page: int


def read(source: Source) -> Iterator[Item]:
    """Yield the article of a PDF.

    Raises:
        InputError: It is broken, encrypted, too long, or a scan without text.
        MissingExtra: pypdf is not installed.
    """
    data = source.read(MAX_BYTES, "a PDF")
    pypdf = _pypdf()
    try:
        one = _news(pypdf, data, source)
    except (pypdf.errors.PyPdfError, *_BROKEN) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{source.name}: is no PDF that can be read: {type(error).__name__}: {error}") from error
    yield news.item(one, source.name)


def _pypdf() -> ModuleType:
    try:
        import pypdf
    except ImportError as error:
        raise missing("PDF needs pypdf", "inputs") from error
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends silently is nothing to the user
    return pypdf


def _opened(pypdf: ModuleType, data: bytes, source: Source) -> Any:
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise InputError(f"{source.name}: needs a password; save it without one")
    if len(reader.pages) > MAX_PAGES:
        raise InputError(f"{source.name}: has {len(reader.pages):,} pages, more than {MAX_PAGES:,}; split it")
    return reader


def _check_has_text(reader: Any, pages: list[list[_Line]], source: Source) -> None:
    count = sum(len(line.text.split()) for lines in pages for line in lines)
    if not count or (count < _FEW_WORDS * len(pages) and any(map(_has_picture, reader.pages))):
        raise InputError(f"{source.name}: is a scan, its pages are pictures; have its text recognised (OCR) first")


def _declared_title(reader: Any) -> str | None:
    """Return the title in the properties of the file, unless a program made it up."""
    known = _meta(reader, "title")
    return known if known and not _NO_TITLE.fullmatch(known) else None


def _news(pypdf: ModuleType, data: bytes, source: Source) -> news.News:
    reader = _opened(pypdf, data, source)
    pages = [_lines(page, number) for number, page in enumerate(reader.pages)]
    _check_has_text(reader, pages, source)
    one = news.News(id=source.stem, retrieved=source.retrieved, language=_language(reader))
    running = _running_heads(pages)
    one.cut += (Cut(text=text, kind="chrome") for text in dict.fromkeys(line.text for line in running))
    dropped = set(map(id, running))
    lines = [line for page in pages for line in _in_reading_order([one for one in page if id(one) not in dropped])]
    title, lines, others = _headline(lines)
    one.title = title or _declared_title(reader)
    if title is not None:
        one.cut.append(Cut(text=title, kind="headline"))
    one.blocks = _paragraphs(others + lines)
    _date(one)
    author = _meta(reader, "author")
    if author and " " in author:
        one.authors = [author]
    return one


def _meta(reader: Any, name: str) -> str | None:
    value = getattr(reader.metadata, name, None) if reader.metadata else None
    return xmltree.squeezed(encoding.without_controls(value)) or None if isinstance(value, str) else None


def _language(reader: Any) -> str | None:
    found = reader.trailer["/Root"].get("/Lang")
    return str(found) if isinstance(found, str) and re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", found) else None


def _has_picture(page: Any) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    found = objects.get_object().values() if objects is not None else ()
    return any(one.get_object().get("/Subtype") == "/Image" for one in found)


def _lines(page: Any, number: int) -> list[_Line]:
    """Return the lines of a page in the order in which they are drawn."""
    out: list[_Line] = []
    current: list[tuple[str, float, float, float]] = []

    def end() -> None:
        text = encoding.without_controls("".join(part[0] for part in current)).translate(_LIGATURES)
        if text.strip():
            _, x, y, _ = next(part for part in current if part[0].strip())
            sizes = Counter[float]()
            for part in current:
                sizes[round(part[3], 1)] += len(part[0])
            out.append(_Line(xmltree.squeezed(text), x, y, sizes.most_common(1)[0][0], number))
        current.clear()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], _font: object, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] * cm[3]) or 1.0
        for i, piece in enumerate(text.split("\n")):
            if i:
                end()
            if piece.strip() and current and _is_apart(current[-1], x, y):
                end()
            if piece:
                current.append((piece, x, y, size * scale))

    page.extract_text(visitor_text=visit)
    end()
    return out


def _is_apart(before: tuple[str, float, float, float], x: float, y: float) -> bool:
    """Return True if other words of the row are far to the right, which means another column."""
    text, start, row, size = before
    return abs(row - y) < 1 and x - (start + len(text.rstrip()) * 0.5 * size) > 2 * size and bool(text.strip())


def _running_heads(pages: list[list[_Line]]) -> list[_Line]:
    """Return the lines at the top and bottom of pages that stand on several of them, and page numbers."""
    edges = [(line, _pattern(line)) for page in pages for line in _edges(page)]
    if len(pages) < 2:
        return [line for line, _ in edges if _PAGE_NUMBER.fullmatch(line.text) and len(pages[0]) > 3]
    seen = Counter(pattern for page in pages for pattern in {_pattern(line) for line in _edges(page)})
    often = max(2, len(pages) // 3)
    return [line for line, pattern in edges if seen[pattern] >= often or _PAGE_NUMBER.fullmatch(line.text)]


def _edges(page: list[_Line]) -> list[_Line]:
    """Return the two highest and two lowest rows of a page: what is printed on each page stands there."""
    rows = sorted({round(line.y) for line in page})
    outer = {*rows[:2], *rows[-2:]}
    return [line for line in page if round(line.y) in outer]


def _pattern(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.y / 4)


def _gutter(lines: list[_Line]) -> float | None:
    """Return where the second column of a page begins, None if it has one column."""
    edges = Counter(round(line.x / 6) for line in lines)
    wide = [edge for edge, n in edges.most_common(4) if n >= 5]
    if len(wide) < 2:
        return None
    left, right = sorted(wide[:2])
    return right * 6 - 12 if (right - left) * 6 >= 100 else None


def _in_reading_order(lines: list[_Line]) -> list[_Line]:
    """Return the lines of a page column by column, where they are drawn row by row across two columns."""
    middle = _gutter(lines)
    if middle is None or sum((a.x >= middle) != (b.x >= middle) for a, b in pairwise(lines)) <= _FEW_SWITCHES:
        return lines
    top = max(line.y for line in lines if line.x >= middle) + 2
    above = [line for line in lines if line.y > top]
    below = [line for line in lines if line.y <= top]
    return above + [line for line in below if line.x < middle] + [line for line in below if line.x >= middle]


def _headline(lines: list[_Line]) -> tuple[str | None, list[_Line], list[_Line]]:
    """Return the headline (the largest letters at the top of page one), the lines after it and above it."""
    top = [line for line in lines[:15] if line.page == 0]
    if not top:
        return None, lines, []
    body = _body_size(lines)
    largest = max(line.size for line in top)
    if largest < 1.15 * body:
        return None, lines, []
    start = next(i for i, line in enumerate(top) if line.size > 0.97 * largest)
    end = start
    while end < len(lines) and lines[end].size > 0.97 * largest and end - start < 6:
        end += 1
    return _joined([line.text for line in lines[start:end]]), lines[end:], lines[:start]


def _body_size(lines: list[_Line]) -> float:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _paragraphs(lines: list[_Line]) -> list[blocks.Block]:
    """Return the paragraphs of lines in reading order; those in larger letters are headings."""
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and 0 < a.y - b.y < 4 * a.size + 8]
    leading = statistics.median(gaps) if gaps else 12.0
    length = statistics.median([len(line.text) for line in lines]) if lines else 0
    body = _body_size(lines)
    lefts = Counter((line.page, round(line.x)) for line in lines)
    out: list[blocks.Block] = []
    current: list[_Line] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and current and _begins(before, line, leading, length, lefts):
            out.append(_block(current, body))
            current = []
        current.append(line)
    if current:
        out.append(_block(current, body))
    return out


def _begins(before: _Line, line: _Line, leading: float, length: float, lefts: Counter[tuple[int, int]]) -> bool:
    """Return True if a paragraph begins with ``line``."""
    if abs(before.size - line.size) > 0.08 * before.size:
        return True
    indented = _is_indented(line, lefts)
    ends = _SENTENCE_END.search(before.text) is not None
    gap = before.y - line.y
    if line.page != before.page or gap < 0 or gap > 6 * leading:  # another column or page
        return indented or (ends and len(before.text) < 0.8 * length)
    if abs(gap) < 1:  # the same row, in pieces
        return False
    return (
        gap > 1.35 * leading
        or (indented and not _is_indented(before, lefts))
        or (ends and len(before.text) < 0.75 * length)
    )


def _is_indented(line: _Line, lefts: Counter[tuple[int, int]]) -> bool:
    near = range(round(line.x) - 36, round(line.x) - 4)
    return max((lefts[line.page, x] for x in near), default=0) > 2 * lefts[line.page, round(line.x)]


def _block(lines: list[_Line], body: float) -> blocks.Block:
    text = _joined([line.text for line in lines])
    is_heading = lines[0].size > 1.08 * body and len(text) < 200
    return blocks.Block(text, "heading" if is_heading else None)


def _joined(lines: list[str]) -> str:
    """Return the lines as one, without the hyphens at their ends that only break words."""
    text = ""
    for line in lines:
        broken = _HYPHEN.search(text)
        joint = "" if not text or (broken and line[:1].islower()) else " "
        text = (text[:-1] if text and not joint else text) + joint + line
    return text


def _date(one: news.News) -> None:
    """Take the day from a line near the top that names a day and nothing else."""
    for i, block in enumerate(one.blocks[:5]):
        day = dates.of_words(block.text)
        if day:
            one.published = day
            one.blocks[i] = blocks.Block(block.text, "dateline")
            return
