"""Datelines, bylines, credits, time stamps and what a page says of itself, found line by line.

Every pattern here is one that no sentence of an article has: what may be a sentence is left to the parse.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

from kg.extract.layout.lines import lines
from kg.records import Context, Span

_NAME: Final = r"(?:[A-Z][\w.’'-]*|d[aeiu]|de[lr]?|v[ao]n|al|bin|ibn)"
_NAMES: Final = rf"{_NAME}(?: {_NAME}){{0,4}}"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE: Final = (
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
    rf"(?:{_MONTH} {_DAY}(?:,? \d{{4}})?|{_DAY} {_MONTH}(?:,? \d{{4}})?|\d{{4}}-\d\d-\d\d)"
)
_CLOCK: Final = r"\d{1,2}(?:[:.]\d{2}){0,2} ?(?:[AaPp]\.?[Mm]\.?)?(?: ?(?:[A-Z]{2,4}|GMT[+-]\d+))?"
_TIME: Final = (
    r"(?:\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?|\d{1,2} ?[AaPp]\.?[Mm]\.?)(?: (?:[A-Z]{2,4}|GMT[+-]\d+))?"
)
_OFFICE: Final = r"(?:, [A-Z][\w.’'-]*(?: (?:[A-Z][\w.’'-]*|of|for|the|and|to|in)){0,9})?"
_NAMED: Final = {"<office>": _OFFICE, "<names>": _NAMES, "<date>": _DATE, "<clock>": _CLOCK, "<time>": _TIME}
_AGENCY: Final = r"\([^()\n]{2,40}\)"
_CAPITALS: Final = (
    r"(?!EXCLUSIVE|BREAKING|UPDATE|OPINION|ANALYSIS)[A-Z][A-Z'’-]{2,}(?:[ /][A-Z]{2,}){0,2}"
    r"(?:, [A-Z\d][\w. ]{1,30}){0,3}"
)

_DATELINE: Final = re.compile(
    r"(?:"
    rf"[A-Z][\w.'’/-]*,? (?:(?:[A-Z][\w.'’/-]*|\d{{1,4}}),? ){{0,5}}{_AGENCY} ?(?:--|[—–-])"
    rf"|{_CAPITALS}(?: {_AGENCY})? ?(?:--|—|–| -)"
    rf"|{_NAMES}(?:, {_NAMES})?, {_DATE}(?: {_AGENCY})? ?(?:--|[—–-])"
    r")(?=\s?\S)"
)
"""At the start of a paragraph: where a report was written, by which agency and when."""

_CAPTION: Final = re.compile(r"(?:FILE(?: PHOTO| PICTURE| IMAGE)?|File photo|CAPTION|Caption)(?=\s?[:—–-]|\Z)")
_STAMP: Final = re.compile(rf"\[\d{{1,2}}:\d{{2}}(?::\d{{2}})?\]|{_TIME}(?= [—–-] )")
_CELL: Final = re.compile(r"\t+| {3,}| ?\| ?")
_SENTENCE: Final = re.compile(r"[.!?…][\"”’')\]]*\Z")
_FEWEST_CELLS: Final = 3
_LONGEST_CELL: Final = 4
_LONGEST_LINE: Final = 240


def framing(text: str) -> Iterator[Context]:
    """Yield what frames the article by its layout alone, in text order."""
    for line in lines(text):
        kind = _kind(line.of(text))
        if kind is not None:
            yield Context(span=line, kind=kind)
            continue
        yield from _opening(text, line)


def _kind(line: str) -> str | None:
    """Return the kind of a line that is completely context."""
    if len(line) > _LONGEST_LINE:
        return None
    for kind, pattern in _line_patterns():
        if pattern.fullmatch(line) and not (kind == "byline" and _SENTENCE.search(line)):
            return kind
    return "boilerplate" if _is_row(line) else None


@cache
def _line_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return each pattern of framing.toml with its kind, in order."""
    found = tomllib.loads((files(__package__) / "framing.toml").read_text("utf-8"))
    out = []
    for table in found["line"]:
        for pattern in table["patterns"]:
            for name, expression in _NAMED.items():
                pattern = pattern.replace(name, expression)
            out.append((table["kind"], re.compile(rf"(?:{pattern})[.:]?")))
    return tuple(out)


def _is_row(line: str) -> bool:
    """Return True for a row of a table: three short cells or more, and no sentence."""
    cells = [cell for cell in _CELL.split(line) if cell.strip()]
    return (
        len(cells) >= _FEWEST_CELLS
        and all(len(cell.split()) <= _LONGEST_CELL for cell in cells)
        and _SENTENCE.search(line) is None
    )


def _opening(text: str, line: Span) -> Iterator[Context]:
    """Yield the dateline, time stamp or picture label at the start of a line."""
    for kind, pattern in (("heading", _STAMP), ("dateline", _DATELINE), ("caption", _CAPTION)):
        match = pattern.match(text, line.start, line.end)
        if match is not None:
            yield Context(span=Span(match.start(), match.end()), kind=kind)
            return
