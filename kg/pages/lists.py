"""Lists of all articles, speakers, places and reported events: paged, sorted, filtered, and available as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from flask import Flask, render_template, request
from pyoxigraph import Literal

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.http.problems import Refusal
from kg.views.query_files import own_query, records
from kg.views.statement_card import in_words, path_of

PAGE_SIZE: Final = 50
"""Number of rows on one page."""
_MAX_PAGE: Final = 20_000
_MAX_FILTER_LENGTH: Final = 300
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d)?)?$")
_OFFICES: Final = "holdPosition"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``name`` is its variable, ``first`` the direction of the first click on its title."""

    name: str
    title: str
    is_number: bool = False
    first: str = "asc"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKind:
    """One kind of list.

    ``day``, ``outlet`` and ``words`` are the variables of its filters; ``order`` is the default order.
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    order: str
    day: str
    outlet: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The selection in a list: filters, order and page (from 1)."""

    words: str = ""
    outlet: str = ""
    earliest: str = ""
    latest: str = ""
    type: str = ""
    sort: str = ""
    page: int = 1

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.words or self.outlet or self.earliest or self.latest or self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a list: ``count`` rows in all; ``rows`` begin at number ``first`` (from 1)."""

    rows: tuple[Mapping[str, str], ...]
    count: int
    first: int
    query: str

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return max(1, -(-self.count // PAGE_SIZE))


_EVENTS: Final = Column("events", "Events it reports", is_number=True, first="desc")
_CLAIMS: Final = Column("claims", "Claims it passes on", is_number=True, first="desc")
KINDS: Final = {
    kind.name: kind
    for kind in (
        ListKind(
            name="articles",
            title="Articles",
            note="Every article that the program read, in its latest version.",
            columns=(
                Column("name", "Headline"),
                Column("outlet", "Outlet"),
                Column("published", "Published", first="desc"),
                _EVENTS,
                _CLAIMS,
            ),
            order="-published",
            day="?published",
            outlet="?outlet",
            words=("?name",),
        ),
        ListKind(
            name="speakers",
            title="Speakers",
            note="Everybody whom an article quotes or paraphrases. The dates are those of the articles.",
            columns=(
                Column("name", "Speaker"),
                Column("claims", "Claims", is_number=True, first="desc"),
                Column("articles", "Articles", is_number=True, first="desc"),
                Column("first", "First article"),
                Column("last", "Latest article", first="desc"),
            ),
            order="-claims",
            day="?published",
            outlet="?outlet",
            words=("?called",),
        ),
        ListKind(
            name="places",
            title="Places",
            note="Where articles report events themselves, and where speakers say that there were events.",
            columns=(
                Column("name", "Place"),
                Column("events", "Events reported", is_number=True, first="desc"),
                Column("claims", "Claims about events there", is_number=True, first="desc"),
                Column("articles", "Articles", is_number=True, first="desc"),
            ),
            order="-articles",
            day="?published",
            outlet="?outlet",
            words=("?called",),
        ),
        ListKind(
            name="events",
            title="Events",
            note="What articles report in their own voice: reported, not checked. What somebody only says is in the "
            "claims of its speaker.",
            columns=(
                Column("date", "Date", first="desc"),
                Column("event", "Event"),
                Column("by", "Who"),
                Column("to", "Whom"),
                Column("at", "Where"),
                Column("outlet", "Outlet"),
            ),
            order="-date",
            day="?day",
            outlet="?publisher",
            words=("?words", "?type"),
        ),
    )
}
"""The kinds of lists by name; each is a page with that address."""


def read_list(store: QueryableStore, kind: ListKind, chosen: Chosen) -> Listing:
    """Return one page of a list.

    Args:
        store: The graph.
        kind: The kind of list.
        chosen: Filters, order and page; the page may be after the last.
    """
    prologue, body = _parts(own_query(f"list-{kind.name}"), _filters(kind, chosen))
    counting = f"{prologue}SELECT (COUNT(*) AS ?n) {{ {{ {body} }} }}"
    (counted,) = records(store.query(counting))
    query = f"{prologue}{body.strip()}\nORDER BY {_order(kind, chosen.sort)}\n"
    skipped = (chosen.page - 1) * PAGE_SIZE
    rows = records(store.query(f"{query}LIMIT {PAGE_SIZE} OFFSET {skipped}")) if skipped < int(counted["n"]) else []
    return Listing(rows=tuple(rows), count=int(counted["n"]), first=skipped + 1, query=query)


def _parts(text: str, filters: str) -> tuple[str, str]:
    """Return the prefixes of a query, and the rest of it with filters inserted."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    prologue = "".join(f"{line}\n" for line in lines if line.startswith("PREFIX"))
    body = "\n".join(line for line in lines if not line.startswith("PREFIX"))
    return prologue, body.replace("  #FILTER\n", filters)


def _filters(kind: ListKind, chosen: Chosen) -> str:
    tests = []
    if chosen.words:
        wanted = Literal(chosen.words.casefold())
        tests.append(" || ".join(f"CONTAINS(LCASE(STR({one})), {wanted})" for one in kind.words))
    if chosen.outlet:
        tests.append(f"{kind.outlet} = {Literal(chosen.outlet)}")
    if chosen.earliest:
        tests.append(f"STR({kind.day}) >= {Literal(chosen.earliest)}")
    if chosen.latest:
        # A later time of the same day, or a day of the same month, is not after it.
        tests.append(f"SUBSTR(STR({kind.day}), 1, {len(chosen.latest)}) <= {Literal(chosen.latest)}")
    if kind.name == "events":
        tests.append(f"?type = {Literal(chosen.type)}" if chosen.type else f"?type != {Literal(_OFFICES)}")
    return "".join(f"  FILTER({test})\n" for test in tests)


def _order(kind: ListKind, sort: str) -> str:
    """Return the order of the rows.

    Equal rows are ordered by name or number, so that pages do not overlap.
    """
    name, is_down = (sort or kind.order).removeprefix("-"), (sort or kind.order).startswith("-")
    is_number = next(column.is_number for column in kind.columns if column.name == name)
    key = f"?{name}" if is_number else f"LCASE(STR(?{name}))"
    rest = {"events": "?date ?fact ?happening", "articles": "?name ?version"}.get(kind.name, f"?name ?{kind.name[:-1]}")
    # Empty values are last in both directions.
    return f"DESC(BOUND(?{name})) {'DESC' if is_down else 'ASC'}({key}) {rest}"


class Lists:
    """The views of the lists. ``base`` is the base of our own IRIs."""

    def __init__(self, store: QueryableStore, base: str) -> None:
        self._store = store
        self._base = base

    def articles(self) -> str:
        """Return the page of articles."""
        return self._page(KINDS["articles"])

    def speakers(self) -> str:
        """Return the page of speakers."""
        return self._page(KINDS["speakers"])

    def places(self) -> str:
        """Return the page of places."""
        return self._page(KINDS["places"])

    def events(self) -> str:
        """Return the page of events that articles report in their own voice."""
        return self._page(KINDS["events"])

    def _page(self, kind: ListKind) -> str:
        chosen = _chosen(kind)
        listing = read_list(self._store, kind, chosen)
        types = records(self._store.query(own_query("event-types"))) if kind.name == "events" else []
        return render_template(
            "list.html",
            kind=kind,
            chosen=chosen,
            listing=listing,
            outlets=records(self._store.query(own_query("outlets"))),
            types={row["type"].removeprefix(vocab.EVT): int(row["count"]) for row in types},
            offices=_OFFICES,
            address=lambda **changed: _address(kind, chosen, **changed),
            path_of=lambda iri: path_of(iri, self._base),
            page_size=PAGE_SIZE,
        )


def _chosen(kind: ListKind) -> Chosen:
    """Return the selection in the address.

    Raises Refusal: 400 for a malformed date, 404 for an unknown column.
    """
    fields = {name: request.args.get(name, "").strip() for name in ("words", "outlet", "from", "to", "type", "sort")}
    if any(len(value) > _MAX_FILTER_LENGTH or "\x00" in value for value in fields.values()):
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "bad-filter",
            f"A filter has at most {_MAX_FILTER_LENGTH} characters and no character U+0000.",
        )
    for name in ("from", "to"):
        if fields[name] and not _DATE.match(fields[name]):
            raise Refusal(
                HTTPStatus.BAD_REQUEST, "bad-date", f"{name}={fields[name]!r} is no date: write it as 2025-04-03."
            )
    names = [column.name for column in kind.columns]
    if fields["sort"] and fields["sort"].removeprefix("-") not in names:
        known = ", ".join(names)
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "no-such-column",
            f"{kind.title} cannot be sorted by {fields['sort']!r}. There are: {known}; with - before it, downwards.",
        )
    return Chosen(
        words=fields["words"],
        outlet=fields["outlet"],
        earliest=fields["from"],
        latest=fields["to"],
        type=fields["type"] if kind.name == "events" else "",
        sort=fields["sort"],
        page=min(max(request.args.get("page", 1, type=int), 1), _MAX_PAGE),
    )


def _address(kind: ListKind, chosen: Chosen, **changed: str | int) -> str:
    """Return the address of the list with changes; without ``page``, of the first page."""
    values = {
        "words": chosen.words,
        "outlet": chosen.outlet,
        "from": chosen.earliest,
        "to": chosen.latest,
        "type": chosen.type,
        "sort": chosen.sort,
        **{{"earliest": "from", "latest": "to"}.get(name, name): str(value) for name, value in changed.items()},
    }
    if values.get("page") == "1":
        del values["page"]
    if values["sort"] == kind.order:
        values["sort"] = ""
    parts = urlencode({name: value for name, value in values.items() if value})
    return f"/{kind.name}" + (f"?{parts}" if parts else "")


def sort_of(column: Column, sort: str) -> tuple[str, str]:
    """Return the order after a click on a column's title, and the column's state for a screen reader.

    Args:
        column: The column.
        sort: The current order: a column's name, with ``-`` in front for descending order.

    Returns:
        The next order, and ``ascending``, ``descending`` or an empty text.
    """
    down = f"-{column.name}"
    if sort == column.name:
        return down, "ascending"
    if sort == down:
        return column.name, "descending"
    return (down if column.first == "desc" else column.name), ""


def event_in_words(row: Mapping[str, str]) -> str:
    """Return the type of a row's event, with its topic if it has one.

    Args:
        row: A row of the list of events.
    """
    event, topic = in_words(row.get("event", "")), row.get("about", "")
    if row.get("event") == _OFFICES and topic:
        return topic
    return f"{event}: {topic}" if topic else event


def install(app: Flask, store: QueryableStore, base: str) -> None:
    """Serve the lists.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
    """
    lists = Lists(store, base)
    app.jinja_env.globals.update(sort_of=sort_of, event_in_words=event_in_words)
    app.add_url_rule("/articles", "articles", lists.articles)
    app.add_url_rule("/speakers", "speakers", lists.speakers)
    app.add_url_rule("/places", "places", lists.places)
    app.add_url_rule("/events", "events", lists.events)
