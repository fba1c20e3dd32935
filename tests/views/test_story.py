"""Stories and disputes: who asserts, passes on, denies and updates something, across articles."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kg import mapper, pipeline
from kg.app import create_app
from kg.config import Settings
from kg.store import EmbeddedStore
from tests.link.build import record
from tests.pages.test_overviews import text_of

BASE = "https://news.example/id/"
ACCUSATION, DENIAL = "Uganda of shelling the village of Busia", "its troops had shelled the village of Busia"
TOLL = "At least 12 people were killed when a ferry sank off Mombasa in Kenya"
LATER = "The number of people killed when a ferry sank off Mombasa in Kenya rose to 31"


def filled() -> EmbeddedStore:
    """Return a store of three linked articles."""
    store = EmbeddedStore.in_memory()
    records = [
        record("a", "2031-01-01", [(ACCUSATION, "Kenya", "accuse", "Uganda"), (TOLL, "Red Cross", "say")]),
        record("b", "2031-01-02", [(DENIAL, "Uganda", "deny")]),
        record("c", "2031-01-03", [(LATER, "Red Cross", "say")], outlet="The <Herald>"),
    ]
    store.replace([mapper.map_record(one, BASE) for one in records])
    pipeline.link_store(store, BASE, unsure=True)
    return store


@pytest.fixture(scope="module")
def linked() -> FlaskClient:
    """A client of the app over them."""
    return create_app(Settings(base=BASE), filled(), questions=()).test_client()


def stories(page: str) -> list[str]:
    """Return the addresses of stories on a page."""
    return sorted(set(re.findall(r'href="(/story\?about=[^"]*)"', page)))


def test_disputes_tell_both_sides_and_lead_to_their_story(linked: FlaskClient) -> None:
    """The denial, what it denies and why they are linked; an update is no dispute."""
    page = text_of(linked, "/disputes")
    assert DENIAL in page
    assert ACCUSATION in page
    assert "denies" in page
    assert LATER not in page
    (story,) = stories(page)
    told = text_of(linked, story)
    assert re.search(r"<h2>Attributed to.*Uganda of shelling.*<h2>Denied by.*its troops had shelled", told)
    assert "2 statements of 2 articles, from 2 origins" in told
    assert 'Paper b, <span class="day">2031-01-02' in told


def test_a_statement_says_by_what_it_was_updated_and_why(linked: FlaskClient) -> None:
    """Its page has the later state with the reason, and leads to the story."""
    rows = linked.get("/sparql", query_string={"query": _UPDATED}, headers={"Accept": "text/csv"}).text.split()
    page = text_of(linked, rows[1].removeprefix(BASE.removesuffix("/")))
    assert "Updated by" in page
    assert "31, up from 12" in page
    told = text_of(linked, stories(page)[0])
    assert "<h2>Updates" in told
    assert "The &lt;Herald&gt;" in told


def test_a_story_of_nothing_is_not_found(linked: FlaskClient) -> None:
    """No statement of that name, or no statement at all."""
    assert linked.get("/story?about=doc/0123456789abcdef/claim/1-2").status_code == 404
    assert linked.get("/story?about=entity/political_actor/kenya").status_code == 404
    assert linked.get("/story").status_code == 200


_UPDATED = (
    "PREFIX cg: <https://w3id.org/claimgraph/ns#> PREFIX rel: <https://w3id.org/claimgraph/rel/> "
    "SELECT ?s { ?l cg:linkType rel:updates ; cg:to ?s }"
)
