"""Versions of an article compared, and what is left of one that is gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from kg.app import create_app
from kg.config import Settings
from kg.mapper import map_record
from kg.records import Record
from kg.store import EmbeddedStore
from kg.views.query_files import own_query, records
from tests.pages.test_overviews import rows_of, text_of
from tests.samples import sample
from tests.served.small_app import BASE

BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def earlier() -> Record:
    """An earlier version: two words more at the end, so that nothing moved; the denial is an agreement."""
    record = sample()
    claims = (*record.claims[:3], replace(record.claims[3], speech_act="confirm", polarity="positive"))
    text = record.document.text + " Or not."
    return replace(record, document=replace(record.document, text=text), claims=claims, links=())


@pytest.fixture(scope="module")
def both() -> tuple[FlaskClient, str, str]:
    """A graph that holds both, as one into which two dumps were loaded; the names of the new and the old version."""
    new, old = map_record(sample(), BASE), map_record(earlier(), BASE)
    store = EmbeddedStore.in_memory()
    store.change(set(), {*new.quads, *old.quads})
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    return client, new.version.rpartition("/")[2], old.version.rpartition("/")[2]


def sections(page: str) -> dict[str, str]:
    """The three lists by their titles."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return {part.partition(" <")[0]: part for part in main.split("<h2>")[1:]}


def test_versions_are_compared_by_what_they_say(both: tuple[FlaskClient, str, str]) -> None:
    """The denial is new, the confirmation of the same words at the same place fell away, all else was kept."""
    client, new, old = both
    told = sections(text_of(client, f"/doc/{new}?v={old}"))
    assert list(told) == ["Fallen away", "New", "Kept"]
    assert '<span class="soft">1</span>' in told["Fallen away"]
    assert "confirms" in told["Fallen away"]
    assert '<span class="soft">1</span>' in told["New"]
    assert "denies" in told["New"]
    assert told["Kept"].count('class="quote"') == 6
    assert f'href="/doc/{new}/' in told["Kept"]
    assert f'href="/doc/{old}/' not in told["Kept"]


def test_comparison_the_other_way_round_is_its_mirror(both: tuple[FlaskClient, str, str]) -> None:
    """What fell away is new when read backwards."""
    client, new, old = both
    there, back = (sections(text_of(client, f"/doc/{one}?v={other}")) for one, other in ((new, old), (old, new)))
    assert "confirms" in back["New"]
    assert "denies" in back["Fallen away"]
    assert there["Kept"].count("<li") == back["Kept"].count("<li")


def test_data_of_a_comparison_are_the_statements_of_both(both: tuple[FlaskClient, str, str]) -> None:
    """Kept ones twice, once for each version."""
    client, new, old = both
    rows = rows_of(client, f"/doc/{new}?v={old}")
    assert len(rows) == 2 * 6 + 2
    assert {row["document"].rpartition("/")[2] for row in rows} == {new, old}


def test_article_leads_to_the_comparison(both: tuple[FlaskClient, str, str]) -> None:
    """From the list of other versions; one that is no version of it is not found."""
    client, new, old = both
    assert f'href="/doc/{new}?v={old}"' in text_of(client, f"/doc/{new}")
    for other in ("0" * 16, "%3E", new):
        assert client.get(f"/doc/{new}?v={other}", headers=BROWSER).status_code == 404


def test_version_that_is_no_longer_served_is_not_compared() -> None:
    """It is said, and nothing is shown as fallen away that is only not there."""
    store = EmbeddedStore.in_memory()
    old, new = map_record(earlier(), BASE), map_record(sample(), BASE)
    store.replace([old])
    store.replace([new])
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    page = text_of(client, f"/{new.version.removeprefix(BASE)}?v={old.version.rpartition('/')[2]}")
    assert "<strong>Cannot be compared:</strong>" in page
    assert "Fallen away" not in page


def test_page_of_what_was_withdrawn_says_when_and_why() -> None:
    """As whoever withdrew it said: to people, to programs, and in the graph; nothing in it acts as markup."""
    store = EmbeddedStore.in_memory()
    graph = map_record(sample(), BASE)
    store.replace([graph])
    store.withdraw(graph.version, "The quotation was <i>made</i> up\u202e", datetime(2025, 4, 5, 9, 30, tzinfo=UTC))
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    path = "/" + graph.version.removeprefix(BASE)
    page = client.get(path, headers=BROWSER)
    assert page.status_code == 410
    assert "was withdrawn on 2025-04-05 at 09:30:00 UTC." in page.text
    assert "Why: “The quotation was &lt;i&gt;made&lt;/i&gt; up[U+202E]”." in page.text
    assert "not recorded" not in page.text
    assert "2025-04-05 at 09:30:00 UTC" in json.loads(client.get(path).text)["detail"]
    (row,) = records(store.query(own_query("withdrawn").replace("urn:version", graph.version)))
    assert (row["when"], row["why"][:13]) == ("2025-04-05T09:30:00Z", "The quotation")
    store.withdraw(graph.version, "Another reason")
    page = client.get(path, headers=BROWSER)
    assert "“Another reason”. When was not recorded." in page.text
    store.replace([graph])
    assert set(store.quads()) == set(graph.quads)


def test_page_of_what_was_withdrawn_says_what_is_in_force() -> None:
    """410 for people too, with the way to what is served of the same article."""
    store = EmbeddedStore.in_memory()
    old, new = map_record(earlier(), BASE), map_record(sample(), BASE)
    store.replace([old])
    store.replace([new])
    store.withdraw(old.version)
    client = create_app(Settings(base=BASE), store, questions=()).test_client()
    response = client.get("/" + old.version.removeprefix(BASE), headers=BROWSER)
    assert response.status_code == 410
    assert "was withdrawn" in response.text
    assert f'href="/{new.version.removeprefix(BASE)}"' in response.text
    assert "When and why was not recorded." in response.text
    store.withdraw(new.version)
    response = client.get("/" + new.version.removeprefix(BASE), headers=BROWSER)
    assert response.status_code == 410
    assert "In force" not in response.text
