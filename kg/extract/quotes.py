"""The quotations of a text as plain spans, in every style of quotation mark that news uses.

Straight, curly, guillemets, low-9 and doubled marks, nested or not; a mark that nobody closes ends with its paragraph,
and a paragraph that reopens with the same mark continues it. Apostrophes are told apart by what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg.records import Span

_PARAGRAPH = re.compile(r"[^\r\n\u2028\u2029]+")
_MARK = re.compile(r"``|''|[\"“”„‟«»‹›‘’‚'＂「」『』]")
_WORD = re.compile(r"\w")

_CLOSERS = {
    "“": '”"',
    "‟": '”"',
    "„": '“”"',
    "”": "”",
    '"': '"”',
    "＂": "＂",
    "``": "''\"”",
    "''": "''",
    "«": "»",
    "»": "«",
    "‹": "›",
    "‘": "’'",
    "‚": "‘’",
    "'": "'’",
    "「": "」",
    "『": "』",
}
_SINGLE = frozenset("‘’‚'")
_MOST_CARRIED = 12
"""Paragraphs over which an unclosed quotation is followed."""
_CLIPPED = re.compile(r"(?:\d0s|n\b|em\b|til\b|cause\b|tis\b|twas\b|bout\b|round\b)", re.IGNORECASE)
"""Words that begin with an apostrophe: the '90s, rock 'n' roll, get 'em."""


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """One quotation inside one paragraph: ``[start, end)`` with its marks, code points.

    ``depth`` is 0 for a quotation in the article, 1 for one inside that. ``closed`` is false where the paragraph ends
    before the mark is closed; ``continues`` is true where it goes on with the one that the paragraph before left open,
    and ``opened`` is false where it does so without a mark of its own.
    """

    start: int
    end: int
    depth: int = 0
    closed: bool = True
    continues: bool = False
    mark_length: int = 1
    opened: bool = True

    @property
    def span(self) -> Span:
        """The quotation with its marks."""
        return Span(self.start, self.end)

    def inner(self) -> Span:
        """Return the quoted words without the marks."""
        start = self.start + self.mark_length if self.opened else self.start
        end = self.end - self.mark_length if self.closed else self.end
        return Span(start, max(end, start + 1))


@dataclass(slots=True)
class _Open:
    mark: str
    start: int
    depth: int
    continues: bool


def find_quotes(text: str) -> tuple[Quote, ...]:
    """Return every quotation of ``text`` with a word, in text order, outer ones first."""
    out: list[Quote] = []
    left_open = ""  # the mark which the paragraph before did not close
    paragraphs = [Span(m.start(), m.end()) for m in _PARAGRAPH.finditer(text) if _WORD.search(m.group())]
    closing: tuple[int, int] | None = None  # number of the paragraph in which what is open ends, and where
    for number, paragraph in enumerate(paragraphs):
        start = paragraph.start
        if closing is None and left_open:
            closing = _closed_later(text, paragraphs[number : number + _MOST_CARRIED], left_open)
            closing = None if closing is None else (number + closing[0], closing[1])
        if closing is not None:
            is_last = number == closing[0]
            end = closing[1] if is_last else paragraph.end
            out.append(_carried(text, Span(start, end), left_open, closed=is_last))
            if not is_last:
                continue
            start, left_open, closing = end, "", None
            if not _WORD.search(text, start, paragraph.end):
                continue
        found, left_open = _in_paragraph(text, start, paragraph.end, left_open)
        out += found
    return tuple(sorted(out, key=lambda quote: (quote.start, -quote.end)))


def _closed_later(text: str, paragraphs: list[Span], mark: str) -> tuple[int, int] | None:
    """Return the end of a quotation over paragraphs without opening marks: paragraph and mark.

    The result is None if it opens again, as usual, if another quotation opens first, or if it is never closed.
    """
    for number, paragraph in enumerate(paragraphs):
        first = next(
            (
                (at, found, closes)
                for at, found, closes in _marks(text, paragraph.start, paragraph.end)
                if found not in _SINGLE
            ),
            None,
        )
        if first is None:
            continue
        at, found, closes = first
        return (number, at + len(found)) if closes and found in _CLOSERS[mark] else None
    return None


def _carried(text: str, span: Span, mark: str, *, closed: bool) -> Quote:
    """Return the part of a quotation in a paragraph without an opening mark."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Quote(start, end, closed=closed, continues=True, mark_length=len(mark), opened=False)


def _in_paragraph(text: str, start: int, end: int, left_open: str) -> tuple[list[Quote], str]:
    """Return the quotations of one paragraph, and the mark that it leaves open ("" for none)."""
    while end > start and text[end - 1].isspace():
        end -= 1
    first = next((i for i in range(start, end) if not text[i].isspace()), start)
    stack: list[_Open] = []
    out: list[Quote] = []
    for at, mark, closes in _marks(text, start, end):
        continues = at == first and bool(left_open) and mark == left_open
        depth = _closed_by(stack, mark, closes or _must_close(stack, mark))
        if depth is not None:
            opened = stack[depth]
            out += _quote(text, opened, at + len(mark), closed=True)
            del stack[depth:]
        elif not closes and mark in _CLOSERS:
            for again in [o for o in stack if o.mark == mark]:
                # The same mark opens once more: the one before was left unclosed.
                out += _quote(text, again, at, closed=False)
                stack.remove(again)
            stack.append(_Open(mark, at, len(stack), continues))
    stack = [opened for opened in stack if opened.mark not in _SINGLE or opened.start == first]
    for opened in stack:
        out += _quote(text, opened, end, closed=False)
    return out, stack[0].mark if stack else ""


def _quote(text: str, opened: _Open, end: int, *, closed: bool) -> Iterator[Quote]:
    while not closed and end > opened.start and text[end - 1].isspace():
        end -= 1
    if _WORD.search(text, opened.start, end):
        yield Quote(opened.start, end, opened.depth, closed, opened.continues, len(opened.mark))


def _closed_by(stack: list[_Open], mark: str, closes: bool) -> int | None:
    """Return the stack index of the quotation that ``mark`` closes, or None."""
    if not closes:
        return None
    for depth in range(len(stack) - 1, -1, -1):
        if mark in _CLOSERS[stack[depth].mark] or (mark == "“" and stack[depth].mark == "“"):
            return depth
    return None


def _must_close(stack: list[_Open], mark: str) -> bool:
    """True for a mark that only ever closes what is open: German “ after „, and »...« where « opened."""
    return bool(stack) and mark in "“‘«»‹›" and stack[-1].mark in "„‚«»‹" and mark in _CLOSERS[stack[-1].mark]


def _marks(text: str, start: int, end: int) -> Iterator[tuple[int, str, bool]]:
    """Position, mark, and whether it closes by what stands around it; apostrophes are left out."""
    singles = _single_closers(text, start, end)
    for match in _MARK.finditer(text, start, end):
        at, mark = match.start(), match.group()
        before = text[at - 1] if at > start else " "
        after = text[match.end()] if match.end() < end else " "
        if mark in _SINGLE:
            if at in singles:
                yield at, mark, True
            elif _opens_single(text, at, before, after, mark):
                yield at, mark, False
        elif mark == "''":
            yield at, mark, not _opens(before, after)
        elif mark in "”’」』":
            swedish = mark == "”" and _opens(before, after)
            yield at, mark, not swedish
        elif mark == "“":
            yield at, mark, _shuts(before, after)
        elif mark in '"＂':
            if before.isdigit() and not _pending(text, start, at):
                continue  # inches
            yield at, mark, not _opens(before, after)
        else:
            yield at, mark, mark in "»›" and not _opens(before, after)


def _pending(text: str, start: int, at: int) -> bool:
    """Return True if an odd number of straight marks stands before: this one closes. Bounded look back."""
    return text.count('"', max(start, at - 2000), at) % 2 == 1


def _opens(before: str, after: str) -> bool:
    return (before.isspace() or before in "([{—–-/…‘'“\"\u200b\u200e\u200f\u202a\u202b\ufeff") and not after.isspace()


def _shuts(before: str, after: str) -> bool:
    """Return True for an opening mark typed where only a closing one can stand."""
    return not before.isspace() and before not in "([{—–-/‘'" and (after.isspace() or after in ".,;:!?)]")


def _opens_single(text: str, at: int, before: str, after: str, mark: str) -> bool:
    if mark == "’":
        return False
    return (before.isspace() or before in '([{—–“"') and after.isalnum() and not _CLIPPED.match(text, at + 1)


def _single_closers(text: str, start: int, end: int) -> frozenset[int]:
    """Return the places of closing single marks: the last fitting one of each, without plural possessives."""
    out: set[int] = set()
    opened = False
    candidate: int | None = None
    for match in re.finditer("[‘’‚']", text[start:end]):
        at, mark = start + match.start(), match.group()
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if _opens_single(text, at, before, after, mark):
            if candidate is not None:
                out.add(candidate)
            opened, candidate = True, None
        elif opened and mark != "‚" and not before.isspace() and not after.isalnum():
            if before in ".,!?…" or before.lower() != "s" or after in ".,;:!?)]—" or at + 1 >= end:
                out.add(at)
                opened, candidate = False, None
            else:
                candidate = at
    if candidate is not None:
        out.add(candidate)
    return frozenset(out)
