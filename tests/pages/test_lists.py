"""The lists of articles, speakers, places and events."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.pages.lists import KINDS, PAGE_SIZE
from kg.records import Event, Record
from kg.store import EmbeddedStore
from tests.pages.test_pages import BROWSER, Page
from tests.samples import sample
from tests.served.small_app import BASE

COUNT = PAGE_SIZE + 7
DAYS = tuple(f"2025-{1 + number // 28:02}-{1 + number % 28:02}" for number in range(COUNT))


def article(number: int) -> Record:
    """One of many articles: two outlets in turn, a day each, and a speaker without a name."""
    record = sample(document_id=f"a{number:03}", publisher=f"Paper {number % 2}", published=DAYS[number])
    text = record.document.text + f" Number {number}."
    claims = (replace(record.claims[0], speakers=("someone",)), *record.claims[1:])
    return replace(record, document=replace(record.document, text=text, title=f"Envoys {number:03}"), claims=claims)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """A client of the app over more articles than one page has, one of them undated."""
    store = EmbeddedStore.in_memory()
    undated = sample(document_id="undated")
    office = Event(type="holdPosition", agents=("belmark",), topic="chair")
    fact = replace(undated.facts[0], events=(replace(undated.facts[0].events[0], when=None), office))
    undated = replace(undated, facts=(fact, *undated.facts[1:]))
    store.replace([map_record(record, BASE) for record in (undated, *map(article, range(COUNT)))])
    return create_app(Settings(base=BASE), store, questions=()).test_client()


def shown(client: FlaskClient, address: str, **fields: Any) -> str:
    """The page there."""
    response = client.get(address, query_string=fields, headers=BROWSER)
    assert response.status_code == 200, response.text
    return response.text


def linked(page: str, kind: str) -> list[str]:
    """What the first cells of its rows lead to, in their order."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(rf'<a href="(/{kind}[^"]*)"', body)


def rows(client: FlaskClient, page: str) -> list[dict[str, str]]:
    """The rows of the CSV that the page links to."""
    (link,) = [link for link in Page(page).links if link.endswith("format=csv")]
    return list(csv.DictReader(io.StringIO(client.get(link).text)))


def test_every_article_stands_in_the_list(client: FlaskClient) -> None:
    """All pages together have each once; the CSV has the same in the same order."""
    first, second = shown(client, "/articles"), shown(client, "/articles", page=2)
    versions = [*linked(first, "doc/"), *linked(second, "doc/")]
    assert len(linked(first, "doc/")) == PAGE_SIZE
    assert len(set(versions)) == len(versions) == COUNT + 1
    assert versions == ["/" + row["version"].removeprefix(BASE) for row in rows(client, first)]
    assert f"1 to {PAGE_SIZE} of {COUNT + 1}" in first
    assert "Page 2 of 2" in second


def test_list_past_its_last_page_says_so(client: FlaskClient) -> None:
    """It does not claim that nothing was found."""
    page = shown(client, "/articles", page=9)
    assert "Past the last page." in page
    assert "Nothing found" not in page
    assert 'href="/articles?page=2"' in page


def test_newest_article_is_first_and_the_undated_last(client: FlaskClient) -> None:
    """Both ways of sorting leave what is not known at the end."""
    down = [row.get("published", "") for row in rows(client, shown(client, "/articles"))]
    up = [row.get("published", "") for row in rows(client, shown(client, "/articles", sort="published"))]
    assert down == [*reversed(DAYS), ""]
    assert up == [*DAYS, ""]


def test_articles_of_one_day_are_one_click_from_the_list(client: FlaskClient) -> None:
    """The day in a row leads to all articles of that day."""
    page = shown(client, "/articles")
    assert f'href="/articles?from={DAYS[-1]}&amp;to={DAYS[-1]}"' in page
    of_day = shown(client, "/articles", **{"from": DAYS[-1], "to": DAYS[-1]})
    assert len(linked(of_day, "doc/")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_lists_are_filtered_by_outlet_and_date(client: FlaskClient, kind: str) -> None:
    """What is counted is of that outlet and those days alone."""
    whole, half = (rows(client, shown(client, f"/{kind}", **fields)) for fields in ({}, {"outlet": "Paper 1"}))
    number = {"speakers": "claims", "places": "events"}.get(kind)
    if number:
        counts = [sum(int(row[number]) for row in some) for some in (whole, half)]
    else:
        counts = [len(whole), len(half)]
        assert {row["outlet"] for row in half} == {"Paper 1"}
    assert 0 < counts[1] <= counts[0] / 2
    assert "Nothing found" in shown(client, f"/{kind}", **{"from": "2031-01-01"})


@pytest.mark.parametrize("kind", KINDS)
def test_each_column_sorts_both_ways(client: FlaskClient, kind: str) -> None:
    """Every title is a link; its order is the one that is told to a screen reader."""
    for column in KINDS[kind].columns:
        for sort, state in ((column.name, "ascending"), (f"-{column.name}", "descending")):
            page = shown(client, f"/{kind}", sort=sort)
            assert page.count("aria-sort") == 1
            assert f'aria-sort="{state}"' in page
            values = [value for row in rows(client, page) if (value := row[column.name])]
            key = int if column.is_number else str.casefold
            assert values == sorted(values, key=key, reverse=state == "descending")


def test_speakers_without_a_name_are_one_row(client: FlaskClient) -> None:
    """However many articles have one, and it leads to what they said."""
    page = shown(client, "/speakers")
    assert page.count("Unnamed source") == 1
    assert "not named" not in page
    found = shown(client, "/search", kind="claim", speaker="unnamed")
    assert f'<span class="soft">{COUNT}</span>' in found


def test_event_without_a_day_has_that_of_its_article_and_says_so(client: FlaskClient) -> None:
    """A day that the words give is the event's own; an undated article gives none."""
    page = shown(client, "/events")
    assert "day of the article" not in page
    found = rows(client, page)
    assert {row["dated_by"] for row in found} == {"the words", ""}
    assert [row["date"] for row in found][-1] == ""
    assert "no date" in shown(client, "/events", page=2)


def test_offices_are_no_events_of_the_list_until_they_are_chosen(client: FlaskClient) -> None:
    """They are counted beside it, and one click away."""
    assert '<a href="/events?type=holdPosition">1 office held</a>' in shown(client, "/events")
    assert len(linked(shown(client, "/events", type="holdPosition"), "doc/")) == 1


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/articles?from=yesterday", 400, "bad-date"),
        ("/articles?to=2025-13", 200, ""),
        ("/articles?sort=nothing", 404, "no-such-column"),
        ("/articles?words=%00", 400, "bad-filter"),
        (f"/speakers?words={'x' * 301}", 400, "bad-filter"),
        ("/events?type=nonsense", 200, ""),
        ("/places?page=-3", 200, ""),
        ("/places?page=x", 200, ""),
        ("/places?page=99999999999999999999", 200, ""),
    ],
)
def test_odd_address_of_a_list_is_answered_in_words(client: FlaskClient, address: str, status: int, word: str) -> None:
    """Neither a traceback nor a wrong claim."""
    response = client.get(address)
    assert response.status_code == status
    if word:
        assert response.json
        assert response.json["reason"] == word


@settings(deadline=None, max_examples=25)
@given(fields=st.dictionaries(st.sampled_from(["words", "outlet", "type"]), st.text(max_size=20)))
def test_filter_of_any_characters_is_text(client: FlaskClient, fields: dict[str, str]) -> None:
    """No character of a filter becomes part of the query."""
    for kind in KINDS:
        response = client.get(f"/{kind}", query_string=fields, headers=BROWSER)
        assert response.status_code in (200, 400)


def test_lists_of_an_empty_graph_are_empty() -> None:
    """Each says so, and none fails."""
    empty = create_app(Settings(base=BASE), EmbeddedStore.in_memory(), questions=()).test_client()
    for kind in KINDS:
        assert "The graph holds none." in shown(empty, f"/{kind}")


def test_event_is_compared_only_by_who_takes_part_in_it() -> None:
    """Each "compare outlets" leads to accounts; an event that names nobody has none, and is told why."""
    record = sample()
    named, alone = record.facts[0], Event(type="strike")
    fact = replace(record.facts[1], polarity="positive", certainty="certain", frame="nonFuture", events=(alone,))
    store = EmbeddedStore.in_memory()
    store.replace([map_record(replace(record, facts=(named, fact)), BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = shown(client, "/events")
    compared = [link for link in Page(page).links if link.startswith("/compare?")]
    assert "2 of 2" in page
    assert len(compared) == 1
    assert {client.get(link, headers=BROWSER).status_code for link in compared} == {200}
    (path,) = [link for link in linked(page, "doc/") if "about=" + link[1:] not in compared[0]]
    refused = client.get("/compare", query_string={"about": path[1:]})
    assert refused.status_code == 404
    assert "names nobody who takes part" in refused.json["detail"]  # type: ignore[index]


def test_time_of_day_is_written_as_people_write_it() -> None:
    """The letter T stays in the data; the address of a day has the day alone."""
    store = EmbeddedStore.in_memory()
    store.replace([map_record(sample(published="2025-04-04T16:05:00+02:00"), BASE)])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    for address in ("/", "/articles", "/speakers", linked(shown(client, "/articles"), "doc/")[0]):
        page = shown(client, address)
        assert "2025-04-04 16:05" in page, address
        assert ">2025-04-04T16:05" not in page, address
