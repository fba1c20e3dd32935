"""What is found by words, and how much of it there is of each kind, speaker, act, publisher and day.

What a reader types is never the index's own syntax: each word stands in quotation marks there.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kg.errors import QueryTimeout
from kg.web.wordfold import folded, unfolded

STATEMENTS: Final = ("fact", "claim", "inner", "unclear")
FACETS: Final = ("kind", "speaker", "act", "publisher", "day")
SHOWN: Final = 20
"""How many hits one page shows."""
COUNTED: Final = 10_000
"""Beyond so many, hits are not counted or ranked: they come in the order in which they were read."""
FACET_SECONDS: Final = 0.15
"""How long all facets together may take to be counted."""
_HIT_SECONDS: Final = 2.0
_VALUES: Final = 12
_MOST_WORDS: Final = 30
_STEPS: Final = 2_000
_TERM: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
# no text of an article means anything by these; one that has them is shown without its words lit
_BEGIN, _END = "\x02", "\x03"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``words`` as typed; in ``chosen`` the value of each facet that is filtered by."""

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)

    def without(self, name: str) -> Wanted:
        """The same with that filter dropped."""
        return replace(self, chosen={key: value for key, value in self.chosen.items() if key != name})


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; ``is_lit`` where it is what was looked for."""

    text: str
    is_lit: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: its IRI, its kind (one of ``STATEMENTS``, ``article`` or ``name``), its text in pieces."""

    iri: str
    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of hits of ``count``, which is None where there are more than ``COUNTED``.

    ``facets`` are the largest values of each with their numbers; None for one that was not counted in time.
    ``without`` tells, where nothing was found, how many there were without each filter.
    """

    hits: tuple[Hit, ...]
    count: int | None
    facets: Mapping[str, tuple[tuple[str, int], ...] | None]
    headlines: tuple[Hit, ...]
    names: tuple[Hit, ...]
    without: Mapping[str, int]


def match_of(words: str) -> str:
    """The words as an expression of the index: all of them, in any order; in quotation marks as they follow.

    A star at a word's end stands for any ending. Empty where there is nothing to look for.
    """
    terms = []
    for quoted, single in _TERM.findall(words):
        term, _ = folded(re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", quoted or single))
        if any(character.isalnum() for character in term):
            is_prefix = bool(single) and term.endswith("*")
            terms.append(f'"{term.rstrip("*") if is_prefix else term}"' + ("*" if is_prefix else ""))
    return " ".join(terms[:_MOST_WORDS])


def search(connection: sqlite3.Connection, wanted: Wanted, page: int = 1) -> Found:
    """One page of what is wanted, the first is 1. Raises QueryTimeout where the hits take too long."""
    try:
        with _Deadline(connection, _HIT_SECONDS):
            count = _count(connection, wanted)
            hits = _hits(connection, wanted, STATEMENTS, page, is_ranked=count is not None)
            is_first = page == 1 and not wanted.chosen and bool(match_of(wanted.words))
            headlines = _hits(connection, wanted, ("article",)) if is_first else ()
            names = _hits(connection, wanted, ("name",)) if is_first else ()
            dropped = {name: wanted.without(name) for name in wanted.chosen} if not hits else {}
            without = {name: _count(connection, other) or COUNTED for name, other in dropped.items()}
    except sqlite3.OperationalError as error:
        raise _late(error) from error
    return Found(
        hits=hits,
        count=count,
        facets=dict(_facets(connection, wanted)),
        headlines=headlines,
        names=tuple({hit.iri: hit for hit in names}.values()),
        without={name: number for name, number in without.items() if number},
    )


class _Deadline:
    """Interrupts what the connection does when the seconds are over."""

    def __init__(self, connection: sqlite3.Connection, seconds: float) -> None:
        self._connection = connection
        self._end = time.monotonic() + seconds

    def __enter__(self) -> None:
        self._connection.set_progress_handler(lambda: time.monotonic() > self._end, _STEPS)

    def __exit__(self, *_: object) -> None:
        self._connection.set_progress_handler(None, 0)


def _late(error: sqlite3.OperationalError) -> Exception:
    if "interrupt" in str(error):
        return QueryTimeout(f"the search took longer than {_HIT_SECONDS:g} s; add a word or a filter")
    return error


def _where(wanted: Wanted, kinds: Sequence[str]) -> tuple[str, list[str]]:
    """The tables and conditions, and their values."""
    match = match_of(wanted.words)
    tables = "words JOIN entry ON entry.id = words.rowid" if match else "entry"
    conditions = [f"kind IN ({', '.join('?' for _ in kinds)})"]
    values = list(kinds)
    if match:
        conditions.append("words MATCH ?")
        values.append(match)
    for name, value in wanted.chosen.items():
        of_speaker = "EXISTS (SELECT 1 FROM speaker WHERE speaker.entry = entry.id AND speaker.iri = ?)"
        conditions.append(of_speaker if name == "speaker" else f"{name} = ?")
        values.append(value)
    return f"{tables} WHERE {' AND '.join(conditions)}", values


def _count(connection: sqlite3.Connection, wanted: Wanted) -> int | None:
    where, values = _where(wanted, STATEMENTS)
    (count,) = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {where} LIMIT {COUNTED + 1})",
        values,
    ).fetchone()
    return None if count > COUNTED else int(count)


def _hits(
    connection: sqlite3.Connection, wanted: Wanted, kinds: Sequence[str], page: int = 1, *, is_ranked: bool = True
) -> tuple[Hit, ...]:
    where, values = _where(wanted, kinds)
    match = match_of(wanted.words)
    order = "bm25(words), id" if match and is_ranked else "id"
    rows = connection.execute(
        f"SELECT id, iri, kind FROM {where} ORDER BY {order} LIMIT {SHOWN} OFFSET {(page - 1) * SHOWN}",
        values,
    ).fetchall()
    return tuple(Hit(iri, kind, _pieces(connection, number, match)) for number, iri, kind in rows)


def _pieces(connection: sqlite3.Connection, number: int, match: str) -> tuple[Piece, ...]:
    text, written = connection.execute(
        "SELECT text, coalesce(written, text) FROM words JOIN entry ON entry.id = words.rowid WHERE id = ?",
        (number,),
    ).fetchone()
    if not match or _BEGIN in text or _END in text:
        return (Piece(written),)
    (marked,) = connection.execute(
        "SELECT highlight(words, 0, ?, ?) FROM words WHERE words MATCH ? AND rowid = ?", (_BEGIN, _END, match, number)
    ).fetchone()
    return tuple(_split(written, marked))


def _split(written: str, marked: str) -> Iterator[Piece]:
    """The text as it was written, lit where the folded text is marked."""
    _, places = folded(written)
    at = shown = 0
    for part in marked.split(_BEGIN):
        lit, is_end, rest = part.partition(_END)
        if is_end and lit:
            start, end = unfolded(written, places, at, at + len(lit))
            if start > shown:
                yield Piece(written[shown:start])
            yield Piece(written[max(start, shown) : end], is_lit=True)
            shown = end
        at += len(lit) + len(rest)
    if shown < len(written):
        yield Piece(written[shown:])


def _facets(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[str, tuple[tuple[str, int], ...] | None]]:
    """Each facet under all the other filters: its own does not hide what else could be chosen."""
    with _Deadline(connection, FACET_SECONDS):
        for name in FACETS:
            try:
                yield name, _facet(connection, name, wanted.without(name))
            except sqlite3.OperationalError as error:
                if "interrupt" not in str(error):
                    raise
                yield name, None


def _facet(connection: sqlite3.Connection, name: str, wanted: Wanted) -> tuple[tuple[str, int], ...]:
    where, values = _where(wanted, STATEMENTS)
    if name == "speaker":
        tables, _, conditions = where.partition(" WHERE ")
        where = f"{tables} JOIN speaker ON speaker.entry = entry.id WHERE {conditions}"
    column = "speaker.iri" if name == "speaker" else name
    rows = connection.execute(
        f"SELECT {column}, count(*) FROM {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_VALUES}",
        values,
    )
    return tuple((value, int(number)) for value, number in rows if value)
