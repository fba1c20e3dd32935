"""The search page: quotes, headlines and names by their words, each hit labelled fact or claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import Flask, render_template, request
from pyoxigraph import NamedNode

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.http.problems import Refusal
from kg.views.query_files import own_query, records
from kg.views.search.index import WordIndex
from kg.views.search.query import (
    COUNTED,
    FACETS,
    ORDERS,
    PASSAGE,
    RANGE,
    SHOWN,
    Piece,
    SearchHit,
    SearchResults,
    Wanted,
    search,
)
from kg.views.statement_card import Card, card_of, in_words
from kg.views.statement_rows import UNNAMED, UNNAMED_VALUE, graph_query, labels, names_of, read_rows, rows_query
from kg.views.watch_query import watch_query

_LONGEST: Final = 300
_LAST_PAGE: Final = COUNTED // SHOWN
_KIND_NAMES: Final[Mapping[str, str]] = {
    "fact": "facts",
    "claim": "claims",
    "inner": "hearsay",
    "unclear": "unclear",
    PASSAGE: "passages that report no event",
}
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?$")
_TITLES: Final[Mapping[str, str]] = {
    "kind": "Kind",
    "speaker": "Speaker",
    "act": "Act",
    "publisher": "Outlet",
    "day": "Day of the article",
    "from": "From",
    "to": "To",
}


class Search:
    """The view. ``base`` is the base of our own IRIs."""

    def __init__(self, store: QueryableStore, base: str, index: WordIndex) -> None:
        self._store = store
        self._base = base
        self._index = index

    def page(self) -> str:
        """Return the search page. ``?q=`` are the words.

        ``kind``, ``speaker``, ``act``, ``publisher``, ``day``, ``from`` and ``to`` are filters. ``sort`` is ``newest``
        or ``oldest``; by default the best hits are first. ``page`` counts from 1.
        """
        wanted, page = self._wanted(), min(max(request.args.get("page", 1, type=int), 1), _LAST_PAGE)
        if not wanted.words.strip() and not wanted.chosen:
            return render_template("search.html", wanted=wanted, found=None, orders=ORDERS, searched="")
        with self._index.opened() as connection:
            found = search(connection, wanted, page)
        scopes = _scopes(found.hits)
        query = _told(wanted, page) + rows_query(scopes)
        cards = self._cards(query, found.hits)
        return render_template(
            "search.html",
            wanted=wanted,
            searched=wanted.words,
            orders=ORDERS,
            found=found,
            sources=self._sources(
                [card.row.document for card in cards.values()] + [hit.iri for hit in found.headlines]
            ),
            last_page=1 if found.count is None else max(1, -(-found.count // SHOWN)),
            shown=[(cards[hit.iri], hit.pieces) for hit in found.hits if hit.iri in cards],
            page=page,
            first=(page - 1) * SHOWN + 1,
            is_last=len(found.hits) < SHOWN or page == _LAST_PAGE or page * SHOWN == found.count,
            labels=self._labels(found, wanted),
            titles=_TITLES,
            address=self._address,
            speaker_value=self._speaker_value,
            path_of=lambda iri: "/" + iri.removeprefix(self._base),
            query=query,
            watched=watch_query(wanted.words, wanted.chosen),
            graph=graph_query({kind: scope for kind, scope in scopes.items() if kind != "inner"}),
        )

    def _wanted(self) -> Wanted:
        words = request.args.get("q", "")
        if len(words) > _LONGEST:
            raise Refusal(
                HTTPStatus.BAD_REQUEST, "search-too-long", f"The words are more than {_LONGEST} characters: use fewer."
            )
        chosen = {name: request.args[name] for name in (*FACETS, *RANGE) if request.args.get(name)}
        for name in RANGE:
            if name in chosen and not _DATE.match(chosen[name]):
                raise Refusal(
                    HTTPStatus.BAD_REQUEST, "bad-date", f"{name}={chosen[name]!r} is no date: write it as 2025-04-03."
                )
        if chosen.get("kind", "fact") not in _KIND_NAMES:
            raise Refusal(
                HTTPStatus.NOT_FOUND, "no-such-kind", f"There is no such kind. There are: {', '.join(_KIND_NAMES)}."
            )
        if "speaker" in chosen:
            named = chosen["speaker"]
            chosen["speaker"] = vocab.UNNAMED_SOURCE if named == UNNAMED_VALUE else self._base + named
        sort = request.args.get("sort", "")
        return Wanted(words=words, chosen=chosen, sort=sort if sort in ORDERS else "", is_reporting=True)

    def _address(self, wanted: Wanted, name: str = "", value: str = "", page: int = 1) -> str:
        """Return the address of the search with another value of a filter (empty removes it) or another page."""
        chosen = {**wanted.chosen, **({name: value} if name else {})}
        if "speaker" in chosen:
            chosen["speaker"] = self._speaker_value(chosen["speaker"])
        parts = {"q": wanted.words, **chosen, "sort": wanted.sort, "page": str(page) if page > 1 else ""}
        return "/search?" + urlencode({key: part for key, part in parts.items() if part})

    def _speaker_value(self, iri: str) -> str:
        """Return the form of a speaker in an address."""
        return UNNAMED_VALUE if iri == vocab.UNNAMED_SOURCE else iri.removeprefix(self._base)

    def _cards(self, query: str, hits: Sequence[SearchHit]) -> dict[str, Card]:
        """Return the cards of the hits that the store still has."""
        rows = read_rows(self._store, query) if hits else []
        names = names_of(self._store, rows)
        return {row.statement: card_of(row, self._base, names) for row in rows}

    def _sources(self, found: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the headline, outlet and day of articles, by version."""
        versions = sorted(set(filter(None, found)))
        if not versions:
            return {}
        query = own_query("index-articles", versions=versions)
        return {record["version"]: record for record in records(self._store.query(query))}

    def _labels(self, found: SearchResults, wanted: Wanted) -> dict[str, str]:
        """Return the labels of the filters' values."""
        speakers = {value for value, _ in found.facets.get("speaker") or ()}
        speakers |= {wanted.chosen["speaker"]} if "speaker" in wanted.chosen else set()
        acts = {value: in_words(value) for value, _ in found.facets.get("act") or ()}
        known = [iri for iri in sorted(speakers) if _is_iri(iri)]  # a name in the address may be no IRI
        return {**_KIND_NAMES, **acts, **labels(self._store, known), vocab.UNNAMED_SOURCE: UNNAMED}


def lit(pieces: Sequence[Piece], quote: str) -> Sequence[Piece]:
    """Return the pieces if they make up the quote, else the quote as one piece.

    Args:
        pieces: The pieces.
        quote: The quote.
    """
    return pieces if "".join(piece.text for piece in pieces) == quote else (Piece(quote),)


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _scopes(hits: Sequence[SearchHit]) -> dict[str, str]:
    """Return scopes of :func:`kg.views.statement_rows.rows_query` for these statements."""
    by_kind: dict[str, list[str]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(f"<{hit.iri}>")
    return {kind: f"VALUES ?statement {{ {' '.join(iris)} }}" for kind, iris in by_kind.items()} or {
        "fact": "VALUES ?statement { }"
    }


def _told(wanted: Wanted, page: int) -> str:
    """Return a comment with the origin of the list of statements: SPARQL has no search by words."""
    words = " ".join(wanted.words.split())
    return f"# The statements that the index of words found for: {words} (page {page})\n" if words else ""


def install(app: Flask, store: QueryableStore, base: str, index: WordIndex) -> None:
    """Serve the page.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
        index: The full-text index.
    """
    app.jinja_env.globals["lit"] = lit
    app.add_url_rule("/search", "search", Search(store, base, index).page)
