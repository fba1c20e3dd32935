"""Search by words, and the number of hits of each kind, speaker, act, publisher and day.

Words are quoted, so that a reader cannot write the index's own syntax. Words are matched by their stems; a word with a
star at its end is matched as written.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Final

from kg.errors import QueryTimeout
from kg.views.search.normalize import folded, unfolded

STATEMENTS: Final = ("fact", "claim", "inner", "unclear")
_DAY: Final = "substr(day, 1, 10)"  # without the time of day
FACETS: Final = ("kind", "speaker", "act", "publisher", "day")
PASSAGE: Final = "passage"
"""The kind that selects facts without an event."""
RANGE: Final = ("from", "to")
ORDERS: Final[Mapping[str, str]] = {"newest": "day = '', day DESC, id", "oldest": "day = '', day, id"}
"""Orders of hits besides their rank."""
SHOWN: Final = 20
"""Number of hits on one page."""
COUNTED: Final = 10_000
"""Largest number of hits that are counted and ranked; more hits come in the order of the index."""
FACET_SECONDS: Final = 0.15
"""Time limit for counting all facets."""
_HIT_SECONDS: Final = 2.0
_VALUES: Final = 12
_WEIGHT_OF_SPEAKER: Final = 0.5
_MAX_CANDIDATES: Final = 5_000
_LIKENESS: Final = 0.75
_MOST_WORDS: Final = 30
_STEPS: Final = 2_000
_TERM: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
# Texts of articles do not use these characters; a text with them is shown without highlighting.
_BEGIN, _END = "\x02", "\x03"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A search.

    ``words`` are as typed, ``chosen`` has the value of each filter, ``from`` and ``to`` are days.

    ``sort`` is one of ``ORDERS``. ``is_reporting`` excludes facts without an event, unless they are selected.
    """

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    is_reporting: bool = False

    def without(self, name: str) -> Wanted:
        """Return the search without a filter."""
        return replace(self, chosen={key: value for key, value in self.chosen.items() if key != name})

    def reworded(self, words: str) -> Wanted:
        """Return the search with other words."""
        return replace(self, words=words)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; ``is_lit`` if it matches."""

    text: str
    is_lit: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A hit: its IRI, its kind (one of ``STATEMENTS``, ``article`` or ``name``), and its text in pieces."""

    iri: str
    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """One page of hits. ``count`` is None if there are more than ``COUNTED``.

    ``facets`` are the largest values of each filter with their numbers; None if they were not counted in time.
    ``outlets`` have the words in their name, with the number of their articles. ``passages`` is the number of excluded
    facts without an event. ``meant`` are similar words of the graph, if it does not have these. ``without`` has, for a
    search without hits, the number of hits without each filter.
    """

    hits: tuple[SearchHit, ...]
    count: int | None
    facets: Mapping[str, tuple[tuple[str, int], ...] | None]
    headlines: tuple[SearchHit, ...]
    names: tuple[SearchHit, ...]
    without: Mapping[str, int]
    outlets: tuple[tuple[str, int], ...] = ()
    passages: int = 0
    meant: str = ""


def match_of(words: str) -> str:
    """Return the words as an expression of the index.

    All words must match in any order, and phrases in quotation marks. A star at a word's end matches any ending. The
    expression is empty if there are no words.
    """
    return " ".join(_terms(words))


def _terms(words: str) -> list[str]:
    """Return the quoted words; a word with any ending has a star after the quotation marks."""
    terms = []
    for quoted, single in _TERM.findall(words):
        term, _ = folded(re.sub(r"[\x00-\x1f\ud800-\udfff]", " ", quoted or single))
        if any(character.isalnum() for character in term):
            is_prefix = bool(single) and term.endswith("*")
            terms.append(f'"{term.rstrip("*") if is_prefix else term}"' + ("*" if is_prefix else ""))
    return terms[:_MOST_WORDS]


def _matches(words: str) -> dict[str, str]:
    """Return the expressions by table; the first table ranks. The result is empty if there are no words."""
    terms = _terms(words)
    by_table = {
        "stems": " ".join(term for term in terms if not term.endswith("*")),
        "words": " ".join(term for term in terms if term.endswith("*")),
    }
    return {table: match for table, match in by_table.items() if match}


def search(connection: sqlite3.Connection, wanted: Wanted, page: int = 1) -> SearchResults:
    """Return one page of hits.

    Args:
        connection: The index.
        wanted: The search.
        page: The number of the page, from 1.

    Raises:
        QueryTimeout: The search takes too long.
    """
    try:
        with _Deadline(connection, _HIT_SECONDS):
            count = _count(connection, wanted)
            hits = _hits(connection, wanted, STATEMENTS, page, is_ranked=count is not None)
            is_first = page == 1 and not wanted.chosen and bool(match_of(wanted.words))
            headlines = _hits(connection, wanted, ("article",)) if is_first else ()
            names = _hits(connection, wanted, ("name",)) if is_first else ()
            outlets = _outlets(connection, wanted) if is_first else ()
            passages = _passages(connection, wanted)
            without = {} if hits else _without_each(connection, wanted)
    except sqlite3.OperationalError as error:
        raise _late(error) from error
    return SearchResults(
        hits=hits,
        count=count,
        facets=dict(_facets(connection, wanted)),
        headlines=headlines,
        names=tuple({hit.iri: hit for hit in names}.values()),
        without=without,
        outlets=outlets,
        passages=passages,
        meant="" if count or headlines or names or outlets else _meant(connection, wanted.words),
    )


def _passages(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """Count the passages with the words, where only reports are shown and no kind is chosen."""
    if not wanted.is_reporting or "kind" in wanted.chosen:
        return 0
    count = _count(connection, replace(wanted, chosen={**wanted.chosen, "kind": PASSAGE}))
    return COUNTED if count is None else count


def _without_each(connection: sqlite3.Connection, wanted: Wanted) -> dict[str, int]:
    """Count the hits without each condition, and leave the counts of zero out."""
    found = {name: _count(connection, wanted.without(name)) for name in wanted.chosen}
    return {name: COUNTED if count is None else count for name, count in found.items() if count != 0}


class _Deadline:
    """Interrupts the connection after some seconds."""

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


def _where(wanted: Wanted, kinds: Sequence[str], column: str = "") -> tuple[str, list[str]]:
    """Return tables with conditions, and their values; the words are searched in one column or in all."""
    matches = _matches(wanted.words)
    table = next(iter(matches), "")
    tables = f"{table} JOIN entry ON entry.id = {table}.rowid" if table else "entry"
    conditions = [f"kind IN ({', '.join('?' for _ in kinds)})"]
    values = list(kinds)
    for name, match in matches.items():
        is_joined = name == table
        conditions.append(
            f"{name} MATCH ?" if is_joined else f"entry.id IN (SELECT rowid FROM {name} WHERE {name} MATCH ?)"
        )
        values.append(f"{column} : ({match})" if column else match)
    if wanted.is_reporting and wanted.chosen.get("kind") != PASSAGE:
        conditions.append("reports")
    for name, value in wanted.chosen.items():
        condition, fitting = _condition(name, value)
        conditions.append(condition)
        values += fitting
    return f"{tables} WHERE {' AND '.join(conditions)}", values


def _condition(name: str, value: str) -> tuple[str, list[str]]:
    """Return the condition of a filter, and its values."""
    if name == "speaker":
        return "EXISTS (SELECT 1 FROM speaker WHERE speaker.entry = entry.id AND speaker.iri = ?)", [value]
    if name == "from":
        return "day >= ?", [value]
    if name == "to":
        return f"day != '' AND substr(day, 1, {len(value)}) <= ?", [value]
    if name == "day":
        return f"{_DAY} = ?", [value[:10]]
    if name == "kind" and value == PASSAGE:
        return "kind = 'fact' AND NOT reports", []
    return f"{name} = ?", [value]


def _count(connection: sqlite3.Connection, wanted: Wanted) -> int | None:
    where, values = _where(wanted, STATEMENTS)
    (count,) = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {where} LIMIT {COUNTED + 1})",
        values,
    ).fetchone()
    return None if count > COUNTED else int(count)


def _hits(
    connection: sqlite3.Connection, wanted: Wanted, kinds: Sequence[str], page: int = 1, *, is_ranked: bool = True
) -> tuple[SearchHit, ...]:
    where, values = _where(wanted, kinds, "" if kinds == STATEMENTS else "text")
    table = next(iter(_matches(wanted.words)), "")
    order = f"bm25({table}, 1.0, {_WEIGHT_OF_SPEAKER}), id" if table and is_ranked else "id"
    rows = connection.execute(
        f"SELECT id, iri, kind FROM {where} ORDER BY {ORDERS.get(wanted.sort, order)} "
        f"LIMIT {SHOWN} OFFSET {(page - 1) * SHOWN}",
        values,
    ).fetchall()
    return tuple(SearchHit(iri, kind, _pieces(connection, number, wanted.words)) for number, iri, kind in rows)


def _outlets(connection: sqlite3.Connection, wanted: Wanted) -> tuple[tuple[str, int], ...]:
    """Return the outlets with the words in their name, with the number of their articles."""
    where, values = _where(wanted, ("article",), "who")
    rows = connection.execute(
        f"SELECT publisher, count(*) FROM {where} GROUP BY publisher ORDER BY 2 DESC, 1 LIMIT {_VALUES}", values
    )
    return tuple((publisher, int(number)) for publisher, number in rows)


def _pieces(connection: sqlite3.Connection, number: int, words: str) -> tuple[Piece, ...]:
    text, written = connection.execute(
        "SELECT text, coalesce(written, text) FROM words JOIN entry ON entry.id = words.rowid WHERE id = ?",
        (number,),
    ).fetchone()
    matches = _matches(words)
    if not matches or _BEGIN in text or _END in text:
        return (Piece(written),)
    marked = [
        connection.execute(
            f"SELECT highlight({table}, 0, ?, ?) FROM {table} WHERE {table} MATCH ? AND rowid = ?",
            (_BEGIN, _END, match, number),
        ).fetchone()
        for table, match in matches.items()
    ]
    return tuple(_split(written, sorted(place for row in marked if row for place in _lit_places(row[0]))))


def _lit_places(marked: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of the highlighted ranges in the text without marks."""
    at = 0
    for part in marked.split(_BEGIN):
        lit, is_end, rest = part.partition(_END)
        if is_end and lit:
            yield at, at + len(lit)
        at += len(lit) + len(rest)


def _meant(connection: sqlite3.Connection, words: str) -> str:
    """Replace words that the graph does not have by similar ones; return an empty text if there are none."""
    meant = words
    for word in dict.fromkeys(re.findall(r"\w{4,}", words)):
        term = folded(word)[0].casefold()
        match = f'"{term}"'
        if connection.execute("SELECT 1 FROM stems WHERE stems MATCH ? LIMIT 1", (match,)).fetchone():
            continue
        rows = connection.execute(
            "SELECT term FROM terms WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? "
            f"ORDER BY doc DESC LIMIT {_MAX_CANDIDATES}",
            (term[0], term[0] + "\U0010ffff", len(term) - 2, len(term) + 2),
        )
        close = get_close_matches(term, [row[0] for row in rows], n=1, cutoff=_LIKENESS)
        if close:
            meant = re.sub(rf"\b{re.escape(word)}\b", close[0], meant)
    return "" if meant == words else meant


def _split(written: str, places: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """Yield the text as written, highlighted where the normalized text matches."""
    _, origins = folded(written)
    shown = 0
    for first, last in places:
        start, end = unfolded(written, origins, first, last)
        if end <= shown:
            continue
        if start > shown:
            yield Piece(written[shown:start])
        yield Piece(written[max(start, shown) : end], is_lit=True)
        shown = end
    if shown < len(written):
        yield Piece(written[shown:])


def _facets(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[str, tuple[tuple[str, int], ...] | None]]:
    """Yield each facet under all other filters, so that its own filter hides none of the choices."""
    with _Deadline(connection, FACET_SECONDS):
        for name in FACETS:
            try:
                yield name, _facet(connection, name, wanted.without(name))
            except sqlite3.OperationalError as error:
                if "interrupt" not in str(error):
                    raise
                yield name, None


def _facet(connection: sqlite3.Connection, name: str, wanted: Wanted) -> tuple[tuple[str, int], ...]:
    if wanted.chosen.get("kind") == PASSAGE:
        wanted = replace(wanted, is_reporting=False)
    where, values = _where(wanted, STATEMENTS)
    if name == "speaker":
        tables, _, conditions = where.partition(" WHERE ")
        where = f"{tables} JOIN speaker ON speaker.entry = entry.id WHERE {conditions}"
    column = {"speaker": "speaker.iri", "day": _DAY}.get(name, name)
    rows = connection.execute(
        f"SELECT {column}, count(*) FROM {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_VALUES}",
        values,
    )
    return tuple((value, int(number)) for value, number in rows if value)
